"""Where a statement stands and what surrounds it, and the items that come of it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from app.imports.domain.fitting import WORD_MOST, Remarks, place, quote
from app.imports.domain.reading import FoundRecord, NotUsed, Withdrawn
from app.imports.readers.cda.datatypes import Concept, When, concept, ids_in, when
from app.imports.readers.cda.header import PATIENT, Header
from app.imports.readers.cda.narrative import Narrative
from app.imports.readers.cda.people import Author, first_author, first_day, first_organisation
from app.imports.readers.cda.tree import Node, attribute, child, children_by_name, name_of
from app.records.domain.kinds import AnyRecord

KEY_MOST: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Doc:
    """The document that is being read."""

    header: Header
    narrative: Narrative
    patient: str | None
    """The key of its patient; None where it names none."""
    long_texts: dict[str, str] = field(default_factory=dict)
    """The places of texts that became documents of their own, by their hash: one text is one document."""

    def key(self, *parts: str) -> str:
        """Return a key within the namespace of the document's custodian."""
        joined = ":".join(("cda", self.header.namespace, *parts))
        if len(joined) <= KEY_MOST:
            return joined
        return f"cda:{hashlib.sha256(joined.encode()).hexdigest()}"


class Spot(Struct, kw_only=True, eq=False, gc=False):
    """One statement, and where it stands. What it holds stands inside it, so that there is no cycle."""

    doc: Doc
    node: Node
    place: str
    section: str = ""
    """The LOINC code of its section."""
    author: Author | None = None
    """The section's author, else the document's."""
    parts: tuple["Spot", ...] | None = None
    """The statements inside it, once they were looked for."""
    own_code: Concept | None = None
    authors: tuple[Author, ...] | None = None
    """The author whom it names itself, once they were looked for; empty where it names none."""
    inside: dict[str, list[Node]] | None = None
    """Its children by name, gone through once: to look for each is what reading would spend most of its time on."""
    known: tuple[str, ...] | None = None
    own_ids: tuple[str, ...] | None = None

    def to(self, node: Node, step: str) -> "Spot":
        """Return a part of this statement."""
        return Spot(
            doc=self.doc, node=node, place=f"{self.place}/{step}", section=self.section, author=self.author
        )

    def all(self, name: str) -> list[Node]:
        """Return its children of a name."""
        if self.inside is None:
            self.inside = children_by_name(self.node)
        return self.inside.get(name, [])

    def first(self, name: str) -> Node | None:
        """Return its first child of a name."""
        if self.inside is None:
            self.inside = children_by_name(self.node)
        found = self.inside.get(name)
        return found[0] if found else None

    @property
    def templates(self) -> tuple[str, ...]:
        """The templates that it says it follows."""
        if self.known is None:
            self.known = tuple([root for one in self.all("templateId") if (root := one.get("root"))])
        return self.known

    @property
    def code(self) -> Concept:
        """Its own code, read once."""
        if self.own_code is None:
            self.own_code = concept(self.first("code"), self.doc.narrative)
        return self.own_code

    def concept(self, name: str, *path: str) -> Concept:
        """Return the coded concept at the end of a path."""
        return concept(child(self.first(name), *path), self.doc.narrative)

    def when(self, name: str = "effectiveTime") -> When:
        """Return the time of a name, its own where none is given."""
        return when(self.first(name))

    def words(self, name: str = "text", *path: str) -> str | None:
        """Return the words of a text at the end of a path, followed to the narrative."""
        return self.doc.narrative.words(child(self.first(name), *path))

    @property
    def status(self) -> str:
        """Its status code."""
        return (attribute(self.first("statusCode"), "code") or "").casefold()

    @property
    def mood(self) -> str:
        """Its mood: `EVN` is what happened."""
        return self.node.get("moodCode") or "EVN"

    @property
    def negated(self) -> bool:
        """Whether the sender denies it."""
        return self.node.get("negationInd") == "true"

    @property
    def ids(self) -> tuple[str, ...]:
        """Its identifiers."""
        if self.own_ids is None:
            self.own_ids = ids_in(self.all("id"))
        return self.own_ids

    @property
    def external_id(self) -> str | None:
        """The sender's id of it, where it is short enough to keep."""
        ids = self.ids
        return ids[0] if ids and len(ids[0]) <= WORD_MOST else None

    def own_author(self) -> Author | None:
        """Return the author whom the statement itself names."""
        if self.authors is None:
            found = first_author(self.all("author"), self.doc.header.people, self.doc.narrative)
            self.authors = () if found is None else (found,)
        return self.authors[0] if self.authors else None

    def written_on(self) -> str | None:
        """Return when its author wrote it."""
        return first_day(self.all("author"))

    def performer(self) -> str | None:
        """Return the organisation that performed it."""
        return first_organisation(self.all("performer"))

    @property
    def quoted(self) -> str | None:
        """The words in the narrative that it refers to, in its text, its code or its value."""
        narrative = self.doc.narrative
        return (
            narrative.quoted(self.first("text"))
            or narrative.quoted(child(self.first("code"), "originalText"))
            or narrative.quoted(child(self.first("value"), "originalText"))
        )

    def key(self) -> str | None:
        """Return the key that its first identifier gives; None where it has none."""
        ids = self.ids
        return self.doc.key(ids[0]) if ids else None

    def found(
        self,
        record: AnyRecord,
        remarks: Remarks | None = None,
        *,
        papers: tuple[str, ...] = (),
        words: str | None = None,
        around: "Spot | None" = None,
        key: str | None = None,
    ) -> FoundRecord:
        """Return a record as found here, quoting `words`, else what the statement, or the one around it, refers to."""
        header = self.doc.header
        return FoundRecord(
            place=place(self.place),
            patient=self.doc.patient,
            record=record,
            key=key or self.key() or self.doc.key(record.kind, fingerprint(record)),
            version=header.version,
            stated_at=header.stated_at,
            papers=papers,
            quote=quote(words) if words is not None else self.quoted or (around.quoted if around else None),
            remarks=() if remarks is None else remarks.all(),
        )

    def skipped(self, detail: str, fix: str = "Nothing needs to be done.") -> NotUsed:
        """Say that something was understood and is not of use here."""
        return NotUsed(
            place=place(self.place), patient=self.doc.patient, outcome="skipped", detail=detail, fix=fix
        )

    def rejected(self, detail: str, fix: str) -> NotUsed:
        """Say that something is broken, or cannot be understood without guessing."""
        return NotUsed(
            place=place(self.place), patient=self.doc.patient, outcome="rejected", detail=detail, fix=fix
        )

    def withdrawn(self) -> Withdrawn | NotUsed:
        """Say that the sender takes the statement back."""
        key = self.key()
        if key is None:
            return self.rejected(
                "The sender nullifies a statement that has no id, so what is taken back cannot be told.",
                "Send it with the id that it had.",
            )
        return Withdrawn(
            place=place(self.place),
            patient=self.doc.patient,
            key=key,
            stated_at=self.doc.header.stated_at,
            reason="The sender marks it as nullified: it was entered in error.",
        )

    @property
    def step(self) -> str:
        """The statement's name."""
        return name_of(self.node)


