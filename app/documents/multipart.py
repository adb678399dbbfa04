"""Reads a multipart form piece by piece, as it arrives; nothing of a file is kept here."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from app.documents.domain.errors import MalformedFormError, NotMultipartError

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

FIELD_BYTES_MOST = 64 * 1024
PARTS_MOST = 10_000
HEADER_BYTES_MOST = 8 * 1024
HEADERS_MOST = 16

# The parser writes what it trips over, and that may be a line of a report.
_SILENT = logging.getLogger("caseline.multipart")
_SILENT.disabled = True


@dataclass(frozen=True, slots=True)
class Field:
    """A field that has arrived whole."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class FileBegins:
    """From here on, `FileData` belong to this file."""

    name: str | None
    """As sent; None where the part names none."""


@dataclass(frozen=True, slots=True)
class FileData:
    """Some bytes of the file that began last."""

    data: memoryview


@dataclass(frozen=True, slots=True)
class FileEnds:
    """The file that began last is whole."""


Event: TypeAlias = Field | FileBegins | FileData | FileEnds


def boundary_of(content_type: str | None) -> bytes:
    """Return the boundary that a Content-Type names.

    Raises:
        NotMultipartError: it is not that of a form.
        MalformedFormError: it names none.
    """
    kind, options = parse_options_header(content_type)
    if kind != b"multipart/form-data":
        message = (
            "Send the files as a form: Content-Type multipart/form-data, each file in a part named `files`."
        )
        raise NotMultipartError(message)
    boundary = options.get(b"boundary", b"")
    if not boundary:
        message = "The Content-Type names no boundary. Leave it to your HTTP library to write this header."
        raise MalformedFormError(message)
    return boundary


class MultipartForm:
    """One form. `is_file` tells which parts are files, by name; a name it refuses ends the reading."""

    def __init__(self, boundary: bytes, is_file: Callable[[str], bool]) -> None:
        callbacks: MultipartCallbacks = {
            "on_part_begin": self._part_begins,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_ends,
            "on_headers_finished": self._headers_end,
            "on_part_data": self._data,
            "on_part_end": self._part_ends,
            "on_end": self._ends,
        }
        try:
            self._parser = MultipartParser(
                boundary, callbacks, max_header_count=HEADERS_MOST, max_header_size=HEADER_BYTES_MOST
            )
        except FormParserError as error:
            raise _malformed() from error
        self._parser.logger = _SILENT
        self._is_file = is_file
        self._events: list[Event] = []
        self._parts = 0
        self._header: tuple[bytearray, bytearray] = bytearray(), bytearray()
        self._disposition = b""
        self._field: tuple[str, bytearray] | None = None
        self._is_whole = False

    def feed(self, chunk: bytes) -> list[Event]:
        """Take the next bytes of the form and return what they complete, in order.

        Raises:
            MalformedFormError: they cannot belong to a form.
        """
        self._events = []
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise _malformed() from error
        return self._events

    def end(self) -> None:
        """Go on only if the form is whole.

        Raises:
            MalformedFormError: it ends before its last boundary.
        """
        if not self._is_whole:
            message = "The form ends before its closing boundary; nothing was stored. Send it again."
            raise MalformedFormError(message)

    def _part_begins(self) -> None:
        self._parts += 1
        if self._parts > PARTS_MOST:
            message = f"A form may have at most {PARTS_MOST} parts; send the files in several uploads."
            raise MalformedFormError(message)
        self._disposition = b""

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header[0].extend(data[start:end])

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1].extend(data[start:end])

    def _header_ends(self) -> None:
        name, value = self._header
        if name.lower() == b"content-disposition":
            self._disposition = bytes(value)
        self._header = bytearray(), bytearray()

    def _headers_end(self) -> None:
        kind, options = parse_options_header(self._disposition)
        if kind != b"form-data" or b"name" not in options:
            message = 'A part of the form has no name: each needs Content-Disposition: form-data; name="...".'
            raise MalformedFormError(message)
        name = _text(options[b"name"])
        if self._is_file(name):
            self._field = None
            file_name = options.get(b"filename")
            self._events.append(FileBegins(None if file_name is None else _file_name(file_name)))
        else:
            self._field = name, bytearray()

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._field is None:
            self._events.append(FileData(memoryview(data)[start:end]))
            return
        _, value = self._field
        value.extend(data[start:end])
        if len(value) > FIELD_BYTES_MOST:
            message = f"A field may have at most {FIELD_BYTES_MOST} bytes. Files go into parts named `files`."
            raise MalformedFormError(message)

    def _part_ends(self) -> None:
        if self._field is None:
            self._events.append(FileEnds())
        else:
            name, value = self._field
            self._events.append(Field(name, _text(bytes(value))))

    def _ends(self) -> None:
        self._is_whole = True


def _text(raw: bytes) -> str:
    """Decode a name or value: UTF-8 as browsers send, else the older Latin-1."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _file_name(raw: bytes) -> str:
    """Decode a file's name, in which browsers escape three characters (WHATWG HTML, multipart/form-data encoding)."""
    return _text(raw).replace("%22", '"').replace("%0D", " ").replace("%0A", " ")


def _malformed() -> MalformedFormError:
    message = "The body is not the multipart form that its Content-Type announces; nothing was stored."
    return MalformedFormError(message)
