"""Whatever bytes come, they are read or refused: no crash, and no record that could not be stored."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.imports.checking import faults_of
from app.imports.domain.reading import FoundRecord, UnreadablePayloadError
from app.imports.readers.hl7v2.acks import Outcome, acknowledge
from tests.unit.imports.hl7v2.building import a_header, a_message, read_bytes
from tests.unit.imports.readings import documents, unused

MOMENT = datetime(2026, 3, 1, tzinfo=UTC)
SEEDS = (
    a_message(
        "PV1|1|I|ICU^1||||||||||||||||V1|||||||||||||||||||||||||20260101|20260105",
        "DG1|1||C50.4^Cancer^I10||20250911|F",
        "AL1|1|DA|^PENICILLIN|SV|Rash|20200101",
        "PR1|1||X^Mastectomy^L||20260110",
        kind="ADT^A03",
    ),
    a_message(
        "OBR|1|P1|F1^LIS|11526-1^Pathology^LN|||202602281015|||||||||||||||20260301|||C",
        "OBX|1|TX|X^Report^L||DIAGNOSIS: carcinoma||||||F",
        "OBX|2|SN|2039-6^CEA^LN||<^0.5|ng/mL|0-5|L|||F|||20260227",
        "OBX|3|CWE|16112-5^ER^LN||10828004^Positive^SCT||||||P",
        "OBX|4|ED|R^Report^L||^AP^PDF^Base64^JVBERi0x||||||F",
        "NTE|1||A remark",
        "SPM|1|S1||TISS^Tissue^HL70487|||||||||||||20260226",
    ),
    a_message(
        "TXA|1|DS|TX|20260301|9^A^B|||||||D1|D0||||AU", "OBX|1|FT|N^Note^L||a\\.br\\b||||||F", kind="MDM^T10"
    ),
    a_message(
        "ORC|NW|O1^CPOE",
        "RXE|^Q8H^^20260301^20260309|1^Cisplatin^L|80||mg",
        "RXR|IV",
        "RXA|0|1|20260301|20260302|1^Cisplatin^L|80|mg",
        kind="RDE^O11",
    ),
    a_message("MRG|815^^^NORTH^MR", kind="ADT^A40"),
)
PIECES = (
    b"|", b"^", b"~", b"\\", b"&", b"\r", b"\n", b"\x0b", b"\x1c", b'""', b"\\.br\\", b"\\X0D", b"\xff", b"\0",
    b"\rPID|2||9^^^N||X", b"\rOBX|1|NM|A||1e400", b"|20240230|", b"99999999999999", b"\rZZZ|", b"\rADD|", b"W", b"D",
    b"\rOBR|9||F9", b"|ISO IR87|", b"A" * 300, "ä".encode(),
)  # fmt: skip


@st.composite
def mutants(draw: st.DrawFn) -> bytes:
    content = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(content)))
        end = min(len(content), at + draw(st.sampled_from([0, 0, 1, 5, 40])))
        content[at:end] = draw(st.sampled_from(PIECES) | st.binary(max_size=4) | st.just(b""))
    return bytes(content)


def require_sound(content: bytes) -> None:
    with contextlib.suppress(UnreadablePayloadError):
        for item in read_bytes(content).items:
            assert 0 < len(item.place) <= 500
            if isinstance(item, FoundRecord):
                assert faults_of(item.record) == []
    acknowledge(content, Outcome(verdict="error"), control_id="A", moment=MOMENT)


@given(mutants())
def test_damaged_messages_are_read_soundly_or_refused(content: bytes) -> None:
    require_sound(content)


@given(st.binary(max_size=2_000))
def test_any_bytes_are_read_soundly_or_refused(content: bytes) -> None:
    require_sound(content)
    require_sound(b"MSH|^~\\&|A|B|||||ORU^R01|1|P|2.5\r" + content)


MANY = 2_000_000


@pytest.mark.parametrize(
    "tail",
    [
        pytest.param(b"OBX" + b"|" * MANY, id="fields"),
        pytest.param(b"OBX|1|NM|" + b"^" * MANY, id="components"),
        pytest.param(b"OBX|1|XAD|A||" + b"^x" * MANY, id="components of a value"),
        pytest.param(b"OBX|1|CE|A||" + b"~a" * MANY, id="repetitions"),
        pytest.param(b"OBX|1|NM|A||" + b"9" * MANY, id="digits"),
        pytest.param(b"OBX|1|TX|A||\\X" + b"41" * MANY + b"\\", id="escapes"),
        pytest.param(b"OBX|1|TX|A||x\r" + b"ADD|xxxx\r" * 100_000, id="continued segments"),
        pytest.param(b"OBX|1|TX|A||x\r" + b"a line\n" * 100_000, id="continued lines"),
        pytest.param(b"PID|1||1\r" * 50_000, id="patients"),
    ],
)
def test_a_million_of_anything_is_borne(tail: bytes) -> None:
    read_bytes(f"{a_header()}\rOBR|1||F1|X\r".encode() + tail)


def test_a_text_too_long_for_a_record_is_kept_as_a_document() -> None:
    text = "word " * 10_000
    reading = read_bytes(a_message("OBR|1||F1|11526-1^Pathology^LN", f"OBX|1|TX|X||{text}||||||F"))

    (paper,) = documents(reading)
    assert paper.content.decode().strip() == text.strip()
    assert not [item for item in unused(reading) if item.outcome == "rejected"]
