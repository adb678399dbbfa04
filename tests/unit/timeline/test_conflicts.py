"""What counts as a disagreement and what does not, and how a person settles it."""

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.casefile.domain.case_file import CaseFile
from app.cases.domain import Patient
from app.documents.domain.document import Document, DocumentFacts
from app.records.domain.disease import Stain
from app.records.domain.kinds import AnyRecord
from app.timeline.domain.conflicts import Conflict, find_conflicts
from tests.builders import a_case, a_case_file, a_document, a_record
from tests.unit.timeline.records import a_ca125, a_marker, a_status, a_study, a_target, a_treatment
from tests.worked_cases import LUNG, OVARY, day_of, worked_case

AS_OF = date(2026, 1, 1)


def found(*contents: AnyRecord | Document, **case: Any) -> list[Conflict]:
    return list(find_conflicts(a_case_file(*contents, case=a_case(**case)), AS_OF))


def rules(*contents: AnyRecord | Document, **case: Any) -> list[str]:
    return [conflict.rule.id for conflict in found(*contents, **case)]


def a_paper(**facts: Any) -> Document:
    return a_document(kind="imaging_report", facts=DocumentFacts(**facts))


# --- identity ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "differs"),
    [
        pytest.param({"printed_name": "María Lopez"}, False, id="accents"),
        pytest.param({"printed_name": "LOPEZ, Maria Elena"}, False, id="order-and-more-names"),
        pytest.param({"printed_name": "M. Lopez"}, False, id="initial"),
        pytest.param({"printed_name": "Ana Lopez"}, True, id="another-name"),
        pytest.param({"printed_birth_date": "1961-04-12"}, False, id="finer-birth-date"),
        pytest.param({"printed_birth_date": "1961-05-12"}, True, id="another-birth-date"),
        pytest.param({"printed_sex": "male"}, True, id="another-sex"),
        pytest.param({"printed_sex": "unknown"}, False, id="unknown-sex"),
        pytest.param({}, False, id="nothing-printed"),
    ],
)
def test_a_paper_of_another_patient_blocks(printed: dict[str, Any], differs: Any) -> None:
    patient = Patient(name="Maria Lopez", birth_date="1961-04", sex="female")
    conflicts = found(a_paper(**printed), patient=patient)
    assert [(one.rule.id, one.severity) for one in conflicts] == (
        [("identity_differs", "block")] if differs else []
    )


def test_where_the_case_names_nobody_papers_are_compared_with_each_other() -> None:
    papers = [a_paper(printed_name=name) for name in ("Maria Lopez", "Ana Ruiz", "Maria Lopez")]
    (conflict,) = found(*papers, patient=Patient())
    assert [side.document_id for side in conflict.sides] == ["document-001", "document-002"]
    assert conflict.severity == "block"


def a_decision(about: str, choice: str = "both_stand", **fields: Any) -> AnyRecord:
    return a_record(
        "decision", topic="conflict", about=about, choice=choice, reason="Looked at it.", **fields
    )


def test_a_decision_settles_the_conflict_that_it_names_and_withdrawing_it_opens_it_again() -> None:
    paper, patient = a_paper(printed_name="Ana Ruiz"), Patient(name="Maria Lopez")
    (open_one,) = found(paper, patient=patient)
    assert open_one.settled is None
    decision = a_decision(open_one.id, "same_patient", date="2025-01-01")
    (settled,) = found(paper, decision, patient=patient)
    assert settled.settled is not None
    assert (settled.id, settled.settled.choice, settled.settled.decision_id) == (
        open_one.id,
        "same_patient",
        "record-001",
    )
    withdrawn = a_decision(open_one.id, "withdrawn", date="2025-02-01")
    (reopened,) = found(paper, decision, withdrawn, patient=patient)
    assert reopened.settled is None
    (again,) = found(paper, withdrawn, a_decision(open_one.id, date="2025-03-01"), patient=patient)
    assert again.settled is not None


