"""Every real C-CDA is read to sound records or refused with what to send; its type and title are its header's."""

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from app.imports.checking import faults_of
from app.imports.domain.reading import (
    FoundDocument,
    FoundRecord,
    NotUsed,
    Options,
    Reading,
    UnreadablePayloadError,
)
from app.imports.readers.cda import read

OF_A_HEADER = {
    "Care Team In Transition of Care Documents(C-CDA2.1).xml",
    "Multiple Patient Identifiers (C-CDAR2.1).xml",
    "Patient Aliases (C-CDA R2.1).xml",
    "Patient Birth Name(C-CDA2.1).xml",
    "Patient Demographic Information(C-CDA2.1).xml",
    "Patient Previous Name(C-CDA2.1).xml",
    "Patient With Prior Addresses(C-CDAR2.1).xml",
    "Person Name Formatting (C-CDA R2.1).xml",
}
"""Parts of headers: they hold no fact of their own."""

KINDS = {
    "CCD.XML": "import_payload",
    "CCD.xml": "import_payload",
    "Care_Plan.xml": "import_payload",
    "Consultation_Note.xml": "consultation",
    "Diagnostic_Imaging_Report.xml": "imaging_report",
    "Discharge_Summary.xml": "discharge_summary",
    "History_and_Physical.xml": "history_physical",
    "Operative_Note.xml": "operative_note",
    "Procedure_Note.xml": "procedure_note",
    "Progress_Note.xml": "progress_note",
    "Referral_Note.xml": "referral",
    "Transfer_Summary.xml": "discharge_summary",
}
"""What HL7's whole examples are."""

RECORDS = {
    "CCD.XML": 24,
    "CCD.xml": 6,
    "Care_Plan.xml": 7,
    "Consultation_Note.xml": 19,
    "Diagnostic_Imaging_Report.xml": 1,
    "Discharge_Summary.xml": 15,
    "History_and_Physical.xml": 22,
    "Operative_Note.xml": 7,
    "Procedure_Note.xml": 7,
    "Progress_Note.xml": 19,
    "Referral_Note.xml": 25,
    "Transfer_Summary.xml": 26,
}
"""How many facts each of them gives, looked through beside its source."""


@pytest.fixture(scope="module")
def folder(real_files: Path) -> Path:
    return real_files / "ccda"


def files_in(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in {".xml", ".ccda"})


def reading_of(path: Path) -> Reading:
    return read(path.read_bytes(), Options(file_name=path.name))


def test_every_file_is_read_or_is_a_part_of_a_header(folder: Path) -> None:
    refused = {}
    for path in files_in(folder):
        try:
            reading_of(path)
        except UnreadablePayloadError as error:
            refused[path.name] = "Send the whole ClinicalDocument" in str(error.detail)

    assert refused == dict.fromkeys(OF_A_HEADER, True)


def test_every_record_is_sound_and_every_key_its_own(folder: Path) -> None:
    for path in files_in(folder):
        if path.name in OF_A_HEADER:
            continue
        found = [item for item in reading_of(path).items if isinstance(item, FoundRecord)]
        keys = Counter(item.key for item in found)

        assert [faults_of(item.record) for item in found] == [[]] * len(found), path.name
        assert [key for key, count in keys.items() if count > 1] == [], path.name


def test_type_and_title_are_those_of_the_header(folder: Path) -> None:
    for path in files_in(folder):
        source = path.read_text(encoding="utf-8")
        if "<ClinicalDocument" not in source:
            continue
        header = re.sub(r"<!--.*?-->", "", source.partition("<recordTarget")[0], flags=re.DOTALL)
        title = re.search(r"<title>(.*?)</title>", header, flags=re.DOTALL)
        assert title is not None
        (payload,) = reading_of(path).payloads

        assert payload.body.title == unescape(" ".join(title[1].split())), path.name


def test_hl7s_whole_examples_are_all_read(folder: Path) -> None:
    whole = sorted((folder / "hl7-c-cda-examples" / "Documents").rglob("*.[xX][mM][lL]"))
    readings = {path.name: reading_of(path) for path in whole}

    assert len(whole) == len(KINDS)
    assert {name: reading.payloads[0].body.kind for name, reading in readings.items()} == KINDS
    assert {
        name: sum(isinstance(item, FoundRecord) for item in reading.items)
        for name, reading in readings.items()
    } == RECORDS
    assert all(len(reading.patients) == 1 for reading in readings.values())


def test_embedded_files_come_out_as_they_lie_beside_the_documents(folder: Path) -> None:
    pairs = {
        "Unstructured_Document_embed.xml": "C-CDA_R2_UD_sample.pdf",
        "CDA_with_Embedded_PDF.xml": "McBee_L1_20151116_Embedded.pdf",
    }
    for path in files_in(folder):
        if path.name in pairs:
            (paper,) = (item for item in reading_of(path).items if isinstance(item, FoundDocument))
            assert paper.content == (path.parent / pairs[path.name]).read_bytes()


def test_nothing_real_is_rejected(folder: Path) -> None:
    rejected = [
        (path.name, item.place, item.detail)
        for path in files_in(folder)
        if path.name not in OF_A_HEADER
        for item in reading_of(path).items
        if isinstance(item, NotUsed) and item.outcome == "rejected"
    ]

    assert rejected == []
