"""All arithmetic together: what it always carries, and what it never says."""

import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.casefile.domain.case_file import CaseFile
from app.cases.domain import Cancer
from app.summary.domain.language import unsafe_words
from app.timeline.domain.compute import compute_all
from app.timeline.domain.conflicts import find_conflicts
from app.timeline.domain.questions import questions_for
from app.timeline.domain.series import build_series
from app.timeline.domain.status import reported_statuses
from tests.builders import a_case, a_case_file, a_record
from tests.unit.timeline.ledger import MANY
from tests.unit.timeline.records import a_marker, a_status, a_study, a_treatment
from tests.worked_cases import LUNG, OVARY, day_of, expectation, worked_case

AS_OF = date(2026, 1, 1)


def computed(case_file: CaseFile, as_of: date = AS_OF) -> dict[str, Any]:
    return {one.id.partition(":")[0]: one for one in compute_all(case_file, as_of)}


def test_the_ovary_case_counts_the_days_since_its_last_platinum() -> None:
    interval = computed(worked_case(OVARY), day_of(OVARY))["days_from_last_platinum_to_imaging"]
    assert interval.result["days"] == expectation(OVARY)["computed"]["days_last_platinum_to_CT2"]
    assert interval.result["study"] == "2025-11-10"


@pytest.mark.parametrize("name", [LUNG, OVARY])
def test_lines_are_among_what_is_computed(name: str) -> None:
    lines = computed(worked_case(name), day_of(name))["lines_of_therapy"]
    assert lines.result["current"] == expectation(name)["computed"]["line"]


PLATINUM = a_treatment("2025-01-01", "cisplatin", ended="2025-03-01")


@pytest.mark.parametrize(
    ("records", "reason"),
    [
        pytest.param(
            (a_treatment("2025-01-01", "cisplatin", ongoing=True), a_study("2025-06-01")),
            "platinum_goes_on",
            id="ongoing",
        ),
        pytest.param(
            (a_treatment("2025-01-01", "cisplatin"), a_study("2025-06-01")),
            "last_dose_not_known_to_the_day",
            id="no-end",
        ),
        pytest.param((PLATINUM,), "no_study_after_the_last_dose", id="no-study"),
        pytest.param((PLATINUM, a_study("2025-02-01")), "no_study_after_the_last_dose", id="study-before"),
        pytest.param(
            (PLATINUM, a_study("2025-03-01")), "no_study_after_the_last_dose", id="study-of-the-day"
        ),
        pytest.param((PLATINUM, a_study("2025-06")), "study_not_known_to_the_day", id="coarse-study"),
        pytest.param((PLATINUM, a_study("2025-06-01")), None, id="both"),
    ],
)
def test_the_platinum_interval_says_what_it_lacks(records: tuple[Any, ...], reason: str | None) -> None:
    interval = computed(a_case_file(*records))["days_from_last_platinum_to_imaging"]
    assert interval.reason == reason
    assert (interval.result is None) is (reason is not None)


def test_the_platinum_interval_counts_from_the_latest_dose_of_all_and_names_both_records() -> None:
    last = a_treatment("2025-02-01", "carboplatin", cycle_dates=("2025-02-22", "2025-02-01"))
    earlier = a_treatment("2024-01-01", "cisplatin", ended="2024-03-01")
    undated = a_treatment(None, "oxaliplatin")
    case_file = a_case_file(last, earlier, undated, a_study("2025-01-15"), a_study("2025-06-01"))
    interval = computed(case_file)["days_from_last_platinum_to_imaging"]
    assert interval.result == {"days": 99, "last_dose": "2025-02-22", "study": "2025-06-01"}
    assert [source.record_id for source in interval.sources] == ["record-001", "record-005"]


def test_without_platinum_there_is_no_interval() -> None:
    assert "days_from_last_platinum_to_imaging" not in computed(
        a_case_file(a_treatment("2025-01-01", "docetaxel"))
    )


def test_one_value_has_no_trend() -> None:
    trend = computed(a_case_file(a_marker("2025-01-01", 4)))["marker_trend"]
    assert (trend.result, trend.reason) == (None, "fewer_than_two_values")


def test_an_empty_case_says_why_nothing_is_computed() -> None:
    assert all(one.result is None and one.reason for one in compute_all(a_case_file(), AS_OF))


