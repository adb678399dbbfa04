"""Both worked cases, posted as a caller would post them, on both databases."""

import json
from collections import defaultdict
from typing import Any

import pytest

from tests.conftest import Api
from tests.worked_cases import EXAMPLES, expectation

NAMES = sorted(file.parent.name for file in EXAMPLES.glob("*/expect.json"))
SECTIONS = [
    "alerts",
    "question",
    "patient",
    "diagnosis",
    "pathology",
    "treatment",
    "response",
    "labs",
    "symptoms",
    "complications",
    "status",
    "computed",
    "conflicts",
    "gaps",
    "questions",
    "timeline",
    "sources",
    "cautions",
]


def posted(api: Api, name: str) -> str:
    case = json.loads((EXAMPLES / name / "case.json").read_text(encoding="utf-8"))
    case_id = str(api.post("/v1/cases", json=case, status=201).json()["id"])
    records = json.loads((EXAMPLES / name / "records.json").read_text(encoding="utf-8"))
    api.post(f"/v1/cases/{case_id}/records", json=records, status=201)
    return case_id


@pytest.mark.parametrize("name", NAMES)
def test_completeness_comes_out_item_by_item_as_expected(api: Api, name: str) -> None:
    expected = expectation(name)
    case_id = posted(api, name)
    report = api.get(
        f"/v1/cases/{case_id}/completeness", params={"as_of": expected["as_of"]}, status=200
    ).json()
    by_status: dict[str, list[str]] = defaultdict(list)
    for item in report["items"]:
        group = item["status"]
        if group == "missing" and item["requirement"] == "recommended":
            group = "recommended_missing"
        by_status[group].append(item["key"])
    wanted = expected["completeness"]
    for group in ("present", "missing", "recommended_missing", "unknown"):
        assert sorted(by_status[group]) == sorted(wanted[group]), group
    partial = {item["key"]: item["lacking"] for item in report["items"] if item["status"] == "partial"}
    assert {key: sorted(fields) for key, fields in partial.items()} == {
        key: sorted(name.replace(" ", "_") for name in fields) for key, fields in wanted["partial"].items()
    }
    assert report["weights"] == wanted["weights"]
    assert report["score"] == wanted["score"]
    assert report["ready"] is wanted["ready"]
    assert report["checklist"]["id"] == expected["checklist"]


@pytest.mark.parametrize("name", NAMES)
def test_the_summary_has_every_section_in_order_and_the_expected_alerts_and_questions(
    api: Api, name: str
) -> None:
    expected = expectation(name)
    case_id = posted(api, name)
    answer = api.get(f"/v1/cases/{case_id}/summary", params={"as_of": expected["as_of"]}, status=200)
    sections = {section["key"]: section for section in answer.json()["sections"]}
    assert list(sections) == SECTIONS
    assert sections["alerts"]["statements"] == expected["alerts"]
    asked = [statement["facts"]["question_id"] for statement in sections["questions"]["statements"]]
    assert sorted(asked) == sorted(expected["questions"])
    records = {record["id"] for record in everything(api, f"/v1/cases/{case_id}/records")}
    for section in sections.values():
        for statement in section["statements"]:
            named = {source["record_id"] for source in statement["sources"] if source["record_id"]}
            assert named <= records


