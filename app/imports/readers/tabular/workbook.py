"""A workbook as sheets: bounded before it is opened, hidden sheets left out, merged cells filled."""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from app.documents.domain.zip_content import UNREADABLE, Cautious
from app.imports.domain.moments import is_date
from app.imports.domain.reading import UnreadablePayloadError
from app.imports.readers.tabular.cells import (
    MOST_BYTES,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    DateCell,
    NumberCell,
    Row,
    Sheet,
)

_MOST_UNPACKED: Final = 2 * MOST_BYTES
_MOST_CHARACTERS: Final = 200_000_000
"""Of all cells together, each shared text counted as often as it is used."""
_REFERENCE: Final = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]{0,3})([0-9]{1,10})""")
_CELL: Final = re.compile(rb"<(?:[A-Za-z0-9]+:)?c[\s/>]")
_SHARED_CELL: Final = re.compile(
    rb"""\bt\s*=\s*["']s["'][^>]*>\s*<(?:[A-Za-z0-9]+:)?v[^>]*>\s*([0-9]{1,9})"""
)
_SHARED_TEXT: Final = re.compile(rb"<(?:[A-Za-z0-9]+:)?si[\s>].*?</(?:[A-Za-z0-9]+:)?si>", re.DOTALL)
_STYLED: Final = re.compile(rb"""<(?:[A-Za-z0-9]+:)?c\s[^>]*>""")
_ATTRIBUTE: Final = re.compile(rb"""\b(r|s)\s*=\s*["']([^"']*)["']""")
_STYLES: Final = re.compile(rb"<(?:[A-Za-z0-9]+:)?cellXfs.*?</(?:[A-Za-z0-9]+:)?cellXfs>", re.DOTALL)
_STYLE: Final = re.compile(rb"""<(?:[A-Za-z0-9]+:)?xf\s[^>]*?numFmtId\s*=\s*["']([0-9]+)["']""")
_FORMAT: Final = re.compile(rb"""numFmtId\s*=\s*["']([0-9]+)["'][^>]*?formatCode\s*=\s*["']([^"']*)["']""")
_PERCENT_FORMATS: Final = frozenset({b"9", b"10"})
"""Built-in formats `0%` and `0.00%`. Source: ECMA-376-1, 18.8.30."""
_RELATION: Final = re.compile(rb"<(?:[A-Za-z0-9]+:)?Relationship\s[^>]*>")
_SHEET: Final = re.compile(rb"<(?:[A-Za-z0-9]+:)?sheet\s[^>]*>")
_DIGITS: Final = 15
"""As many digits as a spreadsheet shows of a number."""
_NOT_CELLS: Final = ("xl/media/", "xl/drawings/", "xl/theme/", "xl/charts/", "docprops/", "customxml/")
_WITHOUT_CELLS: Final = frozenset({"xl/sharedstrings.xml", "xl/styles.xml", "[content_types].xml"})
_HIDDEN: Final = "Hidden sheets were not read ({count}). Name one in `sheet` to read it."
_LOCKED: Final = "The workbook is encrypted. Save it without a password, and send it again."
_DAMAGED: Final = "The workbook is damaged and cannot be opened. Save it anew, or export the sheet as CSV."


def read_workbook(content: bytes, wanted: str | None, prefix: str | None = None) -> Iterator[Sheet]:
    """Yield the sheets of a workbook, those that are hidden left out unless one is asked for by name.

    Raises:
        UnreadablePayloadError: it is encrypted, damaged or too large, or has no sheet of the name.
    """
    # Loaded when the first workbook comes.
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415

    vetted, percents = _checked(content)
    try:
        book = CalamineWorkbook.from_filelike(vetted)
        found = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
        shown = [one.name for one in found if one.visible == SheetVisibleEnum.Visible]
        names = shown if wanted is None else [one.name for one in found if one.name == wanted]
        hidden = len(found) - len(names) if wanted is None else 0
        for at, name in enumerate(names):
            said = (_HIDDEN.format(count=hidden),) if hidden and not at else ()
            title = f"{prefix}, {name}" if prefix else name
            yield _sheet(book.get_sheet_by_name(name), title, percents.get(name, frozenset()), said)
    except (CalamineError, *UNREADABLE) as error:
        raise UnreadablePayloadError(_DAMAGED) from error
    except BaseException as error:
        # The library's own panics are no exceptions of the usual kind.
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadablePayloadError(_DAMAGED) from error
    if not names:
        message = (
            "The workbook has no sheet of the name in `sheet`." if wanted else "The workbook shows no sheet."
        )
        raise UnreadablePayloadError(message)


