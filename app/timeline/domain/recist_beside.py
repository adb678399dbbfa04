"""What RECIST 1.1 asks of the records besides sizes: markers, radiation, and time since the start.

Source: clinical.md section 3, rules 1, 7 and 8.
"""

import re
from collections.abc import Iterator
from typing import Final, Literal

from app.casefile.domain.case_file import CaseFile
from app.records.domain.course import Treatment
from app.records.domain.findings import MarkerResult
from app.timeline.domain.lesions import Visit
from app.timeline.domain.line_model import started_on
from app.timeline.domain.order import place
from app.timeline.domain.recist_baseline import Baseline
from app.timeline.domain.sites import same_site

MARKER_WITHIN_DAYS: Final = 28
STABLE_AFTER_DAYS: Final = 42
_NOT_MEASURABLE: Final = re.compile(
    r"effusion|ascites|leptomening|lymphangi|blastic|sclerotic|peritoneal carcinomatosis", re.IGNORECASE
)
"""Words of disease that is never measured. Source: rule 1; lymphangitic spread is general knowledge."""

MarkerState = Literal["normal", "above", "not_recorded"]


def marker_state(case_file: CaseFile, visit: Visit) -> MarkerState:
    """Tell whether the markers nearest to a study lie within their laboratories' limits.

    Of each marker the value nearest to the study counts, not more than four weeks away.
    """
    nearest: dict[str, tuple[int, str, bool]] = {}
    day = visit.placed.first
    for entry in case_file.of(MarkerResult):
        record = entry.record
        is_above = _is_above(record)
        if record.date is None or is_above is None:
            continue
        away = abs(place(record.date).first - day)
        if away <= MARKER_WITHIN_DAYS:
            found = away, entry.id, is_above
            name = record.marker.casefold()
            nearest[name] = min(nearest.get(name, found), found)
    if not nearest:
        return "not_recorded"
    return "above" if any(is_above for _, _, is_above in nearest.values()) else "normal"


def _is_above(record: MarkerResult) -> bool | None:
    """Tell whether a value lies above its limit; None where that is not known, as of "<10" with a limit of 5."""
    value, limit, comparator = record.value, record.reference_high, record.comparator
    if value is None or limit is None:
        return None
    if comparator is None:
        return value > limit
    if comparator in ("<", "<=") and value <= limit:
        return False
    is_surely_above = value > limit or (comparator == ">" and value == limit)
    return True if comparator in (">", ">=") and is_surely_above else None


def beside_flags(case_file: CaseFile, baseline: Baseline) -> Iterator[str]:
    """Name what a reader must know of where the targets lie."""
    sites = [_words(baseline, label) for label in baseline.targets]
    if any(_NOT_MEASURABLE.search(site) for site in sites):
        yield "target_of_a_kind_that_is_not_measured"
    irradiated = [
        entry.record.site
        for entry in case_file.of(Treatment)
        if entry.record.category == "radiation" and entry.record.site and entry.record.stated is None
        if (start := started_on(entry.record)) and place(start).first <= baseline.visit.placed.first
    ]
    if any(_is_there(site, baseline, label) for site in irradiated for label in baseline.targets):
        yield "target_may_lie_where_radiation_was_given"


def is_early(baseline: Baseline, visit: Visit) -> bool:
    """Tell whether a study is too early for stable disease: under six weeks from the start, or from the baseline."""
    begun = baseline.start or baseline.visit.placed
    return visit.placed.first - begun.first < STABLE_AFTER_DAYS


def _words(baseline: Baseline, label: str) -> str:
    return " ".join(
        text for part in baseline.visit.lesions[label] for text in (part.label, part.site) if text
    )


def _is_there(irradiated: str, baseline: Baseline, label: str) -> bool:
    """Tell whether a lesion's own site names the organ that was irradiated; one without a site can't be told."""
    site = next((part.site for part in baseline.visit.lesions[label] if part.site), None)
    return site is not None and same_site(irradiated, site)


EARLY_STABLE: Final = "stable_less_than_6_weeks_from_the_start"
_CHANGES: Final = (
    ("modality", "modality_changed"),
    ("author", "reader_changed"),
    ("contrast", "contrast_changed"),
)


def visit_flags(baseline: Baseline, visit: Visit, new: str) -> Iterator[str]:
    """Name what a reader must know of one study against the baseline."""
    if new == "unequivocal":
        yield "new_lesion_by_the_report"
    for name, flag in _CHANGES:
        before = {getattr(entry.record, name) for entry in baseline.visit.studies} - {None}
        after = {getattr(entry.record, name) for entry in visit.studies} - {None}
        if before and after and before != after:
            yield flag
