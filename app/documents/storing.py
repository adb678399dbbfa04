"""Puts documents into a case, and amends what is said of them."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

import msgspec
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from app.access.domain import Access
from app.cases import service as cases
from app.documents.domain.document import Document, DocumentBody, DocumentFacts, Method
from app.documents.domain.errors import UnknownOriginalError
from app.documents.service import hashed_content, known_documents
from app.documents.staging import Looked
from app.documents.tables import DocumentRow, DocumentVersionRow
from app.events import service as events
from app.events.domain import Change, EventKind, salted
from app.values.document_codes import document_code

_ENCODER = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDocument:
    """A document whose bytes are in the store already."""

    id: str
    body: DocumentBody
    methods: Mapping[str, Method]
    sha256: str
    size_bytes: int
    media: str
    media_type: str
    flavour: str | None
    charset: str | None
    file_name: str | None
    findings: tuple[str, ...]


def document_of(
    looked: Looked,
    *,
    document_id: str,
    body: DocumentBody,
    methods: Mapping[str, Method],
    sha256: str,
    size_bytes: int,
    file_name: str | None,
) -> NewDocument:
    """Return a document to be stored: what is said of it, and what was found in its bytes."""
    whole, known = looked.complete(body, methods)
    detected = looked.detected
    return NewDocument(
        id=document_id,
        body=whole,
        methods=known,
        sha256=sha256,
        size_bytes=size_bytes,
        media=detected.media.value,
        media_type=detected.media_type,
        flavour=None if detected.flavour is None else detected.flavour.value,
        charset=detected.charset,
        file_name=file_name,
        findings=looked.findings,
    )


def known_by(body: DocumentBody, before: Document | None = None) -> dict[str, Method]:
    """Return how each stated fact is known: as before where it is as before, else because the caller says so."""
    facts, known = body.facts, before.body.facts if before else DocumentFacts()
    methods: Mapping[str, Method] = before.methods if before else {}
    return {
        name: methods.get(name, "declared") if value == getattr(known, name) else "declared"
        for name, value in asdict(facts).items()
        if value is not None
    }


def store_documents(
    session: Session,
    access: Access,
    *,
    case_id: str,
    new: Sequence[NewDocument],
    now: datetime,
    revision: int | None = None,
) -> list[Document]:
    """Store documents whose bytes are kept already, all of them as one revision, in the order given.

    The caller holds the case and has left out what the case has already; it may have counted the `revision`, of which
    these are a part.

    Raises:
        CaseNotFoundError: there is no such case that the key opens.
        UnknownOriginalError: one is said to translate what is no document of the case.
    """
    originals = frozenset(one.body.translation_of for one in new if one.body.translation_of is not None)
    if originals - known_documents(session, case_id, originals):
        raise UnknownOriginalError
    if revision is None:
        revision = cases.next_revision(session, access, case_id=case_id, now=now)
    documents = [_first_version(one, case_id, now) for one in new]
    rows = [
        {
            "id": one.id,
            "case_id": case_id,
            "sha256": one.sha256,
            "size_bytes": one.size_bytes,
            "media": one.media,
            "media_type": one.media_type,
            "flavour": one.flavour,
            "charset": one.charset,
            "file_name": one.file_name,
            "findings": _ENCODER.encode(one.findings).decode(),
            "uploaded_at": now,
        }
        for one in new
    ]
    session.execute(insert(DocumentRow), rows)
    changes = add_versions(session, access, documents, kind="document.stored", revision=revision, now=now)
    events.append(session, changes, actor=access.actor, at=now, case_id=case_id, revision=revision)
    return documents


def _first_version(one: NewDocument, case_id: str, now: datetime) -> Document:
    return Document(
        id=one.id,
        case_id=case_id,
        version=1,
        body=one.body,
        file_name=one.file_name,
        media=one.media,
        media_type=one.media_type,
        code=_code(one.body),
        size_bytes=one.size_bytes,
        sha256=one.sha256,
        uploaded_at=events.instant_text(now),
        findings=one.findings,
        methods=one.methods,
    )


def _code(body: DocumentBody) -> str | None:
    code = document_code(body.kind, body.modality, body.regions)
    return None if code is None else str(code)


def add_versions(
    session: Session,
    access: Access,
    documents: Sequence[Document],
    *,
    kind: EventKind,
    revision: int,
    now: datetime,
) -> list[Change]:
    """Store what is said of documents from a revision on, and return the changes to be noted."""
    rows: list[dict[str, object]] = []
    changes: list[Change] = []
    for document in documents:
        body, salt = _ENCODER.encode(document.body), secrets.token_hex(16)
        rows.append(
            {
                "document_id": document.id,
                "version": document.version,
                "since_revision": revision,
                "until_revision": None,
                "kind": document.body.kind,
                "code": document.code,
                "translation_of": document.body.translation_of,
                "body": body.decode(),
                "methods": _ENCODER.encode(document.methods).decode(),
                "salt": salt,
                "recorded_at": now,
                "key_id": access.actor.key_id,
                "person": access.actor.person,
            }
        )
        changes.append(
            Change(
                kind=kind,
                subject_id=document.id,
                subject_kind=document.body.kind,
                version=document.version,
                content_hash=salted(salt, hashed_content(body.decode(), document.sha256).encode()),
            )
        )
    session.execute(insert(DocumentVersionRow), rows)
    return changes


def amend_document(
    session: Session, access: Access, *, current: Document, body: DocumentBody, now: datetime
) -> Document:
    """Replace what is said of a document, which the caller has locked; saying the same again changes nothing.

    Raises:
        UnknownOriginalError: it is said to translate itself, or what is no document of the case.
    """
    if body == current.body:
        return current
    original = body.translation_of
    if original is not None and (
        original == current.id or not known_documents(session, current.case_id, frozenset({original}))
    ):
        raise UnknownOriginalError
    revision = cases.next_revision(session, access, case_id=current.case_id, now=now)
    session.execute(
        update(DocumentVersionRow)
        .where(DocumentVersionRow.document_id == current.id, DocumentVersionRow.until_revision.is_(None))
        .values(until_revision=revision)
    )
    amended = replace(
        current,
        version=current.version + 1,
        body=body,
        code=_code(body),
        methods=known_by(body, current),
    )
    changes = add_versions(session, access, [amended], kind="document.amended", revision=revision, now=now)
    events.append(session, changes, actor=access.actor, at=now, case_id=current.case_id, revision=revision)
    return amended
