"""What becomes of each item of a reading, given what was imported before: decided here, carried out elsewhere."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import msgspec

from app.errors import FieldError
from app.imports.domain.reading import (
    AnyItem,
    FoundDocument,
    FoundMerge,
    FoundRecord,
    NotUsed,
    Withdrawn,
)
from app.records.domain.kinds import AnyRecord
from app.records.domain.stored import Newest, encode_record

Act = Literal["create", "supersede", "withdraw", "none"]
Outcome = Literal["created", "duplicate", "superseded", "skipped", "rejected"]

AMENDED_BY_A_PERSON = "A person had amended this record; what they wrote stays in its history."


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What was imported under a key."""

    subject_id: str
    kind: str
    """The record's kind, or `document`."""
    digest: str
    """Hash of the content as it was read."""
    stated_at: str | None
    version: int
    """The record's version that the import wrote last."""
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What becomes of one item."""

    item: AnyItem
    outcome: Outcome
    act: Act = "none"
    subject_id: str | None = None
    version: int = 0
    """The version to be written."""
    known: Known | None = None
    """What is to be remembered under the item's key."""
    withdraws: str | None = None
    """Another record that leaves, since the sender now says a thing of another kind."""
    remarks: tuple[str, ...] = ()
    detail: str | None = None
    fix: str | None = None
    errors: tuple[FieldError, ...] = ()


Keys: TypeAlias = Mapping[str, Known]


def key_hash(scope: str, key: str) -> str:
    """Return what a key is remembered by: it may hold an identifier of the patient, which need not be kept twice."""
    return hashlib.sha256(f"{scope}\n{key}".encode()).hexdigest()


def digest_of(item: FoundRecord) -> str:
    """Return the hash of a fact as it was read, whatever payload it came in."""
    rest = msgspec.json.encode([[link.field, *link.keys] for link in item.links])
    # A study's record tells only how many its images are: two payloads of it may hold as many others.
    images = msgspec.json.encode(item.instances) if item.instances else b""
    return hashlib.sha256(encode_record(item.record) + b"\n" + rest + images).hexdigest()


