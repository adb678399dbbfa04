"""Allergies, stays in hospital, plans and orders."""

import re
from collections.abc import Iterator
from typing import Any, Final

from app.imports.domain.facts import Intolerance, allergy_record
from app.imports.domain.fitting import text, word
from app.imports.domain.oncology import is_cancer
from app.imports.domain.reading import AnyItem
from app.imports.readers.fhir.codes import NEGATIONS
from app.imports.readers.fhir.graph import Entry
from app.imports.readers.fhir.making import IN_ERROR, Making, external_id, nothing_said, skipped, withdrawn
from app.imports.readers.fhir.model import CodeableConcept, Reference, Timing
from app.imports.readers.fhir.model_acts import (
    AllergyIntolerance,
    CarePlan,
    Encounter,
    PlannedDetail,
    ServiceRequest,
)
from app.imports.readers.fhir.model_findings import Condition
from app.imports.readers.fhir.wording import (
    code_of,
    codes_of,
    date_of,
    ends_of,
    known,
    note_of,
    period_of,
    words_of,
    words_or_code,
)
from app.records.domain.course import Admission
from app.records.domain.statements import FollowUpPlan, PlannedTest

_STAYS: Final = frozenset({"IMP", "ACUTE", "NONAC", "EMER", "OBSENC", "SS"})
_STAY_WORDS: Final = re.compile(
    r"inpatient|hospital admission|admission to|emergency|stationär", re.IGNORECASE
)
_EMERGENCY_WORDS: Final = re.compile(r"emergency|notfall", re.IGNORECASE)
_ICU_WORDS: Final = re.compile(r"intensive care|critical care|\bICU\b", re.IGNORECASE)
_NOT_YET: Final = frozenset({"planned", "arrived", "triaged", "cancelled"})
_FOLLOW_UP: Final = re.compile(
    r"oncolog|cancer|tumou?r|follow[- ]?up|surveillance|survivor|chemotherap|nachsorge", re.IGNORECASE
)
_DONE: Final = frozenset({"completed", "revoked", "cancelled"})


def read_allergy(entry: Entry, making: Making) -> Iterator[AnyItem]:
    """Return an allergy, or the statement that none is known."""
    resource: AllergyIntolerance = entry.resource
    verified = code_of(resource.verification_status)
    if verified == "entered-in-error":
        yield withdrawn(entry, IN_ERROR)
        return
    if verified == "refuted":
        yield withdrawn(entry, "The sender says that the allergy was ruled out.")
        return
    negated = known(NEGATIONS, resource.code)
    if negated is not None and negated[1] == "some allergies":
        yield skipped(entry, "It says that one sort of allergy is not known, which leaves the others open.")
        return
    clinical = code_of(resource.clinical_status)
    remarks = [
        verified == "unconfirmed" and "Not confirmed.",
        clinical in {"inactive", "resolved"} and f"Stated as {clinical}.",
        resource.criticality == "high" and "High criticality.",
        negated is not None and words_of(resource.code),
        resource.onset_string and f"Onset: {resource.onset_string}",
    ]
    record = allergy_record(
        Intolerance(
            name=words_of(resource.code) or _substances(resource),
            codes=codes_of(entry.remarks, resource.code),
            date=date_of(resource.recorded_date, "AllergyIntolerance.recordedDate"),
            absent=negated[0] if negated is not None else None,
            reaction=_reactions(resource),
            since=date_of(resource.onset_date_time, "AllergyIntolerance.onsetDateTime")
            or period_of(resource.onset_period, "AllergyIntolerance.onsetPeriod"),
            note=note_of(resource.note, *(one for one in remarks if one)),
            **making.behind(entry, resource.asserter, resource.recorder),
        ),
        "fhir",
        entry.remarks,
    )
    yield nothing_said(entry) if record is None else making.record(entry, record)


def _substances(resource: AllergyIntolerance) -> str | None:
    return ", ".join(filter(None, (words_of(one.substance) for one in resource.reaction))) or None


def _reactions(resource: AllergyIntolerance) -> str | None:
    said = []
    for one in resource.reaction:
        words = ", ".join(filter(None, map(words_or_code, one.manifestation))) or one.description
        if words:
            said.append(f"{words} ({one.severity})" if one.severity else words)
    return "; ".join(dict.fromkeys(said)) or None


def read_encounter(entry: Entry, making: Making) -> Iterator[AnyItem]:
    """Return a stay in hospital or an emergency visit; other visits are skipped."""
    resource: Encounter = entry.resource
    if resource.status == "entered-in-error":
        yield withdrawn(entry, IN_ERROR)
        return
    words = " ".join(filter(None, map(words_of, resource.type)))
    code = resource.class_.code if resource.class_ is not None else None
    if code not in _STAYS and not (code in {None, ""} and _STAY_WORDS.search(words)):
        yield skipped(entry, "It is an outpatient visit; what was found or done there is read by itself.")
        return
    if resource.status in _NOT_YET:
        yield skipped(entry, "The stay has not begun, or was cancelled.")
        return
    started, ended = ends_of(resource.period, "Encounter.period")
    told = making.graph.all(resource.reason_reference, entry)
    concepts = (*resource.reason_code, *(getattr(one.resource, "code", None) for one in told))
    reasons = map(words_of, concepts)
    places = [one.location for one in resource.location]
    wards = [making.people.of((one,), entry)[2] for one in places]
    icu = any(_ICU_WORDS.search(ward) for ward in (*filter(None, wards), words))
    yield making.record(
        entry,
        Admission(
            kind="admission",
            started=started,
            ended=ended,
            emergency=True if code == "EMER" or _EMERGENCY_WORDS.search(words) else None,
            icu=True if icu else None,
            reason=text("; ".join(dict.fromkeys(filter(None, reasons))), entry.remarks, "reason"),
            origin="fhir",
            date=started,
            facility=word(
                making.place(entry, resource.service_provider, *places), entry.remarks, "serviceProvider"
            ),
            external_id=external_id(entry),
            codes=codes_of(entry.remarks, *resource.type, *resource.reason_code),
            note=text(words, entry.remarks, "type"),
        ),
    )


