"""Units: what is understood, what converts, and what is refused and why."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.values import catalogue, units
from app.values.units import Refused, comparable, convert, read_unit

ALLOWED = [
    ("ng/mL", "ug/L", None),
    ("pg/mL", "ng/L", None),
    ("U/mL", "kU/L", None),
    ("U/mL", "[arb'U]/mL", "ca-125"),
    ("[arb'U]/mL", "kU/L", "ca-19-9"),
    ("m[IU]/mL", "[IU]/L", "hcg-beta"),
    ("mg/L", "ug/mL", "b2m"),
    ("mg/dL", "mg/L", "flc-kappa"),
    ("g/dL", "g/L", "m-protein"),
    ("10*9/L", "10*3/uL", "platelets"),
    ("umol/L", "mg/dL", "creatinine"),
    ("umol/L", "mg/dL", "bilirubin_total"),
    ("umol/L", "mg/dL", "bilirubin_direct"),
    ("mg/dL", "mmol/L", "calcium"),
]
numbers = st.decimals(min_value=0, max_value=10**6, allow_nan=False, allow_infinity=False, places=4)


def converted(value: str, from_ucum: str, to_ucum: str, analyte: str | None = None) -> Decimal:
    result = convert(Decimal(value), from_ucum, to_ucum, analyte)
    assert not isinstance(result, Refused)
    return result


def refusal(from_ucum: str, to_ucum: str, analyte: str | None = None) -> str:
    result = convert(Decimal(1), from_ucum, to_ucum, analyte)
    assert isinstance(result, Refused)
    return result.reason


@pytest.mark.parametrize(
    ("written", "ucum"),
    [
        *(
            (text, "10*3/uL")
            for text in ("K/uL", "k/µL", "10^3/µL", "10³/μL", "x10^3/mm³", "Tsd/µl", "X10(3)/MCL")
        ),
        *(
            (text, "10*9/L")
            for text in ("x10^9/L", "10*9/L", "10⁹/L", "x 10^9 / L", "10E9/L", "G/L", "Gpt/l")
        ),
        *((text, "10*12/L") for text in ("T/L", "10¹²/L")),
        *((text, "/uL") for text in ("/µL", "cells/mm³", "/mm3")),
        *((text, "g/L") for text in ("g/L", "g/l")),
        *((text, "g/dL") for text in ("g/dl", "G/DL", "gm/dL", "g%")),
        *((text, "ng/mL") for text in ("ng/mL", "ng/ml", "NG/ML", "нг/мл")),
        *((text, "ug/L") for text in ("\u00b5g/L", "\u03bcg/l", "mcg/L", "MCG/L", "ug/l")),
        *((text, "U/mL") for text in ("U/mL", "u/ml", "U / mL", "Ед/мл")),
        *((text, "m[IU]/mL") for text in ("mIU/mL", "mUI/mL", "m[IU]/mL")),
        *((text, "[IU]/mL") for text in ("IU/mL", "UI/ml", "IE/ml")),
        *((text, "umol/L") for text in ("µmol/L", "umol/l", "mcmol/L")),
        *((text, "mL/min/{1.73_m2}") for text in ("mL/min/1.73m²", "ml/min/1,73 m2", "mL/min/{1.73_m2}")),
        ("[arb'U]/mL", "[arb'U]/mL"),
        ("%", "%"),
        ("°C", "Cel"),
        ("mmHg", "mm[Hg]"),
    ],
)
def test_a_unit_is_kept_as_written_beside_its_ucum_reading(written: str, ucum: str) -> None:
    unit = read_unit(written)
    assert unit is not None
    assert (unit.text, unit.ucum) == (written, ucum)


@pytest.mark.parametrize("written", ["", " ", "K", "kelvin", "m/uL", "109/L", "furlong", "ng/mL/h", "x" * 99])
def test_a_unit_that_is_not_understood_is_not_guessed(written: str) -> None:
    assert read_unit(written) is None


@given(st.text(max_size=80))
def test_any_text_is_read_as_written_or_not_at_all(text: str) -> None:
    unit = read_unit(text)
    assert unit is None or unit.text == text


def test_case_tells_a_count_from_a_mass() -> None:
    count, mass = read_unit("G/L"), read_unit("g/L")
    assert count is not None
    assert mass is not None
    assert not comparable(count.ucum, mass.ucum, None)


def test_every_unit_of_the_tables_reads_as_itself() -> None:
    analytes = [
        a
        for table in (catalogue.MARKERS, catalogue.LABS, catalogue.BIOMARKERS)
        for a in table.by_key.values()
    ]
    named = {unit for analyte in analytes for unit in analyte.units}
    named |= {test.unit for analyte in analytes for test in analyte.codes if test.unit is not None}
    assert "ng/mL" in named
    for ucum in named:
        unit = read_unit(ucum)
        assert unit is not None
        assert unit.ucum == ucum


@pytest.mark.parametrize(
    ("value", "from_ucum", "to_ucum", "analyte", "expected"),
    [
        ("11.2", "ug/L", "ng/mL", "cea", "11.2"),
        ("5", "pg/mL", "ng/L", "calcitonin", "5"),
        ("35", "U/mL", "kU/L", "ca-125", "35"),
        ("35", "U/mL", "[arb'U]/mL", "ca-125", "35"),
        ("7", "m[IU]/mL", "[IU]/L", "hcg-beta", "7"),
        ("2.4", "ug/mL", "mg/L", "b2m", "2.4"),
        ("1.5", "mg/dL", "mg/L", "flc-kappa", "15.0"),
        ("3.2", "g/dL", "g/L", "m-protein", "32.0"),
        ("32", "g/L", "g/dL", "m-protein", "3.2"),
        ("268", "10*9/L", "10*3/uL", "platelets", "268"),
        ("80", "umol/L", "mg/dL", "creatinine", "0.904"),
        ("20", "umol/L", "mg/dL", "bilirubin_total", "1.17"),
        ("10", "mg/dL", "mmol/L", "calcium", "2.495"),
    ],
)
def test_an_allowed_conversion_is_exact(
    value: str, from_ucum: str, to_ucum: str, analyte: str, expected: str
) -> None:
    assert converted(value, from_ucum, to_ucum, analyte) == Decimal(expected)


@given(numbers, st.sampled_from(ALLOWED))
def test_there_and_back_is_the_same_value(value: Decimal, allowed: tuple[str, str, str | None]) -> None:
    one, other, analyte = allowed
    for start, end in ((one, other), (other, one)):
        there = convert(value, start, end, analyte)
        assert isinstance(there, Decimal)
        back = convert(there, end, start, analyte)
        assert isinstance(back, Decimal)
        assert abs(back - value) <= abs(value) * Decimal("1e-20")


@given(numbers, numbers, st.sampled_from(ALLOWED))
def test_conversion_keeps_the_order_of_values(
    low: Decimal, high: Decimal, allowed: tuple[str, str, str | None]
) -> None:
    results = [convert(value, *allowed) for value in sorted((low, high))]
    first, last = results
    assert isinstance(first, Decimal)
    assert isinstance(last, Decimal)
    assert first <= last


@pytest.mark.parametrize("analyte", ["afp", "hcg-beta", "psa"])
def test_international_units_and_mass_are_refused_for_the_reason_of_the_kit(analyte: str) -> None:
    assert "preparation" in refusal("[IU]/mL", "ng/mL", analyte)
    assert "preparation" in refusal("ug/L", "m[IU]/mL", analyte)


def test_he4_by_amount_and_by_mass_are_refused() -> None:
    assert "HE4" in refusal("pmol/L", "ng/mL", "he4")


@pytest.mark.parametrize(
    ("from_ucum", "to_ucum", "analyte"),
    [
        ("[arb'U]/mL", "m[arb'U]/mL", "pivka-ii"),
        ("[arb'U]/mL", "ng/mL", "ca-125"),
        ("[arb'U]/mL", "[IU]/mL", "ca-125"),
        ("[arb'U]/mL", "U/mL", "ldh"),
    ],
)
def test_arbitrary_units_stay_with_their_kit(from_ucum: str, to_ucum: str, analyte: str) -> None:
    assert "kit" in refusal(from_ucum, to_ucum, analyte)


@pytest.mark.parametrize(
    ("from_ucum", "to_ucum", "analyte"),
    [
        pytest.param("U/mL", "ng/mL", "cea", id="units-of-an-antigen-are-no-mass"),
        pytest.param("umol/L", "mg/dL", None, id="no-analyte"),
        pytest.param("umol/L", "mg/dL", "glucose", id="another-analyte"),
        pytest.param("mg/dL", "mmol/L", "creatinine", id="another-pair"),
        pytest.param("10*9/L", "g/L", "haemoglobin", id="count-and-mass"),
        pytest.param("ng/mL", "ng/L", "cea", id="a-pair-no-table-covers"),
        pytest.param("ng/mL", "not a unit", "cea", id="not-understood"),
    ],
)
def test_what_no_table_allows_is_refused_with_a_reason(
    from_ucum: str, to_ucum: str, analyte: str | None
) -> None:
    assert refusal(from_ucum, to_ucum, analyte)
    assert not comparable(from_ucum, to_ucum, analyte)
    assert not comparable(to_ucum, from_ucum, analyte)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1E+400", "1E-400"])
def test_what_is_no_usable_number_is_refused(value: str) -> None:
    assert convert(Decimal(value), "g/dL", "g/L", None) == units.NOT_A_NUMBER


@pytest.mark.parametrize(("one", "other", "analyte"), ALLOWED)
def test_units_that_convert_are_comparable_both_ways(one: str, other: str, analyte: str | None) -> None:
    assert comparable(one, other, analyte)
    assert comparable(other, one, analyte)


def test_a_unit_that_is_not_known_is_comparable_with_nothing() -> None:
    assert not comparable(None, None, "cea")
    assert not comparable("ng/mL", None, "cea")


def test_equal_units_need_no_table() -> None:
    assert converted("3.10", "furlong", "furlong") == Decimal("3.10")


def test_a_number_of_any_length_is_converted_exactly_by_multiplication() -> None:
    long = Decimal("1.2345678901234567890123456789012345678901234567890123")
    assert convert(long, "g/dL", "g/L", None) == Decimal(
        "12.345678901234567890123456789012345678901234567890123"
    )
    thirds = convert(Decimal(1), "mg/dL", "umol/L", "creatinine")
    assert isinstance(thirds, Decimal)
    assert len(thirds.as_tuple().digits) == 29
