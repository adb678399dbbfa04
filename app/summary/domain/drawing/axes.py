"""Time from left to right, values from bottom to top: where a day and a value stand, and what is written there."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.summary.domain.drawing.shapes import Anchor, Shape, Stroke, Words, rounded

_TICKS: Final = 6
_MONTHS: Final = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600)
_SHORT: Final = 50
"""Days under which full days are written."""
_LOGARITHMIC_FROM: Final = 20
"""Ratio of the highest to the lowest value from which small values would else vanish."""
_SMALLEST: Final = 1e-9
"""A value nearer to zero is drawn as zero."""
_STEPS: Final = (1, 2, 5)
_YEAR: Final = 12
_LETTER: Final = 10.5
"""Width of a letter where it is widest, on a telephone."""


def anchored(x: float, width: float, edges: tuple[float, float]) -> tuple[Anchor, float]:
    """Return how words of a width stand at a place so that they stay between the edges, and where they begin."""
    left, right = edges
    if x - left < width / 2:
        return "start", x
    if right - x < width / 2:
        return "end", x - width
    return "middle", x - width / 2


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Days (ordinal numbers) over a stretch of the drawing."""

    first: int
    last: int
    left: float
    right: float

    @classmethod
    def over(cls, days: Iterable[int], *, left: float, right: float) -> "TimeAxis":
        """Return the axis that holds all of these days, and at least a month."""
        known = tuple(days)
        first, last = min(known), max(known)
        room = max(0, 30 - (last - first)) // 2 + 1
        lowest, highest = date.min.toordinal(), date.max.toordinal()
        return cls(max(lowest, first - room), min(highest, last + room), left, right)

    def x(self, day: int) -> float:
        """Return where a day stands; one outside stands at the edge."""
        inside = min(max(day, self.first), self.last)
        return rounded(
            self.left + (self.right - self.left) * (inside - self.first) / (self.last - self.first)
        )

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Yield a few days with their names, coarser the longer the time."""
        first, last = date.fromordinal(self.first), date.fromordinal(self.last)
        if self.last - self.first < _SHORT:
            step = -(-(self.last - self.first) // (_TICKS - 2))
            yield from (
                (self.x(day), date.fromordinal(day).isoformat())
                for day in range(self.first, self.last + 1, step)
            )
            return
        months = (last.year - first.year) * _YEAR + last.month - first.month + 1
        step = next((one for one in _MONTHS if months / one <= _TICKS), _MONTHS[-1])
        number = -(-(first.year * _YEAR + first.month - 1) // step) * step
        while True:
            year, month = divmod(number, _YEAR)
            if year > date.max.year or (day := date(year, month + 1, 1).toordinal()) > self.last:
                return
            if day >= self.first:
                yield self.x(day), f"{year:04}" if step % _YEAR == 0 else f"{year:04}-{month + 1:02}"
            number += step

    def shapes(self, top: float, bottom: float) -> Iterator[Shape]:
        """Yield the axis with its ticks."""
        yield Stroke(points=((self.left, bottom), (self.right, bottom)), role="axis")
        free_from = -math.inf
        for x, name in self.ticks():
            yield Stroke(points=((x, top), (x, bottom)), role="grid")
            anchor, starts = anchored(x, len(name) * _LETTER, (self.left, self.right))
            if starts >= free_from:
                yield Words(x=x, y=bottom + 18, text=name, role="tick", anchor=anchor)
                free_from = starts + (len(name) + 1) * _LETTER


@dataclass(frozen=True, slots=True)
class ValueAxis:
    """Values over a stretch of the drawing, by their logarithm where they span too much."""

    low: float
    high: float
    top: float
    bottom: float
    is_logarithmic: bool

    @classmethod
    def over(cls, values: Iterable[float], *, top: float, bottom: float) -> "ValueAxis":
        """Return the axis that holds all of these values."""
        known = tuple(values)
        low, high = min(known), max(known)
        if low > _SMALLEST and high / low >= _LOGARITHMIC_FROM:
            return cls(_at_most(low), _at_least(high), top, bottom, is_logarithmic=True)
        return cls(
            -_at_least(-low) if low < -_SMALLEST else 0.0,
            _at_least(high) if high > _SMALLEST else 1.0,
            top,
            bottom,
            is_logarithmic=False,
        )

    def y(self, value: float) -> float:
        """Return where a value stands; one outside stands at the edge."""
        inside = min(max(value, self.low), self.high)
        share = (
            math.log(inside / self.low) / math.log(self.high / self.low)
            if self.is_logarithmic
            else (inside - self.low) / (self.high - self.low)
        )
        return rounded(self.bottom - (self.bottom - self.top) * share)

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Yield a few round values with their names."""
        if self.is_logarithmic:
            decades = math.log10(self.high / self.low)
            steps = _STEPS if decades <= 2 else (1,)  # noqa: PLR2004 (two decades of three values each)
            lowest = math.floor(math.log10(self.low))
            for power in range(lowest, math.ceil(math.log10(self.high)) + 1):
                yield from (
                    (self.y(value), f"{value:g}")
                    for value in (step * 10.0**power for step in steps)
                    if self.low <= value <= self.high
                )
            return
        step = _round_step((self.high - self.low) / 4)
        count = round((self.high - self.low) / step)
        yield from (
            (self.y(self.low + step * number), f"{self.low + step * number:g}") for number in range(count + 1)
        )

    def shapes(self, left: float, right: float) -> Iterator[Shape]:
        """Yield the values' names with a thin line each."""
        for y, name in self.ticks():
            yield Stroke(points=((left, y), (right, y)), role="grid")
            yield Words(x=left - 6, y=y + 4, text=name, role="tick", anchor="end")


def _round_step(raw: float) -> float:
    power = 10.0 ** math.floor(math.log10(raw))
    return next((step * power for step in _STEPS if step * power >= raw), 10 * power)


def _at_least(value: float) -> float:
    """Return a round number at or over a positive value: a multiple of a quarter's round step."""
    step = _round_step(value / 4)
    return math.ceil(round(value / step, 9)) * step


def _at_most(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return max(step * power for step in _STEPS if step * power <= value * (1 + 1e-9))
