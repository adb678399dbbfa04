"""Lugano arithmetic of lymphoma: the sum of areas, each lesion's own growth, spleen and marrow, the Deauville score.

Source: Lugano 2014 (Cheson), table of response; clinical.md section 3, Lugano.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.casefile.domain.case_file import CaseFile
from app.timeline.domain.areas import (
    Areas,
    Box,
    area_row,
    area_steps,
    follow_areas,
    lesion_inputs,
    target_boxes,
)
from app.timeline.domain.computed import Computed, maybe_number
from app.timeline.domain.deauville import Deauville, metabolic_word, scores_of
from app.timeline.domain.event import SourceRef
from app.timeline.domain.lesions import Visit, visits_of
from app.timeline.domain.lines import lines_of
from app.timeline.domain.lugano_organs import Organs, organs_of
from app.timeline.domain.lugano_sizes import TOO_SMALL, Held, ct_word, is_below_measurable, is_growth
from app.timeline.domain.order import place
from app.timeline.domain.recist_baseline import Baseline, choose_baseline, studies_after
from app.timeline.domain.thresholds import RULE_BOOKS

__all__ = ["is_growth", "lugano_of"]

BOOK: Final = RULE_BOOKS["lugano"]
TITLE: Final = "Lymphoma by the Lugano thresholds"
LIMITS: Final = (
    "A radiologist or nuclear physician chooses the lesions and gives the Deauville score.",
    "Spleen and marrow count where they are recorded; the size of the liver and what a residual mass means do not.",
)


def lugano_of(case_file: CaseFile, as_of: date) -> Computed:
    """Compute the Lugano thresholds over the newest line of treatment, from what is recorded of it."""
    visits = visits_of(case_file, as_of)
    return _answer(scores_of(case_file, as_of), visits, _by_size(case_file, visits, as_of))


@dataclass(frozen=True, slots=True, kw_only=True)
class BySize:
    """What the sizes come to: a row a study, or why there are none."""

    reason: str | None
    rows: tuple[Mapping[str, Any], ...] = ()
    steps: tuple[str, ...] = ()
    used: tuple[Visit, ...] = ()
    flags: tuple[str, ...] = ()
    organ_ids: tuple[str, ...] = ()


def _by_size(case_file: CaseFile, visits: Sequence[Visit], as_of: date) -> BySize:
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
    followed = follow_areas(known, later, too_small=TOO_SMALL)
    organs = organs_of(case_file, baseline.visit, baseline.start, later)
    rows = tuple(_rows(baseline, known, later, followed, organs))
    return BySize(
        reason=rows[-1]["reason"] if rows else "no_study_after_baseline",
        rows=rows,
        steps=(
            *area_steps(baseline.visit, known, later, followed),
            *_organ_steps(baseline.visit, later, organs),
            *_progressions(rows),
        ),
        used=(baseline.visit, *later),
        flags=tuple(_flags(baseline, known, rows, organs)),
        organ_ids=tuple(record_id for one in organs for record_id in one.record_ids),
    )


def _rows(
    baseline: Baseline,
    boxes: Mapping[str, Box],
    later: Sequence[Visit],
    followed: Sequence[Areas],
    organs: Sequence[Organs],
) -> Iterator[dict[str, Any]]:
    lowest = dict(boxes)
    for visit, areas, organ in zip(later, followed, organs, strict=True):
        word = ct_word(Held(baseline, boxes, lowest), visit, areas, organ)
        yield area_row(baseline.visit, visit, areas) | {
            "word_by_size": word.word,
            "reason": word.reason,
            "because": list(word.because),
            "grown": [baseline.name(label) for label in word.grown],
            "spleen_mm": maybe_number(organ.spleen_mm),
            "spleen": organ.spleen,
            "marrow": organ.marrow,
        }
        for label, box in areas.boxes.items():
            if box is not None and box.area < lowest[label].area:
                lowest[label] = box


def _organ_steps(baseline: Visit, later: Sequence[Visit], organs: Sequence[Organs]) -> Iterator[str]:
    """Tell the spleen's lengths and the marrow's answers, where there are any."""
    for entry in baseline.studies:
        if entry.record.spleen_mm is not None:
            yield f"Baseline {baseline.text}: spleen {entry.record.spleen_mm} mm; over 130 mm is enlarged."
    for visit, organ in zip(later, organs, strict=True):
        if organ.spleen_mm is not None:
            yield f"{visit.text}: spleen {organ.spleen_mm} mm."
        if organ.marrow is not None:
            yield f"{visit.text}: {_MARROW[organ.marrow]}."


def _progressions(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Tell what puts a study in the range of progression."""
    for row in rows:
        if row["because"]:
            told = [
                f"{_BECAUSE[one]} ({', '.join(row['grown'])})" if one == "a_lesion_grew" else _BECAUSE[one]
                for one in row["because"]
            ]
            yield f"{row['date']}: in the PD range by {'; '.join(told)}."


