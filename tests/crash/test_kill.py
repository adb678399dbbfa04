"""A real server killed amid uploads and batches: what it acknowledged is there, and nothing is there by half."""

import contextlib
import hashlib
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Client, ConnectError, Response, TransportError

from app.config import settings_from
from app.documents import service
from app.infra.database import Database
from app.infra.stores import open_blobs
from app.infra.sweeping import sweep_orphans
from tests.conftest import ADMIN_KEY
from tests.files import a_csv, a_pdf, a_text
from tests.forms import FORM, File, a_form

ROUNDS = 3
BATCH = 200
START_SECONDS = 60
ROOT = Path(__file__).parent.parent.parent


@dataclass(slots=True)
class Server:
    """A server process that can be killed and started again on the same data."""

    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.environment['CASELINE_PORT']}"

    def client(self) -> Client:
        return Client(base_url=self.address, headers={"Authorization": f"Bearer {ADMIN_KEY}"}, timeout=60)

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "app", "serve"],
                cwd=ROOT,
                env={**os.environ, **self.environment},
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + START_SECONDS
        with self.client() as client:
            while True:
                with contextlib.suppress(TransportError):
                    if client.get("/readyz").status_code == 200:
                        return
                assert self.process.poll() is None, self.log.read_text()[-2000:]
                assert time.monotonic() < deadline, "the server did not come up"
                time.sleep(0.05)

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def command(self, name: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "app", name],
            cwd=ROOT,
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[Server]:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    environment = {
        "CASELINE_DATA_DIR": str(tmp_path / "data"),
        "CASELINE_DATABASE_URL": database_url,
        "CASELINE_ADMIN_KEY": ADMIN_KEY,
        "CASELINE_PORT": str(port),
    }
    server = Server(environment, tmp_path / "server.log")
    yield server
    server.kill()


@dataclass(slots=True)
class Told:
    """What the server acknowledged, and what was under way when it died."""

    documents: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Document id: (case id, SHA-256 of what was sent)."""
    batches: set[str] = field(default_factory=set)
    unanswered: list[tuple[str, str, bytes]] = field(default_factory=list)
    """(case id, Idempotency-Key, form) of uploads without an answer."""


def keep_uploading(server: Server, case_id: str, told: Told, chance: random.Random) -> None:
    """Send forms of one to four files until the server is gone."""
    with server.client() as client:
        while True:
            contents = [a_file(chance) for _ in range(chance.randint(1, 4))]
            form = a_form(*(File(content) for content in contents))
            key = f"upload-{chance.getrandbits(64)}"
            try:
                answer = client.post(
                    f"/v1/cases/{case_id}/documents", content=form, headers={**FORM, "Idempotency-Key": key}
                )
            except TransportError as gone:
                if not isinstance(gone, ConnectError):
                    told.unanswered.append((case_id, key, form))
                return
            note_stored(told, case_id, answer, contents)


def note_stored(told: Told, case_id: str, answer: Response, contents: list[bytes]) -> None:
    assert answer.status_code == 201, answer.text
    for item, content in zip(answer.json()["items"], contents, strict=True):
        assert item["outcome"] == "created"
        told.documents[item["id"]] = (case_id, hashlib.sha256(content).hexdigest())


def a_file(chance: random.Random) -> bytes:
    """Build a file that no other has the bytes of, small or of a few megabytes."""
    mark = f"report {chance.getrandbits(128):032x}"
    match chance.randrange(4):
        case 0:
            return a_pdf(text=mark)
        case 1:
            return a_csv(rows=[("what",), (mark,)])
        case 2:
            return a_text(text=mark)
        case _:
            return a_text(text=f"{mark}\n" * chance.randint(1, 80_000))


def keep_recording(server: Server, case_id: str, told: Told, chance: random.Random) -> None:
    """Send batches of records, each of which carries its batch's mark, until the server is gone."""
    with server.client() as client:
        while True:
            mark = f"batch-{chance.getrandbits(64)}"
            records = [{"kind": "symptom", "symptom": mark, "trend": "stable"}] * BATCH
            try:
                answer = client.post(f"/v1/cases/{case_id}/records", json={"records": records})
            except TransportError:
                return
            assert answer.status_code == 201, answer.text
            told.batches.add(mark)


