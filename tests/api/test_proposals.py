"""Records that were read from documents: proposed, accepted, corrected, rejected; on both databases."""

from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.config import Settings
from app.infra.blobs import BlobStore
from app.infra.database import Database
from app.proposals.examples import PROPOSE_EXAMPLES
from app.proposals.tables import ProposalRow
from app.verification import verify
from tests.api.canaries import propose_merge
from tests.conftest import Api

A_MARKER: dict[str, Any] = {
    "kind": "marker_result",
    "date": "2026-03-03",
    "marker": "CEA",
    "value": 9.6,
    "unit": "ng/mL",
}
METHOD = {"name": "letter-reader", "version": "3.1"}
BOX = {"left": 0.1, "top": 0.4, "right": 0.7, "bottom": 0.45}


@pytest.fixture
def case_id(api: Api) -> str:
    return api.open_case(purposes=["response"])


@pytest.fixture
def document_id(api: Api, case_id: str) -> str:
    return upload(api, case_id)


def upload(api: Api, case_id: str, text: str = "CEA 9,6 ng/ml") -> str:
    files = {"files": ("letter.txt", f"A letter of {case_id}. {text}".encode())}
    answer = api.post(
        f"/v1/cases/{case_id}/documents", data={"kind": "laboratory_report"}, files=files, status=201
    )
    return str(answer.json()["items"][0]["id"])


def read(document_id: str, quote: str = "CEA 9,6 ng/ml", **record: Any) -> dict[str, Any]:
    """Return a proposal: a record that was read from a document."""
    source = {"document_id": document_id, "page": 1, "quote": quote, "box": BOX}
    return {"record": {**A_MARKER, **record}, "source": source, "method": METHOD}


def propose(api: Api, case_id: str, *proposals: dict[str, Any], status: int = 201) -> list[dict[str, Any]]:
    """Propose several records and return what became of each."""
    answer = api.post(f"/v1/cases/{case_id}/proposals", json={"proposals": proposals}, status=status)
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def proposed(api: Api, case_id: str, document_id: str, **record: Any) -> str:
    """Propose one record and return the proposal's id."""
    answer = api.post(f"/v1/cases/{case_id}/proposals", json=read(document_id, **record), status=201)
    return str(answer.json()["id"])


def kinds_of_events(api: Api, case_id: str) -> list[str]:
    return [one["kind"] for one in api.get(f"/v1/cases/{case_id}/events", status=200).json()["items"]]


def revision_of(api: Api, case_id: str) -> int:
    return int(api.get(f"/v1/cases/{case_id}", status=200).json()["revision"])


# --- proposing ---------------------------------------------------------------------------------------------


def test_a_proposed_record_waits_and_says_where_and_by_what_it_was_read(
    api: Api, case_id: str, document_id: str
) -> None:
    before = revision_of(api, case_id)
    answer = api.post(f"/v1/cases/{case_id}/proposals", json=read(document_id), status=201)
    proposal = answer.json()
    assert (proposal["kind"], proposal["record_kind"], proposal["status"]) == (
        "record",
        "marker_result",
        "pending",
    )
    content = proposal["content"]
    assert content["merge"] is None
    assert {name: content["record"][name] for name in A_MARKER} == A_MARKER
    assert content["method"] == METHOD
    assert (content["source"]["quote"], content["source"]["box"]) == ("CEA 9,6 ng/ml", BOX)
    again = api.get(answer.headers["Location"], status=200)
    assert (again.json(), again.headers["ETag"]) == (proposal, answer.headers["ETag"])
    assert revision_of(api, case_id) == before + 1
    assert api.get(f"/v1/cases/{case_id}/records", status=200).json()["items"] == []
    assert (
        api.get(
            f"/v1/proposals/{proposal['id']}", headers={"If-None-Match": again.headers["ETag"]}
        ).status_code
        == 304
    )


