"""What every request passes through: an id, a safe last resort for errors, and headers that browsers honour."""

import time
from secrets import token_hex

import msgspec
import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.problems import MEDIA_TYPE, problem

log = structlog.get_logger("caseline.requests")

_UNEXPECTED = msgspec.json.encode(
    {
        "type": "/problems/unexpected-error",
        "title": "Something went wrong in the service",
        "status": 500,
        "detail": "The request could not be carried out, and nothing of it was stored. The log names where it stopped.",
    }
)


class RequestFrame:
    """Gives each request an id, logs it without content, and answers an unexpected error as a problem.

    The error's message and values may hold clinical content, so only its type and place are logged.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id, started, status = token_hex(8), time.perf_counter(), 0
        app = _refuse_null if "\0" in scope["path"] or b"%00" in scope["query_string"] else self._app

        async def send_framed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Cache-Control", "private, no-cache")
                headers.setdefault("Referrer-Policy", "no-referrer")
                headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
            await send(message)

        try:
            await app(scope, receive, send_framed)
        except Exception as error:  # noqa: BLE001 (the last resort: nothing may reach the server's own traceback log)
            log.error("unexpected_error", request=request_id, error=type(error).__name__, at=_frames(error))  # noqa: TRY400
            if status:
                raise ConnectionAbortedError from None
            headers = [
                (b"content-type", MEDIA_TYPE.encode()),
                (b"content-length", str(len(_UNEXPECTED)).encode()),
            ]
            await send_framed({"type": "http.response.start", "status": 500, "headers": headers})
            await send_framed({"type": "http.response.body", "body": _UNEXPECTED})
        finally:
            route = scope.get("route")
            log.info(
                "request",
                request=request_id,
                method=scope["method"],
                path=getattr(route, "path", None),
                status=status,
                ms=round((time.perf_counter() - started) * 1000, 1),
            )


async def _refuse_null(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer an address that holds U+0000, which is part of no id and no search."""
    detail = "The address holds a null character; leave it out."
    response = problem(400, "null-character", "The address cannot be read", detail)
    await response(scope, receive, send)


def _frames(error: BaseException) -> list[str]:
    frames: list[str] = []
    trace = error.__traceback__
    while trace is not None:
        frames.append(f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}")
        trace = trace.tb_next
    return frames[-8:]
