"""Patterns for what names a patient in a text: names, birth dates, identifiers, however they are written.

Names are looked for whole and part by part, whatever their accents, case and order; a part that is also a small
English word is taken for the name only beside another part or after a form of address, since "no" must stay "no".
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from itertools import permutations
from typing import Final

from app.values.dates import PartialDate

_WORDS: Final = tomllib.loads(files(__package__).joinpath("name_patterns.toml").read_text(encoding="utf-8"))
_SMALL_WORDS: Final = frozenset(_WORDS["small_words"].split())
_TITLES: Final = frozenset(_WORDS["titles"].split())
_PARTICLES: Final = frozenset(_WORDS["particles"].split())
_MONTHS: Final = tuple(_WORDS["months"].split())
_PAIRS: Final[Mapping[str, str]] = _WORDS["pairs"]
_PLAIN_LETTERS: Final[Mapping[str, str]] = _WORDS["plain_letters"]
_SINGLE: Final = {
    pair: "".join(letter for letter, other in _PAIRS.items() if other == pair) for pair in _PAIRS.values()
}
"""For two letters, the one that they may stand for: `ue` for `ü`."""

_LETTER_E: Final = re.compile(r"(?<=[aou])e+")
_DOUBLED: Final = re.compile(r"(?<=a)a+|(?<=s)s+")
"""What one spelling has and another has not: `Müller` and `Mueller`, `Åse` and `Aase`, `Weiß` and `Weiss`."""
_OTHER_LETTERS: Final = re.compile(r"[^\x00-\x7f“”–—…·°×≥≤−•]")
_RUN: Final = re.compile(r"[^\W_]+")
_PART: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_UNSPACED: Final = re.compile(r"[\u0e00-\u0e7f\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_MOST_PARTS: Final = 6
_SHORTEST_IDENTIFIER: Final = 3
_YEAR: Final = 4


def folded(text: str, *, pairs: bool = True) -> str:
    """Fold case and accents, and with `pairs` letters that are written as two, so that spellings are alike."""
    if text.isascii() or not _OTHER_LETTERS.search(text):
        plain = text.lower()
    else:
        letters = unicodedata.normalize("NFD", text.casefold())
        plain = "".join(
            _PLAIN_LETTERS.get(letter, letter) for letter in letters if not unicodedata.combining(letter)
        )
    return _DOUBLED.sub("", _LETTER_E.sub("", plain)) if pairs else plain


def has_pairs(text: str) -> bool:
    """Tell whether a name holds a letter that is also written as two, or two that are also written as one."""
    lowered = text.lower()
    return any(letter in lowered or pair in lowered for letter, pair in _PAIRS.items())


def letters_of_name(name: str) -> Iterator[str]:
    """Yield runs of letters of which every way to write a name or a part of it holds one."""
    if _UNSPACED.search(name):
        joined = "".join(_RUN.findall(name))
        yield from (joined[1:] or joined, joined[0])
    else:
        yield from (longest_run(part) for part in _PART.findall(name))


def longest_run(text: str) -> str:
    """Return the longest run of letters and digits, empty where there is none."""
    return max(_RUN.findall(text), key=len, default="")


def year_of(date: str) -> str:
    """Return the digits that every way to write a birth date holds."""
    return date[:_YEAR]


def identifiers_pattern(values: Iterable[str | None]) -> str:
    """Return a pattern for identifiers, whatever stands between their parts; empty where there is none."""
    wanted = {value.strip() for value in values if value}
    parts = (
        r"[\W_]*".join(re.escape(part) for part in _RUN.findall(value))
        for value in sorted(wanted, key=lambda value: (-len(value), value))
        if sum(letter.isalnum() for letter in value) >= _SHORTEST_IDENTIFIER
    )
    found = "|".join(parts)
    return rf"(?<![^\W_])(?:{found})(?![^\W_])" if found else ""


def birth_dates_pattern(texts: Iterable[str | None]) -> str:
    """Return a pattern for birth dates in numbers and words; empty where there is none."""
    found = "|".join(sorted({form for text in texts if text for form in _written(text)}))
    return rf"(?<!\d)(?:{found})(?!\d)" if found else ""


def _written(text: str) -> Iterator[str]:
    """Yield the ways in which a birth date known to the day or month may be written."""
    yield re.escape(text)
    bounds = PartialDate.parse(text)
    if bounds.earliest is None or bounds.latest is None or bounds.latest.year != bounds.earliest.year:
        return
    year, month, day = bounds.earliest.year, bounds.earliest.month, bounds.earliest.day
    name = rf"{_MONTHS[month - 1][:3]}(?:{_MONTHS[month - 1][3:]})?\.?"
    gap = r"[-./ ,]{0,2}"
    if bounds.earliest == bounds.latest:
        yield rf"{year}{gap}0?{month}{gap}0?{day}"
        yield rf"0?{day}{gap}0?{month}{gap}{year}"
        yield rf"0?{month}{gap}0?{day}{gap}{year}"
        yield rf"0?{day}(?:st|nd|rd|th)? (?:of )?{name}{gap}{year}"
        yield rf"{name} 0?{day}(?:st|nd|rd|th)?{gap}{year}"
        yield rf"0?{day}{gap}{name}{gap}{year}"
    elif bounds.earliest.month == bounds.latest.month and not text.endswith(("~", "?", "%")):
        yield rf"{year}[-./]0?{month}(?![-./]?\d)"
        yield rf"(?<![-./\d])0?{month}[-./]{year}"
        yield rf"{name} {year}"


def names_pattern(names: Iterable[str | None]) -> str:
    """Return a pattern for names, whole and in parts; empty where there is none."""
    wanted = sorted({" ".join(name.split()) for name in names if name and name.strip()})
    patterns = [pattern for name in wanted for pattern in _of_name(name)]
    return "|".join(sorted(dict.fromkeys(patterns), key=lambda pattern: (-len(pattern), pattern)))


def _of_name(name: str) -> Iterator[str]:
    if _UNSPACED.search(name):
        yield from _of_unspaced_name(name)
        return
    parts = [part for part in _PART.findall(name) if part.lower() not in _TITLES]
    letters = [_letters(part) for part in parts]
    orders = (letters, [letters[-1], *letters[:-1]], *permutations(letters[:_MOST_PARTS], 2)) if parts else ()
    for order in orders:
        if len(order) > 1:
            yield r"[\W_]*".join(order)
    for part, pattern in zip(parts, letters, strict=True):
        if len(part) == 1 or (part.lower() in _PARTICLES and len(parts) > 1):
            continue
        if part.lower() in _SMALL_WORDS:
            addressed = "|".join(sorted(_TITLES))
            yield rf"(?<![^\W\d_])(?:{addressed})\.? {pattern}(?![^\W\d_])(?= ?[^\w ]|$| (?:was|is|has|had|s)\b)"
        else:
            yield rf"(?<![^\W\d_]){pattern}(?![^\W\d_])"


def _of_unspaced_name(name: str) -> Iterator[str]:
    whole = _RUN.findall(name)
    yield r"[\W_]*".join(map(re.escape, whole))
    joined = "".join(whole)
    for part in (*whole, joined[1:]) if len(joined) > 1 else (joined,):
        if len(part) > 1:
            yield re.escape(part)
    yield rf"{re.escape(joined[0])}(?={'|'.join(_WORDS['titles_after'])})"


def _letters(part: str) -> str:
    """Return a pattern for a name's part in any case, with or without its accents, as one letter or two."""
    found, lowered, place = [], part.lower(), 0
    while place < len(lowered):
        pair, letter = lowered[place : place + 2], lowered[place]
        if pair in _SINGLE:
            found.append(f"(?:{_letter(pair[0])}{_letter(pair[1])}|[{_SINGLE[pair]}])")
            place += 2
            continue
        other = _PAIRS.get(letter)
        found.append(f"(?:{other}|{_letter(letter)})" if other else _letter(letter))
        place += 1
    return "".join(found)


def _letter(letter: str) -> str:
    if letter in "'’":
        return r"[\W_]*"
    forms = _ACCENTED.get(_plain_letter(letter))
    return rf"[{forms}][\u0300-\u036f]?" if forms else re.escape(letter)


def _plain_letter(letter: str) -> str:
    return _PLAIN_LETTERS.get(letter) or unicodedata.normalize("NFD", letter)[0]


def _accented() -> Mapping[str, str]:
    """Return, for each plain letter, it and its accented forms."""
    forms: dict[str, str] = {}
    for code in (*range(0x61, 0x7B), *range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        letter = chr(code).lower()
        if len(letter) == 1:
            plain = _plain_letter(letter)
            if letter not in forms.setdefault(plain, ""):
                forms[plain] += letter
    return forms


_ACCENTED: Final = _accented()
