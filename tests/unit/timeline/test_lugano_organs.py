"""Lymphoma beside the sizes of its lesions: spleen, marrow, new and returning lesions, and the change of uptake."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.records.domain.kinds import AnyRecord
from app.timeline.domain.computed import Computed
from app.timeline.domain.lugano import lugano_of
from app.timeline.domain.lugano_organs import marrow_word, spleen_word
from tests.builders import a_case_file, a_record
from tests.unit.timeline.records import a_status, a_study, a_treatment

AS_OF = date(2026, 1, 1)
START = a_treatment("2025-01-10", "doxorubicin")
NODE = {"label": "n1", "role": "target", "is_node": True}
LUNG = {"label": "lung", "role": "target"}


def sizes(lesion: dict[str, Any], longest: float, across: float) -> dict[str, Any]:
    return {**lesion, "longest_mm": longest, "short_axis_mm": across}


BIG = (sizes(NODE, 40, 20), sizes(LUNG, 20, 10))
HALF = (sizes(NODE, 25, 16), sizes(LUNG, 10, 10))
GONE = (sizes(NODE, 15, 10), {**LUNG, "state": "absent"})


def lugano(*records: AnyRecord) -> Computed:
    return lugano_of(a_case_file(START, *records), AS_OF)


def told(*records: AnyRecord) -> tuple[str | None, str | None]:
    computed = lugano(*records)
    assert computed.result is not None, computed.reason
    return computed.result["word_by_size"], computed.reason


def a_baseline(*lesions: dict[str, Any], **fields: Any) -> AnyRecord:
    return a_study("2025-01-05", *(lesions or BIG), **fields)


def a_later(*lesions: dict[str, Any], day: str = "2025-03-01", **fields: Any) -> AnyRecord:
    return a_study(day, *lesions, **fields)


def mm(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


@pytest.mark.parametrize(
    ("first", "shortest", "now", "word"),
    [
        pytest.param(150, 150, None, None, id="not-recorded"),
        pytest.param(150, 150, 130, "normal", id="13-cm-is-normal"),
        pytest.param(130, 120, 145, "open", id="13-cm-at-baseline-is-what-growth-counts-from"),
        pytest.param(130, 120, 150, "progression", id="13-cm-at-baseline-and-2-cm-more"),
        pytest.param(150, 130, 149, "open", id="13-cm-once"),
        pytest.param(150, 150, 160, "enlarged", id="15-cm-to-16-is-no-progression"),
        pytest.param(150, 150, 160.1, "progression", id="15-cm-to-over-16"),
        pytest.param(150, 150, 140, "enlarged", id="half-of-the-excess-lost-is-not-over-half"),
        pytest.param(150, 150, 139.9, "regressed", id="over-half-of-the-excess-lost"),
        pytest.param(200, 140, 146, "open", id="over-its-shortest-and-not-over-baseline"),
        pytest.param(200, 140, 145, "regressed", id="over-its-shortest-by-half-of-the-excess-exactly"),
        pytest.param(200, 120, 139, "open", id="over-13-cm-again-by-less-than-2-cm"),
        pytest.param(200, 120, 140, "progression", id="over-13-cm-again-by-2-cm"),
        pytest.param(125, 110, 144, "open", id="over-13-cm-anew-by-less-than-2-cm-from-baseline"),
        pytest.param(125, 110, 145, "progression", id="over-13-cm-anew-by-2-cm-from-baseline"),
        pytest.param(130, 120, 149.9, "open", id="13-cm-at-baseline-was-normal"),
        pytest.param(100, 100, 125, "normal", id="longer-and-still-normal"),
        pytest.param(None, None, 150, "enlarged", id="no-baseline"),
    ],
)
def test_a_spleen_is_judged_by_its_excess_over_13_cm(
    first: float | None, shortest: float | None, now: float | None, word: str | None
) -> None:
    assert spleen_word(mm(first), mm(shortest), mm(now)) == word


@pytest.mark.parametrize(
    ("before", "now", "lesions", "answer"),
    [
        pytest.param(150, 129, GONE, ("CR", None), id="normal-again"),
        pytest.param(130, None, GONE, ("CR", None), id="13-cm-is-not-enlarged"),
        pytest.param(150, 139, GONE, ("PR", None), id="lesions-gone-spleen-regressed"),
        pytest.param(150, 145, GONE, ("SD", None), id="lesions-gone-spleen-not-regressed"),
        pytest.param(150, 139, HALF, ("PR", None), id="both-regressed"),
        pytest.param(150, 145, HALF, ("SD", None), id="spleen-not-regressed"),
        pytest.param(150, 161, HALF, ("PD", None), id="spleen-grew"),
        pytest.param(150, None, GONE, (None, "spleen_not_recorded"), id="not-measured-again"),
        pytest.param(150, None, HALF, (None, "spleen_not_recorded"), id="not-measured-again-half"),
        pytest.param(150, None, BIG, ("SD", None), id="stable-anyway"),
        pytest.param(130, None, GONE, ("CR", None), id="13-cm-was-normal-and-not-measured-again"),
        pytest.param(None, 150, HALF, (None, "spleen_not_recorded_at_baseline"), id="never-before"),
        pytest.param(
            120, 135, HALF, (None, "spleen_longer_and_the_rule_leaves_it_open"), id="over-13-cm-by-little"
        ),
        pytest.param(120, 125, HALF, ("PR", None), id="never-enlarged"),
    ],
)
def test_the_spleen_stands_beside_the_lesions(
    before: float | None, now: float | None, lesions: Any, answer: tuple[str | None, str | None]
) -> None:
    first = a_baseline(spleen_mm=mm(before))
    assert told(first, a_later(*lesions, spleen_mm=mm(now))) == answer


def test_a_spleen_that_two_studies_of_a_day_measure_differently_is_not_counted() -> None:
    computed = lugano(
        a_baseline(spleen_mm=mm(150)),
        a_later(*HALF, spleen_mm=mm(120)),
        a_later(spleen_mm=mm(125)),
    )
    assert computed.reason == "spleen_not_recorded"


def test_spleen_and_marrow_are_told_among_steps_and_sources() -> None:
    computed = lugano(
        a_baseline(spleen_mm=mm(150), bone_marrow="involved"),
        a_later(*HALF, spleen_mm=mm(125)),
        a_record("pathology_report", specimen_date="2025-03-10", bone_marrow="not_involved"),
    )
    assert computed.steps[-3:] == (
        "Baseline 2025-01-05: spleen 150 mm; over 130 mm is enlarged.",
        "2025-03-01: spleen 125 mm.",
        "2025-03-01: marrow recorded as not involved.",
    )
    assert [one.record_id for one in computed.sources] == ["record-002", "record-003", "record-004"]
    assert computed.flags == ()


@pytest.mark.parametrize(
    ("earlier", "now", "word"),
    [
        ((), None, None),
        ((), "involved", "involved"),
        (("involved",), "involved", "involved"),
        (("not_involved",), "involved", "progression"),
        (("involved", "not_involved"), "involved", "progression"),
        (("involved",), "not_involved", "clear"),
        (("involved",), "indeterminate", "indeterminate"),
    ],
)
def test_marrow_is_new_or_again_involved_after_an_answer_that_it_was_not(
    earlier: Any, now: Any, word: str | None
) -> None:
    assert marrow_word(earlier, now) == word


@pytest.mark.parametrize(
    ("before", "now", "answer"),
    [
        pytest.param("involved", "not_involved", ("CR", None), id="cleared"),
        pytest.param("involved", None, (None, "marrow_not_recorded"), id="not-looked-at-again"),
        pytest.param("involved", "indeterminate", (None, "marrow_indeterminate"), id="unclear"),
        pytest.param("involved", "involved", ("PR", None), id="still-there"),
        pytest.param("not_involved", None, ("CR", None), id="never-there"),
        pytest.param("not_involved", "involved", ("PD", None), id="new"),
        pytest.param(None, None, ("CR", None), id="never-looked-at"),
    ],
)
def test_the_marrow_stands_beside_lesions_that_are_gone(
    before: Any, now: Any, answer: tuple[str | None, str | None]
) -> None:
    assert told(a_baseline(bone_marrow=before), a_later(*GONE, bone_marrow=now)) == answer


def test_a_marrow_counts_within_four_weeks_of_a_study_and_as_clear_only_until_it_is_again_involved() -> None:
    def a_biopsy(day: str | None, answer: str) -> AnyRecord:
        return a_record("pathology_report", specimen_date=day, bone_marrow=answer)

    first, gone = a_baseline(), a_later(*GONE)
    assert told(first, gone, a_biopsy("2025-01-02", "involved"), a_biopsy("2025-03-29", "not_involved")) == (
        "CR",
        None,
    )
    late = (first, gone, a_biopsy("2025-01-02", "involved"), a_biopsy("2025-03-30", "not_involved"))
    assert told(*late) == (None, "marrow_not_recorded")
    coarse = (first, gone, a_biopsy("2025-01-02", "involved"), a_biopsy("2025-03", "not_involved"))
    assert told(*coarse, a_biopsy(None, "not_involved")) == (None, "marrow_not_recorded")
    again = a_later(*GONE, day="2025-09-01", bone_marrow="involved")
    assert told(first, a_later(*GONE, bone_marrow="not_involved"), again) == ("PD", None)
    unclear = a_later(*GONE, day="2025-06-01", bone_marrow="indeterminate")
    assert told(first, a_later(*GONE, bone_marrow="not_involved"), unclear, again) == ("PD", None)


def test_what_is_not_recorded_is_named_as_not_judged() -> None:
    flags = lugano(a_baseline(), a_later(*HALF)).flags
    assert flags == ("spleen_not_recorded_so_not_judged", "marrow_not_recorded_so_not_judged")
    first = a_baseline(spleen_mm=mm(120))
    assert lugano(first, a_later(*HALF, spleen_mm=mm(120), bone_marrow="not_involved")).flags == ()


@pytest.mark.parametrize(
    ("new", "answer"),
    [
        pytest.param(
            {"is_node": True, "longest_mm": 15}, (None, "new_lesion_certainty_not_stated"), id="node-15"
        ),
        pytest.param({"is_node": True, "longest_mm": 15.1}, ("PD", None), id="node-over-15"),
        pytest.param({"short_axis_mm": 15.1, "is_node": True}, ("PD", None), id="any-axis"),
        pytest.param({"longest_mm": 10}, (None, "new_lesion_certainty_not_stated"), id="elsewhere-10"),
        pytest.param({"longest_mm": 10.1}, ("PD", None), id="elsewhere-over-10"),
        pytest.param({}, (None, "new_lesion_certainty_not_stated"), id="no-size"),
        pytest.param(
            {"longest_mm": 40, "certainty": "equivocal"}, (None, "equivocal_new_lesion"), id="unsure"
        ),
        pytest.param({"longest_mm": 4, "certainty": "unequivocal"}, ("PD", None), id="small-and-sure"),
    ],
)
def test_a_new_lesion_counts_by_its_size_or_by_the_report_s_certainty(
    new: dict[str, Any], answer: tuple[str | None, str | None]
) -> None:
    assert told(a_baseline(), a_later(*HALF, {"label": "x", "role": "new", **new})) == answer


@pytest.mark.parametrize(
    ("again", "answer"),
    [
        pytest.param(sizes(LUNG, 11, 4), ("PD", None), id="over-10-mm"),
        pytest.param(sizes(LUNG, 10, 4), (None, "lesion_seen_again_below_measurable_size"), id="10-mm"),
        pytest.param({**LUNG, "state": "absent"}, ("CR", None), id="still-gone"),
    ],
)
def test_a_lesion_outside_nodes_that_was_gone_and_is_back(
    again: dict[str, Any], answer: tuple[str | None, str | None]
) -> None:
    later = a_later(sizes(NODE, 15, 10), again, day="2025-06-01")
    assert told(a_baseline(), a_later(*GONE), later) == answer


def test_a_node_that_was_gone_and_is_seen_again_at_a_normal_size_is_normal() -> None:
    gone = a_later({**NODE, "state": "absent"}, {**LUNG, "state": "absent"})
    assert told(a_baseline(), gone, a_later(*GONE, day="2025-06-01")) == ("CR", None)


def test_a_lesion_too_small_to_measure_counts_as_five_by_five() -> None:
    computed = lugano(a_baseline(), a_later(sizes(NODE, 15, 10), {**LUNG, "state": "too_small"}))
    assert computed.result is not None
    assert computed.result["studies"][0]["areas_mm2"] == {"n1": 150, "lung": 25}
    assert computed.result["word_by_size"] == "PR"


@pytest.mark.parametrize(
    ("other", "word"),
    [
        pytest.param({"longest_mm": 15}, "CR", id="normal-node"),
        pytest.param({"longest_mm": 15.1}, "PR", id="node-over-15"),
        pytest.param({"longest_mm": 15, "state": "unequivocal_progression"}, "PD", id="said-to-progress"),
        pytest.param({"state": "present"}, "PR", id="no-size"),
    ],
)
def test_a_node_that_is_not_a_target_is_normal_up_to_15_mm(other: dict[str, Any], word: str) -> None:
    beside = {"label": "n2", "role": "non_target", "is_node": True}
    later = a_later(*GONE, {**beside, **other})
    assert told(a_baseline(*BIG, {**beside, "state": "present"}), later)[0] == word


def test_the_reasons_of_a_progression_are_told() -> None:
    computed = lugano(
        a_baseline(spleen_mm=mm(150), bone_marrow="not_involved"),
        a_later(
            sizes(NODE, 60, 30),
            sizes(LUNG, 20, 10),
            {"label": "x", "role": "new", "certainty": "unequivocal"},
            spleen_mm=mm(170),
            bone_marrow="involved",
        ),
    )
    assert computed.result is not None
    assert computed.result["studies"][0]["because"] == ["a_lesion_grew", "new_lesion", "spleen", "marrow"]
    assert computed.steps[-1] == (
        "2025-03-01: in the PD range by one lesion's own growth (n1); a new lesion, by the report's certainty; "
        "the spleen's length; the marrow."
    )


def test_a_progression_of_lesions_that_are_not_measured_and_a_new_one_by_size_are_told() -> None:
    beside = {"label": "n2", "role": "non_target"}
    later = a_later(
        *BIG,
        {**beside, "state": "unequivocal_progression"},
        {"label": "x", "role": "new", "longest_mm": 30},
    )
    assert lugano(a_baseline(*BIG, {**beside, "state": "present"}), later).steps[-1] == (
        "2025-03-01: in the PD range by a new lesion, by its size; "
        "lesions that are not measured, by the report's words."
    )


def test_a_target_no_longer_than_what_is_measurable_is_flagged() -> None:
    def flags(*lesions: dict[str, Any]) -> bool:
        return "target_below_measurable_size" in lugano(a_baseline(*lesions), a_later(*lesions)).flags

    assert flags(sizes(NODE, 15, 10))
    assert not flags(sizes(NODE, 15.1, 10), sizes(LUNG, 10.1, 5))
    assert flags(sizes(LUNG, 10, 5))


@pytest.mark.parametrize(
    ("fields", "metabolic", "lacking"),
    [
        pytest.param({"deauville": 3}, "CMR", None, id="3"),
        pytest.param({"deauville": 4}, None, "change_of_uptake_not_recorded", id="4-alone"),
        pytest.param({"deauville": 4, "uptake_change": "reduced"}, "PMR", None, id="4-reduced"),
        pytest.param({"deauville": 5, "uptake_change": "unchanged"}, "NMR", None, id="5-unchanged"),
        pytest.param({"deauville": 5, "uptake_change": "increased"}, "PMD", None, id="5-increased"),
        pytest.param(
            {"deauville": 2, "bone_marrow": "involved"}, None, "marrow_involved_beside_a_score_up_to_3", id="marrow"
        ),
    ],
)  # fmt: skip
def test_a_deauville_score_and_the_change_of_uptake(
    fields: dict[str, Any], metabolic: str | None, lacking: str | None
) -> None:
    computed = lugano(a_study("2025-03-01", modality="PET-CT", **fields))
    assert computed.result is not None
    assert (computed.result["metabolic"], computed.reason) == (metabolic, lacking)


def test_a_new_lesion_beside_a_score() -> None:
    new = {"label": "x", "role": "new", "certainty": "unequivocal"}
    low = lugano(a_study("2025-03-01", new, deauville=2))
    high = lugano(a_study("2025-03-01", new, deauville=4))
    assert low.result is not None
    assert high.result is not None
    assert (low.result["metabolic"], low.reason) == (None, "new_lesion_beside_a_score_up_to_3")
    assert (high.result["metabolic"], high.reason) == ("PMD", None)


def test_a_score_without_a_marrow_and_one_older_than_the_sizes_are_flagged() -> None:
    assert lugano(a_study("2025-03-01", deauville=2)).flags == ("marrow_not_recorded_so_not_judged",)
    assert lugano(a_study("2025-03-01", deauville=2, bone_marrow="not_involved")).flags == ()
    older = lugano(
        a_baseline(), a_later(*HALF), a_status("2025-02-01", "response", "2", criteria="Deauville")
    )
    assert "the_newest_sizes_are_newer_than_the_deauville_score" in older.flags
    same = lugano(a_baseline(), a_later(*HALF), a_status("2025-03-01", "response", "2", criteria="Deauville"))
    assert "the_newest_sizes_are_newer_than_the_deauville_score" not in same.flags


def test_the_marrow_at_baseline_is_the_newest_up_to_the_start_or_to_the_study_where_none_is_dated() -> None:
    first, gone = a_baseline(), a_later(*GONE)
    between = a_record("pathology_report", specimen_date="2025-01-08", bone_marrow="involved")
    again = a_later(*GONE, day="2025-05-01")
    assert lugano(first, gone, between).reason == "marrow_not_recorded"
    untreated = lugano_of(a_case_file(first, gone, again, between), AS_OF)
    assert (untreated.reason, untreated.result and untreated.result["word_by_size"]) == (None, "CR")


def test_one_normal_node_does_not_stand_for_the_others_that_are_not_measured() -> None:
    def other(label: str, **fields: Any) -> dict[str, Any]:
        return {"label": label, "role": "non_target", **fields}

    node, lung = other("n2", is_node=True, longest_mm=Decimal(20)), other("l2", state="present")
    first = a_baseline(*BIG, node, lung)
    small = other("n2", is_node=True, longest_mm=Decimal(15))
    assert told(first, a_later(*GONE, small, other("l2", state="present"))) == ("PR", None)
    assert told(first, a_later(*GONE, small, other("l2", state="absent"))) == ("CR", None)
    assert told(first, a_later(*GONE, other("l2", state="absent"))) == ("PR", None)


@pytest.mark.parametrize(
    ("day", "score"), [("2026-01-01", 5), ("2026-01-02", 2), (None, 2)], ids=["that-day", "later", "undated"]
)
def test_a_stated_score_counts_up_to_the_day_of_the_summary(day: str | None, score: int) -> None:
    stated = a_record("disease_status", date=day, axis="response", value="5", criteria="Deauville")
    computed = lugano(a_study("2025-03-01", deauville=2), stated)
    assert computed.result is not None
    assert computed.result["deauville"] == score
