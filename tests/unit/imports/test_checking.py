"""What a reader made is held to what a posted record is."""

from decimal import Decimal

import pytest

from app.imports.checking import faults_of
from tests.builders import a_record


@pytest.mark.parametrize("value", ["1e999999", "1e-999999", "1e301"])
def test_a_number_beyond_any_quantity_is_refused_by_its_place(value: str) -> None:
    (fault,) = faults_of(a_record("marker_result", marker="CEA", value=Decimal(value), origin="fhir"))
    assert fault.pointer == "/value"
    assert value not in fault.detail + fault.fix


def test_usual_numbers_and_what_they_are_given_with_pass() -> None:
    assert faults_of(a_record("marker_result", marker="CEA", value=Decimal("9.60"), origin="fhir")) == []


def test_a_text_longer_than_its_field_is_named() -> None:
    (fault,) = faults_of(a_record("marker_result", marker="x" * 201, value=Decimal(1), origin="fhir"))
    assert (fault.pointer, "200" in fault.fix) == ("/marker", True)
