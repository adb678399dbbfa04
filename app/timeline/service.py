"""Builds the timeline's answers of one case."""

from dataclasses import dataclass
from datetime import date, tzinfo

from sqlalchemy.orm import Session

from app.access.domain import Access
from app.casefile.service import load_case_file
from app.timeline.domain.build import build_timeline
from app.timeline.domain.conflicts import Conflict, find_conflicts
from app.timeline.domain.event import Timeline
from app.timeline.domain.series import MarkerSeries, build_series

RULES_VERSION = "2026.1"
"""Version of the timeline's rules; part of every ETag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which events are wanted: of these kinds, overlapping these days (both included)."""

    kinds: tuple[str, ...] = ()
    start: date | None = None
    end: date | None = None


def case_timeline(
    session: Session, access: Access, case_id: str, *, window: Window, zone: tzinfo
) -> tuple[int, Timeline]:
    """Return a case's revision and its events.

    Raises:
        CaseNotFoundError: there is no such case that the key opens.
    """
    case_file = load_case_file(session, access, case_id, zone=zone)
    timeline = build_timeline(case_file, kinds=window.kinds or None, from_=window.start, to=window.end)
    return case_file.case.revision, timeline


def case_series(
    session: Session, access: Access, case_id: str, *, zone: tzinfo
) -> tuple[int, tuple[MarkerSeries, ...]]:
    """Return a case's revision and its marker and laboratory series.

    Raises:
        CaseNotFoundError: there is no such case that the key opens.
    """
    case_file = load_case_file(session, access, case_id, zone=zone)
    return case_file.case.revision, build_series(case_file)


def case_conflicts(
    session: Session, access: Access, case_id: str, *, as_of: date, zone: tzinfo
) -> tuple[int, tuple[Conflict, ...]]:
    """Return a case's revision and what in its records disagrees.

    Raises:
        CaseNotFoundError: there is no such case that the key opens.
    """
    case_file = load_case_file(session, access, case_id, zone=zone)
    return case_file.case.revision, find_conflicts(case_file, as_of)
