"""What becomes of the proposals that were read from a document which leaves its case: they go with it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, delete, select, update
from sqlalchemy.orm import Session

from app.access.domain import Access
from app.events import service as events
from app.events.domain import Change, EventKind
from app.proposals.tables import ProposalRow


def move_proposals(
    session: Session,
    access: Access,
    *,
    case_id: str,
    revision: int,
    target_id: str,
    target_revision: int,
    document_id: str,
    now: datetime,
) -> None:
    """Move every proposal that was read from a document along with it, decided ones too.

    Those that wait do so in the new case from `target_revision` on. Both cases are locked by the caller, and both
    revisions are counted already.
    """
    row = ProposalRow
    found = _of_document(session, case_id, document_id)
    if not found:
        return
    decided = case((row.status == "pending", None), else_=target_revision)
    session.execute(
        update(row)
        .where(row.case_id == case_id, row.document_id == document_id)
        .values(case_id=target_id, since_revision=target_revision, until_revision=decided)
        .execution_options(synchronize_session=False)
    )
    actor = access.actor
    events.append(
        session,
        _changes("proposal.moved_out", found),
        actor=actor,
        at=now,
        case_id=case_id,
        revision=revision,
    )
    events.append(
        session,
        _changes("proposal.moved_in", found),
        actor=actor,
        at=now,
        case_id=target_id,
        revision=target_revision,
    )


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
