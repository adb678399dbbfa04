"""Which languages a text is read in for emergency words, and which of them is believed where they differ."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from operator import itemgetter
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

from app.summary.domain.emergency_language import Language
from app.summary.domain.emergency_words import EMERGENCY_WORDS
from app.summary.domain.standing import Span

_ENGLISH: Final = "en"
_LETTERS: Final = 4
_WORD: Final = re.compile(r"\w+")
_ENOUGH: Final = 3
"""Small words of a language from which a text may be of it."""


class _Known(NamedTuple):
    """The languages by what tells that a text may be of them."""

    english: Language
    by_script: tuple[Language, ...]
    by_words: tuple[Language, ...]
    gate: frozenset[str]
    """Of the beginnings of words in every language the first letters, by which most texts are passed over."""


@cache
def _known() -> _Known:
    languages = EMERGENCY_WORDS.languages
    by_words = tuple(one for key, one in languages.items() if one.script is None and key != _ENGLISH)
    return _Known(
        english=languages[_ENGLISH],
        by_script=tuple(one for one in languages.values() if one.script is not None),
        by_words=by_words,
        gate=frozenset(stem[:_LETTERS] for one in by_words for stem in one.gate),
    )


class Mentioned(Protocol):
    """What is found of one sign."""

    @property
    def sign(self) -> str:
        """The sign."""
        ...


MentionT = TypeVar("MentionT", bound=Mentioned)


class Found(NamedTuple, Generic[MentionT]):
    """One mention and where it stands: the sentence's number and the stretch of it."""

    sentence: int
    span: Span
    mention: MentionT


def languages_in(lowered: str) -> tuple[Language, ...]:
    """Return the languages that a text in small letters may hold a sign in; English always.

    Each begins with a letter of its own script, or with a word of its own, and is passed over where the text is
    plainly of another: most texts are English, and share words with others.
    """
    known = _known()
    found, words, gate = [known.english], _WORD.findall(lowered), known.gate
    if not lowered.isascii():
        found.extend(one for one in known.by_script if one.script is not None and one.script.search(lowered))
        words = [*words, *(word for one in known.by_words for word in _WORD.findall(one.plain(lowered)))]
    may_be = [word for word in words if word[:_LETTERS] in gate or word[: _LETTERS - 1] in gate]
    if may_be:
        found.extend(_by_words(may_be, words, lowered))
    return tuple(found)


def _by_words(may_be: Sequence[str], words: Sequence[str], lowered: str) -> Iterator[Language]:
    """Yield the languages one of whose words begins as one of these, unless the text is plainly of another."""
    languages = _known()
    rival = max(_count(known, words) for known in (languages.english.common, *EMERGENCY_WORDS.known.values()))
    for one in languages.by_words:
        if any(word.startswith(one.gate) for word in may_be):
            own = _score(one, lowered)
            if own >= _ENOUGH or rival < _ENOUGH or 2 * own >= rival:
                yield one


def _count(known: frozenset[str], words: Iterable[str]) -> int:
    return sum(word in known for word in words)


def agreed(
    read: Sequence[tuple[Language, Sequence[Found[MentionT]]]],
    lowered: str,
    *,
    stronger: Callable[[MentionT], int],
) -> Iterator[MentionT]:
    """Yield what several languages find in one text: of one sign at one place, the language of the text is believed.

    That is the one of whose small words the text holds most, English where it holds no more of another.
    Many medical words are the same in several languages, and each knows only its own words for no.
    """
    scores = {language.key: _score(language, lowered) for language, _ in read}
    all_found = [
        ((-scores[language.key], language.key != _ENGLISH, stronger(one.mention)), language.key, one)
        for language, found in read
        for one in found
    ]
    taken: list[tuple[str, Found[MentionT]]] = []
    for _, key, one in sorted(all_found, key=itemgetter(0)):
        if not any(key != other_key and _same_place(one, other) for other_key, other in taken):
            taken.append((key, one))
    yield from (one.mention for _, one in sorted(taken, key=lambda item: (item[1].sentence, item[1].span)))


def _score(language: Language, lowered: str) -> int:
    if language.script is not None:  # its letters tell it
        return len(lowered)
    return _count(language.common, _WORD.findall(language.plain(lowered)))


def _same_place(one: Found[MentionT], other: Found[MentionT]) -> bool:
    return (
        one.sentence == other.sentence
        and one.mention.sign == other.mention.sign
        and one.span.start < other.span.end
        and other.span.start < one.span.end
    )
