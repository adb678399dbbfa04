from decimal import Decimal
from typing import Any

import pytest

from app.records.domain.base import Absence, Coding, Source
from app.records.domain.kinds import AnyRecord
from app.summary.domain.emergency import find_emergencies
from tests.builders import a_case, a_case_file, a_record


def shown(*records: AnyRecord) -> list[tuple[str, str]]:
    return [(one.sign, one.standing.value) for one in find_emergencies(a_case_file(*records))]


def a_symptom(**fields: Any) -> AnyRecord:
    return a_record("symptom", **{"date": "2026-03-15", **fields})


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({"symptom": "bleeding"}, [("bleeding", "stated")], id="named"),
        pytest.param({"symptom": "bleeding", "presence": "absent"}, [], id="denied-by-the-field"),
        pytest.param(
            {"symptom": "bleeding", "presence": "absent", "words": "no bleeding"}, [], id="denied-by-both"
        ),
        pytest.param({"symptom": "bleeding", "presence": "absent", "words": "Bleeding"}, [], id="only-named"),
        pytest.param(
            {"symptom": "bleeding", "presence": "absent", "words": "bleeding since last night"},
            [("bleeding", "unclear")],
            id="field-and-words-contradict",
        ),
        pytest.param(
            {"symptom": "bleeding", "presence": "absent", "trend": "worsening"},
            [("bleeding", "unclear")],
            id="absent-and-worsening-contradict",
        ),
        pytest.param({"symptom": "bleeding", "trend": "resolved"}, [("bleeding", "past")], id="resolved"),
        pytest.param(
            {"symptom": "bleeding", "severity": "mild"}, [("bleeding", "stated")], id="never-graded"
        ),
        pytest.param({"symptom": "pain"}, [], id="pain-alone"),
        pytest.param({"symptom": "pain", "severity": "severe"}, [("pain", "stated")], id="severe-pain"),
        pytest.param({"symptom": "pain", "grade": 3}, [("pain", "stated")], id="pain-grade-3"),
        pytest.param({"symptom": "pain", "grade": 2}, [], id="pain-grade-2"),
        pytest.param({"symptom": "pain", "trend": "worsening"}, [], id="worsening-pain-may-be-controlled"),
        pytest.param({"symptom": "breathlessness"}, [("breathlessness", "stated")], id="severity-not-said"),
        pytest.param({"symptom": "breathlessness", "severity": "mild"}, [], id="mild-breathlessness"),
        pytest.param({"symptom": "mild breathlessness"}, [], id="mild-in-the-name"),
        pytest.param({"symptom": "breathlessness", "trend": "stable"}, [], id="stable-breathlessness"),
        pytest.param(
            {"symptom": "breathlessness", "trend": "worsening"},
            [("breathlessness", "stated")],
            id="worsening-breathlessness",
        ),
        pytest.param(
            {"symptom": "weakness", "trend": "worsening"}, [("weakness", "stated")], id="worsening-weakness"
        ),
        pytest.param({"symptom": "fatigue", "severity": "severe"}, [], id="fatigue-is-not-on-the-list"),
        pytest.param(
            {"symptom": "passing stool", "presence": "absent"}, [("stool", "unclear")], id="function-absent"
        ),
        pytest.param(
            {"symptom": "bowel movements", "presence": "absent"}, [("stool", "unclear")], id="bowels-absent"
        ),
        pytest.param(
            {"symptom": "eating", "presence": "absent"}, [("eating", "unclear")], id="eating-absent"
        ),
        pytest.param({"symptom": "eating", "presence": "present"}, [], id="eating"),
        pytest.param({"symptom": "unable to pass stool"}, [("stool", "stated")], id="unable"),
        pytest.param({"symptom": "unable to pass stool", "presence": "absent"}, [], id="unable-denied"),
        pytest.param(
            {"symptom": "chills", "temperature_c": Decimal("38.0")}, [("fever", "stated")], id="38.0"
        ),
        pytest.param({"symptom": "chills", "temperature_c": Decimal("37.9")}, [], id="37.9"),
        pytest.param(
            {"symptom": "fever", "presence": "absent", "temperature_c": Decimal("38.4")},
            [("fever", "stated")],
            id="the-thermometer-outweighs-the-word",
        ),
        pytest.param(
            {"codes": (Coding(system="snomed", code="1", display="Seizure"),)},
            [("seizure", "stated")],
            id="code",
        ),
        pytest.param({"stated": Absence.NONE, "words": "no symptoms"}, [], id="no-symptoms"),
        pytest.param(
            {"symptom": "fatigue", "note": "also vomiting blood"}, [("bleeding", "stated")], id="note"
        ),
        pytest.param(
            {"symptom": "fatigue", "sources": (Source(quote="Fatigue and confusion."),)},
            [("confusion", "stated")],
            id="quote",
        ),
        pytest.param(
            {"symptom": "pain", "severity": "severe", "words": "pain in the hip, no chest pain"},
            [("pain", "stated")],
            id="severity-belongs-to-the-named-symptom",
        ),
        pytest.param(
            {"symptom": "nausea", "severity": "severe", "words": "nausea, vomiting once"},
            [],
            id="severity-of-another-symptom",
        ),
    ],
)
def test_a_symptom_is_read_with_all_its_fields(
    fields: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert shown(a_symptom(**fields)) == expected


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        pytest.param(
            a_record("opinion", statement="Seen with severe chest pain."),
            ["chest_pain", "pain"],
            id="opinion",
        ),
        pytest.param(a_record("opinion", plan="Admit today, bleeding."), ["bleeding"], id="plan"),
        pytest.param(
            a_record("disease_status", axis="progression", words="Progression, confused."),
            ["confusion"],
            id="status",
        ),
        pytest.param(
            a_record("admission", started="2026-03-18", reason="Seizure"), ["seizure"], id="still-in-hospital"
        ),
        pytest.param(
            a_record("admission", started="2025-03-18", ended="2025-03-20", reason="Seizure"),
            [],
            id="discharged",
        ),
        pytest.param(
            a_record("main_question", question="He cannot eat. What now?"), ["eating"], id="question"
        ),
        pytest.param(
            a_record("planning", goals="Travel, though short of breath"), ["breathlessness"], id="planning"
        ),
        pytest.param(
            a_record("lab_result", test="Haemoglobin", note="Bleeding from the stoma"),
            ["bleeding"],
            id="any-note",
        ),
        pytest.param(
            a_record("lab_result", test="Body temperature", value=Decimal("38.6"), unit="Cel"),
            ["fever"],
            id="lab",
        ),
        pytest.param(
            a_record("lab_result", test="Temperature", value=Decimal("100.4"), unit="[degF]"),
            ["fever"],
            id="lab-f",
        ),
        pytest.param(
            a_record("lab_result", test="Temperature", value=Decimal("98.6"), unit="degF"),
            [],
            id="lab-98.6-f",
        ),
        pytest.param(
            a_record("lab_result", test="Temperature", value=Decimal("37.0"), unit="degC"), [], id="lab-37-c"
        ),
        pytest.param(
            a_record("lab_result", test="CA 19-9", value=Decimal("38.6"), unit="U/mL"), [], id="other-lab"
        ),
        pytest.param(
            a_record(
                "lab_result",
                test="Vital",
                value=Decimal(39),
                codes=(Coding(system="loinc", code="8310-5"),),
            ),
            ["fever"],
            id="lab-by-code",
        ),
        pytest.param(
            a_record("imaging_study", impression="Large haemorrhage."), [], id="a-scan-is-no-symptom"
        ),
        pytest.param(a_record("follow_up_plan", symptoms_to_report=("bleeding",)), [], id="what-to-report"),
        pytest.param(a_record("allergy", substance="aspirin", reaction="bleeding"), [], id="allergy"),
    ],
)
def test_every_record_that_people_speak_in_is_read(record: AnyRecord, expected: list[str]) -> None:
    assert sorted(one.sign for one in find_emergencies(a_case_file(record))) == expected


