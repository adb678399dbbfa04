"""Endpoints of cases."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, Request
from starlette.responses import Response

from app.access.dependencies import ClinicalReaderDep, WritingDep
from app.cases import service
from app.cases.domain import CaseNotFoundError, Purpose, ReferenceTakenError
from app.cases.examples import AMENDMENT_EXAMPLES, CASE_EXAMPLES
from app.cases.schemas import AMENDED, CaseCreate, CasePage, CaseRead
from app.web.conditional import StaleError, quoted, require_match, unless_seen
from app.web.dependencies import BurialDep, ReadingDep, new_id
from app.web.jsonroute import JsonRoute, json_answer
from app.web.merge_patch import merged
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

router = APIRouter(prefix="/v1/cases", tags=["1 Cases"], route_class=JsonRoute)

CaseId = Annotated[str, Path(max_length=36, description="The case's id.")]


@router.post("", status_code=201, response_model=CaseRead, responses=problems(ReferenceTakenError))
def open_case(
    body: Annotated[CaseCreate, Body(openapi_examples=CASE_EXAMPLES)], writing: WritingDep
) -> Response:
    """Open a case. `reference` is your own id of it, unique within your organisation."""
    case = service.open_case(writing.session, writing.access, case_id=new_id(), body=body, now=writing.now)
    headers = {"Location": f"/v1/cases/{case.id}", "ETag": quoted(str(case.revision))}
    return writing.answer(CaseRead.of(case), status=201, headers=headers, case_id=case.id)


@router.get("", response_model=CasePage, responses=problems(BadCursorError))
def list_cases(
    request: Request,
    reader: ClinicalReaderDep,
    session: ReadingDep,
    reference: Annotated[
        str | None, Query(max_length=200, description="Your own id of the case, exactly.")
    ] = None,
    purpose: Annotated[Purpose | None, Query(description="Cases wanted for this review.")] = None,
    text: Annotated[
        str | None, Query(max_length=200, description="Words in reference, name or cancer.")
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """List the cases that your key opens, in the order in which they were opened."""
    after = decode_cursor(cursor, tuple[str])[0] if cursor else None
    found = service.list_cases(
        session, reader.access, reference=reference, purpose=purpose, words=text, after=after, limit=limit
    )
    page = page_of(found, limit, lambda case: encode_cursor(case.id))
    reader.note("cases", None)
    shown = CasePage(items=tuple(CaseRead.of(case) for case in page.items), next_cursor=page.next_cursor)
    return json_answer(shown, headers=link_header(request, page.next_cursor))


@router.get("/{case_id}", response_model=CaseRead, responses=problems(CaseNotFoundError))
def get_case(case_id: CaseId, request: Request, reader: ClinicalReaderDep, session: ReadingDep) -> Response:
    """Read a case. Its ETag is its revision, which grows with every change of the case, its records or documents."""
    case = service.get_case(session, reader.access, case_id)
    reader.note("case", case_id)
    return unless_seen(request, str(case.revision), lambda: json_answer(CaseRead.of(case)))


@router.patch(
    "/{case_id}",
    response_model=CaseRead,
    responses=problems(CaseNotFoundError, ReferenceTakenError, StaleError),
)
def amend_case(
    case_id: CaseId,
    patch: Annotated[
        dict[str, Any],
        Body(openapi_examples=AMENDMENT_EXAMPLES, description="The fields of a case that change."),
    ],
    request: Request,
    writing: WritingDep,
) -> Response:
    """Amend a case by JSON merge patch (RFC 7396): what is left out stays, null takes a field away.

    With `If-Match` the change is made only if nobody changed the case since.
    """
    case = service.lock_case(writing.session, writing.access, case_id)
    require_match(request, str(case.revision))
    amended = service.amend_case(
        writing.session,
        writing.access,
        case_id=case_id,
        body=merged(AMENDED, case.body, patch),
        now=writing.now,
    )
    return writing.answer(
        CaseRead.of(amended), headers={"ETag": quoted(str(amended.revision))}, case_id=case_id
    )


@router.delete(
    "/{case_id}", status_code=204, response_class=Response, responses=problems(CaseNotFoundError, StaleError)
)
def erase_case(case_id: CaseId, request: Request, _burial: BurialDep, writing: WritingDep) -> Response:
    """Erase a case for good: its records, documents, bytes and text. The audit trail keeps only that it happened.

    This cannot be undone, and needs a key with the scope `admin`.
    """
    writing.access.require("admin")
    case = service.lock_case(writing.session, writing.access, case_id)
    require_match(request, str(case.revision))
    service.erase_case(writing.session, writing.access, case_id=case_id, now=writing.now)
    return writing.answer(status=204)
