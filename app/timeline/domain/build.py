"""The timeline: every event of the case file in order."""

from collections.abc import Collection
from datetime import date
from operator import attrgetter

from app.casefile.domain.case_file import CaseFile
from app.records.domain.base import Record, Source
from app.timeline.domain.drafts import END, Draft, drafts_of
from app.timeline.domain.event import SourceRef, Timeline, TimelineEvent
from app.timeline.domain.event_kinds import DOCUMENT_KIND, DOCUMENT_LANE, EVENT_KINDS
from app.timeline.domain.facts import document_facts, facts_of
from app.timeline.domain.order import uncertain_spans
from app.timeline.domain.titles import document_title, treatment_end_title

__all__ = ["END", "build_timeline", "event_of", "record_title", "sources_of", "title_of"]


def build_timeline(
    case_file: CaseFile,
    *,
    kinds: Collection[str] | None = None,
    from_: date | None = None,
    to: date | None = None,
) -> Timeline:
    """Put the events of a case in order, the undated in a place of their own.

    One event for each record of a kind that is an event, one more for the last day of a treatment, and
    one for each document that no record rests on. `kinds` keeps those kinds (`document` for papers);
    `from_` and `to` are inclusive and keep an event whose possible days overlap them; undated events are
    always kept. Whether an order is uncertain is told against the whole case, whatever is kept.

    Source: clinical.md section 4, rulings 10 and 11.
    """
    drafts = sorted(drafts_of(case_file), key=attrgetter("key", "id"))
    uncertain = uncertain_spans([draft.placed for draft in drafts if draft.placed])
    first_day = from_.toordinal() if from_ else 0
    last_day = to.toordinal() if to else date.max.toordinal()
    items: list[TimelineEvent] = []
    undated: list[TimelineEvent] = []
    for draft in drafts:
        placed, row = draft.placed, draft.row
        if kinds is not None and (row.name if row else DOCUMENT_KIND) not in kinds:
            continue
        if placed is None:
            undated.append(event_of(draft, is_uncertain=False))
        elif placed.first <= last_day and placed.last >= first_day:
            is_uncertain = bool(uncertain) and (placed.first, placed.last) in uncertain
            items.append(event_of(draft, is_uncertain=is_uncertain))
    return Timeline(items=tuple(items), undated=tuple(undated))


def event_of(draft: Draft, *, is_uncertain: bool) -> TimelineEvent:
    """Make the event of a draft."""
    placed, row, content = draft.placed, draft.row, draft.content
    if row is None:
        return TimelineEvent(
            id=draft.id,
            kind=DOCUMENT_KIND,
            lane=DOCUMENT_LANE,
            date=placed.shown if placed else None,
            dated_by=draft.dated_by,
            order_uncertain=is_uncertain,
            title=title_of(draft),
            facts=document_facts(content),
            certainty=None,
            asserted_by=None,
            sources=(SourceRef(document_id=draft.id),),
        )
    return TimelineEvent(
        id=draft.id,
        kind=row.name,
        lane=row.lane,
        date=placed.shown if placed else None,
        dated_by=draft.dated_by,
        order_uncertain=is_uncertain,
        title=title_of(draft),
        facts=facts_of(content),
        certainty=getattr(content, "certainty", None),
        asserted_by=content.asserted_by,
        sources=(
            *sources_of(draft.record_id, content.sources),
            *(SourceRef(record_id=record_id) for record_id in draft.rests_on),
        )
        if draft.rests_on
        else sources_of(draft.record_id, content.sources),
    )


def title_of(draft: Draft) -> str:
    """Return the title of a draft's event."""
    content, row = draft.content, draft.row
    if row is None:
        return document_title(content)
    is_end = draft.id != draft.record_id and content.stated is None
    return treatment_end_title(content) if is_end else record_title(content)


def record_title(record: Record) -> str:
    """Return the title of a record's event."""
    row = EVENT_KINDS[type(record)]
    if record.stated is not None:
        return f"{row.label}: stated as {record.stated.value.replace('_', ' ')}"
    return row.title(record)


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
