"""Documents inside a document: an unstructured body, pictures, and files in results and notes.

Source: CDA R2 (nonXMLBody, observationMedia); HL7 v3 Data Types R1 (ED).
"""

import binascii
from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from app.documents.domain.document import SHORT_MOST, DocumentBody
from app.imports.domain.fitting import place
from app.imports.domain.papers import paper_of
from app.imports.domain.reading import AnyItem, FoundDocument
from app.imports.readers.cda.context import Spot
from app.imports.readers.cda.datatypes import Concept
from app.imports.readers.cda.tree import Node, attribute, child

_ENDINGS: Final = {
    "application/pdf": "pdf",
    "application/msword": "doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/rtf": "rtf",
    "text/rtf": "rtf",
    "text/plain": "txt",
    "text/html": "html",
    "image/gif": "gif",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/tiff": "tif",
}


def embedded(
    spot: Spot,
    data: Node | None,
    *,
    code: Concept | None = None,
    title: str | None = None,
    key: str | None = None,
    replaces: str | None = None,
) -> Iterator[AnyItem]:
    """Yield the file that an ED holds; say so where it is only referred to, packed, or broken."""
    if data is None:
        yield spot.skipped("There is no file in it.", "Send the file itself, in base64.")
        return
    said = code or spot.code
    content = _content(spot, data)
    if isinstance(content, bytes):
        media_type = attribute(data, "mediaType")
        shown = title or said.shown
        yield document_of(spot, content, media_type, code=said, title=shown, key=key, replaces=replaces)
    else:
        yield content


def _content(spot: Spot, data: Node) -> bytes | AnyItem:
    if attribute(data, "compression") is not None:
        return spot.rejected(
            "The file is packed; packed files are not opened here.", "Send it without compression."
        )
    packed = _own(data)
    if data.get("representation") == "B64":
        try:
            content = binascii.a2b_base64("".join(packed.split()).encode("ascii"), strict_mode=True)
        except (binascii.Error, ValueError):
            return spot.rejected("The file's base64 is broken.", "Encode the whole file again.")
    else:
        content = packed.strip("\n\r").encode() if packed.strip() else b""
    if content:
        return content
    if child(data, "reference") is not None:
        return spot.skipped(
            "The file is only referred to, and lies elsewhere.",
            "Send the file itself, as a document of the case or in base64.",
        )
    return spot.skipped("There is no file in it.", "Send the file itself, in base64.")


def _own(data: Node) -> str:
    """Return the text of an ED apart from its reference and thumbnail."""
    return "".join((data.text or "", *(one.tail or "" for one in data.iterchildren())))


def document_of(
    spot: Spot,
    content: bytes,
    media_type: str | None,
    *,
    code: Concept,
    title: str | None,
    key: str | None = None,
    replaces: str | None = None,
) -> FoundDocument:
    """Return a file found in the document, what it is told by its code and title, else by the whole document's."""
    header = spot.doc.header
    paper = paper_of(code.codes, title)
    if paper.kind == "unclassified":
        paper = paper_of((*code.codes, *header.code.codes), title or header.title)
    shown = (title or header.title or "").strip()[:SHORT_MOST] or None
    author = spot.own_author() or spot.author
    own_key = spot.ids
    return FoundDocument(
        place=place(spot.place),
        patient=spot.doc.patient,
        body=DocumentBody(
            kind="other" if paper.kind == "unclassified" else paper.kind,
            title=shown,
            dated=spot.when().day or header.date,
            author=(author.name or "")[:SHORT_MOST] or None if author else None,
            facility=(header.custodian or "")[:SHORT_MOST] or None,
            language=header.language,
            modality=paper.modality,
            regions=paper.regions,
        ),
        content=content,
        key=key
        or spot.doc.key(*(own_key[:1] or (header.identity, "file", sha256(content).hexdigest()[:32]))),
        version=header.version,
        stated_at=header.stated_at,
        file_name=_file_name(shown, media_type),
        replaces=replaces,
    )


def _file_name(title: str | None, media_type: str | None) -> str | None:
    ending = _ENDINGS.get((media_type or "").partition(";")[0].strip().casefold())
    name = "".join(letter if letter.isalnum() or letter in " -_." else " " for letter in title or "document")
    plain = " ".join(name.split())[:100] or "document"
    return f"{plain}.{ending}" if ending else None