@pytest.mark.parametrize("name", [LUNG, OVARY])
def test_every_computed_thing_says_what_it_is_where_it_comes_from_and_who_reads_it(name: str) -> None:
    for one in compute_all(worked_case(name), day_of(name)):
        assert one.kind == "computed_observation_not_diagnosis"
        assert one.requires == "radiologist/oncologist"
        assert one.rule.id
        assert one.rule.version
        assert one.rule.source
        assert one.limits
        assert (one.result is not None) or one.reason


@pytest.mark.parametrize("name", [LUNG, OVARY])
def test_every_computed_thing_is_plain_json(name: str) -> None:
    found = compute_all(worked_case(name), day_of(name))
    decoded = msgspec.json.decode(msgspec.json.encode(found))
    assert [one["id"] for one in decoded] == [one.id for one in found]
    numbers = [one["result"]["sum"] for one in decoded if one["id"] == "recist_1_1" and one["result"]]
    assert all(isinstance(number, int | float) for sums in numbers for number in sums)


@given(st.integers())
def test_nothing_depends_on_the_order_of_the_records(seed: int) -> None:
    case_file = worked_case(OVARY)
    shuffled = list(case_file.entries)
    random.Random(seed).shuffle(shuffled)
    turned = CaseFile(case_file.case, tuple(shuffled))
    assert compute_all(turned, AS_OF) == compute_all(case_file, AS_OF)
    assert reported_statuses(turned, AS_OF) == reported_statuses(case_file, AS_OF)
    assert questions_for(turned, AS_OF, {}) == questions_for(case_file, AS_OF, {})


def test_what_is_built_already_changes_nothing() -> None:
    case_file, day = worked_case(OVARY), day_of(OVARY)
    series = build_series(case_file, as_of=day)
    found = compute_all(case_file, day, series=series)
    assert found == compute_all(case_file, day)
    assert find_conflicts(case_file, day, series=series) == find_conflicts(case_file, day)
    assert questions_for(case_file, day, {}, series=series, computed=found) == questions_for(
        case_file, day, {}
    )


OF_DISEASES = tuple(
    a_case_file(
        a_treatment("2024-09-01", "something", ongoing=True),
        a_study(
            "2024-08-20",
            {"label": "a", "role": "target", "longest_mm": 30, "short_axis_mm": 20},
            deauville=4,
        ),
        a_study(
            "2025-01-20",
            {"label": "a", "role": "target", "longest_mm": 40, "short_axis_mm": 30},
            {"label": "b", "role": "new", "certainty": "unequivocal"},
        ),
        a_study("2025-03-20", {"label": "a", "role": "target", "longest_mm": 50}, modality="bone_scan"),
        a_record("mrd_result", date="2025-01-20", blasts_percent=Decimal(3), result="negative"),
        a_marker("2024-08-20", 3, "M-protein", unit="g/dL"),
        a_marker("2025-01-20", 1, "M-protein", unit="g/dL"),
        case=a_case(cancer=Cancer(text=group, disease_group=group)),
    )
    for group in ("acute_lymphoblastic_leukaemia", "hodgkin_lymphoma", "glioma", "myeloma", "prostate")
)


def test_the_rules_of_every_disease_say_what_they_are() -> None:
    for case_file in OF_DISEASES:
        for one in compute_all(case_file, AS_OF):
            assert one.limits
            assert one.rule.version
            assert (one.result is not None) or one.reason
            assert msgspec.json.encode(one)


def sentences() -> Iterator[str]:
    """Return every sentence that the timeline itself makes for many records."""
    for case_file, day in (
        (worked_case(LUNG), day_of(LUNG)),
        (worked_case(OVARY), day_of(OVARY)),
        (
            a_case_file(
                *MANY, a_status("2024-09-01", "return", "relapse"), a_status("2022-01-01", "progression")
            ),
            AS_OF,
        ),
        *((one, AS_OF) for one in OF_DISEASES),
    ):
        for one in compute_all(case_file, day):
            yield from (one.title, *one.steps, *one.limits)
            yield from (word.replace("_", " ") for word in (*one.flags, one.reason) if word)
        for conflict in find_conflicts(case_file, day):
            yield from (conflict.what, conflict.question)
        for series in build_series(case_file):
            yield from series.cautions
            yield from (apart.reason for apart in series.kept_apart)
            yield from (jump.question for jump in series.unit_questions)
        for question in questions_for(case_file, day, {}):
            yield question.wording
        yield from (question.question for question in reported_statuses(case_file, day).questions)


