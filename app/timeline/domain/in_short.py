"""The timeline in short: measured values of one date, of which a case may hold ten thousand, stand together."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TypeAlias

from app.casefile.domain.case_file import CaseFile, Entry
from app.records.domain.findings import Measured
from app.timeline.domain.answer import Answer
from app.timeline.domain.build import event_of
from app.timeline.domain.drafts import Draft, draft_of, drafts_of
from app.timeline.domain.event import EventDate, TimelineEvent
from app.timeline.domain.measurement import MEASURED, measurements
from app.timeline.domain.order import Placed, uncertain_spans


class Results(Answer, frozen=True, kw_only=True, gc=False):
    """Measured values of one date, in order of id; they rank alike, so that nothing stands between them."""

    date: EventDate | None
    order_uncertain: bool
    entries: tuple[Entry[Measured], ...]


Item: TypeAlias = TimelineEvent | Results


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortTimeline:
    """The dated events and results in order, and the undated ones in a place of their own."""

    items: tuple[Item, ...]
    undated: tuple[Item, ...]


_Piece: TypeAlias = tuple[int, str, Placed | None, Draft | tuple[Entry[Measured], ...]]
"""What becomes one item: key and id, which order it, its place in time, and what it holds."""


def shorten(case_file: CaseFile) -> ShortTimeline:
    """Put the events of a case in order, as `build_timeline` does, with measured values of one date together."""
    pieces = sorted((*_events(case_file), *_results(case_file)), key=itemgetter(0, 1))
    uncertain = uncertain_spans(_places(pieces))
    items: list[Item] = []
    undated: list[Item] = []
    for _, _, placed, what in pieces:
        is_uncertain = placed is not None and (placed.first, placed.last) in uncertain
        (items if placed else undated).append(
            event_of(what, is_uncertain=is_uncertain)
            if isinstance(what, Draft)
            else Results(date=placed.shown if placed else None, order_uncertain=is_uncertain, entries=what)
        )
    return ShortTimeline(items=tuple(items), undated=tuple(undated))


def _places(pieces: Iterable[_Piece]) -> Iterator[Placed]:
    """Yield the dates of all events; of measured values of one date two, since two are as uncertain as many."""
    for _, _, placed, what in pieces:
        if placed is not None:
            yield placed
            if isinstance(what, tuple) and len(what) > 1:
                yield placed


def _events(case_file: CaseFile) -> Iterator[_Piece]:
    for draft in drafts_of(case_file, without=MEASURED):
        yield draft.key, draft.id, draft.placed, draft


def _results(case_file: CaseFile) -> Iterator[_Piece]:
    by_key: dict[int, list[tuple[Placed | None, Sequence[Entry[Measured]]]]] = {}
    for text, entries in case_file.once(measurements).by_date.items():
        # Those without a date of their own may each be placed by the paper that they were read from.
        for same in (entries,) if text else ((entry,) for entry in entries):
            draft = draft_of(case_file, same[0])
            by_key.setdefault(draft.key, []).append((draft.placed, same))
    for key, dated in by_key.items():
        for placed, together in _as_written(dated):
            yield key, together[0].id, placed, together


def _as_written(
    dated: Sequence[tuple[Placed | None, Sequence[Entry[Measured]]]],
) -> Iterator[tuple[Placed | None, tuple[Entry[Measured], ...]]]:
    """Yield the values of the same days in order of id, apart where their dates are written otherwise."""
    if len(dated) == 1:
        placed, entries = dated[0]
        yield placed, tuple(entries)
        return
    mixed = sorted(
        ((entry.id, placed, entry) for placed, entries in dated for entry in entries), key=itemgetter(0)
    )
    for _, same in groupby(mixed, key=lambda one: one[1].when.text if one[1] else None):
        run = tuple(same)
        yield run[0][1], tuple(entry for _, _, entry in run)
