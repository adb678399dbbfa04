"""RECIST 1.1 for a case: what the arithmetic over its studies says, step by step."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from app.casefile.domain.case_file import CaseFile
from app.timeline.domain.areas import lesion_inputs
from app.timeline.domain.computed import Computed, maybe_number, number, percent_change, shown
from app.timeline.domain.event import SourceRef
from app.timeline.domain.lesions import Size, Visit, size_of, visits_of
from app.timeline.domain.lines import lines_of
from app.timeline.domain.order import place
from app.timeline.domain.recist import (
    RECIST,
    Timepoint,
    follow_targets,
    new_lesions,
    non_target_response,
    overall,
)
from app.timeline.domain.recist_baseline import (
    Baseline,
    NoBaseline,
    baseline_flags,
    choose_baseline,
    is_ultrasound,
    studies_after,
)
from app.timeline.domain.recist_beside import (
    EARLY_STABLE,
    beside_flags,
    is_early,
    marker_state,
    visit_flags,
)

TITLE: Final = "RECIST 1.1 sums of the newest line"
LIMITS: Final = (
    "A radiologist chooses targets, and says what is malignant and which growth or new lesion is unequivocal.",
    "Made for trials: what it means for one person stays a medical judgement.",
    "Complete disappearance of non-targets also needs normal markers.",
    "Studies of different days are separate visits.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A baseline with the studies that follow its lesions, each with sizes, sums and words."""

    baseline: Baseline
    later: tuple[Visit, ...]
    timepoints: Sequence[Timepoint | None]
    rows: Sequence[Mapping[str, Any]]
    not_used: Sequence[str]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotFollowed:
    """Why no sums can be computed, and the studies looked at."""

    reason: NoBaseline
    visits: tuple[Visit, ...]


def follow_case(case_file: CaseFile, as_of: date) -> Followed | NotFollowed:
    """Follow the lesions of the newest line of treatment from its baseline on, up to a day."""
    visits = visits_of(case_file, as_of)
    current = lines_of(case_file, as_of).current
    baseline = choose_baseline(visits, place(current.started) if current and current.started else None)
    if isinstance(baseline, str):
        return NotFollowed(baseline, visits)
    later = studies_after(baseline, visits)
    if isinstance(later, str):
        return NotFollowed(later, visits)
    used = {record_id for visit in later for record_id in visit.record_ids}
    sizes = [_sizes(baseline, visit) for visit in later]
    timepoints: Sequence[Timepoint | None] = [None] * len(later)
    if baseline.targets:
        timepoints = follow_targets(baseline.targets, baseline.nodes, sizes)
    return Followed(
        baseline=baseline,
        later=later,
        timepoints=timepoints,
        rows=[
            _row(baseline, visit, seen, timepoint, case_file)
            | {"new_lesion_first_seen": _first_seen(visit, later)}
            for visit, seen, timepoint in zip(later, sizes, timepoints, strict=True)
        ],
        not_used=[
            record_id
            for visit in visits
            if visit.placed.key > baseline.visit.placed.key
            for record_id in visit.record_ids
            if record_id not in used
        ],
        flags=(*baseline_flags(baseline), *beside_flags(case_file, baseline)),
    )


def recist_of(case_file: CaseFile, as_of: date) -> Computed:
    """Compute RECIST 1.1 over the studies of the newest line of treatment.

    Null with a reason where there is no baseline with measured lesions, where it is an ultrasound study, or
    where the order of the studies is not certain.
    """
    return recist_from(follow_case(case_file, as_of))


def recist_from(followed: Followed | NotFollowed, *, more_flags: tuple[str, ...] = ()) -> Computed:
    """Tell RECIST 1.1 of lesions that were followed, with flags of the case, or why they can't be."""
    if isinstance(followed, NotFollowed):
        return _nothing(followed.reason, followed.visits)
    baseline, later, rows = followed.baseline, followed.later, followed.rows
    base = number(baseline.total) if baseline.targets else None
    newest = rows[-1] if rows else dict.fromkeys(_NEWEST)
    result = {
        "baseline": {
            "date": baseline.visit.text,
            "record_ids": baseline.visit.record_ids,
            "sum": base,
            "targets": {baseline.name(label): number(mm) for label, mm in baseline.targets.items()},
            "non_targets": [baseline.name(label) for label in baseline.non_targets],
        },
        "baseline_to_start_days": baseline.days_to_start,
        "sum": [base, *(row["sum"] for row in rows)] if baseline.targets else None,
        **{key: newest[key] for key in _NEWEST},
        "timepoints": rows,
        "not_used": followed.not_used,
    }
    return Computed(
        id=RECIST.id,
        title=TITLE,
        rule=RECIST,
        result=result,
        reason=newest["reason"] if rows else "no_study_after_baseline",
        inputs=tuple(lesion_inputs([baseline.visit, *later])),
        steps=tuple(_steps(baseline, later, followed.timepoints)),
        flags=(*more_flags, *followed.flags, *dict.fromkeys(_flags_of(rows))),
        limits=LIMITS,
        sources=_sources([baseline.visit, *later]),
    )


