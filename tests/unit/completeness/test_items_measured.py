"""Markers over time, blood values, residual disease."""

from typing import Any

import pytest

from tests.builders import a_record
from tests.unit.completeness.checking import (
    AML,
    LYMPHOMA,
    MYELOMA,
    NSCLC,
    a_case_with,
    a_lab,
    a_marker,
    a_paper,
    a_pathology,
    a_regimen,
    full_labs,
    item,
    status,
)

# --- markers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("group", "records", "expected"),
    [
        pytest.param("ovary", (), "missing", id="the disease has a marker"),
        pytest.param(NSCLC, (), "not_applicable", id="the disease has none"),
        pytest.param(NSCLC, (a_marker("2026-03-01"),), "partial", id="one is recorded all the same"),
        pytest.param(None, (), "unknown", id="no disease"),
    ],
)
def test_markers_are_asked_where_the_disease_has_one_or_one_is_recorded(
    group: Any, records: Any, expected: str
) -> None:
    assert status("marker_trend", *records, case=a_case_with(group)) == expected


@pytest.mark.parametrize(
    ("group", "marker", "expected"),
    [
        pytest.param("colorectal", "PSA", "missing", id="of another cancer"),
        pytest.param("colorectal", "CA 19-9", "present", id="of no cancer alone"),
        pytest.param("prostate", "PSA", "present", id="of this cancer"),
        pytest.param("melanoma", "PSA", "missing", id="of another, and the disease has one"),
        pytest.param(NSCLC, "PSA", "present", id="the disease has none of its own"),
    ],
)
def test_a_marker_of_another_cancer_does_not_stand_for_the_disease_s_own(
    group: Any, marker: str, expected: str
) -> None:
    values = (a_marker(day, marker=marker) for day in ("2026-02-20", "2026-03-01"))
    assert status("marker_trend", *values, case=a_case_with(group)) == expected


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        pytest.param(a_marker("2026-03-01"), ("present", ()), id="two days"),
        pytest.param(a_marker("2026-03-01", unit="ug/L"), ("present", ()), id="a unit that converts"),
        pytest.param(
            a_marker("2026-03-01", unit="U/mL"), ("partial", ("second_value",)), id="another kind of unit"
        ),
        pytest.param(
            a_marker("2026-03-01", marker="carcinoembryonic antigen"), ("present", ()), id="another spelling"
        ),
        pytest.param(
            a_marker("2026-03-01", marker="CA 19-9"), ("partial", ("second_value",)), id="another marker"
        ),
        pytest.param(
            a_marker("2026-03-01", laboratory="B"), ("partial", ("second_value",)), id="another laboratory"
        ),
        pytest.param(a_marker("2026-02-01", 11), ("partial", ("second_value",)), id="the same day"),
        pytest.param(a_marker(None), ("partial", ("date",)), id="undated"),
        pytest.param(a_marker("2026-03-01", comparator="<"), ("present", ()), id="below a limit"),
        pytest.param(
            a_marker("2026-03-01", None, value_text="high"), ("partial", ("second_value",)), id="in words"
        ),
    ],
)
def test_two_dated_values_of_one_comparable_series_are_a_trend(second: Any, expected: Any) -> None:
    found = item("marker_trend", a_marker("2026-02-01", laboratory=None), second)
    assert (found.status, found.lacking) == expected


def test_values_without_a_unit_are_no_trend() -> None:
    found = item("marker_trend", a_marker("2026-02-01", unit=None), a_marker("2026-03-01", unit=None))
    assert (found.status, found.lacking) == ("partial", ("unit",))


def test_range_laboratory_and_a_value_before_treatment_are_noted_only() -> None:
    bare = item(
        "marker_trend", a_marker("2026-02-01"), a_marker("2026-03-01"), a_regimen(started="2026-01-01")
    )
    assert (bare.status, bare.noted) == ("present", ("reference_range", "laboratory", "pre_treatment_value"))
    changes = {"laboratory": "A", "reference_high": 5}
    rich = (
        a_marker("2025-12-01", **changes),
        a_marker("2026-03-01", **changes),
        a_regimen(started="2026-01-01"),
    )
    assert item("marker_trend", *rich).noted == ()


