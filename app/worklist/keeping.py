"""Keeps what was worked out of cases, finds it again where it holds, and tells which cases it lacks.

A row is used for its revision, its rules and its days alone, so that one can be missing or too many, but never wrong.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import and_, bindparam, delete, exists, or_, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from app.cases import service as cases
from app.infra.database import CHUNK, Database, insert_rows
from app.worklist.domain.digest import Digest
from app.worklist.tables import DigestRow
from app.worklist.working import Worked

_DECODER: Final = msgspec.json.Decoder(Digest)
_ENCODER: Final = msgspec.json.Encoder()

_OF_CASE = (DigestRow.case_id == bindparam("of_case")) & (DigestRow.rules == bindparam("by_rules"))
_REPLACED = delete(DigestRow).where(
    _OF_CASE,
    DigestRow.revision <= bindparam("at_revision"),
    or_(
        DigestRow.first_day == bindparam("from_day"),
        DigestRow.revision < bindparam("at_revision"),
        ~or_(
            *(
                and_(DigestRow.first_day <= bindparam(near), DigestRow.last_day >= bindparam(near))
                for near in ("today", "tomorrow")
            )
        ),
    ),
)
"""What a new row makes needless: older revisions, and all days but today and tomorrow where it doesn't tell of them."""
_OUTDATED = delete(DigestRow).where(
    DigestRow.case_id == bindparam("of_case"),
    DigestRow.rules != bindparam("by_rules"),
    DigestRow.first_day < bindparam("today"),
)
"""Rows by other rules: while an update is under way, processes of both versions keep theirs beside each other."""


class Behind(NamedTuple):
    """A case of which nothing is kept that holds."""

    case_id: str
    organisation_id: str


def find_kept(
    session: Session, organisation_id: str, revisions: Mapping[str, int], *, rules: str, as_of: date
) -> dict[str, Digest]:
    """Return what is kept of cases at these revisions and holds on a day, by case."""
    day = as_of.isoformat()
    query = select(DigestRow.case_id, DigestRow.revision, DigestRow.body).where(
        DigestRow.organisation_id == organisation_id,
        DigestRow.rules == rules,
        DigestRow.first_day <= day,
        DigestRow.last_day >= day,
    )
    if len(revisions) <= CHUNK:
        query = query.where(DigestRow.case_id.in_(list(revisions)))
    return {
        case_id: _DECODER.decode(body)
        for case_id, revision, body in session.connection().execute(
            query
        )  # past the mapper, for there are many
        if revisions.get(case_id) == revision
    }


def find_behind(session: Session, *, rules: str, as_of: date, after: str, limit: int) -> list[Behind]:
    """Return the next cases after an id, of every organisation, of which nothing is kept that holds on a day."""
    day = as_of.isoformat()
    heads = cases.all_heads()
    kept = exists().where(
        DigestRow.case_id == heads.c.id,
        DigestRow.rules == rules,
        DigestRow.revision == heads.c.revision,
        DigestRow.first_day <= day,
        DigestRow.last_day >= day,
    )
    query = select(heads.c.id, heads.c.organisation_id).where(heads.c.id > after, ~kept)
    return [Behind(*row) for row in session.execute(query.order_by(heads.c.id).limit(limit))]


def keep(database: Database, made: Sequence[Worked], *, rules: str, today: date) -> bool:
    """Keep what was worked out, as a note beside the read; say whether the database takes notes just now.

    What cannot be kept is worked out again.
    """
    try:
        if made:
            _store(database, made, rules, today)
    except IntegrityError:  # somebody else keeps one just now, or its case was erased since
        return len(made) == 1 or all(keep(database, [one], rules=rules, today=today) for one in made)
    except (DBAPIError, PoolTimeoutError):  # a long write is under way
        return False
    return True


def _store(database: Database, made: Sequence[Worked], rules: str, today: date) -> None:
    replaced = [
        {
            "of_case": one.case_id,
            "by_rules": rules,
            "at_revision": one.revision,
            "from_day": one.first_day.isoformat(),
            "today": _unless_told(one, today),
            "tomorrow": _unless_told(one, today + timedelta(days=1)),
        }
        for one in made
    ]
    outdated = [{"of_case": one.case_id, "by_rules": rules, "today": today.isoformat()} for one in made]
    rows = [
        {
            "case_id": one.case_id,
            "organisation_id": one.organisation_id,
            "revision": one.revision,
            "rules": rules,
            "first_day": one.first_day.isoformat(),
            "last_day": one.last_day.isoformat(),
            "body": _ENCODER.encode(one.digest).decode(),
        }
        for one in made
    ]
    with database.note() as session:
        connection = session.connection()
        connection.execute(_REPLACED, replaced)
        connection.execute(_OUTDATED, outdated)
        insert_rows(session, DigestRow, rows)


def _unless_told(one: Worked, day: date) -> str:
    """Return a day that rows are kept for, and no day at all where the new row tells of it itself."""
    return "" if one.first_day <= day <= one.last_day else day.isoformat()