def test_the_questions_own_words_are_read_too() -> None:
    case = a_case(question="My father is bleeding since yesterday, is the treatment working?")

    [found] = find_emergencies(a_case_file(case=case))

    assert (found.sign, found.standing.value, found.record_id) == ("bleeding", "unclear", None)


def test_who_said_it_and_when_go_with_the_quote() -> None:
    record = a_symptom(
        symptom="bleeding", words="bleeding gums", onset="2026-03-10", asserted_by="patient_caregiver"
    )

    [found] = find_emergencies(a_case_file(record))

    assert (found.quote, found.date, found.onset, found.asserted_by) == (
        "bleeding gums",
        "2026-03-15",
        "2026-03-10",
        "patient_caregiver",
    )


def test_each_record_gives_each_sign_once_in_its_plainest_words() -> None:
    record = a_record("opinion", statement="Possible seizure.", plan="Had a seizure at noon.")

    [found] = find_emergencies(a_case_file(record))

    assert (found.standing.value, found.quote) == ("stated", "Had a seizure at noon.")


def test_the_newest_stands_first_and_the_order_of_records_never_matters() -> None:
    old = a_record("symptom", date="2023-01-01", symptom="fainting")
    new = a_record("symptom", date="2026-03-01", symptom="chest pain")
    undated = a_record("symptom", symptom="seizure")

    assert [one.sign for one in find_emergencies(a_case_file(old, new, undated))] == [
        "chest_pain",
        "fainting",
        "seizure",
    ]
    assert [one.sign for one in find_emergencies(a_case_file(undated, new, old))] == [
        "chest_pain",
        "fainting",
        "seizure",
    ]


def test_a_long_text_is_quoted_by_its_sentence() -> None:
    text = "She was seen in clinic. " * 20 + "Since noon she is bleeding. " + "The weather was fine. " * 10

    [found] = find_emergencies(a_case_file(a_record("opinion", statement=text)))

    assert found.quote == "Since noon she is bleeding."
