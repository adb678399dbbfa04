"""The value of a test that stands nearest to a day, in the unit that a rule asks for."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.records.domain.kinds import AnyRecord
from app.timeline.domain.blood_counts import Reading, nearest, readings
from app.timeline.domain.series import build_series
from tests.builders import a_case_file
from tests.unit.timeline.records import a_lab

AS_OF = date(2026, 1, 1)


def a_reading(day: int, record_id: str = "a") -> Reading:
    return Reading(record_id=record_id, text="", day=day, value=Decimal(1), low=None, high=None)


@given(st.lists(st.integers(0, 40)), st.integers(0, 40), st.integers(0, 20))
def test_no_other_value_within_reach_is_nearer_and_of_two_as_near_the_later_counts(
    days: list[int], day: int, within: int
) -> None:
    found = nearest([a_reading(one) for one in days], day, within)
    reach = [one for one in days if abs(one - day) <= within]
    if found is None:
        assert reach == []
    else:
        assert found.day in reach
        assert all(abs(found.day - day) <= abs(one - day) for one in reach)
        assert found.day >= max(one for one in reach if abs(one - day) == abs(found.day - day))


def test_of_two_values_of_one_day_the_first_id_counts() -> None:
    both = [a_reading(5, "b"), a_reading(5, "a")]
    assert nearest(both, 5, 0) == nearest(both[::-1], 5, 0) == a_reading(5, "a")


def read(*records: AnyRecord, analyte: str = "platelets", unit: str = "10*9/L") -> list[Any]:
    found = readings(build_series(a_case_file(*records), as_of=AS_OF), analyte, unit)
    return [(one.record_id, one.text, float(one.value)) for one in found]


def test_values_of_all_laboratories_stand_in_order_of_days_then_ids() -> None:
    told = read(
        a_lab("2025-03-01", 3),
        a_lab("2025-01-01", 1),
        a_record_of("Elsewhere", "2025-02-01", 2),
        a_record_of("Elsewhere", "2025-03-01", 4),
    )
    assert told == [
        ("record-002", "2025-01-01", 1),
        ("record-003", "2025-02-01", 2),
        ("record-001", "2025-03-01", 3),
        ("record-004", "2025-03-01", 4),
    ]


def a_record_of(laboratory: str, day: str, value: float) -> AnyRecord:
    return replace(a_lab(day, value), laboratory=laboratory)


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(a_lab("2025-01", 1), id="not-known-to-the-day"),
        pytest.param(a_lab("2025-01-01", 1, comparator="<"), id="a-comparator-is-no-number"),
        pytest.param(a_lab("2025-01-01", 1, specimen="urine"), id="another-specimen"),
        pytest.param(a_lab("2025-01-01", 1, unit="mg"), id="a-unit-that-does-not-convert"),
        pytest.param(a_lab("2025-01-01", 1, test="ALT"), id="another-test"),
    ],
)
def test_what_is_no_exact_value_of_that_test_in_blood_is_left_out(record: AnyRecord) -> None:
    assert read(record) == []


def test_values_and_their_ranges_are_converted_by_what_the_analyte_weighs() -> None:
    sent = a_lab(
        "2025-01-01",
        88.42,
        "Creatinine",
        "umol/L",
        reference_low=Decimal("44.21"),
        reference_high=Decimal("88.42"),
    )
    (one,) = readings(build_series(a_case_file(sent), as_of=AS_OF), "creatinine", "mg/dL")
    assert [float(value or 0) for value in (one.value, one.low, one.high)] == pytest.approx(
        [1, 0.5, 1], rel=0.01
    )
    (without,) = readings(
        build_series(a_case_file(a_lab("2025-01-01", 1)), as_of=AS_OF), "platelets", "10*9/L"
    )
    assert (without.low, without.high) == (None, None)
