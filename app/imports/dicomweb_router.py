"""Storing over DICOMweb (STOW-RS), answered as its standard says."""

import re
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Path
from starlette.responses import Response

from app.errors import InvalidError
from app.imports.domain.errors import CaseChangedError, PayloadTooLargeError
from app.imports.readers.dicom.stow import answer_of, status_of
from app.imports.related import NotRelatedError, boundary_of
from app.imports.requests import Importer, ImporterDep
from app.infra.blobs import StorageError
from app.web.problems import Problem, problem, problems

router = APIRouter(tags=["4 Imports"])

MEDIA_TYPE: Final = "application/dicom+json"
BAD_REQUEST: Final = 400
_UID: Final = r"^[0-2](\.(0|[1-9][0-9]*))+$"

_REFERENCE: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["vr", "Value"],
    "properties": {"vr": {"const": "SQ"}, "Value": {"type": "array", "items": {"type": "object"}}},
}
_ANSWER: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "00081199": {**_REFERENCE, "description": "Instances that are stored (Referenced SOP Sequence)."},
        "00081198": {
            **_REFERENCE,
            "description": "Instances that are not, with reasons (Failed SOP Sequence).",
        },
        "0008119A": {**_REFERENCE, "description": "Parts that name no instance (Other Failures Sequence)."},
    },
}
_CONTENT: Final[dict[str, Any]] = {"content": {MEDIA_TYPE: {"schema": _ANSWER}}}

RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    **problems(NotRelatedError, PayloadTooLargeError, CaseChangedError, StorageError),
    200: {"description": "Every instance is stored", **_CONTENT},
    400: {"model": Problem, "description": "The body is not what its Content-Type announces, or empty"},
    202: {"description": "Some instances are stored, others failed", **_CONTENT},
    409: {"description": "No instance could be stored; the header `Warning` says why", **_CONTENT},
}
BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"multipart/related": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post("/dicomweb/studies", responses=RESPONSES, openapi_extra=BODY, response_class=Response)
async def store_instances(importer: ImporterDep) -> Response:
    """Store DICOM instances (STOW-RS) into the case of their patient, who is found by identifier, or a new one.

    The instances of a request are kept byte for byte, as one archive. Each study becomes one record, to which later
    requests add. What was stored before is answered as stored, and changes nothing.
    """
    return await _store(importer, None)


@router.post(
    "/dicomweb/studies/{study_uid}", responses=RESPONSES, openapi_extra=BODY, response_class=Response
)
async def store_instances_of_study(
    study_uid: Annotated[str, Path(max_length=64, pattern=_UID, description="Study Instance UID.")],
    importer: ImporterDep,
) -> Response:
    """Store DICOM instances of one study (STOW-RS); those of another are answered as failed.

    Otherwise as storing without naming the study.
    """
    return await _store(importer, study_uid)


async def _store(importer: Importer, study: str | None) -> Response:
    from app.imports.stowing import stow  # noqa: PLC0415 (pydicom, which the start need not wait for)

    try:
        boundary = boundary_of(importer.request.headers.get("content-type"))
        stowed = await stow(importer, boundary, study=study)
    except InvalidError as error:  # what elsewhere is 422 is 400 in this standard
        return problem(BAD_REQUEST, error.slug, error.title, error.detail)
    headers = {} if stowed.why is None else {"Warning": f'299 caseline "{_header_text(stowed.why)}"'}
    body = msgspec.json.encode(answer_of(stowed.instances))
    return Response(body, status_of(stowed.instances), headers, MEDIA_TYPE)


def _header_text(text: str) -> str:
    """Return a text as a quoted string of a header can hold it."""
    return re.sub(r"[^ !#-\[\]-~]", " ", text)
