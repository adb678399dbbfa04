"""How the lesions of the newest comparable studies change, each for itself and never averaged."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from app.casefile.domain.case_file import CaseFile
from app.timeline.domain.computed import Computed, Rule, maybe_number, shown
from app.timeline.domain.event import SourceRef
from app.timeline.domain.lesions import (
    Direction,
    LesionChange,
    Visit,
    changes,
    is_divergent,
    newest_pair,
    visits_of,
)

LESION_CHANGES: Final = Rule(
    id="lesion_changes",
    version="1.1.0",
    source="clinical.md section 4, question mixed: down from -30 %, up from +20 % and 5 mm, new, level",
)

_DAYS_OF_A_MONTH: Final = 30.4375
_DIRECTIONS: Final[tuple[Direction, ...]] = ("down", "level", "up", "new")


def lesion_changes_of(case_file: CaseFile, as_of: date) -> Computed:
    """Compare each lesion over the newest two studies that share a measured one."""
    pair = newest_pair(visits_of(case_file, as_of))
    lesions = changes(*pair) if pair else ()
    return Computed(
        id=LESION_CHANGES.id,
        title="Lesions one by one over the newest two comparable studies",
        rule=LESION_CHANGES,
        result={
            "dates": [visit.text for visit in pair],
            "lesions": [
                {
                    "label": one.label,
                    "before_mm": maybe_number(one.before_mm),
                    "after_mm": maybe_number(one.after_mm),
                    "percent": shown(one.percent),
                    "direction": one.direction,
                    "mm_per_month": _pace(one, pair),
                }
                for one in lesions
            ],
            "divergent": is_divergent(lesions),
            "counts": {
                direction: sum(one.direction == direction for one in lesions) for direction in _DIRECTIONS
            },
        }
        if pair
        else None,
        reason=None if pair else "no_two_studies_share_a_measured_lesion",
        inputs=(),
        steps=tuple(_steps(pair, lesions)) if pair else (),
        flags=(),
        limits=(
            "Measurements of different readers and techniques differ; a radiologist compares the images.",
        ),
        sources=tuple(
            SourceRef(record_id=record_id) for visit in pair or () for record_id in visit.record_ids
        ),
    )


def _steps(pair: tuple[Visit, Visit], lesions: Sequence[LesionChange]) -> Iterator[str]:
    yield f"{pair[0].text} and {pair[1].text}."
    for one in lesions:
        if one.direction == "new":
            size = "size not stated" if one.after_mm is None else f"{one.after_mm} mm"
            yield f"{one.label}: new, {size}."
        elif not one.before_mm and not one.after_mm:
            yield f"{one.label}: absent in both."
        else:
            percent = "" if one.percent is None else f" ({float(one.percent):+.1f} %)"
            same = one.before_mm == one.after_mm
            yield f"{one.label}: {one.before_mm} mm to {one.after_mm} mm{' (the same)' if same else percent}."
    if is_divergent(lesions):
        counts = Counter(one.direction for one in lesions)
        told = ", ".join(f"{counts[one]} {one}" for one in _DIRECTIONS if counts[one])
        yield f"The lesions differ in their direction: {told}; level is above -30 % and below +20 % or 5 mm."


def _pace(lesion: LesionChange, pair: tuple[Visit, Visit]) -> float | None:
    """Return the change in mm a month of 30.4375 days; None unless both sizes and both days are known.

    Which pace is slow or fast is a clinician's word. Source: clinical.md section 5, progression.
    """
    earlier, later = pair
    if lesion.before_mm is None or lesion.after_mm is None:
        return None
    if not (earlier.placed.is_day and later.placed.is_day):
        return None
    days = later.placed.first - earlier.placed.first
    return round(float(lesion.after_mm - lesion.before_mm) / days * _DAYS_OF_A_MONTH, 1)
