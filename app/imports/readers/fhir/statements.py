"""What clinicians state of the patient as a whole: disease status, function, comorbidities, earlier metastases.

Source: mCODE 4.0.0, disease characterization, outcomes and patient health assessment.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final, cast

from app.imports.domain.facts import Illness, illness_record
from app.imports.domain.fitting import text, word
from app.imports.domain.reading import AnyItem
from app.imports.readers.fhir.codes import DISEASE_STATUS, DISEASE_STATUS_IN, EVIDENCE, SCALES
from app.imports.readers.fhir.effective import effective_date
from app.imports.readers.fhir.graph import Entry
from app.imports.readers.fhir.making import Making, nothing_said, rejected, skipped
from app.imports.readers.fhir.model import CodeableConcept
from app.imports.readers.fhir.model_findings import Observation
from app.imports.readers.fhir.values import value_text
from app.imports.readers.fhir.wording import (
    absence_of,
    code_of,
    codes_of,
    extensions_of,
    known,
    known_in,
    note_of,
    words_of,
    words_or_code,
)
from app.records.domain.base import Absence
from app.records.domain.checks import SCORES
from app.records.domain.course import PerformanceStatus, Symptom
from app.records.domain.disease import Diagnosis
from app.records.domain.statements import DiseaseStatus

_EVIDENCE_TYPE: Final = ("mcode-cancer-disease-status-evidence-type", "cancer-disease-status-evidence-type")
_RELATED: Final = ("mcode-related-condition",)
_RELATED_ABSENT: Final = ("mcode-related-condition-absent",)
_RESPONSES: Final = {
    "complete response": "CR", "partial response": "PR", "stable disease": "SD", "progressive disease": "PD",
}  # fmt: skip
_SCORE: Final = re.compile(r"([0-9]{1,3})%?")
_FEVER_FROM: Final = Decimal(38)
"""Degrees Celsius. Source: clinical.md section 4, emergency."""


def _shared(entry: Entry, making: Making, *concepts: CodeableConcept | None) -> dict[str, Any]:
    resource: Observation = entry.resource
    return {
        "origin": "fhir",
        "date": effective_date(resource),
        "codes": codes_of(entry.remarks, *concepts),
        "note": text(note_of(resource.note), entry.remarks, "note"),
        **making.behind(entry, *resource.performer),
    }


def read_disease_status(entry: Entry, making: Making) -> Iterator[AnyItem]:
    """Return what a clinician said of the state of the disease, in the words of the value, and on what evidence."""
    resource: Observation = entry.resource
    concept = resource.value_codeable_concept
    words = words_or_code(concept) or value_text(resource)
    absence = absence_of(resource.data_absent_reason)
    if words is None and absence is None:
        yield nothing_said(entry)
        return
    by_code = known(DISEASE_STATUS, concept) or known_in(DISEASE_STATUS_IN, concept)
    by_word = _RESPONSES.get((words or "").casefold())
    axis, value = by_code or ("response", by_word)
    if words is None:
        record = DiseaseStatus(
            kind="disease_status", axis="response", stated=absence, **_shared(entry, making, resource.code)
        )
        yield making.record(entry, record)
        return
    rests_on = [one.value_codeable_concept for one in extensions_of(resource.extension, *_EVIDENCE_TYPE)]
    types = [said for one in rests_on if (said := known(EVIDENCE, one))]
    tests = [said for one in rests_on if (said := text(words_of(one), entry.remarks, "evidence"))]
    shared = _shared(entry, making, resource.code, concept)
    shared["note"] = text(note_of((), shared["note"], *_parts(resource)), entry.remarks, "note")
    record = DiseaseStatus(
        kind="disease_status",
        axis=axis,  # type: ignore[arg-type]  # the table's axes are the kind's
        value=word(value or words, entry.remarks, "value"),
        certainty="reported",
        words=text(words, entry.remarks, "value"),
        evidence=cast("Any", tuple(dict.fromkeys(types))),
        criteria=word(words_of(resource.method), entry.remarks, "method"),
        extent="distant" if value == "distant metastasis" else None,
        tests=tuple(dict.fromkeys(tests)),
        **shared,
    )
    yield making.record(entry, record, links=[making.link("evidence_ids", resource.derived_from, entry)])


def _parts(resource: Observation) -> Iterator[str]:
    """Yield what the status says of its parts, each in its sender's words: `Lymph nodes: none involved`."""
    for part in resource.component:
        words = words_or_code(part.value_codeable_concept) or value_text(part)
        if words:
            yield ": ".join(filter(None, (words_or_code(part.code), words)))


def read_performance(entry: Entry, making: Making) -> Iterator[AnyItem]:
    """Return how well the patient manages daily life: ECOG, Karnofsky, Lansky."""
    resource: Observation = entry.resource
    scale = known(SCALES, resource.code)
    if scale is None and resource.meta is not None:
        names = (profile.rpartition("/")[2].partition("|")[0] for profile in resource.meta.profile)
        scale = next((SCALES[name] for name in names if name in SCALES), None)
    score = _score(resource)
    absence = absence_of(resource.data_absent_reason)
    if scale is None or (score is None and absence is None):
        yield nothing_said(entry)
        return
    if score is not None and score not in SCORES[scale][0]:
        yield rejected(
            entry, f"`Observation.value[x]`: the {scale} scale has no such score.", SCORES[scale][1]
        )
        return
    shared = _shared(entry, making, resource.code, *resource.interpretation)
    yield making.record(
        entry,
        PerformanceStatus(
            kind="performance_status",
            scale=scale,  # type: ignore[arg-type]  # the table's scales are the kind's
            score=score,
            assessor=word(shared["author"], entry.remarks, "performer"),
            stated=absence if score is None else None,
            **shared,
        ),
    )


