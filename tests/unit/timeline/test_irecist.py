"""iRECIST bookkeeping: what confirms a progression, what leaves it open, what resets it, and when it is told at all."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.cases.domain import Cancer
from app.records.domain.kinds import AnyRecord
from app.timeline.domain.compute import compute_all
from app.timeline.domain.computed import Computed
from app.timeline.domain.irecist import Category, Entry, Look, follow, further_progression
from tests.builders import a_case, a_case_file, a_record
from tests.unit.timeline.records import a_status, a_study, a_target, a_treatment

AS_OF = date(2026, 1, 1)
START = a_treatment("2025-01-10", "pembrolizumab", ongoing=True)
BASELINE = a_study(
    "2025-01-05", a_target("a", 50), a_target("b", 30), {"label": "n", "role": "non_target", "longest_mm": 20}
)


def others(mm: float = 20, **fields: Any) -> dict[str, Any]:
    return {"label": "n", "role": "non_target", "longest_mm": mm, **fields}


def scan(
    day: str, a: float = 50, b: float = 30, *more: dict[str, Any], n: float = 20, **fields: Any
) -> AnyRecord:
    return a_study(day, a_target("a", a), a_target("b", b), others(n, **fields), *more)


def new(label: str = "x", mm: float | None = 12, certainty: str = "unequivocal") -> dict[str, Any]:
    size = {} if mm is None else {"longest_mm": mm}
    return {"label": label, "role": "new", "certainty": certainty, **size}


def irecist(*records: AnyRecord) -> Computed | None:
    found = compute_all(a_case_file(START, BASELINE, *records), AS_OF)
    return next((one for one in found if one.rule.id == "irecist"), None)


def words(*records: AnyRecord) -> list[tuple[str | None, str | None]]:
    computed = irecist(*records)
    assert computed is not None
    assert computed.result is not None
    return [(one["word"], one["reason"]) for one in computed.result["studies"]]


def by(*records: AnyRecord) -> list[str]:
    computed = irecist(*records)
    assert computed is not None
    assert computed.result is not None
    last: list[str] = computed.result["studies"][-1]["by"]
    return last


PD = scan("2025-03-10", 70)  # 100 mm against 80: +25 %, +20 mm
NO_GROWTH = ("iUPD", "no_further_increase")


@pytest.mark.parametrize(
    ("second", "answer", "confirmed_by"),
    [
        pytest.param(scan("2025-04-14", 75), ("iCPD", None), ["targets_5_mm_larger"], id="five-mm"),
        pytest.param(scan("2025-04-14", 74.9), NO_GROWTH, [], id="less-than-five-mm"),
        pytest.param(scan("2025-04-07", 75), ("iCPD", None), ["targets_5_mm_larger"], id="day-28"),
        pytest.param(scan("2025-04-06", 75), ("iUPD", "scan_earlier_than_4_weeks"), [], id="day-27"),
        pytest.param(scan("2025-05-05", 75), ("iCPD", None), ["targets_5_mm_larger"], id="day-56"),
        pytest.param(
            scan("2025-05-06", 75), ("iUPD", "scan_later_than_8_weeks"), ["targets_5_mm_larger"], id="day-57"
        ),
        pytest.param(scan("2025-04-14", 70, 30, new()), ("iCPD", None), ["new_lesion"], id="a-new-lesion"),
        pytest.param(
            scan("2025-04-14", 70, state="unequivocal_progression"),
            ("iCPD", None),
            ["non_targets_now_progress"],
            id="non-targets-progress",
        ),
        pytest.param(scan("2025-04-14", 50), ("iSD", None), [], id="smaller-again-resets"),
        pytest.param(scan("2025-04-14", 20, 20), ("iPR", None), [], id="partial-response-resets"),
        pytest.param(scan("2025-04-14", 0, 0, n=0, state="absent"), ("iCR", None), [], id="all-gone-resets"),
        pytest.param(
            a_study("2025-04-14", a_target("a", 70)), ("NE", None), [], id="not-evaluable-leaves-it-open"
        ),
    ],
)
def test_a_scan_after_a_progression_confirms_leaves_or_resets_it(
    second: AnyRecord, answer: tuple[str, str | None], confirmed_by: list[str]
) -> None:
    assert words(PD, second) == [("iUPD", None), answer]
    assert by(PD, second) == confirmed_by


def test_after_a_reset_the_next_progression_is_unconfirmed_again() -> None:
    told = words(PD, scan("2025-04-14", 50), scan("2025-06-01", 75), scan("2025-07-01", 82))
    assert told == [("iUPD", None), ("iSD", None), ("iUPD", None), ("iCPD", None)]


def test_a_confirmed_progression_stays_confirmed() -> None:
    assert words(PD, scan("2025-04-14", 80), scan("2025-05-14", 20))[-1] == ("iCPD", None)


def test_a_scan_that_is_not_evaluable_keeps_the_first_progression_as_what_is_compared() -> None:
    computed = irecist(PD, a_study("2025-04-01", a_target("a", 70)), scan("2025-04-28", 75))
    assert computed is not None
    assert computed.result is not None
    assert (computed.result["word"], computed.result["first_progression"]) == ("iCPD", "2025-03-10")


@pytest.mark.parametrize(
    ("second", "answer", "confirmed_by"),
    [
        pytest.param(
            scan("2025-04-14", 50, 30, new("x", 17)), ("iCPD", None), ["new_lesions_5_mm_larger"], id="larger"
        ),
        pytest.param(scan("2025-04-14", 50, 30, new("x", 16.9)), NO_GROWTH, [], id="not-larger-enough"),
        pytest.param(
            scan("2025-04-14", 50, 30, new(), new("y")), ("iCPD", None), ["another_new_lesion"], id="another"
        ),
        pytest.param(scan("2025-04-14", 75), ("iCPD", None), ["targets_now_progress"], id="targets-now"),
        pytest.param(scan("2025-04-14"), ("iSD", None), [], id="the-new-one-is-gone"),
        pytest.param(
            scan("2025-04-14", 50, 30, {"label": "x", "longest_mm": 13}), NO_GROWTH, [], id="still-there"
        ),
        pytest.param(
            scan("2025-04-14", 50, 30, {"label": "x", "state": "absent"}),
            ("iSD", None),
            [],
            id="said-to-be-gone",
        ),
    ],
)
def test_a_new_lesion_is_confirmed_by_its_growth_or_another(
    second: AnyRecord, answer: tuple[str, str | None], confirmed_by: list[str]
) -> None:
    first = scan("2025-03-10", 50, 30, new())
    assert words(first, second) == [("iUPD", None), answer]
    assert by(first, second) == confirmed_by


def test_any_increase_of_a_progressing_non_target_confirms() -> None:
    first = scan("2025-03-10", n=30, state="unequivocal_progression")
    assert words(first, scan("2025-04-14", n=30.1, state="unequivocal_progression"))[-1] == ("iCPD", None)
    assert words(first, scan("2025-04-14", n=30, state="unequivocal_progression"))[-1] == NO_GROWTH
    unmeasured = a_study(
        "2025-04-14",
        a_target("a", 50),
        a_target("b", 30),
        {"label": "n", "role": "non_target", "state": "unequivocal_progression"},
    )
    assert words(first, unmeasured)[-1] == ("iUPD", "increase_of_non_targets_not_recorded")


def test_an_early_scan_counts_only_with_a_new_symptom_and_a_further_lesion() -> None:
    first, second = scan("2025-03-10", 50, 30, new()), scan("2025-03-24", 50, 30, new(), new("y"))
    symptom = a_record("symptom", symptom="pain", onset="2025-03-20", date="2025-03-24")
    assert words(first, second)[-1] == ("iUPD", "scan_earlier_than_4_weeks")
    assert words(first, second, symptom)[-1] == ("iCPD", None)
    assert words(first, scan("2025-03-24", 50, 30, new("x", 40)), symptom)[-1][0] == "iUPD"
    of_that_day = a_record("symptom", symptom="pain", onset="2025-03-24", date="2025-03-24")
    assert words(first, second, of_that_day)[-1] == ("iCPD", None)
    earlier = a_record("symptom", symptom="pain", onset="2025-03-10", date="2025-03-24")
    assert words(first, second, earlier)[-1][0] == "iUPD"
    denied = a_record("symptom", symptom="pain", presence="absent", onset="2025-03-20", date="2025-03-24")
    assert words(first, second, denied)[-1][0] == "iUPD"


def test_it_is_never_told_because_the_drug_is_an_immunotherapy() -> None:
    assert irecist(scan("2025-03-10", 45)) is None
    assert irecist(PD) is None


@pytest.mark.parametrize(
    "record",
    [
        a_status("2025-03-11", "response", "PD", criteria="iRECIST"),
        a_status("2025-03-11", "response", "iUPD"),
        a_record("opinion", date="2025-03-11", statement="Unconfirmed by i-RECIST."),
        a_study("2025-03-11", impression="iUPD, please repeat."),
    ],
)
def test_it_is_told_where_the_records_name_it(record: AnyRecord) -> None:
    computed = irecist(PD, record)
    assert computed is not None
    assert computed.result is not None
    assert computed.result["told_because"] == "records_name_irecist"
    assert computed.result["word"] == "iUPD"
    assert "because the records name iRECIST" in computed.limits[1]
    assert "record-004" in {source.record_id for source in computed.sources}


def test_it_is_told_where_a_scan_followed_a_progression() -> None:
    computed = irecist(PD, scan("2025-04-14", 80))
    assert computed is not None
    assert computed.result is not None
    assert computed.result["told_because"] == "scan_after_progression"
    assert "a scan followed a progression" in computed.limits[1]
    assert computed.steps == (
        "2025-03-10: RECIST 1.1 PD; iRECIST iUPD by target.",
        "2025-04-14: RECIST 1.1 PD; iRECIST iCPD by targets 5 mm larger.",
    )


def test_an_equivocal_new_lesion_leaves_the_word_open() -> None:
    named = a_status("2025-03-11", "response", "SD", criteria="iRECIST")
    equivocal = scan("2025-03-10", 50, 30, new(certainty="equivocal"))
    assert words(named, equivocal) == [(None, "word_not_computed")]
    computed = irecist(named, equivocal)
    assert computed is not None
    assert computed.steps == ("2025-03-10: RECIST 1.1 no word; iRECIST no word.",)


def test_a_new_lesion_stays_known_over_studies_that_do_not_mention_it() -> None:
    first, second = scan("2025-03-10", 50, 30, new("x", 12)), scan("2025-03-20", 50, 30, new("y", 12))
    third = scan("2025-04-20", 50, 30, {"label": "x", "longest_mm": 17})
    assert words(first, second, third)[-1] == ("iCPD", None)
    assert by(first, second, third) == ["new_lesions_5_mm_larger"]


def test_a_new_node_is_measured_by_its_short_axis() -> None:
    def node(short: float) -> dict[str, Any]:
        return {**new("x", 30), "is_node": True, "short_axis_mm": short}

    first = scan("2025-03-10", 50, 30, node(16))
    assert words(first, scan("2025-04-14", 50, 30, node(20.9)))[-1] == NO_GROWTH
    assert words(first, scan("2025-04-14", 50, 30, node(21)))[-1] == ("iCPD", None)


def a_look(day: str, *progressions: Category, **fields: Any) -> Look:
    return Look(
        **{
            "text": day,
            "day": date.fromisoformat(day).toordinal(),
            "otherwise": "SD",
            "progressions": frozenset(progressions),
            "sum_mm": Decimal(100),
            "non_targets": {},
            "new": {},
            "non_target_progresses": "non_target" in progressions,
            **fields,
        }
    )


UNCONFIRMED = a_look("2025-03-10", "target")


@pytest.mark.parametrize(
    ("word", "told"), [("CR", "iCR"), ("PR", "iPR"), ("SD", "iSD"), ("non-CR/non-PD", "iSD")]
)
def test_every_response_and_stable_disease_resets_a_progression(word: str, told: str) -> None:
    better, again = a_look("2025-04-14", otherwise=word), a_look("2025-06-14", "target")
    assert follow([UNCONFIRMED, better, again]) == (
        Entry(text="2025-03-10", word="iUPD", reason=None, by=("target",), first_progression=None),
        Entry(text="2025-04-14", word=told, reason=None, by=(), first_progression=None),  # type: ignore[arg-type]
        Entry(text="2025-06-14", word="iUPD", reason=None, by=("target",), first_progression=None),
    )


def test_a_study_names_the_unconfirmed_progression_that_it_is_held_against() -> None:
    level, larger = a_look("2025-04-14", "target"), a_look("2025-04-20", "target", sum_mm=Decimal(105))
    ne, after = a_look("2025-04-15", otherwise="NE"), a_look("2025-06-14", otherwise="CR")
    told = [(one.word, one.first_progression) for one in follow([UNCONFIRMED, level, ne, larger, after])]
    first = "2025-03-10"
    assert told == [("iUPD", None), ("iUPD", first), ("NE", None), ("iCPD", first), ("iCPD", first)]
    early = follow([UNCONFIRMED, a_look("2025-03-20", "target")])[-1]
    assert (early.reason, early.first_progression) == ("scan_earlier_than_4_weeks", first)


@pytest.mark.parametrize(
    ("first", "look", "reason"),
    [
        pytest.param({}, {"sum_mm": None}, "sum_of_targets_not_recorded", id="no-sum-now"),
        pytest.param({"sum_mm": None}, {}, "sum_of_targets_not_recorded", id="no-sum-then"),
        pytest.param({}, {}, "no_further_increase", id="both"),
    ],
)
def test_what_progressed_and_is_not_measured_in_both_studies_is_named(
    first: dict[str, Any], look: dict[str, Any], reason: str
) -> None:
    told = follow([a_look("2025-03-10", "target", **first), a_look("2025-04-14", "target", **look)])[-1]
    assert (told.word, told.reason) == ("iUPD", reason)


def test_each_way_of_confirming_has_its_name() -> None:
    ten, eleven = {"n": Decimal(10)}, {"n": Decimal(11)}
    others_first = a_look("2025-03-10", "non_target", non_targets=ten)
    others_later = a_look("2025-04-14", "non_target", non_targets=eleven)
    assert further_progression(others_first, others_later) == ("non_target_larger",)
    assert further_progression(UNCONFIRMED, a_look("2025-04-14", "target", "non_target")) == (
        "non_targets_now_progress",
    )
    assert further_progression(others_first, a_look("2025-04-14", "target")) == ("targets_now_progress",)
    assert further_progression(UNCONFIRMED, a_look("2025-04-14", "target", new={"x": None})) == (
        "new_lesion",
    )
    two = a_look("2025-04-14", new={"x": Decimal(2), "y": Decimal(13), "z": None})
    assert further_progression(
        a_look("2025-03-10", new={"x": None, "y": Decimal(8), "z": Decimal(9)}), two
    ) == ("new_lesions_5_mm_larger",)


def test_named_and_nothing_to_count_is_said() -> None:
    named = a_status("2025-03-11", "response", "iUPD")
    (computed,) = (one for one in compute_all(a_case_file(START, named), AS_OF) if one.rule.id == "irecist")
    assert (computed.result, computed.reason) == (None, "no_baseline_targets")
    assert (computed.title, computed.steps) == ("Progression by the iRECIST bookkeeping", ())
    only_baseline = irecist(named)
    assert only_baseline is not None
    assert only_baseline.reason == "no_study_after_baseline"
    assert [source.record_id for source in computed.sources] == ["record-002"]
    assert len(computed.limits) == 3
    assert "because the records name iRECIST" in computed.limits[1]
    assert words(named) == []


def test_where_a_disease_has_criteria_of_its_own_it_is_told_only_if_named() -> None:
    lymphoma = a_case(cancer=Cancer(text="lymphoma", disease_group="other_lymphoma"))

    def rules(*more: AnyRecord) -> dict[str, Computed]:
        records = (START, BASELINE, PD, scan("2025-04-14", 80), *more)
        return {one.rule.id: one for one in compute_all(a_case_file(*records, case=lymphoma), AS_OF)}

    assert "irecist" not in rules()
    assert "disease_has_criteria_of_its_own" in rules()["recist_1_1"].flags
    assert "irecist" in rules(a_status("2025-04-15", "response", "iUPD"))
