"""What one row of cells would mean as the header of a table."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from app.imports.readers.tabular.cells import DateCell, NumberCell
from app.imports.readers.tabular.days import readings_of
from app.imports.readers.tabular.words import FIELDS, FIELDS_BY_NAME
from app.values.catalogue import find_analytes, fold_name
from app.values.units import read_unit

_BRACKETS: Final = re.compile(
    r"(?P<name>[^(\[{\uff08【]+?)[\s_]*[(\[{\uff08【](?P<inside>[^)\]}\uff09】]*)[)\]}\uff09】]\s*(?P<after>.*)"
)
_BETWEEN: Final = re.compile(r"[\s_,]+")
_LABORATORY: Final = frozenset(
    {
        "amount of substance", "arbitrary units", "catalytic amount", "count", "equivalents", "international units",
        "mass", "mass in a day", "mass ratio", "ratio", "share", "units",
    }
)  # fmt: skip
"""What laboratories measure: a column of such a unit holds results, whatever its name."""
_BESIDE_A_TEST: Final = re.compile(
    r"(?i)^(?:serum|plasma|blood|s-|p-|b-|fs-|s_)\s*|[\s_]+(?:level|value|result|results|concentration|serum|plasma)$"
)
_LONGEST_NAME: Final = 120
IGNORED: Final = "ignore"
TEST: Final = "test:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column, as its header names it."""

    index: int
    header: str
    fields: tuple[str, ...] = ()
    """What it may hold, the likeliest first."""
    test: str | None = None
    """The test whose results it holds, where each test has a column; as written, without its unit."""
    unit: str | None = None
    """The unit that the header gives."""
    reference: str | None = None
    """The reference range that the header gives."""
    is_sure: bool = False
    """Whether the caller's mapping says what it holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A row read as a header."""

    columns: tuple[Column, ...]
    dates: tuple[int, ...] = ()
    """Columns headed by dates, as laboratories print series."""

    def has(self, name: str) -> bool:
        """Tell whether a column can hold that field."""
        return any(name in column.fields for column in self.columns)


def header_of(cells: Sequence[str], mapping: Mapping[str, str]) -> Header:
    """Read a row as a header; `mapping` holds folded column names with what they hold."""
    columns = []
    dates = []
    for index, cell in enumerate(cells):
        if not cell:
            continue
        if isinstance(cell, NumberCell | DateCell) or _is_date(cell):
            dates.append(index)
            continue
        name = fold_name(cell)
        told = mapping.get(name)
        if told is not None:
            columns.append(_told(index, cell, told))
        elif len(cell) <= _LONGEST_NAME:
            columns.append(_column(index, cell))
    return Header(columns=tuple(columns), dates=tuple(dates))


def _is_date(cell: str) -> bool:
    return cell[-1:].isdigit() and readings_of(cell) is not None


def meaning_of_column(told: str) -> str | None:
    """Return what a column is said to hold: a field, `ignore`, or `test:` and a test's name; None for anything else."""
    said = told.strip()
    if said in FIELDS or said == IGNORED or (said.startswith(TEST) and said.removeprefix(TEST).strip()):
        return said
    if is_test(split_unit(said)[0]):
        return f"{TEST}{said}"
    return next(iter(FIELDS_BY_NAME.get(fold_name(said), ())), None)


def _told(index: int, header: str, told: str) -> Column:
    if not told.startswith(TEST):
        return Column(index=index, header=header, fields=(told,), is_sure=True)
    name, unit, reference = split_unit(told.removeprefix(TEST).strip())
    if unit is None:
        _, unit, reference = split_unit(header)
    return Column(index=index, header=header, test=name, unit=unit, reference=reference, is_sure=True)


@lru_cache(maxsize=4_096)
def _named(header: str) -> tuple[tuple[str, ...], str | None, str | None, str | None]:
    name, unit, reference = split_unit(header)
    fields = FIELDS_BY_NAME.get(fold_name(header)) or FIELDS_BY_NAME.get(fold_name(name)) or ()
    test = name if is_test(name) or (unit and not fields and _is_laboratory_unit(unit)) else None
    return fields, test, unit, reference


def _column(index: int, header: str) -> Column:
    fields, test, unit, reference = _named(header)
    return Column(index=index, header=header, fields=fields, test=test, unit=unit, reference=reference)


def bare_test(name: str) -> str:
    """Return a test's name without words such as `serum` or `level`, where the rest is known."""
    if find_analytes(name):
        return name
    bare = _BESIDE_A_TEST.sub("", name.replace("_", " ")).strip()
    return bare if bare and find_analytes(bare) else name


def is_test(name: str) -> bool:
    """Tell whether a name is that of a test known here."""
    return bool(find_analytes(name) or find_analytes(bare_test(name)))


def split_unit(header: str) -> tuple[str, str | None, str | None]:
    """Part a header such as `CEA (ng/mL)`, `Hb [g/dL]`, `psa_ng_ml` into name, unit and reference range."""
    match = _BRACKETS.fullmatch(header)
    if match:
        return _in_brackets(header, match)
    words = _BETWEEN.split(header.strip())
    for count in (1, 2):
        name, last = " ".join(words[:-count]), words[-count:]
        if not name or not is_test(name):
            continue
        unit = next((unit for unit in (" ".join(last), "/".join(last)) if read_unit(unit)), None)
        if unit:
            return header.strip()[: _end_of(header.strip(), len(words) - count)], unit, None
    return header.strip(), None, None


def _end_of(header: str, words: int) -> int:
    """Return where the first so many words end."""
    at = 0
    for found in list(_BETWEEN.finditer(header))[words - 1 : words]:
        at = found.start()
    return at or len(header)


def _in_brackets(header: str, match: re.Match[str]) -> tuple[str, str | None, str | None]:
    name = match["name"].strip()
    if match["after"].strip() or (find_analytes(header) and not read_unit(match["inside"].strip())):
        return header.strip(), None, None
    first, _, rest = match["inside"].strip().partition(",")
    if not rest:
        first, _, rest = first.partition(";")
    unit = first.strip()
    if read_unit(unit) or "/" in unit or "%" in unit:
        return name, unit, rest.strip() or None
    return (name, None, None) if is_test(name) and not unit else (header.strip(), None, None)


def _is_laboratory_unit(unit: str) -> bool:
    known = read_unit(unit)
    return known is not None and known.quantity in _LABORATORY
