from typing import Any

import pytest

from app.completeness.domain.library import checklist_for
from app.summary.domain.assemble import assemble
from app.summary.domain.model import Summary
from tests.worked_cases import LUNG, OVARY, Edit, day_of, expectation, worked_case


def summary(name: str, *edits: Edit, **case_changes: Any) -> Summary:
    case_file = worked_case(name, *edits, **case_changes)
    return assemble(case_file, checklist_for(case_file.case), day_of(name))


def symptoms_say(words: str) -> Edit:
    def edit(records: list[dict[str, Any]]) -> None:
        symptom = next(record for record in records if record["kind"] == "symptom")
        symptom["words"] = words

    return edit


@pytest.mark.parametrize("name", [LUNG, OVARY])
def test_alerts_and_questions_are_those_expected(name: str) -> None:
    written, expected = summary(name), expectation(name)
    questions = [one.facts["question_id"] for one in written.section("questions").statements]

    assert [one.facts["sign"] for one in written.section("alerts").statements] == expected["alerts"]
    assert sorted(questions) == sorted(expected["questions"])


@pytest.mark.parametrize(
    ("words", "signs"),
    [
        ("worsening abdominal swelling; unable to pass stool; no vomiting", ["stool"]),
        ("worsening abdominal swelling; severe vomiting; bowels open", ["vomiting"]),
        ("worsening abdominal swelling; no vomiting, no bleeding; bowels open", []),
    ],
)
def test_a_changed_word_brings_the_banner_and_nothing_else(words: str, signs: list[str]) -> None:
    section = summary(OVARY, symptoms_say(words)).section("alerts")

    assert [one.facts["sign"] for one in section.statements if "sign" in one.facts] == signs
    assert [one.id for one in section.statements][:1] == (["alerts/emergency"] if signs else [])
    assert section.state == ("stated" if signs else "none_stated")


def test_a_case_without_a_status_says_that_information_is_insufficient() -> None:
    section = summary(LUNG).section("status")

    assert section.state == "not_found"
    assert "insufficient information" in section.statements[0].text


def test_progression_after_a_complete_response_is_kept_and_asked_about() -> None:
    texts = {one.id: one.text for one in summary(OVARY).section("status").statements}

    assert "progression" in texts["status/record-021"]
    assert texts["status/progression_after_remission:record-021"].endswith("“progression” is kept.")


def test_arithmetic_stands_apart_with_its_caution_and_without_a_last_word() -> None:
    recist = next(
        one for one in summary(LUNG).section("computed").statements if one.id == "computed/recist_1_1"
    )

    assert recist.kind == "computed"
    assert "42 + 22 = 64 mm" in recist.text
    assert "No last word: equivocal new lesion." in recist.text
    assert recist.caution is not None
    assert recist.caution.startswith("Computed from recorded values, not a diagnosis")
