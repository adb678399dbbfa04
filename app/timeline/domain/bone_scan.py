"""PCWG3 bone scans: the flare rule of two new lesions and then two more, by the lesions' labels.

Source: clinical.md section 3, PCWG3.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from app.casefile.domain.case_file import CaseFile
from app.timeline.domain.computed import Computed
from app.timeline.domain.event import SourceRef
from app.timeline.domain.lesions import Visit, fold_label, visits_of
from app.timeline.domain.lines import lines_of
from app.timeline.domain.order import place
from app.timeline.domain.thresholds import RULE_BOOKS

BOOK: Final = RULE_BOOKS["pcwg3_bone"]
TITLE: Final = "Bone scans against the PCWG3 thresholds"
LIMITS: Final = (
    "Counts lesions that the reports call new, equivocal ones left out, by their labels.",
    "Early new lesions may be flare: healing bone takes up more tracer too.",
)
_NEW: Final = int(BOOK["new_lesions"])


class Scan(NamedTuple):
    """One bone scan: its date as written, day, the labels it calls new, and all it shows."""

    text: str
    day: int
    new: frozenset[str]
    shown: frozenset[str]


def two_and_two(scans: Sequence[Scan], start: int) -> tuple[str, tuple[str, ...], str | None]:
    """Return the word of the scans after a start (day number), the dates that it rests on, and what it waits for.

    The first scan after the start is what later ones are held against. In the flare window its own two new lesions
    count only if a scan 6 weeks later or more has two further ones; later, two new ones count if a scan 6 weeks later
    or more still shows them.
    """
    first, *later = scans
    wait = BOOK.days("confirmed_after_days")
    if first.day - start <= BOOK.days("flare_window_days") and len(first.new) >= _NEW:
        confirming = [one for one in later if one.day - first.day >= wait]
        if not confirming:
            return "threshold_unconfirmed", (first.text,), "scan_6_weeks_later"
        further = confirming[0].new - first.new - first.shown
        if len(further) >= _NEW:
            return "threshold_met", (first.text, confirming[0].text), None
    for position, scan in enumerate(later):
        further = _against(first, later[: position + 1])
        if len(further) < _NEW:
            continue
        confirming = [one for one in later[position + 1 :] if one.day - scan.day >= wait]
        if not confirming:
            return "threshold_unconfirmed", (scan.text,), "scan_6_weeks_later"
        if len(further & confirming[0].shown) >= _NEW:
            return "threshold_met", (scan.text, confirming[0].text), None
    return "threshold_not_met", (), None


def _against(first: Scan, later: Sequence[Scan]) -> frozenset[str]:
    """Return what the newest of the scans shows and some of them called new, and the first one didn't show."""
    called_new = frozenset().union(*(one.new for one in later))
    return (called_new & later[-1].shown) - first.shown


def bone_scan_of(case_file: CaseFile, as_of: date) -> Computed | None:
    """Compute the bone scans of the newest line; None where no bone scan is recorded."""
    visits = [one for one in visits_of(case_file, as_of) if _is_bone_scan(one)]
    if not visits:
        return None
    current = lines_of(case_file, as_of).current
    start = place(current.started) if current and current.started else None
    after = [one for one in visits if start is not None and one.placed.first > start.last]
    reason = None
    if start is None:
        reason = "no_treatment_start"
    elif not start.is_day or not all(one.placed.is_day for one in after):
        reason = "dates_not_known_to_the_day"
    elif not after:
        reason = "no_bone_scan_after_treatment_start"
    elif not any(one.lesions for one in after):
        reason = "no_lesions_recorded"
    result: Mapping[str, Any] | None = None
    steps: tuple[str, ...] = ()
    if reason is None and start is not None:
        scans = [_scan(one) for one in after]
        word, dates, reason = two_and_two(scans, start.first)
        result = {
            "progression": word,
            "dates": list(dates),
            "scans": [
                {"date": scan.text, "record_ids": visit.record_ids, "new": sorted(scan.new)}
                for scan, visit in zip(scans, after, strict=True)
            ],
        }
        steps = tuple(f"{scan.text}: {len(scan.new)} new, {len(scan.shown)} shown." for scan in scans)
    return Computed(
        id=BOOK.rule.id,
        title=TITLE,
        rule=BOOK.rule,
        result=result,
        reason=reason,
        inputs=tuple(
            {"record_id": entry.id, "date": one.text, "label": lesion.label, "role": lesion.role}
            for one in after
            for entry in one.studies
            for lesion in entry.record.lesions
        ),
        steps=steps,
        flags=(),
        limits=LIMITS,
        sources=tuple(SourceRef(record_id=record_id) for one in visits for record_id in one.record_ids),
    )


def _is_bone_scan(visit: Visit) -> bool:
    return any(entry.record.modality == "bone_scan" for entry in visit.studies)


def _scan(visit: Visit) -> Scan:
    lesions = [
        lesion
        for entry in visit.studies
        if entry.record.modality == "bone_scan"
        for lesion in entry.record.lesions
        if lesion.state not in ("absent", "not_evaluable")
    ]
    return Scan(
        text=visit.text,
        day=visit.placed.first,
        new=frozenset(
            fold_label(lesion.label)
            for lesion in lesions
            if lesion.role == "new" and lesion.certainty != "equivocal"
        ),
        shown=frozenset(fold_label(lesion.label) for lesion in lesions),
    )
