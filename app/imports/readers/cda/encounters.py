"""Stays in hospital among encounters, and the illnesses that were found there. Source: C-CDA R2.1 template 22.4.49."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from app.imports.domain.fitting import Remarks, text, usable, word
from app.imports.domain.reading import AnyItem
from app.imports.readers.cda.context import Spot
from app.imports.readers.cda.datatypes import Concept, concept
from app.imports.readers.cda.narrative import written
from app.imports.readers.cda.problems import read_problem
from app.imports.readers.cda.statements import parts_of, reason_of
from app.imports.readers.cda.tree import child
from app.records.domain.course import Admission

_STAYS: Final = frozenset(
    {"IMP", "ACUTE", "NONAC", "OBSENC", "PRENC", "EMER", "32485007", "183452005", "8715000", "183450002", "183478001",
     "4525004", "305351004", "50849002", "448951000124107"}
)  # fmt: skip
"""HL7 v3 ActEncounterCode: inpatient, acute, observation, emergency; SNOMED CT: hospital admissions, ED visits."""
_EMERGENCY: Final = frozenset({"EMER", "183452005", "4525004", "50849002"})
_STAY_CPT: Final = re.compile(r"992(2[1-9]|3[1-9])|9928[1-5]|99291")
"""CPT: hospital care and discharge, emergency department, critical care."""
_WORDS: Final = re.compile(
    r"in-?patient|hospital|admission|admit|emergency|intensive care|\bICU\b|\bED\b", re.IGNORECASE
)
_NO_STAY: Final = re.compile(r"out-?patient|ambulatory|office|follow-?up|check-?up", re.IGNORECASE)
_URGENT: Final = re.compile(r"emergency|\bED\b", re.IGNORECASE)
_INTENSIVE: Final = re.compile(r"intensive care|critical care|\bICU\b", re.IGNORECASE)
_DIAGNOSIS: Final = "2.16.840.1.113883.10.20.22.4.80"


def read_encounter(spot: Spot) -> Iterator[AnyItem]:
    """Yield a stay in hospital as an admission, and the diagnoses of any encounter."""
    if spot.step != "encounter" or spot.mood != "EVN" or spot.negated:
        yield spot.skipped("The encounter is planned or did not take place.")
        return
    code = spot.code
    if is_stay(code):
        yield admission_of(spot, code, facility=_facility(spot), reason=reason_of(spot))
    else:
        yield spot.skipped("A visit that is no stay in hospital is not kept as a record.")
    for part in parts_of(spot):
        if _DIAGNOSIS in part.templates:
            yield from read_problem(part)


@lru_cache(maxsize=4_096)
def is_stay(code: Concept) -> bool:
    """Tell whether an encounter is a stay in hospital or a visit to the emergency department."""
    if code.has(*_STAYS) or any(one.system == "cpt" and _STAY_CPT.fullmatch(one.code) for one in code.codes):
        return True
    shown = code.shown or ""
    return _WORDS.search(shown) is not None and _NO_STAY.search(shown) is None


def admission_of(
    spot: Spot, code: Concept, *, facility: str | None, reason: str | None, key: str | None = None
) -> AnyItem:
    """Return a stay."""
    remarks = Remarks()
    time = spot.when()
    said = " ".join(filter(None, (code.shown, facility)))
    started = time.start
    record = Admission(
        kind="admission",
        origin="cda",
        date=started,
        started=started,
        ended=time.end,
        emergency=True if code.has(*_EMERGENCY) or _URGENT.search(code.shown or "") else None,
        icu=True if _INTENSIVE.search(said) else None,
        facility=word(facility, remarks, "facility"),
        reason=text(reason, remarks, "reason"),
        codes=usable(code.codes, remarks),
        external_id=spot.external_id,
    )
    if (record.started, record.ended, record.facility, record.reason, record.emergency, record.icu) == (
        None,
    ) * 6:
        return spot.rejected("The stay has no date, place or reason.", "Send when or where it was.")
    return spot.found(record, remarks, key=key)


def _facility(spot: Spot) -> str | None:
    for participant in spot.all("participant"):
        if participant.get("typeCode") == "LOC":
            role = child(participant, "participantRole")
            name = (
                written(child(role, "playingEntity", "name"))
                or concept(child(role, "code"), spot.doc.narrative).shown
            )
            if name:
                return " ".join(name.split())
    return None
