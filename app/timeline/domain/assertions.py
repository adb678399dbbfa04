"""What people said of progression and return: which statements stand, and which episode is the newest.

Source: clinical.md sections 4 (questions) and 5.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from app.casefile.domain.case_file import CaseFile
from app.records.domain.base import CLINICIANS
from app.records.domain.course import Treatment
from app.records.domain.findings import ImagingStudy
from app.records.domain.statements import DiseaseStatus
from app.timeline.domain.lines import says_change_for_worse
from app.timeline.domain.order import Placed, place
from app.timeline.domain.series import treatment_starts

Worse = Literal["progression", "return"]
_PROVEN_BY: Final = "pathology"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """One statement that the disease progresses or has returned.

    `proven` says that the statement itself is confirmed on pathology; `placed` is None where it is undated.
    """

    record_id: str
    axis: Worse
    placed: Placed | None
    by_clinician: bool
    proven: bool
    complete: bool
    """Whether extent and certainty are stated."""


def standing_assertions(case_file: CaseFile, as_of: date) -> tuple[Assertion, ...]:
    """Return the statements of progression and return that nobody refuted, the undated first, then in order.

    A response word PD, in a status, an imaging report or a treatment, is a statement of progression.
    """
    last_day = as_of.toordinal()
    refuted = [
        (entry.record.axis, place(entry.record.date) if entry.record.date else None)
        for entry in case_file.of(DiseaseStatus)
        if entry.record.certainty == "refuted"
    ]
    found = [
        one
        for one in _all(case_file)
        if (one.placed is None or one.placed.first <= last_day) and not _is_refuted(one, refuted, last_day)
    ]
    return tuple(sorted(found, key=lambda one: (one.placed.key if one.placed else -1, one.record_id)))


def newest_episode(case_file: CaseFile, assertions: Sequence[Assertion]) -> tuple[Assertion, ...]:
    """Return the newest statement and those of the same episode: with no treatment begun between them."""
    if not assertions:
        return ()
    starts = [start.first for start in treatment_starts(case_file)]
    episode = [assertions[-1]]
    for one in reversed(assertions[:-1]):
        later = episode[-1].placed
        if (
            one.placed is None
            or later is None
            or any(one.placed.first < day <= later.first for day in starts)
        ):
            break
        episode.append(one)
    return tuple(reversed(episode))


def _is_refuted(one: Assertion, refuted: Sequence[tuple[str, Placed | None]], last_day: int) -> bool:
    """Tell whether somebody refuted the same thing, on the same day or later or nobody knows when."""
    axes = {"progression", "response"} if one.axis == "progression" else {"return"}
    return any(
        axis in axes
        and (
            when is None or (when.first <= last_day and (one.placed is None or when.last >= one.placed.first))
        )
        for axis, when in refuted
    )


def _all(case_file: CaseFile) -> Iterator[Assertion]:
    for entry in case_file.of(DiseaseStatus):
        status = entry.record
        if status.stated is None and says_change_for_worse(status):
            yield Assertion(
                record_id=entry.id,
                axis="return" if status.axis == "return" else "progression",
                placed=place(status.date) if status.date else None,
                by_clinician=status.asserted_by in CLINICIANS,
                proven=status.certainty == "confirmed" and _PROVEN_BY in status.evidence,
                complete=status.extent is not None and status.certainty is not None,
            )
    for study in case_file.of(ImagingStudy):
        if study.record.reported_status == "PD":
            text = study.record.date or study.record.reported_on
            # A report is its radiologist's word even where the record doesn't repeat who signed it.
            yield _progression(study.id, text, by_clinician=study.record.asserted_by in {None, *CLINICIANS})
    for treatment in case_file.of(Treatment):
        if treatment.record.response_status == "PD":
            text = treatment.record.response_date or treatment.record.ended
            yield _progression(treatment.id, text, by_clinician=treatment.record.asserted_by in CLINICIANS)


def _progression(record_id: str, text: str | None, *, by_clinician: bool) -> Assertion:
    return Assertion(
        record_id=record_id,
        axis="progression",
        placed=place(text) if text else None,
        by_clinician=by_clinician,
        proven=False,
        complete=True,
    )