@pytest.mark.parametrize("name", PROPOSE_EXAMPLES)
def test_each_example_of_the_description_can_be_proposed(
    api: Api, case_id: str, document_id: str, name: str
) -> None:
    value: Any = PROPOSE_EXAMPLES[name]["value"]
    for one in value.get("proposals", [value]):
        body = {**one, "source": {**one["source"], "document_id": document_id}}
        api.post(f"/v1/cases/{case_id}/proposals", json=body, status=201)


def test_several_are_proposed_as_one_revision_and_answered_in_the_order_sent(
    api: Api, case_id: str, document_id: str
) -> None:
    before = revision_of(api, case_id)
    items = propose(api, case_id, read(document_id), read(document_id, value=11), read(document_id))
    assert [(one["outcome"], one["place"]) for one in items] == [
        ("created", "/proposals/0"),
        ("created", "/proposals/1"),
        ("duplicate", "/proposals/2"),
    ]
    assert items[2]["id"] == items[0]["id"] != items[1]["id"]
    assert revision_of(api, case_id) == before + 1
    listed = api.get(f"/v1/cases/{case_id}/proposals", status=200).json()["items"]
    assert [one["id"] for one in listed] == [items[0]["id"], items[1]["id"]]


def test_the_same_read_again_is_a_duplicate_whatever_was_decided_and_whatever_program_read_it(
    api: Api, case_id: str, document_id: str
) -> None:
    waiting, rejected, accepted = (proposed(api, case_id, document_id, value=value) for value in (1, 2, 3))
    api.post(f"/v1/proposals/{rejected}/reject", json={"reason": "That is the page number."}, status=200)
    api.post(f"/v1/proposals/{accepted}/accept", status=200)
    before = revision_of(api, case_id)
    again = [{**read(document_id, value=value), "method": {"name": "another"}} for value in (1, 2, 3)]
    items = propose(api, case_id, *again, status=200)
    assert [(one["outcome"], one["id"], one["status"]) for one in items] == [
        ("duplicate", waiting, "pending"),
        ("duplicate", rejected, "rejected"),
        ("duplicate", accepted, "accepted"),
    ]
    alone = api.post(f"/v1/cases/{case_id}/proposals", json=again[1], status=200).json()
    assert (alone["id"], alone["status"]) == (rejected, "rejected")
    assert revision_of(api, case_id) == before
    other_words = api.post(
        f"/v1/cases/{case_id}/proposals", json=read(document_id, quote="CEA: 2", value=2), status=201
    )
    assert other_words.json()["id"] != rejected


def test_a_dry_run_proposes_nothing_and_tells_what_is_there_already(
    api: Api, case_id: str, document_id: str
) -> None:
    there = proposed(api, case_id, document_id)
    before = revision_of(api, case_id)
    body = {"proposals": [read(document_id), read(document_id, value=11)]}
    answer = api.post(f"/v1/cases/{case_id}/proposals?dry_run=true", json=body, status=200).json()
    assert [(one["outcome"], one["id"]) for one in answer["items"]] == [
        ("duplicate", there),
        ("created", None),
    ]
    assert (answer["dry_run"], answer["revision"]) == (True, None)
    assert revision_of(api, case_id) == before


def test_a_repeated_request_gets_its_first_answer(api: Api, case_id: str, document_id: str) -> None:
    headers = {"Idempotency-Key": "read-1"}
    first = api.post(f"/v1/cases/{case_id}/proposals", json=read(document_id), headers=headers, status=201)
    again = api.post(f"/v1/cases/{case_id}/proposals", json=read(document_id), headers=headers, status=201)
    assert again.json() == first.json()


