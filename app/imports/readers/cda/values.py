"""What an observation found, whatever its data type: a number, a word, a code, a text.

Source: CDA R2 (Observation.value, referenceRange); HL7 v3 Data Types R1 (PQ, IVL_PQ, RTO, CD, ST, ED, INT, REAL, TS).
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Final, TypeAlias

from msgspec import Struct

from app.imports.domain.measured import Comparator, Flag, flag_of, quantity_of
from app.imports.domain.moments import from_hl7
from app.imports.readers.cda.datatypes import ABSENCES, concept
from app.imports.readers.cda.narrative import Narrative
from app.imports.readers.cda.tree import Node, attribute, child, children, type_of
from app.records.domain.base import Absence, Coding
from app.values.ranges import range_of
from app.values.units import read_unit

_ANY_UNIT: Final = frozenset({"1", "{ratio}", "{score}", "{nominal}"})
_WITH_UNIT: Final = re.compile(r"((?:<=|>=|<|>|≤|≥|~)?\s*[+-]?\d+(?:\.\d+)?)\s*(\S{1,30})")


class Value(Struct, frozen=True, kw_only=True, gc=False):
    """What an observation found."""

    number: Decimal | None = None
    comparator: Comparator | None = None
    unit: str | None = None
    text: str | None = None
    codes: tuple[Coding, ...] = ()
    absent: Absence | None = None
    null: str | None = None
    unclear: str | None = None
    """Why it could not be read, in words."""


NONE: Final = Value()
_Number: TypeAlias = Decimal | None


def value_of(values: Iterable[Node], narrative: Narrative) -> Value:
    """Return what an observation's values say: of several the first number, else all words together."""
    found = [_value(one, narrative) for one in values]
    if not found:
        return NONE
    if len(found) > 1 and all(one.text for one in found):
        text = "; ".join(one.text for one in found if one.text)
        return Value(text=text, codes=tuple(code for one in found for code in one.codes))
    return next((one for one in found if one.number is not None or one.text or one.codes), found[0])


def _value(node: Node, narrative: Narrative) -> Value:
    null = node.get("nullFlavor")
    kind = type_of(node)
    if kind in {"CD", "CE", "CO", "CV", "CS", "SC"} or (not kind and node.get("code")):
        return _coded(node, narrative)
    if null:
        # Another unit system, or words, may stand where the quantity is null.
        other = next((one for one in map(_translated, children(node, "translation")) if one.number), None)
        words = narrative.words(child(node, "originalText"))
        if other is not None:
            return other
        return Value(text=words, null=null, absent=None if words else ABSENCES.get(null))
    if kind.startswith("IVL"):
        return _interval(node)
    if kind.startswith("RTO"):
        return _ratio(node)
    if kind in {"ST", "ED", ""} and node.get("value") is None:
        return _text(node, narrative)
    if kind == "TS":
        return Value(text=from_hl7(node.get("value") or ""))
    if kind == "BL":
        return Value(text=node.get("value"))
    return _quantity(node)


def _number(text: str | None) -> _Number:
    found = quantity_of(text) if text else None
    return None if found is None or found.comparator else found.value


def _unit(node: Node) -> str | None:
    unit = attribute(node, "unit")
    return None if unit in _ANY_UNIT else unit


def _translated(node: Node) -> Value:
    return Value(
        number=_number(node.get("value")), unit=attribute(node, "unit") or attribute(node, "displayName")
    )


def _quantity(node: Node) -> Value:
    written = attribute(node, "value")
    if written is None:
        return Value(null="NI")
    number = _number(written)
    if number is None:
        return _worded(written, _unit(node))
    return Value(number=number, unit=_unit(node))


def _worded(text: str, unit: str | None = None) -> Value:
    """Read a number with its sign and unit out of a text where it is nothing else; keep the words otherwise."""
    whole = quantity_of(text)
    if whole is not None:
        return Value(number=whole.value, comparator=whole.comparator, unit=unit)
    match = _WITH_UNIT.fullmatch(text.strip())
    if match is not None and read_unit(match[2]) is not None:
        part = quantity_of(match[1])
        if part is not None:
            return Value(number=part.value, comparator=part.comparator, unit=match[2])
    return Value(text=f"{text} {unit}" if unit else text)


