"""What changed between two reports, in words and ids."""

from typing import Any

from app.completeness.domain.changes import Changes, Difference, ItemChange, changes_between
from app.completeness.domain.library import load_checklists
from app.documents.domain.document import DocumentFacts
from tests.builders import A_DAY, a_proposed, a_record
from tests.unit.completeness.checking import (
    a_marker,
    a_paper,
    a_pathology,
    a_study,
    a_symptom,
    a_waiver,
    report,
)
from tests.unit.completeness.test_profiles import a_profile, sent_there

NOTHING = Difference(added=(), removed=())


def changed(before: tuple[Any, ...], now: tuple[Any, ...]) -> Changes:
    return changes_between(report(*before), report(*now))


def item(found: Changes, key: str) -> ItemChange:
    return next(one for one in found.items if one.key == key)


def test_nothing_changes_between_the_same_and_the_same() -> None:
    found = changed((a_symptom(),), (a_symptom(),))
    assert (found.items, found.words, found.blocking) == ((), (), NOTHING)
    assert found.before == found.now


def test_a_record_that_comes_is_told_in_words_and_ids() -> None:
    found = changed((), (a_symptom(),))
    (one,) = found.items
    assert (one.key, one.status_before, one.status_now) == ("symptoms", "missing", "present")
    assert one.records == Difference(added=("record-001",), removed=())
    assert one.words == ("Was missing, is present.", "1 record counted now and not before.")
    assert found.blocking.removed == ("symptoms",)
    assert found.words == ("Score 0, now 8.1.",)
    assert (found.before.score, found.now.score) == (0, 8.1)


def test_what_is_no_longer_lacking_and_what_is_now_found_are_told() -> None:
    found = changed(
        (a_pathology(ihc=()), a_marker("2026-03-01")),
        (a_pathology(), a_marker("2026-03-01"), a_marker("2026-03-02", unit=None)),
    )
    assert item(found, "pathology_ihc").words == (
        "Was partial, is present.",
        "No longer lacking: ihc.",
        "No longer found: biopsy without ihc.",
    )
    assert item(found, "pathology_ihc").lacking == Difference(added=(), removed=("ihc",))


def test_a_change_of_findings_alone_is_a_change() -> None:
    found = changed(
        (a_study(), a_paper("imaging_report", dated="2026-01-05")), (a_study(), a_study(date="2026-01-05"))
    )
    prior = item(found, "imaging_prior")
    assert (prior.status_before, prior.status_now) == ("present", "present")
    assert prior.findings == Difference(added=(), removed=("content_not_read",))
    assert prior.documents == Difference(added=(), removed=("document-001",))
    assert prior.words == (
        "No longer found: content not read.",
        "1 record counted now and not before.",
        "1 document counted before and not now.",
    )


def test_evidence_that_leaves_and_fields_that_go_silent_are_told() -> None:
    found = changed((a_pathology(),), (a_pathology(ihc=()),))
    assert item(found, "pathology_ihc").words == (
        "Was present, is partial.",
        "Now lacking: ihc.",
        "Found: biopsy without ihc.",
    )
    gone = changed((a_symptom(),), ())
    assert item(gone, "symptoms").words[1] == "1 record counted before and not now."


def test_a_waiver_is_a_change_of_that_item_only() -> None:
    found = changed((), (a_waiver("symptoms"),))
    (one,) = found.items
    assert (one.key, one.status_now) == ("symptoms", "waived")
    assert one.findings == Difference(added=("missing",), removed=())


def test_days_that_pass_are_a_change_where_both_days_are_asked() -> None:
    before = report(a_symptom(date="2026-03-15"))
    after = report(a_symptom(date="2026-03-15"), as_of=A_DAY.replace(month=4))
    assert [one.key for one in changes_between(before, after).items] == ["symptoms"]


def test_items_that_only_one_side_asks_are_told_as_not_asked() -> None:
    found = changes_between(report(checklist="response"), report(checklist="progression"))
    assert item(found, "progression_detail").words[0] == "Was not asked, is missing."
    back = changes_between(report(checklist="progression"), report(checklist="response"))
    assert item(back, "progression_detail").words[0] == "Was missing, is not asked."


def test_proposals_that_come_and_go_are_counted() -> None:
    none = report()
    two = report(a_proposed(a_symptom()), a_proposed(a_symptom(symptom="pain")))
    assert "2 proposals counted now and not before." in item(changes_between(none, two), "symptoms").words
    assert "2 proposals counted before and not now." in item(changes_between(two, none), "symptoms").words


def test_readiness_and_a_score_that_is_null_are_told() -> None:
    keys = [one.key for one in load_checklists()["response"].items]
    everything = tuple(a_waiver(key) for key in keys)
    assert changed((), everything).words == ("Score 0, now none.", "Is ready now.")
    assert changed(everything, ()).words == ("Score none, now 0.", "Is no longer ready.")


def test_each_standing_says_what_kept_the_case_from_being_ready() -> None:
    before, now = report(), report(a_symptom())
    found = changes_between(before, now)
    assert (found.before.blocking, found.now.blocking) == (before.blocking, now.blocking)
    assert (found.before.weights, found.now.weights) == (before.weights, now.weights)


def test_changes_under_a_profile_name_it() -> None:
    profile = a_profile()
    assert changes_between(sent_there(profile), sent_there(profile, a_symptom())).profile == profile.ref


def test_a_status_is_told_in_plain_words() -> None:
    none = a_record("admission", stated="none", date="2026-03-01")
    assert item(changed((), (none,)), "complications").words[0] == "Was unknown, is not applicable."


def test_a_paper_of_somebody_else_is_named_by_its_conflict_in_what_blocks() -> None:
    paper = a_paper("insurance", facts=DocumentFacts(readable=True, printed_sex="male"))
    (block,) = (one for one in report(paper).blocking if one.conflict)
    assert changed((), (paper,)).blocking.added == (block.conflict,)
