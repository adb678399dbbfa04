"""The endpoint that takes uploads: told who asks and whether the case is there before it reads the first byte."""

from typing import Any

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.access.dependencies import AccessDep, IdempotencyKey, IdempotencyKeyReusedError
from app.cases.conditional import require_case
from app.cases.domain import CaseNotFoundError
from app.documents.dependencies import InspectorDep
from app.documents.domain import errors
from app.documents.multipart import boundary_of
from app.documents.receiving import receive
from app.documents.schemas import CaseId, UploadOutcomes
from app.documents.staging import staging_folder
from app.documents.upload import Upload
from app.infra.blobs import StorageError
from app.web.conditional import StaleError
from app.web.dependencies import BlobsDep, DatabaseDep, SettingsDep, new_id, now
from app.web.problems import problems

OUTCOMES: dict[int | str, dict[str, Any]] = {
    200: {"model": UploadOutcomes, "description": "Nothing had to be stored"},
    **problems(
        CaseNotFoundError,
        StaleError,
        IdempotencyKeyReusedError,
        errors.NotMultipartError,
        errors.MalformedFormError,
        errors.FormFieldError,
        errors.NoFilesError,
        errors.UnknownOriginalError,
        errors.NothingStoredError,
        errors.EmptyFileError,
        errors.FileTooLargeError,
        errors.UploadTooLargeError,
        errors.FileTypeError,
        errors.ProgramError,
        StorageError,
    ),
}


async def store_documents(
    case_id: CaseId,
    request: Request,
    access: AccessDep,
    database: DatabaseDep,
    settings: SettingsDep,
    blobs: BlobsDep,
    inspector: InspectorDep,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Upload one or many files. Fields hold for the files after them; what a file is, its content alone decides.

    The answer names, in the order sent, what became of each file: stored; a `duplicate` of bytes that the case has
    already; or rejected, and why. Encrypted and damaged files are stored, and say so in their `findings`. Everything
    sound is stored together before the answer: 201 when something was, 200 when nothing had to be.
    """
    access.require("write")
    boundary = boundary_of(request.headers.get("content-type"))
    await run_in_threadpool(require_case, database, access, case_id, request)
    async with staging_folder(settings.staging_dir, new_id()) as folder:
        files = await receive(
            request.stream(), boundary, folder, inspector, file_bytes_most=settings.max_upload_bytes
        )
        upload = Upload(
            request=request,
            access=access,
            case_id=case_id,
            files=files,
            idempotency_key=idempotency_key,
            database=database,
            blobs=blobs,
            new_id=new_id,
            clock=now,
        )
        return await run_in_threadpool(upload.store)
