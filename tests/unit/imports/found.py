"""What readers find, for tests of what becomes of it."""

from typing import Any

from app.cases.domain import Identifier, Patient
from app.documents.domain.document import DocumentBody
from app.imports.domain.reading import (
    AnyItem,
    FoundDocument,
    FoundRecord,
    NotUsed,
    Payload,
    Reading,
    ReadPatient,
    Withdrawn,
)
from tests.builders import a_record

MRN = "urn:example:mrn"


def a_found_record(key: str = "Observation/1", value: Any = "9.6", **changes: Any) -> FoundRecord:
    fields = {"marker": "CEA", "value": value, "unit": "ng/mL", "date": "2026-03-03", "origin": "fhir"}
    kind = changes.pop("kind", "marker_result")
    record = changes.pop("record", None) or a_record(kind, **(fields if kind == "marker_result" else {}))
    return FoundRecord(place=changes.pop("place", key), record=record, key=key, **changes)


def a_found_document(
    key: str = "Binary/1", content: bytes = b"A letter of the clinic.", **changes: Any
) -> FoundDocument:
    body = changes.pop("body", DocumentBody(kind="oncology_note", title="Letter"))
    return FoundDocument(place=key, key=key, content=content, body=body, **changes)


def withdrawn(key: str = "Observation/1", **changes: Any) -> Withdrawn:
    return Withdrawn(place=key, key=key, reason="The sender marks it as entered in error.", **changes)


def not_used(outcome: Any = "skipped", place: str = "Device/1") -> NotUsed:
    return NotUsed(
        place=place, outcome=outcome, detail="Devices are not read.", fix="Nothing has to be done."
    )


def a_patient(value: str = "1", key: str = "p1", **fields: Any) -> ReadPatient:
    identifiers = (Identifier(system=MRN, value=value),)
    return ReadPatient(key=key, place=key, patient=Patient(identifiers=identifiers, **fields))


def a_reading(*items: AnyItem, **changes: Any) -> Reading:
    payload = Payload(body=DocumentBody(kind="import_payload", title="FHIR Bundle"))
    return Reading(format="fhir", items=items, payloads=changes.pop("payloads", (payload,)), **changes)
