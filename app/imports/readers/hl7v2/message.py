"""A message taken apart: segments, fields, repetitions, components, subcomponents."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from app.imports.readers.hl7v2.escapes import USUAL, Delimiters

_CONVENTION: Final = {"~": "repetition", "\\": "escape", "&": "subcomponent"}
_ROLES: Final = ("component", "repetition", "escape", "subcomponent")
_CONTINUED: Final = frozenset({"OBX", "NTE"})
"""Segments whose text senders break across lines as it is."""
_NULL: Final = '""'
_MOST_FIELDS: Final = 500
_MOST_REPETITIONS: Final = 10_000
"""What comes after is left in the last one: no segment of the standard has so many."""


@lru_cache(maxsize=256)
def delimiters_of(separator: str, marks: str) -> Delimiters:
    """Return the delimiters of MSH-1 and MSH-2, by position; in a shorter MSH-2 by their usual meaning first."""
    distinct = "".join(dict.fromkeys(marks))  # `^~\\&` with its escape character doubled on the way
    if not distinct:
        return Delimiters(field=separator)
    chosen = {"component": distinct[0]}
    if len(distinct) < len(_ROLES):
        for mark in distinct[1:]:
            if mark in _CONVENTION:
                chosen[_CONVENTION[mark]] = mark
        for mark in distinct[1:]:
            if mark not in chosen.values():
                free = next((role for role in _ROLES if role not in chosen), None)
                if free:
                    chosen[free] = mark
        for role, mark in (("repetition", "~"), ("escape", "\\"), ("subcomponent", "&")):
            if role not in chosen:
                chosen[role] = mark if mark not in chosen.values() else ""
    else:
        chosen |= dict(zip(_ROLES, distinct, strict=False))
    found = Delimiters(field=separator, **chosen)
    return USUAL if found == USUAL else found  # so that the usual ones are told by identity


class Segment:
    """One segment; `field` counts as HL7 does, from 1. Texts come unescaped, empty where there is nothing."""

    __slots__ = ("_fields", "id", "line", "marks", "ordinal")

    def __init__(self, line: str, marks: Delimiters, ordinal: int) -> None:
        self.id = line[:3]
        self.line = line
        self.marks = marks
        self.ordinal = ordinal
        self._fields: list[str] | None = None

    @property
    def place(self) -> str:
        """Where it stands in its message: the how-manieth of its kind."""
        return f"{self.id}[{self.ordinal}]"

    def fields(self) -> list[str]:
        """Return the raw fields, the segment's name at 0."""
        if self._fields is None:
            parts = self.line.split(self.marks.field, _MOST_FIELDS)
            if self.id in {"MSH", "FHS", "BHS"}:
                parts.insert(1, self.marks.field)
            self._fields = parts
        return self._fields

    def raw(self, field: int) -> str:
        """Return a field as it was sent; what HL7 calls null (two quotes) counts as empty."""
        fields = self._fields
        if fields is None:
            fields = self.fields()
        value = fields[field] if field < len(fields) else ""
        return "" if value == _NULL else value

    def repetitions(self, field: int) -> list[str]:
        """Return the repetitions of a field that say something, raw."""
        raw = self.raw(field)
        if not raw:
            return []
        mark = self.marks.repetition
        if not mark or mark not in raw:
            return [raw]
        return [part for part in raw.split(mark, _MOST_REPETITIONS) if part and part != _NULL]

    def text(self, field: int) -> str:
        """Return a whole field as one text, its first repetition's delimiters left standing."""
        raw = self.raw(field)
        return self.marks.unescaped(raw).strip() if raw else raw

    def part(self, field: int, component: int = 1, subcomponent: int = 1) -> str:
        """Return one subcomponent of a field's first repetition."""
        raw = self.raw(field)
        if not raw or (raw.isalnum() and component == subcomponent == 1):
            return raw
        mark = self.marks.repetition
        if mark and mark in raw:
            raw = raw.split(mark, 1)[0]
        return part_of(raw, self.marks, component, subcomponent)


def part_of(raw: str, marks: Delimiters, component: int = 1, subcomponent: int = 1) -> str:
    """Return one subcomponent of a repetition."""
    mark = marks.component
    if mark in raw:
        parts = raw.split(mark, component)
        if component > len(parts):
            return ""
        raw = parts[component - 1]
    elif component > 1:
        return ""
    mark = marks.subcomponent
    if mark and mark in raw:
        parts = raw.split(mark, subcomponent)
        raw = parts[subcomponent - 1] if subcomponent <= len(parts) else ""
    elif subcomponent > 1:
        return ""
    raw = raw.strip()
    return "" if raw == _NULL else marks.unescaped(raw)


@dataclass(slots=True)
class Message:
    """One message: its header, all segments in order, and lines that are none."""

    header: Segment
    segments: list[Segment]
    stray: list[int] = field(default_factory=list)
    """Numbers of lines that are no segment, counted from 1 within the message."""

    def named(self, name: str) -> Iterator[Segment]:
        """Return the segments of a name, in order."""
        return (segment for segment in self.segments if segment.id == name)

    def first(self, name: str) -> Segment | None:
        """Return the first segment of a name."""
        return next(self.named(name), None)


@lru_cache(maxsize=64)
def _segment_pattern(separator: str) -> re.Pattern[str]:
    return re.compile(rf"[A-Z][A-Z0-9]{{2}}(?:{re.escape(separator)}|$)")


def parse(text: str) -> Message:
    """Take a message apart that begins with MSH."""
    separator = text[3:4]
    lines = text.replace("\r\n", "\r").replace("\n", "\r").split("\r")
    head = lines[0].split(separator, 2)
    marks = delimiters_of(separator, head[1] if len(head) > 1 else "")
    looks = _segment_pattern(separator).match
    counts: dict[str, int] = {}
    segments: list[Segment] = []
    more: dict[int, list[str]] = {}
    message = Message(header=Segment(lines[0], marks, 1), segments=segments)
    for number, line in enumerate(lines, start=1):
        begun = line if line[:1] not in {" ", "\t"} else line.lstrip(" \t")
        if looks(begun):
            name = begun[:3]
            if name == "ADD" and segments:  # goes on with the last field of the segment before
                more.setdefault(len(segments) - 1, []).append(begun[4:])
                continue
            counts[name] = ordinal = counts.get(name, 0) + 1
            segments.append(Segment(begun, marks, ordinal))
        elif not line or line.isspace():
            continue
        elif segments and segments[-1].id in _CONTINUED:
            more.setdefault(len(segments) - 1, []).append("\n" + line)
        else:
            message.stray.append(number)
    for at, pieces in more.items():
        segments[at].line += "".join(pieces)
    message.header = segments[0]
    return message
