"""Each row of the mCODE mapping, on resources of our own. Source: clinical.md section 2; mCODE 4.0.0."""

from decimal import Decimal
from typing import Any

import pytest

from app.records.domain.base import Absence
from app.records.domain.course import PerformanceStatus, Treatment
from app.records.domain.disease import Biomarker, Diagnosis, PathologyReport, Stage
from app.records.domain.findings import ImagingStudy
from app.records.domain.statements import DiseaseStatus
from tests.unit.imports.fhir.made import (
    LOINC,
    MCODE,
    NCIT,
    SNOMED,
    UCUM,
    a_condition,
    a_patient,
    an_observation,
    bundle,
    concept,
    extension,
    only,
    read_json,
    records,
)
from tests.unit.imports.readings import found, unused, withdrawn

AJCC8 = concept(SNOMED, "897275008", "AJCC Cancer Staging Manual, 8th edition")


def observed(code: dict[str, Any], **changes: Any) -> dict[str, Any]:
    made = an_observation(code=code, **changes)
    if "valueQuantity" not in changes:
        del made["valueQuantity"]
    return made


def test_a_primary_cancer_has_site_side_type_date_and_asserter() -> None:
    doctor = {"resourceType": "Practitioner", "id": "doc", "name": [{"family": "Huber", "given": ["Eva"]}]}
    condition = a_condition(
        extension=[
            extension(
                "mcode-histology-morphology-behavior",
                valueCodeableConcept=concept(
                    SNOMED, "82711006", "Infiltrating duct carcinoma (morphologic abnormality)"
                ),
            )
        ],
        bodySite=[
            concept(SNOMED, "76752008", "Breast structure (body structure)")
            | {
                "extension": [
                    extension(
                        "mcode-laterality-qualifier", valueCodeableConcept=concept(SNOMED, "7771000", "Left")
                    )
                ]
            }
        ],
        asserter={"reference": "Practitioner/doc"},
    )

    record = only(read_json(bundle(a_patient(), condition, doctor)), Diagnosis)

    assert (record.site, record.laterality, record.histology) == (
        "breast",
        "left",
        "Infiltrating duct carcinoma",
    )
    assert (record.date, record.author, record.asserted_by) == ("2024-03-05", "Eva Huber", "other_clinician")
    assert record.codes[0].code == "254837009"


def test_a_secondary_cancer_is_a_metastasis_whatever_its_name() -> None:
    condition = a_condition(
        meta={"profile": [MCODE + "mcode-secondary-cancer-condition"]},
        code=concept(SNOMED, "94222008", "Secondary malignant neoplasm of bone (disorder)"),
    )

    record = only(read_json(condition), Diagnosis)

    assert (record.tumour, record.metastatic, record.metastatic_sites) == ("metastasis", True, ("bone",))


def test_an_involved_node_says_nothing_of_distant_sites() -> None:
    condition = a_condition(
        meta={"profile": [MCODE + "mcode-secondary-cancer-condition"]},
        code={"text": "Secondary malignant neoplasm of axillary lymph nodes"},
    )

    record = only(read_json(condition), Diagnosis)

    assert (record.tumour, record.metastatic, record.metastatic_sites) == ("metastasis", None, ())


def test_a_stage_that_only_the_condition_states_is_of_the_system_of_its_code() -> None:
    stage = {
        "type": concept(SNOMED, "260998006", "Clinical staging (qualifier value)"),
        "summary": concept("http://cancerstaging.org", "c3A"),
    }

    record = only(read_json(a_condition(stage=[stage])), Stage)

    assert (record.system, record.timing) == ("AJCC", "clinical")
    unnamed = stage | {"summary": {"text": "Stage 3A"}}
    assert only(read_json(a_condition(stage=[unnamed])), Stage).system is None


@pytest.mark.parametrize(
    ("code", "stated", "method"),
    [
        ("40556-3", None, "IHC"),
        ("85318-4", None, "FISH"),
        ("40556-3", "automated reading", "automated reading"),
        ("16112-5", None, None),
        ("49683-6", None, None),
    ],
)
def test_a_biomarkers_code_says_how_it_was_tested_where_nobody_does(
    code: str, stated: str | None, method: str | None
) -> None:
    said = {"method": {"text": stated}} if stated else {}
    test = observed(concept(LOINC, code, "a long name"), valueCodeableConcept={"text": "Positive"}, **said)

    assert only(read_json(test), Biomarker).method == method


