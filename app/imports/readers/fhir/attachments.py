"""Documents that came inside a payload: attachments with their data, and Binaries that others refer to.

An attachment that is only an address is never fetched: what is not in the payload cannot be kept with it.
"""

import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from app.documents.domain.document import SHORT_MOST, DocumentBody
from app.imports.domain import moments
from app.imports.domain.fitting import place as fitted_place
from app.imports.domain.papers import paper_of
from app.imports.domain.people import language_of
from app.imports.domain.reading import AnyItem, FoundDocument
from app.imports.readers.fhir.graph import Entry
from app.imports.readers.fhir.making import IN_ERROR, Making, rejected, skipped, withdrawn
from app.imports.readers.fhir.model import Attachment, CodeableConcept, Meta, Reference
from app.imports.readers.fhir.model_findings import DiagnosticReport
from app.imports.readers.fhir.model_papers import Binary, DocumentReference, Media
from app.imports.readers.fhir.wording import codes_of, date_of, words_of
from app.records.domain.base import Coding

_BLANKS: Final = re.compile(r"\s+")
_FILE_NAME: Final = re.compile(r"[^/\\]{1,200}\.[A-Za-z0-9]{1,8}")
_BY_ADDRESS: Final = "It is only an address; what stands there is never fetched."


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a resource says of its attachments."""

    codes: tuple[Coding, ...] = ()
    title: str | None = None
    date: str | None = None
    author: str | None = None
    facility: str | None = None
    language: str | None = None
    replaces: str | None = None


def read_attachments(
    entry: Entry, making: Making, attachments: Iterable[tuple[str, Attachment]], about: About
) -> Iterator[AnyItem]:
    """Return the documents that attachments hold, each under the resource's key and the suffix that it comes with."""
    for suffix, attachment in attachments:
        yield _document(entry, making, attachment, about, suffix)


def _document(entry: Entry, making: Making, attachment: Attachment, about: About, suffix: str) -> AnyItem:
    data, holder = attachment.data, entry
    if not data and attachment.url:
        found = making.graph.find(Reference(reference=attachment.url), entry)
        if found is None or not isinstance(found.resource, Binary) or not found.resource.data:
            return skipped(
                entry, _BY_ADDRESS, "Send the document itself, as `data` or as a Binary in the Bundle."
            )
        data, holder = found.resource.data, found
        found.claimed = entry.place
    if not data:
        return skipped(entry, "The attachment holds neither data nor an address.", "Send its `data`.")
    content = decoded(data)
    if content is None:
        return rejected(entry, f"`{holder.kind}` holds data that is no base64.", "Send `data` in base64.")
    title = (attachment.title or about.title or "").strip() or None
    paper = paper_of(about.codes, " ".join(filter(None, (title, about.title))))
    meta: Meta | None = getattr(entry.resource, "meta", None)
    return FoundDocument(
        place=fitted_place(entry.place),
        patient=entry.patient,
        body=DocumentBody(
            kind=paper.kind,
            title=title[:SHORT_MOST] if title else None,
            dated=about.date or date_of(attachment.creation, "Attachment.creation"),
            author=about.author,
            facility=about.facility,
            language=language_of(attachment.language or about.language),
            modality=paper.modality,
            regions=paper.regions,
        ),
        content=content,
        key=entry.key + suffix,
        version=meta.version_id if meta is not None else None,
        stated_at=moments.instant(meta.last_updated) if meta is not None else None,
        file_name=title if title and _FILE_NAME.fullmatch(title) else None,
        replaces=about.replaces,
        remarks=entry.remarks.all(),
    )


def decoded(data: str) -> bytes | None:
    """Return the bytes that base64 stands for, blanks within passed over; None where it is none."""
    try:
        return binascii.a2b_base64(_BLANKS.sub("", data), strict_mode=True) or None
    except (binascii.Error, ValueError):
        return None


