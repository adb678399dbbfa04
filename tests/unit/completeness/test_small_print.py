"""Small print of the answers that a slip would change unnoticed: which evidence, in which words, for which day."""

from typing import Any

import pytest

from app.completeness.domain.changes import changes_between
from app.completeness.domain.needs import Way
from app.completeness.domain.record_tests import FieldIs
from app.completeness.domain.words import words_of_way
from app.documents.domain.document import DocumentFacts
from app.records.domain.base import Absence, Source
from app.records.domain.disease import Stain
from app.records.domain.statements import Planning
from tests.builders import a_record
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
    a_study,
    a_symptom,
    an_operation,
    full_labs,
    item,
    report,
)
from tests.unit.completeness.test_explained import condition, explained
from tests.unit.completeness.test_profiles import OWN, a_profile
from tests.unit.completeness.test_profiles import item as item_there


def evidence(found: Any) -> list[str]:
    return [one.record_id or one.document_id for one in found.evidence]


def test_a_statement_of_none_is_evidence_by_what_it_states() -> None:
    (one,) = item("medications", a_record("medication", stated=Absence.NONE, date="2026-03-15")).evidence
    assert (one.record_id, one.fields) == ("record-001", ("stated",))
    assert item("medications", a_record("medication", stated=Absence.NONE)).stated_unknown == ()


def test_of_more_earlier_scans_than_are_asked_the_newest_count() -> None:
    days = ("2025-09-05", "2026-01-05", "2025-11-05")
    found = item_there("imaging_prior", a_profile(priors=2), a_study(), *(a_study(date=day) for day in days))
    assert evidence(found) == ["record-003", "record-004"]
    assert found.age_days == 135


def test_a_document_that_is_asked_for_is_named_as_evidence() -> None:
    found = item_there("letter", a_profile(items={"letter": OWN}), a_paper("other"), a_paper("insurance"))
    assert evidence(found) == ["document-002"]


def test_of_two_that_lack_something_the_newest_decides() -> None:
    older, newer = a_pathology(date="2025-01-10", ihc=()), a_pathology(date="2026-01-10", ihc=())
    assert evidence(item("pathology_ihc", older, newer)) == ["record-002"]
    assert evidence(item("pathology_ihc", newer, older)) == ["record-001"]


def test_a_paper_that_cannot_be_read_never_stands_before_a_record_that_lacks_something() -> None:
    unreadable = a_paper("pathology_report", facts=DocumentFacts(readable=False))
    assert evidence(item("pathology_ihc", unreadable, a_pathology(ihc=()))) == ["record-001"]


def test_a_marker_that_was_stated_not_to_be_measured_is_told_from_silence() -> None:
    said = a_record("marker_result", marker="CEA", stated=Absence.NOT_DONE, date="2026-03-01")
    ovary = a_case_with("ovary")
    assert item("marker_trend", said, case=ovary).findings == ("missing", "not_done")
    assert item("marker_trend", case=ovary).findings == ("missing",)


def test_a_record_that_says_nothing_of_what_is_asked_is_told_from_none_at_all() -> None:
    found = item("comorbid_allergy", a_record("comorbidity"))
    assert (found.status, found.lacking, evidence(found)) == (
        "partial",
        ("comorbidities", "allergies"),
        ["record-001"],
    )
    assert item("comorbid_allergy").status == "missing"


@pytest.mark.parametrize(
    ("key", "old", "paper"),
    [
        ("medications", (a_medicine(date="2025-06-01"),), "medication_list"),
        ("labs_organ", full_labs(date="2025-06-01"), "laboratory_report"),
    ],
)
def test_records_that_are_too_old_stand_back_behind_a_paper_that_is_not(
    key: str, old: Any, paper: str
) -> None:
    assert item(key, *old).status == "stale"
    found = item(key, *old, a_paper(paper))
    assert (found.status, evidence(found)) == ("present", ["document-001"])


@pytest.mark.parametrize(("ended", "status"), [("2026-03-20", "present"), ("2026-03-19", "missing")])
def test_a_medicine_is_a_current_one_through_its_last_day(ended: str, status: str) -> None:
    assert item("medications", a_medicine(ended=ended)).status == status


def test_a_plan_that_says_nothing_of_what_is_asked_is_told_from_none_at_all() -> None:
    found = item("admin", a_record("planning"))
    assert (found.status, evidence(found)) == ("partial", ["record-001"])


def test_of_so_many_documents_that_are_asked_each_is_evidence() -> None:
    own = {**OWN, "need": {"documents": {"kinds": ["insurance"], "count": 2}}}
    profile = a_profile(items={"letter": own})
    one = item_there("letter", profile, a_paper("insurance"))
    assert (one.status, one.lacking, evidence(one)) == ("partial", ("documents",), ["document-001"])
    two = item_there("letter", profile, a_paper("insurance"), a_paper("other"), a_paper("insurance"))
    assert (two.status, evidence(two)) == ("present", ["document-001", "document-003"])


