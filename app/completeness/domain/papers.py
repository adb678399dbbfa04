"""Documents as the checker sees them: whether they can be read, and what stands in the way."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from app.completeness.domain.findings import (
    CERTIFIED_TRANSLATION_WANTED,
    CONTENT_NOT_READ,
    IDENTITY,
    LANGUAGE,
    LOCKED,
    NOT_READ,
    PAGES_MISSING,
    TRANSLATION_UNCERTIFIED,
    UNREADABLE,
)
from app.documents.domain.document import Document
from app.values.dates import PartialDate

_IMAGES: Final = frozenset({"jpeg", "png", "tiff", "webp", "heic"})
_ENCRYPTED: Final = "encrypted"
_CANNOT_BE_OPENED: Final = frozenset({_ENCRYPTED, "damaged"})


@dataclass(frozen=True, slots=True)
class Paper:
    """One document: its date, what is wrong with it, and whether records rest on it."""

    id: str
    kind: str
    when: PartialDate | None
    is_read: bool
    """Whether a record names it as its source, so that the records decide."""
    problems: tuple[str, ...]
    """Findings of the paper itself, which the records read from it carry too: `language`, `identity`."""
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
    translated: Mapping[str, bool | None],
    of_others: Collection[str],
    is_read: bool,
    wants_certified: bool,
    identity: str | None,
) -> Paper:
    """Judge one document.

    `languages` are those that the reviewer reads, empty when nobody said; `translated` the documents that have a
    translation into one of them, and whether it is certified; `of_others` those that name another patient than the
    case; `identity` what stands in the way of taking the paper for the identity document's owner's, if it was asked.
    """
    body = document.body
    problems = [*_of_language(document, languages, translated, wants_certified=wants_certified)]
    if document.id in of_others:
        problems.append(IDENTITY)
    if identity is not None:
        problems.append(identity)
    if body.facts.pages and body.facts.pages_stated and body.facts.pages < body.facts.pages_stated:
        problems.append(PAGES_MISSING)
    findings = [CONTENT_NOT_READ]
    if _is_unreadable(document):
        findings = [UNREADABLE, *((LOCKED,) if _is_locked(document) else ())]
    elif body.facts.readable is None and document.media in _IMAGES:
        findings.append(NOT_READ)
    return Paper(
        id=document.id,
        kind=body.kind,
        when=PartialDate.parse(body.dated) if body.dated else None,
        is_read=is_read,
        problems=tuple(problems),
        findings=(*findings, *problems),
        document=document,
    )


def _of_language(
    document: Document,
    languages: frozenset[str],
    translated: Mapping[str, bool | None],
    *,
    wants_certified: bool,
) -> Iterable[str]:
    """Go through what is wrong with a document's language, or with the translation that stands for it."""
    is_unread = is_foreign(document.body.language, languages)
    if is_unread and document.id not in translated:
        yield LANGUAGE
        return
    if is_unread:
        certified = translated[document.id]
    elif document.body.translation_of:
        certified = document.body.translation_certified
    else:
        return
    if certified is False or (wants_certified and not certified):
        yield TRANSLATION_UNCERTIFIED
    if wants_certified and not certified:
        yield CERTIFIED_TRANSLATION_WANTED


def is_foreign(language: str | None, languages: frozenset[str]) -> bool:
    """Say whether a language is known to be none that the reviewer reads."""
    return bool(language and languages) and primary_language(language or "") not in languages


def primary_language(tag: str) -> str:
    """Return the language of a BCP 47 tag without script and region."""
    return tag.replace("_", "-").partition("-")[0].casefold()


def translated_documents(
    documents: Iterable[Document], languages: frozenset[str]
) -> Mapping[str, bool | None]:
    """Return the documents of which a readable translation into one of the languages is in the case.

    Each with whether a translation of it is stated to be certified (True), or all that say so are not (False).
    """
    found: dict[str, bool | None] = {}
    for document in documents:
        original = document.body.translation_of
        if original and not _is_unreadable(document) and not is_foreign(document.body.language, languages):
            certified = document.body.translation_certified
            known = found.get(original)
            found[original] = certified if known is None else known or certified is True
    return found


def _is_locked(document: Document) -> bool:
    return _ENCRYPTED in document.findings or document.body.facts.unreadable_reason == _ENCRYPTED


def _is_unreadable(document: Document) -> bool:
    readable = document.body.facts.readable
    return readable is False or (readable is None and not _CANNOT_BE_OPENED.isdisjoint(document.findings))
