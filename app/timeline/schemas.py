"""What the timeline endpoints answer."""

from dataclasses import dataclass

from app.timeline.domain.conflicts import Conflict
from app.timeline.domain.event import TimelineEvent
from app.timeline.domain.series import MarkerSeries


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineRead:
    """A case's events in order; those that no date places stand in `undated`, on every page."""

    case_id: str
    revision: int
    items: tuple[TimelineEvent, ...]
    undated: tuple[TimelineEvent, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRead:
    """A case's series: one for each analyte, comparable unit and laboratory."""

    case_id: str
    revision: int
    items: tuple[MarkerSeries, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictsRead:
    """What in a case's records disagrees, both sides shown."""

    case_id: str
    revision: int
    as_of: str
    items: tuple[Conflict, ...]
