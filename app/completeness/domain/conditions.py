"""Conditions of the case: true, false, or undecided (None) where what is there doesn't tell."""

from collections.abc import Iterator
from datetime import timedelta
from typing import assert_never

from app.casefile.domain.case_file import Entry
from app.completeness.domain.facts import Facts, is_named, says_none
from app.completeness.domain.record_tests import passes, values_of
from app.completeness.domain.rules import (
    AboutDisease,
    AboutRecords,
    Advanced,
    AllOf,
    AnyOf,
    Condition,
    DiseaseHas,
    DiseaseIn,
    HasDocument,
    HasRecord,
    Known,
    Not,
    RecordKind,
    RecordTest,
    Says,
    StatedNone,
    TreatmentOver,
    YoungerAtDiagnosis,
)
from app.records.domain.course import Treatment
from app.records.domain.kinds import AnyRecord
from app.values.dates import PartialDate

Truth = bool | None


def holds(condition: Condition, facts: Facts) -> Truth:
    """Say whether a condition holds; None is undecided, and stays so under not, all and any (Kleene)."""
    match condition:
        case AllOf(rules):
            return _all([holds(rule, facts) for rule in rules])
        case AnyOf(rules):
            return _opposite(_all([_opposite(holds(rule, facts)) for rule in rules]))
        case Not(rule):
            return _opposite(holds(rule, facts))
        case DiseaseIn() | DiseaseHas() | Advanced() | YoungerAtDiagnosis() | TreatmentOver():
            return _holds_of_disease(condition, facts)
        case HasRecord() | HasDocument() | StatedNone() | Known() | Says():
            return _holds_of_records(condition, facts)
        case _:
            assert_never(condition)


def _holds_of_disease(condition: AboutDisease, facts: Facts) -> Truth:
    match condition:
        case DiseaseIn(groups):
            return _shared(group in groups for group in facts.groups)
        case DiseaseHas(what):
            rules = facts.checklist.diseases
            return _shared(bool(group in rules and getattr(rules[group], what)) for group in facts.groups)
        case Advanced():
            return facts.is_advanced
        case YoungerAtDiagnosis(years):
            return _younger(years, facts)
        case TreatmentOver(days, test):
            return _treatment_over(days, test, facts)
        case _:
            assert_never(condition)


def _holds_of_records(condition: AboutRecords, facts: Facts) -> Truth:
    match condition:
        case HasRecord(kind, test):
            return any(is_named(entry.record) for entry in _matching(kind, test, facts))
        case HasDocument(kinds):
            return any(paper.kind in kinds for paper in facts.papers.values())
        case StatedNone(kind, test):
            return _known(kind, test, facts) is False
        case Known(kind, test):
            return _known(kind, test, facts)
        case Says(kind, field, values):
            return _says(kind, field, values, facts)
        case _:
            assert_never(condition)


def statements_behind(condition: Condition, facts: Facts) -> Iterator[str]:
    """Go through the ids of the records that say none or unknown of what a condition asks."""
    match condition:
        case Known(kind, test) | StatedNone(kind, test):
            for entry in _matching(kind, test, facts):
                if not is_named(entry.record):
                    yield entry.id
        case AllOf(rules) | AnyOf(rules):
            for rule in rules:
                yield from statements_behind(rule, facts)
        case Not(rule):
            yield from statements_behind(rule, facts)
        case _:
            return


def _opposite(truth: Truth) -> Truth:
    return None if truth is None else not truth


def _all(truths: list[Truth]) -> Truth:
    if False in truths:
        return False
    return None if None in truths else True


def _shared(truths: Iterator[bool]) -> Truth:
    """Return what all possibilities share, None where they differ or where there is none."""
    found = set(truths)
    return found.pop() if len(found) == 1 else None


def _matching(kind: RecordKind, test: RecordTest | None, facts: Facts) -> list[Entry[AnyRecord]]:
    return [entry for entry in facts.of(kind) if passes(test, entry.record)]


def _known(kind: RecordKind, test: RecordTest | None, facts: Facts) -> Truth:
    entries = _matching(kind, test, facts)
    if any(is_named(entry.record) for entry in entries):
        return True
    newest = next((entry.record for entry in facts.newest_first(kind) if passes(test, entry.record)), None)
    return False if newest is not None and says_none(newest) else None


def _says(kind: RecordKind, field: str, values: tuple[str | bool, ...], facts: Facts) -> Truth:
    for entry in facts.newest_first(kind):
        stated = values_of(entry.record, field)
        if stated:
            return any(value in values for value in stated)
    return None


def _younger(years: int, facts: Facts) -> Truth:
    ages = facts.age_at_diagnosis
    if ages is not None:
        youngest, oldest = ages
        return True if oldest < years else (False if youngest >= years else None)
    born = facts.case.patient.birth_date
    first_day = PartialDate.parse(born).earliest if born else None
    if first_day is not None and facts.as_of.year - first_day.year < years:
        return True  # whoever is still so young was younger then
    return None


def _treatment_over(days: int, test: RecordTest | None, facts: Facts) -> Truth:
    """Compare the last end with the day; a treatment of one day ends on it, one without an end may still go on."""
    treatments = [
        entry.record for entry in facts.of(Treatment) if is_named(entry.record) and passes(test, entry.record)
    ]
    if not treatments:
        return None
    if any(record.ongoing for record in treatments):
        return False
    limit = facts.as_of - timedelta(days=days)
    ends = [_end_of(record, facts) for record in treatments]
    if any(end is not None and end.earliest is not None and end.earliest > limit for end in ends):
        return False
    if all(end is not None and end.latest is not None and end.latest <= limit for end in ends):
        return True
    return None


def _end_of(record: Treatment, facts: Facts) -> PartialDate | None:
    if record.ended is not None:
        return PartialDate.parse(record.ended)
    return facts.date_of(record, ("date", "started")) if record.category in _ONE_DAY else None


_ONE_DAY = frozenset({"surgery", "procedure", "local_ablation", "transplant", "cell_therapy"})