@pytest.mark.parametrize(
    "decision",
    [
        a_decision("conflict-of-another-kind"),
        a_record("decision", topic="waiver", about="admin", choice="waived", reason="x"),
        a_decision("document-002", "same_patient"),
    ],
    ids=["another-conflict", "waiver", "another-document"],
)
def test_another_decision_settles_nothing(decision: AnyRecord) -> None:
    (conflict,) = found(a_paper(printed_name="Ana Ruiz"), decision, patient=Patient(name="Maria Lopez"))
    assert conflict.settled is None


def test_a_document_that_a_person_calls_the_same_patients_is_settled() -> None:
    decision = a_decision("document-001", "same_patient")
    (conflict,) = found(a_paper(printed_name="Ana Ruiz"), decision, patient=Patient(name="Maria Lopez"))
    assert conflict.settled is not None


def test_a_decision_that_has_run_out_settles_nothing() -> None:
    paper, patient = a_paper(printed_name="Ana Ruiz"), Patient(name="Maria Lopez")
    (conflict,) = found(paper, patient=patient)
    (still,) = found(paper, a_decision(conflict.id, until="2025-12-31"), patient=patient)
    assert still.settled is None
    (held,) = found(paper, a_decision(conflict.id, until="2026-01-01"), patient=patient)
    assert held.settled is not None


# --- the disease ---------------------------------------------------------------------------------------------


def a_diagnosis(**fields: Any) -> AnyRecord:
    return a_record("diagnosis", **{"site": "breast", "laterality": "left", "date": "2024-01-01", **fields})


def a_report(**fields: Any) -> AnyRecord:
    return a_record("pathology_report", **{"specimen_date": "2024-01-01", **fields})


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        pytest.param(
            (a_report(site="breast, upper quadrant", laterality="right"),),
            ["laterality_differs"],
            id="pathology",
        ),
        pytest.param((a_report(site="breast", laterality="left"),), [], id="same-side"),
        pytest.param((a_report(site="breast", laterality="bilateral"),), [], id="both-sides"),
        pytest.param((a_report(site="axilla", laterality="right"),), [], id="another-organ"),
        pytest.param(
            (a_treatment("2024-02-01", category="surgery", site="Breast", laterality="right"),),
            ["laterality_differs"],
            id="operation",
        ),
        pytest.param(
            (a_study("2024-02-01", a_target("a", 20), regions=("breast",), laterality="right"),),
            ["laterality_differs"],
            id="study-of-targets",
        ),
        pytest.param(
            (a_study("2024-02-01", regions=("breast",), laterality="right"),),
            [],
            id="study-of-the-other-side",
        ),
        pytest.param((a_diagnosis(laterality="right"),), ["laterality_differs"], id="two-diagnoses"),
        pytest.param(
            (a_diagnosis(laterality="right"), a_report(site="breast", laterality="right")),
            ["laterality_differs"],
            id="a-second-tumour-explains-the-report",
        ),
        pytest.param((a_diagnosis(site="Lung", laterality=None),), ["site_differs"], id="two-organs"),
        pytest.param(
            (a_diagnosis(site="left breast, lower part", laterality=None),), [], id="the-same-organ"
        ),
        pytest.param((a_diagnosis(site="lung", tumour="metastasis", laterality=None),), [], id="metastasis"),
    ],
)
def test_sides_and_sites_of_the_tumour_that_differ_are_shown(
    records: tuple[AnyRecord, ...], expected: list[str]
) -> None:
    conflicts = found(a_diagnosis(), *records)
    assert [one.rule.id for one in conflicts] == expected
    assert {one.severity for one in conflicts} <= {"high"}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(
            a_report(accession="A 1", conclusion="Carcinoma."),
            a_report(accession="a-1", conclusion="No tumour."),
            ["accession_conclusions_differ"],
            id="pathology",
        ),
        pytest.param(
            a_report(accession="A1", conclusion="Carcinoma."),
            a_report(accession="A1", conclusion="carcinoma"),
            [],
            id="the-same-words",
        ),
        pytest.param(
            a_report(accession="A1", conclusion="Carcinoma."),
            a_report(accession="A1", conclusion="HER2 positive.", addendum_to="record-001"),
            [],
            id="addendum",
        ),
        pytest.param(
            a_report(accession="A1", conclusion="Carcinoma."),
            a_report(accession="A2", conclusion="No tumour."),
            [],
            id="another",
        ),
        pytest.param(
            a_study("2024-01-01", accession="7", impression="Stable."),
            a_study("2024-01-01", accession="7", impression="New lesion."),
            ["accession_conclusions_differ"],
            id="imaging",
        ),
    ],
)
def test_one_accession_has_one_conclusion(one: AnyRecord, other: AnyRecord, expected: list[str]) -> None:
    assert rules(one, other) == expected


