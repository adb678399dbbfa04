"""Made-up FHIR resources, small ones, and the reading of them."""

import json
from typing import Any, TypeVar

from app.imports.checking import faults_of
from app.imports.domain.reading import (
    FoundRecord,
    Options,
    Reading,
)
from app.imports.readers.fhir import read
from app.records.domain.kinds import AnyRecord

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
NCIT = "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl"
UCUM = "http://unitsofmeasure.org"
MCODE = "http://hl7.org/fhir/us/mcode/StructureDefinition/"

K = TypeVar("K", bound=AnyRecord)


def concept(system: str, code: str, display: str | None = None) -> dict[str, Any]:
    """Return a CodeableConcept of one code."""
    coding = {"system": system, "code": code}
    return {"coding": [coding | ({"display": display} if display else {})]}


def extension(name: str, **value: Any) -> dict[str, Any]:
    """Return an mCODE extension."""
    return {"url": MCODE + name, **value}


def a_patient(**changes: Any) -> dict[str, Any]:
    """Return a patient."""
    return {
        "resourceType": "Patient",
        "id": "pat",
        "identifier": [{"system": "urn:example:hospital", "value": "4711"}],
        "name": [{"use": "official", "family": "Muster", "given": ["Erika"]}],
        "gender": "female",
        "birthDate": "1961-04-02",
        **changes,
    }


def an_observation(**changes: Any) -> dict[str, Any]:
    """Return a CEA value."""
    return {
        "resourceType": "Observation",
        "id": "cea",
        "status": "final",
        "code": concept(LOINC, "2039-6", "Carcinoembryonic Ag [Mass/volume] in Serum or Plasma"),
        "subject": {"reference": "Patient/pat"},
        "effectiveDateTime": "2025-03-01",
        "valueQuantity": {"value": 18.4, "unit": "ng/mL", "system": UCUM, "code": "ng/mL"},
        **changes,
    }


def a_condition(**changes: Any) -> dict[str, Any]:
    """Return a breast cancer."""
    return {
        "resourceType": "Condition",
        "id": "ca",
        "meta": {"profile": [MCODE + "mcode-primary-cancer-condition"]},
        "code": concept(SNOMED, "254837009", "Malignant neoplasm of breast (disorder)"),
        "subject": {"reference": "Patient/pat"},
        "onsetDateTime": "2024-03-05",
        **changes,
    }


def bundle(*resources: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a collection of resources."""
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": one} for one in resources],
        **changes,
    }


def read_json(value: object, **options: Any) -> Reading:
    """Return the reading of a payload; every record of it can be stored."""
    reading = read(json.dumps(value).encode(), Options(**options))
    for item in reading.items:
        if isinstance(item, FoundRecord):
            assert faults_of(item.record) == [], item.place
    return reading


def records(reading: Reading, kind: type[K]) -> list[K]:
    """Return the records of a kind."""
    return [
        item.record
        for item in reading.items
        if isinstance(item, FoundRecord) and isinstance(item.record, kind)
    ]


def only(reading: Reading, kind: type[K]) -> K:
    """Return the only record of a kind."""
    found = records(reading, kind)
    assert len(found) == 1, found
    return found[0]
