"""The value of an Observation or of one of its components, as the judgement that all readers share takes it."""

from decimal import Decimal
from typing import Any, Final, cast

from app.imports.domain.fitting import Remarks
from app.imports.domain.measured import Comparator, Flag, Measurement
from app.imports.domain.naming import known_test
from app.imports.readers.fhir.codes import FLAGS
from app.imports.readers.fhir.decode import BrokenResourceError
from app.imports.readers.fhir.model import CodeableConcept, Quantity
from app.imports.readers.fhir.model_findings import ReferenceRange, Valued
from app.imports.readers.fhir.wording import absence_of, amount_of, codes_of, span_of, words_or_code

_COMPARATORS: Final = frozenset({"<", "<=", ">", ">="})
_USUAL: Final = frozenset({"normal", "recommended"})


def measurement_of(valued: Valued, remarks: Remarks, path: str = "Observation") -> Measurement | None:
    """Return the test and its result; None where there is neither a value nor a reason for none.

    Raises:
        BrokenResourceError: a comparator is none of the standard's.
    """
    name = test_name(valued.code)
    if name is None:
        raise BrokenResourceError(f"`{path}.code` has neither a display nor a text nor a code.")
    value, comparator, unit = _number(valued, path)
    text = value_text(valued) if value is None or valued.value_codeable_concept is not None else None
    if value is not None and text is not None:
        remarks.add(f"`{path}.value[x]` stands twice, as a quantity and as a concept; FHIR allows one.")
    absent = absence_of(valued.data_absent_reason)
    if value is None and text is None and absent is None:
        return None
    low, high, usual = _range(valued.reference_range, unit)
    return Measurement(
        name=name,
        codes=codes_of(remarks, valued.code),
        value=value,
        comparator=comparator,
        value_text=text,
        value_codes=codes_of(remarks, valued.value_codeable_concept),
        unit=unit,
        reference_low=low,
        reference_high=high,
        reference_text=usual,
        flag=_flag(valued),
        absent=absent,
    )


def test_name(code: CodeableConcept | None) -> str | None:
    """Return what a test is called: as written, else by the name of its code in the tables, else by the code."""
    if code is None:
        return None
    words = words_or_code(code)
    if words is not None and all(words != one.code for one in code.coding):
        return words
    return known_test(one.code for one in code.coding if one.code) or words


def _number(valued: Valued, path: str) -> tuple[Decimal | None, Comparator | None, str | None]:
    quantity = valued.value_quantity
    if quantity is not None and quantity.value is not None:
        if not quantity.value.is_finite():
            raise BrokenResourceError(f"`{path}.valueQuantity.value` is no number.")
        if quantity.comparator is not None and quantity.comparator not in _COMPARATORS:
            raise BrokenResourceError(f"`{path}.valueQuantity.comparator` is none of <, <=, >= and >.")
        return quantity.value, cast("Comparator | None", quantity.comparator), unit_of(quantity)
    if valued.value_integer is not None:
        return Decimal(valued.value_integer), None, None
    return None, None, None


def unit_of(quantity: Quantity) -> str | None:
    """Return a quantity's unit as written, else its code; UCUM's `1` is no unit to show."""
    if quantity.unit and quantity.unit.strip():
        return quantity.unit
    return None if quantity.code == "1" else quantity.code


def value_text(valued: Valued) -> str | None:
    """Return a value that is no number, in words."""
    if valued.value_codeable_concept is not None:
        return words_or_code(valued.value_codeable_concept)
    if valued.value_string is not None and valued.value_string.strip():
        return valued.value_string
    if valued.value_boolean is not None:
        return "yes" if valued.value_boolean else "no"
    if valued.value_range is not None:
        low, high = amount_of(valued.value_range.low), amount_of(valued.value_range.high)
        return " to ".join(filter(None, (low, high))) or None
    if valued.value_ratio is not None:
        over, under = amount_of(valued.value_ratio.numerator), amount_of(valued.value_ratio.denominator)
        return f"{over} : {under}" if over and under else over
    if valued.value_period is not None:
        return "/".join((valued.value_period.start or "..", valued.value_period.end or ".."))
    return valued.value_date_time or valued.value_time


def _range(
    ranges: tuple[ReferenceRange, ...], unit: str | None
) -> tuple[Decimal | None, Decimal | None, str | None]:
    """Return the usual range: its ends where there is one in the value's unit, else all of them in words."""
    usual = [one for one in ranges if _is_usual(one)]
    if len(usual) == 1:
        one = usual[0]
        units = {unit_of(end) for end in (one.low, one.high) if end is not None and end.value is not None}
        low = one.low.value if one.low is not None else None
        high = one.high.value if one.high is not None else None
        if (
            (low is not None or high is not None)
            and units <= {unit, None}
            and (low is None or high is None or low <= high)
        ):
            return low, high, one.text
    told = [_range_words(one) for one in ranges]
    return None, None, "; ".join(filter(None, told)) or None


def _is_usual(one: ReferenceRange) -> bool:
    return one.type is None or not one.type.coding or any(code.code in _USUAL for code in one.type.coding)


def _range_words(one: ReferenceRange) -> str | None:
    if one.text:
        return one.text
    span = span_of(one.low, one.high)
    label = words_or_code(one.type)
    return f"{label}: {span}" if span and label and not _is_usual(one) else span


def _flag(valued: Valued) -> Flag | None:
    found: Any = None
    for concept in valued.interpretation:
        for one in concept.coding:
            found = found or FLAGS.get(one.code or "")
    return cast("Flag | None", found)
