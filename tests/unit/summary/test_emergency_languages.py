"""Emergency words in other languages: what is shown, how sure it is, and that each language leaves the others alone."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from app.summary.domain.cautions import caution
from app.summary.domain.emergency import find_emergencies
from app.summary.domain.emergency_words import EMERGENCY_WORDS
from app.summary.domain.languages_of_text import languages_in
from app.summary.domain.mentions import in_language, mentions, strongest
from tests.builders import a_case_file, a_record
from tests.unit.summary.emergency_sentences import DENIED_OR_NONE, STATED
from tests.unit.summary.written import a_section

FOLDER = Path(__file__).parent / "emergency_in"
SENTENCES: Mapping[str, Mapping[str, Any]] = {
    file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.toml"))
}


def shown(sentence: str) -> Mapping[str, str]:
    found = find_emergencies(a_case_file(a_record("opinion", statement=sentence)))
    return {one.sign: one.standing.value for one in found}


def of(kind: str) -> list[Any]:
    return [
        pytest.param(*((one,) if isinstance(one, str) else one), id=f"{language}-{number}")
        for language, sentences in SENTENCES.items()
        for number, one in enumerate(sentences[kind])
    ]


@pytest.mark.parametrize("sentence", of("denied"))
def test_a_denied_a_mild_or_a_merely_possible_sign_gives_no_alert(sentence: str) -> None:
    assert shown(sentence) == {}


@pytest.mark.parametrize(("sentence", "signs"), of("stated"))
def test_a_stated_sign_gives_an_alert(sentence: str, signs: str) -> None:
    assert shown(sentence) == dict.fromkeys(signs.split(), "stated")


@pytest.mark.parametrize(("sentence", "signs"), of("unclear"))
def test_an_unclear_or_past_sign_is_shown_and_says_so(sentence: str, signs: str) -> None:
    assert shown(sentence) == dict(one.split(":") for one in signs.split())


@pytest.mark.parametrize("text", of("instructed"))
def test_what_an_instruction_lists_gives_no_alert(text: str) -> None:
    assert shown(text) == {}


@pytest.mark.parametrize(("text", "sign"), of("under_instructions"))
def test_what_is_there_gives_an_alert_though_it_stands_in_such_a_list(text: str, sign: str) -> None:
    assert sign in shown(text)


def test_every_language_of_the_chase_list_has_all_signs_and_at_least_twenty_five_sentences() -> None:
    assert (
        set(SENTENCES)
        == {"ar", "es", "fr", "hi", "ru", "tr", "zh"}
        == set(EMERGENCY_WORDS.languages) - {"en"}
    )
    for key, sentences in SENTENCES.items():
        language = EMERGENCY_WORDS.languages[key]
        assert {terms.sign for terms in language.signs} == set(EMERGENCY_WORDS.signs)
        assert sum(map(len, sentences.values())) >= 25
        assert not language.reviewed
        assert language.name


@pytest.mark.parametrize("sentence", [*DENIED_OR_NONE, *(sentence for sentence, _ in STATED)])
def test_an_english_sentence_is_read_as_before(sentence: str) -> None:
    english = EMERGENCY_WORDS.languages["en"]
    signs = tuple(english.signs)
    alone = {one.mention for one in in_language(sentence, signs, english, every=True)}
    assert set(mentions(sentence, every=True)) == alone


def test_a_text_in_small_english_words_is_looked_through_in_english_only() -> None:
    assert [one.key for one in languages_in("mild fatigue, no bleeding")] == ["en"]


def test_an_alert_in_a_language_that_nobody_has_reviewed_says_so() -> None:
    alerts = a_section("alerts", a_record("opinion", statement="Sangrado abundante."))
    english = a_section("alerts", a_record("opinion", statement="Bleeding heavily."))

    assert alerts.statements[1].facts["language"] == "es"
    assert "Spanish words that no speaker" in (alerts.statements[1].caution or "")
    assert english.statements[1].caution is None


def test_the_caution_names_every_language_that_is_read() -> None:
    named = caution("emergency_language").text

    assert all(language.name in named for language in EMERGENCY_WORDS.languages.values())


@pytest.mark.parametrize(
    ("sentence", "standing"),
    [
        ("El paciente niega hematuria desde hace dos dias.", None),
        ("The patient has hematuria.", "stated"),
        ("Le patient ne presente pas de confusion.", None),
        ("The patient is in confusion and has fever.", "stated"),
    ],
)
def test_a_word_of_two_languages_is_read_in_that_of_the_text(sentence: str, standing: str | None) -> None:
    assert set(shown(sentence).values()) == ({standing} if standing else set())


def test_german_letters_are_not_taken_for_another_language() -> None:
    assert (
        shown("Haut: febril, Lymphknoten nicht vergrößert, die Leber ist bei der Untersuchung weich.") == {}
    )


def test_the_real_reports_in_english_and_german_say_what_english_words_say(real_files: Path) -> None:
    english = EMERGENCY_WORDS.languages["en"]
    for file in sorted(real_files.glob("text/**/*.txt"))[::12]:
        text = file.read_text(encoding="utf-8", errors="replace")
        alone = (one.mention for one in in_language(text, english.signs, english, every=False))
        assert set(strongest(mentions(text))) == set(strongest(alone)), file.name
