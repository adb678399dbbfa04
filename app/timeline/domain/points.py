"""The points of one series: each value in the series' unit, and what is left out, with the reason."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import chain, groupby
from operator import attrgetter
from typing import Any, Final, NamedTuple, TypeAlias, overload

from msgspec.structs import replace

from app.timeline.domain.analytes import Values
from app.timeline.domain.answer import Answer
from app.timeline.domain.measurement import Alike, Measurement
from app.timeline.domain.order import uncertain_spans
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
_DAY: Final = attrgetter("placed.key")
_ORDER: Final = attrgetter("placed.key", "entry.id")
_REASONS: Final[Mapping[str, str]] = {
    "comparator": "A value with a comparator is a bound and no number.",
    "not_a_number": "The result is not a number.",
    "no_value": "No value is stated.",
    "undated": "No date is stated.",
    "future_dated": "The date lies after the day of this view.",
    "not_converted": "The value could not be converted to the unit of the series.",
    "order_uncertain": "Its date can't be told from that of another value.",
}


class Scale(NamedTuple):
    """How values that were sent in one unit come into that of their series (both UCUM, None where not read)."""

    analyte: str
    sent: str | None
    unit: str | None
    stands: bool
    """Whether a number is the same in both."""

    @classmethod
    def between(cls, sent: str | None, unit: str | None, analyte: str) -> "Scale":
        """Return the scale from one unit to another."""
        if sent == unit:
            return cls(analyte, sent, unit, stands=True)
        by_itself = cls(analyte, sent, unit, stands=False)
        return by_itself._replace(stands=by_itself.of(_ONE) == _ONE)

    @property
    def is_same(self) -> bool:
        """Tell whether the two units are one."""
        return self.sent == self.unit

    def of(self, value: Decimal | None) -> Decimal | None:
        """Return a value in the unit of the series, None where it can't be converted."""
        if value is None or self.stands:
            return value
        if self.sent is None or self.unit is None:
            return None
        answer = convert(value, self.sent, self.unit, self.analyte)
        return None if isinstance(answer, Refused) else answer


Scales: TypeAlias = Mapping[str | None, Scale]
"""By the unit as written."""
Duplicates: TypeAlias = Mapping[str, Sequence[str]]
"""By the id of the first record that says something, the ids of the others that say exactly the same."""


class Points(Sequence[Point]):
    """The points of a series in order of date; each is made when it is asked for, since most readers want a few."""

    def __init__(self, measurements: Sequence[Measurement], duplicates: Duplicates, scales: Scales) -> None:
        """Keep what the points are made of: values in the unit of the series, and which records say the same."""
        self.measurements = measurements
        self._duplicates = duplicates
        self._scales = scales

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:  # noqa: ANN401 (pydantic's protocol)
        """Describe them in the API's schema as the array that they are written as."""
        del source
        return handler.generate_schema(tuple[Point, ...])

    def __len__(self) -> int:
        """Count the points."""
        return len(self.measurements)

    @overload
    def __getitem__(self, place: int) -> Point: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Point, ...]: ...
    def __getitem__(self, place: int | slice) -> Point | tuple[Point, ...]:
        """Return the point at a place, or those of a slice."""
        if isinstance(place, slice):
            return tuple(map(self._point, self.measurements[place]))
        return self._point(self.measurements[place])

    def __iter__(self) -> Iterator[Point]:
        """Yield each point."""
        return map(self._point, self.measurements)

    def __eq__(self, other: object) -> bool:
        """Tell whether the points are the same."""
        return isinstance(other, Points) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        """Return the same for the same points."""
        return hash(tuple(self))

    def of(self, record_id: str) -> Point:
        """Return the point of a record."""
        return self[self.place_of(record_id)]

    def place_of(self, record_id: str) -> int:
        """Return the place of the point of a record."""
        return self._places[record_id]

    def repeated(self) -> Iterator[Point]:
        """Yield the points that more than one record states."""
        if self._duplicates:
            yield from (self._point(one) for one in self.measurements if one.entry.id in self._duplicates)

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {one.entry.id: place for place, one in enumerate(self.measurements)}

    def _point(self, one: Measurement) -> Point:
        record = one.entry.record
        scale = self._scales[one.unit]
        low, high = record.reference_low, record.reference_high
        if low is None and high is None and record.reference_text is not None:
            low, high = range_in_unit(record.reference_text, record.unit)
        return Point(  # in the order of its fields, which takes less time than by their names
            one.entry.id,
            one.placed.when.text,
            one.value,
            one.comparator,
            record.value,  # type: ignore[arg-type]  # a measurement's record states one
            one.unit,
            not scale.is_same,
            scale.of(low),
            scale.of(high),
            tuple(self._duplicates.get(one.entry.id, ())),
        )