@pytest.mark.parametrize(
    ("status", "axis", "value"),
    [
        ("remission", "remission", None),
        ("relapse", "return", "relapse"),
        ("recurrence", "return", "recurrence"),
    ],
)
def test_a_cancers_clinical_status_is_a_statement_on_its_course(
    status: str, axis: str, value: str | None
) -> None:
    condition = a_condition(clinicalStatus=concept("http://x", status))

    record = only(read_json(condition), DiseaseStatus)

    assert (record.axis, record.value, record.words, record.date) == (axis, value, status, None)


def a_tnm(**group: Any) -> list[dict[str, Any]]:
    day = {"effectiveDateTime": "2024-03-10"}
    return [
        observed(
            concept(SNOMED, "399537006"),
            id="g",
            valueCodeableConcept=concept(
                SNOMED, "1222769001", "American Joint Committee on Cancer stage IIB (qualifier value)"
            ),
            method=AJCC8,
            **day,
            **group,
        ),
        observed(
            concept(SNOMED, "399504009"),
            id="t",
            valueCodeableConcept=concept(
                SNOMED, "1228938002", "American Joint Committee on Cancer cT3 (qualifier value)"
            ),
            **day,
        ),
        observed(
            concept(SNOMED, "399534004"),
            id="n",
            valueCodeableConcept=concept(
                SNOMED, "1229967007", "American Joint Committee on Cancer cN0 (qualifier value)"
            ),
            **day,
        ),
        observed(
            concept(SNOMED, "399387003"),
            id="m",
            valueCodeableConcept=concept(
                SNOMED, "1229901006", "American Joint Committee on Cancer cM0 (qualifier value)"
            ),
            **day,
        ),
    ]


@pytest.mark.parametrize(
    "group",
    [
        pytest.param(
            {"hasMember": [{"reference": f"Observation/{one}"} for one in "tnm"]}, id="members-named"
        ),
        pytest.param({}, id="same-patient-day-and-timing"),
    ],
)
def test_a_stage_group_and_its_t_n_m_are_one_record(group: dict[str, Any]) -> None:
    reading = read_json(bundle(a_patient(), *a_tnm(**group)))

    stage = only(reading, Stage)
    assert (stage.system, stage.edition, stage.timing, stage.group) == ("AJCC", "8", "clinical", "IIB")
    assert (stage.t, stage.n, stage.m) == ("cT3", "cN0", "cM0")
    assert len(unused(reading)) == 4


def test_t_n_m_without_a_group_are_one_record_of_their_own() -> None:
    stage = only(read_json(bundle(a_patient(), *a_tnm()[1:])), Stage)

    assert (stage.group, stage.t, stage.n, stage.m) == (None, "cT3", "cN0", "cM0")


def test_a_condition_whose_stage_is_assessed_gives_no_second_stage() -> None:
    assessed = [{"summary": {"text": "Stage IIB"}, "assessment": [{"reference": "Observation/g"}]}]
    differing = [{"summary": {"text": "Stage IIIC"}, "assessment": [{"reference": "Observation/g"}]}]

    assert len(records(read_json(bundle(a_condition(stage=assessed), *a_tnm())), Stage)) == 1
    both = records(read_json(bundle(a_condition(stage=differing), *a_tnm())), Stage)
    assert {one.group for one in both} == {"IIB", "IIIC"}


@pytest.mark.parametrize(
    ("code", "value", "system", "group"),
    [
        (concept(SNOMED, "385361009"), concept(NCIT, "C96256", "FIGO Stage IIIA"), "FIGO", "IIIA"),
        (concept(NCIT, "C139007"), concept(NCIT, "C70659", "ISS Stage II Plasma Cell Myeloma"), "ISS", "II"),
        (
            concept(NCIT, "C141392"),
            concept(NCIT, "C141395", "RISS Stage II Plasma Cell Myeloma"),
            "R-ISS",
            "II",
        ),
        (concept(NCIT, "C141212"), concept(NCIT, "C80135", "Binet Stage B"), "Binet", "B"),
        (
            concept(SNOMED, "385377005"),
            {"text": "grade group 4 (Gleason score 3 + 5 = 8)"},
            "Gleason",
            "grade group 4 (Gleason score 3 + 5 = 8)",
        ),
    ],
)
def test_other_systems_stages_keep_their_system(
    code: dict[str, Any], value: dict[str, Any], system: str, group: str
) -> None:
    stage = only(read_json(observed(code, valueCodeableConcept=value)), Stage)

    assert (stage.system, stage.group) == (system, group)