def a_stage(**fields: Any) -> AnyRecord:
    return a_record(
        "stage",
        **{
            "system": "AJCC",
            "edition": "8",
            "timing": "clinical",
            "date": "2024-01-01",
            "group": "IIA",
            **fields,
        },
    )


@pytest.mark.parametrize(
    ("changes", "differs"),
    [
        ({"group": "IVA"}, True),
        ({"group": "Stage IIa"}, False),
        ({"group": "IVA", "timing": "pathologic"}, False),
        ({"group": "IVA", "system": "UICC"}, False),
        ({"group": "IVA", "edition": "7"}, False),
        ({"group": "IVA", "edition": None}, True),
        ({"edition": None}, False),
        ({"group": "IVA", "date": "2024-06-01"}, False),
        ({"group": "IVA", "date": "2024-01"}, True),
        ({"group": "IVA", "date": None}, False),
    ],
)
def test_stages_of_one_system_and_time_agree(changes: dict[str, Any], differs: Any) -> None:
    assert rules(a_stage(), a_stage(**changes)) == (["stage_differs"] if differs else [])


@pytest.mark.parametrize(("t", "differs"), [("T2b", False), ("cT2b", False), ("cT3", True), (None, False)])
def test_the_prefix_of_a_category_makes_no_difference(t: str | None, differs: Any) -> None:
    assert rules(a_stage(t="cT2b"), a_stage(t=t)) == (["stage_differs"] if differs else [])


def a_result(**fields: Any) -> AnyRecord:
    return a_record("biomarker", **{"name": "EGFR", "specimen_date": "2024-01-01", **fields})


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(
            a_result(interpretation="positive"),
            a_result(interpretation="negative"),
            ["specimen_results_differ"],
            id="gene",
        ),
        pytest.param(
            a_result(result="Detected"),
            a_result(result="not detected"),
            ["specimen_results_differ"],
            id="words",
        ),
        pytest.param(a_result(result="positive"), a_result(result="equivocal"), [], id="equivocal"),
        pytest.param(
            a_result(interpretation="positive"),
            a_result(interpretation="negative", specimen_date="2025-01-01"),
            [],
            id="other-specimen",
        ),
        pytest.param(
            a_result(interpretation="positive"),
            a_result(name="ALK", interpretation="negative"),
            [],
            id="other-gene",
        ),
        pytest.param(
            a_result(interpretation="positive", hgvs_p="p.Leu858Arg"),
            a_result(interpretation="negative", hgvs_p="p.Thr790Met"),
            [],
            id="other-variant",
        ),
        pytest.param(
            a_report(ihc=(Stain(marker="ER", result="positive"),)),
            a_report(ihc=(Stain(marker="er", result="Negative"),)),
            ["specimen_results_differ"],
            id="receptor",
        ),
        pytest.param(
            a_report(histology="adenocarcinoma"),
            a_report(histology="squamous cell carcinoma"),
            ["specimen_histology_differs"],
            id="histology",
        ),
        pytest.param(
            a_report(histology="adenocarcinoma"),
            a_report(histology="Adenocarcinoma, acinar"),
            [],
            id="finer-histology",
        ),
        pytest.param(
            a_report(histology="adenocarcinoma", site="lung"),
            a_report(histology="squamous cell carcinoma", site="skin"),
            [],
            id="other-site",
        ),
    ],
)
def test_results_on_one_specimen_agree(one: AnyRecord, other: AnyRecord, expected: list[str]) -> None:
    assert rules(one, other) == expected


# --- treatment -----------------------------------------------------------------------------------------------

