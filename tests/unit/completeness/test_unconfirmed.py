"""What was read from documents and waits for a person: named where it would count, and never counted."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from app.casefile.domain.case_file import CaseFile, Entry
from app.completeness.domain.chase.asks import chase
from app.completeness.domain.chase.model import Chase
from app.completeness.domain.check import check
from app.completeness.domain.library import load_checklists
from app.completeness.domain.report import Item, Report
from app.documents.domain.document import DocumentFacts
from tests.builders import A_DAY, a_case_file, a_proposed, a_record
from tests.unit.completeness.checking import (
    AML,
    NSCLC,
    a_biomarker,
    a_case_with,
    a_lab,
    a_marker,
    a_paper,
    a_regimen,
    a_study,
    a_symptom,
    a_waiver,
    full_labs,
    item,
    report,
)
from tests.unit.completeness.test_laws import case_files, checklists, records

CONFIRM = load_checklists()["response"].items[0].actions["unconfirmed"]


def waiting(*records: Any) -> tuple[Any, ...]:
    return tuple(a_proposed(record) for record in records)


def test_a_proposal_satisfies_nothing_and_is_to_be_confirmed() -> None:
    found = item("symptoms", *waiting(a_symptom()))
    assert (found.status, found.unconfirmed) == ("missing", ("proposal-001",))
    assert found.findings == ("missing", "unconfirmed")
    assert found.next_action == CONFIRM
    assert found.evidence == ()


def test_a_proposal_is_named_where_it_would_count_and_nowhere_else() -> None:
    found = report(*waiting(a_symptom(), a_study()))
    named = {one.key: one.unconfirmed for one in found.items if one.unconfirmed}
    assert named == {"symptoms": ("proposal-001",), "imaging_latest": ("proposal-002",)}


def test_a_present_item_stays_present_and_asks_to_confirm_what_is_newer() -> None:
    found = item("imaging_latest", a_study(date="2026-02-01"), *waiting(a_study(date="2026-03-05")))
    assert (found.status, found.unconfirmed, found.next_action) == ("present", ("proposal-001",), CONFIRM)
    assert found.age_days == 47


def test_what_is_older_than_what_is_recorded_is_not_to_be_confirmed_for_the_newest() -> None:
    found = item("imaging_latest", a_study(date="2026-03-05"), *waiting(a_study(date="2025-11-05")))
    assert (found.status, found.unconfirmed) == ("present", ())
    assert item("imaging_prior", a_study(), *waiting(a_study(date="2025-11-05"))).unconfirmed == (
        "proposal-001",
    )


def test_two_values_that_only_make_a_trend_together_are_both_named() -> None:
    found = item("marker_trend", *waiting(a_marker("2026-01-10"), a_marker("2026-03-10", 20)))
    assert found.unconfirmed == ("proposal-001", "proposal-002")


def test_a_value_that_makes_a_trend_with_a_recorded_one_is_named() -> None:
    found = item("marker_trend", a_marker("2026-01-10"), *waiting(a_marker("2026-03-10", 20)))
    assert (found.status, found.unconfirmed) == ("partial", ("proposal-001",))


def test_what_lies_in_the_future_would_not_count() -> None:
    assert item("symptoms", *waiting(a_symptom(date="2026-03-21"))).unconfirmed == ()
    assert item("symptoms", *waiting(a_symptom(date="2026-03-21")), as_of=date(2026, 3, 21)).unconfirmed


def test_what_decides_whether_an_item_is_asked_would_count_for_it() -> None:
    none = a_record("admission", stated="none", date="2026-03-01")
    found = item("complications", *waiting(none))
    assert (found.status, found.unconfirmed) == ("unknown", ("proposal-001",))


def a_diagnosis(**changes: Any) -> Any:
    return a_record("diagnosis", **{"tumour": "primary", "date": "2026-01-01", **changes})


ANOTHER_DISEASE = a_diagnosis(site="lung", histology="adenocarcinoma", date="2026-03-01")
LEUKAEMIA = a_diagnosis(histology="acute myeloid leukaemia")


def a_marrow(**changes: Any) -> Any:
    return a_record(
        "mrd_result",
        **{
            "specimen": "marrow",
            "method": "flow",
            "detection_limit_percent": Decimal("0.01"),
            "result": "negative",
            "timepoint": "after induction",
            "date": "2026-03-01",
            **changes,
        },
    )


def test_what_would_take_an_item_out_of_the_checklist_hides_no_proposal_for_it() -> None:
    case = a_case_with(None)
    accepted = item("mrd_marrow", LEUKAEMIA, a_marrow(), ANOTHER_DISEASE, case=case)
    assert not accepted.active
    found = item("mrd_marrow", LEUKAEMIA, *waiting(a_marrow(), ANOTHER_DISEASE), case=case)
    assert (found.status, found.unconfirmed) == ("missing", ("proposal-001",))


def test_what_is_too_old_by_then_gives_way_there_too() -> None:
    recorded, newer = a_marrow(date="2025-03-01"), a_marrow(result=None)
    found = item("mrd_marrow", LEUKAEMIA, recorded, *waiting(newer, ANOTHER_DISEASE), case=a_case_with(None))
    assert (found.status, found.unconfirmed) == ("stale", ("proposal-001",))


def test_what_would_leave_open_whether_an_item_is_asked_hides_no_proposal_for_it() -> None:
    known = a_record("diagnosis", site="ovary", tumour="primary", date="2026-01-01")
    other = a_record("diagnosis", site="kidney", tumour="primary", date="2026-02-01")
    case = a_case_with(None)
    assert item("molecular", known, other, a_biomarker(), case=case).status == "unknown"
    found = item("molecular", known, *waiting(a_biomarker(), other), case=case)
    assert (found.status, found.unconfirmed) == ("missing", ("proposal-001",))


def test_what_waits_is_not_to_be_confirmed_for_an_item_that_is_not_asked_either_way() -> None:
    result = a_record("mrd_result", specimen="marrow", result="negative", date="2026-03-01")
    found = item("mrd_marrow", *waiting(result))
    assert (found.status, found.unconfirmed) == ("not_applicable", ())
    assert item("mrd_marrow", *waiting(result), case=a_case_with(AML)).unconfirmed == ("proposal-001",)


def test_a_waiver_stands_whatever_waits() -> None:
    found = item("symptoms", a_waiver("symptoms"), *waiting(a_symptom()))
    assert (found.status, found.next_action) == ("waived", None)


def test_a_paper_goes_on_counting_as_unread_while_what_was_read_from_it_waits() -> None:
    found = item("imaging_latest", a_paper("imaging_report"), *waiting(a_study()))
    assert (found.status, found.next_action) == ("present", CONFIRM)
    assert found.findings == ("content_not_read", "unconfirmed")


# --- the chase list ------------------------------------------------------------------------------------------


def chased(*contents: Any, group: str = NSCLC) -> Chase:
    case_file = a_case_file(*contents, case=a_case_with(group))
    rules = load_checklists()["response"]
    return chase(case_file, rules, check(case_file, rules, A_DAY))


def asked(found: Chase, key: str) -> list[str]:
    return [ask.cause for _, ask in found.asks if ask.item == key]


def to_do(found: Chase, key: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(task.cause, task.proposals) for task in found.tasks if task.item == key]


def test_nobody_outside_is_asked_for_what_only_waits_to_be_confirmed() -> None:
    before, after = chased(), chased(*waiting(*full_labs()))
    assert (asked(before, "labs_organ"), to_do(before, "labs_organ")) == (["missing"], [])
    assert asked(after, "labs_organ") == []
    assert to_do(after, "labs_organ") == [
        ("unconfirmed", ("proposal-001", "proposal-002", "proposal-003", "proposal-004", "proposal-005"))
    ]
    assert [ask.item for ask in after.held] == ["labs_organ"]


def test_what_would_be_lacking_still_is_asked_for_beside_what_waits() -> None:
    found = chased(*waiting(a_lab("Hb")))
    assert asked(found, "labs_organ") == ["missing"]
    assert [cause for cause, _ in to_do(found, "labs_organ")] == ["unconfirmed"]
    assert found.held == ()


def test_a_report_that_waits_is_not_asked_for_though_it_would_lack_something() -> None:
    images = a_paper("imaging_file", dated="2026-03-05")
    assert asked(chased(images), "imaging_latest") == ["images_without_report"]
    found = chased(images, *waiting(a_study(compared_with=None)))
    assert asked(found, "imaging_latest") == []
    assert [(ask.item, ask.cause) for ask in found.held] == [("imaging_latest", "images_without_report")]


def test_what_would_be_too_old_still_is_asked_for() -> None:
    found = chased(*waiting(a_study(date="2025-06-01")))
    assert asked(found, "imaging_latest") == ["missing"]


def test_a_paper_whose_content_only_waits_is_not_to_be_typed_in_as_well() -> None:
    paper = a_paper("imaging_report")
    assert to_do(chased(paper), "imaging_latest") == [("content_not_read", ())]
    assert to_do(chased(paper, *waiting(a_study())), "imaging_latest") == [("unconfirmed", ("proposal-001",))]


def test_pages_that_a_paper_lacks_are_asked_for_whatever_was_read_from_the_others() -> None:
    paper = a_paper("imaging_report", facts=DocumentFacts(readable=True, pages=1, pages_stated=2))
    found = chased(paper, *waiting(a_study()))
    assert asked(found, "imaging_latest") == ["pages_missing"]


def test_a_question_for_people_here_stays_beside_what_waits_and_names_no_proposal() -> None:
    case_file = a_case_file(*waiting(a_marker("2026-03-10")), case=a_case_with(None))
    rules = load_checklists()["response"]
    found = chase(case_file, rules, check(case_file, rules, A_DAY))
    assert to_do(found, "marker_trend") == [("unconfirmed", ("proposal-001",)), ("unknown", ())]


def test_a_recorded_treatment_that_lacks_something_is_asked_about_beside_one_that_waits() -> None:
    lacking = a_regimen(reason_ended=None)
    found = chased(lacking, *waiting(a_regimen(regimen="FOLFIRI")))
    assert asked(found, "treatment_history") == ["partial"]


def test_an_item_that_does_not_apply_asks_nobody_to_confirm_anything_for_it() -> None:
    found = chased(*waiting(a_study()), group=AML)
    assert "imaging_files" not in {task.item for task in found.tasks}


# --- laws ----------------------------------------------------------------------------------------------------


@st.composite
def with_proposals(draw: st.DrawFn) -> CaseFile:
    case_file = draw(case_files())
    made = [a_proposed(record) for record in draw(st.lists(records, min_size=1, max_size=6))]
    return replace(case_file, proposals=a_case_file(*made).proposals)


def run(case_file: CaseFile, checklist: str) -> Report:
    return check(case_file, load_checklists()[checklist], A_DAY)


def without_what_waits(one: Item) -> Item:
    findings = tuple(code for code in one.findings if code != "unconfirmed")
    return replace(one, unconfirmed=(), findings=findings, next_action=None)


@given(with_proposals(), checklists)
def test_what_waits_changes_no_status_score_or_readiness_and_only_asks_to_be_confirmed(
    case_file: CaseFile, checklist: str
) -> None:
    before, after = run(replace(case_file, proposals=()), checklist), run(case_file, checklist)
    assert (after.score, after.weights, after.ready, after.blocking, after.future_dated) == (
        before.score,
        before.weights,
        before.ready,
        before.blocking,
        before.future_dated,
    )
    known = {entry.id for entry in case_file.proposals}
    for one, then in zip(before.items, after.items, strict=True):
        assert without_what_waits(then) == without_what_waits(one)
        assert set(then.unconfirmed) <= known
        assert bool(then.unconfirmed) == ("unconfirmed" in then.findings)
        if not then.unconfirmed:
            assert then == one
        elif then.status not in ("waived", "not_applicable"):
            assert then.next_action == CONFIRM


@given(with_proposals(), checklists, st.randoms())
def test_the_order_of_what_waits_never_matters(case_file: CaseFile, checklist: str, chance: Any) -> None:
    shuffled = list(case_file.proposals)
    chance.shuffle(shuffled)
    other = run(replace(case_file, proposals=tuple(shuffled)), checklist)
    assert msgspec.json.encode(other) == msgspec.json.encode(run(case_file, checklist))


@given(case_files(), records, checklists)
def test_what_a_single_record_would_do_for_an_item_is_what_it_does_once_it_is_accepted(
    case_file: CaseFile, record: Any, checklist: str
) -> None:
    (waits,) = a_case_file(a_proposed(record)).proposals
    accepted = replace(
        case_file, entries=(*case_file.entries, Entry("proposal-001", 1, waits.record, waits.recorded_on))
    )
    before = run(replace(case_file, proposals=(waits,)), checklist)
    for one, then in zip(before.items, run(accepted, checklist).items, strict=True):
        rests = "proposal-001" in {part.record_id for part in then.evidence}
        if rests:
            assert one.unconfirmed == ("proposal-001",)
        elif then.active:
            assert one.unconfirmed == ()


@given(with_proposals(), checklists)
def test_whatever_waits_nobody_is_asked_for_more(case_file: CaseFile, checklist: str) -> None:
    rules = load_checklists()[checklist]

    def keys(one: CaseFile) -> set[str]:
        return {ask.key for _, ask in chase(one, rules, check(one, rules, A_DAY)).asks}

    assert keys(case_file) <= keys(replace(case_file, proposals=()))
