"""Remission arithmetic of acute lymphoblastic leukaemia: each condition with its value, and the word if all are known.

Source: clinical.md section 3, ALL_CR.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

from app.casefile.domain.case_file import CaseFile
from app.records.domain.disease import MrdResult
from app.records.domain.findings import LabResult, MarkerResult
from app.timeline.domain.analytes import name_analyte
from app.timeline.domain.blood_counts import Reading, nearest, readings
from app.timeline.domain.computed import Computed, number
from app.timeline.domain.event import SourceRef
from app.timeline.domain.order import place
from app.timeline.domain.series import MarkerSeries
from app.timeline.domain.thresholds import RULE_BOOKS

BOOK: Final = RULE_BOOKS["all_remission"]
LIMITS: Final = (
    "Arithmetic on recorded counts: morphology, blood film and examination are a haematologist's.",
    "Sources differ on whether a count on its limit is enough; here it is, and it is flagged.",
    "Residual disease stands by itself, against the sensitivity of its test.",
)
_TOGETHER: Final = BOOK.days("together_within_days")
_COUNT_UNIT: Final = "10*9/L"

Found = Literal["present", "absent"]
Word = Literal["CR", "CRi", "not_met"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marrow:
    """What the conditions are held against; None is not recorded.

    `blasts_percent` of the marrow, counts in 10*9/L.
    """

    blasts_percent: Decimal
    circulating: Found | None
    extramedullary: Found | None
    neutrophils: Decimal | None
    platelets: Decimal | None


def remission_word(marrow: Marrow) -> tuple[Word | None, str | None]:
    """Return the word that the conditions come to, or the code of the first input that lacks.

    A condition that is surely not met decides before what lacks; short counts make CR into CRi.
    """
    if marrow.blasts_percent >= BOOK["marrow_blasts_below_percent"] or "present" in (
        marrow.circulating,
        marrow.extramedullary,
    ):
        return "not_met", None
    if marrow.circulating is None:
        return None, "blasts_in_blood_not_recorded"
    if marrow.extramedullary is None:
        return None, "disease_outside_the_marrow_not_recorded"
    counts = ((marrow.neutrophils, "neutrophils"), (marrow.platelets, "platelets"))
    if any(value is not None and value < BOOK[name] for value, name in counts):
        return "CRi", None
    lacking = next((name for value, name in counts if value is None), None)
    return (None, f"{lacking}_not_recorded") if lacking else ("CR", None)


@dataclass(frozen=True, slots=True)
class _Told:
    """One recorded value or statement: by which record, on which day."""

    record_id: str
    text: str
    day: int
    value: Any


def remission_of(case_file: CaseFile, series: Sequence[MarkerSeries], as_of: date) -> Computed:
    """Compute the remission conditions on the newest marrow with a blast count, up to a day."""
    last_day = as_of.toordinal()
    marrows = [one for one in _marrow_blasts(case_file) if one.day <= last_day]
    if not marrows:
        return _nothing("no_dated_marrow_blast_count")
    newest = max(marrows, key=lambda one: (one.day, one.value, one.record_id))
    circulating = _near(_circulating(case_file), newest.day, last_day)
    outside = _near(_extramedullary(case_file), newest.day, last_day)
    neutrophils, platelets = (
        nearest(
            [one for one in readings(series, name, _COUNT_UNIT) if one.day <= last_day], newest.day, _TOGETHER
        )
        for name in ("anc", "platelets")
    )
    marrow = Marrow(
        blasts_percent=newest.value,
        circulating=circulating.value if circulating else None,
        extramedullary=outside.value if outside else None,
        neutrophils=neutrophils.value if neutrophils else None,
        platelets=platelets.value if platelets else None,
    )
    word, reason = remission_word(marrow)
    used = {
        "marrow_blasts_percent": newest,
        "blasts_in_blood": circulating,
        "disease_outside_the_marrow": outside,
        "neutrophils": neutrophils,
        "platelets": platelets,
    }
    return Computed(
        id=BOOK.rule.id,
        title="Remission conditions of acute lymphoblastic leukaemia",
        rule=BOOK.rule,
        result={
            "date": newest.text,
            "word": word,
            "conditions": _conditions(marrow),
            "lacking": [name for name, one in used.items() if one is None],
        },
        reason=reason,
        inputs=tuple(_input(name, one) for name, one in used.items() if one is not None),
        steps=tuple(_steps(marrow)),
        flags=tuple(_flags(marrow)),
        limits=LIMITS,
        sources=tuple(
            SourceRef(record_id=record_id)
            for record_id in dict.fromkeys(one.record_id for one in used.values() if one is not None)
        ),
    )


def _conditions(marrow: Marrow) -> dict[str, bool | None]:
    """Tell of each condition whether it is met; None where its input lacks."""
    return {
        "marrow_blasts_below_5_percent": marrow.blasts_percent < BOOK["marrow_blasts_below_percent"],
        "no_blasts_in_blood": _is_absent(marrow.circulating),
        "no_disease_outside_the_marrow": _is_absent(marrow.extramedullary),
        "neutrophils_enough": _is_enough(marrow.neutrophils, "neutrophils"),
        "platelets_enough": _is_enough(marrow.platelets, "platelets"),
    }


def _is_absent(found: Found | None) -> bool | None:
    return None if found is None else found == "absent"


def _is_enough(value: Decimal | None, name: str) -> bool | None:
    return None if value is None else value >= BOOK[name]


def _steps(marrow: Marrow) -> Iterator[str]:
    yield f"Marrow blasts {number(marrow.blasts_percent)} % against below {BOOK['marrow_blasts_below_percent']} %."
    yield f"Blasts in the blood: {marrow.circulating or 'not recorded'}."
    yield f"Disease outside the marrow: {marrow.extramedullary or 'not recorded'}."
    for name, value in (("neutrophils", marrow.neutrophils), ("platelets", marrow.platelets)):
        if value is None:
            yield f"{name.capitalize()}: not recorded within 14 days."
        else:
            yield f"{name.capitalize()} {number(value)} against at least {BOOK[name]} (10^9/L)."


def _flags(marrow: Marrow) -> Iterator[str]:
    for name, value in (("neutrophils", marrow.neutrophils), ("platelets", marrow.platelets)):
        if value == BOOK[name]:
            yield f"{name}_on_the_limit"


def _input(name: str, one: _Told | Reading) -> Mapping[str, Any]:
    value = one.value
    return {
        "name": name,
        "record_id": one.record_id,
        "date": one.text,
        "value": number(value) if isinstance(value, Decimal) else value,
    }


def _near(told: Iterator[_Told], day: int, last_day: int) -> _Told | None:
    """Return the statement nearest to a day; where two of one day differ, the one that names disease."""
    near = [one for one in told if abs(one.day - day) <= _TOGETHER and one.day <= last_day]
    return min(
        near,
        key=lambda one: (abs(one.day - day), one.value == "absent", -one.day, one.record_id),
        default=None,
    )


def _marrow_blasts(case_file: CaseFile) -> Iterator[_Told]:
    for entry in case_file.of(MrdResult):
        yield from _told(entry.id, entry.record.date, entry.record.blasts_percent)
    for record_id, record in _measured(case_file):
        key = _analyte(record)
        is_marrow = "marrow" in (record.specimen or "").casefold()
        is_number = record.unit == "%" and record.comparator is None
        if is_number and (key == "blasts-marrow" or (key == "blasts" and is_marrow)):
            yield from _told(record_id, record.date, record.value)


def _circulating(case_file: CaseFile) -> Iterator[_Told]:
    for entry in case_file.of(MrdResult):
        yield from _told(entry.id, entry.record.date, entry.record.circulating_blasts)
    for record_id, record in _measured(case_file):
        key = _analyte(record)
        is_blood = "blood" in (record.specimen or "").casefold()
        if record.value is not None and (key == "blasts-blood" or (key == "blasts" and is_blood)):
            if record.value > 0 and record.comparator in ("<", "<="):
                continue  # below a bound is not none
            yield from _told(record_id, record.date, "present" if record.value > 0 else "absent")


def _extramedullary(case_file: CaseFile) -> Iterator[_Told]:
    for entry in case_file.of(MrdResult):
        yield from _told(entry.id, entry.record.date, entry.record.extramedullary)


def _told(record_id: str, text: str | None, value: Any) -> Iterator[_Told]:  # noqa: ANN401 (a number or a word)
    if text is not None and value is not None and (placed := place(text)).is_day:
        yield _Told(record_id, text, placed.first, value)


def _measured(case_file: CaseFile) -> Iterator[tuple[str, MarkerResult | LabResult]]:
    for marker in case_file.of(MarkerResult):
        yield marker.id, marker.record
    for test in case_file.of(LabResult):
        yield test.id, test.record


def _analyte(record: MarkerResult | LabResult) -> str:
    name = record.marker if isinstance(record, MarkerResult) else record.test
    return name_analyte(name, record.codes, "marker").key


def _nothing(reason: str) -> Computed:
    return Computed(
        id=BOOK.rule.id,
        title="Remission conditions of acute lymphoblastic leukaemia",
        rule=BOOK.rule,
        result=None,
        reason=reason,
        inputs=(),
        steps=(),
        flags=(),
        limits=LIMITS,
        sources=(),
    )
