"""One item explained: what was asked, what decided it, what was weighed, and what would change the answer."""

from dataclasses import replace
from typing import Any

import pytest

from app.cases.domain import Patient
from app.completeness.checklists.conditions import read_condition
from app.completeness.checklists.located import read_located
from app.completeness.domain.check import check
from app.completeness.domain.explain import explain, words_of_need
from app.completeness.domain.explain_conditions import explain_condition
from app.completeness.domain.explain_unconfirmed import words_if_confirmed
from app.completeness.domain.explained import ConditionExplained, ItemExplained
from app.completeness.domain.facts import Facts
from app.completeness.domain.library import load_checklists
from app.completeness.domain.needs import Documents
from app.completeness.domain.words import words_of_condition
from app.documents.domain.document import DocumentFacts
from app.records.domain.base import Absence
from tests.builders import A_DAY, a_case, a_case_file, a_proposed, a_record
from tests.unit.completeness.checking import (
    NSCLC,
    a_biomarker,
    a_case_with,
    a_lab,
    a_marker,
    a_medicine,
    a_paper,
    a_pathology,
    a_regimen,
    a_status,
    a_study,
    a_symptom,
    a_waiver,
    an_operation,
)


def explained(key: str, *contents: Any, checklist: str = "response", case: Any = None) -> ItemExplained:
    rules = load_checklists()[checklist]
    case_file = a_case_file(*contents, case=case or a_case_with(NSCLC))
    report = check(case_file, rules, A_DAY)
    item = report.item(key)
    assert item is not None
    return explain(case_file, rules, A_DAY, report, item)


def leaves(condition: ConditionExplained) -> list[ConditionExplained]:
    return [leaf for part in condition.parts for leaf in leaves(part)] or [condition]


def condition(found: ItemExplained, role: str, words: str) -> ConditionExplained:
    return next(
        leaf
        for one in found.conditions
        if one.role == role
        for leaf in leaves(one.condition)
        if words in leaf.words
    )


# --- the rule and its conditions ---------------------------------------------------------------------------------


def test_it_names_the_rules_the_day_and_the_item_of_the_report() -> None:
    found = explained("symptoms", a_symptom())
    assert found.checklist == load_checklists()["response"].ref
    assert (found.as_of, found.item.status) == ("2026-03-20", "present")
    assert found.item.rule.source.startswith("S4")


def test_a_condition_says_what_it_was_decided_by() -> None:
    found = explained("postop_pathology", an_operation(), checklist="progression")
    known = condition(found, "when", "a treatment whose category is surgery is known")
    assert (known.holds, known.records) == (True, ("record-001",))
    paper = condition(found, "when", "operative note")
    assert (paper.holds, paper.documents) == (False, ())
    stated = condition(found, "unless", "it is stated that there is no treatment")
    assert stated.holds is False


def test_a_condition_that_cannot_be_decided_is_null_and_says_what_to_find_out() -> None:
    found = explained("complications")
    assert condition(found, "when", "an admission is known").holds is None
    assert found.would_change == ("Find out whether an admission is known.",)


def test_what_was_said_of_a_condition_is_named() -> None:
    stated = a_record("admission", stated=Absence.NONE)
    found = explained("complications", stated)
    known = condition(found, "when", "an admission is known")
    assert (known.holds, known.records) == (False, ("record-001",))
    assert found.would_change == ("It would be asked if one of these holds at least.",)


@pytest.mark.parametrize(
    ("key", "checklist", "contents", "told_of", "inputs"),
    [
        pytest.param(
            "marker_trend",
            "response",
            (),
            ("when", "has markers"),
            "The disease may be: nsclc.",
            id="disease",
        ),
        pytest.param(
            "molecular", "response", (), ("when", "is advanced"), "The records are silent.", id="silent"
        ),
        pytest.param(
            "molecular",
            "response",
            (a_record("diagnosis", site="lung", metastatic=True),),
            ("when", "is advanced"),
            "Records say so.",
            id="advanced",
        ),
        pytest.param(
            "late_effects",
            "remission",
            (a_record("diagnosis", site="lung", date="2020-06-01"),),
            ("when", "younger than 18"),
            "Between 59 and 60 years.",
            id="age",
        ),
        pytest.param(
            "late_effects",
            "remission",
            (a_regimen(),),
            ("when", "ended 1826 days ago"),
            "It would have ended by 2021-03-20.",
            id="treatment over",
        ),
        pytest.param(
            "labs_organ",
            "response",
            (a_record("planning", travel_planned=True),),
            ("max_age", "travel planned"),
            "The newest that states it says: true.",
            id="says",
        ),
        pytest.param(
            "labs_organ",
            "response",
            (),
            ("max_age", "travel planned"),
            "No planning states travel planned.",
            id="says nothing",
        ),
    ],
)
def test_the_inputs_of_a_condition_are_told(
    key: str, checklist: str, contents: Any, told_of: tuple[str, str], inputs: str
) -> None:
    found = explained(key, *contents, checklist=checklist)
    told = condition(found, *told_of)
    assert told.inputs == (inputs,)
    assert told.records == (
        ("record-001",) if contents and "may be" not in inputs and "years" not in inputs else ()
    )


