"""Reads a document from its bytes to its items."""

from collections.abc import Iterator
from typing import Final, cast

from app.documents.domain.document import SHORT_MOST, DocumentBody, DocumentKind
from app.imports.domain.fitting import place
from app.imports.domain.papers import paper_of
from app.imports.domain.reading import AnyItem, NotUsed, Options, Payload, Reading, UnreadablePayloadError
from app.imports.readers.cda.body import Body, body_items
from app.imports.readers.cda.context import Doc, Spot, with_unique_keys
from app.imports.readers.cda.encounters import admission_of, is_stay
from app.imports.readers.cda.header import PATIENT, Header, read_header, read_patient
from app.imports.readers.cda.media import embedded
from app.imports.readers.cda.narrative import Narrative, written
from app.imports.readers.cda.parsing import parse
from app.imports.readers.cda.rules import section_code
from app.imports.readers.cda.statements import STATEMENTS
from app.imports.readers.cda.tree import (
    V3,
    Node,
    child,
    children,
    name_of,
    own_text,
    templates,
)

_WHOLE: Final = "ClinicalDocument"
_PARTS: Final = frozenset({"section", "structuredBody", "component", "entry", *STATEMENTS})
_OF_HEADER: Final = frozenset(
    {"recordTarget", "author", "custodian", "documentationOf", "componentOf", "participant", "informant",
     "legalAuthenticator", "authenticator", "relatedDocument", "patientRole", "serviceEvent", "dataEnterer"}
)  # fmt: skip
_SUMMARIES: Final = frozenset({"34133-9", "52521-2"})
_MORE_KINDS: Final = {
    "18761-7": "discharge_summary",
    "57113-1": "referral",
    "57133-1": "referral",
    "11490-0": "discharge_summary",
    "18748-4": "imaging_report",
}
"""Types beside those of the table of document codes: transfer summary, referral, physician discharge summary."""
_OF_STAYS: Final = frozenset({"18842-5", "11490-0", "18761-7", "59258-4", "34105-7"})
"""Documents that are about a stay: discharge and transfer summaries."""
_ADMISSION: Final = frozenset({"46241-6", "42347-5"})


def read(content: bytes, options: Options) -> Reading:
    """Return what a CDA document, or a section or entry of one, holds.

    Raises:
        UnreadablePayloadError: it is no CDA, is too large or too deep, declares a DOCTYPE, or names several patients.
    """
    root = parse(content, options.charset)
    name = name_of(root)
    if not str(root.tag).startswith(V3) or (name != _WHOLE and name not in _PARTS):
        raise _no_document(name)
    narrative = Narrative(root)
    if name != _WHOLE:
        return _read_part(root, Doc(header=Header(), narrative=narrative, patient=None))
    header = read_header(root, narrative)
    patient = read_patient(root)
    doc = Doc(header=header, narrative=narrative, patient=None if patient is None else PATIENT)
    items = list(_document_items(root, doc))
    return Reading(
        format="cda",
        items=cast("tuple[AnyItem, ...]", tuple(with_unique_keys(items))),
        payloads=(
            Payload(patient=doc.patient, body=_payload(header, wraps=_unstructured(root) is not None)),
        ),
        patients=() if patient is None else (patient,),
        message=header.id,
    )


def _no_document(name: str) -> UnreadablePayloadError:
    if name in _OF_HEADER:
        return UnreadablePayloadError(
            f"This is a part of a document's header (`{name}`) and holds no fact of its own. Send the whole "
            "ClinicalDocument."
        )
    return UnreadablePayloadError(
        "This is no CDA document: its root is neither a ClinicalDocument nor a section or an entry of one in the "
        "namespace urn:hl7-org:v3."
    )


