"""Oncology as Germany's core data set sends it: its own codes and systems mean what the same facts mean in mCODE."""

from typing import Any

import pytest

from app.imports.domain.papers import paper_of
from app.records.domain.course import PerformanceStatus, Symptom, Treatment
from app.records.domain.disease import Biomarker, Diagnosis, PathologyReport, Stage
from app.records.domain.statements import DiseaseStatus
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
from tests.unit.imports.readings import unused

ONCO = "https://www.medizininformatik-initiative.de/fhir/ext/modul-onko/CodeSystem/mii-cs-onko-"
OPS = "http://fhir.de/CodeSystem/bfarm/ops"
FATIGUE = {"coding": [{"system": "https://www.meddra.org", "code": "10016256", "display": "Fatigue"}]}


def observed(code: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a bundle of one observation, without the value of a marker."""
    observation = {**an_observation(id="o", code=code), **changes}
    if "valueQuantity" not in changes:
        del observation["valueQuantity"]
    return bundle(a_patient(), observation)


def a_procedure(code: dict[str, Any], **changes: Any) -> dict[str, Any]:
    procedure = {
        "resourceType": "Procedure",
        "id": "p",
        "status": "completed",
        "code": code,
        "subject": {"reference": "Patient/pat"},
        "performedDateTime": "2021-09-30",
        "reasonReference": [{"reference": "Condition/ca"}],
        **changes,
    }
    return bundle(a_patient(), a_condition(), procedure)


def an_adverse_event(**changes: Any) -> dict[str, Any]:
    event = {
        "resourceType": "AdverseEvent",
        "id": "ae",
        "identifier": {"system": "urn:example:events", "value": "AE-7"},
        "actuality": "actual",
        "event": FATIGUE,
        "subject": {"reference": "Patient/pat"},
        "date": "2021-08-15",
        **changes,
    }
    return bundle(a_patient(), event)


@pytest.mark.parametrize(
    ("code", "axis", "value"),
    [
        ("V", "response", "CR"),
        ("T", "response", "PR"),
        ("K", "response", "SD"),
        ("P", "response", "PD"),
        ("D", "response", "mixed"),
        ("Y", "return", "recurrence"),
    ],
)
def test_an_overall_judgement_is_a_disease_status_in_its_own_words(code: str, axis: str, value: str) -> None:
    part = {"code": concept(SNOMED, "399608002", "Status of distant metastasis"),
            "valueCodeableConcept": concept(ONCO + "verlauf-fernmetastasen", "K", "keine Fernmetastasen")}  # fmt: skip
    judged = concept(ONCO + "verlauf-gesamtbeurteilung", code, "in words")

    reading = read_json(observed(concept(SNOMED, "396432002"), valueCodeableConcept=judged, component=[part]))

    status = only(reading, DiseaseStatus)
    assert (status.axis, status.value, status.words) == (axis, value, "in words")
    assert status.note == "Status of distant metastasis: keine Fernmetastasen"


def test_one_letter_means_nothing_in_another_system() -> None:
    reading = read_json(
        observed(
            concept(SNOMED, "396432002"),
            valueCodeableConcept=concept("urn:example:letters", "V", "Vielleicht"),
        )
    )

    status = only(reading, DiseaseStatus)
    assert (status.axis, status.value) == ("response", "Vielleicht")


@pytest.mark.parametrize(
    ("asked", "answer", "scale", "score"),
    [
        ("423740007", concept(ONCO + "allgemeiner-leistungszustand-ecog", "1", "Einschränkung"), "ECOG", 1),
        (
            "761869008",
            concept(ONCO + "allgemeiner-leistungszustand-karnofsky", "80%", "80%"),
            "Karnofsky",
            80,
        ),
    ],
)
def test_a_score_sent_as_a_code_is_a_performance_status(
    asked: str, answer: dict[str, Any], scale: str, score: int
) -> None:
    found = only(read_json(observed(concept(SNOMED, asked), valueCodeableConcept=answer)), PerformanceStatus)

    assert (found.scale, found.score) == (scale, score)


def test_a_figo_stage_a_depth_and_a_stage_of_the_uicc_are_stages() -> None:
    figo = only(
        read_json(observed(concept(SNOMED, "254386003"), valueCodeableConcept={"text": "IVB"})), Stage
    )
    depth = only(
        read_json(
            observed(
                concept(SNOMED, "106243009", "Breslow"),
                valueQuantity={"value": 1.8, "unit": "mm", "code": "mm"},
            )
        ),
        Stage,
    )
    uicc = only(
        read_json(
            observed(
                concept(SNOMED, "371494008"),
                valueCodeableConcept=concept("https://www.uicc.org/resources/tnm", "N0", "N0"),
                method=concept(ONCO + "tnm-version", "8", "8. Auflage"),
            )
        ),
        Stage,
    )

    assert (figo.system, figo.group) == ("FIGO", "IVB")
    assert (depth.system, depth.group) == ("Breslow", "1.8 mm")
    assert (uicc.system, uicc.edition, uicc.n) == ("UICC", "8", "N0")


def test_residual_tumour_is_the_margin_and_a_distant_site_is_a_metastasis() -> None:
    rest = observed(
        concept(LOINC, "84892-9"),
        valueCodeableConcept=concept(ONCO + "residualstatus", "R0", "Kein Residualtumor"),
    )
    site = observed(
        concept(SNOMED, "385421009"), valueCodeableConcept=concept(ONCO + "fernmetastasen", "HEP", "Leber")
    )

    assert only(read_json(rest), PathologyReport).margins == "Kein Residualtumor"
    found = only(read_json(site), Diagnosis)
    assert (found.tumour, found.metastatic_sites) == ("metastasis", ("Leber",))


def test_a_variant_told_by_its_interpretation_alone_keeps_it_and_what_is_noted() -> None:
    reading = read_json(
        observed(
            concept(LOINC, "69548-6"),
            interpretation=[concept(ONCO + "genetische-variante-auspraegung", "W", "Wildtyp")],
            note=[{"text": "KRAS Wildtyp"}],
        )
    )

    found = only(reading, Biomarker)
    assert (found.name, found.result, found.note) == ("Genetic variant", "Wildtyp", "KRAS Wildtyp")


@pytest.mark.parametrize(
    ("code", "category"),
    [
        (concept(OPS, "5-604.0", "Radikale Prostatovesikulektomie"), "surgery"),
        (concept(OPS, "5-870.0"), "surgery"),
        (concept(OPS, "8-531", "Radiojodtherapie"), "radiation"),
        (concept(OPS, "8-544.1"), "systemic"),
        (concept(OPS, "5-411.40"), "transplant"),
    ],
)
def test_a_key_of_operations_tells_what_kind_of_treatment_it_was(code: dict[str, Any], category: str) -> None:
    assert only(read_json(a_procedure(code)), Treatment).category == category


def test_the_senders_own_class_tells_the_kind_where_neither_words_nor_code_do_but_a_talk_stays_one() -> None:
    surgical = concept(SNOMED, "387713003", "Surgical procedure")
    strange = concept("urn:example:acts", "X1", "Procedure of Abernathy")
    talk = concept("urn:example:acts", "X2", "Referral to social services")

    assert only(read_json(a_procedure(strange, category=surgical)), Treatment).category == "surgery"
    assert only(read_json(a_procedure(talk, category=surgical)), Treatment).category == "other"


def test_intent_why_it_ended_and_what_went_wrong_are_read_from_its_own_codes() -> None:
    intent = {"url": "urn:mii-ex-onko-operation-intention",
              "valueCodeableConcept": concept(ONCO + "intention", "P", "palliativ")}  # fmt: skip
    stopped = concept(ONCO + "therapie-ende-grund", "A", "Abbruch wegen Nebenwirkungen")
    troubles = [concept(ONCO + "operation-komplikation", "N", "nein"), concept("urn:x", "T81", "Blutung")]
    operation = concept(OPS, "5-604.0", "Operation")

    found = only(
        read_json(a_procedure(operation, extension=[intent], outcome=stopped, complication=troubles)),
        Treatment,
    )
    smooth = only(read_json(a_procedure(operation, complication=troubles[:1])), Treatment)

    assert (found.intent, found.reason_ended) == ("palliative", "Abbruch wegen Nebenwirkungen")
    assert found.complications == ("Blutung",)
    assert smooth.complications == ()


def test_a_side_among_the_codes_of_a_site_is_no_place() -> None:
    site = {"coding": [
        {"system": ONCO + "seitenlokalisation", "code": "L", "display": "Links"},
        {"system": "http://terminology.hl7.org/CodeSystem/icd-o-3", "code": "C56.9", "display": "Ovar"},
    ]}  # fmt: skip
    code = concept("http://fhir.de/CodeSystem/bfarm/icd-10-gm", "C56", "Bösartige Neubildung des Ovars")

    found = only(read_json(bundle(a_patient(), a_condition(code=code, bodySite=[site]))), Diagnosis)

    assert (found.site, found.laterality) == ("Ovar", "left")
    assert found.site_code is not None
    assert found.site_code.code == "C56.9"
    assert [(one.system, one.code) for one in found.codes] == [("icd-10-gm", "C56")]


def test_an_adverse_event_is_a_symptom_with_its_grade_and_what_is_suspected() -> None:
    cause = {
        "resourceType": "MedicationStatement",
        "id": "m",
        "status": "completed",
        "medicationCodeableConcept": {"text": "Paclitaxel"},
        "subject": {"reference": "Patient/pat"},
    }
    event = an_adverse_event(
        seriousness={
            "coding": [{"system": ONCO + "nebenwirkung-ctcae-grad", "code": "2", "display": "moderat"}]
        },
        suspectEntity=[{"instance": {"reference": "MedicationStatement/m"}}],
    )
    event["entry"].append({"resource": cause})

    found = only(read_json(event), Symptom)

    assert (found.symptom, found.onset, found.grade, found.external_id) == (
        "Fatigue",
        "2021-08-15",
        2,
        "AE-7",
    )
    assert found.note == "Reported as an adverse event.\nSeriousness: moderat.\nSuspected cause: Paclitaxel."


@pytest.mark.parametrize(
    ("changes", "grade"),
    [
        ({"event": {**FATIGUE, "text": "Fatigue"}, "seriousness": {"text": "CTCAE grade 3"}}, 3),
        ({"extension": [{"url": "urn:ctcae-grade", "valueCodeableConcept": concept("urn:g", "4")}]}, 4),
        (
            {
                "seriousness": concept(
                    "http://terminology.hl7.org/CodeSystem/adverse-event-seriousness", "serious"
                )
            },
            None,
        ),
        ({"seriousness": concept("urn:example:scale", "3", "third of seven")}, None),
    ],
)
def test_a_grade_is_read_only_where_it_is_said_to_be_one(changes: dict[str, Any], grade: int | None) -> None:
    assert only(read_json(an_adverse_event(**changes)), Symptom).grade == grade


def test_an_event_that_is_over_is_resolved_and_one_that_only_could_have_been_is_none() -> None:
    over = only(read_json(an_adverse_event(outcome=concept("urn:outcome", "resolved"))), Symptom)
    could = read_json(an_adverse_event(actuality="potential"))

    assert over.trend == "resolved"
    assert records(could, Symptom) == []
    assert [item.outcome for item in unused(could)].count("skipped") == len(unused(could))


def test_a_procedure_of_a_code_alone_is_no_scan_for_the_name_of_its_system() -> None:
    alone = {"coding": [{"system": SNOMED, "code": "726427004"}]}

    found = only(read_json(a_procedure(alone)), Treatment)

    assert (found.category, found.procedure) == ("other", "SNOMED CT 726427004")


def test_a_paper_whose_type_is_a_code_alone_is_no_imaging_report_for_the_name_of_its_system() -> None:
    assert paper_of((), "SNOMED CT 726427004").kind == "unclassified"
    assert paper_of((), "CT of the chest").kind == "imaging_report"


def test_a_part_of_a_status_that_names_nothing_is_told_by_its_words_alone() -> None:
    part = {"code": {}, "valueCodeableConcept": {"text": "kein Tumor nachweisbar"}}
    judged = concept(ONCO + "verlauf-gesamtbeurteilung", "V", "Vollremission")

    reading = read_json(observed(concept(SNOMED, "396432002"), valueCodeableConcept=judged, component=[part]))

    assert only(reading, DiseaseStatus).note == "kein Tumor nachweisbar"
