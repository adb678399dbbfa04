"""Numbers in cells: which sign is the decimal one is told from all values of a table, or not at all.

`1,234` can be two numbers. Other values settle it (`0,5`, `1.234,5`, `12.75`), or the caller does;
else the cell is refused.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from app.imports.domain.measured import Comparator, Flag
from app.imports.readers.tabular.cells import NumberCell
from app.imports.readers.tabular.words import flag_of
from app.values.units import read_unit

Sign: TypeAlias = Literal[",", "."]

_WIDE: Final = {0xFF01 + at: 0x21 + at for at in range(94)}  # full-width signs of East Asian typing
_SIGNS: Final = str.maketrans(
    {"−": "-", "\u2010": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u3000": " ", "’": "'", "≈": "~"}
)
_OTHER_DIGITS: Final = re.compile(r"(?![0-9])\d")
_GROUPED: Final = re.compile(r"([0-9]{1,3}(?:[ '][0-9]{3})+)(?:[.,]([0-9]+))?")
_THREES: Final = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+")
_INDIAN: Final = re.compile(r"[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}")
_VALUE: Final = re.compile(
    r"(?P<before>[HL*↑↓!]{1,2}[ ]+)?(?P<sign><=|>=|=<|=>|<|>|≤|≥|~)?\s*"
    r"(?P<number>[+-]?(?:[0-9]|[.,][0-9])(?:[0-9.,']|[ ](?=[0-9]{3}(?![0-9])))*)\s*(?P<rest>.*)"
)
_POWER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]{1,3}")
_COMPARATORS: Final = {"≤": "<=", "≥": ">=", "=<": "<=", "=>": ">="}
_FLAG_AT_END: Final = re.compile(
    r"(?P<unit>.*?)\s*(?P<flag>\(?(?:[HLN]{1,2}|\*{1,2}|[↑↓]{1,2}|!|[A-Za-z]{4,})\)?)"
)
_LONGEST: Final = 200
_ARABIC_POINT: Final = "\u066b"


@dataclass(frozen=True, slots=True)
class Written:
    """A number as written: its reading with each decimal sign; one of them alone, or both the same, is certain."""

    with_point: Decimal | None
    with_comma: Decimal | None

    @property
    def proves(self) -> Sign | None:
        """The decimal sign that this number cannot be without."""
        if self.with_point == self.with_comma:
            return None
        if self.with_comma is None:
            return "."
        return "," if self.with_point is None else None


def plain_signs(text: str) -> str:
    """Write the digits and signs of other scripts in ASCII."""
    if text.isascii():
        return text
    text = text.translate(_WIDE).translate(_SIGNS)
    text = _OTHER_DIGITS.sub(lambda digit: str(int(digit[0])), text)
    if _ARABIC_POINT in text:
        return text.replace("٬", "").replace(_ARABIC_POINT, ".")
    return text.replace("٬", "'")


@lru_cache(maxsize=65_536)
def written(text: str) -> Written | None:
    """Read a number without its comparator; None where it is none."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text.removeprefix("+"))
    grouped = _GROUPED.fullmatch(digits)
    if grouped:
        whole = re.sub("[ ']", "", grouped[1])
        return _certain(sign + whole + (f".{grouped[2]}" if grouped[2] else ""))
    if not re.fullmatch(r"[0-9.,]+", digits) or not digits[-1].isdigit():
        return None
    points, commas = digits.count("."), digits.count(",")
    if not points and not commas:
        return _certain(sign + digits)
    if points and commas:
        decimal, group = (".", ",") if digits.rindex(".") > digits.rindex(",") else (",", ".")
        return _with_both(sign, digits, decimal, group)
    mark = "." if points else ","
    number = _number(sign + digits.replace(mark, ".")) if points + commas == 1 else None
    thousands = _number(sign + digits.replace(mark, "")) if _is_grouped(digits) else None
    if number is None and thousands is None:
        return None
    return Written(number, thousands) if mark == "." else Written(thousands, number)


def _is_grouped(digits: str) -> bool:
    return not digits.startswith("0") and bool(_THREES.fullmatch(digits) or _INDIAN.fullmatch(digits))


