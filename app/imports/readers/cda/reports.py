"""Documents that report one thing: an operation or intervention, an imaging study.

Source: C-CDA R2.1 Operative Note, Procedure Note, Diagnostic Imaging Report; DICOM PS3.20 (imaging reports as CDA).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from app.imports.domain.facts import Procedure, procedure_record
from app.imports.domain.fitting import TEXT_MOST, Remarks, text, usable, word
from app.imports.domain.oncology import category_of, modality_of, regions_of
from app.imports.domain.papers import paper_of
from app.imports.domain.reading import AnyItem
from app.imports.readers.cda.context import Doc, Spot
from app.imports.readers.cda.datatypes import Concept, concept, when
from app.imports.readers.cda.header import Header
from app.imports.readers.cda.people import author_of
from app.imports.readers.cda.statements import parts_of
from app.imports.readers.cda.tree import Node, attribute, child, children
from app.imports.readers.cda.values import value_of
from app.records.domain.base import Coding
from app.records.domain.findings import ImagingStudy, Lesion, Modality


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    spot: Spot
    title: str | None
    words: str

    @property
    def whole(self) -> str:
        return f"{self.title}\n{self.words}" if self.title else self.words


@dataclass(slots=True, kw_only=True)
class Report:
    """The parts of a report, gathered from its sections."""

    parts: list[_Part] = field(default_factory=list)
    entries: list[tuple[str, Spot]] = field(default_factory=list)
    places: set[str] = field(default_factory=set)
    sort: str | None = None
    """`procedure` or `imaging`; None for a document that reports neither."""

    def add(self, use: str, spot: Spot, title: str | None, words: str) -> bool:
        """Keep a part; False where the document is no report of that sort."""
        if use != self.sort:
            return False
        self.parts.append(_Part(spot=spot, title=title, words=words))
        self.places.add(spot.place)
        return True

    def add_entry(self, use: str, spot: Spot) -> None:
        """Keep an entry of a part."""
        self.entries.append((use, spot))


def report_of(header: Header) -> str | None:
    """Return what sort of report a document is: `procedure`, `imaging`, or None."""
    kind = paper_of(header.code.codes, header.title).kind if header.code.codes or header.title else None
    if kind == "imaging_report":
        return "imaging"
    return "procedure" if kind in {"operative_note", "procedure_note"} else None


def report_items(report: Report, doc: Doc) -> Iterator[AnyItem]:
    """Yield the record of what a document reports, if it is a report."""
    kind = report.sort
    if kind == "imaging" and (report.parts or report.entries):
        yield _imaging(report, doc)
    elif kind == "procedure" and report.parts:
        yield from _procedure(report, doc)


# --- operations and interventions -------------------------------------------------------------------------------

_COMPLICATIONS: Final = frozenset({"55109-3", "10830-8"})
_NO_COMPLICATIONS: Final = frozenset(
    {"none", "no complications", "no complication", "no immediate complications", "nil", "none apparent"}
)
_NAMED: Final = "10223-6"


def _procedure(report: Report, doc: Doc) -> Iterator[AnyItem]:
    header = doc.header
    first = report.parts[0].spot
    remarks = Remarks()
    code = _event_code(header, doc)
    named = code.shown or _by_section(report) or header.title
    time = when(child(header.event, "effectiveTime")) if header.event is not None else when(None)
    performer = author_of(child(header.event, "performer"), header.people, doc.narrative)
    complications = _complications(report)
    note = "\n\n".join(part.whole for part in report.parts)
    event = Spot(doc=doc, node=first.node, place="/ClinicalDocument/documentationOf/serviceEvent")
    record = procedure_record(
        Procedure(
            name=named,
            codes=code.codes,
            category="surgery" if _is_operation(header, named, code.codes) else None,
            date=time.day or header.date,
            started=time.start or header.date,
            ended=time.end or time.point,
            author=performer.name if performer else header.author.name if header.author else None,
            asserted_by=performer.stands if performer else header.author.stands if header.author else None,
            facility=header.custodian,
            complications=complications,
            note=note if len(note) <= TEXT_MOST else None,
        ),
        "cda",
        remarks,
    )
    if record is None:
        yield event.rejected("The procedure has no name that can be kept.", "Send its name in the header.")
        return
    if len(note) > TEXT_MOST:
        remarks.add("The report is too long for a note; it stands in the payload only.")
    yield event.found(record, remarks, words=note, key=doc.key(header.identity, "procedure"))


def _event_code(header: Header, doc: Doc) -> Concept:
    return concept(child(header.event, "code"), doc.narrative)


def _by_section(report: Report) -> str | None:
    """Return the procedure in the words of the section that names it."""
    for part in report.parts:
        if part.spot.section == _NAMED and len(part.words) <= 200 and "\n" not in part.words:  # noqa: PLR2004  a Word
            return part.words
    return None


def _is_operation(header: Header, name: str | None, codes: tuple[Coding, ...]) -> bool:
    return (
        paper_of(header.code.codes, header.title).kind == "operative_note"
        and category_of(name, codes) == "other"
    )


def _complications(report: Report) -> tuple[str, ...] | None:
    """Return the complications as written; empty where there were none, None where the report is silent."""
    for part in report.parts:
        if part.spot.section in _COMPLICATIONS:
            said = " ".join(part.words.split())
            return () if said.strip(" .").casefold() in _NO_COMPLICATIONS else (part.words,)
    return None


# --- imaging ----------------------------------------------------------------------------------------------------

_IMPRESSIONS: Final = ("121072", "19005-8", "121076", "55110-1")
_COMPARED: Final = ("121180", "18834-2", "121068")
_STUDY: Final = "113014"
_SERIES: Final = "113015"
_MODALITY: Final = "121139"


def _imaging(report: Report, doc: Doc) -> AnyItem:
    header = doc.header
    remarks = Remarks()
    code = _event_code(header, doc)
    first = report.parts[0].spot if report.parts else report.entries[0][1]
    study, modality, series, instances = _catalogue(report)
    impressions = [part for part in report.parts if part.spot.section in _IMPRESSIONS]
    findings = [part for part in report.parts if part not in impressions]
    shown = " ".join(filter(None, (header.title, code.shown)))
    paper = paper_of(header.code.codes, header.title)
    event_time = when(child(header.event, "effectiveTime")) if header.event is not None else when(None)
    compared = next((part.words for part in report.parts if part.spot.section in _COMPARED), None)
    note = text("\n\n".join(part.whole for part in findings), remarks, "findings")
    impression = text("\n\n".join(part.words for part in impressions), remarks, "impression")
    author = header.author
    place = Spot(doc=doc, node=first.node, place="/ClinicalDocument/documentationOf/serviceEvent")
    modality = (
        modality
        or modality_of(header.title)
        or modality_of(code.shown, code.codes)
        or modality_of(paper.modality)
    )
    regions = paper.regions or regions_of(header.title or "") or regions_of(shown)
    uid = study or _event_uid(header.event)
    lesions = tuple(_lesions(report))
    if impression is None and not (modality or regions or uid or lesions):
        # All that is told of the study are its words, under whatever heading they stand.
        impression, note = note, None
    if impression is None and not (modality or regions or uid or lesions):
        return place.rejected(
            "The report says nothing of the study that can be kept.", "Send its parts in sections."
        )
    return place.found(
        ImagingStudy(
            kind="imaging_study",
            origin="cda",
            modality=modality,
            regions=regions,
            accession=word(header.accession, remarks, "accession"),
            study_uid=uid,
            date=event_time.start or header.date,
            reported_on=header.date,
            compared_with=word(compared, remarks, "comparison"),
            impression=impression,
            lesions=lesions,
            series_count=series or None,
            instance_count=instances or None,
            note=note,
            codes=usable((*header.code.codes, *code.codes), remarks),
            author=word(author.name if author else None, remarks, "author"),
            asserted_by=author.stands if author else None,
            facility=word(header.custodian, remarks, "facility"),
        ),
        remarks,
        words=impression or note,
        key=doc.key(header.identity, "imaging"),
    )


def _event_uid(event: Node | None) -> str | None:
    """Return the study's UID where the service event has it: an id that is an OID alone."""
    for one in children(event, "id"):
        root = attribute(one, "root")
        if root and not one.get("extension") and root.count(".") > 3 and len(root) <= 64:  # noqa: PLR2004  a DICOM UID
            return root
    return None


