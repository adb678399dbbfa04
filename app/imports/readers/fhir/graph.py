"""The resources of a payload and how they refer to each other."""

import re
from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final, TypeVar

import msgspec

from app.imports.domain.fitting import Remarks
from app.imports.readers.fhir.decode import BrokenResourceError, decode
from app.imports.readers.fhir.model import Element, Identifier, Reference
from app.imports.readers.fhir.resources import READ
from app.imports.readers.fhir.unpack import Part

K = TypeVar("K", bound=Hashable)


class _Head(Element):
    resource_type: str | None = None
    id: str | None = None
    identifier: msgspec.Raw = msgspec.Raw(b"")


_HEAD: Final = msgspec.json.Decoder(_Head)
_UNDECODABLE: Final = (msgspec.DecodeError, RecursionError, UnicodeError)
_KIND: Final = re.compile(r"[A-Za-z]{1,64}")
_ID: Final = re.compile(r"[A-Za-z0-9._|-]{1,64}")
"""What an id may be; another is kept as a key and not shown, since it may be anything."""
_ID_MOST: Final = 200
_ADDRESS_MOST: Final = 300
_IDENTIFIERS: Final = msgspec.json.Decoder(tuple[Identifier, ...] | Identifier)


@dataclass(slots=True, eq=False)
class Entry:
    """One resource of the payload, read as far as it can be."""

    index: int
    part: Part
    place: str
    kind: str
    id: str | None
    key: str
    remarks: Remarks
    resource: Any = None
    """Its structure; None where its type is not read, or where it is broken."""
    fault: BrokenResourceError | None = None
    container: "Entry | None" = None
    """The resource that this one is contained in."""
    contained: dict[str, "Entry"] = field(default_factory=dict)
    patient: str | None = None
    claimed: str | None = None
    """Which record this resource has become a part of, in words, where it makes none of its own."""


