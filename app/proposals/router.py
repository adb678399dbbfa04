"""Endpoints of proposals: what was read, and waits for a person's word."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Request
from starlette.responses import Response

from app.access.dependencies import ClinicalReaderDep, WritingDep
from app.cases.domain import CaseNotFoundError
from app.proposals import service
from app.proposals.domain import (
    DecisionBody,
    Proposal,
    ProposalDecidedError,
    ProposalNotFoundError,
    ProposalStatus,
)
from app.proposals.schemas import AcceptedProposal, ProposalPage
from app.web.dependencies import ReadingDep
from app.web.jsonroute import JsonRoute, json_answer
from app.web.pagination import (
    BadCursorError,
    Cursor,
    Limit,
    decode_cursor,
    encode_cursor,
    link_header,
    page_of,
)
from app.web.problems import problems

router = APIRouter(tags=["4 Imports"], route_class=JsonRoute)

CaseId = Annotated[str, Path(max_length=36, description="The case's id.")]
ProposalId = Annotated[str, Path(max_length=36, description="The proposal's id.")]
Decision = Annotated[DecisionBody | None, Body(description="Why; may be left out.")]


@router.get(
    "/v1/cases/{case_id}/proposals",
    response_model=ProposalPage,
    responses=problems(CaseNotFoundError, BadCursorError),
)
def list_proposals(
    case_id: CaseId,
    request: Request,
    reader: ClinicalReaderDep,
    session: ReadingDep,
    status: Annotated[ProposalStatus | None, Query(description="Proposals of this status only.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """List what was read and waits for a person: nothing of it counts until it is accepted."""
    after = decode_cursor(cursor, tuple[str])[0] if cursor else None
    found = service.list_proposals(
        session, reader.access, case_id=case_id, status=status, after=after, limit=limit
    )
    page = page_of(found, limit, lambda proposal: encode_cursor(proposal.id))
    reader.note("proposals", case_id)
    answer = ProposalPage(items=tuple(page.items), next_cursor=page.next_cursor)
    return json_answer(answer, headers=link_header(request, page.next_cursor))


@router.post(
    "/v1/proposals/{proposal_id}/accept",
    response_model=AcceptedProposal,
    responses=problems(ProposalNotFoundError, ProposalDecidedError),
)
def accept_proposal(proposal_id: ProposalId, writing: WritingDep, body: Decision = None) -> Response:
    """Carry out a proposal. Of a merge: both identifiers lead to this case from now on; nothing else is moved."""
    reason = None if body is None else body.reason
    proposal, others = service.accept(
        writing.session, writing.access, proposal_id=proposal_id, reason=reason, now=writing.now
    )
    answer = AcceptedProposal(proposal=proposal, other_cases=tuple(others))
    return writing.answer(answer, case_id=proposal.case_id)


@router.post(
    "/v1/proposals/{proposal_id}/reject",
    response_model=Proposal,
    responses=problems(ProposalNotFoundError, ProposalDecidedError),
)
def reject_proposal(proposal_id: ProposalId, writing: WritingDep, body: Decision = None) -> Response:
    """Note that a proposal is not to be carried out; it stays readable, and nothing changes."""
    reason = None if body is None else body.reason
    proposal = service.reject(
        writing.session, writing.access, proposal_id=proposal_id, reason=reason, now=writing.now
    )
    return writing.answer(proposal, case_id=proposal.case_id)
