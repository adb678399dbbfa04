"""Courses of radiation: dose in Gy, fractions, technique, volumes. Source: mCODE 4.0.0, radiotherapy course summary."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Final

from app.imports.domain.fitting import Remarks, text, word
from app.imports.readers.fhir.graph import Entry
from app.imports.readers.fhir.making import Making
from app.imports.readers.fhir.model import Extension, Quantity
from app.imports.readers.fhir.model_acts import Procedure
from app.imports.readers.fhir.model_findings import BodyStructure
from app.imports.readers.fhir.sites import place_of
from app.imports.readers.fhir.wording import extension_of, extensions_of, note_of, words_or_code
from app.records.domain.course import Treatment

_SESSIONS: Final = ("mcode-radiotherapy-sessions", "radiotherapy-sessions")
_TECHNIQUE: Final = ("radiotherapy-modality-and-technique",)
_MODALITY: Final = ("radiotherapy-modality",)
_MANNER: Final = ("radiotherapy-technique",)
_DOSE: Final = ("radiotherapy-dose-delivered-to-volume", "radiation-dose-delivered-to-volume")
_TO_GY: Final = {"Gy": Decimal(1), "cGy": Decimal("0.01"), "mGy": Decimal("0.001")}


def radiation_of(entry: Entry, making: Making, record: Treatment) -> dict[str, Any]:
    """Return dose, fractions, technique and volumes of a course, as changes of its record."""
    resource: Procedure = entry.resource
    sessions = extension_of(resource.extension, *_SESSIONS)
    count = sessions.value_unsigned_int if sessions is not None else None
    volumes = [_volume(one, entry, making) for one in extensions_of(resource.extension, *_DOSE)]
    dosed = [one for one in volumes if one[1] is not None]
    # Doses to several volumes are not added: the highest is what the course gave to its target.
    highest = max(dosed, key=lambda one: one[1] or Decimal(0), default=None)
    lines = [_volume_words(*one) for one in volumes] if len(volumes) > 1 else []
    fractions = highest[2] if highest is not None and highest[2] is not None else count
    return {
        "dose_gy": highest[1] if highest is not None else None,
        "fractions": fractions if fractions is None or fractions >= 0 else None,
        "technique": word("; ".join(_techniques(resource.extension)), entry.remarks, "technique"),
        "site": record.site
        or word(", ".join(dict.fromkeys(filter(None, (one[0] for one in volumes)))), entry.remarks, "volume"),
        "note": text(
            note_of(
                (),
                record.note,
                *lines,
                f"Sessions: {count}" if count is not None and count != fractions else None,
            ),
            entry.remarks,
            "note",
        ),
    }


def _volume(
    extension: Extension, entry: Entry, making: Making
) -> tuple[str | None, Decimal | None, int | None]:
    """Return the place, the dose in Gy and the fractions of one volume."""
    volume = extension_of(extension.extension, "volume")
    found = making.graph.find(volume.value_reference, entry) if volume is not None else None
    place = (
        place_of(found.resource) if found is not None and isinstance(found.resource, BodyStructure) else None
    )
    if place is None and volume is not None and volume.value_reference is not None:
        place = volume.value_reference.display
    if found is not None:
        found.claimed = entry.place
    dose = extension_of(extension.extension, "totalDoseDelivered")
    given = extension_of(extension.extension, "fractionsDelivered")
    return (
        place,
        _gray(dose.value_quantity if dose is not None else None, entry.remarks),
        (given.value_unsigned_int if given.value_unsigned_int is not None else given.value_integer)
        if given
        else None,
    )


def _gray(quantity: Quantity | None, remarks: Remarks) -> Decimal | None:
    if quantity is None or quantity.value is None or not quantity.value.is_finite() or quantity.value < 0:
        return None
    factor = _TO_GY.get(quantity.code or "") or _TO_GY.get(quantity.unit or "")
    if factor is None:
        remarks.add("A dose is in no unit of absorbed dose that is read; it stands in the payload only.")
        return None
    gray = quantity.value * factor
    # 6000 cGy are 60 Gy, and are written so: the zeros come of the conversion.
    return gray.quantize(Decimal(1)) if gray == gray.to_integral_value() else gray.normalize()


def _volume_words(place: str | None, dose: Decimal | None, fractions: int | None) -> str:
    parts = [
        f"{dose} Gy" if dose is not None else None,
        f"in {fractions} fractions" if fractions is not None else None,
    ]
    return f"{place or 'Volume'}: {' '.join(filter(None, parts)) or 'dose not stated'}"


def _techniques(extensions: Iterable[Extension]) -> Iterator[str]:
    for one in extensions_of(extensions, *_TECHNIQUE):
        parts = extensions_of(one.extension, *_MODALITY, *_MANNER)
        said = ", ".join(filter(None, (words_or_code(inner.value_codeable_concept) for inner in parts)))
        if said:
            yield said
