"""Precedence of status, waivers, the future, score and readiness."""

from datetime import date
from typing import Any

import msgspec
import pytest

from app.completeness.domain.check import check
from app.completeness.domain.decided import newest_waivers
from app.completeness.domain.library import checklist_for, checklists_for, load_checklists
from app.completeness.domain.report import Block
from tests.builders import A_DAY, a_case, a_case_file, a_record
from tests.unit.completeness.checking import (
    NSCLC,
    a_biomarker,
    a_case_with,
    a_medicine,
    a_paper,
    a_pathology,
    a_regimen,
    a_study,
    a_symptom,
    a_waiver,
    an_opinion,
    full_labs,
    item,
    report,
    status,
)


def everything_required() -> tuple[Any, ...]:
    """Return what makes a response review of a lung cancer ready."""
    return (
        a_record("diagnosis", site="lung", histology="adenocarcinoma", date="2026-01-10", laterality="left"),
        a_record("stage", system="AJCC", edition="8", group="IV"),
        an_opinion(),
        a_pathology(),
        a_study(),
        a_study(date="2026-01-05"),
        a_biomarker(),
        a_regimen(),
        *full_labs(),
        a_medicine(),
        a_symptom(),
        a_record("main_question", question="What now?"),
    )


# --- precedence ---------------------------------------------------------------------------------------------


def test_partial_comes_before_stale_and_both_are_found() -> None:
    found = item(
        "performance_status", a_record("performance_status", scale="ECOG", score=1, date="2025-01-01")
    )
    assert (found.status, found.findings) == ("partial", ("partial", "stale"))


def test_a_waiver_comes_before_everything_and_hides_nothing() -> None:
    found = item("medications", a_waiver("medications"))
    assert (found.status, found.findings, found.next_action) == ("waived", ("waived", "missing"), None)
    assert [(one.record_id, one.fields) for one in found.evidence] == [("record-001", ("reason",))]


def test_a_waiver_of_what_does_not_apply_is_a_waiver() -> None:
    assert item("mrd_marrow", a_waiver("mrd_marrow")).findings == ("waived", "not_applicable")


# --- waivers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, "waived", id="without end"),
        pytest.param({"until": "2026-03-20"}, "waived", id="on its last day"),
        pytest.param({"until": "2026-03-19"}, "missing", id="over"),
        pytest.param({"until": "2026-03"}, "waived", id="until the end of the month"),
        pytest.param({"choice": "withdrawn"}, "missing", id="withdrawn"),
        pytest.param({"topic": "conflict"}, "missing", id="a decision on something else"),
        pytest.param({"date": "2026-03-21"}, "missing", id="decided tomorrow"),
    ],
)
def test_a_waiver_holds_until_its_last_day_or_until_it_is_withdrawn(changes: Any, expected: str) -> None:
    assert status("medications", a_waiver("medications", **changes)) == expected


def test_the_newest_decision_on_an_item_holds() -> None:
    waiver = a_waiver("medications", date="2026-03-01")
    withdrawal = a_waiver("medications", choice="withdrawn", date="2026-03-02")
    assert status("medications", waiver, withdrawal) == "missing"
    assert status("medications", withdrawal, waiver) == "missing"
    assert status("medications", withdrawal, a_waiver("medications", date="2026-03-03")) == "waived"


def test_the_newest_decision_on_each_item_is_at_hand_withdrawals_among_them() -> None:
    first, second = a_waiver("symptoms", date="2026-03-01"), a_waiver("medications", date="2026-03-01")
    withdrawal = a_waiver("symptoms", choice="withdrawn", date="2026-03-02")
    found = newest_waivers(a_case_file(first, second, withdrawal))
    assert {key: entry.id for key, entry in found.items()} == {
        "symptoms": "record-003",
        "medications": "record-002",
    }


def test_what_keeps_a_case_from_being_ready_says_which_item_and_its_status() -> None:
    (block,) = (one for one in report(a_study(date="2025-01-05")).blocking if one.item == "imaging_latest")
    assert block.reason == "Latest scan report: stale"


def test_a_waiver_that_is_over_is_found() -> None:
    assert item("medications", a_waiver("medications", until="2026-01-01")).findings == (
        "missing",
        "waiver_expired",
    )


