"""Diagnosis, pathology, the operation and molecular tests."""

from typing import Any

import pytest

from app.records.domain.disease import Stain
from tests.builders import a_record
from tests.unit.completeness.checking import (
    AML,
    NSCLC,
    a_biomarker,
    a_case_with,
    a_paper,
    a_pathology,
    a_status,
    an_operation,
    item,
    status,
)


def a_diagnosis(**changes: Any) -> Any:
    return a_record(
        "diagnosis",
        **{
            "site": "lung",
            "histology": "adenocarcinoma",
            "date": "2026-01",
            "laterality": "right",
            **changes,
        },
    )


def a_stage(**changes: Any) -> Any:
    return a_record("stage", **{"system": "AJCC", "edition": "8", "group": "IVA", **changes})


# --- diagnosis -----------------------------------------------------------------------------------------------


def test_diagnosis_and_stage_are_gathered_from_several_records() -> None:
    found = item("diagnosis_core", a_diagnosis(histology=None), a_pathology(), a_stage())
    assert (found.status, found.lacking, found.noted) == ("present", (), ())
    assert [one.record_id for one in found.evidence] == ["record-001", "record-002", "record-003"]


def test_a_silent_case_lacks_the_diagnosis() -> None:
    assert status("diagnosis_core") == "missing"


def test_a_histology_stated_as_unknown_is_lacking_and_named() -> None:
    diagnosis = a_diagnosis(histology=None, absent={"histology": "unknown"})
    found = item("diagnosis_core", diagnosis, a_stage())
    assert (found.status, found.lacking, found.stated_unknown) == ("partial", ("histology",), ("histology",))


def test_a_silent_histology_is_lacking_and_not_stated_as_unknown() -> None:
    found = item("diagnosis_core", a_diagnosis(histology=None), a_stage())
    assert (found.lacking, found.stated_unknown) == (("histology",), ())


def test_a_metastasis_does_not_name_the_site_of_the_cancer() -> None:
    found = item("diagnosis_core", a_diagnosis(tumour="metastasis"), a_stage())
    assert {"site", "histology", "date"} <= set(found.lacking)


@pytest.mark.parametrize(
    ("group", "lacking"),
    [(AML, ()), ("glioma", ()), ("myeloma", ("stage_system", "stage")), (NSCLC, ("stage_system", "stage"))],
)
def test_a_stage_is_asked_where_the_disease_has_one(group: str, lacking: tuple[str, ...]) -> None:
    assert item("diagnosis_core", a_diagnosis(), case=a_case_with(group)).lacking == lacking


def test_edition_and_side_are_noted_without_lowering_the_status() -> None:
    found = item("diagnosis_core", a_diagnosis(laterality=None), a_stage(edition=None))
    assert (found.status, found.noted) == ("present", ("edition", "laterality"))


def test_edition_and_side_are_not_noted_where_they_do_not_apply() -> None:
    stage = a_stage(system="R-ISS", edition=None, group="II")
    found = item("diagnosis_core", a_diagnosis(laterality=None), stage, case=a_case_with("myeloma"))
    assert (found.status, found.noted) == ("present", ())


# --- pathology -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, ("present", ()), id="whole"),
        pytest.param({"ihc": ()}, ("partial", ("ihc",)), id="silent on stains"),
        pytest.param({"ihc": (), "absent": {"ihc": "not_done"}}, ("present", ()), id="stains not done"),
        pytest.param({"ihc": (), "absent": {"ihc": "unknown"}}, ("partial", ("ihc",)), id="stains unknown"),
        pytest.param(
            {"ihc": (), "ancillary": (Stain(marker="FISH", result="negative"),)},
            ("present", ()),
            id="other result",
        ),
        pytest.param({"date": None}, ("partial", ("date",)), id="undated"),
        pytest.param({"date": None, "signed_on": "2026-01-12"}, ("present", ()), id="signed"),
        pytest.param({"histology": None}, ("partial", ("histology",)), id="no type"),
    ],
)
def test_a_pathology_report_states_date_type_and_stains(changes: Any, expected: Any) -> None:
    found = item("pathology_ihc", a_pathology(**changes))
    assert (found.status, found.lacking) == expected


def test_specimen_and_grade_are_noted_without_lowering_the_status() -> None:
    assert item("pathology_ihc", a_pathology()).noted == ("specimen", "grade")


