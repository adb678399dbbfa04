"""Storing over DICOMweb, on both databases: what is kept, and how it is answered."""

import io
import zipfile
from collections.abc import Iterable
from typing import Any

import pytest

from tests.conftest import Api
from tests.unit.imports.dicom.made import CT, PLAN, STUDY, a_file, a_report

RELATED = 'multipart/related; type="application/dicom"; boundary=cut'
OTHER_STUDY = "1.2.826.0.1.3680043.10.2"


def a_body(parts: Iterable[bytes], *, media_type: str = "application/dicom") -> bytes:
    head = f"Content-Type: {media_type}\r\n\r\n".encode()
    return b"".join(b"--cut\r\n" + head + part + b"\r\n" for part in parts) + b"--cut--\r\n"


def store(api: Api, *parts: bytes, status: int, path: str = "/dicomweb/studies") -> dict[str, Any]:
    answer = api.post(path, content=a_body(parts), headers={"Content-Type": RELATED}, status=status)
    assert answer.headers["content-type"] == "application/dicom+json"
    found: dict[str, Any] = answer.json()
    return found


def instances(answer: dict[str, Any], tag: str) -> list[str]:
    return [one["00081155"]["Value"][0] for one in answer.get(tag, {"Value": []})["Value"]]


STORED, FAILED, OTHERS = "00081199", "00081198", "0008119A"


def the_case(api: Api) -> str:
    (case,) = api.get("/v1/cases", status=200).json()["items"]
    return str(case["id"])


def records(api: Api) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(f"/v1/cases/{the_case(api)}/records", status=200).json()["items"]
    return found


def test_instances_are_stored_into_the_case_of_their_patient(api: Api) -> None:
    parts = [a_file(1), a_file(2), a_file(3, series=2)]
    answer = store(api, *parts, status=200)
    assert instances(answer, STORED) == [f"{STUDY}.1.1", f"{STUDY}.1.2", f"{STUDY}.2.3"]
    assert answer[STORED]["Value"][0]["00081150"] == {"vr": "UI", "Value": [CT]}
    assert FAILED not in answer
    (record,) = records(api)
    assert record["kind"] == "imaging_study"
    body = record.get("body", record)
    assert (body["study_uid"], body["series_count"], body["instance_count"]) == (STUDY, 2, 3)


def test_the_instances_are_kept_byte_for_byte_as_one_archive(api: Api) -> None:
    parts = [a_file(1), a_file(2)]
    store(api, *parts, status=200)
    (document,) = api.get(f"/v1/cases/{the_case(api)}/documents", status=200).json()["items"]
    content = api.get(f"/v1/cases/{the_case(api)}/documents/{document['id']}/content", status=200).content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert [archive.read(name) for name in archive.namelist()] == parts
        assert archive.testzip() is None


def test_the_same_again_is_answered_as_stored_and_changes_nothing(api: Api) -> None:
    first = store(api, a_file(1), a_file(2), status=200)
    case = api.get(f"/v1/cases/{the_case(api)}", status=200).json()
    assert store(api, a_file(1), a_file(2), status=200) == first
    assert api.get(f"/v1/cases/{the_case(api)}", status=200).json() == case


def test_what_is_broken_fails_and_the_others_are_stored(api: Api) -> None:
    broken = a_file(2, StudyInstanceUID=None)
    answer = store(api, a_file(1), broken, b"hello", status=202)
    assert instances(answer, STORED) == [f"{STUDY}.1.1"]
    assert instances(answer, FAILED) == [f"{STUDY}.1.2"]
    assert answer[FAILED]["Value"][0]["00081197"] == {"vr": "US", "Value": [0xC000]}
    assert answer[OTHERS]["Value"] == [{"00081197": {"vr": "US", "Value": [0xC000]}}]


