"""Days between what was given and what was seen: arithmetic on dates, and no more."""

from datetime import date
from typing import Final

from app.casefile.domain.case_file import CaseFile
from app.records.domain.course import Treatment
from app.timeline.domain.computed import Computed, Rule
from app.timeline.domain.drugs import PLATINUMS, drugs_of
from app.timeline.domain.event import SourceRef
from app.timeline.domain.lesions import visits_of
from app.timeline.domain.order import Placed, place

PLATINUM_INTERVAL: Final = Rule(
    id="days_from_last_platinum_to_imaging",
    version="1.0.0",
    source="clinical.md section 6, OVARY-CA125: days from the last recorded platinum dose to the newest study",
)


def platinum_interval_of(case_file: CaseFile, as_of: date) -> Computed | None:
    """Count the days from the last recorded platinum dose to the newest study; None where none was given.

    Null with a reason where platinum is said to go on, where no study is later, or where a date is coarser
    than a day.
    """
    given = [
        (entry, _last_dose(entry.record))
        for entry in case_file.of(Treatment)
        if drugs_of(entry.record) & PLATINUMS and entry.record.stated is None
    ]
    if not given:
        return None
    visits = visits_of(case_file, as_of)
    entry, dose = max(given, key=lambda one: (one[1].key if one[1] else 0, one[0].id))
    study = visits[-1] if visits else None
    reason = None
    if any(treatment.record.ongoing for treatment, _ in given):
        reason = "platinum_goes_on"
    elif dose is None or not dose.is_day:
        reason = "last_dose_not_known_to_the_day"
    elif study is None or study.placed.first <= dose.first:
        reason = "no_study_after_the_last_dose"
    elif not study.placed.is_day:
        reason = "study_not_known_to_the_day"
    result = None
    if study and dose and reason is None:
        result = {
            "days": study.placed.first - dose.first,
            "last_dose": dose.when.text,
            "study": study.text,
        }
    return Computed(
        id=PLATINUM_INTERVAL.id,
        title="Days from the last recorded platinum dose to the newest imaging",
        rule=PLATINUM_INTERVAL,
        result=result,
        reason=reason,
        inputs=(),
        steps=(),
        flags=(),
        limits=("Counts what is recorded; a dose or a study elsewhere would change it.",),
        sources=(
            SourceRef(record_id=entry.id),
            *(SourceRef(record_id=record_id) for record_id in (study.record_ids if study else ())),
        ),
    )


def _last_dose(treatment: Treatment) -> Placed | None:
    """Return the last cycle; where none is dated, the last day or a single day."""
    dates = treatment.cycle_dates or ((treatment.ended,) if treatment.ended else ())
    return max((place(text) for text in dates), key=lambda placed: placed.key, default=None)
