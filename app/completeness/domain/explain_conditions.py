"""Conditions of the case with what decided each, part by part."""

from collections.abc import Iterator
from datetime import timedelta

from app.casefile.domain.case_file import CaseFile
from app.casefile.domain.disease import is_advanced
from app.completeness.domain.conditions import holds, statements_behind
from app.completeness.domain.explained import ConditionExplained
from app.completeness.domain.facts import Facts, is_named
from app.completeness.domain.record_tests import AllOf, AnyOf, Not, values_of
from app.completeness.domain.rules import (
    Advanced,
    Condition,
    Died,
    DiseaseHas,
    DiseaseIn,
    HasDocument,
    HasRecord,
    Known,
    Says,
    StatedNone,
    TreatmentOver,
    YoungerAtDiagnosis,
)
from app.completeness.domain.words import words_of_condition, words_of_kind
from app.records.domain.course import Treatment
from app.records.domain.disease import Diagnosis, Stage
from app.records.domain.statements import DiseaseStatus


def explain_condition(condition: Condition, facts: Facts) -> ConditionExplained:
    """Say whether a condition holds, and by what that was decided."""
    return ConditionExplained(
        words=words_of_condition(condition),
        holds=holds(condition, facts),
        inputs=tuple(_inputs(condition, facts)),
        records=tuple(dict.fromkeys(_records(condition, facts))),
        documents=tuple(_documents(condition, facts)),
        parts=tuple(explain_condition(part, facts) for part in parts_of(condition)),
    )


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    """Return what `all`, `any` and `not` are made of."""
    match condition:
        case AllOf(rules) | AnyOf(rules):
            return rules
        case Not(rule):
            return (rule,)
        case _:
            return ()


def undecided(condition: Condition, facts: Facts) -> Iterator[Condition]:
    """Go through the smallest parts of a condition that can't be decided."""
    parts = parts_of(condition)
    if not parts and holds(condition, facts) is None:
        yield condition
    for part in parts:
        yield from undecided(part, facts)


def _inputs(condition: Condition, facts: Facts) -> Iterator[str]:
    match condition:
        case DiseaseIn() | DiseaseHas():
            names = " or ".join(sorted(facts.groups)).replace("_", " ")
            yield f"The disease may be: {names}." if names else "Nothing says which disease it is."
        case Advanced():
            truths = {
                True: "Records say so.",
                False: "Records say that it is not.",
                None: "The records are silent.",
            }
            yield truths[facts.is_advanced]
        case YoungerAtDiagnosis():
            ages = facts.age_at_diagnosis
            yield f"Between {ages[0]} and {ages[1]} years." if ages else "The age then is not known."
        case Died():
            yield {True: "It is recorded.", False: "The patient is stated to live.", None: "Nobody says."}[
                facts.has_died
            ]
        case TreatmentOver(days):
            yield f"It would have ended by {facts.as_of - timedelta(days=days)}."
        case Says(kind, field):
            said = _newest_saying(condition, facts)
            yield (
                f"The newest that states it says: {', '.join(map(str, said[1])).lower()}."
                if said
                else f"No {words_of_kind(kind)} states {field.replace('_', ' ')}."
            )
        case _:
            return


def _records(condition: Condition, facts: Facts) -> Iterator[str]:
    match condition:
        case HasRecord(kind) | Known(kind) | StatedNone(kind):
            for entry in facts.of(kind):
                if is_named(entry.record) and condition.passes(entry.record):
                    yield entry.id
            yield from statements_behind(condition, facts)
        case TreatmentOver():
            for entry in facts.of(Treatment):
                if is_named(entry.record) and condition.passes(entry.record):
                    yield entry.id
        case Advanced():
            yield from _speaking_of_spread(facts)
        case Says():
            said = _newest_saying(condition, facts)
            if said:
                yield said[0]
        case _:
            return


def _speaking_of_spread(facts: Facts) -> Iterator[str]:
    """Go through the records that say by themselves what all of them together do of an advanced disease."""
    for entry in facts.case_file.entries:
        if isinstance(entry.record, Diagnosis | Stage | DiseaseStatus | Treatment):
            said = is_advanced(CaseFile(facts.case_file.case, (entry,)))
            if said is not None and said == facts.is_advanced:
                yield entry.id


def _documents(condition: Condition, facts: Facts) -> Iterator[str]:
    if isinstance(condition, HasDocument):
        for paper in facts.papers.values():
            if paper.kind in condition.kinds:
                yield paper.id


def _newest_saying(condition: Says, facts: Facts) -> tuple[str, tuple[object, ...]] | None:
    for entry in facts.newest_first(condition.kind):
        stated = values_of(entry.record, condition.field)
        if stated:
            return entry.id, stated
    return None
