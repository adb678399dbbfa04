"""Whose images they are, as each file's header says, and which of those are one person."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from app.cases.domain import Identifier, Patient
from app.imports.domain.moments import from_hl7
from app.imports.domain.people import Sex, sex_of
from app.imports.domain.reading import ReadPatient, UnreadablePayloadError
from app.imports.readers.dicom import tags
from app.imports.readers.dicom.dataset import DataSet
from app.imports.readers.dicom.texts import folded, person_name

LOCAL: Final = "local"
"""The issuer of an identifier whose header names none."""
_SHORT_MOST: Final = 200
_IDENTIFIERS_MOST: Final = 50
_NAMES_MOST: Final = 20
_PATIENTS_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class HeaderPatient:
    """A patient as one header names them."""

    identifiers: tuple[Identifier, ...] = ()
    """The patient's own id first."""
    names: tuple[str, ...] = ()
    birth_date: str | None = None
    sex: Sex | None = None

    @property
    def is_named(self) -> bool:
        """Tell whether anything says who it is."""
        return bool(self.identifiers or self.names)


def patient_of(header: DataSet) -> HeaderPatient:
    """Read the patient module."""
    name = person_name(header.text(tags.PATIENT_NAME) or "")
    birth = header.first(tags.BIRTH_DATE)
    return HeaderPatient(
        identifiers=tuple(dict.fromkeys(_identifiers(header))),
        names=tuple(one[:_SHORT_MOST] for one in (name.shown, *name.others) if one),
        birth_date=from_hl7(birth.replace(".", "").replace("-", "")) if birth else None,
        sex=sex_of(header.first(tags.SEX)),
    )


def _identifiers(header: DataSet) -> Iterator[Identifier]:
    own = _identifier(header, LOCAL)
    if own is not None:
        yield own
    for item in header.items(tags.OTHER_PATIENT_IDS):
        other = _identifier(item, None)  # without an issuer another's number says nothing
        if other is not None:
            yield other


def _identifier(named: DataSet, otherwise: str | None) -> Identifier | None:
    value = named.text(tags.PATIENT_ID)
    qualifiers = (item.text(tags.UNIVERSAL_ID) for item in named.items(tags.PATIENT_ID_QUALIFIERS))
    system = next((one for one in qualifiers if one), None) or named.text(tags.PATIENT_ID_ISSUER) or otherwise
    if value is None or system is None or len(value) > _SHORT_MOST or len(system) > _SHORT_MOST:
        return None
    return Identifier(system=system, value=value)


def is_one_person(one: HeaderPatient, other: HeaderPatient) -> bool:
    """Tell whether two headers name one person.

    The same identifier, unless birth date, sex or both name and birth date stand against it; else the same name,
    birth date and sex, all stated, unless one issuer gave them two identifiers: what two hospitals wrote.
    """
    if _contradict(one.birth_date, other.birth_date) or _contradict(one.sex, other.sex):
        return False
    if _own(one) & _own(other):
        return _names_agree(one, other) or (one.birth_date is not None and one.birth_date == other.birth_date)
    is_issued_twice = {system for system, _ in _own(one)} & {system for system, _ in _own(other)} - {LOCAL}
    return (
        not is_issued_twice
        and one.birth_date is not None
        and one.birth_date == other.birth_date
        and one.sex is not None
        and one.sex == other.sex
        and bool(_folded(one) & _folded(other))
    )


def _own(patient: HeaderPatient) -> set[tuple[str, str]]:
    return {(one.system.casefold(), one.value.casefold()) for one in patient.identifiers}


def _folded(patient: HeaderPatient) -> set[frozenset[str]]:
    return {frozenset(folded(name).split()) for name in patient.names}


def _names_agree(one: HeaderPatient, other: HeaderPatient) -> bool:
    """Tell whether some writing of one name has all words of one of the other's; nothing stated agrees with all."""
    if not one.names or not other.names:
        return True
    return any(left <= right or right <= left for left in _folded(one) for right in _folded(other))


def _contradict(one: str | None, other: str | None) -> bool:
    return bool(one and other and one != other and "unknown" not in {one, other})


@dataclass(slots=True)
class Person:
    """One person, as all headers that name them say together."""

    key: str
    place: str
    headers: list[HeaderPatient] = field(default_factory=list)

    def read(self) -> ReadPatient:
        """Return the patient of a reading."""
        identifiers = dict.fromkeys(one for header in self.headers for one in header.identifiers)
        names = list(dict.fromkeys(name for header in self.headers for name in header.names))
        sexes = [header.sex for header in self.headers if header.sex]
        return ReadPatient(
            key=self.key,
            place=self.place,
            patient=Patient(
                identifiers=tuple(identifiers)[:_IDENTIFIERS_MOST],
                name=names[0] if names else None,
                birth_date=next((one.birth_date for one in self.headers if one.birth_date), None),
                sex=next((sex for sex in sexes if sex != "unknown"), sexes[0] if sexes else None),
            ),
            names=tuple(names[1:_NAMES_MOST]),
        )


@dataclass(frozen=True, slots=True)
class Persons:
    """The persons of a payload."""

    all: list[Person]
    _by_number: dict[int, Person]

    @property
    def are_several(self) -> bool:
        """Tell whether there is more than one."""
        return len(self.all) > 1

    def of(self, number: int | None) -> Person | None:
        """Return the person whom a number means."""
        return None if number is None else self._by_number[number]


class People:
    """The persons whom the headers of a payload name."""

    def __init__(self) -> None:
        self._seen: dict[HeaderPatient, tuple[int, str]] = {}

    def take(self, patient: HeaderPatient, place: str) -> int | None:
        """Note whom a header names and return their number; None where it names nobody.

        Raises:
            UnreadablePayloadError: there is no end of patients.
        """
        if not patient.is_named:
            return None
        if len(self._seen) > _PATIENTS_MOST:
            message = (
                f"The payload names more than {_PATIENTS_MOST} patients. Send an archive for each patient."
            )
            raise UnreadablePayloadError(message)
        return self._seen.setdefault(patient, (len(self._seen), place))[0]

    def persons(self) -> Persons:
        """Return the persons, and whom each number means."""
        persons: list[Person] = []
        by_number: dict[int, Person] = {}
        for patient, (number, place) in self._seen.items():
            known = _known(persons, patient)
            if known is None:
                known = Person(key=f"patient {len(persons) + 1}", place=place)
                persons.append(known)
            known.headers.append(patient)
            by_number[number] = known
        return Persons(persons, by_number)


def _known(persons: Iterable[Person], patient: HeaderPatient) -> Person | None:
    for person in persons:
        if any(is_one_person(patient, header) for header in person.headers):
            return person
    return None
