"""What the proposal endpoints take and answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, TypeAlias

from annotated_types import MaxLen, MinLen
from msgspec.structs import replace
from pydantic import Discriminator, Tag

from app.errors import FieldError
from app.proposals.domain import (
    CLOSED,
    Decided,
    DecisionBody,
    Merge,
    MergeContent,
    Proposal,
    ProposalKind,
    ProposalStatus,
    ReadSource,
    RecordContent,
    check_content,
)
from app.records.domain.base import ReadingMethod, Source, Word
from app.records.domain.stored import StoredRecord, plain
from app.records.schemas import BATCH_MOST, Outcome, OutcomeRead, RecordCreate, RecordKind, RecordRead
from app.records.schemas import shown as shown_record
from app.web.validation import sound

ACCEPT_MOST = 1_000
"""More than anybody compares with a paper at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRecord:
    """A record as it was read from a document of the case, for a person to accept, edit or reject."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = CLOSED

    record: RecordCreate
    """The record, as `POST .../records` takes it; where it was read need not be among its `sources`, and its `origin`
    is `document`."""
    source: ReadSource
    """The document, the place in it, and the words."""
    method: ReadingMethod | None = None
    """The program that read it."""

    @property
    def content(self) -> RecordContent:
        """Return what is proposed."""
        record = replace(self.record, origin="document")
        return RecordContent(record=record, source=self.source, method=self.method)


def _check(value: ReadRecord) -> list[FieldError]:
    return check_content(value.content)


ProposalCreate: TypeAlias = Annotated[ReadRecord, sound(_check)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalBatch:
    """Several proposals, made all together or not at all."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = CLOSED

    proposals: Annotated[tuple[ProposalCreate, ...], MinLen(1), MaxLen(BATCH_MOST)]
    """The proposals, each of one record."""


def _one_or_many(value: Any) -> str:  # noqa: ANN401 (whatever was sent)
    is_batch = isinstance(value, ProposalBatch) or (isinstance(value, dict) and "proposals" in value)
    return "batch" if is_batch else "one"


ProposalsBody: TypeAlias = Annotated[
    Annotated[ProposalCreate, Tag("one")] | Annotated[ProposalBatch, Tag("batch")],
    Discriminator(_one_or_many),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptBody(DecisionBody):
    """What a person says to accepting a proposal; nothing need be said."""

    record: RecordCreate | None = None
    """The record as it should be, in place of the one that was read; left out, that one is accepted as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptMany(DecisionBody):
    """Proposals to be accepted as they were read, all of them or none."""

    ids: Annotated[tuple[Word, ...], MinLen(1), MaxLen(ACCEPT_MOST)]
    """Ids of the proposals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentRead:
    """What is proposed, and where it was read."""

    merge: Merge | None
    """Two identifiers that are said to be one patient's; null for a record."""
    record: dict[str, Any] | None
    """The record as it was read, fields that say nothing left out; null for a merge."""
    source: Source
    """The document, the page, the words and where they stand; of a merge, the place in the message."""
    method: ReadingMethod | None
    """The program that read it, where it was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalRead:
    """Something that was read, and what a person made of it."""

    id: str
    case_id: str
    kind: ProposalKind
    record_kind: RecordKind | None
    """The kind of record that is proposed; null for a merge."""
    status: ProposalStatus
    content: ContentRead
    made_at: str
    decided: Decided | None
    record_id: str | None
    """The record that it became."""
    edited: tuple[str, ...]
    """JSON pointers of the fields in which a person made that record differ from what had been read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalPage:
    """A page of proposals, in the order in which they were made."""

    items: tuple[ProposalRead, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedProposal:
    """A proposal that was carried out."""

    proposal: ProposalRead
    record: RecordRead | None
    """The record that it became, at its newest version; null for a merge."""
    other_cases: tuple[str, ...]
    """Cases that had one of the identifiers; what stands in them stays there until a person moves it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalOutcome:
    """What became of one of the proposals sent."""

    outcome: Outcome
    """`created`, or `duplicate`: the same was read from the same words before."""
    id: str | None
    """The proposal, for a duplicate the one of before; null for one that a dry run would make."""
    place: str
    """Where it stood in the request."""
    problem: dict[str, Any] | None
    status: ProposalStatus
    """Whether it waits, or what was decided on it: what a person rejected is not proposed again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalOutcomes:
    """What became of each proposal of a batch, in the order sent."""

    items: tuple[ProposalOutcome, ...]
    revision: int | None
    """The case's revision after the batch; null for a dry run."""
    dry_run: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedOutcomes:
    """What each of many proposals became, in the order sent."""

    items: tuple[OutcomeRead, ...]
    """`created`: the id is that of the record; `duplicate`: it was accepted before, and became this record then."""
    revision: int
    """The case's revision after it."""


def shown(proposal: Proposal) -> dict[str, Any]:
    """Return a proposal as it is answered."""
    return {
        "id": proposal.id,
        "case_id": proposal.case_id,
        "kind": proposal.kind,
        "record_kind": proposal.record_kind,
        "status": proposal.status,
        "content": _content(proposal.content),
        "made_at": proposal.made_at,
        "decided": proposal.decided,
        "record_id": proposal.record_id,
        "edited": proposal.edited,
    }


def _content(content: MergeContent | RecordContent) -> dict[str, Any]:
    if isinstance(content, MergeContent):
        return {"merge": content.merge, "record": None, "source": content.source, "method": None}
    record = {"kind": content.record.kind, **plain(content.record)}
    return {"merge": None, "record": record, "source": content.source, "method": content.method}


def shown_accepted(
    proposal: Proposal, record: StoredRecord | None, other_cases: tuple[str, ...]
) -> dict[str, Any]:
    """Return a proposal that was carried out as it is answered."""
    return {
        "proposal": shown(proposal),
        "record": shown_record(record) if record else None,
        "other_cases": other_cases,
    }
