"""Laws of imports: however often, in whatever pieces and order things are sent, a case is what its sender last said."""

# ruff: noqa: E501 (one payload a line)

import random
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response

from tests.api.canaries import CANARY
from tests.api.test_hostile_imports import CDA, CSV, DICOM, FHIR, HL7, NDJSON, XLSX, a_table, an_oru
from tests.api.test_imports_at_once import a_bundle, a_patient, a_result
from tests.conftest import Api
from tests.unit.imports.cda import documents as cda
from tests.unit.imports.dicom.made import a_file
from tests.unit.imports.tabular.books import a_book, a_sheet

MADE = {
    "FHIR": (FHIR, a_bundle(a_patient("7"), a_result("a", "7"), a_result("b", "7", value=4))),
    "HL7": (HL7, an_oru("OBX|1|NM|2039-6^CEA^LN||9.6|ng/mL|||||F", patient="7^^^HOSP^MR")),
    "C-CDA": (CDA, cda.a_document(cda.a_section("11450-4", cda.a_problem(cda.a_code("254837009"))))),
    "DICOM": (DICOM, a_file()),
    "CSV": (CSV, a_table("7,1961-01-01,2026-01-01,CEA,1,ng/mL\n7,1961-01-01,2026-02-01,CEA,2,ng/mL")),
    "XLSX": (XLSX, a_book(("S", a_sheet([["patient_id", "birth_date", "date", "marker", "value", "unit"], ["7", "1961-01-01", "2026-01-01", "CEA", 1, "ng/mL"]])))),
}  # fmt: skip


def post(api: Api, content: bytes, kind: str = FHIR, path: str = "/v1/imports", **options: Any) -> Response:
    answer = api.post(path, content=content, headers={"Content-Type": kind}, **options)
    assert answer.status_code in {200, 201}, answer.text[:1000]
    return answer


def state(api: Api) -> list[Any]:
    """Return all that the cases hold, what was said of it and when included."""
    return [
        (case, *(api.get(f"/v1/cases/{case['id']}/{what}", status=200).text for what in ("records", "documents")))
        for case in api.get("/v1/cases", status=200).json()["items"]
    ]  # fmt: skip


def values(api: Api) -> dict[str, float]:
    """Return the values of the results by date and value, of all cases."""
    return {
        record["id"]: record["value"]
        for case in api.get("/v1/cases", status=200).json()["items"]
        for record in api.get(f"/v1/cases/{case['id']}/records", status=200).json()["items"]
    }


@pytest.mark.parametrize("name", MADE)
def test_what_was_posted_before_changes_nothing_not_even_a_revision(api: Api, name: str) -> None:
    kind, content = MADE[name]
    tried = post(api, content, kind, params={"dry_run": True}).json()
    assert state(api) == []
    first = post(api, content, kind).json()
    assert [one["outcome"] for one in tried["items"]] == [one["outcome"] for one in first["items"]]
    before = state(api)
    for options in ({}, {"dry_run": True}, {"atomic": True}):
        again = post(api, content, kind, params=options)
        assert again.status_code == 200
        assert again.json()["counts"].keys() <= {"duplicate", "skipped"}
    (case,) = api.get("/v1/cases", status=200).json()["items"]
    post(api, content, kind, f"/v1/cases/{case['id']}/imports")
    assert state(api) == before


def test_halves_and_shuffled_wholes_store_what_the_whole_would(api: Api) -> None:
    results = [a_result(f"o{number}", "7", value=number) for number in range(12)]
    post(api, a_bundle(a_patient("7"), *results[:6]))
    post(api, a_bundle(a_patient("7"), *results[3:]))
    before = values(api)
    assert sorted(before.values()) == list(range(12))
    for seed in range(3):
        mixed = [a_patient("7"), *results]
        random.Random(seed).shuffle(mixed)
        assert post(api, a_bundle(*mixed)).json()["counts"]["duplicate"] == 12
    assert values(api) == before
    assert api.get("/v1/cases", status=200).json()["items"][0]["revision"] == 2


def test_versions_in_any_order_end_with_the_newest(api: Api) -> None:
    versions = [a_result("o", "7", value=int(version), version=version) for version in "1234"]
    for order in ((0, 2, 1, 3), (3, 0, 1, 2), (1, 3, 3, 0)):
        number = "-".join(map(str, order))
        for at in order:
            one = {**versions[at], "id": f"o{number}"}
            post(api, a_bundle(a_patient("7"), one))
    assert set(values(api).values()) == {4}
    assert len(values(api)) == 3


def test_a_corrected_version_between_two_repeats_stands_and_the_old_one_does_not_come_back(api: Api) -> None:
    old, new = (
        a_bundle(a_patient("7"), a_result("o", "7", value=value, version=str(value))) for value in (1, 2)
    )
    for content in (old, new, old, new, old):
        post(api, content)
    assert list(values(api).values()) == [2]
    (case,) = api.get("/v1/cases", status=200).json()["items"]
    assert case["revision"] == 2


def test_what_was_taken_back_stays_so_until_the_sender_says_it_anew(api: Api) -> None:
    said = a_result("o", "7", value=1, version="1")
    gone = {**a_result("o", "7", value=1, version="2"), "status": "entered-in-error"}
    anew = a_result("o", "7", value=3, version="3")
    for content, expected in ((said, [1]), (gone, []), (said, []), (gone, []), (anew, [3]), (said, [3])):
        post(api, a_bundle(a_patient("7"), content))
        assert list(values(api).values()) == expected


