"""Endpoints of proposals: what was read, and waits for a person's word."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Request
from starlette.responses import Response

from app.access.dependencies import ClinicalReaderDep, WritingDep
from app.cases import service as cases
from app.cases.domain import CaseNotFoundError
from app.proposals import accepting, service
from app.proposals.domain import (
    DecisionBody,
    NothingToEditError,
    Proposal,
    ProposalDecidedError,
    ProposalKind,
    ProposalNotFoundError,
    ProposalStatus,
    UnfitProposalsError,
)
from app.proposals.examples import ACCEPT_EXAMPLES, ACCEPT_MANY_EXAMPLES
from app.proposals.schemas import (
    AcceptBody,
    AcceptedOutcomes,
    AcceptedProposal,
    AcceptMany,
    ProposalPage,
    ProposalRead,
    shown,
    shown_accepted,
)
from app.records import service as records
from app.records.dependencies import KnownDocumentsDep
from app.records.domain.stored import UnknownSourceError
from app.records.schemas import OutcomeRead, RecordKind
from app.web.conditional import StaleError, quoted, require_match, unless_seen
from app.web.dependencies import ReadingDep, new_id
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
Acceptance = Annotated[
    AcceptBody | None,
    Body(
        description="Why, and the record as it should be; may be left out.", openapi_examples=ACCEPT_EXAMPLES
    ),
]


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
    kind: Annotated[ProposalKind | None, Query(description="Records or merges only.")] = None,
    record_kind: Annotated[RecordKind | None, Query(description="Records of this kind only.")] = None,
    document_id: Annotated[
        str | None, Query(max_length=36, description="What was read from this document only.")
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """List what was read and waits for a person: nothing of it counts until it is accepted."""
    after = decode_cursor(cursor, tuple[str])[0] if cursor else None
    wanted = service.Wanted(status=status, kind=kind, record_kind=record_kind, document_id=document_id)
    found = service.list_proposals(
        session, reader.access, case_id=case_id, wanted=wanted, after=after, limit=limit
    )
    page = page_of(found, limit, lambda proposal: encode_cursor(proposal.id))
    reader.note("proposals", case_id)
    answer = {"items": [shown(one) for one in page.items], "next_cursor": page.next_cursor}
    return json_answer(answer, headers=link_header(request, page.next_cursor))


@router.post(
    "/v1/cases/{case_id}/proposals/accept",
    status_code=201,
    response_model=AcceptedOutcomes,
    responses={
        200: {"model": AcceptedOutcomes, "description": "All were accepted before"},
        **problems(CaseNotFoundError, StaleError, UnfitProposalsError),
    },
)
def accept_proposals(
    case_id: CaseId,
    body: Annotated[AcceptMany, Body(openapi_examples=ACCEPT_MANY_EXAMPLES)],
    request: Request,
    writing: WritingDep,
) -> Response:
    """Accept up to 1,000 records as they were read, having compared each with its source: all of them, or none."""
    session, access = writing.session, writing.access
    case = cases.lock_case(session, access, case_id)
    require_match(request, str(case.revision))
    became, revision = accepting.accept_many(
        session, access, case_id=case_id, ids=body.ids, reason=body.reason, new_id=new_id, now=writing.now
    )
    answer = AcceptedOutcomes(
        items=tuple(
            OutcomeRead(
                outcome="created" if one.is_new else "duplicate",
                id=one.record_id,
                place=f"/ids/{index}",
                problem=None,
            )
            for index, one in enumerate(became)
        ),
        revision=revision or case.revision,
    )
    headers = {"ETag": quoted(str(answer.revision))}
    return writing.answer(answer, status=201 if revision else 200, headers=headers, case_id=case_id)


@router.get(
    "/v1/proposals/{proposal_id}", response_model=ProposalRead, responses=problems(ProposalNotFoundError)
)
def get_proposal(
    proposal_id: ProposalId, request: Request, reader: ClinicalReaderDep, session: ReadingDep
) -> Response:
    """Read a proposal: what was read, the words and where they stand, and what a person decided."""
    proposal = service.get_proposal(session, reader.access, proposal_id)
    reader.note("proposal", proposal.case_id, proposal_id)
    return unless_seen(request, proposal.tag, lambda: json_answer(shown(proposal)))


@router.post(
    "/v1/proposals/{proposal_id}/accept",
    response_model=AcceptedProposal,
    responses=problems(
        ProposalNotFoundError, ProposalDecidedError, StaleError, UnknownSourceError, NothingToEditError
    ),
)
def accept_proposal(
    proposal_id: ProposalId,
    request: Request,
    writing: WritingDep,
    known: KnownDocumentsDep,
    body: Acceptance = None,
) -> Response:
    """Carry out a proposal, having compared it with its source.

    Of a record: it becomes one of the case, as it was read or as `record` says it should be; its first source quotes
    the document and names the program that read it, and `edited` tells what a person changed. Of a merge: both
    identifiers lead to this case from now on; nothing else is moved. Once more changes nothing and answers the same.
    """
    said = body or AcceptBody()
    session, access = writing.session, writing.access
    current = service.lock_proposal(session, access, proposal_id)
    require_match(request, current.tag)
    if said.record is not None:
        records.check_sources(session, current.case_id, (said.record,), known, many=False, within="/record")
    accepted = service.accept(
        session,
        access,
        current=current,
        edited=said.record,
        reason=said.reason,
        new_id=new_id,
        now=writing.now,
    )
    answer = shown_accepted(accepted.proposal, accepted.record, accepted.other_cases)
    return writing.answer(answer, headers=_tag(accepted.proposal), case_id=current.case_id)


@router.post(
    "/v1/proposals/{proposal_id}/reject",
    response_model=ProposalRead,
    responses=problems(ProposalNotFoundError, ProposalDecidedError, StaleError),
)
def reject_proposal(
    proposal_id: ProposalId, request: Request, writing: WritingDep, body: Decision = None
) -> Response:
    """Note that a proposal is not to be carried out: it stays readable, nothing changes, and it is not made again."""
    reason = None if body is None else body.reason
    session, access = writing.session, writing.access
    current = service.lock_proposal(session, access, proposal_id)
    require_match(request, current.tag)
    proposal = service.reject(session, access, current=current, reason=reason, now=writing.now)
    return writing.answer(shown(proposal), headers=_tag(proposal), case_id=proposal.case_id)


def _tag(proposal: Proposal) -> dict[str, str]:
    return {"ETag": quoted(proposal.tag)}
