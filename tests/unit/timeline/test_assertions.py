"""Statements of progression and return: which stand, who made them, and which belong to the newest episode."""

from datetime import date
from typing import Any

import pytest

from app.records.domain.kinds import AnyRecord
from app.timeline.domain.assertions import Assertion, newest_episode, standing_assertions
from app.timeline.domain.order import place
from tests.builders import a_case_file
from tests.unit.timeline.records import a_status, a_study, a_treatment

AS_OF = date(2026, 1, 1)


def standing(*records: AnyRecord) -> list[str]:
    return [one.record_id for one in standing_assertions(a_case_file(*records), AS_OF)]


def an_assertion(record_id: str = "record-001", day: str | None = "2025-03-01", **fields: Any) -> Assertion:
    return Assertion(
        **{
            "record_id": record_id,
            "axis": "progression",
            "placed": place(day) if day else None,
            "by_clinician": True,
            "proven": False,
            "complete": True,
            **fields,
        }
    )


@pytest.mark.parametrize(
    ("record", "told"),
    [
        pytest.param(
            a_status("2025-03-01", "progression", certainty="confirmed", evidence=("imaging",)),
            an_assertion(complete=False),
            id="progression",
        ),
        pytest.param(
            a_status(
                "2025-03-01",
                "return",
                "relapse",
                certainty="confirmed",
                extent="local",
                evidence=("pathology",),
            ),
            an_assertion(axis="return", proven=True),
            id="a-return-confirmed-on-pathology",
        ),
        pytest.param(
            a_status(
                "2025-03-01",
                "return",
                certainty="suspected",
                extent="distant",
                evidence=("pathology", "imaging"),
            ),
            an_assertion(axis="return"),
            id="a-suspected-return-is-not-proven",
        ),
        pytest.param(
            a_status(None, "response", "PD", asserted_by="patient_caregiver", extent="local"),
            an_assertion(day=None, by_clinician=False, complete=False),
            id="an-undated-response-word-of-a-patient",
        ),
        pytest.param(
            a_study("2025-03-01", reported_status="PD", reported_on="2025-03-02"),
            an_assertion(),
            id="a-report-is-its-radiologists-word",
        ),
        pytest.param(
            a_study(None, reported_status="PD", reported_on="2025-03-01", asserted_by="patient_caregiver"),
            an_assertion(by_clinician=False),
            id="the-day-of-the-report-where-that-of-the-study-is-unknown",
        ),
        pytest.param(
            a_treatment(
                "2025-01-01",
                "x",
                ended="2025-04-01",
                response="progressive disease",
                response_status="PD",
                response_date="2025-03-01",
                asserted_by="oncologist",
            ),
            an_assertion(),
            id="the-response-of-a-treatment",
        ),
        pytest.param(
            a_treatment("2025-01-01", "x", ended="2025-03-01", response="PD", response_status="PD"),
            an_assertion(by_clinician=False),
            id="the-last-day-where-that-of-the-response-is-unknown",
        ),
        pytest.param(
            a_treatment("2025-01-01", "x", response="PD", response_status="PD"),
            an_assertion(day=None, by_clinician=False),
            id="no-day-at-all",
        ),
    ],
)
def test_a_statement_for_the_worse_is_kept_with_who_said_it_and_what_it_rests_on(
    record: AnyRecord, told: Assertion
) -> None:
    assert standing_assertions(a_case_file(record), AS_OF) == (told,)


@pytest.mark.parametrize(
    "record",
    [
        a_status("2025-03-01", "response", "SD"),
        a_status("2025-03-01", "remission", "complete"),
        a_study("2025-03-01", reported_status="SD"),
        a_treatment("2025-01-01", "x", response="stable", response_status="SD"),
        a_status("2026-01-02", "progression"),
    ],
)
def test_what_says_no_worse_or_is_still_to_come_is_no_such_statement(record: AnyRecord) -> None:
    assert standing(record) == []


def test_a_statement_of_the_day_asked_for_stands() -> None:
    assert standing(a_status("2026-01-01", "progression")) == ["record-001"]


def test_the_undated_come_first_and_then_the_days_in_order() -> None:
    days = ("2025-06-01", None, "2025-03-01", "2025-03-01", None)
    told = standing(*(a_status(day, "progression") for day in days))
    assert told == ["record-002", "record-005", "record-003", "record-004", "record-001"]


@pytest.mark.parametrize(
    ("said", "refuted", "stands"),
    [
        pytest.param(("2025-03-01", "progression"), ("2025-03-02", "progression"), False, id="later"),
        pytest.param(("2025-03-01", "progression"), ("2025-03-01", "progression"), False, id="same-day"),
        pytest.param(("2025-03-01", "progression"), ("2025-02-28", "progression"), True, id="before"),
        pytest.param(("2025-03-01", "progression"), ("2025-03", "progression"), False, id="that-month"),
        pytest.param(("2025-03-01", "progression"), (None, "progression"), False, id="nobody-knows-when"),
        pytest.param((None, "progression"), ("2025-02-28", "progression"), False, id="of-an-undated-one"),
        pytest.param(("2025-03-01", "progression"), ("2026-01-02", "progression"), True, id="still-to-come"),
        pytest.param(("2025-03-01", "progression"), ("2026-01-01", "progression"), False, id="today"),
        pytest.param(("2025-03-01", "progression"), ("2025-03-02", "response"), False, id="as-a-response"),
        pytest.param(("2025-03-01", "progression"), ("2025-03-02", "return"), True, id="another-thing"),
        pytest.param(("2025-03-01", "return"), ("2025-03-02", "return"), False, id="a-return"),
        pytest.param(
            ("2025-03-01", "return"), ("2025-03-02", "progression"), True, id="a-return-is-no-progression"
        ),
    ],
)
def test_a_statement_stands_until_somebody_refutes_the_same_thing(
    said: tuple[str | None, str], refuted: tuple[str | None, str], *, stands: bool
) -> None:
    told = standing(a_status(*said), a_status(*refuted, certainty="refuted"))
    assert told == (["record-001"] if stands else [])


def episode(*records: AnyRecord) -> list[str]:
    case_file = a_case_file(*records)
    return [one.record_id for one in newest_episode(case_file, standing_assertions(case_file, AS_OF))]


def worse(day: str | None) -> AnyRecord:
    return a_status(day, "progression")


@pytest.mark.parametrize(
    ("records", "newest"),
    [
        pytest.param((), [], id="none"),
        pytest.param((worse("2025-03-01"), worse("2025-06-01")), [1, 2], id="nothing-begun-between"),
        pytest.param(
            (worse("2025-01-01"), worse("2025-03-01"), worse("2025-06-01"), a_treatment("2025-02-01", "x")),
            [2, 3],
            id="only-since-the-newest-treatment",
        ),
        pytest.param(
            (worse("2025-03-01"), worse("2025-06-01"), a_treatment("2025-06-01", "x")),
            [2],
            id="begun-on-the-later-day",
        ),
        pytest.param(
            (worse("2025-03-01"), worse("2025-06-01"), a_treatment("2025-03-01", "x")),
            [1, 2],
            id="begun-on-the-earlier-day",
        ),
        pytest.param((worse(None), worse("2025-06-01")), [2], id="an-undated-one-belongs-to-none"),
        pytest.param((worse(None), worse(None)), [2], id="two-undated-ones-are-not-one-episode"),
    ],
)
def test_an_episode_is_what_was_said_with_no_treatment_begun_between(
    records: tuple[AnyRecord, ...], newest: list[int]
) -> None:
    assert episode(*records) == [f"record-{number:03}" for number in newest]
