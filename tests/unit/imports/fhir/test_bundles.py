"""Whatever container resources come in, the same facts come out, each under its sender's own identity."""

import gzip
import json
from typing import Any

import pytest

from app.imports.domain.reading import Options, UnreadablePayloadError
from app.imports.readers.fhir import read
from app.imports.readers.fhir import unpack as unpacking
from app.records.domain.course import Treatment
from app.records.domain.disease import Diagnosis
from app.records.domain.findings import LabResult, MarkerResult
from tests.unit.imports.fhir.made import (
    LOINC,
    a_condition,
    a_patient,
    an_observation,
    bundle,
    concept,
    only,
    read_json,
    records,
)
from tests.unit.imports.readings import found, unused, withdrawn

TYPES = [
    "document",
    "message",
    "transaction",
    "batch",
    "searchset",
    "collection",
    "history",
    "batch-response",
]


@pytest.mark.parametrize("type_", TYPES)
def test_a_bundle_of_any_type_is_read(type_: str) -> None:
    reading = read_json(bundle(a_patient(), a_condition(), an_observation(), type=type_))

    assert [item.key for item in found(reading)] == ["Condition/ca", "Observation/cea"]
    assert reading.patients[0].patient.name == "Erika Muster"
    assert [item.patient for item in found(reading)] == [None, None]


def test_a_single_resource_and_lines_and_gzip_are_read_alike() -> None:
    single = read_json(an_observation())
    lines = b"\n".join(json.dumps(one).encode() for one in (a_patient(), a_condition(), an_observation()))
    several = read(gzip.compress(lines + b"\n"), Options())

    assert found(single)[0].record == found(several)[1].record
    assert found(several)[1].place == "line 3 (Observation/cea)"


def test_a_broken_line_takes_no_other_down() -> None:
    reading = read(json.dumps(a_condition()).encode() + b"\n{broken\n", Options())

    assert len(records(reading, Diagnosis)) == 1
    assert [(item.place, item.outcome) for item in unused(reading)] == [("line 2", "rejected")]


@pytest.mark.parametrize(
    "reference",
    ["Patient/pat", "http://x.org/fhir/Patient/pat", "urn:uuid:1-2-3", "Patient/pat/_history/2"],
)
def test_every_way_of_referring_to_the_patient_is_followed(reference: str) -> None:
    payload = bundle(a_patient(), an_observation(subject={"reference": reference}))
    if reference.startswith("urn:"):
        payload["entry"][0]["fullUrl"] = reference
    if reference.startswith("http"):
        payload["entry"][0]["fullUrl"] = reference

    reading = read_json(payload)

    assert len(records(reading, MarkerResult)) == 1
    assert len(reading.patients) == 1


def test_a_patient_referred_to_by_identifier_is_found() -> None:
    subject = {"identifier": {"system": "urn:example:hospital", "value": "4711"}}

    reading = read_json(bundle(a_patient(), an_observation(subject=subject)))

    assert len(reading.patients) == 1
    assert len(records(reading, MarkerResult)) == 1


def test_a_patient_who_is_not_sent_is_named_by_what_the_reference_says() -> None:
    reading = read_json(an_observation(subject={"identifier": {"system": "urn:example:h", "value": "9"}}))

    assert [(one.system, one.value) for one in reading.patients[0].patient.identifiers] == [
        ("urn:example:h", "9")
    ]


def test_a_fact_of_somebody_who_is_not_in_the_payload_is_not_the_patients() -> None:
    reading = read_json(bundle(a_patient(), an_observation(subject={"reference": "Patient/other"})))

    assert records(reading, MarkerResult) == []
    assert unused(reading)[-1].outcome == "rejected"


def test_a_fact_of_no_patient_is_not_one_of_theirs() -> None:
    reading = read_json(an_observation(subject={"reference": "Group/herd"}))

    assert unused(reading)[0].detail.startswith("Its subject is a Group")


def test_a_contained_medicine_names_what_was_given() -> None:
    statement = {
        "resourceType": "MedicationStatement",
        "id": "m",
        "status": "active",
        "contained": [
            {"resourceType": "Medication", "id": "drug", "code": {"text": "Letrozole 2.5 mg"}},
        ],
        "medicationReference": {"reference": "#drug"},
        "subject": {"reference": "Patient/pat"},
    }

    assert only(read_json(statement), Treatment).drugs[0].name == "Letrozole 2.5 mg"


def test_results_contained_in_a_report_are_read() -> None:
    report = {
        "resourceType": "DiagnosticReport",
        "id": "rep",
        "status": "final",
        "code": concept(LOINC, "58410-2", "CBC panel"),
        "subject": {"reference": "Patient/pat"},
        "contained": [an_observation(id="hb", code=concept(LOINC, "718-7", "Hemoglobin"))],
        "result": [{"reference": "#hb"}],
    }

    reading = read_json(bundle(a_patient(), report))

    assert only(reading, LabResult).test == "Hemoglobin"
    assert found(reading)[0].key == "DiagnosticReport/rep#hb"


def test_a_history_is_read_at_its_newest_and_a_deletion_takes_back() -> None:
    history = bundle(
        an_observation(valueQuantity={"value": 2, "unit": "ng/mL"}, meta={"versionId": "2"}),
        an_observation(valueQuantity={"value": 1, "unit": "ng/mL"}, meta={"versionId": "1"}),
        type="history",
    )
    history["entry"].append(
        {"fullUrl": "Condition/ca", "request": {"method": "DELETE", "url": "Condition/ca"}}
    )
    history["entry"].append({"resource": a_condition()})

    reading = read_json(history)

    assert [item.version for item in found(reading)] == ["2"]
    assert [item.key for item in withdrawn(reading)] == ["Condition/ca"]
    assert len(reading.items) == 4