class Planner:
    """Decides item by item, in the order of the payload; what it decided counts for the items that follow."""

    def __init__(
        self,
        *,
        scope: str,
        known: Keys,
        newest: Mapping[str, Newest],
        same_bytes: Mapping[str, str],
        faults: Callable[[AnyRecord], Sequence[FieldError]],
        digest: Callable[[FoundRecord], str],
        new_id: Callable[[], str],
        document_ids: Mapping[str, str],
        unchanged: frozenset[str] = frozenset(),
    ) -> None:
        """Hold what is stored: `known` by key hash, `newest` by record id, `same_bytes` documents by SHA-256.

        `faults` says what stands against a record, `digest` is a fact's hash (`digest_of`).

        `document_ids` are the ids, by key, under which the bytes of new documents were put already; `unchanged` the
        keys of what is known to bring nothing new.
        """
        self._scope = scope
        self._known = dict(known)
        self._newest = dict(newest)
        self._same_bytes = dict(same_bytes)
        self._faults = faults
        self._digest = digest
        self._new_id = new_id
        self._document_ids = document_ids
        self._unchanged = unchanged

    def plan(self, items: Sequence[AnyItem], unfit: Mapping[str, FieldError]) -> list[Step]:
        """Return a step for each item, in order; `unfit` are documents, by key, whose bytes are not taken."""
        return [self._step(item, unfit) for item in items]

    def subject_of(self, key: str) -> str | None:
        """Return the id of what stands under a sender's key, once everything is planned."""
        known = self._known.get(self._key(key))
        return None if known is None else known.subject_id

    def _step(self, item: AnyItem, unfit: Mapping[str, FieldError]) -> Step:
        match item:
            case FoundRecord():
                return self._record(item)
            case FoundDocument():
                return self._document(item, unfit.get(item.key))
            case Withdrawn():
                return self._withdrawal(item)
            case NotUsed():
                return Step(item=item, outcome=item.outcome, detail=item.detail, fix=item.fix)
            case FoundMerge():
                return self._merge(item)

    def _record(self, item: FoundRecord) -> Step:
        faults = tuple(self._faults(item.record))
        if faults:
            detail = " ".join(dict.fromkeys(fault.detail for fault in faults))
            fix = " ".join(dict.fromkeys(fault.fix for fault in faults))
            return Step(
                item=item, outcome="rejected", detail=detail, fix=fix, errors=faults, remarks=item.remarks
            )
        key, digest = self._key(item.key), self._digest(item)
        before = self._known.get(key)
        if before is None or before.kind == "document":
            return self._create(item, key, digest)
        if (before.digest == digest or item.key in self._unchanged) and not before.is_withdrawn:
            return Step(item=item, outcome="duplicate", subject_id=before.subject_id, remarks=item.remarks)
        if _is_older(item.stated_at, before.stated_at):
            return _skipped(
                item, "A newer version of it is stored already.", "Nothing has to be done.", before
            )
        newest = self._newest.get(before.subject_id)
        if newest is None:
            return _skipped(
                item,
                "The record was moved to another case by a person.",
                "Post it to the case that it belongs to, or have the person look at it.",
                before,
            )
        if not newest.is_active:
            if before.digest == digest:
                return _skipped(item, "It was taken back, and comes unchanged.", "Send it changed.", before)
            return self._create(item, key, digest)
        if before.kind != item.record.kind:
            step = self._create(item, key, digest)
            self._newest[before.subject_id] = replace(newest, is_active=False)
            remark = "The sender now says a thing of another kind; the record of before is marked as entered in error."
            return replace(
                step, outcome="superseded", withdraws=before.subject_id, remarks=(*step.remarks, remark)
            )
        return self._supersede(item, key, digest, before, newest)

    def _create(self, item: FoundRecord, key: str, digest: str) -> Step:
        record_id = self._new_id()
        known = Known(
            subject_id=record_id, kind=item.record.kind, digest=digest, stated_at=item.stated_at, version=1
        )
        self._known[key], self._newest[record_id] = known, Newest(version=1, is_active=True)
        return Step(
            item=item, outcome="created", act="create", subject_id=record_id, version=1, known=known,
            remarks=item.remarks,
        )  # fmt: skip

    def _supersede(self, item: FoundRecord, key: str, digest: str, before: Known, newest: Newest) -> Step:
        version = newest.version + 1
        known = replace(before, digest=digest, stated_at=item.stated_at, version=version, is_withdrawn=False)
        self._known[key], self._newest[before.subject_id] = known, replace(newest, version=version)
        remarks = (*item.remarks, *((AMENDED_BY_A_PERSON,) if newest.version > before.version else ()))
        return Step(
            item=item, outcome="superseded", act="supersede", subject_id=before.subject_id, version=version,
            known=known, remarks=remarks,
        )  # fmt: skip

    def _withdrawal(self, item: Withdrawn) -> Step:
        key = self._key(item.key)
        before = self._known.get(key)
        if before is None:
            return _skipped(item, f"{item.reason} Nothing of it was stored.", "Nothing has to be done.")
        if before.kind == "document":
            detail = f"{item.reason} The document stays until a person removes it."
            return _skipped(item, detail, "DELETE the document if it is not to be kept.", before)
        if before.is_withdrawn:
            return Step(item=item, outcome="duplicate", subject_id=before.subject_id, detail=item.reason)
        if _is_older(item.stated_at, before.stated_at):
            return _skipped(
                item, "A newer version of it is stored already.", "Nothing has to be done.", before
            )
        newest = self._newest.get(before.subject_id)
        if newest is None or not newest.is_active:
            return _skipped(
                item, f"{item.reason} The record left the case before.", "Nothing has to be done.", before
            )
        version = newest.version + 1
        known = replace(
            before, is_withdrawn=True, stated_at=item.stated_at or before.stated_at, version=version
        )
        self._known[key], self._newest[before.subject_id] = known, Newest(version=version, is_active=False)
        return Step(
            item=item, outcome="superseded", act="withdraw", subject_id=before.subject_id, version=version,
            known=known, remarks=(f"{item.reason} The record is marked as entered in error.",),
        )  # fmt: skip

    def _document(self, item: FoundDocument, fault: FieldError | None) -> Step:
        if fault is not None:
            return Step(
                item=item, outcome="rejected", detail=fault.detail, fix=fault.fix, remarks=item.remarks
            )
        key, digest = self._key(item.key), hashlib.sha256(item.content).hexdigest()
        before = self._known.get(key)
        there = self._same_bytes.get(digest)
        if there is not None:
            known = Known(
                subject_id=there, kind="document", digest=digest, stated_at=item.stated_at, version=1
            )
            is_new = before is None or before.subject_id != there
            self._known[key] = known
            return Step(
                item=item,
                outcome="duplicate",
                subject_id=there,
                known=known if is_new else None,
                remarks=item.remarks,
            )
        remarks = item.remarks
        taken_over = before or (self._known.get(self._key(item.replaces)) if item.replaces else None)
        if taken_over is not None:
            remarks = (*remarks, "It takes over from a document that was sent before, which stays.")
        document_id = self._document_ids[item.key]
        known = Known(
            subject_id=document_id, kind="document", digest=digest, stated_at=item.stated_at, version=1
        )
        self._known[key], self._same_bytes[digest] = known, document_id
        return Step(
            item=item,
            outcome="created",
            act="create",
            subject_id=document_id,
            version=1,
            known=known,
            remarks=remarks,
        )

    def _merge(self, item: FoundMerge) -> Step:
        key = self._key(item.key)
        before = self._known.get(key)
        if before is not None:
            return Step(item=item, outcome="duplicate", subject_id=before.subject_id)
        proposal_id = self._new_id()
        known = Known(subject_id=proposal_id, kind="proposal", digest="", stated_at=None, version=1)
        self._known[key] = known
        remark = "Proposed to a person, who accepts or rejects it; nothing was merged."
        return Step(
            item=item, outcome="created", act="create", subject_id=proposal_id, version=1, known=known,
            remarks=(remark,),
        )  # fmt: skip

    def _key(self, key: str) -> str:
        return key_hash(self._scope, key)


def changes_anything(steps: Sequence[Step]) -> bool:
    """Tell whether anything is stored, changed or taken back."""
    return any(step.act != "none" for step in steps)


def _is_older(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one < other


def _skipped(item: AnyItem, detail: str, fix: str, known: Known | None = None) -> Step:
    subject = None if known is None else known.subject_id
    return Step(item=item, outcome="skipped", subject_id=subject, detail=detail, fix=fix)
