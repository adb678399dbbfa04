"""Takes records along with the one document that they rest on, into the case where it belongs."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.access.domain import Access
from app.events import service as events
from app.events.domain import Change
from app.records import service
from app.records.loading import records_resting_on
from app.records.storing import store_versions
from app.records.tables import RecordRow, RecordSourceRow


def move_records(
    session: Session,
    access: Access,
    *,
    case_id: str,
    revision: int,
    target_id: str,
    target_revision: int,
    document_id: str,
    now: datetime,
) -> Sequence[str]:
    """Move the records that rest on a document alone, and return the ids of those that rest on others too.

    A moved record is in its new case from `target_revision` on; its old case keeps nothing of it but that it was moved.
    Both cases are locked by the caller, and both revisions are counted already.
    """
    resting = records_resting_on(session, case_id, document_id)
    staying = session.scalars(
        select(RecordSourceRow.record_id)
        .where(RecordSourceRow.record_id.in_(resting))
        .group_by(RecordSourceRow.record_id)
        .having(func.count() > 1)
        .order_by(RecordSourceRow.record_id)
    ).all()
    if staying or not resting:
        return staying
    newest = [
        service.get_record(session, access, case_id=case_id, record_id=record_id) for record_id in resting
    ]
    session.execute(
        update(RecordRow)
        .where(RecordRow.record_id.in_(resting))
        .values(case_id=target_id, since_revision=target_revision, until_revision=target_revision)
    )
    session.execute(
        update(RecordSourceRow).where(RecordSourceRow.record_id.in_(resting)).values(case_id=target_id)
    )
    left = [
        Change(kind="record.moved_out", subject_id=stored.id, subject_kind=stored.record.kind)
        for stored in newest
    ]
    events.append(session, left, actor=access.actor, at=now, case_id=case_id, revision=revision)
    versions = [(stored.id, stored.version + 1, stored.record) for stored in newest]
    store_versions(
        session,
        access,
        target_id,
        versions,
        kind="record.moved_in",
        revision=target_revision,
        now=now,
        rests_known=True,
    )
    return ()
