"""Reports that come as DICOM objects: structured reports as text, files inside an object as they are.

Source: DICOM PS3.3 2024e, A.35 and C.17.3 (SR content tree), A.45 (encapsulated documents); PS3.16 CID 7001.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.documents.domain.document import SHORT_MOST, DocumentBody, DocumentFacts, DocumentKind
from app.imports.domain.moments import from_hl7
from app.imports.domain.papers import paper_of
from app.imports.readers.dicom import tags
from app.imports.readers.dicom.dataset import DataSet, Header
from app.imports.readers.dicom.elements import DEPTH_MOST
from app.imports.readers.dicom.patients import HeaderPatient
from app.imports.readers.dicom.texts import clean, person_name
from app.imports.readers.dicom.values import codes_of, date_of

REPORT: Final = tags.HEADER | {
    tags.CONTENT, tags.CONCEPT, tags.COMPLETION, tags.VERIFICATION, tags.VERIFYING_OBSERVERS,
}  # fmt: skip
ENCAPSULATED: Final = tags.HEADER | {
    tags.DOCUMENT_TITLE, tags.ENCAPSULATED_DOCUMENT, tags.ENCAPSULATED_TYPE, tags.ENCAPSULATED_LENGTH, tags.CONCEPT,
}  # fmt: skip

_NODE: Final = frozenset(
    {
        tags.RELATIONSHIP, tags.VALUE_TYPE, tags.CONCEPT, tags.DATE_TIME_VALUE, tags.DATE_VALUE, tags.TIME_VALUE,
        tags.NAME_VALUE, tags.UID_VALUE, tags.TEXT_VALUE, tags.CODE_VALUE, tags.MEASURED_VALUES, tags.CONTENT,
        tags.CHARACTER_SET,
    }
)  # fmt: skip
_OBSERVER: Final = frozenset({tags.VERIFYING_OBSERVER, tags.CHARACTER_SET})
_MEASURED: Final = frozenset({tags.NUMERIC_VALUE, tags.UNIT})
_NODES_MOST: Final = 20_000

_IMPRESSIONS: Final = frozenset({"121072", "121073", "121076", "121077", "19005-8", "55113-5"})
"""DCM Impressions, Impression, Conclusions, Conclusion; LOINC Impression, Key findings and impression."""
_REFERENCES: Final = {
    "IMAGE": "an image", "COMPOSITE": "another object", "WAVEFORM": "a waveform", "SCOORD": "a place in an image",
    "SCOORD3D": "a place in space", "TCOORD": "a span of time", "TABLE": "a table",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document taken out of an object."""

    body: DocumentBody
    content: bytes
    impression: str | None = None
    """A report's own conclusion, word for word, where it has just one."""
    is_final: bool = False
    """The report says of itself that it is complete and verified."""
    remarks: tuple[str, ...] = ()


def report_of(header: Header, patient: HeaderPatient) -> Paper | None:
    """Return a structured report as a text with its headings; None where it says nothing."""
    lines: list[str] = []
    impressions: list[str] = []
    reader = _Tree(lines, impressions)
    reader.read(header, "", 0)
    if not lines:
        return None
    title = _concept(header) or header.text(tags.SERIES_DESCRIPTION) or "Structured report"
    completion, verification = header.first(tags.COMPLETION), header.first(tags.VERIFICATION)
    states = ", ".join(one.lower() for one in (completion, verification) if one)
    head = [title, f"State of the report: {states or 'not stated'}", ""]
    observers = [
        person_name(name).shown
        for item in header.items(tags.VERIFYING_OBSERVERS, _OBSERVER)
        if (name := item.text(tags.VERIFYING_OBSERVER))
    ]
    remarks = [] if verification == "VERIFIED" else ["The report does not say that it is verified."]
    if completion == "PARTIAL":
        remarks.append("The report says that it is partial.")
    if reader.is_cut:
        remarks.append(f"Only the first {_NODES_MOST} entries of the report are in the text.")
    return Paper(
        body=_body(header, patient, title, "imaging_report", next((one for one in observers if one), None)),
        content="\n".join([*head, *lines, ""]).encode(),
        impression=impressions[0] if len(impressions) == 1 else None,
        is_final=completion == "COMPLETE" and verification == "VERIFIED",
        remarks=tuple(remarks),
    )


