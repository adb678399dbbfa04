"""What is asked, of whom, and what became of it."""

from dataclasses import dataclass
from typing import Literal

from app.completeness.domain.report import ChecklistRef, Requirement, RuleRef

HolderKind = Literal["facility", "imaging", "laboratory", "pathology", "treating_doctor", "family"]
AskState = Literal["waiting", "settled"]
How = Literal["email", "post", "fax", "phone", "portal", "in_person", "other"]
RequestState = Literal["open", "sent", "answered", "settled"]
Identity = Literal["full", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A record or a document of the case."""

    record_id: str | None = None
    document_id: str | None = None

    @property
    def id(self) -> str:
        """Name it, whichever it is."""
        return self.record_id or self.document_id or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who has what is asked for: a person or place that the case names, or else a kind of holder."""

    kind: HolderKind
    name: str | None = None
    """A doctor's or a laboratory's name, as recorded."""
    facility: str | None = None
    """The hospital or practice, as recorded."""
    known_from: Part | None = None
    """What names it; null where nothing does."""

    @property
    def key(self) -> tuple[str, str]:
        """Tell whether two are the same: the kind, and the name whatever its case and spaces."""
        return self.kind, " ".join((self.name or self.facility or "").casefold().split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A scan, as far as it is recorded."""

    modality: str | None
    regions: tuple[str, ...]
    date: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What exactly is asked for."""

    fields: tuple[str, ...] = ()
    """Fields that nothing states yet."""
    study: Study | None = None
    """The scan that it is about."""
    dated: str | None = None
    """Date of the record or paper that it is about, as written."""
    newest: str | None = None
    """Date of the newest that is there, where it is too old."""
    max_age_days: int | None = None
    names: tuple[str, ...] = ()
    """Names of the markers that are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One thing to ask for. Its key stays the same while the same is asked."""

    key: str
    item: str
    label: str
    cause: str
    """The status, or the finding, that it is asked because of."""
    requirement: Requirement
    subject: Part | None
    """The record or document that it is about; null where it is about none in particular."""
    wanted: Wanted
    why: str
    action: str
    """The checklist's own words, for items that the catalogues do not know."""
    rule: RuleRef
    evidence: tuple[Part, ...]
    """What counts for the item today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that needs nobody outside: what the papers at hand already tell."""

    item: str
    label: str
    cause: str
    action: str
    rule: RuleRef
    proposals: tuple[str, ...] = ()
    """What was read from the papers, and waits to be accepted or rejected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chase:
    """All that a report leaves to ask, holder by holder, and to do."""

    asks: tuple[tuple[Holder, Ask], ...]
    tasks: tuple[Task, ...]
    held: tuple[Ask, ...] = ()
    """What is asked of nobody as long as what would settle it waits for a person here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """To whom a request went, when, how, and a remark."""

    to: str
    on: str
    """The day, ISO 8601."""
    how: How
    note: str | None
    language: str | None
    """The language of the letter; null where it was not said."""
    by: str | None
    """The person who marked it, or the key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request that was sent, as it was then."""

    id: str
    holder: Holder
    asks: tuple[Ask, ...]
    sending: Sending
    checklist: ChecklistRef
    profile: ChecklistRef | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskStanding:
    """One thing of a request, and whether it still waits."""

    ask: Ask
    state: AskState
    answered_by: tuple[Part, ...] = ()
    """Records and documents that count for the item now and did not when it was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """All that one holder is asked for at a time, and how far that has come."""

    id: str
    holder: Holder
    state: RequestState
    asks: tuple[AskStanding, ...]
    sending: Sending | None = None
    days_since_sent: int | None = None

    @property
    def waiting(self) -> tuple[Ask, ...]:
        """What is still to be answered."""
        return tuple(one.ask for one in self.asks if one.state == "waiting")
