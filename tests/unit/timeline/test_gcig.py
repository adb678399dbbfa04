"""GCIG CA-125 and PCWG3 PSA: thresholds met, unconfirmed, not met, and what lacks."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from app.records.domain.kinds import AnyRecord
from app.timeline.domain.computed import Computed
from app.timeline.domain.gcig import gcig_of
from app.timeline.domain.psa import psa_of
from app.timeline.domain.series import build_series
from tests.builders import a_case_file
from tests.unit.timeline.records import a_ca125, a_marker, a_treatment
from tests.worked_cases import OVARY, day_of, expectation, worked_case

AS_OF = date(2026, 1, 1)
START = "2025-01-01"


def gcig(*records: AnyRecord) -> Computed:
    case_file = a_case_file(*records)
    (computed,) = gcig_of(case_file, build_series(case_file), AS_OF)
    return computed


def treated(*values: tuple[str, float], **fields: Any) -> Computed:
    return gcig(a_treatment(START, "carboplatin"), *(a_ca125(day, value, **fields) for day, value in values))


def result(computed: Computed) -> Mapping[str, Any]:
    assert computed.result is not None
    return computed.result


def test_the_ovary_case_meets_the_threshold_on_the_expected_days() -> None:
    case_file, expected = worked_case(OVARY), expectation(OVARY)["computed"]
    (computed,) = gcig_of(case_file, build_series(case_file), day_of(OVARY))
    shown = result(computed)
    assert shown["progression"] == expected["gcig"]
    assert shown["dates"] == expected["dates"]
    assert shown["fold_over_nadir"] == expected["fold_nadir"]
    assert shown["fall"]["lacking"] == "value_within_14_days_before_treatment"


def test_the_ovary_case_without_its_last_value_is_unconfirmed() -> None:
    def without_the_last(records: list[dict[str, Any]]) -> None:
        records[:] = [
            one for one in records if not (one["kind"] == "marker_result" and one["date"] == "2025-11-18")
        ]

    case_file = worked_case(OVARY, without_the_last)
    (computed,) = gcig_of(case_file, build_series(case_file), day_of(OVARY))
    assert result(computed)["progression"] == "category_A_threshold_unconfirmed"
    assert computed.reason == "second_value_a_week_or_more_later"
    assert result(computed)["dates"] == ["2025-11-04"]


@pytest.mark.parametrize(
    ("values", "category"),
    [
        pytest.param((("2024-12-20", 200), ("2025-03-01", 30), ("2025-06-01", 40)), "A", id="normalised"),
        pytest.param((("2024-12-20", 200), ("2025-03-01", 50), ("2025-06-01", 60)), "B", id="never-normal"),
        pytest.param((("2024-12-20", 35), ("2025-03-01", 40), ("2025-06-01", 60)), "C", id="normal-before"),
        pytest.param((("2025-03-01", 30), ("2025-06-01", 60)), "A_or_C", id="nothing-before-treatment"),
        pytest.param(
            (("2025-03-01", 50), ("2025-06-01", 60)), "B_or_C", id="nothing-before-and-never-normal"
        ),
    ],
)
def test_the_category_is_what_the_values_were_before_and_under_treatment(
    values: Sequence[tuple[str, float]], category: str
) -> None:
    assert result(treated(*values))["category"] == category


BEFORE_AND_NORMAL = (("2024-12-20", 200), ("2025-03-01", 30))


@pytest.mark.parametrize(
    ("later", "word"),
    [
        pytest.param((("2025-06-01", 70), ("2025-06-08", 70)), "met", id="twice-the-limit-a-week-apart"),
        pytest.param(
            (("2025-06-01", 70), ("2025-06-08", 70), ("2025-07-01", 30)), "met", id="confirmed-and-then-lower"
        ),
        pytest.param((("2025-06-01", 70), ("2025-06-07", 90)), "unconfirmed", id="six-days-apart"),
        pytest.param((("2025-06-01", 69.9), ("2025-06-08", 80)), "unconfirmed", id="one-below"),
        pytest.param((("2025-06-01", 69), ("2025-06-08", 69)), "not_met", id="both-below"),
        pytest.param(
            (("2025-06-01", 80), ("2025-07-01", 30), ("2025-08-01", 30)), "not_met", id="one-that-went-back"
        ),
        pytest.param(
            (("2025-06-01", 80), ("2025-07-01", 30), ("2025-08-01", 80)), "unconfirmed", id="not-in-a-row"
        ),
    ],
)
def test_two_values_in_a_row_a_week_apart_meet_the_threshold(
    later: Sequence[tuple[str, float]], word: str
) -> None:
    shown = result(treated(*BEFORE_AND_NORMAL, *later))
    assert (shown["progression"], shown["threshold"]) == (f"category_A_threshold_{word}", 70)


@pytest.mark.parametrize(
    ("later", "word"),
    [
        ((("2025-06-01", 100), ("2025-06-08", 100)), "met"),
        ((("2025-06-01", 99), ("2025-06-08", 99)), "not_met"),
    ],
)
def test_where_it_was_never_normal_twice_the_lowest_counts(
    later: Sequence[tuple[str, float]], word: str
) -> None:
    shown = result(treated(("2024-12-20", 200), ("2025-03-01", 50), *later))
    assert (shown["progression"], shown["threshold"]) == (f"category_B_threshold_{word}", 100)


def test_a_rise_from_the_first_value_under_treatment_on_is_held_against_the_one_before() -> None:
    shown = result(treated(("2024-12-20", 100), ("2025-02-01", 200), ("2025-02-08", 210)))
    assert (shown["progression"], shown["threshold"]) == ("category_B_threshold_met", 200)


@pytest.mark.parametrize(
    ("values", "word", "lacking"),
    [
        pytest.param(
            (("2025-02-01", 60), ("2025-03-01", 120), ("2025-03-08", 120)),
            "category_B_or_C_threshold_met",
            None,
            id="twice-the-lowest-is-over-twice-the-limit-too",
        ),
        pytest.param(
            (("2025-02-01", 60), ("2025-03-01", 119), ("2025-03-08", 119)),
            None,
            "value_before_treatment",
            id="over-twice-the-limit-alone-is-left-open",
        ),
        pytest.param(
            (("2025-02-01", 60), ("2025-03-01", 69), ("2025-03-08", 69)),
            "category_B_or_C_threshold_not_met",
            None,
            id="under-both",
        ),
    ],
)
def test_without_a_value_before_treatment_only_what_holds_either_way_is_told(
    values: Sequence[tuple[str, float]], word: str | None, lacking: str | None
) -> None:
    computed = treated(*values)
    assert (result(computed)["progression"], computed.reason) == (word, lacking)


def test_a_limit_that_is_written_as_a_text_counts() -> None:
    words = {"reference_high": None, "reference_text": "< 35 U/mL"}
    shown = result(treated(*BEFORE_AND_NORMAL, ("2025-06-01", 70), ("2025-06-08", 70), **words))
    assert (shown["progression"], shown["threshold"]) == ("category_A_threshold_met", 70)
    other_unit = treated(*BEFORE_AND_NORMAL, **{**words, "reference_text": "< 35 kU/L"})
    assert other_unit.reason == "no_upper_limit_of_the_laboratory"


@pytest.mark.parametrize("values", [(("2025-03-01", 400),), (("2025-03-01", 20),)])
def test_nothing_is_told_from_one_value(values: Sequence[tuple[str, float]]) -> None:
    computed = treated(*values)
    assert (computed.result, computed.reason) == (None, "one_value_only_and_the_criteria_need_two")


def test_a_value_above_before_it_was_ever_normal_counts_for_nothing() -> None:
    shown = result(treated(("2024-12-20", 200), ("2025-01-20", 150), ("2025-02-10", 90), ("2025-03-01", 30)))
    assert shown["progression"] == "category_A_threshold_not_met"


@pytest.mark.parametrize(
    ("records", "reason"),
    [
        pytest.param((a_ca125("2025-03-01", 30),), "no_treatment_start", id="untreated"),
        pytest.param(
            (a_treatment("2025", "carboplatin"), a_ca125("2025-03-01", 30)),
            "treatment_start_not_known_to_the_day",
            id="coarse-start",
        ),
        pytest.param(
            (a_treatment(START, "carboplatin"), a_ca125("2024-12-01", 30)),
            "no_value_after_treatment_start",
            id="no-value",
        ),
        pytest.param(
            (a_treatment(START, "carboplatin"), a_ca125("2025-03-01", 30, reference_high=None)),
            "no_upper_limit_of_the_laboratory",
            id="no-limit",
        ),
    ],
)
def test_what_lacks_is_named(records: tuple[AnyRecord, ...], reason: str) -> None:
    computed = gcig(*records)
    assert (computed.result, computed.reason) == (None, reason)


@pytest.mark.parametrize(
    "disturbing",
    [
        pytest.param(
            a_treatment("2025-05-20", category="procedure", procedure="Paracentesis"), id="procedure"
        ),
        pytest.param(a_treatment("2025-05-20", "oregovomab", line=1), id="mouse-antibody"),
    ],
)
def test_values_up_to_28_days_after_a_disturbance_are_not_evaluable(disturbing: AnyRecord) -> None:
    values = [
        a_ca125(day, value) for day, value in (*BEFORE_AND_NORMAL, ("2025-06-01", 80), ("2025-06-17", 80))
    ]
    computed = gcig(a_treatment(START, "carboplatin", line=1), *values, disturbing)
    assert result(computed)["not_evaluable"] == ["record-004", "record-005"]
    assert result(computed)["progression"] == "category_A_threshold_not_met"
    later = gcig(a_treatment(START, "carboplatin", line=1), *values, a_ca125("2025-06-18", 80), disturbing)
    assert result(later)["not_evaluable"] == ["record-004", "record-005"]
    assert result(later)["progression"] == "category_A_threshold_unconfirmed"


@pytest.mark.parametrize(
    ("later", "word"),
    [
        pytest.param((("2025-02-01", 100), ("2025-03-01", 90)), "half_confirmed", id="28-days-later"),
        pytest.param((("2025-02-01", 100), ("2025-02-28", 90)), "half_unconfirmed", id="27-days-later"),
        pytest.param(
            (("2025-02-01", 80), ("2025-02-15", 89), ("2025-03-14", 80)),
            "half_unconfirmed",
            id="rise-between",
        ),
        pytest.param(
            (("2025-02-01", 80), ("2025-02-15", 88), ("2025-03-15", 80)),
            "half_confirmed",
            id="a-tenth-is-not-more",
        ),
        pytest.param((("2025-02-01", 101), ("2025-03-15", 101)), "half_not_reached", id="not-half"),
        pytest.param(
            (("2025-02-01", 20), ("2025-02-15", 35), ("2025-03-02", 20)),
            "half_confirmed",
            id="a-rise-within-the-range-is-none",
        ),
        pytest.param(
            (("2025-02-01", 20), ("2025-02-15", 36), ("2025-03-02", 20)),
            "half_unconfirmed",
            id="a-rise-out-of-the-range",
        ),
    ],
)
def test_a_fall_to_half_needs_confirming_and_no_rise_between(
    later: Sequence[tuple[str, float]], word: str
) -> None:
    assert result(treated(("2024-12-20", 200), *later))["fall"]["word"] == word


def test_an_unconfirmed_fall_names_the_first_value_of_half_and_what_lacks() -> None:
    fall = result(treated(("2024-12-20", 200), ("2025-02-01", 20), ("2025-02-15", 18)))["fall"]
    assert fall == {
        "word": "half_unconfirmed",
        "lacking": "value_28_days_or_more_later",
        "dates": ["2025-02-01"],
    }


@pytest.mark.parametrize(
    ("before", "lacking"),
    [
        (("2024-12-18", 70), "value_28_days_or_more_later"),
        (("2024-12-17", 200), "value_within_14_days_before_treatment"),
        (("2024-12-18", 69), "value_before_treatment_of_twice_the_upper_limit"),
    ],
)
def test_a_fall_needs_a_high_value_within_two_weeks_before_treatment(
    before: tuple[str, float], lacking: str | None
) -> None:
    assert result(treated(before, ("2025-02-01", 10)))["fall"]["lacking"] == lacking


def test_what_lacks_for_a_fall_is_among_the_steps() -> None:
    assert treated(("2024-11-01", 200), ("2025-03-01", 30)).steps == (
        "From the value before treatment: a fall is not judged: value within 14 days before treatment is not recorded.",
    )
    assert treated(("2024-12-20", 200), ("2025-02-01", 90), ("2025-03-01", 30)).steps == (
        "From the value before treatment: a fall to half, confirmed 28 days or more later (2025-02-01 and 2025-03-01).",
    )


def psa(*values: tuple[str, float], start: str | None = START, **fields: Any) -> Computed:
    given = [a_treatment(start, "abiraterone")] if start else []
    case_file = a_case_file(*given, *(a_marker(day, value, "PSA", **fields) for day, value in values))
    (computed,) = psa_of(case_file, build_series(case_file), AS_OF)
    return computed


@pytest.mark.parametrize(
    ("values", "word"),
    [
        pytest.param(
            (("2025-05-01", 12.5), ("2025-05-22", 12.5)), "met", id="25-percent-and-2-three-weeks-apart"
        ),
        pytest.param((("2025-05-01", 12.5), ("2025-05-21", 14)), "unconfirmed", id="20-days-apart"),
        pytest.param((("2025-05-01", 12.4), ("2025-05-22", 12.4)), "not_met", id="under-25-percent"),
        pytest.param((("2025-02-01", 13), ("2025-02-22", 14)), "not_met", id="in-the-first-12-weeks"),
    ],
)
def test_psa_rises_by_a_quarter_and_two_over_its_nadir(
    values: Sequence[tuple[str, float]], word: str
) -> None:
    assert result(psa(("2024-12-01", 20), ("2025-03-26", 10), *values))["progression"] == f"threshold_{word}"


@pytest.mark.parametrize(
    ("values", "lacking"),
    [
        ((("2025-05-01", 12.5),), "second_value_3_weeks_or_more_later"),
        ((("2025-03-25", 12.5),), "value_after_the_first_12_weeks_of_treatment"),
        ((("2025-05-01", 12.4),), None),
        ((("2025-05-01", 12.5), ("2025-05-22", 12.5)), None),
    ],
)
def test_what_a_rise_of_psa_waits_for_is_named(
    values: Sequence[tuple[str, float]], lacking: str | None
) -> None:
    computed = psa(("2024-12-01", 10), *values)
    assert (result(computed)["reason"], computed.reason) == (lacking, lacking)


def test_psa_rises_by_two_at_least() -> None:
    shown = result(psa(("2024-12-01", 20), ("2025-03-26", 1), ("2025-05-01", 2.9), ("2025-06-01", 2.9)))
    assert (shown["progression"], shown["nadir"]) == ("threshold_not_met", 1)


@pytest.mark.parametrize(
    ("lowest", "by_50", "by_90"), [(10.1, False, False), (10, True, False), (2, True, True)]
)
def test_the_largest_fall_of_psa_is_against_the_value_before_treatment(
    lowest: float, by_50: Any, by_90: Any
) -> None:
    shown = result(psa(("2024-12-01", 20), ("2025-03-26", lowest)))
    assert (shown["fall_by_50"], shown["fall_by_90"]) == (by_50, by_90)


def test_what_lacks_for_psa_is_named() -> None:
    assert psa(("2025-03-01", 4), start=None).reason == "no_treatment_start"
    assert psa(("2025-03-01", 4), start="2025").reason == "treatment_start_not_known_to_the_day"
    assert psa(("2024-03-01", 4)).reason == "no_value_after_treatment_start"
    assert psa(("2025-03-01", 4), unit="[IU]/mL").reason == "unit_is_not_nanograms_per_millilitre"
    assert psa(("2025-03-01", 4)).reason == "one_value_only_and_the_criteria_need_two"
    assert result(psa(("2025-03-01", 4), ("2025-06-01", 4)))["fall_by_50"] is None


@pytest.mark.parametrize(
    ("values", "word", "dates"),
    [
        pytest.param(
            (("2025-02-01", 10), ("2025-02-22", 9)), "confirmed", ["2025-02-01", "2025-02-22"], id="21-days"
        ),
        pytest.param((("2025-02-01", 10), ("2025-02-21", 9)), "unconfirmed", ["2025-02-01"], id="20-days"),
        pytest.param((("2025-02-01", 10.1), ("2025-02-22", 10.1)), "not_reached", [], id="not-half"),
        pytest.param(
            (("2025-02-01", 10), ("2025-02-10", 11), ("2025-02-22", 9)),
            "unconfirmed",
            ["2025-02-01"],
            id="between",
        ),
    ],
)
def test_a_fall_of_psa_by_half_is_confirmed_three_weeks_later(
    values: tuple[tuple[str, float], ...], word: str, dates: list[str]
) -> None:
    shown = result(psa(("2024-12-01", 20), *values))
    assert shown["psa50"] == {"word": word, "dates": dates}
    assert shown["psa90"] == {"word": "not_reached", "dates": []}


def test_nine_tenths_of_psa_and_the_steps_are_told() -> None:
    computed = psa(
        ("2024-11-01", 50), ("2024-12-01", 20), ("2025-02-01", 2), ("2025-03-01", 1), ("2025-06-01", 4)
    )
    assert result(computed)["psa90"]["word"] == "confirmed"
    assert computed.steps == (
        "2025-02-01: 2 against 20, the lowest before (-18).",
        "2025-03-01: 1 against 2, the lowest before (-1).",
        "2025-06-01: 4 against 1, the lowest before (+3).",
        "PSA50: confirmed (2025-02-01 and 2025-03-01).",
        "PSA90: confirmed (2025-02-01 and 2025-03-01).",
    )
    assert psa(("2024-12-01", 20), ("2025-03-01", 9)).steps[-2:] == (
        "PSA50: unconfirmed (2025-03-01).",
        "PSA90: not reached.",
    )
    without = psa(("2025-02-01", 2), ("2025-06-01", 4))
    assert result(without)["psa50"] is None
    assert without.steps[0] == "No value before treatment is recorded, so no fall from it is told."


def test_a_rise_of_psa_within_twelve_weeks_is_not_counted_however_often() -> None:
    early = psa(("2024-12-01", 20), ("2025-02-01", 30), ("2025-03-10", 31))
    assert (result(early)["progression"], early.reason) == (
        None,
        "value_after_the_first_12_weeks_of_treatment",
    )
    later = psa(("2024-12-01", 20), ("2025-02-01", 30), ("2025-03-26", 21))
    assert (result(later)["progression"], later.reason) == ("threshold_not_met", None)


def test_a_value_of_the_first_day_stands_before_treatment() -> None:
    assert psa((START, 20)).reason == "no_value_after_treatment_start"
    assert result(psa((START, 20), ("2025-03-01", 10)))["largest_fall_percent"] == -50.0


def test_a_value_of_the_first_day_is_no_step_under_treatment() -> None:
    computed = psa(("2024-12-01", 20), ("2025-01-01", 10), ("2025-05-01", 12))
    assert [step for step in computed.steps if "lowest" in step] == [
        "2025-05-01: 12 against 10, the lowest before (+2)."
    ]


def test_a_rise_of_psa_rests_on_its_first_value_and_the_first_that_confirms_it() -> None:
    shown = result(psa(("2025-03-26", 10), ("2025-05-01", 13), ("2025-05-22", 14), ("2025-06-20", 15)))
    assert shown["dates"] == ["2025-05-01", "2025-05-22"]
