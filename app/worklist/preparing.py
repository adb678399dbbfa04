"""Works out the rows of the worklist before anybody asks: after a start, an update, a write, and before a day begins.

It is never needed for a right answer: whoever asks first has the same worked out on the spot.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.access.domain import own_access
from app.infra.background import Background
from app.infra.database import Database
from app.worklist.keeping import Behind, find_behind, keep
from app.worklist.working import Worked, rules_version, work_out

log = structlog.get_logger("caseline.worklist")

FIRST_AFTER = timedelta(seconds=5)
"""A start is not slowed, nor what is asked right after it."""
INTERVAL = timedelta(seconds=30)
NOON = 12
"""The hour, where the service is, from which on the next day is prepared too: somewhere it has begun by then."""

_BATCH: Final = 8
_BATCH_SECONDS: Final = 0.05
"""After so long the rest of a batch is left to the next: a large case takes a second or two by itself."""
REST: Final = 2.0
"""How long to rest after a batch, in multiples of the time that it took: requests and writes come first."""
LOCK: Final = 0x0CA5E115
"""Number of the advisory lock on PostgreSQL: one process prepares at a time."""


@dataclass(slots=True)
class Preparing:
    """Goes through the cases of which nothing is kept that holds on a day, of every organisation, in order of id."""

    database: Database
    zone: tzinfo
    failed: dict[str, tuple[str, date]] = field(default_factory=dict)
    """Cases that could not be worked out, by the rules and on the day: not tried again by these and on this."""

    def run(self, day: date, *, today: date) -> Iterator[int]:
        """Prepare a day batch by batch, yielding how many cases each was; the caller rests in between.

        Ends where nothing is left, or where another process is at it.
        """
        after: str | None = ""
        while after is not None:
            after, count = self._batch(day, today, after)
            yield count

    def _batch(self, day: date, today: date, after: str) -> tuple[str | None, int]:
        """Work the next few cases out and keep them; return the last one's id, None where there is none."""
        rules = rules_version(self.zone)
        made: list[Worked] = []
        with self.database.read() as session:
            if not _is_free(session):
                return None, 0
            behind = find_behind(session, rules=rules, as_of=day, after=after, limit=_BATCH)
            begun = time.monotonic()
            last: str | None = None
            for one in behind:
                made.extend(self._worked_out(session, one, day, rules))
                last = one.case_id
                if time.monotonic() - begun > _BATCH_SECONDS:
                    break
            keep(self.database, made, rules=rules, today=today)
        return last, len(made)

    def _worked_out(self, session: Session, one: Behind, day: date, rules: str) -> list[Worked]:
        if self.failed.get(one.case_id) == (rules, day):
            return []
        try:
            access = own_access(one.organisation_id)
            return work_out(session, access, [one.case_id], as_of=day, zone=self.zone)
        except SQLAlchemyError:  # not the case's fault, and the session is of no more use
            raise
        except Exception as failure:  # noqa: BLE001 (one case must not keep the others; whoever reads it is told)
            # A traceback may hold content.
            log.error("worklist_case_failed", case=one.case_id, error=type(failure).__name__)  # noqa: TRY400
            self.failed[one.case_id] = (rules, day)
            return []


def _is_free(session: Session) -> bool:
    """Say whether no other process prepares, and keep others from it until the session ends.

    On SQLite several processes may do the same work twice; nothing comes of it but the time.
    """
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        return True
    return bool(connection.execute(text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": LOCK}).scalar())


class Preparer(Background):
    """Prepares the worklist in the background, gently, for as long as the service runs."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime], zone: tzinfo) -> None:
        super().__init__("worklist", first_after=FIRST_AFTER, every=INTERVAL)
        self._preparing = Preparing(database, zone)
        self._clock = clock
        self._zone = zone

    def _round(self) -> None:
        moment = self._clock().astimezone(self._zone)
        today = moment.date()
        days = [today, today + timedelta(days=1)] if moment.hour >= NOON else [today]
        begun = time.monotonic()
        count = sum(self._prepared(day, today) for day in days)
        if count:
            log.info("worklist_prepared", count=count, ms=round((time.monotonic() - begun) * 1000))

    def _prepared(self, day: date, today: date) -> int:
        """Prepare one day, and return how many cases that were."""
        count, since = 0, time.monotonic()
        for done in self._preparing.run(day, today=today):
            count += done
            if self._rest(REST * (time.monotonic() - since)):
                break
            since = time.monotonic()
        return count

    def _tell(self, failure: Exception) -> None:
        log.error("worklist_not_prepared", error=type(failure).__name__)
