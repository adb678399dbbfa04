"""Who asks, and the one transaction of a write, handed to the routers of every slice above."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import msgspec
from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import text
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.access import service
from app.access.domain import Access, NoKeyError
from app.access.service import KeptAnswer
from app.errors import InvalidError
from app.events import service as events
from app.infra.database import Database
from app.web.dependencies import DatabaseDep, NowDep
from app.web.jsonroute import encode

NO_CONTENT = 204

bearer = HTTPBearer(
    auto_error=False,
    scheme_name="key",
    description="An access key of your organisation. It is printed at the first start, or made by POST /v1/keys.",
)


class IdempotencyKeyReusedError(InvalidError):
    """The same Idempotency-Key came with another request."""

    slug = "idempotency-key-reused"
    title = "This Idempotency-Key was used for another request"


def get_access(
    database: DatabaseDep,
    now: NowDep,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
    x_actor: Annotated[
        str | None,
        Header(max_length=200, description="The person behind an integration's key, for the audit trail."),
    ] = None,
) -> Access:
    """Find out who asks."""
    if credentials is None:
        message = "Send `Authorization: Bearer <key>`."
        raise NoKeyError(message, headers={"WWW-Authenticate": "Bearer"})
    with database.read() as session:
        return service.identify(session, credentials.credentials, person=x_actor, now=now)


AccessDep = Annotated[Access, Depends(get_access)]


async def may_read(access: AccessDep) -> Access:
    """Let only keys pass that may read."""
    access.require("read")
    return access


async def may_administer(access: AccessDep) -> Access:
    """Let only keys pass that may administer."""
    access.require("admin")
    return access


ReaderDep = Annotated[Access, Depends(may_read)]
AdminDep = Annotated[Access, Depends(may_administer)]


@dataclass(slots=True)
class Reader:
    """What a read of clinical content needs, and the note that it leaves."""

    access: Access
    database: Database
    now: datetime

    def note(self, what: str, case_id: str | None, subject_id: str | None = None) -> None:
        """Note, in a transaction of its own, that the content was read."""
        with self.database.note() as session:
            events.note_access(
                session,
                what=what,
                actor=self.access.actor,
                at=self.now,
                case_id=case_id,
                subject_id=subject_id,
            )


async def get_reader(access: ReaderDep, database: DatabaseDep, now: NowDep) -> Reader:
    """Return the reader of a request."""
    return Reader(access, database, now)


ClinicalReaderDep = Annotated[Reader, Depends(get_reader)]


class AnsweredBefore(Exception):  # noqa: N818 (not an error: the request has its answer already)
    """The request was carried out before; this is its first answer."""

    def __init__(self, response: Response) -> None:
        super().__init__("answered before")
        self.response = response


@dataclass(slots=True)
class Repeat:
    """The Idempotency-Key of a write, and the way to its first answer."""

    key_id: str
    idempotency_key: str

    def first_answer(self, session: Session, fingerprint: str) -> Response | None:
        """Return the answer that this very request got before, if it did; whoever comes second waits for the first.

        Raises:
            IdempotencyKeyReusedError: the key came with another request.
        """
        if session.get_bind().dialect.name == "postgresql":
            name = hashlib.sha256(f"{self.key_id} {self.idempotency_key}".encode()).digest()[:8]
            number = int.from_bytes(name, "big", signed=True)
            session.execute(text("SELECT pg_advisory_xact_lock(:name)"), {"name": number})
        kept = service.find_answer(session, self.key_id, self.idempotency_key)
        if kept is None:
            return None
        if kept.fingerprint != fingerprint:
            message = "Use a new Idempotency-Key for a new request; this one belongs to a request with other content."
            raise IdempotencyKeyReusedError(message)
        headers = {**msgspec.json.decode(kept.headers), "Idempotent-Replayed": "true"}
        return _response(kept.body, kept.status, headers)


@dataclass(slots=True)
class Writing:
    """One write: who, when, in which transaction, and how it is answered."""

    access: Access
    now: datetime
    _session: Session
    fingerprint: str = ""
    repeat: Repeat | None = None
    _is_new: bool = False

    @property
    def session(self) -> Session:
        """The transaction; at its first use a repeated request gets its first answer and goes no further.

        The transaction begins here, in the endpoint's own thread, and not in a dependency: a dependency that held the
        one connection that writes would leave the endpoint waiting for a thread, while every thread waits for it.
        """
        if not self._is_new and self.repeat is not None:
            answered = self.repeat.first_answer(self._session, self.fingerprint)
            if answered is not None:
                raise AnsweredBefore(answered)
        self._is_new = True
        return self._session

    def answer(
        self,
        value: object = None,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        case_id: str | None = None,
        keep: object = None,
    ) -> Response:
        """Return the answer, and keep it for repeats in the same transaction.

        `keep` is what a repeat gets instead, where the answer holds what must be shown only once.
        """
        body, sent = b"" if status == NO_CONTENT else encode(value), dict(headers or {})
        if self.repeat is not None:
            kept = KeptAnswer(
                self.fingerprint,
                status,
                msgspec.json.encode(sent).decode(),
                body if keep is None else encode(keep),
            )
            service.keep_answer(
                self.session,
                key_id=self.repeat.key_id,
                idempotency_key=self.repeat.idempotency_key,
                answer=kept,
                case_id=case_id,
                now=self.now,
            )
        return _response(body, status, sent)


def _response(body: bytes, status: int, headers: Mapping[str, str]) -> Response:
    return Response(body, status, headers, None if status == NO_CONTENT else "application/json")


IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=200,
        description="Any text of your own. Sent again with the same request it gets the first answer; "
        "with another request it is refused.",
    ),
]


async def fingerprint_of(request: Request) -> str:
    """Hash what a request asks: method, path, query and body."""
    digest = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    digest.update(await request.body())
    return digest.hexdigest()


def get_writing(
    access: AccessDep,
    database: DatabaseDep,
    now: NowDep,
    fingerprint: Annotated[str, Depends(fingerprint_of)],
    idempotency_key: IdempotencyKey = None,
) -> Iterator[Writing]:
    """Open the one transaction of a write; it is committed before the answer is sent."""
    access.require("write")
    with database.write() as session:
        repeat = Repeat(access.key_id, idempotency_key) if idempotency_key else None
        yield Writing(access, now, session, fingerprint, repeat)


# Under FastAPI's default scope the commit would come after the answer: a client would be told 201 for a row that a
# failing commit never stored.
WritingDep = Annotated[Writing, Depends(get_writing, scope="function")]
