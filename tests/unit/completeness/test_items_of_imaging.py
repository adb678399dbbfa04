"""The latest scan, the one before it, and the images."""

from typing import Any

import pytest

from app.documents.domain.document import DocumentFacts
from app.records.domain.base import Source
from tests.builders import a_record
from tests.unit.completeness.checking import (
    AML,
    LYMPHOMA,
    MYELOMA,
    a_case_with,
    a_paper,
    a_regimen,
    a_study,
    item,
    status,
)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, ("present", ()), id="whole"),
        pytest.param({"impression": None}, ("partial", ("impression",)), id="no impression"),
        pytest.param({"compared_with": None}, ("partial", ("comparison",)), id="no comparison"),
        pytest.param(
            {"compared_with": None, "absent": {"compared_with": "none"}},
            ("present", ()),
            id="first examination",
        ),
        pytest.param(
            {"compared_with": None, "absent": {"compared_with": "unknown"}},
            ("partial", ("comparison",)),
            id="unknown",
        ),
        pytest.param({"date": None}, ("partial", ("date",)), id="undated"),
    ],
)
def test_the_latest_scan_states_date_comparison_and_impression(changes: Any, expected: Any) -> None:
    found = item("imaging_latest", a_study(**changes))
    assert (found.status, found.lacking) == expected


def test_the_newest_study_decides_whatever_older_reports_there_are() -> None:
    newest = a_study(date="2026-03-12", impression=None, compared_with=None)
    found = item("imaging_latest", a_study(), newest)
    assert (found.status, found.lacking, found.age_days) == ("partial", ("comparison", "impression"), 8)


def test_of_two_records_of_the_newest_day_the_fuller_one_decides() -> None:
    headers_only = a_study(compared_with=None, impression=None)
    assert status("imaging_latest", headers_only, a_study()) == "present"
    assert status("imaging_latest", a_study(), headers_only) == "present"


def test_a_chest_x_ray_does_not_replace_the_scan() -> None:
    x_ray = a_study(date="2026-03-15", modality="XR", impression=None)
    assert status("imaging_latest", a_study(), x_ray) == "present"
    assert status("imaging_latest", x_ray) == "missing"


@pytest.mark.parametrize(
    ("day", "checklist", "expected"),
    [
        ("2026-01-23", "response", "present"),
        ("2026-01-22", "response", "stale"),
        ("2026-01-22", "remission", "present"),
        ("2025-09-20", "remission", "stale"),
    ],
)
def test_a_scan_ages_by_the_reviews_limit(day: str, checklist: str, expected: str) -> None:
    assert status("imaging_latest", a_study(date=day), checklist=checklist) == expected


def test_a_scan_that_may_or_may_not_be_too_old_is_not_called_stale() -> None:
    found = item("imaging_latest", a_study(date="2026-01"))
    assert (found.status, found.age_days) == ("present", 48)
    assert "age_uncertain" in found.findings


def test_a_scan_from_before_the_last_change_of_treatment_is_flagged() -> None:
    found = item("imaging_latest", a_study(), a_regimen(started="2026-03-10", ended=None))
    assert (found.status, "scan_before_treatment_change" in found.findings) == ("present", True)
    assert "scan_before_treatment_change" not in item("imaging_latest", a_study(), a_regimen()).findings


@pytest.mark.parametrize("key", ["imaging_latest", "imaging_prior", "imaging_files"])
def test_leukaemia_asks_for_scans_only_where_there_are_some(key: str) -> None:
    leukaemia = a_case_with(AML)
    assert status(key, case=leukaemia) == "not_applicable"
    assert status(key, a_study(), case=leukaemia) != "not_applicable"
    assert status(key, a_paper("imaging_report"), case=leukaemia) != "not_applicable"
    outside_marrow = a_record("diagnosis", metastatic_sites=("skin",))
    assert status(key, outside_marrow, case=leukaemia) != "not_applicable"


@pytest.mark.parametrize("group", [LYMPHOMA, MYELOMA, None])
def test_lymphoma_myeloma_and_an_unknown_cancer_ask_for_scans(group: str | None) -> None:
    assert status("imaging_latest", case=a_case_with(group)) == "missing"


# --- the scan before ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [
        pytest.param({"date": "2026-01-05"}, ("present", ()), id="same region"),
        pytest.param(
            {"date": "2026-01-05", "regions": ("CT thorax",)}, ("present", ()), id="a word not known"
        ),
        pytest.param({"date": "2026-01-05", "regions": ()}, ("present", ()), id="region not stated"),
        pytest.param({"date": "2026-01-05", "regions": ("whole body",)}, ("present", ()), id="whole body"),
        pytest.param(
            {"date": "2026-01-05", "regions": ("brain",)},
            ("missing", ("missing", "other_region")),
            id="brain",
        ),
        pytest.param({"date": "2026-03-05"}, ("missing", ("missing", "single_study")), id="same day"),
        pytest.param({"date": "2026-03"}, ("partial", ("partial", "order_uncertain")), id="order unknown"),
        pytest.param({"date": None}, ("partial", ("partial", "undated")), id="undated"),
    ],
)
def test_the_scan_before_is_certainly_earlier_and_of_a_region_not_known_to_differ(
    earlier: Any, expected: Any
) -> None:
    found = item("imaging_prior", a_study(), a_study(**earlier))
    assert (found.status, found.findings) == expected


def test_one_scan_alone_leaves_nothing_to_compare() -> None:
    assert item("imaging_prior", a_study()).findings == ("missing", "single_study")


def test_an_older_scan_of_the_same_region_counts_behind_one_of_another() -> None:
    brain = a_study(date="2026-02-01", regions=("brain",))
    found = item("imaging_prior", a_study(), brain, a_study(date="2025-12-01"))
    assert (found.status, [one.record_id for one in found.evidence]) == ("present", ["record-003"])


def test_the_scan_before_may_be_on_paper() -> None:
    paper = a_paper("imaging_report", dated="2026-01-05")
    assert item("imaging_prior", a_study(), paper).findings == ("content_not_read",)


# --- the images ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        pytest.param({"dated": "2026-03-05"}, ("present", ()), id="same day"),
        pytest.param({"dated": "2026-03-12"}, ("present", ("study_date_differs",)), id="within a week"),
        pytest.param({"dated": "2026-03"}, ("present", ()), id="in the same month"),
        pytest.param({"dated": "2026-03-13"}, ("partial", ("partial", "other_study")), id="another study"),
        pytest.param({"dated": None}, ("present", ("match_unknown",)), id="undated"),
        pytest.param(
            {"dated": "2026-03-05", "facts": DocumentFacts(readable=False)},
            ("partial", ("partial", "unreadable")),
            id="unreadable",
        ),
    ],
)
def test_images_are_readable_and_belong_to_the_latest_scan(file: Any, expected: Any) -> None:
    found = item("imaging_files", a_study(), a_paper("imaging_file", **file))
    assert (found.status, found.findings) == expected


def test_records_never_stand_for_images() -> None:
    assert status("imaging_files", a_study(series_count=4, instance_count=400)) == "missing"


def test_undated_images_have_the_date_of_the_study_that_was_read_from_them() -> None:
    read = a_study(sources=(Source(document_id="document-001"),))
    file = a_paper("imaging_file", dated=None)
    assert item("imaging_files", read, file).findings == ()
    other = a_study(date="2026-01-05", sources=(Source(document_id="document-001"),))
    assert item("imaging_files", a_study(), other, file).findings == ("partial", "other_study")
