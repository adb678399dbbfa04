"""DICOM slices made for measuring."""

import io
from functools import cache

from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian

ROOT = "1.2.826.0.1.3680043.10.999"
"""A root for UIDs of examples."""


@cache
def _template(pixels: int) -> FileDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.MediaStorageSOPInstanceUID = UID(f"{ROOT}.1.1.1")
    made = FileDataset(None, {}, file_meta=meta, preamble=b"\0" * 128)
    made.SOPClassUID = CTImageStorage
    made.PatientName = "Example^Ana"
    made.PatientBirthDate = "19610402"
    made.PatientSex = "F"
    made.StudyDate = "20260305"
    made.Modality = "CT"
    made.BodyPartExamined = "CHEST"
    made.StudyDescription = "CT chest"
    made.Rows = made.Columns = int(pixels**0.5)
    made.BitsAllocated = made.BitsStored = 16
    made.HighBit, made.SamplesPerPixel, made.PixelRepresentation = 15, 1, 0
    made.PhotometricInterpretation = "MONOCHROME2"
    made.PixelData = b"\0" * (2 * pixels)
    return made


def a_slice(study: int, number: int, *, pixels: int) -> bytes:
    """Return one slice of a study, as a file."""
    made = _template(pixels)
    made.PatientID = f"study-{study}"
    made.StudyInstanceUID = f"{ROOT}.{study + 1}"
    made.SeriesInstanceUID = f"{ROOT}.{study + 1}.{number // 250 + 1}"
    made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = UID(
        f"{made.SeriesInstanceUID}.{number + 1}"
    )
    made.InstanceNumber = number + 1
    target = io.BytesIO()
    made.save_as(target, enforce_file_format=True)
    return target.getvalue()
