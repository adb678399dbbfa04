"""Which question a case raises, and which it does not."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from app.records.domain.kinds import AnyRecord
from app.timeline.domain.question_triggers import Reported
from app.timeline.domain.questions import Question, questions_for
from tests.builders import a_case, a_case_file, a_record
from tests.unit.timeline.records import a_status, a_study, a_target, a_treatment
from tests.worked_cases import LUNG, OVARY, day_of, expectation, worked_case

AS_OF = date(2026, 1, 1)
MISSING = Reported(active=True, requirement="conditional", status="missing")
PRESENT = Reported(active=True, requirement="conditional", status="present")


def raised(
    *records: AnyRecord, items: Mapping[str, Reported] | None = None, **case: Any
) -> dict[str, Question]:
    case_file = a_case_file(*records, case=a_case(**case))
    return {question.id: question for question in questions_for(case_file, AS_OF, items or {})}


@pytest.mark.parametrize(("name", "molecular"), [(LUNG, PRESENT), (OVARY, MISSING)])
def test_a_worked_case_raises_its_expected_questions_and_no_other(name: str, molecular: Reported) -> None:
    questions = questions_for(worked_case(name), day_of(name), {"molecular": molecular})
    assert {question.id for question in questions} == set(expectation(name)["questions"])
    assert len(questions) == len({question.id for question in questions})


def test_the_missing_tests_of_the_disease_are_named() -> None:
    questions = questions_for(
        worked_case(OVARY), day_of(OVARY), {"molecular": MISSING}, tests=("BRCA", "HRD")
    )
    (question,) = (one for one in questions if one.id == "molecular_missing")
    assert question.concerns == ("BRCA", "HRD")


PROGRESSION = a_status("2025-06-01", "progression")


def a_report(day: str) -> AnyRecord:
    return a_record("pathology_report", specimen_date=day, histology="adenocarcinoma")


@pytest.mark.parametrize(
    ("records", "asked"),
    [
        pytest.param((PROGRESSION,), True, id="asserted"),
        pytest.param((a_status("2025-06-01", "response", "PD"),), True, id="response-PD"),
        pytest.param((a_study("2025-06-01", reported_status="PD"),), True, id="report-says-PD"),
        pytest.param(
            (
                a_treatment(
                    "2025-01-01",
                    "x",
                    response_status="PD",
                    response_date="2025-06-01",
                    asserted_by="oncologist",
                ),
            ),
            True,
            id="treatment-ended-in-PD",
        ),
        pytest.param((a_status("2025-06-01", "return", "recurrence"),), True, id="return"),
        pytest.param((a_status(None, "progression"),), True, id="undated"),
        pytest.param((PROGRESSION, a_report("2025-05-31")), True, id="pathology-of-before"),
        pytest.param((PROGRESSION, a_report("2025-06-01")), False, id="pathology-of-that-day"),
        pytest.param((PROGRESSION, a_report("2026-06-01")), True, id="pathology-to-come"),
        pytest.param(
            (a_status("2025-06-01", "progression", asserted_by="patient_caregiver"),),
            False,
            id="by-the-family",
        ),
        pytest.param((a_status("2025-06-01", "progression", certainty="refuted"),), False, id="refuted"),
        pytest.param(
            (PROGRESSION, a_status("2025-07-01", "progression", certainty="refuted")),
            False,
            id="refuted-later",
        ),
        pytest.param(
            (PROGRESSION, a_status("2025-05-01", "progression", certainty="refuted")),
            True,
            id="refuted-before",
        ),
        pytest.param((a_status("2025-06-01", "response", "SD"),), False, id="stable"),
        pytest.param((a_status("2026-06-01", "progression"),), False, id="to-come"),
        pytest.param(
            (a_status("2025-06-01", "progression", certainty="confirmed", evidence=("pathology",)),),
            False,
            id="proven",
        ),
        pytest.param(
            (a_status("2025-06-01", "progression", certainty="confirmed", evidence=("imaging",)),),
            True,
            id="confirmed-on-imaging",
        ),
        pytest.param((), False, id="silent"),
    ],
)
def test_a_change_that_nobody_confirmed_is_asked_about(records: tuple[AnyRecord, ...], asked: Any) -> None:
    assert ("confirmed" in raised(*records)) is asked


@pytest.mark.parametrize(
    ("day", "concerns"),
    [("2025-06-10", ("Biopsy of liver",)), ("2025-05-31", ()), ("2026-06-01", ()), (None, ())],
)
def test_a_biopsy_whose_report_is_not_here_is_named_in_the_question(
    day: str | None, concerns: tuple[str, ...]
) -> None:
    biopsy = a_treatment(day, category="procedure", procedure="Biopsy of liver")

    question = raised(PROGRESSION, biopsy)["confirmed"]

    assert question.concerns == concerns
    assert [source.record_id for source in question.sources] == [
        "record-001",
        *["record-002"][: len(concerns)],
    ]


@pytest.mark.parametrize(
    ("item", "asked"),
    [
        (MISSING, True),
        (Reported(active=True, requirement="required", status="missing"), True),
        (Reported(active=True, requirement="recommended", status="missing"), False),
        (Reported(active=False, requirement="conditional", status="missing"), False),
        (Reported(active=True, requirement="conditional", status="partial"), False),
    ],
)
def test_molecular_testing_is_asked_about_where_it_is_wanted_and_missing(item: Reported, asked: Any) -> None:
    assert ("molecular_missing" in raised(items={"molecular": item})) is asked


def a_result(taken: str | None, reported: str | None = None) -> AnyRecord:
    return a_record("biomarker", name="KRAS", specimen_date=taken, date=reported)


@pytest.mark.parametrize(
    ("records", "asked"),
    [
        pytest.param((a_result("2024-01-01"), PROGRESSION), True, id="before"),
        pytest.param((a_result("2025-06-02"), PROGRESSION), False, id="after"),
        pytest.param(
            (a_result("2024-01-01", "2025-08-01"), PROGRESSION), True, id="old-specimen-tested-later"
        ),
        pytest.param((a_result("2024-01-01"), a_result("2025-07-01"), PROGRESSION), False, id="a-newer-one"),
        pytest.param((a_result(None, "2024-01-01"), PROGRESSION), True, id="only-the-report-is-dated"),
        pytest.param((a_result("2025-06"), PROGRESSION), False, id="not-surely-before"),
        pytest.param((a_result("2024-01-01"),), False, id="no-progression"),
        pytest.param((PROGRESSION,), False, id="no-result"),
    ],
)
def test_an_old_specimen_is_asked_about(records: tuple[AnyRecord, ...], asked: Any) -> None:
    assert ("old_specimen" in raised(*records)) is asked


def test_the_first_statement_of_the_newest_progression_decides() -> None:
    later = a_status("2025-08-01", "progression")
    taken = a_result("2025-07-01")
    assert "old_specimen" not in raised(taken, PROGRESSION, later)
    between = a_treatment("2025-07-15", "docetaxel", reason_ended="x")
    assert "old_specimen" in raised(taken, PROGRESSION, between, later)


@pytest.mark.parametrize(
    ("records", "asked"),
    [
        pytest.param((a_status("2025-06-01", "response", "mixed"),), True, id="status"),
        pytest.param((a_study("2025-06-01", reported_status="mixed"),), True, id="report"),
        pytest.param(
            (a_treatment("2025-01-01", "x", response_status="mixed", response_date="2025-06-01"),),
            True,
            id="treatment",
        ),
        pytest.param(
            (a_status("2025-06-01", "response", "mixed"), a_status("2025-07-01", "response", "PR")),
            False,
            id="older",
        ),
        pytest.param(
            (a_status("2025-06-01", "response", "mixed", certainty="refuted"),), False, id="refuted"
        ),
        pytest.param(
            (
                a_study("2025-01-01", a_target("a", 40), a_target("b", 40)),
                a_study("2025-03-01", a_target("a", 20), a_target("b", 20)),
            ),
            False,
            id="both-down",
        ),
    ],
)
def test_lesions_that_differ_or_the_word_mixed_are_asked_about(
    records: tuple[AnyRecord, ...], asked: Any
) -> None:
    assert ("mixed" in raised(*records)) is asked


NEW_SPOT = {"label": "spot", "role": "new", "certainty": "equivocal"}
INHIBITOR = a_treatment("2025-01-10", "Pembrolizumab", ongoing=True)


@pytest.mark.parametrize(
    ("records", "asked"),
    [
        pytest.param((INHIBITOR, a_study("2025-03-01", NEW_SPOT)), True, id="equivocal-new-lesion"),
        pytest.param(
            (INHIBITOR, a_study("2025-01-01", a_target("a", 20)), a_study("2025-03-01", a_target("a", 25))),
            True,
            id="growth",
        ),
        pytest.param(
            (INHIBITOR, a_study("2025-01-01", a_target("a", 20)), a_study("2025-03-01", a_target("a", 24))),
            False,
            id="growth-under-5-mm",
        ),
        pytest.param((INHIBITOR, a_study("2025-03-01", reported_status="PD")), True, id="report-says-PD"),
        pytest.param(
            (INHIBITOR, a_study("2025-03-01", NEW_SPOT), a_study("2025-05-01", a_target("a", 20))),
            False,
            id="older-study",
        ),
        pytest.param((INHIBITOR,), False, id="no-study"),
        pytest.param(
            (a_treatment("2025-01-10", "docetaxel"), a_study("2025-03-01", NEW_SPOT)),
            False,
            id="chemotherapy",
        ),
        pytest.param(
            (INHIBITOR, a_treatment("2025-06-01", "docetaxel"), a_study("2025-07-01", NEW_SPOT)),
            False,
            id="former",
        ),
    ],
)
def test_growth_under_a_checkpoint_inhibitor_is_asked_about(
    records: tuple[AnyRecord, ...], asked: Any
) -> None:
    assert ("immunotherapy" in raised(*records)) is asked


def test_the_aim_is_asked_for_where_progression_is_reviewed_and_no_opinion_states_it() -> None:
    aim = a_record("opinion", aim="to relieve pain", date="2025-06-01")
    assert "goal" in raised(purposes=("progression",))
    assert "goal" not in raised(purposes=("response",))
    assert "goal" not in raised(aim, purposes=("progression",))
    assert "goal" in raised(a_record("opinion", aim="x", date="2027-06-01"), purposes=("progression",))


def test_a_question_names_the_records_that_raise_it() -> None:
    question = raised(a_treatment("2025-01-01", "docetaxel", ended="2025-05-01"))["stop_reason"]
    assert [source.record_id for source in question.sources] == ["record-001"]
    assert question.concerns == ("docetaxel",)
