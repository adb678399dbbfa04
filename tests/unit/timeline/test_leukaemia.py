"""Remission conditions of acute lymphoblastic leukaemia, and residual disease against the limit of its test."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.casefile.domain.case_file import CaseFile
from app.cases.domain import Cancer
from app.records.domain.base import Absence
from app.records.domain.disease import MrdResult
from app.records.domain.kinds import AnyRecord
from app.timeline.domain.compute import compute_all
from app.timeline.domain.computed import Computed
from app.timeline.domain.leukaemia import Marrow, remission_of, remission_word
from app.timeline.domain.residual_disease import limit_words, residual_disease_of
from app.timeline.domain.series import build_series
from tests.builders import a_case, a_case_file, a_record
from tests.unit.timeline.records import a_lab, a_marker

AS_OF = date(2026, 1, 1)


def a_marrow(day: str | None = "2025-06-01", **fields: Any) -> AnyRecord:
    return a_record(
        "mrd_result",
        **{
            "date": day,
            "specimen": "marrow",
            "blasts_percent": Decimal(2),
            "circulating_blasts": "absent",
            "extramedullary": "absent",
            **fields,
        },
    )


def counts(
    neutrophils: float = 1.2, platelets: float = 150, day: str = "2025-06-02"
) -> tuple[AnyRecord, ...]:
    return a_lab(day, neutrophils, test="ANC"), a_lab(day, platelets)


def remission(*records: AnyRecord) -> Computed:
    case_file = a_case_file(*records)
    return remission_of(case_file, build_series(case_file, as_of=AS_OF), AS_OF)


def word_of(*records: AnyRecord) -> tuple[Any, str | None]:
    computed = remission(*records)
    assert computed.result is not None
    return computed.result["word"], computed.reason


FULL = Marrow(
    blasts_percent=Decimal("4.9"),
    circulating="absent",
    extramedullary="absent",
    neutrophils=Decimal("1.0"),
    platelets=Decimal(100),
)


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        pytest.param({}, ("CR", None), id="every-condition-at-its-limit"),
        pytest.param({"blasts_percent": Decimal(5)}, ("not_met", None), id="five-percent-is-too-many"),
        pytest.param({"circulating": "present"}, ("not_met", None), id="blasts-in-blood"),
        pytest.param({"extramedullary": "present"}, ("not_met", None), id="outside-the-marrow"),
        pytest.param({"neutrophils": Decimal("0.99")}, ("CRi", None), id="neutrophils-short"),
        pytest.param({"platelets": Decimal("99.9")}, ("CRi", None), id="platelets-short"),
        pytest.param(
            {"neutrophils": None, "platelets": Decimal(50)}, ("CRi", None), id="one-short-count-is-enough"
        ),
        pytest.param({"neutrophils": None}, (None, "neutrophils_not_recorded"), id="no-neutrophils"),
        pytest.param({"platelets": None}, (None, "platelets_not_recorded"), id="no-platelets"),
        pytest.param({"circulating": None}, (None, "blasts_in_blood_not_recorded"), id="no-blood"),
        pytest.param(
            {"extramedullary": None}, (None, "disease_outside_the_marrow_not_recorded"), id="nobody-looked"
        ),
        pytest.param(
            {"circulating": "present", "extramedullary": None, "platelets": None},
            ("not_met", None),
            id="what-is-surely-not-met-decides-before-what-lacks",
        ),
    ],
)
def test_remission_needs_every_condition_and_names_what_lacks(
    changes: dict[str, Any], answer: tuple[str | None, str | None]
) -> None:
    marrow = {
        "blasts_percent": FULL.blasts_percent,
        "circulating": FULL.circulating,
        "extramedullary": FULL.extramedullary,
        "neutrophils": FULL.neutrophils,
        "platelets": FULL.platelets,
        **changes,
    }
    assert remission_word(Marrow(**marrow)) == answer


def test_a_case_shows_each_condition_with_its_record() -> None:
    computed = remission(a_marrow(), *counts())
    assert computed.result == {
        "date": "2025-06-01",
        "word": "CR",
        "conditions": {
            "marrow_blasts_below_5_percent": True,
            "no_blasts_in_blood": True,
            "no_disease_outside_the_marrow": True,
            "neutrophils_enough": True,
            "platelets_enough": True,
        },
        "lacking": [],
    }
    assert [(one["name"], one["record_id"], one["value"]) for one in computed.inputs] == [
        ("marrow_blasts_percent", "record-001", 2),
        ("blasts_in_blood", "record-001", "absent"),
        ("disease_outside_the_marrow", "record-001", "absent"),
        ("neutrophils", "record-002", 1.2),
        ("platelets", "record-003", 150),
    ]
    assert [source.record_id for source in computed.sources] == ["record-001", "record-002", "record-003"]
    assert computed.steps == (
        "Marrow blasts 2 % against below 5 %.",
        "Blasts in the blood: absent.",
        "Disease outside the marrow: absent.",
        "Neutrophils 1.2 against at least 1.0 (10^9/L).",
        "Platelets 150 against at least 100 (10^9/L).",
    )
    assert computed.flags == ()
    assert computed.rule.id == "all_remission"


def test_a_count_on_its_limit_is_enough_and_flagged_because_sources_differ() -> None:
    computed = remission(a_marrow(), *counts(neutrophils=1, platelets=100))
    assert computed.result is not None
    assert computed.result["word"] == "CR"
    assert computed.flags == ("neutrophils_on_the_limit", "platelets_on_the_limit")


def test_counts_in_cells_per_microlitre_are_converted() -> None:
    counted = a_lab("2025-06-01", 900, test="ANC", unit="/uL")
    assert word_of(a_marrow(), counted, a_lab("2025-06-01", 150)) == ("CRi", None)


@pytest.mark.parametrize(("day", "word"), [("2025-06-15", "CR"), ("2025-06-16", None), ("2025-05-18", "CR")])
def test_counts_belong_to_the_marrow_within_14_days(day: str, word: str | None) -> None:
    assert word_of(a_marrow(), *counts(day=day))[0] == word


def test_the_newest_marrow_counts_and_the_worse_of_one_day() -> None:
    older = a_marrow("2025-05-01", blasts_percent=Decimal(40))
    assert word_of(older, a_marrow(), *counts())[0] == "CR"
    again = a_marrow(blasts_percent=Decimal(7), circulating_blasts=None, extramedullary=None)
    assert word_of(a_marrow(), again, *counts())[0] == "not_met"


def test_of_two_statements_of_one_day_the_one_that_names_disease_counts() -> None:
    other = a_marrow(blasts_percent=None, circulating_blasts="present", extramedullary=None)
    assert word_of(a_marrow(), other, *counts())[0] == "not_met"


@pytest.mark.parametrize(
    ("blasts", "word"),
    [
        pytest.param(
            a_lab("2025-06-01", 0, test="Blasts", unit="%", specimen="peripheral blood"), "CR", id="none"
        ),
        pytest.param(
            a_lab("2025-06-01", 3, test="Blasts", unit="%", specimen="peripheral blood"), "not_met", id="some"
        ),
        pytest.param(a_marker("2025-06-01", 1, "Circulating blasts", unit="%"), "not_met", id="by-its-name"),
        pytest.param(
            a_marker("2025-06-01", 1, "Circulating blasts", unit="%", comparator="<"),
            None,
            id="below-a-bound",
        ),
        pytest.param(
            a_marker("2025-06-01", 0, "Blasts", unit="%", specimen=None), None, id="specimen-not-stated"
        ),
    ],
)
def test_blasts_in_blood_are_read_from_the_laboratory(blasts: AnyRecord, word: str | None) -> None:
    assert word_of(a_marrow(circulating_blasts=None), blasts, *counts())[0] == word


@pytest.mark.parametrize(
    "blasts",
    [
        a_marker("2025-06-01", 12, "Marrow blasts", unit="%"),
        a_marker("2025-06-01", 12, "Blasts", unit="%", specimen="Bone marrow"),
    ],
)
def test_marrow_blasts_are_read_from_a_marker_too(blasts: AnyRecord) -> None:
    assert word_of(blasts, *counts())[0] == "not_met"


@pytest.mark.parametrize(
    "records",
    [
        (),
        (a_marrow(blasts_percent=None),),
        (a_marrow("2025-06"),),
        (a_marrow("2026-06-01"),),
        (a_marker("2025-06-01", 12, "Marrow blasts", unit="%", comparator="<"),),
    ],
)
def test_without_a_dated_marrow_count_nothing_is_computed(records: tuple[AnyRecord, ...]) -> None:
    computed = remission(*records)
    assert (computed.result, computed.reason) == (None, "no_dated_marrow_blast_count")


def a_test(**fields: Any) -> MrdResult:
    record = a_marrow(**fields)
    assert isinstance(record, MrdResult)
    return record


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        pytest.param(
            {"result": "negative", "detection_limit_percent": Decimal("0.01")},
            ("negative_below_its_limit", None),
            id="negative-at-the-sensitivity",
        ),
        pytest.param(
            {"result": "negative", "detection_limit_percent": Decimal("0.011")},
            ("negative_insufficient_sensitivity", None),
            id="negative-of-a-blunt-test",
        ),
        pytest.param(
            {"result": "negative"}, (None, "limit_of_the_test_not_recorded"), id="negative-of-no-limit"
        ),
        pytest.param(
            {"value_percent": Decimal("0.005"), "comparator": "<"},
            ("negative_below_its_limit", None),
            id="a-bound-is-its-own-limit",
        ),
        pytest.param(
            {"value_percent": Decimal("0.1"), "comparator": "<="},
            ("negative_insufficient_sensitivity", None),
            id="a-wide-bound",
        ),
        pytest.param({"value_percent": Decimal("0.01")}, ("at_or_above_0.01_percent", None), id="at"),
        pytest.param({"value_percent": Decimal("0.0099")}, ("below_0.01_percent", None), id="below"),
        pytest.param(
            {"value_percent": Decimal(1), "comparator": ">"},
            ("at_or_above_0.01_percent", None),
            id="more-than",
        ),
        pytest.param(
            {"value_percent": Decimal("0.001"), "comparator": ">"},
            (None, "no_result_recorded"),
            id="more-than-little",
        ),
        pytest.param(
            {"value_percent": Decimal("0.001"), "comparator": "~", "result": "positive"},
            ("positive_without_a_number", None),
            id="about",
        ),
        pytest.param(
            {"value_percent": Decimal("0.0001"), "detection_limit_percent": Decimal("0.001")},
            (None, "value_below_the_limit_of_its_test"),
            id="less-than-the-test-can-see",
        ),
        pytest.param(
            {"value_percent": Decimal("0.001"), "detection_limit_percent": Decimal("0.001")},
            ("below_0.01_percent", None),
            id="just-what-the-test-can-see",
        ),
        pytest.param(
            {"value_percent": Decimal("0.01"), "comparator": ">="},
            ("at_or_above_0.01_percent", None),
            id="at-least-the-limit-of-the-book",
        ),
        pytest.param(
            {
                "value_percent": Decimal("0.01"),
                "comparator": "<",
                "detection_limit_percent": Decimal("0.1"),
                "result": "negative",
            },
            ("negative_insufficient_sensitivity", None),
            id="its-stated-limit-counts-before-its-bound",
        ),
        pytest.param(
            {"value_percent": Decimal("0.001"), "comparator": "~", "result": "negative"},
            (None, "limit_of_the_test_not_recorded"),
            id="about-is-no-limit",
        ),
        pytest.param({"result": "positive"}, ("positive_without_a_number", None), id="positive"),
        pytest.param({"result": "indeterminate"}, ("indeterminate", None), id="indeterminate"),
        pytest.param(
            {"result": "insufficient_sensitivity"}, ("insufficient_sensitivity", None), id="reported-blunt"
        ),
        pytest.param({}, (None, "no_result_recorded"), id="nothing"),
    ],
)
def test_negative_holds_below_the_limit_of_the_test_only(
    fields: dict[str, Any], answer: tuple[str | None, str | None]
) -> None:
    assert limit_words(a_test(**fields)) == answer


def test_residual_disease_tests_stand_in_order_the_newest_on_top() -> None:
    case_file = a_case_file(
        a_marrow("2025-08-01", result="negative", detection_limit_percent=Decimal("0.01")),
        a_marrow("2025-06-01", value_percent=Decimal(1), method="flow"),
        a_marrow("2026-06-01", result="positive"),
        a_marrow(None, result="positive"),
        a_marrow("2025-09-01"),
    )
    computed = residual_disease_of(case_file, AS_OF)
    assert computed is not None
    assert computed.result is not None
    assert (computed.result["word"], computed.result["date"]) == ("negative_below_its_limit", "2025-08-01")
    assert [one["record_id"] for one in computed.result["tests"]] == [
        "record-004",
        "record-002",
        "record-001",
    ]
    assert [source.record_id for source in computed.sources] == ["record-004", "record-002", "record-001"]
    assert residual_disease_of(a_case_file(a_marrow()), AS_OF) is None


def test_a_test_for_residual_disease_is_shown_with_all_that_its_word_rests_on() -> None:
    case_file = a_case_file(
        a_marrow("2026-01-02", result="positive"),
        a_marrow("2025-06-01", stated=Absence.NOT_DONE),
        a_marrow(
            "2026-01-01",
            method="flow",
            value_percent=Decimal("0.0001"),
            comparator=None,
            detection_limit_percent=Decimal("0.001"),
        ),
        a_marrow("2025-06-01", result="positive", value_percent=Decimal("0.5"), comparator=">"),
    )
    computed = residual_disease_of(case_file, AS_OF)
    assert computed is not None
    assert computed.reason == "value_below_the_limit_of_its_test"
    assert computed.result == {
        "word": None,
        "date": "2026-01-01",
        "tests": [
            {
                "record_id": "record-004",
                "date": "2025-06-01",
                "method": None,
                "reported": "positive",
                "value_percent": 0.5,
                "comparator": ">",
                "limit_percent": None,
                "word": "at_or_above_0.01_percent",
                "reason": None,
            },
            {
                "record_id": "record-003",
                "date": "2026-01-01",
                "method": "flow",
                "reported": None,
                "value_percent": 0.0001,
                "comparator": None,
                "limit_percent": 0.001,
                "word": None,
                "reason": "value_below_the_limit_of_its_test",
            },
        ],
    }


def case_of(group: str, *records: AnyRecord) -> CaseFile:
    return a_case_file(*records, case=a_case(cancer=Cancer(text=group, disease_group=group)))  # type: ignore[arg-type]


def test_the_rules_of_a_disease_are_computed_for_that_disease_alone() -> None:
    def rules(group: str) -> set[str]:
        return {one.rule.id for one in compute_all(case_of(group, a_marrow(result="negative")), AS_OF)}

    own = {
        "acute_lymphoblastic_leukaemia": "all_remission",
        "hodgkin_lymphoma": "lugano",
        "other_lymphoma": "lugano",
        "glioma": "rano",
        "myeloma": "imwg",
    }
    assert all((rule in rules(group)) is (own[group] == rule) for group in own for rule in own.values())
    assert not rules("nsclc") & set(own.values())
    assert all("mrd_limit" in rules(group) for group in own)


def test_a_bound_of_blasts_in_blood_is_not_none() -> None:
    bound = a_marker("2025-06-01", 1, "Circulating blasts", unit="%", comparator="<=")
    assert word_of(a_marrow(circulating_blasts=None), bound, *counts())[0] is None


def test_what_was_not_found_near_a_marrow_is_among_the_steps() -> None:
    (computed,) = (
        one
        for one in compute_all(
            a_case_file(
                a_record("mrd_result", date="2025-03-01", blasts_percent=Decimal(2)),
                case=a_case(cancer=Cancer(disease_group="acute_lymphoblastic_leukaemia")),
            ),
            date(2026, 1, 1),
        )
        if one.rule.id == "all_remission"
    )
    assert computed.steps[1:] == (
        "Blasts in the blood: not recorded.",
        "Disease outside the marrow: not recorded.",
        "Neutrophils: not recorded within 14 days.",
        "Platelets: not recorded within 14 days.",
    )


@pytest.mark.parametrize(
    ("fields", "step"),
    [
        (
            {"method": "flow cytometry", "result": "negative", "detection_limit_percent": Decimal("0.01")},
            "2025-03-01: flow cytometry; reported negative; limit of the test 0.01 %.",
        ),
        (
            {"value_percent": Decimal("0.02"), "comparator": "<"},
            "2025-03-01: <0.02 %; limit of the test not recorded.",
        ),
        ({"date": None, "result": "insufficient_sensitivity"},
         "No date: reported insufficient sensitivity; limit of the test not recorded."),
    ],
)  # fmt: skip
def test_each_test_for_residual_disease_is_told_with_its_limit(fields: dict[str, Any], step: str) -> None:
    computed = residual_disease_of(
        a_case_file(a_record("mrd_result", **{"date": "2025-03-01", **fields})), date(2026, 1, 1)
    )
    assert computed is not None
    assert computed.steps == (step,)


@pytest.mark.parametrize(
    ("day", "as_of", "word"),
    [
        pytest.param("2025-06-15", AS_OF, "not_met", id="14-days-later"),
        pytest.param("2025-05-18", AS_OF, "not_met", id="14-days-before"),
        pytest.param("2025-06-16", AS_OF, None, id="15-days-later"),
        pytest.param("2025-05-17", AS_OF, None, id="15-days-before"),
        pytest.param("2025-06-10", date(2025, 6, 10), "not_met", id="the-day-asked-for"),
        pytest.param("2025-06-10", date(2025, 6, 9), None, id="still-to-come"),
    ],
)
def test_what_is_said_of_the_blood_belongs_to_the_marrow_within_14_days(
    day: str, as_of: date, word: str | None
) -> None:
    said = a_marrow(day, blasts_percent=None, circulating_blasts="present", extramedullary=None)
    case_file = a_case_file(a_marrow(circulating_blasts=None), said, *counts())
    computed = remission_of(case_file, build_series(case_file, as_of=as_of), as_of)
    assert computed.result is not None
    assert computed.result["word"] == word
    assert computed.reason == (None if word else "blasts_in_blood_not_recorded")
