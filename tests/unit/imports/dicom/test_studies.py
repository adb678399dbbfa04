"""What a study's files say becomes one record for each Study Instance UID."""

import io
import zipfile
from typing import Any

import pytest

from app.imports.checking import faults_of
from app.imports.domain.reading import FoundRecord, Options, Reading, UnreadablePayloadError
from app.imports.readers.dicom import read
from app.records.domain.base import Coding
from app.records.domain.findings import ImagingStudy
from tests.unit.imports.dicom.made import (
    PET,
    PLAN,
    SECONDARY,
    STUDY,
    a_code,
    a_file,
    an_archive,
    codes,
)
from tests.unit.imports.readings import found, unused


def studies(reading: Reading) -> list[FoundRecord]:
    items = found(reading)
    for item in items:
        assert not faults_of(item.record)
    return items


def the_study(content: bytes) -> ImagingStudy:
    (study,) = studies(read(content, Options()))
    assert isinstance(study.record, ImagingStudy)
    return study.record


def test_one_file_becomes_a_study_with_what_its_header_says() -> None:
    content = a_file(
        ContrastBolusAgent="Iohexol",
        ProcedureCodeSequence=codes(a_code("CT Chest and Abdomen W contrast", "24628-0", "LN")),
        ReferringPhysicianName="Doe^John",
    )
    study = the_study(content)
    assert (study.origin, study.date, study.modality) == ("dicom", "2026-03-05T10:15", "CT")
    assert study.regions == ("chest", "abdomen")
    assert (study.accession, study.study_uid, study.facility) == ("A-17", STUDY, "St. Example")
    assert (study.series_count, study.instance_count, study.contrast) == (1, 1, "Iohexol")
    assert study.codes == (Coding(system="loinc", code="24628-0", display="CT Chest and Abdomen W contrast"),)
    assert study.note is not None
    assert "Study: CT chest abdomen" in study.note
    assert "Referred by: John Doe" in study.note
    assert "Images with readable pixel data: 1 of 1" in study.note


def test_an_archive_of_slices_is_one_study_that_counts_series_and_images() -> None:
    files = {f"A/B/{series}/{n}": a_file(n, series=series) for series in (1, 2) for n in range(1, 6)}
    reading = read(an_archive(files), Options(file_name="disc.zip"))
    (found,) = studies(reading)
    assert isinstance(found.record, ImagingStudy)
    assert (found.record.series_count, found.record.instance_count) == (2, 10)
    assert found.key == f"Study/{STUDY}"
    assert set(found.instances) == {(f"{STUDY}.{s}", f"{STUDY}.{s}.{n}") for s in (1, 2) for n in range(1, 6)}
    (payload,) = reading.payloads
    assert (payload.body.kind, payload.body.modality, payload.body.dated) == (
        "imaging_file",
        "CT",
        "2026-03-05",
    )
    assert payload.body.facts.readable is True
    assert payload.body.facts.printed_name == "Jane Roe"


def test_an_open_file_is_read_as_its_bytes_are() -> None:
    content = an_archive({"1": a_file(1), "2": a_file(2)})
    assert read(io.BytesIO(content), Options()) == read(content, Options())


def test_the_same_image_twice_is_counted_once_and_said() -> None:
    (found,) = studies(read(an_archive({"1": a_file(1), "copy": a_file(1)}), Options()))
    assert isinstance(found.record, ImagingStudy)
    assert found.record.instance_count == 1
    assert any("counted once" in remark for remark in found.remarks)


def test_pet_and_ct_in_one_study_are_a_pet_ct() -> None:
    study = the_study(
        an_archive(
            {
                "ct": a_file(1),
                "pt": a_file(2, series=2, SOPClassUID=PET, Modality="PT", StudyDescription="PET whole body"),
            }
        )
    )
    assert study.modality == "PET-CT"
    assert "whole body" in study.regions


