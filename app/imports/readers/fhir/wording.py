"""Words, codes and dates of FHIR elements, as records keep them."""

import html
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, TypeVar

from app.imports.domain import moments
from app.imports.domain.fitting import Remarks, coding, usable
from app.imports.readers.fhir.codes import INTENTS, INTENTS_IN, NAMES
from app.imports.readers.fhir.decode import BrokenResourceError
from app.imports.readers.fhir.model import (
    Annotation,
    CodeableConcept,
    Coding,
    Companion,
    Extension,
    Narrative,
    Period,
    Quantity,
)
from app.records.domain.base import Absence
from app.records.domain.base import Coding as RecordCoding
from app.values.dates import PartialDate, certainly_before

T = TypeVar("T")

_TAG: Final = re.compile(
    r"\s*\((?:disorder|finding|situation|morphologic abnormality|body structure|procedure|qualifier value|substance|"
    r"observable entity|tumor staging|assessment scale|event|regime/therapy|physical object|product|medicinal product|"
    r"clinical drug|specimen|attribute|navigational concept)\)\s*$"
)
"""SNOMED CT's semantic tags, which tell the hierarchy and are no part of the name."""

_SNOMED: Final = "http://snomed.info/sct"
ABSENT_REASON: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


@lru_cache(maxsize=8_192)
def untagged(name: str) -> str:
    """Return a SNOMED CT name without its semantic tag."""
    return _TAG.sub("", name).strip()


def words_of(concept: CodeableConcept | None) -> str | None:
    """Return a concept in words: its text, else the display that the user chose, else the first display."""
    if concept is None:
        return None
    if concept.text and concept.text.strip():
        return untagged(concept.text)
    shown = [one for one in concept.coding if one.display and one.display.strip()]
    chosen = next((one for one in shown if one.user_selected), shown[0] if shown else None)
    return untagged(chosen.display) if chosen is not None and chosen.display else None


def known(table: Mapping[str, T], *concepts: CodeableConcept | None) -> T | None:
    """Return what a table says of the first code of concepts that is in it; None where none is."""
    for concept in concepts:
        for one in concept.coding if concept is not None else ():
            if one.code is not None and one.code in table:
                return table[one.code]
    return None


def known_in(table: Mapping[str, Mapping[str, T]], *concepts: CodeableConcept | None) -> T | None:
    """Return what a table says of the first code that is in its system's part; None where none is."""
    for concept in concepts:
        for one in concept.coding if concept is not None else ():
            if one.code is not None and one.code in (part := table.get(system_name(one), {})):
                return part[one.code]
    return None


def code_of(concept: CodeableConcept | None) -> str | None:
    """Return a concept's first code, whatever its system; None where it has none."""
    return next((one.code for one in concept.coding if one.code), None) if concept is not None else None


def system_name(one: Coding) -> str:
    """Return the last part of the address of a code's system."""
    return (one.system or "").rpartition("/")[2].partition("|")[0]


def intent_of(concept: CodeableConcept | None) -> str | None:
    """Return what a treatment is to reach, where its code says: `curative` or `palliative`."""
    return known(INTENTS, concept) or known_in(INTENTS_IN, concept)


def words_or_code(concept: CodeableConcept | None) -> str | None:
    """Return a concept in words, in ours where a code is known and sent without any, else its first code.

    A SNOMED CT code without words is named as one: as bare digits it would be read as a number.
    """
    if concept is None:
        return None
    return (
        words_of(concept)
        or known(NAMES, concept)
        or next((_named(one) for one in concept.coding if one.code), None)
    )


def _named(one: Coding) -> str:
    return f"SNOMED CT {one.code}" if one.system == _SNOMED else one.code or ""


@lru_cache(maxsize=8_192)
def _coding(system: str | None, code: str | None, display: str | None) -> RecordCoding | None:
    return coding(system, code, display)


def codes_of(remarks: Remarks, *concepts: CodeableConcept | None) -> tuple[RecordCoding, ...]:
    """Return the codes of concepts that a record can keep, each once."""
    return usable(
        (
            _coding(one.system, one.code, one.display)
            for concept in concepts
            if concept is not None
            for one in concept.coding
        ),
        remarks,
    )


def first_code(remarks: Remarks, concept: CodeableConcept | None, *systems: str) -> RecordCoding | None:
    """Return a concept's first code of one of the systems, or of any where none is named."""
    return next((code for code in codes_of(remarks, concept) if not systems or code.system in systems), None)


def extension_of(extensions: Iterable[Extension], *endings: str) -> Extension | None:
    """Return the first extension whose address ends so."""
    return next((one for one in extensions if one.url is not None and one.url.endswith(endings)), None)


def extensions_of(extensions: Iterable[Extension], *endings: str) -> Iterable[Extension]:
    """Return all extensions whose address ends so."""
    return (one for one in extensions if one.url is not None and one.url.endswith(endings))


