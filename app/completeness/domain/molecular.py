"""The need for a molecular test: one result that says when, how and what; the tests of the list beside it."""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from app.casefile.domain.case_file import Entry
from app.completeness.domain.checklist import ListedTest, Papers
from app.completeness.domain.conditions import holds
from app.completeness.domain.evidence import (
    Candidate,
    Outcome,
    outcome,
    paper_candidates,
    problems_of,
    read,
)
from app.completeness.domain.facts import Facts, is_named
from app.completeness.domain.findings import NOTHING_FOUND
from app.completeness.domain.needs import TestResults
from app.completeness.domain.record_tests import has_word
from app.completeness.domain.report import Evidence
from app.records.domain.base import Absence
from app.records.domain.disease import Biomarker, PathologyReport, Stain
from app.values.catalogue import find_biomarker, fold_name
from app.values.dates import PartialDate


def test_results(need: TestResults, papers: Papers | None, facts: Facts, max_age_days: int | None) -> Outcome:
    """Let the best result decide; tests of the disease's list that no result names are noted."""
    listed = facts.disease_rules.molecular
    found: set[str] = set()
    candidates = paper_candidates(papers, facts)
    entries = facts.of(Biomarker)
    for entry in entries:
        record = entry.record
        names = _names_of(record)
        is_limited = record.method is not None and has_word(record.method, need.listed_only)
        if record.stated in (Absence.NONE, Absence.NOT_DONE) or (
            is_limited and not _is_listed(names, listed)
        ):
            continue
        if is_named(record):
            found |= names.union(*map(names_of_test, record.genes_tested))
        candidates.append(_result_candidate(entry, need, facts))
    for report in facts.of(PathologyReport):
        stains = [
            stain for stain in _stains(report.record) if _is_listed(names_of_test(stain.marker), listed)
        ]
        if stains and is_named(report.record):
            found |= frozenset[str]().union(*(names_of_test(stain.marker) for stain in stains))
            candidates.append(_stain_candidate(report, facts))
    decided = outcome(candidates, entries, facts, max_age_days)
    best = decided.best
    if best is None:
        return decided
    missed = tuple(
        test.label
        for test in listed
        if not test.optional
        and test.names.isdisjoint(found)
        and (test.when is None or holds(test.when, facts) is True)
    )
    return Outcome(replace(best, noted=missed), considered=decided.considered)


def _names_of(record: Biomarker) -> frozenset[str]:
    """Return what a result is of: by its name and its gene, and by the code of the test, whose name may be long."""
    codes = (names_of_test(code.code) for code in record.codes if code.system == "loinc")
    return names_of_test(record.name).union(names_of_test(record.gene or ""), *codes)


@lru_cache(maxsize=4_096)  # panels name the same genes again and again
def names_of_test(name: str) -> frozenset[str]:
    """Return the keys of the tests that a name stands for, wider tests included, or the folded name itself.

    Of a name not known as a whole, such as `ALK FISH`, the words in capitals or with figures are tried.
    """
    if not name:
        return frozenset()
    whole = find_biomarker(name)
    if whole is not None:
        return frozenset((whole.key, *whole.part_of))
    words = (word for word in name.split() if word != word.lower() or any(sign.isdigit() for sign in word))
    found = [analyte for word in words if (analyte := find_biomarker(word)) is not None]
    keys = frozenset(key for analyte in found for key in (analyte.key, *analyte.part_of))
    return keys | {fold_name(name)}


def _is_listed(names: Iterable[str], listed: tuple[ListedTest, ...]) -> bool:
    return any(not test.names.isdisjoint(names) for test in listed)


def _stains(report: PathologyReport) -> tuple[Stain, ...]:
    return (*report.ihc, *report.ancillary)


def _result_candidate(entry: Entry[Biomarker], need: TestResults, facts: Facts) -> Candidate:
    reading = read(entry.record, need.content.minimum, facts)
    return Candidate(
        when=facts.date_of(entry.record, ("specimen_date", "date")),
        lacking=reading.lacking,
        stated_unknown=reading.unknown,
        evidence=(Evidence(record_id=entry.id, fields=reading.stated),),
        findings=(
            *((NOTHING_FOUND,) if entry.record.absent.get("result") == Absence.NONE else ()),
            *problems_of(entry, facts),
        ),
    )


def _stain_candidate(entry: Entry[PathologyReport], facts: Facts) -> Candidate:
    record = entry.record
    taken = record.specimen_date or record.date
    return Candidate(
        when=PartialDate.parse(taken) if taken else None,
        lacking=() if taken else ("specimen_date",),
        evidence=(Evidence(record_id=entry.id, fields=("ihc",)),),
        findings=problems_of(entry, facts),
    )
