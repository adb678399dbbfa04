"""What a reader makes of a payload: records, documents, and what could not be used and why.

A reader is a pure function from bytes to a `Reading`. It names everything it finds by its place in the payload and by
the sender's own identity of it, and leaves nothing out in silence: what it does not use is an item too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from msgspec import Struct

from app.cases.domain import Identifier, Patient
from app.documents.domain.document import DocumentBody
from app.errors import InvalidError
from app.records.domain.kinds import AnyRecord

Format = Literal["fhir", "hl7v2", "cda", "dicom", "tabular"]
"""The formats that are read; each is the `origin` of the records that come from it."""

DateOrder = Literal["dmy", "mdy", "ymd"]


class UnreadablePayloadError(InvalidError):
    """The payload as a whole cannot be read; nothing of it is stored."""

    slug = "unreadable-payload"
    title = "The payload could not be read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the caller says of a payload beside its bytes."""

    content_type: str | None = None
    """The media type it was sent as, parameters included; looked at, never trusted."""
    file_name: str | None = None
    """The name it was sent with."""
    charset: str | None = None
    """The character set that its bytes prove or the caller names; None where neither does."""
    date_order: DateOrder | None = None
    """How day, month and year follow each other in a table; None refuses what could be two dates."""
    decimal: Literal[",", "."] | None = None
    """The decimal sign of a table; None tells it from the values, and refuses what could be two numbers."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """For a table: its column names, each with the field that it holds."""
    sheet: str | None = None
    """For a workbook: the one sheet to read."""
    sender: str | None = None
    """The sending system, where its ids are its own only: those of two systems are then kept apart."""
    identifier_system: str | None = None
    """Who issued the patients' identifiers, where the payload does not say."""
    kind: str | None = None
    """For a table: the record kind that its rows are, where the columns leave it open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPatient:
    """A patient that the payload names."""

    key: str
    """What the reading's items call this patient; means nothing outside the reading."""
    place: str
    patient: Patient
    """Identifiers, name, birth date, sex and death as stated; nothing that was not."""
    names: tuple[str, ...] = ()
    """The name in its other writings (ideographic, phonetic, of another file): the same person may be known by any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A field of a record that names other records by their id; known only once those are stored."""

    field: str
    """A field of the record: one that holds an id, or several."""
    keys: tuple[str, ...]
    """The keys of the records meant; what is neither in the reading nor stored before stays out, and is remarked."""


class Item(Struct, frozen=True, kw_only=True, gc=False):
    """One thing of the payload, in the order of the payload.

    A struct, because a payload makes thousands of them; what it holds never forms a cycle.
    """

    place: str
    """Where it stands: resource and path, segment, XPath, sheet and row; at most 500 characters, nothing clinical."""
    patient: str | None = None
    """The key of its patient; None where the payload has only one, or names none."""


class FoundRecord(Item, frozen=True, kw_only=True, gc=False):
    """A fact."""

    record: AnyRecord
    """As it will be stored, `origin` set, `sources` left empty: the service adds the payload and the place in it."""
    key: str
    """The sender's identity of the fact, the same for every version of it, such as `Observation/abc`."""
    version: str | None = None
    """The sender's version of the fact, such as `meta.versionId`."""
    stated_at: str | None = None
    """The moment of that version, ISO 8601 in UTC: an older one never takes over from a newer one."""
    links: tuple[Link, ...] = ()
    papers: tuple[str, ...] = ()
    """Keys of the documents of this reading that the fact was read from, beside the payload itself."""
    quote: str | None = None
    """The payload's own words on it, where it has narrative. At most 4,000 characters."""
    remarks: tuple[str, ...] = ()
    """What of it could not be used, and why, in words; never the value."""
    adds: bool = False
    """Whether this version adds to the one of before: what it is silent on stays, as HL7 v2 says of updates."""
    instances: tuple[tuple[str, str], ...] = ()
    """Of an imaging study: Series and SOP Instance UID of each image in this payload, for counting each once where
    a study comes in several payloads. The record's own counts are those of this payload."""


class FoundDocument(Item, frozen=True, kw_only=True, gc=False):
    """A document that came inside the payload."""

    body: DocumentBody
    content: bytes
    key: str
    version: str | None = None
    stated_at: str | None = None
    file_name: str | None = None
    replaces: str | None = None
    """The key of the document that this one takes over from; both stay."""
    remarks: tuple[str, ...] = ()


class Withdrawn(Item, frozen=True, kw_only=True, gc=False):
    """The sender takes a fact or a document back: it was entered in error, or deleted."""

    key: str
    stated_at: str | None = None
    reason: str
    """Why, in words, such as `The sender marks it as entered in error.`"""


class NotUsed(Item, frozen=True, kw_only=True, gc=False):
    """Something that became neither a record nor a document."""

    outcome: Literal["skipped", "rejected"]
    """`skipped`: understood, and not of use here. `rejected`: broken, or cannot be understood without guessing."""
    detail: str
    """Why, in words; never the value."""
    fix: str
    """What the sender can do."""


class FoundMerge(Item, frozen=True, kw_only=True, gc=False):
    """The sender says that two identifiers are one patient's: proposed to a person, never carried out."""

    surviving: Identifier
    retired: Identifier
    key: str


AnyItem: TypeAlias = FoundRecord | FoundDocument | Withdrawn | NotUsed | FoundMerge


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What is kept of the payload for one patient, as a document that the records name as their source."""

    patient: str | None = None
    """The key of the patient; None where there is only one, or none is named."""
    content: bytes | None = None
    """Where several patients share a payload: the part of this one. None is the payload as it was sent, whole."""
    body: DocumentBody
    """What it is: usually `import_payload` with a title and a date."""
    file_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything that a reader found in one payload."""

    format: Format
    items: tuple[AnyItem, ...]
    """In the order of the payload. One for each thing that a sender would ask about."""
    payloads: tuple[Payload, ...]
    """One, or one for each patient."""
    patients: tuple[ReadPatient, ...] = ()
    kind: str | None = None
    """What the payload calls itself: of a FHIR Bundle, its type."""
    message: str | None = None
    """The sender's identity of the whole: Bundle.identifier, sender and MSH-10, ClinicalDocument.id."""


class Reader(Protocol):
    """Reads one format."""

    def __call__(self, content: bytes, options: Options) -> Reading:
        """Return what the payload holds. The reader of DICOM also takes an open, seekable file.

        Raises:
            UnreadablePayloadError: the payload as a whole cannot be read, is too large or too deep.
        """
