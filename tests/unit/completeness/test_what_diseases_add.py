"""What each disease adds: the markers that follow it and the tests of its list, as clinical.md names them."""

from typing import Any

import pytest

from app.completeness.domain.library import load_checklists
from app.records.domain.base import Coding
from app.records.domain.statements import PlannedTest
from tests.builders import a_record
from tests.unit.completeness.checking import (
    a_biomarker,
    a_case_with,
    a_lab,
    a_marker,
    a_paper,
    a_pathology,
    a_plan,
    a_regimen,
    a_status,
    a_study,
    an_operation,
    item,
    status,
)

MARKERS = {
    "colorectal": {"cea": "CEA"},
    "prostate": {"psa": "PSA"},
    "ovary": {"ca-125": "CA-125"},
    "liver": {"afp": "AFP"},
    "pancreas": {"ca-19-9": "CA 19-9"},
    "germ_cell": {"afp": "AFP", "hcg-beta": "beta-hCG", "ldh": "LDH"},
    "thyroid": {"thyroglobulin": "Thyroglobulin"},
    "medullary_thyroid": {"calcitonin": "Calcitonin", "cea": "CEA"},
    "neuroendocrine": {"cga": "Chromogranin A"},
    "melanoma": {"ldh": "LDH"},
    "hodgkin_lymphoma": {"ldh": "LDH"},
    "other_lymphoma": {"ldh": "LDH"},
    "myeloma": {"m-protein": "M-protein", "flc-ratio": "FLC ratio"},
}
TESTS = {
    "breast": {"ER": "ER", "PR": "PR", "HER2": "HER2", "germline BRCA": "BRCA1"},
    "nsclc": {
        **{name: name for name in ("EGFR", "ALK", "ROS1", "PD-L1", "BRAF", "KRAS", "MET", "RET", "HER2")},
        "NTRK": "NTRK1",
    },
    "colorectal": {"MSI or MMR": "MSI", "RAS": "KRAS", "BRAF": "BRAF"},
    "ovary": {"BRCA": "BRCA1", "HRD": "HRD"},
    "melanoma": {"BRAF": "BRAF"},
    "glioma": {"IDH": "IDH1", "MGMT": "MGMT"},
    "gastric": {"HER2": "HER2", "PD-L1": "PD-L1", "MMR or MSI": "MSI", "CLDN18.2": "CLDN18.2"},
    "biliary": {"FGFR2": "FGFR2", "IDH1": "IDH1", "HER2": "HER2"},
    "urothelial": {"FGFR3": "FGFR3"},
    "endometrial": {"MMR": "MMR", "p53": "p53", "POLE": "POLE"},
    "head_neck": {"p16": "p16"},
    "nasopharynx": {"EBV DNA": "EBV DNA"},
    "gist": {"KIT": "KIT", "PDGFRA": "PDGFRA"},
    "acute_lymphoblastic_leukaemia": {"BCR::ABL1": "BCR::ABL1", "cytogenetics": "karyotype"},
    "acute_myeloid_leukaemia": {"FLT3": "FLT3", "NPM1": "NPM1", "cytogenetics": "karyotype"},
    "chronic_myeloid_leukaemia": {"BCR::ABL1": "BCR::ABL1"},
    "chronic_lymphocytic_leukaemia": {"cytogenetics": "karyotype"},
    "other_leukaemia": {"cytogenetics": "karyotype"},
}
LEUKAEMIAS = sorted(group for group in TESTS if "leukaemia" in group)


def test_the_diseases_add_these_markers_and_tests_and_no_others() -> None:
    diseases = load_checklists()["response"].diseases
    assert {group: set(rules.markers) for group, rules in diseases.items() if rules.markers} == {
        group: set(markers) for group, markers in MARKERS.items()
    }
    found = {
        group: {test.label for test in rules.molecular if not test.optional}
        for group, rules in diseases.items()
        if rules.molecular
    }
    assert found == {group: set(tests) for group, tests in TESTS.items()}


@pytest.mark.parametrize(
    ("group", "key", "written"),
    [(group, key, written) for group, markers in MARKERS.items() for key, written in markers.items()],
)
def test_a_marker_of_the_disease_is_followed_and_missed_where_another_is_recorded(
    group: str, key: str, written: str
) -> None:
    case = a_case_with(group)
    own = item("marker_trend", a_marker("2026-03-01", marker=written), case=case)
    assert own.status in ("present", "partial")
    assert key not in own.noted
    other = item("marker_trend", a_marker("2026-03-01", marker="CA 15-3", unit="U/mL"), case=case)
    assert key in other.noted
    assert status("marker_trend", case=case) == "missing"


@pytest.mark.parametrize(
    ("group", "label", "written"),
    [(group, label, written) for group, tests in TESTS.items() for label, written in tests.items()],
)
def test_a_test_of_the_diseases_list_is_missed_until_a_result_names_it(
    group: str, label: str, written: str
) -> None:
    case, spread = a_case_with(group), a_record("diagnosis", metastatic=True)
    assert label in item("molecular", spread, a_biomarker(name="TMB"), case=case).noted
    assert label not in item("molecular", spread, a_biomarker(name=written), case=case).noted


def test_a_listed_test_is_known_by_its_code_under_whatever_name() -> None:
    case = a_case_with("breast")
    stain = a_biomarker(name="a long name", method="IHC")
    coded, local = (
        a_biomarker(name="a long name", method="IHC", codes=(Coding(system=system, code="40556-3"),))
        for system in ("loinc", "urn:of-a-laboratory")
    )

    assert "ER" not in item("molecular", coded, case=case).noted
    assert item("molecular", coded, case=case).status == "present"
    assert item("molecular", stain, case=case).status == "missing"
    assert item("molecular", local, case=case).status == "missing"


