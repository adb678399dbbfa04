"""Who the patient is, and who stands behind a statement: names, roles and places of work."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from app.cases.domain import Identifier as PatientIdentifier
from app.cases.domain import Patient, VitalStatus
from app.imports.domain.fitting import WORD_MOST, Remarks
from app.imports.domain.people import full_name, sex_of
from app.imports.domain.reading import ReadPatient
from app.imports.readers.fhir.graph import Entry, Graph, base_of
from app.imports.readers.fhir.model import HumanName, Reference
from app.imports.readers.fhir.model_findings import PatientResource
from app.imports.readers.fhir.model_papers import Location, Organization, Practitioner, PractitionerRole
from app.imports.readers.fhir.wording import date_of, words_of
from app.records.domain.base import Role

_IDENTIFIERS_MOST: Final = 50
_VITAL: Final[Mapping[bool | None, VitalStatus | None]] = {True: "dead", False: "alive", None: None}
"""What `Patient.deceasedBoolean` says."""
_UNUSED_NAMES: Final = frozenset({"old", "maiden", "nickname", "anonymous", "temp"})


def read_patient(entry: Entry) -> ReadPatient:
    """Return the patient that a Patient resource names.

    Raises:
        BrokenResourceError: a date of it is none.
    """
    resource: PatientResource = entry.resource
    name = _short(name_among(resource.name), entry.remarks, "Patient.name")
    others = dict.fromkeys(told for one in resource.name if (told := _name(one)) and told != name)
    return ReadPatient(
        key=entry.key,
        place=entry.place,
        patient=Patient(
            identifiers=_identifiers(resource, entry),
            name=name,
            birth_date=date_of(resource.birth_date, "Patient.birthDate"),
            sex=sex_of(resource.gender),
            deceased=date_of(resource.deceased_date_time, "Patient.deceasedDateTime"),
            vital_status=None if resource.deceased_date_time else _VITAL[resource.deceased_boolean],
        ),
        names=tuple(one for one in others if len(one) <= WORD_MOST),
    )


def _identifiers(resource: PatientResource, entry: Entry) -> tuple[PatientIdentifier, ...]:
    kept: dict[tuple[str, str], PatientIdentifier] = {}
    for one in resource.identifier:
        value = (one.value or "").strip()
        if not value or one.use == "old":
            continue
        # An identifier without a system is one of whatever its type says, such as a medical record number.
        system = (one.system or words_of(one.type) or "unknown").strip()
        if len(value) > WORD_MOST or len(system) > WORD_MOST:
            entry.remarks.add("`Patient.identifier` is too long; it stands in the payload only.")
            continue
        kept.setdefault((system, value), PatientIdentifier(system=system, value=value))
    url = entry.part.full_url or ""
    if url.startswith(("http://", "https://")) and entry.id and len(url) <= WORD_MOST:
        system = url.partition("/_history/")[0].rpartition("/")[0]
        if system:
            kept.setdefault((system, entry.id), PatientIdentifier(system=system, value=entry.id))
    return tuple(kept.values())[:_IDENTIFIERS_MOST]


def _short(text: str | None, remarks: Remarks, name: str) -> str | None:
    if text is not None and len(text) > WORD_MOST:
        remarks.add(f"`{name}` is longer than {WORD_MOST} characters; it stands in the payload only.")
        return None
    return text


def name_among(names: Iterable[HumanName]) -> str | None:
    """Return the name that somebody goes by now: the official one, else the usual one, else the first."""
    several = list(names)
    for use in ("official", "usual", None):
        for one in several:
            if one.use == use and (told := _name(one)):
                return told
    return next(
        (told for one in several if one.use not in _UNUSED_NAMES and (told := _name(one))), None
    ) or next((told for one in several if (told := _name(one))), None)


def _name(name: HumanName) -> str | None:
    built = full_name(
        given=(part for part in name.given if part),
        family=name.family,
        suffix=" ".join(part for part in name.suffix if part) or None,
    )
    return built or (" ".join(name.text.split()) if name.text and name.text.strip() else None)


_ROLES: Final[tuple[tuple[re.Pattern[str], Role], ...]] = (
    (re.compile(r"radiolog|nuclear medicine|diagnostic imaging", re.IGNORECASE), "radiologist"),
    (re.compile(r"patholog", re.IGNORECASE), "pathologist"),
    (re.compile(r"oncolog|haemato|hemato", re.IGNORECASE), "oncologist"),
    (re.compile(r"surg|chirurg", re.IGNORECASE), "surgeon"),
    (
        re.compile(r"general practi|family (medicine|practi|doctor)|primary care", re.IGNORECASE),
        "referring_doctor",
    ),
)
"""By the words of a specialty or role; radiation oncology is oncology, surgical oncology too."""

_ONCOLOGY: Final = re.compile(r"oncolog", re.IGNORECASE)


class People:
    """Answers who is meant by a reference; remembers, since a few people stand behind thousands of resources."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._known: dict[str, tuple[str | None, Role | None, str | None]] = {}

    def of(
        self, references: Iterable[Reference | None], within: Entry
    ) -> tuple[str | None, Role | None, str | None]:
        """Return the name, the role and the institution of whoever is meant, each from the first that tells it."""
        name: str | None = None
        role: Role | None = None
        place: str | None = None
        for reference in references:
            if reference is None:
                continue
            told = self._told(reference, within)
            name, role, place = name or told[0], role or told[1], place or told[2]
        return name, role, place

    def _told(self, reference: Reference, within: Entry) -> tuple[str | None, Role | None, str | None]:
        address = reference.reference or ""
        if address.startswith("#") or not address:
            return self._look(reference, within)
        # The same words may mean another server's resource in an entry of that server.
        name = f"{base_of(within.part.full_url)} {address}"
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self._look(reference, within)
        if known[0] is None and known[2] is None and reference.display:
            return _clean(reference.display), known[1], None
        return known

    def _look(self, reference: Reference, within: Entry) -> tuple[str | None, Role | None, str | None]:
        found = self._graph.find(reference, within)
        resource = found.resource if found is not None else None
        shown = _clean(reference.display)
        match resource:
            case Practitioner():
                learnt = " ".join(filter(None, (words_of(one.code) for one in resource.qualification)))
                is_family = found is not None and found.kind == "RelatedPerson"
                kind: Role = "patient_caregiver" if is_family else _role(learnt)
                return name_among(resource.name) or shown, kind, None
            case PractitionerRole():
                inner = self._look(resource.practitioner, found) if resource.practitioner and found else None
                work = self._look(resource.organization, found) if resource.organization and found else None
                name = (inner[0] if inner else None) or shown
                said = " ".join(filter(None, map(words_of, (*resource.specialty, *resource.code))))
                return name, _role(said), work[2] if work else None
            case Organization():
                return None, None, _clean(resource.name) or shown
            case Location():
                return None, None, _clean(resource.name) or shown
            case PatientResource():
                return None, "patient_caregiver", None
            case _:
                return self._unresolved(reference, shown)

    def _unresolved(
        self, reference: Reference, shown: str | None
    ) -> tuple[str | None, Role | None, str | None]:
        kind = reference.type or (reference.reference or "").split("/")[-2:][0]
        match kind:
            case "Organization" | "Location":
                return None, None, shown
            case "Patient" | "RelatedPerson":
                return None, "patient_caregiver", None
            case "CareTeam":
                return shown, "mdt", None
            case "Practitioner" | "PractitionerRole":
                return shown, "other_clinician", None
            case _:
                return shown, None, None


def _role(said: str) -> Role:
    if _ONCOLOGY.search(said):
        return "oncologist"
    return next((role for pattern, role in _ROLES if pattern.search(said)), "other_clinician")


def _clean(text: str | None) -> str | None:
    return " ".join(text.split())[:WORD_MOST] if text and text.strip() else None
