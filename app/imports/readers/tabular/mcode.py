"""The CSV files of the mCODE extraction framework, read as they are; each alone, or several together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from app.imports.domain.fitting import Remarks, coding, usable
from app.imports.domain.oncology import laterality_of
from app.imports.readers.tabular.cells import Row, Sheet
from app.imports.readers.tabular.days import Days
from app.imports.readers.tabular.facts import UNFIT
from app.imports.readers.tabular.keys import key_of
from app.imports.readers.tabular.layout import Layout
from app.imports.readers.tabular.table import Table
from app.imports.readers.tabular.words import load
from app.records.domain.base import Coding
from app.records.domain.kinds import AnyRecord
from app.values.catalogue import fold_name

RULES: Final = load("mcode")
_TABLES: Final = tuple((row["name"], frozenset(map(fold_name, row["columns"]))) for row in RULES["table"])
_EXAMPLE_PATTERN: Final = "yyy"
_PATIENT_FIELDS: Final = {
    "mrn": "mrn",
    "familyname": "family_name",
    "givenname": "given_name",
    "gender": "sex",
    "dateofbirth": "birth_date",
}
PREFIX: Final = "mcode:"


def find_mcode(sheet: Sheet) -> Layout | None:
    """Return the table of the framework that a sheet is; None where it is none."""
    if not sheet.rows:
        return None
    header = sheet.rows[0]
    names = {fold_name(cell): index for index, cell in enumerate(header.cells) if cell}
    for name, columns in _TABLES:
        if columns <= names.keys():
            fields = {said: names[column] for column, said in _PATIENT_FIELDS.items() if column in names}
            return Layout(
                kind=f"{PREFIX}{name}",
                shape="rows",
                header=header,
                at=0,
                fields={**names, **fields},
                score=len(names),
            )
    return None


@dataclass(slots=True)
class Line:
    """One row of the framework's tables."""

    table: Table
    row: Row
    remarks: Remarks = field(default_factory=Remarks)
    problems: list[tuple[str, str]] = field(default_factory=list)

    def text(self, column: str) -> str | None:
        """Return a cell; None where it is empty."""
        return str(self.table.text(self.row, fold_name(column))) or None

    def day(self, column: str, *, is_needed: bool = False) -> str | None:
        """Return a date; one that cannot be read, or is missing where it is needed, makes the row unusable."""
        cell = self.table.text(self.row, fold_name(column))
        if not cell:
            if is_needed:
                self.problems.append((f"`{column}` is empty.", "Give the date."))
            return None
        if _EXAMPLE_PATTERN in cell.casefold():
            self.problems.append((f"`{column}` holds the pattern of a date and no date.", "Give the date."))
            return None
        day = self.days(column).read(cell)
        if day.problem:
            self.problems.append((f"`{column}`: {day.problem}", day.fix or ""))
        for remark in day.remarks:
            self.table.remark(remark)
        return day.date

    def days(self, column: str) -> Days:
        """Return how the dates of a column are written."""
        return self.table.days(fold_name(column))

    def coding(self, code: str, system: str | None = None, display: str | None = None) -> Coding | None:
        """Return a code that stands in up to three columns; SNOMED CT where no column names the system."""
        said = self.text(code)
        stated = self.text(system) if system else None
        return coding(stated or "snomed", said, self.text(display) if display else None) if said else None

    def codes(self, *found: Coding | None) -> tuple[Coding, ...]:
        """Return the codes that can be kept."""
        return usable(found, self.remarks)

    def of(self, table: str, column: str) -> Any:  # noqa: ANN401 (what the table holds)
        """Return what a code or a word means by a table of `mcode.toml`; None where it has no such code."""
        return RULES[table].get((self.text(column) or "").strip())

    def reject(self) -> bool:
        """Answer the row as rejected where something stands against it."""
        if self.problems:
            self.table.reject(self.row, *self.problems[0])
        return bool(self.problems)

    def skip(self, detail: str, fix: str) -> None:
        """Answer the row as understood and of no use here."""
        self.table.skip(self.row, detail, fix)


def split(text: str | None) -> Sequence[str]:
    """Return the parts of a cell that holds several."""
    return [part.strip() for part in (text or "").split("|") if part.strip()]


def named(mapping: Mapping[str, Any], text: str | None) -> Any:  # noqa: ANN401 (what the table holds)
    """Return what a word means, whatever its case."""
    return mapping.get((text or "").strip().casefold())


def found(line: Line, record: AnyRecord | None, *parts: str | None) -> None:
    """Answer a record under the sender's identity of it; a row that cannot be used is rejected."""
    if line.reject():
        return
    if record is None:
        detail = " ".join(line.remarks.all()) or "The row does not say what it is about."
        line.table.reject(line.row, detail, UNFIT)
        return
    line.table.found(line.row, record, key_of(record.kind, "mcode", *parts), line.remarks)


def site_of(line: Line) -> tuple[Coding, ...]:
    """Return the codes of the body site."""
    return line.codes(line.coding("bodySite"))


def side_of(line: Line) -> Any:  # noqa: ANN401 (a side)
    """Return the side that a code states."""
    return laterality_of(None, line.codes(line.coding("laterality")))
