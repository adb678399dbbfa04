"""Illnesses: Problem Concern Act and Problem Observation, diagnoses of encounters, admission and discharge.

Source: C-CDA R2.1 templates 22.4.3, 22.4.4, 22.4.5, 22.4.6, 22.4.33, 22.4.34, 22.4.51, 22.4.65, 22.4.80, 22.4.502.
"""

from collections.abc import Iterator
from typing import Final

from app.imports.domain.facts import Illness, illness_record
from app.imports.domain.fitting import Remarks
from app.imports.domain.oncology import is_cancer, laterality_of
from app.imports.domain.reading import AnyItem
from app.imports.readers.cda.cancer import stage_items
from app.imports.readers.cda.context import Spot
from app.imports.readers.cda.datatypes import NOTHING, Concept, When, concept
from app.imports.readers.cda.statements import comment_of, inner, noted_on, parts_of, status_value
from app.imports.readers.cda.tree import Node, child, children
from app.records.domain.base import Absence, Coding, Laterality

_ANY_PROBLEM: Final = frozenset(
    {"55607006", "64572001", "404684003", "282291009", "418799008", "243796009", "ASSERTION"}
)
"""SNOMED CT: problem, disease, clinical finding, diagnosis, finding reported by subject, situation."""
_NO_PROBLEMS: Final = frozenset({"160245001", "160243008", "no-known-problems"})
"""SNOMED CT: no current problems or disability, no significant medical history. And IPS's code."""
_DIAGNOSED: Final = "2.16.840.1.113883.10.20.22.4.502"
_OBSERVATION: Final = "2.16.840.1.113883.10.20.22.4.4"
_RESOLVED: Final = frozenset({"413322009", "73425007", "resolved", "inactive"})
_ACTIVE: Final = frozenset({"55561003", "active"})
_SITE: Final = frozenset({"363698007"})
_SIDE: Final = frozenset({"272741003"})


def read_problem(spot: Spot) -> Iterator[AnyItem]:
    """Yield the illnesses of a concern or a diagnosis act, or one problem observation."""
    if spot.step != "observation":
        found = False
        for part in parts_of(spot):
            if part.step == "observation" and _is_problem(part):
                found = True
                yield from _observation(part, concern=spot)
            elif part.step == "act" and part.node.get("classCode") == "ACT" and inner(part, "observation"):
                found = True
                yield from read_problem(part)
        if not found:
            yield spot.skipped("The concern names no problem.", "Send it with its problem observation.")
        return
    yield from _observation(spot, concern=None)


def _is_problem(spot: Spot) -> bool:
    if _OBSERVATION in spot.templates:
        return True
    return not any(one.startswith("2.16.840.1.113883.10.20.22.4.") for one in spot.templates) and (
        spot.first("value") is not None
    )


def _observation(spot: Spot, concern: Spot | None) -> Iterator[AnyItem]:
    if spot.status == "nullified":
        yield spot.withdrawn()
        return
    value = spot.concept("value")
    named = value.shown
    generic = value.has(*_ANY_PROBLEM) or (value.null in {"NA", "NI"} and named is None)
    if (spot.negated and generic) or value.has(*_NO_PROBLEMS):
        yield from _record(spot, concern, Concept(), Absence.NONE)
        return
    if spot.negated:
        yield spot.skipped(
            "The sender says that the patient does not have this illness; single illnesses denied are not kept."
        )
        return
    if named is None and not value.codes:
        yield _unnamed(spot, value)
        return
    yield from _record(spot, concern, value, None)
    yield from stage_items(spot)


def _unnamed(spot: Spot, value: Concept) -> AnyItem:
    if value.null is not None or spot.first("value") is None:
        return spot.skipped(
            "The observation gives no illness, and its words are empty or missing.",
            "Send the illness as a code, a display or original text.",
        )
    return spot.rejected("The illness has neither a code nor a name.", "Send one of the two.")


def _record(spot: Spot, concern: Spot | None, value: Concept, absent: Absence | None) -> Iterator[AnyItem]:
    remarks = Remarks()
    time = spot.when()
    if time.bad:
        remarks.add("A date of the problem cannot be read; it stands in the payload only.")
    site, side = _site(spot)
    author = spot.own_author() or (concern.own_author() if concern is not None else None)
    cancer = absent is None and is_cancer(value.shown, value.codes)
    diagnosed = _diagnosed(spot) if cancer else None
    record = illness_record(
        Illness(
            name=value.shown,
            codes=value.codes,
            absent=absent,
            # A cancer is dated by its onset or diagnosis alone, another illness by when it was noted down.
            date=diagnosed
            if cancer
            else noted_on(spot, concern) or (spot.doc.header.date if absent else None),
            onset=None if absent else (diagnosed or time.start),
            ended=None if absent else time.end,
            is_current=None if absent else _is_current(spot, concern, time),
            site=site.name,
            site_codes=site.codes,
            laterality=side,
            author=author.name if author else None,
            asserted_by=author.stands if author else None,
            external_id=spot.external_id,
            note=comment_of(spot),
        ),
        "cda",
        remarks,
    )
    if record is None:
        yield spot.rejected("The illness has no name that can be kept.", "Send a shorter display or text.")
        return
    yield spot.found(record, remarks, around=concern)


def _is_current(spot: Spot, concern: Spot | None, time: When) -> bool | None:
    """Tell whether the illness is said to be present: its status, its end, else the concern that is still tracked."""
    status = status_value(spot)
    said = {code.code for code in status.codes} | {(status.shown or "").casefold()}
    if said & _RESOLVED:
        return False
    if said & _ACTIVE:
        return True
    if time.end is not None:
        return False
    if time.bad:
        return None
    if concern is not None and concern.status == "active":
        return True
    return False if time.high_null and concern is not None and concern.status == "completed" else None


def _site(spot: Spot) -> tuple[Concept, Laterality | None]:
    """Return the body site and side: a target site, else a qualifier of the problem's own code."""
    target = spot.first("targetSiteCode")
    side = _qualified(child(target, "qualifier"), _SIDE, spot) if target is not None else NOTHING
    site = concept(target, spot.doc.narrative)
    for qualifier in children(spot.first("value"), "qualifier"):
        if site is NOTHING:
            site = _qualified(qualifier, _SITE, spot)
        if side is NOTHING:
            side = _qualified(qualifier, _SIDE, spot)
    codes: tuple[Coding, ...] = side.codes
    return site, laterality_of(side.shown, codes)


def _qualified(qualifier: Node | None, names: frozenset[str], spot: Spot) -> Concept:
    if qualifier is None or (child(qualifier, "name") is None):
        return NOTHING
    name = concept(child(qualifier, "name"), spot.doc.narrative)
    return concept(child(qualifier, "value"), spot.doc.narrative) if name.has(*names) else NOTHING


def _diagnosed(spot: Spot) -> str | None:
    """Return the date of diagnosis where the sender states one beside the onset."""
    for part in parts_of(spot):
        if part.step == "act" and _DIAGNOSED in part.templates:
            return part.when().day
    return None