def test_stains_recorded_as_biomarkers_count_for_the_report() -> None:
    stain = a_biomarker(name="ER", method="IHC")
    assert status("pathology_ihc", a_pathology(ihc=()), stain) == "present"
    assert status("pathology_ihc", a_pathology(ihc=()), a_biomarker()) == "partial"


def test_stains_in_an_addendum_count_for_the_report() -> None:
    addendum = a_pathology(histology=None, addendum_to="record-001")
    assert status("pathology_ihc", a_pathology(ihc=()), addendum) == "present"


def test_a_whole_report_is_not_spoilt_by_a_poorer_one() -> None:
    assert (
        status("pathology_ihc", a_pathology(), a_pathology(ihc=(), histology=None, date="2026-02-01"))
        == "present"
    )


# --- the operation -------------------------------------------------------------------------------------------


def a_resection(**changes: Any) -> Any:
    return a_pathology(
        **{
            "resection": True,
            "margins": "R0",
            "nodes_examined": 12,
            "nodes_positive": 0,
            "pt": "pT2",
            "pn": "pN0",
            **changes,
        }
    )


@pytest.mark.parametrize("key", ["postop_pathology", "operative_note"])
def test_whether_there_was_an_operation_is_asked_where_nobody_says(key: str) -> None:
    found = item(key, checklist="progression")
    assert (found.status, found.active) == ("unknown", False)
    assert found.next_action == "Was there an operation for this cancer?"


@pytest.mark.parametrize("key", ["postop_pathology", "operative_note"])
@pytest.mark.parametrize("said", ["none", "not_done"])
@pytest.mark.parametrize("checklist", ["progression", "recurrence"])
def test_no_operation_takes_its_papers_out(key: str, said: str, checklist: str) -> None:
    none = a_record("treatment", category="surgery", stated=said)
    found = item(key, none, checklist=checklist)
    assert found.status == "not_applicable"
    assert [one.record_id for one in found.evidence] == ["record-001"]


@pytest.mark.parametrize("key", ["postop_pathology", "operative_note"])
def test_blood_cancers_without_an_operation_have_no_papers_of_one(key: str) -> None:
    assert status(key, checklist="progression", case=a_case_with(AML)) == "not_applicable"
    operated = status(key, an_operation(), checklist="progression", case=a_case_with("other_lymphoma"))
    assert operated != "not_applicable"


def test_the_recurrence_review_asks_for_the_operation_whatever_is_known() -> None:
    assert status("postop_pathology", checklist="recurrence") == "missing"
    assert item("operative_note", checklist="recurrence").requirement == "required"


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({}, ()),
        ({"margins": None}, ("margins",)),
        ({"margins": None, "residual": "R0"}, ("margins",)),
        ({"margins": None, "residual": "none", "procedure": "interval debulking"}, ()),
        ({"nodes_examined": None, "nodes_positive": None}, ("nodes",)),
        ({"nodes_examined": None, "nodes_positive": None, "absent": {"nodes_examined": "not_done"}}, ()),
        ({"nodes_examined": 0, "nodes_positive": None}, ()),
        ({"pt": None}, ("pt",)),
        ({"pn": None}, ("pn",)),
    ],
)
def test_the_pathology_of_the_operation_states_margins_nodes_and_categories(
    changes: Any, lacking: Any
) -> None:
    assert item("postop_pathology", a_resection(**changes), checklist="progression").lacking == lacking


def test_residual_disease_counts_as_margins_where_the_operation_was_a_debulking() -> None:
    debulking = an_operation(procedure="Primary debulking", residual="none", margins=None)
    resection = a_resection(margins=None, residual="no gross residual")
    assert status("postop_pathology", resection, debulking, checklist="progression") == "present"
    silent = a_resection(margins=None)
    assert item("postop_pathology", silent, debulking, checklist="progression").lacking == ("margins",)


def test_a_biopsy_is_not_the_pathology_of_an_operation() -> None:
    assert status("postop_pathology", a_pathology(), an_operation(), checklist="progression") == "missing"
    assert (
        status(
            "postop_pathology",
            a_pathology(resection=False, pt="pT1"),
            an_operation(),
            checklist="progression",
        )
        == "missing"
    )


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({}, ()),
        ({"margins": None, "residual": "none visible"}, ()),
        ({"margins": None}, ("residual",)),
        ({"margins": None, "absent": {"residual": "none"}}, ()),
        ({"procedure": None}, ("procedure",)),
        ({"date": None}, ("date",)),
        ({"date": None, "started": "2025-08"}, ()),
    ],
)
def test_an_operation_note_states_procedure_date_and_what_is_left(changes: Any, lacking: Any) -> None:
    assert item("operative_note", an_operation(**changes), checklist="progression").lacking == lacking


