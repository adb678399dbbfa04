"""The sender is answered in its own separators, version and character set."""

from datetime import UTC, datetime

import pytest

from app.imports.readers.hl7v2.acks import Outcome, Problem, acknowledge
from app.imports.readers.hl7v2.message import parse
from tests.unit.imports.hl7v2.building import PID, a_header

MOMENT = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
STORED = Outcome(verdict="accepted")
BROKEN = Outcome(
    verdict="error", problems=(Problem(text="The date is no date. Send a | date.", place="OBX[3]-14"),)
)
UNKNOWN = Outcome(
    verdict="rejected", problems=(Problem(text="Not read here.", place="MSH-9", condition="200"),)
)


def asking(accept: str, application: str, **header: str) -> bytes:
    fields = a_header(**header).split("|")
    fields[14], fields[15] = accept, application
    return "|".join(fields).encode() + b"\r"


def answer(message: bytes, outcome: Outcome = STORED) -> str:
    return acknowledge(message, outcome, control_id="A1", moment=MOMENT).decode()


def test_a_stored_message_is_answered_by_who_received_it() -> None:
    assert answer(f"{a_header()}\r{PID}\r".encode()) == (
        "MSH|^~\\&|CASELINE|CLINIC|LAB|NORTH|20260301123000+0000||ACK^R01^ACK|A1|P|2.5.1\rMSA|AA|M1\r"
    )


@pytest.mark.parametrize(
    ("version", "kind", "time"),
    [
        ("2.1", "ACK", "20260301123000"),
        ("2.2", "ACK", "20260301123000"),
        ("2.3.1", "ACK^R01", "20260301123000+0000"),
        ("2.4", "ACK^R01^ACK", "20260301123000+0000"),
        ("2.8^NZL", "ACK^R01^ACK", "20260301123000+0000"),
    ],
)
def test_the_answer_is_of_the_sender_s_version(version: str, kind: str, time: str) -> None:
    header = parse(answer(a_header(version=version).encode())).header

    assert (header.text(9), header.text(12), header.text(7)) == (kind, version, time)


def test_what_is_wrong_is_said_by_place_code_and_severity() -> None:
    lines = answer(a_header().encode(), BROKEN).split("\r")

    assert lines[1] == r"MSA|AE|M1|The date is no date. Send a \F\ date."
    assert lines[2] == (
        r"ERR||OBX^3^14|207^Application internal error^HL70357|E||||The date is no date. Send a \F\ date."
    )


def test_a_message_that_is_not_read_here_is_rejected() -> None:
    lines = answer(a_header(version="2.8").encode(), UNKNOWN).split("\r")

    assert lines[1:] == [
        "MSA|AR|M1",
        "ERR||MSH^1^9|200^Unsupported message type^HL70357|E||||Not read here.",
        "",
    ]


def test_older_versions_are_told_in_words() -> None:
    lines = answer(a_header(version="2.3").encode(), BROKEN).split("\r")

    assert lines[1] == r"MSA|AE|M1|The date is no date. Send a \F\ date."
    assert lines[2:] == [""]


def test_warnings_do_not_make_an_error_and_many_are_counted() -> None:
    several = tuple(Problem(text="A broken segment.", place=f"OBX[{at}]", severity="W") for at in range(30))
    lines = answer(a_header().encode(), Outcome(verdict="accepted", problems=several)).split("\r")

    assert lines[1] == "MSA|AA|M1"
    assert sum(line.startswith("ERR") for line in lines) == 21
    assert "10 more" in lines[-2]


@pytest.mark.parametrize(
    ("accept", "application", "outcome", "code"),
    [
        ("", "", STORED, "AA"),
        ("AL", "NE", STORED, "CA"),
        ("AL", "NE", BROKEN, "CE"),
        ("AL", "NE", UNKNOWN, "CR"),
        ("NE", "AL", BROKEN, "AE"),
        ("AL", "AL", STORED, "AA"),
        ("AL", "ER", STORED, "CA"),
        ("AL", "ER", BROKEN, "AE"),
        ("ER", "NE", BROKEN, "CE"),
        ("SU", "NE", STORED, "CA"),
        ("AL", "", STORED, "CA"),
        ("", "AL", STORED, "AA"),
    ],
)
def test_enhanced_mode_answers_what_is_asked_for(
    accept: str, application: str, outcome: Outcome, code: str
) -> None:
    assert f"\rMSA|{code}|M1" in answer(asking(accept, application), outcome)


@pytest.mark.parametrize(
    ("accept", "application", "outcome"),
    [("NE", "NE", STORED), ("ER", "ER", STORED), ("SU", "NE", BROKEN)],
)
def test_no_answer_is_sent_where_none_is_wanted(accept: str, application: str, outcome: Outcome) -> None:
    assert answer(asking(accept, application), outcome) == ""


def test_the_answer_has_the_sender_s_separators() -> None:
    message = a_header().translate(str.maketrans("|^~&", "#@*!")).encode()

    assert answer(message, BROKEN).split("\r")[1:] == [
        "MSA#AE#M1#The date is no date. Send a | date.",
        "ERR##OBX@3@14#207@Application internal error@HL70357#E####The date is no date. Send a | date.",
        "",
    ]


def test_the_answer_is_in_the_sender_s_character_set() -> None:
    message = a_header(charset="8859/1").replace("NORTH", "Süd").encode("latin-1")

    sent = acknowledge(message, STORED, control_id="A1", moment=MOMENT)

    assert "|LAB|Süd|".encode("latin-1") in sent
    assert sent.split(b"\r")[0].endswith(b"|8859/1")


def test_a_batch_is_answered_by_a_batch() -> None:
    content = b"BHS|^~\\&|LAB\r%b\r%b\rBTS|2\r" % (
        a_header(control_id="1").encode(),
        a_header(control_id="2").encode(),
    )

    lines = acknowledge(content, (STORED, BROKEN), control_id="A", moment=MOMENT).decode().split("\r")

    assert lines[0] == "BHS|^~\\&|CASELINE|CLINIC|LAB|NORTH|20260301123000+0000||||A"
    assert [line[:8] for line in lines if line.startswith("MSA")] == ["MSA|AA|1", "MSA|AE|2"]
    assert [parse(line).header.text(10) for line in lines if line.startswith("MSH")] == ["A-1", "A-2"]
    assert lines[-2:] == ["BTS|2", ""]


@pytest.mark.parametrize("message", [b"", b"nonsense", b"MSH", b"MSH|", b"MSH|^~\\&|\xff\xfe", b"<ADT/>"])
def test_even_what_is_no_message_is_answered(message: bytes) -> None:
    sent = acknowledge(message, UNKNOWN, control_id="A1", moment=MOMENT)

    assert sent.startswith(b"MSH|^~\\&|")
    assert b"\rMSA|AR|" in sent
