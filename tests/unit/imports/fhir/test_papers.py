"""Documents inside a payload are kept as documents; addresses are never followed."""

import base64
from typing import Any

import pytest

from app.records.domain.base import Absence
from app.records.domain.course import Admission, Medication
from app.records.domain.findings import ImagingStudy, LabResult
from app.records.domain.statements import Allergy, Comorbidity, FollowUpPlan, Opinion
from tests.unit.imports.fhir.made import (
    LOINC,
    SNOMED,
    a_condition,
    a_patient,
    an_observation,
    bundle,
    concept,
    only,
    read_json,
    records,
)
from tests.unit.imports.readings import documents, found, unused, withdrawn

PDF = base64.b64encode(b"%PDF-1.4 made up").decode()


def a_document(**changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "DocumentReference",
        "id": "doc",
        "status": "current",
        "type": concept(LOINC, "18842-5", "Discharge summary"),
        "subject": {"reference": "Patient/pat"},
        "date": "2024-05-07T10:00:00Z",
        "author": [{"display": "Dr Huber"}],
        "content": [
            {
                "attachment": {
                    "contentType": "application/pdf",
                    "data": PDF,
                    "title": "letter.pdf",
                    "language": "de",
                }
            }
        ],
        **changes,
    }


def test_an_attached_document_keeps_its_bytes_and_what_is_said_of_it() -> None:
    document = documents(read_json(bundle(a_patient(), a_document())))[0]

    assert document.content == b"%PDF-1.4 made up"
    assert (document.body.kind, document.body.dated, document.body.author) == (
        "discharge_summary",
        "2024-05-07T10:00Z",
        "Dr Huber",
    )
    assert (document.body.title, document.body.language, document.file_name) == (
        "letter.pdf",
        "de",
        "letter.pdf",
    )


def test_a_binary_of_the_bundle_is_the_content_of_its_document() -> None:
    binary = {"resourceType": "Binary", "id": "b", "contentType": "application/pdf", "data": PDF}
    reading = read_json(bundle(a_document(content=[{"attachment": {"url": "Binary/b"}}]), binary))

    assert [one.key for one in documents(reading)] == ["DocumentReference/doc"]
    assert "kept with it" in unused(reading)[0].detail


def test_an_address_is_never_fetched() -> None:
    reading = read_json(a_document(content=[{"attachment": {"url": "https://example.org/letter.pdf"}}]))

    assert documents(reading) == []
    assert "never fetched" in unused(reading)[0].detail


def test_what_is_no_base64_is_refused() -> None:
    reading = read_json(a_document(content=[{"attachment": {"data": "%%%"}}]))

    assert unused(reading)[0].outcome == "rejected"


def test_a_document_that_replaces_another_names_it() -> None:
    later = a_document(relatesTo=[{"code": "replaces", "target": {"reference": "DocumentReference/old"}}])

    assert documents(read_json(later))[0].replaces == "DocumentReference/old"


def test_a_document_entered_in_error_is_taken_back() -> None:
    assert [item.key for item in withdrawn(read_json(a_document(docStatus="entered-in-error")))] == [
        "DocumentReference/doc"
    ]


def a_report(**changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "DiagnosticReport",
        "id": "ct",
        "status": "final",
        "code": concept(LOINC, "24627-2", "CT Chest"),
        "subject": {"reference": "Patient/pat"},
        "effectiveDateTime": "2025-03-05",
        "issued": "2025-03-06T08:00:00Z",
        "conclusion": "Smaller mass in the right upper lobe.",
        **changes,
    }


def test_a_radiology_report_and_its_images_are_one_study() -> None:
    study = {
        "resourceType": "ImagingStudy",
        "id": "img",
        "status": "available",
        "identifier": [{"system": "urn:dicom:uid", "value": "urn:oid:1.2.3.4"}],
        "subject": {"reference": "Patient/pat"},
        "started": "2025-03-05",
        "modality": [{"system": "http://dicom.nema.org/resources/ontology/DCM", "code": "CT"}],
        "numberOfSeries": 3,
    }
    report = a_report(imagingStudy=[{"reference": "ImagingStudy/img"}], presentedForm=[{"data": PDF}])

    reading = read_json(bundle(a_patient(), study, report))

    record = only(reading, ImagingStudy)
    assert (record.modality, record.regions, record.study_uid) == ("CT", ("chest",), "1.2.3.4")
    assert (record.impression, record.reported_on) == (
        "Smaller mass in the right upper lobe.",
        "2025-03-06T08:00Z",
    )
    item = found(reading)[0]
    assert (item.key, item.papers) == ("ImagingStudy/img", ("DiagnosticReport/ct#presentedForm",))
    assert documents(reading)[0].body.kind == "imaging_report"


def test_images_alone_are_a_study_under_the_same_identity() -> None:
    report = a_report(imagingStudy=[{"reference": "ImagingStudy/img"}])

    assert found(read_json(report))[0].key == "ImagingStudy/img"


def test_the_conclusion_of_another_report_is_what_somebody_said() -> None:
    report = a_report(code=concept(LOINC, "58410-2", "CBC panel"), conclusion="Counts recovered.")

    assert only(read_json(report), Opinion).statement == "Counts recovered."


def test_results_told_in_words_that_are_too_long_for_a_value_stand_in_the_note() -> None:
    words = "Lipid risk. " * 40
    observation = an_observation(code={"text": "Lipid risk factors"}, valueString=words)
    del observation["valueQuantity"]

    record = only(read_json(observation), LabResult)

    assert record.value_text is not None
    assert record.value_text.endswith(" …")
    assert record.note == words.strip()