def _catalogue(report: Report) -> tuple[str | None, Modality | None, int, int]:
    """Return study UID, modality, series and images of the catalogue of DICOM objects."""
    for use, spot in report.entries:
        if use != "imaging_part" or not spot.code.has(_STUDY):
            continue
        uid = attribute(spot.first("id"), "root")
        modality, series, instances = None, 0, 0
        for part in parts_of(spot):
            if part.code.has(_SERIES):
                series += 1
                instances += sum(1 for _ in parts_of(part))
                modality = modality or _series_modality(part)
        return uid, modality, series, instances
    return None, None, 0, 0


def _series_modality(series: Spot) -> Modality | None:
    for qualifier in children(series.first("code"), "qualifier"):
        if attribute(child(qualifier, "name"), "code") == _MODALITY:
            value = concept(child(qualifier, "value"), series.doc.narrative)
            return modality_of(None, value.codes) or modality_of(value.shown)
    return None


def _lesions(report: Report) -> Iterator[Lesion]:
    """Yield what the findings measure: each length with its name."""
    seen: set[str] = set()
    for use, spot in report.entries:
        if use != "imaging_part":
            continue
        for part in parts_of(spot):
            value = value_of(part.all("value"), part.doc.narrative)
            scale = {"mm": 1, "cm": 10}.get(value.unit or "")
            name = part.code.shown
            if scale is None or value.number is None or value.comparator or value.number < 0 or name is None:
                continue
            label = name[:180]
            label = label if label not in seen else f"{label} {len(seen) + 1}"
            seen.add(label)
            yield Lesion(label=label, longest_mm=value.number * scale, state="measured")
