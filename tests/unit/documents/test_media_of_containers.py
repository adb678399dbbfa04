"""What a ZIP or compound file holds decides what it is."""

import io
import zipfile

import pytest

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
from tests import files


def an_office_package(main_type: str, **parts: bytes) -> bytes:
    types = f'<Types><Override PartName="/x" ContentType="application/{main_type}+xml"/></Types>'
    return files.a_zip({"[Content_Types].xml": types.encode(), "_rels/.rels": b"<r/>", **parts})


@pytest.mark.parametrize(
    ("content", "media"),
    [
        pytest.param(files.a_docx(macros=True), MediaType.DOCX, id="docm"),
        pytest.param(files.an_xlsx(macros=True), MediaType.XLSX, id="xlsm"),
        pytest.param(
            files.a_zip(
                {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"", "word/vbaProject.bin": b"x"}
            ),
            MediaType.DOCX,
            id="a-macro-project-that-no-type-declares",
        ),
    ],
)
def test_macros_are_noted_and_change_no_kind(content: bytes, media: MediaType) -> None:
    assert sniff_bytes(content) == Detected(media=media, findings=(Finding.MACROS,))


def test_a_document_whose_types_are_locked_is_known_by_its_folders() -> None:
    content = files.a_zip({"[Content_Types].xml": b"", "word/document.xml": b""}, encrypted=True)
    assert sniff_bytes(content) == Detected(media=MediaType.DOCX)


def test_a_template_is_the_kind_it_is_a_template_of() -> None:
    content = an_office_package("vnd.openxmlformats-officedocument.wordprocessingml.template.main")
    assert sniff_bytes(content) == Detected(media=MediaType.DOCX, flavour=Flavour.TEMPLATE)


def test_files_inside_a_document_are_noted() -> None:
    content = an_office_package(
        "vnd.openxmlformats-officedocument.wordprocessingml.document.main",
        **{"word/embeddings/oleObject1.bin": b"x"},
    )
    assert sniff_bytes(content) == Detected(media=MediaType.DOCX, findings=(Finding.EMBEDDED_FILES,))


def test_folders_named_as_in_word_make_no_document_without_the_list_of_types() -> None:
    found = sniff_bytes(files.a_zip({"word/document.xml": b"<x/>", "xl/workbook.xml": b"<x/>"}))
    assert found == Detected(media=MediaType.ZIP)


def test_an_imaging_disc_is_an_archive_with_a_dicom_directory() -> None:
    found = sniff_bytes(files.a_zip({"disc/DICOMDIR": files.a_dicomdir(), "disc/IM1": files.a_dicom()}))
    assert found == Detected(media=MediaType.ZIP, flavour=Flavour.DICOMDIR)


@pytest.mark.parametrize(
    ("content", "reason", "looks_like"),
    [
        pytest.param(
            an_office_package("vnd.openxmlformats-officedocument.presentationml.presentation.main"),
            Reason.UNSUPPORTED,
            "a PowerPoint presentation",
            id="pptx",
        ),
        pytest.param(
            an_office_package("vnd.ms-excel.sheet.binary.macroEnabled.main"),
            Reason.UNSUPPORTED,
            "a binary Excel workbook (XLSB)",
            id="xlsb",
        ),
        pytest.param(
            files.a_zip({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}),
            Reason.UNSUPPORTED,
            "an OpenDocument file",
            id="odt",
        ),
        pytest.param(
            files.a_zip({"mimetype": b"application/epub+zip"}),
            Reason.UNSUPPORTED,
            "an electronic book",
            id="epub",
        ),
        pytest.param(
            files.a_zip({"META-INF/MANIFEST.MF": b"", "a/B.class": b""}),
            Reason.PROGRAM,
            "a Java program",
            id="jar",
        ),
        pytest.param(
            files.a_zip({"AndroidManifest.xml": b"", "classes.dex": b""}),
            Reason.PROGRAM,
            "an Android program",
            id="apk",
        ),
    ],
)
def test_what_other_programs_pack_as_zip_is_refused_by_what_it_is(
    content: bytes, reason: Reason, looks_like: str
) -> None:
    found = sniff_bytes(content)
    assert isinstance(found, Refused)
    assert (found.reason, found.looks_like) == (reason, looks_like)


@pytest.mark.parametrize(
    ("content", "media"),
    [(files.a_docx(), MediaType.DOCX), (files.an_xlsx(), MediaType.XLSX), (files.a_zip(), MediaType.ZIP)],
)
def test_an_archive_whose_directory_is_gone_is_known_by_the_names_before_its_files(
    content: bytes, media: MediaType
) -> None:
    without_directory = content[: content.index(b"PK\x01\x02")]
    assert sniff_bytes(without_directory) == Detected(media=media)


def test_a_directory_too_large_for_any_document_is_not_read() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"{number:05d}{'x' * 200}", b"")
    content = stream.getvalue()
    asked: list[int] = []

    def read(at: int, length: int) -> bytes:
        asked.append(length)
        return content[at : at + length]

    found = sniff(head=content[:HEAD_BYTES], tail=content[-TAIL_BYTES:], size=len(content), read=read)
    assert found == Detected(media=MediaType.ZIP)
    assert max(asked) <= TAIL_BYTES


@pytest.mark.parametrize("sector", [b"\xfe\xff\xff\xff", b"\xff\xff\0\0"], ids=["none", "beyond-the-end"])
def test_a_compound_file_with_a_lost_directory_is_searched_for_the_encrypted_package(sector: bytes) -> None:
    content = bytearray(files.an_encrypted_docx())
    content[48:52] = sector
    assert sniff_bytes(bytes(content)) == Detected(media=MediaType.OFFICE_ENCRYPTED)


def test_the_directory_of_a_compound_file_is_followed_over_its_sectors() -> None:
    content = bytearray(files.an_encrypted_docx())
    directory = bytes(content[1024:])
    # Sector 1 now holds the root alone; the chain goes on in sector 2.
    content[1024:] = directory[:128].ljust(512, b"\0") + directory[128:].ljust(512, b"\0")
    content[512 + 4 : 512 + 12] = b"\x02\0\0\0\xfe\xff\xff\xff"
    assert sniff_bytes(bytes(content)) == Detected(media=MediaType.OFFICE_ENCRYPTED)


def test_a_directory_that_runs_in_a_circle_ends() -> None:
    content = bytearray(files.a_legacy_doc())
    content[512 + 4 : 512 + 8] = b"\x01\0\0\0"
    found = sniff_bytes(bytes(content))
    assert isinstance(found, Refused)
    assert found.looks_like == "a Word document of the old kind (DOC)"
