"""One statement on a medicine, whichever of FHIR's three resources makes it, in the words that the record needs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.imports.domain.facts import Medicine
from app.imports.domain.oncology import is_cancer, is_cancer_medicine
from app.imports.readers.fhir.codes import NEGATIONS
from app.imports.readers.fhir.graph import Entry
from app.imports.readers.fhir.making import Making
from app.imports.readers.fhir.model import CodeableConcept, Dosage, Reference, Timing
from app.imports.readers.fhir.model_acts import (
    AdministeredDosage,
    MedicationAdministration,
    MedicationRequest,
    MedicationResource,
    MedicationStatement,
    Prescribed,
)
from app.imports.readers.fhir.model_findings import Condition
from app.imports.readers.fhir.wording import (
    amount_of,
    codes_of,
    date_of,
    ends_of,
    extension_of,
    intent_of,
    known,
    note_of,
    profiled,
    span_of,
    words_of,
    words_or_code,
)
from app.records.domain.base import Absence, Coding

_PROFILES: Final = (
    "mcode-cancer-related-medication-request",
    "mcode-cancer-related-medication-administration",
    "mcode-cancer-related-medication-statement",
)
_TIMING: Final = "MedicationRequest.dosageInstruction.timing"
_HOW_OFTEN: Final = re.compile(r"\bevery\b|\bdaily\b|\bweekly\b|\b(?:once|twice)\b|\bq\d", re.IGNORECASE)
_AS_NEEDED: Final = re.compile(
    r"\bas (?:needed|required)\b|\bp\.?r\.?n\b|bei bedarf|si besoin|si precisa|al bisogno|zo nodig",
    re.IGNORECASE,
)
_INTENT: Final = ("procedure-intent", "treatment-intent", "TreatmentIntent")
_SUPPORTIVE: Final = re.compile(
    r"leucovorin|folinic|levoleucovorin|zoledron|pamidron|ibandron|denosumab|filgrastim|lenograstim|epoetin|"
    r"ondansetron|granisetron|palonosetron|aprepitant|netupitant|mesna|rasburicase|allopurinol|dexrazoxane|"
    r"diphenhydramine|famotidine|ranitidine|paracetamol|acetaminophen|morphine|oxycodone|fentanyl|lorazepam|"
    r"metoclopramide|olanzapine|loperamide|aciclovir|acyclovir|trimethoprim|sodium chloride|heparin|enoxaparin",
    re.IGNORECASE,
)
"""Given beside a treatment, not against the cancer. General knowledge."""
_ENDED: Final = {"stopped": "Stated as stopped.", "completed": "Stated as completed."}
"""That a medicine is no longer taken, where no day of it is stated."""
_STRENGTH: Final = re.compile(
    r"\b\d[\d.,]*\s*(?:mg|mcg|µg|ug|g|ml|unt|iu|meq|%|hr)\b(?:/(?:\d[\d.,]*\s*)?\w+)?", re.IGNORECASE
)
_FORM: Final = re.compile(
    r"\b(?:injectable|injection|solution|suspension|oral|tablet|capsule|product|prefilled|syringe|powder|vial|topical|"
    r"extended release|delayed release|injetable|intravenous|for)\b|[\[\](),]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a statement on a medicine says, before it is joined with others."""

    entry: Entry
    fact: Medicine
    is_against_cancer: bool
    is_supportive: bool
    intent: str | None
    drug: str
    """The drug, to tell streams apart: its name without strength and form."""


