"""Procedures: operations, courses of radiation with their dose, interventions, and examinations that are images.

Source: mCODE 4.0.0, cancer-related surgical procedure, radiotherapy course summary.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from app.imports.domain.facts import Procedure as ProcedureFact
from app.imports.domain.facts import procedure_record
from app.imports.domain.fitting import Remarks, text, word
from app.imports.domain.naming import shown
from app.imports.domain.oncology import category_of, is_cancer, is_test, modality_of, regions_of
from app.imports.domain.reading import AnyItem
from app.imports.readers.fhir.codes import ENDS, NEGATIONS
from app.imports.readers.fhir.graph import Entry
from app.imports.readers.fhir.making import IN_ERROR, Making, nothing_said, skipped, withdrawn
from app.imports.readers.fhir.model_acts import Procedure
from app.imports.readers.fhir.model_findings import BodyStructure, Condition
from app.imports.readers.fhir.radiation import radiation_of
from app.imports.readers.fhir.sites import place_of, placed, side_of, site_words
from app.imports.readers.fhir.wording import (
    absence_beside,
    codes_of,
    date_of,
    ends_of,
    extension_of,
    extensions_of,
    intent_of,
    known,
    note_of,
    profiled,
    system_name,
    words_of,
    words_or_code,
)
from app.records.domain.base import Absence
from app.records.domain.course import Treatment
from app.records.domain.findings import ImagingStudy

_SURGERY: Final = "mcode-cancer-related-surgical-procedure"
_RADIATION: Final = (
    "mcode-radiotherapy-course-summary",
    "mcode-cancer-related-radiation-procedure",
    "mcode-radiotherapy-treated-phase",
)
_INTENT: Final = ("procedure-intent", "treatment-intent", "TreatmentIntent", "-intention")
_NO_COMPLICATION: Final = re.compile(
    r"none|nil|nein|no (?:known |immediate )?complications?|keine(?: komplikation(?:en)?)?", re.IGNORECASE
)
_CLERICAL: Final = re.compile(
    r"documentation of|reconciliation|assessment|screening (for|procedure)|questionnaire|education|counsel|referral|"
    r"review of|care plan|consultation|evaluation|discussion|notification|certificat|examination|vital sign|"
    r"measurement of|history taking|interview|collection of|specimen collection|patient discharge|triage",
    re.IGNORECASE,
)
"""What is done around care: talk, papers, measuring."""


def read_procedure(entry: Entry, making: Making) -> Iterator[AnyItem]:
    """Return a treatment of its category, or an imaging study; what is neither and not for a cancer is skipped."""
    resource: Procedure = entry.resource
    if resource.status == "entered-in-error":
        yield withdrawn(entry, IN_ERROR)
        return
    if resource.status == "preparation":
        yield skipped(entry, "It is being prepared and was not done yet.")
        return
    negated = known(NEGATIONS, resource.code)
    if negated is not None:
        yield skipped(
            entry, "It states that no procedures are known; no kind of record says that of all procedures."
        )
        return
    fact = _fact(entry, making)
    words = shown(fact.name, fact.codes) or ""
    profiles = resource.meta.profile if resource.meta is not None else ()
    is_treatment = profiled(profiles, _SURGERY, *_RADIATION)
    category = fact.category or category_of(fact.name, fact.codes)
    modality = (
        None if is_treatment or category not in {"other", "procedure"} else modality_of(fact.name, fact.codes)
    )
    if modality is not None and category == "other":
        yield from _imaging(entry, making, fact, modality)
        return
    if fact.category is None and is_test(fact.name, fact.codes):
        yield skipped(entry, "It is a test of a specimen, not a treatment; its result is read by itself.")
        return
    if category in {"other", "supportive"} and not _for_cancer(entry, making) and not is_treatment:
        yield skipped(entry, _why_not(words))
        return
    record = procedure_record(fact, "fhir", entry.remarks)
    if record is None:
        yield nothing_said(entry)
        return
    yield making.record(
        entry, _completed(entry, making, record), sources=making.graph.all(resource.report, entry)
    )


def is_examination(resource: Procedure) -> bool:
    """Tell whether a procedure is a look inside, and neither a treatment nor an intervention."""
    name, codes = words_or_code(resource.code), codes_of(Remarks(), resource.code)
    return category_of(name, codes) == "other" and modality_of(name, codes) is not None


def _why_not(words: str) -> str:
    if _CLERICAL.search(words):
        return "It is talk, papers or measuring around care, not a treatment."
    return "It is neither an operation nor an intervention known here, and is not said to be for a cancer."


def _fact(entry: Entry, making: Making) -> ProcedureFact:
    resource: Procedure = entry.resource
    started, ended = _when(resource)
    profiles = resource.meta.profile if resource.meta is not None else ()
    category: Any = (
        "surgery"
        if profiled(profiles, _SURGERY)
        else "radiation"
        if profiled(profiles, *_RADIATION)
        else None
    )
    name = words_or_code(resource.code)
    codes = codes_of(entry.remarks, resource.code)
    if category is None and category_of(name, codes) == "other" and _CLERICAL.search(name or "") is None:
        # What was done is told by its sender's own class, where neither its words nor its code do.
        stated = category_of(words_of(resource.category), codes_of(Remarks(), resource.category))
        category = None if stated == "other" else stated
    if category == "surgery" and (told := category_of(name, codes)) in {"procedure", "radiation"}:
        # mCODE's surgical profile also holds biopsies, and what is sent under it by mistake; what was done says more.
        category = told
    people = (*(one.actor for one in resource.performer), resource.asserter, resource.recorder)
    behind = making.behind(entry, *people)
    place = making.place(entry, resource.location)
    return ProcedureFact(
        name=name,
        codes=codes,
        absent=Absence.NOT_DONE if resource.status == "not-done" else None,
        category=category,
        date=started,
        started=started,
        ended=ended,
        ongoing=True if resource.status == "in-progress" else None,
        site=_site(entry, making),
        site_codes=codes_of(entry.remarks, *map(placed, resource.body_site)),
        laterality=side_of(resource.body_site),
        complications=_complications(resource),
        reason_ended=_reason_ended(resource),
        note=_note(resource),
        **{**behind, "facility": place or behind["facility"]},
    )


def _complications(resource: Procedure) -> tuple[str, ...] | None:
    """Return the complications as written; empty where it says that there were none, None where it is silent."""
    said = tuple(filter(None, map(words_or_code, resource.complication)))
    if not said:
        return None
    return tuple(one for one in said if _NO_COMPLICATION.fullmatch(one) is None)


def _when(resource: Procedure) -> tuple[str | None, str | None]:
    point = date_of(resource.performed_date_time, "Procedure.performedDateTime")
    if point is not None:
        return point, None
    return ends_of(resource.performed_period, "Procedure.performedPeriod")


def _reason_ended(resource: Procedure) -> str | None:
    if resource.status == "stopped" and resource.status_reason is not None:
        return words_or_code(resource.status_reason)
    return words_or_code(resource.outcome) if _says_why_ended(resource) else None


def _says_why_ended(resource: Procedure) -> bool:
    outcome = resource.outcome
    return outcome is not None and any(system_name(one) in ENDS for one in outcome.coding)


def _note(resource: Procedure) -> str | None:
    outcome = None if _says_why_ended(resource) else words_or_code(resource.outcome)
    return note_of(
        resource.note,
        outcome and f"Outcome: {outcome}",
        resource.performed_string and f"Performed: {resource.performed_string}",
        *(f"Reason: {words}" for one in resource.reason_code if (words := words_of(one))),
    )


def _site(entry: Entry, making: Making) -> str | None:
    resource: Procedure = entry.resource
    structures = [
        one.value_reference for one in extensions_of(resource.extension, "procedure-targetBodyStructure")
    ]
    found = making.graph.all((one for one in structures if one is not None), entry)
    places = [place_of(one.resource) for one in found if isinstance(one.resource, BodyStructure)]
    return site_words(resource.body_site) or ", ".join(filter(None, places)) or None


def _for_cancer(entry: Entry, making: Making) -> bool:
    resource: Procedure = entry.resource
    if any(is_cancer(words_of(one), codes_of(Remarks(), one)) for one in resource.reason_code):
        return True
    found = making.graph.all(resource.reason_reference, entry)
    conditions = [one.resource for one in found if isinstance(one.resource, Condition)]
    shown = [one.display for one in resource.reason_reference if one.display]
    return any(is_cancer(words_of(one.code), codes_of(Remarks(), one.code)) for one in conditions) or any(
        map(is_cancer, shown)
    )


def _imaging(entry: Entry, making: Making, fact: ProcedureFact, modality: Any) -> Iterator[AnyItem]:  # noqa: ANN401 (a word of the record)
    words = f"{fact.name or ''} {fact.site or ''}"
    yield making.record(
        entry,
        ImagingStudy(
            kind="imaging_study",
            modality=modality,
            regions=() if fact.absent else regions_of(words),
            laterality=None if fact.absent else fact.laterality,
            stated=fact.absent,
            origin="fhir",
            date=fact.started,
            codes=fact.codes,
            author=word(fact.author, entry.remarks, "performer"),
            asserted_by=fact.asserted_by,
            facility=word(fact.facility, entry.remarks, "location"),
            external_id=word(fact.external_id, entry.remarks, "id"),
            note=text("\n".join(filter(None, (fact.name, fact.note))), entry.remarks, "note"),
        ),
    )


def _completed(entry: Entry, making: Making, record: Treatment) -> Treatment:
    """Add intent, and for radiation dose, fractions and technique."""
    resource: Procedure = entry.resource
    if record.stated is not None:
        return record
    changes: dict[str, Any] = {}
    intent = extension_of(resource.extension, *_INTENT)
    if intent is not None:
        changes["intent"] = intent_of(intent.value_codeable_concept)
    said = absence_beside(resource.performed_date_time_companion)
    if record.started is None and said is not None:
        changes["absent"] = {**record.absent, "started": said}
    if record.category == "radiation":
        changes |= radiation_of(entry, making, record)
        if resource.status == "completed" and record.reason_ended is None and _is_course(record):
            # Of a course, FHIR tells `completed` (all that was intended was done) from `stopped`.
            changes["reason_ended"] = "completed"
    return msgspec.structs.replace(record, **changes) if changes else record


def _is_course(record: Treatment) -> bool:
    """Tell whether a treatment ran over days; that one session was completed says nothing of the course it is of."""
    return bool(record.started and record.ended) and (record.started or "")[:10] != (record.ended or "")[:10]