def test_a_stale_if_match_proposes_nothing(api: Api, case_id: str, document_id: str) -> None:
    path = f"/v1/cases/{case_id}/proposals"
    api.post(path, json=read(document_id), headers={"If-Match": '"1"'}, status=412)
    assert api.get(path, status=200).json()["items"] == []


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        pytest.param({"record": {**A_MARKER, "date": "03/04/2026"}}, "/record/date", id="an-unsound-date"),
        pytest.param({"record": {**A_MARKER, "value": "<0.5"}}, "/record/value", id="an-unsound-number"),
        pytest.param({"record": {**A_MARKER, "kind": "horoscope"}}, "/record", id="no-such-kind"),
        pytest.param(
            {"record": {**A_MARKER, "verification": "verified"}},
            "/record/verification",
            id="verified-by-nobody",
        ),
        pytest.param(
            {"record": {**A_MARKER, "sources": [{"document_id": "another"}]}},
            "/record/sources/0/document_id",
            id="read-from-two-documents",
        ),
        pytest.param(
            {"source": {"document_id": "nowhere", "quote": "x"}}, "/source/document_id", id="no-paper"
        ),
        pytest.param({"source": {"quote": "x"}}, "/source/document_id", id="read-from-nothing"),
        pytest.param(
            {"source": {"document_id": "D", "quote": "x", "box": {**BOX, "right": 0.1}}},
            "/source/box/right",
            id="a-box-without-width",
        ),
        pytest.param(
            {"source": {"document_id": "D", "quote": "x", "box": {**BOX, "top": 40}}},
            "/source/box/top",
            id="a-box-in-other-units",
        ),
        pytest.param({"method": {"name": ""}}, "/method/name", id="a-program-without-a-name"),
        pytest.param({"confidence": 0.9}, "/confidence", id="an-unknown-field"),
    ],
)
def test_what_could_never_be_accepted_is_refused_with_its_place(
    api: Api, case_id: str, document_id: str, change: dict[str, Any], pointer: str
) -> None:
    if change.get("source", {}).get("document_id") == "D":
        change = {"source": {**change["source"], "document_id": document_id}}
    path, wrong = f"/v1/cases/{case_id}/proposals", {**read(document_id), **change}
    problem = api.post(path, json=wrong, status=422).json()
    assert [one["pointer"] for one in problem["errors"]] == [pointer]
    batch = api.post(path, json={"proposals": [read(document_id), wrong]}, status=422).json()
    assert [one["pointer"] for one in batch["errors"]] == [f"/proposals/1{pointer}"]
    assert api.get(path, status=200).json()["items"] == []


def test_an_unsound_one_among_several_is_named_and_the_others_are_skipped(
    api: Api, case_id: str, document_id: str
) -> None:
    body = {"proposals": [read(document_id), read(document_id, date="soon")]}
    problem = api.post(f"/v1/cases/{case_id}/proposals", json=body, status=422).json()
    assert [(one["outcome"], one["place"]) for one in problem["items"]] == [
        ("skipped", "/proposals/0"),
        ("rejected", "/proposals/1"),
    ]


def test_proposals_are_listed_by_status_kind_and_document(api: Api, case_id: str, document_id: str) -> None:
    other = upload(api, case_id, "another")
    marker, study = (
        proposed(api, case_id, document_id),
        api.post(
            f"/v1/cases/{case_id}/proposals",
            json={
                "record": {"kind": "imaging_study", "modality": "CT"},
                "source": {"document_id": other, "quote": "CT"},
            },
            status=201,
        ).json()["id"],
    )
    merge = propose_merge(api, case_id, "7")
    api.post(f"/v1/proposals/{study}/reject", status=200)

    def listed(**params: str) -> list[str]:
        answer = api.get(f"/v1/cases/{case_id}/proposals", params=params, status=200)
        return [one["id"] for one in answer.json()["items"]]

    assert listed() == [marker, study, merge]
    assert listed(status="pending") == [marker, merge]
    assert listed(kind="merge") == [merge]
    assert listed(kind="record", status="rejected") == [study]
    assert listed(record_kind="marker_result") == [marker]
    assert listed(document_id=other) == [study]
    page = api.get(f"/v1/cases/{case_id}/proposals", params={"limit": 2}, status=200).json()
    assert listed(cursor=page["next_cursor"]) == [merge]


