"""Documents that come of a message: what each is, by its codes and words, and how its text file is made."""

import re
from typing import Final, cast, get_args

from app.documents.domain.document import DocumentBody, DocumentKind
from app.imports.domain.oncology import modality_of, regions_of
from app.imports.domain.papers import Paper, paper_of
from app.imports.domain.people import language_of
from app.imports.readers.hl7v2.fields import Coded
from app.imports.readers.hl7v2.message import Message

_KINDS: Final = frozenset(get_args(DocumentKind))
_LONGEST_TITLE: Final = 200
_LONGEST_WORD: Final = 500
_NOT_IN_NAMES: Final = re.compile(r"[^\w.-]+")


def fitted(text: str | None, most: int = _LONGEST_WORD) -> str | None:
    """Return a text on one line and no longer than a document's field."""
    plain = " ".join((text or "").split())
    return plain[:most].rstrip() or None


def paper_for(*clues: Coded | str | DocumentKind | None) -> Paper:
    """Return what a document is by the first clue that tells: a code, words, or a kind that is known."""
    for clue in clues:
        if isinstance(clue, Coded):
            found = paper_of(clue.codings, clue.words)
        elif clue in _KINDS:
            found = Paper(kind=cast("DocumentKind", clue))
        else:
            found = paper_of((), clue[:500] if clue else None)
        if found.kind != "unclassified":
            return found
    return Paper()


def body_of(
    message: Message,
    paper: Paper,
    *,
    title: str | None,
    words: str = "",
    dated: str | None = None,
    author: str | None = None,
    facility: str | None = None,
) -> DocumentBody:
    """Return what is said of a document; `words` beside its title may tell how and what an examination images."""
    is_imaging = paper.kind == "imaging_report"
    words = f"{(title or '')[:500]} {words[:500]}"
    return DocumentBody(
        kind=paper.kind,
        title=fitted(title, _LONGEST_TITLE),
        dated=dated.split("T", 1)[0] if dated else None,
        author=fitted(author),
        facility=fitted(facility),
        language=language_of(message.header.part(19)),
        modality=(paper.modality or modality_of(words)) if is_imaging else None,
        regions=(paper.regions or regions_of(words)) if is_imaging else (),
    )


def file_name(title: str | None, extension: str | None) -> str | None:
    """Return a name for a document's file; None where neither title nor type gives one."""
    stem = _NOT_IN_NAMES.sub("-", title or "").strip("-.")[:80]
    if not stem or extension is None:
        return None
    return f"{stem}.{extension}"
