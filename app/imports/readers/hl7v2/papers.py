"""Documents that come of a message: what each is, by its codes and words, and how its text file is made."""

import re
from typing import Final

from app.documents.domain.document import DocumentBody, DocumentKind
from app.imports.domain.oncology import modality_of, regions_of
from app.imports.domain.papers import paper_of
from app.imports.readers.hl7v2.fields import Coded, language
from app.imports.readers.hl7v2.message import Message

_LONGEST_TITLE: Final = 200
_LONGEST_WORD: Final = 500
_NOT_IN_NAMES: Final = re.compile(r"[^\w.-]+")


def fitted(text: str | None, most: int = _LONGEST_WORD) -> str | None:
    """Return a text on one line and no longer than a document's field."""
    plain = " ".join((text or "").split())
    return plain[:most].rstrip() or None


def body_of(
    message: Message,
    *,
    entries: tuple[Coded, ...],
    title: str | None,
    kind: DocumentKind | None = None,
    dated: str | None = None,
    author: str | None = None,
    facility: str | None = None,
) -> DocumentBody:
    """Return what a document is; `entries` are the codes that name it, the most specific first, `kind` what is left."""
    codings = tuple(code for entry in entries for code in entry.codings)
    words = " ".join(part for part in (title, *(entry.text for entry in entries)) if part)
    paper = paper_of(codings, words)
    found = paper.kind
    if found == "unclassified" and kind is not None:
        found = kind
    is_imaging = found == "imaging_report"
    return DocumentBody(
        kind=found,
        title=fitted(title, _LONGEST_TITLE),
        dated=dated.split("T", 1)[0] if dated else None,
        author=fitted(author),
        facility=fitted(facility),
        language=_language(message),
        modality=(paper.modality or modality_of(words)) if is_imaging else None,
        regions=(paper.regions or regions_of(words)) if is_imaging else (),
    )


def _language(message: Message) -> str | None:
    """The message's language (MSH-19), where it is written as BCP 47 asks for."""
    text = message.header.part(19)
    return language(text.lower() if len(text) == 2 else text) if text else None  # noqa: PLR2004 (ISO 639-1)


def file_name(title: str | None, extension: str | None) -> str | None:
    """Return a name for a document's file; None where neither title nor type gives one."""
    stem = _NOT_IN_NAMES.sub("-", title or "").strip("-.")[:80]
    if not stem or extension is None:
        return None
    return f"{stem}.{extension}"
