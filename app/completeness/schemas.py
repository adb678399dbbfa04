"""What the checklist endpoints answer beside the report itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from app.completeness.domain.checklist import Checklist
from app.completeness.domain.profile import Profile
from app.completeness.domain.report import Requirement
from app.records.domain.base import DateText, Text, Word
from app.records.domain.statements import Decision
from app.records.schemas import CLOSED

Origin = Literal["product", "organisation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItemRead:
    """One item of a checklist."""

    key: str
    label: str
    requirement: Requirement
    why: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistRead:
    """One version of one checklist."""

    id: str
    version: str
    sha256: str
    label: str
    source: str
    origin: Origin
    """Whether the product brings it or your organisation added it."""
    versions: tuple[str, ...]
    """Every version that can be asked for, oldest first."""
    added_at: str | None
    """When your organisation added it, UTC."""
    items: tuple[ChecklistItemRead, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistWhole(ChecklistRead):
    """One version of one checklist, with all that it says."""

    definition: Mapping[str, Any]
    """The whole, shared items written out. Changed, and under an id of your own, it can be added as one of yours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistList:
    """Checklists at their newest versions, the product's first."""

    items: tuple[ChecklistRead, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileItemRead:
    """What a profile asks of one item, or the item that it adds."""

    key: str
    label: str
    requirement: Requirement | None
    """Null where the checklist's holds."""
    max_age_days: int | None
    must_state: tuple[str, ...]
    is_own: bool
    """Whether the item is the profile's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRead:
    """One version of one destination profile."""

    id: str
    version: str
    sha256: str
    label: str
    source: str
    origin: Origin
    """Whether the product brings it as an example or your organisation added it."""
    versions: tuple[str, ...]
    """Every version that can be asked for, oldest first."""
    added_at: str | None
    """When your organisation added it, UTC."""
    reads: tuple[str, ...]
    """Languages read there; empty leaves it to the case."""
    wants_certified_translation: bool
    wants_identity_as_on_document: bool
    drop: tuple[str, ...]
    """Items that are not asked."""
    items: tuple[ProfileItemRead, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileWhole(ProfileRead):
    """One version of one destination profile, with all that it says."""

    definition: Mapping[str, Any]
    """The whole, shared items written out. Changed, and under an id of your own, it can be added as one of yours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileList:
    """Destination profiles at their newest versions, the product's examples first."""

    items: tuple[ProfileRead, ...]
    next_cursor: str | None


def checklist_fields(checklist: Checklist) -> dict[str, Any]:
    """Return the fields of a checklist's answer that the checklist itself gives."""
    items = tuple(
        ChecklistItemRead(
            key=item.key, label=item.label, requirement=item.requirement, why=item.why, source=item.source
        )
        for item in checklist.items
    )
    return {
        "id": checklist.id,
        "version": checklist.version,
        "sha256": checklist.sha256,
        "label": checklist.label,
        "source": checklist.source,
        "items": items,
    }


def profile_fields(profile: Profile) -> dict[str, Any]:
    """Return the fields of a profile's answer that the profile itself gives."""
    items = tuple(
        ProfileItemRead(
            key=change.key,
            label=change.item.label,
            requirement=change.requirement,
            max_age_days=change.max_age_days,
            must_state=change.must_state,
            is_own=change.is_own,
        )
        for change in profile.changes
    )
    return {
        "id": profile.id,
        "version": profile.version,
        "sha256": profile.sha256,
        "label": profile.label,
        "source": profile.source,
        "reads": tuple(sorted(profile.destination.languages)),
        "wants_certified_translation": profile.destination.wants_certified,
        "wants_identity_as_on_document": profile.destination.wants_identity,
        "drop": profile.drop,
        "items": items,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverCreate:
    """A person's decision to go without an item."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = CLOSED

    reason: Text
    """Why, in the person's words."""
    until: DateText | None = None
    """The last day on which it holds; left out, it has none."""
    decided_by: Word | None = None
    """Who decided; left out, the person that `X-Actor` names, else the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverRead:
    """An item that a case goes without."""

    case_id: str
    revision: int
    key: str
    reason: str
    until: str | None
    """Its last day; null where it has none."""
    decided_by: str | None
    decided_on: str | None
    holds: bool
    """Whether it holds on the day asked for."""
    record_id: str | None
    """The decision's record; null for a dry run."""

    @classmethod
    def of(
        cls, case_id: str, revision: int, record_id: str | None, decision: Decision, *, holds: bool
    ) -> "WaiverRead":
        """Show a waiver."""
        return cls(
            case_id=case_id,
            revision=revision,
            key=decision.about,
            reason=decision.reason,
            until=decision.until,
            decided_by=decision.author,
            decided_on=decision.date,
            holds=holds,
            record_id=record_id,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverList:
    """The items that a case goes without, by key."""

    case_id: str
    revision: int
    as_of: str
    items: tuple[WaiverRead, ...]
    next_cursor: str | None
