# ruff: noqa: RUF001  the texts are written in their own letters
"""Which bytes are text, and which kind of text."""

import pytest

from app.documents.domain.media import Detected, Finding, Flavour, MediaType, Reason, Refused, sniff_bytes
from tests import files

GERMAN = "Sehr geehrte Frau Kollegin,\nwir berichten über die Größe des Tumors: 2,3 × 1,8 cm (früher 3 cm).\n"
RUSSIAN = "Заключение: инвазивная карцинома молочной железы, степень 2.\nРазмер опухоли 23 мм.\n"
GREEK = "Διάγνωση: διηθητικό καρκίνωμα του μαστού, βαθμός 2.\nΜέγεθος όγκου 23 χιλ.\n"
CHINESE = "病理诊断：乳腺浸润性导管癌，组织学分级二级。\n肿瘤大小约为二十三毫米。\n"
JAPANESE = "病理診断：乳腺の浸潤性乳管癌、組織学的グレード二。\nしゅようのおおきさはやく二十三ミリ。\n"
KOREAN = "병리 진단: 유방 침윤성 유관암, 조직학적 등급 이.\n종양 크기는 약 이십삼 밀리미터.\n"


def detected(content: bytes) -> Detected:
    found = sniff_bytes(content)
    assert isinstance(found, Detected), found
    return found


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        pytest.param(GERMAN.encode(), "utf-8", id="utf-8"),
        pytest.param(GERMAN.encode("utf-8-sig"), "utf-8", id="utf-8-with-mark"),
        pytest.param(GERMAN.encode("utf-16"), "utf-16-le", id="utf-16-with-mark"),
        pytest.param(b"\xfe\xff" + GERMAN.encode("utf-16-be"), "utf-16-be", id="utf-16-big-endian"),
        pytest.param(GERMAN.encode("utf-16-le"), "utf-16-le", id="utf-16-without-mark"),
        pytest.param(GERMAN.encode("utf-16-be"), "utf-16-be", id="utf-16-big-endian-without-mark"),
        pytest.param(CHINESE.encode("utf-16"), "utf-16-le", id="utf-16-chinese"),
        pytest.param(GERMAN.encode("utf-32"), "utf-32-le", id="utf-32"),
        pytest.param(GERMAN.encode("cp1252"), None, id="windows-1252"),
        pytest.param(GERMAN.encode("latin-1"), None, id="latin-1"),
        pytest.param(RUSSIAN.encode("cp1251"), None, id="windows-1251"),
        pytest.param(RUSSIAN.encode("koi8-r"), None, id="koi8-r"),
        pytest.param(GREEK.encode("cp1253"), None, id="windows-1253"),
        pytest.param(CHINESE.encode("gb18030"), None, id="gb18030"),
        pytest.param(JAPANESE.encode("shift_jis"), None, id="shift-jis"),
        pytest.param(JAPANESE.encode("euc_jp"), None, id="euc-jp"),
        pytest.param(JAPANESE.encode("iso2022_jp"), "utf-8", id="iso-2022-jp-is-made-of-ascii"),
        pytest.param(KOREAN.encode("euc_kr"), None, id="euc-kr"),
    ],
)
def test_text_is_text_in_every_usual_character_set(content: bytes, charset: str | None) -> None:
    found = detected(content)
    assert (found.media, found.charset, found.findings) == (MediaType.TXT, charset, ())


@pytest.mark.parametrize("repeats", [1, 2_000, 100_000], ids=["short", "longer-than-the-head", "sampled"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "cp1252", "gb18030"])
def test_text_is_text_at_any_length(charset: str, repeats: int) -> None:
    text = (CHINESE if charset == "gb18030" else GERMAN) * repeats
    assert detected(text.encode(charset)).media is MediaType.TXT


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(bytes(range(256)) * 8, id="every-byte"),
        pytest.param(b"Report\0\0\0\0" * 50, id="zero-bytes"),
        pytest.param(b"\x01\x02\x03words\x04\x05" * 50, id="control-characters"),
        pytest.param(b"\xff" * 500, id="one-byte-over-and-over"),
        pytest.param(b"\xb0\xa1" * 500, id="one-letter-over-and-over"),
        pytest.param(b"\xff\xfe" + b"\x00\xd8" * 100, id="half-pairs-after-a-mark"),
        pytest.param(b"\xff\xfe" + b"\xf0\xff\x01\x00\x02\x00" * 100, id="numbers-after-a-mark"),
        pytest.param(b"words " * 20_000 + bytes(100), id="binary-after-a-long-text"),
    ],
)
def test_what_is_not_writing_is_no_text(content: bytes) -> None:
    found = sniff_bytes(content)
    assert isinstance(found, Refused)
    assert found.reason is Reason.UNSUPPORTED


def test_binary_in_the_middle_of_a_very_long_text_is_found() -> None:
    words = b"words " * 2_000_000
    middle = len(words) // 2
    assert isinstance(sniff_bytes(words[:middle] + bytes(2_000_000) + words[middle:]), Refused)


