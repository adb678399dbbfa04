"""What the checker answers."""

from dataclasses import dataclass
from typing import Literal

Status = Literal["present", "partial", "stale", "missing", "not_applicable", "unknown", "waived"]
Requirement = Literal["required", "recommended", "conditional"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A record or document that counts for an item, and the item's fields that it states."""

    record_id: str | None = None
    document_id: str | None = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRef:
    """The rule that decided, its version, and where it comes from."""

    id: str
    version: str
    source: str
    tightened_by: str | None = None
    """The destination profile, as `id@version`, that asks more here than the checklist does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A person's decision to go without an item: who, why, and until when."""

    record_id: str
    by: str | None
    """Who decided."""
    on: str | None
    """On which day."""
    reason: str
    until: str | None
    """Its last day; null where it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One checklist item's finding."""

    key: str
    label: str
    requirement: Requirement
    active: bool
    status: Status
    findings: tuple[str, ...]
    """Codes of everything that applies, such as `stale`, `content_not_read`, `unreadable`, `identity`."""
    lacking: tuple[str, ...]
    """Fields of the minimum that nothing states."""
    stated_unknown: tuple[str, ...]
    """Those of `lacking` that a source says are unknown."""
    noted: tuple[str, ...] = ()
    """What is worth having and not stated, without lowering the status: grade, edition, tests of the disease."""
    evidence: tuple[Evidence, ...]
    unconfirmed: tuple[str, ...]
    """Proposals that would count if a person confirmed them."""
    age_days: int | None
    max_age_days: int | None
    why: str
    next_action: str | None
    rule: RuleRef
    waiver: Waiver | None = None
    """The waiver that holds, null where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One thing that keeps the case from being ready: an item, a conflict, or a document of somebody else's."""

    item: str | None = None
    conflict: str | None = None
    document_id: str | None = None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistRef:
    """The exact checklist that was used."""

    id: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The arithmetic behind the score."""

    earned: float
    possible: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a case holds and lacks against one checklist on one day; organisational, not clinical."""

    case_id: str
    revision: int
    as_of: str
    checklist: ChecklistRef
    profile: ChecklistRef | None
    score: float | None
    """Share of what could be there, 0 to 100, one decimal; null when nothing is possible."""
    weights: Weights
    ready: bool
    blocking: tuple[Block, ...]
    items: tuple[Item, ...]
    """One finding per checklist item, in checklist order."""
    future_dated: tuple[str, ...]
    """Records and documents dated after `as_of`; they satisfy nothing."""

    def item(self, key: str) -> Item | None:
        """Return the finding of one item, or None when the checklist has no such item."""
        return next((item for item in self.items if item.key == key), None)
