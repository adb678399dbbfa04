"""Treatment, medicines, symptoms, performance status, stays in hospital, notes of the doctor."""

from typing import Any

import pytest

from app.cases.domain import Patient
from app.documents.domain.document import DocumentFacts
from app.records.domain.base import Source
from tests.builders import a_record
from tests.unit.completeness.checking import (
    NSCLC,
    a_case_with,
    a_medicine,
    a_paper,
    a_regimen,
    a_symptom,
    an_operation,
    an_opinion,
    item,
    status,
)

# --- treatment -----------------------------------------------------------------------------------------------


def a_radiation(**changes: Any) -> Any:
    return a_regimen(
        **{
            "category": "radiation",
            "regimen": None,
            "technique": "IMRT",
            "site": "chest",
            "dose_gy": 60,
            "fractions": 30,
            "cycles_given": None,
            "ended": "2025-02-15",
            **changes,
        }
    )


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({}, ()),
        ({"regimen": None}, ("regimen",)),
        ({"started": None, "cycle_dates": ("2025-01-01",)}, ()),
        ({"started": None}, ("started",)),
        ({"ended": None}, ("ended",)),
        ({"ended": None, "ongoing": True, "reason_ended": None}, ()),
        ({"ended": None, "ongoing": False}, ("ended",)),
        ({"cycles_given": None}, ("cycles",)),
        ({"cycles_given": None, "continuous": True}, ()),
        ({"cycles_given": None, "continuous": False}, ("cycles",)),
        ({"dose_changes": ()}, ("dose_changes",)),
        ({"dose_changes": (), "absent": {"dose_changes": "none"}}, ()),
        ({"response": None}, ("response",)),
        ({"response": None, "response_status": "PR"}, ()),
        ({"side_effects": ()}, ("side_effects",)),
        ({"side_effects": (), "absent": {"side_effects": "none"}}, ()),
        ({"reason_ended": None}, ("reason_ended",)),
        ({"reason_ended": None, "ended": None, "ongoing": False}, ("ended", "reason_ended")),
    ],
)
def test_a_systemic_treatment_states_its_minimum(changes: Any, lacking: tuple[str, ...]) -> None:
    assert item("treatment_history", a_regimen(**changes)).lacking == lacking


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({}, ()),
        ({"site": None}, ("site",)),
        ({"dose_gy": None}, ("dose",)),
        ({"fractions": None}, ("fractions",)),
        ({"technique": None}, ()),
        ({"technique": None, "site": None}, ("regimen", "site")),
    ],
)
def test_radiation_states_site_dose_and_fractions_as_well(changes: Any, lacking: tuple[str, ...]) -> None:
    assert item("treatment_history", a_radiation(**changes)).lacking == lacking


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({}, ()),
        ({"procedure": None}, ("procedure",)),
        ({"date": None}, ("started",)),
        ({"margins": None}, ("margins",)),
        ({"margins": None, "residual": "none"}, ()),
        ({"complications": ()}, ("complications",)),
        ({"complications": (), "absent": {"complications": "none"}}, ()),
        ({"ended": "2025-08-01"}, ()),
    ],
)
def test_an_operation_states_margins_and_complications_and_needs_no_stop_reason(
    changes: Any, lacking: Any
) -> None:
    assert item("treatment_history", an_operation(**changes)).lacking == lacking


def test_a_procedure_needs_neither_margins_nor_a_stop_reason() -> None:
    drainage = an_operation(category="procedure", procedure="drainage", margins=None)
    assert item("treatment_history", drainage).lacking == ()


def test_a_transplant_states_side_effects_or_complications() -> None:
    transplant = an_operation(
        category="transplant", procedure="autologous transplant", response="complete response"
    )
    assert item("treatment_history", transplant).lacking == ()


def test_what_any_treatment_lacks_is_lacking_and_the_setting_only_noted() -> None:
    found = item("treatment_history", a_regimen(), an_operation(complications=()), a_radiation(dose_gy=None))
    assert (found.status, found.lacking, found.noted) == ("partial", ("dose", "complications"), ("setting",))


def test_supportive_treatment_is_no_treatment_of_the_cancer() -> None:
    assert status("treatment_history", a_regimen(category="supportive")) == "missing"


def test_no_treatment_so_far_is_an_answer() -> None:
    assert status("treatment_history", a_record("treatment", category="other", stated="none")) == "present"
    unknown = item("treatment_history", a_record("treatment", category="systemic", stated="unknown"))
    assert (unknown.status, unknown.stated_unknown) == ("partial", unknown.lacking)


