"""Conditions of the case: true, false, or undecided (None) where what is there doesn't tell."""

from collections.abc import Iterator
from datetime import timedelta
from typing import assert_never

from app.completeness.domain.facts import Facts, is_named, says_none
from app.completeness.domain.record_tests import AllOf, AnyOf, Not, values_of
from app.completeness.domain.rules import (
    AboutDisease,
    AboutRecords,
    Advanced,
    Condition,
    Died,
    DiseaseHas,
    DiseaseIn,
    HasDocument,
    HasRecord,
    HasValue,
    Known,
    Says,
    StatedNone,
    TreatmentOver,
    YoungerAtDiagnosis,
)
from app.records.domain.course import Treatment
from app.values.dates import PartialDate

Truth = bool | None


def holds(condition: Condition, facts: Facts) -> Truth:
    """Say whether a condition holds; None is undecided, and stays so under not, all and any (Kleene)."""
    match condition:
        case AllOf(rules):
            return _first(rules, facts, deciding=False)
        case AnyOf(rules):
            return _first(rules, facts, deciding=True)
        case Not(rule):
            return _opposite(holds(rule, facts))
        case DiseaseIn() | DiseaseHas() | Advanced() | YoungerAtDiagnosis() | Died() | TreatmentOver():
            return _holds_of_disease(condition, facts)
        case HasRecord() | HasDocument() | HasValue() | StatedNone() | Known() | Says():
            return _holds_of_records(condition, facts)
        case _:
            assert_never(condition)


def _first(rules: tuple[Condition, ...], facts: Facts, *, deciding: bool) -> Truth:
    """Return the truth that decides, as soon as a rule has it; else undecided where one is, else the other truth."""
    is_undecided = False
    for rule in rules:
        truth = holds(rule, facts)
        if truth is deciding:
            return deciding
        if truth is None:
            is_undecided = True
    return None if is_undecided else not deciding


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
        case Died():
            return facts.has_died
        case TreatmentOver():
            return _treatment_over(condition, facts)
        case _:
            assert_never(condition)


def _holds_of_records(condition: AboutRecords, facts: Facts) -> Truth:
    match condition:
        case HasRecord(kind):
            return any(is_named(entry.record) and condition.passes(entry.record) for entry in facts.of(kind))
        case HasDocument(kinds):
            return any(paper.kind in kinds for paper in facts.papers.values())
        case HasValue(tests):
            return any(key.named.key in tests for key in facts.measured)
        case StatedNone():
            return _known(condition, facts) is False
        case Known():
            return _known(condition, facts)
        case Says():
            return _says(condition, facts)
        case _:
            assert_never(condition)


def statements_behind(condition: Condition, facts: Facts) -> Iterator[str]:
    """Go through the ids of the records that say none or unknown of what a condition asks."""
    match condition:
        case Known(kind) | StatedNone(kind):
            for entry in facts.of(kind):
                if not is_named(entry.record) and condition.passes(entry.record):
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


def _shared(truths: Iterator[bool]) -> Truth:
    """Return what all possibilities share, None where they differ or where there is none."""
    found = set(truths)
    return found.pop() if len(found) == 1 else None


def _known(condition: Known | StatedNone, facts: Facts) -> Truth:
    entries = facts.of(condition.kind)
    if not entries:
        return None
    if any(is_named(entry.record) and condition.passes(entry.record) for entry in entries):
        return True
    newest_first = (entry.record for entry in facts.newest_first(condition.kind))
    newest = next((record for record in newest_first if condition.passes(record)), None)
    return False if newest is not None and says_none(newest) else None


def _says(condition: Says, facts: Facts) -> Truth:
    for entry in facts.newest_first(condition.kind):
        stated = values_of(entry.record, condition.field)
        if stated:
            return any(value in condition.values for value in stated)
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


def _treatment_over(condition: TreatmentOver, facts: Facts) -> Truth:
    """Compare the last end with the day; a treatment of one day ends on it, one without an end may still go on."""
    treatments = [
        entry.record
        for entry in facts.of(Treatment)
        if is_named(entry.record) and condition.passes(entry.record)
    ]
    if not treatments:
        return None
    if any(record.ongoing for record in treatments):
        return False
    limit = facts.as_of - timedelta(days=condition.days)
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
