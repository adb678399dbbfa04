"""Allergies and intolerances, and that none is known. Source: C-CDA R2.1 templates 22.4.30, 22.4.7, 22.4.9, 22.4.8."""

from collections.abc import Iterator
from typing import Final

from app.imports.domain.facts import Intolerance, allergy_record
from app.imports.domain.fitting import Remarks
from app.imports.domain.reading import AnyItem
from app.imports.readers.cda.context import Spot
from app.imports.readers.cda.datatypes import Concept, concept
from app.imports.readers.cda.narrative import written
from app.imports.readers.cda.statements import comment_of, noted_on, parts_of, status_value
from app.imports.readers.cda.tree import child
from app.records.domain.base import Absence

_ALLERGY: Final = "2.16.840.1.113883.10.20.22.4.7"
_REACTIONS: Final = frozenset({"2.16.840.1.113883.10.20.22.4.9", "2.16.840.1.113883.10.20.1.54"})
_SEVERITY: Final = frozenset({"SEV", "82606-5"})
_NONE_KNOWN: Final = frozenset(
    {
        "716186003",
        "409137002",
        "428607008",
        "429625007",
        "428197003",
        "716184000",
        "1003774007",
        "716220001",
        "no-known-allergies",
    }
)
"""SNOMED CT: no known allergy; of drugs, environment, food, insects, latex, substances, animals. And IPS's code."""
_ANY_SUBSTANCE: Final = frozenset({"105590001", "410942007", "762766007", "762767003", "373873005"})
"""SNOMED CT: substance, drug or medicament, edible substance, plant."""
_PAST: Final = frozenset({"73425007", "413322009", "inactive", "resolved"})


def read_allergy(spot: Spot) -> Iterator[AnyItem]:
    """Yield the allergies of a concern, or one observation."""
    if spot.step == "observation":
        yield from _observation(spot, None)
        return
    parts = [part for part in parts_of(spot) if part.step == "observation" and _is_allergy(part)]
    for part in parts:
        yield from _observation(part, spot)
    if not parts:
        yield spot.skipped("The concern names no allergy.", "Send it with its allergy observation.")


def _is_allergy(spot: Spot) -> bool:
    known = spot.templates
    return _ALLERGY in known or (
        not any(one.startswith("2.16.840.1.113883.10.20.22.4.") for one in known)
        and (spot.first("value") is not None or spot.first("participant") is not None)
    )


def _observation(spot: Spot, concern: Spot | None) -> Iterator[AnyItem]:
    if spot.status == "nullified":
        yield spot.withdrawn()
        return
    kind = spot.concept("value")
    substance = _substance(spot)
    generic = substance.name is None or substance.has(*_ANY_SUBSTANCE)
    if kind.has(*_NONE_KNOWN) or (spot.negated and generic):
        yield from _record(spot, concern, kind, Absence.NONE)
    elif spot.negated:
        yield spot.skipped(
            "The sender says that the patient is not allergic to it; single denials are not kept."
        )
    elif substance.name is None and not substance.codes and substance.null in {"UNK", "ASKU", "NASK", "NAV"}:
        yield from _record(spot, concern, Concept(), Absence.UNKNOWN)
    else:
        yield from _record(spot, concern, substance if substance.shown else kind, None)


def _substance(spot: Spot) -> Concept:
    """Return what it is to: the participant that is consumed."""
    for participant in spot.all("participant"):
        entity = child(participant, "participantRole", "playingEntity")
        code = child(entity, "code")
        found = concept(code, spot.doc.narrative)
        name = found.shown or written(child(entity, "name"))
        if name or found.codes or found.null:
            return Concept(name=name, codes=found.codes, null=found.null)
    return Concept()


def _record(spot: Spot, concern: Spot | None, named: Concept, absent: Absence | None) -> Iterator[AnyItem]:
    remarks = Remarks()
    author = spot.own_author() or (concern.own_author() if concern else None)
    record = allergy_record(
        Intolerance(
            name=None if absent else named.shown,
            codes=named.codes,
            absent=absent,
            date=noted_on(spot, concern) or (spot.doc.header.date if absent else None),
            since=None if absent else spot.when().start,
            reaction=None if absent else _reaction(spot),
            author=author.name if author else None,
            asserted_by=author.stands if author else None,
            external_id=spot.external_id,
            note=_note(spot) or (named.name if absent is Absence.NONE and named.has(*_NONE_KNOWN) else None),
        ),
        "cda",
        remarks,
    )
    if record is None:
        yield spot.rejected("The allergy has neither a substance nor a code.", "Send what it is to.")
        return
    if _is_past(spot):
        remarks.add("The sender says that the allergy is not active any more.")
    yield spot.found(record, remarks)


def _reaction(spot: Spot) -> str | None:
    """Return the reactions, each with its severity."""
    said = []
    for part in parts_of(spot):
        if _REACTIONS.isdisjoint(part.templates) or part.negated:
            continue
        name = part.concept("value").shown or part.words()
        if name:
            severity = _severity(part)
            said.append(f"{name} ({severity})" if severity else name)
    return ", ".join(dict.fromkeys(said)) or None


def _severity(spot: Spot) -> str | None:
    for part in parts_of(spot):
        if part.code.has(*_SEVERITY):
            return part.concept("value").shown
    return None


def _note(spot: Spot) -> str | None:
    severity = _severity(spot)
    return "\n".join(filter(None, (f"Severity: {severity}" if severity else None, comment_of(spot)))) or None


def _is_past(spot: Spot) -> bool:
    status = status_value(spot)
    return not _PAST.isdisjoint({(status.shown or "").casefold(), *(code.code for code in status.codes)})
