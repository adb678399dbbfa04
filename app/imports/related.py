"""Reads a multipart/related body piece by piece, as it arrives; nothing of a part is kept here.

Source: RFC 2387 (multipart/related); DICOM PS3.18 2024e, 8.7.3.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from python_multipart.multipart import parse_options_header

from app.errors import InvalidError, UnsupportedMediaError
from app.web.multipart import Bounds, Multipart

PARTS_MOST: Final = 50_000
INSTANCE: Final = b"application/dicom"


class NotRelatedError(UnsupportedMediaError):
    """The body is not a list of DICOM instances."""

    slug = "not-dicom-instances"
    title = "The body is not a list of DICOM instances"


class MalformedBodyError(InvalidError):
    """The body is not what its Content-Type announces, or was cut short."""

    slug = "malformed-instances"
    title = "The list of instances cannot be read"


_BOUNDS: Final = Bounds(
    parts_most=PARTS_MOST,
    error=MalformedBodyError,
    too_many=f"A request may have at most {PARTS_MOST} instances; send them in several.",
    malformed="The body is not the multipart/related that its Content-Type announces; nothing was stored.",
    cut_short="The body ends before its closing boundary; nothing was stored. Send it again.",
)


@dataclass(frozen=True, slots=True)
class PartBegins:
    """From here on, `PartData` belong to this part."""

    media_type: bytes


@dataclass(frozen=True, slots=True)
class PartData:
    """Some bytes of the part that began last."""

    data: memoryview


@dataclass(frozen=True, slots=True)
class PartEnds:
    """The part that began last is whole."""


Event: TypeAlias = PartBegins | PartData | PartEnds


def boundary_of(content_type: str | None) -> bytes:
    """Return the boundary that a Content-Type names.

    Raises:
        NotRelatedError: it is not that of DICOM instances.
        MalformedBodyError: it names none.
    """
    kind, options = parse_options_header(content_type)
    if kind != b"multipart/related" or options.get(b"type", INSTANCE).lower() != INSTANCE:
        message = (
            'Send the instances as multipart/related; type="application/dicom", each as a part of its own.'
        )
        raise NotRelatedError(message)
    boundary = options.get(b"boundary", b"")
    if not boundary:
        message = "The Content-Type names no boundary; nothing was stored."
        raise MalformedBodyError(message)
    return boundary


class RelatedBody:
    """One body."""

    def __init__(self, boundary: bytes) -> None:
        self._events: list[Event] = []
        self._body = Multipart(boundary, self, _BOUNDS)

    def feed(self, chunk: bytes) -> list[Event]:
        """Take the next bytes of the body and return what they complete, in order.

        Raises:
            MalformedBodyError: they cannot belong to such a body.
        """
        self._events = []
        self._body.feed(chunk)
        return self._events

    def end(self) -> None:
        """Go on only if the body is whole.

        Raises:
            MalformedBodyError: it ends before its last boundary.
        """
        self._body.end()

    def part_begins(self, headers: Mapping[bytes, bytes]) -> None:
        """Say what the part is sent as."""
        media_type, _ = parse_options_header(headers.get(b"content-type", b""))
        self._events.append(PartBegins(media_type))

    def part_goes_on(self, data: memoryview) -> None:
        """Hand on some of its bytes."""
        self._events.append(PartData(data))

    def part_ends(self) -> None:
        """Say that it is whole."""
        self._events.append(PartEnds())
