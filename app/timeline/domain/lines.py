"""Lines of therapy: as a clinician stated them, suggested by rule where nobody did.

Source: clinical.md section 4, "Lines" (PMC8548977, Saini 2021, IMWG 2011).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from app.casefile.domain.case_file import CaseFile, Entry
from app.records.domain.course import Treatment
from app.records.domain.statements import DiseaseStatus
from app.timeline.domain.drugs import (
    EQUIVALENT,
    PLATINUMS,
    SUPPORTIVE,
    SWITCH_MAINTENANCE,
    drugs_of,
    fold_drug,
    is_kinase_inhibitor,
)
from app.timeline.domain.line_course import followed
from app.timeline.domain.line_model import (
    LINES,
    Line,
    Lines,
    Member,
    Role,
    says_change_for_worse,
    started_on,
)
from app.timeline.domain.order import Placed, place

__all__ = ["LINES", "Line", "Lines", "lines_of", "says_change_for_worse", "started_on"]

SAME_REGIMEN_DAYS: Final = 28
GAP_DAYS: Final = 180
PLANNED_IN_A_LINE: Final[Mapping[str, Role]] = {
    "maintenance": "maintenance",
    "consolidation": "consolidation",
    "conditioning": "conditioning",
}
MAKES_A_LINE: Final = frozenset({"systemic", "cell_therapy"})
JOINS_A_LINE: Final = frozenset({"transplant"})

SWITCH_DAYS: Final = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    entry: Entry[Treatment]
    started: Placed
    last: Placed
    drugs: frozenset[str]


class _OpenLine:
    """A line while its treatments are gathered: what the next treatment is held against."""

    def __init__(self, why: tuple[str, ...], number: int) -> None:
        self.why = why
        self.number = number
        self.treatments: list[_Given] = []
        self.roles: list[Role] = []
        self.drugs: set[str] = set()
        self.last_day = 0
        self.stated: int | None = None

    def take(self, given: _Given, role: Role) -> None:
        self.treatments.append(given)
        self.roles.append(role)
        self.drugs |= _exchanged(given.drugs)
        self.last_day = max(self.last_day, given.last.last)
        if given.entry.record.line is not None:
            self.stated = self.number = given.entry.record.line


def _exchanged(drugs: Iterable[str]) -> set[str]:
    return {EQUIVALENT.get(drug, drug) for drug in drugs}


def lines_of(case_file: CaseFile, as_of: date) -> Lines:
    """Put the systemic treatments of a case into lines, up to a day."""
    wanted = [
        entry for entry in case_file.of(Treatment) if entry.record.category in MAKES_A_LINE | JOINS_A_LINE
    ]
    given = sorted(_dated(wanted, as_of), key=lambda one: (one.started.key, one.entry.id))
    changes = _progressions(case_file)
    together: dict[int, set[str]] = {}
    for treatment in given:
        if _role(treatment) == "regimen":
            together.setdefault(treatment.started.key, set()).update(treatment.drugs)
    lines: list[_OpenLine] = []
    for treatment in given:
        drugs = _exchanged(together.get(treatment.started.key, ()))
        why, role = _why_next(treatment, drugs, lines[-1] if lines else None, changes)
        if why is not None:
            lines.append(_OpenLine(why, lines[-1].number + 1 if lines else 1))
        lines[-1].take(treatment, role)
    undated = tuple(entry.id for entry in wanted if started_on(entry.record) is None)
    return Lines(lines=followed(case_file, tuple(_numbered(lines, changes)), as_of), undated=undated)


def _dated(entries: Sequence[Entry[Treatment]], as_of: date) -> Iterator[_Given]:
    for entry in entries:
        text = started_on(entry.record)
        if text is None or place(text).first > as_of.toordinal() or entry.record.stated is not None:
            continue
        ends = (entry.record.ended, *entry.record.cycle_dates, text)
        last = max((place(end) for end in ends if end), key=lambda placed: (placed.last, placed.first))
        drugs = drugs_of(entry.record) - SUPPORTIVE
        if not drugs and drugs_of(entry.record):
            continue  # supportive drugs alone are no line
        yield _Given(entry=entry, started=place(text), last=last, drugs=drugs)


def _role(treatment: _Given) -> Role:
    record = treatment.entry.record
    if record.category in JOINS_A_LINE:
        return "transplant"
    return PLANNED_IN_A_LINE.get(record.setting or "", "regimen")


def _why_next(
    treatment: _Given, drugs: set[str], line: _OpenLine | None, changes: Sequence[Placed]
) -> tuple[tuple[str, ...] | None, Role]:
    """Return why a treatment opens the next line, None where it belongs to the one before, and its place in it.

    `drugs` are those of everything that begins on the same day, since a drug that goes on belongs to the new line as
    soon as others begin beside it.
    """
    role = _role(treatment)
    if line is None:
        return ("first",), role
    record = treatment.entry.record
    if record.line is not None:
        return (None if record.line == line.number else ("stated",)), role
    if role != "regimen":
        return None, role
    if treatment.started.first - line.treatments[0].started.last <= SAME_REGIMEN_DAYS:
        return None, role
    if not drugs or not line.drugs:
        return ("drugs_not_recorded",), role
    gap = treatment.started.first - line.last_day
    if drugs - line.drugs:
        is_switch = gap <= SWITCH_DAYS and _is_switch(drugs, line, treatment, changes)
        return (None, "maintenance_by_rule") if is_switch else (("new_drug",), role)
    if gap > GAP_DAYS and not all(map(is_kinase_inhibitor, drugs)):
        return ("gap",), role
    return None, role


def _is_switch(drugs: set[str], line: _OpenLine, treatment: _Given, changes: Sequence[Placed]) -> bool:
    """Tell whether drugs are exchanged for maintenance: after platinum, in a first line, no progression stated."""
    return (
        line.number == 1
        and bool(line.drugs & PLATINUMS)
        and drugs - line.drugs <= SWITCH_MAINTENANCE
        and not drugs & PLATINUMS
        and not _between(changes, line.treatments, [treatment])
    )


def _progressions(case_file: CaseFile) -> tuple[Placed, ...]:
    """Return the dates on which progression or return was stated."""
    stated = [
        place(entry.record.date)
        for entry in case_file.of(DiseaseStatus)
        if entry.record.date and says_change_for_worse(entry.record)
    ]
    ended = [
        place(entry.record.response_date or entry.record.ended or "")
        for entry in case_file.of(Treatment)
        if entry.record.response_status == "PD" and (entry.record.response_date or entry.record.ended)
    ]
    return (*stated, *ended)


def _numbered(lines: Sequence[_OpenLine], changes: Sequence[Placed]) -> Iterator[Line]:
    for position, line in enumerate(lines):
        made = _line(line)
        if line.stated is not None:
            yield replace(made, basis="stated", confidence="stated")
        elif position and not _between(changes, lines[position - 1].treatments, line.treatments):
            yield replace(made, confidence="low", reasons=(*line.why, "no_progression_recorded_before"))
        else:
            yield made


def _between(changes: Sequence[Placed], before: Sequence[_Given], line: Sequence[_Given]) -> bool:
    return any(before[0].started.first <= one.last and one.first <= line[0].started.last for one in changes)


def _line(line: _OpenLine) -> Line:
    given = line.treatments
    records = [one.entry.record for one in given]
    is_ongoing = any(record.ongoing for record in records)
    ends = [record.ended for record in records if record.ended]
    intents = {record.intent for record in records} - {None}
    is_sure = all(one.started.is_day for one in given) and "drugs_not_recorded" not in line.why
    by_rule = ("maintenance_by_rule",) if "maintenance_by_rule" in line.roles else ()
    names = {fold_drug(drug.name): drug.name for record in reversed(records) for drug in record.drugs}
    return Line(
        number=line.number,
        basis="suggested",
        confidence="moderate" if is_sure and not by_rule else "low",
        reasons=(*line.why, *by_rule),
        treatments=tuple(one.entry.id for one in given),
        drugs=tuple(sorted(names.values())),
        started=given[0].started.when.text,
        ended=None
        if is_ongoing or len(ends) < len(records)
        else max(ends, key=lambda text: place(text).last),
        ongoing=is_ongoing,
        intent=None if not intents else ("mixed" if len(intents) > 1 else intents.pop()),
        members=tuple(
            Member(record_id=one.entry.id, role=role) for one, role in zip(given, line.roles, strict=True)
        ),
    )
