"""The words of one language as they are looked for: its signs, and the cues around them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Needs = Literal["mention", "not_mild", "severe"]


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
    """The words of one language, compiled; all are matched against small letters, folded by `plain`.

    The patterns are named as in the data file.
    """

    key: str
    name: str
    reviewed: bool
    """Whether a speaker of the language has read its words."""
    common: frozenset[str]
    """Small words that tell a text of this language from others."""
    script: re.Pattern[str] | None
    """Letters that a text of this language holds; None where those of English do."""
    gate: tuple[str, ...]
    """Beginnings of words without one of which a text holds no sign; empty where every text is read."""
    folding: Mapping[int, str | None]
    """Letters that are read as others, because many write them so."""
    denies_lists_after: bool
    """Whether a denial stands after the list that it denies."""
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
    leads: re.Pattern[str]
    happens: re.Pattern[str]
    over: re.Pattern[str]
    goes_on: re.Pattern[str]
    no_longer: re.Pattern[str]
    past_before: re.Pattern[str]
    past_after: re.Pattern[str]
    others: re.Pattern[str]
    perhaps_others: re.Pattern[str]
    back_to_patient: re.Pattern[str]
    answers_no: re.Pattern[str]

    def plain(self, lowered: str) -> str:
        """Return a text in small letters as the patterns want it."""
        return lowered.translate(self.folding) if self.folding else lowered
