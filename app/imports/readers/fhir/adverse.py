"""Adverse events: what a treatment did to the patient beside what it was given for, with its grade.

Source: HL7 FHIR 4.0.1 AdverseEvent; CTCAE grades as mCODE's extraction tools and Germany's core data set send them.
"""

import re
from collections.abc import Iterator
from typing import Final

from app.imports.domain.fitting import text, word
from app.imports.domain.reading import AnyItem
from app.imports.readers.fhir.graph import Entry
from app.imports.readers.fhir.making import Making, nothing_said, skipped
from app.imports.readers.fhir.model import CodeableConcept
from app.imports.readers.fhir.model_acts import AdverseEvent, MedicationResource, Prescribed, Procedure
from app.imports.readers.fhir.wording import (
    code_of,
    codes_of,
    date_of,
    extension_of,
    note_of,
    system_name,
    words_of,
    words_or_code,
)
from app.records.domain.course import Symptom

_GRADE: Final = ("ctcae-grade",)
_GRADE_WORDS: Final = re.compile(r"\b(?:CTC(?:AE)?[- ])?grad[eo]?[ :]*([0-5])\b", re.IGNORECASE)
_SEVERITIES: Final = {"mild": "mild", "moderate": "moderate", "severe": "severe"}
_RESOLVED: Final = frozenset({"resolved", "resolvedWithSequelae"})


def read_adverse_event(entry: Entry, making: Making) -> Iterator[AnyItem]:
    """Return a side effect as a symptom on the day it began; what could have happened and did not is skipped."""
    resource: AdverseEvent = entry.resource
    if resource.actuality == "potential":
        yield skipped(entry, "The event could have happened and did not.")
        return
    name = word(words_or_code(resource.event), entry.remarks, "event")
    if name is None:
        yield nothing_said(entry)
        return
    began = date_of(resource.date, "AdverseEvent.date")
    outcome = code_of(resource.outcome)
    behind = making.behind(entry, resource.recorder, *resource.contributor)
    yield making.record(
        entry,
        Symptom(
            kind="symptom",
            origin="fhir",
            date=began
            or date_of(resource.detected, "AdverseEvent.detected")
            or date_of(resource.recorded_date, "AdverseEvent.recordedDate"),
            symptom=name,
            onset=began,
            severity=_SEVERITIES.get(code_of(resource.severity) or ""),  # type: ignore[arg-type]  # the table's values are the kind's
            grade=_grade(resource),
            trend="resolved" if outcome in _RESOLVED else None,
            words=text(resource.event.text if resource.event is not None else None, entry.remarks, "event"),
            codes=codes_of(entry.remarks, resource.event),
            note=text(_note(entry, making), entry.remarks, "note"),
            **behind,
        ),
    )


def _grade(resource: AdverseEvent) -> int | None:
    """Return the CTCAE grade, sent by an extension or, against the standard's meaning, as the seriousness."""
    extension = extension_of(resource.extension, *_GRADE)
    for concept in (
        extension.value_codeable_concept if extension is not None else None,
        resource.seriousness,
    ):
        if concept is None:
            continue
        for one in concept.coding:
            if one.code in {"1", "2", "3", "4", "5"} and (extension or "ctcae" in system_name(one)):
                return int(one.code)
        match = _GRADE_WORDS.search(words_of(concept) or "")
        if match is not None:
            return int(match[1])
    return None


def _note(entry: Entry, making: Making) -> str | None:
    resource: AdverseEvent = entry.resource
    serious = words_or_code(resource.seriousness)
    outcome = words_or_code(resource.outcome)
    suspects = dict.fromkeys(filter(None, (_suspect(entry, making, one) for one in resource.suspect_entity)))
    return note_of(
        (),
        "Reported as an adverse event.",
        serious and f"Seriousness: {serious}.",
        outcome and f"Outcome: {outcome}.",
        f"Suspected cause: {', '.join(suspects)}." if suspects else None,
    )


def _suspect(entry: Entry, making: Making, suspect: object) -> str | None:
    """Name what the sender suspects: a procedure, a medicine, or the reference's own display."""
    reference = getattr(suspect, "instance", None)
    found = making.graph.find(reference, entry)
    match found.resource if found is not None else None:
        case Procedure() | MedicationResource() as thing:
            return words_or_code(thing.code)
        case Prescribed(medication_codeable_concept=CodeableConcept() as concept):
            return words_or_code(concept)
        case _:
            return reference.display if reference is not None else None
