"""One worker process as its caller sees it: ask, wait so long, or put an end to it."""

import json
import os
import queue
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, cast

import app
from app.documents.domain.media_types import MediaType
from app.documents.inspection.report import Inspection

_ROOT: Final = Path(app.__file__).parent.parent
_ENDED: Final = b""
_MARGIN_SECONDS = 5
_CLOSE_SECONDS = 2
# What an interpreter needs to start, and no setting of the service: its secrets have no business there.
_INHERITED = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class WorkerEndedError(Exception):
    """The worker ended instead of answering."""


class WorkerLateError(Exception):
    """The worker did not answer in time."""


class WorkerProcess:
    """A worker that was started and answers one request at a time. Not safe for several threads at once."""

    def __init__(self, *, memory_bytes: int, timeout_seconds: float) -> None:
        """Start the process; it answers as soon as it can."""
        self.answered = 0
        self._timeout_seconds = timeout_seconds
        self._process = subprocess.Popen(  # noqa: S603  the command is made of constants and numbers
            [
                sys.executable,
                "-P",
                "-m",
                "app.documents.inspection.worker",
                str(memory_bytes),
                str(int(timeout_seconds) + _MARGIN_SECONDS),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in _INHERITED if name in os.environ}
            | {"PYTHONPATH": str(_ROOT)},
            start_new_session=True,  # what interrupts the service must not reach it: it ends with its input
        )
        # Both were asked for above, so both are there.
        self._stdin, self._stdout = (
            cast("IO[bytes]", self._process.stdin),
            cast("IO[bytes]", self._process.stdout),
        )
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        # A thread, since waiting for a pipe with a time limit has no other way that works on every platform.
        self._reader = threading.Thread(
            target=_forward, args=(self._stdout, self._lines), name="inspection-answers", daemon=True
        )
        self._reader.start()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def ask(self, path: Path, media: MediaType) -> Inspection:
        """Have a file inspected.

        Raises:
            WorkerEndedError: it crashed, or had ended before.
            WorkerLateError: there was no answer in time; the worker is of no more use.
        """
        request = json.dumps({"path": os.fspath(path.absolute()), "media": media.value}).encode("ascii")
        try:
            self._stdin.write(request + b"\n")
            self._stdin.flush()
        except OSError as error:
            raise WorkerEndedError from error
        try:
            line = self._lines.get(timeout=self._timeout_seconds)
        except queue.Empty as error:
            raise WorkerLateError from error
        if line == _ENDED:
            raise WorkerEndedError
        self.answered += 1
        return Inspection.from_line(line)

    def end(self) -> None:
        """End the process, whatever it is doing, and wait until it is gone."""
        self._process.kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_CLOSE_SECONDS)
        self._reader.join(_CLOSE_SECONDS)
        for pipe in (self._stdin, self._stdout):
            with suppress(OSError):  # what was still to be written has no reader any more
                pipe.close()


def _forward(stream: IO[bytes], lines: "queue.SimpleQueue[bytes]") -> None:
    for line in stream:
        lines.put(line)
    lines.put(_ENDED)
