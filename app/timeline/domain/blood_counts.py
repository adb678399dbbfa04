"""The measured value of a test that stands nearest to a day, in one unit, or why there is none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.timeline.domain.analytes import BLOOD
from app.timeline.domain.order import place
from app.timeline.domain.series import MarkerSeries
from app.values.units import Refused, convert


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One exact value known to the day, in the unit asked for."""

    record_id: str
    text: str
    day: int
    value: Decimal
    low: Decimal | None
    high: Decimal | None


def readings(series: Sequence[MarkerSeries], analyte: str, unit: str) -> tuple[Reading, ...]:
    """Return the exact values of an analyte in blood, in a unit, in order of day then record.

    Values of all laboratories together: each stands against a limit of a rule, and is named with its record.
    """
    found = (
        reading
        for one in series
        if one.analyte == analyte and one.specimen == BLOOD and one.decoy_code is None
        for reading in converted(one, unit)
    )
    return tuple(sorted(found, key=lambda one: (one.day, one.record_id)))


def converted(series: MarkerSeries, unit: str | None) -> Iterator[Reading]:
    """Yield the countable values of one series that are known to the day, in a unit that it converts to.

    None for `unit` are the values of a series without a unit, as they are.
    """
    left_out = {one.record_id for one in series.kept_apart}
    for point in series.points:
        placed = place(point.date)
        value = _in(point.value, series, unit)
        if value is not None and placed.is_day and point.record_id not in left_out:
            yield Reading(
                record_id=point.record_id,
                text=point.date,
                day=placed.first,
                value=value,
                low=_in(point.reference_low, series, unit),
                high=_in(point.reference_high, series, unit),
            )


def nearest(found: Sequence[Reading], day: int, within: int) -> Reading | None:
    """Return the value nearest to a day, not more than some days away; of two as near, the later."""
    near = [one for one in found if abs(one.day - day) <= within]
    return min(near, key=lambda one: (abs(one.day - day), -one.day, one.record_id), default=None)


def _in(value: Decimal | None, series: MarkerSeries, unit: str | None) -> Decimal | None:
    if value is None or series.unit == unit:
        return value
    if series.unit is None or unit is None:
        return None
    answer = convert(value, series.unit, unit, series.analyte)
    return None if isinstance(answer, Refused) else answer
