"""Whether a text is a table with a delimiter.

Prose has commas too. A table keeps the same number of cells in every row, and its cells are short.
Source: RFC 4180, section 2.
"""

import csv
import re
from collections import Counter
from itertools import islice

_DELIMITERS = "\t;,|"
_ROWS = 50
_NAME = re.compile(r"[^\W\d][\w .()/%#-]*(?<! )")
_MIN_COLUMNS = 2
_MIN_COLUMNS_OF_A_LONE_HEADER = 3
_MIN_ROWS_OF_TWO_COLUMNS = 3
_LONGEST_NAME = 80
_SAME_WIDTH = 0.9
_SENTENCE_ENDS = (".", ":", "!", "?")


def delimiter_of(start: str, *, is_whole: bool) -> str | None:
    """Return the delimiter of the table, None where the text is no table."""
    lines = start.splitlines(keepends=True)
    if not is_whole and len(lines) > 1:
        lines.pop()
    return next((delimiter for delimiter in _DELIMITERS if _is_table(lines, delimiter)), None)


def _is_table(lines: list[str], delimiter: str) -> bool:
    rows = _rows(lines, delimiter)
    if not rows:
        return False
    header, *others = rows
    width = len(header)
    if width < _MIN_COLUMNS or not _is_header(header):
        return False
    if not others:
        return width >= _MIN_COLUMNS_OF_A_LONE_HEADER and all(map(_NAME.fullmatch, header))
    if width == _MIN_COLUMNS and len(rows) < _MIN_ROWS_OF_TWO_COLUMNS:
        return False
    return Counter(map(len, others))[width] >= len(others) * _SAME_WIDTH


def _rows(lines: list[str], delimiter: str) -> list[list[str]]:
    """Return the first rows, empty lines at the end left out; none where the quotes do not close."""
    try:
        rows = list(islice(csv.reader(lines, delimiter=delimiter, strict=True), _ROWS))
    except csv.Error:
        return []
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _is_header(cells: list[str]) -> bool:
    """Say whether a first row names or holds short things; the corner above row names may be empty."""
    named = [cell.strip() for cell in cells if cell.strip()]
    are_cells = all(
        len(cell) <= _LONGEST_NAME
        and not cell.endswith(_SENTENCE_ENDS)
        and cell.count("(") == cell.count(")")  # a comma inside brackets parts no cells
        for cell in named
    )
    return len(named) >= _MIN_COLUMNS and len(named) >= len(cells) - 1 and are_cells
