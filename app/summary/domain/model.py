"""What the summary answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from app.timeline.domain.answer import Answer
from app.timeline.domain.event import SourceRef

SCHEMA: Final = "caseline-summary/1"
"""The name of this shape; a changed meaning gets another one."""

SectionKey = Literal[
    "alerts",
    "question",
    "patient",
    "diagnosis",
    "pathology",
    "treatment",
    "response",
    "labs",
    "symptoms",
    "complications",
    "status",
    "computed",
    "conflicts",
    "gaps",
    "questions",
    "timeline",
    "sources",
    "cautions",
]
StatementKind = Literal["recorded", "quoted", "computed", "generated"]
"""Put together from recorded words; verbatim; arithmetic; the service's own words."""
SectionState = Literal["stated", "none_stated", "not_found"]
"""Something is stated; the sources state that there is none; nothing was found."""


class Statement(Answer, frozen=True, kw_only=True, gc=False):
    """One sentence of the summary and what it rests on.

    The id is made of the section and of the record (or document, event, item ...) that it is about, so it stays
    the same from one revision to the next. `sources` is empty only where the service says that something is not
    there.
    """

    id: str
    text: str
    kind: StatementKind
    facts: Mapping[str, Any]
    sources: tuple[SourceRef, ...]
    caution: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section. `note` says plainly what its state means where statements don't."""

    key: SectionKey
    title: str
    state: SectionState
    note: str | None
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestEntry:
    """What the digest says of one statement: its words, or the first sentence, `cut` where it is long."""

    statement_id: str
    text: str
    cut: bool
    kind: StatementKind


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPart:
    """One section in the digest; `more` counts what it holds of the same beside the entries."""

    key: SectionKey
    title: str
    note: str | None
    entries: tuple[DigestEntry, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Whether the papers are there by the checklist: of papers and fields, nothing of the patient."""

    ready: bool
    score: float | None
    checklist: str
    profile: str | None
    """The destination profile laid over the checklist."""
    blocking: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The summary on one page: of each section what a reader needs first."""

    readiness: Readiness
    parts: tuple[DigestPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The ordered case summary; `encoding.encode` adds the hash of its content."""

    schema: str
    case_id: str
    revision: int
    as_of: str
    sections: tuple[Section, ...]
    digest: Digest

    def section(self, key: SectionKey) -> Section:
        """Return one section; all are always there."""
        return next(section for section in self.sections if section.key == key)