def given_of(entry: Entry, making: Making) -> Given:
    """Return what a MedicationRequest, MedicationStatement or MedicationAdministration says."""
    resource: Prescribed = entry.resource
    name, codes, absent = _named(entry, making)
    reasons = list(_reasons(entry, making))
    reason = ", ".join(dict.fromkeys(words for words, _ in reasons if words)) or None
    for_cancer = any(is_cancer(words, codes_) for words, codes_ in reasons)
    claimed = resource.meta is not None and profiled(resource.meta.profile, *_PROFILES)
    supportive = (claimed or for_cancer) and name is not None and _SUPPORTIVE.search(name) is not None
    against = not supportive and (
        claimed or (name is not None and is_cancer_medicine(name, codes, "cancer" if for_cancer else reason))
    )
    started, ended, date = _when(resource)
    dose, route, frequency = _dosage(resource)
    extension = extension_of(resource.extension, *_INTENT)
    behind = making.behind(entry, *_people(resource))
    status = resource.status
    return Given(
        entry=entry,
        fact=Medicine(
            name=name,
            codes=codes,
            date=date,
            absent=absent,
            dose=dose,
            route=route,
            frequency=frequency,
            started=started,
            ended=ended,
            ongoing=True
            if status in {"active", "in-progress"}
            else False
            if status in {"stopped", "completed"}
            else None,
            reason=reason,
            reason_ended=_reason_ended(resource),
            is_cancer=against or supportive,
            note=note_of(
                resource.note,
                _ENDED.get(status or "") if not (against or supportive) and ended is None else None,
            ),
            **behind,
        ),
        is_against_cancer=against,
        is_supportive=supportive,
        intent=intent_of(extension.value_codeable_concept) if extension is not None else None,
        drug=_drug(name, codes),
    )


def _named(entry: Entry, making: Making) -> tuple[str | None, tuple[Coding, ...], Absence | None]:
    resource: Prescribed = entry.resource
    concept = resource.medication_codeable_concept
    more: list[CodeableConcept] = []
    found = making.graph.find(resource.medication_reference, entry)
    if found is not None and isinstance(found.resource, MedicationResource):
        found.claimed = entry.place
        concept = concept or found.resource.code
        for part in found.resource.ingredient:
            inner = making.graph.find(part.item_reference, found)
            if part.item_codeable_concept is not None:
                more.append(part.item_codeable_concept)
            elif inner is not None and isinstance(inner.resource, MedicationResource) and inner.resource.code:
                more.append(inner.resource.code)
    words = words_or_code(concept) or ", ".join(filter(None, map(words_of, more)))
    if not words and resource.medication_reference is not None:
        words = resource.medication_reference.display or ""
    negated = known(NEGATIONS, concept)
    return words or None, codes_of(entry.remarks, concept, *more), negated[0] if negated else None


def _reasons(entry: Entry, making: Making) -> Iterator[tuple[str | None, tuple[Coding, ...]]]:
    resource: Prescribed = entry.resource
    for concept in resource.reason_code:
        yield words_of(concept), codes_of(entry.remarks, concept)
    for reference in resource.reason_reference:
        found = making.graph.find(reference, entry)
        if found is not None and isinstance(found.resource, Condition):
            yield words_of(found.resource.code), codes_of(entry.remarks, found.resource.code)
        elif reference.display:
            yield reference.display, ()


def _people(resource: Prescribed) -> Iterator[Reference | None]:
    match resource:
        case MedicationRequest():
            yield from (resource.requester, resource.recorder)
        case MedicationStatement():
            yield resource.information_source
        case MedicationAdministration():
            yield from (one.actor for one in resource.performer)
        case _:
            return


def _when(resource: Prescribed) -> tuple[str | None, str | None, str | None]:
    """Return the first and the last day, as far as they are stated, and the day of the statement."""
    match resource:
        case MedicationRequest():
            written = date_of(resource.authored_on, "MedicationRequest.authoredOn")
            timings = [one.timing for one in resource.dosage_instruction if one.timing is not None]
            bounds = [one.repeat.bounds_period for one in timings if one.repeat is not None]
            ends = [ends_of(one, f"{_TIMING}.repeat.boundsPeriod") for one in bounds]
            events = [date_of(text, f"{_TIMING}.event") for one in timings for text in one.event]
            starts = [start for start, _ in ends if start] or [one for one in events if one]
            closes = [end for _, end in ends if end]
            return min(starts, default=None), max(closes, default=None), written
        case MedicationStatement():
            start, end = ends_of(resource.effective_period, "MedicationStatement.effectivePeriod")
            point = date_of(resource.effective_date_time, "MedicationStatement.effectiveDateTime")
            return start or point, end, date_of(resource.date_asserted, "MedicationStatement.dateAsserted")
        case MedicationAdministration():
            start, end = ends_of(resource.effective_period, "MedicationAdministration.effectivePeriod")
            point = date_of(resource.effective_date_time, "MedicationAdministration.effectiveDateTime")
            return start or point, end, None
        case _:
            return None, None, None


