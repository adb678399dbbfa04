"""What the timeline answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.timeline.domain.answer import Answer


class SourceRef(Answer, frozen=True, kw_only=True, gc=False):
    """The record or document that a line rests on, with page and quoted words where they are known.

    `title` names a source that is not itself in the case, such as a letter that another report cites.
    """

    record_id: str | None = None
    document_id: str | None = None
    page: int | None = None
    quote: str | None = None
    title: str | None = None


class EventDate(Answer, frozen=True, kw_only=True, gc=False):
    """A date as written, and the days between which it lies (ISO, null for an open end).

    `approximate` is `~` or `%` in the text, `uncertain` is `?` or `%`.
    """

    text: str
    earliest: str | None
    latest: str | None
    approximate: bool
    uncertain: bool


class TimelineEvent(Answer, frozen=True, kw_only=True, gc=False):
    """One event, in the words of its records.

    `dated_by` names the field that placed it: an event date (`specimen_date`, `started`, `date` ...),
    else the report's (`signed_on` ...), else `document` for the date on the paper that the record was
    read from.
    """

    id: str
    kind: str
    lane: str
    date: EventDate | None
    dated_by: str | None
    order_uncertain: bool
    title: str
    facts: Mapping[str, Any]
    certainty: str | None
    asserted_by: str | None
    sources: tuple[SourceRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The dated events in order, and the undated ones in a place of their own."""

    items: tuple[TimelineEvent, ...]
    undated: tuple[TimelineEvent, ...]
