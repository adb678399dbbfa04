from decimal import Decimal
from typing import Any

from app.records.domain.base import Absence, Source
from app.records.domain.findings import Lesion
from app.records.domain.kinds import AnyRecord
from app.records.domain.statements import PlannedTest
from tests.builders import a_record
from tests.unit.summary.written import a_section, by_about, sentences


def a_study(day: str, mm: int | None = None, **fields: Any) -> AnyRecord:
    lesions = () if mm is None else (Lesion(label="RUL", role="target", longest_mm=Decimal(mm)),)
    return a_record("imaging_study", **{"date": day, "modality": "CT", "lesions": lesions, **fields})


def a_marker(day: str | None, value: str | None, **fields: Any) -> AnyRecord:
    return a_record(
        "marker_result",
        **{
            "date": day,
            "marker": "CEA",
            "value": None if value is None else Decimal(value),
            "unit": "ng/mL",
            "laboratory": "Central",
            **fields,
        },
    )


def a_lab(day: str | None, value: str | None, **fields: Any) -> AnyRecord:
    number = None if value is None else Decimal(value)
    return a_record(
        "lab_result", **{"date": day, "test": "Haemoglobin", "value": number, "unit": "g/dL", **fields}
    )


def test_imaging_is_told_newest_first_and_its_impression_quoted() -> None:
    old, new = a_study("2025-01-01", impression="Stable."), a_study("2026-01-01", reported_status="PR")

    section = a_section("response", old, new)

    assert [one.id for one in section.statements][:3] == [
        "response/record-002",
        "response/record-001",
        "response/record-001:impression",
    ]
    assert sentences(section)["record-002"] == "2026-01-01: CT; the report's own word: PR."
    assert (
        sentences(section)["record-001:impression"]
        == "Imaging report of the study of 2025-01-01 states: “Stable.”"
    )


def test_sizes_of_the_newest_comparable_pair_stand_side_by_side_without_a_verdict() -> None:
    new_lesion = Lesion(label="LLL", role="new", longest_mm=Decimal(6), certainty="equivocal")
    later = a_study("2026-01-01", 28)
    later = a_study("2026-01-01", lesions=(*later.lesions, new_lesion))  # type: ignore[union-attr]

    found = by_about(a_section("response", a_study("2025-10-01", 42), later))

    assert (
        found["lesion-pair"].text
        == "Recorded sizes, 2025-10-01 and 2026-01-01: RUL 42 mm, then 28 mm; LLL new, 6 mm."
    )
    assert [source.record_id for source in found["lesion-pair"].sources] == ["record-001", "record-002"]
    assert found["record-002"].text == (
        "2026-01-01: CT; lesions recorded: RUL 28 mm (target); LLL 6 mm (new, equivocal)."
    )


def test_one_study_makes_no_pair() -> None:
    assert "lesion-pair" not in sentences(a_section("response", a_study("2025-10-01", 42)))


def test_a_marker_is_one_series_as_written_with_its_caution() -> None:
    section = a_section(
        "response",
        a_marker("2025-11-26", "18.4"),
        a_marker("2026-01-19", "11.2", unit="ug/L", comparator="<"),
    )

    [series] = [one for one in section.statements if one.id.startswith("response/series-")]
    assert series.text == "CEA (ng/mL, Central): 18.4 ng/mL on 2025-11-26; <11.2 ug/L on 2026-01-19."
    assert series.caution is not None
    assert series.caution.startswith("A marker is never read alone")
    assert [source.record_id for source in series.sources] == ["record-001", "record-002"]


def test_a_long_series_names_first_lowest_highest_and_newest_and_how_many_are_left_out() -> None:
    values = (50, 40, 30, 5, 6, 7, 99, 60, 50, 40)
    section = a_section(
        "response", *(a_marker(f"2025-{month:02}-01", str(value)) for month, value in enumerate(values, 1))
    )

    [series] = [one for one in section.statements if one.id.startswith("response/series-")]
    assert series.text == (
        "CEA (ng/mL, Central): 50 ng/mL on 2025-01-01; 5 ng/mL on 2025-04-01; 99 ng/mL on 2025-07-01; "
        "50 ng/mL on 2025-09-01; 40 ng/mL on 2025-10-01; not listed here: 5 more."
    )
    assert series.facts["count"] == len(values)


