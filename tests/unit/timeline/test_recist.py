"""RECIST 1.1 to the letter: the words on sums, in their order, and what has no word."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.records.domain.findings import Lesion
from app.timeline.domain.lesions import Size
from app.timeline.domain.recist import (
    NewLesions,
    NonTarget,
    Target,
    Timepoint,
    follow_targets,
    new_lesions,
    non_target_response,
    overall,
)


def sizes(**mm: float | str | None) -> Mapping[str, Size]:
    return {
        label: Size(None, "not_evaluable") if value is None else Size(Decimal(str(value)), "measured")
        for label, value in mm.items()
    }


def follow(
    baseline: Mapping[str, float], *visits: Mapping[str, Size], nodes: tuple[str, ...] = ()
) -> list[Timepoint]:
    return list(follow_targets({label: Decimal(str(mm)) for label, mm in baseline.items()}, nodes, visits))


def words(*sums: float | None, baseline: float = 100) -> list[str | None]:
    return [one.target_timepoint for one in follow({"a": baseline}, *(sizes(a=mm) for mm in sums))]


def test_growth_over_the_nadir_is_progression_even_far_below_baseline() -> None:
    assert words(50, 61) == ["PR", "PD"]


@pytest.mark.parametrize(
    ("mm", "word"),
    [
        pytest.param("120", "PD", id="exactly-20-percent"),
        pytest.param("119.99", "SD", id="just-under-20-percent"),
        pytest.param("70", "PR", id="exactly-30-percent-down"),
        pytest.param("70.01", "SD", id="just-over-30-percent-down"),
        pytest.param("0", "CR", id="gone"),
    ],
)
def test_thresholds_hold_exactly_and_nothing_is_rounded_before_them(mm: str, word: str) -> None:
    (timepoint,) = follow({"a": 100}, sizes(a=mm))
    assert timepoint.target_timepoint == word


@pytest.mark.parametrize(("mm", "word"), [("14.99", "SD"), ("15", "PD")])
def test_progression_needs_five_millimetres_beside_the_share(mm: str, word: str) -> None:
    (timepoint,) = follow({"a": 10}, sizes(a=mm))
    assert timepoint.target_timepoint == word


def test_a_fall_below_partial_response_is_stable_by_itself_but_not_in_sequence() -> None:
    first, second, third = follow({"a": 100}, sizes(a=65), sizes(a=75), sizes(a=65))
    assert [one.target_timepoint for one in (first, second, third)] == ["PR", "SD", "PR"]
    assert [one.target_in_sequence for one in (first, second, third)] == ["PR", "PR", "PR"]


def test_progression_ends_the_memory_of_a_partial_response() -> None:
    sequence = follow({"a": 100}, sizes(a=60), sizes(a=90), sizes(a=95))
    assert [one.target_in_sequence for one in sequence] == ["PR", "PD", "PD"]
    below = follow({"a": 100}, sizes(a=60), sizes(a=90), sizes(a=71))
    assert [one.target_in_sequence for one in below] == ["PR", "PD", "SD"]
    gone = follow({"n": 15}, sizes(n=9), sizes(n=11), nodes=("n",))
    assert [one.target_timepoint for one in gone] == ["CR", "SD"]
    assert [one.target_in_sequence for one in gone] == ["CR", "PR"]
    after = follow({"a": 100}, sizes(a=99), sizes(a=119), sizes(a=98))
    assert [one.target_in_sequence for one in after] == ["SD", "PD", "SD"]


def test_a_missing_target_leaves_no_sum_and_never_becomes_the_nadir() -> None:
    first, second = follow({"a": 50, "b": 50}, sizes(a=10, b=None), sizes(a=40, b=40))
    assert (first.target_timepoint, first.sum_mm, first.lacking) == ("NE", None, ("b",))
    assert (second.nadir_before_mm, second.target_timepoint) == (Decimal(100), "SD")


def test_a_target_that_nobody_mentions_is_missing() -> None:
    (timepoint,) = follow({"a": 50, "b": 50}, sizes(a=10))
    assert timepoint.target_timepoint == "NE"


def test_what_was_measured_can_be_progression_without_the_missing_target() -> None:
    (timepoint,) = follow({"a": 50, "b": 50}, sizes(a=125, b=None))
    assert (timepoint.target_timepoint, timepoint.sum_mm) == ("PD", None)


def test_complete_response_leaves_nodes_below_ten_millimetres_standing() -> None:
    below, at = (follow({"a": 30, "n": 20}, sizes(a=0, n=mm), nodes=("n",))[0] for mm in (9.9, 10))
    assert (below.target_timepoint, below.sum_mm) == ("CR", Decimal("9.9"))
    assert at.target_timepoint == "PR"


def test_growth_after_everything_had_gone_is_progression_without_a_percentage() -> None:
    _, again = follow({"a": 30}, sizes(a=0), sizes(a=2))
    assert (again.target_timepoint, again.percent_over_nadir) == ("PD", None)
    assert again.flags == ("confirm_earlier_complete_response",)


def test_progression_of_what_is_too_small_to_be_a_target_is_flagged() -> None:
    _, grown = follow({"n": 20, "m": 16}, sizes(n=2, m=2), sizes(n=9, m=8), nodes=("n", "m"))
    assert (grown.target_timepoint, grown.flags) == ("PD", ("every_target_below_measurable_size",))
    _, large = follow({"n": 20, "m": 16}, sizes(n=2, m=2), sizes(n=10, m=8), nodes=("n", "m"))
    assert (large.target_timepoint, large.flags) == ("PD", ())
    _, lacking = follow({"n": 20, "m": 16}, sizes(n=2, m=0), sizes(n=9, m=None), nodes=("n", "m"))
    assert (lacking.target_timepoint, lacking.flags) == ("PD", ())


@pytest.mark.parametrize(("mm", "word", "question"), [(10, None, "node_measurable_again"), (9, "CR", None)])
def test_a_node_alone_that_can_be_measured_again_is_a_question(
    mm: int, word: str | None, question: str | None
) -> None:
    _, again = follow({"n": 20}, sizes(n=0), sizes(n=mm), nodes=("n",))
    assert (again.target_timepoint, again.question) == (word, question)


@pytest.mark.parametrize(
    ("target", "non_target", "new", "word"),
    [
        ("CR", "CR", "none", "CR"),
        ("CR", None, "none", "CR"),
        ("CR", "non-CR/non-PD", "none", "PR"),
        ("CR", "NE", "none", "PR"),
        ("PR", "non-CR/non-PD", "none", "PR"),
        ("PR", "NE", "none", "PR"),
        ("SD", "NE", "none", "SD"),
        ("NE", "non-CR/non-PD", "none", "NE"),
        ("CR", "PD", "none", "PD"),
        ("PD", "CR", "none", "PD"),
        ("CR", "CR", "unequivocal", "PD"),
        ("NE", "NE", "unequivocal", "PD"),
        (None, "CR", "none", "CR"),
        (None, "non-CR/non-PD", "none", "non-CR/non-PD"),
        (None, "NE", "none", "NE"),
        (None, "PD", "none", "PD"),
    ],
)
def test_the_overall_word_follows_the_table(
    target: Target | None, non_target: NonTarget | None, new: NewLesions, word: str
) -> None:
    assert overall(target, non_target, new) == (word, None)


@pytest.mark.parametrize(
    ("new", "reason"),
    [
        ("equivocal", "equivocal_new_lesion"),
        ("certainty_not_stated", "new_lesion_certainty_not_stated"),
    ],
)
def test_a_new_lesion_that_is_not_sure_leaves_no_overall_word(new: NewLesions, reason: str) -> None:
    assert overall("PR", "CR", new) == (None, reason)
    assert overall("PD", "CR", new) == ("PD", None)


def a_lesion(**fields: Any) -> Lesion:
    return Lesion(**{"label": "a", **fields})


def test_the_surest_new_lesion_decides() -> None:
    doubtful, silent, sure = (
        a_lesion(role="new", certainty=certainty) for certainty in ("equivocal", None, "unequivocal")
    )
    assert new_lesions([a_lesion(role="target")]) == "none"
    assert new_lesions([silent]) == "certainty_not_stated"
    assert new_lesions([silent, doubtful]) == "equivocal"
    assert new_lesions([doubtful, sure]) == "unequivocal"


@pytest.mark.parametrize(
    ("states", "word"),
    [
        (("absent", "absent"), "CR"),
        (("absent", "present"), "non-CR/non-PD"),
        (("absent", "not_evaluable"), "NE"),
        (("present", "not_evaluable"), "NE"),
        (("not_evaluable", "unequivocal_progression"), "PD"),
    ],
)
def test_non_targets_take_the_words_of_the_report(states: tuple[str, str], word: str) -> None:
    seen = {label: [a_lesion(label=label, state=state)] for label, state in zip("ab", states, strict=True)}
    assert non_target_response({"a": False, "b": False}, seen) == word


def test_a_non_target_that_nobody_mentions_is_not_evaluable_and_none_at_all_is_no_answer() -> None:
    assert non_target_response({"a": False}, {}) == "NE"
    assert non_target_response({}, {}) is None


@pytest.mark.parametrize(("mm", "word"), [(9, "CR"), (10, "non-CR/non-PD")])
def test_a_non_target_node_is_gone_below_ten_millimetres(mm: int, word: str) -> None:
    assert (
        non_target_response({"a": True}, {"a": [a_lesion(is_node=True, short_axis_mm=Decimal(mm))]}) == word
    )


millimetres = st.decimals(0, 200, places=1)


@given(st.decimals(10, 200, places=1), st.lists(millimetres, min_size=1, max_size=8))
def test_the_nadir_is_the_smallest_sum_so_far_and_never_rises(baseline: Decimal, sums: list[Decimal]) -> None:
    timepoints = follow_targets({"a": baseline}, (), [{"a": Size(mm, "measured")} for mm in sums])
    for position, timepoint in enumerate(timepoints):
        assert timepoint.nadir_before_mm == min([baseline, *sums[:position]])


@given(st.decimals(10, 200, places=1), st.lists(millimetres, min_size=1, max_size=8), st.integers(2, 9))
def test_parts_of_a_lesion_come_to_the_same_words_as_the_whole(
    baseline: Decimal, sums: list[Decimal], parts: int
) -> None:
    """Percentages don't care how many targets a sum is made of, as long as none of them is a node."""
    whole = follow_targets({"a": baseline * parts}, (), [{"a": Size(mm * parts, "measured")} for mm in sums])
    labels = [str(number) for number in range(parts)]
    split = follow_targets(
        dict.fromkeys(labels, baseline), (), [dict.fromkeys(labels, Size(mm, "measured")) for mm in sums]
    )
    assert [one.target_timepoint for one in whole] == [one.target_timepoint for one in split]