def test_a_report_without_content_fails_for_itself_alone(api: Api) -> None:
    answer = store(api, a_file(1), a_report(ContentSequence=None), status=202)
    assert instances(answer, FAILED) == [f"{STUDY}.9.900"]


def test_a_plan_is_kept_although_no_record_is_made_of_it(api: Api) -> None:
    plan = a_file(1, SOPClassUID=PLAN, Modality="RTPLAN", PixelData=None)
    answer = store(api, a_file(2), plan, status=200)
    assert len(instances(answer, STORED)) == 2


def test_instances_of_another_study_than_the_one_named_fail(api: Api) -> None:
    answer = store(
        api, a_file(1), a_file(1, StudyInstanceUID=OTHER_STUDY), status=202, path=f"/dicomweb/studies/{STUDY}"
    )
    assert instances(answer, STORED) == [f"{STUDY}.1.1"]
    assert answer[FAILED]["Value"][0]["00081197"] == {"vr": "US", "Value": [0xA900]}


def test_nothing_that_could_be_stored_is_a_conflict(api: Api) -> None:
    answer = store(api, b"hello", b"world", status=409)
    assert len(answer[OTHERS]["Value"]) == 2
    assert api.get("/v1/cases", status=200).json()["items"] == []


def test_an_instance_that_names_no_patient_cannot_be_placed_and_says_so(api: Api) -> None:
    nobody = a_file(1, PatientID=None, PatientName=None)
    answer = api.post(
        "/dicomweb/studies", content=a_body([nobody]), headers={"Content-Type": RELATED}, status=409
    )
    assert instances(answer.json(), FAILED) == [f"{STUDY}.1.1"]
    assert "identifier" in answer.headers["Warning"]


def test_a_patient_who_contradicts_the_case_is_refused(api: Api) -> None:
    store(api, a_file(1), status=200)
    other = a_file(2, PatientName="Roe^Richard", PatientBirthDate="19800101")
    answer = store(api, other, status=409)
    assert instances(answer, FAILED) == [f"{STUDY}.1.2"]
    (record,) = records(api)
    assert record.get("body", record)["instance_count"] == 1


def test_parts_of_another_type_fail(api: Api) -> None:
    body = a_body([b"<x/>"], media_type="application/xml")
    api.post("/dicomweb/studies", content=body, headers={"Content-Type": RELATED}, status=409)


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/dicom", 415),
        ("multipart/form-data; boundary=cut", 415),
        ('multipart/related; type="application/dicom+json"; boundary=cut', 415),
        ('multipart/related; type="application/dicom"', 400),
    ],
)
def test_a_body_of_another_type_is_refused(api: Api, content_type: str, status: int) -> None:
    headers = {"Content-Type": content_type}
    answer = api.post("/dicomweb/studies", content=a_body([a_file(1)]), headers=headers, status=status)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("cut", [0, 30, -4, -30])
def test_a_body_that_is_cut_short_stores_nothing(api: Api, cut: int) -> None:
    body = a_body([a_file(1)])[:cut]
    answer = api.post("/dicomweb/studies", content=body, headers={"Content-Type": RELATED})
    assert 400 <= answer.status_code < 500
    assert api.get("/v1/cases", status=200).json()["items"] == []


def test_a_large_instance_with_a_long_header_is_kept_whole(api: Api) -> None:
    large = a_file(1, ICCProfile=bytes(300_000), PixelData=bytes(range(256)) * 4_000)
    store(api, large, status=200)
    (document,) = api.get(f"/v1/cases/{the_case(api)}/documents", status=200).json()["items"]
    content = api.get(f"/v1/cases/{the_case(api)}/documents/{document['id']}/content", status=200).content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.read("000001.dcm") == large


def test_a_key_that_only_reads_stores_nothing(api: Api) -> None:
    reader = api.make_key("read")
    answer = reader.post("/dicomweb/studies", content=a_body([a_file(1)]), headers={"Content-Type": RELATED})
    assert answer.status_code == 403