# --- the future ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "record",
    [
        a_symptom(date="2026-03-21"),
        a_study(date="2026-04"),
        a_regimen(started="2026-03-21", ended=None),
        a_regimen(started=None, ended=None, cycle_dates=("2026-03-21", "2026-04-11")),
        a_pathology(date=None, specimen_date="2026-03-21"),
        a_paper("pathology_report", dated="2026-03-21"),
    ],
)
def test_what_lies_in_the_future_satisfies_nothing_and_is_listed(record: Any) -> None:
    found = report(record)
    assert len(found.future_dated) == 1
    assert not [one for one in found.items if one.evidence]


@pytest.mark.parametrize(
    "record",
    [
        a_symptom(date="2026-03-20"),
        a_study(date="2026-03"),
        a_regimen(cycle_dates=("2026-03-01", "2026-04-11")),
    ],
)
def test_what_may_have_been_by_then_is_not_in_the_future(record: Any) -> None:
    assert report(record).future_dated == ()


# --- score and readiness ------------------------------------------------------------------------------------


def test_a_case_with_all_that_is_required_is_ready() -> None:
    found = report(*everything_required())
    assert {one.key for one in found.items if one.status == "missing"} == {
        "imaging_files",
        "performance_status",
        "comorbid_allergy",
        "admin",
    }
    assert (found.ready, found.blocking) == (True, ())
    assert (found.weights.earned, found.weights.possible, found.score) == (33, 37, 89.2)


def test_what_is_recommended_never_blocks() -> None:
    blocking = {block.item for block in report().blocking}
    assert blocking.isdisjoint({"imaging_files", "performance_status", "comorbid_allergy", "admin"})


def test_what_is_unknown_leaves_the_score_and_does_not_block() -> None:
    found = report(*everything_required())
    unknown = found.item("complications")
    assert unknown is not None
    assert (unknown.status, unknown.active) == ("unknown", False)


def test_an_item_that_is_partial_or_stale_earns_half() -> None:
    records = [one for one in everything_required() if one.kind != "symptom"]
    assert report(*records, a_symptom(date="2026-01-01")).weights.earned == 31.5
    assert report(*records, a_symptom(trend=None)).weights.earned == 31.5
    assert report(*records).weights.earned == 30


def test_a_waived_item_leaves_the_score_and_does_not_block() -> None:
    records = [one for one in everything_required() if one.kind != "symptom"]
    waived = report(*records, a_waiver("symptoms"))
    assert (waived.ready, waived.weights.earned, waived.weights.possible) == (True, 30, 34)
    assert [block.item for block in report(*records).blocking] == ["symptoms"]


def test_a_blocking_conflict_keeps_a_full_case_from_being_ready() -> None:
    case_file = a_case_file(*everything_required(), case=a_case_with(NSCLC))
    conflict = Block(conflict="c-1", reason="two names")
    found = check(case_file, load_checklists()["response"], A_DAY, blocking_conflicts=(conflict,))
    assert (found.ready, found.blocking) == (False, (conflict,))


def test_the_score_is_null_when_nothing_is_possible() -> None:
    keys = [one.key for one in load_checklists()["response"].items]
    found = report(*(a_waiver(key) for key in keys))
    assert (found.score, found.weights.possible, found.ready) == (None, 0, True)


def test_a_case_with_almost_nothing_says_what_to_do_for_every_item_that_counts() -> None:
    found = report(case=a_case(cancer=a_case_with(None).body.cancer))
    assert found.score == 0
    assert all(one.next_action for one in found.items if one.status in ("missing", "unknown"))


# --- the answer ---------------------------------------------------------------------------------------------


def test_the_report_names_the_exact_checklist_and_day() -> None:
    found = report(as_of=date(2026, 3, 20))
    assert found.checklist == load_checklists()["response"].ref
    assert (found.case_id, found.revision, found.as_of) == ("case-1", 1, "2026-03-20")


def test_each_finding_names_its_rule() -> None:
    found = item("labs_organ")
    assert (found.rule.id, found.rule.version) == (
        "response/labs_organ",
        load_checklists()["response"].version,
    )
    assert "clinical.md" in found.rule.source


def test_a_report_is_plain_json() -> None:
    found = report(*everything_required())
    assert msgspec.json.decode(msgspec.json.encode(found))["items"][0]["key"] == "diagnosis_core"


def test_the_main_purpose_chooses_the_checklist() -> None:
    assert checklist_for(a_case(purposes=("remission", "response"))).id == "remission"
    assert [one.id for one in checklists_for(a_case(purposes=("remission", "response")))] == [
        "remission",
        "response",
    ]
    assert checklist_for(a_case()).id == "response"
