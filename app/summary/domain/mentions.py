"""Emergency words in one text: which sign, how the sentence stands to it, how strongly it is put."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final, Literal, NamedTuple, Protocol

from app.summary.domain.emergency_language import Language, Terms
from app.summary.domain.emergency_words import EMERGENCY_WORDS
from app.summary.domain.languages_of_text import Found, agreed, languages_in
from app.summary.domain.standing import SHOWN, Sentence, Span, Standing, sentences, standings

Severity = Literal["severe", "mild"]

_RANK: Final = {Standing.STATED: 0, Standing.UNCLEAR: 1, Standing.PAST: 2}
_QUOTE_LENGTH: Final = 300
_HIGHEST: Final = {"c": Decimal(45), "f": Decimal(113)}
"""Numbers over these are no body temperature."""
_FEVER_DIGITS: Final = re.compile(r"3[89]|4\d|1[01]\d")
"""What a text with a temperature over the threshold holds, in either scale."""


class Mention(NamedTuple):
    """One sign as one text puts it. `severity` is None where nothing is said of it."""

    sign: str
    standing: Standing
    severity: Severity | None
    by_itself: bool
    quote: str
    language: str = "en"


class Read(Protocol):
    """Reads one text; the same text is read once."""

    def __call__(self, text: str, *, every: bool = False) -> tuple[Mention, ...]:
        """Return the mentions of a text, as `mentions` yields them."""
        ...


def mentions(text: str, *, every: bool = False) -> Iterator[Mention]:
    """Yield the signs that a text mentions, denied ones included, in the order of the text.

    Signs that count only where they are severe are passed over in a sentence that holds no such word, unless
    `every` mention is wanted.
    """
    read: list[tuple[Language, list[Found[Mention]]]] = []
    lowered = f" {' '.join(text.lower().split())}"
    has_digits = bool(_FEVER_DIGITS.search(text))
    for language in languages_in(lowered):
        signs = tuple({terms.sign: terms for stem, terms in language.stems if stem in lowered}.values())
        if signs or has_digits:
            read.append((language, list(in_language(text, signs, language, every=every))))
    if len(read) == 1:
        yield from (one.mention for one in read[0][1])
    elif read:
        yield from agreed(read, lowered, stronger=lambda one: _RANK.get(one.standing, len(_RANK)))


def in_language(
    text: str, signs: tuple[Terms, ...], language: Language, *, every: bool
) -> Iterator[Found[Mention]]:
    """Yield what one language finds in a text, each with the place where it stands."""
    parts = tuple(sentences(text, language))
    for number, sentence in enumerate(parts):
        here = signs if len(parts) == 1 else _with_stems(sentence, signs)
        wanted = here if every else _strong_enough(sentence, here, language)
        for span, mention in _of_sentence(sentence, text, wanted, language):
            yield Found(number, span, mention)


def _with_stems(sentence: Sentence, signs: tuple[Terms, ...]) -> tuple[Terms, ...]:
    spaced = f" {sentence.lowered}"
    return tuple(terms for terms in signs if any(stem in spaced for stem in terms.stems))


def _strong_enough(sentence: Sentence, signs: tuple[Terms, ...], language: Language) -> tuple[Terms, ...]:
    """Leave out the signs that count only where they are severe, in a sentence that says nothing of the kind."""
    text = sentence.lowered
    if not any(terms.needs_severe for terms in signs):
        return signs
    if language.severe.search(text) or language.worsening.search(text):
        return signs
    return tuple(terms for terms in signs if not terms.needs_severe or terms.urgent.search(text))


def strongest(found: Iterable[Mention]) -> tuple[Mention, ...]:
    """Keep, of each sign that is to be shown, the mention that is put most plainly."""
    kept: dict[str, Mention] = {}
    for mention in found:
        if mention.standing not in SHOWN or not _counts(mention):
            continue
        known = kept.get(mention.sign)
        if known is None or _RANK[mention.standing] < _RANK[known.standing]:
            kept[mention.sign] = mention
    return tuple(kept.values())


def _counts(mention: Mention) -> bool:
    needs = EMERGENCY_WORDS.signs[mention.sign].needs
    if mention.by_itself or needs == "mention":
        return True
    return mention.severity == "severe" if needs == "severe" else mention.severity != "mild"


def is_fever(value: Decimal, unit: str) -> bool:
    """Tell whether a temperature is at or over the threshold; `unit` is `c`, `f` or empty where none is given."""
    temperature = EMERGENCY_WORDS.temperature
    limits = {"c": temperature.celsius, "f": temperature.fahrenheit}
    return any(limits[scale] <= value <= _HIGHEST[scale] for scale in ("c", "f") if unit in ("", scale))


def _of_sentence(
    sentence: Sentence, text: str, signs: tuple[Terms, ...], language: Language
) -> Iterator[tuple[Span, Mention]]:
    readable = sentence.lowered
    found = _signs_in(readable, signs, language)
    if found and language.not_signs.search(readable):
        readable = language.not_signs.sub(lambda match: " " * len(match.group()), readable)
        found = _signs_in(readable, signs, language)
    if not found:
        return
    spans = tuple(span for span, _, _ in found)
    quote = text.strip() if len(text) <= _QUOTE_LENGTH else sentence.text.strip()
    for (span, sign, by_itself), standing in zip(found, standings(sentence, spans, language), strict=True):
        any_counts = by_itself or EMERGENCY_WORDS.signs[sign].needs == "mention"
        leaves_some = (
            standing is Standing.DENIED and any_counts and language.leaves_some.search(readable[: span.start])
        )
        is_asked = not any_counts and standing in SHOWN
        yield (
            span,
            Mention(
                sign=sign,
                standing=Standing.UNCLEAR if leaves_some else standing,
                severity=_severity(readable, span, sign, language) if is_asked else None,
                by_itself=by_itself,
                quote=quote,
                language=language.key,
            ),
        )


def _signs_in(readable: str, signs: tuple[Terms, ...], language: Language) -> list[tuple[Span, str, bool]]:
    """Return the signs that a sentence names, each with whether it counts by itself, in order of place."""
    found = [
        (Span(start=match.start(), end=match.end()), terms.sign, by_itself)
        for terms in signs
        for pattern, by_itself in ((terms.urgent, True), (terms.terms, False))
        for match in pattern.finditer(readable)
    ]
    if _FEVER_DIGITS.search(readable):
        found.extend((span, "fever", True) for span in _temperatures(readable, language))
    found.sort(key=lambda one: (one[0].start, -one[0].end))
    return found


def _severity(text: str, span: Span, sign: str, words: Language) -> Severity | None:
    """Return what the list item around a word says of its severity."""
    edges = [0, *(edge for found in words.separators.finditer(text) for edge in found.span()), len(text)]
    items = [(edges[place], edges[place + 1]) for place in range(0, len(edges), 2)]
    at = next((place for place, (_, end) in enumerate(items) if span.start < end), len(items) - 1)
    start, end = items[at][0], max(items[at][1], span.end)
    item = text[start:end]
    following = text[items[at + 1][0] : items[at + 1][1]] if at + 1 < len(items) else ""
    mild = words.mild.search(item)
    if words.severe.search(words.not_severe.sub("", item)):
        return "severe"
    if sign in EMERGENCY_WORDS.worsening_counts_for and words.worsening.search(item):
        return "severe"
    if words.severe_later.match(following) or words.only_severe.match(following):
        return "severe"
    if mild or words.mild_later.match(following):
        return "mild"
    joined = text[items[at - 1][1] : start].strip() if at else ","
    is_joined = joined != "," and words.separators.fullmatch(joined)
    before = text[items[at - 1][0] : items[at - 1][1]] if is_joined else ""
    return "severe" if words.severe.search(before) else None


def _temperatures(text: str, language: Language) -> Iterator[Span]:
    """Yield the places of temperatures at or over the threshold."""
    for pattern in language.temperatures:
        for found in pattern.finditer(text):
            number, unit = found.group(1), (found.group(2) or "")[:1]
            if is_fever(Decimal(number.replace(",", ".")), unit) and not language.below.search(
                text[: found.start(1)]
            ):
                yield Span(start=found.start(), end=found.end())
