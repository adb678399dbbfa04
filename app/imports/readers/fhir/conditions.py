"""Conditions: cancers with their stage and course, other illnesses, and the statement that there are none.

Source: mCODE 4.0.0 (primary and secondary cancer condition), IPS 2.0 (absent or unknown problems).
"""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from app.imports.domain.facts import Illness, illness_record
from app.imports.domain.reading import AnyItem
from app.imports.readers.fhir.codes import NEGATIONS
from app.imports.readers.fhir.graph import Entry
from app.imports.readers.fhir.making import IN_ERROR, Making, nothing_said, skipped, withdrawn
from app.imports.readers.fhir.model import CodeableConcept, Quantity
from app.imports.readers.fhir.model_findings import Condition
from app.imports.readers.fhir.sites import placed, side_of, site_words
from app.imports.readers.fhir.stages import stage_of_condition
from app.imports.readers.fhir.wording import (
    absence_beside,
    amount_of,
    code_of,
    codes_of,
    date_of,
    ends_of,
    extension_of,
    first_code,
    known,
    note_of,
    period_of,
    profiled,
    words_of,
)
from app.records.domain.base import Absence
from app.records.domain.disease import Diagnosis
from app.records.domain.statements import DiseaseStatus

_PRIMARY: Final = "mcode-primary-cancer-condition"
_SECONDARY: Final = "mcode-secondary-cancer-condition"
_HISTOLOGY: Final = ("mcode-histology-morphology-behavior", "histology-morphology-behavior")
_ASSERTED: Final = "condition-assertedDate"
_CURRENT: Final = frozenset({"active", "recurrence", "relapse"})
_PAST: Final = frozenset({"inactive", "remission", "resolved"})
_SOCIAL: Final = re.compile(
    r"employ|education|school|housing|transport|labor force|unsatisfied|stress \(finding\)|limited social|"
    r"social isolation|medication review|victim of|not in labor|refugee|criminal record|received higher|"
    r"certificate|only received|reports of violence|served in armed forces|part-time|homeless",
    re.IGNORECASE,
)
"""Findings on how somebody lives, which some systems keep among the problems."""
_FAMILY: Final = re.compile(r"family history|familial history", re.IGNORECASE)
_UNCERTAIN: Final = {
    "unconfirmed": "The sender marks the condition as unconfirmed.",
    "provisional": "The sender marks the condition as provisional.",
}
_COURSE: Final = {
    "remission": ("remission", None),
    "recurrence": ("return", "recurrence"),
    "relapse": ("return", "relapse"),
}
"""FHIR's clinical status of a cancer as axis and value of a disease status; FHIR says no more of them."""


def read_condition(entry: Entry, making: Making) -> Iterator[AnyItem]:
    """Return what a Condition says: a diagnosis with its stages and its status, or another illness."""
    resource: Condition = entry.resource
    verified = code_of(resource.verification_status)
    gone = {"entered-in-error": IN_ERROR, "refuted": "The sender says that the condition was ruled out."}
    if verified in gone:
        yield withdrawn(entry, gone[verified])
        if code_of(resource.clinical_status) in _COURSE:
            yield withdrawn(entry, gone[verified], suffix="#clinicalStatus")
        return
    if verified == "differential":
        yield skipped(entry, "It is one of several possible diagnoses, none of them established yet.")
        return
    negated = known(NEGATIONS, resource.code)
    told = _illness(entry, making, negated[0] if negated else None, _UNCERTAIN.get(verified or ""))
    if negated is None and _says(_SOCIAL, resource.code):
        yield skipped(entry, "It is a finding on how the patient lives, not an illness.")
        return
    if negated is None and _says(_FAMILY, resource.code):
        yield skipped(entry, "It tells of the family, not of the patient.")
        return
    record = illness_record(told, "fhir", entry.remarks)
    if record is None:
        yield nothing_said(entry)
        return
    if isinstance(record, Diagnosis):
        record = _completed(record, resource)
    elif said := words_of(resource.severity):
        record = msgspec.structs.replace(record, note=note_of((), record.note, f"Severity: {said}"))
    yield making.record(entry, record, sources=_evidence(entry, making))
    if isinstance(record, Diagnosis):
        yield from _course(entry, making)
        yield from stage_of_condition(entry, making)


def _says(pattern: re.Pattern[str], concept: CodeableConcept | None) -> bool:
    said = [one.display or "" for one in concept.coding] if concept is not None else []
    said.append((concept.text or "") if concept is not None else "")
    return any(pattern.search(one) for one in said)


