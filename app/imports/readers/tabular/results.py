"""Results: a row for each, a column for each test, or a column for each day."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import msgspec

from app.imports.domain.fitting import Remarks, coding, text
from app.imports.domain.measured import Flag, Measurement, result_record
from app.imports.readers.tabular.cells import Row
from app.imports.readers.tabular.days import Day, Days, with_time
from app.imports.readers.tabular.facts import Fact
from app.imports.readers.tabular.header import Column, bare_test, split_unit
from app.imports.readers.tabular.keys import analyte_key, key_of
from app.imports.readers.tabular.numbers import plain_signs
from app.imports.readers.tabular.ranges import reference_of
from app.imports.readers.tabular.statements import performance
from app.imports.readers.tabular.table import Table
from app.imports.readers.tabular.words import absence_of, flag_of
from app.records.domain.base import Absence, Coding
from app.records.domain.kinds import AnyRecord
from app.values.ranges import range_of

_BESIDE: Final = {
    "unit": "unit",
    "reference_range": "reference",
    "reference_low": "low",
    "reference_high": "high",
    "flag": "flag",
    "code": "code",
    "code_system": "code_system",
    "laboratory": "laboratory",
    "specimen": "specimen",
    "method": "method",
    "note": "note",
    "author": "author",
    "sample_id": "sample",
    "record_id": "record_id",
}
"""What a column beside a value says of it."""

NO_DATE: Final = (
    "The row has no date, and a result without one has no place in a series.",
    "Give the date of the sample, not the time since another day; where it is not known, write `unknown`.",
)
_TWO_NUMBERS: Final = (
    "The value can be two numbers: with a decimal sign, or with a sign between thousands; no other value tells which.",
    "Say `decimal` as `,` or `.`.",
)
_NOT_DONE_OR_DETECTED: Final = (
    "`n.d.` is taken as not done; if it means not detected, write so and send the table again."
)
_FLAGS_ALONE: Final[dict[str, Flag]] = {"+": "high", "++": "high", "-": "low", "--": "low"}
"""Signs that are flags in a column of flags; beside a value they may be anything."""
_LOINC: Final = re.compile(r"[0-9]{1,7}-[0-9]")


@dataclass(slots=True, kw_only=True)
class Asked:
    """What is known of a result before its value: the test, when, where, against which range."""

    name: str
    date: Day
    unit: str | None = None
    reference: str | None = None
    low: str | None = None
    high: str | None = None
    flag: str | None = None
    code: str | None = None
    code_system: str | None = None
    laboratory: str | None = None
    specimen: str | None = None
    method: str | None = None
    note: str | None = None
    author: str | None = None
    sample: str | None = None
    record_id: str | None = None


def read_long(table: Table) -> None:
    """Read a row for each result."""
    for row in table.usable_rows():
        name, value = table.text(row, "test"), table.text(row, "value")
        if not name:
            table.reject(row, "The row has a value and names no test.", "Name the test in every row.")
            continue
        bare, unit, reference = _test_in_row(str(name))
        if not value:
            table.skip(
                row, "The row has no value.", "Give the value, or say why there is none, such as `not done`."
            )
            continue
        asked = _asked(table, row, bare, _date(table, row, "date"), unit=unit, reference=reference)
        _result(table, row, asked, value)


def read_wide(table: Table) -> None:
    """Read a column for each test, a row for each day."""
    layout = table.layout
    units, references = _beside(table)
    aside = {row.number for row in (units, references) if row}
    for row in table.usable_rows():
        if row.number in aside:
            continue
        date = _date(table, row, "date" if "date" in layout.fields else "started")
        filled = [
            column for column in layout.tests if column.index < len(row.cells) and row.cells[column.index]
        ]
        others = [name for name in ("ecog", "karnofsky") if table.text(row, name)]
        if not filled and not others:
            table.skip(row, "The row has no results.", "Nothing needs to be done.")
            continue
        if filled and not date.date:
            table.reject(row, date.problem or NO_DATE[0], date.fix or NO_DATE[1])
            continue
        for name in others:
            performance(Fact(table, row), name, "ECOG" if name == "ecog" else "Karnofsky", date.date)
        base = _asked(table, row, "", date)
        for column in filled:
            asked = replace(
                base,
                name=bare_test(column.test or column.header),
                unit=column.unit or _cell(units, column.index),
                reference=column.reference or _cell(references, column.index),
            )
            _result(table, row, asked, row.cells[column.index], column)


def read_transposed(table: Table) -> None:
    """Read a row for each test, a column for each day."""
    header = table.layout.header
    days = Days((header.cells[index] for index in table.layout.dates), table.options.date_order)
    for row in table.usable_rows():
        name = table.text(row, "test")
        if not name:
            table.reject(row, "The row has values and names no test.", "Name the test in every row.")
            continue
        bare, unit, reference = _test_in_row(str(name))
        filled = [index for index in table.layout.dates if index < len(row.cells) and row.cells[index]]
        if not filled:
            table.skip(row, "The row has no results.", "Nothing needs to be done.")
            continue
        base = _asked(table, row, bare, Day(), unit=unit, reference=reference)
        for index in filled:
            asked = replace(base, date=days.read(header.cells[index]))
            _result(table, row, asked, row.cells[index], Column(index=index, header=str(header.cells[index])))


@lru_cache(maxsize=4_096)
def _test_in_row(name: str) -> tuple[str, str | None, str | None]:
    bare, unit, reference = split_unit(name)
    return bare_test(bare), unit, reference


def _date(table: Table, row: Row, name: str) -> Day:
    day = table.day(row, name)
    if day.date:
        time = table.text(row, "time")
        return replace(day, date=with_time(day.date, time)) if time else day
    cell = table.text(row, name)
    return Day(date="unknown") if cell and absence_of(cell) is Absence.UNKNOWN else day


def _asked(table: Table, row: Row, name: str, date: Day, **known: str | None) -> Asked:
    asked = Asked(name=name, date=date, **known)
    for field in table.beside(_BESIDE):
        cell = table.text(row, field)
        if cell:
            setattr(asked, _BESIDE[field], cell)
    return asked


def _codes(code: str | None, system: str | None) -> tuple[Coding, ...]:
    if not code:
        return ()
    found = coding(system or ("loinc" if _LOINC.fullmatch(code) else None), code)
    return (found,) if found else ()


def _beside(table: Table) -> tuple[Row | None, Row | None]:
    """Find, under the header, a row of units and a row of reference ranges."""
    units = references = None
    indexes = [column.index for column in table.layout.tests]
    date = table.layout.fields.get("date")
    for row in table.rows[:2]:
        cells = [cell for index in indexes if (cell := _cell(row, index))]
        if not cells or (date is not None and table.day(row, "date").date):
            continue
        if all(_is_unit(cell) for cell in cells):
            units = row
        elif all(range_of(plain_signs(cell).replace(",", ".")) for cell in cells):
            references = row
    return units, references


def _is_unit(cell: str) -> bool:
    name, unit, _ = split_unit(f"x ({cell})")
    return unit is not None and name == "x"


def _cell(row: Row | None, index: int) -> str | None:
    return row.cells[index] or None if row and index < len(row.cells) else None


def _result(table: Table, row: Row, asked: Asked, cell: str, column: Column | None = None) -> None:
    """Answer one result."""
    at = column.index if column else None
    remarks = Remarks()
    absent = absence_of(cell)
    if absent == "silence":
        table.skip(row, "The cell says that there is no value.", "Nothing needs to be done.", at)
        return
    value = table.decimals.read(cell)
    if value.is_ambiguous:
        table.reject(row, *_TWO_NUMBERS, at)
        return
    date = asked.date
    if date.problem or not date.date:
        table.reject(row, date.problem or NO_DATE[0], date.fix or NO_DATE[1], at)
        return
    for remark in date.remarks:
        table.remark(remark)
    is_absent = isinstance(absent, Absence) and absent is not Absence.NONE
    if is_absent and "." in cell:
        table.remark(_NOT_DONE_OR_DETECTED)
    low, high, reference = reference_of(table.decimals, asked.low, asked.high, asked.reference)
    test = Measurement(
        name=asked.name,
        codes=_codes(asked.code, asked.code_system),
        value=None if is_absent else value.number,
        comparator=value.comparator,
        value_text=None if is_absent else value.text,
        unit=value.unit or asked.unit,
        reference_low=low,
        reference_high=high,
        reference_text=reference,
        flag=_flag(asked.flag) or value.flag,
        date=None if date.date == "unknown" else date.date,
        absent=absent if isinstance(absent, Absence) and is_absent else None,
        laboratory=asked.laboratory,
        specimen=asked.specimen,
        method=asked.method,
        note=text(asked.note, remarks, "note"),
        author=asked.author,
        external_id=asked.record_id,
    )
    record = result_record(test, "tabular", remarks)
    if record is None:
        table.reject(row, *_unfit(remarks), at)
        return
    if date.date == "unknown":
        record = msgspec.structs.replace(record, absent={"date": Absence.UNKNOWN})
    table.found(
        row,
        record,
        _key(asked, record, date.date),
        remarks,
        column=at,
        words=_words(table, row, asked, cell, column),
    )


def _unfit(remarks: Remarks) -> tuple[str, str]:
    return (
        " ".join(remarks.all()) or "The row says nothing that can be kept.",
        "Send shorter texts, or the source as a document.",
    )


def _key(asked: Asked, record: AnyRecord, date: str) -> str:
    where = (asked.laboratory or "").casefold()
    return key_of(record.kind, analyte_key(asked.name), date, where, asked.sample or asked.record_id)


def _words(table: Table, row: Row, asked: Asked, cell: str, column: Column | None) -> str | None:
    """Return the words of a result that shares its row with others; None where the row is its own."""
    if column is None:
        return None
    if table.layout.shape == "transposed":
        return f"{table.text(row, 'test')} | {column.header}: {cell}"[:4_000]
    return f"{table.text(row, 'date') or asked.date.date} | {column.header}: {cell}"[:4_000]


def _flag(cell: str | None) -> Flag | None:
    return _FLAGS_ALONE.get(cell) or flag_of(cell) if cell else None
