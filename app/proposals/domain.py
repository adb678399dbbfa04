"""What a proposal is: something that was read, and counts only once a person accepts it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import MaxLen, MinLen

from app.cases.domain import Identifier
from app.errors import ConflictError, NotFoundError
from app.records.domain.base import Source

CLOSED: Mapping[str, Any] = {"extra": "forbid", "use_attribute_docstrings": True}

ProposalKind = Literal["merge"]
ProposalStatus = Literal["pending", "accepted", "rejected"]


class ProposalNotFoundError(NotFoundError):
    """There is no such proposal in a case that the key opens."""

    slug = "proposal-not-found"
    title = "There is no such proposal"


class ProposalDecidedError(ConflictError):
    """Somebody decided the other way before."""

    slug = "proposal-decided"
    title = "The proposal was decided before"


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Two identifiers that a sender says are one patient's."""

    surviving: Identifier
    """The identifier that goes on."""
    retired: Identifier
    """The identifier that is used no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What is proposed, and where it was read."""

    merge: Merge
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """Who decided on a proposal, when and why."""

    at: str
    key_id: str | None
    person: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Something that was read, and what a person made of it."""

    id: str
    case_id: str
    kind: ProposalKind
    status: ProposalStatus
    content: Content
    made_at: str
    decided: Decided | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionBody:
    """What a person says to a decision; nothing need be said."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = CLOSED

    reason: Annotated[str, MinLen(1), MaxLen(2_000)] | None = None
    """Why, in the person's words."""