@pytest.mark.parametrize(
    ("codes_sent", "modality"),
    [
        (["MR"], "MR"),
        (["MR", "PT"], "PET-MR"),
        (["NM", "CT"], "NM"),
        (["DX"], "XR"),
        (["CR", "DX"], "XR"),
        (["US"], "US"),
        (["MG"], "MG"),
        (["ES"], "endoscopy"),
        (["XA"], "other"),
        (["CT", "MR"], "other"),
        (["CT", "OT"], "CT"),
    ],
)
def test_modalities_of_a_study_are_told_together(codes_sent: list[str], modality: str) -> None:
    files = {code: a_file(n, series=n, Modality=code) for n, code in enumerate(codes_sent, 1)}
    assert the_study(an_archive(files)).modality == modality


def test_a_bone_scan_is_told_by_its_description() -> None:
    assert the_study(a_file(Modality="NM", StudyDescription="Whole Body Bone")).modality == "bone_scan"


@pytest.mark.parametrize(
    ("changes", "regions"),
    [
        ({"BodyPartExamined": "CHEST", "StudyDescription": "CT CAP W CONTRAST"}, ("chest", "abdomen", "pelvis")),
        ({"StudyDescription": "MRT Schädel mit KM"}, ("head",)),
        ({"StudyDescription": "胸部CT平扫"}, ("chest",)),
        ({"StudyDescription": None, "SeriesDescription": "T2 LIVER"}, ("liver",)),
        ({"StudyDescription": None, "SeriesDescription": None, "BodyPartExamined": "UNICORN"}, ("unicorn",)),
        ({"StudyDescription": None, "SeriesDescription": "Lv2"}, ()),
        ({"StudyDescription": "X-ray left femoral neck"}, ()),
        ({"StudyDescription": None, "SeriesDescription": None,
          "AnatomicRegionSequence": codes(a_code("Lumbar spine"))}, ("spine",)),
    ],
)  # fmt: skip
def test_regions_are_read_from_body_part_and_descriptions(
    changes: dict[str, Any], regions: tuple[str, ...]
) -> None:
    assert the_study(a_file(**changes)).regions == regions


@pytest.mark.parametrize(
    ("changes", "side"),
    [
        ({"Laterality": "L"}, "left"),
        ({"ImageLaterality": "R"}, "right"),
        ({"StudyDescription": "MRT Knie links"}, "left"),
        ({"StudyDescription": "MG bilateral"}, "bilateral"),
        ({}, None),
    ],
)
def test_the_side_is_read_from_codes_else_from_words(changes: dict[str, Any], side: str | None) -> None:
    assert the_study(a_file(**changes)).laterality == side


def test_images_of_both_sides_are_bilateral() -> None:
    files = {side: a_file(n, ImageLaterality=side) for n, side in enumerate("LR", 1)}
    assert the_study(an_archive(files)).laterality == "bilateral"


@pytest.mark.parametrize(
    ("changes", "date"),
    [
        ({"TimezoneOffsetFromUTC": "+0200"}, "2026-03-05T10:15+02:00"),
        ({"StudyTime": None}, "2026-03-05"),
        ({"StudyTime": "101500.123456"}, "2026-03-05T10:15"),
        ({"StudyDate": None, "AcquisitionDate": "20260304", "AcquisitionTime": "1200"}, "2026-03-04T12:00"),
        ({"StudyDate": None, "StudyTime": None}, None),
    ],
)
def test_the_date_is_the_studys_else_the_acquisitions(changes: dict[str, Any], date: str | None) -> None:
    assert the_study(a_file(**changes)).date == date


def test_a_date_that_is_not_the_studys_is_said_to_be_so() -> None:
    (found,) = studies(read(a_file(StudyDate=None, ContentDate="20260304"), Options()))
    assert any("no study date" in remark for remark in found.remarks)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"PixelData": None}, "no pixel data"),
        ({"syntax": "1.2.3.4"}, "transfer syntax"),
        ({"cut": -2}, "ends before"),
    ],
)
def test_images_that_no_viewer_could_show_are_said_to_be_unreadable(
    changes: dict[str, Any], reason: str
) -> None:
    reading = read(a_file(**changes), Options())
    (found,) = studies(reading)
    assert any(reason in remark for remark in found.remarks)
    assert reading.payloads[0].body.facts.readable is False
    assert reason in (reading.payloads[0].body.facts.unreadable_reason or "")


