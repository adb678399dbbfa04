"""Pathology reports: histology, grade, margins and nodes of one specimen, from a report or from observations alone.

Source: mCODE 4.0.0, tumour morphology and histologic grade; LOINC codes of cancer reports in `codes.toml`.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from app.imports.domain.fitting import text, word
from app.imports.domain.naming import plain_test
from app.imports.domain.oncology import laterality_of
from app.imports.readers.fhir.codes import PATHOLOGY
from app.imports.readers.fhir.effective import collected_on, day_of
from app.imports.readers.fhir.graph import Entry
from app.imports.readers.fhir.making import Making, external_id
from app.imports.readers.fhir.model_acts import Procedure
from app.imports.readers.fhir.model_findings import DiagnosticReport, Observation, Specimen, Valued
from app.imports.readers.fhir.sites import site_words
from app.imports.readers.fhir.values import test_name, unit_of, value_text
from app.imports.readers.fhir.wording import (
    absence_of,
    amount_of,
    codes_of,
    date_of,
    first_code,
    known,
    note_of,
    words_of,
    words_or_code,
)
from app.records.domain.disease import PathologyReport, Stain

_WHOLE: Final = re.compile(r"[0-9]{1,4}")
_NODES: Final = {"nodes_examined": "Lymph nodes examined", "nodes_positive": "Lymph nodes involved"}
_STAINS_MOST: Final = 200
_ACCESSION: Final = "ACSN"


def pathology_report(
    entry: Entry,
    making: Making,
    findings: Iterable[Entry],
    stains: Iterable[Entry] = (),
    report: DiagnosticReport | None = None,
) -> PathologyReport | None:
    """Return the report of one specimen, put together of its observations; None where they say nothing."""
    several, stained = list(findings), list(stains)
    specimen = _specimen(entry, making, several, report)
    fields: dict[str, Any] = {}
    more: list[Stain] = []
    for finding in several:
        for valued in (finding.resource, *finding.resource.component):
            _sort_in(entry, finding, valued, fields, more)
    ihc = [stain for one in stained for stain in _stains(entry, one)]
    conclusion = report.conclusion if report is not None else None
    diagnoses = [words_of(one) for one in report.conclusion_code] if report is not None else []
    parts = [conclusion, *fields.pop("conclusion", []), *filter(None, diagnoses)]
    said = text("\n".join(dict.fromkeys(filter(None, parts))), entry.remarks, "conclusion")
    for name in _NODES:
        if set(fields) <= set(_NODES) and not (more or ihc or said) and name in fields:
            # Nodes alone are the whole of what was found.
            more.append(Stain(marker=_NODES[name], result=str(fields[name])))
    if not fields and not more and not ihc and said is None:
        return None
    if _are_at_odds(fields):
        entry.remarks.add(
            "More nodes are said to be involved than examined; both numbers stand in the payload only."
        )
        for name in _NODES:
            fields.pop(name, None)
    lead: Any = report if report is not None else entry.resource
    site = specimen.collection.body_site if specimen is not None and specimen.collection is not None else None
    behind = making.behind(entry, *_people(lead))
    return PathologyReport(
        kind="pathology_report",
        specimen=word(
            words_or_code(specimen.type) if specimen is not None else None, entry.remarks, "specimen"
        ),
        specimen_date=collected_on(specimen),
        signed_on=date_of(report.issued, "DiagnosticReport.issued") if report is not None else None,
        procedure=word(_procedure(making, several, specimen), entry.remarks, "procedure"),
        accession=word(_accession(specimen, report), entry.remarks, "accession"),
        site=word(site_words((site,)) if site is not None else None, entry.remarks, "site"),
        laterality=laterality_of(words_or_code(site)),
        ihc=tuple(ihc)[:_STAINS_MOST],
        ancillary=tuple(more)[:_STAINS_MOST],
        conclusion=said,
        origin="fhir",
        date=day_of(lead, specimen, entry.remarks),
        codes=codes_of(entry.remarks, lead.code),
        note=text(note_of([note for one in several for note in one.resource.note]), entry.remarks, "note"),
        author=word(behind["author"], entry.remarks, "author"),
        asserted_by=behind["asserted_by"],
        facility=word(behind["facility"], entry.remarks, "facility"),
        external_id=word(external_id(entry), entry.remarks, "id"),
        **fields,
    )


def _are_at_odds(fields: dict[str, Any]) -> bool:
    examined, positive = fields.get("nodes_examined"), fields.get("nodes_positive")
    return examined is not None and positive is not None and positive > examined


def _people(resource: DiagnosticReport | Observation) -> Iterator[Any]:
    if isinstance(resource, DiagnosticReport):
        yield from resource.results_interpreter
    yield from resource.performer


def _specimen(
    entry: Entry, making: Making, findings: list[Entry], report: DiagnosticReport | None
) -> Specimen | None:
    """Return the specimen: the report's own, else the one that its observations share."""
    named = report.specimen if report is not None else ()
    found = [one.resource for one in making.graph.all(named, entry) if isinstance(one.resource, Specimen)]
    if not found:
        shared = {
            one.key: one for part in findings if (one := making.graph.find(part.resource.specimen, part))
        }
        found = [one.resource for one in shared.values() if isinstance(one.resource, Specimen)]
    if len(found) > 1:
        entry.remarks.add(
            "The report has several specimens; which of its results belongs to which is not kept."
        )
    return found[0] if len(found) == 1 else None


