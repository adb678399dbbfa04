"""The table that reads a disease group from codes and words: diseases.toml, read once and checked."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, get_args

from app.cases.domain import DiseaseGroup

GROUPS: Final[frozenset[str]] = frozenset(get_args(DiseaseGroup))
_MORPHOLOGY: Final = re.compile(r"([0-9]{4})(?:/[0-9]{1,2})?")
_WITH_METASTASES: Final = re.compile(
    r"\bwith\b.*?\b(?:metasta|mets\b|spread\b|secondar).*$|\b(?:metasta\w*|spread|spreading)\s+(?:to|in)\b.*$"
    r"|\b\w+\s+(?:metastas[ei]s|mets)\b"
)


class DiseaseTableError(RuntimeError):
    """diseases.toml is wrong; the message names the row."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one site or type leaves possible."""

    groups: frozenset[str]
    also: frozenset[str]
    anywhere: bool


@dataclass(frozen=True, slots=True)
class Words:
    """Rows found by words, the longest first."""

    pattern: re.Pattern[str]
    rows: Mapping[str, Row]

    def find(self, folded: str) -> list[Row]:
        """Return the rows whose words stand in a folded text."""
        if (whole := self.rows.get(f"={folded}")) is not None:
            return [whole]
        return [self.rows[match[0]] for match in self.pattern.finditer(folded)]


@dataclass(frozen=True, slots=True)
class DiseaseTable:
    """Sites, types and families."""

    families: Mapping[str, frozenset[str]]
    unspecified: Mapping[frozenset[str], str]
    site_words: Words
    type_words: Words
    site_codes: Mapping[str, Row]
    type_codes: Mapping[str, Row]
    morphology: tuple[tuple[int, int, Row], ...]


def fold(text: str) -> str:
    """Fold a text to lower-case words of letters and digits, one blank between them."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(
        letter if letter.isalnum() else " " for letter in letters if not unicodedata.combining(letter)
    )
    return " ".join(kept.split())


def primary_words(text: str) -> str:
    """Fold a text that names a cancer, leaving out where it is said to have spread to."""
    return _WITH_METASTASES.sub(" ", fold(text))


@lru_cache(maxsize=1)
def disease_table() -> DiseaseTable:
    """Return the product's own table, read once."""
    return read_disease_table((files(__package__) / "diseases.toml").read_text(encoding="utf-8"))


def read_disease_table(text: str) -> DiseaseTable:
    """Read a table.

    Raises:
        DiseaseTableError: a row is wrong.
    """
    raw = tomllib.loads(text)
    sites = [_row(row, f"site {place}") for place, row in enumerate(raw["site"], 1)]
    types = [_row(row, f"type {place}") for place, row in enumerate(raw["type"], 1)]
    families = {name: frozenset(family["groups"]) for name, family in raw["family"].items()}
    _check_groups(families.values(), "a family")
    return DiseaseTable(
        families=families | {"solid": GROUPS.difference(*families.values())},
        unspecified={
            families[name]: family["unspecified"]
            for name, family in raw["family"].items()
            if "unspecified" in family
        },
        site_words=_words(zip(raw["site"], sites, strict=True)),
        type_words=_words(zip(raw["type"], types, strict=True)),
        site_codes=_codes(zip(raw["site"], sites, strict=True)),
        type_codes=_codes(zip(raw["type"], types, strict=True)),
        morphology=_morphology(zip(raw["type"], types, strict=True)),
    )


def morphology_number(code: str) -> int | None:
    """Return the four digits of an ICD-O-3 morphology as a number, None for any other code."""
    found = _MORPHOLOGY.fullmatch(code)
    return int(found[1]) if found else None


def longest_prefix(codes: Mapping[str, Row], code: str) -> Row | None:
    """Return the row of the longest prefix that a code begins with."""
    plain = code.strip().upper()
    return next((codes[plain[:end]] for end in range(len(plain), 2, -1) if plain[:end] in codes), None)


def _row(raw: Mapping[str, Any], where: str) -> Row:
    row = Row(frozenset(raw["groups"]), frozenset(raw.get("also", ())), bool(raw.get("anywhere", False)))
    _check_groups((row.groups, row.also), where)
    return row


def _check_groups(sets: Iterable[frozenset[str]], where: str) -> None:
    if any(not names <= GROUPS for names in sets):
        raise DiseaseTableError(f"diseases.toml, {where}: a group is none of the product's disease groups")


def _words(rows: Iterable[tuple[Mapping[str, Any], Row]]) -> Words:
    by_word: dict[str, Row] = {}
    patterns: list[str] = []
    for raw, row in rows:
        for word in raw["words"]:
            folded = fold(word)
            key = f"={folded}" if word.startswith("=") else folded
            if by_word.setdefault(key, row) is not row:
                raise DiseaseTableError(f"diseases.toml: `{word}` stands in two rows")
            if not word.startswith("="):
                patterns.append(re.escape(folded) + (r"\b" if word.endswith("!") else ""))
    longest_first = "|".join(sorted(patterns, key=lambda pattern: (-len(pattern), pattern)))
    return Words(re.compile(rf"\b(?:{longest_first})"), by_word)


def _codes(rows: Iterable[tuple[Mapping[str, Any], Row]]) -> Mapping[str, Row]:
    by_code: dict[str, Row] = {}
    for raw, row in rows:
        for code in raw.get("icd10", ()):
            for spelling in {code, code.replace(".", "")}:
                if by_code.setdefault(spelling, row) is not row:
                    raise DiseaseTableError(f"diseases.toml: {code} stands in two rows")
    return by_code


def _morphology(rows: Iterable[tuple[Mapping[str, Any], Row]]) -> tuple[tuple[int, int, Row], ...]:
    spans = []
    for raw, row in rows:
        for span in raw.get("morphology", ()):
            first, _, last = span.partition("-")
            spans.append((int(first), int(last or first), row))
    # The narrowest span first, so that one code inside a range can be told apart.
    return tuple(sorted(spans, key=lambda span: (span[1] - span[0], span[0])))
