"""Status as reported: who said what, the newest clinician first, nothing merged, terms asked about."""

from datetime import date

import pytest

from app.records.domain.kinds import AnyRecord
from app.timeline.domain.status import StatusReport, reported_statuses
from tests.builders import a_case_file
from tests.unit.timeline.records import a_status, a_study, a_treatment
from tests.worked_cases import LUNG, OVARY, day_of, expectation, worked_case

AS_OF = date(2026, 1, 1)


def reported(*records: AnyRecord) -> StatusReport:
    return reported_statuses(a_case_file(*records), AS_OF)


def codes(report: StatusReport) -> list[str]:
    return [question.code for question in report.questions]


def test_the_lung_case_has_no_asserted_status() -> None:
    report = reported_statuses(worked_case(LUNG), day_of(LUNG))
    assert [*report.others] == expectation(LUNG)["status_asserted"]
    assert report.newest is None


def test_the_ovary_case_keeps_progression_and_asks_about_the_word() -> None:
    report = reported_statuses(worked_case(OVARY), day_of(OVARY))
    assert report.newest is not None
    assert (report.newest.axis, report.newest.asserted_by) == ("progression", "radiologist")
    (question,) = report.questions
    assert (question.code, question.term) == ("progression_after_remission", "progression")
    assert "recurrence or relapse" in question.question


def test_the_newest_clinician_comes_first_and_nobody_is_left_out() -> None:
    report = reported(
        a_status("2025-01-01", "response", "PR"),
        a_status("2025-03-01", "response", "SD", asserted_by="radiologist"),
        a_status("2025-05-01", "response", "PD", asserted_by="patient_caregiver"),
        a_status("2025-04-01", "response", "CR", asserted_by=None),
        a_status(None, "response", "NE"),
    )
    assert report.newest is not None
    assert report.newest.id == "record-002"
    assert [(one.id, one.by) for one in report.others] == [
        ("record-003", "patient_reported"),
        ("record-004", "other"),
        ("record-001", "clinician"),
        ("record-005", "clinician"),
    ]


def test_two_statements_of_one_day_stand_side_by_side() -> None:
    report = reported(a_status("2025-01-01", "response", "PR"), a_status("2025-01-01", "response", "PD"))
    assert [report.newest and report.newest.value, *(one.value for one in report.others)] == ["PR", "PD"]


def test_report_words_and_recorded_responses_are_statements_too() -> None:
    report = reported(
        a_study("2025-03-01", reported_status="SD", impression="Stable."),
        a_treatment(
            "2025-01-01",
            "x",
            response="partial response",
            response_date="2025-02-01",
            asserted_by="oncologist",
        ),
        a_study("2025-04-01"),
        a_treatment("2025-03-01", "y"),
    )
    assert report.newest is not None
    assert (report.newest.value, report.newest.words, report.newest.asserted_by) == (
        "SD",
        "Stable.",
        "radiologist",
    )
    assert [(one.value, one.words) for one in report.others] == [("partial response", "partial response")]


def test_a_statement_to_come_is_left_out() -> None:
    report = reported(a_status("2027-01-01", "response", "PR"))
    assert (report.newest, report.others) == (None, ())


REMISSION = a_status("2024-12-01", "remission", "complete")
OVER = a_treatment("2024-01-01", "carboplatin", ended="2024-06-01")


@pytest.mark.parametrize(
    ("records", "asked"),
    [
        pytest.param(
            (a_status("2025-01-01", "return", "relapse"),), ["relapse_without_remission"], id="relapse-alone"
        ),
        pytest.param(
            (REMISSION, a_status("2025-01-01", "return", "relapse")), [], id="relapse-after-remission"
        ),
        pytest.param(
            (a_status("2025-06-01", "remission", "complete"), a_status("2025-01-01", "return", "relapse")),
            ["relapse_without_remission"],
            id="relapse-before-remission",
        ),
        pytest.param((a_status("2025-01-01", "return", "recurrence"),), [], id="recurrence"),
        pytest.param(
            (
                a_status("2024-12-01", "remission", "residual disease"),
                a_status("2025-01-01", "return", "relapse"),
            ),
            ["relapse_without_remission"],
            id="residual-disease-is-no-remission",
        ),
        pytest.param((a_status("2025-01-01", "return", "relapse", certainty="refuted"),), [], id="refuted"),
        pytest.param(
            (
                a_status("2024-12-01", "remission", "complete", certainty="refuted"),
                a_status("2025-01-01", "return", "relapse"),
            ),
            ["relapse_without_remission"],
            id="refuted-remission",
        ),
        pytest.param(
            (a_status("2025-01-01", "progression"),), ["progression_without_treatment"], id="untreated"
        ),
        pytest.param(
            (a_status("2025-01-01", "response", "PD"),), ["progression_without_treatment"], id="PD-untreated"
        ),
        pytest.param((OVER, a_status("2025-01-01", "progression")), [], id="treated"),
        pytest.param(
            (a_treatment("2025-06-01", "x"), a_status("2025-01-01", "progression")),
            ["progression_without_treatment"],
            id="treated-later",
        ),
        pytest.param(
            (OVER, REMISSION, a_status("2025-01-01", "progression")),
            ["progression_after_remission"],
            id="after-remission",
        ),
        pytest.param(
            (
                OVER,
                REMISSION,
                a_treatment("2024-12-20", "y", ended="2024-12-24"),
                a_status("2025-01-01", "progression"),
            ),
            [],
            id="treated-anew-since",
        ),
        pytest.param(
            (a_treatment("2024-01-01", "x", ongoing=True), REMISSION, a_status("2025-01-01", "progression")),
            [],
            id="under-treatment",
        ),
    ],
)
def test_a_term_that_the_records_do_not_bear_out_is_asked_about(
    records: tuple[AnyRecord, ...], asked: list[str]
) -> None:
    assert codes(reported(*records)) == asked