def _sheet(sheet: Any, name: str, percents: frozenset[tuple[int, int]], remarks: tuple[str, ...]) -> Sheet:  # noqa: ANN401 (the library's)
    start = sheet.start or (0, 0)
    grid = [list(row) for row in sheet.to_python(skip_empty_area=True)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        _fill(grid, start, (top, left), (bottom, right))
    rows = []
    for at, values in enumerate(grid):
        number = start[0] + at
        cells = [""] * start[1] + [
            _percent(value) if (number, start[1] + column) in percents else _cell(value)
            for column, value in enumerate(values)
        ]
        if any(cells):
            rows.append(Row(number + 1, cells, ""))
    return Sheet(name=name, rows=tuple(rows), in_workbook=True, remarks=remarks)


def _fill(
    grid: list[list[Any]], start: tuple[int, int], first: tuple[int, int], last: tuple[int, int]
) -> None:
    """Give every row of a merged cell its value: what stands once beside several rows holds for all of them."""
    row, column = first[0] - start[0], first[1] - start[1]
    if first[0] == last[0] or not (0 <= row < len(grid) and 0 <= column < len(grid[row])):
        return
    value = grid[row][column]
    for below in grid[row + 1 : last[0] - start[0] + 1]:
        if column < len(below) and below[column] == "":
            below[column] = value


def _cell(value: Any) -> str:  # noqa: ANN401 (what a workbook holds)
    match value:
        case str():
            return value.strip()
        case bool():
            return "true" if value else "false"
        case int() | float():
            return NumberCell(_number(value))
        case datetime():
            return _date(value)
        case date():
            return DateCell(value.isoformat())
        case time():
            return value.strftime("%H:%M")
        case timedelta():
            return NumberCell(_number(value.total_seconds() / 86_400))
        case _:
            return ""


def _number(value: float) -> str:
    text = format(value, f".{_DIGITS}g")
    return format(float(text), ".0f") if "e+" in text else text


def _percent(value: Any) -> str:  # noqa: ANN401 (what a workbook holds)
    """Write a share as it is shown: 0.4 in a cell of the format `0%` is 40 %."""
    return (
        f"{_number(float(format(value * 100, '.12g')))} %" if isinstance(value, int | float) else _cell(value)
    )


def _date(value: datetime) -> str:
    day = value.date().isoformat()
    clock = value.strftime("%H:%M")
    written = day if clock == "00:00" else f"{day}T{clock}"
    return DateCell(written) if is_date(written) else day


def _checked(content: bytes) -> tuple[io.BytesIO, Mapping[str, frozenset[tuple[int, int]]]]:
    """Return a workbook of the parts that were looked at, alone, and the cells shown as percent, by sheet.

    A few bytes can name a cell at the far end of a sheet, and a shared text can be used a million times: the library
    that reads the cells would end the process. So it is given what was looked at, packed anew, and never the archive
    as sent, of which two programs may see different parts: by the sizes that it states, or by the case of a name.
    """
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadablePayloadError(_LOCKED)
    try:
        with zipfile.ZipFile(Cautious(io.BytesIO(content), MOST_BYTES)) as archive:
            return _look(archive)
    except UnreadablePayloadError:
        raise
    except UNREADABLE as error:
        raise UnreadablePayloadError(_DAMAGED) from error


def _look(archive: zipfile.ZipFile) -> tuple[io.BytesIO, Mapping[str, frozenset[tuple[int, int]]]]:
    parts = {
        name: one for one in archive.infolist() if (name := _name(one)) and not name.startswith(_NOT_CELLS)
    }
    if sum(one.file_size for one in archive.infolist()) > _MOST_UNPACKED or len(parts) > 2_000:  # noqa: PLR2004
        message = f"The workbook unpacks to more than {_MOST_UNPACKED // 1024 // 1024} MB. Send it in parts, or as CSV."
        raise UnreadablePayloadError(message)
    lengths = [len(text) for text in _SHARED_TEXT.findall(_part(archive, parts, "xl/sharedstrings.xml"))]
    shown_as_percent = _percent_styles(_part(archive, parts, "xl/styles.xml"))
    names = _names(archive, parts)
    found: dict[str, frozenset[tuple[int, int]]] = {}
    vetted = io.BytesIO()
    with zipfile.ZipFile(vetted, "w", zipfile.ZIP_STORED) as packed:
        for part, info in parts.items():
            data = _part(archive, parts, part)
            packed.writestr(info.filename.replace("\\", "/"), data)
            if part in _WITHOUT_CELLS:
                continue
            _check_sheet(data, lengths)
            if shown_as_percent and part in names:
                found[names[part]] = frozenset(_styled(data, shown_as_percent))
    vetted.seek(0)
    return vetted, found


def _name(part: zipfile.ZipInfo) -> str | None:
    """Return the name of a part as it is found by, whatever its case and slashes; None where it is no XML."""
    name = part.filename.replace("\\", "/").casefold()
    return name if name.endswith((".xml", ".rels")) else None


def _part(archive: zipfile.ZipFile, parts: Mapping[str, zipfile.ZipInfo], name: str) -> bytes:
    if name not in parts:
        return b""
    with archive.open(parts[name]) as part:
        data = part.read(_MOST_UNPACKED + 1)
    if b"\0" in data[:1_000] or b"<!DOCTYPE" in data[:4_000] or len(data) > _MOST_UNPACKED:
        raise UnreadablePayloadError(_DAMAGED)
    return data


def _check_sheet(data: bytes, lengths: Sequence[int]) -> None:
    rows = columns = 0
    for letters, digits in set(_REFERENCE.findall(data)):
        rows = max(rows, int(digits))
        columns = max(columns, _column(letters))
    cells = len(_CELL.findall(data))
    columns = max(columns, 1)
    characters = sum(
        count * (lengths[int(index)] if int(index) < len(lengths) else 0)
        for index, count in Counter(_SHARED_CELL.findall(data)).items()
    )
    if rows > MOST_ROWS + 1_000 or columns > MOST_COLUMNS or max(rows * columns, cells) > MOST_CELLS:
        message = (
            f"A sheet reaches beyond {MOST_ROWS:,} rows, {MOST_COLUMNS:,} columns or {MOST_CELLS:,} cells. "
            "Delete the empty rows and columns beyond the table, or send it in parts."
        )
        raise UnreadablePayloadError(message)
    if characters > _MOST_CHARACTERS:
        message = "The texts of a sheet are too long together. Send it in parts."
        raise UnreadablePayloadError(message)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _percent_styles(styles: bytes) -> frozenset[bytes]:
    formats = _PERCENT_FORMATS | {number for number, code in _FORMAT.findall(styles) if b"%" in code}
    block = _STYLES.search(styles)
    numbers = _STYLE.findall(block[0]) if block else []
    return frozenset(str(at).encode() for at, number in enumerate(numbers) if number in formats)


def _styled(data: bytes, styles: frozenset[bytes]) -> Iterator[tuple[int, int]]:
    for cell in _STYLED.findall(data):
        attributes = dict(_ATTRIBUTE.findall(cell))
        reference = re.fullmatch(rb"([A-Z]{1,3})([0-9]{1,7})", attributes.get(b"r", b""))
        if reference and attributes.get(b"s") in styles:
            yield int(reference[2]) - 1, _column(reference[1]) - 1


def _names(archive: zipfile.ZipFile, parts: Mapping[str, zipfile.ZipInfo]) -> Mapping[str, str]:
    """Return the names of the sheets, by the part that each stands in."""
    targets = {}
    for relation in _RELATION.findall(_part(archive, parts, "xl/_rels/workbook.xml.rels")):
        said = dict(re.findall(rb"""(\w+)\s*=\s*["']([^"']*)["']""", relation))
        target = said.get(b"Target", b"").decode("utf-8", "replace").removeprefix("/xl/").removeprefix("/")
        targets[said.get(b"Id", b"")] = f"xl/{target}".casefold()
    found = {}
    for sheet in _SHEET.findall(_part(archive, parts, "xl/workbook.xml")):
        said = dict(re.findall(rb"""([\w:]+)\s*=\s*["']([^"']*)["']""", sheet))
        number = next((value for key, value in said.items() if key.endswith(b":id")), b"")
        name = said.get(b"name", b"").decode("utf-8", "replace")
        found[targets.get(number, "")] = name.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    return found
