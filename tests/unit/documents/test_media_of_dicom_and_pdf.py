"""DICOM, PDF, and files that pass for two kinds."""

import struct

import pytest

from app.documents.domain.media import Detected, Finding, Flavour, MediaType, Reason, Refused, sniff_bytes
from tests import files


def detected(content: bytes) -> Detected:
    found = sniff_bytes(content)
    assert isinstance(found, Detected), found
    return found


def refused(content: bytes) -> Refused:
    found = sniff_bytes(content)
    assert isinstance(found, Refused), found
    return found


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


def test_a_file_meta_group_that_names_no_class_is_dicom_all_the_same() -> None:
    meta = struct.pack("<HH2sHI", 2, 0, b"UL", 4, 26) + struct.pack("<HH2sHI", 2, 1, b"OB", 0, 2) + b"\0\1"
    meta += struct.pack("<HH2sH", 2, 0x12, b"UI", 4) + b"ab.c"
    assert detected(bytes(128) + b"DICM" + meta) == Detected(media=MediaType.DICOM)


def test_a_header_with_an_unknown_value_representation_is_none() -> None:
    assert refused(files.a_dicom(bare=True).replace(b"UI", b"??")).reason is Reason.UNSUPPORTED


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
