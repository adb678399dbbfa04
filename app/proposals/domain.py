"""What a proposal is: something that was read, and counts only once a person accepts it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final, Literal

import msgspec
from annotated_types import Ge, MaxLen, MinLen
from msgspec.structs import replace

from app.cases.domain import Identifier
from app.errors import ConflictError, FieldError, InvalidError, NotFoundError
from app.records.domain.base import Box, Quote, ReadingMethod, Source, Word
from app.records.domain.kinds import AnyRecord
from app.records.domain.stored import decode_record, encode_record, plain

CLOSED: Mapping[str, Any] = {"extra": "forbid", "use_attribute_docstrings": True}

ProposalKind = Literal["merge", "record"]
ProposalStatus = Literal["pending", "accepted", "rejected"]


class ProposalNotFoundError(NotFoundError):
    """There is no such proposal in a case that the key opens."""

    slug = "proposal-not-found"
    title = "There is no such proposal"


class ProposalDecidedError(ConflictError):
    """Somebody decided the other way before."""

    slug = "proposal-decided"
    title = "The proposal was decided before"


class NothingToEditError(InvalidError):
    """A merge of identifiers holds no record that could be edited."""

    slug = "nothing-to-edit"
    title = "The proposal holds no record"


class UnfitProposalsError(InvalidError):
    """Among many to be accepted are some that cannot be."""

    slug = "unfit-proposals"
    title = "Not all of these proposals can be accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Two identifiers that a sender says are one patient's."""

    surviving: Identifier
    """The identifier that goes on."""
    retired: Identifier
    """The identifier that is used no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeContent:
    """What a message proposes, and where it was read."""

    merge: Merge
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSource:
    """Where the words stand that a record was read from."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = CLOSED

    document_id: Word
    """A document of the case."""
    page: Annotated[int, Ge(1)] | None = None
    """Page of that document, counted from 1; left out where it has no pages."""
    quote: Quote
    """The words that were read, verbatim: what a person compares with the paper."""
    box: Box | None = None
    """Where on the page they stand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordContent:
    """A record that was read from a document: what it says, where, and by which program."""

    record: AnyRecord
    source: ReadSource
    method: ReadingMethod | None = None


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
    content: MergeContent | RecordContent
    made_at: str
    decided: Decided | None
    record_id: str | None = None
    """The record that it became."""
    edited: tuple[str, ...] = ()
    """Fields in which that record was made to differ from what had been read."""

    @property
    def tag(self) -> str:
        """Return what changes when a proposal is decided, for its ETag."""
        return f"{self.id}.{self.status}"

    @property
    def record_kind(self) -> str | None:
        """Name the kind of record that is proposed, None for a merge."""
        return self.content.record.kind if isinstance(self.content, RecordContent) else None


def check_content(content: RecordContent) -> list[FieldError]:
    """Return why a proposal could never be accepted, beyond what is unsound in its record."""
    found: list[FieldError] = []
    if content.record.verification == "verified":
        found.append(
            FieldError(
                "/record/verification",
                "What is proposed was compared with its source by nobody yet.",
                "Leave it out; the record is verified when a person accepts the proposal.",
            )
        )
    found.extend(
        FieldError(
            f"/record/sources/{index}/document_id",
            "A proposal is read from one document, and this is another one.",
            "Leave it out, or make a proposal for each document.",
        )
        for index, source in enumerate(content.record.sources)
        if source.document_id not in (None, content.source.document_id)
    )
    box = content.source.box
    for first, last in (("left", "right"), ("top", "bottom")):
        if box is not None and getattr(box, first) >= getattr(box, last):
            pointer, detail = (
                f"/source/box/{last}",
                f"The box ends before it begins: `{last}` is not after `{first}`.",
            )
            found.append(FieldError(pointer, detail, f"Send `{first}` and `{last}` in this order, 0 to 1."))
    return found


def record_of(content: RecordContent, edited: AnyRecord | None = None) -> AnyRecord:
    """Return the record that a proposal becomes: as it was read, or as a person edited it, with where it was read.

    It is of the origin `document` and verified, for accepting it is comparing it with its source; its first source
    quotes the document and names the program that read it.
    """
    record = content.record if edited is None else edited
    where = content.source
    first = Source(
        document_id=where.document_id,
        page=where.page,
        quote=where.quote,
        box=where.box,
        method=content.method,
    )
    others = (one for one in record.sources if _place(one) != _place(first))
    return replace(record, origin="document", verification="verified", sources=(first, *others))


def _place(source: Source) -> tuple[str | None, int | None, str | None]:
    return source.document_id, source.page, source.quote


_OF_THE_SERVICE: Final = frozenset({"sources", "origin", "verification"})
"""Fields that acceptance itself fills in."""


def edited_fields(content: RecordContent, record: AnyRecord) -> tuple[str, ...]:
    """Return the pointers of the fields in which a record differs from what had been read, in order of the names."""
    before, after = plain(content.record), plain(record)
    names = (before.keys() | after.keys()) - _OF_THE_SERVICE
    return tuple(f"/{name}" for name in sorted(names) if before.get(name) != after.get(name))


def fingerprint_of(content: RecordContent) -> str:
    """Return what two proposals have in common that say the same of the same words.

    Neither the box nor the program counts: whoever reads the same there again, proposes nothing new.
    """
    where = content.source
    digest = hashlib.sha256(encode_record(content.record))
    digest.update(_ENCODER.encode((content.record.kind, where.document_id, where.page, where.quote)))
    return digest.hexdigest()


class _Kept(msgspec.Struct):
    """The stored body of a proposed record."""

    kind: str
    record: msgspec.Raw
    source: ReadSource
    method: ReadingMethod | None = None


_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")
_MERGE: Final = msgspec.json.Decoder(MergeContent)
_RECORD: Final = msgspec.json.Decoder(_Kept)


def encode_content(content: MergeContent | RecordContent) -> bytes:
    """Return the body to store."""
    if isinstance(content, MergeContent):
        return _ENCODER.encode(content)
    kept = _Kept(
        content.record.kind, msgspec.Raw(encode_record(content.record)), content.source, content.method
    )
    return _ENCODER.encode(kept)


def decode_merge(body: str) -> MergeContent:
    """Return what the stored body of a merge proposes."""
    return _MERGE.decode(body)


def decode_content(body: str) -> RecordContent:
    """Return what the stored body of a proposed record says."""
    kept = _RECORD.decode(body)
    return RecordContent(
        record=decode_record(kept.kind, bytes(kept.record)), source=kept.source, method=kept.method
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionBody:
    """What a person says to a decision; nothing need be said."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = CLOSED

    reason: Annotated[str, MinLen(1), MaxLen(2_000)] | None = None
    """Why, in the person's words."""
