"""RECIST 1.1 and lesion changes over the studies of a case."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.casefile.domain.case_file import CaseFile
from app.records.domain.kinds import KINDS, AnyRecord
from app.timeline.domain.computed import Computed
from app.timeline.domain.lesion_changes import lesion_changes_of
from app.timeline.domain.lesions import LesionChange, Size, changes, direction_of, size_of, visits_of
from app.timeline.domain.recist_beside import marker_state
from app.timeline.domain.recist_case import recist_of
from tests.builders import a_case_file, a_record
from tests.unit.timeline.records import a_marker, a_study, a_target
from tests.worked_cases import LUNG, OVARY, day_of, expectation, worked_case

AS_OF = date(2026, 3, 20)


def chemotherapy(day: str, **fields: Any) -> AnyRecord:
    return a_record("treatment", **{"category": "systemic", "regimen": "FOLFOX", "started": day, **fields})


def result(computed: Computed) -> Mapping[str, Any]:
    assert computed.result is not None
    return computed.result


def test_the_lung_case_comes_out_as_expected() -> None:
    expected = expectation(LUNG)["computed"]
    computed = recist_of(worked_case(LUNG), day_of(LUNG))
    lesions = result(lesion_changes_of(worked_case(LUNG), day_of(LUNG)))
    shown = result(computed)
    assert shown["sum"] == expected["sum"]
    assert shown["percent_from_baseline"] == expected["pct_baseline"]
    assert shown["target_timepoint"] == expected["target"].removesuffix("_range")
    assert shown["lesion_percent"] == expected["lesion_pct"]
    assert lesions["divergent"] is expected["divergent"]
    assert shown["overall"] is expected["overall"]
    assert computed.reason == expected["reason"]
    assert shown["baseline_to_start_days"] == expected["baseline_to_start_days"]


def test_the_ovary_case_has_no_sums_because_nothing_was_measured_before_treatment() -> None:
    computed = recist_of(worked_case(OVARY), day_of(OVARY))
    expected = expectation(OVARY)["computed"]
    assert computed.result is expected["recist"]
    assert computed.reason == expected["recist_reason"].replace(" ", "_")


def test_an_unequivocal_new_lesion_is_progression_by_arithmetic_flagged_and_no_status() -> None:
    def unequivocal(records: list[dict[str, Any]]) -> None:
        for record in records:
            for lesion in record.get("lesions", ()):
                if lesion["label"] == "LLL":
                    lesion["certainty"] = "unequivocal"

    computed = recist_of(worked_case(LUNG, unequivocal), day_of(LUNG))
    assert result(computed)["overall"] == "PD"
    assert "new_lesion_by_the_report" in computed.flags
    assert computed.kind == "computed_observation_not_diagnosis"
    assert computed.requires == "radiologist/oncologist"


def test_the_baseline_is_the_last_measured_study_before_the_newest_line() -> None:
    case_file = a_case_file(
        a_study("2025-01-01", a_target("a", 50)),
        chemotherapy("2025-01-10", drugs=(), regimen="one", line=1),
        a_study("2025-06-01", a_target("a", 40)),
        chemotherapy("2025-06-10", regimen="two", line=2),
        a_study("2025-09-01", a_target("a", 30)),
    )
    shown = result(recist_of(case_file, AS_OF))
    assert (shown["baseline"]["date"], shown["sum"]) == ("2025-06-01", [40, 30])


def test_without_a_recorded_treatment_the_first_measured_study_counts_and_that_is_said() -> None:
    computed = recist_of(
        a_case_file(a_study("2025-01-01", a_target("a", 50)), a_study("2025-03-01", a_target("a", 20))), AS_OF
    )
    assert result(computed)["sum"] == [50, 20]
    assert "no_treatment_start_recorded" in computed.flags


def test_a_study_that_speaks_of_no_followed_lesion_is_not_used_and_named() -> None:
    case_file = a_case_file(
        a_study("2025-01-01", a_target("a", 50)),
        a_study("2025-02-01"),
        a_study("2025-03-01", a_target("a", 20)),
    )
    shown = result(recist_of(case_file, AS_OF))
    assert (shown["sum"], shown["not_used"]) == ([50, 20], ["record-002"])


def test_studies_of_one_day_are_one_visit() -> None:
    case_file = a_case_file(
        a_study("2025-01-01", a_target("a", 50), a_target("b", 20)),
        a_study("2025-03-01", a_target("a", 40)),
        a_study("2025-03-01", a_target("b", 10)),
    )
    assert result(recist_of(case_file, AS_OF))["sum"] == [70, 50]


def test_a_lesion_sent_twice_is_not_counted_twice_and_two_sizes_are_no_size() -> None:
    def last_sum(*again: Mapping[str, Any]) -> Any:
        first = a_study("2025-01-01", a_target("a", 50))
        return result(recist_of(a_case_file(first, *(a_study("2025-03-01", one) for one in again)), AS_OF))[
            "sum"
        ][-1]

    assert last_sum(a_target("A ", 40), a_target("a", 40)) == 40
    assert last_sum(a_target("a", 40), a_target("a", 30)) is None
    assert last_sum(a_target("a", 15, state="split"), a_target("a", 10, state="split")) == 25


@pytest.mark.parametrize(
    ("later", "mm"),
    [
        pytest.param(a_target("a", state="too_small"), 5, id="too-small-counts-five"),
        pytest.param(a_target("a", 3, state="too_small"), 3, id="measured-though-small"),
        pytest.param(a_target("a", state="absent"), 0, id="absent"),
        pytest.param(a_target("a", state="present"), None, id="present-without-a-size"),
        pytest.param(a_target("a", 40, state="not_evaluable"), None, id="not-evaluable"),
        pytest.param(a_target("b", 40), None, id="not-mentioned"),
    ],
)
def test_a_lesion_counts_for_what_was_said_of_it(later: Mapping[str, Any], mm: int | None) -> None:
    case_file = a_case_file(
        a_study("2025-01-01", a_target("a", 50), a_target("b", 50)),
        a_study("2025-03-01", later, a_target("b", 50)),
    )
    shown = result(recist_of(case_file, AS_OF))
    assert shown["timepoints"][0]["lesions"]["a"]["mm"] == mm


def test_a_merged_lesion_counts_once_as_a_whole() -> None:
    case_file = a_case_file(
        a_study("2025-01-01", a_target("a", 20), a_target("b", 20)),
        a_study("2025-03-01", a_target("a", 35, state="merged"), a_target("b", state="merged")),
    )
    assert result(recist_of(case_file, AS_OF))["sum"] == [40, 35]


def test_a_node_is_followed_by_its_short_axis_even_where_a_later_report_forgets_that_it_is_one() -> None:
    case_file = a_case_file(
        a_study("2025-01-01", a_target("n", 30, short_axis_mm=20, is_node=True)),
        a_study("2025-03-01", a_target("n", 25, short_axis_mm=9)),
    )
    shown = result(recist_of(case_file, AS_OF))
    assert (shown["sum"], shown["target_timepoint"]) == ([20, 9], "CR")


def test_an_ultrasound_study_is_no_baseline_and_gives_no_sizes() -> None:
    target = a_target("a", 50)
    by_ultrasound = a_case_file(a_study("2025-01-01", target, modality="US"))
    assert recist_of(by_ultrasound, AS_OF).reason == "baseline_by_ultrasound"
    later = a_case_file(a_study("2025-01-01", target), a_study("2025-03-01", target, modality="US"))
    assert result(recist_of(later, AS_OF))["target_timepoint"] == "NE"


def test_studies_whose_order_is_not_certain_give_no_sums() -> None:
    case_file = a_case_file(
        a_study("2025-01-01", a_target("a", 50)),
        a_study("2025-03", a_target("a", 40)),
        a_study("2025-03-10", a_target("a", 30)),
    )
    assert recist_of(case_file, AS_OF).reason == "order_of_studies_uncertain"


def test_a_study_after_the_day_of_the_view_is_left_out() -> None:
    case_file = a_case_file(
        a_study("2025-01-01", a_target("a", 50)), a_study("2025-03-01", a_target("a", 40))
    )
    assert recist_of(case_file, date(2025, 2, 28)).reason == "no_study_after_baseline"
    assert result(recist_of(case_file, date(2025, 3, 1)))["sum"] == [50, 40]


def test_a_node_alone_that_can_be_measured_again_leaves_the_overall_word_open() -> None:
    def node(mm: float) -> dict[str, Any]:
        return a_target("n", short_axis_mm=mm, is_node=True)

    case_file = a_case_file(
        a_study("2025-01-01", node(20)), a_study("2025-03-01", node(0)), a_study("2025-05-01", node(12))
    )
    computed = recist_of(case_file, AS_OF)
    assert (result(computed)["overall"], computed.reason) == (None, "node_measurable_again")


def test_non_targets_alone_are_followed_by_their_words() -> None:
    ascites = {"label": "ascites", "role": "non_target"}
    case_file = a_case_file(
        a_study("2025-01-01", {**ascites, "state": "present"}),
        chemotherapy("2025-01-10"),
        a_study("2025-03-01", {**ascites, "state": "absent"}),
    )
    shown = result(recist_of(case_file, AS_OF))
    assert (shown["sum"], shown["non_target"], shown["overall"]) == (None, "CR", "CR")


def test_a_new_lesion_counts_from_the_study_that_first_showed_it() -> None:
    spot = {"label": "spot", "role": "new", "longest_mm": 6}
    case_file = a_case_file(
        a_study("2025-01-01", a_target("a", 50)),
        a_study("2025-03-01", a_target("a", 50), {**spot, "certainty": "equivocal"}),
        a_study("2025-05-01", a_target("a", 50), {**spot, "certainty": "unequivocal"}),
    )
    first, second = result(recist_of(case_file, AS_OF))["timepoints"]
    assert (first["overall"], first["new_lesion_first_seen"]) == (None, None)
    assert (second["overall"], second["new_lesion_first_seen"]) == ("PD", "2025-03-01")


def test_what_a_reader_must_know_of_the_baseline_is_flagged() -> None:
    targets = [
        a_target(label, mm, site="liver") for label, mm in zip("abcdef", (9, 20, 20, 20, 20, 20), strict=True)
    ]
    computed = recist_of(
        a_case_file(
            a_study("2025-01-01", *targets, a_target("g"), contrast="none"),
            chemotherapy("2025-02-01"),
            a_study("2025-03-01", *targets, modality="MR", contrast="venous"),
        ),
        AS_OF,
    )
    assert set(computed.flags) == {
        "baseline_over_28_days_before_start",
        "more_than_5_targets",
        "more_than_2_targets_of_an_organ",
        "target_below_measurable_size",
        "target_without_size_at_baseline",
        "modality_changed",
        "contrast_changed",
        "stable_less_than_6_weeks_from_the_start",
    }


def test_a_clean_sequence_has_no_flags() -> None:
    case_file = a_case_file(
        a_study("2025-01-01", a_target("a", 50)),
        chemotherapy("2025-01-10"),
        a_study("2025-03-01", a_target("a", 40)),
    )
    assert recist_of(case_file, AS_OF).flags == ()


@pytest.mark.parametrize(
    ("before", "after", "divergent"),
    [
        pytest.param((40, 40), (20, 20), False, id="both-down"),
        pytest.param((40, 40), (20, 39), True, id="down-and-level"),
        pytest.param((40, 40), (20, 60), True, id="down-and-up"),
        pytest.param((40, 40), (44, 39), False, id="both-level"),
        pytest.param((20, 20), (24, 19), False, id="20-percent-but-under-5-mm-is-level"),
        pytest.param((25, 25), (30, 24), True, id="20-percent-and-5-mm-is-up"),
        pytest.param((40, 40), (28, 20), False, id="exactly-30-percent-is-down"),
    ],
)
def test_lesions_diverge_when_they_differ_in_direction(
    before: tuple[float, float], after: tuple[float, float], *, divergent: bool
) -> None:
    studies = [
        a_study(day, *(a_target(label, mm) for label, mm in zip("ab", mms, strict=True)))
        for day, mms in (("2025-01-01", before), ("2025-03-01", after))
    ]
    assert result(lesion_changes_of(a_case_file(*studies), AS_OF))["divergent"] is divergent


def test_lesions_are_compared_over_the_newest_two_studies_that_share_one() -> None:
    case_file = a_case_file(
        a_study("2025-01-01", a_target("a", 50)),
        a_study("2025-02-01", a_target("a", 40)),
        a_study("2025-03-01", a_target("b", 10)),
    )
    assert result(lesion_changes_of(case_file, AS_OF))["dates"] == ["2025-01-01", "2025-02-01"]


def test_one_study_alone_has_nothing_to_compare() -> None:
    computed = lesion_changes_of(a_case_file(a_study("2025-01-01", a_target("a", 50))), AS_OF)
    assert (computed.result, computed.reason) == (None, "no_two_studies_share_a_measured_lesion")


def test_the_same_records_in_another_order_give_the_same_answer() -> None:
    case_file = worked_case(LUNG)
    turned = CaseFile(case_file.case, tuple(reversed(case_file.entries)))
    assert recist_of(turned, AS_OF) == recist_of(case_file, AS_OF)
    assert "imaging_study" in KINDS


def flags(*records: AnyRecord) -> tuple[str, ...]:
    return recist_of(a_case_file(*records), AS_OF).flags


def test_merged_lesions_without_the_size_of_the_whole_are_not_evaluable() -> None:
    case_file = a_case_file(
        a_study("2025-01-01", a_target("a", 20), a_target("b", 20)),
        a_study("2025-03-01", a_target("a", state="merged"), a_target("b", state="merged")),
    )
    shown = result(recist_of(case_file, AS_OF))
    assert (shown["sum"], shown["target_timepoint"]) == ([40, None], "NE")


def test_paired_organs_are_one_organ() -> None:
    sites = ("left lung", "Right lung", "lung, upper lobe")
    targets = [a_target(label, 20, site=site) for label, site in zip("abc", sites, strict=True)]
    assert "more_than_2_targets_of_an_organ" in flags(a_study("2025-01-01", *targets))
    others = [
        a_target(label, 20, site=site) for label, site in zip("abc", ("lung", "lung", "liver"), strict=True)
    ]
    assert "more_than_2_targets_of_an_organ" not in flags(a_study("2025-01-01", *others))


@pytest.mark.parametrize(
    ("site", "is_flagged"), [("pleural effusion", True), ("sclerotic bone lesion", True), ("liver", False)]
)
def test_disease_that_is_never_measured_is_flagged_as_a_target(site: str, *, is_flagged: bool) -> None:
    found = flags(a_study("2025-01-01", a_target("a", 20, site=site)))
    assert ("target_of_a_kind_that_is_not_measured" in found) is is_flagged


@pytest.mark.parametrize(
    ("radiation", "is_flagged"),
    [
        pytest.param({"started": "2024-06-01", "site": "right lung"}, True, id="there-before"),
        pytest.param({"started": "2025-06-01", "site": "right lung"}, False, id="later"),
        pytest.param({"started": "2024-06-01", "site": "pelvis"}, False, id="elsewhere"),
        pytest.param({"started": "2024-06-01"}, False, id="site-not-stated"),
    ],
)
def test_a_target_where_radiation_was_given_is_flagged(
    radiation: Mapping[str, Any], *, is_flagged: bool
) -> None:
    given = a_record("treatment", category="radiation", **radiation)
    found = flags(given, a_study("2025-01-01", a_target("a", 20, site="lung")))
    assert ("target_may_lie_where_radiation_was_given" in found) is is_flagged


@pytest.mark.parametrize(
    ("marker", "word", "flag"),
    [
        pytest.param([("2025-03-29", 5)], "CR", None, id="normal"),
        pytest.param(
            [("2025-03-29", 5.1)], "PR", "non_target_disappearance_with_a_marker_above_its_limit", id="above"
        ),
        pytest.param(
            [("2025-03-30", 5)],
            "CR",
            "no_marker_recorded_beside_the_disappearance_of_non_targets",
            id="too-far",
        ),
        pytest.param([("2025-02-10", 50), ("2025-03-03", 4)], "CR", None, id="the-nearest-counts"),
        pytest.param([], "CR", "no_marker_recorded_beside_the_disappearance_of_non_targets", id="none"),
    ],
)
def test_non_targets_disappear_completely_only_beside_a_normal_marker(
    marker: list[tuple[str, float]], word: str, flag: str | None
) -> None:
    gone = {"label": "n", "role": "non_target", "state": "absent"}
    case_file = a_case_file(
        a_study("2025-01-01", a_target("a", 20), {"label": "n", "role": "non_target", "state": "present"}),
        a_study("2025-03-01", a_target("a", state="absent"), gone),
        *(a_marker(day, value, reference_high=Decimal(5)) for day, value in marker),
    )
    computed = recist_of(case_file, AS_OF)
    assert result(computed)["overall"] == word
    assert [one for one in computed.flags if "disappearance" in one] == ([flag] if flag else [])


@pytest.mark.parametrize(
    ("markers", "state"),
    [
        pytest.param([{"day": "2025-02-01"}], "normal", id="28-days-before"),
        pytest.param([{"day": "2025-01-31"}], "not_recorded", id="29-days-before"),
        pytest.param([{"value": 5.1}], "above", id="above"),
        pytest.param([{"reference_high": None}], "not_recorded", id="no-limit"),
        pytest.param([{"value": None, "value_text": "not measurable"}], "not_recorded", id="no-value"),
        pytest.param([{"day": None}], "not_recorded", id="no-date"),
        pytest.param([{"comparator": "<"}], "normal", id="less-than-the-limit"),
        pytest.param([{"comparator": "<=", "value": 5}], "normal", id="at-most-the-limit"),
        pytest.param([{"comparator": "<=", "value": 5.1}], "not_recorded", id="at-most-a-value-above-it"),
        pytest.param([{"comparator": ">"}], "above", id="more-than-the-limit"),
        pytest.param([{"comparator": ">="}], "not_recorded", id="at-least-the-limit"),
        pytest.param([{"comparator": ">=", "value": 5.1}], "above", id="at-least-a-value-above-it"),
        pytest.param([{"comparator": ">", "value": 4.9}], "not_recorded", id="more-than-a-value-below-it"),
        pytest.param([{"comparator": "~", "value": 9}], "not_recorded", id="about"),
        pytest.param(
            [{"day": "2025-03-03", "value": 9, "marker": "CA-125"}, {}], "above", id="any-marker-above"
        ),
        pytest.param(
            [{"day": "2025-03-03", "value": 9, "marker": "cea"}, {}], "normal", id="the-nearest-of-one"
        ),
        pytest.param([{"day": "2025-03-03"}, {"day": "2025-02-28", "value": 9}], "above", id="a-day-before"),
        pytest.param(
            [{"day": "2025-02-28", "value": 9}, {"day": "2025-03-02"}], "above", id="as-near-the-first-id"
        ),
        pytest.param(
            [{"comparator": ">", "value": 1}, {"day": "2025-03-05"}], "normal", id="one-that-tells-something"
        ),
    ],
)
def test_markers_beside_a_study_are_held_against_the_limits_of_their_laboratories(
    markers: list[dict[str, Any]], state: str
) -> None:
    values = (
        a_marker(**{"day": "2025-03-02", "value": 5, "reference_high": Decimal(5), **fields})
        for fields in markers
    )
    case_file = a_case_file(a_study("2025-03-01", a_target("a", 20)), *values)
    (visit,) = visits_of(case_file, AS_OF)
    assert marker_state(case_file, visit) == state


@pytest.mark.parametrize(
    ("lesion", "is_flagged"),
    [
        pytest.param({"longest_mm": 10}, False, id="10-mm"),
        pytest.param({"longest_mm": 9.9}, True, id="under-10-mm"),
        pytest.param({"short_axis_mm": 15, "is_node": True}, False, id="node-of-15-mm"),
        pytest.param({"short_axis_mm": 14.9, "is_node": True}, True, id="node-under-15-mm"),
    ],
)
def test_a_target_below_the_measurable_size_is_flagged(lesion: dict[str, Any], *, is_flagged: bool) -> None:
    found = flags(a_study("2025-01-01", a_target("a", **lesion)))
    assert ("target_below_measurable_size" in found) is is_flagged


def test_stable_disease_is_flagged_under_six_weeks() -> None:
    first = (a_study("2025-01-01", a_target("a", 50)), chemotherapy("2025-01-10"))
    early = "stable_less_than_6_weeks_from_the_start"
    assert early in flags(*first, a_study("2025-02-20", a_target("a", 50)))
    assert early not in flags(*first, a_study("2025-02-21", a_target("a", 50)))
    assert early not in flags(*first, a_study("2025-02-20", a_target("a", 30)))
    later = a_study("2025-04-20", a_target("a", 30))
    assert early not in flags(*first, a_study("2025-02-20", a_target("a", 50)), later)


@pytest.mark.parametrize(
    ("lesion", "size"),
    [
        pytest.param({"longest_mm": 12, "short_axis_mm": 8}, Size(Decimal(12), "measured"), id="longest"),
        pytest.param({"longest_mm": 12, "state": "not_evaluable"}, Size(None, "not_evaluable"), id="said-so"),
        pytest.param({"short_axis_mm": 8}, Size(None, "not_evaluable"), id="the-other-diameter-alone"),
        pytest.param({"state": "present"}, Size(None, "not_evaluable"), id="present-without-a-size"),
        pytest.param({"state": "absent"}, Size(Decimal(0), "absent"), id="absent"),
        pytest.param({"state": "too_small"}, Size(Decimal(5), "too_small"), id="too-small"),
        pytest.param(
            {"state": "too_small", "longest_mm": 3}, Size(Decimal(3), "measured"), id="small-measured"
        ),
        pytest.param({"state": "merged"}, Size(Decimal(0), "merged"), id="merged-elsewhere"),
        pytest.param({"state": "split", "longest_mm": 7}, Size(Decimal(7), "split"), id="a-part"),
        pytest.param({"state": "split"}, Size(None, "not_evaluable"), id="a-part-without-a-size"),
    ],
)
def test_a_lesion_counts_for_what_is_recorded_of_it(lesion: dict[str, Any], size: Size) -> None:
    (study,) = visits_of(a_case_file(a_study("2025-01-01", a_target("a", **lesion))), AS_OF)
    assert size_of(study.lesions["a"], is_node=False) == size


def test_parts_add_up_only_where_all_are_measured_and_two_sizes_of_one_are_ambiguous() -> None:
    def size(*parts: dict[str, Any]) -> Size:
        (study,) = visits_of(
            a_case_file(a_study("2025-01-01", *(a_target("a", **part) for part in parts))), AS_OF
        )
        return size_of(study.lesions["a"], is_node=False)

    part = {"state": "split", "longest_mm": 7}
    assert size(part, {"longest_mm": 4}) == Size(Decimal(11), "split")
    assert size(part, {"state": "present"}) == Size(None, "not_evaluable")
    assert size({"longest_mm": 7}, {"longest_mm": 4}) == Size(None, "ambiguous")
    assert size({"longest_mm": 7}, {"longest_mm": 7}) == Size(Decimal(7), "measured")
    assert size_of((), is_node=False) == Size(None, "not_mentioned")


def test_a_new_lesion_is_told_by_its_label_and_size_after_those_of_both_studies() -> None:
    first = a_study("2025-01-01", a_target("Seg  7", 20), a_target("b", 10))
    new = {"label": "New one", "role": "new", "longest_mm": 8}
    again = a_study("2025-03-01", a_target("seg 7", 10), new, {"label": "b", "role": "new"})
    earlier, later = visits_of(a_case_file(first, again), AS_OF)
    assert changes(earlier, later) == (
        LesionChange(
            label="Seg  7",
            before_mm=Decimal(20),
            after_mm=Decimal(10),
            percent=Decimal(-50),
            direction="down",
        ),
        LesionChange(label="New one", before_mm=None, after_mm=Decimal(8), percent=None, direction="new"),
    )


def test_an_ultrasound_leaves_every_target_not_evaluable() -> None:
    computed = recist_of(
        a_case_file(
            a_study("2025-01-01", a_target("a", 20)), a_study("2025-03-01", a_target("a", 5), modality="US")
        ),
        AS_OF,
    )
    (timepoint,) = result(computed)["timepoints"]
    assert timepoint["lesions"] == {"a": {"mm": None, "how": "not_evaluable"}}
    assert timepoint["overall"] == "NE"


def test_five_targets_are_not_too_many_and_what_has_no_role_is_no_non_target() -> None:
    targets = [a_target(label, 20) for label in "abcde"]
    first = a_study(
        "2025-01-01", *targets, {"label": "cyst", "longest_mm": 9}, {"label": "n", "role": "non_target"}
    )
    computed = recist_of(a_case_file(first, a_study("2025-03-01", *targets)), AS_OF)
    assert "more_than_5_targets" not in computed.flags
    assert result(computed)["baseline"]["non_targets"] == ["n"]


def test_radiation_begun_on_the_day_of_the_baseline_counts_and_a_target_without_a_site_does_not() -> None:
    given = a_record("treatment", category="radiation", started="2025-01-01", site="lung")
    may_lie = "target_may_lie_where_radiation_was_given"
    assert may_lie in flags(given, a_study("2025-01-01", a_target("a", 20, site="lung")))
    assert may_lie not in flags(given, a_study("2025-01-01", a_target("lung a", 20)))


@pytest.mark.parametrize(("day", "dates"), [("2025-02-01", ["2025-01", "2025-02-01"]), ("2025-01-31", None)])
def test_two_studies_are_compared_where_one_surely_comes_after_the_other(
    day: str, dates: list[str] | None
) -> None:
    case_file = a_case_file(a_study("2025-01", a_target("a", 20)), a_study(day, a_target("a", 10)))
    computed = lesion_changes_of(case_file, AS_OF)
    assert (None if computed.result is None else computed.result["dates"]) == dates


@pytest.mark.parametrize(
    ("before", "after", "way"),
    [
        ("10", "7", "down"),
        ("10", "7.1", "level"),
        ("1", "0.7", "down"),
        ("0", "0", "level"),
        ("0", "5", "up"),
        ("25", "30", "up"),
        ("25.1", "30.1", "level"),
        ("10", "14.9", "level"),
    ],
)
def test_a_size_goes_down_by_three_tenths_and_up_by_a_fifth_and_5_mm(
    before: str, after: str, way: str
) -> None:
    assert direction_of(Decimal(before), Decimal(after)) == way


def test_parts_of_a_split_node_are_added_by_their_short_axes() -> None:
    part: dict[str, Any] = {"state": "split", "is_node": True, "longest_mm": 20, "short_axis_mm": 8}
    (study,) = visits_of(
        a_case_file(a_study("2025-01-01", a_target("n", **part), a_target("n", **part))), AS_OF
    )
    assert size_of(study.lesions["n"], is_node=True) == Size(Decimal(16), "split")
