"""A FHIR client is answered as FHIR asks: entry by entry, in the order of the request."""

import json

from app.imports.readers.fhir.answers import (
    Outcome,
    Problem,
    capability_statement,
    operation_outcome,
    transaction_response,
)
from tests.unit.imports.fhir.made import a_condition, a_patient, an_observation, bundle

AT = "2025-11-25T10:00:00Z"


def test_each_entry_of_a_transaction_has_its_response() -> None:
    request = bundle(a_patient(), a_condition(), an_observation(), an_observation(id="x"), type="transaction")
    outcomes = [
        Outcome(
            place="Bundle.entry[0].resource (Patient/pat)", outcome="skipped", detail="The case keeps it."
        ),
        Outcome(place="Bundle.entry[1].resource (Condition/ca)", outcome="created", id="r1"),
        Outcome(place="Bundle.entry[1].resource (Condition/ca)", outcome="created", id="r2"),
        Outcome(place="Bundle.entry[2].resource (Observation/cea)", outcome="duplicate", id="r3", version=2),
        Outcome(
            place="Bundle.entry[3].resource (Observation/x)",
            outcome="rejected",
            detail="Broken.",
            fix="Mend.",
        ),
    ]

    response = transaction_response(json.dumps(request).encode(), outcomes, at=AT)

    assert response["type"] == "transaction-response"
    told = [entry["response"] for entry in response["entry"]]
    assert [one["status"] for one in told] == ["200 OK", "201 Created", "200 OK", "400 Bad Request"]
    assert told[1]["location"] == "Condition/r1/_history/1"
    assert (told[1]["etag"], told[1]["lastModified"]) == ('W/"1"', AT)
    assert told[2]["location"] == "Observation/r3/_history/2"
    assert told[3]["outcome"]["issue"] == [
        {
            "severity": "error",
            "code": "invalid",
            "diagnostics": "Broken. Mend.",
            "expression": ["Bundle.entry[3]"],
        }
    ]


def test_other_bundles_are_answered_as_batches() -> None:
    response = transaction_response(json.dumps(bundle(a_patient())).encode(), [], at=AT)

    assert response["type"] == "batch-response"
    assert [one["response"]["status"] for one in response["entry"]] == ["200 OK"]


def test_an_outcome_always_has_an_issue() -> None:
    assert operation_outcome([])["issue"][0]["severity"] == "information"
    assert operation_outcome([Problem(detail="No.")])["issue"][0]["severity"] == "error"


def test_the_capabilities_name_what_is_read() -> None:
    statement = capability_statement(
        software="Caseline", version="1.0", date="2025-11-25", url="https://x/fhir"
    )

    assert statement["fhirVersion"] == "4.0.1"
    types = [one["type"] for one in statement["rest"][0]["resource"]]
    assert {"Patient", "Condition", "Observation", "ServiceRequest"} <= set(types)
    assert statement["rest"][0]["interaction"] == [{"code": "transaction"}, {"code": "batch"}]
