"""Which values may stand in one series, and the reasons that keep two series of one analyte apart."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.records.domain.base import Coding
from app.timeline.domain.analytes import Key, Named, apart, group_values, is_arbitrary, name_analyte, refusal
from tests.builders import a_case_file
from tests.unit.timeline.records import a_lab, a_marker

CEA = Named("marker", "cea", "CEA", ("ng/mL",), None)
KEY = Key(CEA, "ng/mL", "read", "blood", "central laboratory", None)
NO_UNIT = replace(KEY, unit=None, unit_state="not_stated")
ODD_UNIT = replace(KEY, unit="drops", unit_state="not_understood")


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        pytest.param(KEY, KEY, [], id="the-same"),
        pytest.param(KEY, replace(KEY, unit="ug/L"), [], id="units-that-convert"),
        pytest.param(
            KEY,
            replace(KEY, named=replace(CEA, decoy="1-8")),
            [
                (
                    "code_means_something_else",
                    "The code that was sent with these values means something else.",
                )
            ],
            id="decoy",
        ),
        pytest.param(
            KEY, replace(KEY, specimen="urine"), [("other_specimen", "The specimen differs.")], id="specimen"
        ),
        pytest.param(KEY, NO_UNIT, [("unit_not_stated", "The unit is not stated.")], id="one-without-unit"),
        pytest.param(
            NO_UNIT, KEY, [("unit_not_stated", "The unit is not stated.")], id="the-other-without-unit"
        ),
        pytest.param(
            NO_UNIT, ODD_UNIT, [("unit_not_stated", "The unit is not stated.")], id="without-and-odd"
        ),
        pytest.param(NO_UNIT, NO_UNIT, [], id="both-without-unit"),
        pytest.param(
            KEY,
            ODD_UNIT,
            [("unit_not_understood", "The unit is not understood, so nothing is converted.")],
            id="a-unit-that-is-not-understood",
        ),
        pytest.param(
            ODD_UNIT,
            KEY,
            [("unit_not_understood", "The unit is not understood, so nothing is converted.")],
            id="the-first-not-understood",
        ),
        pytest.param(ODD_UNIT, ODD_UNIT, [], id="the-same-odd-unit"),
        pytest.param(
            KEY,
            replace(KEY, laboratory=None),
            [("other_laboratory", "The laboratory differs, or one of the two is not stated.")],
            id="laboratory",
        ),
        pytest.param(
            KEY,
            replace(KEY, assay="roche"),
            [("other_assay", "The method differs, and units of this marker belong to one kit.")],
            id="method",
        ),
    ],
)
def test_two_series_of_one_analyte_say_why_they_are_two(
    one: Key, other: Key, reasons: list[tuple[str, str]]
) -> None:
    assert list(apart(one, other)) == reasons


def test_units_that_can_not_be_compared_say_why() -> None:
    (reason,) = apart(KEY, replace(KEY, unit="U/mL"))
    assert reason == ("unit_not_comparable", refusal(CEA, "ng/mL", "U/mL"))
    assert reason[1]


@given(
    st.sampled_from(["ng/mL", "ug/L", "g/L", "U/mL", "mmol/L", "%"]),
    st.sampled_from(["ng/mL", "U/mL", "mg/dL"]),
)
def test_whether_two_units_compare_does_not_depend_on_which_is_named_first(one: str, other: str) -> None:
    assert refusal(CEA, one, other) == refusal(CEA, other, one)


@pytest.mark.parametrize(
    "fields",
    [
        {"laboratory": "CENTRAL   laboratory"},
        {"specimen": "Serum"},
        {"specimen": "whole blood"},
        {"unit": "ug/L"},
        {"marker": "Carcinoembryonic antigen"},
        {"assay": "Another kit"},  # its unit is a mass: the kit makes no difference
    ],
)
def test_what_is_only_written_otherwise_stands_in_one_series(fields: dict[str, Any]) -> None:
    assert len(group_values(a_case_file(a_marker("2025-01-01", 1), a_marker("2025-02-01", 2, **fields)))) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"laboratory": "Elsewhere"},
        {"laboratory": None},
        {"specimen": "urine"},
        {"unit": "U/mL"},
        {"unit": None},
        {"unit": "drops"},
    ],
)
def test_what_differs_in_meaning_stands_apart(fields: dict[str, Any]) -> None:
    grouped = group_values(a_case_file(a_marker("2025-01-01", 1), a_marker("2025-02-01", 2, **fields)))
    assert len(grouped) == 2
    assert len({key.id for key in grouped}) == 2


def test_units_that_are_not_understood_are_told_apart_by_their_words_alone() -> None:
    case_file = a_case_file(
        *(a_marker("2025-01-01", 1, unit=unit) for unit in ("Drops a  spoon", "drops a spoon", "drops"))
    )
    assert {(key.unit, key.unit_state) for key in group_values(case_file)} == {
        ("drops a spoon", "not_understood"),
        ("drops", "not_understood"),
    }


def test_the_unit_that_the_table_names_first_stands_for_those_that_convert() -> None:
    case_file = a_case_file(a_marker("2025-01-01", 1, unit="ug/L"), a_marker("2025-01-02", 1, unit="ng/mL"))
    ((key, values),) = group_values(case_file).items()
    assert (key.unit, key.unit_state) == (key.named.units[0], "read")
    assert {(one.alike.sent_as.unit, one.ucum) for one in values} == {("ug/L", "ug/L"), ("ng/mL", "ng/mL")}
    blood = a_case_file(*(a_lab("2025-01-01", 1, "Hemoglobin", unit) for unit in ("g/L", "g/dL")))
    assert {key.unit for key in group_values(blood)} == {"g/dL"}


def test_the_method_tells_markers_apart_whose_units_belong_to_one_kit() -> None:
    sent = [
        a_marker("2025-01-01", 1, "CA-125", unit="U/mL", assay=assay)
        for assay in ("Kit A", "kit  a", "Kit B")
    ]
    assert {key.assay for key in group_values(a_case_file(*sent))} == {"kit a", "kit b"}
    assert is_arbitrary(name_analyte("CA-125", (), "marker"))
    assert not is_arbitrary(name_analyte("CEA", (), "marker"))


def test_a_name_in_no_table_is_an_analyte_of_its_own_and_stands_in_no_id() -> None:
    one, same, other = (name_analyte(name, (), "lab") for name in ("My  Test-1", "my test 1", "my test 2"))
    assert (one.kind, one.display, one.units, one.decoy) == ("lab", "my test-1", (), None)
    assert one.key == same.key != other.key
    assert one.key.startswith("other-")
    assert "test" not in one.key


def test_a_code_names_a_value_unless_it_means_something_else() -> None:
    psa = Coding(system="loinc", code="2857-1")
    assert name_analyte("a name nobody knows", (psa,), "lab").key == "psa"
    decoyed = name_analyte("CEA", (psa,), "marker")
    assert (decoyed.key, decoyed.decoy) == ("cea", "2857-1")
    local = Coding(system="https://example.org/codes", code="2857-1")
    assert name_analyte("a name nobody knows", (local,), "lab").key.startswith("other-")


def test_a_laboratory_value_known_as_one_is_one_however_it_was_sent() -> None:
    (key,) = group_values(
        a_case_file(a_lab("2025-01-01", 1), a_marker("2025-01-02", 1, "Platelets", unit="10*9/L"))
    )
    assert key.named.kind == "lab"
