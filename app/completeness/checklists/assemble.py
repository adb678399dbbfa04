"""A checklist put together from a review's file, the shared items and what the diseases add."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import msgspec

from app.completeness.checklists.diseases import read_diseases
from app.completeness.checklists.located import ChecklistError, Located
from app.completeness.checklists.parts import CODES, ITEM, REQUIREMENTS, read_actions, read_item
from app.completeness.domain.checklist import Checklist, ItemRule
from app.completeness.domain.record_tests import words_of

GivenT = TypeVar("GivenT")
FoundT = TypeVar("FoundT")

HEAD: Final = ("id", "version", "label", "source")
_COMMON: Final = ("actions", "regions", "diseases")
_REVIEW: Final = frozenset((*HEAD, "items", *_COMMON))
_SHARED: Final = frozenset({"version", "actions", "regions", "items"})
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
_DROPPABLE: Final = (
    "when",
    "unless",
    "required_when",
    "max_age_days",
    "max_age_cases",
    "flags",
    "raises",
    "papers",
)


@dataclass(frozen=True, slots=True)
class Shared:
    """The files that the reviews share: items.yaml and diseases.yaml."""

    items: Located
    diseases: Located

    def item(self, key: str) -> Mapping[str, Located] | None:
        """Return the parts of a shared item, None where there is none of that key."""
        found = self.items.mapping(_SHARED)["items"].mapping().get(key)
        return None if found is None else found.mapping(ITEM)

    def common(self) -> Mapping[str, Located]:
        """Return what all items share: the general actions, the regions and the diseases."""
        parts = self.items.mapping(_SHARED)
        diseases = self.diseases.mapping(frozenset({"version", "diseases"}))["diseases"]
        return {"actions": parts["actions"], "regions": parts["regions"], "diseases": diseases}


@dataclass(frozen=True, slots=True)
class Merged:
    """A review with everything that it asks for written out, so that it needs no other file."""

    head: Mapping[str, Located]
    common: Mapping[str, Located]
    items: Mapping[str, tuple[Located, Mapping[str, Located]]]
    """By key, in order: the requirement, and the parts of the item."""

    def definition(self) -> dict[str, Any]:
        """Return the whole as plain JSON; it is itself a checklist that can be read, and gives the same answers."""
        items = {
            key: {"requirement": requirement.plain(), **{name: part.plain() for name, part in parts.items()}}
            for key, (requirement, parts) in self.items.items()
        }
        head = {name: self.head[name].plain() for name in HEAD}
        return {**head, "items": items, **{name: part.plain() for name, part in self.common.items()}}

    @property
    def sha256(self) -> str:
        """Hash what decides an answer, the items' order included; comments and layout make no difference."""
        whole = self.definition()
        return sha256_of({**whole, "items": list(whole["items"].items())})


def sha256_of(plain: object) -> str:
    """Hash a JSON value, whatever the order of its keys."""
    return hashlib.sha256(msgspec.json.encode(plain, order="deterministic")).hexdigest()


def assemble(review: Located, shared: Shared) -> Checklist:
    """Put a checklist together.

    Raises:
        ChecklistError: something in a file is wrong; file, line and key are named, the further ones in `others`.
    """
    return build(merge(review, shared))


def merge(review: Located, shared: Shared) -> Merged:
    """Write out everything that a review asks for.

    An item is a word (the requirement of a shared item), a mapping that changes a shared item, or, with its own
    `need`, an item of the review's own. Its `actions`, `regions` and `diseases` take the place of the shared ones.

    Raises:
        ChecklistError: something in a file is wrong.
    """
    head = review.mapping(_REVIEW)
    require(review, head, (*HEAD, "items"))
    common = {**shared.common(), **{name: head[name] for name in _COMMON if name in head}}
    choices = head["items"].mapping()
    items = gathered(lambda one: (one[0], _merged(*one, shared)), choices.items())
    return Merged({name: head[name] for name in HEAD}, common, dict(items))


def require(at: Located, parts: Mapping[str, Located], names: tuple[str, ...]) -> None:
    """Go on only if all of these keys are there.

    Raises:
        ChecklistError: one is lacking.
    """
    for name in names:
        if name not in parts:
            raise at.fail(f"`{name}` is lacking")


def gathered(step: Callable[[GivenT], FoundT], over: Iterable[GivenT]) -> list[FoundT]:
    """Take a step for each of these, and raise what went wrong in any of them together.

    Raises:
        ChecklistError: the first; the further ones are in its `others`.
    """
    found: list[FoundT] = []
    wrong: list[ChecklistError] = []
    for one in over:
        try:
            found.append(step(one))
        except ChecklistError as error:
            wrong.append(error)
    if wrong:
        raise wrong[0].with_others(wrong[1:])
    return found


def build(merged: Merged) -> Checklist:
    """Read what was written out into a checklist.

    Raises:
        ChecklistError: something is wrong.
    """
    head, common = merged.head, merged.common
    actions = read_actions(common["actions"], CODES)
    diseases = read_diseases(common["diseases"])
    regions = _regions(common["regions"])
    names = gathered(lambda name: _named(name, head[name]), HEAD)
    items = gathered(lambda one: _read_item(*one, actions), merged.items.items())
    return Checklist(
        id=names[0],
        version=names[1],
        sha256=merged.sha256,
        label=names[2],
        source=names[3],
        items=tuple(items),
        diseases=diseases,
        regions=regions,
    )


def _read_item(
    key: str, written: tuple[Located, Mapping[str, Located]], actions: Mapping[str, str]
) -> ItemRule:
    requirement, parts = written
    return read_item(key, parts, requirement.one_of(REQUIREMENTS), actions)


def _named(name: str, at: Located) -> str:
    if name == "id":
        return at.name(
            r"[a-z0-9][a-z0-9._-]{0,35}", "write up to 36 small letters, digits, points and hyphens"
        )
    if name == "version":
        return at.name(
            r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}", "write up to 20 letters, digits, points and hyphens"
        )
    return at.text()


read_name = _named


def _merged(key: str, choice: Located, shared: Shared) -> tuple[Located, Mapping[str, Located]]:
    """Lay a review's choice over an item: a word is its requirement, a mapping may override more, or drop parts."""
    if isinstance(choice.value, dict) and "need" in choice.value:
        parts = dict(choice.mapping(ITEM | {"requirement"}))
        require(choice, parts, ("requirement",))
        return parts.pop("requirement"), parts
    item = shared.item(key)
    if item is None:
        raise choice.fail(
            "there is no such shared item; write it in full, with `label`, `why`, `source` and `need`"
        )
    parts = dict(item)
    if not isinstance(choice.value, dict):
        return choice, parts
    overrides = dict(choice.mapping(_OVERRIDES))
    require(choice, overrides, ("requirement",))
    requirement = overrides.pop("requirement")
    for name in overrides.pop("drop").items() if "drop" in overrides else ():
        parts.pop(name.one_of(dict(zip(_DROPPABLE, _DROPPABLE, strict=True))), None)
    return requirement, parts | overrides


def _regions(at: Located) -> Mapping[str, str]:
    regions: dict[str, str] = {}
    for region, words in at.mapping().items():
        for word in words.items():
            for folded in words_of(word.text()):
                if regions.setdefault(folded, region) != region:
                    raise word.fail("the word names another region already")
    return regions
