"""Lugano arithmetic of lymphoma: the recorded Deauville score, the sum of areas, each lesion's own growth.

Source: clinical.md section 3, Lugano.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

from app.casefile.domain.case_file import CaseFile
from app.records.domain.findings import ImagingStudy
from app.records.domain.statements import DiseaseStatus
from app.timeline.domain.areas import (
    Areas,
    Box,
    area_row,
    area_steps,
    follow_areas,
    lesion_inputs,
    target_boxes,
)
from app.timeline.domain.computed import Computed
from app.timeline.domain.event import SourceRef
from app.timeline.domain.lesions import Visit, visits_of
from app.timeline.domain.lines import lines_of
from app.timeline.domain.order import place
from app.timeline.domain.recist import new_lesions, non_target_response
from app.timeline.domain.recist_baseline import Baseline, choose_baseline, studies_after
from app.timeline.domain.thresholds import RULE_BOOKS

BOOK: Final = RULE_BOOKS["lugano"]
TITLE: Final = "Lymphoma by the Lugano thresholds"
LIMITS: Final = (
    "A radiologist or nuclear physician chooses the lesions and gives the Deauville score.",
    "Spleen, marrow and what a residual mass means are not in this arithmetic.",
)
_SCORE: Final = re.compile(r"\bdeauville\b\D{0,20}([1-5])\b", re.IGNORECASE)
_BARE_SCORE: Final = re.compile(r"\s*([1-5])\s*")
_HUNDRED: Final = Decimal(100)

Word = Literal["CR", "PR", "SD", "PD"]


@dataclass(frozen=True, slots=True)
class Deauville:
    """A recorded score, by which record, on which day."""

    record_id: str
    text: str
    key: int
    score: int


def lugano_of(case_file: CaseFile, as_of: date) -> Computed:
    """Compute the Lugano thresholds over the newest line of treatment, from what is recorded of it."""
    scores = sorted(_scores(case_file, as_of), key=lambda one: (one.key, one.record_id))
    return _answer(scores, _by_size(case_file, as_of))


@dataclass(frozen=True, slots=True, kw_only=True)
class BySize:
    """What the sizes come to: a row a study, or why there are none."""

    reason: str | None
    rows: tuple[Mapping[str, Any], ...] = ()
    steps: tuple[str, ...] = ()
    used: tuple[Visit, ...] = ()
    flags: tuple[str, ...] = ()


def _by_size(case_file: CaseFile, as_of: date) -> BySize:
    visits = visits_of(case_file, as_of)
    current = lines_of(case_file, as_of).current
    baseline = choose_baseline(visits, place(current.started) if current and current.started else None)
    if isinstance(baseline, str):
        return BySize(reason=baseline)
    later = studies_after(baseline, visits)
    if isinstance(later, str):
        return BySize(reason=later)
    boxes = target_boxes(baseline.visit)
    known = {label: box for label, box in boxes.items() if box is not None}
    if not known or len(known) < len(boxes):
        return BySize(reason="no_second_diameter_at_baseline" if boxes else "no_baseline_targets")
    followed = follow_areas(known, later)
    rows = tuple(_rows(baseline, known, later, followed))
    return BySize(
        reason=rows[-1]["reason"] if rows else "no_study_after_baseline",
        rows=rows,
        steps=tuple(area_steps(baseline.visit, known, later, followed)),
        used=(baseline.visit, *later),
        flags=tuple(_flags(known, rows)),
    )


def ct_word(
    baseline: Baseline, boxes: Mapping[str, Box], lowest: Mapping[str, Box], visit: Visit, areas: Areas
) -> tuple[Word | None, str | None, tuple[str, ...]]:
    """Return the word of one study by size, or why there is none, and the lesions that grew over their smallest size.

    `lowest` are the smallest earlier diameters of each lesion.
    """
    grown = tuple(
        label for label, box in areas.boxes.items() if box is not None and is_growth(lowest[label], box)
    )
    new = new_lesions(lesion for parts in visit.lesions.values() for lesion in parts)
    others = non_target_response(baseline.non_targets, visit.lesions)
    if grown or new == "unequivocal" or others == "PD":
        return "PD", None, grown
    if new != "none":
        return None, "equivocal_new_lesion" if new == "equivocal" else "new_lesion_certainty_not_stated", ()
    if areas.total is None:
        return None, "diameter_of_a_target_not_recorded", ()
    if all(_is_normal(label, box, baseline) for label, box in areas.boxes.items()) and others in (None, "CR"):
        return "CR", None, ()
    first = sum((box.area for box in boxes.values()), Decimal(0))
    is_half = (first - areas.total) * _HUNDRED >= first * BOOK["response_percent"]
    return ("PR" if is_half else "SD"), None, ()


def is_growth(lowest: Box, now: Box) -> bool:
    """Tell whether a lesion is over 1.5 cm, its area larger by half, and a diameter longer by what its size asks."""
    is_small = lowest.longest <= BOOK["small_up_to_mm"]
    least = BOOK["small_growth_mm" if is_small else "large_growth_mm"]
    return (
        now.longest > BOOK["node_longest_over_mm"]
        and (now.area - lowest.area) * _HUNDRED >= lowest.area * BOOK["node_growth_percent"]
        and max(now.longest - lowest.longest, now.across - lowest.across) >= least
    )


def _is_normal(label: str, box: Box | None, baseline: Baseline) -> bool:
    if box is None:
        return False
    is_node = any(part.is_node for part in baseline.visit.lesions[label])
    return box.longest <= BOOK["node_normal_up_to_mm"] if is_node else box.longest == 0


def _rows(
    baseline: Baseline, boxes: Mapping[str, Box], later: Sequence[Visit], followed: Sequence[Areas]
) -> Iterator[dict[str, Any]]:
    lowest = dict(boxes)
    for visit, areas in zip(later, followed, strict=True):
        word, reason, grown = ct_word(baseline, boxes, lowest, visit, areas)
        yield area_row(baseline.visit, visit, areas) | {
            "word_by_size": word,
            "reason": reason,
            "grown": [baseline.name(label) for label in grown],
        }
        for label, box in areas.boxes.items():
            if box is not None and box.area < lowest[label].area:
                lowest[label] = box


def _scores(case_file: CaseFile, as_of: date) -> Iterator[Deauville]:
    for entry in case_file.of(ImagingStudy):
        text = entry.record.date or entry.record.report_study_date
        if text and entry.record.deauville is not None and place(text).first <= as_of.toordinal():
            yield Deauville(entry.id, text, place(text).key, entry.record.deauville)
    for status in case_file.of(DiseaseStatus):
        record = status.record
        if not record.date or place(record.date).first > as_of.toordinal():
            continue
        said = f"{record.value or ''} {record.words or ''}"
        match = _SCORE.search(said)
        if match is None and (record.criteria or "").casefold() == "deauville":
            match = _BARE_SCORE.fullmatch(record.value or "")
        if match is not None:
            yield Deauville(status.id, record.date, place(record.date).key, int(match.group(1)))


def _flags(boxes: Mapping[str, Box], rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if len(boxes) > BOOK["most_targets"]:
        yield "more_than_6_targets"
    if any(row["grown"] for row in rows):
        yield "a_single_lesion_grew"


def _answer(scores: Sequence[Deauville], by_size: BySize) -> Computed:
    newest = scores[-1] if scores else None
    rows, reason = by_size.rows, by_size.reason
    result: dict[str, Any] | None = None
    if newest is not None or rows:
        is_metabolic = newest is not None and newest.score <= BOOK["metabolic_most"]
        result = {
            "deauville": newest.score if newest else None,
            "deauville_date": newest.text if newest else None,
            "metabolic": "CMR" if is_metabolic else None,
            "word_by_size": rows[-1]["word_by_size"] if rows else None,
            "percent_from_baseline": rows[-1]["percent_from_baseline"] if rows else None,
            "studies": list(rows),
        }
        if newest is not None and not rows:
            reason = None if is_metabolic else "change_of_uptake_not_recorded"
    notes = () if newest is None else (f"Deauville {newest.score} recorded on {newest.text}.",)
    record_ids = (
        *(one.record_id for one in scores),
        *(record_id for visit in by_size.used for record_id in visit.record_ids),
    )
    return Computed(
        id=BOOK.rule.id,
        title=TITLE,
        rule=BOOK.rule,
        result=result,
        reason=reason,
        inputs=(
            *({"record_id": one.record_id, "date": one.text, "deauville": one.score} for one in scores),
            *lesion_inputs(by_size.used),
        ),
        steps=(*notes, *by_size.steps),
        flags=by_size.flags,
        limits=LIMITS,
        sources=tuple(SourceRef(record_id=record_id) for record_id in dict.fromkeys(record_ids)),
    )
