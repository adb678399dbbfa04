"""What single fields say: dates, people, organisations, coded entries."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from app.imports.domain.fitting import coding
from app.imports.domain.moments import from_hl7, from_iso
from app.imports.domain.people import full_name
from app.imports.readers.hl7v2.escapes import USUAL, Delimiters
from app.imports.readers.hl7v2.message import Segment, part_of
from app.records.domain.base import Coding

_LONGEST_TIME: Final = 64
_REMEMBERED: Final = 500
_OID: Final = re.compile(r"[0-2](?:\.\d+)+")


def when(text: str) -> str | None:
    """Return a time as EDTF; None where it is none, or is empty."""
    return _when(text) if text and len(text) <= _LONGEST_TIME else None


@lru_cache(maxsize=16_384)
def _when(text: str) -> str | None:
    written = text.strip()
    return (from_hl7(written) or from_iso(written)) if written else None


def day(text: str) -> str | None:
    """Return the day, month or year of a time as EDTF."""
    found = when(text)
    return found.split("T", 1)[0] if found else None


@dataclass(frozen=True, slots=True)
class Coded:
    """A coded entry (CE, CWE, CNE), or a plain text in its place."""

    text: str
    """What a person reads: the original text, else the code's text, else the code. Empty where there is nothing."""
    codings: tuple[Coding, ...]
    identity: str
    """What the sender calls it: its first code and system, else its text."""
    code: str
    suffix: str
    """The suffix of an observation id, such as IMP in `71250&IMP`."""

    @property
    def words(self) -> str:
        """The text, as far as words are looked for in it."""
        return self.text[:_REMEMBERED]


EMPTY: Final = Coded("", (), "", "", "")


def coded(raw: str, marks: Delimiters) -> Coded:
    """Read one repetition of a coded field. Source: HL7 v2.8, chapter 2A, CWE."""
    if not raw:
        return EMPTY
    return _coded_as_usual(raw) if marks is USUAL and len(raw) <= _REMEMBERED else _coded(raw, marks)


@lru_cache(maxsize=8_192)  # a sender names the same tests again and again
def _coded_as_usual(raw: str) -> Coded:
    return _coded(raw, USUAL)


def _coded(raw: str, marks: Delimiters) -> Coded:
    if marks.component not in raw:
        text = part_of(raw, marks)
        bare = coding(None, text, None)
        return Coded(text, (bare,) if bare else (), text, text, part_of(raw, marks, 1, 2))
    parts = [part_of(part, marks) for part in raw.split(marks.component, 12)[:12]]
    parts += [""] * (12 - len(parts))
    found = []
    for at in (0, 3, 9):
        one = coding(parts[at + 2], parts[at], parts[at + 1])
        if one is not None and (one.system != "local" or at == 0):
            found.append(one)
    text = parts[8] or parts[1] or parts[4] or parts[0]
    identity = f"{parts[0]}^{parts[2]}" if parts[0] else text
    suffix = part_of(raw, marks, 1, 2)
    return Coded(text, tuple(found), identity + (f"&{suffix}" if suffix else ""), parts[0], suffix)


def coded_field(segment: Segment, field: int) -> Coded:
    """Read the first repetition of a coded field."""
    raw = segment.raw(field)
    if not raw:
        return EMPTY
    mark = segment.marks.repetition
    return coded(raw.split(mark, 1)[0] if mark and mark in raw else raw, segment.marks)


def person(raw: str, marks: Delimiters) -> str | None:
    """Return the name of a clinician (XCN, CN, or a plain name); None where only an id is given."""
    mark = marks.component
    if mark not in raw:
        text = part_of(raw, marks)
        return text if any(letter.isalpha() for letter in text) and not text[-1:].isdigit() else None
    given = [part_of(raw, marks, component) for component in (3, 4)]
    return full_name(given=given, family=part_of(raw, marks, 2), suffix=part_of(raw, marks, 5))


def interpreter(segment: Segment, field: int) -> str | None:
    """Return the name in an NDL field, whose first component is a person in subcomponents, or else in components."""
    found = segment.repetitions(field)
    if not found:
        return None
    marks = segment.marks
    first = found[0].split(marks.component, 1)[0]
    if marks.subcomponent and marks.subcomponent in first:
        return person(first.replace(marks.subcomponent, marks.component), marks)
    return person(found[0], marks)


def people(segment: Segment, field: int) -> str | None:
    """Return the first name in a field of clinicians."""
    return next(filter(None, (person(raw, segment.marks) for raw in segment.repetitions(field))), None)


def authority(raw: str, marks: Delimiters, component: int) -> str:
    """Return who assigned an id (HD in subcomponents): its OID or other universal id, else its name."""
    name = part_of(raw, marks, component)
    universal, type_ = part_of(raw, marks, component, 2), part_of(raw, marks, component, 3)
    return system_of(name, universal, type_)


def system_of(name: str, universal: str, type_: str) -> str:
    """Return the name of an authority: an OID as `urn:oid:`, another universal id as it is, else its own name."""
    if universal and (type_.upper() == "ISO" or _OID.fullmatch(universal)) and _OID.fullmatch(universal):
        return f"urn:oid:{universal}"
    if universal and type_.upper() in {"URI", "DNS", "GUID", "UUID"}:
        return universal
    return name or universal


def named_place(segment: Segment, field: int) -> str:
    """Return the name of an organisation or application (HD, XON or text): the name, else the universal id."""
    return segment.part(field, 1) or segment.part(field, 2)
