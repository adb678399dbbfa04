"""What only one review asks, and what every review asks of the patient: question, consent, plans."""

from typing import Any

import pytest

from app.cases.domain import Patient
from tests.builders import a_record
from tests.unit.completeness.checking import (
    NSCLC,
    a_case_with,
    a_paper,
    a_plan,
    a_regimen,
    a_status,
    an_operation,
    item,
    status,
)


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({}, ()),
        ({"sites": ()}, ("sites",)),
        ({"extent": None}, ("extent",)),
        ({"pace": None}, ("pace",)),
        ({"symptomatic": None}, ("symptomatic",)),
        ({"symptomatic": False}, ()),
        ({"certainty": None}, ("certainty",)),
        ({"asserted_by": "unknown"}, ("asserter",)),
        ({"asserted_by": "unknown", "author": "A. Doctor"}, ()),
        ({"axis": "response", "value": "PD"}, ()),
    ],
)
def test_a_progression_is_described(changes: Any, lacking: tuple[str, ...]) -> None:
    fields = {
        "sites": ("liver",),
        "extent": "local",
        "pace": "slow",
        "symptomatic": True,
        "certainty": "reported",
    }
    found = item("progression_detail", a_status(**{**fields, **changes}), checklist="progression")
    assert found.lacking == lacking


@pytest.mark.parametrize(
    "changes", [{"axis": "response", "value": "SD"}, {"axis": "return"}, {"certainty": "refuted"}]
)
def test_what_is_no_progression_does_not_describe_one(changes: Any) -> None:
    assert status("progression_detail", a_status(**changes), checklist="progression") == "missing"


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({}, ()),
        ({"certainty": None}, ("certainty",)),
        ({"extent": None}, ("type",)),
        ({"biopsy": None}, ("biopsy",)),
        ({"biopsy": "no"}, ()),
        ({"biopsy": None, "evidence": ("imaging", "pathology")}, ()),
        ({"biopsy": None, "evidence": ("imaging",)}, ("biopsy",)),
        ({"asserted_by": None}, ("asserter",)),
    ],
)
def test_a_return_states_certainty_type_biopsy_and_who_said_it(
    changes: Any, lacking: tuple[str, ...]
) -> None:
    fields = {
        "axis": "return",
        "value": "recurrence",
        "certainty": "suspected",
        "extent": "local",
        "biopsy": "pending",
    }
    found = item("recurrence_claim", a_status(**{**fields, **changes}), checklist="recurrence")
    assert found.lacking == lacking


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({}, ()),
        ({"value": None}, ("type",)),
        ({"date": None}, ("date",)),
        ({"tests": ()}, ("tests",)),
        ({"tests": (), "evidence": ("imaging",)}, ()),
        ({"asserted_by": None}, ("asserter",)),
    ],
)
def test_a_remission_states_type_date_tests_and_who_said_it(changes: Any, lacking: tuple[str, ...]) -> None:
    fields = {"axis": "remission", "value": "complete", "tests": ("PET-CT",)}
    found = item("remission_statement", a_status(**{**fields, **changes}), checklist="remission")
    assert found.lacking == lacking


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({}, ()),
        ({"tests": ()}, ("tests", "intervals")),
        ({"triggers": ()}, ("triggers",)),
        ({"coordinator": None}, ("coordinator",)),
    ],
)
def test_a_follow_up_plan_states_tests_intervals_triggers_and_coordinator(
    changes: Any, lacking: tuple[str, ...]
) -> None:
    assert item("followup_plan", a_plan(**changes), checklist="remission").lacking == lacking


