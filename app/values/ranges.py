"""Reference ranges that are written as one text."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypeAlias

Ends: TypeAlias = tuple[Decimal | None, Decimal | None]

_RANGE: Final = re.compile(
    r"\s*(?P<low>[+-]?\d+(?:\.\d+)?)?\s*(?P<sign>-|–|to|<=|>=|<|>|≤|≥)\s*(?P<high>[+-]?\d+(?:\.\d+)?)?\s*"
)


def range_of(text: str) -> Ends | None:
    """Read a reference range `0-35`, `<35`, `> 4`; None where it is written otherwise."""
    match = _RANGE.fullmatch(text)
    if match is None:
        return None
    low = Decimal(match["low"]) if match["low"] else None
    high = Decimal(match["high"]) if match["high"] else None
    sign = match["sign"]
    if sign in {"-", "–", "to"}:
        return (low, high) if low is not None and high is not None and low <= high else None
    if low is not None or high is None:
        return None
    return (None, high) if sign in {"<", "<=", "≤"} else (high, None)


@lru_cache(maxsize=4_096)
def range_in_unit(text: str, unit: str | None) -> Ends:
    """Read a range that may end on its value's unit, such as `< 35 U/mL`; no ends where it is written otherwise."""
    plain = text.strip()
    if unit and plain.casefold().endswith(unit.casefold()):
        plain = plain[: -len(unit)]
    return range_of(plain) or (None, None)
