"""Takes records along with the one document that they rest on, into the case where it belongs."""

from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.access.domain import Access
from app.cases.moving import Move
from app.events import service as events
from app.events.domain import Change
from app.records import service
from app.records.loading import records_resting_on
from app.records.storing import store_versions
from app.records.tables import RecordRow, RecordSourceRow


def move_records(session: Session, access: Access, move: Move) -> Sequence[str]:
    """Move the records that rest on a document alone, and return the ids of those that rest on others too.

    A moved record's old case keeps nothing of it but that it was moved.
    """
    resting = records_resting_on(session, move.case_id, move.document_id)
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
        service.get_record(session, access, case_id=move.case_id, record_id=record_id)
        for record_id in resting
    ]
    session.execute(
        update(RecordRow)
        .where(RecordRow.record_id.in_(resting))
        .values(
            case_id=move.target_id,
            since_revision=move.target_revision,
            until_revision=move.target_revision,
        )
    )
    session.execute(
        update(RecordSourceRow).where(RecordSourceRow.record_id.in_(resting)).values(case_id=move.target_id)
    )
    left = [
        Change(kind="record.moved_out", subject_id=stored.id, subject_kind=stored.record.kind)
        for stored in newest
    ]
    events.append(
        session, left, actor=access.actor, at=move.now, case_id=move.case_id, revision=move.revision
    )
    versions = [(stored.id, stored.version + 1, stored.record) for stored in newest]
    store_versions(
        session,
        access,
        move.target_id,
        versions,
        kind="record.moved_in",
        revision=move.target_revision,
        now=move.now,
        rests_known=True,
    )
    return ()
