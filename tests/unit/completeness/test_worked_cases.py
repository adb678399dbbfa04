"""Both worked cases item by item, and their variants."""

from datetime import timedelta
from typing import Annotated, Any

import pytest
from pydantic import Field, TypeAdapter

from app.cases.domain import CaseBody
from app.completeness.domain.changes import changes_between
from app.completeness.domain.check import check
from app.completeness.domain.library import load_checklists
from app.completeness.domain.report import Report
from app.records.domain.kinds import AnyRecord
from tests.worked_cases import EXAMPLES, LUNG, OVARY, Edit, day_of, expectation, worked_case

BOTH = (LUNG, OVARY)


def report_on(name: str, *edits: Edit, days_later: int = 0, **case_changes: Any) -> Report:
    checklist = load_checklists()[expectation(name)["checklist"]]
    return check(
        worked_case(name, *edits, **case_changes), checklist, day_of(name) + timedelta(days=days_later)
    )


def keys_with(found: Report, *statuses: str) -> set[str]:
    return {item.key for item in found.items if item.status in statuses}


def amend(kind: str, place: int = 0, **changes: Any) -> Edit:
    """Change fields of the record at a place among those of its kind; None takes a field away."""

    def edit(records: list[dict[str, Any]]) -> None:
        record = [one for one in records if one["kind"] == kind][place]
        record.update(changes)
        for name, value in changes.items():
            if value is None:
                del record[name]

    return edit


def without(kind: str, place: int = 0) -> Edit:
    def edit(records: list[dict[str, Any]]) -> None:
        records.remove([one for one in records if one["kind"] == kind][place])

    return edit


def plus(**record: Any) -> Edit:
    return lambda records: records.append(record)


@pytest.mark.parametrize("name", BOTH)
def test_the_examples_are_requests_that_the_service_takes(name: str) -> None:
    TypeAdapter(CaseBody).validate_json((EXAMPLES / name / "case.json").read_bytes())
    records: TypeAdapter[Any] = TypeAdapter(
        dict[str, list[Annotated[AnyRecord, Field(discriminator="kind")]]]
    )
    assert records.validate_json((EXAMPLES / name / "records.json").read_bytes())["records"]


@pytest.mark.parametrize("name", BOTH)
def test_each_item_of_a_worked_case_comes_out_as_expected(name: str) -> None:
    expected = expectation(name)["completeness"]
    found = report_on(name)
    assert keys_with(found, "present") == set(expected["present"])
    assert {one.key: list(one.lacking) for one in found.items if one.status == "partial"} == expected[
        "partial"
    ]
    missing = {True: set[str](), False: set[str]()}
    for one in found.items:
        if one.status == "missing":
            missing[one.requirement == "recommended"].add(one.key)
    assert missing == {True: set(expected["recommended_missing"]), False: set(expected["missing"])}
    assert keys_with(found, "unknown") == set(expected["unknown"])
    assert keys_with(found, "stale", "waived") == set()


@pytest.mark.parametrize("name", BOTH)
def test_the_score_of_a_worked_case_is_as_expected(name: str) -> None:
    expected = expectation(name)["completeness"]
    found = report_on(name)
    assert (found.weights.earned, found.weights.possible) == (
        expected["weights"]["earned"],
        expected["weights"]["possible"],
    )
    assert (found.score, found.ready) == (expected["score"], expected["ready"])


def test_sixty_days_later_the_lung_case_is_stale_where_it_ages() -> None:
    assert keys_with(report_on(LUNG, days_later=60), "stale") == {
        "imaging_latest",
        "marker_trend",
        "symptoms",
    }


def test_sixty_days_later_the_ovary_case_is_stale_where_it_ages() -> None:
    stale = keys_with(report_on(OVARY, days_later=60), "stale")
    assert stale == {"imaging_latest", "marker_trend", "symptoms", "labs_organ"}


def test_one_marker_value_in_another_kind_of_unit_leaves_a_series_of_the_others() -> None:
    found = report_on(LUNG, amend("marker_result", 1, unit="U/mL")).item("marker_trend")
    assert found is not None
    assert found.status == "present"
    assert {one.record_id for one in found.evidence} == {"record-012", "record-014"}


def test_two_values_in_units_that_cannot_be_compared_are_no_series() -> None:
    found = report_on(LUNG, without("marker_result"), amend("marker_result", 0, unit="U/mL")).item(
        "marker_trend"
    )
    assert found is not None
    assert (found.status, found.lacking) == ("partial", ("second_value",))


def test_without_the_last_value_the_marker_is_still_a_series() -> None:
    found = report_on(OVARY, without("marker_result", 4)).item("marker_trend")
    assert found is not None
    assert (found.status, found.age_days) == ("present", 21)