def _flags_of(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the flags of the studies; that stable disease is early holds while it is the newest word alone."""
    for row in rows:
        yield from (flag for flag in row["flags"] if flag != EARLY_STABLE or row is rows[-1])


_NEWEST: Final = (
    "percent_from_baseline",
    "percent_over_nadir",
    "target_timepoint",
    "target_in_sequence",
    "lesion_percent",
    "non_target",
    "new_lesions",
    "overall",
    "reason",
)
"""What of the newest visit stands at the top of the result too."""


def _sizes(baseline: Baseline, visit: Visit) -> dict[str, Size]:
    if is_ultrasound(visit):
        return dict.fromkeys(baseline.targets, Size(None, "not_evaluable"))
    sizes = {
        label: size_of(visit.lesions.get(label, ()), is_node=label in baseline.nodes)
        for label in baseline.targets
    }
    has_whole = any(
        part.state == "merged" and (part.longest_mm is not None or part.short_axis_mm is not None)
        for parts in visit.lesions.values()
        for part in parts
    )
    if has_whole:
        return sizes
    # Merged, and nowhere the size of the whole: that is no nothing.
    return {
        label: Size(None, "not_evaluable") if size.how == "merged" else size for label, size in sizes.items()
    }


def _row(
    baseline: Baseline,
    visit: Visit,
    sizes: Mapping[str, Size],
    timepoint: Timepoint | None,
    case_file: CaseFile,
) -> dict[str, Any]:
    new = new_lesions(lesion for parts in visit.lesions.values() for lesion in parts)
    others = non_target_response(baseline.non_targets, visit.lesions)
    withheld: tuple[str, ...] = ()
    # Rule 7: their disappearance alone is not complete. Asked of those studies alone: markers are many.
    markers = marker_state(case_file, visit) if others == "CR" else None
    if markers == "above":
        others, withheld = "non-CR/non-PD", ("non_target_disappearance_with_a_marker_above_its_limit",)
    elif markers == "not_recorded":
        withheld = ("no_marker_recorded_beside_the_disappearance_of_non_targets",)
    word, reason = overall(timepoint.target_in_sequence if timepoint else None, others, new)
    if timepoint and timepoint.question and word != "PD":
        word, reason = None, timepoint.question
    percents = [
        None if size.mm is None else percent_change(baseline.targets[label], size.mm)
        for label, size in sizes.items()
    ]
    return {
        "date": visit.text,
        "record_ids": visit.record_ids,
        "sum": maybe_number(timepoint.sum_mm) if timepoint else None,
        "nadir_before": number(timepoint.nadir_before_mm) if timepoint else None,
        "percent_from_baseline": shown(timepoint.percent_from_baseline) if timepoint else None,
        "percent_over_nadir": shown(timepoint.percent_over_nadir) if timepoint else None,
        "target_timepoint": timepoint.target_timepoint if timepoint else None,
        "target_in_sequence": timepoint.target_in_sequence if timepoint else None,
        "non_target": others,
        "new_lesions": new,
        "overall": word,
        "reason": reason,
        "lesions": {
            baseline.name(label): {"mm": maybe_number(size.mm), "how": size.how}
            for label, size in sizes.items()
        },
        "lesion_percent": [shown(percent) for percent in percents],
        "not_evaluable": [baseline.name(label) for label in timepoint.lacking] if timepoint else [],
        "flags": [
            *(timepoint.flags if timepoint else ()),
            *visit_flags(baseline, visit, new),
            *withheld,
            *((EARLY_STABLE,) if word == "SD" and is_early(baseline, visit) else ()),
        ],
    }


def _first_seen(visit: Visit, later: Sequence[Visit]) -> str | None:
    """Return the date of the first study with a lesion that this one calls new without doubt.

    A lesion that was equivocal first counts from then. Source: clinical.md section 3, rule 7.
    """
    sure = {label for label, parts in visit.lesions.items() if new_lesions(parts) == "unequivocal"}
    return next((one.text for one in later if sure & set(one.lesions)), None) if sure else None


def _steps(
    baseline: Baseline, later: Sequence[Visit], timepoints: Sequence[Timepoint | None]
) -> Iterator[str]:
    if baseline.targets:
        parts = " + ".join(str(mm) for mm in baseline.targets.values())
        total = f"{parts} = {baseline.total}" if len(baseline.targets) > 1 else parts
        yield f"Baseline {baseline.visit.text}: {total} mm."
    for visit, timepoint in zip(later, timepoints, strict=True):
        if timepoint is None:
            yield f"{visit.text}: no targets at baseline, so no sum."
        elif timepoint.sum_mm is None:
            lacking = ", ".join(baseline.name(label) for label in timepoint.lacking)
            yield f"{visit.text}: no size for {lacking}, so no sum."
        else:
            nadir = timepoint.nadir_before_mm
            yield (
                f"{visit.text}: sum {timepoint.sum_mm} mm; from baseline {baseline.total} mm "
                f"{_signed(timepoint.percent_from_baseline)}; over the lowest earlier sum {nadir} mm "
                f"{_signed(timepoint.percent_over_nadir)}, {timepoint.sum_mm - nadir:+} mm."
            )


def _signed(percent: Decimal | None) -> str:
    return "no percentage" if percent is None else f"{float(percent):+.1f} %"


def _sources(visits: Sequence[Visit]) -> tuple[SourceRef, ...]:
    return tuple(SourceRef(record_id=record_id) for visit in visits for record_id in visit.record_ids)


def _nothing(reason: NoBaseline, visits: Sequence[Visit]) -> Computed:
    return Computed(
        id=RECIST.id,
        title=TITLE,
        rule=RECIST,
        result=None,
        reason=reason,
        inputs=(),
        steps=(),
        flags=(),
        limits=LIMITS,
        sources=_sources(visits),
    )
