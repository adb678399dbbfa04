"""What things are called; what a test of the tumour or the genes is called here, and how its code says it was done."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from app.records.domain.base import Coding
from app.values.catalogue import Biomarker, fold_name
from app.values.codes import find_biomarker, find_lab, find_marker

_LONG_NAME: Final = re.compile(r"\[[^\]]*\]\s+(?:in|of|by)\s|\sin\s.*\b(?:specimen|tissue)\b", re.IGNORECASE)
"""How LOINC's long common names go on after the test: its property, where it is measured, and how."""
_METHODS: Final = frozenset({"IHC", "FISH"})
"""What the table of biomarkers says of a code that stands for one way of testing alone."""
BY_CODE_ALONE: Final = "The test came as a code alone; it is named by what the code means."


def shown(name: str | None, codes: tuple[Coding, ...]) -> str | None:
    """Return what a thing is called: as written, else as its first code with a display says."""
    if name and name.strip():
        return name
    return next((code.display for code in codes if code.display), None)


def known_test(codes: Iterable[str]) -> str | None:
    """Return what the tables call the test of the first of these codes that they know; None where they know none."""
    for code in codes:
        known = find_marker(code) or find_lab(code) or find_biomarker(code)
        if known is not None:
            return known.display
    return None


@lru_cache(maxsize=4_096)
def plain_test(name: str, codes: tuple[Coding, ...]) -> tuple[str, str | None]:
    """Return what a biomarker is called here, and by which method, where its name is LOINC's long one.

    `Estrogen receptor Ag [Presence] in Breast cancer specimen by Immune stain` with its code is `ER` by `IHC`. A name
    of the sender's own stays as written, and so does one that says something else than its code.
    """
    if _LONG_NAME.search(name) is None:
        return name, None
    folded = fold_name(name)
    for code in codes:
        found = find_biomarker(code.code) if code.system in {"loinc", "nci-thesaurus"} else None
        if found is None or not any(
            fold_name(one) in folded for one in (found.display, found.key, *found.aliases)
        ):
            continue
        method = _variant_of(found, code)
        if not method or method in _METHODS:
            return found.display, method or None
        return f"{found.display} {method}", None
    return name, None


def method_of(codes: tuple[Coding, ...]) -> str | None:
    """Return the method that a test's own code states, where its sender names none."""
    known = ((find_biomarker(code.code), code) for code in codes if code.system == "loinc")
    variants = (_variant_of(test, code) for test, code in known if test is not None)
    return next((variant for variant in variants if variant in _METHODS), None)


def _variant_of(test: Biomarker, code: Coding) -> str:
    return next((one.variant or "" for one in test.codes if one.code.code == code.code), "").partition(",")[0]