def _score(resource: Observation) -> int | None:
    """Read a score that is a number, begins its words (`1 - Restricted in strenuous activity`), or is its code."""
    if resource.value_integer is not None:
        return resource.value_integer
    quantity = resource.value_quantity
    first = str(quantity.value) if quantity is not None else (value_text(resource) or "").partition(" ")[0]
    concept = resource.value_codeable_concept
    codes = (one.code or "" for one in concept.coding) if concept is not None else ()
    found = (match for text in (first, *codes) if (match := _SCORE.fullmatch(text)))
    return next((int(match[1]) for match in found), None)


def read_deauville(entry: Entry, making: Making) -> Iterator[AnyItem]:
    """Return a Deauville score as said; which response it is stays with whoever says so."""
    resource: Observation = entry.resource
    score = resource.value_integer
    words = words_or_code(resource.interpretation[0]) if resource.interpretation else None
    said = str(score) if score is not None else words_or_code(resource.value_codeable_concept)
    if said is None:
        yield nothing_said(entry)
        return
    yield making.record(
        entry,
        DiseaseStatus(
            kind="disease_status",
            axis="response",
            value=word(f"Deauville {said}", entry.remarks, "value"),
            certainty="reported",
            words=text(f"Deauville {said}" + (f" ({words})" if words else ""), entry.remarks, "value"),
            evidence=("imaging",),
            criteria="Deauville",
            **_shared(
                entry, making, resource.code, resource.value_codeable_concept, *resource.interpretation
            ),
        ),
        links=[making.link("evidence_ids", resource.derived_from, entry)],
    )


def read_comorbidities(entry: Entry, making: Making) -> Iterator[AnyItem]:
    """Return the illnesses that mCODE's list names in words; those it refers to are read by themselves."""
    resource: Observation = entry.resource
    shared = _shared(entry, making)
    made = 0
    for number, extension in enumerate(extensions_of(resource.extension, *_RELATED)):
        concept = extension.value_codeable_concept
        if concept is None:
            continue
        record = illness_record(
            Illness(
                name=words_of(concept),
                codes=codes_of(entry.remarks, concept),
                date=shared["date"],
                is_current=True,
                **making.behind(entry, *resource.performer),
            ),
            "fhir",
            entry.remarks,
        )
        if record is not None:
            made += 1
            yield making.record(entry, record, suffix=f"#{code_of(concept) or number}")
    if not made:
        absent = any(extensions_of(resource.extension, *_RELATED_ABSENT))
        more = " That single illnesses are absent is no record of its own." if absent else ""
        yield skipped(entry, f"It refers to conditions, which are read by themselves.{more}")


def read_metastasis_history(entry: Entry, making: Making) -> Iterator[AnyItem]:
    """Return that the cancer had spread at some time, or that it had not. mCODE: without a value it had."""
    resource: Observation = entry.resource
    words = words_or_code(resource.code)
    said = resource.value_boolean
    shared = _shared(entry, making, resource.code)
    if said is False:
        record = Diagnosis(kind="diagnosis", tumour="metastasis", stated=Absence.NONE, **shared)
        yield making.record(entry, record)
        return
    absence = absence_of(resource.data_absent_reason)
    if said is None and absence is not None:
        record = Diagnosis(kind="diagnosis", tumour="metastasis", stated=absence, **shared)
        yield making.record(entry, record)
        return
    site = words_of(resource.body_site) or _site_in(words) or words_or_code(resource.value_codeable_concept)
    shared["note"] = text(note_of((), words, shared["note"]), entry.remarks, "note")
    yield making.record(
        entry,
        Diagnosis(
            kind="diagnosis",
            site=word(site, entry.remarks, "site"),
            tumour="metastasis",
            metastatic=True,
            metastatic_sites=(site,) if site else (),
            **shared,
        ),
    )


def _site_in(words: str | None) -> str | None:
    _, to, rest = (words or "").partition("metastatic to ")
    return rest.strip() or None if to else None


def read_temperature(entry: Entry, making: Making) -> Iterator[AnyItem]:
    """Return a body temperature of 38 °C and more as a symptom, which alerts watch; a usual one is not kept."""
    quantity = entry.resource.value_quantity
    value = quantity.value if quantity is not None else None
    if quantity is None or value is None or not value.is_finite():
        yield nothing_said(entry)
        return
    unit = quantity.code or quantity.unit
    if unit in {"[degF]", "degF", "°F", "F"}:
        value = ((value - 32) * 5 / 9).quantize(Decimal("0.1"))
        entry.remarks.add("The temperature is told in °C, to one decimal; it was sent in °F.")
    elif unit not in {"Cel", "°C", "C", "degC"}:
        yield rejected(
            entry, "`Observation.valueQuantity` is in no unit of temperature.", "Send `Cel` or `[degF]`."
        )
        return
    if not Decimal(25) <= value <= Decimal(45):
        yield rejected(
            entry, "`Observation.valueQuantity` is no body temperature.", "Check the value and its unit."
        )
        return
    if value < _FEVER_FROM:
        yield skipped(entry, "It is a usual body temperature.")
        return
    yield making.record(
        entry,
        Symptom(
            kind="symptom",
            symptom="fever",
            temperature_c=value,
            **_shared(entry, making, entry.resource.code),
        ),
    )
