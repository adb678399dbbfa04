"""Whether archives and Office documents unpack, without unpacking more than a bounded part."""

import re
import time
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.parsers import expat

from app.documents.domain.media_types import Finding, MediaType
from app.documents.domain.zip_content import UNREADABLE
from app.documents.inspection.report import Inspection, Problem

_MAX_UNPACKED = 256 * 1024 * 1024
_MAX_SECONDS = 6.0
_CHUNK = 256 * 1024
_MAX_DECLARED = 1024 * 1024 * 1024
_MAX_RATIO = 100
"""Sound files seldom shrink a hundredfold; beyond `_MAX_DECLARED` bytes nothing sound does."""
_LOCKED = 0x1
_MAIN_PARTS: Mapping[MediaType, re.Pattern[str]] = {
    MediaType.DOCX: re.compile(r"/?word/document\d*\.xml", re.IGNORECASE),
    MediaType.XLSX: re.compile(r"/?xl/workbook\d*\.xml", re.IGNORECASE),
}

_DOES_NOT_OPEN = "The archive is damaged and does not open."
_OFFICE_DOES_NOT_OPEN = "The document is damaged and does not open."
_UNPACKS_TO_TOO_MUCH = "The file would unpack to far more than it should."


def inspect_archive(path: Path, media: MediaType) -> Inspection:
    """Open a ZIP, DOCX or XLSX and unpack its files, as many as time allows."""
    is_archive = media is MediaType.ZIP
    try:
        with zipfile.ZipFile(path) as archive:
            files = [info for info in archive.infolist() if not info.is_dir()]
            if _is_bomb(files):
                known = Inspection(entries=len(files) if is_archive else None)
                return known.with_problem(Problem.TOO_COMPLEX, _UNPACKS_TO_TOO_MUCH)
            return _inspect_files(archive, files) if is_archive else _inspect_office(archive, files, media)
    except UNREADABLE:
        detail = _DOES_NOT_OPEN if is_archive else _OFFICE_DOES_NOT_OPEN
        return Inspection().with_problem(Problem.DAMAGED, detail)


def _is_bomb(files: Iterable[zipfile.ZipInfo]) -> bool:
    declared, packed = 0, 1
    for info in files:
        declared += info.file_size
        packed += info.compress_size
    return declared > _MAX_DECLARED and declared > packed * _MAX_RATIO


def _inspect_files(archive: zipfile.ZipFile, files: list[zipfile.ZipInfo]) -> Inspection:
    locked = sum(bool(info.flag_bits & _LOCKED) for info in files)
    open_files = [info for info in files if not info.flag_bits & _LOCKED]
    damaged, is_sampled = _unpack(archive, open_files)
    findings = (Finding.NOT_ALL_CHECKED,) if is_sampled else ()
    known = Inspection(readable=True, entries=len(files), findings=findings)
    if locked:
        detail = f"{locked} of {len(files)} files in the archive are under a password."
        return known.with_problem(Problem.ENCRYPTED, detail)
    if damaged:
        return known.with_problem(
            Problem.DAMAGED, f"{damaged} of {len(files)} files in the archive are damaged."
        )
    return known


def _inspect_office(archive: zipfile.ZipFile, files: list[zipfile.ZipInfo], media: MediaType) -> Inspection:
    if any(info.flag_bits & _LOCKED for info in files):
        return Inspection().with_problem(Problem.ENCRYPTED, "A password is needed to open this document.")
    main = [info for info in files if _MAIN_PARTS[media].fullmatch(info.filename)]
    damaged, is_sampled = _unpack(archive, files)
    if damaged or not main or not all(_is_well_formed(archive, info) for info in main):
        return Inspection().with_problem(Problem.DAMAGED, _OFFICE_DOES_NOT_OPEN)
    return Inspection(readable=True, findings=(Finding.NOT_ALL_CHECKED,) if is_sampled else ())


def _unpack(archive: zipfile.ZipFile, files: Iterable[zipfile.ZipInfo]) -> tuple[int, bool]:
    """Return how many files do not unpack to what their checksum says, and whether some were left out."""
    damaged, budget, until = 0, _MAX_UNPACKED, time.monotonic() + _MAX_SECONDS
    for info in files:
        try:
            with archive.open(info) as file:
                while chunk := file.read(_CHUNK):
                    budget -= len(chunk)
                    if budget < 0 or time.monotonic() > until:
                        return damaged, True
        except UNREADABLE:
            damaged += 1
    return damaged, False


def _is_well_formed(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    """Say whether a part is XML without a document type, which no Office program declares."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    budget, until = _MAX_UNPACKED, time.monotonic() + _MAX_SECONDS
    try:
        with archive.open(info) as file:
            while chunk := file.read(_CHUNK):
                parser.Parse(chunk, False)  # noqa: FBT003  the parser knows no keywords
                budget -= len(chunk)
                if budget < 0 or time.monotonic() > until:
                    return True
            parser.Parse(b"", True)  # noqa: FBT003
    except (expat.ExpatError, *UNREADABLE):
        return False
    return True


def _refuse_doctype(*_declaration: object) -> None:
    raise ValueError("a document type is declared")
