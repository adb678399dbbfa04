"""Keyset paging: opaque cursors, a capped limit, a Link header."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

import msgspec
from fastapi import Query
from starlette.requests import Request

from app.errors import InvalidError

MOST = 200

Limit = Annotated[int, Query(ge=1, le=MOST, description="How many at most.")]
Cursor = Annotated[
    str | None, Query(max_length=500, description="Where to go on: `next_cursor` of the page before; opaque.")
]

Number = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
"""A whole number in a cursor, as large as a database takes."""

ItemT = TypeVar("ItemT")


class BadCursorError(InvalidError):
    """A cursor is not one that the service gave."""

    slug = "bad-cursor"
    title = "The cursor is not one of ours"


@dataclass(frozen=True, slots=True)
class Page(Generic[ItemT]):
    """One page of a list, and where the next begins."""

    items: tuple[ItemT, ...]
    next_cursor: str | None
    """Send it as `cursor` for the next page; null on the last."""


def encode_cursor(*key: str | int) -> str:
    """Return an opaque cursor for a sort key."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


def decode_cursor(cursor: str, shape: type[ItemT]) -> ItemT:
    """Return the sort key of a cursor, of the given tuple type.

    Raises:
        BadCursorError: it is not one that this list gave.
    """
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        return msgspec.json.decode(raw, type=shape)
    except (ValueError, binascii.Error, msgspec.DecodeError) as error:
        message = "Take `next_cursor` from the page before, unchanged, or leave the cursor out to begin anew."
        raise BadCursorError(message) from error


def page_of(rows: Sequence[ItemT], limit: int, key: Callable[[ItemT], str]) -> Page[ItemT]:
    """Return the first `limit` rows as a page; one row more than `limit` tells that there is a next one."""
    more = len(rows) > limit
    kept = tuple(rows[:limit])
    return Page(kept, key(kept[-1]) if more else None)


def link_header(request: Request, next_cursor: str | None) -> dict[str, str]:
    """Return the Link header that names the next page, if there is one (RFC 8288)."""
    if next_cursor is None:
        return {}
    url = request.url.include_query_params(cursor=next_cursor)
    return {"Link": f'<{url.path}?{url.query}>; rel="next"'}