def test_the_same_resource_twice_is_one_fact() -> None:
    reading = read_json(bundle(an_observation(), an_observation()))

    assert len(found(reading)) == 1
    assert unused(reading)[0].outcome == "skipped"


def test_two_contents_of_one_resource_are_both_refused() -> None:
    reading = read_json(bundle(an_observation(), an_observation(status="amended")))

    assert found(reading) == []
    assert [item.outcome for item in unused(reading)] == ["rejected", "rejected"]


def test_requests_to_read_hold_no_data() -> None:
    payload: dict[str, Any] = bundle(type="batch")
    payload["entry"] = [{"request": {"method": "GET", "url": "Patient/1"}}]

    assert [item.outcome for item in unused(read_json(payload))] == ["skipped"]


def test_several_patients_keep_their_own_parts_byte_for_byte() -> None:
    other = a_patient(id="two", identifier=[{"system": "urn:example:hospital", "value": "0815"}])
    doctor = {"resourceType": "Practitioner", "id": "doc", "name": [{"family": "Arzt"}]}
    theirs = an_observation(id="theirs", subject={"reference": "Patient/two"})
    reading = read_json(bundle(a_patient(), other, doctor, an_observation(), theirs))

    assert [item.patient for item in found(reading)] == ["Patient/pat", "Patient/two"]
    assert [payload.patient for payload in reading.payloads] == ["Patient/pat", "Patient/two"]
    part = reading.payloads[1].content
    assert part is not None
    assert [one["resource"]["id"] for one in json.loads(part)["entry"]] == ["two", "doc", "theirs"]
    assert json.dumps(theirs).encode() in part
    assert b"4711" not in part


def test_a_fact_that_names_nobody_among_several_patients_is_refused() -> None:
    nobodys = an_observation()
    del nobodys["subject"]

    reading = read_json(bundle(a_patient(), a_patient(id="two", birthDate="1950"), nobodys))

    assert found(reading) == []
    assert unused(reading)[-1].outcome == "rejected"


def test_a_bundle_is_known_by_its_identifier() -> None:
    assert read_json(bundle(identifier={"system": "urn:x", "value": "7"})).message == "urn:x|7"


def test_keys_carry_the_senders_server() -> None:
    payload = bundle(an_observation())
    payload["entry"][0]["fullUrl"] = "https://lab.example/fhir/Observation/cea"

    assert found(read_json(payload))[0].key == "https://lab.example/fhir/Observation/cea"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"<Bundle xmlns='http://hl7.org/fhir'/>", id="xml"),
        pytest.param(b"[1]", id="list"),
        pytest.param(b"{}", id="no-type"),
        pytest.param(b'{"resourceType": 5}', id="type-is-a-number"),
        pytest.param(b'{"resourceType":"Bundle","entry":{}}', id="entries-are-no-list"),
        pytest.param(b'{"resourceType":"Bundle","implicitRules":"urn:x"}', id="implicit-rules"),
        pytest.param(b'{"resourceType":"Patient"', id="cut-off"),
        pytest.param(b"\xff\xfe\xff", id="no-text"),
        pytest.param(b'{"resourceType":"Patient","x":' + b"[" * 100_000, id="deep"),
        pytest.param(gzip.compress(b"{}" * 1000)[:-9], id="gzip-cut-off"),
        pytest.param(b"\x1f\x8bnonsense", id="gzip-damaged"),
    ],
)
def test_what_is_no_fhir_is_refused_as_a_whole(content: bytes) -> None:
    with pytest.raises(UnreadablePayloadError):
        read(content, Options())


def test_a_small_file_cannot_become_a_large_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MOST_BYTES", 1_000)

    with pytest.raises(UnreadablePayloadError, match="larger than"):
        read(gzip.compress(b" " * 1_000_000), Options())


def test_too_many_entries_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MOST_ENTRIES", 2)

    with pytest.raises(UnreadablePayloadError, match="more than 2"):
        read_json(bundle(a_patient(), a_condition(), an_observation()))


def test_a_million_items_in_one_resource_are_refused_as_that_resource() -> None:
    payload = b'{"resourceType":"Patient","name":[' + b",".join([b'{"given":[""]}'] * 300_000) + b"]}"

    assert unused(read(payload, Options()))[0].outcome == "rejected"


def test_a_charset_that_the_caller_names_is_read() -> None:
    payload = json.dumps(a_patient(name=[{"family": "Müller"}]), ensure_ascii=False).encode("latin-1")

    assert read(payload, Options(charset="latin-1")).patients[0].patient.name == "Müller"
    with pytest.raises(UnreadablePayloadError):
        read(payload, Options())


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"deceasedBoolean": True}, ("dead", None)),
        ({"deceasedBoolean": False}, ("alive", None)),
        ({"deceasedDateTime": "2024-05-01"}, (None, "2024-05-01")),
        ({}, (None, None)),
    ],
)
def test_a_death_without_a_date_is_told_from_life_and_from_silence(
    said: dict[str, Any], expected: tuple[str | None, str | None]
) -> None:
    (patient,) = read_json(bundle(a_patient(**said))).patients

    assert (patient.patient.vital_status, patient.patient.deceased) == expected
