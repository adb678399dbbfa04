"""The measured values of a case, of which it may hold ten thousand, with their places in time: found in one pass.

In one, because so many records are more than a processor keeps at hand: fetching them again costs as much time as what
is done with them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final, NamedTuple

from msgspec import Struct

from app.casefile.domain.case_file import CaseFile, Entry
from app.records.domain.base import Coding
from app.records.domain.findings import LabResult, MarkerResult, Measured
from app.timeline.domain.order import Placed, in_order_of_ids, place

MEASURED: Final[tuple[type[Measured], ...]] = (MarkerResult, LabResult)
"""The kinds of which a case may hold ten thousand, on a few hundred days."""
_DAY: Final = attrgetter("placed.key")


class Measurement(Struct, frozen=True, gc=False):
    """A number that was sent, with its place in time: a bound where it has a comparator, else exact."""

    placed: Placed
    value: Decimal
    comparator: str | None
    unit: str | None
    """As written; one text for all that were sent alike."""
    entry: Entry[Measured]


class SentAs(NamedTuple):
    """What was sent with a measured value, each as written."""

    is_marker: bool
    name: str
    codes: tuple[Coding, ...]
    unit: str | None
    specimen: str | None
    laboratory: str | None
    assay: str | None


@dataclass(frozen=True, slots=True)
class Alike:
    """Values that were sent alike: the dated numbers in order of time, then of id, and the others in order of id."""

    sent_as: SentAs
    numbers: list[Measurement]
    others: list[Entry[Measured]]
    """Those without a date, and those whose result is no finite number."""

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.numbers) + len(self.others)


class Measurements(NamedTuple):
    """The measured values of a case in two indices, in order of id."""

    by_date: Mapping[str | None, Sequence[Entry[Measured]]]
    """By the date as written."""
    sent_alike: Sequence[Alike]
    """By what was sent with them; markers before laboratory values."""

    @property
    def are_of_full_days(self) -> bool:
        """Whether each that is dated is dated to the day, so that the order of none is in doubt."""
        return all(place(text).is_day for text in self.by_date if text is not None)


def measurements(case_file: CaseFile) -> Measurements:
    """Look at each measured value of a case once; ask for them by `case_file.once`."""
    days: dict[str | None, tuple[Placed | None, list[Entry[Measured]]]] = {}
    alike: dict[tuple[Any, ...], Alike] = {}
    entries: tuple[Entry[Any], ...] = in_order_of_ids(case_file).entries
    for entry in entries:
        record = entry.record
        if isinstance(record, LabResult):
            is_marker, name = False, record.test
        elif isinstance(record, MarkerResult):
            is_marker, name = True, record.marker
        else:
            continue
        day = days.get(record.date)
        if day is None:
            day = days[record.date] = (place(record.date) if record.date else None, [])
        placed, of_day = day
        of_day.append(entry)
        sent_as = (
            is_marker, name, record.codes, record.unit, record.specimen, record.laboratory, record.assay
        )  # fmt: skip
        found = alike.get(sent_as)
        if found is None:
            found = alike[sent_as] = Alike(SentAs(*sent_as), [], [])
        value = record.value
        if placed is not None and value is not None and value.is_finite():
            found.numbers.append(Measurement(placed, value, record.comparator, found.sent_as.unit, entry))
        else:
            found.others.append(entry)
    for found in alike.values():
        found.numbers.sort(key=_DAY)
    return Measurements(
        by_date={text: entries for text, (_, entries) in days.items()},
        sent_alike=sorted(alike.values(), key=lambda found: not found.sent_as.is_marker),
    )
