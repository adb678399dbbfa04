"""Records over HTTP, on both databases."""

from typing import Any

import pytest

from app.records.examples import RECORD_EXAMPLES
from tests.conftest import Api

A_MARKER: dict[str, Any] = {
    "kind": "marker_result",
    "date": "2026-03-03",
    "marker": "CEA",
    "value": 9.6,
    "unit": "ng/mL",
}


@pytest.fixture
def case_id(api: Api) -> str:
    return api.open_case(reference="R-1")


@pytest.mark.parametrize("kind", RECORD_EXAMPLES)
def test_the_example_of_each_kind_is_stored_and_read_back_as_it_was_sent(
    api: Api, case_id: str, kind: str
) -> None:
    example = RECORD_EXAMPLES[kind]["value"] or {}
    stored = api.post(f"/v1/cases/{case_id}/records", json=example, status=201)
    read = api.get(stored.headers["Location"], status=200)
    assert read.json() == stored.json()
    assert read.headers["ETag"] == stored.headers["ETag"]
    assert {name: read.json()[name] for name in example} == example


def test_a_number_keeps_the_digits_it_was_written_with(api: Api, case_id: str) -> None:
    body = '{"kind": "marker_result", "marker": "CEA", "value": 18.40, "unit": "ng/mL"}'
    stored = api.post(
        f"/v1/cases/{case_id}/records", content=body, headers={"Content-Type": "application/json"}, status=201
    )
    assert '"value":18.40' in api.get(stored.headers["Location"]).text


def test_a_unit_keeps_its_spelling_and_gets_its_ucum_reading(api: Api, case_id: str) -> None:
    stored = api.post(f"/v1/cases/{case_id}/records", json={**A_MARKER, "unit": "µg/l"}, status=201).json()
    assert stored["unit"] == "µg/l"
    assert stored["ucum"] == "ug/L"


def test_a_code_of_another_test_is_kept_and_flagged(api: Api, case_id: str) -> None:
    record = {
        **A_MARKER,
        "marker": "CA-125",
        "codes": [{"system": "loinc", "code": "40618-1", "display": "as sent"}],
    }
    stored = api.post(f"/v1/cases/{case_id}/records", json=record, status=201).json()
    assert [flag["pointer"] for flag in stored["flags"]] == ["/codes/0/code"]
    assert stored["codes"] == record["codes"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        pytest.param({"date": "03/04/2026"}, "/date", id="a-day-that-could-be-two"),
        pytest.param({"date": "2026-02-30"}, "/date", id="a-day-that-is-none"),
        pytest.param({"value": "<0.5"}, "/value", id="a-comparator-inside-a-number"),
        pytest.param({"value": None, "comparator": "<"}, "/comparator", id="a-comparator-without-a-value"),
        pytest.param({"marker": None}, "/marker", id="no-marker"),
        pytest.param({"colour": "red"}, "/colour", id="an-unknown-field"),
        pytest.param(
            {"codes": [{"system": "loinc", "code": "33944-8"}]}, "/codes/0/code", id="a-wrong-check-digit"
        ),
        pytest.param({"absent": {"value": "unknown"}}, "/absent/value", id="a-value-and-its-absence"),
        pytest.param({"absent": {"wing": "none"}}, "/absent/wing", id="an-absent-field-that-is-none"),
        pytest.param({"stated": "not_done"}, "/value", id="not-done-with-a-value"),
        pytest.param({"reference_low": 9, "reference_high": 5}, "/reference_low", id="a-range-backwards"),
        pytest.param(
            {"sources": [{"document_id": "nowhere"}]}, "/sources/0/document_id", id="an-unknown-paper"
        ),
        pytest.param({"kind": "horoscope"}, "", id="an-unknown-kind"),
    ],
)
def test_what_is_unsound_is_refused_by_its_place_and_nothing_is_stored(
    api: Api, case_id: str, change: dict[str, Any], pointer: str
) -> None:
    before = api.get(f"/v1/cases/{case_id}").json()["revision"]
    answer = api.post(f"/v1/cases/{case_id}/records", json={**A_MARKER, **change}, status=422)
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    assert api.get(f"/v1/cases/{case_id}").json()["revision"] == before


