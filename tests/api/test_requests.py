"""The chase list over the API, on both databases."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.infra.database import Database
from app.infra.local_blobs import LocalBlobs
from app.verification import verify
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
    plain = api.get(place, params=DAY, headers={"Accept": "text/plain"}, status=200)
    assert plain.text == first["letter"]["text"]
    assert plain.headers["content-type"].startswith("text/plain")
    page = api.get(place, params={**DAY, "format": "html"}, status=200)
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["content-language"] == "en"
    assert "<script" not in page.text
    assert page.text.count("<article") == 1


def test_the_same_answer_is_not_sent_twice(api: Api, case_id: str) -> None:
    place = f"/v1/cases/{case_id}/requests"
    tags = set()
    for params in (
        {},
        {"language": "es"},
        {"identity": "none"},
        {"answer_to": "us"},
        {"format": "html"},
        {"as_of": "2026-03-21"},
    ):
        answer = api.get(place, params={**DAY, **params}, status=200)
        tags.add(answer.headers["etag"])
        seen = {"If-None-Match": answer.headers["etag"]}
        assert api.get(place, params={**DAY, **params}, headers=seen).status_code == 304
    assert len(tags) == 6
    api.add(case_id, {"kind": "comorbidity", "stated": "none"})
    assert api.get(place, params=DAY, status=200).headers["etag"] not in tags


def test_all_open_letters_come_one_after_the_other(api: Api, case_id: str) -> None:
    place = f"/v1/cases/{case_id}/requests"
    page = api.get(place, params=DAY, headers={"Accept": "text/html"}, status=200).text
    assert page.count("<article") == 5
    plain = api.get(place, params={**DAY, "format": "text"}, status=200).text
    assert len(plain.split("\f")) == 5


def test_a_letter_says_where_its_answer_goes_or_leaves_room_for_it(api: Api, case_id: str) -> None:
    place, to = f"/v1/cases/{case_id}/requests", "Ana <Ruiz>\n\n  +34 600 000 000\r\nana@example.org"
    told = api.get(place, params={**DAY, "answer_to": to}, status=200).json()
    assert told["notes"] == []
    for one in told["requests"]:
        where = "   Ana <Ruiz>\n   +34 600 000 000\n   ana@example.org\n\n"
        assert f"Please send your answer to:\n{where}" in one["letter"]["text"]
    page = api.get(place, params={**DAY, "answer_to": to, "format": "html"}, status=200).text
    assert page.count("<bdi>Ana &lt;Ruiz&gt;</bdi>") == page.count("<article") == 5
    assert "fill-in" not in page[page.index("<body") :]
    room = api.get(place, params={**DAY, "format": "html"}, status=200).text
    assert room.count('<p class="to fill-in">') == 10
    assert "`answer_to`" in room[room.index("<aside") : room.index("</aside>")]
    text = api.get(place, params={**DAY, "format": "text"}, status=200).text
    assert "Please send your answer to:\n   ____" in text


def test_a_letter_is_signed_by_the_organisation_unless_nobody_gave_it_a_name(
    api: Api, other_api: Api, case_id: str
) -> None:
    (first, *_) = requests(api, case_id)["requests"]
    assert first["letter"]["text"].endswith("\nThank you very much.\n")
    other = other_api.open_case(purposes=["response"])
    (first, *_) = requests(other_api, other)["requests"]
    assert first["letter"]["text"].endswith("\nThank you very much.\n\nanother organisation\n")


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


def test_letters_in_an_unreviewed_language_say_so_to_the_coordinator_alone(api: Api, case_id: str) -> None:
    answer = requests(api, case_id, language="ar")
    assert answer["review"] == "unreviewed"
    (_, note) = answer["notes"]
    assert "Arabic" in note
    letters = [one["letter"] for one in answer["requests"]]
    assert {letter["direction"] for letter in letters} == {"rtl"}
    assert not any("review" in letter["text"] for letter in letters)
    page = api.get(
        f"/v1/cases/{case_id}/requests", params={**DAY, "language": "ar", "format": "html"}, status=200
    ).text
    assert '<html lang="ar" dir="rtl">' in page
    assert "reviewed" in page[page.index("<aside") : page.index("</aside>")]
    assert "reviewed" not in page[page.index("</aside>") :]
    assert {one["id"] for one in answer["requests"]} == {
        one["id"] for one in requests(api, case_id)["requests"]
    }


def test_a_request_that_is_none_and_a_language_without_words_are_told(api: Api, case_id: str) -> None:
    problem = api.get(f"/v1/cases/{case_id}/requests/request-of-nobody", status=404).json()
    assert problem["type"] == "/problems/request-not-found"
    problem = api.get(f"/v1/cases/{case_id}/requests", params={"language": "tlh"}, status=404).json()
    assert problem["type"] == "/problems/language-not-found"
    assert "en" in problem["detail"]


# --- sent -----------------------------------------------------------------------------------------------------------


def the_request(api: Api, case_id: str, kind: str, **params: Any) -> dict[str, Any]:
    return next(one for one in requests(api, case_id, **params)["requests"] if one["holder"]["kind"] == kind)


def test_a_request_is_marked_as_sent_once(api: Api, case_id: str) -> None:
    one = the_request(api, case_id, "laboratory")
    place = f"/v1/cases/{case_id}/requests/{one['id']}/sent"
    body = {"to": "lab@example.org", "how": "post", "on": "2026-03-18", "note": "with consent"}
    answer = api.post(place, params=DAY, json=body, status=201, headers={"X-Actor": "A. Coordinator"})
    assert answer.headers["location"] == place.removesuffix("/sent")
    marked = answer.json()
    assert (marked["id"], marked["state"], marked["days_since_sent"]) == (one["id"], "sent", 2)
    assert marked["sending"] == {**body, "language": None, "by": "A. Coordinator"}
    revision = api.get(f"/v1/cases/{case_id}", status=200).json()["revision"]
    assert api.post(place, params=DAY, json=body, status=200).json() == marked
    assert api.get(f"/v1/cases/{case_id}", status=200).json()["revision"] == revision
    problem = api.post(place, params=DAY, json={**body, "how": "fax"}, status=409).json()
    assert problem["type"] == "/problems/already-sent"
    shown = the_request(api, case_id, "laboratory", as_of="2026-03-28")
    assert (shown["id"], shown["days_since_sent"]) == (one["id"], 10)
    events = [event["kind"] for event in api.get(f"/v1/cases/{case_id}/events", status=200).json()["items"]]
    assert events.count("request.sent") == 1


def test_a_request_sent_once_more_without_a_day_is_the_same(api: Api, case_id: str) -> None:
    one = the_request(api, case_id, "family")
    place = f"/v1/cases/{case_id}/requests/{one['id']}/sent"
    api.post(place, params=DAY, json={"to": "them", "on": "2026-03-10"}, status=201)
    assert api.post(place, params=DAY, json={"to": "them"}, status=200).json()["days_since_sent"] == 10


def test_a_mark_made_by_mistake_is_withdrawn(api: Api, case_id: str) -> None:
    one = the_request(api, case_id, "laboratory")
    place = f"/v1/cases/{case_id}/requests/{one['id']}/sent"
    assert api.delete(place, status=404).json()["type"] == "/problems/request-not-found"
    api.post(place, params=DAY, json={"to": "them"}, status=201)
    api.delete(place, status=204)
    assert the_request(api, case_id, "laboratory") == one
    api.post(place, params=DAY, json={"to": "others"}, status=201)


def test_what_arrives_answers_a_request(api: Api, case_id: str) -> None:
    one = the_request(api, case_id, "family")
    api.post(f"/v1/cases/{case_id}/requests/{one['id']}/sent", params=DAY, json={"to": "family"}, status=201)
    (record_id,) = api.add(case_id, {"kind": "medication", "stated": "none", "date": "2026-03-19"})
    now = the_request(api, case_id, "family")
    assert (now["id"], now["state"]) == (one["id"], "answered")
    settled = [item for item in now["items"] if item["state"] == "settled"]
    assert [(item["item"], item["answered_by"]) for item in settled] == [
        ("medications", [{"record_id": record_id, "document_id": None}])
    ]
    assert "Current medicines" not in now["letter"]["text"]


def test_a_request_is_judged_by_the_checklist_that_it_was_sent_by(api: Api, case_id: str) -> None:
    one = the_request(api, case_id, "treating_doctor", checklist="progression", profile="fox-chase")
    assert "progression_detail" in [item["item"] for item in one["items"]]
    place = f"/v1/cases/{case_id}/requests/{one['id']}/sent"
    api.post(
        place,
        params={**DAY, "checklist": "progression", "profile": "fox-chase"},
        json={"to": "x"},
        status=201,
    )
    now = the_request(api, case_id, "treating_doctor")
    assert (now["id"], now["state"]) == (one["id"], "sent")


@pytest.mark.parametrize(
    ("body", "status", "slug"),
    [
        ({"to": "x", "on": "2199-01-01"}, 422, "sent-later"),
        ({"to": "x", "language": "tlh"}, 404, "language-not-found"),
        ({"to": "x", "how": "pigeon"}, 422, "invalid-request"),
        ({}, 422, "invalid-request"),
    ],
)
def test_what_cannot_have_been_sent_is_refused(
    api: Api, case_id: str, body: dict[str, Any], status: int, slug: str
) -> None:
    one = the_request(api, case_id, "family")
    place = f"/v1/cases/{case_id}/requests/{one['id']}/sent"
    problem = api.post(place, params=DAY, json=body, status=status).json()
    assert problem["type"] == f"/problems/{slug}"


def test_a_request_that_nobody_made_is_not_marked(api: Api, case_id: str) -> None:
    place = f"/v1/cases/{case_id}/requests/request-of-nobody/sent"
    assert api.post(place, json={"to": "x"}, status=404).json()["type"] == "/problems/request-not-found"


def test_marks_are_erased_with_the_case_and_stand_in_the_trail(
    api: Api, case_id: str, database_url: str, tmp_path: Path
) -> None:
    one = the_request(api, case_id, "family")
    place = f"/v1/cases/{case_id}/requests/{one['id']}/sent"
    api.post(place, params=DAY, json={"to": "zqfamily"}, status=201)
    database, blobs = Database(database_url), LocalBlobs(tmp_path / "blobs")
    try:
        assert list(verify(database, blobs)) == []
        with database.connect() as connection:
            connection.execute(text("UPDATE sent_requests SET body = replace(body, 'zqfamily', 'others')"))
        assert [one.chain for one in verify(database, blobs)] == [one["id"]]
        api.delete(f"/v1/cases/{case_id}", status=204)
        with database.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM sent_requests")).scalar() == 0
        assert list(verify(database, blobs)) == []
    finally:
        database.dispose()
