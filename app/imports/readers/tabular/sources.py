"""From bytes to sheets: a text file, a workbook, or an archive of both."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Final

from app.documents.domain.zip_content import UNREADABLE, Cautious
from app.imports.domain.reading import Options, UnreadablePayloadError
from app.imports.readers.tabular.cells import MOST_BYTES, MOST_CELLS, MOST_ROWS, Sheet
from app.imports.readers.tabular.delimited import read_text
from app.imports.readers.tabular.workbook import read_workbook

_ZIP: Final = b"PK\x03\x04"
_COMPOUND: Final = b"\xd0\xcf\x11\xe0"
_MOST_FILES: Final = 500
_DIRECTORY_MOST: Final = 8 * 1024 * 1024
_WORKBOOK: Final = "[content_types].xml"
_ENDINGS: Final = (".csv", ".tsv", ".txt", ".tab")
_NOT_AN_ARCHIVE: Final = (
    "The archive is damaged or locked and cannot be opened. Send it anew, or the tables one by one."
)


def sheets_of(content: bytes, options: Options) -> Sequence[Sheet]:
    """Return the sheets of a payload.

    Raises:
        UnreadablePayloadError: it is none that is read here, is locked, damaged or too large.
    """
    if len(content) > MOST_BYTES:
        message = f"The file is larger than {MOST_BYTES // 1024 // 1024} MB. Send it in parts."
        raise UnreadablePayloadError(message)
    sheets = tuple(_sheets(content, options))
    rows = sum(len(sheet.rows) for sheet in sheets)
    if (
        rows > MOST_ROWS + len(sheets)
        or sum(len(row.cells) for sheet in sheets for row in sheet.rows) > MOST_CELLS
    ):
        message = f"The tables together have more than {MOST_ROWS:,} rows or {MOST_CELLS:,} cells. Send them in parts."
        raise UnreadablePayloadError(message)
    return sheets


def _sheets(content: bytes, options: Options) -> Iterator[Sheet]:
    if content.startswith(_COMPOUND):
        yield from read_workbook(content, options.sheet)
    elif not content.startswith(_ZIP):
        yield read_text(content, options)
    elif _is_workbook(content):
        yield from read_workbook(content, options.sheet)
    else:
        yield from _from_archive(content, options)


def _is_workbook(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(Cautious(io.BytesIO(content), _DIRECTORY_MOST)) as archive:
            return any(name.casefold() == _WORKBOOK for name in archive.namelist())
    except UNREADABLE as error:
        raise UnreadablePayloadError(_NOT_AN_ARCHIVE) from error


def _from_archive(content: bytes, options: Options) -> Iterator[Sheet]:
    files = _files(content)
    if not files:
        message = "The archive holds no CSV file and no workbook."
        raise UnreadablePayloadError(message)
    for name, data in files:
        if name.casefold().endswith(".xlsx"):
            yield from read_workbook(data, options.sheet, name)
        else:
            yield read_text(data, options, name)


def _files(content: bytes) -> list[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(Cautious(io.BytesIO(content), _DIRECTORY_MOST)) as archive:
            entries = [one for one in archive.infolist() if _is_wanted(one.filename)]
            is_much = len(entries) > _MOST_FILES or sum(one.file_size for one in entries) > MOST_BYTES
            files = [] if is_much else [(one.filename, _unpacked(archive, one)) for one in entries]
    except UNREADABLE as error:
        raise UnreadablePayloadError(_NOT_AN_ARCHIVE) from error
    if is_much:
        message = f"The archive holds more than {_MOST_FILES} tables, or too much. Send it in parts."
        raise UnreadablePayloadError(message)
    return files


def _is_wanted(name: str) -> bool:
    last = name.rpartition("/")[2]
    return (
        last.casefold().endswith((*_ENDINGS, ".xlsx"))
        and not last.startswith((".", "~"))
        and "__MACOSX" not in name
    )


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as file:
        return file.read(MOST_BYTES)