@pytest.mark.parametrize(
    ("code", "display", "axis", "value"),
    [
        ("268910001", "Patient's condition improved (finding)", "response", "improved"),
        ("359746009", "Patient's condition stable (finding)", "response", "stable"),
        ("271299001", "Patient's condition worsened (finding)", "progression", "worsened"),
        ("709137006", "Patient condition undetermined (finding)", "response", "undetermined"),
        ("103338009", "In full remission (qualifier value)", "remission", "complete"),
        ("551001000124108", "Cancer in partial remission (finding)", "remission", "partial"),
    ],
)
def test_a_disease_status_keeps_its_words_and_concludes_nothing(
    code: str, display: str, axis: str, value: str
) -> None:
    status = observed(
        concept(LOINC, "97509-4"),
        id="s",
        valueCodeableConcept=concept(SNOMED, code, display),
        performer=[{"reference": "PractitionerRole/onc"}],
        derivedFrom=[{"reference": "ImagingStudy/ct"}],
        extension=[
            extension(
                "mcode-cancer-disease-status-evidence-type",
                valueCodeableConcept=concept(SNOMED, "363679005", "Imaging (procedure)"),
            )
        ],
    )
    role = {"resourceType": "PractitionerRole", "id": "onc", "specialty": [{"text": "Medical oncology"}]}

    reading = read_json(bundle(a_patient(), status, role))

    record = only(reading, DiseaseStatus)
    assert (record.axis, record.value, record.asserted_by) == (axis, value, "oncologist")
    assert record.words == display.partition(" (")[0]
    assert (record.certainty, record.evidence) == ("reported", ("imaging",))
    assert found(reading)[0].links[0].keys == ("ImagingStudy/ct",)


def test_tumour_sizes_of_one_day_are_the_lesions_of_one_study_in_mm() -> None:
    tumour = {
        "resourceType": "BodyStructure",
        "id": "rul",
        "identifier": [{"value": "RUL"}],
        "location": concept(SNOMED, "1", "Right upper lobe"),
        "patient": {"reference": "Patient/pat"},
    }

    def size(id_: str, value: float, unit: str) -> dict[str, Any]:
        length = {"value": value, "unit": unit, "system": UCUM, "code": unit}
        return observed(
            concept(LOINC, "21889-1"),
            id=id_,
            focus=[{"reference": "BodyStructure/rul"}] if id_ == "a" else [{"display": "adrenal"}],
            component=[{"code": concept(LOINC, "33728-7"), "valueQuantity": length}],
        )

    study = only(
        read_json(bundle(a_patient(), tumour, size("a", 4.2, "cm"), size("b", 22, "mm"))), ImagingStudy
    )

    assert [(one.label, one.longest_mm) for one in study.lesions] == [
        ("RUL", Decimal("42.0")),
        ("adrenal", Decimal(22)),
    ]


def test_a_course_of_radiation_has_its_dose_in_gray() -> None:
    def volume(dose: int, fractions: int, place: str) -> dict[str, Any]:
        return extension(
            "mcode-radiotherapy-dose-delivered-to-volume",
            extension=[
                {"url": "volume", "valueReference": {"display": place}},
                {"url": "totalDoseDelivered", "valueQuantity": {"value": dose, "code": "cGy"}},
                {"url": "fractionsDelivered", "valueUnsignedInt": fractions},
            ],
        )

    course = {
        "resourceType": "Procedure",
        "id": "rt",
        "meta": {"profile": [MCODE + "mcode-radiotherapy-course-summary"]},
        "status": "completed",
        "code": concept(SNOMED, "1217123003"),
        "subject": {"reference": "Patient/pat"},
        "performedPeriod": {"start": "2024-08-15", "end": "2024-10-25"},
        "extension": [
            extension("mcode-procedure-intent", valueCodeableConcept=concept(SNOMED, "373808002")),
            extension(
                "mcode-radiotherapy-modality-and-technique",
                extension=[
                    extension("mcode-radiotherapy-modality", valueCodeableConcept={"text": "photons"}),
                    extension("mcode-radiotherapy-technique", valueCodeableConcept={"text": "VMAT"}),
                ],
            ),
            volume(5000, 25, "nodes"),
            volume(6000, 30, "chest wall"),
        ],
    }

    record = only(read_json(course), Treatment)

    assert (record.category, record.intent) == ("radiation", "curative")
    assert (str(record.dose_gy), record.fractions) == ("60", 30)
    assert (record.started, record.ended, record.technique) == ("2024-08-15", "2024-10-25", "photons, VMAT")
    assert record.note is not None
    assert "nodes: 50 Gy in 25 fractions" in record.note


