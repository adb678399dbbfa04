"""Who wrote and who did something, named in full even where an entry gives only an id."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from app.imports.domain.people import role_of
from app.imports.readers.cda.datatypes import concept, ids_in, person_name, when
from app.imports.readers.cda.narrative import Narrative
from app.imports.readers.cda.tree import Node, at, child, children, children_by_name, own_text
from app.records.domain.base import Role


class Author(Struct, frozen=True, kw_only=True, gc=False):
    """An author or performer."""

    name: str | None = None
    role: str | None = None
    """Role or specialty, as written."""
    organisation: str | None = None
    is_person: bool = True
    stands: Role | None = None
    """Which kind of person stands behind the statement; None for a device."""


_IN_HEADER: Final = ("author", "legalAuthenticator", "authenticator", "dataEnterer", "informant")


class Directory:
    """The people that the header names in full, by their ids; gathered when one is first asked for."""

    def __init__(self, header: Mapping[str, list[Node]]) -> None:
        self._header = header
        self.known: dict[str, Author] = {}
        """Those of them who were read already, without the time."""

    @cached_property
    def by_id(self) -> Mapping[str, Mapping[str, list[Node]]]:
        """What is said of the people, by their ids."""
        found: dict[str, Mapping[str, list[Node]]] = {}
        holders = [one for name in _IN_HEADER for one in self._header.get(name, ())]
        for event in self._header.get("documentationOf", ()):
            holders.extend(children(child(event, "serviceEvent"), "performer"))
        for holder in holders:
            entity = _entity(holder)
            parts = {} if entity is None else children_by_name(entity)
            if at(parts, "assignedPerson", "name") is not None:
                for one in ids_in(parts.get("id", ())):
                    found.setdefault(one, parts)
        return found

    def find(self, mention: Mapping[str, list[Node]]) -> str | None:
        """Return the id under which the header names a person in full of whom this mention gives an id only."""
        if "id" not in mention or at(mention, "assignedPerson", "name") is not None:
            return None
        known = self.by_id
        return next((one for one in ids_in(mention["id"]) if one in known), None)


NOBODY: Final = Directory({})


def _entity(holder: Node) -> Node | None:
    entity = child(holder, "assignedAuthor")
    return child(holder, "assignedEntity") if entity is None else entity


def author_of(holder: Node | None, people: Directory, narrative: Narrative) -> Author | None:
    """Return an author, authenticator or performer; None where the element names nobody."""
    if holder is None:
        return None
    entity = _entity(holder)
    if entity is None:
        return None
    mention = children_by_name(entity)
    found = people.find(mention)
    if found is None:
        return _read(mention, narrative)
    author = people.known.get(found) or _read(people.by_id[found], narrative)
    if author is None:
        return None
    people.known[found] = author
    organisation = own_text(at(mention, "representedOrganization", "name"))
    return replace(author, organisation=organisation) if organisation else author


def _read(parts: Mapping[str, list[Node]], narrative: Narrative) -> Author | None:
    name = person_name(at(parts, "assignedPerson", "name"))
    device = at(parts, "assignedAuthoringDevice")
    if device is not None and name is None:
        name = own_text(child(device, "softwareName")) or own_text(child(device, "manufacturerModelName"))
    organisation = own_text(at(parts, "representedOrganization", "name"))
    if name is None and organisation is None:
        return None
    role = concept(at(parts, "code"), narrative).shown
    return Author(
        name=name,
        role=role,
        organisation=organisation,
        is_person=device is None,
        stands=role_of(role) if device is None else None,
    )


def first_author(holders: Iterable[Node], people: Directory, narrative: Narrative) -> Author | None:
    """Return the first author whom a statement names; None where it names none."""
    for one in holders:
        found = author_of(one, people, narrative)
        if found is not None:
            return found
    return None


def first_day(holders: Iterable[Node]) -> str | None:
    """Return when the first author who gives a time wrote a statement."""
    for one in holders:
        day = when(child(one, "time")).day
        if day:
            return day
    return None


def first_organisation(holders: Iterable[Node]) -> str | None:
    """Return the first organisation among those who performed something."""
    names = (own_text(child(one, "assignedEntity", "representedOrganization", "name")) for one in holders)
    return next(filter(None, names), None)
