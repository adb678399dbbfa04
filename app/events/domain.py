"""The audit trail's entries and the chain that binds them."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

EventKind = Literal[
    "organisation.added",
    "key.made",
    "key.revoked",
    "case.opened",
    "case.amended",
    "case.erased",
    "document.stored",
    "document.amended",
    "document.moved_in",
    "document.moved_out",
    "document.removed",
    "record.created",
    "record.amended",
    "record.entered_in_error",
    "record.moved_in",
    "record.moved_out",
    "proposal.made",
    "proposal.accepted",
    "proposal.rejected",
    "proposal.moved_in",
    "proposal.moved_out",
    "proposal.removed",
    "checklist.added",
    "profile.added",
    "request.sent",
    "request.withdrawn",
]

GENESIS = "0" * 64
"""What the first event of a chain follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts: an access key, and the person that an integration names behind it."""

    organisation_id: str
    key_id: str | None
    """The key; None for a command on the machine itself."""
    person: str | None = None
    """The `X-Actor` header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that changed, before it is chained."""

    kind: EventKind
    subject_id: str
    subject_kind: str | None = None
    """The record's or document's kind."""
    version: int | None = None
    content_hash: str | None = None
    """Salted hash of the new content; the salt is stored with the content and erased with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One entry of the audit trail; ids, kinds, actor, time and hashes, never content."""

    position: str
    """Cursor of this event in the feed; opaque."""
    chain: str
    """The case's id, or the organisation's for changes outside any case."""
    sequence: int
    """Place in the chain, from 1."""
    organisation_id: str
    case_id: str | None
    kind: EventKind
    subject_id: str
    subject_kind: str | None
    version: int | None
    revision: int | None
    """Revision of the case that this change made."""
    key_id: str | None
    person: str | None
    at: str
    """When, UTC (ISO 8601)."""
    content_hash: str | None
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Break:
    """A place where a chain does not hold."""

    chain: str
    sequence: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessEntry:
    """One read of clinical content."""

    id: int
    what: str
    case_id: str | None
    subject_id: str | None
    key_id: str | None
    person: str | None
    at: str


def salted(salt: str, content: bytes) -> str:
    """Return the hash under which a chain remembers content: without the salt it tells nobody what the content was."""
    return hashlib.sha256(bytes.fromhex(salt) + content).hexdigest()


def link(event: Event) -> str:
    """Return the hash that binds an event to the one before it."""
    bound = (
        event.previous_hash,
        event.chain,
        event.sequence,
        event.organisation_id,
        event.case_id,
        event.kind,
        event.subject_id,
        event.subject_kind,
        event.version,
        event.revision,
        event.key_id,
        event.person,
        event.at,
        event.content_hash,
    )
    return hashlib.sha256(msgspec.json.encode(bound)).hexdigest()


def broken_links(chain: Sequence[Event]) -> Iterable[Break]:
    """Yield every place where a chain, in sequence, was changed, cut or reordered."""
    previous = GENESIS
    for expected, event in enumerate(chain, start=1):
        if event.sequence != expected:
            yield Break(event.chain, expected, "an event is missing")
            return
        if event.previous_hash != previous:
            yield Break(event.chain, event.sequence, "does not follow the event before it")
        if link(event) != event.hash:
            yield Break(event.chain, event.sequence, "was changed after it was written")
        previous = event.hash
