"""Rows of one cycle each, as a day unit keeps its list, put together as the course that they are."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

import msgspec

from app.imports.domain.courses import DAYS_MOST, begins_anew
from app.records.domain.course import Treatment

_NUMBER: Final = re.compile(
    r"(?:cycle|cyc|c|zyklus|ciclo|cycle no\.?)?\s*#?\s*(\d{1,3})(?:\s*(?:/|of|von|de)\s*\d{1,3})?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleRow:
    """One row that tells of one cycle."""

    number: int
    """Which cycle, as written."""
    day: date
    dose: str | None
    """The dose as written, such as `80 %`."""
    record: Treatment
    row: int
    """The number of the row in its table."""


def cycle_number(text: str | None) -> int | None:
    """Read `3`, `C3`, `cycle 3`, `3 of 6`; None for anything else."""
    match = _NUMBER.fullmatch((text or "").strip())
    return int(match[1]) if match else None


def in_courses(rows: Sequence[CycleRow]) -> Iterator[list[CycleRow]]:
    """Put the cycles of one treatment of one patient into courses, oldest first.

    A course ends where the count begins anew, or nothing was given for longer than half a year.
    """
    course: list[CycleRow] = []
    for one in sorted(rows, key=lambda one: (one.day, one.number, one.row)):
        begins = course and (
            one.number < course[-1].number or begins_anew(one.day, course[-1].day) or len(course) == DAYS_MOST
        )
        if begins:
            yield course
            course = []
        course.append(one)
    if course:
        yield course


def course_of(rows: Sequence[CycleRow]) -> Treatment:
    """Return the one treatment that the rows of a course are: its days, its changes of dose, what else they say.

    How many cycles were given is told only where the count is whole: `3, 4, 5` may lack the first two.
    """
    first, last = rows[0].record, rows[-1].record
    numbers = list(dict.fromkeys(one.number for one in rows))
    doses = [one.dose for one in rows]
    is_one_dose = len(set(doses)) == 1
    changes = list(_changes(rows))
    own_changes = [change for one in rows for change in one.record.dose_changes]
    notes = [f"cycle {one.number}: {one.record.note}" for one in rows if one.record.note]
    drugs = first.drugs
    if len(drugs) == 1 and not is_one_dose:
        drugs = (msgspec.structs.replace(drugs[0], dose=None),)
    return msgspec.structs.replace(
        first,
        drugs=drugs,
        ended=last.ended if last.ended != last.started else None,
        ongoing=last.ongoing,
        cycle_dates=tuple(dict.fromkeys(one.record.started for one in rows if one.record.started)),
        cycles_given=len(numbers) if numbers == list(range(1, len(numbers) + 1)) else None,
        dose_changes=tuple(dict.fromkeys([*changes, *own_changes])),
        response=_latest(rows, "response"),
        response_status=_latest(rows, "response_status"),
        reason_ended=_latest(rows, "reason_ended"),
        side_effects=tuple(dict.fromkeys(effect for one in rows for effect in one.record.side_effects))[:200],
        complications=tuple(dict.fromkeys(item for one in rows for item in one.record.complications)),
        note="\n".join(notes) or None,
    )


def _changes(rows: Sequence[CycleRow]) -> Iterator[str]:
    """Yield where the dose is another than at the cycle before: `cycle 3: 80 % (cycle 2: 100 %)`."""
    stated = [one for one in rows if one.dose]
    for before, one in pairwise(stated):
        if one.dose != before.dose:
            yield f"cycle {one.number}: {one.dose} (cycle {before.number}: {before.dose})"


def _latest(rows: Sequence[CycleRow], name: str) -> str | None:
    """Return what the last row that says anything of it says."""
    return next((said for one in reversed(rows) if (said := getattr(one.record, name))), None)
