"""A real server and a real listener killed amid imports: what they acknowledged is there, and nothing is by half."""

import base64
import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from httpx2 import Client, TransportError
from sqlalchemy import select

from app.config import settings_from
from app.documents.tables import DocumentRow
from app.imports.tables import ImportedRow
from app.infra.database import Database
from app.proposals.tables import ProposalRow
from app.records.tables import RecordRow
from tests.conftest import ADMIN_KEY
from tests.crash.test_kill import ROOT, Server, everything, server, sweep_and_compare
from tests.files import a_pdf
from tests.unit.imports.dicom.made import a_file, an_archive

__all__ = ["server"]

ROUNDS = 3
RESULTS = 40
"""Results of a Bundle: they are there together, or not at all."""
PATIENTS = 4
VT, FS = b"\x0b", b"\x1c"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A payload, and what it is to become."""

    content: bytes
    content_type: str
    records: int


@dataclass(slots=True)
class Told:
    """What was acknowledged, and what was under way."""

    stored: list[Sent] = field(default_factory=list)
    unanswered: list[Sent] = field(default_factory=list)


def a_bundle(chance: random.Random) -> Sent:
    """Build a Bundle of results and a letter in it."""
    mark, patient = f"{chance.getrandbits(64):x}", f"fhir-{chance.randrange(PATIENTS)}"
    subject = {"reference": "Patient/p"}
    results = [
        {
            "resourceType": "Observation",
            "id": f"{mark}-{number}",
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "2039-6"}], "text": "CEA"},
            "subject": subject,
            "effectiveDateTime": "2026-03-03",
            "valueQuantity": {"value": number + 0.5, "unit": "ng/mL"},
        }
        for number in range(RESULTS)
    ]
    letter = {
        "resourceType": "DocumentReference",
        "id": f"{mark}-letter",
        "status": "current",
        "subject": subject,
        "content": [
            {
                "attachment": {
                    "contentType": "application/pdf",
                    "data": base64.b64encode(a_pdf(text=mark)).decode(),
                }
            }
        ],
    }
    identifier = [{"system": "urn:example:mrn", "value": patient}]
    person = {"resourceType": "Patient", "id": "p", "identifier": identifier}
    entries = [{"resource": one} for one in (person, *results, letter)]
    content = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()
    return Sent(content=content, content_type="application/fhir+json", records=RESULTS)


def a_study(chance: random.Random) -> Sent:
    """Build an archive of a study of its own."""
    study = f"1.2.826.0.1.3680043.10.{chance.getrandbits(40)}"
    images = {
        f"{one}.dcm": a_file(one, StudyInstanceUID=study, PatientID=f"dicom-{chance.randrange(PATIENTS)}")
        for one in (1,)
    }
    return Sent(content=an_archive(images), content_type="application/zip", records=1)


def a_message(chance: random.Random) -> Sent:
    """Build an HL7 v2 message of one result."""
    mark = f"{chance.getrandbits(64):x}"
    rows = (
        rf"MSH|^~\&|LAB|HOSP|||20260303080000||ORU^R01|{mark}|P|2.5",
        f"PID|1||hl7-{chance.randrange(PATIENTS)}^^^HOSP^MR",
        f"OBR|1||{mark}|2039-6^CEA^LN|||20260303073000",
        "OBX|1|NM|2039-6^CEA^LN||9.6|ng/mL|||||F",
        "",
    )
    return Sent(content="\r".join(rows).encode(), content_type="x-application/hl7-v2+er7", records=1)


def keep_posting(
    server: Server, make: Callable[[random.Random], Sent], told: Told, chance: random.Random
) -> None:
    """Post payloads until the server is gone."""
    with server.client() as client:
        while True:
            sent = make(chance)
            try:
                answer = post(client, sent)
            except TransportError:
                told.unanswered.append(sent)
                return
            assert answer["counts"].get("created", 0) >= sent.records, answer["counts"]
            told.stored.append(sent)


def post(client: Client, sent: Sent) -> dict[str, Any]:
    """Post a payload, once more where the answer says so."""
    headers = {"Content-Type": sent.content_type}
    answer = client.post("/v1/imports", content=sent.content, headers=headers)
    for _ in range(20):
        if answer.status_code == 503:
            answer = client.post("/v1/imports", content=sent.content, headers=headers)
    assert answer.status_code in {200, 201}, answer.text[:1000]
    body: dict[str, Any] = answer.json()
    return body


@dataclass(slots=True)
class Mllp:
    """The listener as an operator starts it, that can be killed."""

    server: Server
    process: subprocess.Popen[bytes] | None = None
    port: int = 0

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app", "mllp", "--port", "0"],
            cwd=ROOT,
            env={**os.environ, **self.server.environment, "CASELINE_MLLP_KEY": ADMIN_KEY},
            stdout=subprocess.PIPE,
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline().decode().rpartition(":")[2])

    def kill(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.process = None


@pytest.fixture
def mllp(server: Server) -> Iterator[Mllp]:
    listener = Mllp(server)
    yield listener
    listener.kill()


def keep_sending(mllp: Mllp, told: Told, chance: random.Random) -> None:
    """Send messages until the listener is gone; only an AA counts."""
    with socket.create_connection(("127.0.0.1", mllp.port), timeout=60) as connection:
        while True:
            sent, answer = a_message(chance), b""
            with contextlib.suppress(OSError):
                connection.sendall(VT + sent.content + FS + b"\r")
                while not answer.endswith(FS + b"\r"):
                    more = connection.recv(65_536)
                    if not more:
                        break
                    answer += more
            if b"MSA|AA" not in answer:
                told.unanswered.append(sent)
                return
            told.stored.append(sent)


def require_whole(server: Server, told: Told) -> None:
    """Post everything again: what was acknowledged is a repeat, what was not comes in now, and only once."""
    with server.client() as client:
        for sent in told.stored:
            again = post(client, sent)["counts"]
            assert "created" not in again, "something acknowledged was lost"
            assert again["duplicate"] >= sent.records
        for sent in told.unanswered:
            post(client, sent)
            assert "created" not in post(client, sent)["counts"]
        told.stored += told.unanswered
        told.unanswered.clear()
        stored = [
            record
            for case in everything(client, "/v1/cases")
            for record in everything(client, f"/v1/cases/{case['id']}/records")
        ]
    assert len(stored) == sum(one.records for one in told.stored), "something is there twice, or by half"
    require_rows(server)


def require_rows(server: Server) -> None:
    """Fail unless every row of what was imported has its record, and every record its payload."""
    database = Database(settings_from(server.environment).database_url)
    try:
        with database.read() as session:
            documents = set(session.scalars(select(DocumentRow.id)))
            records = {row[0]: row[1] for row in session.execute(select(RecordRow.record_id, RecordRow.body))}
            proposals = set(session.scalars(select(ProposalRow.id)))
            remembered = set(session.scalars(select(ImportedRow.subject_id)))
    finally:
        database.dispose()
    assert remembered <= documents | records.keys() | proposals, "a fact is remembered that is not there"
    assert records.keys() <= remembered, "a record is there that nobody remembers"
    for body in records.values():
        assert {
            one["document_id"] for one in json.loads(body)["sources"] if "document_id" in one
        } <= documents


def test_imports_that_were_acknowledged_survive_a_kill_and_none_is_there_by_half(
    server: Server,
    mllp: Mllp,
) -> None:
    chance, told = random.Random(2026), Told()
    server.start()
    mllp.start()
    for _ in range(ROUNDS):
        draws = [random.Random(chance.getrandbits(64)) for _ in range(6)]
        workers = [
            threading.Thread(target=keep_posting, args=(server, make, told, draw))
            for make, draw in zip((a_bundle, a_bundle, a_study, a_message), draws, strict=False)
        ] + [threading.Thread(target=keep_sending, args=(mllp, told, draw)) for draw in draws[4:]]
        for worker in workers:
            worker.start()
        time.sleep(1.5 + chance.random())
        server.kill()
        mllp.kill()
        for worker in workers:
            worker.join()
        server.start()
        mllp.start()
        require_whole(server, told)
    assert len(told.stored) > ROUNDS * 6, "too little was sent for the test to mean anything"
    server.kill()
    mllp.kill()
    server.command("verify")
    sweep_and_compare(server)
