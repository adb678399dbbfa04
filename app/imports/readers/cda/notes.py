"""Notes: what somebody wrote, each for itself. Source: C-CDA R2.1 companion guide, Note Activity (22.4.202)."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from msgspec.structs import replace

from app.imports.domain.fitting import TEXT_MOST, Remarks, quote, usable, word
from app.imports.domain.oncology import modality_of, regions_of
from app.imports.domain.papers import paper_of
from app.imports.domain.reading import AnyItem, FoundDocument
from app.imports.readers.cda.context import Spot
from app.imports.readers.cda.datatypes import Concept
from app.imports.readers.cda.media import document_of, embedded
from app.imports.readers.cda.people import Author
from app.imports.readers.cda.statements import parts_of
from app.imports.readers.cda.tree import child
from app.records.domain.disease import PathologyReport
from app.records.domain.findings import ImagingStudy
from app.records.domain.statements import Opinion

_NOTE: Final = "2.16.840.1.113883.10.20.22.4.202"
_ANY_NOTE: Final = "34109-9"


def note_items(spot: Spot) -> Iterator[AnyItem]:
    """Yield the notes that were written on something."""
    for part in parts_of(spot):
        if _NOTE in part.templates:
            yield from read_note(part)


def read_note(spot: Spot) -> Iterator[AnyItem]:
    """Yield one note as its author's opinion or as the report that it is, and the file of it where it holds one."""
    if spot.status == "nullified":
        yield spot.withdrawn()
        return
    code = _kind(spot)
    text_node = spot.first("text")
    papers: tuple[str, ...] = ()
    if text_node is not None and (text_node.get("representation") == "B64" or text_node.get("mediaType")):
        for item in embedded(spot, text_node, code=code):
            if isinstance(item, FoundDocument):
                papers = (f"{item.key}:file",)
                yield replace(item, key=papers[0])  # the note itself has the id as its key
            else:
                yield item
    words = _words(spot)
    if words is None:
        if not papers:
            yield spot.skipped("The note has no words and no file.", "Send the note's text.")
        return
    author = spot.own_author() or spot.author
    yield opinion_or_report(spot, code, words, author=author, papers=papers)


def _words(spot: Spot) -> str | None:
    text_node = spot.first("text")
    if text_node is None:
        return None
    reference = child(text_node, "reference")
    found = spot.doc.narrative.find(reference.get("value")) if reference is not None else None
    if found is None and text_node.get("representation") == "B64":
        return None
    return spot.words()


def _kind(spot: Spot) -> Concept:
    """Return what kind of note it is: the translation says it where the code says only that it is a note."""
    code = spot.code
    telling = tuple(one for one in code.codes if one.code != _ANY_NOTE)
    name = next((one.display for one in telling if one.display), None) or code.shown
    return Concept(name=name, codes=telling or code.codes)


def opinion_or_report(
    spot: Spot,
    code: Concept,
    words: str,
    *,
    author: Author | None,
    papers: tuple[str, ...] = (),
) -> AnyItem:
    """Return a text as the report that its kind says it is, else as an opinion; as a document where it is too long."""
    if len(words) > TEXT_MOST:
        content = words.encode()
        seen = spot.doc.long_texts.setdefault(sha256(content).hexdigest(), spot.place)
        if seen != spot.place:
            return spot.skipped(f"The same words stand already at {seen[-300:]}.")
        return document_of(spot, content, "text/plain", code=code, title=code.shown)
    remarks = Remarks()
    kind = paper_of(code.codes, code.shown).kind
    date = spot.when().day or spot.written_on() or spot.doc.header.date
    common = {
        "origin": "cda",
        "date": date,
        "author": word(author.name if author else None, remarks, "author"),
        "asserted_by": author.stands if author else None,
        "codes": usable(code.codes, remarks),
        "external_id": spot.external_id,
    }
    organisation = word(author.organisation if author else None, remarks, "institution")
    record: Opinion | PathologyReport | ImagingStudy
    if kind == "pathology_report":
        record = PathologyReport(kind="pathology_report", conclusion=words, facility=organisation, **common)  # type: ignore[arg-type]  # each of its field's type
    elif kind == "imaging_report":
        record = ImagingStudy(
            kind="imaging_study",
            modality=modality_of(code.shown, code.codes),
            regions=regions_of(code.shown or ""),
            impression=words,
            facility=organisation,
            **common,  # type: ignore[arg-type]  # likewise
        )
    else:
        record = Opinion(
            kind="opinion",
            role=word(author.role if author else None, remarks, "role"),
            institution=organisation,
            statement=words,
            **common,  # type: ignore[arg-type]  # likewise
        )
    return spot.found(record, remarks, papers=papers, words=quote(words))


def text_document(
    spot: Spot, words: str, *, code: Concept, title: str | None, key: str | None = None
) -> FoundDocument:
    """Return a text that is too long for a record as a document of its own."""
    return document_of(spot, words.encode(), "text/plain", code=code, title=title, key=key)