def encapsulated_of(header: Header, patient: HeaderPatient) -> Paper | None:
    """Return the file inside an object, byte for byte; None where there is none."""
    content = header.raw(tags.ENCAPSULATED_DOCUMENT)
    if not content:
        return None
    stated = int.from_bytes(header.raw(tags.ENCAPSULATED_LENGTH) or b"", "little")
    if 0 < stated <= len(content):
        content = content[:stated]
    elif content.endswith(b"\0"):
        content = content[
            :-1
        ]  # values have an even length; a file's own last byte is not lost where it says it
    title = header.text(tags.DOCUMENT_TITLE) or _concept(header)
    return Paper(body=_body(header, patient, title, "unclassified", None), content=content)


def _body(
    header: Header, patient: HeaderPatient, title: str | None, otherwise: DocumentKind, author: str | None
) -> DocumentBody:
    said = " ".join(one for one in (title, header.text(tags.SERIES_DESCRIPTION)) if one)
    paper = paper_of(codes_of(header, tags.CONCEPT), said)
    date = date_of(header, tags.CONTENT_DATE, tags.CONTENT_TIME) or date_of(
        header, tags.STUDY_DATE, tags.STUDY_TIME
    )
    facility = header.text(tags.INSTITUTION)
    return DocumentBody(
        kind=otherwise if paper.kind == "unclassified" else paper.kind,
        title=title[:SHORT_MOST] if title else None,
        dated=date,
        author=author[:SHORT_MOST] if author else None,
        facility=facility[:SHORT_MOST] if facility else None,
        facts=DocumentFacts(
            printed_name=patient.names[0] if patient.names else None,
            printed_birth_date=patient.birth_date,
            printed_sex=patient.sex,
        ),
    )


def _concept(node: DataSet) -> str | None:
    return next((item.text(tags.CODE_MEANING) for item in node.items(tags.CONCEPT)), None)


class _Tree:
    """Writes a content tree down."""

    def __init__(self, lines: list[str], impressions: list[str]) -> None:
        self._lines, self._impressions = lines, impressions
        self._nodes = 0
        self.is_cut = False

    def read(self, parent: DataSet, indent: str, depth: int, *, concludes: bool = False) -> None:
        """Write what stands below a node."""
        if depth > DEPTH_MOST:
            self.is_cut = True
            return
        for node in parent.items(tags.CONTENT, _NODE, depth):
            self._nodes += 1
            if self._nodes > _NODES_MOST:
                self.is_cut = True
                return
            is_conclusion = concludes or any(
                code.code in _IMPRESSIONS for code in codes_of(node, tags.CONCEPT)
            )
            line = _line(node)
            if line is not None:
                self._lines.extend(indent + part for part in line.split("\n"))
            value = node.text(tags.TEXT_VALUE)
            if is_conclusion and value is not None:
                self._impressions.append(value.replace("\r\n", "\n").replace("\r", "\n"))
            self.read(node, f"{indent}  ", depth + 1, concludes=is_conclusion)


def _line(node: DataSet) -> str | None:
    """Return what a node says, with its heading; None where it says nothing a reader can read."""
    heading = _concept(node)
    kind = node.first(tags.VALUE_TYPE)
    if kind == "CONTAINER":
        return heading
    if kind in _REFERENCES:
        return f"[{heading or 'refers to'}: {_REFERENCES[kind]}]"
    value = "; ".join(_values(node))
    if not value:
        return heading
    return f"{heading}: {value}" if heading else value


def _values(node: DataSet) -> Iterator[str]:
    text = node.text(tags.TEXT_VALUE)
    if text is not None:
        yield clean(text.replace("\r\n", "\n").replace("\r", "\n"))
    for item in node.items(tags.CODE_VALUE):
        meaning = item.text(tags.CODE_MEANING) or item.text(tags.CODE)
        if meaning is not None:
            yield meaning
    for item in node.items(tags.MEASURED_VALUES, _MEASURED):
        unit = next(
            (one.text(tags.CODE) or one.text(tags.CODE_MEANING) for one in item.items(tags.UNIT)), None
        )
        number = item.text(tags.NUMERIC_VALUE)
        if number is not None:
            yield f"{number} {unit}" if unit and unit != "1" else number
    for tag in (tags.DATE_TIME_VALUE, tags.DATE_VALUE):
        moment = node.first(tag)
        if moment is not None:
            yield from_hl7(moment) or moment
    name = node.text(tags.NAME_VALUE)
    shown = person_name(name).shown if name else None
    yield from (one for one in (node.first(tags.TIME_VALUE), shown, node.first(tags.UID_VALUE)) if one)
