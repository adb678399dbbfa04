"""iRECIST bookkeeping: a first progression is unconfirmed, and a further scan confirms it, leaves it or resets it.

Source: iRECIST as in clinical.md section 3 (EORTC questions and answers; PMC5648544, table 2).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from app.timeline.domain.thresholds import RULE_BOOKS

BOOK: Final = RULE_BOOKS["irecist"]

Word = Literal["iCR", "iPR", "iSD", "iUPD", "iCPD", "NE"]
Category = Literal["target", "non_target", "new_lesion"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One study as RECIST 1.1 reads it.

    `progressions` are the categories in which it is progression by RECIST 1.1 at this study; `otherwise` the word
    of a study without any. Sizes in mm, by folded label: `sum_mm` of the targets, those of measured non-targets, and
    of the lesions that are new since the baseline, None where not measured.
    """

    text: str
    day: int
    otherwise: str | None
    progressions: frozenset[Category]
    sum_mm: Decimal | None
    non_targets: Mapping[str, Decimal]
    new: Mapping[str, Decimal | None]
    non_target_progresses: bool
    new_symptom: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What one study comes to: its word or the code of why there is none, and by what a progression is confirmed."""

    text: str
    word: Word | None
    reason: str | None
    by: tuple[str, ...]
    first_progression: str | None
    """The study of the unconfirmed progression that this one is held against, its date as written."""


def follow(looks: Sequence[Look]) -> tuple[Entry, ...]:
    """Return what each study comes to, in order."""
    entries: list[Entry] = []
    pending: Look | None = None
    is_over = False
    for look in looks:
        if is_over:
            entries.append(_entry(look, "iCPD", None, (), pending))
        elif pending is None:
            if look.progressions:
                pending = look
                entries.append(_entry(look, "iUPD", None, tuple(sorted(look.progressions)), None))
            else:
                entries.append(_not_progressing(look))
        else:
            entry = _against(pending, look)
            entries.append(entry)
            is_over = entry.word == "iCPD"
            if entry.word in ("iCR", "iPR", "iSD"):
                pending = None
    return tuple(entries)


def _against(first: Look, look: Look) -> Entry:
    """Hold a study against the unconfirmed progression before it."""
    days = look.day - first.day
    further = further_progression(first, look)
    if days < BOOK.days("earliest_days") and not (look.new_symptom and "another_new_lesion" in further):
        return _entry(look, "iUPD", "scan_earlier_than_4_weeks", (), first)
    if further:
        if days > BOOK.days("latest_days"):
            return _entry(look, "iUPD", "scan_later_than_8_weeks", further, first)
        return _entry(look, "iCPD", None, further, first)
    if not look.progressions:
        return _not_progressing(look)
    return _entry(look, "iUPD", _why_not(first, look), (), first)


def _why_not(first: Look, look: Look) -> str:
    """Say that nothing grew on, or that what progressed is not measured in both studies."""
    if "non_target" in first.progressions and not set(first.non_targets) & set(look.non_targets):
        return "increase_of_non_targets_not_recorded"
    if "target" in first.progressions and (first.sum_mm is None or look.sum_mm is None):
        return "sum_of_targets_not_recorded"
    return "no_further_increase"


def further_progression(first: Look, look: Look) -> tuple[str, ...]:
    """Return by what a study confirms an earlier progression, empty where by nothing."""
    found = []
    growth = BOOK["growth_mm"]
    if "target" in first.progressions:
        if first.sum_mm is not None and look.sum_mm is not None and look.sum_mm - first.sum_mm >= growth:
            found.append("targets_5_mm_larger")
    elif "target" in look.progressions:
        found.append("targets_now_progress")
    if "non_target" in first.progressions:
        if _any_larger(first.non_targets, look.non_targets):
            found.append("non_target_larger")
    elif look.non_target_progresses:
        found.append("non_targets_now_progress")
    if set(look.new) - set(first.new):
        found.append("another_new_lesion" if first.new else "new_lesion")
    shared = [
        label for label, before in first.new.items() if before is not None and look.new.get(label) is not None
    ]
    before, now = (
        sum((one.new[label] or Decimal(0) for label in shared), Decimal(0)) for one in (first, look)
    )
    if shared and now - before >= growth:
        found.append("new_lesions_5_mm_larger")
    return tuple(found)


def _any_larger(before: Mapping[str, Decimal], now: Mapping[str, Decimal]) -> bool:
    return any(label in now and now[label] > size for label, size in before.items())


_I_WORDS: Final[Mapping[str, Word]] = {
    "CR": "iCR",
    "PR": "iPR",
    "SD": "iSD",
    "non-CR/non-PD": "iSD",
    "NE": "NE",
}


def _not_progressing(look: Look) -> Entry:
    word = _I_WORDS.get(look.otherwise or "")
    return _entry(look, word, None if word else "word_not_computed", (), None)


def _entry(
    look: Look, word: Word | None, reason: str | None, by: tuple[str, ...], first: Look | None
) -> Entry:
    return Entry(
        text=look.text, word=word, reason=reason, by=by, first_progression=first.text if first else None
    )