# --- medicines -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [({}, ()), ({"dose": None}, ("dose",)), ({"started": None}, ("started",)), ({"name": None}, ("name",))],
)
def test_every_medicine_states_name_dose_and_start(changes: Any, lacking: tuple[str, ...]) -> None:
    assert item("medications", a_medicine(), a_medicine(**changes)).lacking == lacking


def test_no_medicines_is_an_answer_and_unknown_is_not() -> None:
    assert status("medications", a_record("medication", stated="none", date="2026-03-10")) == "present"
    unknown = item("medications", a_record("medication", stated="unknown", date="2026-03-10"))
    assert (unknown.status, unknown.stated_unknown) == ("partial", ("name", "dose", "started"))
    assert item("medications").stated_unknown == ()


def test_a_newer_statement_of_none_outweighs_an_older_list() -> None:
    none = a_record("medication", stated="none", date="2026-03-15")
    assert status("medications", a_medicine(dose=None), none) == "present"
    older_none = a_record("medication", stated="none", date="2026-03-01")
    assert status("medications", a_medicine(dose=None), older_none) == "partial"


def test_a_medicine_that_has_ended_is_no_current_one() -> None:
    assert status("medications", a_medicine(ended="2026-03-01")) == "missing"
    assert status("medications", a_medicine(ended="2026-04-01")) == "present"


def test_medicines_age_by_the_day_they_were_reported_and_else_by_their_start() -> None:
    assert item("medications", a_medicine(started="2020-01-01")).age_days == 10
    assert item("medications", a_medicine(date=None, started="2026-03-01")).age_days == 19
    assert status("medications", a_medicine(date="2026-02-17")) == "stale"
    assert status("medications", a_medicine(date="2026-02-18")) == "present"


# --- symptoms -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({}, ()),
        ({"trend": None}, ("trend_or_severity",)),
        ({"trend": None, "severity": "mild"}, ()),
        ({"trend": None, "presence": "absent"}, ()),
        ({"symptom": None}, ("symptom",)),
        ({"date": None}, ("date",)),
    ],
)
def test_a_symptom_states_what_when_and_trend_or_severity(changes: Any, lacking: tuple[str, ...]) -> None:
    assert item("symptoms", a_symptom(**changes)).lacking == lacking


def test_only_the_newest_report_of_symptoms_is_asked() -> None:
    older = a_symptom(date="2026-03-01", trend=None)
    found = item("symptoms", older, a_symptom())
    assert (found.status, [one.record_id for one in found.evidence]) == ("present", ["record-002"])


def test_no_symptoms_is_an_answer() -> None:
    assert status("symptoms", a_record("symptom", stated="none", date="2026-03-15")) == "present"


def test_symptoms_age_by_the_day_they_were_reported() -> None:
    assert item("symptoms", a_symptom(onset="2025-01")).age_days == 5
    assert status("symptoms", a_symptom(date="2026-03-06")) == "present"
    assert status("symptoms", a_symptom(date="2026-03-05")) == "stale"


def test_no_paper_stands_for_symptoms() -> None:
    assert status("symptoms", a_paper("symptom_diary")) == "missing"


# --- performance status -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "present"),
        ({"score": None}, "partial"),
        ({"date": None}, "partial"),
        ({"assessor": None}, "partial"),
        ({"assessor": None, "asserted_by": "unknown"}, "partial"),
        ({"assessor": None, "asserted_by": "oncologist"}, "present"),
        ({"date": "2026-02-17"}, "stale"),
    ],
)
def test_a_performance_status_states_score_date_and_assessor(changes: Any, expected: str) -> None:
    fields = {"scale": "ECOG", "score": 1, "date": "2026-03-10", "assessor": "nurse", **changes}
    assert status("performance_status", a_record("performance_status", **fields)) == expected


@pytest.mark.parametrize(
    ("checklist", "requirement"),
    [
        ("response", "recommended"),
        ("progression", "required"),
        ("recurrence", "recommended"),
        ("remission", "recommended"),
    ],
)
def test_performance_status_is_required_after_progression_only(checklist: str, requirement: str) -> None:
    assert item("performance_status", checklist=checklist).requirement == requirement


def test_a_score_not_taken_is_no_score() -> None:
    found = item("performance_status", a_record("performance_status", scale="ECOG", stated="not_done"))
    assert (found.status, found.findings) == ("missing", ("missing", "not_done"))


