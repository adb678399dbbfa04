"""Destination profiles, read from a file."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from app.completeness.checklists.assemble import HEAD, Shared, gathered, read_name, require, sha256_of
from app.completeness.checklists.conditions import maybe
from app.completeness.checklists.located import Located
from app.completeness.checklists.needs import read_media
from app.completeness.checklists.parts import CODES, ITEM, REQUIREMENTS, read_actions, read_item
from app.completeness.domain.checklist import Destination, ItemRule
from app.completeness.domain.needs import Earlier, Files
from app.completeness.domain.papers import primary_language
from app.completeness.domain.profile import Change, Profile, noted_fields

_WISHES: Final = ("reads", "translation", "identity", "images", "priors")
_PROFILE: Final = frozenset((*HEAD, *_WISHES, "drop", "items", "actions"))
_CHANGES: Final = frozenset({"requirement", "max_age_days", "must_state", "count", "media"})
_IMAGES: Final[Mapping[str, Literal["dicom", "reports_only"]]] = {
    "dicom": "dicom",
    "reports_only": "reports_only",
}
_FILES: Final = "imaging_files"
_PRIORS: Final = "imaging_prior"


@dataclass(frozen=True, slots=True)
class Written:
    """What a profile writes of one item: what it asks more strictly, and the item itself."""

    changes: Mapping[str, Located]
    item: Mapping[str, Located]
    is_own: bool
    """Whether the item is the profile's own, and not a shared one."""

    def plain(self) -> dict[str, Any]:
        """Return it as plain JSON, as it may stand in a profile."""
        changes = {name: part.plain() for name, part in self.changes.items()}
        item = {name: part.plain() for name, part in self.item.items()}
        return {**changes, **item} if self.is_own else {**changes, "item": item}


@dataclass(frozen=True, slots=True)
class MergedProfile:
    """A profile with the items that it may add written out, so that it needs no other file."""

    head: Mapping[str, Located]
    actions: Located
    items: Mapping[str, Written]

    def definition(self) -> dict[str, Any]:
        """Return the whole as plain JSON; it is itself a profile that can be read, and gives the same answers."""
        head = {name: part.plain() for name, part in self.head.items()}
        items = {key: written.plain() for key, written in self.items.items()}
        return {**head, "items": items, "actions": self.actions.plain()}

    @property
    def sha256(self) -> str:
        """Hash what decides an answer, the items' order included."""
        whole = self.definition()
        return sha256_of({**whole, "items": list(whole["items"].items())})


def merge_profile(at: Located, shared: Shared) -> MergedProfile:
    """Write out everything that a profile asks for.

    An item is a word (the requirement of a shared item), a mapping of what is asked more strictly of a shared item, or,
    with its own `need`, an item of the profile's own.

    Raises:
        ChecklistError: something in the file is wrong.
    """
    whole = at.mapping(_PROFILE)
    require(at, whole, HEAD)
    choices = dict(whole["items"].mapping()) if "items" in whole else {}
    for key, wish in ((_FILES, "images"), (_PRIORS, "priors")):
        if wish in whole and key not in choices:
            choices[key] = replace(whole[wish], value={})
    items = gathered(lambda one: (one[0], _written(*one, shared)), choices.items())
    head = {name: whole[name] for name in (*HEAD, *_WISHES, "drop") if name in whole}
    return MergedProfile(head, whole.get("actions", shared.common()["actions"]), dict(items))


def _written(key: str, choice: Located, shared: Shared) -> Written:
    if not isinstance(choice.value, dict):
        return Written({"requirement": choice}, _shared(key, choice, shared), is_own=False)
    if "need" in choice.value:
        parts = dict(choice.mapping(ITEM | {"requirement"}))
        require(choice, parts, ("requirement",))
        return Written({"requirement": parts.pop("requirement")}, parts, is_own=True)
    changes = dict(choice.mapping(_CHANGES | {"item"}))
    written_out = changes.pop("item", None)
    item = _shared(key, choice, shared) if written_out is None else written_out.mapping(ITEM)
    return Written(changes, item, is_own=False)


def _shared(key: str, at: Located, shared: Shared) -> Mapping[str, Located]:
    item = shared.item(key)
    if item is None:
        raise at.fail(
            "there is no such shared item; write it in full, with `label`, `why`, `source` and `need`"
        )
    return item


def read_profile(merged: MergedProfile) -> Profile:
    """Read what was written out into a profile.

    Raises:
        ChecklistError: something is wrong.
    """
    head = merged.head
    actions = read_actions(merged.actions, CODES)
    names = gathered(lambda name: read_name(name, head[name]), HEAD)
    images = head["images"].one_of(_IMAGES) if "images" in head else None
    priors = head["priors"].number(1) if "priors" in head else None
    drop = head["drop"].texts() if "drop" in head else ()
    changes = gathered(lambda one: _change(*one, actions), merged.items.items())
    return Profile(
        id=names[0],
        version=names[1],
        sha256=merged.sha256,
        label=names[2],
        source=names[3],
        destination=_destination(head),
        drop=(*drop, *((_FILES,) if images == "reports_only" else ())),
        changes=tuple(_wished(change, images, priors) for change in changes),
    )


def _destination(head: Mapping[str, Located]) -> Destination:
    return Destination(
        languages=frozenset(map(primary_language, head["reads"].texts())) if "reads" in head else frozenset(),
        wants_certified="translation" in head and head["translation"].one_of({"certified": True}),
        wants_identity="identity" in head and head["identity"].one_of({"as_on_document": True}),
    )


def _change(key: str, written: Written, actions: Mapping[str, str]) -> Change:
    parts = written.changes
    requirement = parts["requirement"].one_of(REQUIREMENTS) if "requirement" in parts else None
    item = read_item(key, written.item, requirement or "recommended", actions)
    return Change(
        key=key,
        item=item,
        requirement=requirement,
        max_age_days=maybe(parts, "max_age_days", Located.number),
        must_state=_must_state(item, parts["must_state"]) if "must_state" in parts else (),
        count=_for(item, Earlier, parts["count"]).number(1) if "count" in parts else None,
        media=read_media(_for(item, Files, parts["media"])) if "media" in parts else frozenset(),
        is_own=written.is_own,
    )


def _must_state(item: ItemRule, at: Located) -> tuple[str, ...]:
    noted = {field.name: field.name for field in noted_fields(item.need)}
    for name in at.items():
        name.one_of(noted)
    return at.texts()


def _for(item: ItemRule, need: type, at: Located) -> Located:
    if not isinstance(item.need, need):
        raise at.fail("the item has no such part")
    return at


def _wished(change: Change, images: str | None, priors: int | None) -> Change:
    """Lay the wishes for images and earlier scans over what is said of their items."""
    if change.key == _FILES and images == "dicom":
        return replace(change, requirement="required", media=change.media or frozenset({"dicom"}))
    if change.key == _PRIORS and priors is not None:
        return replace(change, count=max(priors, change.count or 1))
    return change
