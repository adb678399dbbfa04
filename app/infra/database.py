"""The database: SQLite by default, PostgreSQL by setting, one way of using both."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Engine,
    MetaData,
    Table,
    TypeDecorator,
    create_engine,
    event,
    insert,
    type_coerce,
)
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session
from sqlalchemy.types import NullType

BUSY_TIMEOUT_MS = 30_000
"""How long a SQLite writer waits for another process's writer."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every table; its naming convention names every constraint."""

    metadata = MetaData(naming_convention=NAMING)


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, aware on both databases (SQLite itself keeps no zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC."""
        del dialect
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give UTC back."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """Engines for reading and writing, and sessions on them.

    On SQLite all writes of a process go through one connection that begins IMMEDIATE: writers queue in the process
    instead of failing as locked, while readers go on. On PostgreSQL both are one engine.
    """

    def __init__(self, url: str, *, pool_size: int = 40) -> None:
        self.is_sqlite = url.startswith("sqlite")
        if self.is_sqlite:
            self._reader = _sqlite_engine(url, pool_size=pool_size, begin="BEGIN")
            self._writer = _sqlite_engine(url, pool_size=1, begin="BEGIN IMMEDIATE")
            self._noter = _sqlite_engine(url, pool_size=1, begin="BEGIN IMMEDIATE", synchronous="NORMAL")
        else:
            self._writer = self._noter = create_engine(
                url,
                pool_size=pool_size,
                max_overflow=0,
                pool_pre_ping=True,
                pool_timeout=30,
                hide_parameters=True,
            )
            self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ")

    @property
    def engine(self) -> Engine:
        """The engine that writes."""
        return self._writer

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session on one snapshot of the database; nothing that it does is kept.

        A connection is taken at the first use, not before.
        """
        with Session(self._reader, autoflush=False) as session:
            yield session
            session.rollback()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a session whose work is committed when the block ends, and undone when it raises."""
        with Session(self._writer, autoflush=False) as session, session.begin():
            yield session

    @contextmanager
    def note(self) -> Iterator[Session]:
        """Open a session for a note beside a read: kept when the process dies, but not worth a sync of the disk."""
        with Session(self._noter, autoflush=False) as session, session.begin():
            yield session

    def forget_deleted(self) -> None:
        """Take what was deleted out of SQLite's write-ahead log too; nothing happens while a reader still needs it."""
        if not self.is_sqlite:
            return
        with self._writer.connect() as connection:
            cursor = (
                connection.connection.cursor()
            )  # past SQLAlchemy: a checkpoint runs outside any transaction
            cursor.execute("PRAGMA busy_timeout=0")  # every other writer waits meanwhile
            try:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Open a bare connection in a transaction."""
        with self._writer.begin() as connection:
            yield connection

    def dispose(self) -> None:
        """Close every connection."""
        self._reader.dispose()
        self._noter.dispose()
        self._writer.dispose()


def as_stored(moment: InstrumentedAttribute[datetime]) -> ColumnElement[Any]:
    """Select a moment as the driver gives it, for `instant_of` to read once where many rows share it."""
    return type_coerce(moment, NullType())


def instant_of(raw: str | datetime) -> datetime:
    """Return the moment that a driver gave: text in UTC from SQLite, an aware moment from PostgreSQL."""
    moment = datetime.fromisoformat(raw) if isinstance(raw, str) else raw
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def insert_rows(session: Session, table: type[Base], rows: Sequence[Mapping[str, object]]) -> None:
    """Insert many rows at once, past the bookkeeping that mapped objects would need."""
    session.connection().execute(insert(cast("Table", table.__table__)), rows)


CHUNK = 500
"""How many values one statement asks for at most: databases bound how many parameters a statement may have."""


def in_chunks(values: Iterable[str], size: int = CHUNK) -> Iterator[list[str]]:
    """Yield values in their order, as many at a time as one statement takes."""
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk


def _sqlite_engine(url: str, *, pool_size: int, begin: str, synchronous: str = "FULL") -> Engine:
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=BUSY_TIMEOUT_MS / 1000,
        connect_args={"check_same_thread": False},
        hide_parameters=True,  # statements' values are clinical content, and errors are logged
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401 (SQLAlchemy's pool record)
        # The driver's own BEGIN would be a deferred one, and would leave DDL outside the transaction.
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            # What was acknowledged must survive a power cut, so every commit is synced.
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            "secure_delete=ON",
            "cache_size=-16000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
