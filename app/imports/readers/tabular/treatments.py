"""Treatments and medicines: a row for each course, or a row for each day on which something was given."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, cast

import msgspec

from app.imports.domain.facts import Medicine, medicine_record
from app.imports.domain.fitting import word
from app.imports.domain.oncology import Category, category_of, is_cancer_medicine
from app.imports.readers.tabular.cells import Row
from app.imports.readers.tabular.facts import UNFIT, Fact
from app.imports.readers.tabular.keys import fold_subject, key_of
from app.imports.readers.tabular.table import Table, words_of
from app.imports.readers.tabular.words import meaning_of
from app.records.domain.course import Drug, Medication, SideEffect, Treatment

LONGEST_GAP_DAYS: Final = 180
"""A drug given again after a longer time begins another course. Source: clinical.md section 4, lines."""
_MOST_DATES: Final = 500
_ROWS_NAMED: Final = 20
_BETWEEN_DRUGS: Final = re.compile(r"\s*(?:[,;+&\n]|\s/\s|\band\b|\bund\b|\by\b|\bet\b|\be\b)\s*")
_GRADE: Final = re.compile(
    r"(?P<what>.*?)\s*[,(]?\s*(?:grade|grad|g|gr\.?|ctcae)\s*(?P<grade>[1-5])\)?", re.IGNORECASE
)
_WITHOUT_CYCLES: Final = ("dose", "cycle", "cycles_given", "response", "reason_ended")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """One row that says that a drug was given."""

    row: Row
    fact: Fact
    record: Treatment | Medication
    drug: str
    day: date | None
    """The day, where the row speaks of one day only."""


def read_treatments(table: Table) -> None:
    """Read a table of treatments."""
    for row in table.usable_rows():
        fact = Fact(table, row)
        record = _treatment(fact)
        if not fact.reject():
            subject = record.regimen or record.procedure or ",".join(drug.name for drug in record.drugs)
            _found(fact, record, subject or record.site or record.category)


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


def _treatment(fact: Fact) -> Treatment:
    ended = fact.cell("ended")
    drugs = tuple(Drug(name=name, dose=dose, route=fact.word("route")) for name, dose in _drugs(fact))
    started = fact.day("started", "started") or fact.day("date")
    status = meaning_of("status", fact.said("response"))
    response_status = status.split()[1] if status and status.startswith("response ") else None
    regimen, procedure = fact.word("regimen", "regimen"), fact.word("procedure")
    fields: dict[str, Any] = {
        "category": _category(fact, drugs, regimen, procedure),
        "intent": fact.meaning("intent", "intent", "intent"),
        "setting": fact.meaning("setting", "setting", "setting"),
        "regimen": regimen,
        "drugs": drugs,
        "line": _line(fact),
        "started": started,
        "ended": fact.day("ended", "ended"),
        "ongoing": True if meaning_of("ongoing", ended) else None,
        "cycles_planned": fact.whole("cycles_planned"),
        "cycles_given": fact.whole("cycles_given"),
        "dose_changes": fact.items("dose_changes", "dose_changes"),
        "response": fact.text("response", "response"),
        "response_status": response_status,
        "side_effects": _side_effects(fact),
        "complications": fact.items("complications", "complications"),
        "reason_ended": fact.word("reason_ended", "reason_ended"),
        "procedure": procedure,
        "site": fact.word("site", "site"),
        "laterality": fact.meaning("side", "laterality", "laterality"),
        "margins": fact.word("margins", "margins"),
        "dose_gy": _dose(fact),
        "fractions": fact.whole("fractions"),
        "codes": fact.codes(),
    }
    if not any(fields[name] for name in ("regimen", "drugs", "procedure", "site", "dose_gy", "codes")):
        fields["procedure"] = fact.word("category")
    if not any(fields[name] for name in ("regimen", "drugs", "procedure", "site", "dose_gy", "codes")):
        fact.problems.append(("The row names no treatment.", UNFIT))
    return Treatment(kind="treatment", date=started, **fields, absent=_absent(fact, fields), **fact.common())


def _absent(fact: Fact, fields: dict[str, Any]) -> dict[str, Any]:
    return {name: absent for name, absent in fact.absent.items() if fields.get(name) in (None, ())}


def _drugs(fact: Fact) -> Iterator[tuple[str, str | None]]:
    said = fact.said("drug")
    names = [name for part in _BETWEEN_DRUGS.split(said or "") if (name := word(part, fact.remarks, "drug"))]
    for name in names[:50]:
        yield name, fact.word("dose") if len(names) == 1 else None


def _category(fact: Fact, drugs: Sequence[Drug], regimen: str | None, procedure: str | None) -> Category:
    said = fact.said("category")
    known = meaning_of("category", said) or meaning_of("category", regimen)
    if known:
        return cast("Category", known)
    judged = category_of(" ".join(filter(None, (said, procedure, regimen))) or None, fact.codes())
    if judged != "other":
        return judged
    if drugs or (regimen and is_cancer_medicine(regimen)) or fact.said("cycles_given"):
        return "systemic"
    if fact.said("dose_gy") or fact.said("fractions"):
        return "radiation"
    return "procedure" if procedure else judged


def _line(fact: Fact) -> int | None:
    said = fact.said("line")
    match = re.match(r"\D{0,10}(\d{1,2})\D", f"{said} ") if said else None
    line = int(match[1]) if match else None
    return line if line is None or 1 <= line <= 30 else None  # noqa: PLR2004 (a record's bounds)


def _dose(fact: Fact) -> Any:  # noqa: ANN401 (a number, or None)
    cell = fact.cell("dose_gy")
    value = fact.table.decimals.read(cell) if cell else None
    if value is None or value.text:
        return None
    if value.is_ambiguous:
        fact.problems.append(("The dose can be two numbers.", "Say `decimal` as `,` or `.`."))
        return None
    unit = (value.unit or "Gy").casefold()
    if unit not in {"gy", "cgy"} or value.number is None or value.number < 0:
        fact.remarks.add("The radiation dose is in no unit that is read here; it stands in the payload only.")
        return None
    return value.number / 100 if unit == "cgy" else value.number


def _side_effects(fact: Fact) -> tuple[SideEffect, ...]:
    found = []
    for item in fact.items("side_effects", "side_effects"):
        for part in item.split(","):
            match = _GRADE.fullmatch(part.strip())
            what = word(match["what"] if match else part, fact.remarks, "side effect")
            if what:
                found.append(SideEffect(what=what, grade=int(match["grade"]) if match else None))
    return tuple(found[:200])


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
        day=_day(record.started) if is_one_day and not fact.said("frequency") else None,
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


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
        gap = (one.day - course[-1].day).days if course and one.day and course[-1].day else 0
        if gap > LONGEST_GAP_DAYS or len(course) == _MOST_DATES:
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
        _found(first.fact, record, first.drug)
        return
    dates = tuple(dict.fromkeys(one.record.started for one in course if one.record.started))
    rows = sorted(one.row.number for one in course)
    remarks = first.fact.remarks
    remarks.add(f"{len(course)} rows, each of one day, are read as one course of this drug.")
    if isinstance(record, Treatment):
        record = msgspec.structs.replace(record, ended=None, cycle_dates=dates, drugs=(_same_drug(course),))
    else:
        record = msgspec.structs.replace(record, ended=None, dose=_same_dose(course))
        remarks.add("The days themselves stand in the payload only.")
    named = ", ".join(map(str, rows[:_ROWS_NAMED]))
    if len(rows) > _ROWS_NAMED:
        named += f" and {len(rows) - _ROWS_NAMED} more, the last {rows[-1]}"
    prefix = f"{table.sheet.name}, " if table.sheet.name else ""
    _found(first.fact, record, first.drug, where=f"{prefix}rows {named}")


def _same_dose(course: Sequence[_Given]) -> str | None:
    doses = {one.record.dose for one in course if isinstance(one.record, Medication)}
    return next(iter(doses)) if len(doses) == 1 else None


def _same_drug(course: Sequence[_Given]) -> Drug:
    drugs = [one.record.drugs[0] for one in course if isinstance(one.record, Treatment)]
    is_same = len({drug.dose for drug in drugs}) == 1
    return drugs[0] if is_same else msgspec.structs.replace(drugs[0], dose=None)


def _found(fact: Fact, record: Treatment | Medication, subject: str, *, where: str | None = None) -> None:
    when = (record.started or record.date or "")[:10]
    key = key_of(record.kind, fold_subject(subject), when, record.external_id)
    fact.table.found(fact.row, record, key, fact.remarks, where=where, words=words_of(fact.row))