@pytest.mark.parametrize("group", LEUKAEMIAS)
def test_neutrophils_are_wanted_in_every_leukaemia_and_flow_cytometry_in_all_but_one(group: str) -> None:
    case = a_case_with(group)
    assert "anc" in item("labs_organ", a_lab("Hb"), case=case).noted
    assert "anc" not in item("labs_organ", a_lab("Hb"), a_lab("ANC", unit="10*3/uL"), case=case).noted
    missed = item("pathology_ihc", a_pathology(), case=case).noted
    found = item("pathology_ihc", a_pathology(), a_paper("flow_cytometry"), case=case).noted
    assert ("flow_cytometry" in missed) is (group != "chronic_myeloid_leukaemia")
    assert "flow_cytometry" not in found


@pytest.mark.parametrize("group", ["hodgkin_lymphoma", "other_lymphoma", "myeloma"])
def test_neutrophils_are_wanted_in_every_blood_cancer(group: str) -> None:
    case = a_case_with(group)
    assert "anc" in item("labs_organ", a_lab("Hb"), case=case).noted
    assert "anc" not in item("labs_organ", a_lab("ANC", unit="10*3/uL"), case=case).noted


def test_a_lymphoma_wants_a_deauville_score_of_a_pet() -> None:
    case = a_case_with("hodgkin_lymphoma")
    scored = a_study(modality="PET-CT", impression="Deauville 2")
    assert "pet_ct_deauville" in item("imaging_latest", a_study(), case=case).noted
    assert "pet_ct_deauville" not in item("imaging_latest", scored, case=case).noted


def test_a_myeloma_wants_calcium_and_creatinine() -> None:
    case = a_case_with("myeloma")
    assert {"calcium", "creatinine"} <= set(item("labs_organ", a_lab("Hb"), case=case).noted)
    values = (a_lab("calcium", unit="mg/dL"), a_lab("creatinine", unit="mg/dL"))
    assert {"calcium", "creatinine"}.isdisjoint(item("labs_organ", *values, a_lab("Hb"), case=case).noted)


# --- rules of items that only a few cases meet ---------------------------------------------------------------------


@pytest.mark.parametrize("checklist", ["progression", "remission"])
def test_an_operation_note_on_paper_asks_for_the_pathology_of_the_operation(checklist: str) -> None:
    note = a_paper("operative_note")
    assert status("postop_pathology", note, checklist=checklist) == "missing"
    assert status("postop_pathology", checklist=checklist) == "unknown"


@pytest.mark.parametrize("checklist", ["progression", "recurrence"])
def test_an_operation_note_on_paper_counts_while_nothing_in_it_is_recorded(checklist: str) -> None:
    found = item("operative_note", a_paper("operative_note"), checklist=checklist)
    assert (found.status, found.findings) == ("present", ("content_not_read",))
    assert item("operative_note", an_operation(), checklist=checklist).findings == ()


def test_a_scan_without_a_region_is_noted_and_counts() -> None:
    found = item("imaging_latest", a_study(regions=()))
    assert (found.status, found.noted) == ("present", ("regions",))


def test_a_statement_of_progression_says_what_it_rests_on_or_it_is_noted() -> None:
    bare = item("progression_detail", a_status(), checklist="progression")
    assert bare.noted == ("biopsy", "criteria")
    whole = item(
        "progression_detail",
        a_status(evidence=("pathology",), criteria="RECIST 1.1"),
        checklist="progression",
    )
    assert whole.noted == ()


def test_a_return_says_where_or_it_is_noted() -> None:
    claim = {"axis": "return", "value": "recurrence"}
    assert item("recurrence_claim", a_status(**claim), checklist="recurrence").noted == ("sites",)
    assert item("recurrence_claim", a_status(**claim, sites=("lung",)), checklist="recurrence").noted == ()


@pytest.mark.parametrize(
    ("changes", "expected", "lacking", "noted"),
    [
        ({}, "present", (), ()),
        ({"date": None}, "partial", ("date",), ()),
        ({"coordinator": None}, "present", (), ("coordinator",)),
    ],
)
def test_a_plan_for_late_effects_has_a_date_and_somebody_who_coordinates(
    changes: Any, expected: str, lacking: Any, noted: Any
) -> None:
    old = a_regimen(started="2015-01-01", ended="2015-06-01")
    plan = a_plan(**{"late_effect_checks": ("heart",), **changes})
    found = item("late_effects", old, plan, checklist="remission")
    assert (found.status, found.lacking, found.noted) == (expected, lacking, noted)


@pytest.mark.parametrize(("when", "expected"), [("2026-01-10", "present"), ("2025-12-10", "stale")])
def test_residual_disease_on_treatment_is_current_for_ninety_days(when: str, expected: str) -> None:
    result = a_record(
        "mrd_result",
        date=when,
        specimen="marrow",
        method="flow",
        detection_limit_percent=1,
        result="negative",
        timepoint="now",
    )
    running = a_regimen(ended=None, ongoing=True)
    assert status("mrd_marrow", result, running, case=a_case_with("myeloma")) == expected


def test_a_follow_up_plan_without_intervals_is_partial() -> None:
    found = item("followup_plan", a_plan(tests=(PlannedTest(test="CT"),)), checklist="remission")
    assert found.lacking == ("intervals",)
