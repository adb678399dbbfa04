"""Reads a multipart form piece by piece, as it arrives; nothing of a file is kept here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from python_multipart.multipart import parse_options_header

from app.documents.domain.errors import MalformedFormError, NotMultipartError
from app.web.multipart import Bounds, Multipart

FIELD_BYTES_MOST = 64 * 1024
PARTS_MOST = 10_000

_BOUNDS = Bounds(
    parts_most=PARTS_MOST,
    error=MalformedFormError,
    too_many=f"A form may have at most {PARTS_MOST} parts; send the files in several uploads.",
    malformed="The body is not the multipart form that its Content-Type announces; nothing was stored.",
    cut_short="The form ends before its closing boundary; nothing was stored. Send it again.",
)


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
        self._is_file = is_file
        self._events: list[Event] = []
        self._field: tuple[str, bytearray] | None = None
        self._body = Multipart(boundary, self, _BOUNDS)

    def feed(self, chunk: bytes) -> list[Event]:
        """Take the next bytes of the form and return what they complete, in order.

        Raises:
            MalformedFormError: they cannot belong to a form.
        """
        self._events = []
        self._body.feed(chunk)
        return self._events

    def end(self) -> None:
        """Go on only if the form is whole.

        Raises:
            MalformedFormError: it ends before its last boundary.
        """
        self._body.end()

    def part_begins(self, headers: Mapping[bytes, bytes]) -> None:
        """Tell a file from a field by its name."""
        kind, options = parse_options_header(headers.get(b"content-disposition", b""))
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

    def part_goes_on(self, data: memoryview) -> None:
        """Hand on the bytes of a file, gather those of a field."""
        if self._field is None:
            self._events.append(FileData(data))
            return
        _, value = self._field
        value.extend(data)
        if len(value) > FIELD_BYTES_MOST:
            message = f"A field may have at most {FIELD_BYTES_MOST} bytes. Files go into parts named `files`."
            raise MalformedFormError(message)

    def part_ends(self) -> None:
        """Hand on a field as a whole."""
        if self._field is None:
            self._events.append(FileEnds())
        else:
            name, value = self._field
            self._events.append(Field(name, _text(bytes(value))))


def _text(raw: bytes) -> str:
    """Decode a name or value: UTF-8 as browsers send, else the older Latin-1."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _file_name(raw: bytes) -> str:
    """Decode a file's name, in which browsers escape three characters (WHATWG HTML, multipart/form-data encoding)."""
    return _text(raw).replace("%22", '"').replace("%0D", " ").replace("%0A", " ")