def everything(api: Api, url: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = api.get(
            url, params={"limit": 200, **({"cursor": cursor} if cursor else {})}, status=200
        ).json()
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("view", ["completeness", "timeline", "summary", "markers", "conflicts"])
def test_a_view_gives_the_same_bytes_again_and_304_to_who_has_them(api: Api, name: str, view: str) -> None:
    url, params = f"/v1/cases/{posted(api, name)}/{view}", {"as_of": expectation(name)["as_of"]}
    first = api.get(url, params=params, status=200)
    again = api.get(url, params=params, status=200)
    assert again.content == first.content
    assert again.headers["ETag"] == first.headers["ETag"]
    seen = api.get(url, params=params, headers={"If-None-Match": first.headers["ETag"]}, status=304)
    assert seen.content == b""


def test_a_view_changes_its_etag_when_the_case_or_the_day_changes(api: Api) -> None:
    case_id = posted(api, NAMES[0])
    url = f"/v1/cases/{case_id}/summary"
    first = api.get(url, params={"as_of": "2026-03-20"}).headers["ETag"]
    other_day = api.get(url, params={"as_of": "2026-03-21"}).headers["ETag"]
    without_name = api.get(url, params={"as_of": "2026-03-20", "identity": "none"}).headers["ETag"]
    api.add(case_id, {"kind": "symptom", "symptom": "cough", "date": "2026-03-19", "trend": "stable"})
    changed = api.get(url, params={"as_of": "2026-03-20"}).headers["ETag"]
    assert len({first, other_day, without_name, changed}) == 4


def test_the_summary_of_an_earlier_revision_is_had_again_byte_for_byte(api: Api) -> None:
    case_id = posted(api, NAMES[0])
    url = f"/v1/cases/{case_id}/summary"
    before = api.get(url, params={"as_of": "2026-03-20"}, status=200)
    record = api.get(f"/v1/cases/{case_id}/records").json()["items"][0]
    api.delete(f"/v1/cases/{case_id}/records/{record['id']}", status=204)
    api.patch(f"/v1/cases/{case_id}", json={"question": "Another?"}, status=200)
    again = api.get(url, params={"as_of": "2026-03-20", "revision": before.json()["revision"]}, status=200)
    assert again.content == before.content
    assert api.get(url, params={"as_of": "2026-03-20"}).content != before.content
    api.get(url, params={"revision": 99}, status=404)


@pytest.mark.parametrize("name", NAMES)
def test_the_timeline_is_in_the_order_of_the_earliest_days_and_pages_without_a_gap(
    api: Api, name: str
) -> None:
    url = f"/v1/cases/{posted(api, name)}/timeline"
    whole = api.get(url, status=200).json()
    days = [event["date"]["earliest"] for event in whole["items"]]
    assert days == sorted(days)
    paged: list[str] = []
    cursor = None
    while True:
        page = api.get(url, params={"limit": 5, **({"cursor": cursor} if cursor else {})}, status=200).json()
        paged += [event["id"] for event in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert paged == [event["id"] for event in whole["items"]]


def test_the_timeline_keeps_what_may_lie_in_the_window(api: Api) -> None:
    case_id = api.open_case()
    kept, year, _, undated = api.add(
        case_id,
        {"kind": "symptom", "symptom": "cough", "onset": "2025-05-10"},
        {"kind": "comorbidity", "condition": "hypertension", "since": "2025"},
        {"kind": "symptom", "symptom": "pain", "onset": "2024-12-31"},
        {"kind": "symptom", "symptom": "fever"},
    )
    answer = api.get(
        f"/v1/cases/{case_id}/timeline", params={"from": "2025-05-01", "to": "2025-05-31"}, status=200
    ).json()
    assert [event["id"] for event in answer["items"]] == [year, kept]
    assert [event["id"] for event in answer["undated"]] == [undated]


def test_an_unknown_checklist_or_item_is_said_so(api: Api) -> None:
    case_id = api.open_case()
    url = f"/v1/cases/{case_id}/completeness"
    assert (
        api.get(url, params={"checklist": "nonsense"}, status=404).json()["type"]
        == "/problems/checklist-not-found"
    )
    assert api.get(f"{url}/items/nonsense", status=404).json()["type"] == "/problems/item-not-found"
    assert api.get(f"{url}/items/symptoms", status=200).json()["item"]["status"] == "missing"
    assert [each["id"] for each in api.get("/v1/checklists", status=200).json()["items"]] == [
        "response", "progression", "recurrence", "remission",
    ]  # fmt: skip


def test_an_empty_case_is_answered_by_every_view(api: Api) -> None:
    case_id = api.open_case()
    for view in ("completeness", "timeline", "markers", "conflicts", "summary"):
        api.get(f"/v1/cases/{case_id}/{view}", status=200)