def test_a_condition_on_papers_names_those_of_its_kind() -> None:
    found = explained(
        "postop_pathology", a_paper("operative_note"), a_paper("insurance"), checklist="progression"
    )
    paper = condition(found, "when", "operative note")
    assert (paper.holds, paper.documents, paper.records) == (True, ("document-001",), ())


@pytest.mark.parametrize(
    ("patient", "said"),
    [
        (Patient(deceased="2026-01-01"), "It is recorded."),
        (Patient(deceased="2026-04-01"), "The patient is stated to live."),
        (Patient(), "Nobody says."),
    ],
)
def test_whether_the_patient_lives_is_told_as_far_as_it_is_known(patient: Patient, said: str) -> None:
    found = explained("symptoms", case=a_case_with(NSCLC, patient=patient))
    assert condition(found, "unless", "died").inputs == (said,)


def test_only_treatments_that_a_condition_is_about_tell_whether_treatment_is_over() -> None:
    none = a_record("treatment", category="surgery", stated=Absence.NONE)
    case_file = a_case_file(a_regimen(), an_operation(), none)
    facts = Facts(case_file, load_checklists()["response"], A_DAY)
    over = read_condition(read_located("treatment_over: {days: 30, where: {category: surgery}}", "test"))
    found = explain_condition(over, facts)
    assert (found.holds, found.records) == (True, ("record-002",))
    assert found.inputs == ("It would have ended by 2026-02-18.",)


def test_what_accepting_would_make_of_an_item_is_said_in_plain_words() -> None:
    one = explained("symptoms", a_symptom()).item
    two = replace(one, unconfirmed=("proposal-001", "proposal-002"))
    (words,) = words_if_confirmed(two, "not_applicable")
    assert words.startswith("Accept or reject the 2 records that were read and wait: ")
    assert words.endswith("if everything that waits were accepted, it would be not applicable.")
    assert list(words_if_confirmed(one, None)) == []


def test_a_disease_is_named_in_plain_words() -> None:
    found = explained("imaging_latest", case=a_case_with("acute_myeloid_leukaemia"))
    told = [said for one in found.conditions for leaf in leaves(one.condition) for said in leaf.inputs]
    assert "The disease may be: acute myeloid leukaemia." in told


def test_several_diseases_that_are_possible_are_named() -> None:
    found = explained("marker_trend", case=a_case())
    (said,) = condition(found, "when", "has markers").inputs
    assert said.startswith("The disease may be: ")
    assert " or " in said
    assert "nsclc" in said


def test_without_a_disease_it_is_said_that_nothing_names_one() -> None:
    found = explained("marker_trend", case=a_case(cancer=a_case_with(None).body.cancer))
    assert condition(found, "when", "has markers").inputs == ("Nothing says which disease it is.",)


def test_an_age_that_is_not_known_is_said_to_be_so() -> None:
    case = a_case_with(NSCLC, patient=Patient())
    found = explained("late_effects", checklist="remission", case=case)
    assert condition(found, "when", "younger than 18").inputs == ("The age then is not known.",)


def test_every_condition_and_need_of_every_checklist_has_words() -> None:
    for checklist in load_checklists().values():
        for rule in checklist.items:
            assert words_of_need(rule.need)
            for one in (rule.when, rule.unless, rule.required_when):
                assert one is None or words_of_condition(one)


# --- fields and candidates ---------------------------------------------------------------------------------------


def test_each_field_says_how_it_may_be_stated_and_by_which_record_it_is() -> None:
    found = explained("pathology_ihc", a_pathology())
    states = {field.name: (field.state, field.stated_by, field.is_required) for field in found.fields}
    assert states["histology"] == ("stated", ("record-001",), True)
    assert states["grade"] == ("lacking", (), False)
    ihc = next(field for field in found.fields if field.name == "ihc")
    assert ihc.ways == ("ihc", "ancillary", "stated as none", "stated as not done")


