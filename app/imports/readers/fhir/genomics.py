"""Genetic variants and the regions that a test covered. Source: HL7 Genomics Reporting and mCODE 4.0.0."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final, cast

from app.imports.domain.fitting import Remarks, text, word
from app.imports.domain.reading import AnyItem
from app.imports.readers.fhir.codes import GENES, READINGS
from app.imports.readers.fhir.effective import collected_on, effective_date, specimen_of
from app.imports.readers.fhir.graph import Entry
from app.imports.readers.fhir.making import Making, nothing_said
from app.imports.readers.fhir.model import CodeableConcept, Coding
from app.imports.readers.fhir.model_findings import DiagnosticReport, Observation, Specimen, Valued
from app.imports.readers.fhir.values import value_text
from app.imports.readers.fhir.wording import (
    absence_of,
    amount_of,
    codes_of,
    known,
    note_of,
    words_of,
    words_or_code,
)
from app.records.domain.disease import Biomarker

_GENE: Final = "48018-6"
_VARIANT: Final = frozenset({"81252-9", "81290-9", "48004-6", "48005-3"})
_CODING_CHANGE: Final = "48004-6"
_PROTEIN_CHANGE: Final = "48005-3"
_VAF: Final = "81258-6"
_SOURCE_CLASS: Final = "48002-0"
_SOMATIC: Final = "LA6684-0"
_GERMLINE: Final = "LA6683-2"
_C_HGVS: Final = re.compile(r"\bc\.[^\s()]+")
_P_HGVS: Final = re.compile(r"\bp\.(?:\([A-Za-z0-9_=*?>]+\)|[A-Za-z0-9_=*?>]+)")
_SAID_APART: Final = frozenset({_GENE, _CODING_CHANGE, _PROTEIN_CHANGE, _VAF, _SOURCE_CLASS})


def read_variant(entry: Entry, making: Making, report: Entry | None) -> Iterator[AnyItem]:
    """Return a variant, found or looked for and not found, with its gene, its change and its share of reads."""
    resource: Observation = entry.resource
    parts = _parts(resource)
    genes = [name for one in parts.get(_GENE, ()) for name in _genes(one.value_codeable_concept)]
    hgvs = [
        words_or_code(one.value_codeable_concept) or value_text(one) or ""
        for code in _VARIANT
        for one in parts.get(code, ())
    ]
    reading: Any = known(READINGS, resource.value_codeable_concept, *resource.interpretation)
    absence = absence_of(resource.data_absent_reason)
    said = value_text(resource) or next(filter(None, map(words_of, resource.interpretation)), None)
    if not genes and not hgvs and reading is None and absence is None and said is None:
        yield nothing_said(entry)
        return
    remarks = entry.remarks
    shared = _shared(entry, making, report)
    gene = (
        "::".join(dict.fromkeys(genes)) if len(genes) > 1 and not _is_negative(reading) else ", ".join(genes)
    )
    name = word(gene, remarks, "gene") or word(words_or_code(resource.code), remarks, "code") or "variant"
    stated = absence if reading is None and not hgvs and said is None else None
    if stated is not None:
        shared = {**shared, "specimen": None, "specimen_date": None}
    else:
        shared |= {
            "result": word(_result(resource, parts, hgvs), remarks, "result"),
            "interpretation": reading,
            "hgvs_c": word(_change(parts, _CODING_CHANGE, _C_HGVS, hgvs), remarks, "c.HGVS"),
            "hgvs_p": word(_change(parts, _PROTEIN_CHANGE, _P_HGVS, hgvs), remarks, "p.HGVS"),
            "vaf_percent": _vaf(parts, remarks),
            "origin_of_variant": _origin(parts),
        }
    shared["note"] = text(note_of(resource.note, *_more(parts, shared.get("result"))), remarks, "note")
    codes = codes_of(
        remarks, resource.code, *(one.value_codeable_concept for several in parts.values() for one in several)
    )
    yield making.record(
        entry,
        Biomarker(
            kind="biomarker",
            name=name,
            gene=word(gene, remarks, "gene"),
            codes=codes,
            stated=stated,
            **shared,
        ),
        sources=(report,) if report is not None else (),
    )


def _is_negative(reading: str | None) -> bool:
    return reading == "negative"


def _parts(resource: Observation) -> dict[str, list[Valued]]:
    found: dict[str, list[Valued]] = {}
    for one in resource.component:
        for code in one.code.coding if one.code is not None else ():
            if code.code:
                found.setdefault(code.code, []).append(one)
                break
    return found


def _genes(concept: CodeableConcept | None) -> Iterator[str]:
    """Name the genes of a concept: codes of one name are one gene, as HGNC and NCBI write it."""
    if concept is None:
        return
    shown = dict.fromkeys(name for one in concept.coding if (name := _gene(one)))
    yield from shown or filter(None, (concept.text,))


def _gene(one: Coding) -> str | None:
    """Return a gene as it was sent, or its symbol where its long name was: `estrogen receptor 1` is ESR1."""
    is_symbol = one.display is not None and " " not in one.display.strip()
    return one.display if is_symbol else GENES.get(one.code or "") or one.display or one.code


def _result(resource: Observation, parts: dict[str, list[Valued]], hgvs: list[str]) -> str | None:
    if hgvs:
        named = sorted(filter(None, hgvs), key=lambda text: ("p." not in text, "c." not in text, text))
        if named:
            return named[0]
    said = [
        words
        for code in ("molecular-consequence", "48019-4")
        for one in parts.get(code, ())
        if (words := words_or_code(one.value_codeable_concept))
    ]
    found = [words_of(one) for one in resource.interpretation]
    return said[0] if said else next(filter(None, found), None) or value_text(resource)


def _change(
    parts: dict[str, list[Valued]], code: str, pattern: re.Pattern[str], hgvs: list[str]
) -> str | None:
    for one in parts.get(code, ()):
        words = words_or_code(one.value_codeable_concept) or value_text(one)
        if words:
            return words
    return next((match[0] for text in sorted(hgvs) if (match := pattern.search(text))), None)


def _vaf(parts: dict[str, list[Valued]], remarks: Remarks) -> Decimal | None:
    for one in parts.get(_VAF, ()):
        quantity = one.value_quantity
        if quantity is None or quantity.value is None or not quantity.value.is_finite():
            continue
        value = quantity.value
        if quantity.code in {"%", None} and quantity.unit in {"%", None} and (quantity.code or quantity.unit):
            share = value
        elif quantity.code == "1" or (value <= 1 and quantity.code is None and quantity.unit is None):
            share = value * 100
        else:
            remarks.add("The allele fraction is in a unit that is not read; it stands in the payload only.")
            continue
        if 0 <= share <= 100:  # noqa: PLR2004 (percent)
            return share
        remarks.add("The allele fraction is none between 0 and 100 %; it stands in the payload only.")
    return None


def _origin(parts: dict[str, list[Valued]]) -> Any:  # noqa: ANN401 (one of the record's words)
    for one in parts.get(_SOURCE_CLASS, ()):
        for code in one.value_codeable_concept.coding if one.value_codeable_concept is not None else ():
            if code.code == _SOMATIC:
                return "somatic"
            if code.code == _GERMLINE:
                return "germline"
    return None


def _more(parts: dict[str, list[Valued]], result: str | None) -> Iterator[str]:
    """Say what else a variant's components state, so that nothing of them is lost."""
    for code, several in parts.items():
        if code in _SAID_APART:
            continue
        for one in several:
            words = (
                words_or_code(one.value_codeable_concept) or amount_of(one.value_quantity) or value_text(one)
            )
            if words and words != result:
                yield f"{words_or_code(one.code)}: {words}"


