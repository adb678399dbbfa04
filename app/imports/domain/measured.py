"""One result of a test, whatever format it came in: a tumour marker, a laboratory value, a biomarker, a score.

All readers use this one judgement, so that the same fact sent in four formats gives four equal records.
"""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from app.imports.domain.fitting import Remarks, text, usable, word
from app.imports.domain.naming import method_of, plain_test
from app.imports.domain.reading import Format
from app.records.domain.base import Absence, Coding, Role
from app.records.domain.disease import Biomarker
from app.records.domain.findings import LabResult, MarkerResult
from app.values.codes import find_biomarker, find_lab, find_marker

Comparator: TypeAlias = Literal["<", "<=", ">", ">=", "~"]
Sort: TypeAlias = Literal["marker_result", "lab_result", "biomarker"]
"""What a test is: of a tumour marker, of the laboratory, of the tumour or the genes."""
Flag: TypeAlias = Literal["low", "high", "critical_low", "critical_high", "normal", "abnormal"]

_NUMBER: Final = re.compile(
    r"\s*(?P<sign><=|>=|<|>|≤|≥|~)?\s*(?P<number>[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?)\s*"
)
_SIGNS: Final = {"≤": "<=", "≥": ">="}


class Quantity(Struct, frozen=True, kw_only=True, gc=False):
    """A value as read."""

    value: Decimal
    comparator: Comparator | None = None


def quantity_of(text: str) -> Quantity | None:
    """Read `18.4`, `<0.5`, `>= 1000`; None for anything else (a comma is never guessed at)."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    try:
        value = Decimal(match["number"])
    except InvalidOperation:
        return None
    sign = match["sign"]
    comparator = None if sign is None else _SIGNS.get(sign, sign)
    return Quantity(value=value, comparator=comparator)  # type: ignore[arg-type]  # the pattern's signs are the comparators


class Measurement(Struct, frozen=True, kw_only=True, gc=False):
    """A test's result in the words and codes of its sender."""

    name: str
    """The test as written."""
    codes: tuple[Coding, ...] = ()
    value: Decimal | None = None
    comparator: Comparator | None = None
    value_text: str | None = None
    value_codes: tuple[Coding, ...] = ()
    """Codes of a result that is not a number, such as SNOMED CT for `positive`."""
    unit: str | None = None
    reference_low: Decimal | None = None
    reference_high: Decimal | None = None
    reference_text: str | None = None
    flag: Flag | None = None
    date: str | None = None
    absent: Absence | None = None
    """Why there is no value."""
    laboratory: str | None = None
    specimen: str | None = None
    specimen_date: str | None = None
    method: str | None = None
    note: str | None = None
    author: str | None = None
    asserted_by: Role | None = None
    external_id: str | None = None
    sort: Sort | None = None
    """What the sender says that the test is; left out, it is judged by codes and name."""


_POSITIVE: Final = ("positive", "pos", "detected", "present", "mutated", "amplified", "reactive")
_NEGATIVE: Final = (
    "negative", "neg", "not detected", "undetected", "absent", "not present", "wild type", "wild-type",
    "not amplified", "non-reactive", "none detected",
)  # fmt: skip
_EQUIVOCAL: Final = ("equivocal", "borderline")
_INDETERMINATE: Final = ("indeterminate", "inconclusive", "undetermined")
_READINGS: Final = {
    **dict.fromkeys(_POSITIVE, "positive"),
    **dict.fromkeys(_NEGATIVE, "negative"),
    **dict.fromkeys(_EQUIVOCAL, "equivocal"),
    **dict.fromkeys(_INDETERMINATE, "indeterminate"),
}
_READING_CODES: Final = {
    "10828004": "positive",
    "260385009": "negative",
    "42425007": "equivocal",
    "82334004": "indeterminate",
    "260373001": "positive",
    "260415000": "negative",
}
"""SNOMED CT: positive, negative, equivocal, indeterminate, detected, not detected."""


_FLAGS: Final[Mapping[str, Flag]] = {
    "L": "low",
    "H": "high",
    "LL": "critical_low",
    "HH": "critical_high",
    "<": "low",
    ">": "high",
    "LX": "low",
    "HX": "high",
    "LU": "critical_low",
    "HU": "critical_high",
    "N": "normal",
    "A": "abnormal",
    "AA": "abnormal",
}
"""HL7 v2 table 0078, HL7 v3 ObservationInterpretation; the other codes there say nothing of low, high or normal."""


def flag_of(code: str) -> Flag | None:
    """Return a laboratory's flag, such as `H`; None for a code that is no such flag."""
    return _FLAGS.get(code.strip().upper())