def test_a_field_that_a_source_calls_unknown_is_told_from_one_that_nobody_states() -> None:
    found = explained("pathology_ihc", a_pathology(ihc=(), absent={"ihc": Absence.UNKNOWN}))
    assert {field.name: field.state for field in found.fields}["ihc"] == "stated_unknown"
    assert found.would_change == ("State: ihc.",)


def test_a_paper_that_nobody_read_states_nothing_yet() -> None:
    found = explained("pathology_ihc", a_paper("pathology_report"))
    assert {field.state for field in found.fields} == {"on_paper_only"}
    assert "Once records rest on the paper, they decide." in found.would_change


def test_a_field_that_is_not_asked_of_this_case_says_so() -> None:
    found = explained("admin", a_record("planning", consent="given"))
    assert {field.name: field.state for field in found.fields}["destination"] == "not_asked"
    history = explained("treatment_history", a_regimen())
    states = {field.name: field.state for field in history.fields}
    assert (states["fractions"], states["cycles"]) == ("not_asked", "stated")


def test_a_field_that_the_case_itself_states_is_stated_by_the_case() -> None:
    found = explained("main_question", case=a_case_with(NSCLC, question="What now?"))
    assert [field.stated_by for field in found.fields] == [("case",)]


def test_everything_that_was_weighed_is_there_and_one_decides() -> None:
    found = explained(
        "pathology_ihc", a_pathology(), a_pathology(date="2026-02-10", ihc=()), a_paper("pathology_report")
    )
    assert [(one.decides, one.is_complete, one.lacking) for one in found.candidates] == [
        (True, True, ()),
        (False, False, ("ihc",)),
        (False, True, ()),
    ]
    assert found.candidates[2].findings == ("content_not_read",)


@pytest.mark.parametrize(
    ("key", "contents", "weighed"),
    [
        ("imaging_latest", (a_study(), a_study(date="2026-01-05")), 1),
        ("imaging_prior", (a_study(), a_study(date="2026-01-05"), a_study(date="2025-11-05")), 2),
        ("imaging_files", (a_study(), a_paper("imaging_file"), a_paper("imaging_file")), 2),
        ("marker_trend", (a_marker("2026-03-01"), a_marker("2026-03-02")), 1),
        ("labs_organ", (a_lab("Hb"),), 1),
        ("molecular", (a_biomarker(), a_biomarker(name="ALK")), 2),
        ("treatment_history", (a_regimen(), an_operation()), 1),
        ("comorbid_allergy", (a_record("allergy", substance="x"),), 1),
        ("medications", (), 0),
    ],
)
def test_what_was_weighed_is_shown_for_every_need(key: str, contents: Any, weighed: int) -> None:
    found = explained(key, *contents)
    assert len(found.candidates) == weighed
    assert sum(one.decides for one in found.candidates) == min(1, weighed)


def test_a_need_for_documents_has_words_too() -> None:
    assert words_of_need(Documents(frozenset({"identity"}), 2)) == (
        "At least 2 readable documents of this kind: identity."
    )


# --- freshness, flags, what would change ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "words", "stale", "through"),
    [
        (
            "2026-03-05",
            "2026-03-20 minus 2026-03-05 is 15 days; the limit is 56: not certainly older.",
            False,
            "2026-04-30",
        ),
        (
            "2026-01-01",
            "2026-03-20 minus 2026-01-01 is 78 days; the limit is 56: older.",
            True,
            "2026-02-26",
        ),
        (
            "2026-01",
            "2026-03-20 minus 2026-01 is 48 to 78 days; the limit is 56: not certainly older.",
            False,
            "2026-03-28",
        ),
        (None, "Nothing dates it.", False, None),
    ],
)
def test_age_is_shown_as_arithmetic(when: Any, words: str, stale: Any, through: Any) -> None:
    fresh = explained("imaging_latest", a_study(date=when)).freshness
    assert (fresh.words, fresh.is_stale, fresh.current_through, fresh.limit_days) == (
        words,
        stale,
        through,
        56,
    )


