"""Payloads made to break something are refused or rejected item by item, and what they say is told nobody.

Larger ones, an hour of broken payloads, and what memory they take, are tried by `make fuzz`.
"""

# ruff: noqa: E501 (one payload a line)

import gzip
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from app.imports import importing
from tests.api.canaries import CANARY
from tests.conftest import Api
from tests.unit.imports.cda import documents as cda
from tests.unit.imports.dicom.made import a_file, an_archive
from tests.unit.imports.tabular.books import a_book, a_sheet

FHIR, NDJSON, HL7 = "application/fhir+json", "application/fhir+ndjson", "x-application/hl7-v2+er7"
CDA, DICOM, ZIP, CSV = "application/cda+xml", "application/dicom", "application/zip", "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DEEP = 100_000

Make = Callable[[], bytes]


def a_bundle(identifier: str = CANARY, number: str = "9.6", **fields: Any) -> bytes:
    """Build a Bundle of a patient and a result; the number is put in as it is."""
    patient = {
        "resourceType": "Patient",
        "id": "p",
        "identifier": [{"system": "urn:example:mrn", "value": identifier}],
        "name": [{"family": CANARY}],
    }
    result = {
        "resourceType": "Observation",
        "id": "o",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "2039-6"}], "text": "CEA"},
        "subject": {"reference": "Patient/p"},
        "effectiveDateTime": "2026-03-03",
        "valueQuantity": {"value": "NUMBER", "unit": "ng/mL"},
        "note": [{"text": CANARY}],
        **fields,
    }
    entries = [{"resource": one} for one in (patient, result)]
    whole = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})
    return whole.replace('"NUMBER"', number).encode()


def an_oru(*rows: str, patient: str = f"{CANARY}^^^HOSP^MR", number: str = "1") -> bytes:
    head = (
        rf"MSH|^~\&|LAB|HOSP|||20260303080000||ORU^R01|{number}|P|2.5",
        f"PID|1||{patient}||{CANARY}^Ana",
        "OBR|1||F-1|2039-6^CEA^LN|||20260303",
    )
    return "\r".join((*head, *rows, "")).encode()


def a_table(row: str) -> bytes:
    return f"patient_id,birth_date,date,marker,value,unit\n{row}\n".encode()


def an_entity_bomb(kind: str = "") -> bytes:
    entities = "".join(
        f'<!ENTITY e{level} "{f"&e{level - 1};" * 10 if level else CANARY}">' for level in range(10)
    )
    inside = kind or entities
    root = '<ClinicalDocument xmlns="urn:hl7-org:v3"><title>&e9;</title></ClinicalDocument>'
    return f"<!DOCTYPE x [{inside}]>{root}".encode()


def nested_dicom(levels: int) -> bytes:
    item = b"\x40\x00\x30\xa7SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    return a_file(PixelData=None) + item * levels


def a_huge_directory(entries: int = 180_000) -> bytes:
    """Build an archive whose table of contents says the same small file over and over (ZIP64)."""
    listed = (b"PK\x01\x02" + b"\0" * 24 + struct.pack("<H", 1) + b"\0" * 16 + b"a") * entries
    local = b"PK\x03\x04" + b"\0" * 22 + struct.pack("<HH", 1, 0) + b"a"
    end = struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, entries, entries, len(listed), len(local))
    found_at = struct.pack("<IQI", 0, len(local) + len(listed), 1)
    short = struct.pack("<HHHHIIH", 0, 0, 65_535, 65_535, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return local + listed + b"PK\x06\x06" + end + b"PK\x06\x07" + found_at + b"PK\x05\x06" + short


def with_another_size(archive: bytes, name: str, content: bytes) -> bytes:
    """Let an archive's table of contents say that an entry is no more than this content."""
    lying, at = bytearray(archive), 0
    while (at := lying.find(b"PK\x01\x02", at)) >= 0:
        length = int.from_bytes(lying[at + 28 : at + 30], "little")
        if lying[at + 46 : at + 46 + length] == name.encode():
            lying[at + 16 : at + 20] = struct.pack("<I", zlib.crc32(content))
            lying[at + 24 : at + 28] = struct.pack("<I", len(content))
        at += 4
    return bytes(lying)


FAR = '<c r="XFD1048576"><v>1</v></c>'


def a_book_with_a_far_cell(name: str) -> bytes:
    """Build a workbook in which a cell at the far end of a sheet stands in a part of another name."""
    sheet = a_sheet([["date", "marker"]]).replace("</sheetData>", f'<row r="1048576">{FAR}</row></sheetData>')
    changed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(a_book(("S", sheet)))) as book,
        zipfile.ZipFile(changed, "w") as packed,
    ):
        for part in book.namelist():
            content = book.read(part)
            if part == "xl/_rels/workbook.xml.rels" and name.startswith("/"):
                content = content.replace(b"worksheets/sheet1.xml", name.encode())
            packed.writestr(name.lstrip("/") if part == "xl/worksheets/sheet1.xml" else part, content)
    return changed.getvalue()


