"""Doubling time, and jumps that look like a change of unit."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.casefile.domain.case_file import Entry
from app.records.domain.findings import Measured
from app.timeline.domain.measurement import Measurement
from app.timeline.domain.order import place
from app.timeline.domain.series import build_series
from app.timeline.domain.trend import (
    JUMPS,
    NOT_RISING,
    ONE_DAY,
    OVER_TEN_YEARS,
    doubling_time,
    find_jumps,
    nadir_of,
)
from tests.builders import a_case_file
from tests.unit.timeline.records import a_marker, a_treatment


def values(*told: tuple[int, float | str], unit: str = "ng/mL") -> list[Measurement]:
    start = date(2025, 1, 1)
    return [
        measurement((start + timedelta(days=day)).isoformat(), Decimal(str(value)), f"{day:04}", unit)
        for day, value in told
    ]


def measurement(text: str, value: Decimal, record_id: str, unit: str) -> Measurement:
    entry = Entry(record_id, 1, a_marker(text, str(value), unit=unit), date(2026, 1, 1))
    return Measurement(place(text), value, None, unit, cast("Entry[Measured]", entry))


def test_the_last_of_equal_lows_is_the_nadir() -> None:
    assert nadir_of(values((0, 5), (10, 1), (20, 1), (30, 2))).entry.id == "0020"


@given(st.integers(1, 400), st.integers(2, 5))
def test_values_that_double_every_so_many_days_have_that_doubling_time(days: int, times: int) -> None:
    told = values(*((days * step, 2**step) for step in range(times)))
    assert doubling_time(told).days == pytest.approx(days)


def test_doubling_counts_from_the_nadir_on() -> None:
    told = values((0, 900), (30, 1), (60, 2), (90, 4))
    assert doubling_time(told).days == pytest.approx(30)


@pytest.mark.parametrize(
    ("told", "flags"),
    [
        (((0, 1), (40, 2)), ("fewer_than_3_values",)),
        (((0, 1), (10, 2), (20, 4)), ("under_28_days",)),
        (((0, 1), (10, 2)), ("fewer_than_3_values", "under_28_days")),
        (((0, 1), (20, 2), (40, 4)), ()),
        (((0, 1), (14, 2), (28, 4)), ()),
        (((0, 1), (14, 2), (27, 4)), ("under_28_days",)),
    ],
)
def test_a_doubling_time_of_few_values_or_days_is_flagged(
    told: tuple[tuple[int, float], ...], flags: tuple[str, ...]
) -> None:
    assert doubling_time(values(*told)).flags == flags


def test_only_values_above_zero_that_are_known_to_the_day_make_a_slope() -> None:
    coarse = measurement("2025-02", Decimal(1_000), "coarse", "ng/mL")
    first, *rest = values((0, 1), (60, 2), (90, 4))
    told = doubling_time([first, coarse, *rest])
    assert told.days == pytest.approx(doubling_time([first, *rest]).days)
    assert doubling_time(values((0, 0), (60, 1), (90, 2))).days == pytest.approx(30)
    assert doubling_time([first, *values((0, 2))]) == (None, (ONE_DAY,))


@pytest.mark.parametrize(
    ("told", "flags"),
    [
        pytest.param(((0, 4), (30, 2), (60, 1)), (NOT_RISING,), id="falling-to-the-end"),
        pytest.param(((0, 4), (30, 1), (60, 2), (90, 1)), (NOT_RISING,), id="back-at-the-lowest"),
        pytest.param(((0, 1), (1, 8), (60, 1.1)), (NOT_RISING,), id="falling-again-since"),
        pytest.param(((0, 4),), (), id="one-value"),
        pytest.param(((0, 0), (30, 0)), (NOT_RISING,), id="nothing"),
        pytest.param(((0, 4), (30, 1), (30, 2)), (ONE_DAY,), id="two-of-one-day"),
    ],
)
def test_values_that_do_not_rise_have_no_doubling_time_and_it_is_said(
    told: tuple[tuple[int, float], ...], flags: tuple[str, ...]
) -> None:
    assert doubling_time(values(*told)) == (None, flags)


@pytest.mark.parametrize(("days", "is_told"), [(3652, True), (3653, False), (40_000, False)])
def test_a_doubling_time_of_over_ten_years_is_said_to_be_none(days: int, is_told: Any) -> None:
    told = doubling_time(values((0, 1), (days, 2)))
    assert (told.days is not None) is is_told
    assert (told.flags == (OVER_TEN_YEARS,)) is not is_told


@pytest.mark.parametrize(
    ("before", "after", "times"),
    [
        (1, 10, 10),
        (1, 9, 10),
        (1, 11, 10),
        (1, "8.99", None),
        (1, "11.01", None),
        (1, 50, None),
        (1, 100, 100),
        (1, 1000, 1000),
        (1000, 1, 1000),
        (10, "0.1", 100),
        (0, 10, None),
        (10, 0, None),
        (0, 0, None),
    ],
)
def test_a_ratio_near_ten_a_hundred_or_a_thousand_is_asked_about(
    before: float, after: float | str, times: int | None
) -> None:
    found = find_jumps(values((0, before), (30, after)), ())
    assert [jump.times for jump in found] == ([] if times is None else [times])


@given(st.lists(st.decimals("0.1", 2_000, places=1), max_size=6))
def test_every_two_consecutive_values_are_held_against_the_rule(sizes: list[Decimal]) -> None:
    told = [
        measurement(f"2025-01-{day:02}", size, f"{day:02}", str(day))  # no unit twice: none is continued
        for day, size in enumerate(sizes, start=1)
    ]
    by_rule = []
    for before, after in pairwise(told):
        ratio = Fraction(max(before.value, after.value)) / Fraction(min(before.value, after.value))
        times = [one for one in JUMPS if Fraction(9, 10) * one <= ratio <= Fraction(11, 10) * one]
        by_rule += [(before.entry.id, after.entry.id, one, before.value < after.value) for one in times]
    found = find_jumps(told, ())
    assert [(one.before.entry.id, one.after.entry.id, one.times, one.is_rise) for one in found] == by_rule


@pytest.mark.parametrize(("day", "asked"), [(-1, 1), (0, 0), (30, 0), (31, 1)])
def test_a_treatment_explains_a_fall_from_the_day_of_one_value_to_that_of_the_next(
    day: int, asked: int
) -> None:
    start = date(2025, 1, 1).toordinal() + day
    assert len(find_jumps(values((0, 100), (30, 10)), (start,))) == asked


def test_a_fall_across_a_treatment_start_is_explained_and_a_rise_is_not() -> None:
    start = date(2025, 1, 15).toordinal()
    assert find_jumps(values((0, 100), (30, 10)), (start,)) == ()
    assert len(find_jumps(values((0, 10), (30, 100)), (start,))) == 1
    assert len(find_jumps(values((0, 100), (30, 10)), (start + 60,))) == 1


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        pytest.param(((0, 1), (30, 10), (60, 12)), 0, id="continued"),
        pytest.param(((0, 1), (30, 10), (60, 1)), 2, id="back-again"),
        pytest.param(((0, 100), (30, 10), (60, 8)), 0, id="fall-continued"),
        pytest.param(((0, 10), (30, 100), (60, 50)), 0, id="nearer-to-the-new-level"),
        pytest.param(((0, 100), (30, 10), (60, 50)), 1, id="nearer-to-the-old-level"),
        pytest.param(((0, 1), (30, 9), (60, 3)), 1, id="as-near-to-either"),
        pytest.param(((0, 9), (30, 1), (60, 3)), 1, id="as-near-to-either-after-a-fall"),
        pytest.param(((0, 1), (30, 10)), 1, id="the-last-value"),
    ],
)
def test_a_new_level_that_a_later_value_continues_is_no_jump(
    told: tuple[tuple[int, float], ...], asked: int
) -> None:
    assert len(find_jumps(values(*told), ())) == asked


def test_only_a_later_value_in_the_same_unit_continues_a_level() -> None:
    told = [*values((0, 1), (30, 10)), *values((60, 12), unit="ug/L")]
    assert len(find_jumps(told, ())) == 1


def test_a_series_asks_about_its_jumps_and_a_treatment_explains_a_fall() -> None:
    jumped = a_case_file(a_marker("2025-01-01", 1), a_marker("2025-02-01", 10))
    (question,) = build_series(jumped)[0].unit_questions
    assert (question.before, question.after, question.times) == ("record-001", "record-002", 10)
    explained = a_case_file(
        a_marker("2025-01-01", 100), a_marker("2025-02-01", 10), a_treatment("2025-01-10", category="surgery")
    )
    assert build_series(explained)[0].unit_questions == ()
