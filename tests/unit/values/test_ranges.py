"""Reference ranges written as one text."""

from decimal import Decimal

import pytest

from app.values.ranges import range_in_unit


@pytest.mark.parametrize(
    ("text", "unit", "ends"),
    [
        ("< 35 U/mL", "U/mL", (None, 35)),
        ("<35 u/ml", "U/mL", (None, 35)),
        ("0-35", "U/mL", (0, 35)),
        ("0.6 - 1.2 ", "mg/dL", (Decimal("0.6"), Decimal("1.2"))),
        ("> 60", None, (60, None)),
        ("< 35 kU/L", "U/mL", (None, None)),
        ("35 or less", "U/mL", (None, None)),
        ("35-0", None, (None, None)),
        ("", "U/mL", (None, None)),
    ],
)
def test_a_range_is_read_in_the_unit_of_its_value_or_not_at_all(
    text: str, unit: str | None, ends: tuple[object, object]
) -> None:
    assert range_in_unit(text, unit) == ends