def a_book_larger_than_it_says() -> bytes:
    sheet = a_sheet([["date", "marker"]])
    said = sheet.removesuffix("</sheetData></worksheet>")
    rows = "".join(f'<row r="{row}"><c r="ZZ{row}"><v>1</v></c></row>' for row in range(2, 60_000))
    book = a_book(("S", sheet.replace("</sheetData>", f"{rows}</sheetData>")))
    return with_another_size(book, "xl/worksheets/sheet1.xml", said.encode())


HOSTILE: Mapping[str, tuple[str, Make]] = {
    "JSON of many levels": (FHIR, lambda: b'{"resourceType":"Observation","x":' + b"[" * DEEP + b"]" * DEEP + b"}"),
    "an element of many levels": (FHIR, lambda: a_bundle(extension="X").replace(b'"X"', b'[{"extension":' * 900 + b"[]" + b"}]" * 900)),
    "a million items": (FHIR, lambda: a_bundle(category="X").replace(b'"X"', b"[" + b"{}," * 999_999 + b"{}]")),
    "NUL in an identifier": (FHIR, lambda: a_bundle(f"{CANARY}\0x")),
    "NUL in a text": (FHIR, lambda: a_bundle(note=[{"text": f"{CANARY}\0"}])),
    "half a surrogate pair": (FHIR, lambda: a_bundle(f"{CANARY}\ud800")),
    "bytes that are no UTF-8": (FHIR, lambda: a_bundle().replace(b"CEA", b"\xff\xed\xa0\x80")),
    "a number beyond all bounds": (FHIR, lambda: a_bundle(number="1e999999")),
    "a number of many digits": (FHIR, lambda: a_bundle(number="9" * 50_000)),
    "a number that is hardly any": (FHIR, lambda: a_bundle(number="-1e-999999")),
    "a date out of range": (FHIR, lambda: a_bundle(effectiveDateTime="99999-99-99T99:99:99+99:99")),
    "a day that is none": (FHIR, lambda: a_bundle(effectiveDateTime="0000-00-00")),
    "an id of 10 kB": (FHIR, lambda: a_bundle(id="o" * 10_000)),
    "an identifier of 10 kB": (FHIR, lambda: a_bundle("7" * 10_000)),
    "an identifier that grows when folded": (FHIR, lambda: a_bundle("\u0390" * 200)),
    "a key twice": (FHIR, lambda: a_bundle().replace(b'"status":', b'"status": "preliminary", "status":')),
    "a byte order mark": (FHIR, lambda: b"\xef\xbb\xbf" + a_bundle()),
    "UTF-16": (FHIR, lambda: a_bundle().decode().encode("utf-16")),
    "a gzip bomb": (FHIR, lambda: gzip.compress(b'{"resourceType": "Bundle", "x": "' + b"A" * 70 * 1024**2)),
    "gzip cut short": (FHIR, lambda: gzip.compress(a_bundle())[:-9]),
    "lines of rubbish": (NDJSON, lambda: a_bundle() + b"\n{" * 5_000),
    "a gzip bomb of HL7": (HL7, lambda: gzip.compress(an_oru() + b"A" * 70 * 1024**2)),
    "HL7 with NUL written as an escape": (HL7, lambda: an_oru(patient=f"{CANARY}\\X00\\^^^HO\\X00\\SP^MR")),
    "HL7 with half a surrogate pair": (HL7, lambda: an_oru(patient=f"{CANARY}\\XEDA080\\^^^HOSP^MR")),
    "HL7 numbers beyond all bounds": (HL7, lambda: an_oru("OBX|1|NM|2039-6^CEA^LN||1e999999|ng/mL|||||F", f"OBX|2|NM|x^y^LN||{'9' * 50_000}|g|||||F")),
    "HL7 of many separators": (HL7, lambda: an_oru(f"OBX|1|CE|2039-6^CEA^LN||{'^' * 300_000}{'~' * 300_000}{'&' * 300_000}")),
    "HL7 of empty lines": (HL7, lambda: an_oru() + b"\r" * 1_000_000),
    "HL7 dates out of range": (HL7, lambda: an_oru("OBX|1|DT|x^y^L||99999999|||||||F|||99999999999999")),
    "an entity bomb": (CDA, an_entity_bomb),
    "a file of the server": (CDA, lambda: an_entity_bomb('<!ENTITY e9 SYSTEM "file:///etc/passwd">')),
    "a DOCTYPE far down": (CDA, lambda: b'<?xml version="1.0"?>' + b" " * 200_000 + an_entity_bomb()),
    "XML of many levels": (CDA, lambda: b'<ClinicalDocument xmlns="urn:hl7-org:v3">' + b"<component>" * DEEP),
    "a million elements": (CDA, lambda: b'<ClinicalDocument xmlns="urn:hl7-org:v3">' + b"<a/>" * 1_000_000 + b"</ClinicalDocument>"),
    "XML with NUL": (CDA, lambda: cda.a_document(patient=cda.PATIENT.replace("MRN-7", f"{CANARY}&#0;"))),
    "DICOM sequences of many levels": (DICOM, lambda: nested_dicom(DEEP)),
    "a DICOM element longer than the file": (DICOM, lambda: a_file(PixelData=None) + b"\xe0\x7f\x10\0OW\0\0\xfe\xff\xff\x7f"),
    "DICOM with NUL in the patient's number": (DICOM, lambda: a_file(PatientID=f"{CANARY}\0x", PatientName=CANARY)),
    "a ZIP bomb": (ZIP, lambda: an_archive({f"{one}.dcm": a_file(one) + bytes(40 * 1024**2) for one in range(1, 4)})),
    "a ZIP entry that is larger than it says": (ZIP, lambda: with_another_size(an_archive({"a.dcm": a_file() + bytes(10**7)}), "a.dcm", a_file()[:200])),
    "a ZIP with a table of contents past all bounds": (ZIP, a_huge_directory),
    "a ZIP bomb of tables": (ZIP, lambda: an_archive({f"{one}.csv": b"date,marker\n" + b"A" * 60 * 1024**2 for one in range(2)})),
    "a table of many columns": (CSV, lambda: a_table("1,,2026-01-01,CEA,1,ng/mL" + "," * 1_000_000)),
    "a table with NUL": (CSV, lambda: a_table(f"{CANARY}\0,1961-01-01,2026-01-01,CEA,1,ng/mL")),
    "a quotation mark that never closes": (CSV, lambda: a_table('"' + "1,,2026-01-01,CEA,1,ng/mL\n" * 20_000)),
    "a far cell under a name in capitals": (XLSX, lambda: a_book_with_a_far_cell("XL/Worksheets/SHEET1.XML")),
    "a far cell in a part that is no sheet by its name": (XLSX, lambda: a_book_with_a_far_cell("/data/x.bin")),
    "a far cell in a part elsewhere": (XLSX, lambda: a_book_with_a_far_cell("/data/x.xml")),
    "a far cell under a name with backslashes": (XLSX, lambda: a_book_with_a_far_cell("xl\\worksheets\\sheet1.xml")),
    "a workbook that is larger than it says": (XLSX, a_book_larger_than_it_says),
}  # fmt: skip