def test_each_blood_value_is_evidence_for_its_own_group() -> None:
    found = item("labs_organ", a_lab("Hb"), a_lab("creatinine"), a_lab("PLT"))
    assert [(one.record_id, len(one.fields)) for one in found.evidence] == [
        ("record-001", 1),
        ("record-002", 1),
        ("record-003", 1),
    ]
    assert len({one.fields for one in found.evidence}) == 3


def test_blood_values_without_a_day_are_found_to_be_undated() -> None:
    found = item("labs_organ", *full_labs(date=None))
    assert (found.lacking, "undated" in found.findings) == (("date",), True)
    assert "undated" not in item("labs_organ", *full_labs()).findings


def test_blood_values_from_a_foreign_paper_carry_its_language() -> None:
    case = a_case_with(NSCLC, languages=("en",))
    paper = a_paper("laboratory_report", language="ru")
    read = full_labs(sources=(Source(document_id="document-001"),))
    assert "language" in item("labs_organ", paper, *read, case=case).findings


def test_every_paper_that_makes_a_trend_together_is_evidence() -> None:
    papers = a_paper("laboratory_report"), a_paper("laboratory_report", dated="2026-01-10")
    found = item("marker_trend", *papers, case=a_case_with("ovary"))
    assert (evidence(found), found.age_days) == (["document-001", "document-002"], 10)


def test_an_earlier_scan_that_is_too_old_stands_back_behind_an_unread_report_that_is_not() -> None:
    profile = a_profile(items={"imaging_prior": {"max_age_days": 60}})
    papers = a_paper("imaging_report", dated="2026-02-05", regions=("chest",))
    found = item_there("imaging_prior", profile, a_study(), a_study(date="2025-06-05"), papers)
    assert (found.status, evidence(found)) == ("present", ["document-001"])


@pytest.mark.parametrize(("since", "is_uncertain"), [("2026-01-23", False), ("2026-01-22", True)])
def test_an_age_is_uncertain_only_where_it_may_pass_the_limit(since: str, is_uncertain: object) -> None:
    found = item("imaging_latest", a_study(date=f"{since}/2026-02-10"))
    assert (found.max_age_days, found.status) == (56, "present")
    assert ("age_uncertain" in found.findings) is is_uncertain


def test_of_the_days_of_several_cycles_the_newest_tells_when_treatment_changed() -> None:
    treated = a_regimen(started=None, ended=None, ongoing=True, cycle_dates=("2026-01-15", "2026-03-01"))
    (flag,) = explained("imaging_latest", a_study(), treated).flags
    assert flag.event_date == "2026-03-01"


def test_a_result_is_evidence_by_what_it_states() -> None:
    (one,) = item("molecular", a_biomarker(specimen_date=None)).evidence
    assert (one.record_id, one.fields) == ("record-001", ("method", "gene", "result"))


def test_a_scan_that_may_be_the_earlier_one_keeps_the_days_that_it_may_be_of() -> None:
    found = item("imaging_prior", a_study(date="2026-03-05"), a_study(date="2026-02/2026-03"))
    assert (found.status, "order_uncertain" in found.findings, found.lacking) == ("partial", True, ("date",))
    assert found.age_days == 15


def test_treatments_read_from_a_foreign_paper_carry_its_language() -> None:
    case = a_case_with(NSCLC, languages=("en",))
    paper = a_paper("treatment_summary", language="ru")
    read = a_regimen(sources=(Source(document_id="document-001"),))
    assert "language" in item("treatment_history", paper, read, an_operation(), case=case).findings
    assert "language" not in item("treatment_history", paper, a_regimen(), case=case).findings


def test_papers_of_today_count_beside_records_of_the_future() -> None:
    found = report(a_paper("pathology_report"), a_symptom(date="2026-04-01"))
    assert found.future_dated == ("record-001",)
    assert [one.status for one in found.items if one.key == "pathology_ihc"] == ["present"]


def test_a_result_under_another_name_counts_for_the_gene_that_it_names() -> None:
    assert "EGFR" in item("molecular", a_biomarker(name="ALK")).noted
    assert "EGFR" not in item("molecular", a_biomarker(name="Mutation analysis", gene="EGFR")).noted


def test_a_result_that_a_source_calls_unknown_is_lacking_and_said_to_be_unknown() -> None:
    found = item("molecular", a_biomarker(result=None, absent={"result": Absence.UNKNOWN}))
    assert (found.lacking, found.stated_unknown) == (("result",), ("result",))


def test_images_in_a_foreign_language_are_found_to_be_so() -> None:
    case = a_case_with(NSCLC, languages=("en",))
    found = item(
        "imaging_files", a_study(), a_paper("imaging_file", language="ru", dated="2026-03-05"), case=case
    )
    assert (found.status, "language" in found.findings) == ("partial", True)


