"""A checklist put together from a review's file, the shared items and what the diseases add."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from app.casefile.domain.disease_table import GROUPS
from app.completeness.checklists.conditions import maybe, read_condition, read_document_kinds
from app.completeness.checklists.located import Located
from app.completeness.checklists.needs import read_flag, read_need
from app.completeness.domain.checklist import (
    STATUSES,
    Checklist,
    DiseaseRules,
    ItemRule,
    ListedTest,
    MaxAge,
    Papers,
)
from app.completeness.domain.findings import FINDINGS
from app.completeness.domain.record_tests import words_of
from app.values.catalogue import BIOMARKERS, MARKERS, fold_name

_REVIEW: Final = frozenset({"id", "version", "label", "source", "items"})
_SHARED: Final = frozenset({"version", "actions", "regions", "items"})
_ITEM: Final = frozenset(
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
        "actions",
    }
)
_OVERRIDES: Final = frozenset(
    {
        "requirement",
        "when",
        "unless",
        "required_when",
        "max_age_days",
        "max_age_cases",
        "why",
        "actions",
        "drop",
    }
)
_DROPPABLE: Final = ("when", "unless", "required_when", "max_age_days", "max_age_cases", "flags", "papers")
CODES: Final = FINDINGS | frozenset(STATUSES)
"""What a next action may be for; an item's flags add their own."""
_REQUIREMENTS: Final = {word: word for word in ("required", "recommended", "conditional")}


@dataclass(frozen=True, slots=True)
class Shared:
    """The files that the reviews share: items.yaml and diseases.yaml."""

    items: Located
    diseases: Located


def assemble(review: Located, shared: Shared) -> Checklist:
    """Put a checklist together.

    Its `sha256` covers everything in the files that decides an answer: the review, the items that it names with
    their overrides, the general actions, the regions and the diseases; comments and layout make no difference.

    Raises:
        ChecklistError: something in a file is wrong; file, line and key are named.
    """
    head = review.mapping(_REVIEW)
    for key in sorted(_REVIEW - head.keys()):
        raise review.fail(f"`{key}` is lacking")
    common = shared.items.mapping(_SHARED)
    known = common["items"].mapping()
    actions = _actions(common["actions"], CODES)
    items, plain_items = [], []
    for key, choice in head["items"].mapping().items():
        if key not in known:
            raise choice.fail("there is no such item in items.yaml")
        merged, requirement = _merge(known[key], choice)
        items.append(_item(key, merged, requirement, actions))
        plain_items.append([key, requirement.plain(), {name: part.plain() for name, part in merged.items()}])
    plain = {name: head[name].plain() for name in ("id", "version", "label", "source")}
    plain |= {"items": plain_items, "diseases": shared.diseases.plain()}
    plain |= {name: common[name].plain() for name in ("actions", "regions")}
    return Checklist(
        id=head["id"].text(),
        version=head["version"].text(),
        sha256=hashlib.sha256(msgspec.json.encode(plain, order="deterministic")).hexdigest(),
        label=head["label"].text(),
        source=head["source"].text(),
        items=tuple(items),
        diseases=read_diseases(shared.diseases),
        regions=_regions(common["regions"]),
    )


def _merge(item: Located, choice: Located) -> tuple[Mapping[str, Located], Located]:
    """Lay a review's choice over an item: a word is its requirement, a mapping may override more, or drop parts."""
    parts = dict(item.mapping(_ITEM))
    if not isinstance(choice.value, dict):
        return parts, choice
    overrides = dict(choice.mapping(_OVERRIDES))
    if "requirement" not in overrides:
        raise choice.fail("`requirement` is lacking")
    requirement = overrides.pop("requirement")
    for name in overrides.pop("drop").items() if "drop" in overrides else ():
        parts.pop(name.one_of(dict(zip(_DROPPABLE, _DROPPABLE, strict=True))), None)
    return parts | overrides, requirement


def _item(
    key: str, parts: Mapping[str, Located], requirement: Located, actions: Mapping[str, str]
) -> ItemRule:
    for name in ("label", "why", "source", "need"):
        if name not in parts:
            raise next(iter(parts.values())).fail(f"the item {key} lacks `{name}`")
    flags = tuple(read_flag(flag) for flag in parts["flags"].items()) if "flags" in parts else ()
    codes = CODES | {flag.finding for flag in flags}
    return ItemRule(
        key=key,
        label=parts["label"].text(),
        requirement=requirement.one_of(_REQUIREMENTS),
        need=read_need(parts["need"]),
        papers=maybe(parts, "papers", _papers),
        max_age=_max_age(parts),
        when=maybe(parts, "when", read_condition),
        unless=maybe(parts, "unless", read_condition),
        required_when=maybe(parts, "required_when", read_condition),
        flags=flags,
        why=parts["why"].text(),
        actions={**actions, **(_actions(parts["actions"], codes) if "actions" in parts else {})},
        source=parts["source"].text(),
    )


def _papers(at: Located) -> Papers:
    if not isinstance(at.value, dict):
        return Papers(read_document_kinds(at))
    parts = at.mapping(frozenset({"kinds", "count"}))
    if parts.keys() != {"kinds", "count"}:
        raise at.fail("write `kinds` and `count`")
    return Papers(read_document_kinds(parts["kinds"]), parts["count"].number())


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


def _actions(at: Located, codes: frozenset[str]) -> Mapping[str, str]:
    return {code: text.text() for code, text in at.mapping(codes).items()}


def _regions(at: Located) -> Mapping[str, str]:
    regions: dict[str, str] = {}
    for region, words in at.mapping().items():
        for word in words.items():
            for folded in words_of(word.text()):
                if regions.setdefault(folded, region) != region:
                    raise word.fail("the word names another region already")
    return regions


def read_diseases(at: Located) -> Mapping[str, DiseaseRules]:
    """Read what the diseases add, by disease group."""
    diseases = {}
    for group, rules in at.mapping(frozenset({"version", "diseases"}))["diseases"].mapping(GROUPS).items():
        parts = rules.mapping(frozenset({"markers", "molecular"}))
        for marker in parts["markers"].items() if "markers" in parts else ():
            marker.one_of(MARKERS.by_key)
        diseases[group] = DiseaseRules(
            markers=parts["markers"].texts() if "markers" in parts else (),
            molecular=tuple(_listed(test) for test in parts["molecular"].items())
            if "molecular" in parts
            else (),
        )
    return diseases


def _listed(at: Located) -> ListedTest:
    """Read one test: a key of the catalogue, or a mapping of a label, the names that count, and what limits it."""
    if not isinstance(at.value, dict):
        key = at.text()
        at.one_of(BIOMARKERS.by_key)
        return ListedTest(BIOMARKERS.by_key[key].display, frozenset({key}))
    parts = at.mapping(frozenset({"label", "any", "optional", "when"}))
    if "label" not in parts or "any" not in parts:
        raise at.fail("write `label` and `any`, the names that count")
    return ListedTest(
        parts["label"].text(),
        frozenset(name if name in BIOMARKERS.by_key else fold_name(name) for name in parts["any"].texts()),
        optional="optional" in parts and parts["optional"].scalar() is True,
        when=maybe(parts, "when", read_condition),
    )
