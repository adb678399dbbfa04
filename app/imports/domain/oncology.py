"""What an illness, a medicine or a procedure is to a cancer case: one judgement for all readers, by codes or words.

The rules are data: `oncology.toml` beside this module names them and their sources.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, Literal, TypeAlias, cast, get_args

from app.imports.domain.naming import shown
from app.records.domain.base import Coding, Laterality
from app.records.domain.findings import Modality
from app.values.codes import find_lab, find_marker

Category: TypeAlias = Literal[
    "systemic", "surgery", "radiation", "transplant", "cell_therapy", "local_ablation", "procedure",
    "supportive", "other",
]  # fmt: skip
"""What kind of treatment a procedure is."""

_RULES: Final[Mapping[str, Any]] = tomllib.loads(
    (files("app.imports.domain") / "oncology.toml").read_text(encoding="utf-8")
)
_Codes: TypeAlias = Mapping[str, tuple[str, ...]]


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


def _codes(table: Mapping[str, list[str]]) -> _Codes:
    return {system: tuple(starts) for system, starts in table.items()}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)  # a key of the cache, told apart by which it is
class _Row:
    """One row of the tables of procedures and of imaging."""

    result: str
    words: re.Pattern[str]
    codes: _Codes


def _rows(name: str, key: str, allowed: Iterable[str]) -> tuple[_Row, ...]:
    known = frozenset(allowed)
    for row in _RULES[name]:
        if row[key] not in known:
            message = f"oncology.toml: there is no {key} {row[key]}"
            raise RuntimeError(message)
    return tuple(
        _Row(result=row[key], words=_pattern(row["words"]), codes=_codes(row.get("codes", {})))
        for row in _RULES[name]
    )


_CANCER: Final = _RULES["cancer"]
_CANCER_NEVER: Final = _pattern(_CANCER["never"])
_CANCER_WORDS: Final = _pattern(_CANCER["words"])
_METASTASIS: Final = _pattern(_CANCER["metastasis"])
_SPREAD: Final = _pattern(_CANCER["spread"])
_CANCER_CODES: Final = _codes(_CANCER["codes"])
_METASTASIS_CODES: Final = _codes(_CANCER["metastasis_codes"])
_OTHER_CODES: Final = _codes(_CANCER["other_codes"])
_CANCER_NAMES: Final = tuple(_pattern(row["pattern"]) for row in _CANCER["name"])
_MEDICINE_WORDS: Final = _pattern(_RULES["medicine"]["words"])
_MEDICINE_NEVER: Final = _pattern(_RULES["medicine"]["never"])
_MEDICINE_EITHER: Final = _pattern(_RULES["medicine"]["either"])
_MEDICINE_CODES: Final = _codes(_RULES["medicine"]["codes"])
_TESTING: Final = _pattern(_RULES["testing"]["words"])
_PROCEDURES: Final = _rows("procedure", "category", get_args(Category))
_IMAGING: Final = _rows("imaging", "modality", get_args(Modality))
_REGIONS: Final = tuple((name, _pattern(text)) for name, text in _RULES["regions"].items())
_SIDES: Final[tuple[tuple[Laterality, re.Pattern[str]], ...]] = (
    ("bilateral", _pattern(r"\bbilateral|\bboth\b|\bbeids?seit")),
    ("left", _pattern(r"\bleft\b|\blinks|\blinke")),
    ("right", _pattern(r"\bright\b|\brechts|\brechte")),
)
_SIDE_CODES: Final[Mapping[str, Laterality]] = {
    "7771000": "left", "24028007": "right", "51440002": "bilateral", "399488007": "midline",
}  # fmt: skip
"""SNOMED CT: left, right, right and left, midline."""


def _has(codes: Iterable[Coding], starts: _Codes) -> bool:
    return any(code.code.upper().startswith(starts.get(code.system, ())) for code in codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class CancerName:
    """What the name of a cancer says, in its own words."""

    site: str | None = None
    histology: str | None = None
    """The name as written where it says a type; None where it says only that there is a cancer, and where."""
    metastasis: bool = False
    """Whether it names a metastasis."""
    spread: bool | None = None
    """True where it says that the disease has spread; None where it is silent."""


def is_cancer(name: str | None, codes: Iterable[Coding] = ()) -> bool:
    """Tell whether an illness is a cancer, in situ and of uncertain behaviour included; `history of` one is not."""
    return _names_cancer(name, tuple(codes))


@lru_cache(maxsize=4_096)
def _names_cancer(name: str | None, codes: tuple[Coding, ...]) -> bool:
    if _has(codes, _OTHER_CODES):
        return False
    if _has(codes, _CANCER_CODES):
        return True
    words = shown(name, codes)
    return words is not None and _is_cancer(words)


@lru_cache(maxsize=4_096)
def _is_cancer(words: str) -> bool:
    return _CANCER_NEVER.search(words) is None and _CANCER_WORDS.search(words) is not None


def cancer_name(name: str | None, codes: Iterable[Coding] = ()) -> CancerName:
    """Return site, type and spread that the name of a cancer states."""
    codes = tuple(codes)
    words = shown(name, codes) or ""
    spread = _SPREAD.search(words) is not None
    metastasis = _has(codes, _METASTASIS_CODES) or (not spread and _METASTASIS.search(words) is not None)
    for pattern in _CANCER_NAMES:
        match = pattern.fullmatch(words.strip())
        if match is not None:
            return CancerName(
                site=match["site"].strip(),
                histology=words if "type" in match.groupdict() else None,
                metastasis=metastasis,
                spread=True if spread or metastasis else None,
            )
    return CancerName(
        histology=words or None, metastasis=metastasis, spread=True if spread or metastasis else None
    )


def is_cancer_medicine(name: str, codes: Iterable[Coding] = (), reason: str | None = None) -> bool:
    """Tell whether a medicine treats the cancer itself, by ATC, name and, for what is given for either, its reason."""
    if _has(codes, _MEDICINE_CODES):
        return True
    return _medicine(name) or (
        reason is not None and _is_cancer(reason) and _MEDICINE_EITHER.search(name) is not None
    )


@lru_cache(maxsize=4_096)
def _medicine(name: str) -> bool:
    return _MEDICINE_NEVER.search(name) is None and _MEDICINE_WORDS.search(name) is not None


def category_of(name: str | None, codes: Iterable[Coding] = ()) -> Category:
    """Return what kind of treatment a procedure is; `other` where nothing tells."""
    return _category(name, tuple(codes))


@lru_cache(maxsize=4_096)
def _category(name: str | None, codes: tuple[Coding, ...]) -> Category:
    return cast("Category", _first(_PROCEDURES, name, codes) or "other")


def is_test(name: str | None, codes: Iterable[Coding] = ()) -> bool:
    """Tell whether a procedure is a test of a specimen; one that is done to the patient as well (a biopsy) is none."""
    return _tests(name, tuple(codes))


@lru_cache(maxsize=4_096)
def _tests(name: str | None, codes: tuple[Coding, ...]) -> bool:
    if _category(name, codes) not in {"other", "supportive"}:
        return False
    words = shown(name, codes)
    return words is not None and (
        _TESTING.search(words) is not None or find_lab(words) is not None or find_marker(words) is not None
    )


def modality_of(name: str | None, codes: Iterable[Coding] = ()) -> Modality | None:
    """Return how an examination images; None where it is no imaging."""
    return _modality(name, tuple(codes))


@lru_cache(maxsize=4_096)
def _modality(name: str | None, codes: tuple[Coding, ...]) -> Modality | None:
    return cast("Modality | None", _first(_IMAGING, name, codes))


def _first(rows: tuple[_Row, ...], name: str | None, codes: tuple[Coding, ...]) -> str | None:
    # The words of a code are the sender's own choice among many; its number says less exactly what was done.
    words = shown(name, codes)
    found = next((row.result for row in rows if row.words.search(words)), None) if words else None
    return found or next((row.result for row in rows if _has(codes, row.codes)), None)


@lru_cache(maxsize=4_096)
def regions_of(words: str) -> tuple[str, ...]:
    """Return the regions of the body that words name, each once, in the order of the table."""
    return tuple(name for name, pattern in _REGIONS if pattern.search(words))


def laterality_of(words: str | None, codes: Iterable[Coding] = ()) -> Laterality | None:
    """Return the side that a code or words state; None where they name none, or two."""
    for code in codes:
        if code.system == "snomed" and code.code in _SIDE_CODES:
            return _SIDE_CODES[code.code]
    return _side(words) if words else None


@lru_cache(maxsize=4_096)
def _side(words: str) -> Laterality | None:
    found = [side for side, pattern in _SIDES if pattern.search(words)]
    return found[0] if len(found) == 1 or found[:1] == ["bilateral"] else None
