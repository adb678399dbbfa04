"""What an instruction lists is no alert; whatever may be there is one, though it stands in such a list."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.records.domain.base import Source
from app.summary.domain.emergency import read_emergencies
from tests.builders import a_case_file, a_record
from tests.unit.summary.emergency_sentences import STATED
from tests.unit.summary.written import a_section, by_about, sentences

LEAD = "Call your physician if you notice:"
DISCHARGE = (
    f"{LEAD}\nBleeding or black stools.\nAbdominal pain.\nFever or chills.\nDo not drive for 24 hours."
)


def read(text: str) -> tuple[Mapping[str, str], set[str]]:
    """Return the signs shown with their standing, and those that are only possible."""
    shown, possible = read_emergencies(a_case_file(a_record("opinion", plan=text)))
    return {one.sign: one.standing.value for one in shown}, {one.sign for one in possible}


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        pytest.param(DISCHARGE, {"bleeding", "fever"}, id="a-line-each"),
        pytest.param(f"{LEAD}\n\n- Bleeding\n- Seizures", {"bleeding", "seizure"}, id="dashes"),
        pytest.param(f"{LEAD} fever above 38.5; bleeding;", {"bleeding", "fever"}, id="semicolons"),
        pytest.param(f"{LEAD} • Fever • Bleeding", {"bleeding", "fever"}, id="bullets"),
        pytest.param("Warning signs:\nConfusion\nSeizures", {"confusion", "seizure"}, id="warning-signs"),
        pytest.param("Seek medical care for:\nChest pain\nFainting", {"chest_pain", "fainting"}, id="seek"),
        pytest.param("Return to the ER if:\nFever over 101 F", {"fever"}, id="a-limit"),
        pytest.param("Call us if fever or bleeding occurs", {"bleeding", "fever"}, id="in-one-sentence"),
    ],
)
def test_what_an_instruction_lists_stands_apart(text: str, signs: set[str]) -> None:
    assert read(text) == ({}, signs)


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        pytest.param(f"{LEAD}\nFever\n\nBleeding", {"bleeding"}, id="after-an-empty-line"),
        pytest.param(f"{LEAD}\nFever\n  \nBleeding", {"bleeding"}, id="after-a-line-of-spaces"),
        pytest.param(f"{LEAD}\nFever\nSYMPTOMS\nBleeding", {"bleeding"}, id="after-a-heading"),
        pytest.param(f"{LEAD}\nFever\nToday:\nBleeding", {"bleeding"}, id="after-another-colon"),
        pytest.param(f"{LEAD}\nBleeding since last night", {"bleeding"}, id="since-when"),
        pytest.param(f"{LEAD}\nBleeding started on the ward", {"bleeding"}, id="it-began"),
        pytest.param(f"{LEAD}\nThe patient is confused", {"confusion"}, id="of-the-patient"),
        pytest.param(f"{LEAD}\nShe reports chest pain", {"chest_pain"}, id="she-reports"),
        pytest.param(f"{LEAD}\nFever 39.2", {"fever"}, id="a-measured-value"),
        pytest.param(f"{LEAD}\nBleeding that does not stop, worse now", {"bleeding"}, id="now"),
        pytest.param(f"{LEAD} fever. Bleeding.", {"bleeding"}, id="the-list-ended-with-its-sentence"),
        pytest.param(
            f"{LEAD}\nFever\nA long sentence of its own that tells at length how it went, and that there is bleeding",
            {"bleeding"},
            id="a-long-sentence",
        ),
        pytest.param("Not sure if it is related:\nBleeding", {"bleeding"}, id="doubt-is-no-instruction"),
        pytest.param("Reason for the call:\nBleeding\nFever", {"bleeding", "fever"}, id="no-instruction"),
        pytest.param("He called because of:\nBleeding", {"bleeding"}, id="he-called"),
    ],
)
def test_what_may_be_there_is_an_alert(text: str, signs: set[str]) -> None:
    assert set(read(text)[0]) == signs


@given(st.sampled_from(STATED))
def test_no_sentence_is_taken_into_a_list_over_an_empty_line(stated: tuple[str, str]) -> None:
    sentence, signs = stated
    assert set(signs.split()) <= set(read(f"{LEAD}\nNausea\n\n{sentence}")[0])


def test_a_sign_that_is_there_is_not_said_to_be_possible_too() -> None:
    assert read(f"He has a fever. {LEAD}\nFever\nBleeding") == ({"fever": "stated"}, {"bleeding"})


def test_what_is_only_possible_stands_with_the_symptoms_word_for_word_and_raises_no_alert() -> None:
    opinion = a_record("opinion", plan=DISCHARGE, date="2026-03-01", asserted_by="oncologist")
    alerts, symptoms = a_section("alerts", opinion), by_about(a_section("symptoms", opinion))

    assert alerts.statements == ()
    assert (alerts.note or "").startswith("Emergency words were found only where records name a risk")
    told = symptoms["record-001:possible"]
    assert told.text.startswith(
        "2026-03-01, oncologist, named as a risk, a condition or an instruction, not as a symptom: bleeding “"
    )
    assert told.facts["signs"] == ("bleeding", "fever")
    assert told.sources[0].record_id == "record-001"
    assert a_section("symptoms", opinion).state == "not_found"


def test_records_of_one_day_keep_a_statement_each() -> None:
    records = [a_record("opinion", plan=DISCHARGE, date="2026-03-01") for _ in range(2)]

    about = [one for one in sentences(a_section("symptoms", *records)) if one.endswith(":possible")]

    assert about == ["record-001:possible", "record-002:possible"]


def test_a_quotation_without_its_lines_is_not_read_again_where_the_text_holds_its_words() -> None:
    flat, other = " ".join(DISCHARGE.split()), "He vomits blood."

    def signs(*quotes: str) -> list[str]:
        sources = tuple(Source(title="letter", quote=quote) for quote in quotes)
        opinion = a_record("opinion", statement="Seen today.", plan=DISCHARGE, sources=sources)
        return [one.sign for one in read_emergencies(a_case_file(opinion)).shown]

    assert signs(f"Seen today. {flat}") == []
    assert signs(flat, other) == ["bleeding"]
