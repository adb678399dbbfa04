"""Whether files open, and that none of them can do harm."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.documents.domain.media import Finding, MediaType, sniff_bytes
from app.documents.inspection.inspector import Inspector
from app.documents.inspection.report import Inspection, Problem
from app.documents.inspection.worker import inspect_file
from tests import files

ROOT = Path(__file__).parents[3]
Keep = Callable[[bytes], Path]


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    def kept(content: bytes) -> Path:
        path = tmp_path / "file"
        path.write_bytes(content)
        return path

    return kept


@pytest.fixture(autouse=True)
def _own_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take back the limit that the picture reader sets for its process, which here is the tests' own."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)


@pytest.fixture(scope="module")
def an_inspector() -> Iterator[Inspector]:
    with Inspector(timeout_seconds=60) as inspector:
        yield inspector


def media_of(content: bytes) -> MediaType:
    found = sniff_bytes(content)
    media = getattr(found, "media", None)
    assert isinstance(media, MediaType), found
    return media


def cut(content: bytes, share: float = 0.6) -> bytes:
    return content[: int(len(content) * share)]


def spoilt_in_the_middle(content: bytes) -> bytes:
    middle = len(content) // 2
    return (
        content[:middle]
        + bytes(byte ^ 0xFF for byte in content[middle : middle + 20])
        + content[middle + 20 :]
    )


def a_cut_off_pdf_that_opens() -> bytes:
    whole = files.a_pdf(pages=2)
    return whole[: whole.rindex(b"startxref")]


A_SCRIPT = b"/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (app.beep\\(0\\)) >>] >> >> "
AN_ATTACHMENT = (
    b"/Names << /EmbeddedFiles << /Names [(a.txt) << /Type /Filespec /F (a.txt) /EF << /F 5 0 R >> >>] >> >> "
)
AN_XFA_FORM = b"/AcroForm << /Fields [] /XFA (form) >> "

READABLE = (
    pytest.param(files.a_pdf(pages=3), {"pages": 3, "has_text_layer": True}, id="pdf"),
    pytest.param(
        files.a_scanned_pdf(pages=2), {"pages": 2, "has_text_layer": False}, id="pdf-without-letters"
    ),
    pytest.param(
        files.a_pdf(password=""),
        {"pages": 1, "has_text_layer": True, "findings": (Finding.OPENS_WITHOUT_PASSWORD,)},
        id="pdf-that-the-empty-password-opens",
    ),
    pytest.param(
        files.a_pdf().replace(b"0000000015 00000 n", b"0000000099 00000 n"),
        {"pages": 1, "has_text_layer": True, "findings": (Finding.REPAIRED,)},
        id="pdf-with-a-broken-table",
    ),
    pytest.param(
        files.a_pdf() + bytes(5000),
        {"pages": 1, "has_text_layer": True, "findings": (Finding.REPAIRED,)},
        id="pdf-padded-with-zeros",
    ),
    pytest.param(
        files.a_pdf(pages=1100),
        {"pages": 1100, "has_text_layer": True, "findings": (Finding.NOT_ALL_CHECKED,)},
        id="pdf-of-very-many-pages",
    ),
    *(
        pytest.param(
            files.a_pdf(catalog=catalog),
            {"pages": 1, "has_text_layer": True, "findings": (finding,)},
            id=f"pdf-with-{finding}",
        )
        for catalog, finding in (
            (A_SCRIPT, Finding.JAVASCRIPT),
            (AN_ATTACHMENT, Finding.EMBEDDED_FILES),
            (AN_XFA_FORM, Finding.XFA_FORM),
        )
    ),
    pytest.param(files.a_jpeg(), {"pages": 1, "width_px": 64, "height_px": 48}, id="jpeg"),
    pytest.param(
        files.a_jpeg(progressive=True), {"pages": 1, "width_px": 64, "height_px": 48}, id="jpeg-progressive"
    ),
    pytest.param(files.a_png(), {"pages": 1, "width_px": 64, "height_px": 48}, id="png"),
    pytest.param(files.a_webp(), {"pages": 1, "width_px": 64, "height_px": 48}, id="webp"),
    pytest.param(files.a_heic(), {"pages": 1, "width_px": 64, "height_px": 64}, id="heic"),
    pytest.param(files.a_tiff(pages=3), {"pages": 3, "width_px": 64, "height_px": 48}, id="tiff"),
    pytest.param(
        files.a_tiff(big_endian=True), {"pages": 1, "width_px": 64, "height_px": 48}, id="tiff-big-endian"
    ),
    pytest.param(files.a_big_tiff(pages=2), {"pages": 2, "width_px": 64, "height_px": 48}, id="bigtiff"),
    pytest.param(files.a_docx(), {}, id="docx"),
    pytest.param(files.an_xlsx(macros=True), {}, id="xlsx-with-macros"),
    pytest.param(files.a_zip(), {"entries": 2}, id="zip"),
    pytest.param(files.a_zip({}), {"entries": 0}, id="zip-of-nothing"),
)


@pytest.mark.parametrize(("content", "known"), READABLE)
def test_a_sound_file_is_readable(keep: Keep, content: bytes, known: dict[str, Any]) -> None:
    assert inspect_file(keep(content), media_of(content)) == Inspection(readable=True, **known)


@pytest.mark.parametrize(("content", "known"), READABLE)
def test_the_worker_answers_as_its_readers_do(
    keep: Keep, an_inspector: Inspector, content: bytes, known: dict[str, Any]
) -> None:
    assert an_inspector.inspect(keep(content), media_of(content)) == Inspection(readable=True, **known)


@pytest.mark.parametrize(
    ("content", "known"),
    [
        pytest.param(files.an_encrypted_pdf(), {}, id="pdf"),
        pytest.param(files.a_zip(encrypted=True), {"entries": 2}, id="zip"),
        pytest.param(
            files.a_zip({"[Content_Types].xml": b"", "word/document.xml": b""}, encrypted=True), {}, id="docx"
        ),
    ],
)
def test_a_locked_file_is_encrypted_and_not_readable(
    keep: Keep, content: bytes, known: dict[str, Any]
) -> None:
    found = inspect_file(keep(content), media_of(content))
    assert found.detail is not None
    assert "password" in found.detail
    assert found == Inspection(readable=False, problem=Problem.ENCRYPTED, detail=found.detail, **known)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(files.a_truncated_pdf(), id="pdf-cut-in-half"),
        pytest.param(b"%PDF-1.7\n", id="pdf-header-alone"),
        pytest.param(a_cut_off_pdf_that_opens(), id="pdf-without-its-end"),
        pytest.param(files.a_pdf().replace(b"/Kids [4 0 R]", b"/Kids []     "), id="pdf-of-no-page"),
        pytest.param(
            files.a_pdf(pages=2).replace(b"6 0 obj\n<<", b"6 0 obj\n[["), id="pdf-with-a-broken-page"
        ),
        pytest.param(cut(files.a_jpeg()), id="jpeg"),
        pytest.param(cut(files.a_jpeg(progressive=True)), id="jpeg-progressive"),
        pytest.param(files.a_jpeg()[:30], id="jpeg-header-alone"),
        pytest.param(cut(files.a_png()), id="png"),
        pytest.param(spoilt_in_the_middle(files.a_png()), id="png-spoilt"),
        pytest.param(cut(files.a_webp()), id="webp"),
        pytest.param(cut(files.a_heic(), 0.98), id="heic"),
        pytest.param(files.a_heic()[:60], id="heic-header-alone"),
        pytest.param(cut(files.a_tiff(), 0.5), id="tiff"),
        pytest.param(files.a_tiff()[:8], id="tiff-header-alone"),
        pytest.param(cut(files.a_docx()), id="docx"),
        pytest.param(cut(files.an_xlsx()), id="xlsx"),
        pytest.param(files.a_docx(text="<broken>"), id="docx-of-broken-xml"),
        pytest.param(
            files.a_zip({"[Content_Types].xml": b"", "word/styles.xml": b"<x/>"}), id="docx-without-its-text"
        ),
        pytest.param(
            files.a_zip(
                {"[Content_Types].xml": b"", "word/document.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}
            ),
            id="docx-that-declares-entities",
        ),
        pytest.param(cut(files.a_zip()), id="zip"),
        pytest.param(
            spoilt_in_the_middle(files.a_zip({"scan": files.a_jpeg()})), id="zip-with-a-spoilt-file"
        ),
    ],
)
def test_a_damaged_file_is_damaged_and_not_readable(keep: Keep, content: bytes) -> None:
    found = inspect_file(keep(content), media_of(content))
    assert (found.readable, found.problem) == (False, Problem.DAMAGED)
    assert found.detail is not None
    assert found.detail.endswith(".")


def test_a_damaged_file_still_tells_what_it_can(keep: Keep) -> None:
    content = a_cut_off_pdf_that_opens()
    found = inspect_file(keep(content), MediaType.PDF)
    assert (found.pages, found.has_text_layer, found.findings) == (2, True, (Finding.REPAIRED,))


def test_a_picture_in_a_compression_nobody_knows_is_unsupported_and_not_damaged(keep: Keep) -> None:
    content = files.a_tiff(big_endian=True)
    compression = b"\x01\x03\0\x03\0\0\0\x01\0\x01\0\0"
    assert compression in content
    unknown = content.replace(compression, b"\x01\x03\0\x03\0\0\0\x01\x87\x65\0\0")
    found = inspect_file(keep(unknown), MediaType.TIFF)
    assert (found.readable, found.problem) == (None, Problem.UNSUPPORTED)


def test_reduced_copies_in_a_tiff_are_no_pages(keep: Keep, tmp_path: Path) -> None:
    page, copy = Image.new("L", (64, 48)), Image.new("L", (8, 6))
    path = tmp_path / "with-preview.tif"
    page.save(path, "TIFF", save_all=True, append_images=[copy], tiffinfo={254: 0})
    content = path.read_bytes().replace(
        b"\xfe\0\x04\0\x01\0\0\0\0\0\0\0", b"\xfe\0\x04\0\x01\0\0\0\x01\0\0\0"
    )
    assert inspect_file(keep(content), MediaType.TIFF).pages == 0


@pytest.mark.parametrize(
    "media", [MediaType.TXT, MediaType.CSV, MediaType.XML, MediaType.HL7, MediaType.DICOM], ids=str
)
def test_what_is_read_elsewhere_is_not_looked_at(
    keep: Keep, an_inspector: Inspector, media: MediaType
) -> None:
    path = keep(files.a_text())
    assert an_inspector.inspect(path, media) == inspect_file(path, media) == Inspection()


def test_an_encrypted_office_file_needs_no_opening(keep: Keep, an_inspector: Inspector) -> None:
    found = an_inspector.inspect(keep(files.an_encrypted_docx()), MediaType.OFFICE_ENCRYPTED)
    assert (found.readable, found.problem) == (False, Problem.ENCRYPTED)


def test_a_file_that_is_not_there_is_the_callers_mistake(tmp_path: Path, an_inspector: Inspector) -> None:
    with pytest.raises(FileNotFoundError):
        an_inspector.inspect(tmp_path / "gone.pdf", MediaType.PDF)
