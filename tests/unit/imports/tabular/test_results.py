"""Laboratory values and markers, however a sheet lays them out."""

from decimal import Decimal

import pytest

from app.imports.domain.reading import NotUsed
from app.records.domain.base import Absence
from tests.unit.imports.tabular.tables import found_in, only_record, reading_of, records_of, unused_in

LONG = """MRN,Date,Test,Result,Unit,Reference range,Flag,Laboratory
17,2026-01-19,CEA,18.4,ng/mL,0-5,H,Central
17,2026-01-20,Hb,<7.5,g/dL,12 - 16,LL,Central
"""


def test_a_row_for_each_result_is_read_with_unit_range_flag_and_laboratory() -> None:
    marker, lab = records_of(reading_of(LONG))
    assert (marker.kind, marker.marker, marker.value, marker.unit) == (
        "marker_result",
        "CEA",
        Decimal("18.4"),
        "ng/mL",
    )
    assert (marker.date, marker.reference_low, marker.reference_high, marker.flag) == (
        "2026-01-19",
        0,
        5,
        "high",
    )
    assert marker.laboratory == "Central"
    assert (lab.kind, lab.test, lab.comparator, lab.value, lab.flag) == (
        "lab_result", "Hb", "<", Decimal("7.5"), "critical_low",
    )  # fmt: skip


def test_the_three_layouts_of_the_same_results_give_the_same_records() -> None:
    long = (
        "Date,Test,Value,Unit\n2026-01-19,CEA,18.4,ng/mL\n2026-01-19,Hb,11,g/dL\n2026-02-01,CEA,9.6,ng/mL\n"
    )
    wide = "Date,CEA (ng/mL),Hb [g/dL]\n2026-01-19,18.4,11\n2026-02-01,9.6,\n"
    across = "Test,Unit,2026-01-19,2026-02-01\nCEA,ng/mL,18.4,9.6\nHb,g/dL,11,\n"
    readings = [reading_of(text) for text in (long, wide, across)]
    facts = [sorted((item.key, item.record.value) for item in found_in(reading)) for reading in readings]
    assert facts[0] == facts[1] == facts[2]


def test_a_longer_version_of_a_sheet_keeps_the_keys_of_the_rows_sent_before() -> None:
    before = [item.key for item in found_in(reading_of(LONG))]
    after = [item.key for item in found_in(reading_of(LONG + "17,2026-02-20,CEA,9.6,ng/mL,0-5,H,Central\n"))]
    assert after[:2] == before
    assert len(set(after)) == 3


def test_two_values_of_one_test_on_one_day_are_both_kept_and_the_same_value_once() -> None:
    reading = reading_of("Date,Test,Value\n2026-01-19,CEA,5\n2026-01-19,CEA,6\n2026-01-19,CEA,5\n")
    assert [record.value for record in records_of(reading)] == [5, 6]
    assert len({item.key for item in found_in(reading)}) == 2
    assert unused_in(reading) == [("skipped", "row 4")]


@pytest.mark.parametrize(
    ("cell", "absent"),
    [
        ("not done", Absence.NOT_DONE),
        ("n.d.", Absence.NOT_DONE),
        ("не проводилось", Absence.NOT_DONE),
        ("unknown", Absence.UNKNOWN),
        ("?", Absence.UNKNOWN),
    ],
)
def test_not_done_and_unknown_are_told_apart(cell: str, absent: Absence) -> None:
    record = only_record(f"Date,Test,Value\n2026-01-19,CEA,{cell}\n")
    assert record.stated is absent


@pytest.mark.parametrize("cell", ["-", "n/a", "", "--"])
def test_a_cell_that_says_nothing_makes_no_record(cell: str) -> None:
    reading = reading_of(f"Date,Test,Value,Unit\n2026-01-19,CEA,{cell},ng/mL\n")
    assert records_of(reading) == []
    assert unused_in(reading) == [("skipped", "row 2")]


def test_a_result_in_words_is_kept_in_words() -> None:
    assert only_record("Date,Test,Value\n2026-01-19,CEA,neg\n").value_text == "neg"


def test_a_number_that_could_be_two_is_refused_until_the_caller_says_which() -> None:
    text = "Date;Test;Value\n2026-01-19;CEA;1,234\n"
    assert unused_in(reading_of(text)) == [("rejected", "row 2")]
    assert only_record(text, decimal=",").value == Decimal("1.234")
    assert only_record(text, decimal=".").value == 1234


