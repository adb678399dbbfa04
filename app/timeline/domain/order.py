"""The order of events, and which of them the dates can't tell apart.

Source: clinical.md section 4 and ruling 10 of section 7.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import accumulate
from operator import attrgetter
from typing import TypeVar

from app.casefile.domain.case_file import CaseFile, Entry
from app.records.domain.kinds import AnyRecord
from app.timeline.domain.event import EventDate
from app.values.dates import PartialDate, is_full_day

T = TypeVar("T")

_BITS_OF_DAY = 22  # date.max.toordinal() is below 2**22
_BITS_OF_RANK = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A date as it stands in an answer, with the numbers that order it.

    `first` and `last` are day numbers, those of the calendar's ends where the date is open.
    """

    when: PartialDate
    shown: EventDate
    first: int
    last: int
    is_day: bool

    key: int
    """The place among dated events by earliest, then latest day; a kind's rank, below 64, is added."""


@lru_cache(maxsize=65_536)  # a case names the same days again and again
def place(text: str) -> Placed:
    """Read a date as written.

    Raises:
        DateTextError: the text is no date.
    """
    when = PartialDate.parse(text)
    return placed_of(when, is_day=is_full_day(when))


def placed_of(when: PartialDate, *, is_day: bool) -> Placed:
    """Place a date; `is_day` is whether it is known to one single day."""
    first, last = (when.earliest or date.min).toordinal(), (when.latest or date.max).toordinal()
    return Placed(
        when=when,
        shown=EventDate(
            text=when.text,
            earliest=when.earliest.isoformat() if when.earliest else None,
            latest=when.latest.isoformat() if when.latest else None,
            approximate=when.approximate,
            uncertain=when.uncertain,
        ),
        first=first,
        last=last,
        is_day=is_day,
        key=(first << _BITS_OF_DAY | last) << _BITS_OF_RANK,
    )


def in_order_of_ids(case_file: CaseFile) -> CaseFile:
    """Return the case file with its records, documents and proposals in order of their ids, as its loader gives it."""
    return case_file.once(_sorted)


def _sorted(case_file: CaseFile) -> CaseFile:
    parts = (case_file.entries, case_file.documents, case_file.proposals)
    if all(_is_sorted([one.id for one in part]) for part in parts):
        return case_file
    return CaseFile(
        case_file.case,
        tuple(sorted(case_file.entries, key=lambda entry: entry.id)),
        tuple(sorted(case_file.documents, key=lambda document: document.id)),
        tuple(sorted(case_file.proposals, key=lambda entry: entry.id)),
    )


def _is_sorted(ids: list[str]) -> bool:
    return ids == sorted(ids)  # sorting what is sorted already is one quick pass


def entry_of(case_file: CaseFile, record_id: str) -> Entry[AnyRecord]:
    """Return the entry of one record of the case."""
    entries = in_order_of_ids(case_file).entries
    return entries[bisect_left(entries, record_id, key=attrgetter("id"))]


def overlapping(items: Iterable[tuple[Placed, T]]) -> Iterator[tuple[T, T]]:
    """Return the pairs of things whose dates may be the same, by a sweep, the earlier date first."""
    reached: list[tuple[Placed, T]] = []
    for placed, item in sorted(items, key=lambda one: one[0].key):
        reached = [one for one in reached if one[0].last >= placed.first]
        for _, before in reached:
            yield before, item
        reached.append((placed, item))


def uncertain_spans(placed: Iterable[Placed]) -> frozenset[tuple[int, int]]:
    """Return the spans (first, last day) whose events the dates alone can't order against all others.

    Two dates that may overlap, of which at least one is coarser than a day or approximate, can't be told
    apart; events of one full day are told apart by their kind. Sorts once and sweeps: O(n log n).
    """
    all_placed = tuple(placed)
    wide = [one for one in all_placed if not one.is_day]
    if not wide:
        return frozenset()
    firsts = sorted(one.first for one in all_placed)
    lasts = sorted(one.last for one in all_placed)

    def meets_another(first: int, last: int) -> bool:
        begun, over = bisect_right(firsts, last), bisect_left(lasts, first)
        return begun - over > 1  # itself is one of them

    uncertain = {(one.first, one.last) for one in wide if meets_another(one.first, one.last)}
    starts = sorted((one.first, one.last) for one in wide)
    reach = list(accumulate((last for _, last in starts), max))
    for day in {one.first for one in all_placed if one.is_day}:
        before = bisect_right(starts, (day, date.max.toordinal()))
        if before and reach[before - 1] >= day:
            uncertain.add((day, day))
    return frozenset(uncertain)
