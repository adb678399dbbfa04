"""Lists under an instruction: "Call your doctor if you notice: bleeding; fever" names what may come, not what is.

Read conservatively: only what stands right under such words, in short items that say nothing of a time, of a person or
of a measured value, is taken for a part of the list. Whatever is in doubt is read by itself, as a symptom.
"""

import re
from collections.abc import Sequence
from typing import Final

from app.summary.domain.emergency_language import Language

BLANK: Final = "\f"
"""What a sentence begins with that stands after an empty line."""
_MOST_WORDS: Final = 12
_MOST_LETTERS: Final = 90
_WORD: Final = re.compile(r"\w+")
_DIGITS: Final = re.compile(r"\d{2}")
_OVER: Final = re.compile(r"[>≥]")
_FULL_STOPS: Final = (".", "!", "?", "。", "！", "？", "؟", "।")


def listed_under_an_instruction(parts: Sequence[str], words: Language) -> tuple[bool, ...]:
    """Say of each sentence of a text, in order, whether it is an item of a list that an instruction opens."""
    if not any(":" in part or "：" in part for part in parts):
        return (False,) * len(parts)
    found: list[bool] = []
    is_open = has_items = False
    for part in parts:
        lowered = words.plain(part.lower())
        if _opens(lowered, words):
            is_open, has_items = True, False
            found.append(False)
            continue
        is_blank = part.startswith(BLANK)
        is_open = is_open and not (is_blank and has_items) and _is_item(part, lowered, words)
        has_items = is_open
        found.append(is_open)
    return tuple(found)


def _opens(lowered: str, words: Language) -> bool:
    """Tell whether a sentence ends with an instruction and a colon, or with the first item after them."""
    head, colon, rest = lowered.replace("：", ":").rpartition(":")
    if not colon or not words.leads.search(head) or words.unsure_denials.search(head):
        return False
    return not rest.strip() or not rest.rstrip().endswith(_FULL_STOPS)


def _is_item(part: str, lowered: str, words: Language) -> bool:
    """Tell whether a sentence is a short item that says nothing of how the patient is."""
    if len(lowered) > _MOST_LETTERS or len(_WORD.findall(lowered)) > _MOST_WORDS or ":" in lowered:
        return False
    if part.isupper():  # a heading
        return False
    if _DIGITS.search(lowered) and not (_OVER.search(lowered) or words.over.search(lowered)):
        return False
    return not any(
        cue.search(lowered)
        for cue in (words.happens, words.might_ends, words.back_to_patient, words.goes_on, words.past_after)
    )
