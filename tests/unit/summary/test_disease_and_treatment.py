from decimal import Decimal
from typing import Any

from app.cases.domain import Cancer, CancerCode
from app.records.domain.base import Absence, Source
from app.records.domain.course import Drug, SideEffect
from app.records.domain.disease import Stain
from app.records.domain.kinds import AnyRecord
from tests.builders import a_case, a_record
from tests.unit.summary.written import a_section, by_about, sentences


def a_treatment(**fields: Any) -> AnyRecord:
    return a_record("treatment", **{"category": "systemic", **fields})


def test_diagnosis_and_stage_are_told_in_recorded_words() -> None:
    found = sentences(
        a_section(
            "diagnosis",
            a_record(
                "diagnosis",
                date="2025-11",
                site="lung",
                laterality="right",
                histology="adenocarcinoma",
                basis="flow_cytometry",
                metastatic=False,
                asserted_by="mdt",
            ),
            a_record("stage", date="2025-12-01", system="AJCC", edition="8", group="IVA", timing="clinical"),
            case=a_case(
                cancer=Cancer(text="Lung cancer", codes=(CancerCode(system="icd-10", code="C34.1"),))
            ),
        )
    )

    assert found["case"] == "The case is about: “Lung cancer” (icd-10 C34.1)."
    assert found["record-001"] == (
        "2025-11: Diagnosis: right lung, adenocarcinoma; rests on flow cytometry; "
        "recorded as not spread to distant sites; stated by multidisciplinary team."
    )
    assert found["record-002"] == "2025-12-01: Stage IVA (AJCC 8); clinical."


def test_what_is_not_there_is_said_for_each_part() -> None:
    section = a_section("diagnosis", case=a_case(cancer=Cancer()))

    assert section.state == "not_found"
    assert sentences(section) == {
        "diagnosis": "Diagnosis: not found in the files received.",
        "stage": "Stage: not found in the files received.",
    }
    assert all(one.kind == "generated" and not one.sources for one in section.statements)


def test_a_pathology_report_is_told_and_its_conclusion_quoted_under_its_own_date() -> None:
    report = a_record(
        "pathology_report",
        specimen="left breast",
        specimen_date="2025-01-02",
        signed_on="2025-01-09",
        histology="carcinoma",
        nodes_examined=12,
        nodes_positive=0,
        ihc=(Stain(marker="ER", result="90 %"), Stain(marker="HER2", result="0")),
        conclusion="Carcinoma, margins free.",
        sources=(Source(document_id="document-001", page=2, quote="margins free"),),
    )

    section = a_section("pathology", report)
    found = by_about(section)

    assert found["record-001"].text == (
        "2025-01-02: Pathology: carcinoma (left breast); specimen: left breast; signed 2025-01-09; "
        "nodes involved: 0; nodes examined: 12; stains: ER 90 %, HER2 0."
    )
    quoted = found["record-001:conclusion"]
    assert (quoted.kind, quoted.text) == (
        "quoted",
        "Pathology report dated 2025-01-09 states: “Carcinoma, margins free.”",
    )
    assert [(one.record_id, one.document_id, one.page, one.quote) for one in quoted.sources] == [
        ("record-001", None, None, None),
        (None, "document-001", 2, "margins free"),
    ]


def test_a_biomarker_names_its_specimen_and_the_day_of_its_report() -> None:
    record = a_record(
        "biomarker", name="KRAS", result="G12C", method="NGS", specimen_date="2025-11-18", date="2025-12-01"
    )

    assert sentences(a_section("pathology", record))["record-001"] == (
        "2025-11-18: KRAS G12C (NGS); recorded 2025-12-01."
    )


def test_a_test_for_residual_disease_goes_with_the_caution_on_its_limit() -> None:
    record = a_record(
        "mrd_result", date="2026-01-01", result="negative", detection_limit_percent=Decimal("0.01")
    )

    statement = by_about(a_section("pathology", record))["record-001"]

    assert statement.text == "2026-01-01: MRD negative; detection limit 0.01 %."
    assert (
        statement.caution
        == "A negative test for residual disease holds only below the detection limit of that test."
    )


def test_a_treatment_is_told_with_its_course_and_what_nothing_states() -> None:
    record = a_treatment(
        drugs=(Drug(name="carboplatin"), Drug(name="paclitaxel")),
        regimen="Carboplatin and paclitaxel",
        started="2025-01-01",
        ended="2025-05-01",
        cycles_given=6,
        side_effects=(SideEffect(what="neuropathy", grade=2), SideEffect(what="nausea")),
        absent={"dose_changes": Absence.NONE},
    )

    found = by_about(a_section("treatment", record))

    assert found["record-001"].text == (
        "2025-01-01: carboplatin + paclitaxel; systemic; line 1; until 2025-05-01; "
        "cycles given: 6, planned: not stated; dose changes: stated as none; "
        "side effects: neuropathy grade 2, nausea; not stated: response, why it ended."
    )
    assert (found["line-1"].kind, found["line-1"].caution is not None) == ("computed", True)
    assert list(found) == ["line-1", "record-001"]