def test_a_translation_of_which_nothing_is_said_does_not_certify_another() -> None:
    case = a_case_with(NSCLC, languages=("en",))
    papers = [
        a_paper("translation", language="en", translation_of="document-001", translation_certified=certified)
        for certified in (False, None)
    ]
    original = a_paper("pathology_report", language="ru")
    assert "translation_uncertified" in item("pathology_ihc", original, *papers, case=case).findings
    certified = a_paper(
        "translation", language="en", translation_of="document-001", translation_certified=True
    )
    assert (
        "translation_uncertified"
        not in item("pathology_ihc", original, *papers, certified, case=case).findings
    )


def test_a_paper_that_counts_is_compared_with_an_event_too() -> None:
    treated = a_regimen(started="2026-02-15", ended=None, ongoing=True)
    (flag,) = explained("imaging_latest", a_paper("imaging_report", dated="2026-02-01"), treated).flags
    assert (flag.newest_date, flag.event_date, flag.is_raised) == ("2026-02-01", "2026-02-15", True)


def test_a_field_that_is_only_noted_is_stated_where_a_record_states_it() -> None:
    states = {field.name: field.state for field in explained("pathology_ihc", a_pathology(grade="2")).fields}
    assert states["grade"] == "stated"


def test_a_change_tells_how_much_the_item_is_required() -> None:
    (found,) = (one for one in changes_between(report(), report(a_symptom())).items if one.key == "symptoms")
    assert (found.label, found.requirement) == (item("symptoms").label, "required")


@pytest.mark.parametrize(
    ("need", "contents"),
    [
        (
            {"documents": {"kinds": ["insurance"]}},
            (a_paper("insurance", dated="2025-01-01"), a_paper("insurance", dated=None)),
        ),
        (
            {"together": {"minimum": {"trend": ["symptom.trend"]}}},
            (a_paper("other"), a_paper("insurance", dated="2026-03-10"), a_symptom(date="2025-01-01")),
        ),
    ],
)
def test_what_is_known_to_be_too_old_stands_back_behind_what_is_not(need: Any, contents: Any) -> None:
    own = {**OWN, "need": need, "papers": ["insurance"], "max_age_days": 30}
    found = item_there("letter", a_profile(items={"letter": own}), *contents)
    assert (found.status, evidence(found)) == ("present", ["document-002"])


def test_a_month_is_as_new_as_its_last_day() -> None:
    found = item("marker_trend", a_marker("2026-03"), a_marker("2026-01-10"), a_marker("2025-12-10"))
    assert (found.age_days, found.status) == (0, "present")


def test_a_way_to_state_a_field_is_told_with_all_that_limits_it() -> None:
    way = Way("arrangements", Planning, values=("x",), but_not=("y",), test=FieldIs("consent", ("given",)))
    assert words_of_way(way) == "of a planning, arrangements, being x, not being y, where consent is given"
    assert words_of_way(Way("question", "case")) == "of the case, question"


def test_each_condition_says_what_depends_on_it() -> None:
    found = explained("labs_organ"), explained("postop_pathology", checklist="progression")
    assert [(one.role, one.effect) for half in found for one in half.conditions] == [
        ("unless", "It is not asked where this certainly holds."),
        ("required_when", "It is required where this holds."),
        ("max_age", "Evidence counts as current for 14 days where this holds."),
        ("when", "It is asked where this holds."),
        ("unless", "It is not asked where this certainly holds."),
    ]


def test_only_records_that_a_condition_is_about_decide_it() -> None:
    found = explained("postop_pathology", an_operation(), a_regimen(), checklist="progression")
    assert condition(found, "when", "is known").records == ("record-001",)


def test_only_records_that_say_the_same_are_named_for_an_advanced_disease() -> None:
    spread = a_record("diagnosis", site="lung", metastatic=True)
    early = a_record("stage", system="AJCC", group="IA", date="2020-01-01")
    found = explained("molecular", spread, early)
    told = condition(found, "when", "is advanced")
    assert (told.holds, told.records) == (True, ("record-001",))


def test_changes_name_the_rules_of_the_newer_report() -> None:
    now = report()
    found = changes_between(report(), now)
    assert (found.case_id, found.checklist, found.profile) == (now.case_id, now.checklist, now.profile)


def test_a_stain_without_a_day_lacks_the_specimens_date_and_rests_on_the_stains_of_its_report() -> None:
    stained = a_pathology(specimen_date=None, date=None, ihc=(Stain(marker="PD-L1", result="60 %"),))
    found = item("molecular", stained)
    assert found.lacking == ("specimen_date",)
    assert [(one.record_id, one.fields) for one in found.evidence] == [("record-001", ("ihc",))]


def test_a_waiver_names_the_decision_that_it_is() -> None:
    decision = a_record(
        "decision",
        topic="waiver",
        about="symptoms",
        choice="waived",
        author="A. Doctor",
        date="2026-03-01",
        reason="asked by phone",
    )
    waiver = item("symptoms", decision).waiver
    assert waiver is not None
    assert (waiver.record_id, waiver.by, waiver.reason) == ("record-001", "A. Doctor", "asked by phone")
