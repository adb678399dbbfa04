"""The endpoint to which records are proposed that were read from documents."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Request
from starlette.responses import Response

from app.access.dependencies import WritingDep
from app.cases import service as cases
from app.cases.domain import CaseNotFoundError
from app.proposals import proposing, service
from app.proposals.examples import PROPOSE_EXAMPLES
from app.proposals.proposing import Proposed
from app.proposals.schemas import (
    ProposalBatch,
    ProposalOutcome,
    ProposalOutcomes,
    ProposalRead,
    ProposalsBody,
    shown,
)
from app.records.dependencies import KnownDocumentsDep
from app.records.domain.stored import UnknownSourceError
from app.web.conditional import StaleError, quoted, require_match
from app.web.dependencies import new_id
from app.web.jsonroute import JsonRoute, json_answer
from app.web.problems import problems

router = APIRouter(tags=["4 Imports"], route_class=JsonRoute)

CaseId = Annotated[str, Path(max_length=36, description="The case's id.")]


@router.post(
    "/v1/cases/{case_id}/proposals",
    status_code=201,
    response_model=ProposalRead | ProposalOutcomes,
    responses={
        200: {
            "model": ProposalRead | ProposalOutcomes,
            "description": "Nothing new: all was proposed before; or a dry run: sound, and nothing stored",
        },
        **problems(CaseNotFoundError, StaleError, UnknownSourceError),
    },
)
def propose_records(
    case_id: CaseId,
    body: Annotated[ProposalsBody, Body(openapi_examples=PROPOSE_EXAMPLES)],
    request: Request,
    writing: WritingDep,
    known: KnownDocumentsDep,
    dry_run: Annotated[bool, Query(description="Validate and answer the same, and store nothing.")] = False,
) -> Response:
    """Propose one record that was read from a document, or up to 5,000 as `{"proposals": [...]}`: all or none.

    Nothing that is proposed counts until a person accepts it; completeness names it as unconfirmed. A record is
    checked as `POST .../records` checks it, so that what could never be accepted is refused. The same read again from
    the same words is a `duplicate` of the proposal of before, also where that was rejected.
    """
    many = isinstance(body, ProposalBatch)
    sent = body.proposals if isinstance(body, ProposalBatch) else (body,)
    contents = [one.content for one in sent]
    session, access = writing.session, writing.access
    case = cases.lock_case(session, access, case_id)
    require_match(request, str(case.revision))
    proposing.check_documents(session, case_id, contents, known, many=many)
    answers, revision = proposing.propose_records(
        session, access, case_id=case_id, contents=contents, new_id=new_id, now=writing.now, dry_run=dry_run
    )
    if dry_run:
        return json_answer(_outcomes(answers, None))
    status = 200 if revision is None else 201
    if many:
        answer = _outcomes(answers, revision or case.revision)
        headers = {"ETag": quoted(str(answer.revision))}
        return writing.answer(answer, status=status, headers=headers, case_id=case_id)
    proposal = service.get_proposal(session, access, answers[0].id)
    headers = {"ETag": quoted(proposal.tag), "Location": f"/v1/proposals/{proposal.id}"}
    return writing.answer(shown(proposal), status=status, headers=headers, case_id=case_id)


def _outcomes(answers: Sequence[Proposed], revision: int | None) -> ProposalOutcomes:
    return ProposalOutcomes(
        items=tuple(
            ProposalOutcome(
                outcome="created" if one.is_new else "duplicate",
                id=None if one.is_new and revision is None else one.id,
                place=f"/proposals/{index}",
                problem=None,
                status=one.status,
            )
            for index, one in enumerate(answers)
        ),
        revision=revision,
        dry_run=revision is None,
    )
