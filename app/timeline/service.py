"""Builds the timeline's answers of one case."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from sqlalchemy.orm import Session

from app.access.domain import Access
from app.casefile.service import load_case_file
from app.errors import NotFoundError
from app.records import service as records
from app.timeline.domain.build import build_timeline
from app.timeline.domain.conflicts import Conflict, find_conflicts
from app.timeline.domain.deciding import Chosen, decision_on
from app.timeline.domain.event import Timeline
from app.timeline.domain.series import MarkerSeries, build_series

RULES_VERSION = "2026.2"
"""Version of the timeline's rules; part of every ETag."""


class ConflictNotFoundError(NotFoundError):
    """The ledger has no conflict of that id on that day."""

    slug = "conflict-not-found"
    title = "The case's records do not, or no longer, disagree in this way"


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


@dataclass(frozen=True, slots=True)
class Decided:
    """A conflict as it stands after a decision, at which revision, and the record of the decision."""

    revision: int
    decision_id: str | None
    conflict: Conflict


def decide_conflict(
    session: Session,
    access: Access,
    case_id: str,
    conflict_id: str,
    *,
    chosen: Chosen,
    as_of: date,
    today: date,
    zone: tzinfo,
    new_id: Callable[[], str],
    now: datetime,
    dry_run: bool,
) -> Decided:
    """Record a person's decision on a conflict; a dry run checks it and stores nothing.

    The caller holds the case locked. The decision is a record as any other: kept with its versions, in the audit
    trail, undone by a newer one.

    Raises:
        CaseNotFoundError: there is no such case that the key opens.
        ConflictNotFoundError: the ledger of that day has no such conflict.
        DecisionNotFittingError: this cannot be decided on it.
    """
    case_file = load_case_file(session, access, case_id, zone=zone)
    before = _found(find_conflicts(case_file, as_of), conflict_id)
    decision = decision_on(before, chosen, today)
    if dry_run:
        return Decided(case_file.case.revision, None, before)
    (stored,) = records.add_records(
        session, access, case_id=case_id, records=[decision], new_id=new_id, now=now
    )
    case_file = load_case_file(session, access, case_id, zone=zone)
    return Decided(case_file.case.revision, stored.id, _found(find_conflicts(case_file, as_of), conflict_id))


def _found(conflicts: tuple[Conflict, ...], conflict_id: str) -> Conflict:
    found = next((one for one in conflicts if one.id == conflict_id), None)
    if found is None:
        message = (
            "Read the ledger anew: GET /v1/cases/{case_id}/conflicts. A conflict leaves it when its records are "
            "amended, and its id is not taken by another."
        )
        raise ConflictNotFoundError(message)
    return found