@pytest.mark.parametrize(
    ("born", "found", "treatments", "expected"),
    [
        pytest.param("2005-01-01", "2015", (), "missing", id="a child then, grown up now"),
        pytest.param("2012-01-01", None, (), "missing", id="a child now"),
        pytest.param(
            "1960", "2020", (a_regimen(ended="2025-06-01"),), "not_applicable", id="grown up, treated lately"
        ),
        pytest.param(
            "1960", "2020", (a_regimen(ended="2021-03-19"),), "missing", id="five years after treatment"
        ),
        pytest.param(
            "1960", "2020", (a_regimen(ended=None, ongoing=True),), "not_applicable", id="on treatment"
        ),
        pytest.param("1960", "2020", (a_regimen(ended="2021"),), "unknown", id="an end known to the year"),
        pytest.param(
            "1960", "2020", (an_operation(date="2019-01-01", ended=None),), "missing", id="operated long ago"
        ),
        pytest.param("1960", "2020", (), "unknown", id="treatment not known"),
        pytest.param(None, "2020", (), "unknown", id="age not known"),
        pytest.param("2002", "2020", (), "unknown", id="seventeen or eighteen"),
        pytest.param("1960", None, (a_regimen(),), "unknown", id="found nobody says when"),
    ],
)
def test_late_effects_are_asked_of_children_then_and_five_years_after_treatment(
    born: str | None, found: str | None, treatments: Any, expected: str
) -> None:
    case = a_case_with(NSCLC, patient=Patient(birth_date=born))
    diagnosis = a_record("diagnosis", date=found)
    assert status("late_effects", diagnosis, *treatments, checklist="remission", case=case) == expected


def test_only_a_plan_that_names_checks_for_late_effects_is_one() -> None:
    child = a_case_with(NSCLC, patient=Patient(birth_date="2015"))
    assert status("late_effects", a_plan(), checklist="remission", case=child) == "missing"
    plan = a_plan(late_effect_checks=("heart ultrasound",))
    assert status("late_effects", plan, checklist="remission", case=child) == "present"
    old = a_plan(late_effect_checks=("heart ultrasound",), date="2025-03-01")
    assert status("late_effects", old, checklist="remission", case=child) == "stale"


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        pytest.param((), ("missing", ()), id="silent"),
        pytest.param(
            (("comorbidity", {"condition": "diabetes"}),), ("partial", ("allergies",)), id="one half"
        ),
        pytest.param(
            (("comorbidity", {"stated": "none"}), ("allergy", {"stated": "none"})),
            ("present", ()),
            id="none known",
        ),
        pytest.param(
            (("comorbidity", {"stated": "none"}), ("allergy", {"stated": "unknown"})),
            ("partial", ("allergies",)),
            id="unknown",
        ),
        pytest.param(
            (("comorbidity", {"condition": "x"}), ("allergy", {"substance": "penicillin"})),
            ("present", ()),
            id="both named",
        ),
    ],
)
def test_other_illnesses_and_allergies_are_named_or_stated_none(records: Any, expected: Any) -> None:
    found = item("comorbid_allergy", *(a_record(kind, **fields) for kind, fields in records))
    assert (found.status, found.lacking) == expected


@pytest.mark.parametrize("kind", ["history_physical", "discharge_summary"])
def test_a_history_on_paper_counts_for_illnesses_and_allergies(kind: str) -> None:
    assert status("comorbid_allergy", a_paper(kind)) == "present"


def test_the_main_question_stands_on_the_case_or_in_a_record() -> None:
    assert status("main_question") == "missing"
    assert status("main_question", case=a_case_with(NSCLC, question="What now?")) == "present"
    assert status("main_question", a_record("main_question", question="What now?")) == "present"


def a_planning(**changes: Any) -> Any:
    return a_record(
        "planning",
        **{
            "date": "2026-03-01",
            "consent": "given",
            "goals": "be at home",
            "review_language": "en",
            **changes,
        },
    )


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({}, ()),
        ({"consent": None}, ("consent",)),
        ({"consent": "pending"}, ("consent",)),
        ({"consent": "withdrawn"}, ("consent",)),
        ({"goals": None}, ("goals",)),
        ({"review_language": None}, ("review_language",)),
        ({"review_language": None, "translation": "needed"}, ()),
        ({"travel_planned": False}, ()),
        ({"travel_planned": True}, ("destination", "fitness_to_travel")),
        ({"travel_planned": True, "destination_country": "IN", "fitness_to_travel": "fit, A. Doctor"}, ()),
    ],
)
def test_consent_language_goals_and_travel_are_stated(changes: Any, lacking: tuple[str, ...]) -> None:
    assert item("admin", a_planning(**changes)).lacking == lacking


def test_a_later_withdrawal_outweighs_an_earlier_consent() -> None:
    withdrawn = a_record("planning", date="2026-03-10", consent="withdrawn")
    assert item("admin", a_planning(), withdrawn).lacking == ("consent",)
    assert item("admin", a_planning(date="2026-03-15"), withdrawn).lacking == ()


def test_a_silent_case_lacks_consent_language_and_goals() -> None:
    assert status("admin") == "missing"
