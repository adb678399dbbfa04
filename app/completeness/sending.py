"""Keeps which requests were sent: to whom, when and how, and what they asked."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.access.domain import Access
from app.cases import service as cases
from app.completeness.chasing import ChaseList, RequestNotFoundError
from app.completeness.domain.chase.model import Request, Sending, Sent
from app.completeness.sent import find_sent
from app.completeness.tables import SentRequestRow
from app.errors import ConflictError, FieldError, InvalidError
from app.events.domain import Change, salted

_ENCODER = msgspec.json.Encoder()


class AlreadySentError(ConflictError):
    """The request is marked as sent already, otherwise than now."""

    slug = "already-sent"
    title = "The request is marked as sent already"


class SentLaterError(InvalidError):
    """A request would have been sent on a day that is still to come."""

    slug = "sent-later"
    title = "The day is still to come"


def check_day(day: date, today: date) -> None:
    """Go on only if a request can have been sent on a day.

    Raises:
        SentLaterError: it is still to come.
    """
    if day > today:
        message = "Nothing was stored."
        fix = "Send the day on which it went out, today at the latest, or leave `on` out."
        raise SentLaterError(message, errors=[FieldError("/on", "This day is still to come.", fix)])


def mark_sent(
    session: Session,
    access: Access,
    found: ChaseList,
    request_id: str,
    *,
    sending: Sending,
    is_day_said: bool,
    now: datetime,
) -> tuple[int, bool]:
    """Mark a request as sent, and return the case's revision and whether that is new; the caller holds the case locked.

    Where nobody said the day, the same request on a later day is the same still.

    Raises:
        RequestNotFoundError: the case has no such request.
        AlreadySentError: it was marked before, otherwise.
    """
    case = found.case_file.case
    known = find_sent(session, case.id, request_id)
    if known is not None:
        day = sending.on if is_day_said else known.sending.on
        if replace(known.sending, by=None) == replace(sending, by=None, on=day):
            return case.revision, False
        message = (
            f"It stands as sent on {known.sending.on}. GET shows how; to mark it otherwise, withdraw the mark first: "
            "DELETE .../sent."
        )
        raise AlreadySentError(message)
    sent = _as_sent(found, found.find(request_id), sending)
    content, salt = _ENCODER.encode(sent), cases.new_salt()
    change = Change(
        kind="request.sent",
        subject_id=request_id,
        subject_kind=sent.holder.kind,
        version=case.revision + 1,
        content_hash=salted(salt, content),
    )
    revision = cases.change_case(session, access, case_id=case.id, changes=[change], now=now)
    session.add(
        SentRequestRow(
            case_id=case.id,
            request_id=request_id,
            revision=revision,
            sent_on=sending.on,
            body=content.decode(),
            salt=salt,
            recorded_at=now,
        )
    )
    session.flush()
    return revision, True


def withdraw_mark(session: Session, access: Access, case_id: str, request_id: str, *, now: datetime) -> None:
    """Take the mark away that a request was sent: it was made by mistake. The caller holds the case locked.

    Raises:
        RequestNotFoundError: no such request was sent.
    """
    if find_sent(session, case_id, request_id) is None:
        message = "No such request is marked as sent. GET /v1/cases/{case_id}/requests shows which are."
        raise RequestNotFoundError(message)
    row = (SentRequestRow.case_id == case_id, SentRequestRow.request_id == request_id)
    session.execute(delete(SentRequestRow).where(*row))
    change = Change(kind="request.withdrawn", subject_id=request_id)
    cases.change_case(session, access, case_id=case_id, changes=[change], now=now)


def stored_contents(session: Session) -> Iterator[tuple[str, int, str, str]]:
    """Go through what was marked as sent: id, version, salt, content, for comparison with the audit trail."""
    rows = session.execute(
        select(SentRequestRow.request_id, SentRequestRow.revision, SentRequestRow.salt, SentRequestRow.body)
    )
    yield from ((request_id, revision, salt, body) for request_id, revision, salt, body in rows)


def _as_sent(found: ChaseList, request: Request, sending: Sending) -> Sent:
    return Sent(
        id=request.id,
        holder=request.holder,
        asks=request.waiting,
        sending=sending,
        checklist=found.report.checklist,
        profile=found.report.profile,
    )
