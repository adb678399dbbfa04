"""What has changed since somebody last looked."""

from typing import Any

from tests.conftest import Api

DIAGNOSIS = {"kind": "diagnosis", "site": "lung", "date": "2025-11-18"}


def changed(api: Api, case_id: str, **params: Any) -> Any:
    answer = api.get(f"/v1/cases/{case_id}/changes", params={"as_of": "2026-03-20", **params}, status=200)
    return answer.json()


def test_what_is_new_since_a_revision_is_told_in_words_and_ids(api: Api) -> None:
    case_id = api.open_case(purposes=["response"])
    diagnosis, symptom = api.add(
        case_id, DIAGNOSIS, {"kind": "symptom", "symptom": "cough", "date": "2026-03-01"}
    )
    looked = api.get(f"/v1/cases/{case_id}", status=200).json()["revision"]
    api.put(f"/v1/cases/{case_id}/records/{diagnosis}", json={**DIAGNOSIS, "laterality": "left"}, status=200)
    api.delete(f"/v1/cases/{case_id}/records/{symptom}", status=204)
    files = {"files": ("letter.txt", b"A letter.")}
    uploaded = api.post(f"/v1/cases/{case_id}/documents", files=files, status=201).json()
    found = changed(api, case_id, **{"from": looked})

    assert (found["from_revision"], found["to_revision"]) == (looked, looked + 3)
    assert [(one["record_id"], one["change"]) for one in found["records"]] == [
        (diagnosis, "amended"),
        (symptom, "withdrawn"),
    ]
    assert found["records"][0]["fields"] == [{"field": "laterality", "before": None, "after": "left"}]
    assert [one["document_id"] for one in found["documents"]] == [uploaded["items"][0]["id"]]
    assert changed(api, case_id, **{"from": looked, "to": looked + 1})["documents"] == []
    assert changed(api, case_id, **{"from": looked + 3})["words"] == []


def test_the_same_question_is_answered_304(api: Api) -> None:
    case_id = api.open_case()
    api.add(case_id, DIAGNOSIS)
    url, params = f"/v1/cases/{case_id}/changes", {"from": 1, "as_of": "2026-03-20"}
    tag = api.get(url, params=params, status=200).headers["ETag"]
    api.get(url, params=params, headers={"If-None-Match": tag}, status=304)
    api.add(case_id, DIAGNOSIS)

    assert api.get(url, params=params, headers={"If-None-Match": tag}, status=200).headers["ETag"] != tag


def test_revisions_the_wrong_way_round_or_never_had_are_told_apart(api: Api) -> None:
    case_id = api.open_case()
    api.add(case_id, DIAGNOSIS)
    url = f"/v1/cases/{case_id}/changes"

    assert (
        api.get(url, params={"from": 2, "to": 1}, status=422).json()["errors"][0]["pointer"] == "/query/from"
    )
    assert api.get(url, params={"from": 1, "to": 9}, status=404).json()["type"] == "/problems/case-not-found"
    assert api.get(url, status=200).json() == api.get(url, params={"from": 1, "to": 2}, status=200).json()