def test_the_fewest_and_the_most_days_are_shown_with_the_dates_that_they_are_counted_from() -> None:
    found = explained("imaging_latest", a_study(date="2026-01"))
    fresh = found.freshness
    assert (fresh.date, fresh.earliest, fresh.latest) == ("2026-01", "2026-01-01", "2026-01-31")
    assert (fresh.least_days, fresh.most_days) == (48, 78)
    assert [one.date for one in found.candidates] == ["2026-01"]
    undated = explained("imaging_latest", a_study(date=None))
    assert (undated.freshness.least_days, undated.candidates[0].date) == (None, None)


def test_what_does_not_age_says_so() -> None:
    assert explained("pathology_ihc").freshness.words == "It does not age."
    assert "it does not age" in explained("pathology_ihc", a_pathology()).freshness.words


def test_what_has_no_known_beginning_may_be_of_any_age() -> None:
    assert " or more days" in explained("imaging_latest", a_study(date="../2026-03-05")).freshness.words


def test_a_flag_shows_both_dates_that_it_compares() -> None:
    found = explained("imaging_latest", a_study(date="2026-01-05"), a_regimen(started="2026-02-01"))
    (flag,) = found.flags
    assert (flag.finding, flag.newest_date, flag.event_date, flag.is_raised) == (
        "scan_before_treatment_change",
        "2026-01-05",
        "2026-02-01",
        True,
    )
    silent = explained("imaging_latest", a_regimen(started="2026-02-01")).flags[0]
    assert (silent.newest_date, silent.is_raised) == (None, False)


@pytest.mark.parametrize(
    ("key", "contents", "would_change"),
    [
        pytest.param(
            "medications",
            (),
            (
                "Every medication, each stating its fields.",
                "A readable document of this kind: medication list or prescription.",
            ),
            id="missing",
        ),
        pytest.param(
            "medications",
            (a_medicine(dose=None),),
            ("State: dose.", "After 2026-04-09 it is stale."),
            id="partial",
        ),
        pytest.param(
            "medications",
            (a_medicine(date="2026-01-01"),),
            ("Evidence of 2026-02-18 or later.",),
            id="stale",
        ),
        pytest.param("medications", (a_medicine(),), ("After 2026-04-09 it is stale.",), id="present"),
        pytest.param(
            "pathology_ihc",
            (a_paper("pathology_report", facts=DocumentFacts(readable=False)),),
            ("Settle `unreadable`.",),
            id="unreadable",
        ),
        pytest.param(
            "symptoms",
            (a_waiver("symptoms", until="2026-04-01"), a_symptom()),
            ("The waiver ends after 2026-04-01.", "After 2026-03-29 it is stale."),
            id="waived until",
        ),
        pytest.param(
            "symptoms",
            (a_waiver("symptoms"), a_symptom()),
            ("The waiver ends when it is withdrawn.", "After 2026-03-29 it is stale."),
            id="waived",
        ),
    ],
)
def test_what_would_change_the_answer_is_said(key: str, contents: Any, would_change: Any) -> None:
    assert explained(key, *contents).would_change == would_change


def test_a_proposal_that_waits_is_named_with_its_words_and_what_accepting_it_would_make() -> None:
    waiting = a_proposed(a_study(compared_with=None), "document-007", "CT chest: smaller")
    found = explained("imaging_latest", waiting)
    (one,) = found.unconfirmed
    assert (one.proposal_id, one.kind) == ("proposal-001", "imaging_study")
    assert (one.document_id, one.page, one.quote) == ("document-007", 1, "CT chest: smaller")
    assert (found.item.status, found.if_confirmed) == ("missing", "partial")
    assert found.would_change[0] == (
        "Accept or reject what was read and waits: if everything that waits were accepted, it would be partial."
    )


def test_several_proposals_are_counted_and_an_item_without_any_says_nothing_of_them() -> None:
    two = (a_proposed(a_symptom()), a_proposed(a_symptom(symptom="pain")))
    found = explained("symptoms", *two)
    assert found.would_change[0] == (
        "Accept or reject the 2 records that were read and wait: if everything that waits were accepted, it would be "
        "present."
    )
    other = explained("medications", *two)
    assert (other.unconfirmed, other.if_confirmed) == ((), None)
    assert not any("wait" in words for words in other.would_change)


def test_what_is_taken_out_says_what_would_bring_it_back() -> None:
    found = explained("imaging_latest", case=a_case_with("acute_myeloid_leukaemia"))
    assert found.would_change == ("It would be asked if the condition under `unless` no longer held.",)


def test_a_refuted_progression_is_no_candidate() -> None:
    found = explained("progression_detail", a_status(certainty="refuted"), checklist="progression")
    assert found.candidates == ()
