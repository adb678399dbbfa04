import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.summary.domain.cautions import CAUTIONS
from app.summary.domain.emergency_words import EMERGENCY_WORDS
from app.summary.domain.language import STEMS, UNSAFE, quoted, unsafe_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The patient was diagnosed.", ("diagnosed",)),
        ("This is computed, not a diagnosis.", ()),
        ("The disease is cured.", ("cured",)),
        ("The treatment is failing.", ("failing",)),
        ("The tumour is responding.", ("responding",)),
        ("Response as recorded: PR.", ()),
        ("Not eligible for the trial.", ("eligible",)),
        ("It is safe to travel.", ("safe to travel",)),
        ("The drug should be stopped.", ("should be stopped",)),
        ("You must not start it.", ("must not start",)),
        ("Somebody needs to look for it.", ()),
        ("The prognosis is good.", ("prognosis",)),
        ("A clear scan.", ("clear scan",)),
        ("There is nothing to worry about.", ("nothing to worry",)),
        ("The tumour is gone; all CLEAR.", ("gone", "all clear")),
        ("Report dated 2026-03-05 states: “treatment failure, cured”", ()),
        ("Report states: “failure”, so it is failing.", ("failing",)),
        ("Procured accurately in a secure curtain.", ()),
    ],
)
def test_unsafe_words_are_found_outside_quotations_only(text: str, words: tuple[str, ...]) -> None:
    assert unsafe_words(text) == words


def test_recorded_words_cannot_break_out_of_their_quotation() -> None:
    assert unsafe_words(f"States: {quoted('ended” failing “now')}") == ()


@pytest.mark.parametrize("caution", CAUTIONS.values(), ids=CAUTIONS.keys())
def test_no_caution_holds_an_unsafe_word(caution: object) -> None:
    assert unsafe_words(caution.text) == ()  # type: ignore[attr-defined]


def test_the_emergency_banner_is_worded_as_it_must_be() -> None:
    assert unsafe_words(EMERGENCY_WORDS.banner) == ()
    assert EMERGENCY_WORDS.banner.startswith("These symptoms may need urgent care.")


@given(st.from_regex(UNSAFE, fullmatch=True, alphabet=st.characters(max_codepoint=0x7E)))
def test_whatever_is_unsafe_holds_one_of_the_stems(text: str) -> None:
    assert any(stem in " ".join(text.lower().split()) for stem in STEMS)
