"""Words on response that no imaging stands behind, or that imaging words differently."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from app.casefile.domain.case_file import CaseFile
from app.records.domain.course import Treatment
from app.records.domain.disease import Diagnosis
from app.records.domain.statements import DiseaseStatus
from app.timeline.domain.conflict import Conflict, Side, conflict
from app.timeline.domain.lesions import Visit, visits_of
from app.timeline.domain.lines import started_on
from app.timeline.domain.order import Placed, place
from app.timeline.domain.sites import said_words

IMAGING_BEFORE_NOTE_DAYS: Final = 56
_RESPONSES: Final = frozenset({"cr", "pr", "sd", "pd", "mixed"})
_NOT_BY_IMAGING: Final = ("leukaemia", "leukemia", "myeloma")
_TREATED: Final = frozenset({"systemic", "radiation"})


class _Claim(NamedTuple):
    record_id: str
    word: str
    when: Placed
    start: Placed | None
    by_radiologist: bool
    field: str

    def side(self) -> Side:
        return Side(record_id=self.record_id, field=self.field, stated=self.word, date=self.when.when.text)


def responses(case_file: CaseFile, as_of: date) -> Iterator[Conflict]:
    """Find responses with no imaging since the treatment's start, and words that differ from the report's."""
    studies = _Studies(visits_of(case_file, as_of))
    by_imaging = not _is_not_imaged(case_file)
    for claim in _claims(case_file, as_of):
        if by_imaging and claim.start and not studies.between(claim.start.first, claim.when.last):
            yield conflict(
                "response_without_imaging",
                "medium",
                "A response is stated, and no imaging between the start of the treatment and that day is here.",
                (claim.side(),),
                "Which imaging does this rest on?",
            )
        if not claim.by_radiologist:
            yield from _against_radiology(claim, studies)


class _Studies:
    """The studies in order of their first possible day, looked up without going through all."""

    def __init__(self, visits: Sequence[Visit]) -> None:
        self._days = [visit for visit in visits if visit.placed.is_day]
        self._wide = [visit for visit in visits if not visit.placed.is_day]
        self._firsts = [visit.placed.first for visit in self._days]

    def between(self, first: int, last: int) -> list[Visit]:
        """Return the studies that may lie between two days, in order."""
        found = self._days[bisect_left(self._firsts, first) : bisect_right(self._firsts, last)]
        found += [visit for visit in self._wide if visit.placed.last >= first and visit.placed.first <= last]
        return sorted(found, key=lambda visit: visit.placed.key)


def _against_radiology(claim: _Claim, studies: _Studies) -> Iterator[Conflict]:
    reported = [
        (visit, entry)
        for visit in studies.between(claim.when.first - IMAGING_BEFORE_NOTE_DAYS, claim.when.last)
        for entry in visit.studies
        if entry.record.reported_status and entry.record.reported_status != "NE"
    ]
    if not reported:
        return
    visit, study = reported[-1]
    word = study.record.reported_status or ""
    if word.casefold() != claim.word.casefold():
        yield conflict(
            "note_and_radiology_differ",
            "medium",
            "A note and the imaging report before it use different words for the response.",
            (claim.side(), Side(record_id=study.id, field="reported_status", stated=word, date=visit.text)),
            "Which word holds, and what does the note rest on?",
        )


def _claims(case_file: CaseFile, as_of: date) -> Iterator[_Claim]:
    last_day = as_of.toordinal()
    starts = sorted(
        (
            place(text)
            for entry in case_file.of(Treatment)
            if entry.record.category in _TREATED and (text := started_on(entry.record))
        ),
        key=lambda placed: (placed.last, placed.key),
    )
    for entry in case_file.of(Treatment):
        record, start = entry.record, started_on(entry.record)
        word = record.response_status
        if record.category in _TREATED and word and word != "NE" and record.response_date and start:
            when = place(record.response_date)
            if when.first <= last_day:
                yield _Claim(
                    entry.id, word, when, place(start), record.asserted_by == "radiologist", "response_status"
                )
    for status in case_file.of(DiseaseStatus):
        said = status.record
        is_word = said.axis == "response" and said_words(said.value or "") in _RESPONSES
        if is_word and said.value and said.date and said.certainty != "refuted":
            when = place(said.date)
            begun = bisect_right(starts, when.first, key=lambda start: start.last)
            if when.first <= last_day:
                start_of = starts[begun - 1] if begun else None
                yield _Claim(
                    status.id, said.value, when, start_of, said.asserted_by == "radiologist", "value"
                )


def _is_not_imaged(case_file: CaseFile) -> bool:
    """Tell whether the disease is one whose response is not judged by imaging."""
    body = case_file.case.body.cancer
    told = [body.text or "", body.disease_group or ""]
    told += [f"{entry.record.site or ''} {entry.record.histology or ''}" for entry in case_file.of(Diagnosis)]
    return any(word in text.casefold() for text in told for word in _NOT_BY_IMAGING)
