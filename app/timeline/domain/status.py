"""Status as reported: who said what, when, in which words; none merged, none ranked, terms asked about.

Source: clinical.md section 5.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.casefile.domain.case_file import CaseFile, Entry
from app.records.domain.base import CLINICIANS
from app.records.domain.course import Treatment
from app.records.domain.disease import MrdResult
from app.records.domain.findings import ImagingStudy
from app.records.domain.statements import DiseaseStatus
from app.timeline.domain.build import sources_of
from app.timeline.domain.depth_terms import depth_questions
from app.timeline.domain.event import SourceRef
from app.timeline.domain.facts import facts_of
from app.timeline.domain.lines import started_on
from app.timeline.domain.order import Placed, place
from app.timeline.domain.series import TREATS
from app.timeline.domain.status_model import TERMS, By, Code, ReportedStatus, TermQuestion, is_no_evidence

__all__ = ["TERMS", "By", "ReportedStatus", "StatusReport", "TermQuestion", "reported_statuses"]

_REMISSION_WORDS: Final = frozenset({"cr"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReport:
    """The newest clinician's statement, every other beside it, and what to ask of their terms.

    `newest` is None where no clinician made a dated statement: insufficient information.
    """

    newest: ReportedStatus | None
    others: tuple[ReportedStatus, ...]
    questions: tuple[TermQuestion, ...]


_Said = tuple[Placed | None, ReportedStatus]


def reported_statuses(case_file: CaseFile, as_of: date) -> StatusReport:
    """Return what was said on the state of the disease up to a day: newest first, undated last, none merged.

    From status records, from the response words of imaging reports, from the responses of treatments, and from the
    results of tests for residual disease.
    """
    last_day = as_of.toordinal()
    said = [one for one in _all(case_file) if one[0] is None or one[0].first <= last_day]
    said.sort(key=lambda one: one[1].id)
    said.sort(key=lambda one: (one[0].last, one[0].first) if one[0] else (-1, -1), reverse=True)
    newest = next((status for when, status in said if when and status.by == "clinician"), None)
    return StatusReport(
        newest=newest,
        others=tuple(status for _, status in said if status is not newest),
        questions=(
            *_term_questions(case_file, said),
            *(
                _question(code, status, question)
                for _, status in sorted(said, key=lambda one: one[1].id)
                for code, question in depth_questions(case_file, status)
            ),
        ),
    )


def _all(case_file: CaseFile) -> Iterator[_Said]:
    for entry in case_file.of(DiseaseStatus):
        record = entry.record
        if record.stated is None:
            yield _said(
                entry,
                record.date,
                (record.axis, record.value, record.words),
                role=record.asserted_by,
            )
    for study in case_file.of(ImagingStudy):
        report = study.record
        if report.reported_status:
            said = ("response", report.reported_status, report.impression)
            # A report is its radiologist's word even where the record doesn't repeat who signed it.
            yield _said(
                study, report.date or report.reported_on, said, role=report.asserted_by or "radiologist"
            )
    for treatment in case_file.of(Treatment):
        given = treatment.record
        if given.response or given.response_status:
            worded = ("response", given.response_status or given.response, given.response)
            yield _said(treatment, given.response_date, worded, role=given.asserted_by)
    for test in case_file.of(MrdResult):
        found = test.record
        if found.result is not None:
            # A laboratory's word even where the record doesn't repeat who signed it.
            yield _said(test, found.date, ("mrd", found.result, None), role=found.asserted_by or "laboratory")


def _said(
    entry: Entry[DiseaseStatus] | Entry[ImagingStudy] | Entry[Treatment] | Entry[MrdResult],
    text: str | None,
    said: tuple[str, str | None, str | None],
    *,
    role: str | None,
) -> _Said:
    """Make one statement of axis, value and words."""
    record = entry.record
    axis, value, words = said
    placed = place(text) if text else None
    return placed, ReportedStatus(
        id=entry.id,
        kind=record.kind,
        axis=axis,
        value=value,
        certainty=record.certainty if isinstance(record, DiseaseStatus) else None,
        words=words,
        asserted_by=role,
        author=record.author,
        by=_by(role),
        date=placed.shown if placed else None,
        facts=facts_of(record) if isinstance(record, DiseaseStatus | MrdResult) else {},
        sources=sources_of(entry.id, record.sources),
    )


def _by(role: str | None) -> By:
    if role in CLINICIANS:
        return "clinician"
    return "patient_reported" if role == "patient_caregiver" else "other"


def _term_questions(case_file: CaseFile, said: Sequence[_Said]) -> Iterator[TermQuestion]:
    remissions = sorted(
        (one for one in said if _is_remission(one[1])),
        key=lambda one: (one[0].key if one[0] else -1, one[1].id),
    )
    named = [one for one in remissions if not is_no_evidence(one[1].value)]
    courses = [_course(entry.record) for entry in case_file.of(Treatment) if entry.record.category in TREATS]
    for when, status in sorted(said, key=lambda one: one[1].id):
        if status.certainty == "refuted":
            continue
        # In order of their first possible day, so those not after this statement stand before that place.
        begun = bisect_right(remissions, when.last if when else date.max.toordinal(), key=_first_day)
        newest = remissions[begun - 1] if begun else None
        is_relapse = status.axis == "return" and (status.value or "").casefold() == "relapse"
        if is_relapse and not bisect_right(
            named, when.last if when else date.max.toordinal(), key=_first_day
        ):
            beside = (newest[1],) if newest else ()
            yield _question("relapse_without_remission", status, _RELAPSE[bool(beside)], *beside)
        if not _is_progression(status):
            continue
        if not any(_not_after(start, when) for start, _ in courses):
            yield _question(
                "progression_without_treatment",
                status,
                "The word “progression” is used, and no earlier treatment is recorded: was there one?",
            )
        elif newest and when and not any(_reaches(course, newest[0], when) for course in courses):
            yield _question(
                "progression_after_remission",
                status,
                _PROGRESSION[is_no_evidence(newest[1].value)],
                newest[1],
            )


_RELAPSE: Final = {
    False: "The word “relapse” is used, and no earlier remission is recorded: was there one?",
    True: "The word “relapse” is used; before it no evidence of disease is recorded, and no remission: was there one?",
}
"""What is asked of a relapse, without and with an earlier statement that no evidence of disease was found.

