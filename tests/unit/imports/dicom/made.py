"""Made studies: small, valid DICOM files of invented people, and archives of them."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.sequence import Sequence
from pydicom.uid import UID, ExplicitVRLittleEndian

CT = "1.2.840.10008.5.1.4.1.1.2"
PET = "1.2.840.10008.5.1.4.1.1.128"
SECONDARY = "1.2.840.10008.5.1.4.1.1.7"
PLAN = "1.2.840.10008.5.1.4.1.1.481.5"
TEXT_REPORT = "1.2.840.10008.5.1.4.1.1.88.11"
PDF = "1.2.840.10008.5.1.4.1.1.104.1"

STUDY = "1.2.826.0.1.3680043.10.1"


def a_file(
    number: int = 1,
    *,
    series: int = 1,
    syntax: str = ExplicitVRLittleEndian,
    cut: int | None = None,
    **changes: Any,
) -> bytes:
    """Return a file; a change of None leaves the element out."""
    study = changes.get("StudyInstanceUID", STUDY) or STUDY
    values: dict[str, Any] = {
        "SpecificCharacterSet": "ISO_IR 192",
        "SOPClassUID": CT,
        "SOPInstanceUID": f"{study}.{series}.{number}",
        "StudyDate": "20260305",
        "StudyTime": "101500",
        "Modality": "CT",
        "AccessionNumber": "A-17",
        "InstitutionName": "St. Example",
        "StudyDescription": "CT chest abdomen",
        "SeriesDescription": "Axial 5 mm",
        "PatientName": "Roe^Jane",
        "PatientID": "P-1",
        "IssuerOfPatientID": "St. Example MRN",
        "PatientBirthDate": "19610214",
        "PatientSex": "F",
        "StudyInstanceUID": study,
        "SeriesInstanceUID": f"{study}.{series}",
        "SeriesNumber": series,
        "Rows": 2,
        "Columns": 2,
        "BitsAllocated": 8,
        "BitsStored": 8,
        "HighBit": 7,
        "PixelRepresentation": 0,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "PixelData": b"\1\2\3\4",
        **changes,
    }
    made = Dataset()
    for name, value in values.items():
        if value is not None:
            setattr(made, name, value)
    if "PixelData" in made:
        made["PixelData"].VR = "OB"
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = UID(syntax)
    if values["SOPClassUID"] is not None:
        made.file_meta.MediaStorageSOPClassUID = UID(values["SOPClassUID"])
    if values["SOPInstanceUID"] is not None:
        made.file_meta.MediaStorageSOPInstanceUID = UID(values["SOPInstanceUID"])
    made.preamble = bytes(128)
    out = io.BytesIO()
    is_private = not made.file_meta.TransferSyntaxUID.is_transfer_syntax
    order = {"implicit_vr": False, "little_endian": True} if is_private else {}
    dcmwrite(out, made, enforce_file_format=False, **order)
    return out.getvalue()[:cut]


def a_code(meaning: str, code: str = "1", scheme: str = "99MADE") -> Dataset:
    """Return an item of a code sequence."""
    made = Dataset()
    made.CodeValue, made.CodingSchemeDesignator, made.CodeMeaning = code, scheme, meaning
    return made


def codes(*items: Dataset) -> Sequence:
    """Return a sequence."""
    return Sequence(items)


def an_archive(files: Mapping[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP of files by their paths."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def a_node(kind: str, concept: Dataset | None = None, **changes: Any) -> Dataset:
    """Return a node of a report's content tree."""
    made = Dataset()
    made.RelationshipType, made.ValueType = "CONTAINS", kind
    if concept is not None:
        made.ConceptNameCodeSequence = codes(concept)
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def a_report(*, verified: bool = True, impression: str = "No new lesion.", **changes: Any) -> bytes:
    """Return a structured report with findings, a measurement and an impression."""
    measured = Dataset()
    measured.NumericValue = "18"
    measured.MeasurementUnitsCodeSequence = codes(a_code("millimeter", "mm", "UCUM"))
    content = codes(
        a_node(
            "CONTAINER",
            a_code("Findings", "121070", "DCM"),
            ContentSequence=codes(
                a_node("TEXT", a_code("Finding", "121071", "DCM"), TextValue="A node in the right lung."),
                a_node("NUM", a_code("Diameter"), MeasuredValueSequence=codes(measured)),
            ),
        ),
        a_node(
            "CONTAINER",
            a_code("Impressions", "121072", "DCM"),
            ContentSequence=codes(
                a_node("TEXT", a_code("Impression", "121073", "DCM"), TextValue=impression)
            ),
        ),
    )
    return a_file(
        **{
            "number": 900,
            "series": 9,
            "SOPClassUID": TEXT_REPORT,
            "Modality": "SR",
            "PixelData": None,
            "ContentDate": "20260306",
            "ContentTime": "090000",
            "ValueType": "CONTAINER",
            "ConceptNameCodeSequence": codes(a_code("Diagnostic imaging report", "18748-4", "LN")),
            "CompletionFlag": "COMPLETE",
            "VerificationFlag": "VERIFIED" if verified else "UNVERIFIED",
            "ContentSequence": content,
            **changes,
        }
    )