_TELLING: Final = (
    "condition", "site", "histology", "tumour", "substance", "name", "started", "date", "test", "marker", "specimen",
    "procedure", "drugs", "category", "symptom", "words", "scale", "modality", "regions", "study_uid", "accession",
    "facility", "system", "timing", "conclusion", "impression", "statement", "plan", "question", "gene", "tests",
    "stated", "goals",
)  # fmt: skip
"""The fields by which a fact without an id is known again; what is measured of it or said about it may be corrected."""


_LISTED: Final = frozenset({"comorbidity", "allergy", "medication", "follow_up_plan", "planning"})
"""What lists repeat from document to document: their date is that of the list, and no part of the fact."""


@lru_cache(maxsize=256)  # there are some thirty kinds
def _told_by(record: type[AnyRecord], kind: str) -> tuple[str | None, ...]:
    """Return the telling fields, None in the place of each that records of a type do not have."""
    names = (name for name in _TELLING if name != "date" or kind not in _LISTED)
    return tuple(name if hasattr(record, name) else None for name in names)


def fingerprint(record: AnyRecord) -> str:
    """Return what identifies a fact by its content, hashed: keys hold nothing clinical."""
    return hashlib.sha256(_told(record).encode()).hexdigest()[:32]


def _told(record: AnyRecord) -> str:
    told = [
        "None" if name is None else repr(getattr(record, name))
        for name in _told_by(type(record), record.kind)
    ]
    told.extend(f"{code.system}|{code.code}" for code in record.codes)
    return "\n".join(told)


def with_unique_keys(items: Iterable[object]) -> list[object]:
    """Tell facts apart that share an id, as copied entries do; the very same fact twice is kept once."""
    kept = list(items)
    by_key: dict[str, list[int]] = {}
    for index, item in enumerate(kept):
        if isinstance(item, FoundRecord):
            by_key.setdefault(item.key, []).append(index)
    for key, indexes in by_key.items():
        if len(indexes) > 1:
            _tell_apart(kept, key, indexes)
    return kept


def _tell_apart(kept: list[object], key: str, indexes: list[int]) -> None:
    first: dict[str, FoundRecord] = {}
    whole: dict[str, list[int]] = {}
    for index in indexes:
        item = kept[index]
        if isinstance(item, FoundRecord):
            whole.setdefault(_told(item.record), []).append(index)
    for told, same in whole.items():
        for index in same:
            item = kept[index]
            if not isinstance(item, FoundRecord):
                continue
            if told in first:
                kept[index] = NotUsed(
                    place=item.place,
                    patient=item.patient,
                    outcome="skipped",
                    detail=place(f"The same fact stands already at {first[told].place}."),
                    fix="Nothing needs to be done.",
                )
                continue
            first[told] = item
            if len(whole) > 1:
                kept[index] = replace(item, key=f"{key}:{fingerprint(item.record)}")


__all__ = ["PATIENT", "Doc", "Spot", "fingerprint", "with_unique_keys"]
