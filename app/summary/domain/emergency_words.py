"""The words that may mean an emergency, read once from their data files and compiled: English, then the others."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from typing import Final

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
    languages: Mapping[str, Language]
    known: Mapping[str, frozenset[str]]
    """Small words of languages that are not read, by language."""


def _is_of_languages(rows: object) -> bool:
    return isinstance(rows, Mapping) and "en" in rows


def _read() -> EmergencyWords:
    data = tomllib.loads(files(__package__).joinpath("emergency.toml").read_text(encoding="utf-8"))
    temperature = data["temperature"]
    signs = {key: Sign(key=key, **fields) for key, fields in data["signs"].items()}
    languages = {"en": {table: rows["en"] for table, rows in data.items() if _is_of_languages(rows)}}
    languages |= {
        file.name.removesuffix(".toml"): tomllib.loads(file.read_text(encoding="utf-8"))
        for file in sorted(files(__package__).joinpath("emergency_in").iterdir(), key=lambda file: file.name)
        if file.name.endswith(".toml")
    }
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
        languages={key: language_of(key, one, signs) for key, one in languages.items()},
    )


EMERGENCY_WORDS: Final = _read()