def test_an_operation_has_its_intent_and_site() -> None:
    operation = {
        "resourceType": "Procedure",
        "id": "op",
        "meta": {"profile": [MCODE + "mcode-cancer-related-surgical-procedure"]},
        "status": "completed",
        "code": concept(SNOMED, "392021009", "Lumpectomy of breast (procedure)"),
        "subject": {"reference": "Patient/pat"},
        "performedDateTime": "2024-04-01",
        "bodySite": [concept(SNOMED, "80248007", "Left breast structure (body structure)")],
        "extension": [extension("mcode-procedure-intent", valueCodeableConcept=concept(SNOMED, "363676003"))],
        "complication": [{"text": "seroma"}],
    }

    record = only(read_json(operation), Treatment)

    assert (record.category, record.procedure, record.laterality) == (
        "surgery",
        "Lumpectomy of breast",
        "left",
    )
    assert (record.intent, record.complications) == ("palliative", ("seroma",))


@pytest.mark.parametrize(
    ("complication", "stated", "absent"),
    [
        pytest.param([], (), {}, id="silent"),
        pytest.param([{"text": "No complications"}], (), {"complications": Absence.NONE}, id="none"),
        pytest.param([{"text": "bleeding"}], ("bleeding",), {}, id="named"),
    ],
)
def test_silence_on_complications_is_not_none(
    complication: list[dict[str, Any]], stated: tuple[str, ...], absent: dict[str, Absence]
) -> None:
    operation = {
        "resourceType": "Procedure",
        "id": "op",
        "status": "completed",
        "code": {"text": "Mastectomy"},
        "subject": {"reference": "Patient/pat"},
        "complication": complication,
    }

    record = only(read_json(operation), Treatment)

    assert (record.complications, record.absent) == (stated, absent)


def test_what_was_not_done_is_said_to_be_not_done() -> None:
    procedure = {
        "resourceType": "Procedure",
        "id": "op",
        "status": "not-done",
        "code": {"text": "Mastectomy"},
        "subject": {"reference": "Patient/pat"},
    }

    assert only(read_json(procedure), Treatment).stated is Absence.NOT_DONE


PRESENT = ("LA9633-4", "Present")


def a_variant(*components: dict[str, Any], answer: tuple[str, str] = PRESENT) -> dict[str, Any]:
    return observed(
        concept(LOINC, "69548-6"),
        id="v",
        valueCodeableConcept=concept(LOINC, *answer),
        method={"text": "Sequencing"},
        specimen={"reference": "Specimen/s"},
        component=[
            {
                "code": concept(LOINC, "48018-6"),
                "valueCodeableConcept": concept("http://www.genenames.org", "HGNC:6407", "KRAS"),
            },
            *components,
        ],
    )


SPECIMEN = {
    "resourceType": "Specimen",
    "id": "s",
    "type": {"text": "Tissue"},
    "subject": {"reference": "Patient/pat"},
    "collection": {"collectedDateTime": "2025-11-18"},
}


@pytest.mark.parametrize(
    "share", [{"value": 31.5, "unit": "%", "code": "%"}, {"value": 0.315, "code": "1", "system": UCUM}]
)
def test_a_variant_has_gene_change_and_share(share: dict[str, Any]) -> None:
    variant = a_variant(
        {"code": concept(LOINC, "48004-6"), "valueCodeableConcept": {"text": "NM_004985.5:c.34G>T"}},
        {"code": concept(LOINC, "48005-3"), "valueCodeableConcept": {"text": "p.Gly12Cys"}},
        {"code": concept(LOINC, "81258-6"), "valueQuantity": share},
        {"code": concept(LOINC, "48002-0"), "valueCodeableConcept": concept(LOINC, "LA6684-0", "Somatic")},
    )

    record = only(read_json(bundle(a_patient(), variant, SPECIMEN)), Biomarker)

    assert (record.gene, record.hgvs_c, record.hgvs_p) == ("KRAS", "NM_004985.5:c.34G>T", "p.Gly12Cys")
    assert (record.vaf_percent, record.origin_of_variant) == (Decimal("31.5"), "somatic")
    assert (record.specimen, record.specimen_date, record.interpretation) == (
        "Tissue",
        "2025-11-18",
        "positive",
    )


