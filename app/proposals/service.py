"""Finds proposals, and carries out what a person decides on them; `proposing` and `merging` make them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.domain import Access
from app.cases import service as cases
from app.events import service as events
from app.events.domain import Change, EventKind
from app.proposals import merging
from app.proposals.domain import (
    Decided,
    MergeContent,
    NothingToEditError,
    Proposal,
    ProposalDecidedError,
    ProposalKind,
    ProposalNotFoundError,
    ProposalStatus,
    RecordContent,
    decode_content,
    decode_merge,
    edited_fields,
    record_of,
)
from app.proposals.tables import ProposalRow
from app.records import service as records
from app.records.domain.kinds import AnyRecord
from app.records.domain.stored import RecordNotFoundError, StoredRecord
from app.records.storing import store_versions

_EVENTS: Mapping[str, EventKind] = {"accepted": "proposal.accepted", "rejected": "proposal.rejected"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which proposals of a case are listed; None lets all pass."""

    status: ProposalStatus | None = None
    kind: ProposalKind | None = None
    record_kind: str | None = None
    document_id: str | None = None


def list_proposals(
    session: Session, access: Access, *, case_id: str, wanted: Wanted, after: str | None, limit: int
) -> list[Proposal]:
    """Return a case's proposals in the order in which they were made, one more than `limit` when there are more.

    Raises:
        CaseNotFoundError: there is no such case that the key opens.
    """
    cases.get_case(session, access, case_id)
    query = select(ProposalRow).where(ProposalRow.case_id == case_id)
    for column, value in (
        (ProposalRow.status, wanted.status),
        (ProposalRow.kind, wanted.kind),
        (ProposalRow.record_kind, wanted.record_kind),
        (ProposalRow.document_id, wanted.document_id),
    ):
        if value is not None:
            query = query.where(column == value)
    if after is not None:
        query = query.where(ProposalRow.id > after)
    return [proposal_of(row) for row in session.scalars(query.order_by(ProposalRow.id).limit(limit + 1))]


def get_proposal(session: Session, access: Access, proposal_id: str) -> Proposal:
    """Return a proposal.

    Raises:
        ProposalNotFoundError: there is none in a case that the key opens.
    """
    row = session.get(ProposalRow, proposal_id)
    if row is None or not cases.load_cases(session, access, [row.case_id]):
        raise _not_found()
    return proposal_of(row)


def lock_proposal(session: Session, access: Access, proposal_id: str) -> Proposal:
    """Return a proposal, and let nobody else change its case until the transaction ends.

    Raises:
        ProposalNotFoundError: there is none in a case that the key opens.
    """
    case_id = session.scalar(select(ProposalRow.case_id).where(ProposalRow.id == proposal_id))
    if case_id is None or not cases.load_cases(session, access, [case_id]):
        raise _not_found()
    cases.lock_case(session, access, case_id)
    # Between the two it may have gone with its document: removed, or moved to another case.
    row = session.scalar(
        select(ProposalRow).where(ProposalRow.id == proposal_id, ProposalRow.case_id == case_id)
    )
    if row is None:
        raise _not_found()
    return proposal_of(row)


