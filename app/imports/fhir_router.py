"""The FHIR endpoint: a standard client posts Bundles and resources, and is answered as FHIR answers."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from app.access.dependencies import Writing
from app.imports.domain import errors
from app.imports.domain.imported import Imported
from app.imports.domain.reading import Options, UnreadablePayloadError
from app.imports.importing import Wanted
from app.imports.requests import ImporterDep
from app.infra.blobs import StorageError
from app.web.dependencies import NowDep
from app.web.problems import problems

router = APIRouter(tags=["4 Imports"])

MEDIA_TYPE: Final = "application/fhir+json"
_ISSUES: Final[Mapping[int, str]] = {
    400: "structure", 401: "login", 403: "forbidden", 404: "not-found", 409: "conflict", 412: "conflict",
    413: "too-costly", 415: "not-supported", 422: "processing", 503: "transient",
}  # fmt: skip
"""Codes of the value set issue-type by HTTP status. Source: HL7 FHIR 4.0.1."""

_RESOURCE: Final = {"schema": {"type": "object", "required": ["resourceType"], "additionalProperties": True}}
BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}},
            "application/fhir+ndjson": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}
RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    **problems(
        errors.PatientMismatchError,
        errors.AmbiguousPatientError,
        errors.UnidentifiedPatientError,
        errors.NotImportableError,
        errors.PayloadTooLargeError,
        errors.NotAtomicError,
        errors.CaseChangedError,
        UnreadablePayloadError,
        StorageError,
    ),
    200: {
        "description": "A Bundle with a response for each entry, or an OperationOutcome for a single resource",
        "content": {MEDIA_TYPE: _RESOURCE},
    },
}


def operation_outcome(status: int, problem: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    """Return a problem as an OperationOutcome, as every error below `/fhir` is answered."""
    code = _ISSUES.get(status, "exception")
    found = problem.get("errors") or [{"detail": problem["detail"], "fix": "", "pointer": ""}]
    issues = [
        {
            "severity": "error",
            "code": code,
            "details": {"text": str(problem["title"])},
            "diagnostics": " ".join(filter(None, (str(one["detail"]), str(one["fix"])))),
        }
        for one in found
    ]
    body = msgspec.json.encode({"resourceType": "OperationOutcome", "issue": issues})
    return Response(body, status, dict(headers), MEDIA_TYPE)


@router.get(
    "/fhir/metadata",
    responses={200: {"description": "The CapabilityStatement", "content": {MEDIA_TYPE: _RESOURCE}}},
    response_class=Response,
)
def read_capabilities(request: Request, now: NowDep) -> Response:
    """Read what the FHIR endpoint takes (CapabilityStatement); nobody need say who asks."""
    from app.imports.readers.fhir.answers import capability_statement  # noqa: PLC0415 (the reader)

    statement = capability_statement(
        software="Caseline",
        version=request.app.version,
        date=now.date().isoformat(),
        url=str(request.url.replace(path="/fhir", query="")),
    )
    return Response(msgspec.json.encode(statement), media_type=MEDIA_TYPE)


@router.post("/fhir", responses=RESPONSES, openapi_extra=BODY, response_class=Response)
async def take_bundle(importer: ImporterDep) -> Response:
    """Take a FHIR R4 Bundle or a single resource into the case of its patient, and answer as FHIR does.

    A transaction is stored whole or not at all; of any other Bundle what is sound is stored. Each entry's response says
    what became of it. Errors are OperationOutcomes. `POST /v1/imports` takes the same, and answers item by item.
    """
    content_type = importer.request.headers.get("content-type")

    def conclude(writing: Writing, imported: Imported) -> Response:
        from app.imports.fhir_answers import answer_of  # noqa: PLC0415 (the reader)

        body = answer_of(imported, writing.now)
        case_id = imported.cases[0].case_id if len(imported.cases) == 1 else None
        answer = writing.answer(body, status=200, case_id=case_id)
        answer.headers["Content-Type"] = MEDIA_TYPE
        return answer

    wanted = Wanted(takes=frozenset({"fhir"}), atomic_kinds=frozenset({"transaction"}))
    return await importer.take(wanted, Options(content_type=content_type), conclude)
