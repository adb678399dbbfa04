"""Questions that the course of treatment, markers and symptoms raise."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.cases.domain import Cancer
from app.records.domain.base import Absence
from app.records.domain.kinds import AnyRecord
from app.timeline.domain.question_triggers import Reported
from app.timeline.domain.questions import Question, questions_for
from tests.builders import a_case, a_case_file, a_record
from tests.unit.timeline.records import a_ca125, a_marker, a_status, a_study, a_treatment

AS_OF = date(2026, 1, 1)
MISSING = Reported(active=True, requirement="conditional", status="missing")
PRESENT = Reported(active=True, requirement="conditional", status="present")


AS_OF = date(2026, 1, 1)


def raised(
    *records: AnyRecord, items: Mapping[str, Reported] | None = None, **case: Any
) -> dict[str, Question]:
    case_file = a_case_file(*records, case=a_case(**case))
    return {question.id: question for question in questions_for(case_file, AS_OF, items or {})}


RISING = (
    a_treatment("2024-01-10", "carboplatin", reason_ended="completed"),
    a_ca125("2024-01-01", 300),
    a_ca125("2024-06-01", 20),
    a_ca125("2025-06-01", 80),
    a_ca125("2025-06-15", 90),
)


@pytest.mark.parametrize(
    ("records", "asked"),
    [
        pytest.param(RISING, True, id="alone"),
        pytest.param((*RISING, a_study("2025-04-19")), True, id="imaged-57-days-before"),
        pytest.param((*RISING, a_study("2025-04-20")), False, id="imaged-56-days-before"),
        pytest.param((*RISING, a_study("2025-08-10")), False, id="imaged-56-days-after"),
        pytest.param(RISING[:-1], False, id="unconfirmed"),
        pytest.param(
            (
                a_marker("2025-01-01", 4, reference_high=Decimal(5)),
                a_marker("2025-06-01", 5.1, reference_high=Decimal(5)),
            ),
            True,
            id="no-published-rule-a-quarter-up-and-above-the-range",
        ),
        pytest.param(
            (
                a_marker("2025-01-01", 4, reference_high=Decimal(6)),
                a_marker("2025-06-01", 5.1, reference_high=Decimal(6)),
            ),
            False,
            id="inside-the-range",
        ),
        pytest.param((a_marker("2025-01-01", 4), a_marker("2025-06-01", 50)), False, id="no-range"),
        pytest.param(
            (
                a_marker("2025-01-01", 9, reference_high=Decimal(5)),
                a_marker("2025-06-01", 10, reference_high=Decimal(5)),
            ),
            False,
            id="less-than-a-quarter",
        ),
    ],
)
def test_a_marker_that_rises_without_imaging_is_asked_about(
    records: tuple[AnyRecord, ...], asked: Any
) -> None:
    assert ("marker_alone" in raised(*records, cancer=Cancer(disease_group="ovary"))) is asked


@pytest.mark.parametrize(
    ("treatment", "asked"),
    [
        pytest.param(a_treatment("2025-01-01", "x", ended="2025-05-01"), True, id="ended"),
        pytest.param(a_treatment("2025-01-01", "x", ongoing=False), True, id="said-to-be-over"),
        pytest.param(
            a_treatment("2025-01-01", "x", ended="2025-05-01", reason_ended="done"), False, id="reason"
        ),
        pytest.param(
            a_treatment("2025-01-01", "x", ended="2025-05-01", absent={"reason_ended": Absence.UNKNOWN}),
            True,
            id="unknown",
        ),
        pytest.param(
            a_treatment("2025-01-01", "x", ended="2025-05-01", absent={"reason_ended": Absence.NONE}),
            False,
            id="none",
        ),
        pytest.param(a_treatment("2025-01-01", "x"), False, id="nobody-says-that-it-ended"),
        pytest.param(a_treatment("2025-01-01", "x", ongoing=True), False, id="ongoing"),
        pytest.param(a_treatment("2025-01-01", "x", ended="2026-05-01"), False, id="ends-later"),
        pytest.param(a_treatment("2025-01-01", category="surgery", ended="2025-05-01"), False, id="surgery"),
        pytest.param(
            a_treatment("2025-01-01", category="radiation", ended="2025-05-01"), True, id="radiation"
        ),
    ],
)
def test_a_treatment_that_ended_without_a_reason_is_asked_about(treatment: AnyRecord, asked: Any) -> None:
    assert ("stop_reason" in raised(treatment)) is asked


@pytest.mark.parametrize(
    ("fields", "asked"),
    [
        ({}, True),
        ({"extent": "local"}, True),
        ({"certainty": "suspected"}, True),
        ({"extent": "local", "certainty": "suspected"}, False),
        ({"certainty": "refuted"}, False),
    ],
)
def test_a_return_without_extent_or_certainty_is_asked_about(fields: dict[str, Any], asked: Any) -> None:
    assert ("return_type" in raised(a_status("2025-06-01", "return", "recurrence", **fields))) is asked


def a_symptom(day: str | None, **fields: Any) -> AnyRecord:
    return a_record("symptom", symptom="pain", date=day, **fields)


@pytest.mark.parametrize(
    ("records", "asked"),
    [
        pytest.param((a_symptom("2025-06-01", trend="worsening"),), True, id="worsening"),
        pytest.param((a_symptom("2025-06-01", severity="severe"),), True, id="severe"),
        pytest.param((a_symptom("2025-06-01", grade=3),), True, id="grade-3"),
        pytest.param((a_symptom("2025-06-01", grade=2, severity="moderate"),), False, id="moderate"),
        pytest.param((a_symptom("2025-06-01", severity="severe", presence="absent"),), False, id="denied"),
        pytest.param(
            (a_symptom("2025-06-01", trend="worsening"), a_symptom("2025-07-01")), False, id="older"
        ),
        pytest.param(
            (a_symptom("2025-07-01", trend="worsening"), a_symptom("2025-07-01")), True, id="one-of-that-day"
        ),
        pytest.param((a_symptom("2026-07-01", trend="worsening"),), False, id="to-come"),
        pytest.param((a_symptom(None, trend="worsening"),), False, id="undated"),
    ],
)
def test_symptoms_that_worsen_raise_the_question_of_supportive_care(
    records: tuple[AnyRecord, ...], asked: Any
) -> None:
    assert ("supportive_care" in raised(*records)) is asked


@pytest.mark.parametrize(("status", "asked"), [("missing", True), ("partial", False)])
def test_a_missing_follow_up_plan_asks_who_coordinates(status: str, asked: Any) -> None:
    item = Reported(active=True, requirement="required", status=status)
    assert ("coordinator" in raised(items={"followup_plan": item})) is asked
