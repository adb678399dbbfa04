"""Endpoints of records."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Request
from starlette.responses import Response

from app.access.dependencies import ClinicalReaderDep, Writing, WritingDep
from app.cases import service as cases
from app.cases.domain import CaseNotFoundError
from app.records import service
from app.records.dependencies import KnownDocumentsDep
from app.records.domain.kinds import AnyRecord
from app.records.domain.stored import (
    EnteredInErrorError,
    KindChangedError,
    RecordNotFoundError,
    StoredRecord,
    UnknownSourceError,
)
from app.records.examples import RECORD_EXAMPLES, REQUEST_EXAMPLES
from app.records.schemas import (
    OutcomeRead,
    RecordBatch,
    RecordCreate,
    RecordKind,
    RecordOutcomes,
    RecordPage,
    RecordRead,
    RecordsBody,
    RecordVersions,
    shown,
)
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

router = APIRouter(prefix="/v1/cases/{case_id}/records", tags=["3 Records"], route_class=JsonRoute)

CaseId = Annotated[str, Path(max_length=36, description="The case's id.")]
RecordId = Annotated[str, Path(max_length=36, description="The record's id.")]


def _tag(stored: StoredRecord) -> str:
    return f"{stored.id}.{stored.version}"


def _place(stored: StoredRecord) -> str:
    return f"/v1/cases/{stored.case_id}/records/{stored.id}"


@router.post(
    "",
    status_code=201,
    response_model=RecordRead | RecordOutcomes,
    responses={
        200: {"model": RecordOutcomes, "description": "A dry run: sound, and nothing stored"},
        **problems(CaseNotFoundError, StaleError, UnknownSourceError),
    },
)
def add_records(
    case_id: CaseId,
    body: Annotated[RecordsBody, Body(openapi_examples=REQUEST_EXAMPLES)],
    request: Request,
    writing: WritingDep,
    known: KnownDocumentsDep,
    dry_run: Annotated[bool, Query(description="Validate and answer the same, and store nothing.")] = False,
) -> Response:
    """Add one record, or up to 5,000 at once as `{"records": [...]}`: all of them are stored, or none.

    A field left out is silent; to say that there is none, that it is unknown or was not done, name it in `absent`
    (or set `stated` for the record as a whole). Dates are as precise as they were said (`2024`, `2024-05`,
    `2024-05-07`, `2024-05~`). Everything wrong is named by its place in the request.
    """
    many = isinstance(body, RecordBatch)
    records: tuple[AnyRecord, ...] = body.records if isinstance(body, RecordBatch) else (body,)
    case = cases.lock_case(writing.session, writing.access, case_id)
    require_match(request, str(case.revision))
    service.check_sources(writing.session, case_id, records, known, many=many)
    if dry_run:
        return json_answer(_outcomes([None] * len(records), None))
    stored = service.add_records(
        writing.session, writing.access, case_id=case_id, records=records, new_id=new_id, now=writing.now
    )
    if many:
        return writing.answer(
            _outcomes([one.id for one in stored], stored[0].revision),
            status=201,
            headers={"ETag": quoted(str(stored[0].revision))},
            case_id=case_id,
        )
    return _answer(writing, stored[0], status=201)


def _answer(writing: Writing, stored: StoredRecord, *, status: int) -> Response:
    headers = {"ETag": quoted(_tag(stored))}
    if status == 201:  # noqa: PLR2004 (HTTP: created)
        headers["Location"] = _place(stored)
    return writing.answer(shown(stored), status=status, headers=headers, case_id=stored.case_id)


def _outcomes(ids: list[str] | list[None], revision: int | None) -> RecordOutcomes:
    return RecordOutcomes(
        items=tuple(
            OutcomeRead(outcome="created", id=record_id, place=f"/records/{index}", problem=None)
            for index, record_id in enumerate(ids)
        ),
        revision=revision,
        dry_run=revision is None,
    )


@router.get("", response_model=RecordPage, responses=problems(CaseNotFoundError, BadCursorError))
def list_records(
    case_id: CaseId,
    request: Request,
    reader: ClinicalReaderDep,
    session: ReadingDep,
    kind: Annotated[RecordKind | None, Query(description="Records of this kind only.")] = None,
    include_errors: Annotated[bool, Query(description="Also those marked as entered in error.")] = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """List a case's records at their newest versions, in the order in which they were first recorded."""
    after = decode_cursor(cursor, tuple[str])[0] if cursor else None
    found = service.list_records(
        session,
        reader.access,
        case_id=case_id,
        kind=kind,
        include_errors=include_errors,
        after=after,
        limit=limit,
    )
    page = page_of(found, limit, lambda stored: encode_cursor(stored.id))
    reader.note("records", case_id)
    body = {"items": [shown(stored) for stored in page.items], "next_cursor": page.next_cursor}
    return json_answer(body, headers=link_header(request, page.next_cursor))


