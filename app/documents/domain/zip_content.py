"""What a ZIP container holds: an Office document, another application's file, or just files.

Source: ECMA-376-2, 10.1 (`[Content_Types].xml`); APPNOTE.TXT 6.3.10, 4.3 (headers and directory).
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from app.documents.domain.media_types import Detected, Finding, Flavour, MediaType, ReadAt
from app.documents.domain.refusals import Refusal

_MAX_DIRECTORY_BYTES = 4 * 1024 * 1024
"""Beyond it (some 40,000 entries) an archive is a heap of files: no one document has so many parts."""
_MAX_TYPES_BYTES = 1024 * 1024
_CONTENT_TYPES = "[content_types].xml"
_LOCAL_HEADER = re.compile(rb"PK\x03\x04.{22}(..)..", re.DOTALL)

UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,  # what zipfile raises where an entry asks for a password
    ValueError,
)
"""What the standard library raises on archives that are damaged, locked or made to confuse."""

_OFFICE_TYPES: Mapping[bytes, MediaType | Refusal] = {
    b"wordprocessingml.document.main": MediaType.DOCX,
    b"wordprocessingml.template.main": MediaType.DOCX,
    b"ms-word.document.macroenabled": MediaType.DOCX,
    b"ms-word.template.macroenabled": MediaType.DOCX,
    b"spreadsheetml.sheet.main": MediaType.XLSX,
    b"spreadsheetml.template.main": MediaType.XLSX,
    b"ms-excel.sheet.macroenabled": MediaType.XLSX,
    b"ms-excel.template.macroenabled": MediaType.XLSX,
    b"ms-excel.sheet.binary": Refusal.BINARY_EXCEL,
    b"presentationml.": Refusal.POWERPOINT,
    b"ms-powerpoint.": Refusal.POWERPOINT,
    b"ms-visio.": Refusal.VISIO,
    b"fixedrepresentation+xml": Refusal.XPS,
}
_OFFICE_FOLDERS: Mapping[str, MediaType | Refusal] = {
    "word/": MediaType.DOCX,
    "xl/": MediaType.XLSX,
    "ppt/": Refusal.POWERPOINT,
    "visio/": Refusal.VISIO,
}
_DECLARED: Mapping[bytes, Refusal] = {
    b"application/vnd.oasis.opendocument": Refusal.OPEN_DOCUMENT,
    b"application/epub+zip": Refusal.ELECTRONIC_BOOK,
}
_TELLING_NAMES: Mapping[str, Refusal] = {
    "androidmanifest.xml": Refusal.ANDROID_PROGRAM,
    "classes.dex": Refusal.ANDROID_PROGRAM,
    "index/document.iwa": Refusal.APPLE_DOCUMENT,
    "fixeddocumentsequence.fdseq": Refusal.XPS,
}


@dataclass(frozen=True, slots=True)
class _Listing:
    """Names in lower case, and the few small contents that tell what the container is."""

    names: frozenset[str]
    types: bytes = b""
    declared: bytes = b""


class DirectoryTooLargeError(ValueError):
    """An archive's table of contents is larger than one is read."""


class Cautious(io.RawIOBase):
    """An archive's file for `zipfile`, which asks for the whole table of contents at once, however large it is."""

    def __init__(self, file: BinaryIO, directory_bytes_most: int) -> None:
        super().__init__()
        self._file = file
        self._most = directory_bytes_most

    def seekable(self) -> bool:
        """Tell that it can be sought in."""
        return True

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the place."""
        return self._file.tell()

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes.

        Raises:
            DirectoryTooLargeError: it is asked for more than a table of contents may have.
        """
        content = self._file.read(size if 0 <= size <= self._most else self._most + 1)
        if len(content) > self._most:
            raise DirectoryTooLargeError
        return content


@dataclass(slots=True)
class _Window(io.RawIOBase):
    """A file for `zipfile`, over a function that reads at an offset."""

    read_at: ReadAt
    size: int
    at: int = field(default=0)

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self.at, io.SEEK_END: self.size}[whence]
        if start + offset < 0:
            raise OSError("before the start")
        self.at = start + offset
        return self.at

    def read(self, size: int = -1, /) -> bytes:
        length = max(0, self.size - self.at) if size < 0 else size
        if length > _MAX_DIRECTORY_BYTES:
            raise OSError("too much at once")
        content = self.read_at(self.at, length)
        self.at += len(content)
        return content


def kind_of_zip(head: bytes, size: int, read: ReadAt) -> Detected | Refusal:
    """Say what the container is: DOCX, XLSX, an archive of files, or something that is not taken."""
    listing = _listing(size, read) or _Listing(_names_of_local_headers(head))
    application = _application(listing)
    if isinstance(application, Refusal):
        return application
    if application is None:
        is_disc = any(name.rpartition("/")[2] == "dicomdir" for name in listing.names)
        return Detected(media=MediaType.ZIP, flavour=Flavour.DICOMDIR if is_disc else None)
    has_macros = b"macroenabled" in listing.types or any(
        name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in listing.names
    )
    has_files = any("/embeddings/" in name for name in listing.names)
    return Detected(
        media=application,
        flavour=Flavour.TEMPLATE if b".template." in listing.types else None,
        findings=(Finding.MACROS,) * has_macros + (Finding.EMBEDDED_FILES,) * has_files,
    )


def _application(listing: _Listing) -> MediaType | Refusal | None:
    """Say whose file the container is, None where it is nobody's but a heap of files."""
    if _CONTENT_TYPES in listing.names:
        for part, means in _OFFICE_TYPES.items():
            if part in listing.types:
                return means
        for folder, means in _OFFICE_FOLDERS.items():
            if any(name.startswith(folder) for name in listing.names):
                return means
    for declared, refusal in _DECLARED.items():
        if listing.declared.startswith(declared):
            return refusal
    for name, refusal in _TELLING_NAMES.items():
        if name in listing.names:
            return refusal
    is_java = "meta-inf/manifest.mf" in listing.names and any(
        name.endswith(".class") for name in listing.names
    )
    return Refusal.JAVA_PROGRAM if is_java else None


def _listing(size: int, read: ReadAt) -> _Listing | None:
    try:
        with zipfile.ZipFile(_Window(read, size)) as archive:
            infos = {info.filename.lower(): info for info in archive.infolist()}
            return _Listing(
                frozenset(infos),
                _start_of(archive, infos.get(_CONTENT_TYPES)).lower(),
                _start_of(archive, infos.get("mimetype")),
            )
    except UNREADABLE:
        return None


def _start_of(archive: zipfile.ZipFile, info: zipfile.ZipInfo | None) -> bytes:
    if info is None:
        return b""
    try:
        with archive.open(info) as entry:
            return entry.read(_MAX_TYPES_BYTES)
    except UNREADABLE:
        return b""


def _names_of_local_headers(head: bytes) -> frozenset[str]:
    """Return the names that stand before the entries, for archives whose directory is gone."""
    names = set()
    for header in _LOCAL_HEADER.finditer(head):
        length = int.from_bytes(header[1], "little")
        names.add(head[header.end() : header.end() + length].decode("utf-8", "replace").lower())
    return frozenset(names)
