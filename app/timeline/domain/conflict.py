"""What a disagreement of records is: both sides, what each states, and a question for a person to decide."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal

from app.timeline.domain.computed import Rule

Severity = Literal["block", "high", "medium", "ask", "info"]
SEVERITIES: Final[tuple[Severity, ...]] = ("block", "high", "medium", "ask", "info")

VERSION: Final = "1.0.0"
SOURCE: Final = "clinical.md section 4, table of conflicts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side: the record or document, which of its fields, what that states, and its date as written.

    Neither id stands where the case itself, as its caller described it, is the side.
    """

    record_id: str | None = None
    document_id: str | None = None
    field: str
    stated: str
    date: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """A person's choice on a conflict, by the decision record that holds: who (None: not named), when, why."""

    decision_id: str
    choice: str
    holds: str | None
    by: str | None
    on: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One disagreement. The id stays while the same rule finds the same sides; `settled` is null while it is open."""

    id: str
    rule: Rule
    severity: Severity
    what: str
    sides: tuple[Side, ...]
    question: str
    settled: Settlement | None = None


def conflict(
    rule: str,
    severity: Severity,
    what: str,
    sides: Iterable[Side],
    question: str,
    *,
    about: Iterable[str] = (),
) -> Conflict:
    """Make a conflict whose id is a hash of its rule and of what it is about: its sides, unless told otherwise."""
    told = tuple(sides)
    ids = tuple(about) or tuple(side.record_id or side.document_id or "case" for side in told)
    digest = sha256("\n".join((rule, *sorted(ids))).encode()).hexdigest()
    return Conflict(
        id=f"conflict-{digest[:20]}",
        rule=Rule(id=rule, version=VERSION, source=SOURCE),
        severity=severity,
        what=what,
        sides=told,
        question=question,
    )
