"""A text file as a table: its character set, its delimiter, its rows, each with the words it was sent in."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NoReturn

from app.documents.domain.text_bytes import as_text
from app.imports.domain.reading import Options, UnreadablePayloadError
from app.imports.readers.tabular.cells import MOST_CELLS, MOST_COLUMNS, MOST_LINES, MOST_ROWS, Row, Sheet
from app.imports.readers.tabular.header import header_of
from app.imports.readers.tabular.layout import layout_of
from app.imports.readers.tabular.words import FIELDS_BY_NAME
from app.values.catalogue import fold_name

_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_OLDER: Final = (
    "cp1252",
    "cp1251",
    "cp1254",
    "cp1256",
    "cp1250",
    "gb18030",
    "shift_jis",
    "big5",
    "koi8-r",
    "cp866",
    "latin-1",
)
"""Character sets from before Unicode, the likeliest first."""
_DELIMITERS: Final = "\t;,|"
_SAMPLE_ROWS: Final = 60
_SAMPLE_CHARACTERS: Final = 64 * 1024
_ASSUMED: Final = (
    "The character set is not stated and the bytes do not prove it; it is read as {name}. "
    "Say `charset` if letters are wrong."
)


def read_text(content: bytes, options: Options, name: str | None = None) -> Sheet:
    """Read a text file as a table.

    Raises:
        UnreadablePayloadError: it is no text in the stated character set, or too large.
    """
    text, charset, mark, remarks = _decoded(content, options.charset)
    rows = tuple(_rows(text, _delimiter(text)))
    return Sheet(name=name, rows=rows, charset=charset, mark=mark, remarks=remarks)


def _decoded(content: bytes, stated: str | None) -> tuple[str, str, bytes, tuple[str, ...]]:
    mark, charset = next(((mark, name) for mark, name in _MARKS if content.startswith(mark)), (b"", None))
    body = content[len(mark) :]
    if charset is None and stated:
        return _in_charset(body, stated), stated, mark, ()
    if charset is None:
        found = as_text(
            content[:65_536], content[-65_536:], len(content), lambda at, size: content[at : at + size]
        )
        charset = found.charset if found else None
    for name in filter(None, (charset, "utf-8")):
        try:
            return body.decode(name), name, mark, ()
        except UnicodeDecodeError:
            continue
    text, name = _in_older(body)
    return text, name, mark, (_ASSUMED.format(name=name),)


def _in_charset(body: bytes, stated: str) -> str:
    try:
        text = body.decode(stated)
        text.encode()  # a few character sets can say half a letter, which no store keeps
        return text
    except LookupError as error:
        message = "There is no character set of the name in `charset`. Use a name such as `utf-8` or `windows-1252`."
        raise UnreadablePayloadError(message) from error
    except (UnicodeError, ValueError) as error:
        message = (
            "The text is not written in the stated character set. Check `charset`, or send the file as UTF-8."
        )
        raise UnreadablePayloadError(message) from error


def _in_older(body: bytes) -> tuple[str, str]:
    """Return the text in the character set in which its header says most."""
    best = (-1, "", "")
    for name in _OLDER:
        try:
            text = body.decode(name)
        except UnicodeDecodeError:
            continue
        score = max((_says(text[:_SAMPLE_CHARACTERS], delimiter) for delimiter in _DELIMITERS), default=0)
        if score > best[0]:
            best = (score, text, name)
    return best[1], best[2]


def _delimiter(text: str) -> str:
    """Return the delimiter by which the text is most of a table."""
    first = text[:16].lstrip().casefold()
    if first.startswith("sep=") and len(first) > len("sep="):  # Excel's own way to say it
        return text[: text.index("=") + 2][-1]
    sample = text[:_SAMPLE_CHARACTERS]
    return max(_DELIMITERS, key=lambda delimiter: (_says(sample, delimiter), _width(sample, delimiter)))


def _sample(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append([cell.strip() for cell in row])
            if len(rows) >= _SAMPLE_ROWS:
                break
    except csv.Error:
        return rows
    return rows


def _says(text: str, delimiter: str) -> int:
    """Return how much the best of the first rows says as a header."""
    best = 0
    nothing: Mapping[str, str] = {}
    for number, cells in enumerate(_sample(text, delimiter), 1):
        header = header_of(cells[:MOST_COLUMNS], nothing)
        layout = layout_of(0, Row(number, cells, ""), header, None)
        named = sum(fold_name(cell) in FIELDS_BY_NAME for cell in cells[:MOST_COLUMNS])
        best = max(best, named, 10 * layout.score if layout else 0)
    return best


def _width(text: str, delimiter: str) -> int:
    widths = [len(row) for row in _sample(text, delimiter) if row]
    return max(set(widths), key=widths.count) if widths else 0


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    if text.count("\n") + text.count("\r") > MOST_LINES:
        _refuse(f"The text has more than {MOST_LINES:,} lines. Send it in parts, each with the header.")
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, delimiter=delimiter)
    start = cells_read = 0
    for number in range(1, len(lines) + 2):
        try:
            cells = next(reader, None)
        except csv.Error as error:
            message = (
                f"Row {number} cannot be read: a quotation mark is not closed, or a cell is too long. "
                "Close it, and send the table again."
            )
            raise UnreadablePayloadError(message) from error
        if cells is None:
            return
        raw = lines[start] if reader.line_num == start + 1 else "".join(lines[start : reader.line_num])
        start = reader.line_num
        stripped = [cell.strip() for cell in cells]
        cells_read += len(cells)
        _check_size(number, cells, cells_read)
        if any(stripped):
            yield Row(number, stripped, raw)


def _check_size(number: int, cells: Sequence[str], cells_read: int) -> None:
    if number > MOST_ROWS + 1:
        message = f"The table has more than {MOST_ROWS:,} rows. Send it in parts, each with the header."
    elif len(cells) > MOST_COLUMNS:
        message = f"A row has more than {MOST_COLUMNS:,} columns. Check the delimiter, or send fewer columns."
    elif cells_read > MOST_CELLS:
        message = f"The table has more than {MOST_CELLS:,} cells. Send it in parts, each with the header."
    else:
        return
    _refuse(message)


def _refuse(message: str) -> NoReturn:
    raise UnreadablePayloadError(message)
