"""What the document endpoints take and answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import MaxLen, MinLen
from fastapi import Path
from pydantic import TypeAdapter

from app.documents.domain.document import (
    CLOSED,
    Document,
    DocumentBody,
    DocumentFacts,
    DocumentKind,
    Method,
)
from app.documents.domain.soundness import check_document
from app.web.validation import sound

CaseId = Annotated[str, Path(max_length=36, description="The case's id.")]
DocumentId = Annotated[str, Path(max_length=36, description="The document's id.")]

DocumentAmend = Annotated[DocumentBody, sound(check_document)]

AMENDED: TypeAdapter[DocumentBody] = TypeAdapter(DocumentAmend)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRead:
    """One document at its newest version."""

    id: str
    case_id: str
    version: int
    kind: DocumentKind
    code: str | None
    """Most specific LOINC document code that fits kind, modality and regions; null when none does."""
    title: str | None
    dated: str | None
    author: str | None
    facility: str | None
    language: str | None
    modality: str | None
    regions: tuple[str, ...]
    translation_of: str | None
    translation_certified: bool | None
    facts: DocumentFacts
    """What is known of the paper itself."""
    methods: Mapping[str, Method]
    """How each fact is known: declared by a caller, inspected in the file, or read from its text."""
    findings: tuple[str, ...]
    """What was noticed in the file, such as `encrypted`, `damaged`, `macros`."""
    file_name: str | None
    """The name it was sent with; it decides nothing."""
    media: str
    """Type found in the content, such as `pdf`."""
    media_type: str
    """The same as an IANA media type."""
    size_bytes: int
    sha256: str
    uploaded_at: str

    @classmethod
    def of(cls, document: Document) -> "DocumentRead":
        """Show a document."""
        body = document.body
        return cls(
            id=document.id,
            case_id=document.case_id,
            version=document.version,
            kind=body.kind,
            code=document.code,
            title=body.title,
            dated=body.dated,
            author=body.author,
            facility=body.facility,
            language=body.language,
            modality=body.modality,
            regions=body.regions,
            translation_of=body.translation_of,
            translation_certified=body.translation_certified,
            facts=body.facts,
            methods=document.methods,
            findings=document.findings,
            file_name=document.file_name,
            media=document.media,
            media_type=document.media_type,
            size_bytes=document.size_bytes,
            sha256=document.sha256,
            uploaded_at=document.uploaded_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPage:
    """A page of documents, in the order in which they came."""

    items: tuple[DocumentRead, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentMove:
    """Where a misfiled document belongs."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = CLOSED

    case_id: Annotated[str, MinLen(1), MaxLen(36)]
    """The case to move it to."""
    with_records: bool = False
    """Move the records along that rest on this document alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileProblem:
    """Why one of the files was not stored."""

    type: str
    """`/problems/` and a permanent slug."""
    title: str
    status: int
    """What the answer's status would be, had this file been sent alone."""
    detail: str
    fix: str
    """What to do instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedFile:
    """What became of one file."""

    outcome: Literal["created", "duplicate", "rejected"]
    """`duplicate`: the case has these very bytes already, under the id given; nothing was stored."""
    id: str | None
    """The document's id; null when the file was rejected."""
    place: str
    """Which of the files this is: `/files/0` is the first one sent."""
    problem: FileProblem | None
    document: DocumentRead | None
    """The new document; null unless the outcome is `created`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadOutcomes:
    """What became of each file, in the order in which they were sent."""

    items: tuple[UploadedFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentText:
    """The text of a document, as far as there is any."""

    document_id: str
    state: Literal["decoded", "not_read", "too_long"]
    """`decoded`: the characters of a text file. `not_read`: nobody has read this kind of file yet."""
    detail: str
    """The same in words."""
    charset: str | None
    charset_is_certain: bool | None
    """False when the bytes leave a choice and the most usual character set was taken."""
    text: str | None
