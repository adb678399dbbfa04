"""What was read from documents and waits for a person: for which items it would count, without counting for any."""

from collections.abc import Mapping, Sequence

from app.casefile.domain.case_file import Entry
from app.completeness.domain.asked import age_limit, is_asked_of
from app.completeness.domain.evidence import unique
from app.completeness.domain.facts import Facts
from app.completeness.domain.meet import meet
from app.completeness.domain.report import Item
from app.records.domain.kinds import AnyRecord


def counting(
    proposals: Sequence[Entry[AnyRecord]], now: Facts, then: Facts, items: Sequence[Item]
) -> Mapping[str, tuple[str, ...]]:
    """Return the proposals that would count for an item, by its key; items for which none would are left out.

    `then` are the facts as if everything that waits were accepted, and `items` what is found on them: what they rest on
    would count. Accepted all together, for two values make a trend and two scans a comparison. Where what waits would
    take an item out of the checklist, it may be what was read wrongly: then the item is looked at as it is asked now.

    Source: clinical.md section 1.2, Status (pending proposals).
    """
    waiting = frozenset(entry.id for entry in proposals)
    found: dict[str, tuple[str, ...]] = {}
    for rule, item in zip(then.checklist.items, items, strict=True):
        evidence = item.evidence
        if not item.active and is_asked_of(rule, now):
            best = meet(rule.need, rule.papers, then, age_limit(rule.max_age, now)).best
            evidence = (*evidence, *(best.evidence if best else ()))
        ids = unique(one.record_id for one in evidence if one.record_id in waiting)
        if ids:
            found[rule.key] = ids
    return found