def require_told(answer: Any, logged: Any, content_type: str) -> None:
    """Fail unless an answer says what became of a payload, and nothing of what it says."""
    assert answer.status_code in {200, 201, 413, 415, 422}, answer.text[:500]
    assert CANARY not in answer.text
    assert CANARY not in logged.out + logged.err
    if content_type != HL7:
        body = answer.json()
        assert body["items"] if answer.status_code < 400 else body["detail"] and body["type"]


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_made_to_break_something_is_refused_or_rejected_by_item(
    api: Api, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    content_type, make = HOSTILE[name]
    answer = api.post("/v1/imports", content=make(), headers={"Content-Type": content_type})
    require_told(answer, capsys.readouterr(), content_type)
    assert api.get("/v1/cases").status_code == 200


@pytest.mark.parametrize(
    "charset", ["utf-7", "raw_unicode_escape", "unicode_escape", "hex", "undefined", "idna"]
)
@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        pytest.param(CSV, a_table(f"{CANARY}+2AA-\\ud800,1961-01-01,2026-01-01,CEA,1,ng/mL"), id="table"),
        pytest.param(FHIR, a_bundle(f"{CANARY}+2AA-"), id="FHIR"),
        pytest.param(HL7, an_oru(patient=f"{CANARY}+2AA-\\ud800^^^HOSP^MR"), id="HL7"),
        pytest.param(CDA, cda.a_document().replace(b"Example", b"\xff+2AA-"), id="C-CDA"),
    ],
)  # fmt: skip
def test_no_name_of_a_character_set_makes_letters_that_no_store_keeps(
    api: Api, capsys: pytest.CaptureFixture[str], charset: str, content_type: str, content: bytes
) -> None:
    answer = api.post(
        "/v1/imports", params={"charset": charset}, content=content, headers={"Content-Type": content_type}
    )
    require_told(answer, capsys.readouterr(), HL7)


