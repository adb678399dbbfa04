"""Dates that can't be, and measured values that don't fit together."""

from decimal import Decimal
from typing import Any

import pytest

from app.records.domain.kinds import AnyRecord
from app.timeline.domain.conflicts import find_conflicts
from tests.builders import a_document, a_record
from tests.unit.timeline.ledger import a_report, found, rules
from tests.unit.timeline.records import a_marker, a_study, a_treatment
from tests.worked_cases import LUNG, OVARY, day_of, worked_case


@pytest.mark.parametrize(
    ("content", "future"),
    [
        (a_study("2026-01-02"), True),
        (a_study("2026-01-01"), False),
        (a_study("2026-01"), False),
        (a_treatment("2026-02-01", "x"), True),
        (a_record("follow_up_plan", date="2026-02-01"), False),
        (a_document(dated="2026-02"), True),
        (a_document(dated="2026"), False),
    ],
)
def test_a_fact_that_is_surely_to_come_is_shown(content: Any, future: Any) -> None:
    assert ("date_to_come" in rules(content)) is future


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        pytest.param(
            a_study("2025-03-01", report_study_date="2025-03-02"), ["study_date_differs"], id="other-day"
        ),
        pytest.param(a_study("2025-03-01", report_study_date="2025-03"), [], id="coarser"),
        pytest.param(
            a_study("2025-03-01", reported_on="2025-02-28"), ["signed_before_study"], id="signed-before"
        ),
        pytest.param(a_study("2025-03-01", reported_on="2025-04-01"), ["signed_late"], id="31-days"),
        pytest.param(a_study("2025-03-01", reported_on="2025-03-31"), [], id="30-days"),
        pytest.param(a_report(signed_on="2023-12-31"), ["signed_before_study"], id="pathology-before"),
        pytest.param(a_report(signed_on="2024-03-01"), ["signed_late"], id="pathology-late"),
    ],
)
def test_a_study_and_its_report_are_of_one_day_and_signed_soon(
    record: AnyRecord, expected: list[str]
) -> None:
    assert rules(record) == expected


def test_a_unit_that_can_not_be_converted_is_asked_about() -> None:
    (conflict,) = found(a_marker("2025-01-01", 4), a_marker("2025-02-01", 4, unit="U/mL"))
    assert (conflict.rule.id, conflict.severity) == ("unit_changes", "ask")
    assert {side.stated for side in conflict.sides} == {"4 ng/mL", "4 U/mL"}


def test_the_lung_case_with_another_cea_unit_has_a_unit_conflict_and_without_none() -> None:
    def swap(records: list[dict[str, Any]]) -> None:
        for record in records:
            if record["kind"] == "marker_result" and record["unit"] == "ug/L":
                record["unit"] = "U/mL"

    assert [one.rule.id for one in find_conflicts(worked_case(LUNG, swap), day_of(LUNG))] == ["unit_changes"]
    assert find_conflicts(worked_case(LUNG), day_of(LUNG)) == ()


def test_the_ovary_case_with_a_relabelled_marker_has_a_decoy_conflict() -> None:
    def relabel(records: list[dict[str, Any]]) -> None:
        for record in records:
            if record["kind"] == "marker_result":
                record["codes"] = [{"system": "loinc", "code": "40618-1"}]

    relabelled = {one.rule.id for one in find_conflicts(worked_case(OVARY, relabel), day_of(OVARY))}
    as_it_is = {one.rule.id for one in find_conflicts(worked_case(OVARY), day_of(OVARY))}
    assert relabelled - as_it_is == {"decoy_code"}
    assert as_it_is == {"response_without_imaging"}


def test_a_jump_is_asked_about() -> None:
    (conflict,) = found(a_marker("2025-01-01", 4), a_marker("2025-02-01", 40))
    assert (conflict.rule.id, conflict.severity) == ("value_jumps", "ask")


def a_sodium(day: str, value: str) -> AnyRecord:
    return a_record("lab_result", test="Sodium", value=Decimal(value), unit="mmol/L", date=day)


@pytest.mark.parametrize(
    ("records", "asked"),
    [
        pytest.param((a_marker("2025-01-01", "7.1"), a_marker("2025-01-01", "5.47")), True, id="differ"),
        pytest.param((a_marker("2025-01-01", "5.47"), a_marker("2025-01-01", "5.5")), False, id="rounded"),
        pytest.param((a_marker("2025-01-01", "5.4"), a_marker("2025-01-01", "5.5")), True, id="just"),
        pytest.param((a_marker("2025-01-01", 4), a_marker("2025-01-01", "4.0")), False, id="the-same"),
        pytest.param((a_marker("2025-01-01", 4), a_marker("2025-01-02", 5)), False, id="two-days"),
        pytest.param((a_marker("2025-01", 4), a_marker("2025-01", 5)), False, id="a-month-has-many-days"),
        pytest.param(
            (a_marker("2025-01-01", 4), a_marker("2025-01-01", 5, comparator="<")), False, id="a-bound"
        ),
        pytest.param(
            (a_marker("2025-01-01", 4), a_marker("2025-01-01", 5, laboratory="other")), False, id="two-places"
        ),
        pytest.param(
            (a_marker("2025-01-01", "4.1"), a_marker("2025-01-01", "4.1", unit="ug/L")), False, id="converted"
        ),
        pytest.param((a_sodium("2025-01-01", "140"), a_sodium("2025-01-01", "131")), False, id="drawn-again"),
        pytest.param(
            (a_sodium("2025-01-01T08:00Z", "140"), a_sodium("2025-01-01T08:00Z", "131")),
            True,
            id="one-moment",
        ),
    ],
)
def test_values_of_one_day_that_differ_by_more_than_rounding_are_asked_about(
    records: tuple[AnyRecord, ...], asked: Any
) -> None:
    assert ("values_of_one_day_differ" in rules(*records)) is asked


def test_all_values_of_the_day_stand_beside_each_other() -> None:
    (one,) = (
        conflict
        for conflict in found(*(a_marker("2025-01-01", value) for value in (4, 5, 6)))
        if conflict.rule.id == "values_of_one_day_differ"
    )

    assert one.severity == "ask"
    assert [side.stated for side in one.sides] == ["4 ng/mL", "5 ng/mL", "6 ng/mL"]


def test_what_is_recorded_twice_is_pointed_out_and_no_more() -> None:
    (value,) = found(a_marker("2025-01-01", 4), a_marker("2025-01-01", "4.0"))
    assert (value.rule.id, value.severity, len(value.sides)) == ("result_twice", "info", 2)
    (study,) = found(a_study("2025-01-01", study_uid="1.2"), a_study("2025-01-01", study_uid="1.2"))
    assert (study.rule.id, study.severity) == ("study_twice", "info")
