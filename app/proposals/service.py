"""Makes proposals, lists them, and carries out what a person decides."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal

import msgspec
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.access.domain import Access
from app.cases import service as cases
from app.cases.domain import Identifier, folded
from app.cases.identifiers import find_by_identifiers
from app.events import service as events
from app.events.domain import Change, EventKind
from app.proposals.domain import (
    Content,
    Decided,
    Merge,
    Proposal,
    ProposalDecidedError,
    ProposalNotFoundError,
    ProposalStatus,
)
from app.proposals.tables import ProposalRow
from app.records.domain.base import Source

_DECODER = msgspec.json.Decoder(Content)
_ENCODER = msgspec.json.Encoder()
_EVENTS: Mapping[str, EventKind] = {"accepted": "proposal.accepted", "rejected": "proposal.rejected"}


def propose_merge(
    session: Session,
    access: Access,
    *,
    case_id: str,
    proposal_id: str,
    surviving: Identifier,
    retired: Identifier,
    source: Source,
    revision: int,
    now: datetime,
) -> None:
    """Propose that two identifiers are one patient's; the caller has locked the case and counted the revision."""
    content = Content(merge=Merge(surviving=surviving, retired=retired), source=source)
    session.execute(
        insert(ProposalRow).values(
            id=proposal_id,
            case_id=case_id,
            kind="merge",
            status="pending",
            body=_ENCODER.encode(content).decode(),
            made_at=now,
        )
    )
    change = Change(kind="proposal.made", subject_id=proposal_id, subject_kind="merge")
    events.append(session, [change], actor=access.actor, at=now, case_id=case_id, revision=revision)


def list_proposals(
    session: Session,
    access: Access,
    *,
    case_id: str,
    status: ProposalStatus | None,
    after: str | None,
    limit: int,
) -> list[Proposal]:
    """Return a case's proposals in the order in which they were made, one more than `limit` when there are more.

    Raises:
        CaseNotFoundError: there is no such case that the key opens.
    """
    cases.get_case(session, access, case_id)
    query = select(ProposalRow).where(ProposalRow.case_id == case_id)
    if status is not None:
        query = query.where(ProposalRow.status == status)
    if after is not None:
        query = query.where(ProposalRow.id > after)
    return [_proposal(row) for row in session.scalars(query.order_by(ProposalRow.id).limit(limit + 1))]


def accept(
    session: Session, access: Access, *, proposal_id: str, reason: str | None, now: datetime
) -> tuple[Proposal, list[str]]:
    """Carry out a proposal, and return it with the other cases that it touched; once more changes nothing.

    Of a merge, this case gets both identifiers, and other cases lose them, so that whatever comes under either goes
    here from now on. What stands in the other cases stays there until a person moves it.

    Raises:
        ProposalNotFoundError: there is none in a case that the key opens.
        ProposalDecidedError: it was rejected before.
    """
    row = _lock(session, access, proposal_id)
    proposal = _proposal(row)
    merge = proposal.content.merge
    pair = (merge.surviving, merge.retired)
    others = [one for one in find_by_identifiers(session, access, pair) if one != row.case_id]
    if row.status == "accepted":
        return proposal, others
    if others:
        access.require_whole_organisation()
    for other in others:
        _change_identifiers(session, access, other, without=pair, now=now)
    _change_identifiers(session, access, row.case_id, added=pair, now=now)
    return _decide(session, access, row, status="accepted", reason=reason, now=now), others


def reject(
    session: Session, access: Access, *, proposal_id: str, reason: str | None, now: datetime
) -> Proposal:
    """Note that a person does not want what is proposed; once more changes nothing.

    Raises:
        ProposalNotFoundError: there is none in a case that the key opens.
        ProposalDecidedError: it was accepted before.
    """
    row = _lock(session, access, proposal_id)
    if row.status == "rejected":
        return _proposal(row)
    return _decide(session, access, row, status="rejected", reason=reason, now=now)


def _lock(session: Session, access: Access, proposal_id: str) -> ProposalRow:
    case_id = session.scalar(select(ProposalRow.case_id).where(ProposalRow.id == proposal_id))
    if case_id is None or not cases.load_cases(session, access, [case_id]):
        message = "There is no proposal of this id in a case that your key opens."
        raise ProposalNotFoundError(message)
    cases.lock_case(session, access, case_id)
    return session.scalars(select(ProposalRow).where(ProposalRow.id == proposal_id)).one()


def _decide(
    session: Session,
    access: Access,
    row: ProposalRow,
    *,
    status: Literal["accepted", "rejected"],
    reason: str | None,
    now: datetime,
) -> Proposal:
    if row.status != "pending":
        message = f"It was {row.status} before, and stays so."
        raise ProposalDecidedError(message)
    row.status, row.reason, row.decided_at = status, reason, now
    row.decided_key_id, row.decided_person = access.actor.key_id, access.actor.person
    change = Change(kind=_EVENTS[status], subject_id=row.id, subject_kind=row.kind)
    cases.change_case(session, access, case_id=row.case_id, changes=[change], now=now)
    session.flush()
    return _proposal(row)


def _change_identifiers(
    session: Session,
    access: Access,
    case_id: str,
    *,
    now: datetime,
    added: tuple[Identifier, ...] = (),
    without: tuple[Identifier, ...] = (),
) -> None:
    body = cases.lock_case(session, access, case_id).body
    gone = set(map(folded, without))
    kept = tuple(one for one in body.patient.identifiers if folded(one) not in gone)
    there = set(map(folded, kept))
    wanted = (*kept, *(one for one in added if folded(one) not in there))
    if wanted != body.patient.identifiers:
        changed = replace(body, patient=replace(body.patient, identifiers=wanted))
        cases.amend_case(session, access, case_id=case_id, body=changed, now=now)


def _proposal(row: ProposalRow) -> Proposal:
    decided = None
    if row.decided_at is not None:
        decided = Decided(
            at=events.instant_text(row.decided_at),
            key_id=row.decided_key_id,
            person=row.decided_person,
            reason=row.reason,
        )
    return Proposal(
        id=row.id,
        case_id=row.case_id,
        kind="merge",
        status=row.status,  # type: ignore[arg-type]  # written from the closed set only
        content=_DECODER.decode(row.body),
        made_at=events.instant_text(row.made_at),
        decided=decided,
    )
