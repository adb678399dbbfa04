"""One table while it is read: cells by field, dates and numbers as its columns write them, items as they come."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Final

from msgspec.structs import replace

from app.imports.domain.fitting import Remarks, place, quote
from app.imports.domain.reading import AnyItem, FoundRecord, NotUsed, Options
from app.imports.readers.tabular.cells import Row, Sheet
from app.imports.readers.tabular.days import SILENT, Day, Days
from app.imports.readers.tabular.keys import Keys
from app.imports.readers.tabular.layout import Layout
from app.imports.readers.tabular.numbers import Decimals
from app.imports.readers.tabular.people import Named, People, named_by
from app.imports.readers.tabular.templates import is_example, is_marked
from app.imports.readers.tabular.words import KINDS, PATIENT_FIELDS
from app.records.domain.course import Admission, Medication, Treatment
from app.records.domain.kinds import AnyRecord
from app.values.dates import PartialDate, certainly_before

SKIPPED_TWICE: Final = ("The same fact stands in the payload already.", "Nothing needs to be done.")
_TOGETHER: Final[Mapping[str, tuple[str, ...]]] = dict.fromkeys(("started", "ended"), ("started", "ended"))
"""Both ends of a period are one column in two, and written alike."""
_FOOTERS: Final = re.compile(r"[*†‡#(]|.*[:.!?]$|(?:\S+\s+){6}", re.DOTALL)
_SUBJECTS: Final = frozenset(
    name for kind in KINDS for need in kind.needs if kind.name != "patient" for name in need
)


@dataclass(slots=True, kw_only=True)
class Table:
    """A table, its options and what was found in it so far."""

    sheet: Sheet
    layout: Layout
    options: Options
    people: People
    keys: Keys
    decimals: Decimals
    defaults: Mapping[str, str] = field(default_factory=dict)
    """What lines above the table say of all of it, by field."""
    rows: Sequence[Row] = ()
    """The rows below the header."""
    _items: list[tuple[int, AnyItem]] = field(default_factory=list)
    """What was found, each with the number of its row."""
    patients: dict[int, str] = field(default_factory=dict)
    """The patient of each row, by the row's number."""
    refused: set[int] = field(default_factory=set)
    """Rows whose patient contradicts another row, or is missing."""
    remarks: list[str] = field(default_factory=list)
    """What is to be said of the table as a whole, with its first record."""
    _beside: tuple[str, ...] | None = None
    _said: set[str] = field(default_factory=set)
    _days: dict[str, Days] = field(default_factory=dict)

    def text(self, row: Row, name: str) -> str:
        """Return the cell of a field as it stands, or what the lines above the table say; empty where there is none."""
        index = self.layout.fields.get(name)
        if index is None:
            return self.defaults.get(name, "")
        return row.cells[index] if index < len(row.cells) else ""

    def beside(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return which of some fields the table has at all."""
        if self._beside is None:
            self._beside = tuple(
                name for name in names if name in self.layout.fields or name in self.defaults
            )
        return self._beside

    def days(self, name: str) -> Days:
        """Return how the dates of a field are written."""
        if name not in self._days:
            cells = (self.text(row, one) for one in _TOGETHER.get(name, (name,)) for row in self.rows)
            self._days[name] = Days(cells, self.options.date_order, of_birth=name == "birth_date")
        return self._days[name]

    def day(self, row: Row, name: str) -> Day:
        """Return the date in a field."""
        cell = self.text(row, name)
        return self.days(name).read(cell) if cell else SILENT

    def find_patients(self) -> None:
        """Tell for every row whose it is."""
        fields = sorted(PATIENT_FIELDS & {*self.layout.fields, *self.defaults})
        if not fields:
            return
        cache: dict[tuple[str, ...], Named] = {}
        silent: list[Row] = []
        for row in self.rows:
            texts = tuple(self.text(row, name) for name in fields)
            named = cache.get(texts)
            if named is None:
                birth = self.day(row, "birth_date")
                named = cache[texts] = named_by(dict(zip(fields, texts, strict=True)), birth.date)
                if birth.problem:
                    self.remark(f"A birth date was left out: {birth.problem}")
            self._place(row, named, silent)
        self._place_silent(silent)

    def _place(self, row: Row, named: Named, silent: list[Row]) -> None:
        key = named.key
        if key is None:
            silent.append(row)
            return
        problem = self.people.add(named, self.sheet.place(row.number))
        if problem:
            self.refused.add(row.number)
            self.reject(row, problem, "Correct the row that is wrong, and send the table again.")
        else:
            self.patients[row.number] = key

    def _place_silent(self, silent: list[Row]) -> None:
        known = set(self.patients.values())
        for row in silent if known else ():
            if len(known) == 1:
                self.patients[row.number] = next(iter(known))
            elif not is_aside(row):
                self.refused.add(row.number)
                self.reject(
                    row,
                    "The row names no patient, and the table has several.",
                    "Name the patient in every row.",
                )

    def remark(self, text: str) -> None:
        """Say something of the table as a whole, once."""
        if text not in self._said:
            self._said.add(text)
            self.remarks.append(text)

    def reject(self, row: Row, detail: str, fix: str, column: int | None = None) -> None:
        """Answer that something cannot be used without guessing."""
        self._not_used(row, NotUsed(outcome="rejected", place="", detail=detail, fix=fix), column)

    def skip(self, row: Row, detail: str, fix: str, column: int | None = None) -> None:
        """Answer that something is understood, and of no use here."""
        self._not_used(row, NotUsed(outcome="skipped", place="", detail=detail, fix=fix), column)

    def _not_used(self, row: Row, item: NotUsed, column: int | None) -> None:
        where = place(self.sheet.place(row.number, column))
        self._answer(row, replace(item, place=where, patient=self.patients.get(row.number)))

    def found(
        self,
        row: Row,
        record: AnyRecord,
        key: str,
        remarks: Remarks,
        *,
        column: int | None = None,
        words: str | None = None,
        where: str | None = None,
    ) -> None:
        """Answer a record; one that was read already is answered as skipped."""
        if _is_backwards(record):
            self.reject(row, "It ends before it starts.", "Check both dates.", column)
            return
        patient = self.patients.get(row.number)
        claimed = self.keys.claim(key, record, patient)
        if claimed is None:
            self.skip(row, *SKIPPED_TWICE, column)
            return
        said = remarks.all()
        if self.remarks:
            said = (*said, *(remark for remark in self.remarks if remark not in said))
            self.remarks = []
        item = FoundRecord(
            place=where or self.sheet.place(row.number, column),
            patient=patient,
            record=record,
            key=claimed,
            quote=words if words is not None else words_of(row),
            remarks=said,
        )
        self._answer(row, item)

    def _answer(self, row: Row, item: AnyItem) -> None:
        self.keys.count()
        self._items.append((row.number, item))

    def items(self) -> Iterator[AnyItem]:
        """Return what was found, in the order of the rows."""
        return (item for _, item in sorted(self._items, key=itemgetter(0)))

    def usable_rows(self) -> Iterator[Row]:
        """Return the rows that hold facts; what stands beside them is answered as skipped."""
        header = self.layout.header.cells
        for row in self.rows:
            if row.number in self.refused:
                continue
            if is_marked(row.cells):
                self._answer_example(row)
                continue
            if is_aside(row) and not self._is_a_fact(row):
                self.skip(
                    row,
                    "One cell of words or numbers beside the table is no row of it.",
                    "Nothing needs to be done.",
                )
            elif list(row.cells) == list(header):
                self.skip(row, "The header stands here again.", "Nothing needs to be done.")
            else:
                yield row

    def _answer_example(self, row: Row) -> None:
        if is_example(row.cells):
            self.skip(row, "This is the template's example row.", "Nothing needs to be done.")
        else:
            self.reject(
                row,
                "The row is still marked as the template's example.",
                "Clear its note, or delete the row.",
            )

    def _is_a_fact(self, row: Row) -> bool:
        """Tell whether a single cell is a fact of its own: an illness without a date, `none` under allergies."""
        if len(self.layout.header.cells) == 1:
            return True
        if self.layout.shape != "rows":
            return False
        at = next(index for index, cell in enumerate(row.cells) if cell)
        is_subject = any(self.layout.fields.get(name) == at for name in _SUBJECTS)
        return is_subject and _FOOTERS.match(row.cells[at]) is None


def _is_backwards(record: AnyRecord) -> bool:
    """Tell whether a period surely ends before it starts."""
    if not isinstance(record, Treatment | Medication | Admission) or not record.started or not record.ended:
        return False
    return certainly_before(PartialDate.parse(record.ended), PartialDate.parse(record.started))


def is_aside(row: Row) -> bool:
    """Tell whether a single cell stands in a row: a heading between rows, a footer."""
    return sum(map(bool, row.cells)) == 1


def words_of(row: Row) -> str | None:
    """Return a row in its own words."""
    return quote(row.raw) if row.raw else quote(" | ".join(filter(None, row.cells)))