# --- deciding ----------------------------------------------------------------------------------------------


def test_accepting_makes_a_record_that_quotes_its_source_and_names_who_accepted_it(
    api: Api, case_id: str, document_id: str
) -> None:
    proposal_id = proposed(api, case_id, document_id)
    before = revision_of(api, case_id)
    answer = api.post(
        f"/v1/proposals/{proposal_id}/accept",
        json={"reason": "seen the page"},
        headers={"X-Actor": "Nurse Adams"},
        status=200,
    ).json()
    proposal, record = answer["proposal"], answer["record"]
    assert (proposal["status"], proposal["record_id"], proposal["edited"]) == ("accepted", record["id"], [])
    assert (proposal["decided"]["person"], proposal["decided"]["reason"]) == ("Nurse Adams", "seen the page")
    assert {name: record[name] for name in A_MARKER} == A_MARKER
    assert (record["origin"], record["verification"], record["person"]) == (
        "document",
        "verified",
        "Nurse Adams",
    )
    assert record["sources"] == [
        {"document_id": document_id, "page": 1, "quote": "CEA 9,6 ng/ml", "box": BOX, "method": METHOD}
    ]
    assert api.get(f"/v1/cases/{case_id}/records/{record['id']}", status=200).json() == record
    assert revision_of(api, case_id) == before + 1
    assert kinds_of_events(api, case_id)[-3:] == ["proposal.made", "record.created", "proposal.accepted"]


def test_accepting_once_more_returns_the_same_record_as_it_is_by_now(
    api: Api, case_id: str, document_id: str
) -> None:
    proposal_id = proposed(api, case_id, document_id)
    first = api.post(f"/v1/proposals/{proposal_id}/accept", status=200).json()
    before = revision_of(api, case_id)
    assert api.post(f"/v1/proposals/{proposal_id}/accept", status=200).json() == first
    assert revision_of(api, case_id) == before
    place = f"/v1/cases/{case_id}/records/{first['record']['id']}"
    amended = {**A_MARKER, "sources": first["record"]["sources"], "note": "looked at twice"}
    api.put(place, json=amended, status=200)
    again = api.post(f"/v1/proposals/{proposal_id}/accept", status=200).json()
    assert (again["record"]["id"], again["record"]["version"]) == (first["record"]["id"], 2)


def test_an_edited_record_replaces_what_was_read_and_what_was_edited_is_known(
    api: Api, case_id: str, document_id: str
) -> None:
    proposal_id = proposed(api, case_id, document_id)
    edited = {**A_MARKER, "value": 9.8, "laboratory": "Central", "unit": "ng/mL"}
    answer = api.post(f"/v1/proposals/{proposal_id}/accept", json={"record": edited}, status=200).json()
    assert {name: answer["record"][name] for name in edited} == edited
    assert answer["record"]["sources"][0]["quote"] == "CEA 9,6 ng/ml"
    assert answer["proposal"]["edited"] == ["/laboratory", "/value"]
    assert answer["proposal"]["content"]["record"]["value"] == 9.6
    again = api.post(f"/v1/proposals/{proposal_id}/accept", json={"record": edited}, status=200).json()
    assert again == answer
    other = api.post(f"/v1/proposals/{proposal_id}/accept", json={"record": A_MARKER}, status=409).json()
    assert other["type"] == "/problems/proposal-decided"


@pytest.mark.parametrize(
    ("record", "pointer"),
    [
        pytest.param({"date": "soon"}, "/record/date", id="unsound"),
        pytest.param(
            {"sources": [{"document_id": "nowhere"}]}, "/record/sources/0/document_id", id="an-unknown-paper"
        ),
    ],
)
def test_an_unsound_correction_is_refused_and_the_proposal_goes_on_waiting(
    api: Api, case_id: str, document_id: str, record: dict[str, Any], pointer: str
) -> None:
    proposal_id = proposed(api, case_id, document_id)
    path = f"/v1/proposals/{proposal_id}"
    problem = api.post(f"{path}/accept", json={"record": {**A_MARKER, **record}}, status=422).json()
    assert [one["pointer"] for one in problem["errors"]] == [pointer]
    assert api.get(path, status=200).json()["status"] == "pending"
    assert api.get(f"/v1/cases/{case_id}/records", status=200).json()["items"] == []


