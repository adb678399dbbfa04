"""The header of a document: what it is, whose, by whom, and which version. Source: CDA R2, section 4.2."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.cases.domain import Identifier, Patient, VitalStatus
from app.imports.domain.fitting import WORD_MOST
from app.imports.domain.moments import instant
from app.imports.domain.people import language_of, sex_of
from app.imports.domain.reading import ReadPatient, UnreadablePayloadError
from app.imports.readers.cda.datatypes import (
    ABSENCES,
    NOTHING,
    Concept,
    concept,
    ids_in,
    ids_of,
    person_name,
    when,
)
from app.imports.readers.cda.narrative import Narrative, written
from app.imports.readers.cda.people import NOBODY, Author, Directory, author_of
from app.imports.readers.cda.tree import (
    SDTC,
    Node,
    at,
    attribute,
    child,
    children,
    children_by_name,
    own_text,
)
from app.records.domain.base import Absence

PATIENT: Final = "patient"
_VITAL: Final[Mapping[str, VitalStatus]] = {"true": "dead", "1": "dead", "false": "alive", "0": "alive"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the header says; all empty for a part of a document that has none."""

    id: str | None = None
    set_id: str | None = None
    version: str | None = None
    code: Concept = NOTHING
    title: str | None = None
    date: str | None = None
    """The document's date, EDTF."""
    stated_at: str | None = None
    """The same as a moment in UTC."""
    language: str | None = None
    confidential: bool = False
    """Whether it is marked as restricted or very restricted."""
    author: Author | None = None
    people: Directory = NOBODY
    custodian: str | None = None
    """The custodian's name."""
    namespace: str = ""
    """Whose ids the document speaks: the custodian's id, else its name."""
    replaces: str | None = None
    """The document, or set of documents, that this one takes over from."""
    event: Node | None = None
    """The service event that is documented."""
    encounter: Node | None = None
    accession: str | None = None

    @property
    def identity(self) -> str:
        """What stays the same from version to version of the document."""
        return self.set_id or self.id or ""


def read_header(root: Node, narrative: Narrative) -> Header:
    """Return the header of a whole document."""
    parts = children_by_name(root)
    stated = at(parts, "effectiveTime")
    custodian = at(parts, "custodian", "assignedCustodian", "representedCustodianOrganization")
    custodian_ids = () if custodian is None else ids_of(custodian)
    name = own_text(child(custodian, "name"))
    people = Directory(parts)
    title = written(at(parts, "title"))
    return Header(
        id=next(iter(ids_in(parts.get("id", ()))), None),
        set_id=_joined(at(parts, "setId")),
        version=attribute(at(parts, "versionNumber"), "value"),
        code=concept(at(parts, "code"), narrative),
        title=" ".join(title.split()) if title else None,
        date=when(stated).day,
        stated_at=instant(attribute(stated, "value")),
        language=language_of(attribute(at(parts, "languageCode"), "code")),
        confidential=attribute(at(parts, "confidentialityCode"), "code") in {"R", "V"},
        author=_author(parts, people, narrative),
        people=people,
        custodian=name,
        namespace=(custodian_ids[0] if custodian_ids else name) or "",
        replaces=_replaced(parts.get("relatedDocument", ())),
        event=at(parts, "documentationOf", "serviceEvent"),
        encounter=at(parts, "componentOf", "encompassingEncounter"),
        # The order's number. Source: Diagnostic Imaging Report, inFulfillmentOf/order/id.
        accession=_short(attribute(at(parts, "inFulfillmentOf", "order", "id"), "extension")),
    )


def _author(parts: Mapping[str, Sequence[Node]], people: Directory, narrative: Narrative) -> Author | None:
    """Return the first author who is a person; else whoever signed; else the device."""
    device = None
    for name in ("author", "legalAuthenticator", "authenticator"):
        for holder in parts.get(name, ()):
            found = author_of(holder, people, narrative)
            if found is not None and found.is_person:
                return found
            device = device or found
    return device


