"""Opens, finds, amends and erases cases, and counts their revisions."""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import cast

import msgspec
from sqlalchemy import ColumnElement, Select, Subquery, bindparam, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access import service as access_service
from app.access.domain import Access
from app.cases.domain import Case, CaseBody, CaseHead, CaseNotFoundError, Purpose, ReferenceTakenError
from app.cases.identifiers import index_identifiers
from app.cases.tables import CaseRow, CaseVersionRow
from app.events import service as events
from app.events.domain import Change, EventKind, salted
from app.infra import doomed

_DECODER = msgspec.json.Decoder(CaseBody)
_ENCODER = msgspec.json.Encoder()


def new_salt() -> str:
    """Make the salt of one stored content; without it the audit trail's hash tells nothing."""
    return secrets.token_hex(16)


def _reachable(access: Access) -> Select[CaseRow]:
    """Select the cases that the key opens: every query of cases begins here."""
    query = select(CaseRow).where(CaseRow.organisation_id == access.organisation_id)
    return query if access.case_id is None else query.where(CaseRow.id == access.case_id)


_ONE = select(CaseRow).where(
    CaseRow.id == bindparam("case_id"), CaseRow.organisation_id == bindparam("organisation_id")
)
"""One case of one organisation; put together once, for every view begins with it."""


def _find(session: Session, access: Access, case_id: str) -> CaseRow:
    """Return the row of a case that the key opens.

    Raises:
        CaseNotFoundError: there is none.
    """
    if access.case_id is None or access.case_id == case_id:
        named = {"case_id": case_id, "organisation_id": access.organisation_id}
        row = session.scalar(_ONE, named)
        if row is not None:
            return row
    raise _not_found()


def _case(row: CaseRow, body: str | None = None, revision: int | None = None) -> Case:
    return Case(
        id=row.id,
        organisation_id=row.organisation_id,
        body=_DECODER.decode(row.body if body is None else body),
        revision=revision or row.revision,
        opened_at=events.instant_text(row.opened_at),
        changed_at=events.instant_text(row.changed_at),
    )


def _not_found() -> CaseNotFoundError:
    return CaseNotFoundError("The organisation has no case of this id that your key opens.")


def open_case(session: Session, access: Access, *, case_id: str, body: CaseBody, now: datetime) -> Case:
    """Open a case.

    Raises:
        ReferenceTakenError: another case of the organisation has its reference.
    """
    access.require_whole_organisation()
    row = CaseRow(
        id=case_id, organisation_id=access.organisation_id, revision=0, opened_at=now, changed_at=now
    )
    return _store_body(session, access, row, body, kind="case.opened", now=now)


def get_case(session: Session, access: Access, case_id: str) -> Case:
    """Return a case as it is now.

    Raises:
        CaseNotFoundError: there is none that the key opens.
    """
    return _case(_find(session, access, case_id))


def get_case_at(session: Session, access: Access, case_id: str, revision: int | None) -> Case:
    """Return a case as it was at a revision, or as it is now for None.

    Raises:
        CaseNotFoundError: there is none that the key opens, or it never had this revision.
    """
    row = _find(session, access, case_id)
    if revision is None or revision == row.revision:
        return _case(row)
    body = session.scalar(
        select(CaseVersionRow.body)
        .where(CaseVersionRow.case_id == case_id, CaseVersionRow.revision <= revision)
        .order_by(CaseVersionRow.revision.desc())
        .limit(1)
    )
    if body is None or revision > row.revision:
        message = "The case has not had this revision."
        raise CaseNotFoundError(message)
    return _case(row, body, revision)


def load_cases(session: Session, access: Access, case_ids: Iterable[str]) -> list[Case]:
    """Return those of the cases that the key opens, in order of id."""
    query = _reachable(access).where(CaseRow.id.in_(list(case_ids))).order_by(CaseRow.id)
    return [_case(row) for row in session.scalars(query)]


def lock_case(session: Session, access: Access, case_id: str) -> Case:
    """Return a case, and let nobody else change it until the transaction ends.

    Raises:
        CaseNotFoundError: there is none that the key opens.
    """
    hold_case(session, case_id)
    row = session.scalar(_reachable(access).where(CaseRow.id == case_id).with_for_update())
    if row is None:
        raise _not_found()
    return _case(row)


def hold_case(session: Session, case_id: str) -> None:
    """Wait for whoever else is changing the case.

    On PostgreSQL before anything is written, so that transaction ids, by which the feed goes, follow each other in
    the order in which a case's changes are committed. On SQLite the transaction that writes is the only one anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        name = hashlib.sha256(case_id.encode()).digest()[:8]
        session.execute(
            text("SELECT pg_advisory_xact_lock(:name)"), {"name": int.from_bytes(name, "big", signed=True)}
        )


def list_cases(
    session: Session,
    access: Access,
    *,
    reference: str | None,
    purpose: str | None,
    words: str | None,
    after: str | None,
    limit: int,
) -> list[Case]:
    """Return cases in the order in which they were opened, one more than `limit` when there are more."""
    query = select(CaseRow).where(*_wanted(access, reference, purpose, words))
    if after is not None:
        query = query.where(CaseRow.id > after)
    return [_case(row) for row in session.scalars(query.order_by(CaseRow.id).limit(limit + 1))]


def list_heads(
    session: Session, access: Access, *, reference: str | None, purpose: str | None, words: str | None
) -> list[CaseHead]:
    """Return what tells all cases apart, without what is said of them, in the order in which they were opened."""
    query = select(CaseRow.id, CaseRow.reference, CaseRow.purposes, CaseRow.revision).where(
        *_wanted(access, reference, purpose, words)
    )
    return [
        CaseHead(
            id=case_id,
            reference=named,
            purposes=cast("tuple[Purpose, ...]", tuple(purposes.split())),
            revision=revision,
        )
        for case_id, named, purposes, revision in session.connection().execute(query.order_by(CaseRow.id))
    ]


def all_heads() -> Subquery:
    """Select id, organisation and revision of every case of every organisation: for the service's own work alone."""
    return select(CaseRow.id, CaseRow.organisation_id, CaseRow.revision).subquery("heads")


