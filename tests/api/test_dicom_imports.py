"""Discs and studies posted as imports, on both databases."""

import io
import zipfile
from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import Api
from tests.unit.imports.dicom.made import STUDY, a_file, a_report, an_archive

OTHER: dict[str, Any] = {
    "PatientID": "P-2",
    "PatientName": "Poe^Edgar",
    "PatientSex": "M",
    "PatientBirthDate": "19500101",
    "StudyInstanceUID": "1.2.826.0.1.3680043.10.2",
}
ZIP = {"Content-Type": "application/zip"}


def post(api: Api, content: bytes, *, status: int, path: str = "/v1/imports") -> dict[str, Any]:
    found: dict[str, Any] = api.post(path, content=content, headers=ZIP, status=status).json()
    return found


def the_records(api: Api, case_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(f"/v1/cases/{case_id}/records", status=200).json()["items"]
    return found


def test_a_disc_is_kept_once_with_its_study_and_report(api: Api) -> None:
    disc = an_archive(
        {"IM/1": a_file(1), "IM/2": a_file(2), "SR/1": a_report(), "README.TXT": b"hello", "D.dcm": a_file(3)}
    )
    answer = post(api, disc, status=201)
    assert answer["counts"] == {"created": 2, "skipped": 1}
    (case,) = answer["cases"]
    (record,) = the_records(api, case["case_id"])
    assert (record["study_uid"], record["instance_count"], record["impression"]) == (
        STUDY,
        3,
        "No new lesion.",
    )
    documents = api.get(f"/v1/cases/{case['case_id']}/documents", status=200).json()["items"]
    assert sorted(one["kind"] for one in documents) == ["imaging_file", "imaging_report"]
    assert {one["document_id"] for one in record["sources"]} == {one["id"] for one in documents}
    again = post(api, disc, status=200)
    assert again["counts"] == {"duplicate": 2, "skipped": 1}


def test_a_study_that_comes_in_parts_is_counted_as_a_whole(api: Api) -> None:
    first = post(api, an_archive({"1.dcm": a_file(1), "2.dcm": a_file(2)}), status=201)
    case_id = first["cases"][0]["case_id"]
    second = post(api, an_archive({"2.dcm": a_file(2), "3.dcm": a_file(3, series=2)}), status=201)
    assert second["counts"] == {"superseded": 1}
    (record,) = the_records(api, case_id)
    assert (record["series_count"], record["instance_count"]) == (2, 3)


def test_a_disc_of_two_patients_goes_into_the_case_of_each_without_a_byte_of_the_other(api: Api) -> None:
    answer = post(api, an_archive({"1.dcm": a_file(1), "2.dcm": a_file(2, **OTHER)}), status=201)
    assert [case["outcome"] for case in answer["cases"]] == ["opened", "opened"]
    for case, name in zip(answer["cases"], ("1.dcm", "2.dcm"), strict=True):
        (document,) = api.get(f"/v1/cases/{case['case_id']}/documents", status=200).json()["items"]
        path = f"/v1/cases/{case['case_id']}/documents/{document['id']}/content"
        with zipfile.ZipFile(io.BytesIO(api.get(path, status=200).content)) as archive:
            assert archive.namelist() == [name]
        (record,) = the_records(api, case["case_id"])
        assert record["sources"][0]["document_id"] == document["id"]


def test_a_disc_of_two_patients_is_refused_for_one_case(api: Api) -> None:
    case_id = api.open_case()
    content = an_archive({"1.dcm": a_file(1), "2.dcm": a_file(2, **OTHER)})
    problem = post(api, content, status=409, path=f"/v1/cases/{case_id}/imports")
    assert problem["type"] == "/problems/patient-mismatch"
    assert the_records(api, case_id) == []


def test_a_study_may_be_larger_than_what_is_read_into_memory(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = bytes(range(256)) * 400
    content = an_archive({f"{n}.dcm": a_file(n, PixelData=pixels) for n in range(1, 9)}, compression=0)
    state = api.client.app.state  # type: ignore[attr-defined]  # Starlette's app
    most = len(content) // 4
    monkeypatch.setattr(state, "settings", replace(state.settings, max_body_bytes=most))
    monkeypatch.setattr(state, "max_body_bytes", most, raising=False)
    assert post(api, content, status=201)["counts"] == {"created": 1}


def test_a_study_that_a_person_took_back_and_that_comes_again_is_counted_anew(api: Api) -> None:
    first = post(api, an_archive({"1.dcm": a_file(1), "2.dcm": a_file(2)}), status=201)
    case_id, record_id = first["cases"][0]["case_id"], first["items"][0]["id"]
    api.delete(f"/v1/cases/{case_id}/records/{record_id}", status=204)
    assert post(api, an_archive({"2.dcm": a_file(2)}), status=200)["counts"] == {"duplicate": 1}
    again = post(api, an_archive({"2.dcm": a_file(2), "3.dcm": a_file(3)}), status=201)
    assert again["counts"] == {"created": 1}
    (record,) = [one for one in the_records(api, case_id) if one["id"] != record_id]
    assert record["instance_count"] == 2
    third = post(api, an_archive({"3.dcm": a_file(3), "4.dcm": a_file(4)}), status=201)
    assert (third["counts"], third["items"][0]["id"]) == ({"superseded": 1}, record["id"])
    (record,) = [one for one in the_records(api, case_id) if one["id"] == record["id"]]
    assert record["instance_count"] == 3


def test_an_image_that_was_filed_under_two_studies_counts_for_both(api: Api) -> None:
    first = post(api, an_archive({"1.dcm": a_file(1), "2.dcm": a_file(2)}), status=201)
    other = an_archive(
        {"1.dcm": a_file(1, StudyInstanceUID=OTHER["StudyInstanceUID"], SOPInstanceUID=f"{STUDY}.1.1")}
    )
    assert post(api, other, status=201)["counts"] == {"created": 1}
    counts = [one["instance_count"] for one in the_records(api, first["cases"][0]["case_id"])]
    assert sorted(counts) == [1, 2]