def _dosage(resource: Prescribed) -> tuple[str | None, str | None, str | None]:
    match resource:
        case MedicationRequest():
            return _dosages(resource.dosage_instruction)
        case MedicationStatement():
            return _dosages(resource.dosage)
        case MedicationAdministration(dosage=AdministeredDosage() as dosage):
            return amount_of(dosage.dose) or dosage.text, words_or_code(dosage.route), None
        case _:
            return None, None, None


def _dosages(several: tuple[Dosage, ...]) -> tuple[str | None, str | None, str | None]:
    """Return dose, route and frequency; instructions that follow each other stand one after another."""
    doses, routes, times = [], [], []
    for one in several:
        amount = next(
            (
                said
                for part in one.dose_and_rate
                if (
                    said := amount_of(part.dose_quantity)
                    or (part.dose_range and span_of(part.dose_range.low, part.dose_range.high))
                    or amount_of(part.rate_quantity)
                )
            ),
            None,
        )
        timing = _timing_words(one.timing)
        # Where the instruction's words hold the amount too, they say it all.
        said_in_words = one.text if amount and one.text and amount.split()[0] in one.text else None
        doses.append(said_in_words or amount or one.text)
        # Words that say how often need no second saying of it, "every 21 days, 1 per 21 d".
        how_often = (
            None
            if _says_how_often(doses[-1])
            else timing or (one.text if amount and not said_in_words else None)
        )
        times.append(", ".join(filter(None, (how_often, _as_needed(one)))) or None)
        routes.append(words_or_code(one.route))
    return _listed(doses), _listed(routes), _listed(times)


def _as_needed(dosage: Dosage) -> str | None:
    """Return that a medicine is taken as needed, and for what: without it, `3 per d` would read as three for sure."""
    if not (dosage.as_needed_boolean or dosage.as_needed_codeable_concept):
        return None
    if dosage.text and _AS_NEEDED.search(dosage.text):
        return None
    what_for = words_or_code(dosage.as_needed_codeable_concept)
    return f"as needed: {what_for}" if what_for else "as needed"


def _says_how_often(words: str | None) -> bool:
    return words is not None and _HOW_OFTEN.search(words) is not None


def _listed(parts: list[str | None]) -> str | None:
    return "; ".join(dict.fromkeys(filter(None, parts))) or None


def _timing_words(timing: Timing | None) -> str | None:
    if timing is None:
        return None
    words = words_or_code(timing.code)
    if words:
        return words
    repeat = timing.repeat
    if repeat is None or repeat.frequency is None or repeat.period is None or repeat.period_unit is None:
        return None
    span = repeat.period_unit if repeat.period == 1 else f"{repeat.period} {repeat.period_unit}"
    return f"{repeat.frequency} per {span}"


def _reason_ended(resource: Prescribed) -> str | None:
    if isinstance(resource, MedicationRequest):
        return words_or_code(resource.status_reason)
    if isinstance(resource, MedicationStatement | MedicationAdministration):
        return ", ".join(filter(None, map(words_or_code, resource.status_reason))) or None
    return None


def _drug(name: str | None, codes: tuple[Coding, ...]) -> str:
    """Return what tells one drug from another: the name without strength and form, else the first code."""
    plain = " ".join(_FORM.sub(" ", _STRENGTH.sub(" ", name or "")).casefold().split())
    return plain or next((f"{code.system} {code.code}" for code in codes), "")
