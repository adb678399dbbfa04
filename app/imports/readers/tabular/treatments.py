"""Treatments: a row for each course, or a row for each of its cycles."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final, cast

from app.imports.domain.fitting import word
from app.imports.domain.oncology import Category, category_of, is_cancer_medicine
from app.imports.readers.tabular.cycles import CycleRow, course_of, cycle_number, in_courses
from app.imports.readers.tabular.facts import UNFIT, Fact
from app.imports.readers.tabular.keys import fold_subject, key_of
from app.imports.readers.tabular.table import Table, words_of
from app.imports.readers.tabular.words import meaning_of
from app.records.domain.course import Drug, Medication, SideEffect, Treatment

_ROWS_NAMED: Final = 20
_BETWEEN_DRUGS: Final = re.compile(r"\s*(?:[,;+&\n]|\s/\s|\band\b|\bund\b|\by\b|\bet\b|\be\b)\s*")
_GRADE: Final = re.compile(
    r"(?P<what>.*?)\s*[,(]?\s*(?:grade|grad|g|gr\.?|ctcae)\s*(?P<grade>[1-5])\)?", re.IGNORECASE
)


def read_treatments(table: Table) -> None:
    """Read a table of treatments; rows of one cycle each become the course that they are."""
    cycles: dict[tuple[object, ...], list[CycleRow]] = {}
    facts: dict[int, Fact] = {}
    for row in table.usable_rows():
        fact = Fact(table, row)
        record = _treatment(fact)
        if fact.reject():
            continue
        one = _cycle_row(fact, record)
        if one is None:
            found(fact, record, _subject(record))
            continue
        facts[row.number] = fact
        cycles.setdefault((table.patients.get(row.number), *_same_course(record)), []).append(one)
    for several in cycles.values():
        for course in in_courses(several):
            fact = facts[course[0].row]
            rows = [one.row for one in course]
            if len(rows) > 1:
                fact.remarks.add(f"{len(rows)} rows, each of one cycle, are read as one course.")
            found(fact, course_of(course), _subject(course[0].record), where=rows_named(table, rows))


def _cycle_row(fact: Fact, record: Treatment) -> CycleRow | None:
    number, day = cycle_number(fact.said("cycle")), day_of(record.started)
    dose = fact.word("dose")
    if number is None or day is None or record.cycles_given is not None:
        if fact.said("cycle"):
            fact.remarks.add("Which cycle it was could not be kept; it stands in the payload only.")
        if dose and len(record.drugs) != 1:
            fact.remarks.add("The dose names no drug of its own; it stands in the payload only.")
        return None
    return CycleRow(number=number, day=day, dose=dose, record=record, row=fact.row.number)


def _same_course(record: Treatment) -> tuple[object, ...]:
    names = tuple(sorted(fold_subject(drug.name) for drug in record.drugs))
    regimen = fold_subject(record.regimen or record.procedure or "")
    return (record.category, regimen, names, record.line, record.setting, record.site)


def _subject(record: Treatment) -> str:
    names = ",".join(drug.name for drug in record.drugs)
    return record.regimen or record.procedure or names or record.site or record.category


def rows_named(table: Table, numbers: Sequence[int]) -> str | None:
    """Return where several rows stand; None of one alone, which is where its record stands anyway."""
    if len(numbers) == 1:
        return None
    rows = sorted(numbers)
    named = ", ".join(map(str, rows[:_ROWS_NAMED]))
    if len(rows) > _ROWS_NAMED:
        named += f" and {len(rows) - _ROWS_NAMED} more, the last {rows[-1]}"
    prefix = f"{table.sheet.name}, " if table.sheet.name else ""
    return f"{prefix}rows {named}"


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


def day_of(text: str | None) -> date | None:
    """Return the day of a date as written; None where it names no day."""
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def found(fact: Fact, record: Treatment | Medication, subject: str, *, where: str | None = None) -> None:
    """Answer a row, or the several rows at `where`, with the record that it is."""
    when = (record.started or record.date or "")[:10]
    key = key_of(record.kind, fold_subject(subject), when, record.external_id)
    fact.table.found(fact.row, record, key, fact.remarks, where=where, words=words_of(fact.row))