class PointReader:
    """Reads the values of one series; `left_out` fills with what can't be a point or can't be counted."""

    def __init__(self, *, analyte: str, unit: str | None, last_day: int) -> None:
        """Read into points of a unit (UCUM; None where units can't be read), up to a day number."""
        self._analyte, self._unit, self._last_day = analyte, unit, last_day
        self.left_out: list[KeptApart] = []

    def read(self, values: Sequence[Values]) -> Points:
        """Return the points in order of date, those that say exactly the same as one."""
        scales = {
            sent.alike.sent_as.unit: Scale.between(sent.ucum, self._unit, self._analyte) for sent in values
        }
        dated = [self._until_last_day(sent.alike) for sent in values]
        said = dated[0] if len(dated) == 1 else sorted(chain(*dated), key=_ORDER)
        kept, duplicates = _merged(said)
        if all(scale.stands for scale in scales.values()):
            return Points(kept, duplicates, scales)
        return Points(tuple(self._converted(kept, scales)), duplicates, scales)

    def count(self, points: Points, *, are_of_full_days: bool) -> Sequence[Measurement]:
        """Return the values that arithmetic may use: exact, and certain in their order."""
        exact = [one for one in points.measurements if one.comparator is None]
        if len(exact) < len(points):
            self._leave_out((one.entry.id for one in points.measurements if one.comparator), "comparator")
        if are_of_full_days:
            return exact
        uncertain = uncertain_spans([one.placed for one in exact])
        doubtful = {
            one.entry.id
            for one in exact
            if not one.placed.is_day and (one.placed.first, one.placed.last) in uncertain
        }
        self._leave_out(doubtful, "order_uncertain")
        return [one for one in exact if one.entry.id not in doubtful]

    def _until_last_day(self, sent: Alike) -> Sequence[Measurement]:
        for entry in sent.others:
            record = entry.record
            if record.value is not None and record.value.is_finite():
                self._leave_out((entry.id,), "undated")
            else:
                self._leave_out((entry.id,), "not_a_number" if record.value_text else "no_value")
        known = bisect_right(sent.numbers, self._last_day, key=lambda one: one.placed.first)
        if known == len(sent.numbers):
            return sent.numbers
        self._leave_out((one.entry.id for one in sent.numbers[known:]), "future_dated")
        return sent.numbers[:known]

    def _converted(self, measurements: Iterable[Measurement], scales: Scales) -> Iterator[Measurement]:
        for one in measurements:
            scale = scales[one.unit]
            value = scale.of(one.value)
            if value is None:
                self._leave_out((one.entry.id,), "not_converted")
            else:
                yield one if scale.stands else replace(one, value=value)

    def _leave_out(self, record_ids: Iterable[str], code: str) -> None:
        self.left_out.extend(
            KeptApart(record_id=record_id, code=code, reason=_REASONS[code]) for record_id in record_ids
        )


def _merged(said: Sequence[Measurement]) -> tuple[Sequence[Measurement], Duplicates]:
    """Put the values together that say exactly the same: date as written, value, comparator and unit.

    Returns the first of each, and by its id the ids of the others.
    """
    if len({one.placed.key for one in said}) == len(said):
        return said, {}
    kept: list[Measurement] = []
    duplicates: dict[str, list[str]] = {}
    for _, together in groupby(said, key=_DAY):
        one_day = list(together)
        if len(one_day) > 1 and len({one.value for one in one_day}) < len(one_day):
            kept.extend(_firsts(one_day, duplicates))
        else:
            kept.extend(one_day)
    return kept, duplicates


def _firsts(one_day: Iterable[Measurement], duplicates: dict[str, list[str]]) -> Iterator[Measurement]:
    firsts: dict[tuple[object, ...], str] = {}
    for one in one_day:
        record_id = one.entry.id
        first = firsts.setdefault((one.value, one.placed.when.text, one.comparator, one.unit), record_id)
        if first == record_id:
            yield one
        else:
            duplicates.setdefault(first, []).append(record_id)
