"""The corticosteroid dose of a day as far as the recorded medicines tell it, in mg of one drug a day.

Doses of different drugs are never converted into each other. Source: clinical.md section 3, RANO; the words of doses
are general knowledge.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from app.casefile.domain.case_file import CaseFile
from app.records.domain.base import Absence
from app.records.domain.course import Medication
from app.timeline.domain.drugs import fold_drug
from app.timeline.domain.order import place

Steroids = Literal["none", "lower", "same", "higher"]
"""How a dose compares with an earlier one."""

CORTICOSTEROIDS: Final = frozenset(
    {"dexamethasone", "prednisolone", "prednisone", "methylprednisolone", "hydrocortisone", "betamethasone"}
)
_DOSE: Final = re.compile(r"\s*(\d{1,4}(?:\.\d{1,3})?)\s*mg(?P<rest>\b.*)", re.IGNORECASE | re.DOTALL)
_TIMES: Final[Mapping[str, int]] = {
    "daily": 1,
    "once daily": 1,
    "once a day": 1,
    "od": 1,
    "qd": 1,
    "/day": 1,
    "/d": 1,
    "per day": 1,
    "a day": 1,
    "every morning": 1,
    "in the morning": 1,
    "twice daily": 2,
    "twice a day": 2,
    "bid": 2,
    "bd": 2,
    "three times daily": 3,
    "three times a day": 3,
    "tid": 3,
    "tds": 3,
    "four times daily": 4,
    "four times a day": 4,
    "qid": 4,
    "qds": 4,
}
"""How often a day the words of a frequency mean; others are not understood."""


@dataclass(frozen=True, slots=True)
class Dose:
    """The dose of a day: drug and mg a day, no drug at all where steroids are recorded as not taken."""

    drug: str | None
    mg: Decimal
    record_ids: tuple[str, ...]


def dose_on(case_file: CaseFile, day: int) -> Dose | None:
    """Return the dose of a day (its number); None where it isn't recorded, or not in a way that is understood.

    A medicine counts from its start, or from when it was listed, to its end; of several entries of a drug the newest
    one that has begun.
    """
    begun: dict[str, tuple[tuple[int, str], Medication]] = {}
    none_said: list[tuple[int, str]] = []
    for entry in case_file.of(Medication):
        record = entry.record
        text = record.started or record.date
        since = place(text).first if text else None
        if record.stated is Absence.NONE and since is not None and since <= day:
            none_said.append((since, entry.id))
        drug = fold_drug(record.name or "")
        if drug not in CORTICOSTEROIDS or record.stated is not None:
            continue
        if since is None:
            return None  # taken, and nobody knows when
        if since <= day:
            begun[drug] = max(
                begun.get(drug, ((-1, ""), record)), ((since, entry.id), record), key=lambda one: one[0]
            )
    if not begun:
        return Dose(None, Decimal(0), (max(none_said)[1],)) if none_said else None
    taken = {drug: (found, record) for drug, (found, record) in begun.items() if not _is_over(record, day)}
    if not taken:
        return Dose(None, Decimal(0), tuple(sorted(found[1] for found, _ in begun.values())))
    if len(taken) > 1:
        return None  # two drugs are not one dose
    ((drug, (found, record)),) = taken.items()
    mg = daily_mg(record.dose, record.frequency)
    return None if mg is None else Dose(drug, mg, (found[1],))


def daily_mg(dose: str | None, frequency: str | None) -> Decimal | None:
    """Return mg a day from the words of a dose and how often; None where they are not surely understood."""
    match = _DOSE.fullmatch(dose or "")
    if match is None:
        return None
    said = [_folded(words) for words in (match["rest"], frequency or "") if _folded(words)]
    times = {_TIMES.get(words) for words in said}
    if len(times) != 1:
        return None
    (often,) = times
    return None if often is None else Decimal(match[1]) * often


def compare(before: Dose | None, now: Dose | None) -> Steroids | None:
    """Tell how a dose compares with an earlier one: none, lower, same, higher; None where that can't be told."""
    if before is None or now is None:
        return None
    if now.drug is None:
        return "none"
    if before.drug is not None and before.drug != now.drug:
        return None
    if now.mg == before.mg:
        return "same"
    return "higher" if now.mg > before.mg else "lower"


def _is_over(record: Medication, day: int) -> bool:
    return record.ended is not None and place(record.ended).last < day


def _folded(words: str) -> str:
    return " ".join(words.casefold().replace(".", "").replace(",", " ").split())


def records_of(*doses: Dose | None) -> Iterator[str]:
    """Yield the records that doses rest on."""
    for dose in doses:
        if dose is not None:
            yield from dose.record_ids
