"""Messages come with any line end, framing, separators and character set."""

import pytest

from app.imports.domain.reading import UnreadablePayloadError
from app.imports.readers.hl7v2.escapes import USUAL, Delimiters
from app.imports.readers.hl7v2.message import delimiters_of, parse
from app.records.domain.findings import LabResult
from tests.unit.imports.hl7v2.building import PID, a_header, a_message, a_result, read_bytes, records
from tests.unit.imports.readings import unused

SODIUM = "OBX|1|NM|2951-2^Sodium^LN||140|mmol/L|135-145|N|||F"


def name_of(content: bytes, **options: str) -> str | None:
    (patient,) = read_bytes(content, **options).patients
    return patient.patient.name


@pytest.mark.parametrize("ending", ["\r", "\n", "\r\n"])
def test_any_line_end_divides_segments(ending: str) -> None:
    (found,) = records(read_bytes(a_result(SODIUM, ending=ending)))

    assert isinstance(found.record, LabResult)
    assert found.record.unit == "mmol/L"


@pytest.mark.parametrize(
    "framed",
    [
        pytest.param(b"\x0b%b\x1c\r", id="mllp"),
        pytest.param(b"\xef\xbb\xbf%b", id="byte order mark"),
        pytest.param(b"\r\n \r\n%b\x1a", id="blank lines and end of file"),
    ],
)
def test_framing_left_in_a_file_is_no_part_of_the_message(framed: bytes) -> None:
    reading = read_bytes(framed % a_result(SODIUM))

    assert len(records(reading)) == 1
    assert not unused(reading)


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ("^~\\&", USUAL),
        ("^~\\&#", USUAL),
        ("^~\\\\&", USUAL),
        ("^&", USUAL),
        ("^", USUAL),
        ("", USUAL),
        ("~|\\&", Delimiters("^", "~", "|", "\\", "&")),
        ("^~\\}", Delimiters("|", "^", "~", "\\", "}")),
    ],
)
def test_delimiters_are_those_of_the_header(marks: str, expected: Delimiters) -> None:
    assert delimiters_of(expected.field, marks) == expected


def test_a_message_may_choose_its_own_delimiters() -> None:
    content = a_result(SODIUM).decode().translate(str.maketrans("|^~&", "#@*!")).encode()

    (found,) = records(read_bytes(content))

    assert isinstance(found.record, LabResult)
    assert (found.record.test, str(found.record.reference_low)) == ("Sodium", "135")


@pytest.mark.parametrize(
    ("escaped", "meant"),
    [
        (r"a\F\b\S\c\T\d\R\e\E\f", r"a|b^c&d~e\f"),
        (r"one\.br\two", "one\ntwo"),
        (r"one\.sp2\two", "one\n\ntwo"),
        (r"\.in+4\\.ti-2\text", "text"),
        (r"a\.sk3\b", "a   b"),
        (r"\H\bold\N\ plain", "bold plain"),
        (r"10 \X0A\ 20", "10 \n 20"),
        (r"caf\XC3A9\ caf\XE9\ ", "café café "),
        (r"\Zlocal\x", "x"),
        (r"C:\scans\file", r"C:\scans\file"),
        ("no escapes", "no escapes"),
    ],
)
def test_escape_sequences_are_carried_out(escaped: str, meant: str) -> None:
    assert USUAL.unescaped(escaped) == meant


@pytest.mark.parametrize(
    ("charset", "codec"),
    [
        ("8859/1", "latin-1"),
        ("8859/2", "iso8859-2"),
        ("8859/15", "iso8859-15"),
        ("UNICODE UTF-8", "utf-8"),
        ("UTF-8", "utf-8"),
        ("WINDOWS-1252", "cp1252"),
        ("UNICODE", "utf-8"),
        ("", "utf-8"),
        ("ASCII", "utf-8"),
        ("8859/1", "utf-8"),
    ],
)
def test_letters_are_those_of_the_sender(charset: str, codec: str) -> None:
    content = a_message("PID|1||1^^^N||Müller^Jörg", charset=charset).decode().encode(codec)

    assert name_of(content) == "Jörg Müller"


@pytest.mark.parametrize(
    ("charset", "codec", "family", "given"),
    [
        ("8859/5", "iso8859-5", "Иванова", "Анна"),
        ("WINDOWS-1251", "cp1251", "Иванова", "Анна"),
        ("8859/7", "iso8859-7", "Παπαδόπουλος", "Νίκος"),
        ("GB 18030-2000", "gb18030", "王", "小东"),
        ("BIG-5", "big5", "王", "小東"),
        ("KS X 1001", "cp949", "홍", "길동"),
        ("ASCII~ISO IR87", "iso2022_jp_ext", "山田", "太郎"),
        ("ISO IR6~ISO IR14~ISO IR87", "iso2022_jp_ext", "ﾔﾏﾀﾞ", "ﾀﾛｳ"),
        ("UNICODE UTF-16", "utf-16", "Müller", "山"),
        ("", "utf-16-le", "Müller", "Ada"),
        ("", "utf-32", "Müller", "Ada"),
    ],
)
def test_names_come_in_every_character_set(charset: str, codec: str, family: str, given: str) -> None:
    content = a_message(f"PID|1||1^^^N||{family}^{given}", charset=charset).decode().encode(codec)

    assert name_of(content) == f"{given} {family}"