COMBINATION = a_treatment("2024-01-01", "oxaliplatin", "fluorouracil", ended="2024-06-30", reason_ended="x")


@pytest.mark.parametrize(
    ("other", "overlap"),
    [
        pytest.param(
            a_treatment("2024-03-01", "irinotecan", "fluorouracil", ended="2024-08-01"),
            True,
            id="two-combinations",
        ),
        pytest.param(
            a_treatment("2024-03-01", "fluorouracil", ended="2024-08-01"), True, id="one-drug-twice"
        ),
        pytest.param(
            a_treatment("2024-03-01", "bevacizumab", ended="2024-08-01"), False, id="one-drug-beside"
        ),
        pytest.param(
            a_treatment("2024-06-05", "irinotecan", "fluorouracil", ended="2024-08-01"),
            False,
            id="four-weeks-or-less",
        ),
        pytest.param(
            a_treatment("2024-07-01", "irinotecan", "fluorouracil", ended="2024-08-01"),
            False,
            id="afterwards",
        ),
        pytest.param(
            a_treatment("2024-03-01", category="radiation", ended="2024-08-01"), False, id="radiation"
        ),
        pytest.param(a_treatment("2024-03-01", "irinotecan", "fluorouracil"), False, id="no-end-known"),
    ],
)
def test_courses_that_can_not_both_have_been_given_are_shown(other: AnyRecord, overlap: Any) -> None:
    assert ("treatments_overlap" in rules(COMBINATION, other)) is overlap


@pytest.mark.parametrize(
    ("treatment", "case", "expected"),
    [
        pytest.param(
            a_treatment("2024-01-01", "x", ended="2024-03-01", cycle_dates=("2024-01-01", "2024-03-02")),
            {},
            ["treatment_after_stop"],
            id="cycle-after-the-end",
        ),
        pytest.param(
            a_treatment("2024-01-01", "x", ended="2024-03", cycle_dates=("2024-01-01", "2024-03-31")),
            {},
            [],
            id="in-its-last-month",
        ),
        pytest.param(
            a_treatment("2024-04-01", "x", ended="2024-03-01"),
            {},
            ["treatment_ends_before_it_starts"],
            id="ends-first",
        ),
        pytest.param(
            a_treatment("2024-04-01", "x"),
            {"patient": Patient(deceased="2024-03")},
            ["treatment_after_death"],
            id="after-death",
        ),
        pytest.param(
            a_treatment("2024-03-31", "x"),
            {"patient": Patient(deceased="2024-03")},
            [],
            id="in-the-month-of-death",
        ),
    ],
)
def test_nothing_is_given_after_the_end(
    treatment: AnyRecord, case: dict[str, Any], expected: list[str]
) -> None:
    assert rules(treatment, **case) == expected


@pytest.mark.parametrize(
    ("proof", "treatment", "early"),
    [
        pytest.param(
            a_diagnosis(date="2024-02-01"), a_treatment("2024-01-31", "x"), True, id="before-diagnosis"
        ),
        pytest.param(a_diagnosis(date="2024-02"), a_treatment("2024-02-01", "x"), False, id="not-surely"),
        pytest.param(
            a_report(specimen_date="2024-02-01"), a_treatment("2024-01-31", "x"), True, id="before-biopsy"
        ),
        pytest.param(
            a_treatment("2024-02-01", category="surgery"),
            a_treatment("2024-01-31", category="radiation"),
            True,
            id="before-resection",
        ),
        pytest.param(
            a_diagnosis(date="2024-02-01"), a_treatment("2024-01-31", category="surgery"), False, id="surgery"
        ),
        pytest.param(a_diagnosis(date="2024-02-01"), a_study("2024-01-01"), False, id="imaging-comes-first"),
        pytest.param(a_diagnosis(date=None), a_treatment("2024-01-31", "x"), False, id="undated-diagnosis"),
    ],
)
def test_treatment_before_any_proof_is_shown(proof: AnyRecord, treatment: AnyRecord, early: Any) -> None:
    assert ("treatment_before_diagnosis" in rules(proof, treatment)) is early


