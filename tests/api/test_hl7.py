"""HL7 v2 senders get an acknowledgment once their message is stored, over HTTP and over MLLP."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.config import Settings
from tests.conftest import ADMIN_KEY, Api, add_key

ROOT = Path(__file__).parents[2]
HL7 = {"Content-Type": "x-application/hl7-v2+er7"}
VT, FS = b"\x0b", b"\x1c"


def an_oru(
    control_id: str = "1", patient: str = "77^^^HOSP^MR", value: str = "9.6", kind: str = "ORU^R01"
) -> bytes:
    return "\r".join(
        [
            rf"MSH|^~\&|LAB|HOSP|CASELINE|X|20260303080000||{kind}|{control_id}|P|2.5",
            f"PID|1||{patient}||Example^Ana||19610402|F",
            "OBR|1||F-1|2039-6^CEA^LN|||20260303073000",
            f"OBX|1|NM|2039-6^CEA^LN||{value}|ng/mL|0-5|H|||F|||20260303073000",
            "",
        ]
    ).encode()


def ack(answer: bytes) -> str:
    """Return MSA-1."""
    msa = next(line for line in answer.split(b"\r") if line.startswith(b"MSA"))
    return msa.split(b"|")[1].decode()


def send(api: Api, message: bytes) -> bytes:
    answer = api.post("/hl7v2", content=message, headers=HL7, status=200)
    assert answer.headers["Content-Type"].startswith(HL7["Content-Type"])
    return answer.content


def cases(api: Api) -> list[str]:
    return [case["id"] for case in api.get("/v1/cases", status=200).json()["items"]]


def test_a_result_is_accepted_once_it_is_stored_and_a_repeat_stores_nothing(api: Api) -> None:
    answer = send(api, an_oru())
    assert ack(answer) == "AA"
    assert b"|1\r" in answer or b"|1|" in answer
    (case_id,) = cases(api)
    (record,) = api.get(f"/v1/cases/{case_id}/records", status=200).json()["items"]
    assert (record["kind"], record["value"], record["unit"]) == ("marker_result", 9.6, "ng/mL")
    assert ack(send(api, an_oru())) == "AA"
    assert api.get(f"/v1/cases/{case_id}", status=200).json()["revision"] == 1


def test_a_message_without_a_patient_is_an_error_that_says_where(api: Api) -> None:
    answer = send(api, an_oru(patient=""))
    assert ack(answer) == "AE"
    assert b"ERR|" in answer
    assert b"PID" in answer
    assert cases(api) == []


def test_a_message_that_contradicts_the_patient_is_an_error_and_stores_nothing(api: Api) -> None:
    send(api, an_oru())
    other = an_oru("2").replace(b"Example^Ana||19610402|F", b"Other^Bela||19700101|M")
    assert ack(send(api, other)) == "AE"
    assert b"Bela" not in send(api, other)


def test_a_message_that_is_not_read_is_rejected(api: Api) -> None:
    assert ack(send(api, an_oru(kind="SIU^S12"))) == "AR"
    assert ack(send(api, b"This is a letter.")) == "AR"


def test_a_batch_is_answered_message_by_message(api: Api) -> None:
    batch = b"\r".join([rb"BHS|^~\&|LAB|HOSP", an_oru("1"), an_oru("2", value="9.9"), b"BTS|2", b""])
    answer = send(api, batch)
    assert answer.startswith(b"BHS")
    assert answer.count(b"MSA|AA") == 2


def test_a_key_that_may_only_read_is_refused_as_http_refuses(api: Api) -> None:
    api.make_key("read").post("/hl7v2", content=an_oru(), headers=HL7, status=403)
    assert cases(api) == []


def test_an_empty_message_is_told_what_to_send(api: Api) -> None:
    assert (
        api.post("/hl7v2", content=b"", headers=HL7, status=422).json()["type"] == "/problems/empty-payload"
    )


@contextmanager
def a_listener(settings: Settings) -> Iterator[int]:
    """Start the listener as an operator does, and give its port."""
    environment = {
        **os.environ,
        "CASELINE_DATA_DIR": str(settings.data_dir),
        "CASELINE_DATABASE_URL": settings.database_url,
        "CASELINE_MLLP_KEY": ADMIN_KEY,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "mllp", "--port", "0"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        said = process.stdout.readline().decode()
        yield int(said.rpartition(":")[2])
    finally:
        process.terminate()
        assert process.wait(30) == 0
        process.stdout.close()


def exchange(connection: socket.socket, *pieces: bytes) -> bytes:
    """Send pieces of bytes, and return what comes back up to the end of a frame."""
    for piece in pieces:
        connection.sendall(piece)
    answer = b""
    while not answer.endswith(FS + b"\r"):
        more = connection.recv(65_536)
        assert more, "the listener hung up"
        answer += more
    return answer


def test_the_listener_acknowledges_what_it_stored_and_survives_malformed_frames(settings: Settings) -> None:
    add_key(settings.database_url, secret=ADMIN_KEY)
    with (
        a_listener(settings) as port,
        socket.create_connection(("127.0.0.1", port), timeout=30) as connection,
    ):
        framed = VT + an_oru() + FS + b"\r"
        assert ack(exchange(connection, b"noise\r", framed[:40], framed[40:])) == "AA"
        both = VT + an_oru("2", value="9.9") + FS + b"\r" + VT + an_oru("3", patient="") + FS + b"\r"
        answers = exchange(connection, both)
        if answers.count(FS) < 2:
            answers += exchange(connection)
        assert answers.count(b"MSA|AA") == 1
        assert answers.count(b"MSA|AE") == 1
        assert ack(exchange(connection, VT + b"garbage" + FS + b"\r")) == "AR"
        with socket.create_connection(("127.0.0.1", port), timeout=30) as another:
            another.sendall(VT + an_oru("4")[:60])  # and goes away halfway
        assert ack(exchange(connection, VT + an_oru("5", value="10") + FS + b"\r")) == "AA"


def test_the_listener_does_not_start_without_a_key_that_may_write(
    settings: Settings, api: Api, capfd: pytest.CaptureFixture[str]
) -> None:
    reading = api.make_key("read").key
    environment = {
        **os.environ,
        "CASELINE_DATA_DIR": str(settings.data_dir),
        "CASELINE_DATABASE_URL": settings.database_url,
        "CASELINE_MLLP_KEY": reading,
    }
    done = subprocess.run(
        [sys.executable, "-m", "app", "mllp", "--port", "0"],
        cwd=ROOT,
        env=environment,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert "write" in capfd.readouterr().err


def test_a_later_message_on_a_stay_adds_to_it_and_a_cancelled_discharge_reopens_it(api: Api) -> None:
    def adt(event: str, control_id: str, moment: str, pv1: str) -> bytes:
        header = rf"MSH|^~\&|ADT|HOSP|||{moment}||ADT^{event}|{control_id}|P|2.5"
        lines = [header, f"EVN|{event}|{moment}", "PID|1||77^^^HOSP^MR||Example^Ana||19610402|F", pv1, ""]
        return "\r".join(lines).encode()

    empty = "|" * 16
    begun = f"PV1|1|I|ICU^1^1{empty}V-1" + "|" * 25 + "20260301080000"
    send(api, adt("A01", "1", "20260301080000", begun))
    (case_id,) = cases(api)

    def stay() -> dict[str, object]:
        (record,) = api.get(f"/v1/cases/{case_id}/records", params={"kind": "admission"}, status=200).json()[
            "items"
        ]
        return dict(record)

    first = stay()
    assert str(first["started"]).startswith("2026-03-01")
    discharge = adt("A03", "2", "20260305100000", f"PV1|1|I|WARD^2{empty}V-1" + "|" * 26 + "20260305100000")
    assert ack(send(api, discharge)) == "AA"
    assert str(stay()["ended"]).startswith("2026-03-05")
    assert (stay()["started"], stay().get("icu")) == (first["started"], first.get("icu"))
    assert ack(send(api, adt("A13", "3", "20260305110000", begun))) == "AA"
    assert "ended" not in stay()
    assert stay()["version"] == 3
