"""What records and papers amount to for an item: candidates, of which the best one decides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.casefile.domain.case_file import Entry
from app.completeness.domain.checklist import Papers
from app.completeness.domain.conditions import holds
from app.completeness.domain.facts import Facts
from app.completeness.domain.findings import (
    CONTENT_NOT_READ,
    LOWERING,
    NOT_DONE,
    STATED_NONE,
    UNDATED,
    UNREADABLE,
)
from app.completeness.domain.needs import Minimum, Selection
from app.completeness.domain.papers import Paper
from app.completeness.domain.report import Evidence
from app.records.domain.base import Absence, Record
from app.records.domain.kinds import AnyRecord
from app.values.dates import PartialDate


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way in which an item may be satisfied, and what it lacks."""

    when: PartialDate | None
    lacking: tuple[str, ...] = ()
    stated_unknown: tuple[str, ...] = ()
    noted: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    findings: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Say whether nothing of the minimum is lacking and nothing stands in the way of reading it."""
        return not self.lacking and LOWERING.isdisjoint(self.findings)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What there is for an item: the candidate that decides, None where nothing counts, and why not."""

    best: Candidate | None
    findings: tuple[str, ...] = ()
    considered: tuple[Candidate, ...] = ()
    """Every candidate that was weighed, the deciding one among them."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one record says of a minimum."""

    stated: tuple[str, ...]
    lacking: tuple[str, ...]
    unknown: tuple[str, ...]


def read(record: Record, minimum: Sequence[Minimum], facts: Facts) -> Reading:
    """Sort the fields of a minimum into stated, lacking and, among these, stated as unknown."""
    stated, lacking, unknown = [], [], []
    for field in minimum:
        if field.of is not None and not field.passes(record):
            continue
        if field.is_conditional and not is_asked(field, facts):
            continue
        if field.is_stated(record):
            stated.append(field.name)
        elif field.given is None or not holds(field.given, facts):
            lacking.append(field.name)
            if any(record.absence(way.field) == Absence.UNKNOWN for way in field.ways):
                unknown.append(field.name)
    return Reading(tuple(stated), tuple(lacking), tuple(unknown))


def is_asked(field: Minimum, facts: Facts) -> bool:
    """Say whether a field of a minimum is asked of this case."""
    if field.when is not None and holds(field.when, facts) is not True:
        return False
    return field.unless is None or holds(field.unless, facts) is not True


def select(selection: Selection, facts: Facts) -> list[Entry[AnyRecord]]:
    """Return the entries that a selection asks for, in order of id."""
    return [
        entry
        for entry in facts.of(selection.kind)
        if selection.passes(entry.record) and _is_current(entry.record, selection.current_until, facts)
    ]


def _is_current(record: Record, field: str | None, facts: Facts) -> bool:
    ended = getattr(record, field) if field else None
    last = PartialDate.parse(ended).latest if ended else None
    return last is None or last >= facts.as_of


def problems_of(entry: Entry[Record], facts: Facts) -> tuple[str, ...]:
    """Return what stands in the way of the papers that a record was read from: `language`, `identity`."""
    troubled = facts.papers_with_problems
    if not troubled or not entry.record.sources:
        return ()
    return tuple(
        dict.fromkeys(
            problem
            for source in entry.record.sources
            if source.document_id in troubled
            for problem in facts.papers[source.document_id].problems
        )
    )


def paper_candidates(papers: Papers | None, facts: Facts) -> list[Candidate]:
    """Return the papers of the satisfying kinds on which no record rests, each as a candidate."""
    if papers is None or not facts.papers:
        return []
    waiting = [paper for paper in facts.papers.values() if paper.kind in papers.kinds and not paper.is_read]
    if papers.count == 1:
        return [_paper_candidate(paper) for paper in waiting]
    readable = [paper for paper in waiting if not paper.is_unreadable]
    if not readable:
        return [_paper_candidate(paper) for paper in waiting]
    newest = max(readable, key=lambda paper: facts.recency(paper.when))
    return [
        Candidate(
            when=newest.when,
            lacking=() if len(readable) >= papers.count else ("second_value",),
            evidence=tuple(Evidence(document_id=paper.id) for paper in readable),
            findings=unique(finding for paper in readable for finding in paper.findings),
        )
    ]


def _paper_candidate(paper: Paper) -> Candidate:
    return Candidate(
        when=paper.when,
        evidence=(Evidence(document_id=paper.id),),
        findings=paper.findings if paper.when else (*paper.findings, UNDATED),
    )


def choose(candidates: Iterable[Candidate], facts: Facts, max_age_days: int | None) -> Candidate | None:
    """Return the candidate that decides: complete and current before all, recorded before unread, else the newest.

    Ties are broken by the evidence's ids, so that the order of input never matters.
    """

    def rank(candidate: Candidate) -> tuple[object, ...]:
        is_good = candidate.is_complete and not is_stale(candidate, facts, max_age_days)
        return (
            not is_good,
            is_good and CONTENT_NOT_READ in candidate.findings,
            UNREADABLE in candidate.findings,
            *(-part for part in facts.recency(candidate.when)),
            len(candidate.lacking),
            *_ids(candidate),
        )

    found = tuple(candidates)
    return min(found, key=rank, default=None) if len(found) > 1 else next(iter(found), None)


def is_stale(candidate: Candidate, facts: Facts, max_age_days: int | None) -> bool:
    """Say whether the evidence is certainly older than the limit; a date in doubt is not certainly old."""
    age = facts.age(candidate.when)
    return max_age_days is not None and age is not None and age.min_days > max_age_days


def outcome(
    candidates: Iterable[Candidate],
    entries: Iterable[Entry[Record]],
    facts: Facts,
    max_age_days: int | None,
) -> Outcome:
    """Let the best candidate decide; where there is none, find what the records say instead of a fact."""
    found = tuple(candidates)
    best = choose(found, facts, max_age_days)
    if best is not None:
        return Outcome(best, considered=found)
    said = {entry.record.stated for entry in entries}
    codes = ((Absence.NOT_DONE, NOT_DONE), (Absence.NONE, STATED_NONE))
    return Outcome(None, tuple(code for absence, code in codes if absence in said))


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Return each name once, in the order of its first appearance."""
    return tuple(dict.fromkeys(names))


def _ids(candidate: Candidate) -> tuple[str, ...]:
    return tuple(f"{item.record_id}{item.document_id}" for item in candidate.evidence)
