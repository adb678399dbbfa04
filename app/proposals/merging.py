"""Merges: two identifiers that a sender says are one patient's, and what becomes of them once a person accepts."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.access.domain import Access
from app.cases import service as cases
from app.cases.domain import Identifier, folded
from app.cases.identifiers import find_by_identifiers
from app.events import service as events
from app.events.domain import Change
from app.proposals.domain import Merge, MergeContent, encode_content
from app.proposals.tables import ProposalRow
from app.records.domain.base import Source


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
    content = MergeContent(merge=Merge(surviving=surviving, retired=retired), source=source)
    session.execute(
        insert(ProposalRow).values(
            id=proposal_id,
            case_id=case_id,
            kind="merge",
            status="pending",
            since_revision=revision,
            body=encode_content(content).decode(),
            made_at=now,
        )
    )
    change = Change(kind="proposal.made", subject_id=proposal_id, subject_kind="merge")
    events.append(session, [change], actor=access.actor, at=now, case_id=case_id, revision=revision)


def other_cases(session: Session, access: Access, case_id: str, merge: Merge) -> list[str]:
    """Return the other cases that have one of the identifiers."""
    found = find_by_identifiers(session, access, (merge.surviving, merge.retired))
    return [one for one in found if one != case_id]


def merge_identifiers(
    session: Session, access: Access, case_id: str, merge: Merge, *, now: datetime
) -> list[str]:
    """Give a case both identifiers, take them from the others, and return these.

    Whatever comes under either goes here from now on. What stands in the other cases stays there until a person
    moves it.
    """
    pair = (merge.surviving, merge.retired)
    others = other_cases(session, access, case_id, merge)
    if others:
        access.require_whole_organisation()
    for other in others:
        _change_identifiers(session, access, other, without=pair, now=now)
    _change_identifiers(session, access, case_id, added=pair, now=now)
    return others


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
