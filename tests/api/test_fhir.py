"""A FHIR client posts Bundles and resources, and is answered as FHIR answers."""

import json
from typing import Any

from app.web.dependencies import new_id
from tests.conftest import Api

FHIR = {"Content-Type": "application/fhir+json"}
PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "p1",
    "identifier": [{"system": "urn:example:mrn", "value": "77"}],
    "name": [{"family": "Example", "given": ["Ana"]}],
}


def an_observation(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": f"o{number}",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "2039-6"}], "text": "CEA"},
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": "2026-03-03",
        "valueQuantity": {"value": 9.6, "unit": "ng/mL"},
        **changes,
    }


def a_bundle(*resources: dict[str, Any], kind: str = "transaction") -> bytes:
    entries = [
        {
            "fullUrl": f"https://example.org/fhir/{one['resourceType']}/{one['id']}",
            "resource": one,
            "request": {"method": "PUT", "url": f"{one['resourceType']}/{one['id']}"},
        }
        for one in resources
    ]
    return json.dumps({"resourceType": "Bundle", "type": kind, "entry": entries}).encode()


def statuses(answer: dict[str, Any]) -> list[str]:
    return [entry["response"]["status"][:3] for entry in answer["entry"]]


def test_a_transaction_is_answered_entry_by_entry_and_its_repeat_creates_nothing(api: Api) -> None:
    sent = a_bundle(PATIENT, an_observation(), an_observation(2))
    answer = api.post("/fhir", content=sent, headers=FHIR, status=200)
    assert answer.headers["Content-Type"].startswith("application/fhir+json")
    body = answer.json()
    assert (body["resourceType"], body["type"]) == ("Bundle", "transaction-response")
    assert statuses(body) == ["200", "201", "201"]
    (case,) = api.get("/v1/cases", status=200).json()["items"]
    records = api.get(f"/v1/cases/{case['id']}/records", status=200).json()["items"]
    located = {entry["response"]["location"].split("/")[1] for entry in body["entry"][1:]}
    assert located == {record["id"] for record in records}
    again = api.post("/fhir", content=sent, headers=FHIR, status=200).json()
    assert statuses(again) == ["200", "200", "200"]


def test_a_transaction_with_something_broken_is_refused_whole_and_a_batch_is_not(api: Api) -> None:
    broken = an_observation(2, valueQuantity={"value": "many"})
    refused = api.post("/fhir", content=a_bundle(PATIENT, an_observation(), broken), headers=FHIR, status=422)
    assert refused.headers["Content-Type"].startswith("application/fhir+json")
    outcome = refused.json()
    assert outcome["resourceType"] == "OperationOutcome"
    assert outcome["issue"][0]["severity"] == "error"
    assert "many" not in refused.text
    assert api.get("/v1/cases", status=200).json()["items"] == []
    batch = a_bundle(PATIENT, an_observation(), broken, kind="batch")
    answer = api.post("/fhir", content=batch, headers=FHIR, status=200).json()
    assert answer["type"] == "batch-response"
    assert statuses(answer) == ["200", "201", "400"]


def test_a_single_resource_is_answered_by_an_outcome(api: Api) -> None:
    subject = {"identifier": {"system": "urn:example:mrn", "value": "77"}}
    content = json.dumps(an_observation(subject=subject)).encode()
    answer = api.post("/fhir", content=content, headers=FHIR, status=200).json()
    assert answer["resourceType"] == "OperationOutcome"
    assert {issue["severity"] for issue in answer["issue"]} == {"information"}


def test_every_error_below_the_fhir_address_is_an_operation_outcome(api: Api) -> None:
    nobody = api.client.post("/fhir", content=a_bundle(PATIENT), headers=FHIR)
    wrong = [
        (nobody, 401, "login"),
        (api.make_key("read").post("/fhir", content=a_bundle(PATIENT), headers=FHIR), 403, "forbidden"),
        (api.post("/fhir", content=b"%PDF-1.7", headers=FHIR), 415, "not-supported"),
        (api.post("/fhir", content=b'{"resourceType": "Bundle"', headers=FHIR), 422, "processing"),
        (api.get(f"/fhir/{new_id()}"), 404, "not-found"),
        (
            api.post("/fhir", content=b"MSH|^~\\&|A|B|C|D|20260101||ORU^R01|1|P|2.5\r", headers=FHIR),
            415,
            "not-supported",
        ),
    ]
    for answer, status, code in wrong:
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/fhir+json")
        assert answer.json()["issue"][0]["code"] == code, answer.text


def test_whoever_asks_is_told_what_the_endpoint_takes(api: Api) -> None:
    answer = api.client.get("/fhir/metadata")
    assert answer.status_code == 200
    statement = answer.json()
    assert (statement["resourceType"], statement["fhirVersion"]) == ("CapabilityStatement", "4.0.1")
    named = {one["type"] for one in statement["rest"][0]["resource"]}
    assert {"Patient", "Condition", "Observation", "DiagnosticReport", "MedicationStatement"} <= named
