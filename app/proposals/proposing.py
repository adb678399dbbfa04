"""Proposes records that were read from documents, and reads those that wait for the views."""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, get_args

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from app.access.domain import Access
from app.cases import service as cases
from app.errors import FieldError
from app.events import service as events
from app.events.domain import Change, salted
from app.infra.database import in_chunks, insert_rows
from app.proposals.domain import (
    ProposalStatus,
    RecordContent,
    decode_content,
    encode_content,
    fingerprint_of,
)
from app.proposals.tables import ProposalRow
from app.records.domain.stored import UnknownSourceError
from app.records.service import KnownDocuments

_STATUS: Final[Mapping[str, ProposalStatus]] = {status: status for status in get_args(ProposalStatus)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What became of one proposal that was sent: it waits now, or was made before."""

    id: str
    is_new: bool
    status: ProposalStatus


def check_documents(
    session: Session,
    case_id: str,
    contents: Sequence[RecordContent],
    known: KnownDocuments,
    *,
    many: bool,
) -> None:
    """Go on only if every document that something was read from is one of the case's.

    Raises:
        UnknownSourceError: some are not; nothing of the batch is proposed.
    """
    there = known(session, case_id, frozenset(one.source.document_id for one in contents))
    found = [
        FieldError(
            f"{f'/proposals/{index}' if many else ''}/source/document_id",
            "The case has no document of this id.",
            "Upload the document to this case first.",
        )
        for index, one in enumerate(contents)
        if one.source.document_id not in there
    ]
    if found:
        message = "Every `document_id` must be a document of the same case; nothing was proposed."
        raise UnknownSourceError(message, errors=found)


def propose_records(
    session: Session,
    access: Access,
    *,
    case_id: str,
    contents: Sequence[RecordContent],
    new_id: Callable[[], str],
    now: datetime,
    dry_run: bool = False,
) -> tuple[list[Proposed], int | None]:
    """Propose records of a case, which the caller has locked, and return what became of each, and the revision made.

    What says the same of the same words as another proposal of the case is that one, whatever was decided on it. A
    request that brings nothing new makes no revision (None).
    """
    prints = [fingerprint_of(content) for content in contents]
    known = _known(session, case_id, prints)
    answers: list[Proposed] = []
    fresh: list[tuple[str, str, RecordContent]] = []
    for print_, content in zip(prints, contents, strict=True):
        if print_ not in known:
            known[print_] = new_id(), "pending"
            fresh.append((known[print_][0], print_, content))
            answers.append(Proposed(id=known[print_][0], is_new=True, status="pending"))
        else:
            found, status = known[print_]
            answers.append(Proposed(id=found, is_new=False, status=status))
    if not fresh or dry_run:
        return answers, None
    revision = cases.next_revision(session, access, case_id=case_id, now=now)
    _store(session, access, case_id, fresh, revision=revision, now=now)
    return answers, revision


def _known(session: Session, case_id: str, prints: Sequence[str]) -> dict[str, tuple[str, ProposalStatus]]:
    """Return the case's proposals that say the same, with what was decided on each."""
    found: dict[str, tuple[str, ProposalStatus]] = {}
    for chunk in in_chunks(prints):
        query = select(ProposalRow).where(ProposalRow.case_id == case_id, ProposalRow.fingerprint.in_(chunk))
        for row in session.scalars(query):
            found[row.fingerprint or ""] = row.id, _STATUS[row.status]
    return found


def _store(
    session: Session,
    access: Access,
    case_id: str,
    fresh: Sequence[tuple[str, str, RecordContent]],
    *,
    revision: int,
    now: datetime,
) -> None:
    rows: list[dict[str, object]] = []
    changes: list[Change] = []
    for proposal_id, print_, content in fresh:
        body, salt, kind = encode_content(content), secrets.token_hex(16), content.record.kind
        rows.append(
            {
                "id": proposal_id,
                "case_id": case_id,
                "kind": "record",
                "record_kind": kind,
                "document_id": content.source.document_id,
                "fingerprint": print_,
                "since_revision": revision,
                "status": "pending",
                "body": body.decode(),
                "salt": salt,
                "made_at": now,
            }
        )
        changes.append(
            Change(
                kind="proposal.made",
                subject_id=proposal_id,
                subject_kind=kind,
                version=1,
                content_hash=salted(salt, body),
            )
        )
    insert_rows(session, ProposalRow, rows)
    events.append(session, changes, actor=access.actor, at=now, case_id=case_id, revision=revision)


_READ = (
    select(ProposalRow.id, ProposalRow.body, ProposalRow.made_at)
    .where(ProposalRow.case_id == bindparam("case_id"), ProposalRow.kind == "record")
    .order_by(ProposalRow.id)
)
_PENDING = _READ.where(ProposalRow.status == "pending")
_PENDING_THEN = _READ.where(
    ProposalRow.since_revision <= bindparam("revision"),
    or_(ProposalRow.until_revision.is_(None), ProposalRow.until_revision > bindparam("revision")),
)
"""Put together once: every view asks for them."""


def load_waiting(
    session: Session, case_id: str, revision: int | None = None
) -> Iterator[tuple[str, RecordContent, datetime]]:
    """Yield (id, content, made at) of every record that waits for a person at a revision, in order of id.

    One query, whatever the size. The caller has made sure that the case may be read.
    """
    query = _PENDING if revision is None else _PENDING_THEN
    asked = {"case_id": case_id, "revision": revision}
    for proposal_id, body, made_at in session.connection().execute(query, asked):
        yield proposal_id, decode_content(body), made_at


def stored_contents(session: Session) -> Iterator[tuple[str, int, str, str]]:
    """Yield (id, version, salt, body) of every proposed record, for comparison with the audit trail."""
    row = ProposalRow
    query = select(row.id, row.salt, row.body).where(row.salt.is_not(None))
    for proposal_id, salt, body in session.execute(query.execution_options(yield_per=500)):
        yield proposal_id, 1, salt or "", body
