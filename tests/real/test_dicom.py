"""Every real DICOM file is read as pydicom reads it, or refused with a reason; whole discs are read as studies."""

import csv
import io
import zipfile
from collections import Counter
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
from app.imports.readers.dicom import read, tags
from app.imports.readers.dicom.dataset import is_dicom, read_header
from app.records.domain.findings import ImagingStudy

TRUE_TO = {
    "Modality": tags.MODALITY,
    "PatientID": tags.PATIENT_ID,
    "PatientName": tags.PATIENT_NAME,
    "StudyDate": tags.STUDY_DATE,
}
NAMED_ONLY = {"RTDOSE": "dose", "RTPLAN": "plan", "RTSTRUCT": "structures", "SEG": "segmentation"}
NO_STUDY = {
    "chrSQEncoding.dcm", "chrSQEncoding1.dcm", "UN_sequence.dcm", "empty_charset_LEI.dcm", "meta_missing_tsyntax.dcm",
    "nested_priv_SQ.dcm", "no_meta_group_length.dcm", "priv_SQ.dcm",
}  # fmt: skip
"""Fragments made for the tests of a library: they name no class of object or no study."""


@pytest.fixture(scope="module")
def folder(real_files: Path) -> Path:
    return real_files / "dicom"


@pytest.fixture(scope="module")
def truth(folder: Path) -> list[dict[str, str]]:
    with (folder / "TRUTH_manifest.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def records(reading: Reading) -> list[FoundRecord]:
    return [item for item in reading.items if isinstance(item, FoundRecord)]


def zipped(folder: Path) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder))
    return out.getvalue()


def test_every_header_says_what_the_truth_says(folder: Path, truth: list[dict[str, str]]) -> None:
    for row in truth:
        if row["pydicom_strict"] != "ok":
            continue
        header = read_header((folder / row["file"]).read_bytes(), is_whole=True)
        said = {name: header.text(tag) or "" for name, tag in TRUE_TO.items()}
        said["PatientName"] = said["PatientName"].rstrip("=")
        assert said == {name: row[name].strip() for name in TRUE_TO}, row["file"]
        assert (header.uid(tags.STUDY) or "", header.uid(tags.SERIES) or "") == (
            row["StudyInstanceUID"],
            row["SeriesInstanceUID"],
        ), row["file"]
        assert (header.transfer_syntax or "") == row["TransferSyntax"], row["file"]


def test_every_file_becomes_a_study_or_a_document_or_says_why_not(
    folder: Path, truth: list[dict[str, str]]
) -> None:
    became: Counter[str] = Counter()
    for row in truth:
        path = folder / row["file"]
        try:
            reading = read(path.read_bytes(), Options(file_name=path.name))
        except UnreadablePayloadError:
            is_fragment = path.name in NO_STUDY
            assert is_fragment or not is_dicom(path.read_bytes()), row["file"]
            became["refused"] += 1
            continue
        (item,) = reading.items
        became[type(item).__name__] += 1
        if isinstance(item, FoundRecord):
            assert not faults_of(item.record), row["file"]
            assert isinstance(item.record, ImagingStudy)
            assert item.record.study_uid == row["StudyInstanceUID"]
            if row["StudyDate"]:
                assert (item.record.date or "")[:10].replace("-", "") == row["StudyDate"].replace(".", "")
        elif isinstance(item, NotUsed):
            assert row["Modality"] in {*NAMED_ONLY, ""}, row["file"]
            assert NAMED_ONLY.get(row["Modality"], "") in item.detail
    assert dict(became) == {"FoundRecord": 92, "FoundDocument": 3, "NotUsed": 22, "refused": 13}


def test_a_disc_is_whole_and_its_studies_are_read(folder: Path) -> None:
    disc = folder / "pydicom-test-files" / "test_files" / "dicomdirtests"
    reading = read(zipped(disc), Options())
    named = {item.place: item.outcome for item in reading.items if isinstance(item, NotUsed)}
    assert named["DICOMDIR"] == "skipped"
    assert named["TINY_ALPHA/DICOMDIR"] == "rejected"
    studies = {
        item.record.study_uid: item.record
        for item in records(reading)
        if isinstance(item.record, ImagingStudy)
    }
    assert len(studies) == 7
    assert sum(study.instance_count or 0 for study in studies.values()) == 33
    assert {patient.patient.name for patient in reading.patients} == {
        "Peter Doe",
        "Archibald Doe",
        "Jan Citizen",
    }
    assert all(payload.content for payload in reading.payloads)


def test_a_truncated_image_is_said_to_be_unreadable(folder: Path) -> None:
    path = folder / "pydicom-test-files" / "test_files" / "MR_truncated.dcm"
    reading = read(path.read_bytes(), Options())
    assert reading.payloads[0].body.facts.readable is False
    assert "ends before" in records(reading)[0].remarks[0]


def test_a_report_is_read_as_text(folder: Path) -> None:
    path = folder / "pydicom-test-files" / "test_files" / "test-SR.dcm"
    (found,) = read(path.read_bytes(), Options()).items
    assert isinstance(found, FoundDocument)
    assert found.body.author == "Jörg Riesmeier"
    assert "Diameter: 3 cm" in found.content.decode()
