"""The completeness report over the API: items explained, what changed, waivers; on both databases."""

from datetime import date
from typing import Any

import pytest

from tests.conftest import Api

SYMPTOM = {"kind": "symptom", "symptom": "cough", "trend": "stable", "date": "2026-03-10"}
DAY = {"as_of": "2026-03-20"}
WHY = {"reason": "The hospital has closed."}


def status(api: Api, case_id: str, key: str, **params: Any) -> dict[str, Any]:
    items = api.get(f"/v1/cases/{case_id}/completeness", params=params, status=200).json()["items"]
    found: dict[str, Any] = next(one for one in items if one["key"] == key)
    return found


# --- explained -----------------------------------------------------------------------------------------------------


def test_an_item_is_explained_with_evidence_fields_and_arithmetic(api: Api) -> None:
    case_id = api.open_case()
    (record_id,) = api.add(case_id, SYMPTOM)
    url = f"/v1/cases/{case_id}/completeness/items/symptoms"
    found = api.get(url, params=DAY, status=200)
    body = found.json()
    assert body["item"] == status(api, case_id, "symptoms", **DAY)
    assert body["fields"][0] == {
        "name": "symptom",
        "is_required": True,
        "ways": ["symptom"],
        "state": "stated",
        "stated_by": [record_id],
    }
    assert body["freshness"]["words"] == (
        "2026-03-20 minus 2026-03-10 is 10 days; the limit is 14: not certainly older."
    )
    assert api.get(url, params=DAY, headers={"If-None-Match": found.headers["ETag"]}).status_code == 304


def test_an_unknown_item_is_a_problem_that_names_those_there_are(api: Api) -> None:
    case_id = api.open_case()
    problem = api.get(f"/v1/cases/{case_id}/completeness/items/nonsense", status=404).json()
    assert "diagnosis_core, oncologist_note_latest" in problem["detail"]


def test_an_item_of_a_profile_is_explained_as_one_of_it(api: Api) -> None:
    case_id = api.open_case()
    url = f"/v1/cases/{case_id}/completeness/items/identity_document"
    body = api.get(url, params={"profile": "city-of-hope"}, status=200).json()
    assert body["item"]["rule"]["id"] == "city-of-hope/identity_document"
    assert body["profile"]["id"] == "city-of-hope"
    api.get(url, status=404)


# --- what changed --------------------------------------------------------------------------------------------------


def test_what_changed_since_a_revision_is_told(api: Api) -> None:
    case_id = api.open_case()
    api.add(case_id, SYMPTOM)
    url = f"/v1/cases/{case_id}/completeness/changes"
    body = api.get(url, params={"since": 1, **DAY}, status=200).json()
    assert (body["before"]["revision"], body["now"]["revision"]) == (1, 2)
    assert [(one["key"], one["status_before"], one["status_now"]) for one in body["items"]] == [
        ("symptoms", "missing", "present")
    ]
    assert body["blocking"] == {"added": [], "removed": ["symptoms"]}
    nothing = api.get(url, params={"since": 2, **DAY}, status=200).json()
    assert nothing["items"] == []


def test_days_that_passed_make_a_difference_only_where_they_are_asked_about(api: Api) -> None:
    case_id = api.open_case()
    api.add(case_id, SYMPTOM)
    url = f"/v1/cases/{case_id}/completeness/changes"
    later = {"since": 2, "as_of": "2026-05-20"}
    assert api.get(url, params=later, status=200).json()["items"] == []
    aged = api.get(url, params={**later, "since_as_of": "2026-03-20"}, status=200).json()
    assert [one["words"][0] for one in aged["items"]] == ["Was present, is stale."]


@pytest.mark.parametrize(
    ("params", "expected"), [({"since": 9}, 404), ({"since": 0}, 422), ({"since_as_of": "soon"}, 422)]
)
def test_a_revision_that_never_was_is_a_problem(api: Api, params: Any, expected: int) -> None:
    case_id = api.open_case()
    api.get(f"/v1/cases/{case_id}/completeness/changes", params=params, status=expected)


# --- waivers ---------------------------------------------------------------------------------------------------------


def test_an_item_is_waived_with_who_why_and_until_when_and_the_waiver_can_be_withdrawn(api: Api) -> None:
    case_id = api.open_case()
    url = f"/v1/cases/{case_id}/waivers/symptoms"
    body = {**WHY, "until": "2099-12-31", "decided_by": "A. Coordinator"}
    answer = api.put(url, json=body, status=201)
    waived = answer.json()
    assert answer.headers["Location"] == f"/v1/cases/{case_id}/records/{waived['record_id']}"
    found = status(api, case_id, "symptoms")
    assert (found["status"], found["next_action"]) == ("waived", None)
    assert found["waiver"] == {
        "record_id": waived["record_id"],
        "by": "A. Coordinator",
        "on": waived["decided_on"],
        "reason": WHY["reason"],
        "until": "2099-12-31",
    }
    listed = api.get(f"/v1/cases/{case_id}/waivers", status=200).json()
    assert listed["items"] == [waived]
    api.delete(url, params={"reason": "It came after all."}, status=204)
    assert status(api, case_id, "symptoms")["status"] == "missing"
    assert api.get(f"/v1/cases/{case_id}/waivers", status=200).json()["items"] == []
    assert api.delete(url, status=409).json()["type"] == "/problems/not-waived"
    kinds = [one["kind"] for one in api.get(f"/v1/cases/{case_id}/events").json()["items"]]
    assert kinds == ["case.opened", "record.created", "record.created"]
    api.put(url, json=WHY, status=201)
    assert status(api, case_id, "symptoms")["status"] == "waived"


