"""A case in a few codes and numbers: all that the worklist keeps of it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from app.casefile.domain.case_file import CaseFile
from app.completeness.domain.chase.model import Request
from app.completeness.domain.report import Report, Status
from app.records.domain.statements import Decision
from app.summary.domain.emergency import find_emergencies


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockingItem:
    """A checklist item that keeps a case from being ready."""

    item: str
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What decides a case's place in the worklist: codes, keys, ids, days and numbers, nothing that anybody wrote."""

    ready: bool
    score: float | None
    missing: int
    partial: int
    stale: int
    unknown: int
    unconfirmed: int
    """Records that were read from documents and wait for a person."""
    items: tuple[BlockingItem, ...]
    conflicts: tuple[str, ...]
    """Ids of the conflicts that block."""
    emergency: bool
    """Whether the summary's emergency words were found."""
    arrived_on: str | None
    """The last day on which a record or document came in."""
    requests_open: int
    requests_sent: int
    """Sent, and not settled yet."""
    waiting_since: str | None
    """The day on which the oldest of them was sent."""


def digest_of(case_file: CaseFile, report: Report, requests: Sequence[Request], *, zone: tzinfo) -> Digest:
    """Sum a case up; the report and the requests are of the same case file and day."""
    counts = Counter(item.status for item in report.items)
    statuses = {item.key: item.status for item in report.items}
    waiting = [one for one in requests if one.state in ("sent", "answered")]
    return Digest(
        ready=report.ready,
        score=report.score,
        missing=counts["missing"],
        partial=counts["partial"],
        stale=counts["stale"],
        unknown=counts["unknown"],
        unconfirmed=len(case_file.proposals),
        items=tuple(
            BlockingItem(item=block.item, status=statuses[block.item])
            for block in report.blocking
            if block.item is not None
        ),
        conflicts=tuple(block.conflict for block in report.blocking if block.conflict is not None),
        emergency=bool(find_emergencies(case_file)),
        arrived_on=_arrived_on(case_file, zone),
        requests_open=sum(one.state == "open" for one in requests),
        requests_sent=len(waiting),
        waiting_since=min((one.sending.on for one in waiting if one.sending is not None), default=None),
    )


def _arrived_on(case_file: CaseFile, zone: tzinfo) -> str | None:
    """Return the last day on which anything came in; a decision of somebody here is nothing that came in."""
    days: list[date] = [
        entry.recorded_on for entry in case_file.entries if not isinstance(entry.record, Decision)
    ]
    days.extend(
        datetime.fromisoformat(document.uploaded_at).replace(tzinfo=UTC).astimezone(zone).date()
        for document in case_file.documents
    )
    return max(days).isoformat() if days else None