@pytest.mark.parametrize("path", ["/fhir", "/hl7v2"])
@pytest.mark.parametrize("name", [one for one, (kind, _) in HOSTILE.items() if kind in {FHIR, HL7}])
def test_standard_endpoints_answer_in_their_own_words(
    api: Api, capsys: pytest.CaptureFixture[str], path: str, name: str
) -> None:
    content_type, make = HOSTILE[name]
    if (path == "/fhir") != (content_type == FHIR):
        pytest.skip("of the other standard")
    answer = api.post(path, content=make(), headers={"Content-Type": content_type})
    require_told(answer, capsys.readouterr(), HL7)
    if path == "/fhir":
        assert answer.json()["resourceType"] in {"OperationOutcome", "Bundle"}
    else:
        assert b"MSA|A" in answer.content


def test_a_payload_of_more_things_than_are_held_at_once_is_refused_whole(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "ITEMS_MOST", 1)
    answer = api.post("/v1/imports", content=a_bundle(), headers={"Content-Type": FHIR}, status=413)
    assert answer.json()["type"] == "/problems/payload-too-large"
    assert api.get("/v1/cases", status=200).json()["items"] == []


def test_the_members_of_a_gzip_file_are_all_read(api: Api) -> None:
    first, second = (
        gzip.compress(part) for part in (a_table("7,1961-01-01,2026-01-01,CEA,1,ng/mL"), b"7,1961-01-01,2026-02-01,CEA,2,ng/mL\n")
    )  # fmt: skip
    answer = api.post(
        "/v1/imports", content=first + second + bytes(512), headers={"Content-Type": CSV}, status=201
    )
    assert answer.json()["counts"] == {"created": 2}


def test_a_table_of_contents_past_all_bounds_is_refused_with_what_to_do(api: Api) -> None:
    answer = api.post(
        "/v1/imports", content=a_huge_directory(), headers={"Content-Type": ZIP}, status=422
    ).json()
    assert answer["type"] == "/problems/unreadable-payload"
    assert "table of contents" in answer["detail"]