def _shared(entry: Entry, making: Making, report: Entry | None) -> dict[str, Any]:
    resource: Observation = entry.resource
    specimen = specimen_of(making.graph, entry) or _reported_specimen(making, report)
    behind = making.behind(entry, *resource.performer)
    place = behind.pop("facility")
    if report is not None:
        told = making.behind(report, *report.resource.performer, *report.resource.results_interpreter)
        place = place or told["facility"]
        behind["author"] = behind["author"] or told["author"]
    return {
        "origin": "fhir",
        "date": effective_date(resource) or (effective_date(report.resource) if report is not None else None),
        "method": word(words_or_code(resource.method), entry.remarks, "method"),
        "specimen": word(words_or_code(specimen.type) if specimen else None, entry.remarks, "specimen"),
        "specimen_date": collected_on(specimen),
        "laboratory": word(place, entry.remarks, "laboratory"),
        "panel": _panel(making, report, entry.remarks),
        **behind,
    }


def _reported_specimen(making: Making, report: Entry | None) -> Specimen | None:
    """Return the specimen of a report where it is the only one; of several, which was meant is not said."""
    if report is None:
        return None
    resource: DiagnosticReport = report.resource
    found = [
        one.resource
        for one in making.graph.all(resource.specimen, report)
        if isinstance(one.resource, Specimen)
    ]
    return found[0] if len(found) == 1 else None


def _panel(making: Making, report: Entry | None, remarks: Remarks) -> str | None:
    if report is None:
        return None
    for order in making.graph.all(report.resource.based_on, report):
        code = getattr(order.resource, "code", None)
        if code is not None:
            return word(words_or_code(code), remarks, "order")
    return None


def read_region(entry: Entry, making: Making, report: Entry | None) -> Iterator[AnyItem]:
    """Return which genes a test covered; what was found in them stands in its variants."""
    resource: Observation = entry.resource
    genes: list[str] = []
    for one in _parts(resource).get(_GENE, ()):
        concept = one.value_codeable_concept
        # One component may list many genes, as codes of one system each.
        several = concept is not None and len({code.system for code in concept.coding}) < len(concept.coding)
        names = _genes(concept)
        genes += names if several else list(names)[:1]
    if not genes:
        yield nothing_said(entry)
        return
    kept = tuple(name for gene in dict.fromkeys(genes) if (name := word(gene, entry.remarks, "gene")))[:2_000]
    shared = _shared(entry, making, report)
    shared["note"] = text(note_of(resource.note), entry.remarks, "note")
    yield making.record(
        entry,
        Biomarker(
            kind="biomarker",
            name=word(words_of(resource.code), entry.remarks, "code") or "genes covered by the test",
            genes_tested=kept,
            result=f"{len(kept)} genes covered" if len(kept) > 1 else "1 gene covered",
            codes=codes_of(entry.remarks, resource.code),
            **cast("Any", shared),
        ),
        sources=(report,) if report is not None else (),
    )