def _wanted(
    access: Access, reference: str | None, purpose: str | None, words: str | None
) -> Iterator[ColumnElement[bool]]:
    """Go through the conditions on cases that the key opens and a caller's filters let pass."""
    yield CaseRow.organisation_id == access.organisation_id
    if access.case_id is not None:
        yield CaseRow.id == access.case_id
    if reference is not None:
        yield CaseRow.reference == reference
    if purpose is not None:
        yield CaseRow.purposes.contains(f" {purpose} ", autoescape=True)
    for word in (words or "").lower().split():
        yield CaseRow.search_text.contains(word, autoescape=True)


def amend_case(session: Session, access: Access, *, case_id: str, body: CaseBody, now: datetime) -> Case:
    """Replace what is said of a case; its history keeps what was said before.

    Raises:
        CaseNotFoundError: there is none that the key opens.
        ReferenceTakenError: another case of the organisation has its new reference.
    """
    hold_case(session, case_id)
    row = session.scalar(_reachable(access).where(CaseRow.id == case_id).with_for_update())
    if row is None:
        raise _not_found()
    return _store_body(session, access, row, body, kind="case.amended", now=now)


def _store_body(
    session: Session, access: Access, row: CaseRow, body: CaseBody, *, kind: EventKind, now: datetime
) -> Case:
    content = _ENCODER.encode(body)
    row.body = content.decode()
    row.reference = body.reference
    row.purposes = f" {' '.join(body.purposes)} "
    row.search_text = " ".join(
        part for part in (body.reference, body.patient.name, body.cancer.text) if part
    ).lower()
    row.revision += 1
    row.changed_at = now
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        message = "Choose another reference, or find the case that has it: GET /v1/cases?reference=..."
        raise ReferenceTakenError(message) from error
    index_identifiers(session, row.organisation_id, row.id, body.patient.identifiers)
    salt = new_salt()
    session.execute(
        insert(CaseVersionRow).values(
            case_id=row.id, revision=row.revision, body=row.body, salt=salt, recorded_at=now
        )
    )
    change = Change(kind=kind, subject_id=row.id, version=row.revision, content_hash=salted(salt, content))
    events.append(session, [change], actor=access.actor, at=now, case_id=row.id, revision=row.revision)
    return _case(row)


def change_case(
    session: Session, access: Access, *, case_id: str, changes: list[Change], now: datetime
) -> int:
    """Count one more revision for a change of the case's records or documents, note it, and return the revision.

    Raises:
        CaseNotFoundError: there is none that the key opens.
    """
    revision = next_revision(session, access, case_id=case_id, now=now)
    events.append(session, changes, actor=access.actor, at=now, case_id=case_id, revision=revision)
    return revision


def next_revision(session: Session, access: Access, *, case_id: str, now: datetime) -> int:
    """Count one more revision of a case and return it; the case stays locked until the transaction ends.

    Raises:
        CaseNotFoundError: there is none that the key opens.
    """
    hold_case(session, case_id)
    counted = update(CaseRow).where(CaseRow.id == case_id, CaseRow.organisation_id == access.organisation_id)
    if access.case_id is not None:
        counted = counted.where(CaseRow.id == access.case_id)
    revision = session.scalar(
        counted.values(revision=CaseRow.revision + 1, changed_at=now)
        .returning(CaseRow.revision)
        .execution_options(synchronize_session=False)
    )
    if revision is None:
        raise _not_found()
    return revision


def erase_case(session: Session, access: Access, *, case_id: str, now: datetime) -> None:
    """Erase a case for good: rows, text and bytes; the audit trail keeps only that it happened.

    Everything that hangs on the case goes by the database's own cascade; the bytes are queued and go right after the
    commit.

    Raises:
        CaseNotFoundError: there is none that the key opens.
    """
    revision = next_revision(session, access, case_id=case_id, now=now)
    change = Change(kind="case.erased", subject_id=case_id)
    events.append(session, [change], actor=access.actor, at=now, case_id=case_id, revision=revision)
    access_service.forget_answers_about(session, case_id)
    session.execute(delete(CaseRow).where(CaseRow.id == case_id))
    doomed.doom(session, [f"{case_id}/"], now=now)


def stored_contents(session: Session) -> Iterator[tuple[str, int, str, str]]:
    """Yield (id, version, salt, body) of everything ever said of a case, for comparison with the audit trail."""
    query = select(CaseVersionRow.case_id, CaseVersionRow.revision, CaseVersionRow.salt, CaseVersionRow.body)
    yield from session.execute(query.execution_options(yield_per=500))
