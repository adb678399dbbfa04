"""What the summary answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.timeline.domain.event import SourceRef

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
SectionState = Literal["stated", "none_stated", "not_found"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One sentence of the summary and what it rests on."""

    id: str
    text: str
    kind: StatementKind
    facts: Mapping[str, Any]
    sources: tuple[SourceRef, ...]
    caution: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One section: statements, or the plain word that there are none."""

    key: SectionKey
    title: str
    state: SectionState
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The ordered case summary."""

    schema: str
    case_id: str
    revision: int
    as_of: str
    sections: tuple[Section, ...]
