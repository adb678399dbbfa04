"""A table as cells: what a text file and a workbook have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

MOST_ROWS: Final = 200_000
MOST_CELLS: Final = 5_000_000
MOST_COLUMNS: Final = 2_000
MOST_LINES: Final = 2_000_000
"""Of a text, those inside of quoted cells among them."""
MOST_FACTS: Final = 200_000
"""Of a payload: what was found and what was not used."""
MOST_PATIENTS: Final = 10_000
MOST_BYTES: Final = 50 * 1024 * 1024
"""A file as sent, and what it unpacks to."""


class NumberCell(str):
    """A number that a workbook holds as one, written with a point."""

    __slots__ = ()


class DateCell(str):
    """A date that a workbook holds as one, written as EDTF."""

    __slots__ = ()


class Row(NamedTuple):
    """One row of a sheet."""

    number: int
    """Counted from 1, empty rows too, as a spreadsheet shows it."""
    cells: Sequence[str]
    """Blanks at both ends taken off."""
    raw: str
    """The row as it was sent, its line end included; empty in a workbook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table as it was sent."""

    name: str | None
    """The sheet of a workbook, or the file in an archive."""
    rows: Sequence[Row]
    """Rows in which something stands."""
    in_workbook: bool = False
    charset: str = "utf-8"
    mark: bytes = b""
    """The byte order mark that the text began with."""
    remarks: tuple[str, ...] = ()

    def place(self, row: int, column: int | None = None) -> str:
        """Name a row, or one cell of it."""
        if self.in_workbook:
            letters = column_letters(column or 0)
            return f"{self.name}!{letters}{row}"
        where = f"row {row}" if column is None else f"row {row}, column {column + 1}"
        return f"{self.name}, {where}" if self.name else where


def column_letters(index: int) -> str:
    """Return the letters of a spreadsheet's column, counted from 0."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
