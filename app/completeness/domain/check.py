"""The checker: what a case file holds and lacks against one checklist on one day."""

from collections.abc import Iterator, Mapping
from datetime import date

from app.casefile.domain.case_file import CaseFile, Entry, as_if_confirmed
from app.completeness.domain.asked import age_limit, is_asked_of
from app.completeness.domain.checklist import STATUSES, Checklist, ItemRule
from app.completeness.domain.conditions import holds, statements_behind
from app.completeness.domain.confirming import counting
from app.completeness.domain.decided import newest_of
from app.completeness.domain.evidence import Candidate, Outcome, is_stale, select, unique
from app.completeness.domain.facts import Facts, is_named
from app.completeness.domain.findings import AGE_UNCERTAIN, UNCONFIRMED, WAIVER_EXPIRED
from app.completeness.domain.meet import meet
from app.completeness.domain.needs import Flag
from app.completeness.domain.report import (
    Block,
    ChecklistRef,
    Evidence,
    Item,
    Report,
    RuleRef,
    Status,
    Waiver,
    Weights,
)
from app.completeness.domain.scoring import blocking_items, blocking_papers, percent, weights_of
from app.completeness.domain.waiving import holds_on
from app.records.domain.statements import Decision
from app.values.dates import PartialDate, certainly_before


def check(
    case_file: CaseFile,
    checklist: Checklist,
    as_of: date,
    *,
    profile: ChecklistRef | None = None,
    blocking_conflicts: tuple[Block, ...] = (),
) -> Report:
    """Say, for each item of a checklist, what the case file holds and what it lacks.

    One finding per item, in checklist order; the order of the records never matters. `profile` names an overlay that
    is already in the checklist. Proposals that would count for an item are named there, and never satisfy it. Ages are
    in days, the score is 0 to 100 with one decimal, half up.

    Source: clinical.md section 1.2 (Status, Paper and content, Score) and section 7.
    """
    facts = Facts(case_file, checklist, as_of)
    items = _items(facts, _unconfirmed(case_file, facts))
    earned, possible = weights_of(items)
    of_papers = blocking_papers(facts)
    named = {block.conflict for block in of_papers}
    conflicts = (block for block in blocking_conflicts if block.conflict not in named)
    blocking = (*blocking_items(items), *of_papers, *conflicts)
    return Report(
        case_id=case_file.case.id,
        revision=case_file.case.revision,
        as_of=as_of.isoformat(),
        checklist=checklist.ref,
        profile=profile,
        score=percent(earned, possible),
        weights=Weights(earned=earned / 2, possible=possible / 2),
        ready=not blocking,
        blocking=blocking,
        items=items,
        future_dated=facts.future,
    )


def _items(facts: Facts, unconfirmed: Mapping[str, tuple[str, ...]]) -> tuple[Item, ...]:
    waivers = _waivers(facts)
    return tuple(
        _item(rule, facts, waivers.get(rule.key), unconfirmed.get(rule.key, ()))
        for rule in facts.checklist.items
    )


def _unconfirmed(case_file: CaseFile, facts: Facts) -> Mapping[str, tuple[str, ...]]:
    """Return the proposals that would count for an item, by its key."""
    if not case_file.proposals:
        return {}
    then = Facts(case_file.once(as_if_confirmed), facts.checklist, facts.as_of)
    return counting(case_file.proposals, facts, then, _items(then, {}))


def _item(rule: ItemRule, facts: Facts, waiver: Entry[Decision] | None, proposals: tuple[str, ...]) -> Item:
    max_age_days = age_limit(rule.max_age, facts)
    applies = is_asked_of(rule, facts)
    outcome = meet(rule.need, rule.papers, facts, max_age_days) if applies else Outcome(None)
    best = outcome.best
    age = facts.age(best.when) if best else None
    statuses = _statuses(facts, waiver, applies=applies, best=best, max_age_days=max_age_days)
    requirement = rule.requirement
    if rule.required_when is not None and holds(rule.required_when, facts):
        requirement = "required"
    findings = unique(
        (
            *(status for status in statuses if status != "present"),
            *((WAIVER_EXPIRED,) if waiver and not _still_holds(waiver, facts) else ()),
            *(best.findings if best else outcome.findings),
            *((AGE_UNCERTAIN,) if max_age_days and _is_age_uncertain(best, facts, max_age_days) else ()),
            *((UNCONFIRMED,) if proposals else ()),
            *(flag.finding for flag in rule.flags if best and is_flagged(flag, best, facts)),
            *_raised(rule, statuses, best, facts),
        )
    )
    status = statuses[0]
    return Item(
        key=rule.key,
        label=rule.label,
        requirement=requirement,
        active=applies is True,
        status=status,
        findings=findings,
        lacking=best.lacking if best else (),
        stated_unknown=best.stated_unknown if best else (),
        noted=(*best.noted, *_wanted(rule.key, facts)) if best else (),
        evidence=_evidence(rule, facts, waiver if status == "waived" else None, best, applies=applies),
        unconfirmed=proposals,
        age_days=age.min_days if age else None,
        max_age_days=max_age_days,
        why=rule.why,
        next_action=_next_action(rule, status, findings, best),
        rule=_rule_ref(rule, facts.checklist),
        waiver=_waiver_of(waiver) if waiver is not None and status == "waived" else None,
    )


