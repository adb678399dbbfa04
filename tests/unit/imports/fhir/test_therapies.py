"""Medicines against the cancer become treatments with the days they were given; others stay medicines."""

from datetime import date, timedelta
from typing import Any

import pytest

from app.records.domain.base import Absence
from app.records.domain.course import Medication, Treatment
from tests.unit.imports.fhir.made import (
    MCODE,
    SNOMED,
    a_condition,
    a_patient,
    bundle,
    concept,
    extension,
    only,
    read_json,
    records,
)
from tests.unit.imports.readings import found, unused


def given(day: str, drug: str = "Paclitaxel 100 MG Injection", **changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "MedicationAdministration",
        "id": f"{drug[:4]}-{day}",
        "status": "completed",
        "medicationCodeableConcept": {"text": drug},
        "subject": {"reference": "Patient/pat"},
        "effectiveDateTime": day,
        **changes,
    }


def ordered(**changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest",
        "id": "order",
        "meta": {"profile": [MCODE + "mcode-cancer-related-medication-request"]},
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"text": "cisplatin"},
        "subject": {"reference": "Patient/pat"},
        "authoredOn": "2024-05-01",
        **changes,
    }


def test_days_of_one_drug_are_one_treatment() -> None:
    days = ["2024-07-09", "2024-07-30", "2024-08-20"]

    reading = read_json(bundle(a_patient(), *(given(day) for day in reversed(days))))

    record = only(reading, Treatment)
    assert record.cycle_dates == tuple(days)
    assert (record.category, record.started, record.ended, record.ongoing) == (
        "systemic",
        "2024-07-09",
        None,
        None,
    )
    assert found(reading)[0].key == "MedicationAdministration/Pacl-2024-07-09"
    assert len(unused(reading)) == 3


def test_another_strength_of_the_drug_is_the_same_drug() -> None:
    reading = read_json(
        bundle(given("2024-07-09"), given("2024-07-30", "Paclitaxel 30 MG/ML Injectable Solution"))
    )

    assert len(only(reading, Treatment).cycle_dates) == 2


def test_half_a_year_without_a_day_begins_another_treatment() -> None:
    reading = read_json(bundle(given("2024-01-01"), given("2024-01-22"), given("2025-03-01")))

    assert [one.cycle_dates for one in records(reading, Treatment)] == [
        ("2024-01-01", "2024-01-22"),
        ("2025-03-01",),
    ]


def test_days_beyond_what_a_record_holds_are_told_of() -> None:
    days = [str(date(2024, 1, 1) + timedelta(days=number)) for number in range(502)]

    (item,) = found(read_json(bundle(*map(given, days))))

    assert isinstance(item.record, Treatment)
    assert item.record.cycle_dates == tuple(days[:500])
    assert item.remarks == ("Of its 502 days the first 500 are kept.",)


def test_two_drugs_of_one_day_are_not_made_a_regimen() -> None:
    reading = read_json(bundle(given("2024-01-01"), given("2024-01-01", "Carboplatin")))

    assert len(records(reading, Treatment)) == 2


def test_days_given_on_an_order_belong_to_the_order() -> None:
    day = given("2024-05-03", "cisplatin", request={"reference": "MedicationRequest/order"})
    missed = given(
        "2024-05-24",
        "cisplatin",
        request={"reference": "MedicationRequest/order"},
        status="not-done",
        statusReason=[{"text": "neutropenia"}],
    )

    reading = read_json(bundle(a_patient(), ordered(), day, missed))

    record = only(reading, Treatment)
    assert found(reading)[0].key == "MedicationRequest/order"
    assert record.cycle_dates == ("2024-05-03",)
    assert record.dose_changes == ("Not given 2024-05-24: neutropenia",)


def test_why_a_treatment_stopped_is_kept_as_said() -> None:
    order = ordered(
        status="stopped",
        statusReason=concept(SNOMED, "407563006", "Treatment not tolerated (situation)"),
        extension=[extension("mcode-procedure-intent", valueCodeableConcept=concept(SNOMED, "373808002"))],
    )

    record = only(read_json(order), Treatment)

    assert (record.reason_ended, record.intent, record.ongoing) == (
        "Treatment not tolerated",
        "curative",
        False,
    )


@pytest.mark.parametrize(
    "changes", [{"intent": "plan"}, {"doNotPerform": True}, {"status": "cancelled"}, {"status": "draft"}]
)
def test_what_was_only_planned_is_no_treatment(changes: dict[str, Any]) -> None:
    assert found(read_json(ordered(**changes))) == []


def test_a_reason_decides_on_a_drug_that_is_given_for_either() -> None:
    drug = {"medicationCodeableConcept": {"text": "Methotrexate"}, "meta": {}}
    for_cancer = ordered(**drug, reasonReference=[{"reference": "Condition/ca"}])

    assert only(read_json(bundle(a_condition(), for_cancer)), Treatment).category == "systemic"
    assert only(read_json(ordered(**drug)), Medication).name == "Methotrexate"


