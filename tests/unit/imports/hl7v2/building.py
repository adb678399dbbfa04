"""Messages of our own, built segment by segment."""

from app.imports.domain.reading import (
    FoundRecord,
    Options,
    Reading,
)
from app.imports.readers.hl7v2 import read

PID = "PID|1||4711^^^NORTH^MR||Beispiel^Ada^M||19600229|F"


def a_header(
    kind: str = "ORU^R01",
    *,
    control_id: str = "M1",
    version: str = "2.5.1",
    charset: str = "",
    sent: str = "20260301120000",
) -> str:
    return f"MSH|^~\\&|LAB|NORTH|CASELINE|CLINIC|{sent}||{kind}|{control_id}|P|{version}||||||{charset}"


def a_message(*segments: str, kind: str = "ORU^R01", ending: str = "\r", **header: str) -> bytes:
    """Build a message of one patient, with those segments after its PID."""
    lines = (
        a_header(kind, **header),
        *(() if any(one.startswith("PID") for one in segments) else (PID,)),
        *segments,
    )
    return (ending.join(lines) + ending).encode()


def a_result(
    *rows: str, obr: str = "OBR|1|P1|F1^LIS|24323-8^Panel^LN|||202602281015", **header: str
) -> bytes:
    return a_message(obr, *rows, **header)


def read_bytes(content: bytes, **options: str) -> Reading:
    return read(content, Options(**options))  # type: ignore[arg-type]  # tests name only texts


def records(reading: Reading) -> list[FoundRecord]:
    return [item for item in reading.items if isinstance(item, FoundRecord)]


def the_record(content: bytes) -> FoundRecord:
    (found,) = records(read_bytes(content))
    return found
