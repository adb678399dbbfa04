"""Small print of the answers that a slip would change unnoticed: which evidence, in which words, for which day."""

from typing import Any

from app.completeness.domain.changes import changes_between
from app.completeness.domain.needs import Way
from app.completeness.domain.record_tests import FieldIs
from app.completeness.domain.words import words_of_way
from app.documents.domain.document import DocumentFacts
from app.records.domain.base import Absence
from app.records.domain.disease import Stain
from app.records.domain.statements import Planning
from tests.builders import a_record
from tests.unit.completeness.checking import (
    a_case_with,
    a_marker,
    a_paper,
    a_pathology,
    a_regimen,
    a_study,
    an_operation,
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
