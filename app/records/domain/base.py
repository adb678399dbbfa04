"""What every record carries, whatever its kind.

The record kinds are plain frozen structs: Pydantic validates requests into them, msgspec decodes stored rows
into them, and the views compute on them, so that a kind is written down once.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

from annotated_types import Ge, Le, MaxLen, MinLen
from msgspec import field

from app.records.domain.part import Part

Word = Annotated[str, MinLen(1), MaxLen(200)]
"""A name, a label or a code."""
Text = Annotated[str, MinLen(1), MaxLen(20_000)]
"""Free text, as long as a report's conclusion."""
DateText = Annotated[str, MinLen(4), MaxLen(64)]
"""A date as precise as it was said, in EDTF: `2024`, `2024-05`, `2024-05-07`, `2024-05~`, `2024-05/2024-07`."""
Quote = Annotated[str, MinLen(1), MaxLen(4_000)]
"""Words of a source, verbatim."""
Items = Annotated[tuple[Text, ...], MaxLen(500)]
"""Things named in words, in the order given."""

Laterality = Literal["left", "right", "bilateral", "midline"]

Role = Literal[
    "radiologist",
    "pathologist",
    "oncologist",
    "surgeon",
    "mdt",
    "referring_doctor",
    "other_clinician",
    "laboratory",
    "patient_caregiver",
    "unknown",
]
"""Who stands behind a statement. Source: clinical.md section 5."""

CLINICIANS: frozenset[str] = frozenset(
    {"radiologist", "pathologist", "oncologist", "surgeon", "mdt", "referring_doctor", "other_clinician"}
)
"""The roles whose statements count as a clinician's."""

Origin = Literal["manual", "document", "fhir", "hl7v2", "cda", "dicom", "tabular"]
Verification = Literal["unverified", "verified"]


class Absence(StrEnum):
    """Why a field or a whole record holds nothing. Silence is none of these."""

    NONE = "none"
    UNKNOWN = "unknown"
    NOT_DONE = "not_done"


class Coding(Part, frozen=True, kw_only=True, gc=False):
    """One code of one coding system, its display kept as it was sent."""

    system: Word
    """Short name (`loinc`, `snomed`, `icd-10`, `icd-o-3`, `hgnc`, `rxnorm`, `atc`, `local` ...) or the system's URI."""
    code: Word
    """The code, as the system writes it."""
    display: Annotated[str, MaxLen(1_000)] | None = None
    """The display text as it was sent; never replaced by ours."""


Codes = Annotated[tuple[Coding, ...], MaxLen(50)]


Share = Annotated[float, Ge(0), Le(1)]
"""A share of a page's width or height."""


class Box(Part, frozen=True, kw_only=True, gc=False):
    """A place on a page, in shares of its width and height from the upper left corner, 0 to 1."""

    left: Share
    """Where it begins, from the left edge."""
    top: Share
    """Where it begins, from the upper edge."""
    right: Share
    """Where it ends, from the left edge."""
    bottom: Share
    """Where it ends, from the upper edge."""


class ReadingMethod(Part, frozen=True, kw_only=True, gc=False):
    """The program that read something."""

    name: Word
    """Its name, such as that of a text recognition or of a language model."""
    version: Word | None = None
    """Its version."""


class Source(Part, frozen=True, kw_only=True, gc=False):
    """Where a record was read: a document of the case, and the place in it."""

    document_id: Word | None = None
    """A document of the same case."""
    page: Annotated[int, Ge(1)] | None = None
    """Page of that document, counted from 1."""
    quote: Quote | None = None
    """The words of the source, verbatim."""
    box: Box | None = None
    """Where on the page the words stand."""
    method: ReadingMethod | None = None
    """The program that read them there, where it was one and not a person."""
    place: Annotated[str, MinLen(1), MaxLen(500)] | None = None
    """Where in a structured source: a FHIR path, an HL7 segment, an XPath, a sheet and row."""
    title: Annotated[str, MinLen(1), MaxLen(500)] | None = None
    """The source's name where it is not itself in the case, such as a letter that another report cites."""


class Anchor(Part, frozen=True, kw_only=True, gc=False):
    """An event that a relative date speaks of, by the record that states it."""

    record_id: Word
    """A record of the same case."""
    cycle: Annotated[int, Ge(1), Le(500)] | None = None
    """For a treatment: this cycle of it, counted from 1."""
    edge: Literal["start", "end"] = "start"
    """Whether the words mean its first day or its last."""


class RelativeDate(Part, frozen=True, kw_only=True, gc=False):
    """A date that is known only against other events."""

    words: Word
    """The words of the source, such as `after cycle 3, before the PET`; kept as written."""
    after: Annotated[tuple[Anchor, ...], MaxLen(20)] = ()
    """Events that it came after, or on the same day as."""
    before: Annotated[tuple[Anchor, ...], MaxLen(20)] = ()
    """Events that it came before, or on the same day as."""


class Record(Part, frozen=True, kw_only=True, gc=False):
    """The fields that a record of any kind may carry."""

    date: DateText | None = None
    """When the fact was observed, collected, performed or reported, as precisely as it was said (EDTF)."""
    relative: RelativeDate | None = None
    """When the fact was observed, where the source says it only against other events; a date of its own comes first."""
    stated: Absence | None = None
    """The record as a whole says `none` (none known), `unknown` or `not_done`, instead of a fact."""
    absent: Annotated[Mapping[str, Absence], MaxLen(50)] = field(default_factory=dict)
    """Fields that the source says are `none`, `unknown` or `not_done`. One left out is silent: a fourth thing."""
    asserted_by: Role | None = None
    """Who stands behind the statement."""
    author: Word | None = None
    """The author's name, as the source gives it."""
    facility: Word | None = None
    """Where it was done or written."""
    origin: Origin = "manual"
    """How the record came in."""
    verification: Verification = "unverified"
    """Whether a person compared the record with its source."""
    external_id: Word | None = None
    """The sender's own id of this fact."""
    sources: Annotated[tuple[Source, ...], MaxLen(50)] = ()
    """The documents and places that the record was read from."""
    codes: Codes = ()
    """Codes that the source attached to the fact."""
    note: Text | None = None
    """A remark of whoever recorded it."""

    def absence(self, name: str) -> Absence | None:
        """Return what the source says of a field that it leaves empty, or None when it is silent."""
        return self.absent.get(name) or self.stated