@pytest.mark.parametrize(
    ("records", "asked"),
    [
        ((a_diagnosis(metastatic=True), a_treatment("2024-02-01", "x", intent="curative")), True),
        ((a_diagnosis(metastatic=True), a_treatment("2024-02-01", "x", intent="palliative")), False),
        ((a_diagnosis(metastatic=False), a_treatment("2024-02-01", "x", intent="curative")), False),
        ((a_stage(m="cM1b"), a_treatment("2024-02-01", "x", intent="curative")), True),
        ((a_stage(m="cM0"), a_treatment("2024-02-01", "x", intent="curative")), False),
        (
            (
                a_diagnosis(metastatic=True, date="2025-01-01"),
                a_treatment("2024-02-01", category="surgery", intent="curative"),
            ),
            False,
        ),
    ],
)
def test_curative_intent_beside_distant_spread_is_asked_about(
    records: tuple[AnyRecord, ...], asked: Any
) -> None:
    assert ("curative_and_metastatic" in rules(*records)) is asked


IN_REMISSION = a_status("2025-06-01", "remission", "complete")


@pytest.mark.parametrize(
    ("records", "asked"),
    [
        pytest.param((IN_REMISSION, a_treatment("2025-01-01", "x", ongoing=True)), True, id="ongoing"),
        pytest.param(
            (IN_REMISSION, a_treatment("2025-01-01", "x", ongoing=True, setting="maintenance")),
            False,
            id="maintenance",
        ),
        pytest.param(
            (IN_REMISSION, a_treatment("2025-01-01", "x", ongoing=True, setting="adjuvant")),
            False,
            id="adjuvant",
        ),
        pytest.param((IN_REMISSION, a_treatment("2025-01-01", "x", ended="2025-05-01")), False, id="over"),
        pytest.param((IN_REMISSION, a_treatment("2025-07-01", "x", ongoing=True)), False, id="begun-later"),
        pytest.param(
            (
                IN_REMISSION,
                a_status("2025-07-01", "return", "relapse"),
                a_treatment("2025-01-01", "x", ongoing=True),
            ),
            False,
            id="relapsed-since",
        ),
        pytest.param(
            (
                a_status("2025-06-01", "remission", "residual disease"),
                a_treatment("2025-01-01", "x", ongoing=True),
            ),
            False,
            id="residual",
        ),
    ],
)
def test_remission_beside_treatment_that_goes_on_is_asked_about(
    records: tuple[AnyRecord, ...], asked: Any
) -> None:
    assert ("remission_under_treatment" in rules(*records)) is asked


# --- words on response ---------------------------------------------------------------------------------------


def a_response(day: str | None, word: str = "PR") -> AnyRecord:
    return a_treatment("2025-01-01", "x", response_status=word, response_date=day)


@pytest.mark.parametrize(
    ("records", "case", "lacks"),
    [
        pytest.param((a_response("2025-03-01"),), {}, True, id="no-imaging"),
        pytest.param((a_response("2025-03-01"), a_study("2024-12-31")), {}, True, id="only-before"),
        pytest.param((a_response("2025-03-01"), a_study("2025-03-02")), {}, True, id="only-afterwards"),
        pytest.param((a_response("2025-03-01"), a_study("2025-02-01")), {}, False, id="between"),
        pytest.param((a_response("2025-03-01"), a_study("2025")), {}, False, id="possibly-between"),
        pytest.param((a_response(None),), {}, False, id="undated-claim"),
        pytest.param((a_response("2025-03-01", "NE"),), {}, False, id="not-evaluable"),
        pytest.param(
            (a_treatment("2025-01-01", "x"), a_status("2025-03-01", "response", "SD")),
            {},
            True,
            id="a-status-in-the-same-way",
        ),
        pytest.param((a_status("2025-03-01", "response", "SD"),), {}, False, id="untreated"),
        pytest.param(
            (
                a_response("2025-03-01"),
                a_diagnosis(site=None, laterality=None, histology="Acute myeloid leukaemia"),
            ),
            {},
            False,
            id="leukaemia-is-not-imaged",
        ),
    ],
)
def test_a_response_rests_on_imaging_since_the_treatment_began(
    records: tuple[AnyRecord, ...], case: dict[str, Any], lacks: Any
) -> None:
    assert ("response_without_imaging" in rules(*records, **case)) is lacks


