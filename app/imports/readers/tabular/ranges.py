"""Reference ranges: two columns, or one text such as `0-35`, `3,5 - 5,1 mmol/l`, `< 35`."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypeAlias

from app.imports.readers.tabular.numbers import Decimals, Sign, plain_signs
from app.imports.readers.tabular.words import absence_of
from app.values.ranges import range_of
from app.values.units import read_unit

Ends: TypeAlias = tuple[Decimal | None, Decimal | None]

_RANGE_NUMBER: Final = re.compile(r"[0-9](?:[0-9.,']|[ ](?=[0-9]{3}(?![0-9])))*")
_WITH_UNIT: Final = re.compile(r"(?P<range>.*[0-9])\s*(?P<unit>[^0-9\s.,-].*)")
_UP_TO: Final = re.compile(r"(?i)^(?:up to|bis|bis zu|hasta|até|jusqu'à|jusqu’à|fino a|до)\s+(?=[0-9])")
_BETWEEN_ENDS: Final = re.compile(r"\s*(?:-|–|—|\bto\b|\bbis\b|\ba\b|\bà\b|до|إلى|से|~|\uff5e|至)\s*")


def reference_of(
    decimals: Decimals, lowest: str | None, highest: str | None, words: str | None
) -> tuple[Decimal | None, Decimal | None, str | None]:
    """Return both ends of a reference range and its words; ends that could be two numbers stay words."""
    if lowest or highest:
        low = decimals.number(lowest) if lowest else None
        high = decimals.number(highest) if highest else None
        said = words or f"{lowest or ''} - {highest or ''}".strip()
        return (low, high, said) if _is_range(low, high) else (None, None, said)
    if not words or absence_of(words) is not None:
        return None, None, None
    ends = _ends(str(words), decimals.sign)
    return (*ends, words) if ends else (None, None, words)


def _is_range(low: Decimal | None, high: Decimal | None) -> bool:
    return low is None or high is None or low <= high


@lru_cache(maxsize=4_096)
def _ends(reference: str, sign: Sign | None) -> Ends | None:
    decimals = Decimals(sign)
    plain = _UP_TO.sub("<=", plain_signs(reference).strip("()[] "))
    with_unit = _WITH_UNIT.fullmatch(plain)
    if with_unit and read_unit(with_unit["unit"]):
        plain = with_unit["range"]
    numbers = [decimals.read(number.strip()).number for number in _RANGE_NUMBER.findall(plain)]
    if not numbers or None in numbers:
        return None
    told = iter(map(str, numbers))
    return range_of(_BETWEEN_ENDS.sub("-", _RANGE_NUMBER.sub(lambda _: next(told), plain)))
