"""Imaging studies: what was imaged, what the report says, and the lesions measured on it.

Source: HL7 FHIR 4.0.1 ImagingStudy; mCODE 4.0.0, tumour and tumour size.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from app.imports.domain.fitting import text, word
from app.imports.domain.oncology import laterality_of, modality_of, regions_of
from app.imports.domain.papers import paper_of
from app.imports.readers.fhir.effective import day_of
from app.imports.readers.fhir.graph import Entry
from app.imports.readers.fhir.making import Making, external_id
from app.imports.readers.fhir.model import Quantity, Reference
from app.imports.readers.fhir.model_findings import (
    BodyStructure,
    DiagnosticReport,
    ImagingStudyResource,
    Observation,
    Specimen,
    Valued,
)
from app.imports.readers.fhir.pathology import accession_of
from app.imports.readers.fhir.sites import place_of
from app.imports.readers.fhir.values import value_text
from app.imports.readers.fhir.wording import (
    amount_of,
    codes_of,
    date_of,
    known,
    note_of,
    words_of,
    words_or_code,
)
from app.records.domain.findings import ImagingStudy, Lesion

_DICOM: Final = {
    "CT": "CT", "MR": "MR", "PT": "PET", "US": "US", "IVUS": "US", "CR": "XR", "DX": "XR", "RF": "XR", "XA": "XR",
    "MG": "MG", "NM": "NM", "ES": "endoscopy", "GM": "other", "SM": "other", "OP": "other", "XC": "other",
}  # fmt: skip
"""DICOM modalities of images; reports, presentations and segmentations are none. Source: DICOM PS3.3 C.7.3.1.1.1."""
_TOGETHER: Final = {frozenset({"CT", "PET"}): "PET-CT", frozenset({"MR", "PET"}): "PET-MR"}
_UID: Final = "urn:dicom:uid"
_LONGEST: Final = "33728-7"
_OTHER: Final = "33729-5"
_TO_MM: Final = {"mm": Decimal(1), "cm": Decimal(10), "m": Decimal(1000)}
_WORDS_TO_MM: Final = {"millimeters": "mm", "millimeter": "mm", "centimeters": "cm", "centimeter": "cm"}
_NODE: Final = re.compile(r"lymph node|nodal|lymphknoten", re.IGNORECASE)


def imaging_study(
    entry: Entry,
    making: Making,
    *,
    study: Entry | None = None,
    report: Entry | None = None,
    sizes: Iterable[Entry] = (),
    said: Iterable[Entry] = (),
    done: Entry | None = None,
) -> ImagingStudy:
    """Return one examination, put together of its images, its report, the lesions measured and what else was said."""
    images: ImagingStudyResource | None = study.resource if study is not None else None
    written: DiagnosticReport | None = report.resource if report is not None else None
    measured = list(sizes)
    code = written.code if written is not None else None
    examined = done.resource.code if done is not None else None
    procedures = (
        *(images.procedure_code if images is not None else ()),
        *([examined] if examined is not None else ()),
    )
    codes = codes_of(entry.remarks, code, *procedures)
    words = " ".join(filter(None, (_words(images, written), words_or_code(examined))))
    paper = paper_of(codes, words_of(code))
    behind = making.behind(entry, *_people(images, written, measured))
    place = making.place(study, images.location) if study is not None and images is not None else None
    concluded = written.conclusion_code if written is not None else ()
    notes: list[str | None] = [
        images.description if images is not None else None,
        words_or_code(examined),
        _counts(images),
        *(_line(one) for one in said),
        *(f"Coded conclusion: {shown}" for one in concluded if (shown := words_of(one))),
    ]
    return ImagingStudy(
        kind="imaging_study",
        modality=_modality(images) or paper.modality or modality_of(words, codes),  # type: ignore[arg-type]  # the tables' words are the record's
        regions=tuple(paper.regions) or regions_of(words),
        laterality=laterality_of(words),
        accession=word(_accession(images, written), entry.remarks, "accession"),
        study_uid=word(_study_uid(images), entry.remarks, "uid"),
        reported_on=date_of(written.issued, "DiagnosticReport.issued") if written is not None else None,
        impression=text(written.conclusion, entry.remarks, "conclusion") if written is not None else None,
        lesions=tuple(lesion for one in measured if (lesion := lesion_of(one, making)) is not None)[:500],
        origin="fhir",
        date=_date(images, written, measured, entry),
        codes=codes,
        note=text(
            note_of(images.note if images is not None else (), *dict.fromkeys(notes)), entry.remarks, "note"
        ),
        author=word(behind["author"], entry.remarks, "author"),
        asserted_by=behind["asserted_by"],
        facility=word(place or behind["facility"], entry.remarks, "facility"),
        external_id=word(external_id(entry), entry.remarks, "id"),
    )


def imaging_words(entry: Entry, making: Making) -> ImagingStudy:
    """Return an examination of which only an observation tells, in words."""
    resource: Observation = entry.resource
    parts = [value_text(resource), *(_component_line(one) for one in resource.component)]
    words = " ".join(filter(None, (words_or_code(resource.code), words_or_code(resource.body_site))))
    codes = codes_of(entry.remarks, resource.code)
    behind = making.behind(entry, *resource.performer)
    return ImagingStudy(
        kind="imaging_study",
        modality=modality_of(words, codes),
        regions=regions_of(words),
        laterality=laterality_of(words),
        impression=text("\n".join(filter(None, parts)), entry.remarks, "value"),
        origin="fhir",
        date=day_of(resource, None, entry.remarks),
        codes=codes,
        note=text(note_of(resource.note, words), entry.remarks, "note"),
        author=word(behind["author"], entry.remarks, "author"),
        asserted_by=behind["asserted_by"],
        facility=word(behind["facility"], entry.remarks, "facility"),
        external_id=word(external_id(entry), entry.remarks, "id"),
    )


def _component_line(component: Valued) -> str | None:
    words = value_text(component) or amount_of(component.value_quantity)
    return f"{words_or_code(component.code)}: {words}" if words else None


def _words(images: ImagingStudyResource | None, report: DiagnosticReport | None) -> str:
    parts: list[str | None] = [words_or_code(report.code) if report is not None else None]
    if images is not None:
        parts += [images.description, *map(words_of, images.procedure_code)]
        parts += [one.body_site.display for one in images.series if one.body_site is not None]
    return " ".join(dict.fromkeys(filter(None, parts)))


def _people(
    images: ImagingStudyResource | None, report: DiagnosticReport | None, sizes: list[Entry]
) -> Iterable[Reference | None]:
    if report is not None:
        yield from report.results_interpreter
        yield from report.performer
    if images is not None:
        yield from images.interpreter
    for one in sizes:
        yield from one.resource.performer


def _date(
    images: ImagingStudyResource | None, report: DiagnosticReport | None, sizes: list[Entry], entry: Entry
) -> str | None:
    started = date_of(images.started, "ImagingStudy.started") if images is not None else None
    if started is not None:
        return started
    if report is not None:
        return day_of(report, None, entry.remarks)
    return day_of(sizes[0].resource, None, entry.remarks) if sizes else None


def _counts(images: ImagingStudyResource | None) -> str | None:
    if images is None or images.number_of_series is None:
        return None
    series, pictures = images.number_of_series, images.number_of_instances
    return f"The sender counts {series} series" + (
        f" and {pictures} images." if pictures is not None else "."
    )


def _line(entry: Entry) -> str | None:
    resource: Observation = entry.resource
    words = value_text(resource)
    return f"{words_or_code(resource.code)}: {words}" if words else None


def _modality(images: ImagingStudyResource | None) -> str | None:
    if images is None:
        return None
    own = [one.code for one in images.modality] or [
        one.modality.code for one in images.series if one.modality
    ]
    found = {_DICOM[code] for code in own if code in _DICOM}
    if len(found) == 1:
        return found.pop()
    return _TOGETHER.get(frozenset(found))


def _study_uid(images: ImagingStudyResource | None) -> str | None:
    for one in images.identifier if images is not None else ():
        if one.value and (one.system == _UID or one.value.startswith("urn:oid:")):
            return one.value.removeprefix("urn:oid:")
    return None


def _accession(images: ImagingStudyResource | None, report: DiagnosticReport | None) -> str | None:
    found = accession_of(images) if images is not None else None
    return found or (accession_of(report) if report is not None else None)


def lesion_of(entry: Entry, making: Making) -> Lesion | None:
    """Return the lesion that a tumour size measures, in mm; None where it states no size that is read."""
    resource: Observation = entry.resource
    longest, others = None, []
    for one in resource.component:
        size = millimetres(one.value_quantity)
        if size is None:
            continue
        if known({_LONGEST: True}, one.code):
            longest = size
        elif known({_OTHER: True}, one.code):
            others.append(size)
    longest = longest if longest is not None else millimetres(resource.value_quantity)
    if longest is None:
        return None
    found = next(
        (one for one in making.graph.all(resource.focus, entry) if isinstance(one.resource, BodyStructure)),
        None,
    )
    structure: BodyStructure | None = found.resource if found is not None else None
    if found is not None:
        found.claimed = entry.place
    site = (place_of(structure) if structure is not None else None) or words_or_code(resource.body_site)
    label = external_id(found) if found is not None else None
    label = label or next((one.display for one in resource.focus if one.display), None) or site or entry.id
    return Lesion(
        label=word(label, entry.remarks, "tumour") or "lesion",
        site=word(site, entry.remarks, "site"),
        is_node=bool(site and _NODE.search(site)),
        longest_mm=longest,
        short_axis_mm=min(others, default=None),
        state="measured",
    )


def millimetres(quantity: Quantity | None) -> Decimal | None:
    """Return a length in mm, exactly; None where it is none, or in a unit that is not read."""
    if quantity is None or quantity.value is None or not quantity.value.is_finite() or quantity.value < 0:
        return None
    unit = quantity.unit or ""
    factor = _TO_MM.get(quantity.code or "") or _TO_MM.get(_WORDS_TO_MM.get(unit, unit))
    return quantity.value * factor if factor is not None else None


def is_of_specimen(entry: Entry, making: Making) -> bool:
    """Tell whether a tumour size was measured on tissue, and not on an image."""
    resource: Any = entry.resource
    found = making.graph.find(resource.specimen, entry)
    return resource.specimen is not None and (found is None or isinstance(found.resource, Specimen))
