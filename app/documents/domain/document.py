"""What a document is, apart from its bytes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import Ge, MaxLen, MinLen

CLOSED: Mapping[str, Any] = {"extra": "forbid", "use_attribute_docstrings": True}

DocumentKind = Literal[
    "pathology_report",
    "flow_cytometry",
    "cytogenetics",
    "molecular_report",
    "imaging_report",
    "imaging_file",
    "laboratory_report",
    "operative_note",
    "procedure_note",
    "discharge_summary",
    "emergency_note",
    "icu_note",
    "consultation",
    "oncology_note",
    "progress_note",
    "history_physical",
    "referral",
    "second_opinion",
    "treatment_record",
    "treatment_summary",
    "radiotherapy_summary",
    "prescription",
    "medication_list",
    "functional_status",
    "tumour_board",
    "symptom_diary",
    "translation",
    "consent",
    "identity",
    "insurance",
    "import_payload",
    "other",
    "unclassified",
]

SHORT_MOST = 500
"""As long as a title, a name or a place is kept."""
Short = Annotated[str, MinLen(1), MaxLen(SHORT_MOST)]
DateText = Annotated[str, MinLen(4), MaxLen(64)]
Method = Literal["declared", "inspected", "read"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """What is known of the paper itself."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = CLOSED

    readable: bool | None = None
    """Whether a person can read it; left out, nobody has looked."""
    unreadable_reason: Annotated[str, MinLen(1), MaxLen(500)] | None = None
    """Why it cannot be read: `encrypted`, `damaged`, or in words."""
    pages: Annotated[int, Ge(0)] | None = None
    """Pages present."""
    pages_stated: Annotated[int, Ge(1)] | None = None
    """Pages that the paper says it has, as in `2 of 4`."""
    printed_name: Short | None = None
    """The patient's name as printed."""
    printed_birth_date: DateText | None = None
    """The patient's birth date as printed (EDTF)."""
    printed_sex: Literal["female", "male", "other", "unknown"] | None = None
    """The patient's sex as printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentBody:
    """What the caller says of a document, and may amend."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = CLOSED

    kind: DocumentKind = "unclassified"
    """What the document is."""
    title: Short | None = None
    """Its title."""
    dated: DateText | None = None
    """The date on it, as precise as it is given (EDTF)."""
    author: Short | None = None
    """Who wrote it."""
    facility: Short | None = None
    """Where it was written."""
    language: Annotated[str, MinLen(2), MaxLen(35)] | None = None
    """Its language (BCP 47)."""
    modality: Annotated[str, MinLen(1), MaxLen(50)] | None = None
    """For imaging: how it was imaged."""
    regions: Annotated[tuple[Annotated[str, MinLen(1), MaxLen(100)], ...], MaxLen(50)] = ()
    """For imaging: body regions."""
    translation_of: Annotated[str, MinLen(1), MaxLen(64)] | None = None
    """The document that this one translates."""
    translation_certified: bool | None = None
    """Whether the translation is certified."""
    facts: DocumentFacts = DocumentFacts()
    """What is known of the paper itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document of a case: what it is, and what its bytes are."""

    id: str
    case_id: str
    version: int
    body: DocumentBody
    file_name: str | None
    """The name it was sent with, kept for display only."""
    media: str
    """Type found in the content, such as `pdf`."""
    media_type: str
    """The same as an IANA media type."""
    code: str | None
    """Most specific LOINC document code, or None."""
    size_bytes: int
    sha256: str
    """SHA-256 of the bytes, lower-case hex."""
    uploaded_at: str
    findings: tuple[str, ...] = ()
    """What inspection noticed, such as `encrypted`, `damaged`, `macros`."""
    methods: Mapping[str, Method] = field(default_factory=dict)
    """How each fact is known, by the fact's name."""
