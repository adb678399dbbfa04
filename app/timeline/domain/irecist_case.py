"""iRECIST for a case: only where its records name it, or a scan followed a progression; never for the drug's sake.

Source: clinical.md section 3, iRECIST.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from app.casefile.domain.case_file import CaseFile
from app.records.domain.course import Symptom
from app.records.domain.findings import ImagingStudy, Lesion
from app.records.domain.statements import DiseaseStatus, Opinion
from app.timeline.domain.areas import lesion_inputs
from app.timeline.domain.computed import Computed
from app.timeline.domain.event import SourceRef
from app.timeline.domain.irecist import BOOK, Category, Entry, Look, follow
from app.timeline.domain.lesions import Visit, size_of
from app.timeline.domain.order import place
from app.timeline.domain.recist import Timepoint, non_target_response, overall
from app.timeline.domain.recist_baseline import is_node
from app.timeline.domain.recist_case import Followed, NotFollowed

TITLE: Final = "Progression by the iRECIST bookkeeping"
LIMITS: Final = (
    "iRECIST is a way of keeping trial data and no guide to treatment.",
    "It is told here because {why}, and never because of the kind of drug.",
    "Which growth and which new lesion is unequivocal is the report's word.",
)
_NAMED: Final = re.compile(r"\bi-?recist\b|\biUPD\b|\biCPD\b", re.IGNORECASE)
_WHY: Final[Mapping[str, str]] = {
    "records_name_irecist": "the records name iRECIST",
    "scan_after_progression": "a scan followed a progression by RECIST 1.1 within the line",
}


def irecist_of(
    case_file: CaseFile, followed: Followed | NotFollowed, *, only_named: bool = False
) -> Computed | None:
    """Tell iRECIST beside RECIST 1.1; None where nothing calls for it.

    `only_named` leaves it to the records that name it, for diseases with criteria of their own.
    """
    named = tuple(_naming(case_file))
    if isinstance(followed, NotFollowed):
        return _nothing(followed.reason, named) if named else None
    looks = _looks(case_file, followed)
    is_followed_on = any(look.progressions for look in looks[:-1])
    if not named and (only_named or not is_followed_on):
        return None
    why = "records_name_irecist" if named else "scan_after_progression"
    entries = follow(looks)
    newest = entries[-1] if entries else None
    used = [followed.baseline.visit, *followed.later]
    return Computed(
        id=BOOK.rule.id,
        title=TITLE,
        rule=BOOK.rule,
        result={
            "told_because": why,
            "word": newest.word if newest else None,
            "first_progression": newest.first_progression if newest else None,
            "studies": [
                {
                    "date": one.text,
                    "word": one.word,
                    "reason": one.reason,
                    "by": list(one.by),
                    "first_progression": one.first_progression,
                }
                for one in entries
            ],
        },
        reason=newest.reason if newest else "no_study_after_baseline",
        inputs=tuple(lesion_inputs(used)),
        steps=tuple(_steps(entries, followed.rows)),
        flags=(),
        limits=tuple(limit.format(why=_WHY[why]) for limit in LIMITS),
        sources=_sources([*(one for visit in used for one in visit.record_ids), *named]),
    )


def _steps(entries: Sequence[Entry], rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for entry, row in zip(entries, rows, strict=True):
        by = f" by {', '.join(entry.by).replace('_', ' ')}" if entry.by else ""
        yield f"{entry.text}: RECIST 1.1 {row['overall'] or 'no word'}; iRECIST {entry.word or 'no word'}{by}."


def _naming(case_file: CaseFile) -> Iterator[str]:
    """Yield the records that name iRECIST or its words."""
    for status in case_file.of(DiseaseStatus):
        record = status.record
        if any(map(_NAMED.search, filter(None, (record.criteria, record.value, record.words)))):
            yield status.id
    for study in case_file.of(ImagingStudy):
        if any(map(_NAMED.search, filter(None, (study.record.impression, study.record.note)))):
            yield study.id
    for opinion in case_file.of(Opinion):
        said = opinion.record
        if any(map(_NAMED.search, filter(None, (said.statement, said.status_words, said.plan)))):
            yield opinion.id


def _looks(case_file: CaseFile, followed: Followed) -> tuple[Look, ...]:
    looks: list[Look] = []
    known_new: set[str] = set()
    onsets = _onsets(case_file)
    for visit, timepoint, row in zip(followed.later, followed.timepoints, followed.rows, strict=True):
        look = _look(followed, visit, timepoint, row, known_new)
        known_new |= set(look.new)
        if looks:
            look = replace(look, new_symptom=_began(onsets, looks[-1].day, look.day))
        looks.append(look)
    return tuple(looks)


def _look(
    followed: Followed,
    visit: Visit,
    timepoint: Timepoint | None,
    row: Mapping[str, Any],
    known_new: set[str],
) -> Look:
    baseline = followed.baseline
    new = {
        label: size_of(parts, is_node=is_node(parts)).mm
        for label, parts in visit.lesions.items()
        if _is_new(parts) or (label in known_new and not _is_absent(parts))
    }
    progressions: set[Category] = set()
    target = timepoint.target_in_sequence if timepoint else None
    if target == "PD":
        progressions.add("target")
    others = non_target_response(baseline.non_targets, visit.lesions)
    if others == "PD":
        progressions.add("non_target")
    if new:
        progressions.add("new_lesion")
    otherwise = None
    if not progressions and row["new_lesions"] not in ("equivocal", "certainty_not_stated"):
        otherwise, _ = overall(target, others, "none")
    return Look(
        text=visit.text,
        day=visit.placed.first,
        otherwise=otherwise,
        progressions=frozenset(progressions),
        sum_mm=timepoint.sum_mm if timepoint else None,
        non_targets=_measured(baseline.non_targets, visit),
        new=new,
        non_target_progresses=others == "PD",
    )


def _is_new(parts: Sequence[Lesion]) -> bool:
    return any(part.role == "new" and part.certainty == "unequivocal" for part in parts)


def _is_absent(parts: Sequence[Lesion]) -> bool:
    return all(part.state == "absent" for part in parts)


def _measured(labels: Mapping[str, bool], visit: Visit) -> Mapping[str, Decimal]:
    sizes = {
        label: size_of(visit.lesions.get(label, ()), is_node=is_node) for label, is_node in labels.items()
    }
    return {label: size.mm for label, size in sizes.items() if size.mm is not None}


def _onsets(case_file: CaseFile) -> list[tuple[int, int]]:
    """Return the first and the last day on which each symptom can have begun, in this order."""
    dates = (
        place(entry.record.onset)
        for entry in case_file.of(Symptom)
        if entry.record.stated is None and entry.record.presence == "present" and entry.record.onset
    )
    return sorted((onset.first, onset.last) for onset in dates)


def _began(onsets: Sequence[tuple[int, int]], after: int, until: int) -> bool:
    """Tell whether a symptom began between two studies, for certain."""
    start, end = (bisect_right(onsets, day, key=_first) for day in (after, until))
    return any(last <= until for _, last in onsets[start:end])


def _first(onset: tuple[int, int]) -> int:
    return onset[0]


def _sources(record_ids: Sequence[str]) -> tuple[SourceRef, ...]:
    return tuple(SourceRef(record_id=record_id) for record_id in dict.fromkeys(record_ids))


def _nothing(reason: str, named: Sequence[str]) -> Computed:
    return Computed(
        id=BOOK.rule.id,
        title=TITLE,
        rule=BOOK.rule,
        result=None,
        reason=reason,
        inputs=(),
        steps=(),
        flags=(),
        limits=tuple(limit.format(why=_WHY["records_name_irecist"]) for limit in LIMITS),
        sources=_sources(named),
    )
