"""Leaving the patient out: names, identifiers and birth dates in any text are replaced by what they are.

Names are looked for whole and part by part, whatever their accents, case and order; a part that is also a small
English word is taken for the name only beside another part or after a form of address, since "no" must stay "no".
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources import files
from itertools import permutations
from typing import Any, Final, Literal

from app.casefile.domain.case_file import CaseFile
from app.timeline.domain.event import SourceRef
from app.values.dates import PartialDate

Identity = Literal["full", "none"]

NAME: Final = "[name]"
IDENTIFIER: Final = "[identifier]"
BIRTH_DATE: Final = "[birth date]"

IDENTIFYING_FACTS: Final = frozenset(
    {"accession", "study_uid", "external_id", "identifiers", "reference", "birth_date", "file_name"}
)
"""Facts that are left out whole where the patient is."""

_REPEATED: Final = re.compile(r"\[name\](?:[\s,.'’-]+\[name\])+")
_SHORTEST_IDENTIFIER: Final = 3
_WORDS: Final = tomllib.loads(files(__package__).joinpath("identity.toml").read_text(encoding="utf-8"))
_SMALL_WORDS: Final = frozenset(_WORDS["small_words"].split())
_TITLES: Final = frozenset(_WORDS["titles"].split())
_PARTICLES: Final = frozenset(_WORDS["particles"].split())
_MONTHS: Final = tuple(_WORDS["months"].split())
_DIGRAPHS: Final[Mapping[str, str]] = _WORDS["digraphs"]
_PLAIN_LETTERS: Final[Mapping[str, str]] = _WORDS["plain_letters"]
_LETTER_E: Final = re.compile(r"(?<=[aou])e+")
_DOUBLED: Final = re.compile(r"(?<=a)a+|(?<=s)s+")
"""What one spelling has and another has not: `Müller` and `Mueller`, `Åse` and `Aase`, `Weiß` and `Weiss`."""
_OTHER_LETTERS: Final = re.compile(r"[^\x00-\x7f“”–—…·°×≥≤−•]")
_RUN: Final = re.compile(r"[^\W_]+")
_YEAR: Final = 4
_PART: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_MOST_PARTS: Final = 6
_UNSPACED: Final = re.compile(r"[\u0e00-\u0e7f\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


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


def _plain_letter(letter: str) -> str:
    return _PLAIN_LETTERS.get(letter) or unicodedata.normalize("NFD", letter)[0]


_ACCENTED: Final = _accented()


class Mask:
    """Takes the patient out of a text; most texts hold none of its letters and are passed over."""

    __slots__ = ("_letters", "_patterns")

    def __init__(self, patterns: Iterable[tuple[str, str]], letters: Iterable[str]) -> None:
        """Hold what to look for, each with what stands for it, and letters of which a find holds one."""
        self._patterns = tuple((re.compile(pattern, re.IGNORECASE), word) for pattern, word in patterns)
        self._letters = tuple(dict.fromkeys(letters))

    def __call__(self, text: str) -> str:
        """Return the text without the patient."""
        return self.thorough(text) if self.may_touch(text) else text

    def thorough(self, text: str) -> str:
        """Return the text without the patient, looked through in every case."""
        for pattern, word in self._patterns:
            text = pattern.sub(word, text)
        return _REPEATED.sub(NAME, text)

    def may_touch(self, text: str) -> bool:
        """Tell whether a text may hold anything of the patient; seldom true where it does not."""
        plain = folded(text)
        return any(letters in plain for letters in self._letters)


def mask_of(case_file: CaseFile) -> Mask:
    """Return what takes the patient out of a text of this case."""
    body = case_file.case.body
    names = [body.patient.name, *(document.body.facts.printed_name for document in case_file.documents)]
    dates = [
        body.patient.birth_date,
        *(document.body.facts.printed_birth_date for document in case_file.documents),
    ]
    identifiers = [*(identifier.value for identifier in body.patient.identifiers), body.reference]
    patterns = (
        (_identifiers(identifiers), IDENTIFIER),
        (_birth_dates(dates), BIRTH_DATE),
        (_names(names), NAME),
    )
    letters = (
        *(found for name in names if name for found in _letters_of_name(name)),
        *(_longest_run(value) for value in identifiers if value),
        *(date[:_YEAR] for date in dates if date),
    )
    return Mask(((pattern, word) for pattern, word in patterns if pattern), letters)


def _letters_of_name(name: str) -> Iterator[str]:
    """Yield letters, folded, of which every way to write a name or a part of it holds some."""
    if _UNSPACED.search(name):
        joined = "".join(_RUN.findall(name))
        yield from (folded(joined[1:] or joined), folded(joined[0]))
    else:
        yield from (_longest_run(part) for part in _PART.findall(name))


def _longest_run(text: str) -> str:
    return max((folded(run) for run in _RUN.findall(text)), key=len, default="")


def folded(text: str) -> str:
    """Fold case, accents and letters that are written as two, so that two spellings of a name are alike."""
    if text.isascii() or not _OTHER_LETTERS.search(text):
        plain = text.lower()
    else:
        letters = unicodedata.normalize("NFD", text.casefold())
        plain = "".join(
            _PLAIN_LETTERS.get(letter, letter) for letter in letters if not unicodedata.combining(letter)
        )
    return _DOUBLED.sub("", _LETTER_E.sub("", plain))


def masked(value: Any, mask: Mask) -> Any:  # noqa: ANN401 (any plain JSON value)
    """Return a JSON-plain value with every text in it masked."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return {mask(key): masked(item, mask) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return tuple(masked(item, mask) for item in value)
    return value


