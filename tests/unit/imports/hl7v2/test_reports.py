"""Narrative reports become one record, and a document where the record does not hold all of it."""

import base64

import pytest

from app.imports.checking import faults_of
from app.records.domain.disease import PathologyReport
from app.records.domain.findings import ImagingStudy, LabResult
from tests.unit.imports.hl7v2.building import a_message, a_result, read_bytes, records, the_record
from tests.unit.imports.readings import documents, unused, withdrawn

PATHOLOGY = (
    "OBR|1|P7|S26-100^PATH|11526-1^Pathology report^LN|||202602201000||||||||TISS^^^Left breast|"
    "||||||202602251500||SP|F|||||||99&Stein&Eva^20260225"
)
IMAGING = "OBR|1|P8|R26-55^RIS|24627-2^CT Chest^LN|||202602101100|||||||||||||||202602101530||RAD|F|||||||7&Strahl&Jo"
TUMOUR = "Invasive ductal carcinoma, grade 2."


def lines(*texts: str, name: str = "X^Report^L", type_: str = "TX", status: str = "F") -> list[str]:
    return [f"OBX|{at}|{type_}|{name}|{at}|{text}||||||{status}" for at, text in enumerate(texts, start=1)]


def test_a_pathology_report_in_lines_is_one_record_that_quotes_its_diagnosis() -> None:
    reading = read_bytes(
        a_message(
            PATHOLOGY,
            *lines("GROSS: A core.", "FINAL DIAGNOSIS:", TUMOUR, "Margins n/a.", "COMMENT: Seen twice."),
        )
    )

    (found,), (paper,) = records(reading), documents(reading)
    record = found.record
    assert isinstance(record, PathologyReport)
    assert record.conclusion == f"{TUMOUR}\nMargins n/a."
    assert (record.accession, record.specimen, record.site) == ("S26-100", "tissue", "Left breast")
    assert record.laterality == "left"
    assert (record.specimen_date, record.signed_on) == ("2026-02-20T10:00", "2026-02-25T15:00")
    assert (record.author, record.asserted_by) == ("Eva Stein", "pathologist")
    assert found.papers == (paper.key,)
    assert (paper.body.kind, paper.file_name) == ("pathology_report", "Pathology-report.txt")
    assert b"GROSS: A core.\nFINAL DIAGNOSIS:" in paper.content
    assert faults_of(record) == []


def test_a_report_without_headings_is_quoted_whole_and_needs_no_document() -> None:
    reading = read_bytes(
        a_message(PATHOLOGY, *lines(r"Makroskopie: Hautexzisat.\.br\Kein Anhalt für Malignität", type_="FT"))
    )

    (found,) = records(reading)
    assert isinstance(found.record, PathologyReport)
    assert found.record.conclusion == "Makroskopie: Hautexzisat.\nKein Anhalt für Malignität"
    assert not documents(reading)


def test_sections_named_by_their_observations_are_told_apart() -> None:
    rows = [
        "OBX|1|TX|22634-0^Gross description^LN||A core of tissue.||||||F",
        f"OBX|2|TX|22637-3^Final diagnosis^LN||{TUMOUR}||||||F",
    ]

    (found,) = records(read_bytes(a_message(PATHOLOGY, *rows)))

    assert isinstance(found.record, PathologyReport)
    assert found.record.conclusion == TUMOUR


@pytest.mark.parametrize(
    "text",
    [
        ("FINDINGS: A nodule of 12 mm.", "IMPRESSION:", "Stable nodule."),
        ("Findings", "A nodule.", "Impression", "Stable nodule.", "Recommendation", "Follow up."),
        ("Befund: Rundherd.", "Beurteilung: Stable nodule."),
        ("IMPRESSION: Stable nodule.", "TECHNIQUE:", "Contrast."),
    ],
)
def test_an_imaging_report_quotes_its_impression(text: tuple[str, ...]) -> None:
    reading = read_bytes(a_message(IMAGING, *lines(*text)))

    (found,), (paper,) = records(reading), documents(reading)
    record = found.record
    assert isinstance(record, ImagingStudy)
    assert record.impression == "Stable nodule."
    assert (record.modality, record.regions, record.accession) == ("CT", ("chest",), "R26-55")
    assert (record.date, record.reported_on) == ("2026-02-10T11:00", "2026-02-10T15:30")
    assert record.asserted_by == "radiologist"
    assert (paper.body.kind, paper.body.modality, paper.body.regions) == ("imaging_report", "CT", ("chest",))
    assert faults_of(record) == []


def test_what_the_suffix_calls_the_impression_is_it() -> None:
    rows = ["OBX|1|TX|71250&GDT^CT^C4||A nodule.||||||F", "OBX|2|TX|71250&IMP^CT^C4||Stable nodule.||||||F"]

    (found,) = records(read_bytes(a_message(IMAGING, *rows)))

    assert isinstance(found.record, ImagingStudy)
    assert found.record.impression == "Stable nodule."


def test_an_examination_is_known_by_the_words_of_its_service() -> None:
    obr = "OBR|1||R1|37956^MRT Schädel links^L|||20260210"

    record = the_record(a_message(obr, *lines("Kein Befund."))).record

    assert isinstance(record, ImagingStudy)
    assert (record.modality, record.regions, record.laterality) == ("MR", ("brain",), "left")


