"""A destination profile: what a receiving hospital asks beside a checklist, laid over it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from app.completeness.domain.checklist import Checklist, Destination, ItemRule, MaxAge
from app.completeness.domain.needs import (
    Content,
    Each,
    Earlier,
    Files,
    Minimum,
    Need,
    Newest,
    One,
    TestResults,
    Together,
)
from app.completeness.domain.report import ChecklistRef, Requirement

Stating = One | Newest | Each | Together | TestResults
StatingT = TypeVar("StatingT", bound=Stating)

_STRENGTH: Final[Mapping[Requirement, int]] = {"recommended": 0, "conditional": 1, "required": 2}


@dataclass(frozen=True, slots=True)
class Change:
    """What a profile asks of one item; what it leaves open stays as the checklist has it.

    A requirement only grows stronger, an age only shorter, a number only larger. `required` also asks an item that
    the checklist asks under a condition only.
    """

    key: str
    item: ItemRule
    """The item that is added where the checklist doesn't have it and a requirement is given."""
    requirement: Requirement | None = None
    max_age_days: int | None = None
    must_state: tuple[str, ...] = ()
    """Fields that are worth noting otherwise, and must be stated here."""
    count: int | None = None
    """How many earlier studies."""
    media: frozenset[str] = frozenset()
    """Types of file that count, such as `dicom`."""
    is_own: bool = False
    """The item is written in the profile, and stands in place of a checklist's of the same key."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One version of one destination profile; never changed, a change is a new version."""

    id: str
    version: str
    sha256: str
    label: str
    source: str
    destination: Destination
    drop: tuple[str, ...]
    changes: tuple[Change, ...]

    @property
    def ref(self) -> ChecklistRef:
        """Name this exact profile."""
        return ChecklistRef(id=self.id, version=self.version, sha256=self.sha256)


def overlay(checklist: Checklist, profile: Profile) -> Checklist:
    """Lay a profile over a checklist: its items in their order, those that the profile adds after them."""
    changes = {change.key: change for change in profile.changes}
    kept = [rule for rule in checklist.items if rule.key not in profile.drop]
    asked = {rule.key for rule in checklist.items}
    items = [_changed(rule, changes.get(rule.key), profile) for rule in kept]
    added = [
        _owned(change, profile)
        for change in profile.changes
        if change.key not in asked and change.requirement is not None
    ]
    return replace(checklist, items=(*items, *added), destination=profile.destination)


def _changed(rule: ItemRule, change: Change | None, profile: Profile) -> ItemRule:
    if change is None:
        return rule
    if change.is_own:
        return _owned(change, profile)
    tightened = _tightened(rule, change)
    return rule if tightened == rule else replace(tightened, tightened_by=f"{profile.id}@{profile.version}")


def _owned(change: Change, profile: Profile) -> ItemRule:
    return replace(_tightened(change.item, change), owner=profile.ref)


def _tightened(rule: ItemRule, change: Change) -> ItemRule:
    wanted = change.requirement or rule.requirement
    return replace(
        rule,
        requirement=max(rule.requirement, wanted, key=_STRENGTH.__getitem__),
        when=None if change.requirement == "required" and not change.is_own else rule.when,
        max_age=_shorter(rule.max_age, change.max_age_days),
        need=_stricter(rule.need, change),
    )


def _shorter(max_age: MaxAge | None, days: int | None) -> MaxAge | None:
    if days is None:
        return max_age
    if max_age is None:
        return MaxAge(days)
    return MaxAge(min(max_age.days, days), tuple((when, min(limit, days)) for when, limit in max_age.cases))


def _stricter(need: Need, change: Change) -> Need:
    match need:
        case Earlier() if change.count is not None:
            return replace(need, count=max(need.count, change.count))
        case Files() if change.media:
            return replace(need, media=(need.media & change.media) if need.media else change.media)
        case One() | Newest() | Each() | Together() | TestResults():
            return _stating(need, change.must_state)
        case _:
            return need


def _stating(need: StatingT, names: tuple[str, ...]) -> StatingT:
    """Move fields from those that are noted to those that must be stated."""
    noted = {field.name: field for field in need.content.noted}
    moved = tuple(noted[name] for name in names if name in noted)
    if not moved:
        return need
    left = tuple(field for field in need.content.noted if field not in moved)
    return replace(need, content=Content((*need.content.minimum, *moved), left))


def noted_fields(need: Need) -> Iterator[Minimum]:
    """Go through the fields that an item notes without asking for them."""
    if isinstance(need, One | Newest | Each | Together | TestResults):
        yield from need.content.noted
