"""What becomes of the proposals that were read from a document which leaves its case: they go with it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, delete, select, update
from sqlalchemy.orm import Session

from app.access.domain import Access
from app.cases.moving import Move
from app.events import service as events
from app.events.domain import Change, EventKind
from app.proposals.tables import ProposalRow


def move_proposals(session: Session, access: Access, move: Move) -> None:
    """Move every proposal that was read from a document along with it, decided ones too.

    Those that wait do so in the new case from the move's `target_revision` on.
    """
    row = ProposalRow
    found = _of_document(session, move.case_id, move.document_id)
    if not found:
        return
    decided = case((row.status == "pending", None), else_=move.target_revision)
    session.execute(
        update(row)
        .where(row.case_id == move.case_id, row.document_id == move.document_id)
        .values(case_id=move.target_id, since_revision=move.target_revision, until_revision=decided)
        .execution_options(synchronize_session=False)
    )
    out, into = _changes("proposal.moved_out", found), _changes("proposal.moved_in", found)
    actor, at = access.actor, move.now
    events.append(session, out, actor=actor, at=at, case_id=move.case_id, revision=move.revision)
    events.append(session, into, actor=actor, at=at, case_id=move.target_id, revision=move.target_revision)


def drop_proposals(
    session: Session, access: Access, *, case_id: str, revision: int, document_id: str, now: datetime
) -> None:
    """Delete every proposal that was read from a document, for it holds the document's words."""
    row = ProposalRow
    found = _of_document(session, case_id, document_id)
    if found:
        session.execute(
            delete(row)
            .where(row.case_id == case_id, row.document_id == document_id)
            .execution_options(synchronize_session=False)
        )
        events.append(
            session,
            _changes("proposal.removed", found),
            actor=access.actor,
            at=now,
            case_id=case_id,
            revision=revision,
        )


def _of_document(session: Session, case_id: str, document_id: str) -> Sequence[tuple[str, str | None]]:
    row = ProposalRow
    query = select(row.id, row.record_kind).where(row.case_id == case_id, row.document_id == document_id)
    return [(proposal_id, kind) for proposal_id, kind in session.execute(query.order_by(row.id))]


def _changes(kind: EventKind, found: Sequence[tuple[str, str | None]]) -> list[Change]:
    return [Change(kind=kind, subject_id=one, subject_kind=record_kind) for one, record_kind in found]
