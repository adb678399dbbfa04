"""What goes from one case to another."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A document on its way between two cases, which are both locked, and whose revisions are counted already."""

    document_id: str
    case_id: str
    """The case that it leaves."""
    revision: int
    """At which it is no longer there."""
    target_id: str
    """The case that it goes to."""
    target_revision: int
    """From which on it is there."""
    now: datetime
