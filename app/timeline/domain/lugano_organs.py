"""Spleen and bone marrow beside the sizes of a lymphoma's lesions, as far as they are recorded.

Source: Lugano 2014 (Cheson), table of response; the 28 days of the marrow are general knowledge.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from app.casefile.domain.case_file import CaseFile
from app.records.domain.disease import BoneMarrow, PathologyReport
from app.records.domain.findings import ImagingStudy
from app.timeline.domain.lesions import Visit
from app.timeline.domain.order import Placed, place
from app.timeline.domain.thresholds import RULE_BOOKS

BOOK: Final = RULE_BOOKS["lugano"]
NORMAL_MM: Final = BOOK["spleen_normal_up_to_mm"]
_HUNDRED: Final = Decimal(100)

SpleenWord = Literal["normal", "regressed", "enlarged", "progression", "open"]
MarrowWord = Literal["clear", "involved", "indeterminate", "progression"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Organs:
    """What spleen and marrow of one study come to; None where it is not recorded.

    `spleen_before` and `marrow_before` tell of the baseline: whether the spleen was over 13 cm, the marrow's answer.
    """

    spleen_mm: Decimal | None
    spleen: SpleenWord | None
    spleen_before: Literal["normal", "enlarged"] | None
    marrow: MarrowWord | None
    marrow_before: BoneMarrow | None
    record_ids: tuple[str, ...]


NOTHING: Final = Organs(
    spleen_mm=None, spleen=None, spleen_before=None, marrow=None, marrow_before=None, record_ids=()
)


def spleen_word(first: Decimal | None, shortest: Decimal | None, now: Decimal | None) -> SpleenWord | None:
    """Tell what a spleen's length comes to, mm, against that at baseline and the shortest earlier one.

    `open` where the table can be read either way: longer than its shortest by what the rule asks but not than at
    baseline, or over 13 cm anew or again by less than 2 cm. An enlarged one without a baseline is `enlarged`.
    """
    if now is None or now <= NORMAL_MM:
        return None if now is None else "normal"
    if first is None or shortest is None:
        return "enlarged"
    normal_once = first if first <= NORMAL_MM else shortest
    if normal_once <= NORMAL_MM:
        return "progression" if now - normal_once >= BOOK["spleen_growth_mm"] else "open"
    if _exceeds(now - first, first):
        return "progression"
    if _exceeds(now - shortest, shortest):
        return "open"
    return "regressed" if _exceeds(first - now, first) else "enlarged"


def _exceeds(change: Decimal, length: Decimal) -> bool:
    """Tell whether a change is over half of what a length has beyond normal."""
    return change * _HUNDRED > (length - NORMAL_MM) * BOOK["spleen_excess_percent"]


def marrow_word(earlier: Sequence[BoneMarrow], now: BoneMarrow | None) -> MarrowWord | None:
    """Tell what the marrow's newest answer comes to after the earlier ones, in order: new or again involved."""
    if now is None:
        return None
    if now != "involved":
        return "clear" if now == "not_involved" else "indeterminate"
    return "progression" if earlier and earlier[-1] == "not_involved" else "involved"


@dataclass(frozen=True, slots=True)
class _Answer:
    day: int
    is_coarse: bool
    record_id: str
    answer: BoneMarrow


def organs_of(
    case_file: CaseFile, baseline: Visit, start: Placed | None, later: Sequence[Visit]
) -> tuple[Organs, ...]:
    """Return spleen and marrow of each later study, in order."""
    answers = sorted(_answers(case_file), key=lambda one: (one.day, one.record_id))
    first, first_ids = _spleen(baseline)
    before = _at_baseline(answers, baseline, start)
    shortest = first
    told: list[BoneMarrow] = [before.answer] if before else []
    found = []
    for visit in later:
        now, ids = _spleen(visit)
        near = _near(answers, visit)
        found.append(
            Organs(
                spleen_mm=now,
                spleen=spleen_word(first, shortest, now),
                spleen_before=None if first is None else "enlarged" if first > NORMAL_MM else "normal",
                marrow=marrow_word(told, near.answer if near else None),
                marrow_before=before.answer if before else None,
                record_ids=(*first_ids, *ids, *(one.record_id for one in (before, near) if one)),
            )
        )
        if now is not None and shortest is not None:
            shortest = min(shortest, now)
        if near and near.answer != "indeterminate":
            told.append(near.answer)
    return tuple(found)


def _spleen(visit: Visit) -> tuple[Decimal | None, tuple[str, ...]]:
    """Return the spleen's length in the studies of a date; None where they disagree."""
    told = [(one.record.spleen_mm, one.id) for one in visit.studies if one.record.spleen_mm is not None]
    lengths = {mm for mm, _ in told}
    return lengths.pop() if len(lengths) == 1 else None, tuple(record_id for _, record_id in told)


def _answers(case_file: CaseFile) -> Iterator[_Answer]:
    for study in case_file.of(ImagingStudy):
        text = study.record.date or study.record.report_study_date
        if text and study.record.bone_marrow:
            yield _answer(text, study.id, study.record.bone_marrow)
    for report in case_file.of(PathologyReport):
        text = report.record.specimen_date or report.record.date
        if text and report.record.bone_marrow:
            yield _answer(text, report.id, report.record.bone_marrow)


def _answer(text: str, record_id: str, answer: BoneMarrow) -> _Answer:
    placed = place(text)
    return _Answer(placed.first, not placed.is_day, record_id, answer)


def _at_baseline(answers: Sequence[_Answer], baseline: Visit, start: Placed | None) -> _Answer | None:
    """Return the newest answer up to the first day of treatment, or to the baseline study where none is dated."""
    last = baseline.placed.last if start is None else start.first
    told = [one for one in answers if one.day <= last and not one.is_coarse]
    return told[-1] if told else None


def _near(answers: Sequence[_Answer], visit: Visit) -> _Answer | None:
    """Return the answer nearest a study, within four weeks of it."""
    within = BOOK.days("marrow_within_days")
    near = [one for one in answers if abs(one.day - visit.placed.first) <= within and not one.is_coarse]
    return min(near, key=lambda one: abs(one.day - visit.placed.first), default=None)