def _with_both(sign: str, digits: str, decimal: str, group: str) -> Written | None:
    whole, _, part = digits.partition(decimal)
    if decimal in part or group in part or not _is_grouped(whole):
        return None
    number = _number(f"{sign}{whole.replace(group, '')}.{part}")
    return Written(number, None) if decimal == "." else Written(None, number)


def _certain(text: str) -> Written | None:
    number = _number(text)
    return None if number is None else Written(number, number)


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What a cell of results holds."""

    number: Decimal | None = None
    comparator: Comparator | None = None
    unit: str | None = None
    flag: Flag | None = None
    text: str | None = None
    """A result that is no number."""
    is_ambiguous: bool = False
    """Whether it could be two numbers."""


class Decimals:
    """How the numbers of one table are written."""

    def __init__(self, stated: Sign | None, cells: Iterable[str] = ()) -> None:
        self._stated = stated
        self._proven: set[Sign] = set()
        if stated is None:
            self.learn(cells)

    def learn(self, cells: Iterable[str]) -> None:
        """Look at values for what only one decimal sign explains."""
        for cell in cells:
            if type(cell) is not str or not cell or len(self._proven) == len((",", ".")):
                continue
            found = _parts(cell)
            proves = found[1].proves if found and found[1] else None
            if proves:
                self._proven.add(proves)

    @property
    def sign(self) -> Sign | None:
        """The table's decimal sign; None where nothing tells, or both are in use."""
        if self._stated or len(self._proven) != 1:
            return self._stated
        return next(iter(self._proven))

    def read(self, cell: str) -> Value:
        """Read a cell of results."""
        if isinstance(cell, NumberCell):
            return Value(number=Decimal(cell))
        return _read(cell, self.sign, is_stated=self._stated is not None)

    def number(self, cell: str) -> Decimal | None:
        """Return the number that a cell is, without comparator or unit; None for anything else."""
        value = self.read(cell)
        return value.number if value.comparator is None and value.unit is None else None


@lru_cache(maxsize=65_536)
def _parts(cell: str) -> tuple[re.Match[str], Written | None] | None:
    match = _VALUE.fullmatch(plain_signs(cell)) if len(cell) <= _LONGEST else None
    if match is None:
        return None
    number = written(match["number"].strip())
    if number and _ARABIC_POINT in cell:  # a decimal sign and never anything else
        number = Written(number.with_point, number.with_point)
    return match, number


@lru_cache(maxsize=65_536)
def _read(cell: str, sign: Sign | None, *, is_stated: bool) -> Value:
    if _POWER.fullmatch(cell):
        return Value(number=_number(cell))
    parts = _parts(cell)
    if parts is None or parts[1] is None:
        return Value(text=cell)
    match = parts[0]
    after = _after(match["rest"])
    if after is None:
        return Value(text=cell)
    unit, flag = after
    value = _chosen(parts[1], sign, is_stated=is_stated)
    comparator = match["sign"]
    return Value(
        number=value,
        comparator=_COMPARATORS.get(comparator, comparator),  # type: ignore[arg-type]  # the pattern's signs
        unit=unit,
        flag=flag or flag_of(match["before"] or ""),
        is_ambiguous=value is None,
    )


def _chosen(number: Written, sign: Sign | None, *, is_stated: bool) -> Decimal | None:
    if number.with_point == number.with_comma:
        return number.with_point
    if sign:
        value = number.with_point if sign == "." else number.with_comma
        if value is not None or is_stated:
            return value
    return {".": number.with_point, ",": number.with_comma, None: None}[number.proves]


def _after(rest: str) -> tuple[str | None, Flag | None] | None:
    """Read what follows a number: a unit, a flag, both or nothing; None where it is something else."""
    if not rest:
        return None, None
    flag = flag_of(rest)
    if flag:
        return None, flag
    if read_unit(rest):
        return rest, None
    match = _FLAG_AT_END.fullmatch(rest)
    if match and match["unit"] and read_unit(match["unit"]):
        flag = flag_of(match["flag"])
        return (match["unit"], flag) if flag else None
    return None