@pytest.mark.parametrize(
    ("study", "note", "differ"),
    [
        pytest.param(
            a_study("2025-03-01", reported_status="SD"),
            a_status("2025-03-10", "response", "PD"),
            True,
            id="differ",
        ),
        pytest.param(
            a_study("2025-03-01", reported_status="PD"),
            a_status("2025-03-10", "response", "pd"),
            False,
            id="agree",
        ),
        pytest.param(
            a_study("2025-03-01", reported_status="SD"),
            a_status("2025-05-01", "response", "PD"),
            False,
            id="too-old",
        ),
        pytest.param(
            a_study("2025-03-11", reported_status="SD"),
            a_status("2025-03-10", "response", "PD"),
            False,
            id="later",
        ),
        pytest.param(
            a_study("2025-03-01", reported_status="SD"),
            a_status("2025-03-10", "response", "PD", asserted_by="radiologist"),
            False,
            id="radiology-itself",
        ),
        pytest.param(
            a_study("2025-03-01", reported_status="NE"),
            a_status("2025-03-10", "response", "PD"),
            False,
            id="NE",
        ),
    ],
)
def test_a_note_that_words_a_response_otherwise_than_radiology_is_shown(
    study: AnyRecord, note: AnyRecord, differ: Any
) -> None:
    assert ("note_and_radiology_differ" in rules(study, note)) is differ


# --- dates ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "future"),
    [
        (a_study("2026-01-02"), True),
        (a_study("2026-01-01"), False),
        (a_study("2026-01"), False),
        (a_treatment("2026-02-01", "x"), True),
        (a_record("follow_up_plan", date="2026-02-01"), False),
        (a_document(dated="2026-02"), True),
        (a_document(dated="2026"), False),
    ],
)
def test_a_fact_that_is_surely_to_come_is_shown(content: Any, future: Any) -> None:
    assert ("date_to_come" in rules(content)) is future


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        pytest.param(
            a_study("2025-03-01", report_study_date="2025-03-02"), ["study_date_differs"], id="other-day"
        ),
        pytest.param(a_study("2025-03-01", report_study_date="2025-03"), [], id="coarser"),
        pytest.param(
            a_study("2025-03-01", reported_on="2025-02-28"), ["signed_before_study"], id="signed-before"
        ),
        pytest.param(a_study("2025-03-01", reported_on="2025-04-01"), ["signed_late"], id="31-days"),
        pytest.param(a_study("2025-03-01", reported_on="2025-03-31"), [], id="30-days"),
        pytest.param(a_report(signed_on="2023-12-31"), ["signed_before_study"], id="pathology-before"),
        pytest.param(a_report(signed_on="2024-03-01"), ["signed_late"], id="pathology-late"),
    ],
)
def test_a_study_and_its_report_are_of_one_day_and_signed_soon(
    record: AnyRecord, expected: list[str]
) -> None:
    assert rules(record) == expected


# --- measured values -----------------------------------------------------------------------------------------


def test_a_unit_that_can_not_be_converted_is_asked_about() -> None:
    (conflict,) = found(a_marker("2025-01-01", 4), a_marker("2025-02-01", 4, unit="U/mL"))
    assert (conflict.rule.id, conflict.severity) == ("unit_changes", "ask")
    assert {side.stated for side in conflict.sides} == {"4 ng/mL", "4 U/mL"}


def test_the_lung_case_with_another_cea_unit_has_a_unit_conflict_and_without_none() -> None:
    def swap(records: list[dict[str, Any]]) -> None:
        for record in records:
            if record["kind"] == "marker_result" and record["unit"] == "ug/L":
                record["unit"] = "U/mL"

    assert [one.rule.id for one in find_conflicts(worked_case(LUNG, swap), day_of(LUNG))] == ["unit_changes"]
    assert find_conflicts(worked_case(LUNG), day_of(LUNG)) == ()


