"""The curve of one series of values: exact values joined, bounds as arrows, the laboratory's range as a band."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from app.summary.domain.drawing.axes import TimeAxis, ValueAxis
from app.summary.domain.drawing.given import Given, shaded
from app.summary.domain.drawing.shapes import Block, Drawing, Mark, MarkKind, Shape, Stroke, rounded
from app.summary.domain.wording import readable
from app.timeline.domain.order import Placed, place
from app.timeline.domain.points import Point
from app.timeline.domain.series import MarkerSeries

WIDTH: Final = 640.0
HEIGHT: Final = 264.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 74.0, 628.0, 30.0, 232.0
_LEAST: Final = 2
"""Values that a curve is between; the table beside it tells a single one."""
_MARKS_UP_TO: Final = 80
"""Points under which each is marked."""
_BOUNDS: Final[Mapping[str, MarkKind]] = {"<": "down", ">": "up", "~": "ring"}
_LARGEST: Final = 1e15
"""A number beyond this stands at the edge of a drawing."""


class Placing(NamedTuple):
    """One value with its days (ordinal numbers) and the middle of them."""

    point: Point
    placed: Placed

    @property
    def day(self) -> int:
        """The middle of the days between which it lies."""
        return (self.placed.first + self.placed.last) // 2


class Band(NamedTuple):
    """The laboratory's range as the newest value that has one gives it, and whether another value's differs."""

    low: Decimal | None
    high: Decimal | None
    differs: bool


def placed_points(series: MarkerSeries) -> tuple[Placing, ...]:
    """Return the values whose days have both ends, in order."""
    known = (Placing(point, place(point.date)) for point in series.points)
    return tuple(one for one in known if one.placed.shown.earliest and one.placed.shown.latest)


def band_of(points: Sequence[Point]) -> Band | None:
    """Return the range that is drawn: in the unit of the series, so of values that were not converted."""
    ranges = [
        (point.reference_low, point.reference_high)
        for point in points
        if not point.converted and (point.reference_low is not None or point.reference_high is not None)
    ]
    if not ranges:
        return None
    return Band(*ranges[-1], differs=len(set(ranges)) > 1)


def curve(series: MarkerSeries, given: Sequence[Given], *, display: str) -> Drawing | None:
    """Draw a series with the treatments behind it; None where no two values have a place in time.

    `display` is the series' name as it may be shown.
    """
    points = placed_points(series)
    if len(points) < _LEAST:
        return None
    band = band_of(series.points)
    time = TimeAxis.over([one.day for one in points], left=_LEFT, right=_RIGHT)
    values = ValueAxis.over(_numbers(points, band), top=_TOP, bottom=_BOTTOM)
    unit = series.unit_as_written or series.unit or "unit not stated"
    scale = ", logarithmic scale" if values.is_logarithmic else ""
    return Drawing(
        key=f"series-{series.id}",
        width=WIDTH,
        height=HEIGHT,
        title=f"{display} over time, {unit}{scale}",
        description=_described(points, band, unit),
        shapes=(
            *shaded(given, time, top=_TOP, bottom=_BOTTOM),
            *_band(band, values),
            *values.shapes(_LEFT, _RIGHT),
            *time.shapes(_TOP, _BOTTOM),
            *_values(points, time, values, unit),
        ),
    )


def _numbers(points: Sequence[Placing], band: Band | None) -> list[float]:
    numbers = [drawn(one.point.value) for one in points]
    if band and band.high is not None:
        numbers.append(drawn(band.high))
    return numbers


def drawn(value: Decimal) -> float:
    """Return a number as it is drawn, bounded so that no scale breaks."""
    return min(max(float(value), -_LARGEST), _LARGEST)


def _described(points: Sequence[Placing], band: Band | None, unit: str) -> str:
    first, last = points[0].point, points[-1].point
    told = (
        f"{len(points)} values, from {_said(first)} {unit} on {readable(first.date)}"
        f" to {_said(last)} {unit} on {readable(last.date)}."
    )
    bounds = sum(one.point.comparator is not None for one in points)
    if bounds:
        told += f" {bounds} of them {'is a bound' if bounds == 1 else 'are bounds'}, drawn as arrows and not joined."
    if band:
        low, high = band.low, band.high
        given = (
            f"{low} to {high}"
            if low is not None and high is not None
            else f"up to {high}"
            if high is not None
            else f"from {low}"
        )
        others = " as newest given; others differ" if band.differs else ""
        told += f" The band is the laboratory's range, {given}{others}."
    return told


def _said(point: Point) -> str:
    return f"{point.comparator or ''}{point.value}"


def _band(band: Band | None, values: ValueAxis) -> Iterator[Shape]:
    if band is None:
        return
    top = values.y(drawn(band.high)) if band.high is not None else values.top
    low = drawn(band.low) if band.low is not None else values.low
    bottom = values.y(low) if low >= values.low else values.bottom
    yield Block(
        x=_LEFT, y=top, width=_RIGHT - _LEFT, height=rounded(max(bottom - top, 1)), role="range", tip="reference range"
    )  # fmt: skip


def _values(points: Sequence[Placing], time: TimeAxis, values: ValueAxis, unit: str) -> Iterator[Shape]:
    exact = [one for one in points if one.point.comparator is None]
    if len(exact) > 1:
        yield Stroke(
            points=tuple((time.x(one.day), values.y(drawn(one.point.value))) for one in exact), role="curve"
        )
    for one in points:
        x, y = time.x(one.day), values.y(drawn(one.point.value))
        if not one.placed.is_day:
            yield Stroke(points=((time.x(one.placed.first), y), (time.x(one.placed.last), y)), role="reach")
        tip = f"{_said(one.point)} {unit} on {readable(one.point.date)}"
        if one.point.comparator:
            yield Mark(x=x, y=y, kind=_BOUNDS[one.point.comparator[0]], role="bound", tip=tip)
        elif len(points) <= _MARKS_UP_TO:
            yield Mark(x=x, y=y, kind="dot", role="value", tip=tip)
