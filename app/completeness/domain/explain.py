"""One item of a report in full: what was asked, what was weighed, and what would change the answer."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, assert_never

from app.casefile.domain.case_file import CaseFile
from app.completeness.domain.asked import age_limit, is_asked_of
from app.completeness.domain.check import is_flagged, newest_flagged
from app.completeness.domain.checklist import Checklist, ItemRule
from app.completeness.domain.evidence import Candidate, Outcome, is_asked, is_stale
from app.completeness.domain.explain_conditions import explain_condition, undecided
from app.completeness.domain.explain_unconfirmed import (
    explain_unconfirmed,
    status_if_confirmed,
    words_if_confirmed,
)
from app.completeness.domain.explained import (
    CandidateExplained,
    FieldExplained,
    FieldState,
    FlagExplained,
    FreshnessExplained,
    ItemExplained,
    RoleExplained,
)
from app.completeness.domain.facts import Facts
from app.completeness.domain.findings import CONTENT_NOT_READ, LOWERING
from app.completeness.domain.meet import meet
from app.completeness.domain.needs import (
    Content,
    Documents,
    Each,
    Earlier,
    Files,
    Minimum,
    Need,
    Newest,
    One,
    Panel,
    Selection,
    Series,
    TestResults,
    Together,
)
from app.completeness.domain.report import Item, Report
from app.completeness.domain.words import (
    words_of_condition,
    words_of_event,
    words_of_field,
    words_of_kind,
    words_of_test,
)
from app.values.dates import PartialDate

_NOTHING: Final = Content(())


def explain(
    case_file: CaseFile, checklist: Checklist, as_of: date, report: Report, item: Item
) -> ItemExplained:
    """Explain one item of a report on this case file, against the checklist that the report is on.

    Source: clinical.md section 1.2 (Status, Paper and content) and section 7; docs/checklists.md.
    """
    facts = Facts(case_file, checklist, as_of)
    rule = next(one for one in checklist.items if one.key == item.key)
    limit = age_limit(rule.max_age, facts)
    then = status_if_confirmed(case_file, checklist, as_of, item)
    met = meet(rule.need, rule.papers, facts, limit) if is_asked_of(rule, facts) else Outcome(None)
    return ItemExplained(
        case_id=report.case_id,
        revision=report.revision,
        as_of=report.as_of,
        checklist=report.checklist,
        profile=report.profile,
        item=item,
        conditions=tuple(_roles(rule, facts)),
        need=words_of_need(rule.need),
        fields=tuple(_fields(rule.need, item, met.best, facts)),
        papers=tuple(sorted(rule.papers.kinds)) if rule.papers else (),
        candidates=tuple(_candidate(one, met, facts, limit) for one in met.considered),
        freshness=_freshness(met.best, facts, limit),
        flags=tuple(_flags(rule, met.best, facts)),
        unconfirmed=tuple(explain_unconfirmed(case_file, item)),
        if_confirmed=then,
        would_change=(*words_if_confirmed(item, then), *_would_change(rule, item, met.best, facts, limit)),
    )


def _roles(rule: ItemRule, facts: Facts) -> Iterator[RoleExplained]:
    if rule.when is not None:
        yield RoleExplained(
            role="when", effect="It is asked where this holds.", condition=explain_condition(rule.when, facts)
        )
    if rule.unless is not None:
        yield RoleExplained(
            role="unless",
            effect="It is not asked where this certainly holds.",
            condition=explain_condition(rule.unless, facts),
        )
    if rule.required_when is not None:
        yield RoleExplained(
            role="required_when",
            effect="It is required where this holds.",
            condition=explain_condition(rule.required_when, facts),
        )
    for condition, days in rule.max_age.cases if rule.max_age else ():
        yield RoleExplained(
            role="max_age",
            effect=f"Evidence counts as current for {days} days where this holds.",
            condition=explain_condition(condition, facts),
        )


def words_of_need(need: Need) -> str:  # noqa: C901 (one line for each member of the closed set)
    """Say what must be there."""
    match need:
        case One(of):
            return f"One {_selected(of)} that states every field."
        case Newest(of):
            return f"The newest {_selected(of)}, stating every field."
        case Each(of):
            return f"Every {_selected(of)}, each stating its fields."
        case Together():
            return "Records of the case that state every field between them."
        case Earlier(of, count):
            return f"At least {count} {_selected(of)} before the newest one, of a region not known to differ."
        case Files(kinds, of, _, days):
            return f"A readable {_kinds(kinds)} within {days} days of the newest {_selected(of)}."
        case Documents(kinds, count):
            papers = "readable document" if count == 1 else "readable documents"
            return f"At least {count} {papers} of this kind: {_kinds(kinds)}."
        case Panel(groups):
            told = "; ".join(f"{name.replace('_', ' ')} ({' or '.join(tests)})" for name, tests in groups)
            return f"A dated value in each of these groups: {told}."
        case Series(values):
            return f"At least {values} values of one marker on different days, with a unit, that can be compared."
        case TestResults():
            return "One result of a molecular test that states every field."
        case _:
            assert_never(need)


def _selected(of: Selection) -> str:
    where = f" whose {words_of_test(of.test)}" if of.test else ""
    return f"{words_of_kind(of.kind)}{where}"


def _kinds(kinds: frozenset[str]) -> str:
    return " or ".join(kind.replace("_", " ") for kind in sorted(kinds))


def _content(need: Need) -> Content:
    match need:
        case One() | Newest() | Each() | Together() | TestResults():
            return need.content
        case _:
            return _NOTHING


def _fields(need: Need, item: Item, best: Candidate | None, facts: Facts) -> Iterator[FieldExplained]:
    content = _content(need)
    for is_required, fields in ((True, content.minimum), (False, content.noted)):
        for field in fields:
            by = tuple(
                one.record_id or one.document_id or "case"
                for one in item.evidence
                if field.name in one.fields
            )
            yield FieldExplained(
                name=field.name,
                is_required=is_required,
                ways=words_of_field(field),
                state=_state(field, best, facts, is_stated=bool(by), is_required=is_required),
                stated_by=by,
            )


def _state(
    field: Minimum, best: Candidate | None, facts: Facts, *, is_stated: bool, is_required: bool
) -> FieldState:
    if is_stated:
        return "stated"
    if not is_asked(field, facts):
        return "not_asked"
    if best is not None and CONTENT_NOT_READ in best.findings:
        return "on_paper_only"
    if best is not None and field.name in best.stated_unknown:
        return "stated_unknown"
    if best is None or field.name in (*best.lacking, *best.noted):
        return "lacking"
    return "not_asked" if is_required else "stated"


def _candidate(one: Candidate, met: Outcome, facts: Facts, limit: int | None) -> CandidateExplained:
    return CandidateExplained(
        evidence=one.evidence,
        date=one.when.text if one.when else None,
        lacking=one.lacking,
        stated_unknown=one.stated_unknown,
        noted=one.noted,
        findings=one.findings,
        is_complete=one.is_complete,
        is_stale=is_stale(one, facts, limit),
        decides=met.best is not None and one.evidence == met.best.evidence and one.when == met.best.when,
    )


def _freshness(best: Candidate | None, facts: Facts, limit: int | None) -> FreshnessExplained:
    when = best.when if best else None
    age = facts.age(when)
    stale = best is not None and is_stale(best, facts, limit)
    latest = when.latest if when else None
    through = latest + timedelta(days=limit) if latest and limit is not None else None
    return FreshnessExplained(
        date=when.text if when else None,
        earliest=_iso(when.earliest if when else None),
        latest=_iso(latest),
        least_days=age.min_days if age else None,
        most_days=age.max_days if age else None,
        limit_days=limit,
        is_stale=stale,
        current_through=_iso(through),
        words=_age_words(when, facts, limit, is_old=stale),
    )


def _age_words(when: PartialDate | None, facts: Facts, limit: int | None, *, is_old: bool) -> str:
    age = facts.age(when)
    if when is None or age is None:
        return "Nothing dates it." if limit is not None else "It does not age."
    most = (
        ""
        if age.max_days == age.min_days
        else f" to {age.max_days}"
        if age.max_days is not None
        else " or more"
    )
    days = f"{facts.as_of} minus {when.text} is {age.min_days}{most} days"
    if limit is None:
        return f"{days}; it does not age."
    return f"{days}; the limit is {limit}: {'older' if is_old else 'not certainly older'}."


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _flags(rule: ItemRule, best: Candidate | None, facts: Facts) -> Iterator[FlagExplained]:
    for flag in rule.flags:
        newest, event = newest_flagged(flag, best, facts), facts.event(flag.before)
        yield FlagExplained(
            finding=flag.finding,
            event=words_of_event(flag),
            event_date=event.text if event else None,
            newest_date=newest.text if newest else None,
            is_raised=best is not None and is_flagged(flag, best, facts),
        )


def _would_change(
    rule: ItemRule, item: Item, best: Candidate | None, facts: Facts, limit: int | None
) -> Iterator[str]:
    if item.waiver is not None:
        yield f"The waiver ends {f'after {item.waiver.until}' if item.waiver.until else 'when it is withdrawn'}."
    if "not_applicable" in item.findings:
        yield from _not_asked(rule, facts)
    for condition in (rule.when,) if "unknown" in item.findings and rule.when else ():
        for part in undecided(condition, facts):
            yield f"Find out whether {words_of_condition(part)}."
    if "missing" in item.findings:
        yield words_of_need(rule.need)
        if rule.papers is not None:
            yield f"A readable document of this kind: {_kinds(rule.papers.kinds)}."
    if best is not None:
        yield from _more(item, best, facts, limit)


def _not_asked(rule: ItemRule, facts: Facts) -> Iterator[str]:
    if rule.when is not None and is_asked_of(rule, facts) is False:
        yield f"It would be asked if {words_of_condition(rule.when)}."
    if rule.unless is not None:
        yield "It would be asked if the condition under `unless` no longer held."


def _more(item: Item, best: Candidate, facts: Facts, limit: int | None) -> Iterator[str]:
    if best.lacking:
        yield f"State: {', '.join(name.replace('_', ' ') for name in best.lacking)}."
    for code in sorted(LOWERING.intersection(best.findings)):
        yield f"Settle `{code}`."
    if "stale" in item.findings and limit is not None:
        yield f"Evidence of {facts.as_of - timedelta(days=limit)} or later."
    elif limit is not None and best.when and best.when.latest:
        yield f"After {best.when.latest + timedelta(days=limit)} it is stale."
    if CONTENT_NOT_READ in best.findings:
        yield "Once records rest on the paper, they decide."