def test_the_ovary_case_with_a_relabelled_marker_has_a_decoy_conflict() -> None:
    def relabel(records: list[dict[str, Any]]) -> None:
        for record in records:
            if record["kind"] == "marker_result":
                record["codes"] = [{"system": "loinc", "code": "40618-1"}]

    relabelled = {one.rule.id for one in find_conflicts(worked_case(OVARY, relabel), day_of(OVARY))}
    as_it_is = {one.rule.id for one in find_conflicts(worked_case(OVARY), day_of(OVARY))}
    assert relabelled - as_it_is == {"decoy_code"}
    assert as_it_is == {"response_without_imaging"}


def test_a_jump_is_asked_about() -> None:
    (conflict,) = found(a_marker("2025-01-01", 4), a_marker("2025-02-01", 40))
    assert (conflict.rule.id, conflict.severity) == ("value_jumps", "ask")


def test_what_is_recorded_twice_is_pointed_out_and_no_more() -> None:
    (value,) = found(a_marker("2025-01-01", 4), a_marker("2025-01-01", "4.0"))
    assert (value.rule.id, value.severity, len(value.sides)) == ("result_twice", "info", 2)
    (study,) = found(a_study("2025-01-01", study_uid="1.2"), a_study("2025-01-01", study_uid="1.2"))
    assert (study.rule.id, study.severity) == ("study_twice", "info")


# --- the ledger ----------------------------------------------------------------------------------------------


def test_the_gravest_comes_first() -> None:
    severities = [
        conflict.severity
        for conflict in found(
            a_paper(printed_sex="male"),
            a_marker("2025-01-01", 4),
            a_marker("2025-02-01", 40),
            a_stage(),
            a_stage(group="IVA"),
            a_study("2025-03-01", reported_on="2025-04-01"),
            a_study("2027-03-01"),
            patient=Patient(sex="female"),
        )
    ]
    assert severities == ["block", "high", "medium", "ask", "info"]


def test_the_same_disagreement_keeps_its_id_whatever_else_comes_in() -> None:
    (first,) = found(a_stage(), a_stage(group="IVA"))
    later = found(a_stage(), a_stage(group="IVA"), a_ca125("2025-01-01", 40), a_ca125("2025-02-01", 400))
    assert first.id in {one.id for one in later}
    assert len({one.id for one in later}) == len(later) == 2


MANY = (
    a_diagnosis(),
    a_diagnosis(laterality="right"),
    a_diagnosis(site="lung", laterality="left", date="2024-03-01"),
    a_report(site="breast", laterality="right", accession="A1", conclusion="x", histology="adenocarcinoma"),
    a_report(site="breast", laterality="left", accession="A1", conclusion="y", histology="sarcoma"),
    a_stage(),
    a_stage(group="IVA"),
    a_stage(group="IB", date="2024-01"),
    a_result(interpretation="positive"),
    a_result(interpretation="negative"),
    COMBINATION,
    a_treatment(
        "2024-03-01",
        "irinotecan",
        "fluorouracil",
        ended="2024-08-01",
        intent="curative",
        response_status="PR",
    ),
    a_treatment("2023-03-01", "cisplatin", ongoing=True),
    IN_REMISSION,
    a_status("2024-07-01", "response", "PD"),
    a_study("2024-06-20", reported_status="SD", study_uid="1", reported_on="2024-06-01"),
    a_study("2024-06-20", reported_status="SD", study_uid="1"),
    a_marker("2025-01-01", 4),
    a_marker("2025-01-01", 4),
    a_marker("2025-02-01", 41),
    a_marker("2025-03-01", 4, unit="U/mL"),
)


@given(st.integers())
def test_the_ledger_does_not_depend_on_the_order_of_the_records(seed: int) -> None:
    case_file = a_case_file(*MANY)
    shuffled = list(case_file.entries)
    random.Random(seed).shuffle(shuffled)
    ledger = find_conflicts(case_file, AS_OF)
    assert find_conflicts(CaseFile(case_file.case, tuple(shuffled)), AS_OF) == ledger
    assert len(ledger) > 8
