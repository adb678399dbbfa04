"""The words that may mean an emergency, from their data files: English, then the others.

The signs are read with the module; the words of the languages are read and compiled when a text is first looked at,
since that takes a tenth of a second that a start need not wait for.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Final

from app.summary.domain.emergency_language import Language, Sign, Temperature
from app.summary.domain.emergency_patterns import language_of


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyWords:
    """The whole list: the signs, the words of each language, the banner."""

    version: str
    source: str
    banner: str
    temperature: Temperature
    signs: Mapping[str, Sign]
    worsening_counts_for: frozenset[str]
    """Signs that count as severe where they are said to be worsening."""
    known: Mapping[str, frozenset[str]]
    """Small words of languages that are not read, by language."""
    english: Mapping[str, Any]
    """The tables of English words as they stand in the file."""

    @property
    def languages(self) -> Mapping[str, Language]:
        """The words of each language, compiled at the first use."""
        return _languages()


@cache
def _languages() -> Mapping[str, Language]:
    folder = files(__package__).joinpath("emergency_in")
    others = {
        file.name.removesuffix(".toml"): tomllib.loads(file.read_text(encoding="utf-8"))
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".toml")
    }
    words = EMERGENCY_WORDS
    return {
        key: language_of(key, tables, words.signs) for key, tables in ({"en": words.english} | others).items()
    }


def _is_of_languages(rows: object) -> bool:
    return isinstance(rows, Mapping) and "en" in rows


def _read() -> EmergencyWords:
    data = tomllib.loads(files(__package__).joinpath("emergency.toml").read_text(encoding="utf-8"))
    temperature = data["temperature"]
    signs = {key: Sign(key=key, **fields) for key, fields in data["signs"].items()}
    return EmergencyWords(
        version=data["version"],
        source=data["source"],
        banner=data["banner"],
        temperature=Temperature(
            celsius=Decimal(str(temperature["celsius"])),
            fahrenheit=Decimal(str(temperature["fahrenheit"])),
            tests=frozenset(temperature["tests"]),
            codes=frozenset(temperature["codes"]),
        ),
        signs=signs,
        known={key: frozenset(words.split()) for key, words in data["known"].items()},
        worsening_counts_for=frozenset(data["worsening"]["counts_for"]),
        english={table: rows["en"] for table, rows in data.items() if _is_of_languages(rows)},
    )


EMERGENCY_WORDS: Final = _read()
