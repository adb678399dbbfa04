"""The timeline in short: measured values of one date, of which a case may hold ten thousand, stand together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Final, TypeAlias

from app.casefile.domain.case_file import CaseFile
from app.records.domain.findings import LabResult, MarkerResult
from app.records.domain.kinds import AnyRecord
from app.timeline.domain.answer import Answer
from app.timeline.domain.build import event_of
from app.timeline.domain.drafts import Draft, drafts_of, record_drafts
from app.timeline.domain.event import EventDate, TimelineEvent
from app.timeline.domain.order import Placed, uncertain_spans

MEASURED: Final[tuple[type[AnyRecord], ...]] = (MarkerResult, LabResult)
"""The kinds that are put together; they rank alike, so that nothing stands between those of one date."""


class Results(Answer, frozen=True, kw_only=True, gc=False):
    """Measured values of one date, in order; `drafts` become their events."""

    date: EventDate | None
    order_uncertain: bool
    drafts: Sequence[Draft]


Item: TypeAlias = TimelineEvent | Results


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortTimeline:
    """The dated events and results in order, and the undated ones in a place of their own."""

    items: tuple[Item, ...]
    undated: tuple[Item, ...]


def shorten(case_file: CaseFile) -> ShortTimeline:
    """Put the events of a case in order, as `build_timeline` does, with measured values of one date together."""
    by_key: dict[int, list[Draft]] = {}
    for kind in MEASURED:
        for draft in record_drafts(case_file, kind):
            by_key.setdefault(draft.key, []).append(draft)
    others = sorted(drafts_of(case_file, without=MEASURED), key=attrgetter("key", "id"))
    uncertain = uncertain_spans(_places(others, by_key))
    stretches = sorted(
        (*by_key.items(), *((key, list(same)) for key, same in groupby(others, attrgetter("key"))))
    )
    items: list[Item] = []
    undated: list[Item] = []
    for key, drafts in stretches:
        placed = drafts[0].placed
        is_uncertain = placed is not None and (placed.first, placed.last) in uncertain
        told = _together(drafts, is_uncertain) if key in by_key else _each(drafts, is_uncertain)
        (undated if placed is None else items).extend(told)
    return ShortTimeline(items=tuple(items), undated=tuple(undated))


def _places(others: Sequence[Draft], by_key: dict[int, list[Draft]]) -> Iterator[Placed]:
    """Yield the dates of all events; of measured values of one date two, since two are as uncertain as many."""
    for draft in others:
        if draft.placed:
            yield draft.placed
    for drafts in by_key.values():
        for draft in drafts[:2]:
            if draft.placed:
                yield draft.placed


def _each(drafts: Sequence[Draft], is_uncertain: bool) -> Iterator[Item]:  # noqa: FBT001 (of a timeline's stretch)
    return (event_of(draft, is_uncertain=is_uncertain) for draft in drafts)


def _together(drafts: list[Draft], is_uncertain: bool) -> Iterator[Item]:  # noqa: FBT001 (of a timeline's stretch)
    """Yield the values of the same days, apart where their dates are written otherwise."""
    drafts.sort(key=attrgetter("id"))
    for date, same in groupby(drafts, _shown):
        yield Results(date=date, order_uncertain=is_uncertain, drafts=tuple(same))


def _shown(draft: Draft) -> EventDate | None:
    return draft.placed.shown if draft.placed else None
