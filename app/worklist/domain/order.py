"""The order of the worklist: emergency words first, then blocking conflicts, then what is not ready, then the rest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple

from app.cases.domain import Purpose
from app.worklist.domain.digest import BlockingItem, Digest

Urgency = Literal["emergency", "blocking_conflict", "not_ready", "ready"]
Readiness = Literal["ready", "not_ready"]
_ORDER: Final[tuple[Urgency, ...]] = ("emergency", "blocking_conflict", "not_ready", "ready")


class Place(NamedTuple):
    """Where a case stands in the list: by urgency, then by how little is lacking, then by its id."""

    urgency: int
    blocking: int
    case_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a case itself says: its id, reference, purposes and revision."""

    case_id: str
    reference: str | None
    purposes: tuple[Purpose, ...]
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which cases are wanted; None lets all pass."""

    readiness: Readiness | None = None
    blocked: bool | None = None
    emergency: bool | None = None
    waiting_over_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorklistRow:
    """One case of the worklist on one day."""

    case_id: str
    reference: str | None
    purposes: tuple[Purpose, ...]
    revision: int
    urgency: Urgency
    emergency: bool
    ready: bool
    score: float | None
    missing: int
    partial: int
    stale: int
    unknown: int
    unconfirmed: int
    """Records that were read from documents and wait for a person; GET /v1/cases/{case_id}/proposals lists them."""
    blocking_items: tuple[BlockingItem, ...]
    blocking_conflicts: tuple[str, ...]
    """Ids; GET /v1/cases/{case_id}/conflicts tells of them."""
    days_since_arrival: int | None
    """Days since a record or document came in; null where none has."""
    requests_open: int
    requests_sent: int
    waiting_days: int | None
    """Days since the oldest request was sent that is not settled; null where none waits."""

    @property
    def place(self) -> Place:
        """Return where it stands in the list."""
        blocking = len(self.blocking_items) + len(self.blocking_conflicts)
        return Place(_ORDER.index(self.urgency), blocking, self.case_id)


def row_of(head: Head, digest: Digest, as_of: date) -> WorklistRow:
    """Show a case on a day."""
    return WorklistRow(
        case_id=head.case_id,
        reference=head.reference,
        purposes=head.purposes,
        revision=head.revision,
        urgency=_urgency(digest),
        emergency=digest.emergency,
        ready=digest.ready,
        score=digest.score,
        missing=digest.missing,
        partial=digest.partial,
        stale=digest.stale,
        unknown=digest.unknown,
        unconfirmed=digest.unconfirmed,
        blocking_items=digest.items,
        blocking_conflicts=digest.conflicts,
        days_since_arrival=_days(digest.arrived_on, as_of),
        requests_open=digest.requests_open,
        requests_sent=digest.requests_sent,
        waiting_days=_days(digest.waiting_since, as_of),
    )


def listed(
    rows: Iterable[WorklistRow], filters: Filters, *, after: Place | None, limit: int
) -> Sequence[WorklistRow]:
    """Return the rows that pass, in order, from a place on, one more than `limit` where there are more."""
    kept = [row for row in rows if _passes(row, filters) and (after is None or row.place > after)]
    return sorted(kept, key=lambda row: row.place)[: limit + 1]


def _urgency(digest: Digest) -> Urgency:
    if digest.emergency:
        return "emergency"
    if digest.conflicts:
        return "blocking_conflict"
    return "ready" if digest.ready else "not_ready"


def _passes(row: WorklistRow, filters: Filters) -> bool:
    over = filters.waiting_over_days
    return (
        (filters.readiness is None or row.ready == (filters.readiness == "ready"))
        and (filters.blocked is None or bool(row.blocking_conflicts) == filters.blocked)
        and (filters.emergency is None or row.emergency == filters.emergency)
        and (over is None or (row.waiting_days is not None and row.waiting_days > over))
    )


def _days(since: str | None, as_of: date) -> int | None:
    return None if since is None else max(0, (as_of - date.fromisoformat(since)).days)
