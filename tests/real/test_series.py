"""Series of published PSA values: 250 simulated men under surveillance, and men under treatment."""

import csv
import math
import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from app.cases.domain import Cancer
from app.records.domain.kinds import AnyRecord
from app.timeline.domain.compute import compute_all
from app.timeline.domain.series import MarkerSeries, build_series
from app.timeline.domain.trend import NOT_RISING, OVER_TEN_YEARS
from tests.builders import a_case, a_case_file, a_record

_FOLDER = os.environ.get("CASELINE_TEST_DATA")

pytestmark = pytest.mark.skipif(not _FOLDER, reason="CASELINE_TEST_DATA names no folder of real files")

START = date(2000, 1, 1)
PROSTATE = a_case(cancer=Cancer(text="prostate cancer", disease_group="prostate"))
TEN_YEARS = 3652
Value = tuple[date, Decimal]


def rows(*parts: str) -> list[Mapping[str, str]]:
    with Path(_FOLDER or "", "tumour_markers", *parts).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def a_psa(day: date, value: Decimal) -> AnyRecord:
    return a_record(
        "marker_result",
        date=day.isoformat(),
        marker="PSA",
        value=value,
        unit="ng/mL",
        laboratory="Laboratory",
    )


def men() -> Mapping[str, list[Value]]:
    found: dict[str, list[Value]] = defaultdict(list)
    for row in rows("psa-active-surveillance-sim", "psa.csv"):
        day = START + timedelta(days=round((float(row["psa_time"]) + 3) * 365.25))
        found[row["id"]].append((day, Decimal(str(round(math.exp(float(row["log_psa"])), 2)))))
    return found


def the_series(values: Sequence[Value]) -> MarkerSeries:
    (series,) = build_series(a_case_file(*(a_psa(day, value) for day, value in values), case=PROSTATE))
    return series


def doubling_days(values: Sequence[Value]) -> float | None:
    """Return the doubling time by the textbook: the slope of the logarithms from the last of the lowest values on."""
    lowest = min(value for _, value in values)
    begin = max(place for place, (_, value) in enumerate(values) if value == lowest)
    since = [(day.toordinal(), math.log(value)) for day, value in values[begin:] if value > 0]
    if len(since) < 2:
        return None
    mean_x = sum(x for x, _ in since) / len(since)
    mean_y = sum(y for _, y in since) / len(since)
    spread = sum((x - mean_x) ** 2 for x, _ in since)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in since) / spread
    return math.log(2) / slope if slope > 0 else None


def test_the_values_of_every_man_make_one_series_with_the_numbers_of_the_textbook() -> None:
    everybody = men()
    assert len(everybody) == 250
    doubling = flat = 0
    for values in everybody.values():
        series = the_series(values)
        in_order = sorted(values)
        assert [point.date for point in series.points] == [day.isoformat() for day, _ in in_order]
        assert (series.nadir and series.nadir.value) == min(value for _, value in values)
        assert (series.peak and series.peak.value) == max(value for _, value in values)
        assert (series.latest and series.latest.value) == in_order[-1][1]
        assert series.baseline is None  # nobody's treatment is recorded
        expected = doubling_days(in_order)
        if expected is None or in_order[-1][1] <= min(value for _, value in values):
            assert (series.doubling_days, series.doubling_flags) in ((None, (NOT_RISING,)), (None, ()))
        elif expected > TEN_YEARS:
            flat += 1
            assert (series.doubling_days, series.doubling_flags) == (None, (OVER_TEN_YEARS,))
        else:
            doubling += 1
            assert series.doubling_days == pytest.approx(expected, abs=0.06)
    assert doubling > 100
    assert flat > 10


def test_nothing_is_computed_for_a_man_under_surveillance_that_needs_a_treatment() -> None:
    for values in men().values():
        case_file = a_case_file(*(a_psa(day, value) for day, value in values), case=PROSTATE)
        found = {one.rule.id: one for one in compute_all(case_file, date(2026, 1, 1))}
        assert (found["pcwg3_psa"].result, found["pcwg3_psa"].reason) == (None, "no_treatment_start")


def test_the_change_under_treatment_is_that_of_the_published_values() -> None:
    by_patient: dict[str, list[tuple[int, Decimal]]] = defaultdict(list)
    for row in rows("clinicopath-psa", "psa_longitudinal_data.csv"):
        day = round(float(row["months_from_baseline"]) * 30.4375)
        by_patient[row["patient_id"]].append((day, Decimal(row["psa_ng_ml"])))
    assert len(by_patient) > 50
    for values in by_patient.values():
        days = dict(sorted(values))
        treated = a_record("treatment", category="radiation", started=START.isoformat())
        records = [a_psa(START + timedelta(days=day), value) for day, value in days.items()]
        (series,) = build_series(a_case_file(treated, *records, case=PROSTATE))
        first, last = days[0], days[max(days)]
        assert (series.baseline and series.baseline.value) == first
        assert series.change == last - first
        if first:
            assert series.percent_from_baseline == pytest.approx(
                float((last - first) / first * 100), abs=0.05
            )