# --- stays in hospital ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("admissions", "expected"),
    [
        pytest.param((), "unknown", id="silent"),
        pytest.param(({"stated": "unknown"},), "unknown", id="unknown"),
        pytest.param(({"stated": "none"},), "not_applicable", id="none"),
        pytest.param(({"reason": "fever"},), "present", id="with a reason"),
        pytest.param(({"started": "2026-01-01"},), "partial", id="without a reason"),
        pytest.param(({"reason": "fever"}, {"started": "2026-02-01"}), "partial", id="one without a reason"),
        pytest.param(
            ({"stated": "none", "date": "2026-01-01"}, {"reason": "fever"}), "present", id="a stay is a stay"
        ),
        pytest.param(
            ({"stated": "none", "date": "2026-01-01"}, {"stated": "unknown", "date": "2026-02-01"}),
            "unknown",
            id="newest says unknown",
        ),
    ],
)
def test_stays_in_hospital_are_asked_for_stated_none_and_explained(admissions: Any, expected: str) -> None:
    assert status("complications", *(a_record("admission", **fields) for fields in admissions)) == expected


def test_the_question_about_stays_names_the_record_that_says_unknown() -> None:
    found = item("complications", a_record("admission", stated="unknown"))
    assert [one.record_id for one in found.evidence] == ["record-001"]
    assert found.next_action
    assert found.next_action.endswith("?")


@pytest.mark.parametrize("kind", ["discharge_summary", "emergency_note", "icu_note"])
def test_a_paper_of_a_stay_tells_that_there_was_one(kind: str) -> None:
    assert status("complications", a_paper(kind)) == "present"
    elsewhere = a_symptom(sources=(Source(document_id="document-001"),))
    assert status("complications", a_paper(kind), elsewhere) == "missing"


def test_complications_of_a_treatment_decide_nothing_about_stays() -> None:
    assert status("complications", an_operation(complications=("bleeding",))) == "unknown"


# --- the doctor's note -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({}, ()),
        ({"author": None}, ("author",)),
        ({"author": None, "role": "oncologist"}, ()),
        ({"date": None}, ("date",)),
        ({"status_words": None}, ("status_words",)),
        ({"plan": None}, ("plan",)),
        ({"plan": None, "prescription": "tablets"}, ()),
    ],
)
def test_a_note_states_author_date_status_and_plan(changes: Any, lacking: tuple[str, ...]) -> None:
    assert item("oncologist_note_latest", an_opinion(**changes)).lacking == lacking


def test_what_the_family_says_is_no_note_of_the_doctor() -> None:
    assert status("oncologist_note_latest", an_opinion(asserted_by="patient_caregiver")) == "missing"


def test_a_current_whole_note_counts_beside_a_newer_poorer_one() -> None:
    assert (
        status("oncologist_note_latest", an_opinion(), an_opinion(date="2026-03-18", plan=None)) == "present"
    )


@pytest.mark.parametrize("kind", ["consultation", "oncology_note", "progress_note", "prescription"])
def test_a_note_on_paper_counts_and_ages_by_its_date(kind: str) -> None:
    assert status("oncologist_note_latest", a_paper(kind)) == "present"
    assert status("oncologist_note_latest", a_paper(kind, dated="2026-02-05")) == "stale"
    assert status("oncologist_note_latest", a_paper(kind, facts=DocumentFacts(readable=False))) == "partial"


# --- after a death --------------------------------------------------------------------------------------------

A_DEATH = a_case_with(NSCLC, patient=Patient(birth_date="1960", deceased="2026-03-01"))


@pytest.mark.parametrize(
    ("key", "checklist"),
    [
        ("symptoms", "response"),
        ("performance_status", "response"),
        ("medications", "response"),
        ("labs_organ", "response"),
        ("followup_plan", "remission"),
        ("late_effects", "remission"),
    ],
)
def test_what_only_the_living_can_tell_is_not_asked_of_the_dead(key: str, checklist: str) -> None:
    before = a_regimen(ended="2015-01-01")
    assert status(key, before, checklist=checklist) == "missing"
    assert status(key, before, checklist=checklist, case=A_DEATH) == "not_applicable"


def test_nothing_is_too_old_once_the_patient_has_died() -> None:
    note = an_opinion(date="2020-03-10")
    assert status("oncologist_note_latest", note) == "stale"
    found = item("oncologist_note_latest", note, case=A_DEATH)
    assert (found.status, found.max_age_days) == ("present", None)