def test_none_unknown_not_done_and_silence_stay_four_different_things(api: Api, case_id: str) -> None:
    said = [
        {"kind": "allergy", "date": "2026-01", "stated": "none"},
        {"kind": "allergy", "date": "2026-01", "stated": "unknown"},
        {"kind": "biomarker", "name": "BRCA1", "stated": "not_done"},
    ]
    api.add(case_id, *said)
    kept = api.get(f"/v1/cases/{case_id}/records").json()["items"]
    assert [record["stated"] for record in kept] == ["none", "unknown", "not_done"]
    silent = api.post(f"/v1/cases/{case_id}/records", json={"kind": "allergy"}, status=422).json()
    assert silent["errors"][0]["detail"] == "The record says nothing yet."


def test_a_batch_is_one_revision_in_the_order_sent(api: Api, case_id: str) -> None:
    records = [{**A_MARKER, "value": number} for number in range(20)]
    answer = api.post(f"/v1/cases/{case_id}/records", json={"records": records}, status=201).json()
    assert [item["place"] for item in answer["items"]] == [f"/records/{number}" for number in range(20)]
    assert {item["outcome"] for item in answer["items"]} == {"created"}
    assert answer["revision"] == 2
    listed = api.get(f"/v1/cases/{case_id}/records").json()["items"]
    assert [record["value"] for record in listed] == list(range(20))
    assert [record["id"] for record in listed] == [item["id"] for item in answer["items"]]


def test_one_bad_record_stops_the_batch_and_the_sound_ones_are_skipped(api: Api, case_id: str) -> None:
    records = [A_MARKER, {**A_MARKER, "value": "many"}, {**A_MARKER, "date": "2026-13"}, A_MARKER]
    answer = api.post(f"/v1/cases/{case_id}/records", json={"records": records}, status=422).json()
    assert [item["outcome"] for item in answer["items"]] == ["skipped", "rejected", "rejected", "skipped"]
    assert {error["pointer"] for error in answer["errors"]} == {"/records/1/value", "/records/2/date"}
    assert api.get(f"/v1/cases/{case_id}/records").json()["items"] == []


def test_a_batch_takes_five_thousand_records_and_not_one_more(api: Api, case_id: str) -> None:
    full = api.post(f"/v1/cases/{case_id}/records", json={"records": [A_MARKER] * 5_000}, status=201).json()
    assert len({item["id"] for item in full["items"]}) == 5_000
    over = api.post(f"/v1/cases/{case_id}/records", json={"records": [A_MARKER] * 5_001}, status=422).json()
    assert over["errors"][0]["pointer"] == "/records"


def test_a_dry_run_answers_the_same_and_stores_nothing(api: Api, case_id: str) -> None:
    url = f"/v1/cases/{case_id}/records?dry_run=true"
    answer = api.post(url, json={"records": [A_MARKER, A_MARKER]}, status=200).json()
    assert answer["dry_run"] is True
    assert [item["outcome"] for item in answer["items"]] == ["created", "created"]
    api.post(url, json={**A_MARKER, "date": "nonsense"}, status=422)
    assert api.get(f"/v1/cases/{case_id}").json()["revision"] == 1


def test_an_amendment_is_a_new_version_and_the_old_one_stays_readable(api: Api, case_id: str) -> None:
    first = api.post(f"/v1/cases/{case_id}/records", json=A_MARKER, status=201)
    url = first.headers["Location"]
    second = api.put(
        url, json={**A_MARKER, "value": 9.7}, headers={"If-Match": first.headers["ETag"]}, status=200
    )
    assert second.json()["version"] == 2
    assert api.get(url).json()["value"] == 9.7
    versions = api.get(f"{url}/versions", status=200).json()["items"]
    assert [(version["version"], version["value"]) for version in versions] == [(1, 9.6), (2, 9.7)]
    stale = api.put(url, json=A_MARKER, headers={"If-Match": first.headers["ETag"]}, status=412)
    assert stale.json()["type"] == "/problems/stale"


