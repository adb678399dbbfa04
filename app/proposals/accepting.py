"""Accepts many proposals of one case at once, as they were read: all of them or none, as one revision."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.domain import Access
from app.cases import service as cases
from app.errors import FieldError
from app.events import service as events
from app.events.domain import Change
from app.infra.database import in_chunks
from app.proposals.domain import Proposal, RecordContent, UnfitProposalsError, record_of
from app.proposals.service import proposal_of, settle
from app.proposals.tables import ProposalRow
from app.records.storing import store_versions


@dataclass(frozen=True, slots=True, kw_only=True)
class Became:
    """The record that a proposal became, now or before."""

    record_id: str | None
    is_new: bool


def accept_many(
    session: Session,
    access: Access,
    *,
    case_id: str,
    ids: Sequence[str],
    reason: str | None,
    new_id: Callable[[], str],
    now: datetime,
) -> tuple[list[Became], int | None]:
    """Accept proposals of a case, which the caller has locked, and return what each became, and the revision made.

    One that was accepted before stays what it became; where all were, no revision is made (None).

    Raises:
        UnfitProposalsError: some are none of the case, no records, or were rejected; nothing is accepted.
    """
    found = _fit(session, case_id, ids)
    waiting = {
        one.id: one.content
        for one in found.values()
        if one.status == "pending" and isinstance(one.content, RecordContent)
    }
    became = {one.id: one.record_id for one in found.values()}
    revision = None
    if waiting:
        revision = cases.next_revision(session, access, case_id=case_id, now=now)
        versions = [(new_id(), 1, record_of(content)) for content in waiting.values()]
        store_versions(session, access, case_id, versions, kind="record.created", revision=revision, now=now)
        for proposal_id, (record_id, _, _) in zip(waiting, versions, strict=True):
            settle(
                session,
                access,
                proposal_id,
                status="accepted",
                reason=reason,
                revision=revision,
                now=now,
                record_id=record_id,
            )
            became[proposal_id] = record_id
        session.flush()
        changes = [
            Change(kind="proposal.accepted", subject_id=one, subject_kind=content.record.kind)
            for one, content in waiting.items()
        ]
        events.append(session, changes, actor=access.actor, at=now, case_id=case_id, revision=revision)
    new = set(waiting)
    answers: list[Became] = []
    for one in ids:
        answers.append(Became(record_id=became[one], is_new=one in new))
        new.discard(one)
    return answers, revision


def _fit(session: Session, case_id: str, ids: Sequence[str]) -> dict[str, Proposal]:
    """Return the proposals, in the order in which they are named, each once."""
    query = select(ProposalRow).where(ProposalRow.case_id == case_id)
    rows = {
        row.id: proposal_of(row)
        for chunk in in_chunks(dict.fromkeys(ids))
        for row in session.scalars(query.where(ProposalRow.id.in_(chunk)))
    }
    wrong = [
        FieldError(f"/ids/{index}", *against)
        for index, one in enumerate(ids)
        if (against := _against(rows.get(one))) is not None
    ]
    if wrong:
        message = (
            "Each must be a record that waits in this case, or was accepted before; nothing was accepted."
        )
        raise UnfitProposalsError(message, errors=wrong)
    return {one: rows[one] for one in ids}


def _against(proposal: Proposal | None) -> tuple[str, str] | None:
    """Say what stands against accepting a proposal together with others, and how to mend it."""
    if proposal is None:
        return "The case has no proposal of this id.", "List them: GET /v1/cases/{case_id}/proposals."
    if proposal.kind != "record":
        return "It is a merge of identifiers.", "Decide on it alone: POST /v1/proposals/{proposal_id}/accept."
    if proposal.status == "rejected":
        return "It was rejected before, and stays so.", "Leave it out."
    return None