class Graph:
    """Finds resources by address, by id and by business identifier."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self.entries = [_entry_of(index, part) for index, part in enumerate(parts)]
        self._by_address: dict[str, Entry | None] = {}
        self._by_id: dict[str, Entry | None] = {}
        self._by_identifier: dict[tuple[str | None, str], Entry | None] = {}

    def index(self, passed_over: Collection[int]) -> None:
        """Make the resources known under their addresses, without those that others of the payload overtake.

        What two resources are known under means neither: which one was meant would be a guess.
        """
        for entry in self.entries:
            if not entry.part.raw or entry.index in passed_over:
                continue
            if entry.part.full_url:
                _know(self._by_address, entry.part.full_url, entry)
            if entry.id:
                _know(self._by_address, f"{entry.kind}/{entry.id}", entry)
                _know(self._by_id, entry.id, entry)
            if entry.resource is None:
                continue
            for identifier in _identifiers(entry.resource):
                if identifier.value:
                    _know(self._by_identifier, (identifier.system, identifier.value), entry)
            for raw in getattr(entry.resource, "contained", ()):
                _contain(entry, bytes(raw))

    def find(self, reference: Reference | None, within: Entry | None = None) -> Entry | None:
        """Return the resource that a reference means; None where the payload does not hold it."""
        if reference is None:
            return None
        address = reference.reference
        if address:
            found = self._at(address, within)
            if found is not None:
                return found
        identifier = reference.identifier
        if identifier is not None and identifier.value:
            return self._by_identifier.get((identifier.system, identifier.value))
        return None

    def _at(self, address: str, within: Entry | None) -> Entry | None:
        if address.startswith("#"):
            holder = within.container or within if within is not None else None
            return holder.contained.get(address[1:]) if holder is not None else None
        address = address.partition("/_history/")[0]
        found = self._by_address.get(address)
        if found is not None:
            return found
        if within is not None and "://" not in address and not address.startswith("urn:"):
            base = base_of(within.part.full_url)
            found = self._by_address.get(f"{base}{address}") if base else None
        if found is None and "://" in address:
            # The same server may name itself in references and not in the entries.
            found = self._by_address.get("/".join(address.split("/")[-2:]))
        if found is None and "/" not in address:
            found = self._by_id.get(address.removeprefix("urn:uuid:"))
        return found

    def all(self, references: Iterable[Reference], within: Entry) -> Iterator[Entry]:
        """Return the resources that references mean, without those that the payload does not hold."""
        return (found for one in references if (found := self.find(one, within)) is not None)

    def key_of(self, reference: Reference | None, within: Entry) -> str | None:
        """Return the key of what a reference means, whether the payload holds it or was sent before."""
        found = self.find(reference, within)
        if found is not None:
            return found.key
        address = reference.reference if reference is not None else None
        if not address or address.startswith("#"):
            return None
        address = address.partition("/_history/")[0]
        base = "" if "://" in address or address.startswith("urn:") else base_of(within.part.full_url) or ""
        return base + address


def _know(known: dict[K, Entry | None], name: K, entry: Entry) -> None:
    other = known.setdefault(name, entry)
    if other is not entry:
        known[name] = None


def _entry_of(index: int, part: Part) -> Entry:
    remarks = Remarks()
    kind = part.kind if part.kind and _KIND.fullmatch(part.kind) else ""
    id_, head = None, None
    if part.raw and part.fault is None:
        try:
            head = _HEAD.decode(part.raw)
            id_ = head.id if head.id and len(head.id) <= _ID_MOST else None
        except _UNDECODABLE:
            pass
    named = f"{kind}/{id_}" if id_ and _ID.fullmatch(id_) else kind
    place = f"{part.place} ({named})" if part.place and named else part.place or named
    entry = Entry(index, part, place, kind, id_, _key(part, kind, id_, head), remarks)
    if part.fault is not None:
        entry.fault = BrokenResourceError(part.fault)
    elif kind in READ:
        _read(entry, part.raw)
    return entry


def _read(entry: Entry, raw: bytes) -> None:
    try:
        entry.resource = decode(entry.kind, raw, entry.remarks)
    except BrokenResourceError as fault:
        entry.fault = fault


def _contain(holder: Entry, raw: bytes) -> None:
    try:
        head = _HEAD.decode(raw)
    except _UNDECODABLE:
        return
    kind = head.resource_type or ""
    if not head.id or len(head.id) > _ID_MOST or kind not in READ:
        return
    id_ = head.id.removeprefix("#")
    inner = Entry(
        holder.index,
        Part(holder.part.place, raw, kind, holder.part.full_url),
        f"{holder.place}#{id_}",
        kind,
        id_,
        f"{holder.key}#{id_}",
        Remarks(),
        container=holder,
    )
    _read(inner, raw)
    holder.contained[id_] = inner


@lru_cache(maxsize=4_096)
def base_of(full_url: str | None) -> str | None:
    """Return the address of the sender's server, with a slash at its end."""
    if not full_url or len(full_url) > _ADDRESS_MOST or not full_url.startswith(("http://", "https://")):
        return None
    parts = full_url.split("/")
    return "/".join(parts[:-2]) + "/" if len(parts) > 4 else None  # noqa: PLR2004 (scheme, host, type and id)


def _key(part: Part, kind: str, id_: str | None, head: _Head | None) -> str:
    """Return the sender's identity of a resource: its address, its identifier, else its content."""
    if id_:
        return f"{base_of(part.full_url) or ''}{kind}/{id_}"
    if head is not None and bytes(head.identifier) not in {b"", b"null"}:
        try:
            found = _IDENTIFIERS.decode(head.identifier)
        except _UNDECODABLE:
            found = ()
        for one in found if isinstance(found, tuple) else (found,):
            if one.value and len(one.value) <= _ID_MOST and len(one.system or "") <= _ADDRESS_MOST:
                return f"{kind}?identifier={one.system or ''}|{one.value}"
    if part.full_url and len(part.full_url) <= _ADDRESS_MOST:
        return part.full_url.partition("/_history/")[0]
    return f"{kind}#{sha256(part.raw).hexdigest()}"


def _identifiers(resource: object) -> Iterable[Identifier]:
    found = getattr(resource, "identifier", ())
    own = getattr(resource, "master_identifier", None)
    several = found if isinstance(found, tuple) else (found,) if found is not None else ()
    return several if own is None else (*several, own)