def test_the_same_content_again_makes_no_new_version(api: Api, case_id: str) -> None:
    url = api.post(f"/v1/cases/{case_id}/records", json=A_MARKER, status=201).headers["Location"]
    assert api.put(url, json=A_MARKER, status=200).json()["version"] == 1
    assert api.get(f"/v1/cases/{case_id}").json()["revision"] == 2


def test_a_dry_amendment_changes_nothing(api: Api, case_id: str) -> None:
    url = api.post(f"/v1/cases/{case_id}/records", json=A_MARKER, status=201).headers["Location"]
    assert api.put(f"{url}?dry_run=true", json={**A_MARKER, "value": 1}, status=200).json()["value"] == 1
    api.delete(f"{url}?dry_run=true", status=204)
    assert api.get(url).json()["value"] == 9.6
    assert api.get(url).json()["status"] == "active"


def test_a_record_keeps_its_kind(api: Api, case_id: str) -> None:
    url = api.post(f"/v1/cases/{case_id}/records", json=A_MARKER, status=201).headers["Location"]
    answer = api.put(url, json={"kind": "symptom", "symptom": "cough"}, status=422)
    assert answer.json()["type"] == "/problems/kind-changed"


def test_a_withdrawn_record_leaves_the_lists_and_keeps_its_history(api: Api, case_id: str) -> None:
    url = api.post(f"/v1/cases/{case_id}/records", json=A_MARKER, status=201).headers["Location"]
    api.delete(url, status=204)
    api.delete(url, status=204)
    assert api.get(f"/v1/cases/{case_id}/records").json()["items"] == []
    everything = api.get(f"/v1/cases/{case_id}/records", params={"include_errors": True}).json()["items"]
    assert [record["status"] for record in everything] == ["entered_in_error"]
    assert api.get(url, status=200).json()["status"] == "entered_in_error"
    assert [version["status"] for version in api.get(f"{url}/versions").json()["items"]] == [
        "active",
        "entered_in_error",
    ]
    assert api.put(url, json=A_MARKER, status=409).json()["type"] == "/problems/entered-in-error"


def test_records_are_listed_by_kind_and_by_page(api: Api, case_id: str) -> None:
    api.add(case_id, A_MARKER, {"kind": "symptom", "symptom": "cough"}, A_MARKER, A_MARKER)
    markers = api.get(f"/v1/cases/{case_id}/records", params={"kind": "marker_result", "limit": 2}).json()
    assert len(markers["items"]) == 2
    rest = api.get(
        f"/v1/cases/{case_id}/records",
        params={"kind": "marker_result", "limit": 2, "cursor": markers["next_cursor"]},
    ).json()
    assert len(rest["items"]) == 1
    assert rest["next_cursor"] is None


def test_a_read_that_has_seen_it_all_gets_304(api: Api, case_id: str) -> None:
    stored = api.post(f"/v1/cases/{case_id}/records", json=A_MARKER, status=201)
    seen = api.get(stored.headers["Location"], headers={"If-None-Match": stored.headers["ETag"]}, status=304)
    assert seen.content == b""


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"[]", id="a-list"),
        pytest.param(b'{"kind": "symptom"', id="cut-off"),
        pytest.param(b'{"value": NaN}', id="not-a-number"),
        pytest.param(b"\xff\xfe", id="not-utf-8"),
        pytest.param(b'{"records": []}', id="an-empty-batch"),
        pytest.param(b'{"records": {}}', id="a-batch-that-is-no-list"),
        pytest.param(b"[" * 100_000, id="nested-without-end"),
        pytest.param(
            b'{"kind": "marker_result", "marker": "CEA", "value": 1e999999}', id="a-number-without-end"
        ),
        pytest.param(b'{"kind": "symptom", "symptom": "\\ud800"}', id="half-a-character"),
        pytest.param(b'{"kind": "symptom", "symptom": "a\\u0000b"}', id="a-null-character"),
    ],
)
def test_a_body_that_is_no_request_gets_a_problem(api: Api, case_id: str, body: bytes) -> None:
    answer = api.post(
        f"/v1/cases/{case_id}/records", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert api.get(f"/v1/cases/{case_id}").json()["revision"] == 1
