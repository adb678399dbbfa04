"""Imports at the same moment as other imports, amendments, decisions and erasure: what holds on both databases."""

import json
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from httpx2 import Response

from tests.api.canaries import propose_merge, propose_record
from tests.conftest import Api

MRN = "urn:example:mrn"
FHIR = {"Content-Type": "application/fhir+json"}
TRIES = 4
"""How often a sender repeats a request that is answered 503, as it is told to."""


def a_patient(number: str, name: str = "Roe") -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": number,
        "identifier": [{"system": MRN, "value": number}],
        "name": [{"family": name}],
    }


def a_result(key: str, patient: str, value: float = 9.6, version: str | None = None) -> dict[str, Any]:
    meta = (
        {}
        if version is None
        else {"meta": {"versionId": version, "lastUpdated": f"2026-03-0{version}T08:00:00Z"}}
    )
    return {
        "resourceType": "Observation",
        "id": key,
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "2039-6"}], "text": "CEA"},
        "subject": {"reference": f"Patient/{patient}"},
        "effectiveDateTime": "2026-03-03",
        "valueQuantity": {"value": value, "unit": "ng/mL"},
        **meta,
    }  # fmt: skip


def a_bundle(*resources: dict[str, Any]) -> bytes:
    entries = [{"resource": one} for one in resources]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


def post(api: Api, content: bytes, path: str = "/v1/imports", **options: Any) -> Response:
    """Post as a patient sender does: again, where it is told to send the same again."""
    answer = api.post(path, content=content, headers=FHIR, **options)
    for _ in range(TRIES):
        if answer.status_code == 503:
            answer = api.post(path, content=content, headers=FHIR, **options)
    return answer


def at_once(*acts: Callable[[], Response]) -> list[Response]:
    """Do everything at the same moment, and return the answers in order."""
    ready = threading.Barrier(len(acts))

    def act(one: Callable[[], Response]) -> Response:
        ready.wait(30)
        return one()

    with ThreadPoolExecutor(len(acts)) as people:
        return list(people.map(act, acts))


def cases(api: Api) -> list[str]:
    return [one["id"] for one in api.get("/v1/cases", status=200).json()["items"]]