def everything(client: Client, path: str) -> Iterator[dict[str, Any]]:
    """Go through a list to its end."""
    cursor: str | None = None
    while True:
        page = client.get(path, params={"limit": 200, **({"cursor": cursor} if cursor else {})}).json()
        yield from page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return


def require_whole(client: Client, case_ids: list[str], told: Told) -> None:
    """Compare all that the server has with what it acknowledged."""
    listed = {
        document["id"]: document
        for case_id in case_ids
        for document in everything(client, f"/v1/cases/{case_id}/documents")
    }
    assert told.documents.keys() <= listed.keys(), "an acknowledged document is lost"
    for document_id, document in listed.items():
        content = client.get(f"/v1/cases/{document['case_id']}/documents/{document_id}/content")
        assert content.status_code == 200, "a row has no bytes"
        sha256 = hashlib.sha256(content.content).hexdigest()
        assert (sha256, len(content.content)) == (document["sha256"], document["size_bytes"])
        if document_id in told.documents:
            assert told.documents[document_id] == (document["case_id"], sha256)
    counts = Counter(
        record["symptom"]
        for case_id in case_ids
        for record in everything(client, f"/v1/cases/{case_id}/records")
    )
    assert told.batches <= counts.keys(), "an acknowledged batch is lost"
    assert set(counts.values()) <= {BATCH}, "a batch is there by half"


def send_again(client: Client, told: Told) -> None:
    """Repeat the uploads that got no answer: stored before or not, each file is in its case once."""
    for case_id, key, form in told.unanswered:
        answer = client.post(
            f"/v1/cases/{case_id}/documents", content=form, headers={**FORM, "Idempotency-Key": key}
        )
        assert answer.status_code == 201, answer.text
        assert {item["outcome"] for item in answer.json()["items"]} == {"created"}
        for item in answer.json()["items"]:
            told.documents[item["id"]] = (case_id, item["document"]["sha256"])
    told.unanswered.clear()


def test_what_was_acknowledged_survives_a_kill_and_nothing_is_there_by_half(server: Server) -> None:
    chance, told = random.Random(2026), Told()
    server.start()
    with server.client() as client:
        case_ids = [client.post("/v1/cases", json={}).json()["id"] for _ in range(3)]
    for _ in range(ROUNDS):
        workers = [
            threading.Thread(target=work, args=(server, case_id, told, random.Random(chance.getrandbits(64))))
            for case_id in case_ids
            for work in (keep_uploading, keep_uploading, keep_recording)
        ]
        for worker in workers:
            worker.start()
        time.sleep(0.4 + chance.random())
        server.kill()
        for worker in workers:
            worker.join()
        server.start()
        with server.client() as client:
            require_whole(client, case_ids, told)
            send_again(client, told)
    with server.client() as client:
        require_whole(client, case_ids, told)
    assert len(told.documents) > ROUNDS, "too little was sent for the test to mean anything"
    assert told.batches
    server.kill()
    server.command("verify")
    sweep_and_compare(server)


def sweep_and_compare(server: Server) -> None:
    """Sweep what the kills left behind: then there is nothing but what rows speak of."""
    settings = settings_from(server.environment)
    database, blobs = Database(settings.database_url), open_blobs(settings)
    try:
        later = datetime.now(UTC) + timedelta(hours=2)
        sweep_orphans(database, blobs, settings.staging_dir, held=service.held_keys, now=later)
        with database.read() as session:
            wanted = {key for key, _ in service.stored_blobs(session)}
    finally:
        database.dispose()
    assert {blob.key for blob in blobs.listed()} == wanted
    assert list(settings.staging_dir.iterdir()) == []
