"""Recorded Deauville scores, and what the newest comes to with the change of uptake beside it.

Source: Lugano 2014 (Cheson), table of response, PET-CT; clinical.md section 3, Lugano.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from app.casefile.domain.case_file import CaseFile
from app.records.domain.findings import ImagingStudy, UptakeChange
from app.records.domain.statements import DiseaseStatus
from app.timeline.domain.lesions import Visit
from app.timeline.domain.order import place
from app.timeline.domain.recist import new_lesions
from app.timeline.domain.thresholds import RULE_BOOKS

BOOK: Final = RULE_BOOKS["lugano"]
_SCORE: Final = re.compile(r"\bdeauville\b\D{0,20}([1-5])\b", re.IGNORECASE)
_BARE_SCORE: Final = re.compile(r"\s*([1-5])\s*")

Metabolic = Literal["CMR", "PMR", "NMR", "PMD"]
"""Complete, partial and no metabolic response, progressive metabolic disease."""
_BY_UPTAKE: Final[dict[UptakeChange, Metabolic]] = {"reduced": "PMR", "unchanged": "NMR", "increased": "PMD"}


@dataclass(frozen=True, slots=True)
class Deauville:
    """A recorded score, by which record, on which day."""

    record_id: str
    text: str
    key: int
    score: int


def scores_of(case_file: CaseFile, as_of: date) -> list[Deauville]:
    """Return the scores up to a day, in order."""
    return sorted(_scores(case_file, as_of), key=lambda one: (one.key, one.record_id))


def metabolic_word(score: int, visits: Sequence[Visit]) -> tuple[Metabolic | None, str | None]:
    """Return what a score comes to with the studies of its day, or the code of what lacks for a word.

    Complete needs no new lesion and no disease in the marrow beside a score up to 3; over that the change of uptake
    against the study before treatment decides, or a new lesion.
    """
    studies = [entry.record for visit in visits for entry in visit.studies]
    has_new = "unequivocal" in {
        new_lesions(lesion for parts in visit.lesions.values() for lesion in parts) for visit in visits
    }
    if score <= BOOK["metabolic_most"]:
        if has_new:
            return None, "new_lesion_beside_a_score_up_to_3"
        if any(study.bone_marrow == "involved" for study in studies):
            return None, "marrow_involved_beside_a_score_up_to_3"
        return "CMR", None
    if has_new:
        return "PMD", None
    changes = {study.uptake_change for study in studies if study.uptake_change is not None}
    if len(changes) != 1:
        return None, "change_of_uptake_not_recorded"
    return _BY_UPTAKE[changes.pop()], None


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
