"""Units: read from how they are written, compared and converted only where a table allows it.

A fixed table of clinical spellings, not a parser of UCUM: ucumvert with pint, which was tried, takes the
`K/uL` of blood counts for kelvin, does not read `mIU/mL`, and fails to load with pint 0.26. What is not in
the table is not understood, and that is said.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import lru_cache
from typing import Final

from app.values.catalogue import BIOMARKERS, LABS, MARKERS
from app.values.data_tables import Row, read_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit as written (`text`), its UCUM reading, and what it measures (`quantity`)."""

    text: str
    ucum: str
    quantity: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a value was not converted."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Set:
    """Units that measure the same, with how many of the first one each is; empty `analytes` are all."""

    factors: Mapping[str, Decimal]
    analytes: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refusal:
    between: frozenset[str]
    analytes: frozenset[str]
    reason: str


_RAISED: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_RAISED_RUN: Final = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+")
_PLAIN_SIGNS: Final = str.maketrans(
    {"μ": "u", "×": "x", "·": "*", "∙": "*", "⋅": "*", "−": "-", "\u2215": "/", "\u2044": "/"}  # two slashes
)
_MC: Final = re.compile(r"\bmc(?=g|l\b)", re.IGNORECASE)


def _plain(text: str) -> str:
    """Write a unit plainly, its case kept: no blanks, `u` for micro, `^3` for a raised 3."""
    raised = _RAISED_RUN.sub(lambda run: "^" + run[0].translate(_RAISED), text)
    plain = unicodedata.normalize("NFKC", raised).translate(_PLAIN_SIGNS)
    return _MC.sub("u", "".join(plain.split()))


def _spell(spellings: dict[str, tuple[str, str]], spelling: str, unit: tuple[str, str], row: Row) -> None:
    if spellings.setdefault(spelling, unit) != unit:
        raise row.fail(f"the spelling {spelling} stands for another unit already")


def _read_units() -> tuple[Mapping[str, tuple[str, str]], Mapping[str, tuple[str, str]]]:
    exact: dict[str, tuple[str, str]] = {}
    folded: dict[str, tuple[str, str]] = {}
    for row in read_table("units").row("units").rows("row"):
        unit = (row.text("ucum"), row.text("quantity"))
        for spelling in (unit[0], *row.texts("exact")):
            _spell(exact, _plain(spelling), unit, row)
        for spelling in row.texts("spellings"):
            _spell(folded, _plain(spelling).casefold(), unit, row)
    return exact, folded


_EXACT, _FOLDED = _read_units()
_QUANTITIES: Final = dict(_EXACT.values())


def _names(row: Row) -> frozenset[str]:
    analytes = frozenset(row.texts("analytes"))
    if not analytes <= {*MARKERS.by_key, *LABS.by_key, *BIOMARKERS.by_key}:
        raise row.fail("an analyte is in no table")
    return analytes


def _sourced_rows(key: str) -> Iterator[Row]:
    table = read_table("conversions")
    for row in table.row(key).rows("row"):
        if row.text("source") not in set(table.row("sources")):
            raise row.fail("its source is not among the sources of the table")
        yield row


def _read_sets() -> tuple[_Set, ...]:
    sets = []
    for row in _sourced_rows("sets"):
        units = row.row("units")
        if not set(units) <= set(_QUANTITIES):
            raise row.fail("a unit is not in units.toml")
        sets.append(_Set(factors={unit: Decimal(units.text(unit)) for unit in units}, analytes=_names(row)))
    return tuple(sets)


def _read_refusals() -> tuple[_Refusal, ...]:
    refusals = []
    for row in _sourced_rows("refusals"):
        between = frozenset(row.texts("between"))
        if not between <= set(_QUANTITIES.values()):
            raise row.fail("a quantity is not in units.toml")
        refusals.append(_Refusal(between=between, analytes=_names(row), reason=row.text("reason")))
    return tuple(refusals)


_SETS: Final = _read_sets()
_REFUSALS: Final = _read_refusals()
_LONGEST_TEXT: Final = 60


def read_unit(text: str) -> Unit | None:
    """Read a unit as written; `None` where it is not understood, which is not the same as no unit."""
    return None if len(text) > _LONGEST_TEXT else _read(text)


@lru_cache(maxsize=4_096)
def _read(text: str) -> Unit | None:
    plain = _plain(text)
    found = _EXACT.get(plain) or _FOLDED.get(plain.casefold())
    return None if found is None else Unit(text=text, ucum=found[0], quantity=found[1])


_EXACT_DIGITS: Final = 28
_LARGEST_EXPONENT: Final = 100
NOT_A_NUMBER: Final = Refused("The value is not a number of a size that is converted here.")
NOT_UNDERSTOOD: Final = Refused("One of the units is not understood.")
NO_CONVERSION: Final = Refused("No conversion between these units is known here for this test.")
OTHER_QUANTITY: Final = Refused("The units measure different things.")


def convert(value: Decimal, from_ucum: str, to_ucum: str, analyte_key: str | None) -> Decimal | Refused:
    """Convert a value between UCUM units, for the analyte of that key or, with `None`, for any.

    Exact wherever the way leads by multiplication; a division keeps 28 digits more than the value has. Equal
    units need no table. A comparator (`<`, `>`) stays with the value: it is the caller's to carry over.
    Source: tables/conversions.toml.
    """
    if not value.is_finite() or abs(value.adjusted()) > _LARGEST_EXPONENT:
        return NOT_A_NUMBER
    if from_ucum == to_ucum:
        return value
    if from_ucum not in _QUANTITIES or to_ucum not in _QUANTITIES:
        return NOT_UNDERSTOOD
    for known in _SETS:
        if known.analytes and analyte_key not in known.analytes:
            continue
        if from_ucum in known.factors and to_ucum in known.factors:
            return _scale(value, known.factors[from_ucum], known.factors[to_ucum])
    return _refusal(from_ucum, to_ucum, analyte_key)


def comparable(unit_a: str | None, unit_b: str | None, analyte_key: str | None) -> bool:
    """Say whether values in these two UCUM units can stand in one series; never where a unit is not known."""
    if unit_a is None or unit_b is None:
        return False
    return not isinstance(convert(Decimal(1), unit_a, unit_b, analyte_key), Refused)


def _scale(value: Decimal, from_factor: Decimal, to_factor: Decimal) -> Decimal:
    if from_factor == to_factor:
        return value
    digits = len(value.as_tuple().digits) + _EXACT_DIGITS
    context = Context(prec=digits)
    return context.divide(context.multiply(value, from_factor), to_factor)


def _refusal(from_ucum: str, to_ucum: str, analyte_key: str | None) -> Refused:
    between = frozenset((_QUANTITIES[from_ucum], _QUANTITIES[to_ucum]))
    for refusal in _REFUSALS:
        if refusal.between == between and (not refusal.analytes or analyte_key in refusal.analytes):
            return Refused(refusal.reason)
    return NO_CONVERSION if len(between) == 1 else OTHER_QUANTITY
