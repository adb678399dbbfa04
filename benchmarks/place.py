"""Where a benchmark runs: a folder on a named disk, and a migrated database that really syncs."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from sqlalchemy import make_url

from app.infra.schema import migrate
from tests.postgres import DURABLE_SETTINGS, start_cluster


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A folder for the service's files, a migrated database, and what is to be known of both."""

    folder: Path
    database_url: str
    description: str

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the database is the embedded one."""
        return self.database_url.startswith("sqlite")

    def connect(self) -> Any:  # noqa: ANN401 (a connection of either driver: DB-API)
        """Connect by the driver alone, past everything that the service adds."""
        return connect(self.database_url)


def connect(url: str) -> Any:  # noqa: ANN401 (a connection of either driver: DB-API)
    """Connect to a database by the driver alone."""
    if url.startswith("sqlite"):
        connection = sqlite3.connect(str(make_url(url).database), isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA cache_size=-16000")
        return connection
    plain = make_url(url).set(drivername="postgresql")
    return psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True)


@contextmanager
def a_place(kind: str, parent: Path) -> Iterator[Place]:
    """Make a folder and a migrated database in it; both go when the block ends.

    PostgreSQL's files lie in a folder of its own on the disk of temporary files.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="caseline-bench-", dir=parent)))
        if kind == "sqlite":
            url = f"sqlite:///{folder / 'caseline.db'}"
        else:
            cluster = start_cluster(DURABLE_SETTINGS)
            stack.callback(cluster.stop)
            url = cluster.create_database()
        migrate(url)
        disk = f"files on {_filesystem(folder)}"
        yield Place(folder=folder, database_url=url, description=f"{_database(url)}; {disk}")


def _database(url: str) -> str:
    if url.startswith("sqlite"):
        return f"SQLite {sqlite3.sqlite_version}, WAL, synchronous=FULL"
    with connect(url) as connection:
        shown = {
            name: connection.execute(f"SHOW {name}").fetchone()[0]
            for name in ("server_version", "fsync", "synchronous_commit", "full_page_writes")
        }
    version = shown.pop("server_version")
    return f"PostgreSQL {version}, {', '.join(f'{name}={value}' for name, value in shown.items())}"


def _filesystem(folder: Path) -> str:
    """Return the type of the filesystem that a folder lies on, where the system tells."""
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return "an unknown filesystem"
    best, kind = "", "an unknown filesystem"
    for line in mounts.read_text(encoding="utf-8").splitlines():
        _, point, found, *_ = line.split()
        if (folder.is_relative_to(point)) and len(point) >= len(best):
            best, kind = point, found
    return kind
