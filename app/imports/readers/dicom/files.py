"""The files of a payload, opened one after the other and read from the front, as far as each is needed.

An archive's own table is believed in nothing that matters: entries are read up to a bound, all of them together too.
Source: APPNOTE.TXT 6.3.10, 4.3 and 4.4 (ZIP); bounds as in app/documents/inspection/archives.py.
"""

import io
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO, Final

from app.documents.domain.zip_content import UNREADABLE, Cautious, DirectoryTooLargeError
from app.imports.domain.reading import UnreadablePayloadError

FIRST_BYTES: Final = 16 * 1024
HEADER_MOST: Final = 32 * 1024 * 1024
"""Of one file; the header of the largest multi-frame objects has a few MiB."""
UNPACKED_MOST: Final = 2 * 1024**3
"""Of all files of an archive together."""
ENTRIES_MOST: Final = 50_000
DIRECTORY_MOST: Final = 8 * 1024 * 1024
DECLARED_MOST: Final = 1024**3
RATIO_MOST: Final = 100
NAME_MOST: Final = 1_000

_LOCKED: Final = 0x1
_ZIP: Final = b"PK\x03\x04"
_EMPTY_ZIP: Final = b"PK\x05\x06"

TOO_MANY: Final = (
    f"The archive has more than {ENTRIES_MOST} files, or its table of contents is too large. "
    "Send each study in an archive of its own."
)
TOO_MUCH: Final = (
    "The archive would unpack to far more than its files should. Send the DICOM files as they are."
)
DAMAGED: Final = "The file is damaged in the archive."
ANEW: Final = "Make the archive anew from the original files."
NO_ARCHIVE: Final = "The archive is damaged and does not open. Make it anew from the original files."


_CHUNK: Final = 1024 * 1024


class TooLargeHeaderError(Exception):
    """More was asked of a file than is read of any."""


class DamagedFileError(Exception):
    """The archive does not give out the file's bytes."""


@dataclass(slots=True)
class OpenedFile:
    """One file, of which `data` are the first bytes."""

    name: str
    """Its path in the archive; empty where the payload is this file."""
    number: int
    """Its position, counted from 1."""
    size: int
    stream: IO[bytes]
    budget: "Budget"
    data: bytes = b""
    is_whole: bool = False

    def grow(self, at: int) -> None:
        """Read on, so that the byte before `at` is there if the file has it.

        Raises:
            TooLargeHeaderError: that is beyond what is read of any file.
            DamagedFileError: the archive is damaged at this file.
            UnreadablePayloadError: the files together are past what is unpacked.
        """
        if at > HEADER_MOST and self.size > HEADER_MOST:
            raise TooLargeHeaderError
        wanted = min(max(at, 4 * len(self.data), FIRST_BYTES), HEADER_MOST)
        if wanted <= len(self.data):
            raise TooLargeHeaderError
        self.data += b"".join(self._read(wanted - len(self.data)))
        self.is_whole = len(self.data) < wanted or self.size <= len(self.data)

    def _read(self, size: int) -> Iterator[bytes]:
        while size > 0:
            try:
                chunk = self.stream.read(min(size, _CHUNK))
            except UNREADABLE as error:
                raise DamagedFileError from error
            if not chunk:
                return
            self.budget.take(len(chunk))
            size -= len(chunk)
            yield chunk


@dataclass(slots=True)
class Budget:
    """How much may still be unpacked."""

    left: int = UNPACKED_MOST

    def take(self, size: int) -> None:
        """Use some of it up.

        Raises:
            UnreadablePayloadError: there is no more.
        """
        self.left -= size
        if self.left < 0:
            raise UnreadablePayloadError(TOO_MUCH)


@dataclass(frozen=True, slots=True)
class ClosedFile:
    """A file that is not read, and why."""

    name: str
    number: int
    detail: str
    fix: str


def is_archive(content: BinaryIO) -> bool:
    """Tell whether a payload is a ZIP archive."""
    content.seek(0)
    return content.read(4) in {_ZIP, _EMPTY_ZIP}


def opened(content: BinaryIO) -> Iterator[OpenedFile | ClosedFile]:
    """Yield the payload's files, each good only until the next is asked for.

    Raises:
        UnreadablePayloadError: the archive does not open, has too many files, or is made to unpack to too much.
    """
    if is_archive(content):
        yield from _entries(content)
        return
    size = content.seek(0, io.SEEK_END)
    content.seek(0)
    one = OpenedFile(name="", number=1, size=size, stream=content, budget=Budget())
    one.grow(0)
    yield one


def _entries(content: BinaryIO) -> Iterator[OpenedFile | ClosedFile]:
    content.seek(0)
    try:
        archive = zipfile.ZipFile(Cautious(content, DIRECTORY_MOST))
    except DirectoryTooLargeError as error:
        raise UnreadablePayloadError(TOO_MANY) from error
    except UNREADABLE as error:
        raise UnreadablePayloadError(NO_ARCHIVE) from error
    with archive:
        files = [info for info in archive.infolist() if not info.filename.endswith("/")]
        if len(files) > ENTRIES_MOST:
            raise UnreadablePayloadError(TOO_MANY)
        declared, packed = sum(info.file_size for info in files), sum(info.compress_size for info in files)
        if declared > DECLARED_MOST and declared > (packed + 1) * RATIO_MOST:
            raise UnreadablePayloadError(TOO_MUCH)
        budget = Budget()
        for number, info in enumerate(files, 1):
            yield from _entry(archive, info, number, budget)


def _entry(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, number: int, budget: Budget
) -> Iterator[OpenedFile | ClosedFile]:
    name = shown_name(info.filename)
    refusal = _refusal(info)
    if refusal is not None:
        yield ClosedFile(name, number, *refusal)
        return
    try:
        with archive.open(info) as stream:
            one = OpenedFile(name=name, number=number, size=info.file_size, stream=stream, budget=budget)
            one.grow(0)
            if one.data.startswith(_ZIP):
                yield ClosedFile(
                    name,
                    number,
                    "An archive inside the archive is not opened.",
                    "Send the inner archive by itself, or its files in the outer one.",
                )
                return
            yield one
    except (DamagedFileError, *UNREADABLE):
        yield ClosedFile(name, number, DAMAGED, ANEW)


def _refusal(info: zipfile.ZipInfo) -> tuple[str, str] | None:
    if info.flag_bits & _LOCKED:
        return "The file is under a password.", "Send the archive without a password."
    if stat.S_ISLNK(info.external_attr >> 16):
        return (
            "The entry is a link to another file, which is not followed.",
            "Put the file itself into the archive.",
        )
    parts = info.filename.replace("\\", "/").split("/")
    if ".." in parts or not parts[0] or parts[0].endswith(":") or len(info.filename) > NAME_MOST:
        return (
            "The file's name leads out of the archive or is too long; it is not read.",
            "Make the archive anew, with plain names.",
        )
    return None


def shown_name(name: str) -> str:
    """Return a file's name with what cannot be printed replaced."""
    plain = "".join(char if char.isprintable() else "?" for char in name.replace("\\", "/"))
    return plain.encode("utf-8", "replace").decode("utf-8")
