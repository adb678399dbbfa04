"""Documents as the checker sees them: whether they can be read, and what stands in the way."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from app.completeness.domain.findings import (
    CONTENT_NOT_READ,
    IDENTITY,
    LANGUAGE,
    NOT_READ,
    PAGES_MISSING,
    UNREADABLE,
)
from app.documents.domain.document import Document
from app.values.dates import PartialDate

_IMAGES: Final = frozenset({"jpeg", "png", "tiff", "webp", "heic"})
_CANNOT_BE_OPENED: Final = frozenset({"encrypted", "damaged"})


@dataclass(frozen=True, slots=True)
class Paper:
    """One document: its date, what is wrong with it, and whether records rest on it."""

    id: str
    kind: str
    when: PartialDate | None
    is_read: bool
    """Whether a record names it as its source, so that the records decide."""
    problems: tuple[str, ...]
    """Findings of the paper itself: `language`, `identity`."""
    findings: tuple[str, ...]
    """All findings while nothing in it is recorded."""
    document: Document

    @property
    def is_unreadable(self) -> bool:
        """Say whether it is known that it can't be read."""
        return UNREADABLE in self.findings


def paper_of(
    document: Document,
    *,
    languages: frozenset[str],
    translated: Collection[str],
    of_others: Collection[str],
    is_read: bool,
) -> Paper:
    """Judge one document.

    `languages` are those that the reviewer reads, empty when nobody said; `translated` the documents that have a
    translation into one of them; `of_others` those that name another patient than the case.
    """
    body = document.body
    problems = []
    if is_foreign(body.language, languages) and document.id not in translated:
        problems.append(LANGUAGE)
    if document.id in of_others:
        problems.append(IDENTITY)
    findings = [CONTENT_NOT_READ]
    if _is_unreadable(document):
        findings = [UNREADABLE]
    elif body.facts.readable is None and document.media in _IMAGES:
        findings.append(NOT_READ)
    if body.facts.pages and body.facts.pages_stated and body.facts.pages < body.facts.pages_stated:
        findings.append(PAGES_MISSING)
    return Paper(
        id=document.id,
        kind=body.kind,
        when=PartialDate.parse(body.dated) if body.dated else None,
        is_read=is_read,
        problems=tuple(problems),
        findings=(*findings, *problems),
        document=document,
    )


def is_foreign(language: str | None, languages: frozenset[str]) -> bool:
    """Say whether a language is known to be none that the reviewer reads."""
    return bool(language and languages) and primary_language(language or "") not in languages


def primary_language(tag: str) -> str:
    """Return the language of a BCP 47 tag without script and region."""
    return tag.replace("_", "-").partition("-")[0].casefold()


def translated_documents(documents: Iterable[Document], languages: frozenset[str]) -> frozenset[str]:
    """Return the documents of which a readable translation into one of the languages is in the case."""
    return frozenset(
        document.body.translation_of
        for document in documents
        if document.body.translation_of
        and not _is_unreadable(document)
        and not is_foreign(document.body.language, languages)
    )


def _is_unreadable(document: Document) -> bool:
    readable = document.body.facts.readable
    return readable is False or (readable is None and not _CANNOT_BE_OPENED.isdisjoint(document.findings))