def test_a_code_that_means_something_else_is_named() -> None:
    decoy = [{"system": "loinc", "code": "40618-1"}]
    edits = [amend("marker_result", place, codes=decoy) for place in range(5)]
    found = report_on(OVARY, *edits).item("marker_trend")
    assert found is not None
    assert "decoy_code" in found.findings


def test_a_pace_that_is_stated_completes_the_progression() -> None:
    found = report_on(OVARY, amend("disease_status", pace="slow")).item("progression_detail")
    assert found is not None
    assert found.status == "present"


def test_a_refuted_progression_is_no_statement_of_one() -> None:
    assert "progression_detail" in keys_with(
        report_on(OVARY, amend("disease_status", certainty="refuted")), "missing"
    )


def test_silence_of_the_pathologist_on_margins_is_lacking_whatever_the_operation_note_says() -> None:
    found = report_on(OVARY, amend("pathology_report", residual=None)).item("postop_pathology")
    assert found is not None
    assert (found.status, found.lacking) == ("partial", ("margins",))


def test_no_stay_in_hospital_makes_the_item_not_applicable() -> None:
    assert "complications" in keys_with(report_on(LUNG, amend("admission", stated="none")), "not_applicable")


def test_the_letter_cited_by_the_treatment_is_not_itself_in_the_case() -> None:
    assert "oncologist_note_latest" in keys_with(report_on(OVARY), "missing")


def test_a_question_on_the_case_is_the_main_question() -> None:
    assert "main_question" in keys_with(report_on(LUNG, question=None), "missing")
    asked = report_on(LUNG, plus(kind="main_question", question="What now?"), question=None)
    assert "main_question" in keys_with(asked, "present")


def test_languages_on_the_case_count_towards_consent_language_and_goals() -> None:
    found = report_on(LUNG, languages=["en"]).item("admin")
    assert found is not None
    assert (found.status, found.lacking) == ("partial", ("consent", "goals"))


# --- variants, item by item: what changes, and that nothing else does --------------------------------------------

VARIANTS = [
    pytest.param(
        LUNG, (amend("symptom", 0, symptom="unable to pass stool"),), {}, 0, {}, id="an emergency word"
    ),
    pytest.param(
        LUNG,
        (amend("marker_result", 1, unit="U/mL"),),
        {},
        0,
        {"marker_trend": ("present", "present")},
        id="one value in another kind of unit",
    ),
    pytest.param(
        OVARY,
        (amend("marker_result", 4, value=None, stated="unknown"),),
        {},
        0,
        {"marker_trend": ("present", "present")},
        id="the last CA-125 taken away",
    ),
    pytest.param(
        OVARY,
        tuple(
            amend("marker_result", place, codes=[{"system": "loinc", "code": "40618-1"}])
            for place in range(5)
        ),
        {},
        0,
        {"marker_trend": ("present", "present")},
        id="CA-125 under a code of peritoneal fluid",
    ),
    pytest.param(
        LUNG,
        (),
        {},
        60,
        {
            "imaging_latest": ("present", "stale"),
            "marker_trend": ("present", "stale"),
            "symptoms": ("present", "stale"),
        },
        id="lung, sixty days later",
    ),
    pytest.param(
        OVARY,
        (),
        {},
        60,
        {
            "imaging_latest": ("present", "stale"),
            "marker_trend": ("present", "stale"),
            "labs_organ": ("present", "stale"),
            "symptoms": ("present", "stale"),
        },
        id="ovary, sixty days later",
    ),
    pytest.param(
        LUNG,
        (amend("admission", stated="none"),),
        {},
        0,
        {"complications": ("unknown", "not_applicable")},
        id="no stay in hospital",
    ),
    pytest.param(
        LUNG, (), {"question": None}, 0, {"main_question": ("present", "missing")}, id="no question"
    ),
    pytest.param(
        OVARY,
        (amend("disease_status", pace="slow"),),
        {},
        0,
        {"progression_detail": ("partial", "present")},
        id="a pace is stated",
    ),
]


@pytest.mark.parametrize(("name", "edits", "case_changes", "days", "expected"), VARIANTS)
def test_a_variant_changes_these_items_and_no_others(
    name: str, edits: Any, case_changes: Any, days: Any, expected: Any
) -> None:
    found = changes_between(report_on(name), report_on(name, *edits, days_later=days, **case_changes))
    changed = {one.key: (one.status_before, one.status_now) for one in found.items}
    assert changed == expected


def test_certainty_of_a_lesion_and_words_of_an_impression_change_no_item() -> None:
    def unequivocal(records: list[dict[str, Any]]) -> None:
        for record in records:
            for lesion in record.get("lesions", ()):
                if lesion.get("role") == "new":
                    lesion["certainty"] = "unequivocal"

    assert changes_between(report_on(LUNG), report_on(LUNG, unequivocal)).items == ()
