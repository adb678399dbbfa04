"""Makes, finds and revokes keys; adds organisations; keeps answers for repeats."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.access.domain import KEY_PREFIX, Access, Key, KeyNotFoundError, NoKeyError, Scope, secret_hash
from app.access.tables import AnswerRow, KeyRow, OrganisationRow
from app.errors import ConflictError
from app.events import service as events
from app.events.domain import Actor, Change

ANSWERS_KEPT = timedelta(days=7)
"""How long a repeated request gets its first answer."""

UNNAMED = "default"
"""The name of the first organisation, which nobody has given one."""


class OrganisationExistsError(ConflictError):
    """An organisation of that name is already there."""

    slug = "organisation-exists"
    title = "An organisation of that name exists"


def _key(row: KeyRow) -> Key:
    return Key(
        id=row.id,
        name=row.name,
        scopes=_scopes(row),
        case_id=row.case_id,
        made_at=events.instant_text(row.made_at),
        expires_at=events.instant_text(row.expires_at) if row.expires_at else None,
        revoked_at=events.instant_text(row.revoked_at) if row.revoked_at else None,
    )


def _scopes(row: KeyRow) -> tuple[Scope, ...]:
    return tuple(row.scopes.split())  # type: ignore[arg-type]  # written from the closed set only


def identify(session: Session, secret: str, *, person: str | None, now: datetime) -> Access:
    """Return the rights of the key.

    Raises:
        NoKeyError: it is unknown, expired or revoked (which of these is not told).
    """
    row = session.scalar(select(KeyRow).where(KeyRow.secret_sha256 == secret_hash(secret)))
    if row is None or row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= now):
        message = (
            "The key is unknown, expired or revoked. Send `Authorization: Bearer <key>` with a valid one."
        )
        raise NoKeyError(message, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
    return Access(
        organisation_id=row.organisation_id,
        key_id=row.id,
        key_name=row.name,
        scopes=frozenset(_scopes(row)),
        case_id=row.case_id,
        actor=Actor(organisation_id=row.organisation_id, key_id=row.id, person=person),
        expires_at=row.expires_at,
    )


def make_key(
    session: Session,
    *,
    actor: Actor,
    key_id: str,
    name: str,
    scopes: tuple[Scope, ...],
    now: datetime,
    case_id: str | None = None,
    expires_at: datetime | None = None,
    secret: str | None = None,
) -> tuple[Key, str]:
    """Make a key for the actor's organisation and return it with its secret, which is stored only as a hash."""
    secret = secret or KEY_PREFIX + secrets.token_urlsafe(32)
    row = KeyRow(
        id=key_id,
        organisation_id=actor.organisation_id,
        name=name,
        secret_sha256=secret_hash(secret),
        scopes=" ".join(dict.fromkeys(scopes)),
        case_id=case_id,
        made_at=now,
        expires_at=expires_at,
        revoked_at=None,
    )
    session.add(row)
    session.flush()
    events.append(session, [Change(kind="key.made", subject_id=key_id)], actor=actor, at=now)
    return _key(row), secret


def list_keys(session: Session, organisation_id: str, *, after: str | None, limit: int) -> list[Key]:
    """Return the organisation's keys, oldest first, one more than `limit` when there are more."""
    query = select(KeyRow).where(KeyRow.organisation_id == organisation_id)
    if after is not None:
        query = query.where(KeyRow.id > after)
    return [_key(row) for row in session.scalars(query.order_by(KeyRow.id).limit(limit + 1))]


def revoke_key(session: Session, *, actor: Actor, key_id: str, now: datetime) -> None:
    """Revoke a key of the actor's organisation at once; revoking it again changes nothing.

    Raises:
        KeyNotFoundError: the organisation has no such key.
    """
    row = session.scalar(
        select(KeyRow)
        .where(KeyRow.id == key_id, KeyRow.organisation_id == actor.organisation_id)
        .with_for_update()
    )
    if row is None:
        message = "The organisation has no key of this id."
        raise KeyNotFoundError(message)
    if row.revoked_at is None:
        row.revoked_at = now
        session.flush()
        events.append(session, [Change(kind="key.revoked", subject_id=key_id)], actor=actor, at=now)


