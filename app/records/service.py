"""Adds, amends and withdraws records; reads them as they are and as they were."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.access.domain import Access
from app.cases import service as cases
from app.errors import FieldError
from app.events import service as events
from app.events.domain import EventKind
from app.records.domain.kinds import AnyRecord
from app.records.domain.stored import (
    EnteredInErrorError,
    KindChangedError,
    RecordNotFoundError,
    StoredRecord,
    UnknownSourceError,
    decode_record,
    unknown_sources,
)
from app.records.storing import store_versions, supersede
from app.records.tables import RecordRow

KnownDocuments = Callable[[Session, str, frozenset[str]], frozenset[str]]
"""Tells which of the given ids are documents of the case."""


def check_sources(
    session: Session,
    case_id: str,
    records: Sequence[AnyRecord],
    known: KnownDocuments,
    *,
    many: bool,
    within: str = "",
) -> None:
    """Go on only if every document that records name is one of the case's; `within` is the place of one alone.

    Raises:
        UnknownSourceError: some are not; nothing of the batch is stored.
    """
    named = frozenset(
        source.document_id for record in records for source in record.sources if source.document_id
    )
    if not named:
        return
    there = known(session, case_id, named)
    found: list[FieldError] = []
    for index, record in enumerate(records):
        place = f"/records/{index}" if many else within
        found += [
            FieldError(place + error.pointer, error.detail, error.fix)
            for error in unknown_sources(record, there)
        ]
    if found:
        message = "Every `document_id` must be a document of the same case; nothing was stored."
        raise UnknownSourceError(message, errors=found)


def add_records(
    session: Session,
    access: Access,
    *,
    case_id: str,
    records: Sequence[AnyRecord],
    new_id: Callable[[], str],
    now: datetime,
) -> list[StoredRecord]:
    """Store new records of one case, all of them or none, as one revision.

    Raises:
        CaseNotFoundError: there is no such case that the key opens.
    """
    revision = cases.next_revision(session, access, case_id=case_id, now=now)
    return store_versions(
        session, access, case_id, [(new_id(), 1, record) for record in records],
        kind="record.created", revision=revision, now=now,
    )  # fmt: skip


def _newest(case_id: str) -> Select[RecordRow]:
    return select(RecordRow).where(RecordRow.case_id == case_id, RecordRow.until_revision.is_(None))


def _stored(row: RecordRow) -> StoredRecord:
    return StoredRecord(
        id=row.record_id,
        case_id=row.case_id,
        version=row.version,
        status="active" if row.status == "active" else "entered_in_error",
        revision=row.since_revision,
        recorded_at=events.instant_text(row.recorded_at),
        key_id=row.key_id,
        person=row.person,
        record=decode_record(row.kind, row.body),
    )


def get_record(session: Session, access: Access, *, case_id: str, record_id: str) -> StoredRecord:
    """Return a record's newest version, also when it is marked as entered in error.

    Raises:
        CaseNotFoundError: there is no such case that the key opens.
        RecordNotFoundError: the case has no such record.
    """
    cases.get_case(session, access, case_id)
    row = session.scalar(_newest(case_id).where(RecordRow.record_id == record_id))
    if row is None:
        raise _not_found()
    return _stored(row)


def _not_found() -> RecordNotFoundError:
    return RecordNotFoundError("The case has no record of this id.")


def list_records(
    session: Session,
    access: Access,
    *,
    case_id: str,
    kind: str | None,
    include_errors: bool,
    after: str | None,
    limit: int,
) -> list[StoredRecord]:
    """Return a case's records in the order of their first recording, one more than `limit` when there are more.

    Raises:
        CaseNotFoundError: there is no such case that the key opens.
    """
    cases.get_case(session, access, case_id)
    query = _newest(case_id)
    if kind is not None:
        query = query.where(RecordRow.kind == kind)
    if not include_errors:
        query = query.where(RecordRow.status == "active")
    if after is not None:
        query = query.where(RecordRow.record_id > after)
    return [_stored(row) for row in session.scalars(query.order_by(RecordRow.record_id).limit(limit + 1))]


def list_versions(session: Session, access: Access, *, case_id: str, record_id: str) -> list[StoredRecord]:
    """Return every version of a record, oldest first.

    Raises:
        CaseNotFoundError: there is no such case that the key opens.
        RecordNotFoundError: the case has no such record.
    """
    cases.get_case(session, access, case_id)
    rows = session.scalars(
        select(RecordRow)
        .where(RecordRow.case_id == case_id, RecordRow.record_id == record_id)
        .order_by(RecordRow.version)
    )
    found = [_stored(row) for row in rows]
    if not found:
        raise _not_found()
    return found


def lock_record(session: Session, access: Access, *, case_id: str, record_id: str) -> StoredRecord:
    """Return a record's newest version, and let nobody else change its case until the transaction ends.

    Raises:
        CaseNotFoundError: there is no such case that the key opens.
        RecordNotFoundError: the case has no such record.
    """
    cases.lock_case(session, access, case_id)
    return get_record(session, access, case_id=case_id, record_id=record_id)


def check_amendment(current: StoredRecord, record: AnyRecord) -> None:
    """Go on only if a record may become this one.

    Raises:
        EnteredInErrorError: the record was withdrawn.
        KindChangedError: the new version is of another kind.
    """
    if current.status != "active":
        message = "Record the fact anew; a withdrawn record stays as it was."
        raise EnteredInErrorError(message)
    if record.kind != current.record.kind:
        message = f"This record is of the kind `{current.record.kind}`. Mark it as entered in error and add a new one."
        raise KindChangedError(message, errors=[FieldError("/kind", "A record keeps its kind.", message)])


def amend_record(
    session: Session, access: Access, *, current: StoredRecord, record: AnyRecord, now: datetime
) -> StoredRecord:
    """Store a new version of a record; the same content again changes nothing."""
    if record == current.record:
        return current
    return _supersede(session, access, current, record, kind="record.amended", now=now)


def withdraw_record(session: Session, access: Access, *, current: StoredRecord, now: datetime) -> None:
    """Mark a record as entered in error: it leaves every view, and its history stays; a second time changes nothing."""
    if current.status == "active":
        _supersede(session, access, current, current.record, kind="record.entered_in_error", now=now)


def _supersede(
    session: Session,
    access: Access,
    current: StoredRecord,
    record: AnyRecord,
    *,
    kind: EventKind,
    now: datetime,
) -> StoredRecord:
    revision = cases.next_revision(session, access, case_id=current.case_id, now=now)
    versions = [(current.id, current.version + 1, record)]
    (stored,) = supersede(session, access, current.case_id, versions, kind=kind, revision=revision, now=now)
    return stored
