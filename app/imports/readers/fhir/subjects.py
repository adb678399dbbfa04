"""Whose each resource is, and which patients a payload names."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import msgspec

from app.cases.domain import Identifier as PatientIdentifier
from app.cases.domain import Patient
from app.imports.domain.fitting import WORD_MOST
from app.imports.domain.fitting import place as fitted_place
from app.imports.domain.reading import ReadPatient
from app.imports.readers.fhir.decode import BrokenResourceError
from app.imports.readers.fhir.graph import Entry, Graph, base_of
from app.imports.readers.fhir.model import Element, Reference
from app.imports.readers.fhir.people import read_patient

_NOBODYS: Final = frozenset(
    {
        "Practitioner",
        "PractitionerRole",
        "Organization",
        "Location",
        "Medication",
        "Device",
        "Endpoint",
        "HealthcareService",
        "Binary",
        "Substance",
    }
)
"""Resources that belong to no patient and may serve several."""


class _About(Element):
    subject: msgspec.Raw = msgspec.Raw(b"")
    patient: msgspec.Raw = msgspec.Raw(b"")
    beneficiary: msgspec.Raw = msgspec.Raw(b"")


_ABOUT: Final = msgspec.json.Decoder(_About)
_REFERENCE: Final = msgspec.json.Decoder(Reference)


class Subjects:
    """The patients of a payload, found before anything else is read of it."""

    def __init__(self, graph: Graph, passed_over: frozenset[int]) -> None:
        self._graph = graph
        self._found: dict[str, ReadPatient] = {}
        self._known: dict[str, tuple[str | None, str | None]] = {}
        self.problems: dict[int, str] = {}
        """By entry, why its patient cannot be told."""
        entries = [entry for entry in graph.entries if entry.index not in passed_over and entry.part.raw]
        for entry in entries:
            if entry.kind == "Patient" and entry.resource is not None:
                self._name(entry)
        self._has_own = bool(self._found)
        for entry in entries:
            entry.patient = self._of(entry)
        self.several = len(self._found) > 1
        for entry in entries:
            self._settle(entry)

    @property
    def patients(self) -> tuple[ReadPatient, ...]:
        """Return the patients named."""
        return tuple(self._found.values())

    def shared(self) -> Iterator[Entry]:
        """Return the resources that serve all patients."""
        return (entry for entry in self._graph.entries if entry.kind in _NOBODYS)

    def _name(self, entry: Entry) -> None:
        try:
            self._found[entry.key] = read_patient(entry)
        except BrokenResourceError as fault:
            entry.fault = fault

    def _of(self, entry: Entry) -> str | None:
        if entry.kind == "Patient":
            return entry.key if entry.key in self._found else None
        if entry.kind in _NOBODYS or entry.fault is not None:
            return None
        reference = _subject(entry)
        if reference is None:
            return None
        address = reference.reference or ""
        if address.startswith("#") or not address:
            key, problem = self._look(entry, reference)
        else:
            # The same words may mean another server's resource in an entry of that server.
            name = f"{base_of(entry.part.full_url)} {address}"
            known = self._known.get(name)
            if known is None:
                known = self._known[name] = self._look(entry, reference)
            key, problem = known
        if problem is not None:
            self.problems[entry.index] = problem
        return key

    def _look(self, entry: Entry, reference: Reference) -> tuple[str | None, str | None]:
        found = self._graph.find(reference, entry)
        if found is not None:
            if found.kind != "Patient":
                return None, f"Its subject is a {found.kind or 'thing without a type'}, not a patient."
            if found.key in self._found:
                return found.key, None
            if found.container is not None and found.resource is not None:
                try:
                    return self._contained(found), None
                except BrokenResourceError as fault:
                    return None, f"Its patient cannot be read: {fault.detail}"
            return None, "Its patient's resource cannot be read."
        kind = reference.type or _kind_in(reference.reference or "")
        if kind not in {None, "Patient"}:
            return None, f"Its subject is a {kind}, not a patient."
        if self._has_own:
            return None, "Its subject is a patient who is not in the payload."
        return self._absent(entry, reference), None

    def _contained(self, found: Entry) -> str:
        """Return the key of a patient contained in a resource: the same identifier is the same patient."""
        read = read_patient(found)
        first = next(iter(read.patient.identifiers), None)
        key = f"Patient?identifier={first.system}|{first.value}" if first is not None else found.key
        self._found.setdefault(key, replace(read, key=key))
        return key

    def _absent(self, entry: Entry, reference: Reference) -> str:
        key = self._graph.key_of(reference, entry)
        identifiers = []
        given = reference.identifier
        if given is not None and given.value:
            key = key or f"Patient?identifier={given.system or ''}|{given.value}"
            identifiers.append((given.system or "unknown", given.value))
        address = reference.reference or ""
        if "://" in address:
            system, _, value = address.partition("/_history/")[0].rpartition("/")
            identifiers.append((system, value))
        key = key or "Patient"
        self._found.setdefault(
            key,
            ReadPatient(
                key=key,
                place=fitted_place(entry.place),
                patient=Patient(
                    identifiers=tuple(
                        PatientIdentifier(system=system, value=value)
                        for system, value in identifiers
                        if system and value and len(system) <= WORD_MOST and len(value) <= WORD_MOST
                    )
                ),
            ),
        )
        return key

    def _settle(self, entry: Entry) -> None:
        is_somebodys = entry.patient is None and entry.kind not in {*_NOBODYS, "Patient"}
        if is_somebodys and self.several and entry.index not in self.problems:
            self.problems[entry.index] = (
                "The payload holds several patients, and this does not say whose it is."
            )
        for inner in entry.contained.values():
            inner.patient = entry.patient
        if not self.several:
            entry.patient = None
            for inner in entry.contained.values():
                inner.patient = None


def _subject(entry: Entry) -> Reference | None:
    resource = entry.resource
    found = getattr(resource, "subject", None) or getattr(resource, "patient", None)
    if found is not None or resource is not None:
        return found if isinstance(found, Reference) else None
    try:
        about = _ABOUT.decode(entry.part.raw)
        for raw in (about.subject, about.patient, about.beneficiary):
            if bytes(raw).startswith(b"{"):
                return _REFERENCE.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        pass
    return None


def _kind_in(address: str) -> str | None:
    parts = address.partition("/_history/")[0].split("/")
    return parts[-2] if len(parts) > 1 and parts[-2][:1].isupper() else None