def read_document_reference(entry: Entry, making: Making) -> Iterator[AnyItem]:
    """Return the documents that a DocumentReference holds, or why there are none."""
    resource: DocumentReference = entry.resource
    if "entered-in-error" in {resource.status, resource.doc_status}:
        yield withdrawn(entry, IN_ERROR)
        return
    if resource.status == "superseded":
        entry.remarks.add("The sender says that a newer document takes its place.")
    if resource.doc_status in {"preliminary", "amended"}:
        entry.remarks.add(f"The sender marks it as {resource.doc_status}.")
    behind = making.behind(entry, *resource.author)
    replaced = next((one for one in resource.relates_to if one.code == "replaces"), None)
    about = About(
        codes=codes_of(entry.remarks, resource.type, *resource.category),
        title=resource.description or words_of(resource.type),
        date=_document_date(resource),
        author=behind["author"],
        facility=behind["facility"] or making.place(entry, resource.custodian),
        language=resource.language,
        replaces=making.graph.key_of(replaced.target, entry) if replaced is not None else None,
    )
    attached = [one.attachment for one in resource.content if one.attachment is not None]
    if not attached:
        yield skipped(
            entry, "It names no content.", "Send the document itself, as `content.attachment.data`."
        )
        return
    yield from read_attachments(entry, making, _numbered("", attached), about)


def _document_date(resource: DocumentReference) -> str | None:
    """Return when the care that it tells of took place, else when it was made."""
    period = resource.context.period if resource.context is not None else None
    end = (
        date_of(period.end or period.start, "DocumentReference.context.period")
        if period is not None
        else None
    )
    return date_of(resource.date, "DocumentReference.date") or end


def _numbered(name: str, attachments: Iterable[Attachment]) -> Iterator[tuple[str, Attachment]]:
    for number, one in enumerate(attachments, 1):
        yield (name if number == 1 else f"{name or '#content'}.{number}"), one


def presented(entry: Entry, making: Making) -> list[AnyItem]:
    """Return the documents that are a report's own form."""
    resource: DiagnosticReport = entry.resource
    behind: dict[str, Any] = making.behind(entry, *resource.results_interpreter, *resource.performer)
    about = About(
        codes=codes_of(entry.remarks, resource.code, *resource.category),
        title=words_of(resource.code),
        date=date_of(resource.effective_date_time, "DiagnosticReport.effectiveDateTime")
        or date_of(resource.issued, "DiagnosticReport.issued"),
        author=behind["author"],
        facility=behind["facility"],
        language=resource.language,
    )
    return list(read_attachments(entry, making, _numbered("#presentedForm", resource.presented_form), about))


def read_media(entry: Entry, making: Making) -> Iterator[AnyItem]:
    """Return the photo, video or recording that a Media holds."""
    resource: Media = entry.resource
    if resource.status == "entered-in-error":
        yield withdrawn(entry, IN_ERROR)
        return
    behind = making.behind(entry, resource.operator)
    concepts: tuple[CodeableConcept | None, ...] = (resource.type, resource.modality)
    about = About(
        codes=codes_of(entry.remarks, *concepts),
        title=words_of(resource.modality) or words_of(resource.type),
        date=date_of(resource.created_date_time, "Media.createdDateTime"),
        author=behind["author"],
        facility=behind["facility"],
        language=resource.language,
    )
    if resource.content is None:
        yield skipped(entry, "It holds no content.", "Send its `content.data`.")
        return
    yield from read_attachments(entry, making, [("", resource.content)], about)


def read_binary(entry: Entry, making: Making) -> Iterator[AnyItem]:
    """Return a Binary that no other resource of the payload holds as its content."""
    resource: Binary = entry.resource
    if entry.claimed is not None:
        yield skipped(entry, f"It is the content of {entry.claimed}, and is kept with it.")
    elif not resource.data:
        yield skipped(entry, "It holds no data.", "Send its `data`.")
    else:
        yield _document(entry, making, Attachment(data=resource.data), About(), "")