def test_a_test_within_a_pathology_report_is_a_result_of_its_own() -> None:
    rows = [
        *lines("Carcinoma."),
        "OBX|9|ST|16112-5^ER^LN||positive||||||F",
        "OBX|10|NM|29593-1^Ki-67^LN||20|%|||||F",
    ]

    kinds = [item.record.kind for item in records(read_bytes(a_message(PATHOLOGY, *rows)))]

    assert sorted(kinds) == ["biomarker", "biomarker", "pathology_report"]


def test_a_report_that_is_not_final_says_so_and_is_corrected_under_its_key() -> None:
    preliminary = the_record(a_message(PATHOLOGY, *lines("First words.", status="P")))
    corrected = the_record(a_message(PATHOLOGY, *lines("Better words.", status="C"), sent="20260302"))

    assert preliminary.record.note == "Preliminary result."
    assert corrected.record.note is None
    assert preliminary.key == corrected.key


def test_a_report_taken_back_is_withdrawn_and_single_lines_are_left_out() -> None:
    sent = the_record(a_message(PATHOLOGY, *lines("Words.")))
    (gone,) = withdrawn(read_bytes(a_message(PATHOLOGY, *lines("Words.", status="W"))))
    (rest,) = records(read_bytes(a_message(PATHOLOGY, "OBX|1|TX|X||one||||||F", "OBX|2|TX|X||two||||||D")))

    assert gone.key == sent.key
    assert isinstance(rest.record, PathologyReport)
    assert rest.record.conclusion == "one"
    assert rest.remarks


def test_other_narrative_is_kept_as_a_text() -> None:
    culture = ["Gram stain: negative rods.", "Culture: E. coli, more than 100,000/mL.", "See susceptibility."]
    reading = read_bytes(
        a_result(*lines(*culture, name="CULT^Urine culture^L"), obr="OBR|1||M1|CULT^Urine culture^L")
    )

    assert not records(reading)
    (paper,) = documents(reading)
    assert paper.content.decode().splitlines() == culture
    assert paper.body.title == "Urine culture"


def test_a_short_text_is_a_result_even_in_two_lines_of_one_word() -> None:
    (found,) = records(read_bytes(a_result("OBX|1|TX|MORPH^Morphology^L||Many spherocytes present.||||||F")))

    assert isinstance(found.record, LabResult)
    assert found.record.value_text == "Many spherocytes present."


def test_a_report_without_words_is_said_to_have_none() -> None:
    reading = read_bytes(a_message(PATHOLOGY, *lines("", "")))

    assert [item.outcome for item in unused(reading)] == ["skipped"]


PDF = b"%PDF-1.4 a document"
PACKED = base64.b64encode(PDF).decode()


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (f"^application^pdf^Base64^{PACKED}", "Report.pdf"),
        (f"LAB^AP^PDF^base64^{PACKED.rstrip('=')}", "Report.pdf"),
        (f"^AP^^Hex^{PDF.hex()}", None),
        (
            rf"^IM^JPEG^Base64^{PACKED[:8]}\.br\{PACKED[8:]}",
            "Report.jpg",
        ),
        (f"^TEXT^plain^A^{PDF.decode()}", "Report.txt"),
        (
            f"^AP^PDF^Base64^{PACKED[:12]}~{PACKED[12:]}",
            "Report.pdf",
        ),
    ],
)
def test_an_attached_document_comes_out_byte_for_byte(value: str, name: str | None) -> None:
    (paper,) = documents(read_bytes(a_result(f"OBX|1|ED|11502-2^Report^LN||{value}||||||F")))

    assert paper.content == PDF
    assert paper.file_name == name
    assert paper.body.kind == "laboratory_report"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "^AP^PDF^Base64^",
        "^AP^PDF^Base64^not base64!",
        "^AP^PDF^Base64^JVBER",
        "^AP^PDF^Hex^xyz",
        "^AP^PDF^zip^AAAA",
    ],
)
def test_an_attachment_that_is_broken_is_rejected_with_its_reason(value: str) -> None:
    reading = read_bytes(a_result(f"OBX|1|ED|R^Report^L||{value}||||||F"))

    assert [item.outcome for item in unused(reading)] == ["rejected"]
    assert not documents(reading)


def test_a_reference_is_not_fetched_and_said_so() -> None:
    reading = read_bytes(a_result("OBX|1|RP|IMG^Image^L||http://inside.example/x^^IM^JPEG||||||F"))

    (item,) = unused(reading)
    assert "not fetched" in item.detail
    assert "example" not in item.detail


def test_how_a_message_is_to_be_handed_on_is_no_result_of_the_patient() -> None:
    reading = read_bytes(
        a_message(
            "OBR|1|||24323-8^Chemistry^LN",
            "OBX|1|CE|INVISIBLE_PATIENT^Document non visible par le patient^MetaDMPMSS||N||||||F",
            "OBX|2|NM|718-7^Hb^LN||12.1|g/dL|||||F",
        )
    )

    assert [item.place for item in records(reading)] == ["OBX[2]"]
    assert [item.detail for item in unused(reading)] == [
        "It says how the message is to be handed on, not what was found."
    ]