@lru_cache(maxsize=8_192)
def _date(text: str) -> str | None:
    return moments.from_iso(text)


def date_of(text: str | None, path: str) -> str | None:
    """Return a FHIR date or moment as EDTF; None where there is none.

    Raises:
        BrokenResourceError: the text is no date.
    """
    if text is None:
        return None
    written = _date(text)
    if written is None:
        raise BrokenResourceError(
            f"`{path}` is no date, or one outside 1850 to 2200.", "Write it as YYYY, YYYY-MM or YYYY-MM-DD."
        )
    return written


def period_of(period: Period | None, path: str) -> str | None:
    """Return a period as an EDTF interval, one date where both ends are of one day."""
    start, end = ends_of(period, path)
    if start and end and start[:10] == end[:10]:
        return start
    return moments.period(start, end)


def ends_of(period: Period | None, path: str) -> tuple[str | None, str | None]:
    """Return the first and the last day of a period."""
    if period is None:
        return None, None
    start, end = date_of(period.start, f"{path}.start"), date_of(period.end, f"{path}.end")
    if start is not None and end is not None and _is_backwards(start, end):
        raise BrokenResourceError(f"`{path}` ends before it starts.", "Check both dates.")
    return start, end


@lru_cache(maxsize=4_096)
def _is_backwards(start: str, end: str) -> bool:
    return certainly_before(PartialDate.parse(end), PartialDate.parse(start))


_ABSENCES: Final = {
    "unknown": Absence.UNKNOWN,
    "asked-unknown": Absence.UNKNOWN,
    "temp-unknown": Absence.UNKNOWN,
    "not-asked": Absence.NOT_DONE,
    "asked-declined": Absence.NOT_DONE,
    "masked": Absence.UNKNOWN,
    "not-performed": Absence.NOT_DONE,
    "not-permitted": Absence.UNKNOWN,
    "unsupported": Absence.UNKNOWN,
    "error": Absence.UNKNOWN,
    "as-text": Absence.UNKNOWN,
    "not-a-number": Absence.UNKNOWN,
    "negative-infinity": Absence.UNKNOWN,
    "positive-infinity": Absence.UNKNOWN,
}
"""FHIR R4 data-absent-reason. `not-applicable` is none of them: it says that the question does not arise."""


def absence_of(reason: CodeableConcept | None) -> Absence | None:
    """Return what a reason for missing data says."""
    if reason is None:
        return None
    known = next((_ABSENCES[one.code] for one in reason.coding if one.code in _ABSENCES), None)
    return known or (Absence.UNKNOWN if reason.text and not reason.coding else None)


def absence_beside(companion: Companion | None) -> Absence | None:
    """Return why a primitive has no value, said in an extension beside it."""
    found = extension_of(companion.extension, ABSENT_REASON) if companion is not None else None
    return _ABSENCES.get(found.value_code or "") if found is not None else None


def note_of(notes: Iterable[Annotation], *more: str | None) -> str | None:
    """Return remarks as one text, a line each."""
    said = [*(one.text.strip() for one in notes if one.text and one.text.strip()), *filter(None, more)]
    return "\n".join(said) or None


_MARKUP: Final = re.compile(r"<[^>]*>")
_BLOCK: Final = re.compile(r"</(?:p|div|tr|li|h\d|table)>|<br\s*/?>", re.IGNORECASE)
_NARRATIVE_MOST: Final = 60_000


def told(narrative: Narrative | None) -> str | None:
    """Return a person's own words on a resource; None where a machine told it from the elements, or it is empty."""
    if narrative is None or narrative.status in {"empty", "generated"}:
        return None
    return plain_words(narrative)


def plain_words(narrative: Narrative | None) -> str | None:
    """Return a narrative without its markup."""
    if narrative is None or not narrative.div:
        return None
    plain = _MARKUP.sub(" ", _BLOCK.sub("\n", narrative.div[:_NARRATIVE_MOST]))
    lines = (" ".join(line.split()) for line in html.unescape(plain).splitlines())
    return "\n".join(filter(None, lines)) or None


def amount_of(quantity: Quantity | None) -> str | None:
    """Return an amount as written: `600 mg/m2`."""
    if quantity is None or quantity.value is None:
        return None
    unit = quantity.unit or quantity.code or ""
    return f"{quantity.comparator or ''}{quantity.value:f} {unit}".strip()


def span_of(low: Quantity | None, high: Quantity | None) -> str | None:
    """Return a range as written: `50 mg to 100 mg`; where an end is open, `>= 50 mg` or `<= 100 mg`."""
    least, most = amount_of(low), amount_of(high)
    return (
        f"{least} to {most}" if least and most else f">= {least}" if least else f"<= {most}" if most else None
    )


def profiled(profiles: Iterable[str], *names: str) -> bool:
    """Tell whether a resource claims one of the profiles, whatever version of them."""
    return any(profile.rpartition("/")[2].partition("|")[0] in names for profile in profiles)
