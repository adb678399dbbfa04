"""Takes documents out of a case: a misfiled one to the case it belongs to, a wrong one for good."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.access import service as answers
from app.access.domain import Access
from app.cases import service as cases
from app.cases.moving import Move
from app.documents import service
from app.documents.domain.document import Document
from app.documents.domain.errors import (
    ContentMissingError,
    DuplicateError,
    RestedOnError,
    SameCaseError,
    TranslatedError,
)
from app.documents.storing import add_versions
from app.documents.tables import DocumentRow, DocumentVersionRow
from app.events import service as events
from app.events.domain import Change
from app.infra import doomed
from app.infra.blobs import BlobMissingError, BlobStore
from app.infra.sweeping import keep_blobs

Resting = Callable[[Session, str, str], Sequence[str]]
"""Returns the ids of the records of a case (first id) that rest on a document (second id)."""


class MoveRecords(Protocol):
    """Moves the records that rest on one document alone along with it."""

    def __call__(self, session: Session, access: Access, move: Move) -> Sequence[str]:
        """Move them, note it in both cases at the move's revisions, and return the ids of those that stay.

        A record stays that rests on other documents of the case too.
        """


class MoveProposals(Protocol):
    """Moves what was read from a document, and waits for a person or did, along with it."""

    def __call__(self, session: Session, access: Access, move: Move) -> None:
        """Move it, and note it in both cases at the move's revisions."""


class DropProposals(Protocol):
    """Deletes what was read from a document, and waits for a person or did."""

    def __call__(
        self,
        session: Session,
        access: Access,
        *,
        case_id: str,
        revision: int,
        document_id: str,
        now: datetime,
    ) -> None:
        """Delete it, and note it at the revision given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What the slices of records and proposals, which this one knows nothing of, do for documents that leave."""

    resting: Resting
    move_records: MoveRecords
    move_proposals: MoveProposals
    drop_proposals: DropProposals


def lock_both(
    session: Session, access: Access, *, case_id: str, target_id: str, document_id: str
) -> Document:
    """Return the document to be moved, and let nobody else change either case until the transaction ends.

    Raises:
        CaseNotFoundError: the key does not open both cases.
        DocumentNotFoundError: the case has no such document.
        SameCaseError: it is in the target case already.
    """
    for each in sorted(
        {case_id, target_id}
    ):  # always in one order, so that two moves never wait for each other
        cases.lock_case(session, access, each)
    document = service.get_document(session, access, case_id=case_id, document_id=document_id)
    if case_id == target_id:
        message = "Name another case in `case_id`."
        raise SameCaseError(message)
    return document


def move_document(
    session: Session,
    access: Access,
    *,
    current: Document,
    target_id: str,
    with_records: bool,
    beside: Beside,
    blobs: BlobStore,
    now: datetime,
) -> Document:
    """Move a document, for which both cases are locked; its old case keeps nothing of it but that it was moved.

    What was read from it and proposed goes along. A translation loses the link to its original, which stays behind.

    Raises:
        RestedOnError: records rest on it that do not move along.
        TranslatedError: other documents of the case are translations of it.
        DuplicateError: the target case has the same bytes.
        ContentMissingError: its bytes are not in the store.
    """
    case_id = current.case_id
    if not with_records:
        _require_free(session, current, beside.resting)
    _require_untranslated(session, current)
    twin = service.find_same_bytes(session, target_id, [current.sha256])
    if twin:
        raise DuplicateError(twin[current.sha256])
    old_key, new_key = service.blob_key(case_id, current.id), service.blob_key(target_id, current.id)
    keep_blobs(session)
    try:
        blobs.copy(old_key, new_key)
    except BlobMissingError as error:
        raise _missing() from error
    doomed.buried(session, [new_key])  # where it has been in the target case before
    doomed.doom(session, [old_key], now=now)
    move = Move(
        document_id=current.id,
        case_id=case_id,
        revision=cases.next_revision(session, access, case_id=case_id, now=now),
        target_id=target_id,
        target_revision=cases.next_revision(session, access, case_id=target_id, now=now),
        now=now,
    )
    if with_records:
        staying = beside.move_records(session, access, move)
        if staying:
            message = "These records rest on other documents of the case too, and cannot move along. Amend them first."
            raise RestedOnError(message, staying)
    beside.move_proposals(session, access, move)
    moved = replace(
        current,
        case_id=target_id,
        version=current.version + 1,
        body=replace(current.body, translation_of=None),
    )
    session.execute(update(DocumentRow).where(DocumentRow.id == current.id).values(case_id=target_id))
    session.execute(
        update(DocumentVersionRow)
        .where(DocumentVersionRow.document_id == current.id)
        .values(since_revision=move.target_revision, until_revision=move.target_revision)
    )
    moved_in = add_versions(
        session, access, [moved], kind="document.moved_in", revision=move.target_revision, now=now
    )
    moved_out = Change(kind="document.moved_out", subject_id=current.id, subject_kind=current.body.kind)
    actor = access.actor
    events.append(session, [moved_out], actor=actor, at=now, case_id=case_id, revision=move.revision)
    answers.forget_answers_naming(session, case_id, current.id)
    events.append(session, moved_in, actor=actor, at=now, case_id=target_id, revision=move.target_revision)
    return moved


def remove_document(
    session: Session, access: Access, *, current: Document, beside: Beside, now: datetime
) -> None:
    """Remove a document, which the caller has locked, for good: rows, and right after the commit the bytes.

    What was read from it and proposed goes with it.

    Raises:
        RestedOnError: records rest on it.
        TranslatedError: other documents of the case are translations of it.
    """
    _require_free(session, current, beside.resting)
    _require_untranslated(session, current)
    revision = cases.next_revision(session, access, case_id=current.case_id, now=now)
    beside.drop_proposals(
        session, access, case_id=current.case_id, revision=revision, document_id=current.id, now=now
    )
    session.execute(delete(DocumentRow).where(DocumentRow.id == current.id))
    doomed.doom(session, [service.blob_key(current.case_id, current.id)], now=now)
    answers.forget_answers_naming(session, current.case_id, current.id)
    change = Change(kind="document.removed", subject_id=current.id, subject_kind=current.body.kind)
    events.append(session, [change], actor=access.actor, at=now, case_id=current.case_id, revision=revision)


def _require_free(session: Session, document: Document, resting: Resting) -> None:
    records = resting(session, document.case_id, document.id)
    if records:
        message = "Amend these records, or mark them as entered in error, first."
        raise RestedOnError(message, records)


def _require_untranslated(session: Session, document: Document) -> None:
    version = DocumentVersionRow
    query = select(version.document_id).join(DocumentRow, DocumentRow.id == version.document_id)
    query = query.where(
        DocumentRow.case_id == document.case_id,
        version.translation_of == document.id,
        version.until_revision.is_(None),
    )
    translations = session.scalars(query.order_by(version.document_id)).all()
    if translations:
        raise TranslatedError(translations)


def _missing() -> ContentMissingError:
    message = "Nothing was changed. Whoever runs the service can find out with `python -m app verify`."
    return ContentMissingError(message)
