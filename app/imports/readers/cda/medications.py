"""Medicines: taken, given and prescribed, and that there are none.

Source: C-CDA R2.1 templates 22.4.16, 22.4.35, 22.4.36, 22.4.147; HL7 v3 Data Types R1 (PIVL, EIVL, IVL_TS).
"""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from app.imports.domain.facts import Medicine, medicine_record
from app.imports.domain.fitting import Remarks
from app.imports.domain.oncology import is_cancer_medicine
from app.imports.domain.reading import AnyItem
from app.imports.readers.cda.context import Spot
from app.imports.readers.cda.datatypes import Concept, When, concept, when
from app.imports.readers.cda.narrative import written
from app.imports.readers.cda.statements import comment_of, parts_of, reason_of, status_value
from app.imports.readers.cda.tree import Node, attribute, child, children, type_of
from app.records.domain.base import Absence
from app.records.domain.course import Drug, Treatment

_PLANNED: Final = frozenset({"PRMS", "PRP", "RQO", "ARQ", "APT", "GOL"})
_STOPPED: Final = frozenset({"aborted", "suspended", "cancelled", "held"})
_ANY_MEDICINE: Final = frozenset({"410942007", "373873005", "763158003"})
"""SNOMED CT: drug or medicament, pharmaceutical product, medicinal product."""
_NONE: Final = frozenset({"182849000", "no-known-medications"})
"""SNOMED CT: no drug therapy prescribed; the International Patient Summary's code of absent or unknown."""
_SIG: Final = "2.16.840.1.113883.10.20.22.4.147"
_UNITS: Final = {
    "s": "second",
    "min": "minute",
    "h": "hour",
    "d": "day",
    "wk": "week",
    "mo": "month",
    "a": "year",
}
_EVENTS: Final = {
    "AC": "before meals", "ACM": "before breakfast", "ACD": "before lunch", "ACV": "before dinner",
    "PC": "after meals", "PCM": "after breakfast", "PCD": "after lunch", "PCV": "after dinner",
    "C": "with meals", "CM": "with breakfast", "CD": "with lunch", "CV": "with dinner",
    "HS": "at bedtime", "WAKE": "on waking", "IC": "between meals",
}  # fmt: skip
"""Source: HL7 v3 code system TimingEvent."""


def read_medication(spot: Spot) -> Iterator[AnyItem]:
    """Yield the medicines of an act, or one substance administration."""
    if spot.step != "substanceAdministration":
        parts = [part for part in parts_of(spot) if part.step == "substanceAdministration"]
        for part in parts:
            yield from read_medication(part)
        if not parts:
            yield spot.skipped("The entry names no medicine.", "Send it with its substance administration.")
        return
    if spot.status == "nullified":
        yield spot.withdrawn()
    elif spot.mood in _PLANNED:
        yield spot.skipped("The medicine is planned, not taken; only what is taken or prescribed is kept.")
    else:
        yield _medicine(spot)


def _medicine(spot: Spot) -> AnyItem:
    named = _product(spot)
    generic = named.shown is None or named.has(*_ANY_MEDICINE)
    if named.has(*_NONE) or (generic and spot.negated):
        return _record(spot, Concept(), Absence.NONE)
    if generic and not named.codes and named.shown is None:
        if named.null in {"UNK", "ASKU", "NASK", "NAV"}:
            return _record(spot, Concept(), Absence.UNKNOWN)
        return spot.rejected("The medicine has neither a name nor a code.", "Send the medicine's name.")
    if spot.negated:
        return _not_given(spot, named)
    return _record(spot, named, None)


def _not_given(spot: Spot, named: Concept) -> AnyItem:
    """Keep that a medicine against the cancer was not given; of others it says nothing worth a record."""
    name = named.shown
    if name is None or len(name) > 200 or not is_cancer_medicine(name, named.codes, reason_of(spot)):  # noqa: PLR2004  a Word
        return spot.skipped("The sender says that the medicine is not taken; single denials are not kept.")
    return spot.found(
        Treatment(
            kind="treatment",
            category="systemic",
            drugs=(Drug(name=name),),
            stated=Absence.NOT_DONE,
            date=spot.doc.header.date,
            origin="cda",
            external_id=spot.external_id,
        )
    )


