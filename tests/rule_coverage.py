"""Which rules of the checklists the tests exercise both ways: `python -m tests.rule_coverage` prints the table.

Every evaluation of an item by the tests that state what comes out (drawn cases are left out) is watched. A rule is
exercised where it came out both ways: a condition true and not true, a field stated and lacking, a finding raised and
not, an item met and missing, current and stale, found on paper and recorded.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from app.completeness.domain import check as checker
from app.completeness.domain.checklist import Checklist, ItemRule
from app.completeness.domain.conditions import holds
from app.completeness.domain.explain_conditions import parts_of
from app.completeness.domain.facts import Facts
from app.completeness.domain.library import load_checklists
from app.completeness.domain.needs import Series, TestResults, fields_of
from app.completeness.domain.report import Item
from app.completeness.domain.rules import Condition
from app.completeness.domain.words import words_of_condition

FOLDER: Final = Path(__file__).parent / "unit" / "completeness"
WATCHED: Final = (
    "test_cases.py",
    "test_items_measured.py",
    "test_items_of_imaging.py",
    "test_items_of_the_course.py",
    "test_items_of_the_disease.py",
    "test_items_of_the_review.py",
    "test_more_than_presence.py",
    "test_papers.py",
    "test_status_and_score.py",
    "test_what_diseases_add.py",
    "test_worked_cases.py",
)

ONE_WAY: Final = {
    ("molecular", "field gene"): "no biomarker is recorded without a name",
    ("main_question", "field question"): "a question is a question; without one the item is missing",
    ("late_effects", "field late_effect_checks"): "only plans that state them are of this kind",
}
"""Rules that can come out one way only, each with the reason."""

Name = tuple[str, str]
"""An item's key and the rule; a disease's group and the rule."""


@dataclass(slots=True)
class Seen:
    """How often each rule came out each way."""

    counts: Counter[tuple[Name, bool]] = field(default_factory=Counter)

    def note(self, item: str, rule: str, *, way: bool) -> None:
        self.counts[((item, rule), way)] += 1

    def ways(self, name: Name) -> tuple[int, int]:
        return self.counts[(name, True)], self.counts[(name, False)]


def rules_of(rule: ItemRule) -> Iterator[str]:
    """Name every part of an item that can come out two ways."""
    yield "need"
    if rule.papers is not None:
        yield "papers"
    if rule.max_age is not None:
        yield f"current for {rule.max_age.days} days"
    for role, condition in _conditions(rule):
        yield f"{role}: {words_of_condition(condition)}"
    for one in fields_of(rule.need):
        yield f"field {one.name}"
        if one.finding is not None:
            yield f"finding {one.finding}"
    for flag in rule.flags:
        yield f"finding {flag.finding}"
    for raised in rule.raises:
        yield f"finding {raised.finding}"


def _conditions(rule: ItemRule) -> Iterator[tuple[str, Condition]]:
    roles = [("when", rule.when), ("unless", rule.unless), ("required", rule.required_when)]
    roles += [("age", condition) for condition, _ in (rule.max_age.cases if rule.max_age else ())]
    roles += [("raise", one.when) for one in rule.raises]
    for one in fields_of(rule.need):
        roles += [
            (f"{one.name} when", one.when),
            (f"{one.name} unless", one.unless),
            (f"{one.name} given", one.given),
        ]
    for role, condition in roles:
        if condition is not None:
            for leaf in _leaves(condition):
                yield role, leaf


def _leaves(condition: Condition) -> Iterator[Condition]:
    parts = parts_of(condition)
    if not parts:
        yield condition
    for part in parts:
        yield from _leaves(part)


def note(seen: Seen, rule: ItemRule, facts: Facts, item: Item) -> None:
    """Note how every part of an item came out."""
    key, is_asked = rule.key, item.active
    for role, condition in _conditions(rule):
        seen.note(key, f"{role}: {words_of_condition(condition)}", way=holds(condition, facts) is True)
    if not is_asked:
        return
    is_met = "missing" not in item.findings
    seen.note(key, "need", way=is_met)
    on_paper = "content_not_read" in item.findings
    seen.note(key, "papers", way=on_paper)
    if not is_met:
        _note_findings(seen, rule, item)
        return
    if rule.max_age is not None:
        seen.note(key, f"current for {rule.max_age.days} days", way="stale" not in item.findings)
    stated = {name for one in item.evidence for name in one.fields}
    for one in fields_of(rule.need):
        if one.name in (*item.lacking, *item.noted):
            seen.note(key, f"field {one.name}", way=False)
        elif one.name in stated or (not on_paper and one not in rule.need.content.minimum):  # type: ignore[union-attr]  # it has fields
            seen.note(key, f"field {one.name}", way=True)
    _note_findings(seen, rule, item)
    _note_disease(seen, rule, facts, item)


def _note_findings(seen: Seen, rule: ItemRule, item: Item) -> None:
    own = [flag.finding for flag in rule.flags] + [one.finding for one in rule.raises]
    own += [one.finding for one in fields_of(rule.need) if one.finding]
    for finding in own:
        seen.note(rule.key, f"finding {finding}", way=finding in item.findings)


def _note_disease(seen: Seen, rule: ItemRule, facts: Facts, item: Item) -> None:
    if len(facts.groups) != 1:
        return
    (group,) = facts.groups
    rules = facts.disease_rules
    if isinstance(rule.need, TestResults):
        for test in rules.molecular:
            seen.note(group, f"test {test.label}", way=test.label not in item.noted)
    if isinstance(rule.need, Series):
        for marker in rules.markers:
            seen.note(group, f"marker {marker}", way=marker not in item.noted)
    for one in rules.wanted:
        if one.item == rule.key:
            seen.note(group, f"wanted {one.name}", way=one.name not in item.noted)


def every_rule(checklists: Mapping[str, Checklist]) -> dict[Name, str]:
    """Return every rule of every checklist, with the checklists that ask it."""
    found: dict[Name, list[str]] = {}
    for checklist in checklists.values():
        for rule in checklist.items:
            for name in rules_of(rule):
                found.setdefault((rule.key, name), []).append(checklist.id)
    return {name: ", ".join(dict.fromkeys(ids)) for name, ids in found.items()}


def disease_rules(checklist: Checklist) -> Iterator[Name]:
    """Go through what the diseases add; an optional test is never missed."""
    for group, rules in checklist.diseases.items():
        yield from ((group, f"marker {marker}") for marker in rules.markers)
        yield from ((group, f"test {test.label}") for test in rules.molecular if not test.optional)
        yield from ((group, f"wanted {one.name}") for one in rules.wanted)


class Watch:
    """A plugin of pytest that watches the checker."""

    def __init__(self) -> None:
        self.seen = Seen()

    def pytest_sessionstart(self) -> None:
        judge = checker._item  # noqa: SLF001 (watched where every caller passes)

        def watched(rule: ItemRule, facts: Facts, *rest: Any) -> Item:
            item = judge(rule, facts, *rest)
            note(self.seen, rule, facts, item)
            return item

        checker._item = watched  # type: ignore[assignment]  # noqa: SLF001 (the same, but watched)


def lacking(seen: Seen) -> list[Name]:
    """Return the rules that did not come out both ways."""
    checklists = load_checklists()
    names = [*every_rule(checklists), *disease_rules(checklists["response"])]
    return [name for name in names if 0 in seen.ways(name) and name not in ONE_WAY]


def print_table(seen: Seen) -> None:
    """Print each rule with the checklists that ask it and how often it came out each way."""
    checklists = load_checklists()
    rows = [(item, rule, ids) for (item, rule), ids in every_rule(checklists).items()]
    rows += [(group, rule, "every checklist") for group, rule in disease_rules(checklists["response"])]
    for item, rule, ids in rows:
        yes, no = seen.ways((item, rule))
        state = "one" if (item, rule) in ONE_WAY else "ok " if yes and no else "NOT"
        sys.stdout.write(f"{state}  {item:26} {rule:90.90} yes {yes:5} no {no:5}  {ids}\n")
    sys.stdout.write(f"{len(rows)} rules, {len(lacking(seen))} not exercised both ways\n")


def main() -> int:
    """Run the tests that are watched, print the table, and return how it ended."""
    watch = Watch()
    files = [str(FOLDER / name) for name in WATCHED]
    failed = pytest.main(["-q", "-n0", "-p", "no:cacheprovider", *files], plugins=[watch])
    print_table(watch.seen)
    return 1 if failed or lacking(watch.seen) else 0


if __name__ == "__main__":
    sys.exit(main())
