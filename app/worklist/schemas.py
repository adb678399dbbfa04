"""What the worklist answers."""

from dataclasses import dataclass

from app.worklist.domain.order import WorklistRow


@dataclass(frozen=True, slots=True, kw_only=True)
class WorklistPage:
    """One page of the worklist."""

    as_of: str
    items: tuple[WorklistRow, ...]
    next_cursor: str | None
    """Send it as `cursor` for the next page; null on the last."""
