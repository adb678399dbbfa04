"""Reads a multipart body part by part, as it arrives; nothing of a part is kept here.

Source: RFC 2046, section 5.1.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser

from app.errors import InvalidError

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

HEADER_BYTES_MOST: Final = 8 * 1024
HEADERS_MOST: Final = 16

# The parser writes what it trips over, and that may be a line of a report, or a header with a name in it.
_SILENT: Final = logging.getLogger("caseline.multipart")
_SILENT.disabled = True


class Parts(Protocol):
    """Takes the parts of a body in their order; what it raises ends the reading."""

    def part_begins(self, headers: Mapping[bytes, bytes]) -> None:
        """Begin a part; the names of its headers are in lower case, the last of a name counts."""

    def part_goes_on(self, data: memoryview) -> None:
        """Take some bytes of the part that began last."""

    def part_ends(self) -> None:
        """Know that the part that began last is whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How many parts a body may have, and what is said of one that cannot be read."""

    parts_most: int
    error: type[InvalidError]
    too_many: str
    malformed: str
    cut_short: str


class Multipart:
    """One body."""

    def __init__(self, boundary: bytes, parts: Parts, bounds: Bounds) -> None:
        """Begin to read.

        Raises:
            InvalidError: the boundary is none; of the class that the bounds name.
        """
        callbacks: MultipartCallbacks = {
            "on_part_begin": self._part_begins,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_ends,
            "on_headers_finished": lambda: parts.part_begins(self._headers),
            "on_part_data": lambda data, start, end: parts.part_goes_on(memoryview(data)[start:end]),
            "on_part_end": parts.part_ends,
            "on_end": self._ends,
        }
        self._bounds = bounds
        try:
            self._parser = MultipartParser(
                boundary, callbacks, max_header_count=HEADERS_MOST, max_header_size=HEADER_BYTES_MOST
            )
        except FormParserError as error:
            raise bounds.error(bounds.malformed) from error
        self._parser.logger = _SILENT
        self._parts = 0
        self._headers: dict[bytes, bytes] = {}
        self._header: tuple[bytearray, bytearray] = bytearray(), bytearray()
        self._is_whole = False

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the body, and hand on what they complete.

        Raises:
            InvalidError: they cannot belong to such a body; of the class that the bounds name.
        """
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise self._bounds.error(self._bounds.malformed) from error

    def end(self) -> None:
        """Go on only if the body is whole.

        Raises:
            InvalidError: it ends before its last boundary; of the class that the bounds name.
        """
        if not self._is_whole:
            raise self._bounds.error(self._bounds.cut_short)

    def _part_begins(self) -> None:
        self._parts += 1
        if self._parts > self._bounds.parts_most:
            raise self._bounds.error(self._bounds.too_many)
        self._headers = {}

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header[0].extend(data[start:end])

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1].extend(data[start:end])

    def _header_ends(self) -> None:
        name, value = self._header
        self._headers[bytes(name).lower()] = bytes(value)
        self._header = bytearray(), bytearray()

    def _ends(self) -> None:
        self._is_whole = True