def test_secondary_captures_are_recognised() -> None:
    study = the_study(an_archive({"1": a_file(1), "2": a_file(2, series=2, SOPClassUID=SECONDARY)}))
    assert "Secondary captures (pictures of a screen or of paper): 1" in (study.note or "")


def test_objects_that_are_no_images_are_named_and_not_counted() -> None:
    plan = a_file(9, series=9, SOPClassUID=PLAN, Modality="RTPLAN", PixelData=None)
    reading = read(an_archive({"1": a_file(1), "plan": plan}), Options())
    (found,) = studies(reading)
    assert isinstance(found.record, ImagingStudy)
    assert (found.record.series_count, found.record.instance_count) == (1, 1)
    (named,) = unused(reading)
    assert (named.place, named.outcome) == ("plan", "skipped")
    assert "radiotherapy plan" in named.detail


def test_a_plan_alone_makes_no_record() -> None:
    reading = read(a_file(SOPClassUID=PLAN, Modality="RTPLAN", PixelData=None), Options())
    assert not studies(reading)
    assert [item.outcome for item in unused(reading)] == ["skipped"]
    assert reading.payloads[0].body.kind == "import_payload"


def test_a_disc_with_a_viewer_gives_the_study_and_names_the_rest_by_folder() -> None:
    files = {
        "AUTORUN.INF": b"[autorun]\r\nopen=VIEWER\\V.EXE",
        "VIEWER/V.EXE": b"MZ" + bytes(100),
        "VIEWER/HELP/index.html": b"<html></html>",
        "REPORT.PDF": b"%PDF-1.7",
        "IMAGES/1": a_file(1),
    }
    reading = read(an_archive(files), Options())
    assert len(studies(reading)) == 1
    assert {item.place: item.outcome for item in unused(reading)} == {
        "AUTORUN.INF": "skipped",
        "VIEWER/": "skipped",
        "REPORT.PDF": "skipped",
    }


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"SOPClassUID": None}, "SOP Class UID"),
        ({"StudyInstanceUID": None}, "Study Instance UID"),
        ({"SOPInstanceUID": None}, "SOP Instance UID"),
        ({"cut": 400}, "ends before"),
    ],
)
def test_a_broken_file_is_named_and_the_others_go_on(changes: dict[str, Any], reason: str) -> None:
    broken = a_file(2, **changes)
    reading = read(an_archive({"good": a_file(1), "broken": broken}), Options())
    assert len(studies(reading)) == 1
    (named,) = unused(reading)
    assert (named.place, named.outcome) == ("broken", "rejected")
    assert reason in named.detail
    with pytest.raises(UnreadablePayloadError, match=reason):
        read(broken, Options())


def test_random_bytes_after_the_prefix_are_refused() -> None:
    junk = bytes((n * 7919) % 251 for n in range(500))
    with pytest.raises(UnreadablePayloadError):
        read(bytes(128) + b"DICM" + junk, Options())


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"hello", bytes(10), an_archive({}), an_archive({"a": b"b"})]
)
def test_what_holds_no_dicom_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadablePayloadError):
        read(content, Options())


def test_a_header_longer_than_the_first_read_is_followed() -> None:
    private = a_file(1, EncryptedAttributesSequence=None, ImageComments="x" * 9_000, PixelData=b"\1\2\3\4")
    many = a_file(2, DerivationDescription=None, ICCProfile=bytes(200_000))
    study = the_study(an_archive({"1": private, "2": many}))
    assert study.instance_count == 2
    assert "2 of 2" in (study.note or "")


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_compression_of_the_archive_makes_no_difference(compression: int) -> None:
    assert the_study(an_archive({"1": a_file(1)}, compression=compression)).instance_count == 1