def test_character_sets_may_be_switched_by_escape_sequences() -> None:
    japanese = "山田".encode("iso2022_jp")[3:-3]
    content = a_message("PID|1||1^^^N||@^Taro", charset="ASCII~ISO IR87").replace(
        b"@", rb"\M2442" + b"\\" + japanese + rb"\C2842" + b"\\"
    )

    assert name_of(content) == "Taro 山田"

    greek = a_message(r"PID|1||1^^^N||\C2D46\@^Niko\C2D41\#", charset="8859/1").replace(
        b"@", "Παππάς".encode("iso8859-7")
    )
    assert name_of(greek.replace(b"#", "é".encode("latin-1"))) == "Nikoé Παππάς"


def test_what_the_caller_says_of_the_letters_counts_where_the_message_is_silent() -> None:
    content = a_message("PID|1||1^^^N||Müller^Jörg").decode().encode("latin-1")

    assert name_of(content, charset="iso-8859-1") == "Jörg Müller"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(a_message("PID|1||1||Müller").decode().encode("latin-1"), id="silent and no UTF-8"),
        pytest.param(
            a_message("PID|1||1||Müller", charset="UNICODE UTF-8").decode().encode("latin-1"),
            id="not what it says",
        ),
        pytest.param(a_message("PID|1||1||M", charset="NONSENSE"), id="unknown set"),
        pytest.param(b"\xff\xfeM\x00S", id="torn UTF-16"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"no message at all", id="another text"),
        pytest.param(b"MSH", id="a name alone"),
        pytest.param(
            b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><ADT_A01>&x;</ADT_A01>',
            id="XML with an entity",
        ),
    ],
)
def test_what_cannot_be_read_without_guessing_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadablePayloadError) as refused:
        read_bytes(content)

    assert "passwd" not in refused.value.detail
    assert refused.value.detail.endswith(".")


def test_a_payload_past_the_bounds_is_refused() -> None:
    with pytest.raises(UnreadablePayloadError, match="MiB"):
        read_bytes(b"MSH|" + bytes(64 * 1024 * 1024))
    with pytest.raises(UnreadablePayloadError, match="10,000 messages"):
        read_bytes(b"MSH|^~\\&|\r" * 10_001)


def test_a_batch_is_read_message_by_message() -> None:
    first = a_result(SODIUM, control_id="1").decode()
    second = a_message("PID|1||4712^^^NORTH^MR||Other^One", SODIUM, control_id="2").decode()
    file_header, batch_header = (
        f"{name}|^~\\&|LAB|NORTH|||20260301||||{name[0]}1\r" for name in ("FHS", "BHS")
    )
    content = f"{file_header}{batch_header}{first}{second}BTS|2\rFTS|1\r"

    reading = read_bytes(content.encode())

    assert len(reading.patients) == 2
    assert [item.place for item in records(reading)] == ["MSH[1]/OBX[1]", "MSH[2]/OBX[1]"]
    assert reading.message == "LAB|NORTH|20260301|F1"
    assert [payload.content for payload in reading.payloads] == [first.encode(), second.encode()]
    assert not unused(reading)


def test_a_batch_that_is_not_whole_is_read_and_said_so() -> None:
    content = b"BHS|^~\\&|LAB\r" + a_result(SODIUM) + b"BTS|3\r"

    reading = read_bytes(content)

    assert len(records(reading)) == 1
    assert [item.outcome for item in unused(reading)] == ["rejected"]


def test_one_message_in_unknown_letters_does_not_take_the_others_down() -> None:
    bad = a_message("PID|1||9^^^N||Müller").decode().encode("latin-1")

    reading = read_bytes(bad + a_result(SODIUM))

    assert len(records(reading)) == 1
    assert [(item.place, item.outcome) for item in unused(reading)] == [("MSH[1]", "rejected")]


def test_lines_that_are_no_segment_are_named_and_texts_may_run_over_lines() -> None:
    content = a_message(
        "a line of its own", "OBR|1||F1|X^Note", "OBX|1|TX|X^Note||first line\nsecond line||||||F"
    )

    reading = read_bytes(content)

    assert [(item.place, item.outcome) for item in unused(reading)] == [("line 3", "rejected")]
    message = parse(content.decode())
    assert message.segments[-1].text(5) == "first line\nsecond line"


def test_a_continued_segment_goes_on() -> None:
    message = parse(f"{a_header()}\r{PID}\rOBX|1|TX|X||one\rADD| two||||||F")

    assert message.segments[-1].text(5) == "one two"
    assert message.segments[-1].text(11) == "F"