def test_a_stray_control_character_does_not_spoil_a_long_text() -> None:
    assert (
        detected(b"A report of several pages.\n" * 20 + b"\x02" + b"The end.\n" * 20).media is MediaType.TXT
    )


def test_utf_16_that_was_cut_into_lines_byte_by_byte_is_text_with_stray_zeros() -> None:
    lines = [
        line.encode("utf-16-be") for line in ("DIAGNOSIS", "(A) UTERUS AND CERVIX:", "Proliferative") * 5
    ]
    found = detected(b"\n".join(lines))
    assert (found.media, found.charset, found.findings) == (MediaType.TXT, None, (Finding.STRAY_ZEROS,))


# --- HL7


@pytest.mark.parametrize(
    ("content", "flavour"),
    [
        pytest.param(b"MSH|^~\\&|LAB\rPID|1\r", None, id="usual"),
        pytest.param(b"\xef\xbb\xbfMSH|^~\\&|LAB\nPID|1\n", None, id="byte-order-mark-and-line-feeds"),
        pytest.param(b"\r\n\r\nMSH|^~\\&|LAB\r", None, id="blank-lines-first"),
        pytest.param(b"MSH$%~\\&$LAB\r", None, id="other-separators"),
        pytest.param(b"MSH|^~\\&#|LAB\r", None, id="five-encoding-characters"),
        pytest.param(
            b"FHS|^~\\&|LAB\rBHS|^~\\&|LAB\rMSH|^~\\&|LAB\r", Flavour.HL7_BATCH, id="file-of-batches"
        ),
        pytest.param("MSH|^~\\&|LAB\r".encode("utf-16"), None, id="utf-16"),
    ],
)
def test_an_hl7_message_is_known_by_its_header(content: bytes, flavour: Flavour | None) -> None:
    found = detected(content)
    assert (found.media, found.flavour) == (MediaType.HL7, flavour)


@pytest.mark.parametrize("content", [b"MSH is the header.\n", b"MSH|words\n", b"PID|1||2\rOBX|1\r"], ids=repr)
def test_words_that_start_like_a_message_are_none(content: bytes) -> None:
    assert detected(content).media is MediaType.TXT


# --- XML and HTML


@pytest.mark.parametrize(
    ("content", "flavour"),
    [
        pytest.param(b'<?xml version="1.0"?><a/>', None, id="declared"),
        pytest.param(b"<a><b>words</b></a>\n", None, id="undeclared"),
        pytest.param(b"<!-- a note --><a><b/></a>", None, id="comment-first"),
        pytest.param(files.an_xml(charset="utf-16"), None, id="utf-16"),
        pytest.param(files.an_xml(charset="iso-8859-1"), None, id="latin-1"),
        pytest.param(
            b'<Patient xmlns="http://hl7.org/fhir"><id value="1"/>', Flavour.FHIR, id="fhir-cut-short"
        ),
        pytest.param(b'<h:Bundle xmlns:h="http://hl7.org/fhir"/>', Flavour.FHIR, id="fhir-behind-a-prefix"),
        pytest.param(b'<ORU_R01 xmlns="urn:hl7-org:v2xml"/>', Flavour.HL7_V2_XML, id="hl7-v2-in-xml"),
        pytest.param(
            b'<c:ClinicalDocument xmlns:c="urn:hl7-org:v3"/>',
            Flavour.CDA,
            id="clinical-document-behind-a-prefix",
        ),
        pytest.param(b'<section xmlns="urn:hl7-org:v3"/>', None, id="a-part-of-a-clinical-document"),
        pytest.param(b'<?xml version="1.0"?><a b=c></a>', None, id="damaged"),
    ],
)
def test_xml_is_known_by_its_root(content: bytes, flavour: Flavour | None) -> None:
    found = detected(content)
    assert (found.media, found.flavour, found.findings) == (MediaType.XML, flavour, ())


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(
            b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///x">]><a>&b;</a>', id="sound"
        ),
        pytest.param(b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a b=c>', id="damaged"),
    ],
)
def test_xml_that_declares_entities_says_so(content: bytes) -> None:
    assert detected(content).findings == (Finding.ENTITIES,)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"<!DOCTYPE html><p>words", id="doctype"),
        pytest.param(b"  <HTML><BODY>words", id="upper-case"),
        pytest.param(b"<!-- saved --><html></html>", id="comment-first"),
        pytest.param(b"<div><p>words</p>", id="fragment"),
        pytest.param(b"<p>words<br>more</p>", id="not-well-formed"),
        pytest.param(b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', id="xhtml"),
        pytest.param(
            b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "a" "b">\n<html/>', id="xhtml-by-doctype"
        ),
        pytest.param(b'<?xml version="1.0"?><html lang=en>', id="xhtml-not-well-formed"),
    ],
)
def test_a_web_page_is_known_by_its_first_tag(content: bytes) -> None:
    assert detected(content).media is MediaType.HTML