def interpretation_of(
    text: str | None, codes: tuple[Coding, ...] = ()
) -> Literal["positive", "negative", "equivocal", "indeterminate"] | None:
    """Return the reading that a result's own word or code states; never one drawn from a number."""
    for code in codes:
        if code.system == "snomed" and code.code in _READING_CODES:
            return _READING_CODES[code.code]  # type: ignore[return-value]  # the table holds only these
    return _READINGS.get((text or "").strip().strip(".").casefold())  # type: ignore[return-value]  # likewise


@lru_cache(maxsize=16_384)
def kind_of_test(name: str, codes: tuple[Coding, ...]) -> Sort:
    """Tell what a test is by its codes, else by its name; a test that no table knows is a laboratory value."""
    for code in codes:
        if code.system not in {"loinc", "nci-thesaurus"}:
            continue
        if find_marker(code.code):
            return "marker_result"
        if find_lab(code.code):
            return "lab_result"
        if find_biomarker(code.code):
            return "biomarker"
    return _kind_by_name(name)


_MOLECULAR: Final = re.compile(
    r"\b(?:mutations?|mutational|rearrangements?|fusions?|amplifications?|genes?|variants?|expression|FISH|IHC|"
    r"immunohisto\w*|immunostain\w*|sequencing)\b",
    re.IGNORECASE,
)
_TOKEN: Final = re.compile(r"[^\s,;:()\[\]]+")


@lru_cache(maxsize=4_096)  # a table names the same tests thousands of times
def _kind_by_name(name: str) -> Literal["marker_result", "lab_result", "biomarker"]:
    if find_marker(name):
        return "marker_result"
    if find_lab(name):
        return "lab_result"
    return "biomarker" if find_biomarker(name) or _is_molecular(name) else "lab_result"


def _is_molecular(name: str) -> bool:
    """Tell whether a name says that a known gene or protein was looked at: `BRCA1/2 mutation analysis`."""
    return _MOLECULAR.search(name) is not None and any(map(find_biomarker, _TOKEN.findall(name)))


def _range_words(test: Measurement, remarks: Remarks) -> str | None:
    """Return a range as written, where it says more than the two ends, which are kept as numbers."""
    words = word(test.reference_text, remarks, "reference range")
    if words is None or (test.reference_low is None and test.reference_high is None):
        return words
    more = words.replace(test.unit or "", "") if test.unit else words
    return words if any(letter.isalpha() for letter in more) else None


def result_record(
    test: Measurement, origin: Format, remarks: Remarks
) -> MarkerResult | LabResult | Biomarker | None:
    """Return the record of a test's result; None where it has no name, or neither a value nor a reason for none."""
    name = word(test.name, remarks, "name")
    if name is None:
        return None
    codes = usable(test.codes, remarks)
    kind = test.sort or kind_of_test(name, codes)
    value_text = word(test.value_text, remarks, "value") if test.value is None else None
    if test.value is None and value_text is None and test.absent is None:
        return None
    common = {
        "origin": origin,
        "date": test.date,
        "codes": codes,
        "note": text(test.note, remarks, "note"),
        "author": word(test.author, remarks, "author"),
        "asserted_by": test.asserted_by,
        "external_id": word(test.external_id, remarks, "id"),
        "laboratory": word(test.laboratory, remarks, "laboratory"),
        "specimen": word(test.specimen, remarks, "specimen"),
        "stated": test.absent if test.value is None and value_text is None else None,
    }
    unit = word(test.unit, remarks, "unit") if test.value is not None else None
    if kind == "biomarker":
        stated = common["stated"] is not None
        if stated:
            common["specimen"] = None
        called, method = plain_test(name, codes)
        return Biomarker(
            kind="biomarker",
            name=called,
            method=word(test.method, remarks, "method") or method or (None if stated else method_of(codes)),
            specimen_date=None if stated else test.specimen_date,
            result=value_text,
            interpretation=interpretation_of(value_text, test.value_codes),
            value=test.value,
            comparator=test.comparator if test.value is not None else None,
            unit=unit,
            **common,  # type: ignore[arg-type]  # each of its field's type
        )
    stated = common["stated"] is not None
    if stated:
        common["specimen"] = None
    shared = {
        **common,
        "value": test.value,
        "comparator": test.comparator if test.value is not None else None,
        "value_text": value_text,
        "unit": unit,
        "reference_low": None if stated else test.reference_low,
        "reference_high": None if stated else test.reference_high,
        "reference_text": None if stated else _range_words(test, remarks),
        "flag": None if stated else test.flag,
        "assay": None if stated else word(test.method, remarks, "method"),
    }
    if kind == "marker_result":
        return MarkerResult(kind="marker_result", marker=name, **shared)  # type: ignore[arg-type]  # likewise
    return LabResult(kind="lab_result", test=name, **shared)  # type: ignore[arg-type]  # likewise