_BECAUSE: Final[Mapping[str, str]] = {
    "a_lesion_grew": "one lesion's own growth",
    "new_lesion": "a new lesion, by the report's certainty",
    "new_lesion_by_its_size": "a new lesion, by its size",
    "lesions_not_measured_progressed": "lesions that are not measured, by the report's words",
    "spleen": "the spleen's length",
    "marrow": "the marrow",
}
_MARROW: Final[Mapping[str, str]] = {
    "clear": "marrow recorded as not involved",
    "involved": "marrow recorded as involved",
    "indeterminate": "marrow recorded as indeterminate",
    "progression": "marrow recorded as involved, and as not involved before",
}


def _flags(
    baseline: Baseline, boxes: Mapping[str, Box], rows: Sequence[Mapping[str, Any]], organs: Sequence[Organs]
) -> Iterator[str]:
    if len(boxes) > BOOK["most_targets"]:
        yield "more_than_6_targets"
    if any(is_below_measurable(baseline, label, box) for label, box in boxes.items()):
        yield "target_below_measurable_size"
    if any(row["grown"] for row in rows):
        yield "a_single_lesion_grew"
    if organs and (organs[-1].spleen is None or organs[-1].spleen_before is None):
        yield "spleen_not_recorded_so_not_judged"
    if organs and organs[-1].marrow is None:
        yield "marrow_not_recorded_so_not_judged"


def _answer(scores: Sequence[Deauville], visits: Sequence[Visit], by_size: BySize) -> Computed:
    newest = scores[-1] if scores else None
    rows, reason = by_size.rows, by_size.reason
    metabolic: str | None = None
    lacking: str | None = None
    flags = list(by_size.flags)
    result: dict[str, Any] | None = None
    if newest is not None:
        on_its_day = [visit for visit in visits if visit.placed.key == newest.key]
        metabolic, lacking = metabolic_word(newest.score, on_its_day)
        if by_size.used and by_size.used[-1].placed.key > newest.key:
            flags.append("the_newest_sizes_are_newer_than_the_deauville_score")
        if not rows and metabolic == "CMR" and not any(_tells_marrow(visit) for visit in on_its_day):
            flags.append("marrow_not_recorded_so_not_judged")
    if newest is not None or rows:
        result = {
            "deauville": newest.score if newest else None,
            "deauville_date": newest.text if newest else None,
            "metabolic": metabolic,
            "metabolic_lacking": lacking,
            "word_by_size": rows[-1]["word_by_size"] if rows else None,
            "size_date": rows[-1]["date"] if rows else None,
            "percent_from_baseline": rows[-1]["percent_from_baseline"] if rows else None,
            "studies": list(rows),
        }
        if newest is not None and not rows:
            reason = lacking
    notes = () if newest is None else (f"Deauville {newest.score} recorded on {newest.text}.",)
    record_ids = (
        *(one.record_id for one in scores),
        *(record_id for visit in by_size.used for record_id in visit.record_ids),
        *by_size.organ_ids,
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
            *_organ_inputs(by_size.used),
        ),
        steps=(*notes, *by_size.steps),
        flags=tuple(flags),
        limits=LIMITS,
        sources=tuple(SourceRef(record_id=record_id) for record_id in dict.fromkeys(record_ids)),
    )


def _tells_marrow(visit: Visit) -> bool:
    return any(entry.record.bone_marrow is not None for entry in visit.studies)


def _organ_inputs(visits: Sequence[Visit]) -> Iterator[Mapping[str, Any]]:
    """Yield what the studies say of spleen and marrow, as inputs beside the lesions."""
    for visit in visits:
        for entry in visit.studies:
            record = entry.record
            if record.spleen_mm is not None or record.bone_marrow is not None:
                yield {
                    "record_id": entry.id,
                    "date": visit.text,
                    "spleen_mm": maybe_number(record.spleen_mm),
                    "bone_marrow": record.bone_marrow,
                }
