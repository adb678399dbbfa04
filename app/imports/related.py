"""Reads a multipart/related body piece by piece, as it arrives; nothing of a part is kept here.

Source: RFC 2387 (multipart/related); DICOM PS3.18 2024e, 8.7.3.
"""

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from app.errors import InvalidError, UnsupportedMediaError

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

PARTS_MOST: Final = 50_000
HEADER_BYTES_MOST: Final = 8 * 1024
HEADERS_MOST: Final = 16
INSTANCE: Final = b"application/dicom"

# The parser writes what it trips over, and that may be a part of a header with a name in it.
_SILENT: Final = logging.getLogger("caseline.related")
_SILENT.disabled = True


class NotRelatedError(UnsupportedMediaError):
    """The body is not a list of DICOM instances."""

    slug = "not-dicom-instances"
    title = "The body is not a list of DICOM instances"


class MalformedBodyError(InvalidError):
    """The body is not what its Content-Type announces, or was cut short."""

    slug = "malformed-instances"
    title = "The list of instances cannot be read"


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
        callbacks: MultipartCallbacks = {
            "on_part_begin": self._part_begins,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_ends,
            "on_headers_finished": self._headers_end,
            "on_part_data": self._data,
            "on_part_end": lambda: self._events.append(PartEnds()),
            "on_end": self._ends,
        }
        try:
            self._parser = MultipartParser(
                boundary, callbacks, max_header_count=HEADERS_MOST, max_header_size=HEADER_BYTES_MOST
            )
        except FormParserError as error:
            raise _malformed() from error
        self._parser.logger = _SILENT
        self._events: list[Event] = []
        self._parts = 0
        self._header: tuple[bytearray, bytearray] = bytearray(), bytearray()
        self._media_type = b""
        self._is_whole = False

    def feed(self, chunk: bytes) -> list[Event]:
        """Take the next bytes of the body and return what they complete, in order.

        Raises:
            MalformedBodyError: they cannot belong to such a body.
        """
        self._events = []
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise _malformed() from error
        return self._events

    def end(self) -> None:
        """Go on only if the body is whole.

        Raises:
            MalformedBodyError: it ends before its last boundary.
        """
        if not self._is_whole:
            message = "The body ends before its closing boundary; nothing was stored. Send it again."
            raise MalformedBodyError(message)

    def _part_begins(self) -> None:
        self._parts += 1
        if self._parts > PARTS_MOST:
            message = f"A request may have at most {PARTS_MOST} instances; send them in several."
            raise MalformedBodyError(message)
        self._media_type = b""

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header[0].extend(data[start:end])

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1].extend(data[start:end])

    def _header_ends(self) -> None:
        name, value = self._header
        if name.lower() == b"content-type":
            self._media_type, _ = parse_options_header(bytes(value))
        self._header = bytearray(), bytearray()

    def _headers_end(self) -> None:
        self._events.append(PartBegins(self._media_type))

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._events.append(PartData(memoryview(data)[start:end]))

    def _ends(self) -> None:
        self._is_whole = True


def _malformed() -> MalformedBodyError:
    message = "The body is not the multipart/related that its Content-Type announces; nothing was stored."
    return MalformedBodyError(message)