No evidence of disease is what certain tests found on a day, and is never turned into a remission here, neither in what
is said nor in what is passed over. Source: clinical.md section 5 and S7.
"""
_PROGRESSION: Final = {
    False: "The word “progression” is used after a recorded complete response or remission: "
    "is recurrence or relapse meant?",
    True: "The word “progression” is used after a recorded statement of no evidence of disease: "
    "is recurrence or relapse meant?",
}


def _first_day(remission: _Said) -> int:
    return remission[0].first if remission[0] else 0


def _course(treatment: Treatment) -> tuple[Placed | None, Placed | None]:
    """Return first and last day of a treatment; None as last day where it goes on or nobody says."""
    start = started_on(treatment)
    ends = () if treatment.ongoing else (treatment.ended, *treatment.cycle_dates, start)
    last = max((place(text) for text in ends if text), key=lambda placed: placed.last, default=None)
    return place(start) if start else None, last


def _reaches(course: tuple[Placed | None, Placed | None], remission: Placed | None, when: Placed) -> bool:
    """Tell whether a treatment began after the remission or still went on when progression was stated."""
    start, last = course
    if start is None or start.first > when.last:
        return False
    goes_on = last is None or last.last >= when.first
    return goes_on or (remission is not None and start.first > remission.last)


def _question(
    code: Code,
    status: ReportedStatus,
    question: str,
    *beside: ReportedStatus,
) -> TermQuestion:
    return TermQuestion(
        id=f"{code}:{status.id}",
        code=code,
        term=status.value or status.axis,
        question=question,
        sources=tuple(SourceRef(record_id=one.id) for one in (*beside, status)),
    )


def _is_remission(status: ReportedStatus) -> bool:
    if status.certainty == "refuted":
        return False
    if status.axis == "remission":
        return (status.value or "").casefold() != "residual disease"
    return status.axis == "response" and (status.value or "").casefold() in _REMISSION_WORDS


def _is_progression(status: ReportedStatus) -> bool:
    return status.axis == "progression" or (
        status.axis == "response" and (status.value or "").casefold() == "pd"
    )


def _not_after(one: Placed | None, other: Placed | None) -> bool:
    """Tell whether the first may lie before the second; undated things may."""
    return one is None or other is None or one.first <= other.last
