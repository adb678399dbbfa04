"""The points of one series: each value in the series' unit, and what is left out, with the reason."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple, TypeAlias

from app.records.domain.findings import Measured
from app.timeline.domain.analytes import Values
from app.timeline.domain.answer import Answer
from app.timeline.domain.order import Placed, place, uncertain_spans
from app.timeline.domain.trend import Counted
from app.values.ranges import range_in_unit
from app.values.units import Refused, convert


class Point(Answer, frozen=True, gc=False):
    """One value in the unit of its series; `duplicates` are the records that say exactly the same.

    A point with a comparator is shown and never counted.
    """

    record_id: str
    date: str
    value: Decimal
    comparator: str | None
    value_as_written: Decimal
    unit_as_written: str | None
    converted: bool
    reference_low: Decimal | None
    reference_high: Decimal | None
    duplicates: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptApart:
    """A value that the arithmetic leaves out, or another series of the same analyte, and why."""

    record_id: str | None = None
    series_id: str | None = None
    code: str
    reason: str


_ONE: Final = Decimal(1)
_REASONS: Final[Mapping[str, str]] = {
    "comparator": "A value with a comparator is a bound and no number.",
    "not_a_number": "The result is not a number.",
    "no_value": "No value is stated.",
    "undated": "No date is stated.",
    "future_dated": "The date lies after the day of this view.",
    "not_converted": "The value could not be converted to the unit of the series.",
    "order_uncertain": "Its date can't be told from that of another value.",
}


class _Scale(NamedTuple):
    """How values of one unit come into that of the series: not at all, as they stand, or by conversion."""

    ucum: str | None
    is_same: bool
    stands: bool


_Dated: TypeAlias = tuple[int, str, Placed, Decimal, Measured, _Scale]
"""Key of the date, record id, date, value, record, and how the value comes into the unit of the series."""


class PointReader:
    """Reads the values of one series; `left_out` fills with what can't be a point or can't be counted."""

    def __init__(self, *, analyte: str, unit: str | None, last_day: int) -> None:
        """Read into points of a unit (UCUM; None where units can't be read), up to a day number."""
        self._analyte, self._unit, self._last_day = analyte, unit, last_day
        self.left_out: list[KeptApart] = []

    def read(self, values: Iterable[Values]) -> tuple[Point, ...]:
        """Return the points in order of date, those that say exactly the same as one."""
        dated = self._dated(values)
        dated.sort()  # no two have the same record id
        if len({one[0] for one in dated}) == len(dated):
            points = [self._point(one, ()) for one in dated]
        else:
            points = [self._point(one, duplicates) for one, duplicates in _merged(dated)]
        return tuple([point for point in points if point is not None])

    def count(self, points: Sequence[Point]) -> tuple[Counted, ...]:
        """Return the points that arithmetic may use: exact, and certain in their order."""
        exact = []
        for point in points:
            if point.comparator is None:
                exact.append(Counted(place(point.date), point.value, point.record_id, point.unit_as_written))
            else:
                self._leave_out(point.record_id, "comparator")
        uncertain = uncertain_spans([one.placed for one in exact])
        if not uncertain:
            return tuple(exact)
        counted = []
        for one in exact:
            if not one.placed.is_day and (one.placed.first, one.placed.last) in uncertain:
                self._leave_out(one.record_id, "order_uncertain")
            else:
                counted.append(one)
        return tuple(counted)

    def _dated(self, values: Iterable[Values]) -> list[_Dated]:
        last_day = self._last_day
        dated: list[_Dated] = []
        for sent in values:
            scale = self._scale(sent.ucum)
            for entry in sent.entries:
                record = entry.record
                value, date = record.value, record.date
                if value is None or not value.is_finite():
                    self._leave_out(entry.id, "not_a_number" if record.value_text else "no_value")
                elif date is None:
                    self._leave_out(entry.id, "undated")
                elif (placed := place(date)).first > last_day:
                    self._leave_out(entry.id, "future_dated")
                else:
                    dated.append((placed.key, entry.id, placed, value, record, scale))
        return dated

    def _point(self, dated: _Dated, duplicates: tuple[str, ...]) -> Point | None:
        _, record_id, placed, as_written, record, scale = dated
        value: Decimal | None = as_written
        low, high = record.reference_low, record.reference_high
        if low is None and high is None and record.reference_text is not None:
            low, high = range_in_unit(record.reference_text, record.unit)
        if not scale.stands:
            value, low, high = (
                self._converted(as_written, scale.ucum),
                self._converted(low, scale.ucum),
                self._converted(high, scale.ucum),
            )
        if value is None:
            self._leave_out(record_id, "not_converted")
            return None
        return Point(  # in the order of its fields, which takes less time than by their names
            record_id,
            placed.when.text,
            value,
            record.comparator,
            as_written,
            record.unit,
            not scale.is_same,
            low,
            high,
            duplicates,
        )

    def _scale(self, ucum: str | None) -> _Scale:
        is_same = ucum == self._unit
        return _Scale(ucum, is_same=is_same, stands=is_same or self._converted(_ONE, ucum) == _ONE)

    def _converted(self, value: Decimal | None, ucum: str | None) -> Decimal | None:
        if value is None or ucum is None or self._unit is None:
            return None
        answer = convert(value, ucum, self._unit, self._analyte)
        return None if isinstance(answer, Refused) else answer

    def _leave_out(self, record_id: str, code: str) -> None:
        self.left_out.append(KeptApart(record_id=record_id, code=code, reason=_REASONS[code]))


def _merged(dated: Sequence[_Dated]) -> Iterator[tuple[_Dated, tuple[str, ...]]]:
    """Put the values of one date together that say exactly the same: date as written, value, comparator, unit."""
    for _, one_day in groupby(dated, key=itemgetter(0)):
        same_day = tuple(one_day)
        if len({one[3] for one in same_day}) == len(same_day):
            for one in same_day:
                yield one, ()
            continue
        said: dict[tuple[Decimal, str, str | None, str | None], list[_Dated]] = {}
        for one in same_day:
            record = one[4]
            said.setdefault((one[3], one[2].when.text, record.comparator, record.unit), []).append(one)
        for one, *same in said.values():
            yield one, tuple([other[1] for other in same])
