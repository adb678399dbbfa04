"""Whether a payload's patient can be that of a case, and what the case learns of its patient."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from app.cases.domain import CaseBody, Identifier, Patient, VitalStatus, folded
from app.imports.domain.reading import Reading, ReadPatient
from app.values.persons import same_birth_date, same_name, same_sex

Feature = Literal["identifiers", "name", "birth_date", "sex"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """One thing in which a payload's patient and a case's cannot be the same."""

    feature: Feature
    words: str
    """The feature, in words."""


ISSUERLESS = frozenset({"local", "mrn", "patient_id", "unknown", "unknown sender", "medical record number"})
"""What readers put for the issuer of an identifier that names none: such a number may be another hospital's too."""


def attributed(reading: Reading, issuer: str | None) -> Reading:
    """Return a reading whose identifiers without an issuer are under the one that the caller names."""
    if issuer is None:
        return reading
    patients = tuple(
        replace(
            one, patient=replace(one.patient, identifiers=tuple(_issued(each, issuer) for each in _of(one)))
        )
        for one in reading.patients
    )
    return replace(reading, patients=patients)


def _of(patient: ReadPatient) -> tuple[Identifier, ...]:
    return patient.patient.identifiers


def _issued(identifier: Identifier, issuer: str) -> Identifier:
    return replace(identifier, system=issuer) if folded(identifier)[0] in ISSUERLESS else identifier


def is_surely(known: Patient, found: Patient) -> bool:
    """Tell whether two entries that share an identifier are surely of one patient.

    They are where the identifier names its issuer; else name or birth date must be stated by both, and agree.
    """
    shared = set(map(folded, known.identifiers)) & set(map(folded, found.identifiers))
    if any(system not in ISSUERLESS for system, _ in shared):
        return True
    names = bool(known.name and found.name and same_name(known.name, found.name))
    births = bool(
        known.birth_date and found.birth_date and same_birth_date(known.birth_date, found.birth_date)
    )
    return names or births


def contradictions(known: Patient, found: Patient) -> Iterator[Contradiction]:
    """Yield where two entries of a patient contradict each other; what one of them is silent on contradicts nothing.

    Identifiers contradict where one issuer gave both an identifier, and none of those is shared.
    """
    ours, theirs = set(map(folded, known.identifiers)), set(map(folded, found.identifiers))
    if not ours & theirs and {system for system, _ in ours} & {system for system, _ in theirs}:
        yield Contradiction(feature="identifiers", words="identifier of one issuer")
    if known.name and found.name and not same_name(known.name, found.name):
        yield Contradiction(feature="name", words="name")
    if known.birth_date and found.birth_date and not same_birth_date(known.birth_date, found.birth_date):
        yield Contradiction(feature="birth_date", words="birth date")
    if known.sex and found.sex and not same_sex(known.sex, found.sex):
        yield Contradiction(feature="sex", words="sex")


def completed(body: CaseBody, found: ReadPatient) -> CaseBody:
    """Return a case's body with what it was silent on about its patient; what it says already stays."""
    known, new = body.patient, found.patient
    there = set(map(folded, known.identifiers))
    added = tuple(one for one in new.identifiers if folded(one) not in there)
    patient = replace(
        known,
        identifiers=(*known.identifiers, *added)[:50],
        name=known.name or new.name,
        birth_date=known.birth_date or new.birth_date,
        sex=known.sex or new.sex,
        **_death(known, new),
    )
    return replace(body, patient=patient)


def _death(known: Patient, new: Patient) -> dict[str, Any]:
    """Return what is known of a death: it outlasts an earlier word that the patient is alive or that nobody knows."""
    deceased = known.deceased or new.deceased
    if deceased is not None:
        # What the caller said of the date stays; that the patient is alive cannot stand beside one.
        return {"deceased": deceased, "vital_status": "dead" if known.vital_status else None}
    said = [one for one in (known.vital_status, new.vital_status) if one]
    return {"vital_status": next((one for one in _LASTING if one in said), None)}


_LASTING: Final[tuple[VitalStatus, ...]] = ("dead", "alive", "unknown")
"""What outlasts what: the dead stay dead, and whoever is known to be alive is no longer unknown."""
