"""A server process of a test session that never outlives it.

Between the tests and the server stands a keeper (this module run as a program). It reads a pipe that only the
test process holds open, so that the server is stopped, and its folder removed, however the tests end: done,
interrupted, or killed.
"""

import argparse
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

STOP_SECONDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptProcess:
    """A running server with a folder of its own; `stop` ends the one and removes the other."""

    keeper: subprocess.Popen[str]
    folder: Path

    def read_line(self) -> str:
        """Wait for a line of the server's standard output; when it has ended by itself, of its last words."""
        assert self.keeper.stdout is not None
        return self.keeper.stdout.readline().strip()

    def last_words(self) -> str:
        """Wait until a server that was not stopped has ended; answer why, as far as it said."""
        assert self.keeper.stdout is not None
        return self.keeper.stdout.read().strip()

    def is_running(self) -> bool:
        return self.keeper.poll() is None

    def stop(self) -> None:
        """End the server and remove its folder; doing so twice does no harm."""
        if self.keeper.stdin is not None:
            self.keeper.stdin.close()
        self.keeper.wait(timeout=2 * STOP_SECONDS)
        if self.keeper.stdout is not None:
            self.keeper.stdout.close()


def make_folder(name: str, *, owner: pwd.struct_passwd | None = None) -> Path:
    """Make a private temporary folder, given to `owner` where there is one."""
    folder = Path(tempfile.mkdtemp(prefix=f"caseline-{name}-"))
    if owner is not None:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    return folder


def start(
    command: Sequence[str | Path],
    *,
    folder: Path,
    owner: pwd.struct_passwd | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
) -> KeptProcess:
    """Start `command`, as `owner` where there is one; `folder` goes when it ends."""
    keeper_command = [
        *(sys.executable, "-m", "tests.kept_process", str(folder), f"--signal={int(stop_signal)}"),
        *((f"--uid={owner.pw_uid}", f"--gid={owner.pw_gid}") if owner else ()),
        *("--", *map(str, command)),
    ]
    keeper = subprocess.Popen(
        keeper_command,
        cwd=Path(__file__).parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C reaches the tests alone, and they stop the server in their own time
    )
    return KeptProcess(keeper=keeper, folder=folder)


def _keep(arguments: argparse.Namespace) -> int:
    """Run the server until it ends or the pipe closes; answer its exit status."""
    log_path = arguments.folder / "server.log"
    stopping = threading.Event()
    try:
        with log_path.open("wb") as log:
            server = subprocess.Popen(
                arguments.command,
                cwd=arguments.folder if arguments.uid else None,
                stdin=subprocess.DEVNULL,
                stderr=log,
                user=arguments.uid,
                group=arguments.gid,
                extra_groups=None if arguments.uid is None else (),
            )
        watcher = (server, arguments.signal, stopping)
        threading.Thread(target=_stop_when_orphaned, args=watcher, daemon=True).start()
        status = server.wait()
        if not stopping.is_set():
            print(log_path.read_text(errors="replace")[-4000:], flush=True)  # noqa: T201 (`last_words` reads it)
        return status
    finally:
        shutil.rmtree(arguments.folder, ignore_errors=True)


def _stop_when_orphaned(server: subprocess.Popen[bytes], stop_signal: int, stopping: threading.Event) -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    stopping.set()
    server.send_signal(stop_signal)
    try:
        server.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--signal", type=int, required=True)
    parser.add_argument("--uid", type=int)
    parser.add_argument("--gid", type=int)
    parser.add_argument("command", nargs="+")
    sys.exit(_keep(parser.parse_args()))
