"""Appends to the audit trail, reads the feed, checks the chains, notes who read what."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from sqlalchemy import and_, func, insert, or_, select, text, tuple_, update
from sqlalchemy.orm import Session

from app.events.domain import GENESIS, AccessEntry, Actor, Break, Change, Event, broken_links, link
from app.events.tables import AccessEntryRow, ChainHeadRow, EventRow, FeedClockRow
from app.infra.database import insert_rows
from app.web.pagination import Number, decode_cursor, encode_cursor


def instant_text(moment: datetime) -> str:
    """Write a moment as ISO 8601 in UTC, to the microsecond."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def append(
    session: Session,
    changes: Sequence[Change],
    *,
    actor: Actor,
    at: datetime,
    case_id: str | None = None,
    revision: int | None = None,
) -> None:
    """Chain the changes onto their case's events (or the organisation's), in the change's own transaction."""
    chain = case_id or actor.organisation_id
    head = session.execute(
        select(ChainHeadRow.length, ChainHeadRow.hash).where(ChainHeadRow.chain == chain).with_for_update()
    ).first()
    if head is None:
        session.execute(insert(ChainHeadRow).values(chain=chain, length=0, hash=GENESIS))
    sequence, previous = head or (0, GENESIS)
    transaction_id, moment = _transaction_id(session), instant_text(at)
    rows: list[dict[str, object]] = []
    for change in changes:
        sequence += 1
        event = Event(
            position="",
            chain=chain,
            sequence=sequence,
            organisation_id=actor.organisation_id,
            case_id=case_id,
            kind=change.kind,
            subject_id=change.subject_id,
            subject_kind=change.subject_kind,
            version=change.version,
            revision=revision,
            key_id=actor.key_id,
            person=actor.person,
            at=moment,
            content_hash=change.content_hash,
            previous_hash=previous,
            hash="",
        )
        previous = link(event)
        row = {name: getattr(event, name) for name in _STORED}
        rows.append({**row, "hash": previous, "transaction_id": transaction_id})
    insert_rows(session, EventRow, rows)
    session.execute(
        update(ChainHeadRow).where(ChainHeadRow.chain == chain).values(length=sequence, hash=previous)
    )


_STORED = tuple(name for name in Event.__dataclass_fields__ if name not in {"position", "hash"})


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _offset(session: Session) -> int:
    return session.scalar(select(FeedClockRow.transaction_offset)) or 0


def _transaction_id(session: Session) -> int:
    if not _is_postgresql(session):
        return 0
    return int(session.scalar(text("SELECT pg_current_xact_id()::text::bigint")) or 0) + _offset(session)


def wind_feed_clock(session: Session) -> None:
    """Make sure that events to come sort after those already there, also after a restore into another cluster."""
    clock = session.scalar(select(func.count()).select_from(FeedClockRow))
    if not clock:
        session.execute(insert(FeedClockRow).values(id=1, transaction_offset=0))
    newest = session.scalar(select(func.max(EventRow.transaction_id))) or 0
    current = _transaction_id(session)
    if _is_postgresql(session) and newest >= current:
        session.execute(
            update(FeedClockRow).values(transaction_offset=_offset(session) + newest + 1 - current)
        )


def read_feed(
    session: Session, organisation_id: str, *, cursor: str | None, limit: int, case_id: str | None = None
) -> list[Event]:
    """Return the organisation's events after the cursor, one more than `limit` when there are more.

    On PostgreSQL the feed stops below the oldest transaction that is still writing, and goes by (transaction,
    position): whatever commits later sorts after everything that was ever shown.
    """
    query = select(EventRow).where(EventRow.organisation_id == organisation_id)
    if case_id is not None:
        query = query.where(EventRow.case_id == case_id)
    if cursor is not None:
        after = decode_cursor(cursor, tuple[Number, Number])
        query = query.where(
            or_(
                EventRow.transaction_id > after[0],
                and_(EventRow.transaction_id == after[0], EventRow.position > after[1]),
            )
        )
    if _is_postgresql(session):
        oldest_writer = (
            session.scalar(text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")) or 0
        )
        query = query.where(EventRow.transaction_id < int(oldest_writer) + _offset(session))
    rows = session.scalars(query.order_by(EventRow.transaction_id, EventRow.position).limit(limit + 1))
    return [_event(row) for row in rows]


def _event(row: EventRow) -> Event:
    stored = {name: getattr(row, name) for name in _STORED}
    return Event(position=encode_cursor(row.transaction_id, row.position), hash=row.hash, **stored)


def verify_chains(session: Session) -> Iterator[Break]:
    """Yield every place where a chain does not hold; its end is compared with its stored head."""
    heads = {row.chain: row for row in session.scalars(select(ChainHeadRow))}
    for chain in session.scalars(select(EventRow.chain).distinct().order_by(EventRow.chain)):
        events = [
            _event(row)
            for row in session.scalars(
                select(EventRow).where(EventRow.chain == chain).order_by(EventRow.sequence)
            )
        ]
        session.expunge_all()
        yield from broken_links(events)
        head = heads.pop(chain, None)
        if head is None or head.length != len(events) or head.hash != events[-1].hash:
            yield Break(chain, len(events), "the chain does not end where its head says")
    for chain, head in heads.items():
        if head.length:
            yield Break(chain, 1, "every event of the chain is missing")


def content_hashes(session: Session, subjects: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Return the hashes that the trail holds of the given versions' contents, by (id, version)."""
    found: dict[tuple[str, int], str] = {}
    pairs = list(subjects)
    for start in range(0, len(pairs), 500):
        rows = session.execute(
            select(EventRow.subject_id, EventRow.version, EventRow.content_hash).where(
                tuple_(EventRow.subject_id, EventRow.version).in_(pairs[start : start + 500]),
                EventRow.content_hash.is_not(None),
            )
        )
        found.update(
            {(subject, version): content for subject, version, content in rows if version and content}
        )
    return found


def note_access(
    session: Session, *, what: str, actor: Actor, at: datetime, case_id: str | None, subject_id: str | None
) -> None:
    """Note that somebody read clinical content."""
    session.execute(
        insert(AccessEntryRow).values(
            organisation_id=actor.organisation_id,
            case_id=case_id,
            what=what,
            subject_id=subject_id,
            key_id=actor.key_id,
            person=actor.person,
            at=at,
        )
    )


def read_accesses(
    session: Session, organisation_id: str, case_id: str, *, cursor: str | None, limit: int
) -> list[AccessEntry]:
    """Return who read what of a case, oldest first, one more than `limit` when there are more."""
    query = select(AccessEntryRow).where(
        AccessEntryRow.organisation_id == organisation_id, AccessEntryRow.case_id == case_id
    )
    if cursor is not None:
        query = query.where(AccessEntryRow.id > decode_cursor(cursor, tuple[Number])[0])
    return [
        AccessEntry(
            id=row.id,
            what=row.what,
            case_id=row.case_id,
            subject_id=row.subject_id,
            key_id=row.key_id,
            person=row.person,
            at=instant_text(row.at),
        )
        for row in session.scalars(query.order_by(AccessEntryRow.id).limit(limit + 1))
    ]
