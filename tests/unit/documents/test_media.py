"""What kind of file something is, by its content alone."""

import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.documents.domain.media import (
    HEAD_BYTES,
    TAIL_BYTES,
    Detected,
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
    assert found.media_type == media.iana


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
        pytest.param(
            b'<?xml version="1.0"?><svg a=b>', Reason.UNSUPPORTED, "an SVG drawing", id="svg-not-well-formed"
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