def _product(spot: Spot) -> Concept:
    material = child(spot.first("consumable"), "manufacturedProduct", "manufacturedMaterial")
    found = concept(child(material, "code"), spot.doc.narrative)
    name = found.shown or written(child(material, "name"))
    return Concept(name=name, codes=found.codes, null=found.null or attribute(material, "nullFlavor"))


class _Timing(Struct, frozen=True, kw_only=True, gc=False):
    taken: When
    frequency: str | None


def _record(spot: Spot, named: Concept, absent: Absence | None) -> AnyItem:
    remarks = Remarks()
    timing = _timing(spot)
    if timing.taken.bad:
        remarks.add("A date of the medicine cannot be read; it stands in the payload only.")
    author = spot.own_author()
    record = medicine_record(
        Medicine(
            name=named.shown,
            codes=named.codes,
            absent=absent,
            date=spot.doc.header.date,
            dose=_dose(spot),
            route=spot.concept("routeCode").shown,
            frequency=timing.frequency,
            started=timing.taken.start,
            ended=timing.taken.end,
            ongoing=_ongoing(spot, timing.taken),
            reason=reason_of(spot),
            author=author.name if author else None,
            asserted_by=author.stands if author else None,
            external_id=spot.external_id,
            note=_note(spot),
        ),
        "cda",
        remarks,
    )
    if record is None:
        return spot.rejected("The medicine's name cannot be kept: it is too long.", "Send a shorter name.")
    return spot.found(record, remarks)


def _ongoing(spot: Spot, taken: When) -> bool | None:
    status = status_value(spot)
    said = {code.code for code in status.codes} | {(status.shown or "").casefold()}
    if spot.status in _STOPPED or said & {"73425007", "421139008", "no longer active", "on hold"}:
        return False
    if taken.end is not None:
        return None
    return True if spot.status == "active" or said & {"55561003", "active"} else None


def _note(spot: Spot) -> str | None:
    stopped = f"Status: {spot.status}" if spot.status in _STOPPED else None
    return "\n".join(filter(None, (stopped, comment_of(spot)))) or None


def _dose(spot: Spot) -> str | None:
    dose = _amount(spot.first("doseQuantity"))
    rate = _amount(spot.first("rateQuantity"))
    return ", ".join(filter(None, (dose, f"at {rate}" if rate else None))) or None


def _amount(node: Node | None) -> str | None:
    """Return an amount as written: `85 mg/m2`, `1` of a unit that the product gives, `1-2`."""
    if node is None:
        return None
    value, unit = attribute(node, "value"), attribute(node, "unit")
    if value is None:
        ends = [one for name in ("low", "high") if (one := _amount(child(node, name)))]
        return "-".join(dict.fromkeys(ends)) or None
    return value if unit in {None, "1"} else f"{value} {(unit or '').strip('{}')}"


def _timing(spot: Spot) -> _Timing:
    taken = When()
    said: list[str] = []
    for time in spot.all("effectiveTime"):
        words = _frequency(time, said)
        if not words and taken == When():
            taken = when(time)
    frequency = ", ".join(said) or None
    if frequency is None:
        sig = next((part for part in parts_of(spot) if _SIG in part.templates), None)
        frequency = " ".join((sig.words() or "").split()) if sig is not None else None
    if frequency and spot.all("precondition"):
        frequency = f"{frequency}, as needed"
    return _Timing(taken=taken, frequency=frequency or None)


def _frequency(time: Node, said: list[str]) -> bool:
    """Add what a time says of how often; False where it says from when to when."""
    kind = type_of(time)
    if kind.startswith("PIVL") or child(time, "period") is not None:
        period = child(time, "period")
        said.extend(filter(None, (_every(period),)))
        return True
    if kind.startswith("EIVL") or child(time, "event") is not None:
        code = attribute(child(time, "event"), "code")
        if code in _EVENTS:
            said.append(_EVENTS[code])
        return True
    if kind.startswith("SXPR"):
        for part in children(time, "comp"):
            _frequency(part, said)
        return True
    return False


def _every(period: Node | None) -> str | None:
    value, unit = attribute(period, "value"), attribute(period, "unit")
    if value is None:
        low, high = attribute(child(period, "low"), "value"), attribute(child(period, "high"), "value")
        unit = attribute(child(period, "low"), "unit") or attribute(child(period, "high"), "unit")
        if low is None or high is None:
            return None
        value = f"{low}-{high}"
    name = _UNITS.get(unit or "", unit or "")
    return f"every {value} {name}{'' if value == '1' or not name else 's'}".strip() if name else None
