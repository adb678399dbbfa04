"""The parts of one item, read from a checklist or profile."""

import re
from collections.abc import Mapping
from typing import Final

from app.completeness.checklists.conditions import maybe, read_condition, read_document_kinds
from app.completeness.checklists.located import Located
from app.completeness.checklists.needs import NAME, NAME_WANTED, read_flag, read_need
from app.completeness.domain.checklist import STATUSES, ItemRule, MaxAge, Papers, Raise
from app.completeness.domain.findings import FINDINGS
from app.completeness.domain.needs import fields_of
from app.completeness.domain.report import Requirement, Status

ITEM: Final = frozenset(
    {
        "label",
        "why",
        "source",
        "need",
        "papers",
        "max_age_days",
        "max_age_cases",
        "when",
        "unless",
        "required_when",
        "flags",
        "raises",
        "actions",
    }
)
CODES: Final = FINDINGS | frozenset(STATUSES)
"""What a next action may be for; an item's flags add their own."""
_STATUSES: Final[Mapping[str, Status]] = {status: status for status in STATUSES}
REQUIREMENTS: Final[Mapping[str, Requirement]] = {
    "required": "required",
    "recommended": "recommended",
    "conditional": "conditional",
}


def read_item(
    key: str, parts: Mapping[str, Located], requirement: Requirement, actions: Mapping[str, str]
) -> ItemRule:
    """Read an item.

    Raises:
        ChecklistError: a part is wrong or lacking.
    """
    for name in ("label", "why", "source", "need"):
        if name not in parts:
            raise next(iter(parts.values())).fail(f"the item {key} lacks `{name}`")
    read_key(key, parts["label"])
    flags = tuple(read_flag(flag) for flag in parts["flags"].items()) if "flags" in parts else ()
    raises = tuple(_raise(one) for one in parts["raises"].items()) if "raises" in parts else ()
    need = read_need(parts["need"])
    codes = CODES | {flag.finding for flag in flags} | {one.finding for one in raises}
    codes |= {field.finding for field in fields_of(need) if field.finding}
    return ItemRule(
        key=key,
        label=parts["label"].text(),
        requirement=requirement,
        need=need,
        papers=maybe(parts, "papers", _papers),
        max_age=_max_age(parts),
        when=maybe(parts, "when", read_condition),
        unless=maybe(parts, "unless", read_condition),
        required_when=maybe(parts, "required_when", read_condition),
        flags=flags,
        raises=raises,
        why=parts["why"].text(),
        actions={**actions, **(read_actions(parts["actions"], codes) if "actions" in parts else {})},
        source=parts["source"].text(),
    )


def _raise(at: Located) -> Raise:
    parts = at.mapping(frozenset({"finding", "status", "when"}))
    if "finding" not in parts or "status" not in parts:
        raise at.fail("write `finding` and `status`, one or several")
    return Raise(
        parts["finding"].name(NAME, NAME_WANTED),
        frozenset(status.one_of(_STATUSES) for status in parts["status"].items()),
        maybe(parts, "when", read_condition),
    )


def read_key(key: str, at: Located) -> str:
    """Check the key of an item, which stands in addresses."""
    if re.fullmatch(NAME, key) is None:
        raise at.fail(NAME_WANTED)
    return key


def _papers(at: Located) -> Papers:
    if not isinstance(at.value, dict):
        return Papers(read_document_kinds(at))
    parts = at.mapping(frozenset({"kinds", "count"}))
    if parts.keys() != {"kinds", "count"}:
        raise at.fail("write `kinds` and `count`")
    return Papers(read_document_kinds(parts["kinds"]), parts["count"].number(1))


def _max_age(parts: Mapping[str, Located]) -> MaxAge | None:
    if "max_age_days" not in parts:
        return None
    cases = []
    for case in parts["max_age_cases"].items() if "max_age_cases" in parts else ():
        inner = case.mapping(frozenset({"when", "days"}))
        if inner.keys() != {"when", "days"}:
            raise case.fail("write `when` and `days`")
        cases.append((read_condition(inner["when"]), inner["days"].number()))
    return MaxAge(parts["max_age_days"].number(), tuple(cases))


def read_actions(at: Located, codes: frozenset[str]) -> Mapping[str, str]:
    """Read next actions, by status or finding."""
    return {code: text.text() for code, text in at.mapping(codes).items()}
