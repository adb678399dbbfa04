"""What became of a payload, as every endpoint that takes one answers it in its own words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from app.imports.domain.planning import Step
from app.imports.domain.reading import Reading

CaseOutcome = Literal["found", "opened", "not_opened"]
"""`not_opened`: the patient has no case, and the payload nothing to put into one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedCase:
    """What an import did to one case."""

    case_id: str | None
    outcome: CaseOutcome
    revision: int | None
    """The revision that the import made; None where it stored nothing, or was only tried."""
    payload_id: str | None
    """The document that keeps the payload; None where nothing does."""
    is_payload_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of a payload."""

    reading: Reading
    steps: tuple[tuple[Step, str | None], ...]
    """A step for each item of the reading, in its order, with the id of the case that it went into."""
    cases: tuple[ImportedCase, ...]
    dry_run: bool
    content: Callable[[], bytes]
    """Gives the payload as it was sent."""

    @property
    def is_change(self) -> bool:
        """Tell whether anything was stored."""
        return any(one.revision is not None for one in self.cases)