def _text(node: Node, narrative: Narrative) -> Value:
    if node.get("representation") == "B64":
        return NONE
    words = narrative.words(node)
    return _worded(words) if words else Value(null="NI")


def _coded(node: Node, narrative: Narrative) -> Value:
    said = concept(node, narrative)
    name = said.name or (said.codes[0].code if said.codes else None)
    if name is None:
        return Value(null=said.null or "NI", absent=ABSENCES.get(said.null or ""))
    # A coded number, such as a score, is a number.
    return Value(text=name, codes=said.codes)


def _interval(node: Node) -> Value:
    """Read an interval: one end is a comparison, two ends are a range in words."""
    low, high = child(node, "low"), child(node, "high")
    least, most = _number(attribute(low, "value")), _number(attribute(high, "value"))
    if low is not None and high is not None and least is not None and most is not None:
        if least == most:
            return Value(number=least, unit=_unit(low))
        unit = _unit(high) or _unit(low)
        return Value(text=f"{least}-{most}{f' {unit}' if unit else ''}")
    if high is not None and most is not None:
        return Value(number=most, comparator="<" if _is_open(high) else "<=", unit=_unit(high))
    if low is not None and least is not None:
        return Value(number=least, comparator=">" if _is_open(low) else ">=", unit=_unit(low))
    center = child(node, "center")
    return NONE if center is None else _quantity(center)


def _is_open(end: Node) -> bool:
    return end.get("inclusive") == "false"


def _ratio(node: Node) -> Value:
    above, below = child(node, "numerator"), child(node, "denominator")
    first, second = attribute(above, "value"), attribute(below, "value")
    if first is None or second is None or above is None or below is None:
        return Value(null="NI")
    parts = [
        f"{amount}{f' {unit}' if unit else ''}"
        for amount, unit in ((first, _unit(above)), (second, _unit(below)))
    ]
    has_unit = _unit(above) or _unit(below)
    return Value(text=(" / " if has_unit else ":").join(parts))


class Range(Struct, frozen=True, kw_only=True, gc=False):
    """A reference range."""

    low: Decimal | None = None
    high: Decimal | None = None
    text: str | None = None


def reference_of(holders: Iterable[Node], unit: str | None, narrative: Narrative) -> Range:
    """Return the range that counts as normal; where several are given and none is marked so, all of them as words."""
    ranges = [one for holder in holders if (one := child(holder, "observationRange")) is not None]
    normal = [one for one in ranges if attribute(child(one, "interpretationCode"), "code") == "N"]
    chosen = normal or ranges
    if not chosen:
        return Range()
    if len(chosen) > 1:
        texts = (_range_words(one, narrative) for one in chosen)
        return Range(text="; ".join(text for text in texts if text) or None)
    return _range(chosen[0], unit, narrative)


def _range(node: Node, unit: str | None, narrative: Narrative) -> Range:
    value = child(node, "value")
    written = narrative.words(child(node, "text"))
    if value is not None and type_of(value) in {"ST", "ED"}:
        written = narrative.words(value) or written
    low_node, high_node = child(value, "low"), child(value, "high")
    low, high = _number(attribute(low_node, "value")), _number(attribute(high_node, "value"))
    units = {attribute(one, "unit") for one in (low_node, high_node) if one is not None} - {None}
    if (low is None and high is None) or (low is not None and high is not None and low > high):
        ends = range_of(written) if written else None
        return Range(text=written) if ends is None else Range(low=ends[0], high=ends[1], text=written)
    if units - {unit}:
        return Range(text=written or _range_words(node, narrative))
    return Range(low=low, high=high, text=written)


def _range_words(node: Node, narrative: Narrative) -> str | None:
    written = narrative.words(child(node, "text"))
    if written:
        return written
    value = child(node, "value")
    if value is None:
        return None
    found = _value(value, narrative)
    if found.number is None:
        return found.text
    return f"{found.comparator or ''}{found.number}{f' {found.unit}' if found.unit else ''}"


def flag_in(codes: Iterable[Node]) -> Flag | None:
    """Return the laboratory's own flag."""
    for one in codes:
        flag = flag_of(one.get("code") or "")
        if flag is not None:
            return flag
    return None