def test_other_values_of_the_table_settle_the_decimal_sign() -> None:
    reading = reading_of(
        "Date;Test;Value\n2026-01-19;CEA;1,234\n2026-01-20;CEA;0,5\n2026-01-21;CEA;1.234,5\n"
    )
    assert [record.value for record in records_of(reading)] == [
        Decimal("1.234"),
        Decimal("0.5"),
        Decimal("1234.5"),
    ]


def test_a_date_that_could_be_two_is_refused_with_both_orders_named() -> None:
    text = "Date,Test,Value\n03/04/2026,CEA,5\n"
    (item,) = reading_of(text).items
    assert isinstance(item, NotUsed)
    assert "day, month, year" in item.detail
    assert "month, day, year" in item.detail
    assert "`dmy`" in item.fix
    assert "03" not in item.detail + item.fix
    assert only_record(text, date_order="dmy").date == "2026-04-03"
    assert only_record(text, date_order="mdy").date == "2026-03-04"


def test_a_day_above_twelve_settles_the_order_of_its_column_and_this_is_said() -> None:
    reading = reading_of("Date,Test,Value\n03/04/2026,CEA,5\n13/04/2026,CEA,6\n")
    assert [record.date for record in records_of(reading)] == ["2026-04-03", "2026-04-13"]
    assert "day, month, year" in " ".join(found_in(reading)[0].remarks)


def test_units_and_ranges_may_stand_in_rows_under_the_header() -> None:
    reading = reading_of("Date,CEA,Hb\n,ng/mL,g/dL\n,0-5,12-16\n2026-01-19,18.4,11.2\n")
    marker, lab = records_of(reading)
    assert (marker.unit, marker.reference_high) == ("ng/mL", 5)
    assert (lab.unit, lab.reference_low) == ("g/dL", 12)


def test_lines_above_the_table_name_the_patient_and_the_day() -> None:
    reading = reading_of("Hospital X\nMRN: 17; Collected: 2026-01-19\n\nTest,Result,Unit\nCEA,5,ng/mL\n")
    assert records_of(reading)[0].date == "2026-01-19"
    assert reading.patients[0].patient.identifiers[0].value == "17"


def test_columns_that_are_not_known_are_remarked_once() -> None:
    reading = reading_of("Date,Test,Value,Mood\n2026-01-19,CEA,5,x\n2026-01-20,CEA,6,y\n")
    first, second = found_in(reading)
    assert "`Mood`" in first.remarks[0]
    assert second.remarks == ()


def test_a_mapping_says_what_columns_hold() -> None:
    text = "when,what,how much,log_psa\n2026-01-19,CEA,5,1\n"
    mapping = {"when": "date", "what": "test", "how much": "value", "log_psa": "ignore"}
    record = only_record(text, mapping=mapping)
    assert (record.marker, record.value, record.date) == ("CEA", 5, "2026-01-19")
    assert (
        only_record("when,level\n2026-01-19,5\n", mapping={"when": "date", "level": "test:PSA (ng/mL)"}).unit
        == "ng/mL"
    )


def test_several_patients_get_their_own_rows_as_sent() -> None:
    reading = reading_of(
        'MRN,Date,Test,Value\r\n1,2026-01-19,CEA,5\r\n2,2026-01-19,CEA,"6"\r\n1,2026-01-20,CEA,7\r\n'
    )
    assert [item.patient for item in found_in(reading)] == ["MRN 1", "MRN 2", "MRN 1"]
    assert {part.patient: part.content for part in reading.payloads} == {
        "MRN 1": b"MRN,Date,Test,Value\r\n1,2026-01-19,CEA,5\r\n1,2026-01-20,CEA,7\r\n",
        "MRN 2": b'MRN,Date,Test,Value\r\n2,2026-01-19,CEA,"6"\r\n',
    }


def test_a_row_of_another_birth_date_under_the_same_number_is_rejected() -> None:
    reading = reading_of(
        "MRN,DOB,Date,Test,Value\n1,1960-02-01,2026-01-19,CEA,5\n1,1961-02-01,2026-01-20,CEA,6\n"
    )
    assert unused_in(reading) == [("rejected", "row 3")]


def test_a_row_without_its_patient_is_rejected_where_the_table_has_several() -> None:
    reading = reading_of("MRN,Date,Test,Value\n1,2026-01-19,CEA,5\n2,2026-01-19,CEA,5\n,2026-01-20,CEA,6\n")
    assert unused_in(reading) == [("rejected", "row 4")]


def test_columns_that_are_not_known_are_remarked_where_nothing_could_be_read_too() -> None:
    (item,) = reading_of("When it was,Test,Value\n2026-01-19,CEA,5\n").items
    assert isinstance(item, NotUsed)
    assert "`When it was`" in item.detail
