"""Errors as RFC 9457 problem documents, in answers and in the OpenAPI description."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from app import errors
from app.errors import DomainError, FieldError
from app.web.validation import field_errors

MEDIA_TYPE = "application/problem+json"

STATUS: Mapping[type[DomainError], int] = {
    errors.UnauthenticatedError: 401,
    errors.ForbiddenError: 403,
    errors.NotFoundError: 404,
    errors.ConflictError: 409,
    errors.PreconditionError: 412,
    errors.TooLargeError: 413,
    errors.UnsupportedMediaError: 415,
    errors.UnsatisfiableRangeError: 416,
    errors.InvalidError: 422,
    errors.UnavailableError: 503,
}

log = structlog.get_logger("caseline.problems")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemError:
    """One thing wrong at one place of the request."""

    pointer: str
    """JSON pointer into what was sent."""
    detail: str
    """What is wrong."""
    fix: str
    """How to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What went wrong, where, and how to mend it (RFC 9457); never repeats what was sent."""

    type: str
    """`/problems/` and a permanent slug."""
    title: str
    """What kind of problem this is."""
    status: int
    """The HTTP status."""
    detail: str
    """What happened, in words."""
    errors: tuple[ProblemError, ...] | None = None
    """Where a request's content was wrong, field by field."""
    items: tuple[dict[str, Any], ...] | None = None
    """Where many things were sent: what became of each."""


def problem(
    status: int,
    slug: str,
    title: str,
    detail: str,
    *,
    found: Sequence[FieldError] = (),
    members: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a problem answer."""
    body: dict[str, Any] = {"type": f"/problems/{slug}", "title": title, "status": status, "detail": detail}
    if found:
        body["errors"] = found
    body.update(members or {})
    return Response(msgspec.json.encode(body), status, headers, MEDIA_TYPE)


def status_of(error: type[DomainError]) -> int:
    """Return the HTTP status of a domain error's category."""
    return next(status for category, status in STATUS.items() if issubclass(error, category))


def problem_of(error: DomainError) -> Response:
    """Return the problem answer of a domain error."""
    return problem(
        status_of(type(error)),
        error.slug,
        error.title,
        error.detail,
        found=error.errors,
        members=error.members,
        headers=error.headers,
    )


def problems(*kinds: type[DomainError]) -> dict[int | str, dict[str, Any]]:
    """Describe, for an endpoint's `responses`, the problems that it may answer beside the usual ones."""
    described: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        status = status_of(kind)
        entry = described.setdefault(status, {"model": Problem, "description": ""})
        entry["description"] = "; ".join(part for part in (entry["description"], kind.title) if part)
    return described


Rewrite = Callable[[int, Mapping[str, Any], Mapping[str, str]], Response]
"""Makes another standard's answer of a problem: its status, its members, the headers."""


def install(app: FastAPI, rewrites: Mapping[str, Rewrite] | None = None) -> None:
    """Answer every error of the application as a problem.

    `rewrites` are the beginnings of paths below which another standard says how errors are answered.
    """

    def rewritten(request: Request, answer: Response) -> Response:
        for start, rewrite in (rewrites or {}).items():
            if request.url.path.startswith(start):
                kept = {name: answer.headers[name] for name in _KEPT if name in answer.headers}
                return rewrite(answer.status_code, msgspec.json.decode(answer.body), kept)
        return answer

    @app.exception_handler(DomainError)
    def _domain(request: Request, error: DomainError) -> Response:
        return rewritten(request, problem_of(error))

    @app.exception_handler(RequestValidationError)
    def _invalid(request: Request, error: RequestValidationError) -> Response:
        found, members = field_errors(error)
        answer = problem(
            422,
            "invalid-request",
            "The request says something that cannot be",
            f"{len(found)} thing(s) in the request must be mended; nothing was stored.",
            found=found,
            members=members,
        )
        return rewritten(request, answer)

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        phrase = HTTPStatus(error.status_code).phrase
        slug = phrase.lower().replace(" ", "-")
        detail = error.detail if error.detail != phrase else _DETAILS.get(error.status_code, phrase)
        headers = dict(error.headers or {})
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = _allowed(request)
        return rewritten(request, problem(error.status_code, slug, phrase, detail, headers=headers))

    @app.exception_handler(PoolTimeoutError)
    @app.exception_handler(OperationalError)
    def _busy(request: Request, error: Exception) -> Response:
        log.error("database_unavailable", path=_route(request), error=type(error).__name__)
        answer = problem(
            503,
            "database-unavailable",
            "The database did not answer in time",
            "Nothing was stored. Send the same request again, with the same Idempotency-Key if it had one.",
            headers={"Retry-After": "2"},
        )
        return rewritten(request, answer)


_KEPT = ("allow", "retry-after", "www-authenticate", "etag")
_DETAILS = {
    404: "There is nothing at this path.",
    405: "This path does not take that method; the Allow header names those it takes.",
}


def _allowed(request: Request) -> str:
    """Return every method that the address takes; the router itself names those of one endpoint only."""
    methods: set[str] = set()
    for context in iter_route_contexts(request.app.routes):
        if context.matches(request.scope)[0] is not Match.NONE:
            methods |= context.methods or set()
    return ", ".join(sorted(methods))


def _route(request: Request) -> str | None:
    route = request.scope.get("route")
    return getattr(route, "path", None)
