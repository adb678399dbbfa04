"""A real server process, as an operator starts it, and how much memory it takes."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.place import Place

ROOT = Path(__file__).parents[1]
KEY = "benchmark-key-0123456789"
WORKER = b"app.documents.inspection.worker"
START_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A service that answers on a port of the loopback interface."""

    process: subprocess.Popen[bytes]
    port: int

    def connect(self) -> http.client.HTTPConnection:
        """Open a connection of one's own; it is kept alive from request to request."""
        return connect(self.port)

    def open_case(self) -> str:
        """Open an empty case and return its id."""
        answer = ask(self.connect(), "POST", "/v1/cases", b'{"purposes": ["response"]}')
        return str(answer["id"])

    def worker_pid(self) -> int | None:
        """Return the number of the process that inspects files, or None while there is none."""
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == self.process.pid and WORKER in (folder / "cmdline").read_bytes():
                    return int(folder.name)
            except (OSError, IndexError):  # it ended meanwhile
                continue
        return None


def connect(port: int) -> http.client.HTTPConnection:
    """Open a connection to a port of the loopback interface."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def environment(place: Place, port: int) -> dict[str, str]:
    """Return the environment of a server at a place."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CASELINE_")}
    return kept | {
        "CASELINE_DATA_DIR": str(place.folder / "data"),
        "CASELINE_DATABASE_URL": place.database_url,
        "CASELINE_PORT": str(port),
        "CASELINE_ADMIN_KEY": KEY,
    }


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on just now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def a_server(place: Place) -> Iterator[Server]:
    """Serve until the block ends."""
    port = free_port()
    log = place.folder / "server.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "serve"],
            cwd=ROOT,
            env=environment(place, port),
            stdout=output,
            stderr=output,
        )
    try:
        wait_until_ready(process, port, pause=0.05)
        yield Server(process=process, port=port)
    finally:
        process.terminate()
        process.wait(60)


def wait_until_ready(process: subprocess.Popen[bytes], port: int, *, pause: float) -> None:
    """Ask `/readyz` until it answers 200.

    Raises:
        RuntimeError: the server ended instead.
    """
    deadline = time.monotonic() + START_SECONDS
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            pass
        finally:
            connection.close()
        if process.poll() is not None or time.monotonic() > deadline:
            message = "the server did not start; its log lies beside the database"
            raise RuntimeError(message)
        time.sleep(pause)


def ask(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Any:  # noqa: ANN401 (JSON)
    """Send one request and return its answer's JSON, None where it is empty.

    Raises:
        RuntimeError: the answer was an error.
    """
    status, content = exchange(connection, method, path, body, headers)
    if status >= http.client.BAD_REQUEST:
        message = f"{method} {path} was answered {status}: {content[:500]!r}"
        raise RuntimeError(message)
    return json.loads(content) if content else None


def exchange(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, bytes]:
    """Send one request and return the status and the bytes of its answer."""
    sent = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json", **(headers or {})}
    connection.request(method, path, body, sent)
    answer = connection.getresponse()
    return answer.status, answer.read()


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What a process holds in memory, in bytes."""

    now: int
    peak: int


def memory_of(pid: int) -> Memory:
    """Read how much memory a process holds, and held at most since `forget_peak`. Linux only."""
    lines = dict(
        line.split(":", 1)
        for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
        if ":" in line
    )
    now, peak = (int(lines[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM"))
    return Memory(now=now, peak=peak)


def forget_peak(pid: int) -> None:
    """Let the peak begin anew at what the process holds now. Linux only."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")
