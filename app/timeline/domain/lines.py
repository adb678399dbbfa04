"""Lines of therapy: as a clinician stated them, suggested by rule where nobody did.

Source: clinical.md section 4, "Lines" (PMC8548977, Saini 2021, IMWG 2011).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from app.casefile.domain.case_file import CaseFile, Entry
from app.records.domain.course import Treatment
from app.records.domain.statements import DiseaseStatus
from app.timeline.domain.computed import Rule
from app.timeline.domain.drugs import EQUIVALENT, SUPPORTIVE, drugs_of, is_kinase_inhibitor
from app.timeline.domain.order import Placed, place

LINES: Final = Rule(
    id="lines_of_therapy",
    version="1.0.0",
    source="clinical.md section 4: PMC8548977 and its reference code; Saini 2021; IMWG 2011",
)
SAME_REGIMEN_DAYS: Final = 28
GAP_DAYS: Final = 180
PLANNED_IN_A_LINE: Final = frozenset({"maintenance", "consolidation", "conditioning"})
MAKES_A_LINE: Final = frozenset({"systemic", "cell_therapy"})
JOINS_A_LINE: Final = frozenset({"transplant"})

Confidence = Literal["stated", "moderate", "low"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of therapy.

    `basis` says whether a clinician stated its number. `confidence` of a suggested line is low where no
    progression is recorded before it or a date that it needs is lacking; `reasons` are the codes of why.
    `intent` is curative or palliative where its treatments say so.
    """

    number: int
    basis: Literal["stated", "suggested"]
    confidence: Confidence
    reasons: tuple[str, ...]
    treatments: tuple[str, ...]
    drugs: tuple[str, ...]
    started: str | None
    ended: str | None
    ongoing: bool
    intent: Literal["curative", "palliative", "mixed"] | None
    rule: Rule = LINES


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The lines in order, and how many were of which intent (Saini 2021: curative + palliative)."""

    lines: tuple[Line, ...]
    undated: tuple[str, ...]
    """Treatments that would belong to a line and have no start."""

    @property
    def current(self) -> Line | None:
        """The newest line."""
        return self.lines[-1] if self.lines else None

    def count(self, intent: str | None) -> int:
        """Count the lines of one intent, or of none stated."""
        return sum(line.intent == intent for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    entry: Entry[Treatment]
    started: Placed
    last: Placed
    drugs: frozenset[str]


class _OpenLine:
    """A line while its treatments are gathered: what the next treatment is held against."""

    def __init__(self, why: tuple[str, ...]) -> None:
        self.why = why
        self.treatments: list[_Given] = []
        self.drugs: set[str] = set()
        self.last_day = 0
        self.stated: int | None = None

    def take(self, given: _Given) -> None:
        self.treatments.append(given)
        self.drugs |= {EQUIVALENT.get(drug, drug) for drug in given.drugs}
        self.last_day = max(self.last_day, given.last.last)
        self.stated = self.stated if given.entry.record.line is None else given.entry.record.line


def started_on(treatment: Treatment) -> str | None:
    """Return the first day of a treatment as written, from its first cycle where the start is silent."""
    if treatment.started:
        return treatment.started
    if treatment.cycle_dates:
        return min(treatment.cycle_dates, key=lambda text: (place(text).key, text))
    return treatment.date


def lines_of(case_file: CaseFile, as_of: date) -> Lines:
    """Put the systemic treatments of a case into lines, up to a day."""
    wanted = [
        entry for entry in case_file.of(Treatment) if entry.record.category in MAKES_A_LINE | JOINS_A_LINE
    ]
    given = sorted(_dated(wanted, as_of), key=lambda one: (one.started.key, one.entry.id))
    lines: list[_OpenLine] = []
    for treatment in given:
        why = _why_next(treatment, lines[-1] if lines else None)
        if why is not None:
            lines.append(_OpenLine(why))
        lines[-1].take(treatment)
    changes = _progressions(case_file)
    undated = tuple(entry.id for entry in wanted if started_on(entry.record) is None)
    return Lines(lines=tuple(_numbered(lines, changes)), undated=undated)


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


def _why_next(treatment: _Given, line: _OpenLine | None) -> tuple[str, ...] | None:
    """Return why a treatment opens the next line; None where it belongs to the one before."""
    if line is None:
        return ("first",)
    record = treatment.entry.record
    if record.line is not None and line.stated is not None:
        return None if record.line == line.stated else ("stated",)
    if record.category in JOINS_A_LINE or record.setting in PLANNED_IN_A_LINE:
        return None
    if treatment.started.first - line.treatments[0].started.last <= SAME_REGIMEN_DAYS:
        return None
    now = {EQUIVALENT.get(drug, drug) for drug in treatment.drugs}
    if not now or not line.drugs:
        return ("drugs_not_recorded",)
    if now - line.drugs:
        return ("new_drug",)
    gap = treatment.started.first - line.last_day
    if gap > GAP_DAYS and not all(map(is_kinase_inhibitor, now)):
        return ("gap",)
    return None


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


def says_change_for_worse(status: DiseaseStatus) -> bool:
    """Tell whether a statement asserts progression or return, and does not refute it."""
    if status.certainty == "refuted":
        return False
    return status.axis in ("progression", "return") or (status.axis == "response" and status.value == "PD")


def _numbered(lines: Sequence[_OpenLine], changes: Sequence[Placed]) -> Iterator[Line]:
    number = 0
    for position, line in enumerate(lines):
        stated = {one.entry.record.line for one in line.treatments} - {None}
        number = max((one for one in stated if one is not None), default=number + 1)
        made = _line(line.treatments, number, line.why)
        if stated:
            yield replace(made, basis="stated", confidence="stated")
        elif position and not _between(changes, lines[position - 1].treatments, line.treatments):
            yield replace(made, confidence="low", reasons=(*line.why, "no_progression_recorded_before"))
        else:
            yield made


def _between(changes: Sequence[Placed], before: Sequence[_Given], line: Sequence[_Given]) -> bool:
    return any(before[0].started.first <= one.last and one.first <= line[0].started.last for one in changes)


def _line(line: Sequence[_Given], number: int, why: tuple[str, ...]) -> Line:
    records = [one.entry.record for one in line]
    is_ongoing = any(record.ongoing for record in records)
    ends = [record.ended for record in records if record.ended]
    intents = {record.intent for record in records} - {None}
    is_sure = all(one.started.is_day for one in line) and "drugs_not_recorded" not in why
    return Line(
        number=number,
        basis="suggested",
        confidence="moderate" if is_sure else "low",
        reasons=why,
        treatments=tuple(one.entry.id for one in line),
        drugs=tuple(sorted({drug.name for record in records for drug in record.drugs})),
        started=line[0].started.when.text,
        ended=None
        if is_ongoing or len(ends) < len(records)
        else max(ends, key=lambda text: place(text).last),
        ongoing=is_ongoing,
        intent=None if not intents else ("mixed" if len(intents) > 1 else intents.pop()),
    )
