"""What an OBX-5 says, by its type (OBX-2). Source: HL7 v2.8, chapter 2A and table 0125."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.imports.domain.measured import Comparator, quantity_of
from app.imports.readers.hl7v2.fields import coded, when
from app.imports.readers.hl7v2.message import Segment, part_of
from app.records.domain.base import Coding

TEXTS: Final = frozenset({"TX", "FT", "ST", "GTS", "VT"})
_CODED: Final = frozenset({"CE", "CWE", "CNE", "CF", "CNS", "IS", "ID"})
_DATES: Final = frozenset({"DT", "TS", "DTM"})
_COMPARATORS: Final[dict[str, Comparator]] = {"<": "<", "<=": "<=", ">": ">", ">=": ">="}
_JOINED: Final = frozenset({"-", "/", ":", "+", "."})
_LONGEST_NUMBER: Final = 64
_MOST_COMPONENTS: Final = 30
_ONLY_MARKS: Final = re.compile(r"[\s^~&\\]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value as read: a number, or a text with its codes; empty where there is none."""

    number: Decimal | None = None
    comparator: Comparator | None = None
    text: str | None = None
    codes: tuple[Coding, ...] = ()
    unreadable: str | None = None
    """Why it is not what its type says, in words."""


NOTHING: Final = Value()


def value_of(obx: Segment) -> Value:
    """Return the value of an OBX."""
    raw = obx.raw(5)
    if not raw or _ONLY_MARKS.fullmatch(raw):
        return NOTHING
    type_ = obx.raw(2).strip().upper()
    if len(raw) <= _LONGEST_NUMBER and type_ in {"NM", "SI", ""} and obx.marks.component not in raw:
        return _number(obx, raw)
    if type_ == "SN":
        return _structured(obx)
    if type_ in TEXTS or type_ in {"NM", "SI"}:
        return _short_text(obx)
    if type_ in _DATES:
        found = when(obx.part(5))
        return Value(text=found) if found else Value(text=obx.text(5), unreadable="The value is no date.")
    if type_ in _CODED or type_ == "":
        return _coded(obx)
    return Value(text=_words(obx))


def _number(obx: Segment, raw: str) -> Value:
    if obx.marks.repetition and obx.marks.repetition in raw:
        return _short_text(obx)
    found = quantity_of(raw if obx.marks.escape not in raw else obx.text(5))
    if found is None:
        return _short_text(obx)
    return Value(number=found.value, comparator=found.comparator)


def _short_text(obx: Segment) -> Value:
    """Read a text; one that is a number with a comparator is that number, in whatever type it was sent."""
    lines = [obx.marks.unescaped(part).strip() for part in obx.repetitions(5)]
    between = "\n" if obx.raw(2).strip().upper() in TEXTS else "; "
    whole = between.join(line for line in lines if line)
    found = quantity_of(whole) if len(whole) <= _LONGEST_NUMBER else None
    if found is not None:
        return Value(number=found.value, comparator=found.comparator)
    return Value(text=whole or None)


def _structured(obx: Segment) -> Value:
    """Read SN: comparator, number, separator or suffix, number; a ratio, a range and a titre stay as written."""
    raw = next(iter(obx.repetitions(5)), "")
    comparator, first, joined, second = (part_of(raw, obx.marks, component) for component in (1, 2, 3, 4))
    if not (first or joined or second):
        return _short_text(obx)
    number = quantity_of(first) if len(first) <= _LONGEST_NUMBER else None
    if number is not None and number.comparator is None and not joined and not second:
        known = _COMPARATORS.get(comparator)
        if known is not None or comparator in {"", "="}:
            return Value(number=number.value, comparator=known)
    written = f"{comparator}{first}{joined}{second}"
    if joined and joined not in _JOINED:
        return Value(text=written, unreadable="The separator of the structured number is none of its type.")
    return Value(text=written)


def _coded(obx: Segment) -> Value:
    entries = [coded(raw, obx.marks) for raw in obx.repetitions(5)]
    text = "; ".join(entry.text for entry in entries if entry.text)
    found = quantity_of(text) if len(text) <= _LONGEST_NUMBER else None
    if found is not None and not any(entry.codings[:1] and entry.code != text for entry in entries):
        return Value(number=found.value, comparator=found.comparator)
    named = tuple(one for entry in entries for one in entry.codings if one.system != "local")
    return Value(text=text or None, codes=named)


def _words(obx: Segment) -> str | None:
    """Return the parts of any other type as words."""
    marks = obx.marks
    parts = [
        part_of(repetition, marks, component)
        for repetition in obx.repetitions(5)
        for component in range(1, min(repetition.count(marks.component), _MOST_COMPONENTS) + 2)
    ]
    return " ".join(part for part in parts if part) or None