def _rule_ref(rule: ItemRule, checklist: Checklist) -> RuleRef:
    owner = rule.owner or checklist
    return RuleRef(
        id=f"{owner.id}/{rule.key}",
        version=owner.version,
        source=rule.source,
        tightened_by=rule.tightened_by,
    )


def _statuses(
    facts: Facts,
    waiver: Entry[Decision] | None,
    *,
    applies: bool | None,
    best: Candidate | None,
    max_age_days: int | None,
) -> tuple[Status, ...]:
    """Return every status that applies to an item, in order of precedence."""
    found: set[Status] = set()
    if waiver is not None and _still_holds(waiver, facts):
        found.add("waived")
    if applies is None:
        found.add("unknown")
    elif not applies:
        found.add("not_applicable")
    elif best is None:
        found.add("missing")
    else:
        if not best.is_complete:
            found.add("partial")
        if is_stale(best, facts, max_age_days):
            found.add("stale")
        if found <= {"waived"}:
            found.add("present")
    return tuple(status for status in STATUSES if status in found)


def _is_age_uncertain(best: Candidate | None, facts: Facts, max_age_days: int) -> bool:
    age = facts.age(best.when) if best else None
    return (
        age is not None
        and age.min_days <= max_age_days
        and (age.max_days is None or age.max_days > max_age_days)
    )


def _raised(
    rule: ItemRule, statuses: tuple[Status, ...], best: Candidate | None, facts: Facts
) -> Iterator[str]:
    """Go through what is found by status and condition, and for fields that are lacking."""
    for one in rule.raises:
        if not one.on.isdisjoint(statuses) and (one.when is None or holds(one.when, facts) is True):
            yield one.finding
    if best is not None:
        for field in rule.telling:
            if field.finding is not None and field.name in (*best.lacking, *best.noted):
                yield field.finding


def _wanted(key: str, facts: Facts) -> Iterator[str]:
    """Go through what the disease makes worth having on an item and is not found in the case."""
    for one in facts.disease_rules.wanted:
        is_asked = one.item == key and (one.when is None or holds(one.when, facts) is True)
        if is_asked and holds(one.found, facts) is not True:
            yield one.name


def is_flagged(flag: Flag, best: Candidate, facts: Facts) -> bool:
    """Say whether the newest of a flag's dates certainly lies before its event."""
    event = facts.event(flag.before)
    newest = newest_flagged(flag, best, facts)
    return event is not None and newest is not None and certainly_before(newest, event)


def newest_flagged(flag: Flag, best: Candidate | None, facts: Facts) -> PartialDate | None:
    """Return the newest date that a flag looks at, that of the evidence included."""
    dates = (
        facts.date_of(entry.record, flag.of.aged_by)
        for entry in select(flag.of, facts)
        if is_named(entry.record)
    )
    found = (when for when in (*dates, best.when if best else None) if when)
    return max(found, key=facts.recency, default=None)


def _evidence(
    rule: ItemRule,
    facts: Facts,
    waiver: Entry[Decision] | None,
    best: Candidate | None,
    *,
    applies: bool | None,
) -> tuple[Evidence, ...]:
    """Return what the status rests on: a waiver, what counts, or what was said about the condition."""
    waived = (Evidence(record_id=waiver.id, fields=("reason",)),) if waiver else ()
    if applies:
        return (*waived, *(best.evidence if best else ()))
    conditions = (condition for condition in (rule.when, rule.unless) if condition is not None)
    said = unique(record_id for condition in conditions for record_id in statements_behind(condition, facts))
    return (*waived, *(Evidence(record_id=record_id) for record_id in said))


def _next_action(
    rule: ItemRule, status: Status, findings: tuple[str, ...], best: Candidate | None
) -> str | None:
    """Return the one next thing to do: what a finding asks for, in the checklist's order, else the status."""
    if status in ("waived", "not_applicable"):
        return None
    first = [code for code in rule.actions if code in findings and code not in STATUSES]
    action = rule.actions[first[0] if first else status] if first or status in rule.actions else None
    if action is not None and best is not None and best.lacking and not first:
        return f"{action} Not stated: {', '.join(name.replace('_', ' ') for name in best.lacking)}."
    return action


def _waivers(facts: Facts) -> Mapping[str, Entry[Decision]]:
    """Return the newest decision on each item, where it waives the item."""
    newest = newest_of(facts.decisions)
    return {key: entry for key, entry in newest.items() if entry.record.choice == "waived"}


def _waiver_of(entry: Entry[Decision]) -> Waiver:
    record = entry.record
    return Waiver(
        record_id=entry.id, by=record.author, on=record.date, reason=record.reason, until=record.until
    )


def _still_holds(waiver: Entry[Decision], facts: Facts) -> bool:
    return holds_on(waiver.record, facts.as_of)
