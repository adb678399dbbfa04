"""ETags: If-Match before a change, If-None-Match before an answer is built."""

import hashlib
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from app.errors import PreconditionError


class StaleError(PreconditionError):
    """What the caller last saw has changed since."""

    slug = "stale"
    title = "This has changed since you read it"


def quoted(tag: str) -> str:
    """Return a strong entity tag."""
    return f'"{tag}"'


def _tags(header: str) -> set[str]:
    return {part.strip().removeprefix("W/") for part in header.split(",")}


def require_match(request: Request, tag: str) -> None:
    """Go on only if the caller's If-Match, where it sent one, still holds.

    Raises:
        StaleError: it no longer does.
    """
    header = request.headers.get("if-match")
    if header is None or header.strip() == "*" or quoted(tag) in {part.strip() for part in header.split(",")}:
        return
    message = "Read it again, look at what changed, and send your change with the new ETag in If-Match."
    raise StaleError(message, headers={"ETag": quoted(tag)})


def unless_seen(request: Request, tag: str, build: Callable[[], Response]) -> Response:
    """Return 304 without building when the caller has this very answer, else build it and tag it."""
    header = request.headers.get("if-none-match")
    if header is not None and (header.strip() == "*" or quoted(tag) in _tags(header)):
        return Response(status_code=304, headers={"ETag": quoted(tag)})
    response = build()
    response.headers["ETag"] = quoted(tag)
    return response


def view_tag(*parts: object) -> str:
    """Return the entity tag of a view: a hash of everything that decides its bytes."""
    return hashlib.sha256("\n".join(str(part) for part in parts).encode()).hexdigest()[:32]
