"""What the event endpoints answer."""

from dataclasses import dataclass

from app.events.domain import AccessEntry, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """A page of the feed."""

    items: tuple[Event, ...]
    next_cursor: str | None
    """Send it as `cursor` later, also when it is the last page's: it then gives what happened since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPage:
    """A page of the access log."""

    items: tuple[AccessEntry, ...]
    next_cursor: str | None