def _joined(node: Node | None) -> str | None:
    if node is None or node.get("nullFlavor"):
        return None
    return "|".join(part for part in (node.get("root"), node.get("extension")) if part) or None


def _replaced(documents: Iterable[Node]) -> str | None:
    for related in documents:
        if related.get("typeCode") == "RPLC":
            parent = child(related, "parentDocument")
            if parent is not None:
                return _joined(child(parent, "setId")) or next(iter(ids_of(parent)), None)
    return None


def _short(number: str | None) -> str | None:
    return number if number and len(number) <= WORD_MOST else None


def read_patient(root: Node) -> ReadPatient | None:
    """Return the patient that the document is about; None where it names none.

    Raises:
        UnreadablePayloadError: it names several people, and which fact is whose cannot be told.
    """
    targets = list(children(root, "recordTarget"))
    found = [_patient(target) for target in targets]
    if len({(one.identifiers, one.name, one.birth_date) for one in found}) > 1:
        raise UnreadablePayloadError(
            "The document names more than one patient, and does not say which of its facts is whose. Send one document "
            "for each patient."
        )
    if not found:
        return None
    role = child(targets[0], "patientRole")
    person = child(role, "patient")
    return ReadPatient(
        key=PATIENT,
        place="/ClinicalDocument/recordTarget/patientRole",
        patient=found[0],
        names=_other_names(children(person, "name"), found[0].name),
    )


def _patient(target: Node) -> Patient:
    role = child(target, "patientRole")
    person = child(role, "patient")
    birth = when(child(person, "birthTime")).day
    return Patient(
        identifiers=() if role is None else tuple(_identifiers(role))[:50],
        name=_name(person),
        birth_date=birth[:10] if birth else None,
        sex=sex_of(attribute(child(person, "administrativeGenderCode"), "code")),
        deceased=(died := _death(person)),
        vital_status=None if died else _vital(person),
    )


def _identifiers(role: Node) -> list[Identifier]:
    found: dict[tuple[str, str], Identifier] = {}
    for one in children(role, "id"):
        root, extension = attribute(one, "root"), attribute(one, "extension")
        system = root or attribute(one, "assigningAuthorityName")
        # An id without an extension is its root: a UUID, or an OID of the patient's own.
        value = extension or root
        if one.get("nullFlavor") or not system or not value or max(len(system), len(value)) > WORD_MOST:
            continue
        if not extension:
            system = attribute(one, "assigningAuthorityName") or "urn:ietf:rfc:3986"
        found.setdefault((system, value), Identifier(system=system, value=value))
    return list(found.values())


def _name(person: Node | None) -> str | None:
    """Return the legal name that holds now, else the first that holds now, else the first."""
    names = [one for one in children(person, "name") if not one.get("nullFlavor")]
    current = [one for one in names if when(child(one, "validTime")).end is None]
    legal = [one for one in current if "L" in (one.get("use") or "").split()]
    chosen = next(iter((*legal, *current, *names)), None)
    name = person_name(chosen)
    return name if name and len(name) <= WORD_MOST else None


def _other_names(written: Sequence[Node], chosen: str | None) -> tuple[str, ...]:
    if len(written) < 2:  # noqa: PLR2004  one is the chosen one
        return ()
    names = (person_name(one) for one in written)
    return tuple(dict.fromkeys(one for one in names if one and one != chosen and len(one) <= WORD_MOST))


def _death(person: Node | None) -> str | None:
    if person is None:
        return None
    time = next(person.iterchildren(SDTC + "deceasedTime"), None)
    return (when(time).day or "")[:10] or None if time is not None else None


def _vital(person: Node | None) -> VitalStatus | None:
    """Return what `sdtc:deceasedInd` says of a death without a date; a null flavour says that it is not known."""
    said = next(person.iterchildren(SDTC + "deceasedInd"), None) if person is not None else None
    if said is None:
        return None
    if (null := said.get("nullFlavor")) is not None:
        return "unknown" if ABSENCES.get(null) is Absence.UNKNOWN else None
    return _VITAL.get((said.get("value") or "").strip())
