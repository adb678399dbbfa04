"""The worklist over the API, on both databases: by urgency, right at once, and never wrong for being kept."""

import json
from datetime import UTC, date, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import text

from app.infra.database import Database
from app.worklist import preparing
from tests.conftest import Api
from tests.worked_cases import EXAMPLES, LUNG, OVARY, day_of

DAY = day_of(LUNG)
STOOL = {"kind": "symptom", "symptom": "unable to pass stool", "date": "2026-03-19", "trend": "worsening"}


def worklist(api: Api, **params: Any) -> list[dict[str, Any]]:
    answer = api.get("/v1/worklist", params={"as_of": DAY.isoformat(), **params}, status=200)
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row["case_id"] for row in rows]


def worked(api: Api, name: str) -> str:
    case_id = api.open_case(**json.loads((EXAMPLES / name / "case.json").read_text(encoding="utf-8")))
    records = json.loads((EXAMPLES / name / "records.json").read_text(encoding="utf-8"))["records"]
    api.add(case_id, *records)
    return case_id


def test_a_case_shows_what_it_lacks_and_what_blocks_it(api: Api) -> None:
    case_id = worked(api, LUNG)
    (row,) = worklist(api)
    report = api.get(
        f"/v1/cases/{case_id}/completeness", params={"as_of": DAY.isoformat()}, status=200
    ).json()
    assert row == {
        "case_id": case_id,
        "reference": "LUNG-MIXED",
        "purposes": ["response"],
        "revision": report["revision"],
        "urgency": "not_ready",
        "emergency": False,
        "ready": False,
        "score": report["score"],
        "missing": 7,
        "partial": 1,
        "stale": 0,
        "unknown": 1,
        "unconfirmed": 0,
        "blocking_items": [
            {"item": "oncologist_note_latest", "status": "missing"},
            {"item": "treatment_history", "status": "partial"},
            {"item": "labs_organ", "status": "missing"},
            {"item": "medications", "status": "missing"},
        ],
        "blocking_conflicts": [],
        "days_since_arrival": 0,
        "requests_open": 5,
        "requests_sent": 0,
        "waiting_days": None,
    }


def test_it_is_right_at_once_after_a_write_and_as_days_pass(api: Api) -> None:
    case_id = worked(api, OVARY)
    other = api.open_case(reference="other", purposes=["response"])
    assert ids(worklist(api)) == [case_id, other]
    api.add(other, STOOL)
    first, second = worklist(api)
    assert (first["case_id"], first["urgency"], first["emergency"]) == (other, "emergency", True)
    assert second["case_id"] == case_id
    stale = [row["stale"] for row in worklist(api, as_of="2199-01-01") if row["case_id"] == other]
    assert stale == [1]
    api.put(f"/v1/cases/{other}/waivers/symptoms", json={"reason": "r", "until": "2199-06-30"})
    (row,) = [row for row in worklist(api, as_of="2199-01-01") if row["case_id"] == other]
    assert row["stale"] == 0


def test_requests_that_wait_are_counted_and_filtered(api: Api) -> None:
    case_id, other = worked(api, LUNG), api.open_case()
    params = {"as_of": DAY.isoformat()}
    (one, *_) = api.get(f"/v1/cases/{case_id}/requests", params=params, status=200).json()["requests"]
    place = f"/v1/cases/{case_id}/requests/{one['id']}/sent"
    api.post(place, params=params, json={"to": "them", "on": "2026-03-10"}, status=201)
    row = next(row for row in worklist(api) if row["case_id"] == case_id)
    assert (row["requests_open"], row["requests_sent"], row["waiting_days"]) == (4, 1, 10)
    assert ids(worklist(api, waiting_over=9)) == [case_id]
    assert ids(worklist(api, waiting_over=10)) == []
    assert ids(worklist(api, waiting_over=10, as_of="2026-03-21")) == [case_id]
    assert other in ids(worklist(api))


def test_filters_by_what_the_case_says(api: Api) -> None:
    lung, ovary = worked(api, LUNG), worked(api, OVARY)
    assert ids(worklist(api, purpose="progression")) == [ovary]
    assert ids(worklist(api, reference="LUNG-MIXED")) == [lung]
    assert ids(worklist(api, text="ovar")) == [ovary]
    assert set(ids(worklist(api, readiness="not_ready"))) == {lung, ovary}
    assert worklist(api, readiness="ready") == worklist(api, emergency=True) == []


def test_pages_follow_each_other_without_gap(api: Api) -> None:
    opened = [api.open_case(reference=f"R-{number}") for number in range(5)]
    api.add(opened[3], STOOL)
    seen: list[str] = []
    path: str | None = f"/v1/worklist?limit=2&as_of={DAY.isoformat()}"
    while path:
        answer = api.get(path, status=200)
        seen.extend(ids(answer.json()["items"]))
        link = answer.headers.get("link")
        path = link[1 : link.index(">")] if link else None
    assert seen == [opened[3], opened[0], opened[1], opened[2], opened[4]]
    assert (
        api.get("/v1/worklist", params={"cursor": "x"}, status=422).json()["type"] == "/problems/bad-cursor"
    )


