"""Arithmetic on the values of one series: doubling time and jumps that look like a change of unit.

Source: clinical.md section 3, MARKER_TREND, and rulings 12 and 13 of section 7.
"""

from collections.abc import Sequence
from decimal import Decimal
from math import log
from typing import Final, NamedTuple

from app.timeline.domain.measurement import Measurement
from app.timeline.domain.thresholds import RULE_BOOKS

BOOK: Final = RULE_BOOKS["marker_trend"]
MARKER_TREND: Final = BOOK.rule
FEWEST_VALUES: Final = int(BOOK["fewest_values"])
SHORTEST_DAYS: Final = BOOK.days("shortest_days")
LONGEST_DAYS: Final = BOOK.days("longest_doubling_days")
NOT_RISING: Final = "no_doubling_time_as_the_values_do_not_rise_from_their_lowest"
ONE_DAY: Final = "no_doubling_time_as_the_values_are_of_one_day"
OVER_TEN_YEARS: Final = "no_doubling_time_as_by_their_slope_it_is_over_10_years"
JUMPS: Final = (10, 100, 1_000)
_NOTHING: Final = Decimal(0)
_SMALLEST_JUMP: Final = Decimal("8.9")  # below every window of JUMPS; only to pass over most values quickly


class Doubling(NamedTuple):
    """Days in which the values double, and codes of what is thin about them; None, with the code of why, for none."""

    days: float | None
    flags: tuple[str, ...]


class Jump(NamedTuple):
    """Two consecutive values that differ as two units would."""

    before: Measurement
    after: Measurement
    times: int
    is_rise: bool


def nadir_of(values: Sequence[Measurement]) -> Measurement:
    """Return the lowest value, the last of equals: from there on the values rise."""
    sizes = [one.value for one in reversed(values)]
    return values[-1 - sizes.index(min(sizes))]


def peak_of(values: Sequence[Measurement]) -> Measurement:
    """Return the highest value, the first of equals."""
    sizes = [one.value for one in values]
    return values[sizes.index(max(sizes))]


def doubling_time(values: Sequence[Measurement]) -> Doubling:
    """Return the doubling time from the nadir on, days, by least squares of ln(value) on days.

    None where they are of one day, where they don't rise (by their slope, or as the newest is no higher than the
    nadir), and where the slope is so flat that they would take over ten years.
    """
    nadir = nadir_of(values)
    begins = next(place for place, one in enumerate(values) if one is nadir)
    since = [one for one in values[begins:] if one.value > 0 and one.placed.is_day]
    if len(since) < 2:  # noqa: PLR2004 (a line needs two points)
        return Doubling(None, (NOT_RISING,) if len(values) > 1 and values[-1] is nadir else ())
    days = [one.placed.first for one in since]
    if days[0] == days[-1]:
        return Doubling(None, (ONE_DAY,))
    logs = [log(one.value) for one in since]
    mean_day = sum(days) / len(days)
    spread = sum((day - mean_day) ** 2 for day in days)
    slope = sum((day - mean_day) * ln for day, ln in zip(days, logs, strict=True)) / spread
    if slope <= 0:
        return Doubling(None, (NOT_RISING,))
    if slope * LONGEST_DAYS < log(2):
        return Doubling(None, (OVER_TEN_YEARS,))
    flags = []
    if len(since) < FEWEST_VALUES:
        flags.append("fewer_than_3_values")
    if days[-1] - days[0] < SHORTEST_DAYS:
        flags.append("under_28_days")
    return Doubling(log(2) / slope, tuple(flags))


def find_jumps(values: Sequence[Measurement], treatment_starts: Sequence[int]) -> tuple[Jump, ...]:
    """Find consecutive values whose ratio is within 10 % of ten, a hundred or a thousand.

    Not a fall across a surgery or the start of a treatment (`treatment_starts`, day numbers), nor a new level
    that a later value in the same unit continues.
    """
    jumps = {place: jump for place in _far_apart(values) if (jump := _jump(values[place], values[place + 1]))}
    if not jumps:
        return ()
    following = _next_of_unit(values)
    return tuple(
        jump
        for place, jump in jumps.items()
        if not _is_explained(jump, treatment_starts) and not _is_continued(jump, following[place + 1])
    )


def _far_apart(values: Sequence[Measurement]) -> list[int]:
    """Return the places of values that may be a jump away from the next one; most are not."""
    sizes = [one.value for one in values]
    low_enough = max(sizes, default=_NOTHING) / _SMALLEST_JUMP
    found: set[int] = set()
    for place in [place for place, size in enumerate(sizes) if _NOTHING < size <= low_enough]:
        far = sizes[place] * _SMALLEST_JUMP
        found.update(
            min(place, beside)
            for beside in (place - 1, place + 1)
            if 0 <= beside < len(sizes) and sizes[beside] >= far
        )
    return sorted(found)


def _jump(before: Measurement, after: Measurement) -> Jump | None:
    low, high = sorted((before.value, after.value))
    if not low:
        return None
    times = next((one for one in JUMPS if low * one * 9 <= high * 10 <= low * one * 11), None)
    return None if times is None else Jump(before, after, times, before.value < after.value)


def _next_of_unit(values: Sequence[Measurement]) -> list[Measurement | None]:
    """Return for each value the next one that was sent in the same unit."""
    seen: dict[str | None, Measurement] = {}
    following: list[Measurement | None] = []
    for one in reversed(values):
        following.append(seen.get(one.unit))
        seen[one.unit] = one
    return following[::-1]


def _is_explained(jump: Jump, treatment_starts: Sequence[int]) -> bool:
    if jump.is_rise:
        return False
    return any(jump.before.placed.first <= day <= jump.after.placed.last for day in treatment_starts)


def _is_continued(jump: Jump, later: Measurement | None) -> bool:
    """Tell whether the next value in the same unit is nearer, as a ratio, to the new level than to the old."""
    if later is None:
        return False
    middle = jump.before.value * jump.after.value
    return later.value**2 > middle if jump.is_rise else later.value**2 < middle