def records(api: Api, case_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(f"/v1/cases/{case_id}/records", status=200).json()["items"]
    return found


def require_stored(*answers: Response) -> None:
    assert {one.status_code for one in answers} <= {200, 201}, [one.text[:300] for one in answers]


def test_a_new_patient_posted_many_times_at_once_gets_one_case_with_every_result(api: Api) -> None:
    payloads = [a_bundle(a_patient("7"), a_result(f"o{number}", "7")) for number in range(8)]
    require_stored(*at_once(*(lambda one=one: post(api, one) for one in payloads)))
    (case_id,) = cases(api)
    assert len(records(api, case_id)) == 8
    assert api.get(f"/v1/cases/{case_id}", status=200).json()["revision"] == 8


def test_the_same_payload_posted_many_times_at_once_is_stored_once(api: Api) -> None:
    payload = a_bundle(a_patient("7"), a_result("o", "7"))
    answers = at_once(*(lambda: post(api, payload) for _ in range(8)))
    require_stored(*answers)
    assert Counter(one.status_code for one in answers) == {201: 1, 200: 7}
    (case_id,) = cases(api)
    assert (len(records(api, case_id)), api.get(f"/v1/cases/{case_id}").json()["revision"]) == (1, 1)
    assert len(api.get(f"/v1/cases/{case_id}/documents", status=200).json()["items"]) == 1


def test_payloads_that_touch_two_cases_in_opposite_order_do_not_lock_each_other_out(api: Api) -> None:
    people = (a_patient("1"), a_patient("2"))
    require_stored(post(api, a_bundle(*people, a_result("a", "1"), a_result("b", "2"))))
    for turn in range(3):
        first, second = a_result(f"c{turn}", "1"), a_result(f"d{turn}", "2")
        there = a_bundle(people[0], first, people[1], second)
        back = a_bundle(people[1], second, a_result(f"e{turn}", "2"), people[0], first)
        require_stored(*at_once(*(lambda one=one: post(api, one) for one in (there, back, there, back))))
    assert sorted(len(records(api, one)) for one in cases(api)) == [4, 7]


def test_an_import_while_its_case_is_erased_leaves_all_of_it_or_nothing(api: Api) -> None:
    for turn in range(4):
        case_id = api.open_case()
        path = f"/v1/cases/{case_id}/imports"
        payload = a_bundle(a_patient("7"), *(a_result(f"o{turn}-{one}", "7") for one in range(20)))
        imported, erased = at_once(
            lambda payload=payload, path=path: post(api, payload, path),  # type: ignore[misc]
            lambda case_id=case_id: api.delete(f"/v1/cases/{case_id}"),  # type: ignore[misc]
        )
        assert erased.status_code == 204
        assert imported.status_code in {201, 404}
        assert api.get(f"/v1/cases/{case_id}").status_code == 404
        assert api.get(f"/v1/cases/{case_id}/records").status_code == 404


def test_a_patient_whose_case_is_erased_meanwhile_is_in_no_case_or_in_a_new_one(api: Api) -> None:
    for turn in range(4):
        payload = a_bundle(a_patient("7"), a_result(f"o{turn}", "7"))
        (case,) = post(api, payload).json()["cases"]
        erased, imported = at_once(
            lambda case=case: api.delete(f"/v1/cases/{case['case_id']}"),  # type: ignore[misc]
            lambda turn=turn: post(api, a_bundle(a_patient("7"), a_result(f"p{turn}", "7"))),  # type: ignore[misc]
        )
        assert (erased.status_code, imported.status_code) == (204, 201)
        for one in cases(api):
            assert len(records(api, one)) == 1
            api.delete(f"/v1/cases/{one}", status=204)


def test_a_merge_accepted_twice_at_once_is_carried_out_once(api: Api) -> None:
    case_id = api.open_case()
    proposal_id = propose_merge(api, case_id, "7")
    before = api.get(f"/v1/cases/{case_id}", status=200).json()["revision"]
    answers = at_once(*(lambda: api.post(f"/v1/proposals/{proposal_id}/accept") for _ in range(6)))
    assert {one.status_code for one in answers} == {200}
    case = api.get(f"/v1/cases/{case_id}", status=200).json()
    assert [one["value"] for one in case["patient"]["identifiers"]] == ["7", "7 of before"]
    decided = [
        one for one in api.get("/v1/events", status=200).json()["items"] if one["kind"] == "proposal.accepted"
    ]
    assert len(decided) == 1
    assert case["revision"] == before + 2


def test_a_merge_is_either_accepted_or_rejected_however_many_decide_at_once(api: Api) -> None:
    proposal_id = propose_merge(api, api.open_case(), "7")
    answers = at_once(
        *(
            lambda word=word: api.post(f"/v1/proposals/{proposal_id}/{word}")
            for word in ("accept", "reject", "accept", "reject")
        )
    )
    by_word = [answers[0].status_code, answers[1].status_code, answers[2].status_code, answers[3].status_code]
    assert by_word in ([200, 409, 200, 409], [409, 200, 409, 200])


def propose(api: Api, case_id: str) -> str:
    files = {"files": ("a.txt", f"A letter of {case_id}.".encode())}
    document = api.post(f"/v1/cases/{case_id}/documents", files=files, status=201).json()["items"][0]["id"]
    return propose_record(api, case_id, document, "a cough")


def test_a_record_that_several_accept_at_once_is_made_once(api: Api) -> None:
    case_id = api.open_case()
    proposal_id = propose(api, case_id)
    many = {"ids": [proposal_id]}
    answers = at_once(
        *(lambda: api.post(f"/v1/proposals/{proposal_id}/accept") for _ in range(4)),
        lambda: api.post(f"/v1/cases/{case_id}/proposals/accept", json=many),
    )
    assert {one.status_code for one in answers} <= {200, 201}
    made = {one.json()["record"]["id"] for one in answers[:4]} | {answers[4].json()["items"][0]["id"]}
    assert [one["id"] for one in records(api, case_id)] == [*made]


def test_the_same_that_several_propose_at_once_is_one_proposal(api: Api) -> None:
    case_id = api.open_case()
    waiting = api.get(f"/v1/proposals/{propose(api, case_id)}", status=200).json()["content"]
    record = {"kind": "symptom", "symptom": "a headache"}
    body = {"record": record, "source": {**waiting["source"], "quote": "a headache"}}
    answers = at_once(*(lambda: api.post(f"/v1/cases/{case_id}/proposals", json=body) for _ in range(5)))
    assert sorted(one.status_code for one in answers) == [200, 200, 200, 200, 201]
    assert len({one.json()["id"] for one in answers}) == 1


def test_a_proposal_is_accepted_or_goes_with_its_document_but_never_half(api: Api) -> None:
    for _ in range(3):
        case_id = api.open_case()
        proposal_id = propose(api, case_id)
        document = api.get(f"/v1/cases/{case_id}/documents", status=200).json()["items"][0]["id"]
        accepted, removed = at_once(
            partial(api.post, f"/v1/proposals/{proposal_id}/accept"),
            partial(api.delete, f"/v1/cases/{case_id}/documents/{document}"),
        )
        assert (accepted.status_code, removed.status_code) in {(200, 409), (404, 204)}
        assert len(records(api, case_id)) == (accepted.status_code == 200)


def test_two_merges_that_name_each_others_cases_do_not_lock_each_other_out(api: Api) -> None:
    for turn in range(3):
        number = f"7-{turn}"
        named = [{"system": MRN, "value": one} for one in (number, f"{number} of before")]
        first, second = (api.open_case(patient={"identifiers": named}) for _ in range(2))
        proposals = [propose_merge(api, one, number) for one in (first, second)]
        answers = at_once(*(lambda one=one: decide(api, one) for one in proposals))
        assert {one.status_code for one in answers} == {200}, [one.text[:300] for one in answers]
        holders = [
            one for one in (first, second) if api.get(f"/v1/cases/{one}").json()["patient"]["identifiers"]
        ]
        assert len(holders) == 1


def decide(api: Api, proposal_id: str) -> Response:
    answer = api.post(f"/v1/proposals/{proposal_id}/accept")
    for _ in range(TRIES):
        if answer.status_code == 503:
            answer = api.post(f"/v1/proposals/{proposal_id}/accept")
    return answer


def test_what_a_person_amends_while_the_sender_corrects_it_is_in_the_history_whoever_was_first(
    api: Api,
) -> None:
    payload = a_bundle(a_patient("7"), a_result("o", "7", version="1"))
    record_id = post(api, payload).json()["items"][1]["id"]
    (case_id,) = cases(api)
    path = f"/v1/cases/{case_id}/records/{record_id}"
    amended = {"kind": "marker_result", "marker": "CEA", "value": 11, "unit": "ng/mL", "date": "2026-03-03"}
    corrected = a_bundle(a_patient("7"), a_result("o", "7", value=12, version="2"))
    answers = at_once(lambda: api.put(path, json=amended), lambda: post(api, corrected))
    require_stored(*answers)
    versions = [one["value"] for one in api.get(f"{path}/versions", status=200).json()["items"]]
    assert versions in ([9.6, 11, 12], [9.6, 12, 11])
    assert answers[1].json()["counts"]["superseded"] == 1


def test_of_two_corrections_at_once_the_newer_one_stands_whichever_came_first(api: Api) -> None:
    require_stored(post(api, a_bundle(a_patient("7"), a_result("o", "7", version="1"))))
    newer, older = (
        a_bundle(a_patient("7"), a_result("o", "7", value=value, version=version))
        for value, version in ((13, "3"), (12, "2"))
    )
    require_stored(*at_once(*(lambda one=one: post(api, one) for one in (older, newer, older, newer))))
    (case_id,) = cases(api)
    (record,) = records(api, case_id)
    assert record["value"] == 13