def test_values_that_are_words_or_undated_are_not_lost() -> None:
    word = a_marker("2025-01-01", None, value_text="not measurable")
    undated = a_marker(None, "7")

    [worded] = [one for one in a_section("response", word).statements if "series-" in one.id]
    [dateless] = [one for one in a_section("response", undated).statements if "series-" in one.id]

    assert worded.text == "CEA (ng/mL, Central): no dated value; CEA not measurable on 2025-01-01."
    assert [source.record_id for source in worded.sources] == ["record-001"]
    assert (dateless.text, [source.record_id for source in dateless.sources]) == (
        "CEA (ng/mL, Central): no dated value.",
        ["record-001"],
    )


def test_a_laboratory_test_shows_its_newest_value_the_one_before_and_how_many_more() -> None:
    section = a_section(
        "labs",
        a_lab("2025-01-01", "13"),
        a_lab("2025-06-01", "12"),
        a_lab(
            "2026-01-01", "9.1", flag="critical_low", reference_low=Decimal(12), reference_high=Decimal(16)
        ),
    )

    [statement] = section.statements
    assert statement.text == (
        "Haemoglobin: 9.1 g/dL on 2026-01-01; flagged critical low by the laboratory; reference range 12 to 16; "
        "before: 12 g/dL on 2025-06-01; earlier values: 1."
    )
    assert [source.record_id for source in statement.sources] == ["record-003", "record-002"]


def test_reference_ranges_are_told_as_far_as_they_are_stated() -> None:
    def told(**fields: Any) -> str:
        return a_section("labs", a_lab("2026-01-01", "9", **fields)).statements[0].text

    assert told(reference_high=Decimal(5)).endswith("; reference up to 5.")
    assert told(reference_low=Decimal(5)).endswith("; reference from 5.")
    assert told(reference_text="negative").endswith("; reference negative.")
    assert told().endswith("9 g/dL on 2026-01-01.")


def test_a_result_in_words_stands_with_its_words() -> None:
    [statement] = a_section(
        "labs", a_lab("2026-01-01", None, test="HBsAg", value_text="negative", unit=None)
    ).statements

    assert statement.text.endswith("no dated number; HBsAg negative on 2026-01-01.")


def test_what_was_not_measured_is_said() -> None:
    assert sentences(a_section("labs")) == {"labs": "Laboratory results: not found in the files received."}
    assert sentences(a_section("response")) == {
        "imaging_study": "Imaging: not found in the files received.",
        "markers": "Tumour markers: not found in the files received.",
    }


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


def test_arithmetic_that_could_not_be_done_says_why() -> None:
    found = sentences(a_section("computed", a_study("2025-10-01")))

    assert found["recist_1_1"].startswith("RECIST 1.1 sums of the newest line: not computed (")
    assert a_section("computed", a_study("2025-10-01")).state == "not_found"


def test_a_marker_trend_names_its_readings_with_unit_and_date() -> None:
    section = a_section("computed", a_marker("2025-11-26", "18.4"), a_marker("2026-01-19", "9.2"))

    [trend] = [one for one in section.statements if one.id.startswith("computed/marker_trend")]
    assert (
        "peak 18.4 ng/mL on 2025-11-26; latest 9.2 ng/mL on 2026-01-19; 1.0 times the lowest." in trend.text
    )
    assert trend.facts["rule"]["id"] == "marker_trend"


def test_sources_of_a_statement_name_record_document_page_and_quote() -> None:
    record = a_record(
        "symptom", symptom="cough", sources=(Source(document_id="document-001", page=3, quote="coughs"),)
    )

    own, paper = by_about(a_section("symptoms", record))["record-001"].sources

    assert (own.record_id, paper.document_id, paper.page, paper.quote) == (
        "record-001",
        "document-001",
        3,
        "coughs",
    )
