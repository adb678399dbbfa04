"""The timeline: every event of the case file in order."""

from collections.abc import Collection, Iterator
from datetime import date
from operator import itemgetter
from typing import Any, TypeAlias

from app.casefile.domain.case_file import CaseFile
from app.records.domain.base import Record, Source
from app.records.domain.course import Treatment
from app.timeline.domain.event import SourceRef, Timeline, TimelineEvent
from app.timeline.domain.event_kinds import (
    DOCUMENT_KIND,
    DOCUMENT_LANE,
    DOCUMENT_RANK,
    EVENT_KINDS,
    OPERATION_RANK,
    OPERATIONS,
    EventKind,
)
from app.timeline.domain.facts import document_facts, facts_of
from app.timeline.domain.order import Placed, place, uncertain_spans
from app.timeline.domain.titles import document_title, treatment_end_title

END = ":end"
"""What the id of a treatment's last day adds to the record's id."""
_UNDATED = 1 << 60


_Content: TypeAlias = Any
"""A record, of the type that its row names, or a document where there is no row."""
_Draft: TypeAlias = tuple[int, str, Placed | None, str | None, EventKind | None, str | None, _Content]
"""An event before its order is known: key, id, place, dated by, row, record id, content."""


def build_timeline(
    case_file: CaseFile,
    *,
    kinds: Collection[str] | None = None,
    from_: date | None = None,
    to: date | None = None,
    without_facts: Collection[str] = (),
) -> Timeline:
    """Put the events of a case in order, the undated in a place of their own.

    One event for each record of a kind that is an event, one more for the last day of a treatment, and
    one for each document that no record rests on. `kinds` keeps those kinds (`document` for papers);
    `from_` and `to` are inclusive and keep an event whose possible days overlap them; undated events are
    always kept. Events of kinds named in `without_facts` say only when, what and by which sources. Whether an
    order is uncertain is told against the whole case, whatever is kept.

    Source: clinical.md section 4, rulings 10 and 11.
    """
    drafts = sorted(_drafts(case_file), key=itemgetter(0, 1))
    uncertain = uncertain_spans([placed for _, _, placed, *_ in drafts if placed])
    first_day = from_.toordinal() if from_ else 0
    last_day = to.toordinal() if to else date.max.toordinal()
    items: list[TimelineEvent] = []
    undated: list[TimelineEvent] = []
    for draft in drafts:
        placed, row = draft[2], draft[4]
        if kinds is not None and (row.name if row else DOCUMENT_KIND) not in kinds:
            continue
        if placed is None:
            undated.append(_event(draft, is_uncertain=False, without_facts=without_facts))
        elif placed.first <= last_day and placed.last >= first_day:
            is_uncertain = (placed.first, placed.last) in uncertain
            items.append(_event(draft, is_uncertain=is_uncertain, without_facts=without_facts))
    return Timeline(items=tuple(items), undated=tuple(undated))


def _drafts(case_file: CaseFile) -> Iterator[_Draft]:
    paper_dates = {
        document.id: document.body.dated for document in case_file.documents if document.body.dated
    }
    for kind, row in EVENT_KINDS.items():
        is_treatment = kind is Treatment
        for entry in case_file.of(kind):
            record: Any = entry.record
            rank = row.rank
            if is_treatment and record.category in OPERATIONS:
                rank = OPERATION_RANK
            text, dated_by = _date_of(record, row, paper_dates)
            placed = place(text) if text else None
            key = placed.key + rank if placed else _UNDATED + rank
            yield key, entry.id, placed, dated_by, row, entry.id, record
            if is_treatment and record.ended and record.ended != text:
                over = place(record.ended)
                yield over.key + rank, entry.id + END, over, "ended", row, entry.id, record
    rested_on = {
        source.document_id
        for entry in case_file.entries
        for source in entry.record.sources
        if source.document_id
    }
    for document in case_file.documents:
        if document.id not in rested_on:
            dated = document.body.dated
            placed = place(dated) if dated else None
            key = placed.key + DOCUMENT_RANK if placed else _UNDATED + DOCUMENT_RANK
            yield key, document.id, placed, "dated" if dated else None, None, None, document


def _date_of(record: Record, row: EventKind, paper_dates: dict[str, str]) -> tuple[str | None, str | None]:
    """Return the date that places a record, as written, and what it is the date of."""
    for name in row.placed_by:
        value = getattr(record, name)
        if value:
            return (value if isinstance(value, str) else _first(value)), name
    for source in record.sources:
        if source.document_id and (dated := paper_dates.get(source.document_id)):
            return dated, "document"
    return None, None


def _first(dates: tuple[str, ...]) -> str:
    return min(dates, key=lambda text: (place(text).key, text))


def _event(draft: _Draft, *, is_uncertain: bool, without_facts: Collection[str]) -> TimelineEvent:
    _, event_id, placed, dated_by, row, record_id, content = draft
    if row is None:
        return TimelineEvent(
            id=event_id,
            kind=DOCUMENT_KIND,
            lane=DOCUMENT_LANE,
            date=placed.shown if placed else None,
            dated_by=dated_by,
            order_uncertain=is_uncertain,
            title=document_title(content),
            facts=document_facts(content),
            certainty=None,
            asserted_by=None,
            sources=(SourceRef(document_id=event_id),),
        )
    return TimelineEvent(
        id=event_id,
        kind=row.name,
        lane=row.lane,
        date=placed.shown if placed else None,
        dated_by=dated_by,
        order_uncertain=is_uncertain,
        title=_title(content, row, is_end=event_id != record_id),
        facts={} if row.name in without_facts else facts_of(content),
        certainty=getattr(content, "certainty", None),
        asserted_by=content.asserted_by,
        sources=sources_of(record_id, content.sources),
    )


def _title(record: _Content, row: EventKind, *, is_end: bool) -> str:
    if record.stated is not None:
        return f"{row.label}: stated as {record.stated.value.replace('_', ' ')}"
    return treatment_end_title(record) if is_end else row.title(record)


def sources_of(record_id: str | None, sources: tuple[Source, ...]) -> tuple[SourceRef, ...]:
    """Return what a record's event rests on: the record, then the papers and places that it was read from."""
    own = SourceRef(record_id=record_id)
    if not sources:
        return (own,)
    return (
        own,
        *(
            SourceRef(
                document_id=source.document_id, page=source.page, quote=source.quote, title=source.title
            )
            for source in sources
            if source.document_id or source.title or source.quote
        ),
    )
