"""Lymphoma and brain tumours by areas: Lugano and RANO, with what stands beside the sizes."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.records.domain.base import Absence
from app.records.domain.kinds import AnyRecord
from app.timeline.domain.areas import Areas, Box, signed
from app.timeline.domain.computed import Computed
from app.timeline.domain.lugano import is_growth, lugano_of
from app.timeline.domain.rano import Beside, area_word, confirmed_response, rano_word
from app.timeline.domain.rano_case import rano_of
from app.timeline.domain.steroids import Dose, compare, daily_mg, dose_on
from tests.builders import a_case_file, a_record
from tests.unit.timeline.records import a_status, a_study, a_treatment

AS_OF = date(2026, 1, 1)
START = a_treatment("2025-01-10", "doxorubicin")


def a_lesion(label: str, longest: float | None, across: float | None, **fields: Any) -> dict[str, Any]:
    sizes = {"longest_mm": longest, "short_axis_mm": across}
    return {
        "label": label,
        "role": "target",
        **{name: size for name, size in sizes.items() if size is not None},
        **fields,
    }


def box(longest: float, across: float) -> Box:
    return Box(Decimal(str(longest)), Decimal(str(across)))


def lugano(*records: AnyRecord) -> Computed:
    return lugano_of(a_case_file(START, *records), AS_OF)


def shown(computed: Computed) -> dict[str, Any]:
    assert computed.result is not None, computed.reason
    return dict(computed.result)


BASELINE = a_study("2025-01-05", a_lesion("n1", 40, 20, is_node=True), a_lesion("Spleen lesion", 20, 10))


def later(*lesions: dict[str, Any], day: str = "2025-03-01") -> AnyRecord:
    return a_study(day, *lesions)


@pytest.mark.parametrize(
    ("lesions", "word", "reason"),
    [
        pytest.param([a_lesion("n1", 25, 16), a_lesion("spleen lesion", 10, 10)], "PR", None, id="half-exactly"),
        pytest.param([a_lesion("n1", 25, 16.1), a_lesion("spleen lesion", 10, 10)], "SD", None, id="not-half"),
        pytest.param([a_lesion("n1", 15, 10), a_lesion("spleen lesion", None, None, state="absent")], "CR", None,
                     id="node-of-15-mm-is-normal"),
        pytest.param([a_lesion("n1", 15.1, 10), a_lesion("spleen lesion", None, None, state="absent")], "PR", None,
                     id="node-over-15-mm"),
        pytest.param([a_lesion("n1", 15, 10), a_lesion("spleen lesion", 5, 5)], "PR", None, id="not-all-gone"),
        pytest.param([a_lesion("n1", 50, 24), a_lesion("spleen lesion", 20, 10)], "PD", None, id="one-node-grew"),
        pytest.param([a_lesion("n1", 25, None), a_lesion("spleen lesion", 10, 10)], None,
                     "diameter_of_a_target_not_recorded", id="one-diameter"),
        pytest.param([a_lesion("n1", 25, 16)], None, "diameter_of_a_target_not_recorded", id="not-mentioned"),
        pytest.param([a_lesion("n1", 25, 16, state="not_evaluable"), a_lesion("spleen lesion", 10, 10)], None,
                     "diameter_of_a_target_not_recorded", id="not-evaluable"),
        pytest.param([a_lesion("n1", 25, 16), a_lesion("spleen lesion", 10, 10),
                      {"label": "x", "role": "new", "certainty": "unequivocal"}], "PD", None, id="new"),
        pytest.param([a_lesion("n1", 25, 16), a_lesion("spleen lesion", 10, 10),
                      {"label": "x", "role": "new", "certainty": "equivocal"}], None, "equivocal_new_lesion",
                     id="new-equivocal"),
        pytest.param([a_lesion("n1", 25, 16), a_lesion("spleen lesion", 10, 10), {"label": "x", "role": "new"}],
                     None, "new_lesion_certainty_not_stated", id="new-unsaid"),
    ],
)  # fmt: skip
def test_lymphoma_by_size(lesions: list[dict[str, Any]], word: str | None, reason: str | None) -> None:
    computed = lugano(BASELINE, later(*lesions))
    assert (shown(computed)["word_by_size"], computed.reason) == (word, reason)


@pytest.mark.parametrize(
    ("lowest", "now", "grew"),
    [
        pytest.param(box(20, 10), box(25, 12), True, id="half-and-5-mm-up-to-20"),
        pytest.param(box(20, 10), box(24.9, 14.9), False, id="less-than-5-mm"),
        pytest.param(box(20, 10), box(20, 15), True, id="the-short-axis-grew"),
        pytest.param(box(20, 10), box(25, 11.9), False, id="less-than-half"),
        pytest.param(box(20.1, 10), box(30, 15), False, id="over-20-mm-needs-10"),
        pytest.param(box(20.1, 10), box(30.1, 15), True, id="over-20-mm-and-10"),
        pytest.param(box(10, 10), box(15, 15), False, id="not-over-15-mm"),
        pytest.param(box(10, 10), box(15.1, 10.1), True, id="over-15-mm"),
        pytest.param(box(0, 0), box(16, 10), True, id="from-nothing"),
    ],
)
def test_one_lesion_grows_by_area_size_and_diameter(lowest: Box, now: Box, *, grew: bool) -> None:
    assert is_growth(lowest, now) is grew


def test_growth_is_held_against_the_smallest_size_since_baseline() -> None:
    small = later(a_lesion("n1", 20, 10), a_lesion("spleen lesion", 20, 10))
    again = later(a_lesion("n1", 26, 13), a_lesion("spleen lesion", 20, 10), day="2025-05-01")
    computed = lugano(BASELINE, small, again)
    result = shown(computed)
    assert (result["word_by_size"], result["studies"][-1]["grown"]) == ("PD", ["n1"])
    assert result["studies"][-1]["lowest_before_mm2"] == 400
    assert computed.flags == (
        "a_single_lesion_grew",
        "spleen_not_recorded_so_not_judged",
        "marrow_not_recorded_so_not_judged",
    )


def test_sums_are_shown_with_their_products() -> None:
    computed = lugano(BASELINE, later(a_lesion("n1", 20, 10), a_lesion("spleen lesion", 10, 10)))
    row = shown(computed)["studies"][0]
    assert (row["sum_mm2"], row["percent_from_baseline"], row["areas_mm2"]) == (
        300,
        -70.0,
        {"n1": 200, "Spleen lesion": 100},
    )
    assert computed.steps == (
        "Baseline 2025-01-05: 40 x 20 + 20 x 10 = 1000 mm2.",
        "2025-03-01: 300 mm2; from baseline -70.0 %; over the lowest earlier sum -70.0 %.",
    )


@pytest.mark.parametrize(
    ("record", "score"),
    [
        (a_study("2025-03-01", modality="PET-CT", deauville=3), 3),
        (a_status("2025-03-01", "response", "Deauville 4", criteria="Deauville"), 4),
        (a_status("2025-03-01", "response", "5", criteria="deauville"), 5),
        (
            a_status(
                "2025-03-01", "response", "CMR", words="Complete metabolic response, Deauville score 2."
            ),
            2,
        ),
    ],
)
def test_a_deauville_score_is_read_where_it_is_recorded(record: AnyRecord, score: int) -> None:
    computed = lugano(record)
    result = shown(computed)
    assert (result["deauville"], result["deauville_date"]) == (score, "2025-03-01")
    assert result["metabolic"] == ("CMR" if score <= 3 else None)
    assert computed.reason == (None if score <= 3 else "change_of_uptake_not_recorded")


def test_the_newest_score_counts_and_others_are_no_scores() -> None:
    result = shown(
        lugano(
            a_study("2025-03-01", deauville=5),
            a_study("2025-06-01", deauville=1),
            a_study("2026-06-01", deauville=5),
            a_status("2025-08-01", "response", "4", criteria="other"),
        )
    )
    assert result["deauville"] == 1


@pytest.mark.parametrize(
    ("records", "reason"),
    [
        ((), "no_baseline_targets"),
        ((a_study("2025-01-05", a_lesion("n1", 20, None)),), "no_second_diameter_at_baseline"),
        ((BASELINE,), "no_study_after_baseline"),
    ],
)
def test_lymphoma_without_inputs_says_which_lack(records: tuple[AnyRecord, ...], reason: str) -> None:
    computed = lugano(*records)
    assert (computed.result, computed.reason) == (None, reason)


def test_more_than_six_targets_are_flagged() -> None:
    lesions = [a_lesion(f"n{number}", 20, 10) for number in range(7)]
    assert "more_than_6_targets" in lugano(a_study("2025-01-05", *lesions), later(*lesions)).flags
    assert "more_than_6_targets" not in lugano(a_study("2025-01-05", *lesions[:6]), later(*lesions[:6])).flags


# --- brain tumours

QUIET = Beside(
    steroids="same",
    steroids_since_lowest="same",
    clinical="not_worse",
    non_target=None,
    new="none",
    days_since_radiation=None,
)


def beside(**changes: Any) -> Beside:
    return replace(QUIET, **changes)


@pytest.mark.parametrize(
    ("area", "changes", "answer"),
    [
        pytest.param("PR", {}, ("PR", None), id="response"),
        pytest.param(
            "PR",
            {"steroids": "higher"},
            (None, "steroid_dose_higher_than_at_baseline"),
            id="more-steroids-is-no-response",
        ),
        *(
            pytest.param(
                area,
                {"signal": "increased", "steroids": "none"},
                (None, "t2_flair_increased_and_its_cause_is_not_arithmetic"),
                id=f"more-signal-{area}",
            )
            for area in ("CR", "PR", "SD")
        ),
        pytest.param("PR", {"signal": "stable"}, ("PR", None), id="same-signal"),
        pytest.param("PR", {"signal": "improved"}, ("PR", None), id="less-signal"),
        pytest.param("PD", {"signal": "stable"}, ("PD", None), id="more-area-and-the-same-signal"),
        pytest.param("PR", {"steroids": "lower"}, ("PR", None), id="fewer-steroids"),
        pytest.param("CR", {"steroids": "none"}, ("CR", None), id="complete-without-steroids"),
        pytest.param("CR", {}, ("PR", None), id="complete-on-steroids-is-partial"),
        pytest.param(
            "CR", {"steroids": "none", "non_target": "non-CR/non-PD"}, ("PR", None), id="others-left"
        ),
        pytest.param(
            "SD",
            {"steroids": "higher"},
            (None, "steroid_dose_higher_than_at_baseline"),
            id="stable-on-more-steroids",
        ),
        pytest.param("PR", {"steroids": None}, (None, "steroid_dose_not_recorded"), id="dose-unknown"),
        pytest.param(
            "PR", {"clinical": None}, (None, "performance_status_not_recorded"), id="condition-unknown"
        ),
        pytest.param(
            "SD",
            {"clinical": "worse"},
            (None, "performance_status_worse_and_its_cause_is_not_arithmetic"),
            id="worse-condition-is-a-question",
        ),
        pytest.param(None, {}, (None, "diameter_of_a_target_not_recorded"), id="no-area"),
        pytest.param("PD", {}, ("PD", None), id="progression"),
        pytest.param("PD", {"steroids_since_lowest": "higher"}, ("PD", None), id="progression-on-more"),
        pytest.param(
            "PD",
            {"steroids_since_lowest": "lower"},
            (None, "steroid_dose_lower_than_at_the_lowest_area"),
            id="steroids-cut",
        ),
        pytest.param(
            "PD",
            {"steroids_since_lowest": None},
            (None, "steroid_dose_not_recorded"),
            id="progression-dose-unknown",
        ),
        pytest.param(
            "PD",
            {"days_since_radiation": 84},
            (None, "within_12_weeks_of_radiation"),
            id="84-days-after-radiation",
        ),
        pytest.param("PD", {"days_since_radiation": 85}, ("PD", None), id="85-days-after-radiation"),
        pytest.param("SD", {"days_since_radiation": 10}, ("SD", None), id="no-progression-no-question"),
        pytest.param(
            "SD", {"new": "unequivocal", "steroids_since_lowest": None}, ("PD", None), id="new-lesion"
        ),
        pytest.param(
            "SD",
            {"new": "unequivocal", "days_since_radiation": 20},
            (None, "within_12_weeks_of_radiation"),
            id="new-lesion-early",
        ),
        pytest.param("SD", {"new": "equivocal"}, (None, "equivocal_new_lesion"), id="new-equivocal"),
        pytest.param(
            "SD", {"new": "certainty_not_stated"}, (None, "new_lesion_certainty_not_stated"), id="new-unsaid"
        ),
        pytest.param("SD", {"non_target": "PD"}, ("PD", None), id="others-progress"),
    ],
)
def test_a_brain_tumour_needs_steroids_condition_and_radiation_beside_its_areas(
    area: Any, changes: dict[str, Any], answer: tuple[str | None, str | None]
) -> None:
    assert rano_word(area, beside(**changes)) == answer


def brain(*records: AnyRecord) -> Computed:
    return rano_of(a_case_file(START, *records), AS_OF)


def mri(day: str, longest: float, across: float, *more: dict[str, Any]) -> AnyRecord:
    return a_study(day, a_lesion("left frontal", longest, across), *more, modality="MR")


def steroid(day: str, dose: str | None = "4 mg", frequency: str | None = "daily", **fields: Any) -> AnyRecord:
    return a_record(
        "medication",
        **{"name": "Dexamethasone", "started": day, "dose": dose, "frequency": frequency, **fields},
    )


def ecog(day: str, score: int, scale: str = "ECOG") -> AnyRecord:
    return a_record("performance_status", scale=scale, score=score, date=day)


FIRST = (mri("2025-01-05", 40, 25), steroid("2025-01-01"), ecog("2025-01-05", 1))


@pytest.mark.parametrize(
    ("size", "word"),
    [((25, 20), "PR"), ((25, 20.1), "SD"), ((50, 25), "PD"), ((49.9, 25), "SD"), ((0, 0), "PR")],
)
def test_areas_of_minus_50_and_plus_25_percent(size: tuple[float, float], word: str) -> None:
    computed = brain(*FIRST, mri("2025-04-05", *size), ecog("2025-04-05", 1))
    assert (shown(computed)["word"], computed.reason) == (word, None)


def test_more_signal_without_enhancement_is_a_question_and_silence_on_it_is_named() -> None:
    def told(**fields: Any) -> Computed:
        later = a_study("2025-04-05", a_lesion("left frontal", 40, 25), modality="MR", **fields)
        return brain(*FIRST, later, a_study("2025-04-05", t2_flair_change="improved"), ecog("2025-04-05", 1))

    assert told(t2_flair_change="increased").reason == "t2_flair_increased_and_its_cause_is_not_arithmetic"
    assert shown(told(t2_flair_change="stable"))["word"] == "SD"
    assert "t2_flair_not_recorded_so_not_judged" not in told().flags
    silent = brain(*FIRST, mri("2025-04-05", 40, 25), ecog("2025-04-05", 1))
    assert silent.flags == ("t2_flair_not_recorded_so_not_judged",)


def test_a_response_of_one_study_is_flagged_until_a_second_one_confirms_it() -> None:
    first = brain(*FIRST, mri("2025-04-05", 20, 20), ecog("2025-04-05", 1))
    assert "response_without_a_second_study_4_weeks_later_counts_as_stable" in first.flags
    later = (mri("2025-05-05", 20, 20), ecog("2025-05-05", 1))
    second = brain(*FIRST, mri("2025-04-05", 20, 20), ecog("2025-04-05", 1), *later)
    assert shown(second)["response_confirmed"] is True
    assert second.flags == ("t2_flair_not_recorded_so_not_judged",)


def test_targets_of_brain_tumours_are_counted_and_measured() -> None:
    def flags(count: int, across: float) -> set[str]:
        lesions = [a_lesion(f"t{number}", 20, across) for number in range(count)]
        return set(brain(a_study("2025-01-05", *lesions), a_study("2025-04-05", *lesions)).flags)

    assert flags(5, 10) == {"t2_flair_not_recorded_so_not_judged"}
    assert "more_than_5_targets" in flags(6, 10)
    assert "target_below_measurable_size" in flags(1, 9.9)


def test_progression_is_held_against_the_lowest_area_and_the_dose_then() -> None:
    records = (
        *FIRST,
        mri("2025-03-05", 20, 20),
        mri("2025-05-05", 25, 20),
        ecog("2025-03-05", 1),
        ecog("2025-05-05", 1),
    )
    result = shown(brain(*records))
    assert (result["word"], result["percent_from_baseline"], result["percent_over_lowest"]) == (
        "PD",
        -50.0,
        25.0,
    )
    tapered = (
        mri("2025-01-05", 40, 25),
        steroid("2025-01-01", "8 mg", ended="2025-04-01"),
        steroid("2025-04-02", "2 mg"),
        *records[2:],
    )
    computed = brain(*tapered)
    assert (shown(computed)["word"], computed.reason) == (None, "steroid_dose_lower_than_at_the_lowest_area")


@pytest.mark.parametrize(("score", "word"), [(1, "SD"), (2, None)])
def test_a_worse_performance_status_asks(score: int, word: str | None) -> None:
    assert shown(brain(*FIRST, mri("2025-04-05", 40, 25), ecog("2025-04-20", score)))["word"] == word


@pytest.mark.parametrize(
    ("before", "now", "clinical"),
    [(100, 80, "not_worse"), (100, 70, "worse"), (80, 60, "worse"), (80, 70, "not_worse"), (50, 40, "worse")],
)
def test_karnofsky_falls(before: int, now: int, clinical: str) -> None:
    scores = (ecog("2025-01-05", before, "Karnofsky"), ecog("2025-04-05", now, "Karnofsky"))
    result = shown(brain(*FIRST[:2], mri("2025-04-05", 40, 25), *scores))
    assert result["clinical"] == clinical


def test_scores_of_other_days_or_scales_are_no_comparison() -> None:
    far = (*FIRST, mri("2025-04-05", 40, 25), ecog("2025-05-04", 1))
    other = (*FIRST, mri("2025-04-05", 40, 25), ecog("2025-04-05", 90, "Karnofsky"))
    for records in (far, other, (*FIRST[:2], mri("2025-04-05", 40, 25))):
        assert brain(*records).reason == "performance_status_not_recorded"


def test_progression_within_twelve_weeks_of_radiation_is_a_question() -> None:
    radiation = a_treatment("2025-01-20", category="radiation", ended="2025-03-01")
    computed = brain(*FIRST, radiation, mri("2025-04-05", 60, 40), ecog("2025-04-05", 1))
    assert (shown(computed)["word"], computed.reason) == (None, "within_12_weeks_of_radiation")
    assert "pseudoprogression_is_a_question" in computed.flags
    assert shown(computed)["studies"][0]["days_since_radiation"] == 35
    late = brain(*FIRST, radiation, mri("2025-08-05", 60, 40), ecog("2025-08-05", 1))
    assert shown(late)["word"] == "PD"
    assert "pseudoprogression_is_a_question" not in late.flags
    no_end = a_treatment("2025-01-20", category="radiation")
    assert "end_of_radiation_not_recorded" in brain(*FIRST, no_end, mri("2025-08-05", 60, 40)).flags


def test_a_response_is_confirmed_four_weeks_later() -> None:
    scores = [ecog(day, 1) for day in ("2025-03-05", "2025-04-02")]
    once = brain(*FIRST, *scores, mri("2025-03-05", 20, 20))
    twice = brain(*FIRST, *scores, mri("2025-03-05", 20, 20), mri("2025-04-02", 20, 20))
    early = brain(*FIRST, *scores, mri("2025-03-06", 20, 20), mri("2025-04-02", 20, 20))
    assert [shown(one)["response_confirmed"] for one in (once, twice, early)] == [False, True, False]


@pytest.mark.parametrize(
    ("records", "reason"),
    [
        ((), "no_baseline_targets"),
        ((a_study("2025-01-05", a_lesion("a", 20, None)),), "no_second_diameter_at_baseline"),
        ((a_study("2025-01-05", a_lesion("a", 20, 20)),), "no_study_after_baseline"),
        (
            (mri("2025-01-05", 20, 20), mri("2025-03", 20, 20), mri("2025-03-15", 20, 20)),
            "order_of_studies_uncertain",
        ),
    ],
)
def test_a_brain_tumour_without_inputs_says_which_lack(records: tuple[AnyRecord, ...], reason: str) -> None:
    computed = brain(*records)
    assert computed.reason == reason


@pytest.mark.parametrize(
    ("dose", "frequency", "mg"),
    [
        ("4 mg", "twice daily", 8),
        ("4 mg", "BID", 8),
        ("4 mg daily", None, 4),
        ("4mg/day", "daily", 4),
        ("0.5 mg", "q.i.d.", 2),
        ("4 mg", None, None),
        ("4 mg", "as needed", None),
        ("4 mg twice daily", "daily", None),
        ("4-8 mg", "daily", None),
        ("4 mg", "weekly", None),
        (None, "daily", None),
    ],
)
def test_a_dose_is_read_only_where_its_words_are_certain(
    dose: str | None, frequency: str | None, mg: float | None
) -> None:
    assert daily_mg(dose, frequency) == (None if mg is None else Decimal(str(mg)))


def test_the_dose_of_a_day_is_none_unknown_or_known() -> None:
    day = date(2025, 4, 5).toordinal()

    def dose(*records: AnyRecord) -> tuple[str | None, int] | None:
        found = dose_on(a_case_file(*records), day)
        return None if found is None else (found.drug, int(found.mg))

    assert dose() is None
    assert dose(a_record("medication", stated=Absence.NONE, date="2025-04-01")) == (None, 0)
    assert dose(a_record("medication", stated=Absence.NONE, date="2025-05-01")) is None
    assert dose(steroid("2025-01-01", ended="2025-04-04")) == (None, 0)
    assert dose(steroid("2025-01-01", ended="2025-04-05")) == ("dexamethasone", 4)
    assert dose(steroid("2025-01-01", "8 mg"), steroid("2025-02-01", "2 mg")) == ("dexamethasone", 2)
    assert dose(steroid("2025-02-01", "2 mg"), steroid("2025-01-01", "8 mg")) == ("dexamethasone", 2)
    assert dose(steroid("2025-04-05", "2 mg"), steroid("2025-01-01", "8 mg")) == ("dexamethasone", 2)
    assert dose(steroid("2025-01-01", "a little")) is None
    assert dose(steroid("2025-05-01")) is None
    assert dose(steroid("2025-01-01"), steroid("2025-01-01", name="prednisolone")) is None
    assert dose(a_record("medication", name="Dexamethasone", dose="4 mg", frequency="daily")) is None
    assert dose(a_record("medication", name="Omeprazole", started="2025-01-01")) is None


def test_areas_that_come_back_from_nothing_are_progression() -> None:
    records = (*FIRST, mri("2025-03-05", 0, 0), ecog("2025-03-05", 1))
    again = (mri("2025-05-05", 10, 5), ecog("2025-05-05", 1))
    assert shown(brain(*records, *again))["word"] == "PD"
    assert shown(brain(*records, mri("2025-05-05", 0, 0), ecog("2025-05-05", 1)))["area"] == "CR"


@pytest.mark.parametrize("state", ["split", "merged"])
def test_the_area_of_a_split_or_merged_lesion_is_left_to_the_radiologist(state: str) -> None:
    computed = lugano(BASELINE, later(a_lesion("n1", 20, 10, state=state), a_lesion("spleen lesion", 10, 10)))
    assert computed.reason == "diameter_of_a_target_not_recorded"


def test_a_complete_response_is_confirmed_by_a_complete_one() -> None:
    assert confirmed_response([(0, "CR"), (28, "CR")])
    assert not confirmed_response([(0, "PR"), (28, "CR")])
    assert confirmed_response([(0, "CR"), (28, "PR")])
    assert not confirmed_response([(0, "PR"), (14, "SD"), (28, "PR")])
    assert not confirmed_response([])


def test_others_that_are_gone_too_leave_a_complete_response() -> None:
    assert rano_word("CR", beside(steroids="none", non_target="CR")) == ("CR", None)


def areas(total: float | None, baseline: float | None, lowest: float | None) -> Areas:
    exact = [None if one is None else Decimal(str(one)) for one in (total, baseline, lowest)]
    return Areas(
        boxes={},
        total=exact[0],
        lacking=(),
        nadir=Decimal(0),
        percent_from_baseline=exact[1],
        percent_over_nadir=exact[2],
    )


@pytest.mark.parametrize(
    ("told", "word"),
    [
        pytest.param(areas(None, None, None), None, id="no-total"),
        pytest.param(areas(5, None, None), None, id="from-a-baseline-of-nothing"),
        pytest.param(areas(1, -99, None), "PD", id="back-from-nothing"),
        pytest.param(areas(0, -100, None), "CR", id="still-nothing"),
        pytest.param(areas(0, -100, -100), "CR", id="all-gone"),
        pytest.param(areas(1, -99, -99), "PR", id="one-square-millimetre-is-left"),
        pytest.param(areas(50, -50, 24.9), "PR", id="half"),
        pytest.param(areas(51, -49.9, 24.9), "SD", id="under-half"),
        pytest.param(areas(50, -50, 25), "PD", id="a-quarter-over-the-lowest"),
    ],
)
def test_areas_come_to_a_word_by_themselves(told: Areas, word: str | None) -> None:
    assert area_word(told) == word


def test_the_baseline_of_a_brain_tumour_is_the_last_study_before_treatment() -> None:
    earlier = mri("2024-12-01", 10, 10)
    result = shown(brain(earlier, *FIRST, mri("2025-04-05", 40, 25), ecog("2025-04-05", 1)))
    assert (result["baseline"], result["word"]) == ("2025-01-05", "SD")
    others = a_study("2025-01-05", {"label": "n", "role": "non_target", "state": "present"})
    assert brain(others, mri("2025-04-05", 40, 25)).reason == "no_baseline_targets"


def test_of_two_lowest_areas_the_dose_of_the_later_one_is_held_against() -> None:
    computed = brain(
        mri("2025-01-05", 20, 20),
        mri("2025-03-05", 20, 20),
        mri("2025-05-05", 25, 20),
        steroid("2025-01-01", "8 mg", ended="2025-02-01"),
        steroid("2025-02-02", "4 mg"),
        *(ecog(day, 1) for day in ("2025-01-05", "2025-03-05", "2025-05-05")),
    )
    newest = shown(computed)["studies"][-1]
    assert (newest["steroids"], newest["steroids_since_lowest"], newest["word"]) == ("lower", "same", "PD")
    assert [source.record_id for source in computed.sources] == [
        *("record-002", "record-003", "record-004"),
        *("record-005", "record-006"),
        *("record-007", "record-008", "record-009"),
    ]


def test_a_worst_score_at_baseline_can_not_become_worse() -> None:
    for score in (4, 3):
        scores = (ecog("2025-01-05", score), ecog("2025-04-05", 4))
        result = shown(brain(*FIRST[:2], mri("2025-04-05", 40, 25), *scores))
        assert result["clinical"] == ("not_worse" if score == 4 else "worse")


@pytest.mark.parametrize(
    ("before", "now", "word"),
    [
        pytest.param(None, Dose("dexamethasone", Decimal(4), ()), None, id="not-known-before"),
        pytest.param(Dose("dexamethasone", Decimal(4), ()), None, None, id="not-known-now"),
        pytest.param(
            Dose("dexamethasone", Decimal(4), ()), Dose(None, Decimal(0), ()), "none", id="none-now"
        ),
        pytest.param(Dose(None, Decimal(0), ()), Dose("dexamethasone", Decimal(4), ()), "higher", id="begun"),
        pytest.param(
            Dose("dexamethasone", Decimal(4), ()), Dose("dexamethasone", Decimal(8), ()), "higher", id="more"
        ),
        pytest.param(
            Dose("dexamethasone", Decimal(8), ()), Dose("dexamethasone", Decimal(4), ()), "lower", id="less"
        ),
        pytest.param(
            Dose("dexamethasone", Decimal(4), ()), Dose("dexamethasone", Decimal(4), ()), "same", id="same"
        ),
        pytest.param(
            Dose("prednisone", Decimal(4), ()), Dose("dexamethasone", Decimal(4), ()), None, id="another-drug"
        ),
    ],
)
def test_doses_compare_within_one_drug(before: Dose | None, now: Dose | None, word: str | None) -> None:
    assert compare(before, now) == word


def test_a_study_without_a_score_hides_none() -> None:
    assert (
        shown(
            lugano(
                a_study("2025-02-01"),
                a_status("2025-02-01", "response", "PR"),
                a_study("2025-03-01", deauville=2),
            )
        )["deauville"]
        == 2
    )


def test_a_percentage_is_written_with_its_sign_or_not_at_all() -> None:
    told = [signed(one) for one in (Decimal("12.34"), Decimal(-50), Decimal(0), None)]
    assert told == ["+12.3 %", "-50.0 %", "+0.0 %", "no percentage"]


def test_others_that_progress_by_the_report_are_progression_of_a_brain_tumour() -> None:
    def other(state: str) -> dict[str, Any]:
        return {"label": "n", "role": "non_target", "state": state}

    first = (mri("2025-01-05", 40, 25, other("present")), *FIRST[1:])
    scored = ecog("2025-04-05", 1)
    worse = shown(brain(*first, mri("2025-04-05", 40, 25, other("unequivocal_progression")), scored))
    assert (worse["word"], worse["studies"][0]["non_target"]) == ("PD", "PD")
    same = shown(brain(*first, mri("2025-04-05", 40, 25, other("present")), scored))
    assert (same["word"], same["studies"][0]["non_target"]) == ("SD", "non-CR/non-PD")


def test_scores_are_compared_within_the_first_scale_that_both_studies_have() -> None:
    days = ("2025-01-05", "2025-04-05")
    records = (*FIRST[:2], mri("2025-04-05", 40, 25))
    both = [ecog(day, 1) for day in days] + [
        ecog(day, score, "Karnofsky") for day, score in zip(days, (100, 50), strict=True)
    ]
    assert shown(brain(*records, *both))["clinical"] == "not_worse"
    assert shown(brain(*records, *both[1:]))["clinical"] == "worse"


@pytest.mark.parametrize(("size", "word"), [((0, 0), "CR"), ((20, 20), "PR")])
def test_one_study_of_a_response_waits_for_a_second_one(size: tuple[float, float], word: str) -> None:
    none = a_record("medication", stated=Absence.NONE, date="2025-01-01")
    scores = (ecog("2025-01-05", 1), ecog("2025-04-05", 1))
    computed = brain(mri("2025-01-05", 40, 25), none, *scores, mri("2025-04-05", *size))
    assert shown(computed)["word"] == word
    assert "response_without_a_second_study_4_weeks_later_counts_as_stable" in computed.flags


def test_spleen_and_marrow_are_among_the_inputs() -> None:
    first = a_study("2025-01-05", a_lesion("n1", 40, 20, is_node=True), spleen_mm=Decimal(150))
    computed = lugano(
        first, a_study("2025-03-01", a_lesion("n1", 40, 20, is_node=True), bone_marrow="involved")
    )
    (study,) = shown(computed)["studies"]
    assert (study["spleen_mm"], study["spleen"], study["marrow"]) == (None, None, "involved")
    assert [one for one in computed.inputs if "bone_marrow" in one] == [
        {"record_id": "record-002", "date": "2025-01-05", "spleen_mm": 150, "bone_marrow": None},
        {"record_id": "record-003", "date": "2025-03-01", "spleen_mm": None, "bone_marrow": "involved"},
    ]


def test_a_study_is_shown_with_the_length_of_its_spleen() -> None:
    node = a_lesion("n1", 40, 20, is_node=True)
    computed = lugano(
        a_study("2025-01-05", node, spleen_mm=Decimal("150.5")),
        a_study("2025-03-01", node, spleen_mm=Decimal(129)),
    )
    (study,) = shown(computed)["studies"]
    assert (study["spleen_mm"], study["spleen"], study["marrow"]) == (129, "normal", None)
    assert "Baseline 2025-01-05: spleen 150.5 mm; over 130 mm is enlarged." in computed.steps
    assert "2025-03-01: spleen 129 mm." in computed.steps


def test_every_lesion_without_two_diameters_is_named_in_the_step() -> None:
    computed = lugano(BASELINE, later(a_lesion("n1", 25, None)))
    assert computed.steps[1] == "2025-03-01: no two diameters for n1, Spleen lesion, so no sum."


@pytest.mark.parametrize(
    ("records", "since", "answer"),
    [
        pytest.param(
            (steroid("2025-01-01", ended="2025-04-01"),),
            "lower",
            (None, "steroid_dose_lower_than_at_the_lowest_area"),
            id="stopped-since",
        ),
        pytest.param(
            (a_record("medication", stated=Absence.NONE, date="2025-01-01"),),
            "same",
            ("PD", None),
            id="never-any",
        ),
    ],
)
def test_progression_after_steroids_were_stopped_is_a_question(
    records: tuple[AnyRecord, ...], since: str, answer: tuple[str | None, str | None]
) -> None:
    studies = (mri("2025-01-05", 40, 25), mri("2025-03-05", 20, 20), mri("2025-05-05", 25, 20))
    scores = (ecog(day, 1) for day in ("2025-01-05", "2025-03-05", "2025-05-05"))
    newest = shown(brain(*studies, *records, *scores))["studies"][-1]
    assert newest["steroids_since_lowest"] == since
    assert (newest["word"], newest["reason"]) == answer
