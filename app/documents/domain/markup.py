"""Whether a text is XML or HTML, and by its root element which document it is.

Source: XML 1.0 (5th edition), 2.8; HL7 CDA R2 (`urn:hl7-org:v3`); FHIR R4, XML representation; HL7 v2 XML
encoding rules.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from app.documents.domain.media_types import Detected, Finding, Flavour, MediaType
from app.documents.domain.refusals import Refusal
from app.documents.domain.text_bytes import Text

_XHTML = "http://www.w3.org/1999/xhtml"
_SVG = "http://www.w3.org/2000/svg"
_FLAVOURS: Mapping[str, Flavour] = {
    "http://hl7.org/fhir": Flavour.FHIR,
    "urn:hl7-org:v2xml": Flavour.HL7_V2_XML,
}
_CDA = ("urn:hl7-org:v3", "ClinicalDocument")

_COMMENTS = re.compile(r"(?:\s+|<!--.*?-->)*+", re.DOTALL)
_DECLARATION = re.compile(r"\s*<\?xml\s")
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_HTML_FRAGMENT = re.compile(
    r"<(meta|title|style|script|table|div|span|p|h[1-6]|br|b|i|u|font|center|ul|ol|pre|img|form|iframe)\b[^<>]*>",
    re.IGNORECASE,
)
_CLOSING_TAG = re.compile(
    r"</(?:title|style|script|table|div|span|p|h[1-6]|b|i|u|font|center|ul|ol|pre|td)\s*>", re.IGNORECASE
)
_SVG_TAG = re.compile(r"<svg\b", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b|<[^<>]{1,2000}\son\w{3,20}\s*=|\bjavascript:", re.IGNORECASE)
_ROOT_TAG = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]")
_PDF_HEADER = re.compile(r"%PDF-\d\.\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Root:
    namespace: str
    name: str
    doctype: str = ""
    declares_entities: bool = False


class _RootSeenError(Exception):
    """Ends the parse at the first element: nothing after it is looked at."""


@dataclass(slots=True)
class _RootListener:
    """What the parser said until the first element."""

    element: str = ""
    doctype: str = ""
    entities: int = field(default=0)

    def start_doctype(self, name: str, _system: str | None, _public: str | None, _internal: int) -> None:
        self.doctype = name

    def declare_entity(self, *_declaration: object) -> None:
        self.entities += 1

    def start_element(self, name: str, _attributes: object) -> None:
        self.element = name
        raise _RootSeenError


def kind_of_markup(text: Text) -> Detected | Refusal | None:
    """Say which markup the text is, None where it is none."""
    start = text.start[_COMMENTS.match(text.start).end() :]  # type: ignore[union-attr]  # matches nothing too
    if not start.startswith("<"):
        return None
    if _HTML.match(start):
        return _html(text)
    if _SVG_TAG.match(start):
        return Refusal.SVG
    is_declared = bool(_DECLARATION.match(start))
    root = _root(start)
    if root is not None and (is_declared or root.namespace or _is_closed(root, text)):
        return _by_root(root, text)
    if is_declared:
        return _by_tag(start, text)
    if _HTML_FRAGMENT.match(start) and _CLOSING_TAG.search(start):
        return _html(text)
    return None


def _by_root(root: _Root, text: Text) -> Detected | Refusal:
    if root.namespace == _SVG or root.name.lower() == "svg":
        return Refusal.SVG
    is_html = "html" in {root.name.lower(), root.doctype.lower()} or root.namespace == _XHTML
    if is_html or (not root.namespace and _HTML_FRAGMENT.match(f"<{root.name}>")):
        return _html(text)
    return Detected(
        media=MediaType.XML,
        flavour=Flavour.CDA if (root.namespace, root.name) == _CDA else _FLAVOURS.get(root.namespace),
        charset=text.charset,
        findings=(Finding.ENTITIES,) if root.declares_entities else (),
    )


def _by_tag(start: str, text: Text) -> Detected | Refusal:
    """Judge a declared XML whose start does not parse by the first tag that can be seen."""
    tag = _ROOT_TAG.search(start)
    name = tag[2].lower() if tag else ""
    if name == "svg":
        return Refusal.SVG
    if name == "html":
        return _html(text)
    entities = (Finding.ENTITIES,) if "<!ENTITY" in start else ()
    return Detected(media=MediaType.XML, charset=text.charset, findings=entities)


def _html(text: Text) -> Detected:
    findings = [Finding.SCRIPT] if _SCRIPT.search(text.start) else []
    if _PDF_HEADER.search(text.start[:1024]):
        findings.append(Finding.ALSO_PDF)
    return Detected(media=MediaType.HTML, charset=text.charset, findings=tuple(findings))


def _is_closed(root: _Root, text: Text) -> bool:
    """Say whether the last thing in the text ends the element that is first in it."""
    end = text.end.rstrip()
    return end.endswith("/>") or bool(re.search(rf"</(?:[\w.-]+:)?{re.escape(root.name)}\s*>$", end))


def _root(start: str) -> _Root | None:
    """Return the first element, None where the text up to it is not well-formed.

    No entity is expanded and nothing outside is fetched: the parse ends where the first element starts.
    """
    listener = _RootListener()
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    parser.StartDoctypeDeclHandler = listener.start_doctype
    parser.EntityDeclHandler = listener.declare_entity
    parser.StartElementHandler = listener.start_element
    try:
        parser.Parse(start.encode("utf-8", "replace"), False)  # noqa: FBT003  the parser knows no keywords
    except _RootSeenError:
        namespace, _, name = listener.element.rpartition(" ")
        return _Root(
            namespace=namespace,
            name=name,
            doctype=listener.doctype,
            declares_entities=listener.entities > 0,
        )
    except expat.ExpatError:
        return None
    return None