@pytest.mark.parametrize(
    ("code", "stated"),
    [("716186003", Absence.NONE), ("no-known-allergies", Absence.NONE), ("no-allergy-info", Absence.UNKNOWN)],
)
def test_no_known_allergies_is_a_statement(code: str, stated: Absence) -> None:
    allergy = {
        "resourceType": "AllergyIntolerance",
        "id": "a",
        "code": concept(SNOMED, code),
        "patient": {"reference": "Patient/pat"},
    }

    assert only(read_json(allergy), Allergy).stated is stated


def test_that_one_sort_of_allergy_is_not_known_leaves_the_others_open() -> None:
    allergy = {
        "resourceType": "AllergyIntolerance",
        "id": "a",
        "code": concept(SNOMED, "429625007"),
        "patient": {"reference": "Patient/pat"},
    }

    assert found(read_json(allergy)) == []


def test_an_allergy_keeps_its_reaction() -> None:
    allergy = {
        "resourceType": "AllergyIntolerance",
        "id": "a",
        "code": {"text": "Penicillin"},
        "patient": {"reference": "Patient/pat"},
        "onsetDateTime": "2010",
        "reaction": [{"manifestation": [{"text": "Hives"}], "severity": "moderate"}],
    }

    record = only(read_json(allergy), Allergy)

    assert (record.substance, record.reaction, record.since) == ("Penicillin", "Hives (moderate)", "2010")


def test_no_known_problems_is_a_statement_and_a_refuted_one_is_taken_back() -> None:
    none = a_condition(meta={}, code=concept("http://x", "no-known-problems"))
    refuted = a_condition(verificationStatus=concept("http://x", "refuted"))

    assert only(read_json(none), Comorbidity).stated is Absence.NONE
    assert [item.key for item in withdrawn(read_json(refuted))] == ["Condition/ca"]


def test_when_an_illness_began_and_ended_is_kept_where_no_date_is_made_of_it() -> None:
    asthma = {"meta": {}, "code": {"text": "Asthma"}, "onsetDateTime": None}
    in_words = a_condition(**asthma, onsetString="as a child", abatementString="around April 9, 2013")
    as_age = a_condition(
        **asthma,
        id="other",
        onsetAge={"value": 52, "unit": "years"},
        abatementAge={"value": 54, "unit": "years"},
    )

    notes = [one.note for one in records(read_json(bundle(in_words, as_age)), Comorbidity)]

    assert notes == [
        "Onset: as a child\nEnded: around April 9, 2013",
        "Onset: at the age of 52 years\nEnded: at the age of 54 years",
    ]


def test_an_empty_section_says_that_there_is_none() -> None:
    composition = {
        "resourceType": "Composition",
        "id": "c",
        "status": "final",
        "type": concept(LOINC, "60591-5", "Patient summary"),
        "subject": {"reference": "Patient/pat"},
        "date": "2025-01-02",
        "section": [
            {"code": concept(LOINC, "10160-0"), "emptyReason": concept("http://x", "nilknown")},
            {"code": concept(LOINC, "48765-2"), "emptyReason": concept("http://x", "unavailable")},
            {"title": "Plan", "text": {"div": "<div><p>Scan in <b>May</b>.</p></div>"}},
        ],
    }

    reading = read_json(composition)

    assert only(reading, Medication).stated is Absence.NONE
    assert only(reading, Allergy).stated is Absence.UNKNOWN
    assert documents(reading)[0].content == b"Plan\nScan in May ."


@pytest.mark.parametrize(
    ("code", "is_stay", "emergency"), [("IMP", True, None), ("EMER", True, True), ("AMB", False, None)]
)
def test_a_stay_is_an_admission_and_a_visit_is_not(code: str, is_stay: bool, emergency: bool | None) -> None:  # noqa: FBT001 (values of the table)
    encounter = {
        "resourceType": "Encounter",
        "id": "e",
        "status": "finished",
        "class": {"code": code},
        "subject": {"reference": "Patient/pat"},
        "period": {"start": "2025-01-02", "end": "2025-01-09"},
        "reasonCode": [{"text": "neutropenic fever"}],
        "serviceProvider": {"display": "City Hospital"},
    }

    stays = records(read_json(encounter), Admission)

    assert len(stays) == is_stay
    if stays:
        assert (stays[0].reason, stays[0].facility, stays[0].emergency) == (
            "neutropenic fever",
            "City Hospital",
            emergency,
        )


def test_a_follow_up_plan_is_read_and_a_diet_is_not() -> None:
    plan: dict[str, Any] = {
        "resourceType": "CarePlan",
        "id": "p",
        "status": "active",
        "intent": "plan",
        "title": "Oncology follow-up",
        "subject": {"reference": "Patient/pat"},
        "author": {"display": "Dr Huber"},
        "activity": [
            {
                "detail": {
                    "status": "scheduled",
                    "code": {"text": "CT chest"},
                    "scheduledString": "every 3 months",
                }
            }
        ],
    }

    record = only(read_json(plan), FollowUpPlan)

    assert (record.tests[0].test, record.tests[0].interval, record.coordinator) == (
        "CT chest",
        "every 3 months",
        "Dr Huber",
    )
    assert found(read_json({**plan, "title": "Diabetes diet"})) == []


def test_an_open_order_for_a_cancer_is_a_planned_test() -> None:
    order = {
        "resourceType": "ServiceRequest",
        "id": "s",
        "status": "active",
        "intent": "order",
        "code": {"text": "PET-CT"},
        "subject": {"reference": "Patient/pat"},
        "reasonReference": [{"reference": "Condition/ca"}],
        "occurrenceDateTime": "2025-06",
    }

    assert only(read_json(bundle(a_condition(), order)), FollowUpPlan).tests[0].test == "PET-CT"
    assert found(read_json({**order, "status": "completed"})) == []