def test_what_is_given_beside_a_treatment_is_supportive() -> None:
    order = ordered(medicationCodeableConcept={"text": "zoledronic acid"})

    assert only(read_json(order), Treatment).category == "supportive"


def test_another_medicine_is_a_medication_with_its_dose() -> None:
    order = ordered(
        meta={},
        medicationCodeableConcept={"text": "Ramipril"},
        dosageInstruction=[
            {
                "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
                "doseAndRate": [{"doseQuantity": {"value": 5, "unit": "mg"}}],
            }
        ],
    )

    record = only(read_json(order), Medication)

    assert (record.name, record.dose, record.frequency) == ("Ramipril", "5 mg", "1 per d")


@pytest.mark.parametrize(
    ("dosage", "dose", "frequency"),
    [
        ({"asNeededBoolean": True}, "5 mg", "3 per d, as needed"),
        ({"asNeededCodeableConcept": {"text": "nausea"}}, "5 mg", "3 per d, as needed: nausea"),
        ({"asNeededBoolean": True, "text": "5 mg p.r.n."}, "5 mg p.r.n.", "3 per d"),
        ({"asNeededBoolean": False}, "5 mg", "3 per d"),
        (
            {
                "doseAndRate": [
                    {"doseRange": {"low": {"value": 5, "unit": "mg"}, "high": {"value": 10, "unit": "mg"}}}
                ]
            },
            "5 mg to 10 mg",
            "3 per d",
        ),
        ({"doseAndRate": [{"doseRange": {"high": {"value": 10, "unit": "mg"}}}]}, "<= 10 mg", "3 per d"),
        ({"doseAndRate": [{"doseRange": {}}]}, None, "3 per d"),
    ],
)
def test_a_medicine_taken_as_needed_or_within_a_range_says_so(
    dosage: dict[str, Any], dose: str | None, frequency: str
) -> None:
    instruction = {
        "timing": {"repeat": {"frequency": 3, "period": 1, "periodUnit": "d"}},
        "doseAndRate": [{"doseQuantity": {"value": 5, "unit": "mg"}}],
        **dosage,
    }
    order = ordered(
        meta={}, medicationCodeableConcept={"text": "Metoclopramide"}, dosageInstruction=[instruction]
    )

    record = only(read_json(order), Medication)

    assert (record.dose, record.frequency) == (dose, frequency)


def test_how_often_is_said_once() -> None:
    timing = {"repeat": {"frequency": 1, "period": 21, "periodUnit": "d"}}
    order = ordered(dosageInstruction=[{"text": "AUC 5 IV every 21 days", "timing": timing}])

    assert only(read_json(order), Treatment).drugs[0].dose == "AUC 5 IV every 21 days"


def test_no_known_medications_is_a_statement() -> None:
    statement = {
        "resourceType": "MedicationStatement",
        "id": "none",
        "status": "unknown",
        "medicationCodeableConcept": concept("http://x", "no-known-medications"),
        "subject": {"reference": "Patient/pat"},
    }

    assert only(read_json(statement), Medication).stated is Absence.NONE


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    statement = {
        "resourceType": "MedicationStatement",
        "id": "m",
        "status": "completed",
        "medicationCodeableConcept": {"text": "Ramipril"},
        "effectivePeriod": {"start": "2024-05-01", "end": "2023-05-01"},
    }

    assert "ends before it starts" in unused(read_json(statement))[0].detail


def a_radiation(**changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "Procedure",
        "id": "radiation",
        "meta": {"profile": [MCODE + "mcode-radiotherapy-course-summary"]},
        "status": "completed",
        "code": concept("http://snomed.info/sct", "1217123003", "Radiotherapy course of treatment"),
        "subject": {"reference": "Patient/pat"},
        "performedPeriod": {"start": "2018-08-15", "end": "2018-10-25"},
        **changes,
    }


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, "completed"),
        ({"status": "stopped"}, None),
        ({"status": "stopped", "statusReason": {"text": "skin reaction"}}, "skin reaction"),
        ({"performedPeriod": {"start": "2018-08-15"}}, None),
        ({"performedPeriod": {"start": "2018-08-15T10:00:00Z", "end": "2018-08-15T10:20:00Z"}}, None),
    ],
)
def test_a_course_of_radiation_that_was_completed_says_why_it_ended(
    changes: dict[str, Any], reason: str | None
) -> None:
    assert only(read_json(a_radiation(**changes)), Treatment).reason_ended == reason


def test_radiation_that_is_sent_as_an_operation_is_radiation() -> None:
    sent = a_radiation(
        meta={"profile": [MCODE + "mcode-cancer-related-surgical-procedure"]},
        code=concept("http://snomed.info/sct", "33195004", "Teleradiotherapy procedure (procedure)"),
    )

    assert only(read_json(sent), Treatment).category == "radiation"
