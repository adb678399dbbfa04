"""Workbooks, written cell by cell."""

from collections.abc import Sequence
from typing import TypeAlias

from tests.office_files import _OFFICE, _an_office_file, _relations

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DATE, PERCENT = 1, 2
"""Styles of cells."""

Cell: TypeAlias = str | float | tuple[int, float] | None
"""A text, a number, a number with a style, or nothing."""

_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="9"/>'
    "</cellXfs></styleSheet>"
)


def a_sheet(rows: Sequence[Sequence[Cell]], *, merged: str | None = None, first_row: int = 1) -> str:
    """Build a sheet's part."""
    lines = "".join(
        f'<row r="{number}">{"".join(_cell(number, at, cell) for at, cell in enumerate(row))}</row>'
        for number, row in enumerate(rows, first_row)
    )
    merges = f'<mergeCells count="1"><mergeCell ref="{merged}"/></mergeCells>' if merged else ""
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{lines}</sheetData>{merges}</worksheet>'


def _cell(row: int, at: int, cell: Cell) -> str:
    place = f"{chr(65 + at)}{row}"
    match cell:
        case None:
            return ""
        case str():
            return f'<c r="{place}" t="inlineStr"><is><t>{cell}</t></is></c>'
        case tuple():
            return f'<c r="{place}" s="{cell[0]}"><v>{cell[1]}</v></c>'
        case _:
            return f'<c r="{place}"><v>{cell}</v></c>'


def a_book(*sheets: tuple[str, str], hidden: Sequence[str] = (), shared: str = "") -> bytes:
    """Build a workbook of sheets, each a name and a part."""
    named = "".join(
        f'<sheet name="{name}" sheetId="{at}"{_state(name, hidden)} r:id="rId{at}"/>'
        for at, (name, _) in enumerate(sheets, 1)
    )
    targets = {f"rId{at}": ("worksheet", f"worksheets/sheet{at}.xml") for at in range(1, len(sheets) + 1)}
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{named}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _relations(
            {**targets, "rId90": ("styles", "styles.xml"), "rId91": ("sharedStrings", "sharedStrings.xml")}
        ),
        "xl/styles.xml": _STYLES,
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{shared}</sst>',
        **{f"xl/worksheets/sheet{at}.xml": part for at, (_, part) in enumerate(sheets, 1)},
    }
    return _an_office_file("xl/workbook.xml", f"{_OFFICE}.spreadsheetml.sheet", parts, macros=None)


def _state(name: str, hidden: Sequence[str]) -> str:
    return ' state="hidden"' if name in hidden else ""