@router.get(
    "/{record_id}", response_model=RecordRead, responses=problems(CaseNotFoundError, RecordNotFoundError)
)
def get_record(
    case_id: CaseId, record_id: RecordId, request: Request, reader: ClinicalReaderDep, session: ReadingDep
) -> Response:
    """Read a record at its newest version; its `status` says whether it was marked as entered in error."""
    stored = service.get_record(session, reader.access, case_id=case_id, record_id=record_id)
    reader.note("record", case_id, record_id)
    return unless_seen(request, _tag(stored), lambda: json_answer(shown(stored)))


@router.get(
    "/{record_id}/versions",
    response_model=RecordVersions,
    responses=problems(CaseNotFoundError, RecordNotFoundError),
)
def list_versions(
    case_id: CaseId, record_id: RecordId, reader: ClinicalReaderDep, session: ReadingDep
) -> Response:
    """Read every version of a record, oldest first: who recorded what, and when."""
    found = service.list_versions(session, reader.access, case_id=case_id, record_id=record_id)
    reader.note("record.versions", case_id, record_id)
    return json_answer(
        {"items": [shown(stored) for stored in found]}, headers={"ETag": quoted(_tag(found[-1]))}
    )


@router.put(
    "/{record_id}",
    response_model=RecordRead,
    responses=problems(
        CaseNotFoundError,
        RecordNotFoundError,
        StaleError,
        EnteredInErrorError,
        KindChangedError,
        UnknownSourceError,
    ),
)
def amend_record(
    case_id: CaseId,
    record_id: RecordId,
    body: Annotated[RecordCreate, Body(openapi_examples=RECORD_EXAMPLES)],
    request: Request,
    writing: WritingDep,
    known: KnownDocumentsDep,
    dry_run: Annotated[bool, Query(description="Validate and answer the same, and store nothing.")] = False,
) -> Response:
    """Store a new version of a record; the versions before stay readable.

    With `If-Match` the change is made only if nobody amended the record since.
    """
    current = service.lock_record(writing.session, writing.access, case_id=case_id, record_id=record_id)
    require_match(request, _tag(current))
    service.check_sources(writing.session, case_id, (body,), known, many=False)
    service.check_amendment(current, body)
    if dry_run:
        return json_answer(shown(replace(current, record=body)))
    amended = service.amend_record(
        writing.session, writing.access, current=current, record=body, now=writing.now
    )
    return _answer(writing, amended, status=200)


@router.delete(
    "/{record_id}",
    status_code=204,
    response_class=Response,
    responses=problems(CaseNotFoundError, RecordNotFoundError, StaleError),
)
def withdraw_record(
    case_id: CaseId,
    record_id: RecordId,
    request: Request,
    writing: WritingDep,
    dry_run: Annotated[bool, Query(description="Check, and change nothing.")] = False,
) -> Response:
    """Mark a record as entered in error: it leaves every view at once, and its history stays readable."""
    current = service.lock_record(writing.session, writing.access, case_id=case_id, record_id=record_id)
    require_match(request, _tag(current))
    if dry_run:
        return Response(status_code=204)
    service.withdraw_record(writing.session, writing.access, current=current, now=writing.now)
    return writing.answer(status=204)