def _sort_in(entry: Entry, finding: Entry, valued: Valued, fields: dict[str, Any], more: list[Stain]) -> None:
    role = known(PATHOLOGY, valued.code)
    if role is None and valued is finding.resource and finding.resource.meta is not None:
        names = (profile.rpartition("/")[2].partition("|")[0] for profile in finding.resource.meta.profile)
        role = next((PATHOLOGY[name] for name in names if name in PATHOLOGY), None)
    words = value_text(valued) or _number_words(valued)
    if words is None:
        absence = absence_of(valued.data_absent_reason)
        if absence is not None and role is not None and role != "conclusion" and role not in fields:
            fields.setdefault("absent", {})[role] = absence
        return
    match role:
        case "conclusion":
            fields.setdefault("conclusion", []).append(words)
        case "nodes_examined" | "nodes_positive" if (match := _WHOLE.match(words)) is not None:
            fields.setdefault(role, int(match[0]))
        case "histology" | "grade" | "margins" if role not in fields:
            kept = word(words, entry.remarks, role)
            if kept is not None:
                fields[role] = kept
                if role == "histology":
                    fields["histology_code"] = first_code(entry.remarks, valued.value_codeable_concept)
        case _:
            more.extend(_stain(entry, valued, words))


def _number_words(valued: Valued) -> str | None:
    if valued.value_integer is not None:
        return str(valued.value_integer)
    quantity = valued.value_quantity
    if quantity is None or quantity.value is None:
        return None
    unit = unit_of(quantity)
    return amount_of(quantity) if unit and unit != "Count" else f"{quantity.value:f}"


def _stain(entry: Entry, valued: Valued, words: str) -> Iterator[Stain]:
    name = word(test_name(valued.code), entry.remarks, "test")
    result = word(words, entry.remarks, "result")
    if name is not None and result is not None:
        called, _ = plain_test(name, codes_of(entry.remarks, valued.code))
        yield Stain(marker=called, result=result, code=first_code(entry.remarks, valued.code))


def _stains(entry: Entry, observed: Entry) -> Iterator[Stain]:
    for valued in (observed.resource, *observed.resource.component):
        words = value_text(valued) or _number_words(valued)
        if words is not None:
            yield from _stain(entry, valued, words)


def _procedure(making: Making, findings: list[Entry], specimen: Specimen | None) -> str | None:
    """Return how the specimen was obtained, where the specimen or an observation's procedure says it."""
    method = specimen.collection.method if specimen is not None and specimen.collection is not None else None
    found = (other for one in findings for other in making.graph.all(one.resource.part_of, one))
    done = [words_or_code(one.resource.code) for one in found if isinstance(one.resource, Procedure)]
    return words_or_code(method) or next(filter(None, done), None)


def _accession(specimen: Specimen | None, report: DiagnosticReport | None) -> str | None:
    if specimen is not None and specimen.accession_identifier is not None:
        return specimen.accession_identifier.value
    return accession_of(report) if report is not None else None


def accession_of(resource: Any) -> str | None:  # noqa: ANN401 (any resource with identifiers)
    """Return the accession number among a resource's identifiers."""
    for one in resource.identifier:
        if one.type is not None and any(code.code == _ACCESSION for code in one.type.coding):
            return str(one.value) if one.value else None
    return None
