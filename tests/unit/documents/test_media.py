"""What kind of file something is, by its content alone."""

import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.documents.domain.media import (
    HEAD_BYTES,
    TAIL_BYTES,
    Detected,
    Finding,
    Flavour,
    MediaType,
    Reason,
    Refused,
    sniff,
    sniff_bytes,
)
from app.documents.domain.refusals import Refusal
from tests import files

TAKEN = (
    pytest.param(files.a_dicom(), MediaType.DICOM, None, id="dicom"),
    pytest.param(files.a_dicomdir(), MediaType.DICOM, Flavour.DICOMDIR, id="dicomdir"),
    pytest.param(files.a_pdf(), MediaType.PDF, None, id="pdf"),
    pytest.param(files.an_encrypted_pdf(), MediaType.PDF, None, id="encrypted-pdf"),
    pytest.param(files.a_jpeg(), MediaType.JPEG, None, id="jpeg"),
    pytest.param(files.a_png(), MediaType.PNG, None, id="png"),
    pytest.param(files.a_tiff(), MediaType.TIFF, None, id="tiff"),
    pytest.param(files.a_tiff(big_endian=True), MediaType.TIFF, None, id="tiff-big-endian"),
    pytest.param(files.a_big_tiff(), MediaType.TIFF, Flavour.BIG_TIFF, id="bigtiff"),
    pytest.param(files.a_webp(), MediaType.WEBP, None, id="webp"),
    pytest.param(files.a_heic(), MediaType.HEIC, None, id="heic"),
    pytest.param(files.a_docx(), MediaType.DOCX, None, id="docx"),
    pytest.param(files.an_xlsx(), MediaType.XLSX, None, id="xlsx"),
    pytest.param(files.an_encrypted_docx(), MediaType.OFFICE_ENCRYPTED, None, id="encrypted-docx"),
    pytest.param(files.a_rtf(), MediaType.RTF, None, id="rtf"),
    pytest.param(files.an_html(), MediaType.HTML, None, id="html"),
    pytest.param(files.a_text(), MediaType.TXT, None, id="txt"),
    pytest.param(files.a_csv(), MediaType.CSV, None, id="csv"),
    pytest.param(files.a_csv(delimiter=";"), MediaType.CSV, Flavour.SEMICOLON_SEPARATED, id="csv-semicolon"),
    pytest.param(files.a_csv(delimiter="\t"), MediaType.CSV, Flavour.TAB_SEPARATED, id="csv-tab"),
    pytest.param(files.a_csv(delimiter="|"), MediaType.CSV, Flavour.PIPE_SEPARATED, id="csv-pipe"),
    pytest.param(files.an_xml(), MediaType.XML, None, id="xml"),
    pytest.param(files.a_clinical_document(), MediaType.XML, Flavour.CDA, id="cda"),
    pytest.param(files.a_json(), MediaType.JSON, None, id="json"),
    pytest.param(files.a_fhir_bundle(), MediaType.JSON, Flavour.FHIR, id="fhir"),
    pytest.param(files.an_hl7_message(), MediaType.HL7, None, id="hl7"),
    pytest.param(files.an_hl7_message(framed=True), MediaType.HL7, None, id="hl7-framed"),
    pytest.param(files.a_zip(), MediaType.ZIP, None, id="zip"),
    pytest.param(files.a_zip({}), MediaType.ZIP, None, id="zip-of-nothing"),
)


def detected(content: bytes) -> Detected:
    found = sniff_bytes(content)
    assert isinstance(found, Detected), found
    return found


def refused(content: bytes) -> Refused:
    found = sniff_bytes(content)
    assert isinstance(found, Refused), found
    return found


@pytest.mark.parametrize(("content", "media", "flavour"), TAKEN)
def test_each_kind_is_told_by_its_content(content: bytes, media: MediaType, flavour: Flavour | None) -> None:
    found = detected(content)
    assert (found.media, found.flavour, found.findings) == (media, flavour, ())


@pytest.mark.parametrize(("content", "media", "flavour"), TAKEN)
def test_a_head_and_a_tail_that_are_too_short_are_filled_up(
    content: bytes, media: MediaType, flavour: Flavour | None
) -> None:
    found = sniff(
        head=b"", tail=b"", size=len(content), read=lambda offset, length: content[offset : offset + length]
    )
    assert isinstance(found, Detected)
    assert (found.media, found.flavour) == (media, flavour)


