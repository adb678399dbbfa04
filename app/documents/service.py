"""Finds and reads documents, and what checks them; `storing` puts them into a case, `leaving` takes them out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import BindParameter, Row, Select, bindparam, or_, select
from sqlalchemy.orm import Session

from app.access.domain import Access
from app.cases import service as cases
from app.documents.domain.document import Document, DocumentBody, Method
from app.documents.domain.errors import DocumentNotFoundError
from app.documents.tables import DocumentRow, DocumentVersionRow
from app.events import service as events
from app.infra.database import CHUNK, in_chunks

_BODY = msgspec.json.Decoder(DocumentBody)


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A document's bytes: where they are and what they are."""

    key: str
    sha256: str
    size_bytes: int
    media: str
    media_type: str
    charset: str | None
    file_name: str | None


def blob_key(case_id: str, document_id: str) -> str:
    """Return the key under which a document's bytes are kept."""
    return f"{case_id}/{document_id}"


_COLUMNS = (
    DocumentRow.id,
    DocumentRow.case_id,
    DocumentVersionRow.version,
    DocumentVersionRow.body,
    DocumentRow.file_name,
    DocumentRow.media,
    DocumentRow.media_type,
    DocumentVersionRow.code,
    DocumentRow.size_bytes,
    DocumentRow.sha256,
    DocumentRow.uploaded_at,
    DocumentRow.findings,
    DocumentVersionRow.methods,
)


def _documents(case_id: str | BindParameter[str], revision: int | None = None) -> Select[*tuple[Any, ...]]:
    """Select a case's documents in order of id, as they are, or as they were at a revision."""
    version = DocumentVersionRow
    query = select(*_COLUMNS).join(version, version.document_id == DocumentRow.id)
    query = query.where(DocumentRow.case_id == case_id).order_by(DocumentRow.id)
    if revision is None:
        return query.where(version.until_revision.is_(None))
    return query.where(
        version.since_revision <= revision,
        or_(version.until_revision.is_(None), version.until_revision > revision),
    )


_NOW = _documents(bindparam("case_id"))
"""A case's documents as they are; put together once, for every view asks for them."""


def _document(row: Row[*tuple[Any, ...]]) -> Document:
    id_, case_id, version, body, file_name, media, media_type, code, size, sha256, at, findings, methods = row
    return Document(
        id=id_,
        case_id=case_id,
        version=version,
        body=_BODY.decode(body),
        file_name=file_name,
        media=media,
        media_type=media_type,
        code=code,
        size_bytes=size,
        sha256=sha256,
        uploaded_at=_instant(at),
        findings=_findings(findings),
        methods=_methods(methods),
    )


_instant = lru_cache(maxsize=1024)(events.instant_text)  # those of one upload came at one moment


@lru_cache(maxsize=1024)  # most documents have one of a few
def _findings(text: str) -> tuple[str, ...]:
    return msgspec.json.decode(text, type=tuple[str, ...])


@lru_cache(maxsize=1024)
def _methods(text: str) -> Mapping[str, Method]:
    return msgspec.json.decode(text, type=dict[str, Method])


def load_documents(session: Session, case_id: str, revision: int | None = None) -> tuple[Document, ...]:
    """Return a case's documents, as they are or as they were at a revision, in order of id.

    One query, whatever the size. The caller has made sure that the case may be read. A document that was removed or
    moved away is in no revision any more.
    """
    if revision is None:
        return tuple(map(_document, session.execute(_NOW, {"case_id": case_id})))
    return tuple(map(_document, session.execute(_documents(case_id, revision))))


def list_documents(
    session: Session, access: Access, *, case_id: str, kind: str | None, after: str | None, limit: int
) -> list[Document]:
    """Return a case's documents in the order in which they came, one more than `limit` when there are more.

    Raises:
        CaseNotFoundError: there is no such case that the key opens.
    """
    cases.get_case(session, access, case_id)
    query = _documents(case_id)
    if kind is not None:
        query = query.where(DocumentVersionRow.kind == kind)
    if after is not None:
        query = query.where(DocumentRow.id > after)
    return [_document(row) for row in session.execute(query.limit(limit + 1))]


