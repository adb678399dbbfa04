"""Vital signs, as far as records keep them. Source: C-CDA R2.1 templates 22.4.26, 22.4.27."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from app.imports.domain.fitting import Remarks, usable, word
from app.imports.domain.reading import AnyItem
from app.imports.readers.cda.cancer import scale_of
from app.imports.readers.cda.context import Spot
from app.imports.readers.cda.datatypes import Concept
from app.imports.readers.cda.results import Battery, read_observation
from app.imports.readers.cda.statements import parts_of
from app.imports.readers.cda.values import value_of
from app.records.domain.course import Symptom
from app.values.catalogue import find_lab

_TEMPERATURE: Final = frozenset({"8310-5", "8331-1", "8332-9", "8333-7", "386725007"})
"""LOINC body temperature, oral, rectal, tympanic; SNOMED CT body temperature."""
_FEVER: Final = Decimal(38)


def read_vital(spot: Spot) -> Iterator[AnyItem]:
    """Yield the vital signs that the table of laboratory values knows, and a fever."""
    if spot.step == "observation":
        yield from _vital(spot, Battery())
        return
    battery = Battery(date=spot.when().day, status=spot.status)
    left = 0
    for part in parts_of(spot):
        if part.step != "observation":
            continue
        items = list(_vital(part, battery))
        left += not items
        yield from items
    if left:
        yield spot.skipped(_OTHER_VITALS)


_OTHER_VITALS: Final = (
    "Vital signs other than weight, height, oxygen saturation and a fever are not kept as records; they stand in the "
    "document."
)


def _vital(spot: Spot, battery: Battery) -> Iterator[AnyItem]:
    code = spot.code
    if scale_of(code.codes, code.shown) or spot.status == "nullified" or spot.negated:
        yield from read_observation(spot, battery)
        return
    if any(find_lab(one.code) for one in code.codes) or (code.shown and find_lab(code.shown)):
        yield from read_observation(spot, battery)
        return
    if code.has(*_TEMPERATURE):
        fever = _fever(spot, battery, code)
        if fever is not None:
            yield fever


def _fever(spot: Spot, battery: Battery, code: Concept) -> AnyItem | None:
    """Return a temperature of 38.0 °C or more, which the emergency words look for. Source: clinical.md section 4."""
    value = value_of(spot.all("value"), spot.doc.narrative)
    if value.number is None or value.comparator is not None:
        return None
    celsius = {"Cel": value.number, "[degF]": (value.number - 32) * 5 / 9}.get(value.unit or "")
    if celsius is None or not _FEVER <= celsius <= 45:  # noqa: PLR2004  what a record can keep
        return None
    remarks = Remarks()
    return spot.found(
        Symptom(
            kind="symptom",
            origin="cda",
            symptom=word(code.shown, remarks, "name"),
            temperature_c=round(celsius, 1),
            date=spot.when().day or battery.date,
            codes=usable(code.codes, remarks),
            external_id=spot.external_id,
        ),
        remarks,
    )