def test_a_variant_looked_for_and_not_found_is_negative() -> None:
    variant = a_variant(answer=("LA9634-2", "Absent"))

    assert only(read_json(variant), Biomarker).interpretation == "negative"


def test_a_region_names_the_genes_covered() -> None:
    region = observed(
        concept(LOINC, "53041-0", "DNA region of interest panel"),
        component=[
            {
                "code": concept(LOINC, "48018-6"),
                "valueCodeableConcept": {
                    "coding": [
                        {"system": "http://www.genenames.org", "code": "1100", "display": "BRCA1"},
                        {"system": "http://www.genenames.org", "code": "1101", "display": "BRCA2"},
                    ]
                },
            }
        ],
    )

    assert only(read_json(region), Biomarker).genes_tested == ("BRCA1", "BRCA2")


@pytest.mark.parametrize(
    ("code", "score", "scale"),
    [
        (concept(LOINC, "89247-1"), 2, "ECOG"),
        (concept(LOINC, "89243-0"), 90, "Karnofsky"),
        (concept(NCIT, "C38144"), 80, "Lansky"),
    ],
)
def test_performance_status_is_read_on_its_scale(code: dict[str, Any], score: int, scale: str) -> None:
    record = only(read_json(observed(code, valueInteger=score)), PerformanceStatus)

    assert (record.scale, record.score) == (scale, score)


def test_a_score_that_the_scale_does_not_have_is_refused() -> None:
    reading = read_json(observed(concept(LOINC, "89247-1"), valueInteger=7))

    assert "scale has no such score" in unused(reading)[0].detail


def test_a_deauville_score_stays_a_score() -> None:
    record = only(read_json(observed(concept(SNOMED, "708895006"), valueInteger=4)), DiseaseStatus)

    assert (record.axis, record.value, record.criteria) == ("response", "Deauville 4", "Deauville")


@pytest.mark.parametrize(("value", "stated"), [(None, None), (True, None), (False, Absence.NONE)])
def test_a_history_of_metastasis_may_be_denied(value: bool | None, stated: Absence | None) -> None:  # noqa: FBT001 (a value of the table)
    history = observed(
        concept(SNOMED, "1098951000119108", "History of cancer metastatic to liver (situation)")
    )
    if value is not None:
        history["valueBoolean"] = value

    record = only(read_json(history), Diagnosis)

    assert (record.tumour, record.stated) == ("metastasis", stated)
    assert record.site == (None if value is False else "liver")


def test_a_pathology_report_gathers_what_was_found_on_its_specimen() -> None:
    report = {
        "resourceType": "DiagnosticReport",
        "id": "path",
        "status": "final",
        "code": concept(LOINC, "22637-3", "Pathology report final diagnosis"),
        "subject": {"reference": "Patient/pat"},
        "effectiveDateTime": "2024-04-01",
        "issued": "2024-04-05T00:00:00Z",
        "specimen": [{"reference": "Specimen/s"}],
        "result": [{"reference": f"Observation/{one}"} for one in ("type", "grade", "margin", "nodes", "er")],
        "conclusion": "Invasive carcinoma.",
    }
    reading = read_json(
        bundle(
            a_patient(),
            SPECIMEN,
            report,
            observed(
                concept(LOINC, "31206-6"),
                id="type",
                valueCodeableConcept=concept(SNOMED, "82711006", "Infiltrating duct carcinoma"),
            ),
            observed(concept(NCIT, "C18000"), id="grade", valueCodeableConcept={"text": "G2"}),
            observed(concept(LOINC, "44669-0"), id="margin", valueCodeableConcept={"text": "Uninvolved"}),
            observed(
                concept(LOINC, "92832-5"),
                id="nodes",
                valueInteger=1,
                component=[{"code": concept(LOINC, "92833-3"), "valueQuantity": {"value": 12}}],
            ),
            observed(
                concept(LOINC, "16112-5", "Estrogen receptor"),
                id="er",
                valueCodeableConcept=concept(SNOMED, "10828004", "Positive"),
            ),
        )
    )

    record = only(reading, PathologyReport)
    assert (record.histology, record.grade, record.margins) == (
        "Infiltrating duct carcinoma",
        "G2",
        "Uninvolved",
    )
    assert (record.nodes_positive, record.nodes_examined) == (1, 12)
    assert (record.conclusion, record.signed_on, record.specimen_date) == (
        "Invasive carcinoma.",
        "2024-04-05",
        "2025-11-18",
    )
    assert [(one.marker, one.result) for one in record.ihc] == [("Estrogen receptor", "Positive")]
    assert only(reading, Biomarker).interpretation == "positive"