def test_the_same_waiver_once_more_changes_nothing_and_other_words_take_its_place(api: Api) -> None:
    case_id = api.open_case()
    url = f"/v1/cases/{case_id}/waivers/symptoms"
    first = api.put(url, json=WHY, status=201).json()
    assert api.put(url, json=WHY, status=200).json() == first
    second = api.put(url, json={"reason": "Another reason."}, status=201).json()
    assert second["revision"] == first["revision"] + 1
    assert status(api, case_id, "symptoms")["waiver"]["reason"] == "Another reason."


def test_who_decides_is_the_person_behind_the_key_or_else_the_key(api: Api) -> None:
    case_id = api.open_case()
    url = f"/v1/cases/{case_id}/waivers"
    named = api.put(f"{url}/symptoms", json=WHY, headers={"X-Actor": "B. Nurse"}, status=201).json()
    assert named["decided_by"] == "B. Nurse"
    key = api.get("/v1/whoami").json()["key_name"]
    assert api.put(f"{url}/admin", json=WHY, status=201).json()["decided_by"] == key


def test_an_unknown_key_is_a_problem_that_names_the_keys(api: Api) -> None:
    case_id = api.open_case()
    for method in (api.put, api.delete):
        options = {"json": WHY} if method == api.put else {}
        problem = method(f"/v1/cases/{case_id}/waivers/nonsense", status=404, **options).json()
        assert problem["type"] == "/problems/unknown-item"
        assert "admin, comorbid_allergy" in problem["detail"]


def test_items_of_own_checklists_and_profiles_can_be_waived(api: Api) -> None:
    case_id = api.open_case()
    own = {
        "requirement": "required",
        "label": "A letter",
        "why": "Because.",
        "source": "a test",
        "need": {"documents": {"kinds": ["referral"]}},
    }
    head = {"version": "1", "label": "Mine", "source": "a test"}
    api.post("/v1/checklists", json={"id": "mine", **head, "items": {"letter_one": own}}, status=201)
    api.post("/v1/profiles", json={"id": "there", **head, "items": {"letter_two": own}}, status=201)
    for key in ("letter_one", "letter_two", "identity_document"):
        api.put(f"/v1/cases/{case_id}/waivers/{key}", json=WHY, status=201)
    params = {"checklist": "mine", "profile": "there"}
    report = api.get(f"/v1/cases/{case_id}/completeness", params=params, status=200).json()
    assert [one["status"] for one in report["items"]] == ["waived", "waived"]
    assert report["ready"] is True


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        ({"until": "2099-12-31"}, "invalid-request"),
        ({"reason": ""}, "invalid-request"),
        ({**WHY, "until": "2020-01-01"}, "waiver-over"),
        ({**WHY, "until": "tomorrow"}, "waiver-over"),
        ({**WHY, "choice": "waived"}, "invalid-request"),
    ],
)
def test_a_waiver_that_makes_no_sense_is_refused(api: Api, body: Any, slug: str) -> None:
    case_id = api.open_case()
    problem = api.put(f"/v1/cases/{case_id}/waivers/symptoms", json=body, status=422).json()
    assert problem["type"] == f"/problems/{slug}"
    assert problem["errors"]


def test_a_waiver_ends_after_its_last_day(api: Api) -> None:
    case_id = api.open_case()
    until = date.today().replace(year=date.today().year + 1, day=1).isoformat()  # noqa: DTZ011 (any day to come)
    api.put(f"/v1/cases/{case_id}/waivers/symptoms", json={**WHY, "until": until}, status=201)
    assert status(api, case_id, "symptoms", as_of=until)["status"] == "waived"
    found = status(api, case_id, "symptoms", as_of="2099-01-01")
    assert (found["status"], found["findings"]) == ("missing", ["missing", "waiver_expired"])
    listed = api.get(f"/v1/cases/{case_id}/waivers", params={"as_of": "2099-01-01"}, status=200).json()
    assert [one["holds"] for one in listed["items"]] == [False]


def test_a_dry_run_and_a_stale_tag_change_nothing(api: Api) -> None:
    case_id = api.open_case()
    url = f"/v1/cases/{case_id}/waivers/symptoms"
    found = api.put(url, params={"dry_run": True}, json=WHY, status=200).json()
    assert (found["record_id"], found["holds"]) == (None, True)
    api.put(url, json=WHY, headers={"If-Match": '"7"'}, status=412)
    assert api.get(f"/v1/cases/{case_id}/waivers", status=200).json()["items"] == []
    api.put(url, json=WHY, headers={"If-Match": '"1"'}, status=201)
    api.delete(url, params={"dry_run": True}, status=204)
    api.delete(url, headers={"If-Match": '"1"'}, status=412)
    assert status(api, case_id, "symptoms")["status"] == "waived"


def test_a_key_that_only_reads_waives_nothing(api: Api) -> None:
    case_id = api.open_case()
    reader = api.make_key("read")
    reader.put(f"/v1/cases/{case_id}/waivers/symptoms", json=WHY, status=403)
    reader.delete(f"/v1/cases/{case_id}/waivers/symptoms", status=403)
    assert reader.get(f"/v1/cases/{case_id}/waivers", status=200).json()["items"] == []
