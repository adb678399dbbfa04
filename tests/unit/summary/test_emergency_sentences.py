import re
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.summary.domain.emergency import find_emergencies
from app.summary.domain.emergency_language import Language, Terms
from app.summary.domain.emergency_words import EMERGENCY_WORDS
from app.summary.domain.mentions import mentions
from tests.builders import a_case_file, a_record
from tests.unit.summary.emergency_sentences import DENIED_OR_NONE, STATED, UNCLEAR_OR_PAST

ENGLISH: Language = EMERGENCY_WORDS.languages["en"]


def shown(sentence: str) -> Mapping[str, str]:
    found = find_emergencies(a_case_file(a_record("opinion", statement=sentence)))
    return {one.sign: one.standing.value for one in found}


@pytest.mark.parametrize("sentence", DENIED_OR_NONE)
def test_a_denied_a_mild_or_a_merely_possible_sign_gives_no_alert(sentence: str) -> None:
    assert shown(sentence) == {}


@pytest.mark.parametrize(("sentence", "signs"), STATED)
def test_a_stated_sign_gives_an_alert(sentence: str, signs: str) -> None:
    assert shown(sentence) == dict.fromkeys(signs.split(), "stated")


@pytest.mark.parametrize(("sentence", "signs"), UNCLEAR_OR_PAST)
def test_an_unclear_or_past_sign_is_shown_and_says_so(sentence: str, signs: str) -> None:
    assert shown(sentence) == dict(one.split(":") for one in signs.split())


@pytest.mark.parametrize(
    "sentence", [*DENIED_OR_NONE, *(sentence for sentence, _ in (*STATED, *UNCLEAR_OR_PAST))]
)
def test_a_line_broken_inside_a_sentence_and_wide_spaces_make_no_difference(sentence: str) -> None:
    broken = re.sub(r" (?=[a-z])", "\n", sentence)

    assert shown(broken) == shown(sentence)
    assert shown(sentence.replace(" ", "  ")) == shown(sentence)


@pytest.mark.parametrize("sign", list(EMERGENCY_WORDS.signs))
def test_every_sign_of_the_list_is_found_in_some_sentence(sign: str) -> None:
    assert any(sign in signs.split() for _, signs in STATED)


@pytest.mark.parametrize("terms", ENGLISH.signs, ids=lambda terms: terms.sign)
@given(data=st.data())
def test_whatever_a_term_matches_holds_one_of_its_stems(terms: Terms, data: st.DataObject) -> None:
    pattern = data.draw(st.sampled_from([terms.terms, terms.urgent]))
    if pattern.pattern == "(?!)":
        return
    text = data.draw(st.from_regex(pattern, fullmatch=True, alphabet=st.characters(max_codepoint=0x7E)))

    assert any(stem in f" {text.lower()}" for stem in terms.stems)


@given(st.text(max_size=200))
def test_any_text_at_all_can_be_read(text: str) -> None:
    assert all("".join(mention.quote.split()) in "".join(text.split()) for mention in mentions(text))
