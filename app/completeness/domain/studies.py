"""Needs that look at records in pairs: an earlier study to compare with, and the images of the newest one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.completeness.domain.checklist import Papers
from app.completeness.domain.evidence import Candidate, Outcome, choose, problems_of, select, unique
from app.completeness.domain.facts import Facts, is_named
from app.completeness.domain.findings import (
    CONTENT_NOT_READ,
    FILE_TYPE,
    IMAGES_WITHOUT_REPORT,
    MATCH_UNKNOWN,
    NOT_READ,
    ORDER_UNCERTAIN,
    OTHER_REGION,
    OTHER_STUDY,
    SINGLE_STUDY,
    STUDY_DATE_DIFFERS,
    TOO_FEW_STUDIES,
    UNDATED,
)
from app.completeness.domain.needs import Documents, Earlier, Files, Newest, Selection
from app.completeness.domain.papers import Paper
from app.completeness.domain.record_tests import words_of
from app.completeness.domain.report import Evidence
from app.values.dates import PartialDate, certainly_before, is_full_day, may_overlap


@dataclass(frozen=True, slots=True)
class Study:
    """One examination, recorded or on paper only."""

    when: PartialDate | None
    regions: frozenset[str]
    """Regions that are known by name; empty where one is not, so that nothing is excluded by a word unknown here."""
    evidence: Evidence
    findings: tuple[str, ...]


def earlier_than_newest(
    need: Earlier, papers: Papers | None, facts: Facts, max_age_days: int | None
) -> Outcome:
    """Look for so many studies certainly before the newest one, their region not known to differ."""
    known = _studies(need.of, papers, facts)
    alone = _images_alone(known, need.images, need.within_days, facts)
    studies = sorted((*known, *map(_study_of, alone)), key=_ids)
    if not studies:
        return Outcome(None)
    newest = max(studies, key=lambda study: facts.recency(study.when))
    others = [study for study in studies if study is not newest]
    before = [
        study for study in others if study.when and newest.when and certainly_before(study.when, newest.when)
    ]
    matching = [study for study in before if not _differs(study, newest)]
    if matching and need.count > 1:
        return Outcome(_several(matching, need.count, facts))
    if matching:
        return _chosen(map(_candidate, matching), facts, max_age_days)
    in_doubt = [study for study in others if not _differs(study, newest) and _may_be_earlier(study, newest)]
    if in_doubt:
        return _chosen((_doubtful(study) for study in in_doubt), facts, max_age_days)
    return Outcome(None, (OTHER_REGION,) if before else (SINGLE_STUDY,))


def _several(studies: list[Study], count: int, facts: Facts) -> Candidate:
    """Put the newest studies of so many days together, readable ones first."""
    ranked = sorted(studies, key=lambda study: facts.recency(study.when), reverse=True)
    ranked.sort(key=lambda study: not _candidate(study).is_complete)
    days: dict[str, Study] = {}
    for study in ranked:
        days.setdefault(study.when.text if study.when else "", study)
    kept = list(days.values())[:count]
    is_short = len(kept) < count
    return Candidate(
        when=min((study.when for study in kept if study.when), key=facts.recency),
        lacking=("earlier_studies",) if is_short else (),
        evidence=tuple(sorted((study.evidence for study in kept), key=_names)),
        findings=unique(
            (*(code for study in kept for code in study.findings), *((TOO_FEW_STUDIES,) if is_short else ()))
        ),
    )


def documents_of(need: Documents, facts: Facts, max_age_days: int | None) -> Outcome:
    """Look for so many readable documents, whether or not anything in them is recorded."""
    papers = [paper for paper in facts.papers.values() if paper.kind in need.kinds]
    candidates = [
        Candidate(
            when=paper.when,
            evidence=(Evidence(document_id=paper.id),),
            findings=tuple(code for code in paper.findings if code != CONTENT_NOT_READ),
        )
        for paper in papers
    ]
    best = choose(candidates, facts, max_age_days)
    if best is None or need.count == 1:
        return Outcome(best, considered=tuple(candidates))
    whole = [one for one in candidates if one.is_complete]
    return Outcome(
        replace(
            best,
            lacking=best.lacking if len(whole) >= need.count else (*best.lacking, "documents"),
            evidence=tuple(sorted({part for one in whole or [best] for part in one.evidence}, key=_names)),
        )
    )


def images_alone(need: Newest, papers: Papers | None, facts: Facts) -> list[Candidate]:
    """Return image files that no record and no report is near of: each an examination without its report."""
    known = _studies(need.of, papers, facts)
    return [
        Candidate(
            when=paper.when,
            lacking=need.report,
            evidence=(Evidence(document_id=paper.id),),
            findings=(IMAGES_WITHOUT_REPORT, *(code for code in paper.findings if code != CONTENT_NOT_READ)),
        )
        for paper in _images_alone(known, need.images, need.within_days, facts)
    ]


def _images_alone(
    known: list[Study], kinds: frozenset[str], within_days: int, facts: Facts
) -> Iterator[Paper]:
    """Go through the dated image files that belong to no examination that is known otherwise."""
    for paper in facts.papers.values():
        if paper.kind in kinds and not paper.is_read and paper.when is not None:
            days = (study.when for study in known if study.when)
            if not any(_close(paper.when, when, within_days) for when in days):
                yield paper


def _study_of(paper: Paper) -> Study:
    findings = tuple(code for code in paper.findings if code != CONTENT_NOT_READ)
    return Study(paper.when, frozenset(), Evidence(document_id=paper.id), findings)


def files_of_newest(need: Files, facts: Facts, max_age_days: int | None) -> Outcome:
    """Look for readable files that belong to the newest study."""
    studies = _studies(need.of, Papers(need.reports), facts)
    newest = max(
        (study for study in studies if study.when), key=lambda study: facts.recency(study.when), default=None
    )
    candidates = [
        _file_candidate(paper, newest, need, facts)
        for paper in facts.papers.values()
        if paper.kind in need.kinds
    ]
    return _chosen(candidates, facts, max_age_days)


def _chosen(candidates: Iterable[Candidate], facts: Facts, max_age_days: int | None) -> Outcome:
    found = tuple(candidates)
    return Outcome(choose(found, facts, max_age_days), considered=found)


def _studies(selection: Selection, papers: Papers | None, facts: Facts) -> list[Study]:
    studies = [
        Study(
            when=facts.date_of(entry.record, selection.aged_by),
            regions=_regions(getattr(entry.record, "regions", ()), facts),
            evidence=Evidence(record_id=entry.id),
            findings=problems_of(entry, facts),
        )
        for entry in select(selection, facts)
        if is_named(entry.record)
    ]
    if papers is not None:
        studies.extend(
            Study(
                when=paper.when,
                regions=_regions(paper.document.body.regions, facts),
                evidence=Evidence(document_id=paper.id),
                findings=paper.findings,
            )
            for paper in facts.papers.values()
            if paper.kind in papers.kinds and not paper.is_read
        )
    return studies


def _ids(study: Study) -> tuple[str, str]:
    return _names(study.evidence)


def _names(evidence: Evidence) -> tuple[str, str]:
    return (evidence.record_id or "", evidence.document_id or "")


def _regions(words: tuple[str, ...], facts: Facts) -> frozenset[str]:
    """Read region words; one that is not known here leaves everything possible."""
    found = set()
    for text in words:
        names = {facts.checklist.regions.get(word) for word in words_of(text)}
        if None in names:
            return frozenset()
        found.update(names)
    return frozenset(name for name in found if name is not None)


def _differs(study: Study, newest: Study) -> bool:
    if not study.regions or not newest.regions or "whole_body" in study.regions | newest.regions:
        return False
    return study.regions.isdisjoint(newest.regions)


def _may_be_earlier(study: Study, newest: Study) -> bool:
    """Say whether the dates leave it open which came first; two studies of one day are one occasion."""
    if study.when is None or newest.when is None:
        return True
    return not (is_full_day(study.when) and is_full_day(newest.when))


def _candidate(study: Study) -> Candidate:
    return Candidate(when=study.when, evidence=(study.evidence,), findings=study.findings)


def _doubtful(study: Study) -> Candidate:
    return Candidate(
        when=study.when,
        lacking=("date",),
        evidence=(study.evidence,),
        findings=(*study.findings, ORDER_UNCERTAIN if study.when else UNDATED),
    )


def _file_candidate(paper: Paper, study: Study | None, need: Files, facts: Facts) -> Candidate:
    when, newest = _date_of_file(paper, need, facts), study.when if study else None
    findings = [code for code in paper.findings if code == NOT_READ or paper.is_unreadable]
    findings.extend(paper.problems if not paper.is_unreadable else ())
    lacking: tuple[str, ...] = ()
    if when is None or newest is None:
        findings.append(MATCH_UNKNOWN)
    elif not _close(when, newest, need.within_days):
        findings.append(OTHER_STUDY)
        lacking = ("latest_study",)
    elif study and study.evidence.record_id and not may_overlap(when, newest):
        findings.append(STUDY_DATE_DIFFERS)
    if need.media and paper.document.media not in need.media:
        findings.append(FILE_TYPE)
        lacking = (*lacking, "file_type")
    return Candidate(
        when=when, lacking=lacking, evidence=(Evidence(document_id=paper.id),), findings=tuple(findings)
    )


def _date_of_file(paper: Paper, need: Files, facts: Facts) -> PartialDate | None:
    """Return the date of a file, else that of a study that was read from it."""
    if paper.when is not None:
        return paper.when
    dates = (
        facts.date_of(entry.record, need.of.aged_by)
        for entry in select(need.of, facts)
        if any(source.document_id == paper.id for source in entry.record.sources)
    )
    return max((when for when in dates if when is not None), key=facts.recency, default=None)


def _close(one: PartialDate, other: PartialDate, days: int) -> bool:
    margin = timedelta(days=days)
    first, last = one.earliest or date.min + margin, one.latest or date.max - margin
    return (other.latest or date.max) >= first - margin and (other.earliest or date.min) <= last + margin
