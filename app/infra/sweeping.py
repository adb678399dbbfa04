"""Deletes bytes that no row speaks of any more, or never did.

Writers put bytes first and commit the row last; who deletes goes the other way round. What a crash leaves behind is
therefore bytes without a row, never a row without bytes.
"""

import shutil
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.infra import doomed
from app.infra.background import Background
from app.infra.blobs import BlobStore
from app.infra.database import Database, in_chunks

log = structlog.get_logger("caseline.sweeping")

GRACE = timedelta(hours=1)
"""Bytes younger than this may belong to an upload that is still under way."""

BURIAL_INTERVAL = timedelta(minutes=5)
ORPHAN_INTERVAL = timedelta(hours=6)
"""Looking for orphans goes through every key of the store."""

_BATCH = 100
_LOCK = 0x0CA5E11E
"""Number of the advisory lock on PostgreSQL."""

Held: TypeAlias = Callable[[Session, Iterable[str]], set[str]]
"""Returns those of the given keys that a row speaks of."""


def keep_blobs(session: Session) -> None:
    """Let nobody sweep bytes away until this transaction has ended; writers do not wait for each other here."""
    _lock(session, "pg_advisory_xact_lock_shared")


def _stop_writers(session: Session) -> None:
    _lock(session, "pg_advisory_xact_lock")


def _lock(session: Session, function: str) -> None:
    # On SQLite the transaction that writes is the only one, as soon as it has begun.
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT {function}(:lock)"), {"lock": _LOCK})


def bury(database: Database, blobs: BlobStore) -> int:
    """Delete the bytes whose rows are gone, and take them off the queue; return how many keys and prefixes that were.

    What the rows said leaves the database's own files too, as far as readers allow.

    Raises:
        ExceptionGroup: some could not be deleted; they stay in the queue, the others are gone.
    """
    with database.read() as session:
        waiting = doomed.doomed(session)
    failures: list[Exception] = []
    # No row can ever come back below the prefix of an erased case, so nobody has to wait for that.
    deleted = _deleted(blobs, [key for key in waiting if key.endswith("/")], failures)
    with database.write() as session:
        doomed.buried(session, deleted)
    count = len(deleted)
    for batch in in_chunks((key for key in waiting if not key.endswith("/")), _BATCH):
        with database.write() as session:
            # A document that was moved away and back has its key again, and is no longer in the queue.
            _stop_writers(session)
            deleted = _deleted(blobs, sorted(set(batch).intersection(doomed.doomed(session))), failures)
            doomed.buried(session, deleted)
            count += len(deleted)
    database.forget_deleted()
    if failures:
        message = "some bytes could not be deleted"
        raise ExceptionGroup(message, failures)
    return count


def _deleted(blobs: BlobStore, keys: Iterable[str], failures: list[Exception]) -> list[str]:
    deleted: list[str] = []
    for key in keys:
        try:
            blobs.delete(key)
        except Exception as failure:  # noqa: BLE001 (one that cannot be deleted must not keep the others)
            failures.append(failure)
        else:
            deleted.append(key)
    return deleted


def sweep_orphans(
    database: Database,
    blobs: BlobStore,
    staging_dir: Path,
    *,
    held: Held,
    now: datetime,
    grace: timedelta = GRACE,
) -> int:
    """Delete bytes that no row speaks of and that are older than `grace`; return how many that were.

    Safe beside uploads, of other processes too: what looks abandoned is looked at again while no writer can commit.
    """
    count = sweep_staging(staging_dir, now=now, grace=grace)
    return count + _sweep_blobs(database, blobs, held, now=now, grace=grace)


def _sweep_blobs(database: Database, blobs: BlobStore, held: Held, *, now: datetime, grace: timedelta) -> int:
    count = 0
    old = (blob.key for blob in blobs.listed() if blob.stored_at < now - grace)
    for batch in in_chunks(old, _BATCH):
        with database.read() as session:
            suspects = set(batch) - held(session, batch)
        if not suspects:
            continue
        with database.write() as session:
            _stop_writers(session)
            for key in sorted(suspects - held(session, suspects)):
                blobs.delete(key)
                count += 1
    return count


def sweep_staging(staging_dir: Path, *, now: datetime, grace: timedelta = GRACE) -> int:
    """Delete what uploads that were cut short left in the staging folder; return how many they were."""
    count = 0
    oldest = (now - grace).timestamp()
    for folder in staging_dir.iterdir() if staging_dir.exists() else ():
        touched = _last_touched(folder)
        if touched is not None and touched < oldest:
            shutil.rmtree(folder, ignore_errors=True)
            count += 1
    return count


def _last_touched(folder: Path) -> float | None:
    """Return when anything in the folder was written last, None if it is being deleted just now."""
    try:
        return max(path.stat().st_mtime for path in (folder, *folder.iterdir()))
    except FileNotFoundError:
        return None


class Sweeper(Background):
    """Deletes in the background what was left behind: by a crash, or by a store that did not answer."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        staging_dir: Path,
        *,
        clock: Callable[[], datetime],
        held: Held,
        tidy: Callable[[Session, datetime], None],
    ) -> None:
        super().__init__("sweeper", first_after=BURIAL_INTERVAL, every=BURIAL_INTERVAL)
        self._database = database
        self._blobs = blobs
        self._staging_dir = staging_dir
        self._held = held
        self._tidy = tidy
        self._clock = clock
        self._swept_at: datetime | None = None

    def _round(self) -> None:
        now = self._clock()
        bury(self._database, self._blobs)
        if self._swept_at is None or now - self._swept_at >= ORPHAN_INTERVAL:
            sweep_orphans(self._database, self._blobs, self._staging_dir, held=self._held, now=now)
            with self._database.write() as session:
                self._tidy(session, now)
            self._swept_at = now

    def _tell(self, failure: Exception) -> None:
        log.error("sweep_failed", error=type(failure).__name__)
