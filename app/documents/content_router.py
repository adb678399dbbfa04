"""Endpoints of what documents hold: their bytes and their text."""

from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.access.dependencies import ClinicalReaderDep
from app.cases.domain import CaseNotFoundError
from app.documents import service
from app.documents.content import content_answer, text_of
from app.documents.domain import errors
from app.documents.domain.errors import DocumentNotFoundError
from app.documents.schemas import CaseId, DocumentId, DocumentText
from app.infra.blobs import BlobMissingError
from app.web.conditional import StaleError
from app.web.dependencies import BlobsDep, DatabaseDep, ReadingDep
from app.web.jsonroute import JsonRoute, json_answer
from app.web.problems import problems

log = structlog.get_logger("caseline.documents")

router = APIRouter(route_class=JsonRoute)

CONTENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The bytes as they were sent, under the type found in them",
        "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
    },
    206: {"description": "The part asked for"},
    304: {"description": "The caller has these bytes"},
    **problems(
        CaseNotFoundError, DocumentNotFoundError, StaleError, errors.RangeError, errors.ContentMissingError
    ),
}
Disposition = Annotated[
    str | None,
    Query(
        pattern="^(inline|attachment)$",
        description="`inline` lets a browser show a PDF, JPEG, PNG or WebP in place; all else is a download.",
    ),
]


@router.get("/{document_id}/content", response_class=Response, responses=CONTENT)
@router.head("/{document_id}/content", response_class=Response, responses=CONTENT)
def get_content(
    case_id: CaseId,
    document_id: DocumentId,
    request: Request,
    reader: ClinicalReaderDep,
    database: DatabaseDep,
    blobs: BlobsDep,
    disposition: Disposition = None,
) -> Response:
    """Fetch a document's bytes, exactly as they were sent; one `Range` is honoured. The ETag is their SHA-256."""

    def original() -> service.Original:
        with database.read() as session:
            return service.get_original(session, reader.access, case_id=case_id, document_id=document_id)

    found = original()
    if request.method == "GET":
        reader.note("document.content", case_id, document_id)
    try:
        return content_answer(request, found, blobs, inline=disposition == "inline")
    except BlobMissingError as error:
        original()  # it was removed or moved at this very moment, or else:
        raise _missing(case_id, document_id) from error


@router.get(
    "/{document_id}/text",
    response_model=DocumentText,
    responses=problems(CaseNotFoundError, DocumentNotFoundError, errors.ContentMissingError),
)
def get_text(
    case_id: CaseId,
    document_id: DocumentId,
    reader: ClinicalReaderDep,
    session: ReadingDep,
    blobs: BlobsDep,
) -> Response:
    """Read the text of a document, as far as there is any: today that of text files alone."""
    original = service.get_original(session, reader.access, case_id=case_id, document_id=document_id)
    reader.note("document.text", case_id, document_id)
    try:
        return json_answer(text_of(document_id, original, blobs))
    except BlobMissingError as error:
        raise _missing(case_id, document_id) from error


def _missing(case_id: str, document_id: str) -> errors.ContentMissingError:
    log.error("content_missing", case=case_id, document=document_id)
    message = "Whoever runs the service can find out more with `python -m app verify`."
    return errors.ContentMissingError(message)