def without_identifying(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return facts without those that name a patient or one of the patient's papers."""
    if IDENTIFYING_FACTS.isdisjoint(facts):
        return facts
    return {name: value for name, value in facts.items() if name not in IDENTIFYING_FACTS}


def masked_sources(sources: tuple[SourceRef, ...], mask: Mask) -> tuple[SourceRef, ...]:
    """Return the sources with their quotes and titles masked; ids and pages stay."""
    return tuple(
        source
        if source.quote is None and source.title is None
        else SourceRef(
            record_id=source.record_id,
            document_id=source.document_id,
            page=source.page,
            quote=source.quote and mask(source.quote),
            title=source.title and mask(source.title),
        )
        for source in sources
    )


def _identifiers(values: Iterable[str | None]) -> str:
    wanted = {value.strip() for value in values if value}
    parts = (
        r"[\W_]*".join(re.escape(part) for part in re.findall(r"[^\W_]+", value))
        for value in sorted(wanted, key=lambda value: (-len(value), value))
        if sum(letter.isalnum() for letter in value) >= _SHORTEST_IDENTIFIER
    )
    found = "|".join(parts)
    return rf"(?<![^\W_])(?:{found})(?![^\W_])" if found else ""


def _birth_dates(texts: Iterable[str | None]) -> str:
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


def _names(names: Iterable[str | None]) -> str:
    wanted = sorted({" ".join(name.split()) for name in names if name and name.strip()})
    patterns = [pattern for name in wanted for pattern in _of_name(name)]
    return "|".join(sorted(dict.fromkeys(patterns), key=lambda pattern: (-len(pattern), pattern)))


def _of_name(name: str) -> Iterator[str]:
    if _UNSPACED.search(name):
        yield from _of_unspaced_name(name)
        return
    parts = [part for part in _PART.findall(name) if part.lower() not in _TITLES]
    letters = [_letters(part) for part in parts]
    for order in (
        (letters, [letters[-1], *letters[:-1]], *permutations(letters[:_MOST_PARTS], 2)) if parts else ()
    ):
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
    whole = re.findall(r"[^\W_]+", name)
    yield r"[\W_]*".join(map(re.escape, whole))
    joined = "".join(whole)
    for part in (*whole, joined[1:]) if len(joined) > 1 else (joined,):
        if len(part) > 1:
            yield re.escape(part)
    yield rf"{re.escape(joined[0])}(?=先生|女士|小姐|太太|氏|さん|様|씨)"


def _letters(part: str) -> str:
    """Return a pattern for a name's part in any case and with or without its accents."""
    found = []
    for letter in part.lower():
        plain = _plain_letter(letter)
        forms = _ACCENTED.get(plain)
        if letter in "'’":
            found.append(r"[\W_]*")
            continue
        if forms is None:
            found.append(re.escape(letter))
            continue
        either = rf"[{forms}][\u0300-\u036f]?"
        digraph = _DIGRAPHS.get(letter)
        found.append(rf"(?:{digraph}|{either})" if digraph else either)
    return "".join(found)