def add_organisation(session: Session, *, organisation_id: str, name: str, now: datetime) -> Actor:
    """Add an organisation and return who acts for it on the machine itself.

    Raises:
        OrganisationExistsError: the name is taken.
    """
    if session.scalar(select(OrganisationRow.id).where(OrganisationRow.name == name)) is not None:
        message = "Choose another name, or make a key for the organisation that has it."
        raise OrganisationExistsError(message)
    session.execute(insert(OrganisationRow).values(id=organisation_id, name=name, added_at=now))
    actor = Actor(organisation_id=organisation_id, key_id=None)
    events.append(
        session, [Change(kind="organisation.added", subject_id=organisation_id)], actor=actor, at=now
    )
    return actor


def find_organisation(session: Session, name: str | None = None) -> str | None:
    """Return the id of the organisation of that name, or of the first one when no name is given."""
    query = select(OrganisationRow.id).order_by(OrganisationRow.id).limit(1)
    return session.scalar(query if name is None else query.where(OrganisationRow.name == name))


def organisation_name(session: Session, organisation_id: str) -> str:
    """Return an organisation's name."""
    return session.scalars(select(OrganisationRow.name).where(OrganisationRow.id == organisation_id)).one()


def ensure_first_key(
    session: Session, *, wanted: str | None, make_id: Callable[[], str], now: datetime
) -> str | None:
    """See to it that somebody can get in, and return the key's secret if it was made just now.

    The first start makes an organisation and an admin key; a key set by `CASELINE_ADMIN_KEY` is added when it is not
    there yet, and never shown.
    """
    organisation_id = find_organisation(session)
    if organisation_id is None:
        actor = add_organisation(session, organisation_id=make_id(), name=UNNAMED, now=now)
    elif wanted is None or session.scalar(
        select(KeyRow.id).where(KeyRow.secret_sha256 == secret_hash(wanted))
    ):
        return None
    else:
        actor = Actor(organisation_id=organisation_id, key_id=None)
    _, secret = make_key(
        session,
        actor=actor,
        key_id=make_id(),
        name="first admin key",
        scopes=("admin",),
        now=now,
        secret=wanted,
    )
    return secret


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer given before."""

    fingerprint: str
    status: int
    headers: str
    body: bytes


def find_answer(session: Session, key_id: str, idempotency_key: str) -> KeptAnswer | None:
    """Return the answer that was given under this Idempotency-Key, if any."""
    row = session.get(AnswerRow, (key_id, idempotency_key))
    return None if row is None else KeptAnswer(row.fingerprint, row.status, row.headers, row.body)


def keep_answer(
    session: Session,
    *,
    key_id: str,
    idempotency_key: str,
    answer: KeptAnswer,
    case_id: str | None,
    now: datetime,
) -> None:
    """Keep an answer for repeats, in the transaction of what it answers."""
    session.execute(
        insert(AnswerRow).values(
            key_id=key_id,
            idempotency_key=idempotency_key,
            fingerprint=answer.fingerprint,
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
            case_id=case_id,
            kept_at=now,
        )
    )


def forget_answers_about(session: Session, case_id: str) -> None:
    """Erase the kept answers that hold a case's content."""
    session.execute(delete(AnswerRow).where(AnswerRow.case_id == case_id))


def forget_answers_naming(session: Session, case_id: str, document_id: str) -> None:
    """Erase the kept answers of a case that tell of a document which has left it."""
    kept = session.execute(
        select(AnswerRow.key_id, AnswerRow.idempotency_key, AnswerRow.body).where(
            AnswerRow.case_id == case_id
        )
    )
    for key_id, idempotency_key, body in kept.all():
        if document_id.encode() in body:
            session.execute(
                delete(AnswerRow).where(
                    AnswerRow.key_id == key_id, AnswerRow.idempotency_key == idempotency_key
                )
            )


def forget_old_answers(session: Session, now: datetime) -> None:
    """Drop the kept answers that are past their time."""
    session.execute(delete(AnswerRow).where(AnswerRow.kept_at < now - ANSWERS_KEPT))
