"""The patient of a PID segment."""

from collections.abc import Mapping
from typing import Final

from app.cases.domain import Identifier, Patient, VitalStatus
from app.imports.domain.people import full_name, sex_of
from app.imports.domain.reading import ReadPatient
from app.imports.readers.hl7v2.fields import authority, day, named_place
from app.imports.readers.hl7v2.message import Message, Segment, part_of

_MOST: Final = 50
_LONGEST: Final = 200
_NAMES: Final = ("L", "D", "U", "", "C", "S")
"""Types of name, the one to be known by first. Source: HL7 v2.8, table 0200 (legal, display, unknown, adopted ...)."""
_NO_NAMES: Final = frozenset({"A", "M", "N", "B", "NB", "MSK", "NAV", "NOUSE", "BAD", "R", "P"})
"""Alias, maiden, nickname, birth name and the like: taken only where there is no other."""

_VITAL: Final[Mapping[str, VitalStatus | None]] = {
    "Y": "dead",
    "YES": "dead",
    "N": "alive",
    "NO": "alive",
    "UNK": "unknown",
    "U": "unknown",
    '""': None,
}
"""Source: HL7 v2.8, table 0136, its words as some send them, the nulls of 0532; `""` takes back what was said."""


def identifiers_of(segment: Segment, field: int, message: Message) -> tuple[Identifier, ...]:
    """Return the identifiers of a field (CX), each under who assigned it, else under the sender."""
    found: dict[Identifier, None] = {}
    for raw in segment.repetitions(field):
        value = part_of(raw, segment.marks)
        system = _system(raw, segment, message)
        if value and len(value) <= _LONGEST and len(system) <= _LONGEST:
            found.setdefault(Identifier(system=system, value=value))
    return tuple(found)[:_MOST]


def _system(raw: str, segment: Segment, message: Message) -> str:
    header = message.header
    return (
        authority(raw, segment.marks, 4)
        or authority(raw, segment.marks, 6)
        or named_place(header, 4)
        or named_place(header, 3)
        or "unknown sender"
    )


def patient_of(segment: Segment, message: Message, place: str) -> tuple[ReadPatient | None, list[str]]:
    """Return the patient of a PID segment, and what of it could not be used; None where it names nobody."""
    unused: list[str] = []
    names = _names(segment, unused)
    deceased = _date(segment, 29, "The date of death (PID-29) is no date.", unused)
    patient = Patient(
        identifiers=_all_identifiers(segment, message),
        name=names[0] if names else None,
        birth_date=_date(segment, 7, "The birth date (PID-7) is no date.", unused),
        sex=sex_of(segment.part(8)),
        deceased=deceased,
        vital_status=None if deceased else _vital(segment, unused),
    )
    if segment.part(8) and patient.sex is None:
        unused.append("The sex (PID-8) is no code of HL7 table 0001.")
    if not patient.identifiers and patient.name is None:
        return None, unused
    return ReadPatient(key=_key(patient), place=place, patient=patient, names=names[1:]), unused


def _all_identifiers(segment: Segment, message: Message) -> tuple[Identifier, ...]:
    """PID-3; where it is empty, the fields that older versions used: the external and the alternate id."""
    for field in (3, 2, 4):
        found = identifiers_of(segment, field, message)
        if found:
            return found
    return ()


def _key(patient: Patient) -> str:
    if patient.identifiers:
        return f"{patient.identifiers[0].system}|{patient.identifiers[0].value}"
    return f"{patient.name}|{patient.birth_date or ''}"


def _names(segment: Segment, unused: list[str]) -> tuple[str, ...]:
    """Return the names of PID-5, the one to be known by first."""
    marks = segment.marks
    found: dict[str, None] = {}
    for raw in sorted(segment.repetitions(5), key=lambda raw: _rank(part_of(raw, marks, 7))):
        given = [part_of(raw, marks, component) for component in (2, 3)]
        name = full_name(given=given, family=part_of(raw, marks, 1), suffix=part_of(raw, marks, 4))
        if name and len(name) <= _LONGEST:
            found.setdefault(name)
        elif name:
            unused.append(f"The name (PID-5) is longer than {_LONGEST} characters.")
    return tuple(found)[:_MOST]


def _rank(type_: str) -> int:
    code = type_.upper()
    if code in _NAMES:
        return _NAMES.index(code)
    return len(_NAMES) + (code in _NO_NAMES)


def _date(segment: Segment, field: int, complaint: str, unused: list[str]) -> str | None:
    text = segment.part(field)
    found = day(text)
    if text and found is None:
        unused.append(complaint)
    return found


def _vital(segment: Segment, unused: list[str]) -> VitalStatus | None:
    """Return what PID-30 says of a death without a date."""
    said = segment.part(30).upper()
    if said and said not in _VITAL:
        unused.append("Whether the patient has died (PID-30) is no code of HL7 table 0136.")
    return _VITAL.get(said)