def _not_found() -> ProposalNotFoundError:
    return ProposalNotFoundError("There is no proposal of this id in a case that your key opens.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A proposal that was carried out, and what came of it."""

    proposal: Proposal
    record: StoredRecord | None = None
    """The record that it became, at its newest version; None where it is no longer in the case."""
    other_cases: tuple[str, ...] = ()
    """Cases that a merge touched."""


def accept(
    session: Session,
    access: Access,
    *,
    current: Proposal,
    edited: AnyRecord | None,
    reason: str | None,
    new_id: Callable[[], str],
    now: datetime,
) -> Accepted:
    """Carry out a proposal, which the caller has locked; once more changes nothing and returns the same.

    A record becomes one of the case, as it was read or as `edited`, with where it was read among its sources; the
    version names who accepted it. The caller has checked that the sources of `edited` are documents of the case.

    Raises:
        ProposalDecidedError: it was rejected before, or accepted with another content.
        NothingToEditError: it is a merge, and comes with a record.
    """
    _require_not(current, "rejected")
    content = current.content
    if isinstance(content, MergeContent):
        if edited is not None:
            message = (
                "It says that two identifiers are one patient's. Accept it without `record`, or reject it."
            )
            raise NothingToEditError(message)
        return _accept_merge(session, access, current, content, reason=reason, now=now)
    record = record_of(content, edited)
    if current.status == "accepted":
        return _accepted_before(session, access, current, record if edited is not None else None)
    revision = cases.next_revision(session, access, case_id=current.case_id, now=now)
    (stored,) = store_versions(
        session, access, current.case_id, [(new_id(), 1, record)],
        kind="record.created", revision=revision, now=now,
    )  # fmt: skip
    proposal = _decide(
        session,
        access,
        current,
        status="accepted",
        reason=reason,
        revision=revision,
        now=now,
        record_id=stored.id,
        edited=edited_fields(content, record),
    )
    return Accepted(proposal=proposal, record=stored)


def _accepted_before(
    session: Session, access: Access, current: Proposal, wanted: AnyRecord | None
) -> Accepted:
    """Return what a proposal became; whoever wants it otherwise now amends the record."""
    try:
        versions = records.list_versions(
            session, access, case_id=current.case_id, record_id=current.record_id or ""
        )
    except RecordNotFoundError:  # it was amended to rest on another document, and moved away with that one
        return Accepted(proposal=current)
    if wanted is not None and wanted != versions[0].record:
        message = "It was accepted before, with another content. Amend the record that it became."
        raise ProposalDecidedError(message)
    return Accepted(proposal=current, record=versions[-1])


def _accept_merge(
    session: Session,
    access: Access,
    current: Proposal,
    content: MergeContent,
    *,
    reason: str | None,
    now: datetime,
) -> Accepted:
    if current.status == "accepted":
        others = merging.other_cases(session, access, current.case_id, content.merge)
        return Accepted(proposal=current, other_cases=tuple(others))
    others = merging.merge_identifiers(session, access, current.case_id, content.merge, now=now)
    revision = cases.next_revision(session, access, case_id=current.case_id, now=now)
    proposal = _decide(session, access, current, status="accepted", reason=reason, revision=revision, now=now)
    return Accepted(proposal=proposal, other_cases=tuple(others))


def reject(
    session: Session, access: Access, *, current: Proposal, reason: str | None, now: datetime
) -> Proposal:
    """Note that a person does not want what is proposed, which the caller has locked; once more changes nothing.

    Raises:
        ProposalDecidedError: it was accepted before.
    """
    _require_not(current, "accepted")
    if current.status == "rejected":
        return current
    revision = cases.next_revision(session, access, case_id=current.case_id, now=now)
    return _decide(session, access, current, status="rejected", reason=reason, revision=revision, now=now)


def _require_not(current: Proposal, status: ProposalStatus) -> None:
    if current.status == status:
        message = f"It was {status} before, and stays so."
        raise ProposalDecidedError(message)


def _decide(
    session: Session,
    access: Access,
    current: Proposal,
    *,
    status: Literal["accepted", "rejected"],
    reason: str | None,
    revision: int,
    now: datetime,
    record_id: str | None = None,
    edited: tuple[str, ...] = (),
) -> Proposal:
    row = settle(
        session,
        access,
        current.id,
        status=status,
        reason=reason,
        revision=revision,
        now=now,
        record_id=record_id,
        edited=edited,
    )
    change = Change(kind=_EVENTS[status], subject_id=row.id, subject_kind=current.record_kind or current.kind)
    events.append(session, [change], actor=access.actor, at=now, case_id=row.case_id, revision=revision)
    session.flush()
    return proposal_of(row)


def settle(
    session: Session,
    access: Access,
    proposal_id: str,
    *,
    status: Literal["accepted", "rejected"],
    reason: str | None,
    revision: int,
    now: datetime,
    record_id: str | None = None,
    edited: tuple[str, ...] = (),
) -> ProposalRow:
    """Write down what a person decided on a proposal that waits; the caller has locked its case and notes the event."""
    row = session.get_one(ProposalRow, proposal_id)
    row.status, row.reason, row.decided_at, row.until_revision = status, reason, now, revision
    row.decided_key_id, row.decided_person = access.actor.key_id, access.actor.person
    row.record_id, row.edited = record_id, msgspec.json.encode(edited).decode() if edited else None
    return row


def proposal_of(row: ProposalRow) -> Proposal:
    """Return what a row says."""
    decided = None
    if row.decided_at is not None:
        decided = Decided(
            at=events.instant_text(row.decided_at),
            key_id=row.decided_key_id,
            person=row.decided_person,
            reason=row.reason,
        )
    content: MergeContent | RecordContent = (
        decode_content(row.body) if row.kind == "record" else decode_merge(row.body)
    )
    return Proposal(
        id=row.id,
        case_id=row.case_id,
        kind=row.kind,  # type: ignore[arg-type]  # written from the closed set only
        status=row.status,  # type: ignore[arg-type]  # written from the closed set only
        content=content,
        made_at=events.instant_text(row.made_at),
        decided=decided,
        record_id=row.record_id,
        edited=msgspec.json.decode(row.edited, type=tuple[str, ...]) if row.edited else (),
    )