def test_a_key_limited_to_one_case_sees_that_case_only(api: Api, other_api: Api) -> None:
    case_id, other = api.open_case(), api.open_case()
    assert set(ids(worklist(api))) == {case_id, other}
    limited = api.make_key("read", case_id=other)
    assert ids(worklist(limited)) == [other]
    assert worklist(other_api) == []


@pytest.fixture(autouse=True)
def _nothing_prepares(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "FIRST_AFTER", timedelta(hours=1))


@pytest.fixture
def database(database_url: str) -> Any:
    made = Database(database_url)
    yield made
    made.dispose()


def forget(database: Database) -> int:
    """Forget all that is kept, and tell how much that was."""
    with database.connect() as connection:
        return connection.execute(text("DELETE FROM worklist_rows")).rowcount


def test_what_is_kept_is_erased_with_the_case_and_holds_nothing_that_anybody_wrote(
    api: Api, database: Database
) -> None:
    case_id = worked(api, LUNG)
    api.add(case_id, STOOL)
    worklist(api)
    with database.connect() as connection:
        ((body,),) = connection.execute(text("SELECT body FROM worklist_rows")).all()
    assert not any(word in body.lower() for word in ("lung", "stool", "adeno", "cea", "clinic", "1961"))
    api.delete(f"/v1/cases/{case_id}", status=204)
    assert worklist(api) == []
    assert forget(database) == 0


def test_a_case_is_worked_out_once_while_nothing_changes(api: Api, database: Database) -> None:
    worked(api, LUNG)
    first = worklist(api)
    with database.connect() as connection:
        connection.execute(
            text("UPDATE worklist_rows SET body = replace(body, 'missing\"\\:7,', 'missing\"\\:70,')")
        )
    assert [row["missing"] for row in worklist(api)] == [70], "it is read from what is kept"
    with database.connect() as connection:
        connection.execute(text("UPDATE worklist_rows SET rules = 'other rules'"))
    assert worklist(api) == first, "what other rules have worked out is not taken"


WRITES = (
    STOOL,
    {"kind": "symptom", "symptom": "cough", "date": "2026-03-10", "trend": "stable"},
    {"kind": "lab_result", "test": "Haemoglobin", "value": 11, "unit": "g/dL", "date": "2026-03-18"},
    {"kind": "imaging_study", "modality": "CT", "date": "2026-04-01", "impression": "x"},
    {"kind": "medication", "stated": "none", "date": "2026-03-12"},
    {"kind": "admission", "stated": "none"},
    {"kind": "diagnosis", "site": "left lung", "laterality": "left", "date": "2025"},
)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_kept_is_what_would_be_worked_out_anew_after_any_writes_and_days(
    api: Api, database: Database, seed: int
) -> None:
    chance = Random(seed)
    cases = [worked(api, LUNG), worked(api, OVARY), api.open_case()]
    added: dict[str, list[str]] = {case_id: [] for case_id in cases}
    for _ in range(12):
        case_id, day = chance.choice(cases), DAY + timedelta(days=chance.randint(-30, 120))
        _write(api, chance, case_id, added[case_id], day)
        sum(preparing.Preparing(database, UTC).run(day + timedelta(days=chance.randint(-1, 1)), today=day))
        for as_of in (day, day + timedelta(days=chance.randint(0, 20))):
            kept = worklist(api, as_of=as_of.isoformat())
            forget(database)
            assert kept == worklist(api, as_of=as_of.isoformat()), (seed, as_of)


def _write(api: Api, chance: Random, case_id: str, added: list[str], day: date) -> None:
    place = f"/v1/cases/{case_id}"
    match chance.randint(0, 5):
        case 0 if added:
            api.delete(f"{place}/records/{added.pop()}", status=204)
        case 1:
            waiver = {"reason": "r", "until": "2199-12-31"}
            api.put(f"{place}/waivers/{chance.choice(['symptoms', 'labs_organ'])}", json=waiver)
        case 2:
            params = {"as_of": day.isoformat()}
            asked = api.get(f"{place}/requests", params=params, status=200).json()["requests"]
            still = [one for one in asked if one["state"] == "open"]
            if still:
                api.post(
                    f"{place}/requests/{still[0]['id']}/sent", params=params, json={"to": "x"}, status=201
                )
        case 3:
            api.patch(place, json={"purposes": [chance.choice(["response", "remission"])]}, status=200)
        case _:
            added.extend(api.add(case_id, chance.choice(WRITES)))