def test_a_line_that_a_clinician_numbered_is_recorded_and_needs_no_caution() -> None:
    record = a_treatment(
        drugs=(Drug(name="osimertinib"),),
        line=2,
        started="2025-01-01",
        ongoing=True,
        continuous=True,
        dose_changes=("halved in March",),
        response="shrinking",
        response_status="PR",
        response_date="2025-06-01",
        reason_ended="toxicity",
        regimen="AURA",
        absent={"side_effects": Absence.UNKNOWN},
    )

    found = by_about(a_section("treatment", record))

    assert (found["line-2"].kind, found["line-2"].caution) == ("recorded", None)
    assert found["line-2"].text == "Line 2 (as stated): osimertinib; from 2025-01-01, recorded as ongoing."
    assert found["record-001"].text == (
        "2025-01-01: osimertinib; systemic; line 2; recorded as ongoing; given without cycles; "
        "regimen as written: AURA; "
        "side effects: stated as unknown; dose changes: halved in March; "
        "response as recorded: “shrinking” (PR, 2025-06-01); reason ended: “toxicity”."
    )


def test_surgery_needs_no_reason_for_its_end_and_no_line() -> None:
    record = a_treatment(category="surgery", procedure="lobectomy", started="2025-01-01", ended="2025-01-01")

    assert sentences(a_section("treatment", record)) == {
        "record-001": "2025-01-01: lobectomy; surgery; until 2025-01-01; "
        "not stated: margins or residual disease, complications."
    }


def test_radiation_names_the_dose_that_is_not_stated() -> None:
    record = a_treatment(category="radiation", site="pelvis", date="2025-01-01", stated=None)

    assert sentences(a_section("treatment", record))["record-001"].endswith(
        "site: pelvis; not stated: dose, fractions, response, side effects."
    )


def test_treatment_stated_as_none_is_not_the_same_as_nothing_found() -> None:
    none = a_section("treatment", a_treatment(date="2025-01-01", stated=Absence.NONE))
    silent = a_section("treatment")

    assert (none.state, silent.state) == ("none_stated", "not_found")
    assert "stated as none" in none.statements[0].text
    assert sentences(silent)["treatment"] == "Treatment history: not found in the files received."


def test_a_record_of_a_day_to_come_stands_in_the_timeline_and_the_gaps_only() -> None:
    record = a_treatment(drugs=(Drug(name="cisplatin"),), started="2026-04-01")

    assert sentences(a_section("treatment", record)) == {
        "treatment": "Treatment history: not found in the files received."
    }
    assert sentences(a_section("timeline", record))["record-001"] == "2026-04-01: cisplatin (after this day)."
    assert (
        sentences(a_section("gaps", record))["future_dated"] == "Dated after 2026-03-20 and not counted: 1."
    )


def test_a_treatment_says_its_dose_and_counts_many_cycles() -> None:
    days = tuple(f"2024-{month:02}-01" for month in range(1, 9))
    drug = Drug(name="Cisplatin 50 MG Injection", dose="75 mg/m2")

    found = sentences(a_section("treatment", a_treatment(started=days[0], drugs=(drug,), cycle_dates=days)))

    assert "Cisplatin; systemic; line 1; cycle dates: 8, from 2024-01-01 to 2024-08-01" in found["record-001"]
    assert "dose as written: 75 mg/m2" in found["record-001"]
    assert found["line-1"].startswith("Line 1 (suggested by rule, confidence moderate): Cisplatin; ")


def test_a_regimen_says_the_dose_of_each_drug() -> None:
    drugs = (Drug(name="carboplatin", dose="AUC 5"), Drug(name="paclitaxel", dose="175 mg/m2"))

    found = sentences(a_section("treatment", a_treatment(started="2024-01-01", drugs=drugs)))

    assert "dose as written: carboplatin AUC 5, paclitaxel 175 mg/m2" in found["record-001"]


def test_one_day_of_treatment_is_no_list_of_cycles() -> None:
    found = sentences(
        a_section("treatment", a_treatment(started="2024-01-01", cycle_dates=("2024-01-01",), regimen="X"))
    )

    assert "given on one day as recorded" in found["record-001"]


def test_a_side_that_the_site_names_is_said_once() -> None:
    named = a_treatment(category="surgery", site="left breast", laterality="left")
    unnamed = a_treatment(category="surgery", site="breast", laterality="left")

    found = sentences(a_section("treatment", named, unnamed))

    assert "side: left" not in found["record-001"]
    assert "side: left" in found["record-002"]


def test_moments_are_told_by_day_and_minute_and_words_of_others_stay_whole() -> None:
    record = a_record(
        "diagnosis", date="2017-07-21T23:41:09-04:00", site="breast", note="At 2017-07-21T23:41:09Z"
    )

    statement = by_about(a_section("diagnosis", record))["record-001"]

    assert statement.text == "2017-07-21 23:41: Diagnosis: breast; remark: “At 2017-07-21T23:41:09Z”."
    assert statement.facts["date"] == "2017-07-21T23:41:09-04:00"


def test_a_biomarkers_reading_and_change_are_said_once() -> None:
    stained = a_record("biomarker", name="ER", result="Positive", interpretation="positive")
    variant = a_record(
        "biomarker",
        name="PALB2",
        gene="PALB2",
        result="c.3549C>A",
        hgvs_c="c.3549C>A",
        interpretation="positive",
    )

    found = sentences(a_section("pathology", stained, variant))

    assert found["record-001"] == "date not stated: ER Positive."
    assert found["record-002"] == "date not stated: PALB2 c.3549C>A."


def test_a_clinician_of_no_stated_specialty_is_named_alone() -> None:
    named = a_record("diagnosis", site="breast", author="Owen", asserted_by="other_clinician")
    unnamed = a_record("diagnosis", site="breast", asserted_by="other_clinician")

    found = sentences(a_section("diagnosis", named, unnamed))

    assert found["record-001"].endswith("; stated by Owen.")
    assert found["record-002"].endswith("; stated by a clinician.")
