"""What the checklist endpoints answer beside the report itself."""

from dataclasses import dataclass

from app.completeness.domain.checklist import Checklist
from app.completeness.domain.report import ChecklistRef, Item, Requirement


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
    items: tuple[ChecklistItemRead, ...]

    @classmethod
    def of(cls, checklist: Checklist) -> "ChecklistRead":
        """Show a checklist."""
        items = tuple(
            ChecklistItemRead(
                key=item.key, label=item.label, requirement=item.requirement, why=item.why, source=item.source
            )
            for item in checklist.items
        )
        return cls(
            id=checklist.id,
            version=checklist.version,
            sha256=checklist.sha256,
            label=checklist.label,
            source=checklist.source,
            items=items,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistList:
    """The checklists, one for each review."""

    items: tuple[ChecklistRead, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemExplained:
    """One item of a report, with the checklist and the day that it is for."""

    case_id: str
    revision: int
    as_of: str
    checklist: ChecklistRef
    item: Item
