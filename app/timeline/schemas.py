"""What the timeline endpoints answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from app.records.domain.base import Text, Word
from app.records.schemas import CLOSED
from app.timeline.domain.conflicts import Conflict
from app.timeline.domain.deciding import Choice
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


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionCreate:
    """A person's decision on a conflict."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = CLOSED

    choice: Choice
    """Which side holds, or that both stand; `same_patient` for a document of this patient in spite of what is printed
    on it; `withdrawn` opens the conflict again."""
    reason: Text
    """Why, in the person's words."""
    holds: Word | None = None
    """The record or document that holds, where there are more than two sides; it must be one of them."""
    decided_by: Word | None = None
    """Who decided; left out, the person that `X-Actor` names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictRead:
    """One conflict as it stands after a decision; `decision_id` is the record of it, null for a dry run."""

    case_id: str
    revision: int
    as_of: str
    decision_id: str | None
    item: Conflict
