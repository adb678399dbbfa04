from app.records.domain.base import Absence
from app.records.domain.statements import PlannedTest
from tests.builders import a_record
from tests.unit.summary.written import a_section, by_about, sentences


def test_symptoms_stand_newest_report_first_with_the_caution_that_their_course_calls_for() -> None:
    old = a_record("symptom", date="2026-01-01", onset="2025-12-01", symptom="cough", trend="improving")
    new = a_record("symptom", date="2026-03-01", onset="2025-01-01", symptom="pain", trend="worsening")
    absent = a_record("symptom", date="2026-02-01", symptom="nausea", presence="absent")

    section = a_section("symptoms", old, new, absent)
    found = by_about(section)

    assert [one.id for one in section.statements][:3] == [f"symptoms/record-{n:03}" for n in (2, 3, 1)]
    assert found["record-001"].text == "2025-12-01: cough: improving; recorded 2026-01-01."
    assert "steroids" in (found["record-001"].caution or "")
    assert "infection" in (found["record-002"].caution or "")
    assert found["record-003"].caution is None


def test_stated_none_unknown_and_silence_stay_three_things() -> None:
    section = a_section(
        "symptoms",
        a_record("allergy", stated=Absence.NONE),
        a_record("comorbidity", stated=Absence.UNKNOWN),
    )
    found = sentences(section)

    assert found["record-001"] == "date not stated: Allergies: stated as none."
    assert found["record-002"] == "date not stated: Other illness: stated as unknown."
    assert found["medication"] == "Current medicines: not found in the files received."
    assert a_section("symptoms", a_record("allergy", stated=Absence.NONE)).state == "none_stated"
    assert a_section("symptoms").state == "not_found"


def test_stays_in_hospital_and_complications_of_treatment_stand_together() -> None:
    stay = a_record(
        "admission",
        started="2025-03-01",
        ended="2025-03-05",
        emergency=True,
        icu=False,
        reason="sepsis",
        note="by phone",
    )
    operation = a_record(
        "treatment", category="surgery", procedure="lobectomy", date="2025-01-01", complications=("air leak",)
    )
    quiet = a_record(
        "treatment", category="surgery", date="2025-02-01", absent={"complications": Absence.NONE}
    )

    found = sentences(a_section("complications", stay, operation, quiet))

    assert found["record-001"] == (
        "2025-03-01: Emergency admission: sepsis; until 2025-03-05; began as an emergency; no intensive care; "
        "remark: “by phone”."
    )
    assert found["record-002"] == "2025-01-01: lobectomy; complications: air leak."
    assert found["record-003"].endswith("complications: stated as none.")
    assert sentences(a_section("complications")) == {
        "admission": "Stays in hospital: not found in the files received."
    }


def test_every_status_stands_verbatim_the_newest_clinicians_first_and_none_merged() -> None:
    patient = a_record(
        "disease_status",
        date="2026-03-10",
        axis="response",
        value="PD",
        words="It grew.",
        asserted_by="patient_caregiver",
    )
    radiologist = a_record("imaging_study", date="2026-03-01", modality="CT", reported_status="SD")
    oncologist = a_record(
        "disease_status",
        date="2026-03-05",
        axis="remission",
        value="NED",
        certainty="confirmed",
        words="NED after failure of first line",
        tests=("CT",),
        asserted_by="oncologist",
        author="Dr Klein",
    )

    section = a_section("status", patient, radiologist, oncologist)
    found = by_about(section)

    assert list(found)[:3] == ["record-003", "record-001", "record-002"]
    assert found["record-003"].text == (
        "2026-03-05: remission: NED; certainty: confirmed; in the words: “NED after failure of first line”; "
        "tests: CT; stated by Dr Klein, oncologist."
    )
    assert (found["record-003"].kind, found["record-003"].facts["newest_by_clinician"]) == ("quoted", True)
    assert "none on their date" in (found["record-003"].caution or "")
    assert found["record-001"].facts["by"] == "patient_reported"
    assert "neither clear growth nor clear shrinkage" in (found["record-002"].caution or "")


def test_an_opinion_is_quoted_part_by_part() -> None:
    record = a_record(
        "opinion",
        date="2026-03-01",
        author="Dr Klein",
        role="oncologist",
        status_words="stable",
        plan="go on",
        aim="control",
        asserted_by="oncologist",
    )
    plan = a_record(
        "follow_up_plan",
        date="2026-03-01",
        tests=(PlannedTest(test="CT", interval="12 weeks"),),
        coordinator="Dr Klein",
    )

    found = by_about(a_section("status", record, plan))

    assert found["record-001"].kind == "quoted"
    assert found["record-001"].text == (
        "2026-03-01: Opinion: Dr Klein, oncologist; the state of the disease in the author's words: “stable”; "
        "plan: “go on”; aim: “control”; stated by oncologist."
    )
    assert (
        found["record-002"].text
        == "2026-03-01: Follow-up plan: CT; tests: CT 12 weeks; coordinated by Dr Klein."
    )


def test_a_status_that_is_stated_as_unknown_says_so_beside_the_lack_of_information() -> None:
    record = a_record("disease_status", axis="response", stated=Absence.UNKNOWN)

    found = sentences(a_section("status", record))

    assert found["record-001"] == "date not stated: Disease status: stated as unknown."
    assert "insufficient information" in found["insufficient"]


def test_a_name_that_ends_with_a_point_ends_the_sentence_and_a_place_is_named_once() -> None:
    stay = a_record(
        "admission",
        started="2026-01-01",
        emergency=True,
        facility="St Anne",
        asserted_by="oncologist",
        author="P. Lee M.D.",
    )
    by_name = a_record("comorbidity", condition="asthma", asserted_by="other_clinician", author="P. Lee M.D.")

    told = sentences(a_section("complications", stay))["record-001"]
    assert told.startswith("2026-01-01: Emergency admission: St Anne; ")
    assert told.count("St Anne") == 1
    assert sentences(a_section("symptoms", by_name))["record-001"].endswith("stated by P. Lee M.D.")
