"""RANO thresholds for a case: each study's areas with the steroid dose, performance status and radiation beside them.

Source: clinical.md section 3, RANO.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.casefile.domain.case_file import CaseFile, Entry
from app.records.domain.course import PerformanceStatus, Treatment
from app.records.domain.findings import SignalChange
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
from app.timeline.domain.rano import (
    BOOK,
    Area,
    Beside,
    Clinical,
    area_word,
    confirmed_response,
    rano_word,
)
from app.timeline.domain.recist import new_lesions, non_target_response
from app.timeline.domain.recist_baseline import Baseline, choose_baseline, studies_after
from app.timeline.domain.steroids import Dose, Steroids, compare, dose_on, records_of

TITLE: Final = "Brain tumour by the RANO thresholds"
LIMITS: Final = (
    "A radiologist chooses the lesions; made for high-grade tumours that enhance; others have a rule of their own.",
    "In the first 12 weeks after radiation only growth outside its field, or tissue, tells progression.",
    "The field of radiation is not recorded, so growth outside it is not told from growth within.",
    "Steroid doses of different drugs are not converted into each other.",
    "Whether a worse condition, or more signal on T2 or FLAIR images, comes from the tumour is not arithmetic.",
)
_WORST_FIRST: Final[tuple[SignalChange, ...]] = ("increased", "stable", "improved")
_EARLY: Final = "within_12_weeks_of_radiation"
_SCALE: Final[Mapping[str, tuple[tuple[int, int], ...]]] = {
    "ECOG": ((0, 2), (1, 2), (2, 3), (3, 4)),
    "Karnofsky": ((100, 70), (90, 70), (80, 60), (70, 50), (60, 50), (50, 40), (40, 30)),
}
"""From which score to which one counts as worse. Source: RANO, general knowledge."""


@dataclass(frozen=True, slots=True)
class _Scored:
    record_id: str
    day: int
    scale: str
    score: int


def rano_of(case_file: CaseFile, as_of: date) -> Computed:
    """Compute the RANO thresholds over the newest line of treatment; null with what lacks."""
    visits = visits_of(case_file, as_of)
    current = lines_of(case_file, as_of).current
    baseline = choose_baseline(visits, place(current.started) if current and current.started else None)
    if isinstance(baseline, str):
        return _nothing(baseline)
    later = studies_after(baseline, visits)
    if isinstance(later, str):
        return _nothing(later)
    boxes = target_boxes(baseline.visit)
    known = {label: box for label, box in boxes.items() if box is not None}
    if not known or len(known) < len(boxes):
        return _nothing("no_second_diameter_at_baseline" if boxes else "no_baseline_targets")
    return _computed(case_file, baseline, known, later)


def _computed(
    case_file: CaseFile, baseline: Baseline, boxes: Mapping[str, Box], later: Sequence[Visit]
) -> Computed:
    followed = follow_areas(boxes, later)
    rows: list[dict[str, Any]] = []
    words: list[tuple[int, Area | None]] = []
    beside_ids: list[str] = []
    doses = [dose_on(case_file, visit.placed.first) for visit in (baseline.visit, *later)]
    totals = [sum(box.area for box in boxes.values()), *(areas.total for areas in followed)]
    for place_, (visit, areas) in enumerate(zip(later, followed, strict=True), start=1):
        known = [(total, position) for position, total in enumerate(totals[:place_]) if total is not None]
        lowest = min(known, key=lambda one: (one[0], -one[1]))[1]
        scored = _scores_beside(case_file, baseline.visit, visit)
        beside = _beside(case_file, baseline, visit, (doses[0], doses[lowest], doses[place_]), scored)
        area = area_word(areas)
        word, reason = rano_word(area, beside)
        rows.append(_row(baseline, visit, areas, beside) | {"area": area, "word": word, "reason": reason})
        words.append((visit.placed.first, word))
        beside_ids += [
            *records_of(doses[0], doses[lowest], doses[place_]),
            *(one.record_id for one in scored),
        ]
    newest = rows[-1] if rows else None
    used = [baseline.visit, *later]
    return Computed(
        id=BOOK.rule.id,
        title=TITLE,
        rule=BOOK.rule,
        result={
            "baseline": baseline.visit.text,
            **{name: newest[name] if newest else None for name in _NEWEST},
            "response_confirmed": confirmed_response(words),
            "studies": rows,
        },
        reason=newest["reason"] if newest else "no_study_after_baseline",
        inputs=tuple(lesion_inputs(used)),
        steps=tuple(area_steps(baseline.visit, boxes, later, followed)),
        flags=tuple(_flags(case_file, boxes, rows, is_confirmed=confirmed_response(words))),
        limits=LIMITS,
        sources=tuple(
            SourceRef(record_id=record_id)
            for record_id in dict.fromkeys(
                [
                    *(record_id for visit in used for record_id in visit.record_ids),
                    *beside_ids,
                    *_radiations(case_file),
                ]
            )
        ),
    )


_NEWEST: Final = ("word", "area", "percent_from_baseline", "percent_over_lowest", "steroids", "clinical")


def _row(baseline: Baseline, visit: Visit, areas: Areas, beside: Beside) -> dict[str, Any]:
    return area_row(baseline.visit, visit, areas) | {
        "steroids": beside.steroids,
        "steroids_since_lowest": beside.steroids_since_lowest,
        "clinical": beside.clinical,
        "non_target": beside.non_target,
        "new_lesions": beside.new,
        "days_since_radiation": beside.days_since_radiation,
        "t2_flair": beside.signal,
    }


def _beside(
    case_file: CaseFile,
    baseline: Baseline,
    visit: Visit,
    doses: tuple[Dose | None, Dose | None, Dose | None],
    scored: Sequence[_Scored],
) -> Beside:
    at_baseline, at_lowest, now = doses
    return Beside(
        steroids=compare(at_baseline, now),
        steroids_since_lowest=_since(at_lowest, now),
        clinical=_clinical(scored),
        non_target=non_target_response(baseline.non_targets, visit.lesions),
        new=new_lesions(lesion for parts in visit.lesions.values() for lesion in parts),
        days_since_radiation=_days_since_radiation(case_file, visit),
        signal=_signal(visit),
    )


def _signal(visit: Visit) -> SignalChange | None:
    """Return what the studies of a date say of T2 or FLAIR images; of several the worst."""
    said = {entry.record.t2_flair_change for entry in visit.studies}
    return next((one for one in _WORST_FIRST if one in said), None)


def _since(lowest: Dose | None, now: Dose | None) -> Steroids | None:
    """Compare with the dose at the lowest area, where none then and none now is the same."""
    word = compare(lowest, now)
    if word == "none" and lowest is not None:
        return "same" if lowest.drug is None else "lower"
    return word


def _scores_beside(case_file: CaseFile, baseline: Visit, visit: Visit) -> tuple[_Scored, ...]:
    """Return the scores nearest before or around the two studies, if they are of one scale; else none."""
    every = sorted(_scores(case_file.of(PerformanceStatus)), key=lambda one: (one.day, one.record_id))
    within = BOOK.days("performance_within_days")
    for scale in _SCALE:
        pair = []
        for day in (baseline.placed.first, visit.placed.first):
            near = [one for one in every if one.scale == scale and abs(one.day - day) <= within]
            pair.append(min(near, key=lambda one: abs(one.day - day), default=None))
        first, last = pair
        if first is not None and last is not None and first.record_id != last.record_id:
            return first, last
    return ()


def _scores(entries: Sequence[Entry[PerformanceStatus]]) -> Iterator[_Scored]:
    for entry in entries:
        record = entry.record
        if record.date and record.score is not None and place(record.date).is_day:
            yield _Scored(entry.id, place(record.date).first, record.scale, record.score)


def _clinical(scored: Sequence[_Scored]) -> Clinical | None:
    if not scored:
        return None
    before, now = scored
    bound = dict(_SCALE[before.scale]).get(before.score)
    if bound is None:
        return "not_worse"
    is_worse = now.score >= bound if before.scale == "ECOG" else now.score <= bound
    return "worse" if is_worse else "not_worse"


def _days_since_radiation(case_file: CaseFile, visit: Visit) -> int | None:
    """Return the days since the last day of the newest radiation before a study; from its last known day."""
    ends = [
        place(text)
        for entry in case_file.of(Treatment)
        if entry.record.category == "radiation" and entry.record.stated is None
        for text in [
            entry.record.ended or max(entry.record.cycle_dates, default=None) or entry.record.started
        ]
        if text
    ]
    days = [visit.placed.first - end.last for end in ends if end.first <= visit.placed.first]
    return min(days, default=None)


def _radiations(case_file: CaseFile) -> Iterator[str]:
    for entry in case_file.of(Treatment):
        if entry.record.category == "radiation" and entry.record.stated is None:
            yield entry.id


def _flags(
    case_file: CaseFile, boxes: Mapping[str, Box], rows: Sequence[Mapping[str, Any]], *, is_confirmed: bool
) -> Iterator[str]:
    if len(boxes) > BOOK["most_targets"]:
        yield "more_than_5_targets"
    if any(min(box.longest, box.across) < BOOK["measurable_mm"] for box in boxes.values()):
        yield "target_below_measurable_size"
    if rows and rows[-1]["word"] in ("CR", "PR") and not is_confirmed:
        yield "response_without_a_second_study_4_weeks_later_counts_as_stable"
    if rows and rows[-1]["t2_flair"] is None:
        yield "t2_flair_not_recorded_so_not_judged"
    if any(row["reason"] == _EARLY for row in rows):
        yield "pseudoprogression_is_a_question"
    for entry in case_file.of(Treatment):
        record = entry.record
        if record.category == "radiation" and record.stated is None and not record.ended:
            yield "end_of_radiation_not_recorded"
            break


def _nothing(reason: str) -> Computed:
    return Computed(
        id=BOOK.rule.id,
        title=TITLE,
        rule=BOOK.rule,
        result=None,
        reason=reason,
        inputs=(),
        steps=(),
        flags=(),
        limits=LIMITS,
        sources=(),
    )
