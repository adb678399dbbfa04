"""HL7 v2 over HTTP: a message in the body, its acknowledgment in the answer."""

from typing import Any, Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.imports.domain.errors import EmptyPayloadError, PayloadTooLargeError
from app.imports.requests import ImporterDep
from app.web.problems import problems

router = APIRouter(tags=["4 Imports"])

MEDIA_TYPE: Final = "x-application/hl7-v2+er7"
BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            one: {"schema": {"type": "string", "format": "binary"}}
            for one in (MEDIA_TYPE, "application/hl7-v2", "text/plain")
        },
    }
}
RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    **problems(EmptyPayloadError, PayloadTooLargeError),
    200: {
        "description": "The acknowledgment: AA once stored, AE to be mended or sent again, AR not read here",
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
    },
}


@router.post("/hl7v2", responses=RESPONSES, openapi_extra=BODY, response_class=Response)
async def take_message(importer: ImporterDep) -> Response:
    """Take an HL7 v2 message, or a batch, into the case of its patient; the answer is its acknowledgment (ACK).

    AA comes only after the commit. What of the message was not used is named in ERR. The same message again stores
    nothing and is acknowledged alike. `POST /v1/imports` takes the same and answers item by item.
    """
    from app.imports.hl7_messages import Messages  # noqa: PLC0415 (the reader, which the start need not wait for)

    importer.access.require("write")
    chunks, size, most = list[bytes](), 0, importer.shell.read_bytes_most
    async for chunk in importer.request.stream():
        chunks.append(chunk)
        size += len(chunk)
        if size > most:
            message = f"A message may have at most {most} bytes; send large documents by POST /v1/imports."
            raise PayloadTooLargeError(message)
    content = b"".join(chunks)
    chunks.clear()
    if not content:
        message = "Send the message as the body, its segments ended by carriage returns."
        raise EmptyPayloadError(message)
    messages = Messages(shell=importer.shell, staging_dir=importer.settings.staging_dir)
    answer = await run_in_threadpool(messages.take, content, importer.access)
    return Response(answer, media_type=MEDIA_TYPE)