@pytest.mark.parametrize(
    "content",
    [
        files.an_html(script="alert(1)"),
        b"<html><body onload=alert(1)></html>",
        b'<html><a href="javascript:alert(1)">x</a></html>',
    ],
    ids=["element", "handler", "link"],
)
def test_script_in_a_web_page_is_noted(content: bytes) -> None:
    found = detected(content)
    assert (found.media, found.findings) == (MediaType.HTML, (Finding.SCRIPT,))


@pytest.mark.parametrize(
    "content",
    [
        b"<3 months since the operation\n",
        b"<PHI> is a patient of 54 years.\n",
        b"<patient name> was seen today.\n",
        b"<b>words that nothing closes\n",
    ],
    ids=repr,
)
def test_words_behind_an_angle_bracket_are_words(content: bytes) -> None:
    assert detected(content).media is MediaType.TXT


# --- JSON


@pytest.mark.parametrize(
    ("content", "flavour"),
    [
        pytest.param(b"{}", None, id="empty-object"),
        pytest.param(b" [1, 2]\n", None, id="array"),
        pytest.param(b'\xef\xbb\xbf{"a": 1}', None, id="byte-order-mark"),
        pytest.param('{"a": 1}'.encode("utf-16"), None, id="utf-16"),
        pytest.param(b'{"a": [1, 2', None, id="cut-short"),
        pytest.param(b'{"a": 1,}', None, id="damaged"),
        pytest.param(b'{"a": "' + b'\\"' * 100_000, None, id="a-string-without-end"),
        pytest.param(b'{"resourceType": "Patient", "id"', Flavour.FHIR, id="fhir-cut-short"),
        pytest.param(
            b'{"id": "1", "name": [{}], "resourceType": "Patient"}', Flavour.FHIR, id="fhir-named-last"
        ),
        pytest.param(b'{"wrapped": {"resourceType": "Patient"}}', None, id="fhir-inside-something-else"),
        pytest.param(b'{"say": "resourceType"}', None, id="the-word-as-a-value"),
        pytest.param(b'{"a": 1}\n{"a": 2}\n', Flavour.NDJSON, id="one-a-line"),
        pytest.param(
            b'{"resourceType": "Patient"}\r\n{"resourceType": "Condition"}\r\n',
            Flavour.FHIR_NDJSON,
            id="fhir-one-a-line",
        ),
    ],
)
def test_json_is_known_by_its_start(content: bytes, flavour: Flavour | None) -> None:
    found = detected(content)
    assert (found.media, found.flavour) == (MediaType.JSON, flavour)


@pytest.mark.parametrize(
    "content",
    [
        b"[Addendum] The margins are clear.\n",
        b"{see the note}\n",
        b"12",
        b'"words"',
        b"[" * 100_000,
        b"{} and words\n",
    ],
    ids=["brackets", "braces", "number", "string", "brackets-without-end", "words-after-an-object"],
)
def test_words_in_brackets_are_words(content: bytes) -> None:
    assert detected(content).media is MediaType.TXT


# --- tables


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"mrn,familyName,givenName\n", id="a-header-alone"),
        pytest.param(b"date,value\n2024-05,1\n2024-06,2\n", id="two-columns"),
        pytest.param(b'name,note\n1,"first,\nthen second"\n2,none\n3,none\n', id="line-end-in-quotes"),
        pytest.param(b",a,b\nx,1,2\ny,3,4\n", id="empty-corner"),
        pytest.param(b"a,b,c\n" + b"1,2,3\n" * 19 + b"1,2\n", id="one-row-short"),
        pytest.param("marker;Wert\nCEA;3,1\nCA 15-3;31,0\n".encode("cp1252"), id="commas-in-numbers"),
        pytest.param("a,b,c\n1,2,3\n".encode("utf-16"), id="utf-16"),
        pytest.param(b"a,b,c\n" + b"1,2,3\n" * 20_000, id="longer-than-the-head"),
    ],
)
def test_rows_of_the_same_width_are_a_table(content: bytes) -> None:
    assert detected(content).media is MediaType.CSV


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"Chest, abdomen, pelvis\n", id="a-list"),
        pytest.param(b"Dear Anna,\nthe margins are clear.\n", id="a-letter"),
        pytest.param(
            b"Lung, left, lower lobe.\nLiver, normal, no lesion.\nSpleen, normal, no lesion.\n",
            id="sentences",
        ),
        pytest.param(b"mrn\n1\n2\n3\n", id="one-column"),
        pytest.param(b"a,b,c\n1,2\n1,2,3,4\n1\n", id="ragged"),
        pytest.param(b'a,b,c\n1,"2,3\n4,5,6\n', id="a-quote-that-nothing-closes"),
        pytest.param(b"(0008, 0005) Set\n(0008, 0012) Date\n(0008, 0013) Time\n", id="commas-in-brackets"),
        pytest.param(b"a,b\n\n\n\n\nc,d\n", id="blank-lines-between"),
    ],
)
def test_words_with_commas_are_words(content: bytes) -> None:
    assert detected(content).media is MediaType.TXT
