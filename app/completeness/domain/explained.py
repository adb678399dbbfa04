"""The shape of one item explained in full."""

from dataclasses import dataclass
from typing import Literal

from app.completeness.domain.report import ChecklistRef, Evidence, Item, Status

FieldState = Literal["stated", "stated_unknown", "lacking", "on_paper_only", "not_asked"]
Role = Literal["when", "unless", "required_when", "max_age"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionExplained:
    """A condition of the case as it was decided; null is undecided."""

    words: str
    holds: bool | None
    inputs: tuple[str, ...]
    """What it was decided by, in words."""
    records: tuple[str, ...]
    """Ids of the records that it was decided by."""
    documents: tuple[str, ...]
    """Ids of the documents that it was decided by."""
    parts: tuple["ConditionExplained", ...]
    """What `all`, `any` and `not` are made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleExplained:
    """A condition and what depends on it."""

    role: Role
    """`when` it is asked, `unless`, when it is required, and which maximum age holds."""
    effect: str
    condition: ConditionExplained


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldExplained:
    """One field that must be stated, or is worth noting."""

    name: str
    is_required: bool
    """False for fields that are only noted."""
    ways: tuple[str, ...]
    """How it may be stated, any of these."""
    state: FieldState
    stated_by: tuple[str, ...]
    """Records and documents that state it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateExplained:
    """A record or document that was weighed, or several together."""

    evidence: tuple[Evidence, ...]
    date: str | None
    lacking: tuple[str, ...]
    stated_unknown: tuple[str, ...]
    noted: tuple[str, ...]
    findings: tuple[str, ...]
    is_complete: bool
    is_stale: bool
    decides: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshnessExplained:
    """The arithmetic of age, in whole days."""

    date: str | None
    earliest: str | None
    latest: str | None
    least_days: int | None
    most_days: int | None
    limit_days: int | None
    is_stale: bool
    current_through: str | None
    """The last day on which it counts as current."""
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagExplained:
    """A comparison with an event that leaves the status as it is."""

    finding: str
    event: str
    event_date: str | None
    newest_date: str | None
    is_raised: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UnconfirmedExplained:
    """A record that was read from a document and waits for a person: it would count, and doesn't yet."""

    proposal_id: str
    kind: str
    """The kind of record."""
    document_id: str | None
    page: int | None
    quote: str | None
    """The words that it was read from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemExplained:
    """One item of a report in full: each rule with what decided it, and what would change the answer."""

    case_id: str
    revision: int
    as_of: str
    checklist: ChecklistRef
    profile: ChecklistRef | None
    item: Item
    conditions: tuple[RoleExplained, ...]
    need: str
    """What must be there, in words."""
    fields: tuple[FieldExplained, ...]
    papers: tuple[str, ...]
    """Kinds of documents that satisfy it while nothing in them is recorded."""
    candidates: tuple[CandidateExplained, ...]
    freshness: FreshnessExplained
    flags: tuple[FlagExplained, ...]
    unconfirmed: tuple[UnconfirmedExplained, ...]
    """What waits for a person and would count here."""
    if_confirmed: Status | None
    """The status that it would have if everything that waits were accepted; null where nothing of it would count."""
    would_change: tuple[str, ...]
    """What would change the status, in words."""
