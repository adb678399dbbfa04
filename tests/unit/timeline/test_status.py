"""Status as reported: who said what, the newest clinician first, nothing merged, terms asked about."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.cases.domain import Cancer
from app.records.domain.base import Absence
from app.records.domain.kinds import AnyRecord
from app.timeline.domain.status import StatusReport, reported_statuses
from app.timeline.domain.status_times import status_times_of
from tests.builders import a_case, a_case_file, a_record
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
AFTER_REMISSION = (
    "The word “progression” is used after a recorded complete response or remission: "
    "is recurrence or relapse meant?"
)


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
        pytest.param(
            (
                a_status("2024-12-01", "remission", "NED", tests=("CT",)),
                a_status("2025-01-01", "return", "relapse"),
            ),
            ["relapse_without_remission"],
            id="no-evidence-of-disease-is-not-turned-into-remission",
        ),
        pytest.param(
            (
                a_status("2024-06-01", "remission", "complete"),
                a_status("2024-12-01", "remission", "NED", tests=("CT",)),
                a_status("2025-01-01", "return", "relapse"),
            ),
            [],
            id="remission-then-no-evidence-of-disease",
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
            (a_treatment("2025-01-01", "x"), a_status("2025-01-01", "progression")), [], id="treated-that-day"
        ),
        pytest.param(
            (OVER, REMISSION, a_treatment("2025-01-01", "y"), a_status("2025-01-01", "progression")),
            [],
            id="treated-anew-that-day",
        ),
        pytest.param(
            (OVER, REMISSION, a_treatment("2025-06-01", "y"), a_status("2025-01-01", "progression")),
            ["progression_after_remission"],
            id="treated-only-later",
        ),
        pytest.param(
            (OVER, REMISSION, a_treatment(None, "y"), a_status("2025-01-01", "progression")),
            ["progression_after_remission"],
            id="nobody-knows-when-treated-anew",
        ),
        pytest.param(
            (OVER, REMISSION, a_treatment("2024-12-01", "y"), a_status("2025-01-01", "progression")),
            ["progression_after_remission"],
            id="treated-on-the-day-of-the-remission",
        ),
        pytest.param(
            (
                a_treatment("2024-01-01", "x", ended="2025-01-01"),
                REMISSION,
                a_status("2025-01-01", "progression"),
            ),
            [],
            id="treated-up-to-that-day",
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


@pytest.mark.parametrize(
    ("records", "told"),
    [
        pytest.param(
            (a_status("2025-01-01", "return", "Relapse"),),
            (
                "relapse_without_remission:record-001",
                "Relapse",
                "The word “relapse” is used, and no earlier remission is recorded: was there one?",
                ["record-001"],
            ),
            id="relapse",
        ),
        pytest.param(
            (a_status("2025-01-01", "progression"),),
            (
                "progression_without_treatment:record-001",
                "progression",
                "The word “progression” is used, and no earlier treatment is recorded: was there one?",
                ["record-001"],
            ),
            id="progression",
        ),
        pytest.param(
            (
                OVER,
                a_status("2024-11-01", "remission", "partial"),
                REMISSION,
                a_status("2025-01-01", "response", "pd"),
            ),
            (
                "progression_after_remission:record-004",
                "pd",
                AFTER_REMISSION,
                ["record-003", "record-004"],
            ),
            id="after-the-newest-remission",
        ),
        pytest.param(
            (
                OVER,
                a_status("2024-12-01", "response", "cr"),
                a_status(None, "remission", "complete"),
                a_status("2025-01-01", "progression"),
            ),
            (
                "progression_after_remission:record-004",
                "progression",
                AFTER_REMISSION,
                ["record-002", "record-004"],
            ),
            id="a-dated-remission-is-newer-than-an-undated-one",
        ),
        pytest.param(
            (a_status("2025-06-01", "mrd", "negative"),),
            (
                "negative_without_limit:record-001",
                "negative",
                "The word “negative” is used, and no detection limit is recorded: below which limit?",
                ["record-001"],
            ),
            id="negative",
        ),
        pytest.param(
            (a_status("2025-06-01", "remission", "NED"),),
            (
                "no_evidence_without_tests:record-001",
                "NED",
                "No evidence of disease is stated, and the tests that it rests on are not: which tests, and when?",
                ["record-001"],
            ),
            id="no-evidence",
        ),
    ],
)
def test_a_question_keeps_the_recorded_word_and_names_the_records_that_it_rests_on(
    records: tuple[AnyRecord, ...], told: tuple[str, str, str, list[str]]
) -> None:
    (question,) = reported(*records).questions
    sources = [source.record_id for source in question.sources]
    assert (question.id, question.term, question.question, sources) == told
    assert question.code == question.id.partition(":")[0]


def a_test_of_residual_disease(day: str = "2025-06-01", **fields: Any) -> AnyRecord:
    return a_record("mrd_result", date=day, result="negative", specimen="marrow", **fields)


def test_a_test_for_residual_disease_is_a_statement_of_its_laboratory() -> None:
    case_file = a_case_file(
        a_test_of_residual_disease(method="flow", detection_limit_percent=Decimal("0.01"))
    )
    report = reported_statuses(case_file, AS_OF)
    (said,) = report.others
    assert report.newest is None
    assert (said.axis, said.value, said.asserted_by, said.by, said.kind) == (
        "mrd",
        "negative",
        "laboratory",
        "other",
        "mrd_result",
    )
    assert (said.facts["method"], said.facts["detection_limit_percent"]) == ("flow", Decimal("0.01"))
    assert report.questions == ()


def test_a_test_that_is_too_blunt_is_asked_about_with_its_limit() -> None:
    case_file = a_case_file(a_test_of_residual_disease(detection_limit_percent=BLUNT), case=LEUKAEMIA)
    (question,) = reported_statuses(case_file, AS_OF).questions
    assert question.question == (
        "The word “negative” is used of a test with a limit of 0.1 %: is a more sensitive test known?"
    )


def asked(*records: AnyRecord, **case: Any) -> list[str]:
    questions = reported_statuses(a_case_file(*records, **case), AS_OF).questions
    return [question.code for question in questions]


LEUKAEMIA = a_case(cancer=Cancer(text="ALL", disease_group="acute_lymphoblastic_leukaemia"))
SENSITIVE, BLUNT = Decimal("0.01"), Decimal("0.1")


@pytest.mark.parametrize(
    ("records", "case", "told"),
    [
        pytest.param((a_test_of_residual_disease(),), {}, ["negative_without_limit"], id="no-limit"),
        pytest.param(
            (
                a_record(
                    "mrd_result",
                    date="2025-06-01",
                    result="negative",
                    value_percent=SENSITIVE,
                    comparator="<",
                ),
            ),
            {"case": LEUKAEMIA},
            [],
            id="a-bound-is-a-limit",
        ),
        pytest.param(
            (
                a_record(
                    "mrd_result",
                    date="2025-06-01",
                    result="negative",
                    value_percent=SENSITIVE,
                    comparator="<=",
                ),
            ),
            {"case": LEUKAEMIA},
            [],
            id="at-most-is-a-limit-too",
        ),
        pytest.param(
            (a_test_of_residual_disease(detection_limit_percent=BLUNT),), {}, [], id="not-leukaemia"
        ),
        pytest.param(
            (a_test_of_residual_disease(detection_limit_percent=BLUNT),),
            {"case": LEUKAEMIA},
            ["negative_of_an_insensitive_test"],
            id="insensitive",
        ),
        pytest.param(
            (a_test_of_residual_disease(detection_limit_percent=SENSITIVE),),
            {"case": LEUKAEMIA},
            [],
            id="sensitive",
        ),
        pytest.param(
            (a_status("2025-06-01", "mrd", "Negative"),),
            {},
            ["negative_without_limit"],
            id="somebody-says-so",
        ),
        pytest.param((a_status("2025-06-01", "mrd", "positive"),), {}, [], id="positive"),
        pytest.param((a_status("2025-06-01", "mrd", "negative", certainty="refuted"),), {}, [], id="refuted"),
        pytest.param(
            (
                a_status("2025-06-01", "mrd", "negative"),
                a_test_of_residual_disease(detection_limit_percent=SENSITIVE),
            ),
            {},
            [],
            id="of-the-test-of-that-day",
        ),
        pytest.param(
            (
                a_status("2025-06-05", "mrd", "negative", evidence_ids=("record-002",)),
                a_test_of_residual_disease(detection_limit_percent=SENSITIVE),
            ),
            {},
            [],
            id="of-the-test-that-it-names",
        ),
        pytest.param(
            (a_status("2025-06-01", "remission", "NED"),), {}, ["no_evidence_without_tests"], id="no-tests"
        ),
        pytest.param(
            (a_status("2025-06-01", "remission", "No evidence of disease", tests=("CT 2025-05-30",)),),
            {},
            [],
            id="tests-named",
        ),
        pytest.param((a_status("2025-06-01", "remission", "complete"),), {}, [], id="complete"),
        pytest.param(
            (a_status("2025-06-01", "remission", "NED", absent={"tests": Absence.NONE}),),
            {},
            [],
            id="said-to-rest-on-no-tests",
        ),
        pytest.param(
            (a_status("2025-06-01", "remission", "NED", absent={"extent": Absence.NONE}),),
            {},
            ["no_evidence_without_tests"],
            id="another-thing-said-to-be-none",
        ),
        pytest.param(
            (a_record("mrd_result", date="2025-06-01", result="negative", value_percent=SENSITIVE),),
            {},
            ["negative_without_limit"],
            id="a-value-without-comparator-is-no-limit",
        ),
        pytest.param(
            (
                a_status("2025-06-01", "mrd", "negative"),
                a_test_of_residual_disease(detection_limit_percent=SENSITIVE),
                a_test_of_residual_disease(detection_limit_percent=BLUNT),
                a_test_of_residual_disease("2025-06-02", detection_limit_percent=Decimal(1)),
            ),
            {"case": LEUKAEMIA},
            [
                "negative_of_an_insensitive_test",
                "negative_of_an_insensitive_test",
                "negative_of_an_insensitive_test",
            ],
            id="the-widest-limit-of-the-tests-of-that-day",
        ),
        pytest.param(
            (a_status(None, "mrd", "negative"), a_record("mrd_result", detection_limit_percent=SENSITIVE)),
            {},
            ["negative_without_limit"],
            id="undated-things-are-not-of-one-day",
        ),
    ],
)
def test_how_deep_a_statement_reaches_is_asked_where_nobody_says(
    records: tuple[AnyRecord, ...], case: dict[str, Any], told: list[str]
) -> None:
    assert asked(*records, **case) == told


def times(*records: AnyRecord, as_of: date = AS_OF) -> Any:
    computed = status_times_of(a_case_file(*records), as_of)
    return None if computed is None else computed.result


def test_time_since_a_stated_remission_is_counted_and_nothing_more() -> None:
    remission = a_status("2025-01-01", "remission", "complete")
    found = times(remission, as_of=date(2025, 3, 1))
    assert (found["remission"], found["fewest_days"], found["most_days"], found["until"]) == (
        "2025-01-01",
        59,
        59,
        None,
    )
    vague = times(a_status("2025-01", "response", "CR"), as_of=date(2025, 3, 1))
    assert (vague["fewest_days"], vague["most_days"]) == (29, 59)


def test_the_interval_ends_at_the_first_return_after_the_newest_remission() -> None:
    found = times(
        a_status("2024-01-01", "remission", "partial"),
        a_status("2024-06-01", "return", "relapse"),
        a_status("2025-01-01", "remission", "complete"),
        a_status("2025-02-01", "return", "relapse", certainty="refuted"),
        a_status("2025-04-11", "return", "relapse"),
        a_status("2025-06-11", "progression"),
    )
    assert (found["until"], found["until_axis"], found["fewest_days"]) == ("2025-04-11", "return", 100)


def test_a_count_is_told_whole_with_the_statements_that_it_rests_on() -> None:
    relapse = a_status("2025-04-11", "return", "relapse")
    records = (a_status("2025-04", "progression"), relapse, a_status("2025-01", "remission", "Complete"))
    computed = status_times_of(a_case_file(*records), AS_OF)
    assert computed is not None
    assert (computed.title, computed.reason, computed.flags) == (
        "Days since the newest stated remission",
        None,
        (),
    )
    assert computed.result == {
        "remission": "2025-01",
        "value": "Complete",
        "until": "2025-04",
        "until_axis": "progression",
        "fewest_days": 60,
        "most_days": 119,
    }
    assert computed.inputs == (
        {"record_id": "record-003", "date": "2025-01", "axis": "remission"},
        {"record_id": "record-001", "date": "2025-04", "axis": "progression"},
    )
    assert computed.steps == ("2025-01 to 2025-04: 60 to 119 days.",)
    assert computed.limits == (
        "Counts between the dates of statements; when the disease changed is not known from them.",
        "A statement elsewhere would change it.",
    )
    assert [source.record_id for source in computed.sources] == ["record-003", "record-001"]


@pytest.mark.parametrize(
    ("remission", "after", "step"),
    [
        pytest.param("2025-12-01", None, "2025-12-01 to 2026-01-01: 31 days.", id="to-the-day-asked-for"),
        pytest.param("../2025-12-01", None, "../2025-12-01 to 2026-01-01: 31 to more days.", id="open-start"),
        pytest.param(
            "2025-12-01", "2025-12-11/..", "2025-12-01 to 2025-12-11/..: 10 to more days.", id="open-end"
        ),
        pytest.param("2026-01-01", None, "2026-01-01 to 2026-01-01: 0 days.", id="today"),
    ],
)
def test_the_step_of_a_count_says_the_fewest_and_the_most_days(
    remission: str, after: str | None, step: str
) -> None:
    records = [a_status(remission, "response", "CR"), *([a_status(after, "return")] if after else [])]
    computed = status_times_of(a_case_file(*records), AS_OF)
    assert computed is not None
    assert computed.steps == (step,)


def test_a_return_of_the_days_of_the_remission_does_not_end_the_count() -> None:
    same_day = a_status("2025-01-01", "return"), a_status("2025-01-01", "remission", "complete")
    assert times(*same_day)["until"] is None
    other = a_status("2025-02-01", "response", "PD"), a_status("2025-01-01", "remission", "complete")
    assert times(*other)["until"] is None
    of_one_day = [a_status("2025-01-01", "remission", value) for value in ("first", "second")]
    assert times(*of_one_day)["value"] == "second"


@pytest.mark.parametrize(
    "record",
    [
        a_status("2025-01-01", "remission", stated=Absence.UNKNOWN),
        a_status("2025-01-01", "remission", "No evidence of disease"),
        a_status("2025-01-01", "remission", "NED"),
        a_status("2025-01-01", "remission", "residual disease"),
        a_status("2025-01-01", "remission", "complete", certainty="refuted"),
        a_status(None, "remission", "complete"),
        a_status("2026-01-02", "remission", "complete"),
        a_status("2025-01-01", "response", "PR"),
    ],
)
def test_what_is_no_dated_remission_starts_no_count(record: AnyRecord) -> None:
    assert times(record) is None


@pytest.mark.parametrize(
    ("after", "words"),
    [
        pytest.param(
            (a_status("2025-01-01", "return", "relapse"),),
            "The word “relapse” is used; before it no evidence of disease is recorded, and no remission: was "
            "there one?",
        ),
        pytest.param(
            (OVER, a_status("2025-01-01", "progression")),
            "The word “progression” is used after a recorded statement of no evidence of disease: "
            "is recurrence or relapse meant?",
        ),
    ],
)
def test_a_question_of_terms_names_no_evidence_of_disease_as_such_and_leads_to_it(
    after: tuple[AnyRecord, ...], words: str
) -> None:
    (question,) = reported(a_status("2024-12-01", "remission", "NED", tests=("CT",)), *after).questions

    assert question.question == words
    assert question.sources[0].record_id == "record-001"


def test_a_laboratory_statement_keeps_its_day_and_an_imaging_one_its_sources_alone() -> None:
    report = reported(
        a_test_of_residual_disease(), a_study("2025-03-01", reported_status="SD", impression="Stable.")
    )
    assert report.newest is not None
    assert (report.newest.id, report.newest.axis, report.newest.facts) == ("record-002", "response", {})
    assert [source.record_id for source in report.newest.sources] == ["record-002"]
    (test,) = report.others
    assert test.date is not None
    assert (test.id, test.date.text) == ("record-001", "2025-06-01")
    assert [source.record_id for source in test.sources] == ["record-001"]
