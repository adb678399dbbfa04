"""RANO thresholds of brain tumours: areas, steroid dose, performance status, and the time since radiation.

Source: clinical.md section 3, RANO.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from app.records.domain.findings import SignalChange
from app.timeline.domain.areas import Areas
from app.timeline.domain.recist import NewLesions, NonTarget
from app.timeline.domain.steroids import Steroids
from app.timeline.domain.thresholds import RULE_BOOKS

BOOK: Final = RULE_BOOKS["rano"]

Clinical = Literal["not_worse", "worse"]
Area = Literal["CR", "PR", "SD", "PD"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands beside the areas of one study; None is not recorded.

    `steroids` and `steroids_since_lowest` compare the dose with that at baseline and at the lowest earlier area.
    `days_since_radiation` from its last day, None where none was given or its end is not known. `signal` is what the
    report says of T2 or FLAIR images.
    """

    steroids: Steroids | None
    steroids_since_lowest: Steroids | None
    clinical: Clinical | None
    non_target: NonTarget | None
    new: NewLesions
    days_since_radiation: int | None
    signal: SignalChange | None = None


def area_word(areas: Areas) -> Area | None:
    """Return what the areas alone come to; None where an area lacks."""
    if areas.total is None or areas.percent_from_baseline is None:
        return None
    if areas.percent_over_nadir is None:  # the lowest was nothing at all
        return "PD" if areas.total > 0 else "CR"
    if areas.percent_over_nadir >= BOOK["progression_percent"]:
        return "PD"
    if areas.total == 0:
        return "CR"
    return "PR" if areas.percent_from_baseline <= -BOOK["response_percent"] else "SD"


def rano_word(area: Area | None, beside: Beside) -> tuple[Area | None, str | None]:
    """Return the word of one study, or the code of why a person has to say it."""
    is_worse = area == "PD" or beside.non_target == "PD" or beside.new == "unequivocal"
    if is_worse:
        return _progression(area, beside)
    if beside.new != "none":
        return (
            None,
            "equivocal_new_lesion" if beside.new == "equivocal" else "new_lesion_certainty_not_stated",
        )
    if beside.signal == "increased":
        return None, "t2_flair_increased_and_its_cause_is_not_arithmetic"
    if beside.clinical == "worse":
        return None, "performance_status_worse_and_its_cause_is_not_arithmetic"
    if area is None:
        return None, "diameter_of_a_target_not_recorded"
    if beside.clinical is None:
        return None, "performance_status_not_recorded"
    if beside.steroids is None:
        return None, "steroid_dose_not_recorded"
    return _better(area, beside)


def _progression(area: Area | None, beside: Beside) -> tuple[Area | None, str | None]:
    days = beside.days_since_radiation
    if days is not None and days <= BOOK.days("after_radiation_days"):
        return None, "within_12_weeks_of_radiation"
    if beside.new == "unequivocal" or beside.non_target == "PD":
        return "PD", None
    if beside.steroids_since_lowest is None:
        return None, "steroid_dose_not_recorded"
    if beside.steroids_since_lowest == "lower":
        return None, "steroid_dose_lower_than_at_the_lowest_area"
    return area, None


def _better(area: Area, beside: Beside) -> tuple[Area | None, str | None]:
    """Hold a response or a stable area against steroids and the lesions that are not measured.

    Neither holds on a higher dose than at baseline: what it was raised for is not arithmetic.
    """
    if beside.steroids == "higher":
        return None, "steroid_dose_higher_than_at_baseline"
    if area == "CR" and (beside.steroids != "none" or beside.non_target not in (None, "CR")):
        area = "PR"
    return area, None


def confirmed_response(words: Sequence[tuple[int, Area | None]]) -> bool:
    """Tell whether the newest word is a response that an earlier study, 4 weeks or more before, says too.

    `words` are day and word of each study, in order.
    """
    if not words or words[-1][1] not in ("CR", "PR"):
        return False
    last, newest = words[-1]
    reached = ("CR",) if newest == "CR" else ("CR", "PR")
    for day, word in reversed(words[:-1]):
        if word not in reached:
            return False
        if last - day >= BOOK.days("confirmed_after_days"):
            return True
    return False
