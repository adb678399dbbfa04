"""What the mappings share: making items of a reading out of resources."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from app.imports.domain import moments
from app.imports.domain.fitting import WORD_MOST, quote
from app.imports.domain.fitting import place as fitted_place
from app.imports.domain.reading import AnyItem, FoundRecord, Link, NotUsed, Withdrawn
from app.imports.readers.fhir.decode import BrokenResourceError
from app.imports.readers.fhir.graph import Entry, Graph
from app.imports.readers.fhir.model import Identifier, Meta, Reference
from app.imports.readers.fhir.people import People
from app.imports.readers.fhir.wording import told
from app.records.domain.checks import ESSENTIAL
from app.records.domain.kinds import AnyRecord

NOTHING_TO_DO: Final = "Nothing needs to be done."
NOT_HELD: Final = "Nothing needs to be done; the whole payload is kept as a document."


@dataclass(slots=True)
class Making:
    """One reading in the making: the payload's resources, and what became of each."""

    graph: Graph
    people: People
    papers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By a resource's key, the keys of the documents that came in it."""

    def record(
        self,
        entry: Entry,
        record: AnyRecord,
        *,
        suffix: str = "",
        key: str | None = None,
        links: Iterable[Link] = (),
        sources: Iterable[Entry] = (),
    ) -> FoundRecord:
        """Return a record as an item of the reading."""
        if says_nothing(record):
            raise BrokenResourceError(*_nothing(entry.kind))
        meta: Meta | None = getattr(entry.resource, "meta", None)
        narrative = getattr(entry.resource, "text", None)
        papers = [*self.papers.get(entry.key, ())]
        for source in sources:
            papers += self.papers.get(source.key, ())
        return FoundRecord(
            place=fitted_place(entry.place),
            patient=entry.patient,
            record=record,
            key=(key or entry.key) + suffix,
            version=meta.version_id if meta is not None else None,
            stated_at=moments.instant(meta.last_updated) if meta is not None else None,
            links=tuple(link for link in links if link.keys),
            papers=tuple(dict.fromkeys(papers)),
            quote=quote(told(narrative)) if narrative is not None else None,
            remarks=entry.remarks.all(),
        )

    def link(self, name: str, references: Iterable[Reference], within: Entry) -> Link:
        """Return the link of a field to the facts that references mean."""
        keys = (self.graph.key_of(reference, within) for reference in references)
        return Link(field=name, keys=tuple(dict.fromkeys(key for key in keys if key)))

    def place(self, entry: Entry, *references: Reference | None) -> str | None:
        """Return the name of a place that references mean, whatever of it they tell."""
        name, _, place = self.people.of(references, entry)
        return place or name

    def behind(self, entry: Entry, *references: Reference | None) -> dict[str, Any]:
        """Return who stands behind a fact and the sender's id of it, as fields of a fact."""
        author, role, place = self.people.of(references, entry)
        return {
            "author": author,
            "asserted_by": role,
            "facility": place,
            "external_id": external_id(entry),
        }


def external_id(entry: Entry) -> str | None:
    """Return the sender's own id of a fact: its business identifier, else the resource's id."""
    found = getattr(entry.resource, "identifier", ())
    several = found if isinstance(found, tuple) else (found,) if isinstance(found, Identifier) else ()
    values = (" ".join(one.value.split()) for one in several if one.value)
    return next((value for value in values if 0 < len(value) <= WORD_MOST), None) or entry.id


def skipped(entry: Entry, detail: str, fix: str = NOTHING_TO_DO) -> NotUsed:
    """Return a resource as one that is understood and of no use here."""
    return _not_used(entry, "skipped", detail, fix)


def rejected(entry: Entry, detail: str, fix: str) -> NotUsed:
    """Return a resource as one that cannot be used as it is."""
    return _not_used(entry, "rejected", detail, fix)


def _not_used(entry: Entry, outcome: Any, detail: str, fix: str) -> NotUsed:  # noqa: ANN401 (one of two words)
    said = " ".join((detail, *entry.remarks.all()))
    return NotUsed(
        place=fitted_place(entry.place), patient=entry.patient, outcome=outcome, detail=said, fix=fix
    )


def nothing_said(entry: Entry) -> NotUsed:
    """Return a resource that states nothing which a record could hold."""
    return rejected(entry, *_nothing(entry.kind))


def _nothing(kind: str) -> tuple[str, str]:
    return (
        f"The {kind} says nothing that a record could hold.",
        "Send what it is about, in a code with its display or in words.",
    )


def says_nothing(record: AnyRecord) -> bool:
    """Tell whether a record lacks everything that makes one of its kind."""
    names = ESSENTIAL.get(record.kind, ())
    return (
        bool(names)
        and record.stated is None
        and all(getattr(record, name) in (None, ()) and name not in record.absent for name in names)
    )


def withdrawn(entry: Entry, reason: str, *, suffix: str = "") -> Withdrawn:
    """Return a fact as taken back by its sender."""
    meta: Meta | None = getattr(entry.resource, "meta", None)
    return Withdrawn(
        place=fitted_place(entry.place),
        patient=entry.patient,
        key=entry.key + suffix,
        stated_at=moments.instant(meta.last_updated) if meta is not None else None,
        reason=reason,
    )


IN_ERROR: Final = "The sender marks it as entered in error."

Items = Iterable[AnyItem]
