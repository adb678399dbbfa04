"""The chase list over the API, on both databases."""

import json
from typing import Any

import pytest

from tests.conftest import Api
from tests.worked_cases import EXAMPLES, LUNG, day_of

DAY = {"as_of": day_of(LUNG).isoformat()}


@pytest.fixture
def case_id(api: Api) -> str:
    """The worked lung case."""
    made = api.open_case(**json.loads((EXAMPLES / LUNG / "case.json").read_text(encoding="utf-8")))
    records = json.loads((EXAMPLES / LUNG / "records.json").read_text(encoding="utf-8"))["records"]
    api.add(made, *records)
    return made


def requests(api: Api, case_id: str, **params: Any) -> dict[str, Any]:
    body: dict[str, Any] = api.get(
        f"/v1/cases/{case_id}/requests", params={**DAY, **params}, status=200
    ).json()
    return body


def by_holder(answer: dict[str, Any]) -> dict[str, list[str]]:
    return {one["holder"]["kind"]: [item["item"] for item in one["items"]] for one in answer["requests"]}


def test_what_is_lacking_is_merged_by_who_holds_it(api: Api, case_id: str) -> None:
    answer = requests(api, case_id)
    assert by_holder(answer) == {
        "treating_doctor": ["oncologist_note_latest", "performance_status"],
        "imaging": ["imaging_files"],
        "facility": ["treatment_history"],
        "laboratory": ["labs_organ"],
        "family": ["medications", "complications", "comorbid_allergy", "admin"],
    }
    laboratory = next(one for one in answer["requests"] if one["holder"]["kind"] == "laboratory")
    assert laboratory["holder"]["name"] == "Hospital laboratory"
    assert laboratory["holder"]["known_from"]["record_id"]
    assert laboratory["state"] == "open"
    (item,) = laboratory["items"]
    assert item["rule"]["id"] == "response/labs_organ"
    assert item["what"] in laboratory["letter"]["text"]


def test_ids_stay_while_the_same_is_asked(api: Api, case_id: str) -> None:
    first, again = requests(api, case_id), requests(api, case_id, as_of="2026-03-21")
    ids = {one["id"] for one in first["requests"]}
    assert ids == {one["id"] for one in again["requests"]}
    api.add(case_id, {"kind": "comorbidity", "stated": "none"}, {"kind": "allergy", "stated": "none"})
    changed = {one["holder"]["kind"]: one["id"] for one in requests(api, case_id)["requests"]}
    before = {one["holder"]["kind"]: one["id"] for one in first["requests"]}
    assert changed.pop("family") != before.pop("family")
    assert changed == before


def test_one_request_is_read_alone_as_data_text_and_page(api: Api, case_id: str) -> None:
    (first, *_) = requests(api, case_id)["requests"]
    place = f"/v1/cases/{case_id}/requests/{first['id']}"
    assert api.get(place, params=DAY, status=200).json() == first
    text = api.get(place, params=DAY, headers={"Accept": "text/plain"}, status=200)
    assert text.text == first["letter"]["text"]
    assert text.headers["content-type"].startswith("text/plain")
    page = api.get(place, params={**DAY, "format": "html"}, status=200)
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-language"] == "en"
    assert "<script" not in page.text
    assert page.text.count("<article") == 1


def test_all_open_letters_come_one_after_the_other(api: Api, case_id: str) -> None:
    place = f"/v1/cases/{case_id}/requests"
    page = api.get(place, params=DAY, headers={"Accept": "text/html"}, status=200).text
    assert page.count("<article") == 5
    text = api.get(place, params={**DAY, "format": "text"}, status=200).text
    assert len(text.split("\f")) == 5


def test_what_was_sent_in_is_shown_as_text_in_a_page(api: Api) -> None:
    name = "<script>alert(1)</script>"
    case_id = api.open_case(patient={"name": name}, reference=name)
    page = api.get(f"/v1/cases/{case_id}/requests", params={"format": "html"}, status=200).text
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_identity_none_leaves_the_patient_out(api: Api) -> None:
    case_id = api.open_case(reference="R-7", patient={"name": "Ana Pérez", "birth_date": "1961-04-02"})
    for shape in ("json", "text", "html"):
        place, params = f"/v1/cases/{case_id}/requests", {"identity": "none", "format": shape}
        told = api.get(place, params=params, status=200).text
        assert "R-7" in told
        assert "Ana" not in told
        assert "1961" not in told


def test_a_request_that_is_none_and_a_language_without_words_are_told(api: Api, case_id: str) -> None:
    problem = api.get(f"/v1/cases/{case_id}/requests/request-of-nobody", status=404).json()
    assert problem["type"] == "/problems/request-not-found"
    problem = api.get(f"/v1/cases/{case_id}/requests", params={"language": "tlh"}, status=404).json()
    assert problem["type"] == "/problems/language-not-found"
    assert "en" in problem["detail"]