def test_no_sentence_of_the_timeline_holds_an_unsafe_word() -> None:
    told = set(sentences())
    assert len(told) > 40
    assert {sentence: tuple(unsafe_words(sentence)) for sentence in told if unsafe_words(sentence)} == {}


def test_a_value_before_treatment_that_is_the_newest_too_is_compared_with_nothing() -> None:
    before = (a_marker("2024-11-01", 9), a_marker("2024-12-01", 5), a_treatment("2025-01-01", "docetaxel"))
    trend = computed(a_case_file(*before))["marker_trend"]
    assert (trend.result["change"], trend.result["percent_from_baseline"]) == (None, None)
    later = computed(a_case_file(*before, a_marker("2025-03-01", 5)))["marker_trend"]
    assert (later.result["change"], later.result["percent_from_baseline"]) == (0, 0.0)


@pytest.mark.parametrize(
    ("group", "first"), [("other_lymphoma", "lugano"), ("glioma", "rano"), ("prostate", "recist_1_1")]
)
def test_criteria_of_the_disease_s_own_stand_before_those_for_all(group: Any, first: str) -> None:
    assert next(iter(computed(a_case_file(case=a_case(cancer=Cancer(disease_group=group)))))) == first


LEVEL = "level is above -30 % and below +20 % or 5 mm"


def test_a_leukaemia_has_no_lesions_to_follow_unless_some_are_recorded() -> None:
    case = a_case(cancer=Cancer(disease_group="chronic_myeloid_leukaemia"))
    assert "recist_1_1" not in computed(a_case_file(a_study("2025-01-01"), case=case))
    lesion = {"label": "spleen", "role": "target", "longest_mm": 30}
    assert {"recist_1_1", "lesion_changes"} <= set(
        computed(a_case_file(a_study("2025-01-01", lesion), case=case))
    )
    assert "recist_1_1" in computed(a_case_file(case=a_case(cancer=Cancer(text="lymphoma"))))
    assert "recist_1_1" in computed(a_case_file(case=a_case(cancer=Cancer())))


@pytest.mark.parametrize(
    ("after", "steps"),
    [
        pytest.param([("a", 20), ("b", 30)], ("a: 40 mm to 20 mm (-50.0 %).", "b: 30 mm to 30 mm (the same).",
                     f"The lesions differ in their direction: 1 down, 1 level; {LEVEL}."), id="divergent"),
        pytest.param([("a", 20), ("b", 10)], ("a: 40 mm to 20 mm (-50.0 %).", "b: 30 mm to 10 mm (-66.7 %)."),
                     id="alike"),
    ],
)  # fmt: skip
def test_lesions_that_go_different_ways_are_said_to(
    after: list[tuple[str, int]], steps: tuple[str, ...]
) -> None:
    def study(day: str, *sizes: tuple[str, int]) -> Any:
        return a_study(
            day, *({"label": label, "role": "target", "longest_mm": size} for label, size in sizes)
        )

    one = computed(a_case_file(study("2025-01-01", ("a", 40), ("b", 30)), study("2025-04-01", *after)))
    assert one["lesion_changes"].steps == ("2025-01-01 and 2025-04-01.", *steps)


def test_a_new_lesion_and_one_absent_in_both_are_told_as_such() -> None:
    absent = {"label": "c", "role": "target", "state": "absent"}
    kept = {"label": "a", "role": "target", "longest_mm": 40}
    gone = {"label": "d", "role": "target", "state": "absent"}
    back = {"label": "d", "role": "target", "longest_mm": 12}
    found = computed(
        a_case_file(
            a_study("2025-01-01", kept, absent, gone),
            a_study(
                "2025-04-01",
                kept,
                absent,
                back,
                {"label": "x", "role": "new"},
                {"label": "y", "role": "new", "longest_mm": 6},
            ),
        )
    )["lesion_changes"]
    assert found.steps[1:] == (
        "a: 40 mm to 40 mm (the same).",
        "c: absent in both.",
        "d: 0 mm to 12 mm.",
        "x: new, size not stated.",
        "y: new, 6 mm.",
        f"The lesions differ in their direction: 2 level, 1 up, 2 new; {LEVEL}.",
    )