# --- molecular tests -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "records", "expected"),
    [
        pytest.param(NSCLC, (), "missing", id="the disease has a list"),
        pytest.param("kidney", (a_diagnosis(metastatic=True),), "missing", id="advanced"),
        pytest.param(
            "kidney", (a_diagnosis(metastatic=False),), "not_applicable", id="not advanced, no list"
        ),
        pytest.param("kidney", (), "unknown", id="nobody says"),
        pytest.param(None, (), "unknown", id="no disease"),
    ],
)
def test_molecular_tests_are_asked_of_advanced_disease_or_by_the_disease(
    group: Any, records: Any, expected: str
) -> None:
    case = a_case_with(group) if group else a_case_with(None)
    assert status("molecular", *records, case=case) == expected


def test_after_remission_molecular_tests_are_recommended_to_everybody() -> None:
    found = item("molecular", checklist="remission", case=a_case_with("kidney"))
    assert (found.requirement, found.status) == ("recommended", "missing")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("present", ())),
        ({"specimen_date": None}, ("partial", ("specimen_date",))),
        ({"method": None}, ("partial", ("method",))),
        ({"result": None}, ("partial", ("result",))),
        ({"result": None, "value": 40, "unit": "%"}, ("present", ())),
        ({"result": None, "absent": {"result": "none"}}, ("present", ())),
    ],
)
def test_a_molecular_result_states_specimen_date_method_gene_and_result(changes: Any, expected: Any) -> None:
    found = item("molecular", a_biomarker(**changes))
    assert (found.status, found.lacking) == expected


def test_tests_of_the_list_that_were_not_found_are_noted() -> None:
    panel = a_biomarker(genes_tested=("ALK", "ROS1", "BRAF", "KRAS", "MET", "RET", "NTRK1"))
    assert item("molecular", panel).noted == ("PD-L1", "HER2")


def test_a_stain_counts_only_for_tests_of_the_diseases_list() -> None:
    assert status("molecular", a_biomarker(name="PD-L1", method="IHC")) == "present"
    assert status("molecular", a_biomarker(name="Ki-67", method="immunohistochemistry")) == "missing"
    assert status("molecular", a_biomarker(name="CD20", method="NGS")) == "present"


def test_stains_of_a_pathology_report_count_where_they_are_on_the_list() -> None:
    stains = tuple(Stain(marker=marker, result="positive") for marker in ("ER", "PR", "HER2"))
    found = item("molecular", a_pathology(ihc=stains), case=a_case_with("breast"))
    assert (found.status, found.noted) == ("present", ())
    assert status("molecular", a_pathology(), case=a_case_with("breast")) == "missing"


def test_optional_tests_are_not_missed_and_germline_tests_only_in_advanced_disease() -> None:
    er = a_biomarker(name="ER", method="IHC")
    assert item("molecular", er, case=a_case_with("breast")).noted == ("PR", "HER2")
    advanced = item("molecular", er, a_diagnosis(metastatic=True), case=a_case_with("breast"))
    assert advanced.noted == ("PR", "HER2", "germline BRCA")


def test_a_wider_test_is_found_by_a_part_of_it() -> None:
    kras = a_biomarker(name="KRAS")
    assert item("molecular", kras, case=a_case_with("colorectal")).noted == ("MSI or MMR", "BRAF")


def test_a_test_that_was_not_done_is_told_from_one_that_nobody_mentions() -> None:
    found = item("molecular", a_record("biomarker", name="NGS", stated="not_done"))
    assert (found.status, found.findings) == ("missing", ("missing", "not_done"))
    assert "not_done" not in item("molecular").findings


def test_a_specimen_from_before_the_progression_is_flagged() -> None:
    before = item("molecular", a_biomarker(), a_status(date="2026-03-01"))
    assert (before.status, "specimen_before_progression" in before.findings) == ("present", True)
    after = item("molecular", a_biomarker(specimen_date="2026-03-05"), a_status(date="2026-03-01"))
    assert "specimen_before_progression" not in after.findings


def test_a_molecular_report_on_paper_counts_until_it_is_recorded() -> None:
    found = item("molecular", a_paper("molecular_report"))
    assert (found.status, found.findings) == ("present", ("content_not_read",))