def _for_cancer(
    entry: Entry, making: Making, concepts: tuple[CodeableConcept, ...], references: tuple[Reference, ...]
) -> bool:
    if any(is_cancer(words_of(one), codes_of(entry.remarks, one)) for one in concepts):
        return True
    found = making.graph.all(references, entry)
    return any(
        is_cancer(words_of(one.resource.code), codes_of(entry.remarks, one.resource.code))
        for one in found
        if isinstance(one.resource, Condition)
    ) or any(is_cancer(one.display) for one in references if one.display)


def read_care_plan(entry: Entry, making: Making) -> Iterator[AnyItem]:
    """Return the plan of who watches a cancer, with what and how often; plans for other things are skipped."""
    resource: CarePlan = entry.resource
    if resource.status == "entered-in-error":
        yield withdrawn(entry, IN_ERROR)
        return
    words = " ".join(filter(None, (resource.title, resource.description, *map(words_of, resource.category))))
    if not _FOLLOW_UP.search(words) and not _for_cancer(entry, making, (), resource.addresses):
        yield skipped(entry, "It is a plan that is not said to be for a cancer or its follow-up.")
        return
    if resource.status in _DONE:
        yield skipped(entry, "The plan is no longer in force.")
        return
    tests = tuple(
        PlannedTest(test=name, interval=word(_how_often(one.detail), entry.remarks, "timing"))
        for one in resource.activity
        if one.detail is not None
        and not one.detail.do_not_perform
        and (
            name := word(words_or_code(one.detail.code) or one.detail.description, entry.remarks, "activity")
        )
    )[:100]
    behind = making.behind(entry, resource.author)
    if not tests and not behind["author"]:
        yield skipped(entry, "The plan names no tests, visits or coordinator.")
        return
    start, end = ends_of(resource.period, "CarePlan.period")
    yield making.record(
        entry,
        FollowUpPlan(
            kind="follow_up_plan",
            tests=tests,
            coordinator=word(behind["author"], entry.remarks, "author"),
            origin="fhir",
            date=date_of(resource.created, "CarePlan.created") or start,
            codes=codes_of(entry.remarks, *resource.category),
            note=text(note_of(resource.note, words, end and f"Until {end}"), entry.remarks, "note"),
            author=word(behind["author"], entry.remarks, "author"),
            asserted_by=behind["asserted_by"],
            facility=word(behind["facility"], entry.remarks, "facility"),
            external_id=word(behind["external_id"], entry.remarks, "id"),
        ),
    )


def _how_often(detail: PlannedDetail) -> str | None:
    timing: Timing | None = detail.scheduled_timing
    repeat = timing.repeat if timing is not None else None
    if timing is not None and (words := words_or_code(timing.code)):
        return words
    if repeat is not None and repeat.period is not None and repeat.period_unit:
        return f"{repeat.frequency or 1} per {repeat.period} {repeat.period_unit}"
    if detail.scheduled_period is not None:
        return period_of(detail.scheduled_period, "CarePlan.activity.detail.scheduledPeriod")
    return detail.scheduled_string


def read_service_request(entry: Entry, making: Making) -> Iterator[AnyItem]:
    """Return an open order or referral for a cancer as a planned test; what is done is read from its result."""
    resource: ServiceRequest = entry.resource
    if resource.status == "entered-in-error":
        yield withdrawn(entry, IN_ERROR)
        return
    if resource.status in _DONE or resource.do_not_perform:
        yield skipped(
            entry, "It is an order that is no longer open; what was found or done is read from its result."
        )
        return
    if not _for_cancer(entry, making, resource.reason_code, resource.reason_reference):
        yield skipped(entry, "It is an order that is not said to be for a cancer.")
        return
    name = word(words_or_code(resource.code), entry.remarks, "code")
    if name is None:
        yield nothing_said(entry)
        return
    when = date_of(resource.occurrence_date_time, "ServiceRequest.occurrenceDateTime") or period_of(
        resource.occurrence_period, "ServiceRequest.occurrencePeriod"
    )
    behind: dict[str, Any] = making.behind(entry, resource.requester)
    yield making.record(
        entry,
        FollowUpPlan(
            kind="follow_up_plan",
            tests=(PlannedTest(test=name, interval=when),),
            origin="fhir",
            date=date_of(resource.authored_on, "ServiceRequest.authoredOn"),
            codes=codes_of(entry.remarks, resource.code),
            note=text(note_of(resource.note), entry.remarks, "note"),
            author=word(behind["author"], entry.remarks, "author"),
            asserted_by=behind["asserted_by"],
            facility=word(behind["facility"], entry.remarks, "facility"),
            external_id=word(behind["external_id"], entry.remarks, "id"),
        ),
    )
