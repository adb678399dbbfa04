"""Payloads over HTTP: into the right case, once, item by item, whatever the format.

What readers find in each format is tested with the readers; here a reading is given, and what becomes of it is asked.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from httpx2 import Response
from msgspec import structs

from app.cases.domain import Identifier
from app.imports import importing
from app.imports.domain.reading import FoundMerge, Link, Payload, Reading
from app.imports.staged import Sent
from tests.api.canaries import CANARY
from tests.builders import a_record
from tests.conftest import Api
from tests.unit.imports.found import (
    MRN,
    a_found_document,
    a_found_record,
    a_patient,
    a_reading,
    not_used,
    withdrawn,
)

BUNDLE = b'{"resourceType": "Bundle", "type": "collection", "id": "%d"}'
FHIR = {"Content-Type": "application/fhir+json"}

Says = Callable[[Reading], None]


@pytest.fixture
def reader_says(monkeypatch: pytest.MonkeyPatch) -> Says:
    """Give what the reader finds, whatever is sent."""

    def says(reading: Reading) -> None:
        def read(_: Sent, *, bytes_most: int) -> Reading:
            assert bytes_most
            return reading

        monkeypatch.setattr(importing, "read", read)

    return says


def post(api: Api, case_id: str | None = None, *, number: int = 1, **options: Any) -> Response:
    path = "/v1/imports" if case_id is None else f"/v1/cases/{case_id}/imports"
    headers = {**FHIR, **options.pop("headers", {})}
    return api.post(path, content=BUNDLE % number, headers=headers, **options)


def outcomes(answer: Response) -> list[str]:
    return [item["outcome"] for item in answer.json()["items"]]


def revision(api: Api, case_id: str) -> int:
    return int(api.get(f"/v1/cases/{case_id}", status=200).json()["revision"])


def records(api: Api, case_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(f"/v1/cases/{case_id}/records", status=200).json()["items"]
    return found


def documents(api: Api, case_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get(f"/v1/cases/{case_id}/documents", status=200).json()["items"]
    return found


def test_a_payload_becomes_records_and_documents_of_one_revision_and_is_kept(
    api: Api, reader_says: Says
) -> None:
    case_id = api.open_case()
    reader_says(a_reading(a_found_record(papers=("Binary/1",)), a_found_document(), not_used()))
    answer = post(api, case_id, status=201)
    body = answer.json()
    assert outcomes(answer) == ["created", "created", "skipped"]
    assert body["counts"] == {"created": 2, "skipped": 1}
    assert (body["format"], body["dry_run"]) == ("fhir", False)
    assert body["items"][2]["problem"]["detail"] == "Devices are not read."
    assert revision(api, case_id) == 2
    assert answer.headers["ETag"] == '"2"'
    (record,) = records(api, case_id)
    payload, letter = documents(api, case_id)
    assert record["id"] == body["items"][0]["id"]
    assert [source["document_id"] for source in record["sources"]] == [payload["id"], letter["id"]]
    assert record["sources"][0]["place"] == "Observation/1"
    assert (payload["kind"], payload["media"], body["cases"][0]["payload_id"]) == (
        "import_payload",
        "json",
        payload["id"],
    )
    assert api.get(f"/v1/cases/{case_id}/documents/{payload['id']}/content").content == BUNDLE % 1


def test_posting_the_same_again_stores_nothing_and_names_what_is_there(api: Api, reader_says: Says) -> None:
    case_id = api.open_case()
    reader_says(a_reading(a_found_record(), a_found_document(), not_used(), message="Bundle/1"))
    first = post(api, case_id, status=201).json()
    again = post(api, case_id, status=200)
    assert outcomes(again) == ["duplicate", "duplicate", "skipped"]
    assert [item["id"] for item in again.json()["items"]] == [item["id"] for item in first["items"]]
    assert revision(api, case_id) == 2


def test_a_message_sent_again_in_other_bytes_stores_nothing_either(api: Api, reader_says: Says) -> None:
    case_id = api.open_case()
    reader_says(a_reading(a_found_record(), message="Bundle/1"))
    post(api, case_id, status=201)
    again = post(api, case_id, number=2, status=200)
    assert outcomes(again) == ["duplicate"]
    assert again.json()["cases"][0]["payload_outcome"] == "skipped"
    assert len(documents(api, case_id)) == 1


def test_a_changed_fact_is_a_new_version_and_one_taken_back_leaves_the_views(
    api: Api, reader_says: Says
) -> None:
    case_id = api.open_case()
    reader_says(a_reading(a_found_record(), a_found_record("Observation/2", value="5")))
    post(api, case_id, status=201)
    reader_says(a_reading(a_found_record(value="9.9"), withdrawn("Observation/2")))
    answer = post(api, case_id, number=2, status=201)
    assert outcomes(answer) == ["superseded", "superseded"]
    (record,) = records(api, case_id)
    assert (record["value"], record["version"]) == (9.9, 2)
    versions = api.get(f"/v1/cases/{case_id}/records/{record['id']}/versions", status=200).json()["items"]
    assert [one["value"] for one in versions] == [9.6, 9.9]
    gone = answer.json()["items"][1]["id"]
    assert api.get(f"/v1/cases/{case_id}/records/{gone}", status=200).json()["status"] == "entered_in_error"
    assert revision(api, case_id) == 3


def test_records_that_name_each_other_are_linked_by_their_ids(api: Api, reader_says: Says) -> None:
    case_id = api.open_case()
    status = a_record("disease_status", axis="response", value="PR", origin="fhir")
    links = (Link(field="evidence_ids", keys=("Observation/1", "Observation/none")),)
    reader_says(a_reading(a_found_record("Observation/9", record=status, links=links), a_found_record()))
    items = post(api, case_id, status=201).json()["items"]
    stored = api.get(f"/v1/cases/{case_id}/records/{items[0]['id']}", status=200).json()
    assert stored["evidence_ids"] == [items[1]["id"]]


def test_a_dry_run_answers_the_same_and_stores_nothing(api: Api, reader_says: Says) -> None:
    case_id = api.open_case()
    reader_says(a_reading(a_found_record(), not_used("rejected")))
    answer = post(api, case_id, params={"dry_run": True}, status=200)
    assert outcomes(answer) == ["created", "rejected"]
    assert answer.json()["items"][0]["id"] is None
    assert (revision(api, case_id), records(api, case_id), documents(api, case_id)) == (1, [], [])
    tried = post(api, params={"dry_run": True})
    assert tried.json()["type"] == "/problems/unidentified-patient"


def test_a_broken_thing_does_not_take_the_others_down_unless_all_or_nothing_is_asked_for(
    api: Api, reader_says: Says
) -> None:
    case_id = api.open_case()
    too_much = a_found_record("Observation/2", value="5")
    unsound = structs.replace(
        too_much, record=a_record("marker_result", marker="x" * 201, value=1, origin="fhir")
    )
    reader_says(a_reading(a_found_record(), unsound))
    refused = post(api, case_id, params={"atomic": True}, status=422).json()
    assert refused["type"] == "/problems/import-rejected"
    assert [error["pointer"] for error in refused["errors"]] == ["/items/1"]
    assert [item["outcome"] for item in refused["items"]] == ["skipped", "rejected"]
    assert records(api, case_id) == []
    answer = post(api, case_id, status=201)
    assert outcomes(answer) == ["created", "rejected"]
    (error,) = answer.json()["items"][1]["problem"]["errors"]
    assert error["pointer"] == "/marker"
    assert "x" * 20 not in answer.text


def test_the_case_learns_what_it_did_not_know_of_its_patient_and_keeps_what_it_did(
    api: Api, reader_says: Says
) -> None:
    case_id = api.open_case(patient={"birth_date": "1961"})
    patient = a_patient("77", name="Ana Example", birth_date="1961-04-02", sex="female")
    reader_says(a_reading(a_found_record(), patients=(patient,)))
    post(api, case_id, status=201)
    case = api.get(f"/v1/cases/{case_id}", status=200).json()
    assert case["patient"] == {
        "identifiers": [{"system": MRN, "value": "77"}],
        "name": "Ana Example",
        "birth_date": "1961",
        "sex": "female",
        "deceased": None,
        "vital_status": None,
    }
    assert case["revision"] == 2
    (payload,) = documents(api, case_id)
    assert payload["facts"]["printed_name"] == "Ana Example"
    assert payload["methods"]["printed_name"] == "read"


@pytest.mark.parametrize(
    ("field", "said"),
    [
        pytest.param("name", {"name": "Bela Other"}, id="name"),
        pytest.param("birth_date", {"birth_date": "1970-01-01"}, id="birth date"),
        pytest.param("sex", {"sex": "male"}, id="sex"),
    ],
)
def test_a_patient_who_contradicts_the_case_is_refused_until_a_person_made_sure(
    api: Api, reader_says: Says, field: str, said: dict[str, str]
) -> None:
    case_id = api.open_case(patient={"name": "Ana Example", "birth_date": "1961-04-02", "sex": "female"})
    reader_says(a_reading(a_found_record(), patients=(a_patient("77", **said),)))
    problem = post(api, case_id, status=409).json()
    assert problem["type"] == "/problems/patient-mismatch"
    assert [error["pointer"] for error in problem["errors"]] == [f"/patients/0/{field}"]
    assert not set(said.values()) & set(str(problem).split("'"))
    assert revision(api, case_id) == 1
    post(api, case_id, params={"same_patient": True}, status=201)


def test_a_payload_of_two_patients_does_not_go_into_one_case(api: Api, reader_says: Says) -> None:
    case_id = api.open_case()
    patients = (a_patient("1", name="Ana Example"), a_patient("2", key="p2", name="Bela Other"))
    reader_says(a_reading(a_found_record(patient="p1"), patients=patients))
    assert post(api, case_id, status=409).json()["type"] == "/problems/patient-mismatch"


def test_the_case_of_a_patient_is_found_by_identifier_or_opened(api: Api, reader_says: Says) -> None:
    reader_says(a_reading(a_found_record(), patients=(a_patient("77", name="Ana Example"),)))
    opened = post(api, status=201)
    (case,) = opened.json()["cases"]
    assert (case["outcome"], case["revision"]) == ("opened", 1)
    assert opened.headers["Location"] == f"/v1/cases/{case['case_id']}"
    assert api.get(opened.headers["Location"], status=200).json()["patient"]["name"] == "Ana Example"
    reader_says(
        a_reading(
            a_found_record("Observation/2"), patients=(a_patient("77", name="ANA EXAMPLE", sex="female"),)
        )
    )
    found = post(api, number=2, status=201).json()["cases"][0]
    assert (found["outcome"], found["case_id"], found["revision"]) == ("found", case["case_id"], 2)


def test_identifiers_that_a_case_was_opened_with_are_found_too_and_those_it_lost_are_not(
    api: Api, reader_says: Says
) -> None:
    case_id = api.open_case(patient={"identifiers": [{"system": "urn:oid:1.2.3", "value": "a-77"}]})
    patient = a_patient()
    same = replace(patient.patient, identifiers=(Identifier(system="1.2.3", value="A-77"),))
    reader_says(a_reading(a_found_record(), patients=(replace(patient, patient=same),)))
    assert post(api, status=201).json()["cases"][0]["case_id"] == case_id
    api.patch(f"/v1/cases/{case_id}", json={"patient": {"identifiers": []}}, status=200)
    assert post(api, number=2, status=201).json()["cases"][0]["outcome"] == "opened"


def test_two_cases_that_fit_are_named_and_nothing_is_guessed(api: Api, reader_says: Says) -> None:
    patient = {"identifiers": [{"system": MRN, "value": "77"}]}
    cases = sorted(api.open_case(patient=patient) for _ in range(2))
    reader_says(a_reading(a_found_record(), patients=(a_patient("77"),)))
    problem = post(api, status=409).json()
    assert problem["type"] == "/problems/ambiguous-patient"
    assert problem["cases"] == cases


def test_an_identifier_with_another_birth_date_is_refused_with_the_case_named(
    api: Api, reader_says: Says
) -> None:
    identifiers = [{"system": MRN, "value": "77"}]
    case_id = api.open_case(patient={"identifiers": identifiers, "birth_date": "1961"})
    reader_says(a_reading(a_found_record(), patients=(a_patient("77", birth_date="1970-01-01"),)))
    problem = post(api, status=409).json()
    assert (problem["type"], problem["cases"]) == ("/problems/patient-mismatch", [case_id])


def test_a_patient_without_an_identifier_is_not_guessed(api: Api, reader_says: Says) -> None:
    nameless = a_patient()
    nameless = replace(nameless, patient=replace(nameless.patient, identifiers=(), name="Ana Example"))
    reader_says(a_reading(a_found_record(), patients=(nameless,)))
    assert post(api, status=422).json()["type"] == "/problems/unidentified-patient"
    reader_says(a_reading(a_found_record()))
    assert post(api, status=422).json()["type"] == "/problems/unidentified-patient"


def test_no_case_is_opened_for_what_holds_nothing_to_keep(api: Api, reader_says: Says) -> None:
    reader_says(a_reading(not_used(), patients=(a_patient("77"),)))
    answer = post(api, status=200).json()
    assert [(case["outcome"], case["case_id"]) for case in answer["cases"]] == [("not_opened", None)]
    assert api.get("/v1/cases", status=200).json()["items"] == []


def test_each_patient_of_a_payload_gets_its_own_part_and_no_byte_of_another(
    api: Api, reader_says: Says
) -> None:
    payload = a_reading().payloads[0]
    parts = tuple(
        Payload(body=payload.body, patient=key, content=BUNDLE % number)
        for number, key in enumerate(("p1", "p2"), 1)
    )
    items = (a_found_record(patient="p1"), a_found_record("Observation/2", patient="p2"), not_used())
    patients = (a_patient("1"), a_patient("2", key="p2"))
    reader_says(a_reading(*items, patients=patients, payloads=parts))
    answer = post(api, number=3, status=201).json()
    first, second = (case["case_id"] for case in answer["cases"])
    assert [item["case_id"] for item in answer["items"]] == [first, second, None]
    for number, case_id in enumerate((first, second), 1):
        (kept,) = documents(api, case_id)
        assert api.get(f"/v1/cases/{case_id}/documents/{kept['id']}/content").content == BUNDLE % number
        assert len(records(api, case_id)) == 1
    reader_says(a_reading(*items, patients=patients))
    assert post(api, number=4, status=422).json()["type"] == "/problems/unreadable-payload"


def test_the_same_patient_posted_many_times_at_once_gets_one_case(api: Api, reader_says: Says) -> None:
    reader_says(a_reading(a_found_record(), patients=(a_patient("77"),)))
    with ThreadPoolExecutor(6) as senders:
        answers = list(senders.map(lambda number: post(api, number=number), range(6)))
    assert {answer.status_code for answer in answers} <= {200, 201, 503}
    assert len(api.get("/v1/cases", status=200).json()["items"]) == 1


def test_a_repeat_with_the_same_idempotency_key_gets_the_first_answer(api: Api, reader_says: Says) -> None:
    case_id = api.open_case()
    reader_says(a_reading(a_found_record()))
    once = {"Idempotency-Key": "import-1"}
    first = post(api, case_id, headers=once, status=201)
    again = post(api, case_id, headers=once, status=201)
    assert (again.content, again.headers["Idempotent-Replayed"]) == (first.content, "true")
    other = post(api, case_id, number=2, headers=once, status=422)
    assert other.json()["type"] == "/problems/idempotency-key-reused"


def test_a_stale_revision_is_refused_before_anything_is_stored(api: Api, reader_says: Says) -> None:
    case_id = api.open_case()
    reader_says(a_reading(a_found_record()))
    post(api, case_id, headers={"If-Match": '"7"'}, status=412)
    post(api, case_id, headers={"If-Match": '"1"'}, status=201)


def test_a_proposed_merge_changes_nothing_until_a_person_accepts_it(api: Api, reader_says: Says) -> None:
    other = api.open_case(patient={"identifiers": [{"system": MRN, "value": "old"}]})
    surviving, retired = (Identifier(system=MRN, value=value) for value in ("77", "old"))
    merge = FoundMerge(place="MRG-1", surviving=surviving, retired=retired, key="merge 77 old")
    reader_says(a_reading(merge, patients=(a_patient("77"),)))
    answer = post(api, status=201).json()
    assert [(item["outcome"], item["kind"]) for item in answer["items"]] == [("created", "merge")]
    case_id, proposal_id = answer["cases"][0]["case_id"], answer["items"][0]["id"]
    (listed,) = api.get(f"/v1/cases/{case_id}/proposals", status=200).json()["items"]
    assert (listed["id"], listed["status"]) == (proposal_id, "pending")
    assert outcomes(post(api, status=200)) == ["duplicate"]
    accepted = api.post(
        f"/v1/proposals/{proposal_id}/accept", json={"reason": "seen the papers"}, status=200
    ).json()
    assert (accepted["proposal"]["status"], accepted["other_cases"]) == ("accepted", [other])
    values = {
        one: [held["value"] for held in api.get(f"/v1/cases/{one}").json()["patient"]["identifiers"]]
        for one in (case_id, other)
    }
    assert values == {case_id: ["77", "old"], other: []}
    reader_says(a_reading(a_found_record(), patients=(a_patient("old"),)))
    assert post(api, number=2, status=201).json()["cases"][0]["case_id"] == case_id
    refused = api.post(f"/v1/proposals/{proposal_id}/reject", status=409).json()
    assert refused["type"] == "/problems/proposal-decided"


def test_a_rejected_proposal_changes_nothing_and_does_not_come_back(api: Api, reader_says: Says) -> None:
    surviving, retired = (Identifier(system=MRN, value=value) for value in ("77", "old"))
    merge = FoundMerge(place="MRG-1", surviving=surviving, retired=retired, key="merge 77 old")
    reader_says(a_reading(merge, patients=(a_patient("77"),)))
    proposal_id = post(api, status=201).json()["items"][0]["id"]
    assert api.post(f"/v1/proposals/{proposal_id}/reject", status=200).json()["status"] == "rejected"
    assert api.post(f"/v1/proposals/{proposal_id}/reject", status=200).json()["status"] == "rejected"
    assert outcomes(post(api, number=2, status=200)) == ["duplicate"]


def test_an_erased_case_takes_along_what_was_remembered_of_its_imports(api: Api, reader_says: Says) -> None:
    reader_says(a_reading(a_found_record(), patients=(a_patient("77"),)))
    case_id = post(api, status=201).json()["cases"][0]["case_id"]
    api.delete(f"/v1/cases/{case_id}", status=204)
    anew = post(api, status=201).json()
    assert anew["cases"][0]["outcome"] == "opened"
    assert outcomes(post(api, status=200)) == ["duplicate"]


def test_a_key_for_one_case_neither_opens_nor_finds_another(api: Api, reader_says: Says) -> None:
    case_id = api.open_case()
    limited = api.make_key("read", "write", case_id=case_id)
    reader_says(a_reading(a_found_record(), patients=(a_patient("77"),)))
    assert post(limited, status=403).json()["type"] == "/problems/scope-missing"
    post(limited, case_id, status=201)
    assert post(limited, number=2, status=200).json()["cases"][0]["case_id"] == case_id


@pytest.mark.parametrize(
    ("content", "status", "slug"),
    [
        pytest.param(b"", 422, "empty-payload", id="empty"),
        pytest.param(b"%PDF-1.4\n", 415, "not-importable", id="a PDF"),
        pytest.param(b'{"a": 1}', 415, "not-importable", id="other JSON"),
        pytest.param(b"<a/>", 415, "not-importable", id="other XML"),
        pytest.param(b"\x1f\x8b\x08\x00broken", 422, "unreadable-payload", id="broken gzip"),
        pytest.param(b"MZ" + b"\0" * 600, 415, None, id="a program"),
    ],
)
def test_what_is_no_payload_is_refused_with_what_to_send_instead(
    api: Api, content: bytes, status: int, slug: str | None
) -> None:
    case_id = api.open_case()
    answer = api.post(f"/v1/cases/{case_id}/imports", content=content, headers=FHIR, status=status)
    assert slug is None or answer.json()["type"] == f"/problems/{slug}"
    assert revision(api, case_id) == 1


def test_a_payload_sent_in_a_form_is_taken_like_a_body(api: Api, reader_says: Says) -> None:
    case_id = api.open_case()
    reader_says(a_reading(a_found_record()))
    files = {"files": ("bundle.json", BUNDLE % 1)}
    api.post(f"/v1/cases/{case_id}/imports", files=files, status=201)
    assert documents(api, case_id)[0]["file_name"] == "bundle.json"
    two = [("files", ("1.json", BUNDLE % 1)), ("files", ("2.json", BUNDLE % 2))]
    refused = api.post(f"/v1/cases/{case_id}/imports", files=two, status=415)
    assert refused.json()["type"] == "/problems/not-importable"


def test_nothing_of_a_payload_stands_in_a_log(
    api: Api, reader_says: Says, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = api.open_case()
    reader_says(a_reading(a_found_record(place=CANARY), patients=(a_patient(CANARY, name=CANARY),)))
    post(api, case_id, status=201)
    assert CANARY not in capsys.readouterr().out


def test_two_patients_of_a_payload_who_share_an_identifier_share_a_case(api: Api, reader_says: Says) -> None:
    payload = a_reading().payloads[0]
    parts = tuple(
        Payload(body=payload.body, patient=key, content=BUNDLE % number)
        for number, key in enumerate(("p1", "p2"), 1)
    )
    items = (a_found_record(patient="p1"), a_found_record("Observation/2", patient="p2"))
    patients = (a_patient("1"), a_patient("1", key="p2", name="Ana Example"))
    reader_says(a_reading(*items, patients=patients, payloads=parts))
    first = post(api, number=3, status=201).json()
    again = post(api, number=3, status=200).json()
    assert len({case["case_id"] for case in (*first["cases"], *again["cases"])}) == 1
    assert {item["outcome"] for item in again["items"]} == {"duplicate"}
    assert len(records(api, first["cases"][0]["case_id"])) == 2
    reader_says(
        a_reading(
            *items,
            payloads=parts,
            patients=(a_patient("9", sex="male"), a_patient("9", key="p2", sex="female")),
        )
    )
    assert post(api, number=4, status=409).json()["type"] == "/problems/patient-mismatch"


def test_a_number_without_an_issuer_finds_no_case_unless_the_name_or_birth_date_agrees(
    api: Api, reader_says: Says
) -> None:
    def numbered(**fields: Any) -> Reading:
        patient = a_patient("77", **fields)
        unissued = replace(patient.patient, identifiers=(Identifier(system="patient_id", value="77"),))
        return a_reading(a_found_record(), patients=(replace(patient, patient=unissued),))

    reader_says(numbered())
    case_id = post(api, status=201).json()["cases"][0]["case_id"]
    assert outcomes(post(api, status=200)) == ["duplicate"]  # the very same bytes
    problem = post(api, number=2, status=409).json()
    assert (problem["type"], problem["cases"]) == ("/problems/ambiguous-patient", [case_id])
    issued = post(api, number=2, params={"identifier_system": "urn:example:clinic"}, status=201).json()
    assert issued["cases"][0]["outcome"] == "opened"
    reader_says(numbered(name="Ana Example", birth_date="1961"))
    assert post(api, number=4, status=409).json()["type"] == "/problems/ambiguous-patient"
    post(api, case_id, number=3, status=201)  # stores no fact, and tells the case its patient's name
    post(api, case_id, number=3, status=200)
    assert post(api, number=5, status=200).json()["cases"][0]["case_id"] == case_id


def test_two_senders_who_number_alike_do_not_take_over_from_each_other(api: Api, reader_says: Says) -> None:
    case_id = api.open_case()
    reader_says(a_reading(a_found_record()))
    post(api, case_id, params={"sender": "clinic A"}, status=201)
    reader_says(a_reading(a_found_record(value="5")))
    assert outcomes(post(api, case_id, number=2, params={"sender": "clinic B"}, status=201)) == ["created"]
    assert outcomes(post(api, case_id, number=3, params={"sender": "clinic A"}, status=201)) == ["superseded"]