def test_what_is_decided_stays_decided(api: Api, case_id: str, document_id: str) -> None:
    rejected, accepted = (proposed(api, case_id, document_id, value=value) for value in (1, 2))
    answer = api.post(f"/v1/proposals/{rejected}/reject", json={"reason": "a page number"}, status=200).json()
    assert (answer["status"], answer["decided"]["reason"], answer["record_id"]) == (
        "rejected",
        "a page number",
        None,
    )
    assert api.post(f"/v1/proposals/{rejected}/reject", status=200).json() == answer
    api.post(f"/v1/proposals/{accepted}/accept", status=200)
    for proposal_id, other in ((rejected, "accept"), (accepted, "reject")):
        problem = api.post(f"/v1/proposals/{proposal_id}/{other}", status=409).json()
        assert problem["type"] == "/problems/proposal-decided"
    assert len(api.get(f"/v1/cases/{case_id}/records", status=200).json()["items"]) == 1


def test_a_decision_on_what_was_decided_since_is_refused_where_the_caller_says_what_it_saw(
    api: Api, case_id: str, document_id: str
) -> None:
    proposal_id = proposed(api, case_id, document_id)
    seen = {"If-Match": api.get(f"/v1/proposals/{proposal_id}", status=200).headers["ETag"]}
    api.post(f"/v1/proposals/{proposal_id}/accept", headers=seen, status=200)
    api.post(f"/v1/proposals/{proposal_id}/accept", headers=seen, status=412)
    api.post(f"/v1/proposals/{proposal_id}/reject", headers=seen, status=412)


def test_many_are_accepted_at_once_as_one_revision(api: Api, case_id: str, document_id: str) -> None:
    before = proposed(api, case_id, document_id, value=1)
    record_id = api.post(f"/v1/proposals/{before}/accept", status=200).json()["record"]["id"]
    two = [proposed(api, case_id, document_id, value=value) for value in (2, 3)]
    revision, path = revision_of(api, case_id), f"/v1/cases/{case_id}/proposals/accept"
    body = {"ids": [two[1], before, two[0], two[1]], "reason": "page 2"}
    answer = api.post(path, json=body, status=201).json()
    assert [(one["outcome"], one["place"]) for one in answer["items"]] == [
        ("created", "/ids/0"),
        ("duplicate", "/ids/1"),
        ("created", "/ids/2"),
        ("duplicate", "/ids/3"),
    ]
    assert answer["items"][1]["id"] == record_id
    assert answer["items"][3]["id"] == answer["items"][0]["id"]
    assert answer["revision"] == revision_of(api, case_id) == revision + 1
    for proposal_id, one in zip((two[1], two[0]), (answer["items"][0], answer["items"][2]), strict=True):
        proposal = api.get(f"/v1/proposals/{proposal_id}", status=200).json()
        assert (proposal["status"], proposal["record_id"]) == ("accepted", one["id"])
        record = api.get(f"/v1/cases/{case_id}/records/{one['id']}", status=200).json()
        assert record["value"] == proposal["content"]["record"]["value"]
        assert record["verification"] == "verified"
    again = api.post(path, json=body, status=200).json()
    assert [one["outcome"] for one in again["items"]] == ["duplicate"] * 4
    assert revision_of(api, case_id) == revision + 1