def _read_part(root: Node, doc: Doc) -> Reading:
    items = list(body_items(Body(doc=doc, node=root, place=f"/{name_of(root)}")))
    return Reading(
        format="cda",
        items=cast("tuple[AnyItem, ...]", tuple(with_unique_keys(items))),
        payloads=(Payload(body=DocumentBody(kind="import_payload", title="Part of a clinical document")),),
    )


def _payload(header: Header, *, wraps: bool) -> DocumentBody:
    """Return what the whole is: the paper that its type names, or a summary to import."""
    code = header.code.codes[0].code if header.code.codes else ""
    kind: DocumentKind = "import_payload"
    # A body of another format is the paper; what is around it is only its wrapping.
    if code not in _SUMMARIES and not wraps:
        found = cast("DocumentKind", _MORE_KINDS.get(code) or paper_of(header.code.codes, header.title).kind)
        kind = "import_payload" if found == "unclassified" else found
    return DocumentBody(
        kind=kind,
        title=(header.title or header.code.shown or "Clinical document")[:SHORT_MOST],
        dated=header.date,
        author=((header.author.name or "")[:SHORT_MOST] or None) if header.author else None,
        facility=(header.custodian or "")[:SHORT_MOST] or None,
        language=header.language,
    )


def _unstructured(root: Node) -> Node | None:
    return child(root, "component", "nonXMLBody")


def _document_items(root: Node, doc: Doc) -> Iterator[AnyItem]:
    yield from _header_items(doc)
    structured = child(root, "component", "structuredBody")
    yield from _stay(doc, structured)
    unstructured = _unstructured(root)
    if structured is not None:
        yield from body_items(
            Body(doc=doc, node=structured, place="/ClinicalDocument/component/structuredBody")
        )
    elif unstructured is not None:
        spot = Spot(
            doc=doc,
            node=unstructured,
            place="/ClinicalDocument/component/nonXMLBody",
            author=doc.header.author,
        )
        replaced = doc.header.replaces
        yield from embedded(
            spot,
            child(unstructured, "text"),
            code=doc.header.code,
            title=doc.header.title,
            key=doc.key(doc.header.identity, "body"),
            replaces=doc.key(replaced, "body") if replaced and replaced != doc.header.identity else None,
        )
    else:
        yield _said(doc, "/ClinicalDocument", "The document has no body.", "Send it with its body.")


def _stay(doc: Doc, structured: Node | None) -> Iterator[AnyItem]:
    """Yield the stay in hospital that the document is about."""
    encounter = doc.header.encounter
    if encounter is None:
        return
    where = "/ClinicalDocument/componentOf/encompassingEncounter"
    spot = Spot(doc=doc, node=encounter, place=where)
    code = spot.code
    shown = doc.header.code.codes[0].code if doc.header.code.codes else ""
    if not is_stay(code) and shown not in _OF_STAYS:
        return
    facility = child(encounter, "location", "healthCareFacility")
    named = child(facility, "location", "name")
    if named is None:
        named = child(facility, "serviceProviderOrganization", "name")
    yield admission_of(
        spot,
        code,
        facility=own_text(named) or doc.header.custodian,
        reason=_reason(structured),
        key=spot.key() or doc.key(doc.header.identity, "stay"),
    )


def _reason(structured: Node | None) -> str | None:
    """Return the admission diagnosis in the document's words."""
    for component in children(structured, "component"):
        for section in children(component, "section"):
            if section_code(child(section, "code"), templates(section)) in _ADMISSION:
                return written(child(section, "text"))
    return None


def _header_items(doc: Doc) -> Iterator[AnyItem]:
    if doc.header.confidential:
        yield _said(
            doc,
            "/ClinicalDocument/confidentialityCode",
            "The sender marks the document as restricted. No such mark is kept: keys decide who may read a case.",
            "See to it that only those keys open the case that may.",
        )


def _said(doc: Doc, where: str, detail: str, fix: str) -> NotUsed:
    return NotUsed(place=place(where), patient=doc.patient, outcome="skipped", detail=detail, fix=fix)
