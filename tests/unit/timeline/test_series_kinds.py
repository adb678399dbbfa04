"""Which values may stand in one series, and why others may not."""

from decimal import Decimal
from typing import Any

import pytest

from app.timeline.domain.series import NO_LABORATORY, MarkerSeries, build_series
from tests.builders import a_case_file
from tests.unit.timeline.records import a_ca125, a_lab, a_marker


def one_series(*records: Any) -> MarkerSeries:
    (series,) = build_series(a_case_file(*records))
    return series


def codes(series: MarkerSeries) -> list[tuple[str | None, str]]:
    return [(apart.record_id, apart.code) for apart in series.kept_apart]


@pytest.mark.parametrize("name", ["CA125", "ca 125", "Cancer Antigen 125", "CA-125"])
def test_any_spelling_of_a_marker_is_one_analyte(name: str) -> None:
    series = one_series(a_ca125("2025-01-01", 40), a_ca125("2025-02-01", 50, marker=name))
    assert (series.analyte, len(series.points)) == ("ca-125", 2)


def test_a_code_says_what_an_unknown_name_is() -> None:
    assert one_series(a_marker("2025-01-01", 4, "Marker 7", code="2039-6")).analyte == "cea"


def test_a_name_that_nobody_knows_is_an_analyte_of_its_own() -> None:
    series = one_series(a_marker("2025-01-01", 4, "Marker  7"), a_marker("2025-02-01", 4, "marker 7"))
    assert (series.display, len(series.points)) == ("marker 7", 2)
    assert "marker" not in series.id


def test_a_code_that_means_something_else_is_not_followed_and_keeps_its_values_apart() -> None:
    serum, fluid = build_series(
        a_case_file(
            a_ca125("2025-01-01", 40),
            a_ca125("2025-02-01", 42),
            a_ca125("2025-03-01", 900, code="40618-1"),
        )
    )
    assert (serum.analyte, len(serum.points)) == (fluid.analyte, 2)
    assert (fluid.decoy_code, serum.decoy_code) == ("40618-1", None)
    assert codes(fluid) == [(None, "code_means_something_else")]
    assert fluid.kept_apart[0].series_id == serum.id


def test_a_marker_sent_as_a_laboratory_value_joins_the_marker() -> None:
    series = one_series(a_marker("2025-01-01", 4), a_lab("2025-02-01", 5, test="CEA", unit="ng/mL"))
    assert (series.kind, len(series.points)) == ("marker", 2)


def test_units_that_convert_make_one_series_and_the_conversion_is_shown() -> None:
    series = one_series(
        a_lab("2025-01-01", 1, test="Creatinine", unit="mg/dL"),
        a_lab("2025-02-01", 1, test="Creatinine", unit="mg/dL"),
        a_lab("2025-03-01", 100, test="Creatinine", unit="µmol/L", reference_high=Decimal(90)),
    )
    point = series.points[-1]
    assert (point.value, point.converted, point.unit_as_written) == (Decimal("1.13"), True, "µmol/L")
    assert (point.value_as_written, point.reference_high) == (Decimal(100), Decimal("1.017"))


def test_units_that_do_not_convert_make_two_series_with_the_reason() -> None:
    main, other = build_series(
        a_case_file(
            a_marker("2025-01-01", 4), a_marker("2025-02-01", 5), a_marker("2025-03-01", 6, unit="U/mL")
        )
    )
    assert [len(main.points), len(other.points)] == [2, 1]
    assert codes(other) == [(None, "unit_not_comparable")]
    assert "can't be converted" in other.kept_apart[0].reason


@pytest.mark.parametrize(
    ("unit", "code"),
    [(None, "unit_not_stated"), ("furlongs", "unit_not_understood")],
    ids=["silent", "strange"],
)
def test_a_unit_that_is_not_stated_or_not_understood_is_never_guessed(unit: str | None, code: str) -> None:
    main, other = build_series(
        a_case_file(
            a_marker("2025-01-01", 4), a_marker("2025-02-01", 4), a_marker("2025-03-01", 4, unit=unit)
        )
    )
    assert (main.unit, other.unit) == ("ng/mL", None)
    assert codes(other) == [(None, code)]


def test_laboratories_are_not_mixed_and_unstated_ones_count_as_one_with_a_caution() -> None:
    named, unstated = build_series(
        a_case_file(
            a_marker("2025-01-01", 4),
            a_marker("2025-01-15", 4, laboratory="central  LABORATORY"),
            a_marker("2025-01-20", 4),
            a_marker("2025-02-01", 5, laboratory=None),
            a_marker("2025-03-01", 6, laboratory=None),
        )
    )
    assert (named.laboratory, len(named.points)) == ("Central laboratory", 3)
    assert (unstated.laboratory, len(unstated.points)) == (None, 2)
    assert NO_LABORATORY in unstated.cautions
    assert NO_LABORATORY not in named.cautions
    assert codes(unstated) == [(None, "other_laboratory")]


def test_kits_are_not_mixed_where_units_belong_to_one_kit() -> None:
    assert (
        len(
            build_series(
                a_case_file(a_ca125("2025-01-01", 4, assay="A"), a_ca125("2025-02-01", 4, assay="B"))
            )
        )
        == 2
    )
    assert (
        len(
            build_series(
                a_case_file(a_marker("2025-01-01", 4, assay="A"), a_marker("2025-02-01", 4, assay="B"))
            )
        )
        == 1
    )


def test_another_specimen_than_blood_is_another_series() -> None:
    _, fluid = build_series(
        a_case_file(
            a_ca125("2025-01-01", 40, specimen="serum"),
            a_ca125("2025-01-10", 40, specimen="Plasma"),
            a_ca125("2025-02-01", 900, specimen="pleural fluid"),
        )
    )
    assert codes(fluid) == [(None, "other_specimen")]
    assert fluid.specimen == "pleural fluid"