def _illness(entry: Entry, making: Making, absent: Absence | None, uncertain: str | None) -> Illness:
    resource: Condition = entry.resource
    recorded = date_of(resource.recorded_date, "Condition.recordedDate")
    asserted = extension_of(resource.extension, _ASSERTED)
    stated = date_of(asserted.value_date_time, "Condition.extension.valueDateTime") if asserted else None
    onset, ended = _onset(resource), _ended(resource)
    histology = extension_of(resource.extension, *_HISTOLOGY)
    concept = histology.value_codeable_concept if histology is not None else None
    sites = resource.body_site
    clinical = code_of(resource.clinical_status)
    codes = codes_of(entry.remarks, resource.code)
    is_current = True if clinical in _CURRENT else False if clinical in _PAST else None
    return Illness(
        name=words_of(resource.code),
        codes=codes,
        # The day of the statement stands for the fact's only where no onset is given.
        date=stated or recorded,
        absent=absent,
        onset=onset,
        ended=ended,
        is_current=is_current,
        site=site_words(sites),
        site_codes=codes_of(entry.remarks, *map(placed, sites)),
        laterality=side_of(sites),
        histology=words_of(concept),
        histology_code=first_code(entry.remarks, concept),
        is_cancer=True
        if resource.meta is not None and profiled(resource.meta.profile, _PRIMARY, _SECONDARY)
        else None,
        note=note_of(resource.note, uncertain, *_times_in_words(resource)),
        **making.behind(entry, resource.asserter, resource.recorder),
    )


def _onset(resource: Condition) -> str | None:
    return date_of(resource.onset_date_time, "Condition.onsetDateTime") or period_of(
        resource.onset_period, "Condition.onsetPeriod"
    )


def _ended(resource: Condition) -> str | None:
    return (
        date_of(resource.abatement_date_time, "Condition.abatementDateTime")
        or ends_of(resource.abatement_period, "Condition.abatementPeriod")[0]
    )


def _times_in_words(resource: Condition) -> Iterator[str]:
    """Yield when it began and ended, where that is said in words or as the patient's age: neither makes a date."""
    onset = resource.onset_string or _age(resource.onset_age)
    if onset:
        yield f"Onset: {onset}"
    abatement = resource.abatement_string or _age(resource.abatement_age)
    if abatement:
        yield f"Ended: {abatement}"


def _age(quantity: Quantity | None) -> str | None:
    amount = amount_of(quantity)
    return f"at the age of {amount}" if amount else None


def _completed(record: Diagnosis, resource: Condition) -> Diagnosis:
    """Add what FHIR says of a cancer beside the fact that all formats share."""
    profiles = resource.meta.profile if resource.meta is not None else ()
    absent = dict(record.absent)
    said = absence_beside(resource.onset_date_time_companion)
    if record.date is None and said is not None:
        absent["date"] = said
    if profiled(profiles, _SECONDARY) and record.tumour != "metastasis":
        # mCODE's secondary cancers include nodes of the tumour's own region, which are not distant.
        is_distant = "lymph node" not in (record.site or "").casefold()
        return msgspec.structs.replace(
            record,
            tumour="metastasis",
            metastatic=True if is_distant else None,
            metastatic_sites=(record.site,) if record.site and is_distant else (),
            absent=absent,
        )
    if profiled(profiles, _PRIMARY) and record.tumour != "primary":
        # The profile says that it is the primary, the name that it is a metastasis: neither tells of other sites.
        note = note_of((), f"Named: {words_of(resource.code)}", record.note)
        return msgspec.structs.replace(
            record, tumour="primary", metastatic=None, metastatic_sites=(), note=note, absent=absent
        )
    return msgspec.structs.replace(record, absent=absent) if absent else record


def _evidence(entry: Entry, making: Making) -> Iterator[Entry]:
    for one in entry.resource.evidence:
        yield from making.graph.all(one.detail, entry)


def _course(entry: Entry, making: Making) -> Iterator[AnyItem]:
    """Return what the clinical status says of a cancer's course; the day of that statement is not known."""
    resource: Condition = entry.resource
    status = code_of(resource.clinical_status)
    known = _COURSE.get(status or "")
    if known is None:
        return
    behind = making.behind(entry, resource.asserter, resource.recorder)
    record = DiseaseStatus(
        kind="disease_status",
        axis=known[0],  # type: ignore[arg-type]  # the table's axes are the kind's
        value=known[1],
        words=words_of(resource.clinical_status) or status,
        origin="fhir",
        author=behind["author"],
        asserted_by=behind["asserted_by"],
        facility=behind["facility"],
        external_id=behind["external_id"],
        codes=codes_of(entry.remarks, resource.clinical_status),
    )
    yield making.record(entry, record, suffix="#clinicalStatus")
