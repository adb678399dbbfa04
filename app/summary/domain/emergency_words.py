"""The words that may mean an emergency, read once from their data file and compiled."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from typing import Any, Final, Literal

Needs = Literal["mention", "not_mild", "severe"]

_NEVER: Final = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One sign of the list: its name, and how strongly it must be put to count."""

    key: str
    label: str
    needs: Needs
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Temperature:
    """What counts as fever, and what a laboratory row with a body temperature is called."""

    celsius: Decimal
    fahrenheit: Decimal
    tests: frozenset[str]
    codes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The words of one sign: the letters that any of them holds, the terms, and those that count by themselves."""

    sign: str
    stems: tuple[str, ...]
    terms: re.Pattern[str]
    urgent: re.Pattern[str]
    needs_severe: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """The words of one language, compiled; all are matched against small letters.

    The patterns are named as in the data file.
    """

    signs: tuple[Terms, ...]
    stems: tuple[tuple[str, Terms], ...]
    """The stems of all signs, each with its sign's terms."""
    temperatures: tuple[re.Pattern[str], ...]
    below: re.Pattern[str]
    functions: tuple[tuple[str, re.Pattern[str]], ...]
    not_signs: re.Pattern[str]
    severe: re.Pattern[str]
    severe_later: re.Pattern[str]
    only_severe: re.Pattern[str]
    not_severe: re.Pattern[str]
    worsening: re.Pattern[str]
    mild: re.Pattern[str]
    mild_later: re.Pattern[str]
    breaks: re.Pattern[str]
    separators: re.Pattern[str]
    closing: re.Pattern[str]
    ends: re.Pattern[str]
    ends_in_lists: re.Pattern[str]
    denials: re.Pattern[str]
    """Group `list` where the whole list that follows is denied."""
    adjacent: re.Pattern[str]
    after_alone: re.Pattern[str]
    after: re.Pattern[str]
    leaves_some: re.Pattern[str]
    not_denials: re.Pattern[str]
    restores: re.Pattern[str]
    unsure_denials: re.Pattern[str]
    unsure: re.Pattern[str]
    worries: re.Pattern[str]
    might: re.Pattern[str]
    conditions: re.Pattern[str]
    might_ends: re.Pattern[str]
    goes_on: re.Pattern[str]
    no_longer: re.Pattern[str]
    past_before: re.Pattern[str]
    past_after: re.Pattern[str]
    others: re.Pattern[str]
    perhaps_others: re.Pattern[str]
    back_to_patient: re.Pattern[str]
    answers_no: re.Pattern[str]


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


def _any(parts: Sequence[str]) -> str:
    return "|".join(f"(?:{part})" for part in parts)


def _pattern(parts: Sequence[str], *, before: str = r"(?<!\w)", after: str = r"(?!\w)") -> re.Pattern[str]:
    return re.compile(f"{before}(?:{_any(parts)}){after}") if parts else _NEVER


def _language(name: str, data: Mapping[str, Any]) -> Language:
    terms, urgent, severe, cues = (data[table][name] for table in ("terms", "urgent", "severe", "cues"))
    auxiliary = rf"^\W{{0,3}}(?:(?:{_any(cues['auxiliaries'])})\W+){{0,3}}"
    signs = tuple(
        Terms(
            sign=sign,
            stems=tuple(data["stems"][name][sign]),
            terms=_pattern(parts),
            urgent=_pattern(urgent.get(sign, ())),
            needs_severe=data["signs"][sign]["needs"] == "severe",
        )
        for sign, parts in terms.items()
    )
    return Language(
        signs=signs,
        stems=tuple((stem, one) for one in signs for stem in one.stems),
        temperatures=tuple(_pattern([part]) for part in data["readings"][name]["temperature"]),
        below=re.compile(rf"(?:{_any(data['readings'][name]['below'])})\W{{0,2}}$"),
        functions=tuple((sign, _pattern(parts)) for sign, parts in data["functions"][name].items()),
        not_signs=_pattern(data["not_signs"][name]["phrases"]),
        severe=_pattern(severe["words"]),
        severe_later=re.compile(rf"^\W*(?:{_any(severe['later'])})(?!\w)"),
        only_severe=re.compile(rf"^\W*(?:(?:now|very)\W+)?(?:{_any(severe['words'])})\W*$"),
        not_severe=_pattern(severe["not_severe"]),
        worsening=_pattern(severe["worsening"]),
        mild=_pattern(severe["mild"]),
        mild_later=re.compile(rf"^\W*(?:{_any(severe['mild_later'])})(?!\w)"),
        breaks=_pattern(cues["breaks"]),
        separators=re.compile(
            rf"[,&+]|(?<=[^\W\d])\s?/\s?(?=[^\W\d])|(?<!\w)(?:{_any([*cues['closing'], *cues['separators']])})(?!\w)"
        ),
        closing=re.compile(rf"\s?/\s?|{_any(cues['closing'])}"),
        ends=_pattern(cues["ends"]),
        ends_in_lists=_pattern(cues["ends_in_lists"]),
        denials=re.compile(rf"(?<!\w)(?:(?P<list>{_any(cues['denies'])})|{_any(cues['no'])})(?!\w)"),
        adjacent=re.compile(rf"(?:^|[,:])\s*(?:{_any(cues['adjacent'])}) $"),
        after_alone=re.compile(rf"^\s*[-:=(–—]*\s*(?:{_any(cues['after_alone'])})\s*(?=[,;.)\]/]|$)"),
        after=re.compile(rf"{auxiliary}(?:{_any(cues['after'])})(?!\w)"),
        leaves_some=re.compile(rf"(?<!\w)(?:{_any(cues['leaves_some'])})\s+$"),
        restores=re.compile(rf"{auxiliary}(?:{_any(cues['restores'])})(?!\w)"),
        **{
            key: _pattern(cues[key])
            for key in (
                "not_denials",
                "unsure_denials",
                "unsure",
                "worries",
                "might",
                "conditions",
                "might_ends",
                "goes_on",
                "no_longer",
                "past_before",
                "past_after",
                "others",
                "perhaps_others",
                "back_to_patient",
            )
        },
        answers_no=re.compile(rf"^\W*(?:{_any(cues['answers_no'])})(?!\w)"),
    )


def _read() -> EmergencyWords:
    data = tomllib.loads(files(__package__).joinpath("emergency.toml").read_text(encoding="utf-8"))
    temperature = data["temperature"]
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
        signs={key: Sign(key=key, **fields) for key, fields in data["signs"].items()},
        worsening_counts_for=frozenset(data["worsening"]["counts_for"]),
        languages={name: _language(name, data) for name in data["terms"]},
    )


EMERGENCY_WORDS: Final = _read()
