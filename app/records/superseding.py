"""Changes many records of one case at once, for those who have counted the revision themselves."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.access.domain import Access
from app.events.domain import EventKind
from app.infra.database import in_chunks
from app.records.domain.kinds import AnyRecord
from app.records.domain.stored import Newest, decode_record
from app.records.service import store_versions
from app.records.tables import RecordRow, RecordSourceRow


def newest_of(session: Session, case_id: str, record_ids: Iterable[str]) -> Mapping[str, Newest]:
    """Return the newest versions of those of the records that are in the case."""
    query = select(RecordRow.record_id, RecordRow.version, RecordRow.status).where(
        RecordRow.case_id == case_id, RecordRow.until_revision.is_(None)
    )
    return {
        record_id: Newest(version=version, is_active=status == "active")
        for chunk in in_chunks(record_ids)
        for record_id, version, status in session.execute(query.where(RecordRow.record_id.in_(chunk)))
    }


def newest_records(session: Session, case_id: str, record_ids: Iterable[str]) -> Mapping[str, AnyRecord]:
    """Return the newest content of those of the records that are in the case."""
    query = select(RecordRow.record_id, RecordRow.kind, RecordRow.body).where(
        RecordRow.case_id == case_id, RecordRow.until_revision.is_(None)
    )
    return {
        record_id: decode_record(kind, body)
        for chunk in in_chunks(record_ids)
        for record_id, kind, body in session.execute(query.where(RecordRow.record_id.in_(chunk)))
    }


def supersede(
    session: Session,
    access: Access,
    case_id: str,
    versions: Sequence[tuple[str, int, AnyRecord]],
    *,
    kind: EventKind,
    revision: int,
    now: datetime,
) -> None:
    """Let new versions take over from the newest ones of the same records, each record once."""
    for chunk in in_chunks(record_id for record_id, _, _ in versions):
        newest = update(RecordRow).where(RecordRow.record_id.in_(chunk), RecordRow.until_revision.is_(None))
        session.execute(
            newest.values(until_revision=revision), execution_options={"synchronize_session": False}
        )
        session.execute(delete(RecordSourceRow).where(RecordSourceRow.record_id.in_(chunk)))
    store_versions(session, access, case_id, versions, kind=kind, revision=revision, now=now)