def get_document(session: Session, access: Access, *, case_id: str, document_id: str) -> Document:
    """Return a document as it is now.

    Raises:
        CaseNotFoundError: there is no such case that the key opens.
        DocumentNotFoundError: the case has no such document.
    """
    cases.get_case(session, access, case_id)
    row = session.execute(_documents(case_id).where(DocumentRow.id == document_id)).first()
    if row is None:
        raise _not_found()
    return _document(row)


def _not_found() -> DocumentNotFoundError:
    return DocumentNotFoundError("The case has no document of this id.")


def get_original(session: Session, access: Access, *, case_id: str, document_id: str) -> Original:
    """Return what is needed to give a document's bytes out.

    Raises:
        CaseNotFoundError: there is no such case that the key opens.
        DocumentNotFoundError: the case has no such document.
    """
    cases.get_case(session, access, case_id)
    row = session.scalar(
        select(DocumentRow).where(DocumentRow.case_id == case_id, DocumentRow.id == document_id)
    )
    if row is None:
        raise _not_found()
    return Original(
        key=blob_key(case_id, document_id),
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        media=row.media,
        media_type=row.media_type,
        charset=row.charset,
        file_name=row.file_name,
    )


def known_documents(session: Session, case_id: str, ids: frozenset[str]) -> frozenset[str]:
    """Return those of the ids that are documents of the case."""
    query = select(DocumentRow.id).where(DocumentRow.case_id == case_id)
    return frozenset(
        found for chunk in in_chunks(ids) for found in session.scalars(query.where(DocumentRow.id.in_(chunk)))
    )


def find_same_bytes(session: Session, case_id: str, hashes: Iterable[str]) -> dict[str, str]:
    """Return the ids of the case's documents whose bytes have one of the SHA-256 hashes, by hash."""
    query = select(DocumentRow.sha256, DocumentRow.id).where(DocumentRow.case_id == case_id)
    found: dict[str, str] = {}
    for chunk in in_chunks(hashes):
        found.update(
            (sha256, id_) for sha256, id_ in session.execute(query.where(DocumentRow.sha256.in_(chunk)))
        )
    return found


def lock_document(session: Session, access: Access, *, case_id: str, document_id: str) -> Document:
    """Return a document, and let nobody else change its case until the transaction ends.

    Raises:
        CaseNotFoundError: there is no such case that the key opens.
        DocumentNotFoundError: the case has no such document.
    """
    cases.lock_case(session, access, case_id)
    return get_document(session, access, case_id=case_id, document_id=document_id)


def hashed_content(body: str, sha256: str) -> str:
    """Return what the audit trail's hash is over: what is said of the document, and what its bytes are."""
    return f"{body}\n{sha256}"


def stored_contents(session: Session) -> Iterator[tuple[str, int, str, str]]:
    """Yield (id, version, salt, content) of every version of every document, for comparison with the audit trail."""
    version = DocumentVersionRow
    query = select(version.document_id, version.version, version.salt, version.body, DocumentRow.sha256)
    query = query.join(DocumentRow, DocumentRow.id == version.document_id)
    for id_, number, salt, body, sha256 in session.execute(query.execution_options(yield_per=CHUNK)):
        yield id_, number, salt, hashed_content(body, sha256)


def stored_blobs(session: Session) -> Iterator[tuple[str, str]]:
    """Yield (key, SHA-256) of every document's bytes."""
    query = select(DocumentRow.case_id, DocumentRow.id, DocumentRow.sha256)
    for case_id, document_id, sha256 in session.execute(query.execution_options(yield_per=CHUNK)):
        yield blob_key(case_id, document_id), sha256


def held_keys(session: Session, keys: Iterable[str]) -> set[str]:
    """Return those of the keys under which the bytes of a document are kept."""
    wanted = set(keys)
    ids = {key.rpartition("/")[2] for key in wanted}
    query = select(DocumentRow.case_id, DocumentRow.id)
    rows = (
        row for chunk in in_chunks(ids) for row in session.execute(query.where(DocumentRow.id.in_(chunk)))
    )
    return {blob_key(case_id, document_id) for case_id, document_id in rows} & wanted
