"""What the timeline answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRef:
    """The record or document that a line rests on, with page and quoted words where they are known."""

    record_id: str | None = None
    document_id: str | None = None
    page: int | None = None
    quote: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDate:
    """A date as written, and the days between which it lies (ISO, null for an open end)."""

    text: str
    earliest: str | None
    latest: str | None
    approximate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEvent:
    """One event, in the words of its records."""

    id: str
    kind: str
    lane: str
    date: EventDate | None
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
