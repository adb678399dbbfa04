"""Where a table begins and what it is: its header row, its kind, what each column holds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from app.imports.domain.reading import UnreadablePayloadError
from app.imports.readers.tabular.cells import DateCell, Row, Sheet
from app.imports.readers.tabular.days import readings_of
from app.imports.readers.tabular.header import IGNORED, Column, Header, header_of, is_test, split_unit
from app.imports.readers.tabular.words import (
    COMMON_FIELDS,
    FIELDS_BY_NAME,
    KINDS,
    PATIENT_FIELDS,
    Kind,
)
from app.records.domain.kinds import KINDS as RECORD_KINDS
from app.values.catalogue import fold_name

_EXAMINED: Final = 60
"""A header stands in one of so many first rows."""
_RESULT_KINDS: Final = frozenset({"marker_result", "lab_result", "biomarker"})
_WIDE_FIELDS: Final = (
    COMMON_FIELDS
    | PATIENT_FIELDS
    | {"laboratory", "specimen", "sample_id", "method", "ecog", "karnofsky", "started", "diagnosis_date"}
)
_BY_TEST_FIELDS: Final = PATIENT_FIELDS | {
    "test", "unit", "reference_range", "reference_low", "reference_high", "specimen", "method",
    "laboratory", "code", "note",
}  # fmt: skip
_LIKE_NAMES: Final = frozenset({"t", "n", "m"})
Shape = Literal["long", "wide", "transposed", "rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A table found on a sheet."""

    kind: str
    """`results`, a record kind, or `patient`."""
    shape: Shape
    header: Row
    at: int
    """The place of the header among the sheet's rows."""
    fields: Mapping[str, int]
    """The column of each field."""
    tests: tuple[Column, ...] = ()
    dates: tuple[int, ...] = ()
    unknown: tuple[Column, ...] = ()
    """Columns that are not known here, or not of use in this kind of table."""
    score: int = 0


def find_layout(sheet: Sheet, mapping: Mapping[str, str], kind: str | None) -> Layout | None:
    """Find the table of a sheet by the row, among the first ones, that says most as a header; None where none does."""
    best: Layout | None = None
    for at, row in enumerate(sheet.rows[:_EXAMINED]):
        found = layout_of(at, row, header_of(row.cells, mapping), kind)
        if (
            found
            and found.shape == "transposed"
            and not _is_series(sheet.rows[at + 1 : at + 1 + _EXAMINED], found)
        ):
            continue
        if found and (best is None or found.score > best.score):
            best = found
    return best


def _is_series(rows: Sequence[Row], layout: Layout) -> bool:
    """Tell whether dates across are a header: each another day, results and no dates under them, tests beside them."""
    dates = [layout.header.cells[index] for index in layout.dates]
    under = [row.cells[index] for row in rows for index in layout.dates if index < len(row.cells)]
    under = [cell for cell in under if cell]
    are_dates = sum(isinstance(cell, DateCell) or readings_of(cell) is not None for cell in under)
    beside = layout.fields["test"]
    names = [row.cells[beside] for row in rows if beside < len(row.cells) and row.cells[beside]]
    is_named = layout.header.cells[beside] != "" and "test" in FIELDS_BY_NAME.get(
        fold_name(layout.header.cells[beside]), ()
    )
    return (
        len(set(dates)) == len(dates)
        and are_dates * 2 <= len(under)
        and (is_named or any(is_test(split_unit(name)[0]) for name in names))
    )


def layout_of(at: int, row: Row, header: Header, kind: str | None) -> Layout | None:
    """Return what a row would be as a header; None where it is none."""
    found = [layout for layout in _possible(at, row, header, kind) if layout]
    return max(found, key=lambda layout: layout.score, default=None)


def checked_kind(kind: str | None) -> str | None:
    """Return the kind of table for the record kind that the caller names.

    Raises:
        UnreadablePayloadError: there is no such kind, or it is not read from tables.
    """
    if kind is None:
        return None
    name = kind.strip().casefold().replace("-", "_").replace(" ", "_")
    if name in _RESULT_KINDS or name == "results":
        return "results"
    if any(known.name == name for known in KINDS):
        return name
    named = ", ".join(["marker_result", "lab_result", *(known.name for known in KINDS[1:])])
    said = "is not read from tables" if name in RECORD_KINDS else "does not exist"
    message = f"The kind in `kind` {said}. Use one of {named}."
    raise UnreadablePayloadError(message)


def _possible(at: int, row: Row, header: Header, kind: str | None) -> Iterator[Layout | None]:
    for known in KINDS:
        if kind in {None, known.name}:
            yield _rows(at, row, header, known, is_told=kind is not None)
    if kind in {None, "results"}:
        yield _wide(at, row, header)
        yield _transposed(at, row, header)


def _taken(header: Header, fields: frozenset[str]) -> tuple[dict[str, int], list[Column]]:
    """Give each column the likeliest of its fields that is still free."""
    taken: dict[str, int] = {}
    unknown = []
    # What the caller says goes first, then names that can mean one thing only.
    order = sorted(header.columns, key=lambda column: (not column.is_sure, len(column.fields), column.index))
    for column in order:
        field = next((name for name in column.fields if name in fields and name not in taken), None)
        if field:
            taken[field] = column.index
        elif IGNORED not in column.fields:
            unknown.append(column)
    return taken, sorted(unknown, key=lambda column: column.index)


def _rows(at: int, row: Row, header: Header, kind: Kind, *, is_told: bool) -> Layout | None:
    taken, unknown = _taken(header, kind.fields)
    if not any(need <= taken.keys() for need in kind.needs):
        return None
    own = len(kind.own & taken.keys())
    is_lone = len(header.columns) == 1 and len(row.cells) > 1
    if (own + len(taken) <= 1 and not is_told and kind.name != "patient") or is_lone:
        return None
    return Layout(
        kind=kind.name,
        shape="long" if kind.name == "results" else "rows",
        header=row,
        at=at,
        fields=taken,
        unknown=tuple(unknown),
        score=2 * own + len(taken) - len(header.dates),
    )


def _wide(at: int, row: Row, header: Header) -> Layout | None:
    tests = tuple(
        column
        for column in header.columns
        if column.test and not set(column.fields) & _WIDE_FIELDS and not _is_stage(column)
    )
    others = Header(columns=tuple(column for column in header.columns if column not in tests))
    taken, unknown = _taken(others, _WIDE_FIELDS)
    if "date" not in taken and "started" in taken:
        taken["date"] = taken.pop("started")
    if not tests or not (taken or len(tests) > 1):
        return None
    return Layout(
        kind="results", shape="wide", header=row, at=at, fields=taken, tests=tests, unknown=tuple(unknown),
        score=3 * len(tests) + len(taken) - len(header.dates),
    )  # fmt: skip


def _is_stage(column: Column) -> bool:
    return not column.unit and column.header.strip().casefold() in _LIKE_NAMES


def _transposed(at: int, row: Row, header: Header) -> Layout | None:
    """Dates across: a test in each row, a column for each day."""
    if len(header.dates) < len(("one", "other")) and not (header.dates and header.has("test")):
        return None
    taken, unknown = _taken(header, _BY_TEST_FIELDS)
    if "test" not in taken:
        free = [index for index in range(header.dates[0]) if index not in taken.values()]
        if not free:
            return None
        taken["test"] = free[0]
        unknown = [column for column in unknown if column.index != free[0]]
    return Layout(
        kind="results", shape="transposed", header=row, at=at, fields=taken, dates=header.dates, unknown=tuple(unknown),
        score=2 * len(header.dates) + 2 * len(taken),
    )  # fmt: skip
