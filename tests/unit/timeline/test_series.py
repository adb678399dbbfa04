"""Which values stand in one series, what is left out of it, and what its numbers are."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.casefile.domain.case_file import CaseFile
from app.records.domain.base import Absence
from app.timeline.domain.series import NEVER_ALONE, NO_BASELINE, MarkerSeries, build_series
from app.web.jsonroute import encode
from tests.builders import a_case_file
from tests.unit.timeline.records import a_lab, a_marker, a_treatment
from tests.worked_cases import LUNG, OVARY, expectation, worked_case


def one_series(*records: Any) -> MarkerSeries:
    (series,) = build_series(a_case_file(*records))
    return series


def codes(series: MarkerSeries) -> list[tuple[str | None, str]]:
    return [(apart.record_id, apart.code) for apart in series.kept_apart]


def test_the_lung_case_falls_from_its_baseline_as_expected() -> None:
    (series,) = build_series(worked_case(LUNG))
    assert series.percent_from_baseline == expectation(LUNG)["computed"]["CEA_pct"]
    assert (series.unit, len(series.points)) == ("ng/mL", 3)
    assert [point.converted for point in series.points] == [False, True, False]
    assert series.points[1].unit_as_written == "ug/L"


def test_the_ovary_case_stands_at_its_multiple_of_the_nadir() -> None:
    series = build_series(worked_case(OVARY))[0]
    assert series.analyte == "ca-125"
    assert series.fold_over_nadir == expectation(OVARY)["computed"]["fold_nadir"]


def test_markers_come_before_laboratory_values() -> None:
    kinds = [series.kind for series in build_series(worked_case(OVARY))]
    assert kinds == ["marker"] + ["lab"] * 6


def test_a_bound_is_shown_and_never_counted() -> None:
    series = one_series(
        a_marker("2025-01-01", 4), a_marker("2025-02-01", "0.5", comparator="<"), a_marker("2025-03-01", 3)
    )
    assert [point.comparator for point in series.points] == [None, "<", None]
    assert codes(series) == [("record-002", "comparator")]
    assert series.nadir is not None
    assert series.nadir.value == 3


@pytest.mark.parametrize(
    ("record", "code"),
    [
        pytest.param(a_marker("2025-02-01", None, value_text="negative"), "not_a_number", id="word"),
        pytest.param(a_marker("2025-02-01", None), "no_value", id="nothing"),
        pytest.param(a_marker("2025-02-01", None, stated=Absence.NOT_DONE), "no_value", id="not-done"),
        pytest.param(a_marker(None, 4), "undated", id="undated"),
        pytest.param(a_marker("2025", 4), "order_uncertain", id="coarse"),
    ],
)
def test_what_arithmetic_can_not_use_is_left_out_with_the_reason(record: Any, code: str) -> None:
    series = one_series(a_marker("2025-01-01", 9), record)
    assert codes(series) == [("record-002", code)]
    assert series.latest is not None
    assert series.latest.record_id == "record-001"


def test_a_number_too_large_to_convert_is_left_out() -> None:
    series = one_series(
        a_lab("2025-01-01", 1, test="Creatinine", unit="mg/dL"),
        a_lab("2025-02-01", 1, test="Creatinine", unit="mg/dL"),
        a_lab("2025-03-01", 1e150, test="Creatinine", unit="µmol/L"),
    )
    assert codes(series) == [("record-003", "not_converted")]


def test_a_coarse_date_counts_where_its_order_is_certain() -> None:
    series = one_series(a_marker("2024-11", 9), a_marker("2025-01-01", 4))
    assert (series.kept_apart, series.fold_over_nadir) == ((), 1.0)


def test_a_value_after_the_day_of_the_view_is_left_out() -> None:
    case_file = a_case_file(a_marker("2025-01-01", 9), a_marker("2025-03-01", 4))
    (series,) = build_series(case_file, as_of=date(2025, 2, 1))
    assert codes(series) == [("record-002", "future_dated")]


def test_values_that_say_exactly_the_same_are_one_point_that_names_them_all() -> None:
    series = one_series(
        a_marker("2025-01-01", "4.0"),
        a_marker("2025-01-01", 4),
        a_marker("2025-01-01", 5),
        a_marker("2025-02-01", 4),
    )
    assert [(point.record_id, point.duplicates) for point in series.points] == [
        ("record-001", ("record-002",)),
        ("record-003", ()),
        ("record-004", ()),
    ]


def test_a_bound_and_a_number_of_one_day_are_two_points() -> None:
    assert len(one_series(a_marker("2025-01-01", 4), a_marker("2025-01-01", 4, comparator="<")).points) == 2


def test_the_baseline_is_the_last_value_before_the_first_treatment_of_the_tumour() -> None:
    series = one_series(
        a_marker("2025-01-01", 10),
        a_marker("2025-01-10", 20),
        a_treatment("2025-01-05", category="supportive"),
        a_treatment("2025-01-10", "cisplatin"),
        a_treatment("2025-06-01", "docetaxel"),
        a_marker("2025-03-01", 5),
    )
    assert series.baseline is not None
    assert (series.baseline.record_id, series.change, series.percent_from_baseline) == (
        "record-002",
        Decimal(-15),
        -75.0,
    )
    assert NO_BASELINE not in series.cautions


def test_without_a_value_before_treatment_there_is_no_change_and_a_caution() -> None:
    series = one_series(
        a_treatment("2025-01-01", "cisplatin"), a_marker("2025-01-02", 10), a_marker("2025-03-01", 5)
    )
    assert (series.baseline, series.change, series.percent_from_baseline) == (None, None, None)
    assert NO_BASELINE in series.cautions


def test_every_marker_says_that_it_does_not_stand_alone_and_laboratory_values_do_not() -> None:
    marker, lab = build_series(a_case_file(a_marker("2025-01-01", 4), a_lab("2025-01-01", 200)))
    assert set(NEVER_ALONE) <= set(marker.cautions)
    assert not set(NEVER_ALONE) & set(lab.cautions)


def test_a_nadir_of_nothing_has_no_multiple() -> None:
    assert one_series(a_marker("2025-01-01", 0), a_marker("2025-03-01", 5)).fold_over_nadir is None


def test_a_series_is_plain_json() -> None:
    series = build_series(worked_case(OVARY))
    assert len(msgspec.json.decode(encode(series))) == len(series)


def test_the_id_of_a_series_names_no_place_and_stays_when_values_come_in() -> None:
    first = one_series(a_marker("2025-01-01", 4))
    later = one_series(
        a_marker("2025-01-01", 4),
        a_marker("2025-02-01", 5, unit="µg/L"),
        a_marker("2025-03-01", 5, unit="µg/L"),
    )
    assert first.id == later.id
    assert "laboratory" not in first.id


results = st.lists(
    st.tuples(
        st.dates(date(2025, 1, 1), date(2025, 3, 1)),
        st.decimals(0, 1000, places=1),
        st.sampled_from(["ng/mL", "ug/L", "U/mL", None]),
        st.sampled_from([None, "<"]),
        st.sampled_from(["A", None]),
    ),
    max_size=20,
)


@given(results, st.integers())
def test_every_value_is_in_one_series_whatever_the_order(made: list[Any], seed: int) -> None:
    case_file = a_case_file(
        *(
            a_marker(day.isoformat(), str(value), unit=unit, comparator=comparator, laboratory=laboratory)
            for day, value, unit, comparator, laboratory in made
        )
    )
    series = build_series(case_file)
    held = [
        record_id
        for one in series
        for point in one.points
        for record_id in (point.record_id, *point.duplicates)
    ]
    assert sorted(held) == [entry.id for entry in case_file.entries]
    shuffled = list(case_file.entries)
    random.Random(seed).shuffle(shuffled)
    assert build_series(CaseFile(case_file.case, tuple(shuffled))) == series


@given(st.lists(st.decimals("0.1", 1000, places=1), min_size=1, max_size=12))
def test_the_numbers_of_a_series_bound_each_other(values: list[Decimal]) -> None:
    start = date(2025, 1, 1)
    series = one_series(
        *(a_marker((start + timedelta(days=day)).isoformat(), str(value)) for day, value in enumerate(values))
    )
    assert series.nadir is not None
    assert series.peak is not None
    assert series.latest is not None
    assert series.nadir.value == min(values)
    assert series.peak.value == max(values)
    assert series.latest.value == values[-1]
    assert series.fold_over_nadir is not None
    assert series.fold_over_nadir >= 1


def test_a_series_stands_in_the_unit_that_most_values_came_in_as_most_of_them_write_it() -> None:
    units = ("ug/L", "ug/l", "ug/l", "ng/mL", "ng/mL")
    (series,) = build_series(
        a_case_file(*(a_marker(f"2025-01-0{day}", 1, unit=unit) for day, unit in enumerate(units, 1)))
    )
    assert (series.unit, series.unit_as_written) == ("ug/L", "ug/l")
    (tie,) = build_series(
        a_case_file(*(a_marker(f"2025-01-0{day}", 1, unit=unit) for day, unit in enumerate(units[1:], 1)))
    )
    assert tie.unit == "ng/mL"  # as many of both: the unit that the analyte is known by


def test_what_is_left_out_stands_in_order_of_ids() -> None:
    (series,) = build_series(
        a_case_file(
            a_marker(None, 1),
            a_marker("2025-02-01", 2, comparator="<"),
            a_marker(None, 3),
            a_marker("2025-01-01", 2, comparator=">"),
            a_marker("2025-01-01", None, value_text="haemolysed"),
        )
    )
    assert [(one.record_id, one.code) for one in series.kept_apart] == [
        ("record-001", "undated"),
        ("record-002", "comparator"),
        ("record-003", "undated"),
        ("record-004", "comparator"),
        ("record-005", "not_a_number"),
    ]


@pytest.mark.parametrize(
    ("values", "question"),
    [
        ((1, 10), "The value is about 10 times higher than the one before: is the unit the same?"),
        ((1_000, 1), "The value is about 1,000 times lower than the one before: is the unit the same?"),
    ],
)
def test_a_jump_is_asked_about_in_words(values: tuple[float, float], question: str) -> None:
    (series,) = build_series(
        a_case_file(a_marker("2025-01-01", values[0]), a_marker("2025-02-01", values[1]))
    )
    assert [one.question for one in series.unit_questions] == [question]


def test_what_no_table_knows_is_what_it_was_sent_as() -> None:
    sent = a_case_file(a_marker("2025-01-01", 1, "Novel protein"), a_lab("2025-01-01", 1, "Novel test"))
    assert {(one.kind, one.display) for one in build_series(sent)} == {
        ("marker", "novel protein"),
        ("lab", "novel test"),
    }


def test_a_value_of_the_day_of_the_view_counts() -> None:
    case_file = a_case_file(a_marker("2025-01-01", 1), a_marker("2025-01-02", 2))
    (series,) = build_series(case_file, as_of=date(2025, 1, 2))
    assert [point.record_id for point in series.points] == ["record-001", "record-002"]
    (before,) = build_series(case_file, as_of=date(2025, 1, 1))
    assert [point.record_id for point in before.points] == ["record-001"]


def test_a_reference_range_comes_into_the_unit_of_its_series_with_the_value() -> None:
    sent = {"reference_low": Decimal(10), "reference_high": Decimal(20)}
    case_file = a_case_file(
        a_lab("2025-01-01", 13, "Hemoglobin", "g/dL"),
        a_lab("2025-01-02", 12, "Hemoglobin", "g/dL"),
        a_lab("2025-01-03", 130, "Hemoglobin", "g/L", **sent),
    )
    (series,) = build_series(case_file)
    told = [(float(one.value), one.reference_low, one.reference_high, one.converted) for one in series.points]
    assert told == [(13, None, None, False), (12, None, None, False), (13, Decimal(1), Decimal(2), True)]


@pytest.mark.parametrize(("unit", "asked"), [("ng/mL", 0), ("ug/L", 1)])
def test_a_new_level_is_continued_by_a_value_that_was_sent_in_the_same_unit(unit: str, asked: int) -> None:
    values = (a_marker("2025-01-01", 1), a_marker("2025-02-01", 10), a_marker("2025-03-01", 12, unit=unit))
    (series,) = build_series(a_case_file(*values))
    assert len(series.unit_questions) == asked


def test_values_of_one_unit_are_counted_together_however_their_laboratory_is_written() -> None:
    sent = [("ug/L", "Central laboratory")] * 2 + [
        ("ug/l", name) for name in ("Central laboratory", "CENTRAL laboratory", "central  laboratory")
    ]
    values = (
        a_marker(f"2025-01-0{day}", 1, unit=unit, laboratory=name) for day, (unit, name) in enumerate(sent, 1)
    )
    (series,) = build_series(a_case_file(*values))
    assert (series.unit, series.unit_as_written) == ("ug/L", "ug/l")
