"""A laboratory's results come out as sent: digits, comparators, ranges, and why there is no value."""

from decimal import Decimal
from typing import Any

import pytest

from app.records.domain.base import Absence
from app.records.domain.findings import LabResult, MarkerResult
from tests.unit.imports.fhir.made import (
    LOINC,
    a_patient,
    an_observation,
    bundle,
    concept,
    only,
    read_json,
    records,
)
from tests.unit.imports.readings import unused, withdrawn


def test_a_marker_keeps_every_digit_of_its_value() -> None:
    payload = b'{"resourceType":"Observation","id":"x","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2039-6"}]},"valueQuantity":{"value":18.40,"unit":"ng/mL"}}'
    from app.imports.domain.reading import FoundRecord, Options  # noqa: PLC0415 (beside its only use)
    from app.imports.readers.fhir import read  # noqa: PLC0415 (likewise)

    item = read(payload, Options()).items[0]

    assert isinstance(item, FoundRecord)
    assert isinstance(item.record, MarkerResult)
    assert str(item.record.value) == "18.40"
    assert item.record.marker == "CEA"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, {"value": Decimal("18.4"), "unit": "ng/mL"}, id="plain"),
        pytest.param(
            {"valueQuantity": {"value": 0.5, "comparator": "<", "unit": "ng/mL"}},
            {"value": Decimal("0.5"), "comparator": "<"},
            id="below-the-limit",
        ),
        pytest.param(
            {
                "referenceRange": [
                    {"low": {"value": 0, "unit": "ng/mL"}, "high": {"value": 5, "unit": "ng/mL"}}
                ]
            },
            {"reference_low": Decimal(0), "reference_high": Decimal(5)},
            id="range",
        ),
        pytest.param(
            {"interpretation": [concept("http://x", "HH")]}, {"flag": "critical_high"}, id="critical"
        ),
        pytest.param(
            {"valueQuantity": None, "dataAbsentReason": concept("http://x", "not-performed")},
            {"value": None, "stated": Absence.NOT_DONE},
            id="not-done",
        ),
        pytest.param(
            {"valueQuantity": None, "dataAbsentReason": concept("http://x", "asked-unknown")},
            {"value": None, "stated": Absence.UNKNOWN},
            id="asked-and-unknown",
        ),
        pytest.param({"effectiveDateTime": "2025-03"}, {"date": "2025-03"}, id="month"),
        pytest.param(
            {"effectiveDateTime": None, "effectivePeriod": {"start": "2025-03-01", "end": "2025-03-04"}},
            {"date": "2025-03-01/2025-03-04"},
            id="period",
        ),
        pytest.param(
            {"status": "preliminary"}, {"note": "The sender marks it as preliminary."}, id="preliminary"
        ),
    ],
)
def test_a_result_says_what_its_sender_said(changes: dict[str, Any], expected: dict[str, Any]) -> None:
    record = only(read_json(bundle(a_patient(), an_observation(**changes))), MarkerResult)

    assert {name: getattr(record, name) for name in expected} == expected


def test_a_result_entered_in_error_is_taken_back() -> None:
    reading = read_json(an_observation(status="entered-in-error"))

    assert [item.key for item in withdrawn(reading)] == ["Observation/cea"]


@pytest.mark.parametrize("status", ["registered", "cancelled"])
def test_what_has_no_result_is_skipped(status: str) -> None:
    reading = read_json(an_observation(status=status))

    assert [item.outcome for item in unused(reading)] == ["skipped"]


def test_a_wrong_type_is_named_by_its_path_and_takes_nothing_else_down() -> None:
    broken = an_observation(id="b", valueQuantity={"value": "much", "unit": "ng/mL"})

    reading = read_json(bundle(a_patient(), broken, an_observation()))

    assert len(records(reading, MarkerResult)) == 1
    rejected = [item for item in unused(reading) if item.outcome == "rejected"]
    assert len(rejected) == 1
    assert rejected[0].detail.startswith("Observation.valueQuantity.value: ")
    assert "much" not in rejected[0].detail


def test_a_misspelt_element_is_named() -> None:
    reading = read_json(a_patient(birthdate="1961-04-02"))

    assert "`Patient.birthdate` is no element of FHIR R4" in unused(reading)[0].detail


def test_components_are_results_of_their_own() -> None:
    panel = an_observation(
        code=concept(LOINC, "58410-2", "CBC panel"),
        valueQuantity=None,
        component=[
            {"code": concept(LOINC, "718-7", "Hemoglobin"), "valueQuantity": {"value": 11.4, "unit": "g/dL"}},
            {
                "code": concept(LOINC, "777-3", "Platelets"),
                "valueQuantity": {"value": 268, "unit": "10*3/uL"},
            },
        ],
    )

    found = records(read_json(panel), LabResult)

    assert [(one.test, one.value) for one in found] == [
        ("Hemoglobin", Decimal("11.4")),
        ("Platelets", Decimal(268)),
    ]


@pytest.mark.parametrize("element", ["modifierExtension", "implicitRules"])
def test_what_may_change_the_meaning_is_never_read_past(element: str) -> None:
    value: Any = (
        "urn:example:rules"
        if element == "implicitRules"
        else [{"url": "urn:example:not", "valueBoolean": True}]
    )

    reading = read_json(an_observation(**{element: value}))

    assert [item.outcome for item in unused(reading)] == ["rejected"]
    assert f"`Observation.{element}`" in unused(reading)[0].detail
