"""Reads which requests of a case were sent."""

from collections.abc import Iterable, Mapping

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.completeness.domain.chase.model import Sent
from app.completeness.tables import SentRequestRow

_DECODER = msgspec.json.Decoder(Sent)


def sent_of(body: str) -> Sent:
    """Read one sent request as it is stored."""
    return _DECODER.decode(body)


def load_sent(session: Session, case_id: str) -> tuple[Sent, ...]:
    """Return the requests of a case that were sent, the oldest first."""
    rows = session.scalars(
        select(SentRequestRow.body)
        .where(SentRequestRow.case_id == case_id)
        .order_by(SentRequestRow.sent_on, SentRequestRow.revision)
    )
    return tuple(map(sent_of, rows))


def find_sent(session: Session, case_id: str, request_id: str) -> Sent | None:
    """Return one request that was sent, None where it was not."""
    body = session.scalar(
        select(SentRequestRow.body).where(
            SentRequestRow.case_id == case_id, SentRequestRow.request_id == request_id
        )
    )
    return None if body is None else sent_of(body)


def load_many(session: Session, case_ids: Iterable[str]) -> Mapping[str, tuple[Sent, ...]]:
    """Return the sent requests of several cases, by case, the oldest first."""
    found: dict[str, list[Sent]] = {}
    rows = session.scalars(
        select(SentRequestRow)
        .where(SentRequestRow.case_id.in_(list(case_ids)))
        .order_by(SentRequestRow.sent_on, SentRequestRow.revision)
    )
    for row in rows:
        found.setdefault(row.case_id, []).append(sent_of(row.body))
    return {case_id: tuple(sent) for case_id, sent in found.items()}
