from typing import Any

import pytest

from app.cases.domain import Identifier, Patient
from app.documents.domain.document import DocumentFacts
from app.records.domain.base import Absence, Source
from app.records.domain.kinds import AnyRecord
from app.summary.domain.emergency_words import EMERGENCY_WORDS
from tests.builders import a_case, a_document, a_record
from tests.unit.summary.written import a_section, a_summary, by_about, sentences


def a_symptom(**fields: Any) -> AnyRecord:
    return a_record("symptom", **{"date": "2026-03-15", "asserted_by": "patient_caregiver", **fields})


def test_the_banner_stands_first_then_each_sign_with_its_quote_time_and_author() -> None:
    section = a_section("alerts", a_symptom(symptom="bleeding", words="bleeding gums"))

    assert [one.id for one in section.statements] == ["alerts/emergency", "alerts/record-001:bleeding"]
    banner, sign = section.statements
    assert (banner.text, banner.kind) == (EMERGENCY_WORDS.banner, "generated")
    assert sign.text == (
        "2026-03-15 (5 days before 2026-03-20), patient or caregiver, sign bleeding: “bleeding gums”."
    )
    assert (sign.kind, [source.record_id for source in sign.sources]) == ("quoted", ["record-001"])


@pytest.mark.parametrize(
    ("fields", "ending"),
    [
        ({"words": "possible seizure"}, "The words leave open whether it is denied, or whose it is."),
        ({"symptom": "seizure", "trend": "resolved"}, "The words or the record place it in the past."),
        ({"symptom": "seizure", "onset": "2026-03-10"}, ", sign seizure, since 2026-03-10: “seizure”."),
    ],
)
def test_a_sign_that_is_unclear_past_or_lasting_says_so(fields: dict[str, Any], ending: str) -> None:
    section = a_section("alerts", a_symptom(**fields))

    assert section.statements[1].text.endswith(ending)


def test_an_undated_sign_of_nobody_says_that_too() -> None:
    section = a_section("alerts", a_record("symptom", symptom="seizure"))

    assert section.statements[1].text.startswith(
        "date not stated, author not stated, sign seizure: “seizure”"
    )


def test_a_sign_in_the_question_rests_on_the_case_itself() -> None:
    section = a_section("alerts", case=a_case(question="He cannot eat. Is it progression?"))

    sign = by_about(section)["case:eating"]
    assert sign.text.startswith("in the case's question, author not stated, sign unable to eat or drink:")
    assert sign.sources[0].title == "case"


def test_blocking_conflicts_follow_the_emergency_words() -> None:
    other = a_document(kind="imaging_report", facts=DocumentFacts(printed_name="Berta Klein"))
    case = a_case(patient=Patient(name="Anna Weber"))

    section = a_section("alerts", a_symptom(symptom="bleeding"), other, case=case)

    assert [one.id.partition("/")[2].partition("-")[0] for one in section.statements] == [
        "emergency",
        "record",
        "conflict",
    ]
    assert section.statements[-1].text.startswith("Blocks the review: ")
    assert "“Berta Klein”" in section.statements[-1].text


def test_no_alert_is_said_plainly_and_differs_from_nothing_to_read() -> None:
    quiet = a_section("alerts", a_symptom(symptom="cough"))
    silent = a_section("alerts")

    assert (quiet.state, quiet.statements) == ("none_stated", ())
    assert (silent.state, silent.statements) == ("not_found", ())
    assert quiet.note != silent.note
    assert all("does not rule an emergency out" in str(section.note) for section in (quiet, silent))


def test_the_question_is_quoted_with_who_asks_and_which_review_is_wanted() -> None:
    asked = a_record("main_question", question="Is it working?", asked_by="daughter")
    case = a_case(question="Response?", purposes=("response", "progression"))

    found = sentences(a_section("question", asked, case=case))

    assert found["case"] == "Question: “Response?”"
    assert found["record-001"] == "Question, asked by daughter: “Is it working?”"
    assert found["purposes"] == "Review wanted: response to treatment, progression."


def test_what_the_review_needs_is_told_with_what_is_stated_as_unknown() -> None:
    planning = a_record(
        "planning",
        date="2026-03-01",
        consent="given",
        goals="see her grandson",
        translation="not_needed",
        travel_planned=False,
        fitness_to_travel="Fit to fly with oxygen.",
        absent={"review_language": Absence.UNKNOWN},
    )

    assert sentences(a_section("question", planning))["record-001"] == (
        "2026-03-01: what the review needs; consent to share the records: given; goals: “see her grandson”; "
        "translation: not needed; no travel is planned; a doctor's words on travel: “Fit to fly with oxygen.”; "
        "review language: stated as unknown."
    )


def test_a_case_without_a_question_says_so() -> None:
    section = a_section("question")

    assert section.state == "not_found"
    assert sentences(section)["main_question"] == "Main question: not found in the files received."


A_PATIENT = Patient(
    name="Anna Weber",
    birth_date="1961-04-02",
    sex="female",
    identifiers=(Identifier(system="clinic", value="MRN 00123"),),
)