def test_a_marker_of_the_disease_that_nobody_measured_is_noted() -> None:
    found = item("marker_trend", a_marker("2026-02-01"), a_marker("2026-03-01"), case=a_case_with("ovary"))
    assert (found.status, found.noted) == ("present", ("reference_range", "laboratory", "ca-125"))


def test_the_newest_value_gives_the_age() -> None:
    assert item("marker_trend", a_marker("2025-01-01"), a_marker("2026-03-01")).age_days == 19
    assert status("marker_trend", a_marker("2025-01-01"), a_marker("2026-02-05")) == "stale"


def test_the_series_that_is_current_decides() -> None:
    old = (
        a_marker("2025-01-01", marker="CA 19-9", unit="U/mL"),
        a_marker("2025-02-01", marker="CA 19-9", unit="U/mL"),
    )
    assert status("marker_trend", *old, a_marker("2026-02-01"), a_marker("2026-03-01")) == "present"


def test_a_laboratory_value_is_a_marker_where_the_disease_is_followed_by_it() -> None:
    values = (a_lab("LDH", date="2026-02-01", unit="U/L"), a_lab("LDH", date="2026-03-01", unit="U/L"))
    assert status("marker_trend", *values, case=a_case_with(LYMPHOMA)) == "present"
    assert status("marker_trend", *values, case=a_case_with(NSCLC)) == "not_applicable"
    assert status("marker_trend", *full_labs(), case=a_case_with(LYMPHOMA)) == "missing"


def test_it_takes_two_laboratory_papers_to_show_a_trend() -> None:
    ovary = a_case_with("ovary")
    one, other = a_paper("laboratory_report", dated="2026-02-01"), a_paper("laboratory_report")
    assert status("marker_trend", one, case=ovary) == "partial"
    both = item("marker_trend", one, other, case=ovary)
    assert (both.status, both.findings, both.age_days) == ("present", ("content_not_read",), 10)


# --- blood values ---------------------------------------------------------------------------------------------


def test_blood_count_kidney_and_liver_make_the_panel() -> None:
    found = item("labs_organ", *full_labs())
    assert (found.status, found.lacking, found.age_days) == ("present", (), 10)


@pytest.mark.parametrize(
    ("left_out", "lacking"),
    [
        ("Hb", "haemoglobin"),
        ("PLT", "platelets"),
        ("WBC", "white_cells"),
        ("creatinine", "renal"),
        ("ALT", "liver"),
    ],
)
def test_each_group_of_the_panel_is_needed(left_out: str, lacking: str) -> None:
    found = item("labs_organ", *(lab for lab in full_labs() if lab.test != left_out))
    assert (found.status, found.lacking) == ("partial", (lacking,))


@pytest.mark.parametrize(
    ("first", "instead"), [("WBC", "ANC"), ("creatinine", "eGFR"), ("ALT", "bilirubin"), ("ALT", "AST")]
)
def test_any_test_of_a_group_is_enough(first: str, instead: str) -> None:
    labs = (lab for lab in full_labs() if lab.test != first)
    assert status("labs_organ", *labs, a_lab(instead)) == "present"


def test_an_old_value_of_one_group_makes_the_panel_stale() -> None:
    labs = [lab for lab in full_labs() if lab.test != "ALT"]
    found = item("labs_organ", *labs, a_lab("ALT", date="2026-02-19"))
    assert (found.status, found.age_days) == ("stale", 29)
    assert status("labs_organ", *labs, a_lab("ALT", date="2026-02-20")) == "present"


def test_the_newest_value_of_a_group_counts() -> None:
    assert status("labs_organ", *full_labs(date="2025-01-01"), *full_labs()) == "present"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"date": None}, ("partial", ("date",))),
        ({"value": None}, ("partial", ("haemoglobin",))),
        ({"value": None, "value_text": "normal"}, ("present", ())),
        ({"specimen": "urine"}, ("partial", ("haemoglobin",))),
        ({"test": "a test of its own"}, ("partial", ("haemoglobin",))),
    ],
)
def test_a_blood_value_is_dated_measured_and_of_blood(changes: Any, expected: Any) -> None:
    labs = [lab for lab in full_labs() if lab.test != "Hb"]
    found = item("labs_organ", *labs, a_lab(**{"test": "Hb", **changes}))
    assert (found.status, found.lacking) == expected


