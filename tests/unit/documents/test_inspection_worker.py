"""The process that opens files, and its caller: no file brings the service down."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar

import pytest

from app.documents.domain.media import Finding, MediaType
from app.documents.inspection import inspector as inspector_module
from app.documents.inspection import worker as worker_module
from app.documents.inspection.inspector import Inspector
from app.documents.inspection.process import WorkerEndedError, WorkerLateError, WorkerProcess
from app.documents.inspection.report import Inspection, Problem
from tests import files

ROOT = Path(__file__).parents[3]


@pytest.fixture
def keep(tmp_path: Path) -> Callable[[bytes], Path]:
    def kept(content: bytes) -> Path:
        path = tmp_path / "file"
        path.write_bytes(content)
        return path

    return kept


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of memory on this platform")
def test_a_file_that_takes_too_much_memory_ends_the_worker_and_nothing_else(tmp_path: Path) -> None:
    bomb, sound = tmp_path / "bomb.pdf", tmp_path / "sound.pdf"
    bomb.write_bytes(files.a_pdf_bomb(megabytes=16))
    sound.write_bytes(files.a_pdf())
    with Inspector(memory_bytes=192 * 1024 * 1024, timeout_seconds=60) as inspector:
        assert inspector.inspect(sound, MediaType.PDF).readable is True
        broken = inspector.inspect(bomb, MediaType.PDF)
        assert (broken.readable, broken.problem) == (None, Problem.READER_FAILED)
        assert inspector.inspect(sound, MediaType.PDF).readable is True


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this platform")
def test_a_file_that_takes_too_long_is_given_up_and_the_next_one_is_answered(tmp_path: Path) -> None:
    endless, sound = tmp_path / "endless.zip", tmp_path / "sound.zip"
    os.mkfifo(endless)
    sound.write_bytes(files.a_zip())
    with Inspector(timeout_seconds=3) as inspector:
        late = inspector.inspect(endless, MediaType.ZIP)
        assert (late.readable, late.problem) == (None, Problem.TIMED_OUT)
        assert inspector.inspect(sound, MediaType.ZIP).readable is True


def test_a_closed_inspector_starts_again_when_it_is_asked(keep: Callable[[bytes], Path]) -> None:
    path = keep(files.a_zip())
    with Inspector() as inspector:
        inspector.inspect(path, MediaType.ZIP)
        inspector.close()
        assert inspector.inspect(path, MediaType.ZIP).readable is True


def test_several_threads_each_get_the_answer_to_their_own_file(tmp_path: Path) -> None:
    paths = [tmp_path / f"{pages}.pdf" for pages in range(1, 13)]
    for pages, path in enumerate(paths, start=1):
        path.write_bytes(files.a_pdf(pages=pages))
    with Inspector(timeout_seconds=60) as inspector, ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda path: inspector.inspect(path, MediaType.PDF), paths))
    assert [inspection.pages for inspection in found] == list(range(1, 13))


class ScriptedWorker:
    """Stands in for the process: does what the script says, one line a request."""

    script: ClassVar[list[str]] = []
    started: ClassVar[int] = 0

    def __init__(self, **_limits: object) -> None:
        self.answered = 0
        self.is_ended = False
        type(self).started += 1

    def ask(self, _path: Path, _media: MediaType) -> Inspection:
        match self.script.pop(0):
            case "ends":
                raise WorkerEndedError
            case "late":
                raise WorkerLateError
            case _:
                self.answered += 1
                return Inspection(readable=True)

    def end(self) -> None:
        self.is_ended = True


@pytest.mark.parametrize(
    ("script", "problems", "started"),
    [
        pytest.param(["answers", "answers"], [None, None], 1, id="one-worker-for-all"),
        pytest.param(["ends"], [Problem.READER_FAILED], 1, id="a-fresh-worker-that-ends-blames-the-file"),
        pytest.param(
            ["answers", "ends", "answers"], [None, None], 2, id="a-used-worker-that-ends-is-tried-afresh"
        ),
        pytest.param(["answers", "ends", "ends"], [None, Problem.READER_FAILED], 2, id="and-only-once"),
        pytest.param(["late", "answers"], [Problem.TIMED_OUT, None], 2, id="a-late-worker-is-replaced"),
        pytest.param(["answers"] * 4, [None] * 4, 2, id="a-worker-is-replaced-after-its-share"),
    ],
)
def test_a_worker_is_replaced_when_it_fails_or_has_done_its_share(
    keep: Callable[[bytes], Path],
    monkeypatch: pytest.MonkeyPatch,
    script: list[str],
    problems: list[Problem | None],
    started: int,
) -> None:
    monkeypatch.setattr(inspector_module, "WorkerProcess", ScriptedWorker)
    monkeypatch.setattr(ScriptedWorker, "script", list(script))
    monkeypatch.setattr(ScriptedWorker, "started", 0)
    path = keep(files.a_pdf())
    with Inspector(files_per_worker=3) as inspector:
        found = [inspector.inspect(path, MediaType.PDF).problem for _ in problems]
    assert (found, ScriptedWorker.started, ScriptedWorker.script) == (problems, started, [])


def test_a_worker_that_has_ended_says_so(keep: Callable[[bytes], Path]) -> None:
    path = keep(files.a_zip())
    worker = WorkerProcess(memory_bytes=512 * 1024 * 1024, timeout_seconds=60)
    try:
        worker.ask(path, MediaType.ZIP)
        os.kill(worker.pid, 9)
        with pytest.raises(WorkerEndedError):
            worker.ask(path, MediaType.ZIP)
    finally:
        worker.end()


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="the system shows no environment")
def test_the_worker_knows_no_setting_of_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASELINE_ADMIN_KEY", "a-key-that-nothing-opens")
    worker = WorkerProcess(memory_bytes=512 * 1024 * 1024, timeout_seconds=60)
    try:
        environment = Path(f"/proc/{worker.pid}/environ").read_bytes()
    finally:
        worker.end()
    assert b"CASELINE" not in environment


def test_the_worker_answers_a_line_for_a_line_and_ends_with_its_input(tmp_path: Path) -> None:
    pdf, archive = tmp_path / "befund größe.pdf", tmp_path / "a.zip"
    pdf.write_bytes(files.a_pdf(pages=2))
    archive.write_bytes(files.a_zip()[:-100])
    requests = [{"path": str(pdf), "media": "pdf"}, {"path": str(archive), "media": "zip"}]
    ended = subprocess.run(
        [sys.executable, "-m", "app.documents.inspection.worker", str(512 * 1024 * 1024), "60"],
        input="".join(json.dumps(request) + "\n" for request in requests).encode(),
        capture_output=True,
        cwd=ROOT,
        timeout=60,
        check=True,
    )
    first, second = (Inspection.from_line(line) for line in ended.stdout.splitlines())
    assert (first.pages, second.problem, ended.stderr) == (2, Problem.DAMAGED, b"")


def test_the_worker_loads_nothing_of_the_web_or_the_database() -> None:
    ended = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import app.documents.inspection.worker"],
        capture_output=True,
        cwd=ROOT,
        timeout=60,
        check=True,
    )
    loaded = {line.rpartition(b"|")[2].strip().partition(b".")[0] for line in ended.stderr.splitlines()}
    assert b"app" in loaded
    assert loaded.isdisjoint({b"fastapi", b"starlette", b"sqlalchemy", b"pydantic", b"PIL", b"pypdfium2"})


def test_a_worker_that_ran_out_of_memory_says_so_and_ends(
    keep: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run_out(_path: Path, _media: MediaType) -> Inspection:
        raise MemoryError

    monkeypatch.setattr(worker_module, "inspect_file", run_out)
    request = json.dumps({"path": str(keep(b"")), "media": "pdf"}).encode() + b"\n"
    answers = io.BytesIO()
    worker_module.serve(io.BytesIO(request * 2), answers, seconds=60)
    (answer,) = answers.getvalue().splitlines()
    assert Inspection.from_line(answer).problem is Problem.TOO_COMPLEX


@pytest.mark.parametrize(
    "found",
    [
        Inspection(),
        Inspection(
            readable=True, pages=3, has_text_layer=False, findings=(Finding.REPAIRED, Finding.XFA_FORM)
        ),
        Inspection(width_px=1, height_px=2, entries=3).with_problem(Problem.ENCRYPTED, "Gesperrt – пароль."),
    ],
    ids=["empty", "readable", "problem"],
)
def test_a_report_survives_its_way_from_the_worker(found: Inspection) -> None:
    assert Inspection.from_line(found.to_line()) == found


@pytest.mark.parametrize("line", [b"", b"[]", b"{}", b"words", b'{"problem": 1, "findings": []}'], ids=repr)
def test_a_line_that_is_no_report_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Inspection.from_line(line)