def test_many_are_accepted_together_or_not_at_all(api: Api, case_id: str, document_id: str) -> None:
    good, rejected = (proposed(api, case_id, document_id, value=value) for value in (1, 2))
    api.post(f"/v1/proposals/{rejected}/reject", status=200)
    other_case = api.open_case()
    ids = [
        good,
        rejected,
        propose_merge(api, case_id, "7"),
        proposed(api, other_case, upload(api, other_case)),
        "none",
    ]
    problem = api.post(f"/v1/cases/{case_id}/proposals/accept", json={"ids": ids}, status=422).json()
    assert problem["type"] == "/problems/unfit-proposals"
    assert [one["pointer"] for one in problem["errors"]] == ["/ids/1", "/ids/2", "/ids/3", "/ids/4"]
    assert api.get(f"/v1/proposals/{good}", status=200).json()["status"] == "pending"


def test_a_merge_has_no_record_to_edit(api: Api, case_id: str) -> None:
    proposal_id = propose_merge(api, case_id, "7")
    path = f"/v1/proposals/{proposal_id}"
    problem = api.post(f"{path}/accept", json={"record": A_MARKER}, status=422).json()
    assert problem["type"] == "/problems/nothing-to-edit"
    assert api.get(path, status=200).json()["status"] == "pending"


def test_who_may_only_read_proposes_and_decides_nothing(api: Api, case_id: str, document_id: str) -> None:
    proposal_id = proposed(api, case_id, document_id)
    reader = api.make_key("read")
    reader.get(f"/v1/proposals/{proposal_id}", status=200)
    reader.post(f"/v1/cases/{case_id}/proposals", json=read(document_id, value=1), status=403)
    for word in ("accept", "reject"):
        reader.post(f"/v1/proposals/{proposal_id}/{word}", status=403)


def test_another_organisation_finds_no_proposal(
    api: Api, other_api: Api, case_id: str, document_id: str
) -> None:
    proposal_id = proposed(api, case_id, document_id)
    other_api.get(f"/v1/proposals/{proposal_id}", status=404)
    own = other_api.open_case()
    other_api.post(f"/v1/cases/{own}/proposals", json=read(document_id), status=422)


# --- views -------------------------------------------------------------------------------------------------


def item(api: Api, case_id: str, key: str = "marker_trend", **params: Any) -> dict[str, Any]:
    answer = api.get(
        f"/v1/cases/{case_id}/completeness", params={"as_of": "2026-03-20", **params}, status=200
    ).json()
    return next(one for one in answer["items"] if one["key"] == key)


def test_an_item_names_what_waits_until_a_person_decides(api: Api, case_id: str, document_id: str) -> None:
    before = item(api, case_id)
    early = proposed(api, case_id, document_id, date="2026-01-03", value=18.4)
    late = proposed(api, case_id, document_id)
    waits = item(api, case_id)
    assert (waits["status"], waits["unconfirmed"]) == (before["status"], [early, late])
    assert waits["next_action"].startswith("Compare what was read from the papers")
    since = revision_of(api, case_id)
    api.post(f"/v1/proposals/{early}/accept", status=200)
    assert item(api, case_id)["unconfirmed"] == [late]
    api.post(f"/v1/proposals/{late}/accept", status=200)
    now = item(api, case_id)
    assert (now["status"], now["unconfirmed"]) == ("present", [])
    assert item(api, case_id, revision=since) == waits
    changes = api.get(
        f"/v1/cases/{case_id}/completeness/changes",
        params={"since": since, "as_of": "2026-03-20"},
        status=200,
    ).json()
    (change,) = [one for one in changes["items"] if one["key"] == "marker_trend"]
    assert change["unconfirmed"] == {"added": [], "removed": [early, late]}


def test_what_was_rejected_is_named_no_more(api: Api, case_id: str, document_id: str) -> None:
    before = item(api, case_id)
    proposal_id = proposed(api, case_id, document_id)
    assert item(api, case_id)["unconfirmed"] == [proposal_id]
    api.post(f"/v1/proposals/{proposal_id}/reject", status=200)
    assert item(api, case_id) == before