def test_travel_shortens_the_age_of_blood_values() -> None:
    travelling = a_record("planning", date="2026-03-01", travel_planned=True)
    staying = a_record("planning", date="2026-03-05", travel_planned=False)
    labs = full_labs(date="2026-03-05")
    assert (status("labs_organ", *labs, travelling), item("labs_organ", *labs, travelling).max_age_days) == (
        "stale",
        14,
    )
    assert status("labs_organ", *labs) == "present"
    assert status("labs_organ", *labs, travelling, staying) == "present"


@pytest.mark.parametrize(
    ("group", "requirement"),
    [(NSCLC, "recommended"), (AML, "required"), (MYELOMA, "required"), (None, "recommended")],
)
def test_blood_values_are_required_in_every_blood_cancer(group: str | None, requirement: str) -> None:
    assert item("labs_organ", checklist="remission", case=a_case_with(group)).requirement == requirement


# --- residual disease -------------------------------------------------------------------------------------------


def an_mrd(**changes: Any) -> Any:
    return a_record(
        "mrd_result",
        **{
            "date": "2026-03-01",
            "specimen": "marrow",
            "method": "flow",
            "timepoint": "end of induction",
            "detection_limit_percent": 0.01,
            "result": "negative",
            **changes,
        },
    )


@pytest.mark.parametrize(
    ("group", "records", "expected"),
    [
        pytest.param(AML, (), "missing", id="leukaemia"),
        pytest.param(MYELOMA, (), "missing", id="myeloma"),
        pytest.param(LYMPHOMA, (), "not_applicable", id="lymphoma"),
        pytest.param(LYMPHOMA, (an_mrd(),), "present", id="lymphoma with a result"),
        pytest.param(
            LYMPHOMA, (a_pathology(specimen="bone marrow"),), "missing", id="lymphoma with a marrow biopsy"
        ),
        pytest.param(
            LYMPHOMA,
            (a_record("diagnosis", metastatic_sites=("bone marrow",)),),
            "missing",
            id="lymphoma in the marrow",
        ),
        pytest.param(NSCLC, (an_mrd(),), "not_applicable", id="solid tumour"),
        pytest.param(None, (), "unknown", id="no disease"),
    ],
)
def test_residual_disease_is_asked_in_blood_cancers(group: Any, records: Any, expected: str) -> None:
    assert status("mrd_marrow", *records, case=a_case_with(group)) == expected


@pytest.mark.parametrize(
    ("field", "lacking"),
    [
        ("specimen", "specimen"),
        ("method", "method"),
        ("detection_limit_percent", "detection_limit"),
        ("result", "result"),
        ("timepoint", "timepoint"),
    ],
)
def test_a_residual_disease_result_states_its_minimum(field: str, lacking: str) -> None:
    found = item("mrd_marrow", an_mrd(**{field: None}), case=a_case_with(AML))
    assert (found.status, found.lacking) == ("partial", (lacking,))


@pytest.mark.parametrize(
    ("treatment", "limit"),
    [
        pytest.param(a_regimen(ended=None, ongoing=True), 90, id="on treatment"),
        pytest.param(a_regimen(ended="2024-03-21"), 90, id="within two years"),
        pytest.param(a_regimen(ended="2024-03-20"), 365, id="two years after"),
        pytest.param(a_regimen(ended="2024"), 90, id="an end known to the year"),
        pytest.param(a_regimen(ended=None), 90, id="an end not known"),
    ],
)
def test_residual_disease_ages_faster_until_two_years_after_treatment(treatment: Any, limit: int) -> None:
    assert item("mrd_marrow", an_mrd(), treatment, case=a_case_with(AML)).max_age_days == limit
