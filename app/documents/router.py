"""Endpoints of documents."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from app.access.dependencies import ClinicalReaderDep, WritingDep
from app.cases.domain import CaseNotFoundError
from app.documents import leaving, service, storing
from app.documents.content_router import router as content_router
from app.documents.dependencies import BesideDep
from app.documents.domain import errors
from app.documents.domain.document import Document, DocumentKind
from app.documents.domain.errors import DocumentNotFoundError
from app.documents.form import form_description
from app.documents.schemas import (
    AMENDED,
    CaseId,
    DocumentId,
    DocumentMove,
    DocumentPage,
    DocumentRead,
    UploadOutcomes,
)
from app.documents.upload_router import OUTCOMES, store_documents
from app.web.conditional import StaleError, quoted, require_match, unless_seen
from app.web.dependencies import BlobsDep, BurialDep, ReadingDep
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

router = APIRouter(prefix="/v1/cases/{case_id}/documents", tags=["2 Documents"], route_class=JsonRoute)

AMEND_EXAMPLE = {"kind": "imaging_report", "modality": "CT", "regions": ["chest"], "dated": "2026-03-05"}


def _tag(document: Document) -> str:
    return f"{document.id}.{document.version}"


router.add_api_route(
    "",
    store_documents,
    methods=["POST"],
    status_code=201,
    response_model=UploadOutcomes,
    responses=OUTCOMES,
    openapi_extra=form_description(),
    route_class_override=APIRoute,  # a JsonRoute reads the body before anybody knows who is asking
)


@router.get("", response_model=DocumentPage, responses=problems(CaseNotFoundError, BadCursorError))
def list_documents(
    case_id: CaseId,
    request: Request,
    reader: ClinicalReaderDep,
    session: ReadingDep,
    kind: Annotated[DocumentKind | None, Query(description="Documents of this kind.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """List a case's documents in the order in which they came."""
    after = decode_cursor(cursor, tuple[str])[0] if cursor else None
    found = service.list_documents(
        session, reader.access, case_id=case_id, kind=kind, after=after, limit=limit
    )
    page = page_of(found, limit, lambda document: encode_cursor(document.id))
    reader.note("documents", case_id)
    shown = DocumentPage(items=tuple(map(DocumentRead.of, page.items)), next_cursor=page.next_cursor)
    return json_answer(shown, headers=link_header(request, page.next_cursor))


@router.get(
    "/{document_id}",
    response_model=DocumentRead,
    responses=problems(CaseNotFoundError, DocumentNotFoundError),
)
def get_document(
    case_id: CaseId, document_id: DocumentId, request: Request, reader: ClinicalReaderDep, session: ReadingDep
) -> Response:
    """Read what a document is. Its ETag grows with every amendment."""
    document = service.get_document(session, reader.access, case_id=case_id, document_id=document_id)
    reader.note("document", case_id, document_id)
    return unless_seen(request, _tag(document), lambda: json_answer(DocumentRead.of(document)))


@router.patch(
    "/{document_id}",
    response_model=DocumentRead,
    responses=problems(CaseNotFoundError, DocumentNotFoundError, StaleError, errors.UnknownOriginalError),
)
def amend_document(
    case_id: CaseId,
    document_id: DocumentId,
    patch: Annotated[
        dict[str, Any],
        Body(
            examples=[AMEND_EXAMPLE],
            description="The fields of a document that change, its `facts` among them.",
        ),
    ],
    request: Request,
    writing: WritingDep,
) -> Response:
    """Amend what is said of a document by JSON merge patch (RFC 7396): what is left out stays, null takes it away.

    The bytes never change. With `If-Match` the change is made only if nobody changed the document since.
    """
    session, access = writing.session, writing.access
    current = service.lock_document(session, access, case_id=case_id, document_id=document_id)
    require_match(request, _tag(current))
    body = merged(AMENDED, current.body, patch)
    document = storing.amend_document(session, access, current=current, body=body, now=writing.now)
    return writing.answer(
        DocumentRead.of(document), headers={"ETag": quoted(_tag(document))}, case_id=case_id
    )


@router.delete(
    "/{document_id}",
    status_code=204,
    response_class=Response,
    responses=problems(
        CaseNotFoundError, DocumentNotFoundError, StaleError, errors.RestedOnError, errors.TranslatedError
    ),
)
def remove_document(
    case_id: CaseId,
    document_id: DocumentId,
    request: Request,
    _burial: BurialDep,
    writing: WritingDep,
    beside: BesideDep,
) -> Response:
    """Remove a document for good, its bytes too. Refused while records rest on it, which the problem then names.

    What was read from it and proposed goes with it, whether it waits or was decided on.
    """
    session, access = writing.session, writing.access
    current = service.lock_document(session, access, case_id=case_id, document_id=document_id)
    require_match(request, _tag(current))
    leaving.remove_document(session, access, current=current, beside=beside, now=writing.now)
    return writing.answer(status=204)


@router.post(
    "/{document_id}/move",
    response_model=DocumentRead,
    responses=problems(
        CaseNotFoundError,
        DocumentNotFoundError,
        StaleError,
        errors.RestedOnError,
        errors.TranslatedError,
        errors.DuplicateError,
        errors.SameCaseError,
        errors.ContentMissingError,
    ),
)
def move_document(
    case_id: CaseId,
    document_id: DocumentId,
    body: DocumentMove,
    request: Request,
    _burial: BurialDep,
    writing: WritingDep,
    beside: BesideDep,
    blobs: BlobsDep,
) -> Response:
    """Move a misfiled document to the case that it belongs to; it keeps its id, and the old case keeps nothing of it.

    Records that rest on it stand in the way; with `with_records` those that rest on it alone move along. What was read
    from it and proposed goes along in any case. A translation loses the link to its original.
    """
    session, access = writing.session, writing.access
    current = leaving.lock_both(
        session, access, case_id=case_id, target_id=body.case_id, document_id=document_id
    )
    require_match(request, _tag(current))
    moved = leaving.move_document(
        session,
        access,
        current=current,
        target_id=body.case_id,
        with_records=body.with_records,
        beside=beside,
        blobs=blobs,
        now=writing.now,
    )
    headers = {"Location": f"/v1/cases/{moved.case_id}/documents/{moved.id}", "ETag": quoted(_tag(moved))}
    return writing.answer(DocumentRead.of(moved), headers=headers, case_id=moved.case_id)


router.include_router(content_router)
