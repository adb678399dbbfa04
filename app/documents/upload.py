"""Stores what an upload brought: bytes first, then all rows and events in one transaction, then the answer."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from app.access.dependencies import Repeat, Writing
from app.access.domain import Access
from app.cases import service as cases
from app.documents.domain.errors import NothingStoredError
from app.documents.putting import SURELY_THERE, put_files, require_bytes
from app.documents.receiving import ReceivedFile, Rejection
from app.documents.schemas import DocumentRead, FileProblem, UploadedFile, UploadOutcomes
from app.documents.service import blob_key, find_same_bytes
from app.documents.staging import Looked
from app.documents.storing import NewDocument, document_of, known_by, store_documents
from app.errors import FieldError
from app.infra.blobs import BlobStore
from app.infra.database import Database
from app.infra.sweeping import keep_blobs
from app.web.conditional import require_match
from app.web.problems import status_of


@dataclass(frozen=True, slots=True)
class _New:
    """A file whose bytes the case has not got yet."""

    file: ReceivedFile
    document: NewDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """The files of one upload to one case, and what is needed to store them."""

    request: Request
    access: Access
    case_id: str
    files: Sequence[ReceivedFile]
    idempotency_key: str | None
    database: Database
    blobs: BlobStore
    new_id: Callable[[], str]
    clock: Callable[[], datetime]

    def store(self) -> Response:
        """Store every sound file that the case has not got yet, and answer what became of each.

        Raises:
            AnsweredBefore: the very same upload was stored before.
            DomainError: nothing was stored, and why.
        """
        if all(isinstance(file.found, Rejection) for file in self.files):
            _refuse_all(self.files)
        with self.database.read() as session:
            there = find_same_bytes(session, self.case_id, self._hashes())
        new = {sha256: one for sha256, one in self._sound() if sha256 not in there}
        put_at = self.clock()
        repeat = Repeat(self.access.key_id, self.idempotency_key) if self.idempotency_key else None
        files = {self._key(one.document): one.file.path for one in new.values()}
        with put_files(self.blobs, files) as puts, self.database.write() as session:
            writing = Writing(self.access, self.clock(), session, self._fingerprint(), repeat)
            case = cases.lock_case(writing.session, self.access, self.case_id)
            require_match(self.request, str(case.revision))
            keep_blobs(session)
            # Another upload may have brought the same bytes since they were looked for.
            there = find_same_bytes(session, self.case_id, self._hashes())
            wanted = [one.document for sha256, one in new.items() if sha256 not in there]
            if writing.now - put_at > SURELY_THERE:
                require_bytes(self.blobs, map(self._key, wanted))
            answer = self._store_rows(writing, wanted, there)
            # From here on the commit may happen even if we do not learn of it: the bytes must stay.
            puts.wanted = {self._key(one) for one in wanted}
        return answer

    def _store_rows(self, writing: Writing, wanted: list[NewDocument], there: dict[str, str]) -> Response:
        stored = (
            store_documents(writing.session, self.access, case_id=self.case_id, new=wanted, now=writing.now)
            if wanted
            else []
        )
        headers: dict[str, str] = {}
        if len(stored) == 1:
            headers["Location"] = f"/v1/cases/{self.case_id}/documents/{stored[0].id}"
        outcomes = UploadOutcomes(items=_outcomes(self.files, map(DocumentRead.of, stored), there))
        return writing.answer(outcomes, status=201 if stored else 200, headers=headers, case_id=self.case_id)

    def _hashes(self) -> set[str]:
        return {file.sha256 for file in self.files}

    def _sound(self) -> Iterator[tuple[str, _New]]:
        """Yield the first file of each hash as a new document."""
        seen: set[str] = set()
        for file in self.files:
            if isinstance(file.found, Looked) and file.sha256 not in seen:
                seen.add(file.sha256)
                yield file.sha256, _New(file, _document(file, file.found, self.new_id()))

    def _key(self, document: NewDocument) -> str:
        return blob_key(self.case_id, document.id)

    def _fingerprint(self) -> str:
        """Hash what the upload says and holds, whatever the boundary and the order of headers."""
        said = [(file.name, file.sha256, file.size_bytes, file.body) for file in self.files]
        url = self.request.url
        return hashlib.sha256(msgspec.json.encode(("POST", url.path, url.query, said))).hexdigest()


def _document(file: ReceivedFile, looked: Looked, document_id: str) -> NewDocument:
    return document_of(
        looked,
        document_id=document_id,
        body=file.body,
        methods=known_by(file.body),
        sha256=file.sha256,
        size_bytes=file.size_bytes,
        file_name=file.name,
    )


def _outcomes(
    files: Sequence[ReceivedFile], stored: Iterable[DocumentRead], there: Mapping[str, str]
) -> tuple[UploadedFile, ...]:
    """Say what became of each file; of several with the same new bytes, the first is the one created."""
    created = {document.sha256: document for document in stored}
    first = {file.sha256: index for index, file in reversed(list(enumerate(files)))}
    items: list[UploadedFile] = []
    for index, file in enumerate(files):
        if isinstance(file.found, Rejection):
            items.append(_rejected(index, file.found))
            continue
        document = created.get(file.sha256)
        is_new = document is not None and first[file.sha256] == index
        items.append(
            UploadedFile(
                outcome="created" if is_new else "duplicate",
                id=there[file.sha256] if document is None else document.id,
                place=_place(index),
                problem=None,
                document=document if is_new else None,
            )
        )
    return tuple(items)


def _place(index: int) -> str:
    return f"/files/{index}"


def _rejected(index: int, rejection: Rejection) -> UploadedFile:
    error = rejection.error
    problem = FileProblem(
        type=f"/problems/{error.slug}",
        title=error.title,
        status=status_of(type(error)),
        detail=error.detail,
        fix=rejection.fix,
    )
    return UploadedFile(outcome="rejected", id=None, place=_place(index), problem=problem, document=None)


def _refuse_all(files: Sequence[ReceivedFile]) -> None:
    rejections = [file.found for file in files if isinstance(file.found, Rejection)]
    items = tuple(_rejected(index, rejection) for index, rejection in enumerate(rejections))
    found = [
        FieldError(_place(index), rejection.error.detail, rejection.fix)
        for index, rejection in enumerate(rejections)
    ]
    if len(rejections) == 1:
        error = rejections[0].error
        raise type(error)(error.detail, errors=found, members={"items": items})
    message = f"None of the {len(rejections)} files could be stored; each is named with what to do instead."
    raise NothingStoredError(message, errors=found, members={"items": items})