def test_one_item_explained_quotes_what_waits(api: Api, case_id: str, document_id: str) -> None:
    proposal_id = proposed(api, case_id, document_id)
    path = f"/v1/cases/{case_id}/completeness/items/marker_trend"
    found = api.get(path, params={"as_of": "2026-03-20"}, status=200).json()
    assert found["unconfirmed"] == [
        {
            "proposal_id": proposal_id,
            "kind": "marker_result",
            "document_id": document_id,
            "page": 1,
            "quote": "CEA 9,6 ng/ml",
        }
    ]
    assert found["if_confirmed"] == "partial"


def test_a_request_that_was_sent_waits_until_what_came_is_confirmed(api: Api) -> None:
    case_id = api.open_case(purposes=["response"])
    symptom = {"kind": "symptom", "symptom": "cough", "date": "2026-03-15", "trend": "stable"}
    place, params = f"/v1/cases/{case_id}/requests", {"as_of": "2026-03-20"}

    def about_symptoms() -> list[dict[str, Any]]:
        answer = api.get(place, params=params, status=200).json()
        return [one for one in answer["requests"] if any(part["item"] == "symptoms" for part in one["items"])]

    (asked,) = about_symptoms()
    api.post(
        f"{place}/{asked['id']}/sent",
        json={"to": "the family", "on": "2026-03-16"},
        params=params,
        status=201,
    )
    letter = upload(api, case_id, "Still a cough.")
    body = {"record": symptom, "source": {"document_id": letter, "page": 1, "quote": "Still a cough."}}
    proposal_id = api.post(f"/v1/cases/{case_id}/proposals", json=body, status=201).json()["id"]
    (waits,) = about_symptoms()
    (part,) = [one for one in waits["items"] if one["item"] == "symptoms"]
    assert (waits["id"], part["state"]) == (asked["id"], "waiting")
    tasks = api.get(place, params=params, status=200).json()["tasks"]
    assert [(one["item"], one["cause"], one["proposals"]) for one in tasks if one["proposals"]] == [
        ("symptoms", "unconfirmed", [proposal_id])
    ]
    api.post(f"/v1/proposals/{proposal_id}/accept", status=200)
    (answered,) = about_symptoms()
    (part,) = [one for one in answered["items"] if one["item"] == "symptoms"]
    assert part["state"] == "settled"


def test_the_worklist_counts_what_waits(api: Api, case_id: str, document_id: str) -> None:
    def counted() -> int:
        (row,) = api.get("/v1/worklist", status=200).json()["items"]
        return int(row["unconfirmed"])

    assert counted() == 0
    first, _ = proposed(api, case_id, document_id), proposed(api, case_id, document_id, value=1)
    assert counted() == 2
    api.post(f"/v1/proposals/{first}/accept", status=200)
    assert counted() == 1


# --- leaving -----------------------------------------------------------------------------------------------


def test_proposals_go_with_a_document_that_is_removed(api: Api, case_id: str, document_id: str) -> None:
    waiting, rejected = (proposed(api, case_id, document_id, value=value) for value in (1, 2))
    api.post(f"/v1/proposals/{rejected}/reject", status=200)
    api.delete(f"/v1/cases/{case_id}/documents/{document_id}", status=204)
    for proposal_id in (waiting, rejected):
        api.get(f"/v1/proposals/{proposal_id}", status=404)
        api.post(f"/v1/proposals/{proposal_id}/accept", status=404)
    assert kinds_of_events(api, case_id)[-3:] == ["proposal.removed", "proposal.removed", "document.removed"]


def test_a_repeated_request_tells_nothing_of_what_went_with_its_document(
    api: Api, case_id: str, document_id: str
) -> None:
    path, headers = f"/v1/cases/{case_id}/proposals", {"Idempotency-Key": "read-1"}
    api.post(path, json=read(document_id), headers=headers, status=201)
    api.delete(f"/v1/cases/{case_id}/documents/{document_id}", status=204)
    api.post(path, json=read(document_id), headers=headers, status=422)


