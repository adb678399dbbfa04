"""Reports inside DICOM objects become documents; a disc's table of contents is compared with what is there."""

import io
from typing import Any

import pytest
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import UID, ExplicitVRLittleEndian

from app.imports.domain.reading import FoundRecord, NotUsed, Options, Reading
from app.imports.readers.dicom import read
from app.records.domain.findings import ImagingStudy
from tests.files import a_pdf
from tests.unit.imports.dicom.made import PDF, a_file, a_report, an_archive, codes
from tests.unit.imports.readings import documents, found

DOSE = "1.2.840.10008.5.1.4.1.1.88.67"


def the_study(reading: Reading) -> FoundRecord:
    (study,) = found(reading)
    return study


def test_a_structured_report_becomes_a_text_with_its_headings_and_measurements() -> None:
    (found,) = documents(read(a_report(VerifyingObserverSequence=codes(_an_observer())), Options()))
    assert found.content.decode() == (
        "Diagnostic imaging report\n"
        "State of the report: complete, verified\n"
        "\n"
        "Findings\n"
        "  Finding: A node in the right lung.\n"
        "  Diameter: 18 mm\n"
        "Impressions\n"
        "  Impression: No new lesion.\n"
    )
    assert (found.body.kind, found.body.dated) == ("imaging_report", "2026-03-06T09:00")
    assert (found.body.title, found.body.author) == ("Diagnostic imaging report", "Rita Reader")
    assert found.body.facts.printed_name == "Jane Roe"
    assert found.remarks == ()


def _an_observer() -> Dataset:
    made = Dataset()
    made.VerifyingObserverName = "Reader^Rita"
    return made


def test_the_impression_of_the_studys_own_verified_report_is_quoted_in_the_study() -> None:
    reading = read(an_archive({"1": a_file(1), "sr": a_report()}), Options())
    study = the_study(reading)
    assert isinstance(study.record, ImagingStudy)
    assert study.record.impression == "No new lesion."
    assert study.papers == (documents(reading)[0].key,)
    assert documents(reading)[0].body.modality == "CT"
    assert documents(reading)[0].body.regions == ("chest", "abdomen")


@pytest.mark.parametrize(
    "changes", [{"verified": False}, {"CompletionFlag": "PARTIAL"}, {"CompletionFlag": None}]
)
def test_what_is_not_final_is_not_quoted_and_says_so(changes: dict[str, Any]) -> None:
    reading = read(an_archive({"1": a_file(1), "sr": a_report(**changes)}), Options())
    study = the_study(reading)
    assert isinstance(study.record, ImagingStudy)
    assert study.record.impression is None
    assert len(documents(reading)) == 1


def test_two_reports_of_a_study_leave_its_impression_open() -> None:
    second = a_report(SOPInstanceUID="1.2.826.0.1.3680043.10.1.9.901", impression="Otherwise.")
    reading = read(an_archive({"1": a_file(1), "a": a_report(), "b": second}), Options())
    study = the_study(reading)
    assert isinstance(study.record, ImagingStudy)
    assert study.record.impression is None
    assert len(study.papers) == 2


def test_a_pdf_inside_an_object_comes_out_byte_for_byte() -> None:
    pdf = a_pdf()
    content = a_file(
        SOPClassUID=PDF, Modality="DOC", PixelData=None, DocumentTitle="CT report",
        MIMETypeOfEncapsulatedDocument="application/pdf", EncapsulatedDocumentLength=len(pdf),
        EncapsulatedDocument=pdf + b"\0" * (len(pdf) % 2),
    )  # fmt: skip
    (found,) = documents(read(content, Options()))
    assert found.content == pdf
    assert (found.body.kind, found.body.title) == ("imaging_report", "CT report")


def test_a_dose_report_is_named_and_no_document() -> None:
    reading = read(an_archive({"1": a_file(1), "dose": a_report(SOPClassUID=DOSE)}), Options())
    assert not documents(reading)
    (named,) = [item for item in reading.items if isinstance(item, NotUsed)]
    assert (named.outcome, "radiation dose" in named.detail) == ("skipped", True)


def test_a_report_in_another_script_keeps_its_letters() -> None:
    content = a_report(SpecificCharacterSet="GB18030", impression="右肺结节。", PatientName="王^小东")
    (found,) = documents(read(content, Options()))
    assert "右肺结节。" in found.content.decode()


def a_directory(*paths: str) -> bytes:
    records = []
    for path in paths:
        record = Dataset()
        record.OffsetOfTheNextDirectoryRecord = 0
        record.RecordInUseFlag = 0xFFFF
        record.OffsetOfReferencedLowerLevelDirectoryEntity = 0
        record.DirectoryRecordType = "IMAGE"
        record.ReferencedFileID = path.split("/")
        records.append(record)
    made = Dataset()
    made.FileSetID = "DISC"
    made.DirectoryRecordSequence = codes(*records)
    made.file_meta = FileMetaDataset()
    made.file_meta.MediaStorageSOPClassUID = UID("1.2.840.10008.1.3.10")
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.preamble = bytes(128)
    out = io.BytesIO()
    dcmwrite(out, made, enforce_file_format=False)
    return out.getvalue()


def named(reading: Reading) -> dict[str, str]:
    return {item.place: item.outcome for item in reading.items if isinstance(item, NotUsed)}


def test_a_disc_whose_files_are_all_there_is_whole_however_they_are_cased_and_placed() -> None:
    files = {
        "CD/DICOMDIR": a_directory("IMAGES/IM1", "IMAGES/IM2"),
        "CD/images/im1": a_file(1),
        "CD/IMAGES/IM2.dcm": a_file(2),
    }
    assert named(read(an_archive(files), Options())) == {"CD/DICOMDIR": "skipped"}


def test_files_that_the_disc_names_and_that_are_missing_are_named() -> None:
    files = {"DICOMDIR": a_directory("IMAGES/IM1", "IMAGES/IM2"), "IMAGES/IM1": a_file(1)}
    reading = read(an_archive(files), Options())
    assert named(reading) == {"DICOMDIR": "rejected", "IMAGES/IM2": "rejected"}
    assert the_study(reading).record.kind == "imaging_study"


def test_a_table_of_contents_alone_says_that_the_images_are_missing() -> None:
    (item,) = read(a_directory("IMAGES/IM1"), Options()).items
    assert isinstance(item, NotUsed)
    assert (item.outcome, "1 of them are missing" in item.detail) == ("rejected", True)