@pytest.mark.parametrize(
    "media", [media for media in MediaType if media is not MediaType.OFFICE_ENCRYPTED], ids=str
)
def test_every_kind_has_an_iana_type_and_a_file_name_ending(media: MediaType) -> None:
    assert "/" in media.iana
    assert media.suffix.startswith(".")


@pytest.mark.parametrize(
    ("content", "media"),
    [
        pytest.param(files.a_pdf(pages=3), MediaType.PDF, id="pdf"),
        pytest.param(files.a_jpeg(), MediaType.JPEG, id="jpeg"),
        pytest.param(files.a_png(), MediaType.PNG, id="png"),
        pytest.param(
            files.a_png().replace(b"\r\n", b"\n", 1), MediaType.PNG, id="png-with-mangled-line-ends"
        ),
        pytest.param(files.a_tiff(), MediaType.TIFF, id="tiff"),
        pytest.param(files.a_webp(), MediaType.WEBP, id="webp"),
        pytest.param(files.a_heic(), MediaType.HEIC, id="heic"),
        pytest.param(files.a_docx(), MediaType.DOCX, id="docx"),
        pytest.param(files.an_xlsx(), MediaType.XLSX, id="xlsx"),
        pytest.param(files.a_zip(), MediaType.ZIP, id="zip"),
        pytest.param(files.a_rtf(), MediaType.RTF, id="rtf"),
        pytest.param(files.a_dicom(), MediaType.DICOM, id="dicom"),
        pytest.param(files.an_xml(), MediaType.XML, id="xml"),
        pytest.param(files.a_fhir_bundle(), MediaType.JSON, id="json"),
        pytest.param(files.an_hl7_message(), MediaType.HL7, id="hl7"),
    ],
)
def test_a_file_that_was_cut_short_stays_what_it_was(content: bytes, media: MediaType) -> None:
    assert detected(content[: len(content) * 3 // 4]).media is media


@pytest.mark.parametrize(
    ("content", "reason", "looks_like"),
    [
        pytest.param(b"", Reason.EMPTY, None, id="empty"),
        pytest.param(b"\xef\xbb\xbf \r\n\t", Reason.EMPTY, None, id="white-space"),
        pytest.param(bytes(4096), Reason.UNSUPPORTED, None, id="zeros"),
        pytest.param(b"\xff" * 4096, Reason.UNSUPPORTED, None, id="ones"),
        pytest.param(files.a_windows_program(), Reason.PROGRAM, "a Windows program", id="windows-program"),
        pytest.param(
            b"\x7fELF\x02\x01\x01" + bytes(60), Reason.PROGRAM, "a Linux program", id="linux-program"
        ),
        pytest.param(b"\xcf\xfa\xed\xfe" + bytes(60), Reason.PROGRAM, "a macOS program", id="macos-program"),
        pytest.param(b"\xca\xfe\xba\xbe\0\0\x004", Reason.PROGRAM, "a Java program", id="java-class"),
        pytest.param(b"#!/bin/sh\nrm -rf /\n", Reason.PROGRAM, "a script", id="shell-script"),
        pytest.param(b"\xef\xbb\xbf#!/bin/sh\n", Reason.PROGRAM, "a script", id="script-after-a-mark"),
        pytest.param(b"<?php echo 1;", Reason.PROGRAM, "a script", id="php"),
        pytest.param(b"[InternetShortcut]\nURL=x", Reason.PROGRAM, "a shortcut", id="shortcut"),
        pytest.param(b"GIF89a" + bytes(20), Reason.UNSUPPORTED, "a GIF picture", id="gif"),
        pytest.param(
            b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0" + bytes(50),
            Reason.UNSUPPORTED,
            "a BMP picture",
            id="bmp",
        ),
        pytest.param(b'<svg xmlns="x"/>', Reason.UNSUPPORTED, "an SVG drawing", id="svg"),
        pytest.param(
            b'<?xml version="1.0"?><s:svg xmlns:s="http://www.w3.org/2000/svg"/>',
            Reason.UNSUPPORTED,
            "an SVG drawing",
            id="svg-behind-a-prefix",
        ),
        pytest.param(b"\x1f\x8b\x08" + bytes(20), Reason.UNSUPPORTED, "a gzip archive", id="gzip"),
        pytest.param(b"7z\xbc\xaf\x27\x1c" + bytes(20), Reason.UNSUPPORTED, "a 7-Zip archive", id="7z"),
        pytest.param(b"Rar!\x1a\x07\x01\0", Reason.UNSUPPORTED, "a RAR archive", id="rar"),
        pytest.param(bytes(257) + b"ustar\x0000", Reason.UNSUPPORTED, "a tar archive", id="tar"),
        pytest.param(b"ID3\x03" + bytes(20), Reason.UNSUPPORTED, "a sound recording", id="mp3"),
        pytest.param(b"RIFF\0\0\0\0AVI " + bytes(20), Reason.UNSUPPORTED, "a film", id="avi"),
        pytest.param(
            files.a_legacy_doc(), Reason.UNSUPPORTED, "a Word document of the old kind (DOC)", id="doc"
        ),
        pytest.param(
            files.a_compound_file("Workbook"),
            Reason.UNSUPPORTED,
            "an Excel workbook of the old kind (XLS)",
            id="xls",
        ),
        pytest.param(
            files.a_compound_file("__properties_version1.0"),
            Reason.UNSUPPORTED,
            "a saved Outlook message",
            id="msg",
        ),
        pytest.param(
            files.a_compound_file("\u4840\u3f7f\u4164"), Reason.PROGRAM, "a software package", id="installer"
        ),
        pytest.param(
            files.a_compound_file("Anything"), Reason.UNSUPPORTED, "an Office file of the old kind", id="ole"
        ),
        pytest.param(
            b"From: a@example.org\nMIME-Version: 1.0\n\nx",
            Reason.UNSUPPORTED,
            "a saved mail or web archive",
            id="mail",
        ),
    ],
)
def test_what_is_not_taken_is_refused_saying_what_it_looks_like(
    content: bytes, reason: Reason, looks_like: str | None
) -> None:
    found = refused(content)
    assert (found.reason, found.looks_like) == (reason, looks_like)


@pytest.mark.parametrize("refusal", Refusal, ids=lambda refusal: refusal.name)
def test_each_refusal_says_in_sentences_what_it_is_and_what_to_do(refusal: Refusal) -> None:
    found = refusal.value
    assert found.looks_like is None or found.looks_like in found.detail
    assert found.detail.endswith(".")
    assert found.fix.endswith(".")


@pytest.mark.parametrize(
    ("brands", "media"),
    [
        pytest.param(b"heic\0\0\0\0mif1heic", MediaType.HEIC, id="heic"),
        pytest.param(b"heix\0\0\0\0mif1heix", MediaType.HEIC, id="ten-bit"),
        pytest.param(b"hevc\0\0\0\0msf1hevc", MediaType.HEIC, id="sequence"),
        pytest.param(b"mif1\0\0\0\0mif1heic", MediaType.HEIC, id="general-with-heic"),
        pytest.param(b"mif1\0\0\0\0mif1miaf", MediaType.HEIC, id="general-alone"),
        pytest.param(b"avif\0\0\0\0mif1avif", Refusal.AVIF, id="avif"),
        pytest.param(b"mif1\0\0\0\0mif1avif", Refusal.AVIF, id="general-with-avif"),
        pytest.param(b"isom\0\0\0\0isommp42", Refusal.VIDEO, id="film"),
        pytest.param(b"M4A \0\0\0\0M4A mp42", Refusal.AUDIO, id="sound"),
    ],
)
def test_the_brand_tells_a_telephone_picture_from_a_film(brands: bytes, media: MediaType | Refusal) -> None:
    found = sniff_bytes(struct.pack(">I", 8 + len(brands)) + b"ftyp" + brands + bytes(100))
    assert found == (media.value if isinstance(media, Refusal) else Detected(media=media))


# --- DICOM


def test_the_prefix_alone_is_no_dicom_file() -> None:
    junk = bytes(range(1, 256)) * 2
    assert refused(bytes(128) + b"DICM" + junk).looks_like == "a DICOM file without a readable header"


def test_a_pdf_that_carries_the_dicom_prefix_is_a_pdf() -> None:
    pdf = files.a_pdf()
    assert detected(pdf[:9] + b"%" * 119 + b"DICM\n" + pdf[9:]).media is MediaType.PDF


@pytest.mark.parametrize(
    ("preamble", "findings"),
    [
        pytest.param(bytes(128), (), id="empty"),
        pytest.param(b"II*\0" + bytes(124), (Finding.ALSO_TIFF,), id="tiff"),
        pytest.param(b"%PDF-1.7" + bytes(120), (Finding.ALSO_PDF,), id="pdf"),
    ],
)
def test_dicom_comes_before_what_its_preamble_looks_like(
    preamble: bytes, findings: tuple[Finding, ...]
) -> None:
    found = detected(files.a_dicom(preamble=preamble))
    assert (found.media, found.findings) == (MediaType.DICOM, findings)


def test_a_program_in_the_preamble_of_a_dicom_file_is_refused() -> None:
    found = refused(files.a_dicom(preamble=files.a_windows_program()[:128]))
    assert (found.reason, found.looks_like) == (Reason.PROGRAM, "a program hidden in a DICOM file")


def test_dicom_without_its_preamble_is_known_by_the_class_it_names() -> None:
    found = detected(files.a_dicom(bare=True))
    assert (found.media, found.findings) == (MediaType.DICOM, (Finding.NO_PREAMBLE,))


def test_elements_that_name_no_class_of_the_standard_are_no_dicom() -> None:
    assert refused(files.a_dicom(bare=True, sop_class="1.2.3.4")).reason is Reason.UNSUPPORTED


@pytest.mark.parametrize(
    ("sop_class", "flavour"),
    [
        ("1.2.840.10008.5.1.4.1.1.104.1", Flavour.ENCAPSULATED_PDF),
        ("1.2.840.10008.5.1.4.1.1.104.2", Flavour.ENCAPSULATED_CDA),
        ("1.2.840.10008.5.1.4.1.1.88.33", Flavour.STRUCTURED_REPORT),
        ("1.2.840.10008.5.1.4.1.1.4", None),
    ],
)
def test_the_class_of_a_dicom_object_gives_its_flavour(sop_class: str, flavour: Flavour | None) -> None:
    assert detected(files.a_dicom(sop_class=sop_class)).flavour is flavour


def _implicit(byte_order: str) -> bytes:
    """Write a bare data set without value representations, or big-endian with them."""
    elements = (
        (0x0008, 0x0005, b"CS", b"ISO_IR 100"),
        (0x0008, 0x0016, b"UI", files.CT_IMAGE_STORAGE.encode() + b"\0"),
        (0x0008, 0x0060, b"CS", b"CT"),
    )
    if byte_order == "little":
        return b"".join(
            struct.pack("<HHI", group, element, len(value)) + value for group, element, _, value in elements
        )
    return b"".join(
        struct.pack(">HH2sH", group, element, vr, len(value)) + value
        for group, element, vr, value in elements
    )


@pytest.mark.parametrize("byte_order", ["little", "big"])
def test_a_bare_data_set_is_read_in_each_of_its_encodings(byte_order: str) -> None:
    assert detected(_implicit(byte_order)).media is MediaType.DICOM


# --- PDF


@pytest.mark.parametrize(
    ("junk", "findings"),
    [
        pytest.param(b"\xef\xbb\xbf", (), id="byte-order-mark"),
        pytest.param(b"\r\n\r\n", (), id="white-space"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n", (Finding.LEADING_JUNK,), id="protocol"),
        pytest.param(b"\x1b%-12345X@PJL\r\n", (Finding.LEADING_JUNK,), id="printer"),
        pytest.param(b"\0" * 1000, (Finding.LEADING_JUNK,), id="zeros"),
    ],
)
def test_a_pdf_is_known_after_leading_junk(junk: bytes, findings: tuple[Finding, ...]) -> None:
    found = detected(files.a_pdf(junk=junk))
    assert (found.media, found.findings) == (MediaType.PDF, findings)


def test_a_header_beyond_the_first_kilobyte_makes_no_pdf() -> None:
    assert refused(files.a_pdf(junk=b"\0" * 1030)).reason is Reason.UNSUPPORTED


def test_words_about_pdf_are_words() -> None:
    found = detected(b"A file that starts with %PDF-1.7 is a PDF.\n")
    assert (found.media, found.findings) == (MediaType.TXT, (Finding.ALSO_PDF,))


# --- files that pass for two kinds


@pytest.mark.parametrize(
    ("content", "media", "finding"),
    [
        pytest.param(files.a_pdf() + files.a_zip(), MediaType.PDF, Finding.ALSO_ZIP, id="pdf-then-zip"),
        pytest.param(files.a_jpeg() + files.a_zip(), MediaType.JPEG, Finding.ALSO_ZIP, id="jpeg-then-zip"),
        pytest.param(
            files.a_png()[:33] + b"%PDF-1.4\n" + files.a_png()[33:],
            MediaType.PNG,
            Finding.ALSO_PDF,
            id="png-pdf",
        ),
        pytest.param(
            b"%PDF-1.4\n%<script>alert(1)</script>\n" + files.a_pdf()[9:],
            MediaType.PDF,
            Finding.ALSO_HTML,
            id="pdf-then-html",
        ),
        pytest.param(
            b"<html><!--\n%PDF-1.4\n1 0 obj\n--></html>", MediaType.HTML, Finding.ALSO_PDF, id="html-then-pdf"
        ),
    ],
)
def test_what_stands_first_decides_and_what_else_it_passes_for_is_noted(
    content: bytes, media: MediaType, finding: Finding
) -> None:
    found = detected(content)
    assert found.media is media
    assert finding in found.findings


def test_a_zip_inside_a_pdf_is_nothing_to_note() -> None:
    assert detected(files.a_pdf() + files.a_zip() + b"\n" * 100_000).findings == ()


def test_html_before_a_pdf_that_is_no_text_is_junk_before_a_pdf() -> None:
    found = detected(b"<html>\0\xff</html>\n" + files.a_pdf())
    assert found.media is MediaType.PDF
    assert set(found.findings) == {Finding.LEADING_JUNK, Finding.ALSO_HTML}


# --- laws


STARTS = (
    *(parameter.values[0] for parameter in TAKEN),
    b"",
    b"PK\x03\x04",
    b"{",
    b"[{",
    b"<",
    b"<?xml ",
    b"MSH|",
    b"\xff\xfe",
    b"\xfe\xff",
    bytes(128) + b"DICM",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"\0\0\0\x18ftyp",
)
KNOWN_REFUSALS = frozenset(refusal.value for refusal in Refusal)


@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=300))
@example(start=b"", rest=b"\0")
def test_any_bytes_are_of_a_kind_or_refused_in_known_words(start: bytes, rest: bytes) -> None:
    found = sniff_bytes(start + rest)
    assert isinstance(found, Detected) or found in KNOWN_REFUSALS


@given(content=st.sampled_from(STARTS[: len(TAKEN)]), data=st.data())
def test_any_damage_leaves_a_kind_or_a_refusal_in_known_words(content: bytes, data: st.DataObject) -> None:
    damaged = bytearray(content)
    for _ in range(data.draw(st.integers(1, 20))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    found = sniff_bytes(bytes(damaged[: data.draw(st.integers(0, len(damaged)))]))
    assert isinstance(found, Detected) or found in KNOWN_REFUSALS


@given(content=st.sampled_from(STARTS), rest=st.binary(max_size=300))
def test_the_kind_hangs_on_the_bytes_and_not_on_how_they_are_handed_over(content: bytes, rest: bytes) -> None:
    whole = content + rest
    assert sniff_bytes(whole) == sniff(
        head=whole[:7], tail=whole[-5:], size=len(whole), read=lambda at, length: whole[at : at + length]
    )


@pytest.mark.parametrize(
    "start", [b"%PDF-1.7\n", b"\xff\xd8\xff\xe0", b"MSH|^~\\&|A|B\r", b"PK\x03\x04", b"{", b"word "], ids=repr
)
def test_a_file_of_two_gigabytes_is_told_from_a_few_megabytes(start: bytes) -> None:
    asked: list[int] = []

    def read(at: int, length: int) -> bytes:
        asked.append(length)
        return (start[at:] + b"a " * length)[:length]

    sniff(head=read(0, HEAD_BYTES), tail=read(0, TAIL_BYTES), size=2 * 1024**3, read=read)
    assert sum(asked) < 8 * 1024**2