def test_a_document_on_which_an_accepted_record_rests_is_not_removed(
    api: Api, case_id: str, document_id: str
) -> None:
    proposal_id = proposed(api, case_id, document_id)
    api.post(f"/v1/proposals/{proposal_id}/accept", status=200)
    api.delete(f"/v1/cases/{case_id}/documents/{document_id}", status=409)
    api.get(f"/v1/proposals/{proposal_id}", status=200)


def test_proposals_go_with_a_document_that_is_moved(api: Api, case_id: str, document_id: str) -> None:
    waiting, accepted, rejected = (proposed(api, case_id, document_id, value=value) for value in (1, 2, 3))
    record_id = api.post(f"/v1/proposals/{accepted}/accept", status=200).json()["record"]["id"]
    api.post(f"/v1/proposals/{rejected}/reject", status=200)
    target = api.open_case()
    path = f"/v1/cases/{case_id}/documents/{document_id}/move"
    api.post(path, json={"case_id": target}, status=409)
    api.post(path, json={"case_id": target, "with_records": True}, status=200)
    assert api.get(f"/v1/cases/{case_id}/proposals", status=200).json()["items"] == []
    moved = api.get(f"/v1/cases/{target}/proposals", status=200).json()["items"]
    assert [(one["id"], one["status"]) for one in moved] == [
        (waiting, "pending"),
        (accepted, "accepted"),
        (rejected, "rejected"),
    ]
    assert propose(api, target, read(document_id, value=3), status=200)[0]["id"] == rejected
    assert api.post(f"/v1/proposals/{accepted}/accept", status=200).json()["record"]["id"] == record_id
    assert api.post(f"/v1/proposals/{waiting}/accept", status=200).json()["record"]["case_id"] == target
    assert kinds_of_events(api, case_id).count("proposal.moved_out") == 3
    assert kinds_of_events(api, target).count("proposal.moved_in") == 3


def test_an_accepted_proposal_outlives_the_record_that_moved_away_with_another_document(
    api: Api, case_id: str, document_id: str
) -> None:
    proposal_id = proposed(api, case_id, document_id)
    record_id = api.post(f"/v1/proposals/{proposal_id}/accept", status=200).json()["record"]["id"]
    other, target = upload(api, case_id, "the paper itself"), api.open_case()
    amended = {**A_MARKER, "sources": [{"document_id": other}]}
    api.put(f"/v1/cases/{case_id}/records/{record_id}", json=amended, status=200)
    move = {"case_id": target, "with_records": True}
    api.post(f"/v1/cases/{case_id}/documents/{other}/move", json=move, status=200)
    again = api.post(f"/v1/proposals/{proposal_id}/accept", status=200).json()
    assert (again["proposal"]["status"], again["record"]) == ("accepted", None)


def test_an_erased_case_takes_its_proposals_along(
    api: Api, settings: Settings, case_id: str, document_id: str
) -> None:
    proposal_id = proposed(api, case_id, document_id)
    api.delete(f"/v1/cases/{case_id}", status=204)
    api.get(f"/v1/proposals/{proposal_id}", status=404)
    database = Database(settings.database_url)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(ProposalRow)) == 0
    database.dispose()


def test_verification_notices_a_proposal_that_was_changed_behind_the_service(
    api: Api, settings: Settings, case_id: str, document_id: str
) -> None:
    proposal_id = proposed(api, case_id, document_id)
    database, blobs = Database(settings.database_url), stored_bytes(api)
    assert list(verify(database, blobs)) == []
    with database.write() as session:
        changed = update(ProposalRow).values(body=func.replace(ProposalRow.body, "9.6", "6.9"))
        session.execute(changed.execution_options(synchronize_session=False))
    assert [one.chain for one in verify(database, blobs)] == [proposal_id]
    database.dispose()


def stored_bytes(api: Api) -> BlobStore:
    blobs: BlobStore = api.client.app.state.blobs  # type: ignore[attr-defined]
    return blobs