def test_a_document_sent_again_in_other_bytes_is_kept_beside_the_one_before_and_each_once(api: Api) -> None:
    def letter(text: str) -> dict[str, Any]:
        attachment = {"contentType": "text/plain", "data": text}
        return {
            "resourceType": "DocumentReference",
            "id": "d",
            "status": "current",
            "subject": {"reference": "Patient/7"},
            "content": [{"attachment": attachment}],
        }

    first, second = (
        a_bundle(a_patient("7"), letter(text)) for text in ("QSBsZXR0ZXIu", "QW5vdGhlciBsZXR0ZXIu")
    )
    for content in (first, second, first, second, first):
        post(api, content)
    (case,) = api.get("/v1/cases", status=200).json()["items"]
    listed = api.get(f"/v1/cases/{case['id']}/documents", status=200).json()["items"]
    assert len([one for one in listed if one["kind"] != "import_payload"]) == 2


REAL = ("fhir_mcode", "hl7v2", "ccda", "mcode_csv", "dicom")
OF_EACH = 12


@pytest.mark.parametrize("folder", REAL)
def test_real_files_posted_again_in_another_order_change_nothing(
    api: Api, real_files: Path, folder: str
) -> None:
    paths = [
        one
        for one in sorted((real_files / folder).rglob("*"))
        if one.is_file() and one.stat().st_size < 300_000
    ]
    chosen = random.Random(folder).sample(paths, OF_EACH)
    case_ids = {path: api.open_case() for path in chosen}

    def send(path: Path) -> Response:
        return api.post(
            f"/v1/cases/{case_ids[path]}/imports",
            content=path.read_bytes(),
            params={"file_name": path.name, "same_patient": True},
            headers={"Content-Type": "application/octet-stream"},
        )

    first = {path: send(path).status_code for path in chosen}
    before = state(api)
    for path in reversed(chosen):
        again = send(path)
        assert again.status_code == (200 if first[path] == 201 else first[path])
        assert first[path] < 500
    assert state(api) == before


CANARIES = {
    "FHIR": (FHIR, a_bundle({**a_patient(CANARY, CANARY), "id": "7", "birthDate": "1961-02-14"}, {**a_result("o", "7"), "note": [{"text": CANARY}], "code": {"text": CANARY}})),
    "NDJSON": (NDJSON, b'{"resourceType": "Patient", "name": "%s"}\n{broken %s' % ((CANARY.encode(),) * 2)),
    "HL7": (HL7, an_oru(f"OBX|1|{CANARY}|2039-6^{CANARY}^LN||{CANARY}|{CANARY}|||||F", f"NTE|1||{CANARY}", f"ZZZ|{CANARY}")),
    "C-CDA": (CDA, cda.a_document(cda.a_section("11450-4", cda.a_problem(cda.a_code(CANARY, CANARY)), text=CANARY), title=CANARY, patient=cda.PATIENT.replace("MRN-7", CANARY).replace("Example", CANARY))),
    "DICOM": (DICOM, a_file(PatientID=CANARY, PatientName=CANARY, StudyDescription=CANARY, AccessionNumber=CANARY, InstitutionName=CANARY, SeriesDescription=CANARY)),
    "CSV": (CSV, a_table(f"{CANARY},1961-01-01,03.04.2026,{CANARY},{CANARY},{CANARY}\n{CANARY},1961-01-01,2026-01-01,{CANARY},1,ng/mL")),
}  # fmt: skip


@pytest.mark.parametrize("name", CANARIES)
def test_what_a_payload_says_is_in_no_log_and_no_answer_whatever_becomes_of_it(
    api: Api, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    kind, content = CANARIES[name]
    headers = {"Content-Type": kind}
    named = api.open_case(patient={"name": "Somebody Else", "birth_date": "1900", "sex": "male"})
    answers = [
        api.post("/v1/imports", content=content, headers=headers),
        api.post("/v1/imports", content=content, headers=headers, params={"atomic": True}),
        api.post("/v1/imports", content=content[: len(content) // 2], headers=headers),
        api.post(f"/v1/cases/{named}/imports", content=content, headers=headers),
        api.post("/v1/imports", content=content, headers={"Content-Type": "text/plain"}),
    ]
    for answer in answers:
        assert answer.status_code < 500
        assert CANARY not in answer.text
        assert not any(CANARY in value for value in answer.headers.values())
    logged = capsys.readouterr()
    assert CANARY not in logged.out + logged.err


@pytest.mark.parametrize("name", MADE)
def test_the_same_patient_of_another_organisation_is_not_known(api: Api, other_api: Api, name: str) -> None:
    kind, content = MADE[name]
    (ours,) = post(api, content, kind).json()["cases"]
    theirs = post(other_api, content, kind)
    (case,) = theirs.json()["cases"]
    assert (theirs.status_code, case["outcome"]) == (201, "opened")
    assert ours["case_id"] not in theirs.text
    assert theirs.json()["counts"].keys() <= {"created", "skipped"}
    assert (
        other_api.post(
            f"/v1/cases/{ours['case_id']}/imports", content=content, headers={"Content-Type": kind}
        ).status_code
        == 404
    )
