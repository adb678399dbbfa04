"""Compositions: sections that say there is nothing, and sections that hold their words only in the narrative.

Source: HL7 FHIR 4.0.1, list-empty-reason; IPS 2.0, sections.
"""

from collections.abc import Iterator
from typing import Any, Final

from app.documents.domain.document import DocumentBody
from app.imports.domain.fitting import place as fitted_place
from app.imports.domain.papers import paper_of
from app.imports.domain.reading import AnyItem, FoundDocument
from app.imports.readers.fhir.graph import Entry
from app.imports.readers.fhir.making import IN_ERROR, Making, skipped, withdrawn
from app.imports.readers.fhir.model_papers import Composition, Section
from app.imports.readers.fhir.wording import codes_of, date_of, known, plain_words, words_of
from app.records.domain.base import Absence
from app.records.domain.course import Medication
from app.records.domain.statements import Allergy, Comorbidity

_EMPTY: Final = {
    "nilknown": Absence.NONE,
    "notasked": Absence.NOT_DONE,
    "withheld": Absence.UNKNOWN,
    "unavailable": Absence.UNKNOWN,
    "notstarted": Absence.UNKNOWN,
}
_SECTIONS: Final = {"11450-4": "problems", "48765-2": "allergies", "10160-0": "medications"}


def read_composition(entry: Entry, making: Making) -> Iterator[AnyItem]:
    """Return what a document says beside its resources: empty sections, and sections told in words only."""
    resource: Composition = entry.resource
    if resource.status == "entered-in-error":
        yield withdrawn(entry, IN_ERROR)
        return
    if resource.status in {"preliminary", "amended"}:
        entry.remarks.add(f"The sender marks the document as {resource.status}.")
    behind = making.behind(entry, *resource.author, resource.custodian)
    date = date_of(resource.date, "Composition.date")
    made: set[str] = set()
    words: list[str] = []
    for section in _flat(resource.section):
        statement = _nothing(section, date, behind)
        if statement is not None:
            if statement.kind not in made:
                yield making.record(entry, statement, suffix=f"#{statement.kind}")
            made.add(statement.kind)
        elif not section.entry and (said := plain_words(section.text)):
            words.append("\n".join(filter(None, (section.title or words_of(section.code), said))))
    if words:
        made.add("words")
        yield _narrative(entry, "\n\n".join(words), date, behind)
    if not made:
        yield skipped(
            entry, "It binds the document together; the resources that it names are read by themselves."
        )


def _flat(sections: tuple[Section, ...], depth: int = 0) -> Iterator[Section]:
    for section in sections:
        yield section
        if depth < 20:  # noqa: PLR2004 (no document is told so deeply)
            yield from _flat(section.section, depth + 1)


def _nothing(
    section: Section, date: str | None, behind: dict[str, Any]
) -> Allergy | Comorbidity | Medication | None:
    absence = known(_EMPTY, section.empty_reason)
    about = known(_SECTIONS, section.code)
    if absence is None or about is None or section.entry:
        return None
    shared: dict[str, Any] = {"origin": "fhir", "date": date, "stated": absence, **behind}
    if about == "allergies":
        return Allergy(kind="allergy", **shared)
    if about == "medications":
        return Medication(kind="medication", **shared)
    return Comorbidity(kind="comorbidity", **shared)


def _narrative(entry: Entry, words: str, date: str | None, behind: dict[str, Any]) -> FoundDocument:
    resource: Composition = entry.resource
    title = (resource.title or words_of(resource.type) or "").strip()[:500] or None
    paper = paper_of(codes_of(entry.remarks, resource.type), title)
    return FoundDocument(
        place=fitted_place(entry.place),
        patient=entry.patient,
        body=DocumentBody(
            kind=paper.kind,
            title=title,
            dated=date,
            author=behind["author"],
            facility=behind["facility"],
            modality=paper.modality,
            regions=paper.regions,
        ),
        content=words.encode(),
        key=f"{entry.key}#text",
        remarks=entry.remarks.all(),
    )
