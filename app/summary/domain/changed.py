"""The shapes of what has changed between two revisions of a case."""

from dataclasses import dataclass
from typing import Any, Literal

from app.summary.domain.model import Readiness, SectionKey
from app.timeline.domain.conflict import Severity

RecordStep = Literal["added", "amended", "withdrawn"]
DocumentStep = Literal["added", "amended", "removed"]
ConflictStep = Literal["new", "gone", "decided", "reopened"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field before and after, as plain JSON; null where it said nothing."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordChange:
    """A record that was added, amended or marked as entered in error."""

    record_id: str
    kind: str
    change: RecordStep
    text: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentChange:
    """A document that was added, amended, or that left the case."""

    document_id: str
    kind: str
    change: DocumentStep
    text: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementChange:
    """A statement of the summary that appeared, disappeared, or says something else under its id."""

    statement_id: str
    section: SectionKey
    change: Literal["appeared", "disappeared", "changed"]
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChange:
    """A checklist item whose status is another; null where the checklist did not hold it."""

    key: str
    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictChange:
    """A disagreement that came, went, was decided or is open again."""

    conflict_id: str
    severity: Severity
    change: ConflictStep
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessChange:
    """The readiness before and after, and the items that moved."""

    before: Readiness
    after: Readiness
    items: tuple[ItemChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What differs between two revisions, both seen on one day: first in words, then by what it is about.

    `alerts` are the statements of the alerts that appeared or changed.
    """

    case_id: str
    from_revision: int
    to_revision: int
    as_of: str
    words: tuple[str, ...]
    alerts: tuple[StatementChange, ...]
    conflicts: tuple[ConflictChange, ...]
    case: tuple[FieldChange, ...]
    records: tuple[RecordChange, ...]
    documents: tuple[DocumentChange, ...]
    statements: tuple[StatementChange, ...]
    readiness: ReadinessChange
