"""One row as a fact that is no result: its cells by field, its dates, and what it says is not there."""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from app.imports.domain.fitting import Remarks, coding, text, usable, word
from app.imports.readers.tabular.cells import Row
from app.imports.readers.tabular.table import Table
from app.imports.readers.tabular.words import absence_of, meaning_of
from app.records.domain.base import Absence, Coding

UNFIT: Final = "Name it in its column, in at most 200 characters."
_CODES: Final = (
    ("loinc", r"[0-9]{1,7}-[0-9]"),
    ("icd-o-3", r"[0-9]{4}/[0-9]"),
    ("icd-10", r"[A-TV-Z][0-9]{2}(\.[0-9A-Z]{1,4})?"),
    ("atc", r"[A-Z][0-9]{2}[A-Z]{2}[0-9]{2}"),
)


@dataclass(slots=True)
class Fact:
    """A row while it is read."""

    table: Table
    row: Row
    remarks: Remarks = field(default_factory=Remarks)
    absent: dict[str, Absence] = field(default_factory=dict)
    """What the row says is not there, by the record's field."""
    problems: list[tuple[str, str]] = field(default_factory=list)
    """Why the row cannot be used, and how to mend it."""

    def cell(self, name: str) -> str:
        """Return the cell of a field, empty where the cell says nothing."""
        cell = self.table.text(self.row, name)
        return "" if cell and absence_of(cell) == "silence" else cell

    def said(self, name: str, as_field: str | None = None) -> str | None:
        """Return the words in a field; None where there are none. `none`, `unknown`, `not done` are kept as such."""
        cell = self.cell(name)
        absent = absence_of(cell) if cell else None
        if isinstance(absent, Absence):
            if as_field:
                self.absent[as_field] = absent
            return None
        return str(cell) or None

    def word(self, name: str, as_field: str | None = None) -> str | None:
        """Return a short text."""
        return word(self.said(name, as_field), self.remarks, name)

    def text(self, name: str, as_field: str | None = None) -> str | None:
        """Return a long text."""
        return text(self.said(name, as_field), self.remarks, name)

    def items(self, name: str, as_field: str) -> tuple[str, ...]:
        """Return a list in words: what stands between semicolons or on lines of its own."""
        said = self.text(name, as_field)
        parts = (said or "").replace("\n", ";").split(";")
        return tuple(part.strip() for part in parts if part.strip())[:500]

    def whole(self, name: str) -> int | None:
        """Return a whole number; another one is remarked."""
        said = self.said(name)
        if said is None:
            return None
        number = self.table.decimals.number(self.cell(name))
        if number is None or number != number.to_integral_value() or not 0 <= number <= 10_000:  # noqa: PLR2004
            self.remarks.add(f"`{name}` is no whole number that can be kept; it stands in the payload only.")
            return None
        return int(number)

    def day(self, name: str, as_field: str | None = None) -> str | None:
        """Return a date; one that cannot be read makes the row unusable."""
        cell = self.cell(name)
        absent = absence_of(cell) if cell else None
        if isinstance(absent, Absence):
            if as_field and absent is not Absence.NONE:
                self.absent[as_field] = absent
            return None
        if not cell or meaning_of("ongoing", cell):
            return None
        day = self.table.day(self.row, name)
        if day.problem:
            self.problems.append((day.problem, day.fix or "Write dates as YYYY-MM-DD."))
        for remark in day.remarks:
            self.table.remark(remark)
        return day.date

    def meaning(self, table: str, name: str, as_field: str | None = None) -> Any:  # noqa: ANN401 (a literal of a record)
        """Return what a word means; one that is not known is remarked."""
        said = self.said(name, as_field)
        found = meaning_of(table, said)
        if said and found is None:
            self.remarks.add(
                f"The word in `{name}` is not one that is known here; it stands in the payload only."
            )
        return found

    def codes(self) -> tuple[Coding, ...]:
        """Return the codes in the row."""
        code = self.said("code")
        if code is None:
            return ()
        stated = self.said("code_system")
        system = stated or next((name for name, form in _CODES if _fits(form, code)), None)
        return usable((coding(system, code),), self.remarks)

    def stated(self, name: str) -> Absence | None:
        """Return what the cell that names the fact says instead of one."""
        cell = self.table.text(self.row, name)
        absent = absence_of(cell) if cell else None
        return absent if isinstance(absent, Absence) else None

    def reject(self) -> bool:
        """Answer the row as rejected where something stands against it."""
        if self.problems:
            self.table.reject(self.row, *self.problems[0])
        return bool(self.problems)

    def common(self) -> dict[str, Any]:
        """Return the fields that every record has."""
        return {
            "origin": "tabular",
            "author": self.word("author"),
            "facility": self.word("facility"),
            "note": self.text("note"),
            "external_id": self.word("record_id"),
        }


def _fits(form: str, code: str) -> bool:
    return re.fullmatch(form, code) is not None