def test_the_patient_is_named_where_that_is_wanted() -> None:
    found = sentences(a_section("patient", case=a_case(patient=A_PATIENT, reference="R-77")))

    assert found["name"] == "Name: Anna Weber."
    assert found["identifiers"] == "Identifiers: MRN 00123 (clinic)."
    assert found["reference"] == "Case reference: R-77."
    assert found["birth_date"] == "Born: 1961-04-02."
    assert found["age"] == "Age on 2026-03-20: 64 years."


def test_without_identity_there_is_age_and_sex_and_the_reason_for_no_more() -> None:
    section = a_section("patient", case=a_case(patient=A_PATIENT, reference="R-77"), identity="none")

    assert set(sentences(section)) == {"age", "sex", "performance_status"}
    assert section.note == "Name, identifiers and birth date are left out of this summary."


@pytest.mark.parametrize(
    ("patient", "age"),
    [
        (Patient(birth_date="1966"), "Age on 2026-03-20: 59 or 60 years."),
        (Patient(birth_date="196X"), "Age on 2026-03-20: 56 to 66 years."),
        (Patient(birth_date="2025-03-20"), "Age on 2026-03-20: 1 year."),
        (Patient(birth_date="2025-03-21"), "Age on 2026-03-20: 0 years."),
        (Patient(birth_date="1950-01-01", deceased="2020-06-01"), "Age at death (2020-06-01): 70 years."),
        (Patient(birth_date="1950-01-01", deceased="2027-06-01"), "Age on 2026-03-20: 76 years."),
        (Patient(birth_date="1950-01-01", vital_status="dead"), None),
        (Patient(birth_date="2027-01-01"), None),
        (Patient(birth_date="../1960"), None),
        (Patient(), None),
    ],
)
def test_the_age_is_as_precise_as_the_birth_date(patient: Patient, age: str | None) -> None:
    assert sentences(a_section("patient", case=a_case(patient=patient))).get("age") == age


@pytest.mark.parametrize(
    ("patient", "said"),
    [
        (Patient(deceased="2020-06"), "Recorded as having died on 2020-06."),
        (Patient(vital_status="dead"), "Recorded as having died; the date of death is not stated."),
        (Patient(vital_status="alive"), "Stated to be alive, without a date."),
        (Patient(vital_status="unknown"), "Whether the patient is alive is stated as not known."),
        (Patient(deceased="2027-06-01"), None),
        (Patient(), None),
    ],
)
def test_death_life_not_known_and_silence_are_told_apart(patient: Patient, said: str | None) -> None:
    found = sentences(a_section("patient", case=a_case(patient=patient)))

    assert found.get("deceased", found.get("vital_status")) == said


def test_a_death_stands_first_of_the_patient_in_the_digest() -> None:
    summary = a_summary(case=a_case(patient=Patient(sex="female", birth_date="1950", vital_status="dead")))
    part = next(one for one in summary.digest.parts if one.key == "patient")

    assert part.entries[0].text == "Recorded as having died; the date of death is not stated."


def test_the_banner_stays_when_the_patient_is_recorded_as_dead_and_says_why() -> None:
    bleeding = a_record("symptom", date="2026-03-15", symptom="bleeding")
    living, dead = (
        by_about(a_section("alerts", bleeding, case=a_case(patient=patient)))["emergency"]
        for patient in (Patient(), Patient(vital_status="dead"))
    )

    assert living.caution is None
    assert dead.text == living.text
    assert (dead.caution or "").startswith("The patient is recorded as having died.")


def test_a_patient_of_whom_nothing_is_known_is_said_to_be_so() -> None:
    section = a_section("patient", case=a_case(patient=Patient()))

    assert section.state == "not_found"
    assert sentences(section)["person"] == "Age and sex: not found in the files received."


def test_the_newest_performance_status_stands_with_the_patient() -> None:
    old = a_record("performance_status", date="2025-01-01", scale="ECOG", score=0)
    new = a_record("performance_status", date="2026-03-01", scale="ECOG", score=2, assessor="Dr Klein")
    undated = a_record("performance_status", scale="ECOG", score=3)

    found = sentences(a_section("patient", new, old, undated))

    assert found["record-001"] == "2026-03-01: ECOG 2; assessed by Dr Klein."
    assert not {"record-002", "record-003"} & found.keys()


def test_a_quote_with_the_name_is_masked_wherever_it_stands() -> None:
    record = a_record(
        "symptom",
        symptom="bleeding",
        words="Mrs Weber is bleeding",
        sources=(
            Source(document_id="document-001", quote="WEBER, Anna: bleeding", title="Letter on A. Weber"),
        ),
    )
    case = a_case(patient=A_PATIENT)

    for key in ("alerts", "symptoms", "timeline"):
        assert "eber" not in str(a_section(key, record, case=case, identity="none"))
        assert "eber" in str(a_section(key, record, case=case)) or key == "timeline"


def test_identity_conflicts_are_shown_without_what_names_the_patient() -> None:
    other = a_document(facts=DocumentFacts(printed_name="Berta Klein", printed_birth_date="1970"))

    section = a_section("conflicts", other, case=a_case(patient=A_PATIENT), identity="none")

    assert section.state == "stated"
    assert "left out" in str(section)
    assert not {"Berta", "Klein", "Weber", "1970", "1961"} & set(
        str(section).replace("'", " ").replace("“", " ").split()
    )
