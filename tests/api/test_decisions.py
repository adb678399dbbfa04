"""Deciding a conflict: the decision is a record, the ledger and the summary show it, and it can be undone."""

from typing import Any

import pytest

from tests.conftest import Api

STAGES = [
    {
        "kind": "stage",
        "system": "AJCC",
        "edition": "8",
        "timing": "clinical",
        "date": "2024-01-01",
        "group": group,
    }
    for group in ("IIA", "IVA")
]
DECISION = {"choice": "second_holds", "reason": "The board restaged it.", "decided_by": "A. Coordinator"}


def a_conflict(api: Api) -> tuple[str, dict[str, Any]]:
    case_id = api.open_case()
    api.add(case_id, *STAGES)
    (conflict,) = api.get(f"/v1/cases/{case_id}/conflicts", status=200).json()["items"]
    return f"/v1/cases/{case_id}", conflict


def told(api: Api, place: str) -> str:
    sections = api.get(f"{place}/summary", status=200).json()["sections"]
    (statement,) = next(one for one in sections if one["key"] == "conflicts")["statements"]
    return str(statement["text"])


def test_a_decision_is_a_record_in_the_trail_and_the_ledger_and_the_summary_show_it(api: Api) -> None:
    place, conflict = a_conflict(api)
    answer = api.post(f"{place}/conflicts/{conflict['id']}/decision", json=DECISION, status=201)
    decided = answer.json()

    record = api.get(answer.headers["Location"], status=200).json()
    assert (record["kind"], record["about"], record["author"]) == (
        "decision",
        conflict["id"],
        "A. Coordinator",
    )
    assert decided["item"]["settled"]["decision_id"] == record["id"] == decided["decision_id"]
    assert decided["item"]["settled"]["reason"] == "The board restaged it."
    (shown,) = api.get(f"{place}/conflicts", status=200).json()["items"]
    assert shown == decided["item"]
    events = api.get(f"{place}/events", status=200).json()["items"]
    assert (events[-1]["kind"], events[-1]["subject_id"]) == ("record.created", record["id"])
    assert "by A. Coordinator: “IVA” holds; reason: “The board restaged it.”" in told(api, place)


def test_a_decision_is_undone_by_another_and_both_stay_in_the_history(api: Api) -> None:
    place, conflict = a_conflict(api)
    url = f"{place}/conflicts/{conflict['id']}/decision"
    api.post(url, json=DECISION, status=201)
    undone = api.post(url, json={"choice": "withdrawn", "reason": "Wrong report."}, status=201).json()

    assert undone["item"]["settled"] is None
    assert told(api, place).endswith("Which stage holds?")
    decisions = api.get(f"{place}/records", params={"kind": "decision"}, status=200).json()["items"]
    assert [one["choice"] for one in decisions] == ["second_holds", "withdrawn"]


def test_the_person_behind_the_key_decides_where_nobody_else_is_named(api: Api) -> None:
    place, conflict = a_conflict(api)
    body = {"choice": "both_stand", "reason": "Before and after treatment."}
    url = f"{place}/conflicts/{conflict['id']}/decision"
    answer = api.post(url, json=body, headers={"X-Actor": "B. Nurse"}, status=201)

    assert answer.json()["item"]["settled"]["by"] == "B. Nurse"


@pytest.mark.parametrize("conflict_id", ["conflict-00000000000000000000", "nonsense"])
def test_a_conflict_that_is_not_in_the_ledger_is_a_clear_problem(api: Api, conflict_id: str) -> None:
    place, _ = a_conflict(api)
    problem = api.post(f"{place}/conflicts/{conflict_id}/decision", json=DECISION, status=404).json()

    assert problem["type"] == "/problems/conflict-not-found"
    assert "/conflicts" in problem["detail"]


def test_a_conflict_that_was_mended_can_no_longer_be_decided(api: Api) -> None:
    place, conflict = a_conflict(api)
    api.put(
        f"{place}/records/{conflict['sides'][1]['record_id']}", json={**STAGES[1], "group": "IIA"}, status=200
    )
    problem = api.post(f"{place}/conflicts/{conflict['id']}/decision", json=DECISION, status=404).json()

    assert problem["type"] == "/problems/conflict-not-found"


def test_what_was_decided_on_an_older_case_is_stale(api: Api) -> None:
    place, conflict = a_conflict(api)
    url = f"{place}/conflicts/{conflict['id']}/decision"
    before = api.get(place, status=200).headers["ETag"]
    api.add(place.rpartition("/")[2], {"kind": "symptom", "symptom": "cough"})

    api.post(url, json=DECISION, headers={"If-Match": before}, status=412)
    api.post(url, json=DECISION, headers={"If-Match": api.get(place).headers["ETag"]}, status=201)


def test_a_choice_that_does_not_fit_says_where_and_how_to_mend_it(api: Api) -> None:
    place, conflict = a_conflict(api)
    url = f"{place}/conflicts/{conflict['id']}/decision"
    problem = api.post(url, json={"choice": "same_patient", "reason": "x"}, status=422).json()

    assert problem["errors"][0]["pointer"] == "/choice"
    assert problem["errors"][0]["fix"]


def test_a_dry_run_and_a_repeat_store_nothing_more(api: Api) -> None:
    place, conflict = a_conflict(api)
    url = f"{place}/conflicts/{conflict['id']}/decision"
    dry = api.post(url, json=DECISION, params={"dry_run": True}, status=200).json()
    first = api.post(url, json=DECISION, headers={"Idempotency-Key": "once"}, status=201)
    again = api.post(url, json=DECISION, headers={"Idempotency-Key": "once"}, status=201)

    assert dry["decision_id"] is None
    assert first.json() == again.json()
    assert len(api.get(f"{place}/records", params={"kind": "decision"}).json()["items"]) == 1


def test_the_summary_names_nobody_in_a_decision_where_the_patient_is_left_out(api: Api) -> None:
    case_id = api.open_case(patient={"name": "Anna Weber"})
    api.add(case_id, *STAGES)
    (conflict,) = api.get(f"/v1/cases/{case_id}/conflicts").json()["items"]
    body = {"choice": "both_stand", "reason": "Frau Weber was restaged.", "decided_by": "Anna Weber"}
    api.post(f"/v1/cases/{case_id}/conflicts/{conflict['id']}/decision", json=body, status=201)
    answer = api.get(f"/v1/cases/{case_id}/summary", params={"identity": "none"}, status=200)

    assert "weber" not in answer.text.casefold()
