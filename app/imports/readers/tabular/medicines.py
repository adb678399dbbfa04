"""Medicines: a row for each course, or a row for each day on which something was given."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from app.imports.domain.courses import DAYS_MOST, begins_anew
from app.imports.domain.facts import Medicine, medicine_record
from app.imports.readers.tabular.cells import Row
from app.imports.readers.tabular.facts import UNFIT, Fact
from app.imports.readers.tabular.keys import fold_subject
from app.imports.readers.tabular.table import Table
from app.imports.readers.tabular.treatments import day_of, found, rows_named
from app.imports.readers.tabular.words import meaning_of
from app.records.domain.course import Drug, Medication, Treatment


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """One row that says that a drug was given."""

    row: Row
    fact: Fact
    record: Treatment | Medication
    drug: str
    day: date | None
    """The day, where the row speaks of one day only."""


def read_medicines(table: Table) -> None:
    """Read a table of medicines; those against the cancer become treatments, days of one drug one course."""
    given: list[_Given] = []
    for row in table.usable_rows():
        fact = Fact(table, row)
        record = _medicine(fact)
        if fact.reject():
            continue
        if record is None:
            table.reject(row, "The row names no medicine.", UNFIT)
            continue
        given.append(_given(table, row, fact, record))
    for course in _courses(table, given):
        _answer(table, course)


def _medicine(fact: Fact) -> Treatment | Medication | None:
    ended = fact.cell("ended")
    stated = fact.stated("drug")
    medicine = Medicine(
        name=fact.said("drug"),
        codes=fact.codes(),
        date=fact.day("date"),
        absent=stated,
        dose=fact.said("dose", "dose"),
        route=fact.said("route", "route"),
        frequency=fact.said("frequency", "frequency"),
        started=fact.day("started", "started"),
        ended=fact.day("ended", "ended"),
        ongoing=True if meaning_of("ongoing", ended) else None,
        reason=fact.said("reason", "reason"),
        author=fact.said("author"),
        facility=fact.said("facility"),
        external_id=fact.said("record_id"),
        note=fact.said("note"),
    )
    record = medicine_record(medicine, "tabular", fact.remarks)
    if record is None or stated is not None:
        return record
    fields = (
        {"started", "ended"}
        if isinstance(record, Treatment)
        else {"started", "ended", "dose", "frequency", "route", "reason"}
    )
    absent = {
        name: absence for name, absence in fact.absent.items() if name in fields and not getattr(record, name)
    }
    return msgspec.structs.replace(record, absent=absent) if absent else record


def _given(table: Table, row: Row, fact: Fact, record: Treatment | Medication) -> _Given:
    name = record.name if isinstance(record, Medication) else record.drugs[0].name
    ended = None if record.ended == record.started else record.ended
    has_ends = "ended" in table.layout.fields
    is_one_day = record.started is not None and ended is None and (record.ended is not None or not has_ends)
    return _Given(
        row=row,
        fact=fact,
        record=record,
        drug=fold_subject(name or ""),
        day=day_of(record.started) if is_one_day and not fact.said("frequency") else None,
    )


def _courses(table: Table, given: Sequence[_Given]) -> Iterator[list[_Given]]:
    """Put the days of one drug together, in the order in which the first of each course stands in the table."""
    by_drug: dict[tuple[str | None, str], list[_Given]] = {}
    for one in given:
        if one.day is not None:
            by_drug.setdefault((table.patients.get(one.row.number), one.drug), []).append(one)
    courses: dict[int, list[_Given]] = {}
    joined: set[int] = set()
    for days in by_drug.values():
        for course in _in_courses(days):
            first = min(course, key=lambda one: one.row.number)
            courses[first.row.number] = course
            joined.update(one.row.number for one in course)
    for one in given:
        if one.row.number in courses:
            yield courses[one.row.number]
        elif one.row.number not in joined:
            yield [one]


def _in_courses(days: Sequence[_Given]) -> Iterator[list[_Given]]:
    course: list[_Given] = []
    for one in sorted(days, key=lambda one: (one.day or date.min, one.row.number)):
        if course and (begins_anew(one.day, course[-1].day) or len(course) == DAYS_MOST):
            yield course
            course = []
        course.append(one)
    if course:
        yield course


def _answer(table: Table, course: Sequence[_Given]) -> None:
    first = course[0]
    record = first.record
    if len(course) == 1:
        if first.day and record.ended and isinstance(record, Treatment):  # one day, as in a course of several
            record = msgspec.structs.replace(record, ended=None, cycle_dates=(record.ended,))
        found(first.fact, record, first.drug)
        return
    dates = tuple(dict.fromkeys(one.record.started for one in course if one.record.started))
    remarks = first.fact.remarks
    remarks.add(f"{len(course)} rows, each of one day, are read as one course of this drug.")
    if isinstance(record, Treatment):
        record = msgspec.structs.replace(record, ended=None, cycle_dates=dates, drugs=(_same_drug(course),))
    else:
        record = msgspec.structs.replace(record, ended=None, dose=_same_dose(course))
        remarks.add("The days themselves stand in the payload only.")
    found(first.fact, record, first.drug, where=rows_named(table, [one.row.number for one in course]))


def _same_dose(course: Sequence[_Given]) -> str | None:
    doses = {one.record.dose for one in course if isinstance(one.record, Medication)}
    return next(iter(doses)) if len(doses) == 1 else None


def _same_drug(course: Sequence[_Given]) -> Drug:
    drugs = [one.record.drugs[0] for one in course if isinstance(one.record, Treatment)]
    is_same = len({drug.dose for drug in drugs}) == 1
    return drugs[0] if is_same else msgspec.structs.replace(drugs[0], dose=None)