def test_what_is_entered_in_error_is_taken_back_with_all_that_was_made_of_it() -> None:
    reading = read_json(
        a_condition(
            verificationStatus=concept("http://x", "entered-in-error"),
            clinicalStatus=concept("http://x", "remission"),
        )
    )

    assert [item.key for item in withdrawn(reading)] == ["Condition/ca", "Condition/ca#clinicalStatus"]


def test_a_receptor_under_its_codes_long_name_is_called_by_its_own() -> None:
    long_name = "Estrogen receptor Ag [Presence] in Breast cancer specimen by Immune stain"
    stain = observed(
        concept(LOINC, "85337-4", long_name), valueCodeableConcept=concept(SNOMED, "10828004", "Positive")
    )

    record = only(read_json(bundle(a_patient(), stain)), Biomarker)

    assert (record.name, record.method, record.result, record.interpretation) == (
        "ER",
        "IHC",
        "Positive",
        "positive",
    )
    assert record.codes[0].display == long_name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        pytest.param("HER2 Receptor", "48676-1", id="a-name-of-the-sender's-own"),
        pytest.param("Calcium [Mass/volume] in Serum", "48676-1", id="a-name-that-says-something-else"),
    ],
)
def test_a_name_stays_as_written_where_it_is_no_other_form_of_the_code(name: str, code: str) -> None:
    stain = observed(concept(LOINC, code, name), valueCodeableConcept=concept(SNOMED, "10828004", "Positive"))

    assert only(read_json(bundle(a_patient(), stain)), Biomarker).name == name


def test_a_test_for_mutations_of_a_known_gene_is_a_biomarker_whatever_its_code() -> None:
    test = observed(
        {"text": "BRCA1/2 Mutation Analysis"}, valueCodeableConcept={"text": "No pathogenic variants"}
    )

    assert only(read_json(bundle(a_patient(), test)), Biomarker).name == "BRCA1/2 Mutation Analysis"


def test_a_site_sent_as_a_bare_code_is_said_to_be_one() -> None:
    site = {"coding": [{"system": SNOMED, "code": "12738006"}]}

    record = only(read_json(bundle(a_patient(), a_condition(bodySite=[site]))), Diagnosis)

    assert record.site == "SNOMED CT 12738006"


def test_a_primary_that_is_named_a_metastasis_says_nothing_of_other_sites() -> None:
    named = concept(SNOMED, "94260004", "Secondary malignant neoplasm of colon (disorder)")

    record = only(read_json(bundle(a_patient(), a_condition(code=named))), Diagnosis)

    assert (record.tumour, record.site, record.metastatic) == ("primary", "colon", None)
    assert record.note == "Named: Secondary malignant neoplasm of colon"


def test_a_gene_sent_by_its_long_name_is_called_by_its_symbol() -> None:
    gene = {
        "coding": [
            {"system": "http://www.genenames.org", "code": "HGNC:3467", "display": "estrogen receptor 1"}
        ]
    }
    variant = observed(
        concept(LOINC, "69548-6"),
        valueCodeableConcept=concept(LOINC, "LA9633-4", "Present"),
        component=[{"code": concept(LOINC, "48018-6"), "valueCodeableConcept": gene}],
    )

    assert only(read_json(bundle(a_patient(), variant)), Biomarker).gene == "ESR1"


def test_an_organs_adjective_is_read_as_the_organ() -> None:
    site = concept(SNOMED, "15497006", "Ovarian structure (body structure)")

    assert only(read_json(bundle(a_patient(), a_condition(bodySite=[site]))), Diagnosis).site == "ovary"
