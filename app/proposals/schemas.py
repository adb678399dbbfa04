"""What the proposal endpoints answer."""

from dataclasses import dataclass

from app.proposals.domain import Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalPage:
    """A page of proposals, in the order in which they were made."""

    items: tuple[Proposal, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedProposal:
    """A proposal that was carried out."""

    proposal: Proposal
    other_cases: tuple[str, ...]
    """Cases that had one of the identifiers; what stands in them stays there until a person moves it."""
