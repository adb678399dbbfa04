"""Checks that what is stored is what was written: audit chains, contents, bytes."""

import hashlib
from collections.abc import Iterable, Iterator
from itertools import islice

from sqlalchemy.orm import Session

from app.cases import service as cases
from app.completeness import keeping as rules
from app.completeness import sending as requests
from app.documents import service as documents
from app.events import service as events
from app.events.domain import Break, salted
from app.infra.blobs import BlobStore
from app.infra.database import Database
from app.proposals import proposing as proposals
from app.records import loading as records

BATCH = 500
STORED = (
    cases.stored_contents,
    records.stored_contents,
    documents.stored_contents,
    rules.stored_contents,
    requests.stored_contents,
    proposals.stored_contents,
)


def verify(database: Database, blobs: BlobStore) -> Iterator[Break]:
    """Yield every place where a chain, a stored content or a document's bytes differ from what was written."""
    with database.read() as session:
        yield from events.verify_chains(session)
        for stored in STORED:
            yield from _changed_contents(session, stored(session))
        for key, sha256 in documents.stored_blobs(session):
            yield from _changed_bytes(blobs, key, sha256)


def _changed_contents(session: Session, contents: Iterable[tuple[str, int, str, str]]) -> Iterator[Break]:
    iterator = iter(contents)
    while batch := list(islice(iterator, BATCH)):
        noted = events.content_hashes(session, [(subject, version) for subject, version, _, _ in batch])
        for subject, version, salt, body in batch:
            if noted.get((subject, version)) != salted(salt, body.encode()):
                yield Break(subject, version, "the stored content is not what the trail says was written")


def _changed_bytes(blobs: BlobStore, key: str, sha256: str) -> Iterator[Break]:
    digest = hashlib.sha256()
    try:
        for chunk in blobs.open(key, 0, None):
            digest.update(chunk)
    except (FileNotFoundError, OSError):
        yield Break(key, 1, "the document's bytes are missing")
        return
    if digest.hexdigest() != sha256:
        yield Break(key, 1, "the document's bytes are not those that were stored")
