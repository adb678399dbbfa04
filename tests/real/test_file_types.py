"""Every real file is of its kind or refused with a reason, and opens as other readers say it does."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.documents.domain.media import Detected, Finding, Flavour, MediaType, Reason, Refused, sniff_bytes
from app.documents.inspection.inspector import Inspector
from app.documents.inspection.report import Inspection, Problem

ENDINGS = {
    "pdf": MediaType.PDF,
    "dcm": MediaType.DICOM,
    "heic": MediaType.HEIC,
    "jpg": MediaType.JPEG,
    "jpeg": MediaType.JPEG,
    "png": MediaType.PNG,
    "tiff": MediaType.TIFF,
    "webp": MediaType.WEBP,
    "docx": MediaType.DOCX,
    "rtf": MediaType.RTF,
    "zip": MediaType.ZIP,
    "xml": MediaType.XML,
    "ccda": MediaType.XML,
    "json": MediaType.JSON,
    "hl7": MediaType.HL7,
    "csv": MediaType.CSV,
    "txt": MediaType.TXT,
}
"""What the people who made the files call them. Where they are wrong, the exceptions below say why."""

OF_ANOTHER_KIND = {
    # One column parts no cells: without its name nobody could tell it from words.
    "docs__patient-mrns.csv": MediaType.TXT,
    "test__sample-client-data__patient-mrns.csv": MediaType.TXT,
    # HL7 messages that were saved as text.
    "adt_a03.txt": MediaType.HL7,
    "omd_o03.txt": MediaType.HL7,
    "omd_o03_rep.txt": MediaType.HL7,
    "Message.hl7_MDM_T02.txt": MediaType.HL7,
}
NOT_TAKEN = {
    "heif_corrupted__empty.heic": Reason.EMPTY,
    # Made for a reader's tests: a stray byte before the first element, which no reader accepts without being forced.
    "no_meta.dcm": Reason.UNSUPPORTED,
    "zipMR.gz": Reason.UNSUPPORTED,
    "lzw_decoder_table_overflow.bin": Reason.UNSUPPORTED,
}
OPENED_DIFFERENTLY = {
    # pypdf tries the empty owner password and gets in; pdfium, like most viewers, asks for one.
    "r5-user-password.pdf": Problem.ENCRYPTED,
    "r6-user-password.pdf": Problem.ENCRYPTED,
    # pypdf gives up on its table of contents; pdfium shows the page.
    "test-2462.pdf": None,
}
PICTURES_THAT_DO_NOT_OPEN = {
    "bombs__20K-gray.png": Problem.TOO_COMPLEX,
    "heif_corrupted__corrupted.heic": Problem.DAMAGED,
    "heif_truncated__truncated.heic": Problem.DAMAGED,
    # pi-heif 1.4.0 dies over it, which is what the process of its own is for.
    "heif_special__invalid_metadata_type.heic": Problem.READER_FAILED,
}
PICTURES = ("heic", "jpg", "jpeg", "png", "tiff", "webp")


@pytest.fixture(scope="module")
def an_inspector() -> Iterator[Inspector]:
    with Inspector(timeout_seconds=60) as inspector:
        yield inspector


def files_of(folder: Path, *endings: str) -> list[Path]:
    found = [path for path in sorted(folder.rglob("*")) if path.suffix.lower().lstrip(".") in endings]
    assert found, folder
    return found


@pytest.mark.parametrize("ending", ENDINGS)
def test_each_real_file_is_of_the_kind_it_is_called(real_files: Path, ending: str) -> None:
    wrong = {}
    for path in files_of(real_files, ending):
        if path.name in NOT_TAKEN:
            continue
        found = sniff_bytes(path.read_bytes())
        expected = OF_ANOTHER_KIND.get(path.name, ENDINGS[ending])
        if not isinstance(found, Detected) or found.media is not expected:
            wrong[path.name] = found
    assert wrong == {}


@pytest.mark.parametrize(("name", "reason"), NOT_TAKEN.items())
def test_real_files_of_no_kind_are_refused(real_files: Path, name: str, reason: Reason) -> None:
    (path,) = real_files.rglob(name)
    found = sniff_bytes(path.read_bytes())
    assert isinstance(found, Refused)
    assert found.reason is reason


def test_each_dicom_file_that_others_read_is_dicom_whatever_it_is_called(real_files: Path) -> None:
    folder = real_files / "dicom"
    with (folder / "TRUTH_manifest.csv").open(encoding="utf-8") as manifest:
        sound = [folder / row["file"] for row in csv.DictReader(manifest) if row["pydicom_strict"] == "ok"]
    assert len(sound) > 100
    found = {path.name: sniff_bytes(path.read_bytes()) for path in sound}
    assert {
        name: kind for name, kind in found.items() if getattr(kind, "media", None) is not MediaType.DICOM
    } == {}
    directories = {
        path.name
        for path in sound
        if getattr(sniff_bytes(path.read_bytes()), "flavour", None) is Flavour.DICOMDIR
    }
    assert directories == {name for name in found if name.startswith("DICOMDIR")}


@pytest.mark.parametrize("folder", ["pdf_generic", "pdf_reports"])
def test_each_real_pdf_opens_as_another_reader_says(
    real_files: Path, an_inspector: Inspector, folder: str
) -> None:
    with (real_files / folder / "TRUTH_pdf_manifest.csv").open(encoding="utf-8") as manifest:
        rows = list(csv.DictReader(manifest))
    wrong = {}
    for row in rows:
        path = real_files / folder / row["file"]
        found = an_inspector.inspect(path, MediaType.PDF)
        if path.name in OPENED_DIFFERENTLY:
            assert found.problem is OPENED_DIFFERENTLY[path.name], path.name
        elif not agrees(found, row):
            wrong[path.name] = found
    assert len(rows) >= 8
    assert wrong == {}


def agrees(found: Inspection, row: dict[str, str]) -> bool:
    """Compare with what pypdf 7 says: it opened, or the password or the damage that stopped it."""
    if row["pypdf7_reads"] == "ok":
        is_encrypted = Finding.OPENS_WITHOUT_PASSWORD in found.findings
        has_text = int(row["text_chars_first10pages"]) > 0
        return (found.readable, found.pages, is_encrypted, found.has_text_layer) == (
            True,
            int(row["pages"]),
            row["encrypted"] == "1",
            has_text,
        )
    return found.problem is (Problem.ENCRYPTED if row["encrypted"] == "1" else Problem.DAMAGED)


def test_each_real_picture_opens_or_says_why_not(real_files: Path, an_inspector: Inspector) -> None:
    problems = {}
    for path in files_of(real_files, *PICTURES):
        kind = sniff_bytes(path.read_bytes())
        if not isinstance(kind, Detected):
            continue
        found = an_inspector.inspect(path, kind.media)
        if found.problem:
            problems[path.name] = found.problem
        else:
            assert found.readable is True
            assert (found.width_px or 0) > 0
    assert problems == PICTURES_THAT_DO_NOT_OPEN


def test_no_real_file_cut_in_half_brings_anything_down(
    real_files: Path, an_inspector: Inspector, tmp_path: Path
) -> None:
    folders = (real_files / "images", real_files / "pdf_reports", real_files / "pdf_generic" / "docspell")
    half = tmp_path / "half"
    for path in (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()):
        content = path.read_bytes()
        half.write_bytes(content[: len(content) // 2])
        kind = sniff_bytes(half.read_bytes())
        if isinstance(kind, Detected) and kind.media in {MediaType.PDF, MediaType.DOCX, MediaType.ZIP}:
            assert an_inspector.inspect(half, kind.media).problem is Problem.DAMAGED, path.name
        elif isinstance(kind, Detected):
            an_inspector.inspect(half, kind.media)
