"""Which measured values may stand in one series: of one analyte, comparable unit, specimen and laboratory.

Source: clinical.md section 2 (allowed conversions and refusals) and ruling 19 of section 7.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from typing import Final, Literal

from app.casefile.domain.case_file import CaseFile
from app.records.domain.base import Coding
from app.timeline.domain.measurement import Alike, measurements
from app.values.codes import Lab, Marker, canonical_system, check_marker_code, find_lab, find_marker
from app.values.units import Refused, convert, read_unit

_ONE: Final = Decimal(1)

Kind = Literal["marker", "lab"]


@dataclass(frozen=True, slots=True)
class Named:
    """What a value is of. `decoy` is the sent code where it means something else than the name."""

    kind: Kind
    key: str
    display: str
    units: tuple[str, ...]
    decoy: str | None


@dataclass(frozen=True, slots=True)
class Key:
    """What the values of one series share, folded; `unit` stands for all units comparable with it.

    `unit_state` says whether a unit was read, not understood, or not stated. `laboratory` and `assay` are None
    where nobody states them, which counts as one.
    """

    named: Named
    unit: str | None
    unit_state: Literal["read", "not_understood", "not_stated"]
    specimen: str
    laboratory: str | None
    assay: str | None

    @property
    def id(self) -> str:
        """A stable id that holds no name of a place."""
        parts = (self.named.key, self.named.decoy, self.unit, self.unit_state)
        text = repr((*parts, self.specimen, self.laboratory, self.assay))
        return f"{self.named.key}-{sha256(text.encode()).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Values:
    """The values that were sent alike, with the UCUM reading of their unit."""

    alike: Alike
    ucum: str | None


UNKNOWN: Final = "other-"
"""How the key of an analyte begins that no table knows."""
BLOOD: Final = "blood"
_BLOOD_WORDS: Final = frozenset(
    {"", "serum", "plasma", "blood", "wholeblood", "bloodserum", "bloodplasma", "ser", "plas", "serplas"}
)


def group_values(case_file: CaseFile) -> Mapping[Key, tuple[Values, ...]]:
    """Group the marker and laboratory values of a case by what they share; order does not matter."""
    sent_alike = case_file.once(measurements).sent_alike
    as_markers = {alike.sent_as[1:] for alike in sent_alike if alike.sent_as.is_marker}
    by_analyte: dict[Named, list[Alike]] = {}
    for alike in sent_alike:
        sent_as = alike.sent_as
        named = name_analyte(sent_as.name, sent_as.codes, "marker" if sent_as[1:] in as_markers else "lab")
        by_analyte.setdefault(named, []).append(alike)
    grouped: dict[Key, list[Values]] = {}
    for named, sent in by_analyte.items():
        representatives = _representatives(named, {alike.sent_as.unit for alike in sent})
        for alike in sent:
            sent_as = alike.sent_as
            ucum, representative, state = representatives[sent_as.unit]
            key = Key(
                named=named,
                unit=representative,
                unit_state=state,
                specimen=_specimen(sent_as.specimen),
                laboratory=_folded(sent_as.laboratory),
                assay=_folded(sent_as.assay) if is_arbitrary(named) else None,
            )
            grouped.setdefault(key, []).append(Values(alike, ucum))
    return {key: tuple(values) for key, values in grouped.items()}


@lru_cache(maxsize=4_096)
def name_analyte(name: str, codes: tuple[Coding, ...], sent_as: Kind) -> Named:
    """Tell what a value is of: by its LOINC code first, then by any spelling of its name.

    A code that means something else than the name is not followed: the name holds, and the code is kept as a
    decoy. A name that nobody knows is an analyte of its own.
    """
    loinc = [coding.code for coding in codes if canonical_system(coding.system) == "loinc"]
    decoys = [code for code in loinc if check_marker_code(name, code)]
    by_code = (_find(code) for code in loinc if code not in decoys)
    found = next(filter(None, by_code), None) or _find(name)
    decoy = decoys[0] if decoys else None
    if found is None:
        folded = "".join(letter for letter in name.casefold() if letter.isalnum())
        # Hashed, so that free text sent as a name stands in no key and no id.
        key = f"{UNKNOWN}{sha256(folded.encode()).hexdigest()[:12]}"
        return Named(sent_as, key, " ".join(name.split()).casefold(), (), decoy)
    return Named(
        "marker" if isinstance(found, Marker) else "lab", found.key, found.display, found.units, decoy
    )


def _find(name_or_code: str) -> Marker | Lab | None:
    return find_marker(name_or_code) or find_lab(name_or_code)


def is_arbitrary(named: Named) -> bool:
    """Tell whether an analyte is measured in units that belong to one kit."""
    return any("[arb'U]" in unit for unit in named.units)


def _representatives(
    named: Named, texts: set[str | None]
) -> Mapping[str | None, tuple[str | None, str | None, Literal["read", "not_understood", "not_stated"]]]:
    """Return for each unit as written its UCUM reading and the unit that stands for all comparable ones."""
    read = {text: read_unit(text) for text in texts if text is not None}
    order = {unit: place for place, unit in enumerate(named.units)}
    known = sorted(
        {unit.ucum for unit in read.values() if unit}, key=lambda ucum: (order.get(ucum, len(order)), ucum)
    )
    stands_for: dict[str, str] = {}
    for ucum in known:
        alike = (one for one in stands_for.values() if refusal(named, ucum, one) is None)
        stands_for[ucum] = next(alike, ucum)
    found: dict[
        str | None, tuple[str | None, str | None, Literal["read", "not_understood", "not_stated"]]
    ] = {None: (None, None, "not_stated")}
    for text, unit in read.items():
        if unit is None:
            found[text] = (None, " ".join(text.split()).casefold(), "not_understood")
        else:
            found[text] = (unit.ucum, stands_for[unit.ucum], "read")
    return found


def refusal(named: Named, ucum: str, other: str) -> str | None:
    """Return why values in two units can't be compared; None where they can."""
    answer = convert(_ONE, ucum, other, named.key)
    return answer.reason if isinstance(answer, Refused) else None


def apart(one: Key, other: Key) -> Iterator[tuple[str, str]]:
    """Tell why two series of one analyte are two: codes with the reason in words."""
    if one.named.decoy != other.named.decoy:
        yield "code_means_something_else", "The code that was sent with these values means something else."
    if one.specimen != other.specimen:
        yield "other_specimen", "The specimen differs."
    if one.unit_state == "not_stated" or other.unit_state == "not_stated":
        if one.unit_state != other.unit_state:
            yield "unit_not_stated", "The unit is not stated."
    elif one.unit_state == "not_understood" or other.unit_state == "not_understood":
        if one.unit != other.unit:
            yield "unit_not_understood", "The unit is not understood, so nothing is converted."
    elif one.unit and other.unit and (reason := refusal(one.named, one.unit, other.unit)):
        yield "unit_not_comparable", reason
    if one.laboratory != other.laboratory:
        yield "other_laboratory", "The laboratory differs, or one of the two is not stated."
    if one.assay != other.assay:
        yield "other_assay", "The method differs, and units of this marker belong to one kit."


def _specimen(text: str | None) -> str:
    folded = "".join(letter for letter in (text or "").casefold() if letter.isalnum())
    return BLOOD if folded in _BLOOD_WORDS else folded


def _folded(text: str | None) -> str | None:
    return " ".join(text.casefold().split()) if text else None
