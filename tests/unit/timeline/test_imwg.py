"""IMWG thresholds of myeloma proteins."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.records.domain.kinds import AnyRecord
from app.timeline.domain.computed import Computed
from app.timeline.domain.imwg import Values, assess, confirmed, measured_by
from app.timeline.domain.imwg_case import imwg_of
from app.timeline.domain.series import build_series
from tests.builders import a_case_file
from tests.unit.timeline.records import a_marker, a_treatment

AS_OF = date(2026, 1, 1)
START = a_treatment("2025-01-10", "bortezomib", "lenalidomide")


def values(serum: float | None = None, urine: float | None = None, dflc: float | None = None) -> Values:
    def exact(value: float | None) -> Decimal | None:
        return None if value is None else Decimal(str(value))

    return Values(serum=exact(serum), urine=exact(urine), dflc=exact(dflc))


def serum(day: str, value: float, unit: str = "g/dL", **fields: Any) -> AnyRecord:
    return a_marker(day, value, "M-protein", unit=unit, **fields)


def urine(day: str, value: float, unit: str = "mg/24h") -> AnyRecord:
    return a_marker(day, value, "Urine M-protein", unit=unit, specimen="24 h urine")


def chains(day: str, kappa: float, lambda_: float, unit: str = "mg/L") -> tuple[AnyRecord, ...]:
    limits = {"reference_low": Decimal("0.26"), "reference_high": Decimal("1.65")}
    return (
        a_marker(day, kappa, "kappa FLC", unit=unit),
        a_marker(day, lambda_, "lambda FLC", unit=unit),
        a_marker(day, round(kappa / lambda_, 4), "FLC ratio", unit="ratio", **limits),
    )


def imwg(*records: AnyRecord) -> Computed:
    case_file = a_case_file(*records)
    return imwg_of(case_file, build_series(case_file, as_of=AS_OF), AS_OF)


def result(*records: AnyRecord) -> dict[str, Any]:
    computed = imwg(*records)
    assert computed.result is not None, computed.reason
    return dict(computed.result)


@pytest.mark.parametrize(
    ("baseline", "involved", "abnormal", "measures"),
    [
        pytest.param(values(1, 200), None, None, ("serum", "urine"), id="both-at-their-limit"),
        pytest.param(values(1, 199), None, None, ("serum",), id="serum"),
        pytest.param(values(0.9, 200), None, None, ("urine",), id="urine"),
        pytest.param(values(0.9, 199), 10, True, ("light_chains",), id="light-chains-with-neither"),
        pytest.param(values(0.9, 199), 9.9, True, (), id="too-little"),
        pytest.param(values(0.9, 199), 10, False, (), id="ratio-normal"),
        pytest.param(values(0.9, 199), None, True, (), id="chain-unknown"),
        pytest.param(values(1, 10), 50, True, ("serum",), id="light-chains-never-beside"),
        pytest.param(values(None, 10), 50, True, (), id="serum-unknown-is-not-neither"),
        pytest.param(values(0.1, None), 50, True, (), id="urine-unknown-is-not-neither"),
    ],
)
def test_what_a_response_is_measured_by(
    baseline: Values, *, involved: float | None, abnormal: bool | None, measures: tuple[str, ...]
) -> None:
    chain = None if involved is None else Decimal(str(involved))
    assert measured_by(baseline, involved=chain, ratio_is_abnormal=abnormal) == measures


@pytest.mark.parametrize(
    ("now", "word", "lacking"),
    [
        pytest.param(values(2, 100), "PR", None, id="half-and-nine-tenths"),
        pytest.param(values(2.01, 100), "below_PR", None, id="just-less-than-half"),
        pytest.param(values(2, 199.9), "PR", None, id="urine-under-200-is-enough"),
        pytest.param(values(2, 200.1), "below_PR", None, id="urine-falls-too-little"),
        pytest.param(values(0.4, 99.9), "VGPR", None, id="nine-tenths"),
        pytest.param(values(0.4, 100), "PR", None, id="urine-of-100-is-no-VGPR"),
        pytest.param(values(0.41, 50), "PR", None, id="serum-just-short-of-VGPR"),
        pytest.param(values(2, None), None, "urine_m_protein_not_recorded", id="no-urine"),
        pytest.param(values(None, 50), None, "serum_m_protein_not_recorded", id="no-serum"),
        pytest.param(values(5, 1000), "PD", None, id="a-quarter-over-and-one-gram"),
        pytest.param(values(4.99, 1000), "below_PR", None, id="not-quite-a-quarter"),
        pytest.param(values(5, None), "PD", None, id="progression-needs-no-urine"),
        pytest.param(values(4, 1250), "PD", None, id="urine-alone"),
    ],
)
def test_serum_and_urine_thresholds_at_their_edges(
    now: Values, word: str | None, lacking: str | None
) -> None:
    (one,) = assess(values(4, 1000), ("serum", "urine"), [now])
    assert (one.word, one.lacking) == (word, lacking)


@pytest.mark.parametrize(
    ("lowest", "now", "is_progression"),
    [
        pytest.param(values(1, 0), values(1.5, 0), True, id="half-a-gram"),
        pytest.param(values(1, 0), values(1.49, 0), False, id="less-than-half-a-gram"),
        pytest.param(values(4.9, 0), values(6.125, 0), True, id="a-quarter-under-five"),
        pytest.param(values(5, 0), values(6.25, 0), True, id="a-quarter-over-five"),
        pytest.param(values(5, 0), values(6.2, 0), False, id="one-gram-without-a-quarter"),
        pytest.param(values(1, 100), values(1, 299), False, id="urine-199"),
        pytest.param(values(1, 100), values(1, 300), True, id="urine-200"),
        pytest.param(values(1, 1000), values(1, 1249), False, id="urine-without-a-quarter"),
    ],
)
def test_progression_is_held_against_the_lowest_value(
    lowest: Values, now: Values, *, is_progression: bool
) -> None:
    *_, newest = assess(values(8, 3000), ("serum", "urine"), [lowest, now])
    assert (newest.word == "PD") is is_progression


def test_light_chains_grow_by_more_than_ten_mg_per_decilitre() -> None:
    def word(after: float) -> Any:
        *_, newest = assess(values(0, 0, 40), ("light_chains",), [values(0, 0, 4), values(0, 0, after)])
        return newest.word

    assert (word(14), word(14.1)) == ("PR", "PD")
    (none,) = assess(values(0, 0, 40), ("light_chains",), [values(0, 0, None)])
    assert none.lacking == "light_chains_not_recorded"
    (beside,) = assess(values(4, 0, 4), ("serum",), [values(4, 0, 40)])
    assert beside.word == "below_PR"


def test_two_assessments_in_a_row_confirm() -> None:
    def said(*serums: float) -> tuple[Any, bool, tuple[int, ...]]:
        return confirmed(assess(values(4, 0), ("serum",), [values(one, 0) for one in serums]))

    assert said() == (None, False, ())
    assert said(2) == ("PR", False, (0,))
    assert said(3, 2, 1.9) == ("PR", True, (1, 2))
    assert said(0.4, 2) == ("PD", False, (1,))
    assert said(2, 0.4) == ("VGPR", False, (1,))
    assert said(0.4, 0.3) == ("VGPR", True, (0, 1))
    assert said(0.3, 0.6) == ("PR", True, (0, 1))
    assert said(1, 2, 2.1) == ("PD", True, (1, 2))
    assert said(4, 3) == ("below_PR", False, (1,))


def test_a_case_is_measured_against_the_values_before_treatment() -> None:
    computed = imwg(
        serum("2024-12-01", 30, "g/L"),
        serum("2025-01-05", 40, "g/L"),
        urine("2025-01-05", 0.5, "g/24h"),
        START,
        serum("2025-03-01", 1.8),
        urine("2025-03-05", 40),
        serum("2025-05-01", 1.9),
        urine("2025-05-01", 30),
    )
    assert computed.reason is None
    assert computed.result is not None
    assert computed.result["measured_by"] == ["serum", "urine"]
    assert (computed.result["word"], computed.result["confirmed"]) == ("PR", True)
    assert computed.result["dates"] == ["2025-03-01", "2025-05-01"]
    first = computed.result["assessments"][0]
    assert (first["serum_g_dl"], first["serum_percent_from_baseline"], first["urine_mg_24h"]) == (
        1.8,
        -55.0,
        40,
    )
    assert computed.steps[0].startswith("Before treatment: serum M-protein 4")
    assert len(computed.inputs) == len(computed.sources) == 7


def test_the_unit_of_light_chains_decides_and_ten_mg_per_litre_is_no_growth() -> None:
    before = (serum("2025-01-05", 0.2), urine("2025-01-05", 20), *chains("2025-01-05", 500, 10))

    def word(kappa: float, unit: str) -> Any:
        return result(
            *before,
            START,
            *chains("2025-02-01", *((2, 1) if unit == "mg/dL" else (20, 10)), unit),
            *chains("2025-03-01", kappa, 1 if unit == "mg/dL" else 10, unit),
        )["word"]

    assert word(35, "mg/L") == "VGPR"  # 15 mg/L over the lowest
    assert word(130, "mg/L") == "PD"  # 110 mg/L, 11 mg/dL over it
    assert result(*before, START, *chains("2025-03-01", 20, 10))["involved_light_chain"] == "kappa"


def test_lambda_may_be_the_involved_chain() -> None:
    shown = result(
        serum("2025-01-05", 0.2),
        urine("2025-01-05", 20),
        *chains("2025-01-05", 10, 500),
        START,
        *chains("2025-03-01", 10, 200),
    )
    assert (shown["involved_light_chain"], shown["assessments"][0]["dflc_mg_dl"]) == ("lambda", 19)
    assert shown["word"] == "PR"


BEFORE = serum("2025-01-05", 3)


@pytest.mark.parametrize(
    ("records", "reason"),
    [
        pytest.param((BEFORE,), "no_treatment_start", id="no-treatment"),
        pytest.param(
            (BEFORE, a_treatment("2025-01", "x")), "treatment_start_not_known_to_the_day", id="month"
        ),
        pytest.param((START,), "no_exact_dated_value_of_a_myeloma_protein", id="nothing"),
        pytest.param((START, serum("2025-03-01", 3)), "no_value_before_treatment", id="none-before"),
        pytest.param((BEFORE, START), "no_value_after_treatment_start", id="none-after"),
        pytest.param((urine("2025-01-05", 20), START), "no_serum_value_before_treatment", id="no-serum"),
        pytest.param((serum("2025-01-05", 0.2), START), "no_urine_value_before_treatment", id="no-urine"),
        pytest.param(
            (serum("2025-01-05", 0.2), urine("2025-01-05", 20), START),
            "no_light_chain_ratio_before_treatment",
            id="no-ratio",
        ),
        pytest.param(
            (
                serum("2025-01-05", 0.2),
                urine("2025-01-05", 20),
                a_marker("2025-01-05", 9, "FLC ratio", unit="ratio"),
                START,
            ),
            "no_reference_range_of_the_light_chain_ratio",
            id="no-range",
        ),
        pytest.param(
            (serum("2025-01-05", 0.2), urine("2025-01-05", 20), *chains("2025-01-05", 15, 10), START),
            "nothing_measurable_before_treatment",
            id="nothing-measurable",
        ),
        pytest.param(
            (BEFORE, START, serum("2025-03-01", 1)), "urine_m_protein_not_recorded", id="urine-not-recorded"
        ),
        pytest.param(
            (BEFORE, START, serum("2025-03-01", 1), urine("2025-03-01", 0)),
            "second_assessment_not_recorded",
            id="one-assessment",
        ),
    ],
)
def test_what_lacks_is_named(records: tuple[AnyRecord, ...], reason: str) -> None:
    assert imwg(*records).reason == reason


def test_urine_belongs_to_serum_within_28_days() -> None:
    def lacking(day: str) -> Any:
        return result(BEFORE, START, serum("2025-03-01", 1), urine(day, 0))["assessments"][0]["lacking"]

    assert (lacking("2025-03-29"), lacking("2025-03-30")) == (None, "urine_m_protein_not_recorded")


def test_several_laboratories_are_flagged_and_the_longest_series_counts() -> None:
    other = serum("2025-04-01", 9, laboratory="Elsewhere")
    computed = imwg(BEFORE, START, serum("2025-03-01", 1), urine("2025-03-01", 0), other)
    assert "m_protein_in_several_series" in computed.flags
    assert computed.result is not None
    assert computed.result["word"] == "PR"


@pytest.mark.parametrize("name", ["kappa FLC", "lambda FLC", "Urine M-protein"])
def test_values_of_several_laboratories_are_flagged_for_every_protein(name: str) -> None:
    unit = "mg/24h" if name.startswith("Urine") else "mg/L"
    more = [a_marker("2025-02-01", 5, name, unit=unit, laboratory=where) for where in ("One", "Other")]
    computed = imwg(BEFORE, urine("2025-01-05", 500), START, serum("2025-03-01", 1), *more)
    key = {"kappa FLC": "flc_kappa", "lambda FLC": "flc_lambda"}.get(name, "m_protein_urine")
    assert computed.flags == (f"{key}_in_several_series",)


def test_the_difference_of_light_chains_needs_the_involved_one_and_both_on_one_day() -> None:
    kappa, lambda_, ratio = chains("2025-03-01", 500, 10)
    before = (BEFORE, urine("2025-01-05", 500))
    unknown = result(*before, START, serum("2025-03-01", 1), kappa, lambda_)
    assert (unknown["involved_light_chain"], unknown["assessments"][0]["dflc_mg_dl"]) == (None, None)
    known = result(
        *before, *chains("2025-01-05", 500, 10), START, serum("2025-03-01", 1), kappa, lambda_, ratio
    )
    assert (known["involved_light_chain"], known["assessments"][0]["dflc_mg_dl"]) == ("kappa", 49)
    half = result(*before, *chains("2025-01-05", 500, 10), START, serum("2025-03-01", 1), kappa)
    assert half["assessments"][0]["dflc_mg_dl"] is None


@pytest.mark.parametrize(
    ("unit", "involved"),
    [("1", "kappa"), ("ratio", "kappa"), (None, "kappa"), ("drops", None), ("mg/L", None)],
)
def test_a_ratio_has_no_unit_and_one_in_another_is_none(unit: str | None, involved: str | None) -> None:
    limits = {"reference_low": Decimal("0.26"), "reference_high": Decimal("1.65")}
    shown = result(
        serum("2025-01-05", 3),
        *chains("2025-01-05", 500, 10)[:2],
        a_marker("2025-01-05", 50, "FLC ratio", **{"unit": unit, **limits}),
        START,
        serum("2025-03-01", 1),
        *chains("2025-03-01", 20, 10),
    )
    assert shown["involved_light_chain"] == involved


@pytest.mark.parametrize(
    ("baseline", "now", "word"),
    [
        pytest.param(values(0.1, 1000), values(0.1, 100), "PR", id="urine-by-nine-tenths"),
        pytest.param(values(0.1, 300), values(0.1, 199), "PR", id="urine-below-200"),
        pytest.param(values(0.1, 1000), values(0.1, 99), "VGPR", id="urine-below-100"),
        pytest.param(values(0.1, 3000), values(0.1, 300), "PR", id="nine-tenths-of-much"),
        pytest.param(values(0.1, 3000), values(0.1, 301), "below_PR", id="not-nine-tenths"),
    ],
)
def test_urine_falls_by_its_share_or_below_its_amount(baseline: Values, now: Values, word: str) -> None:
    (one,) = assess(baseline, ("urine",), [now])
    assert one.word == word


def test_light_chains_fall_by_their_share() -> None:
    def word(before: float, now: float) -> str | None:
        return assess(values(0.1, 10, before), ("light_chains",), [values(0.1, 10, now)])[0].word

    assert [word(20, now) for now in (10.1, 10, 2.1, 2)] == ["below_PR", "PR", "PR", "VGPR"]
    assert (word(0, 0), word(-1, -2), word(0.5, 0.05)) == ("below_PR", "below_PR", "VGPR")


def test_what_rose_is_named() -> None:
    (one,) = assess(values(4, 1000), ("serum", "urine"), [values(6, 1300)])
    assert one.rises == ("serum", "urine")
    (other,) = assess(values(0, 0, 10), ("light_chains",), [values(0, 0, 30)])
    assert other.rises == ("light_chains",)


def test_each_lowest_value_is_remembered() -> None:
    def words(*dflc: float) -> list[str | None]:
        told = assess(values(0.1, 10, 40), ("light_chains",), [values(0.1, 10, one) for one in dflc])
        return [one.word for one in told]

    assert words(2, 8, 13) == ["VGPR", "PR", "PD"]


def test_every_assessment_between_must_say_as_much() -> None:
    def run(*serum_values: float) -> tuple[Any, bool, tuple[int, ...]]:
        return confirmed(assess(values(10, 0), ("serum",), [values(one, 0) for one in serum_values]))

    assert run(5, 4.9, 4.8) == ("PR", True, (1, 2))
    assert run(5, 6, 4.9) == ("PR", False, (2,))
    assert run(6, 4, 4.9, 0.5) == ("VGPR", False, (3,))


def test_a_protein_of_a_urine_specimen_is_that_of_urine() -> None:
    sent = [
        a_marker(day, value, "M-protein", unit="mg/24h", specimen="24 h urine")
        for day, value in (("2025-01-05", 1000), ("2025-03-01", 50))
    ]
    shown = result(serum("2025-01-05", 0.2), *sent, START, serum("2025-03-01", 0.2))
    assert (shown["measured_by"], shown["assessments"][0]["urine_mg_24h"]) == (["urine"], 50)


def test_each_assessment_of_serum_holds_the_value_of_its_own_day() -> None:
    shown = result(
        BEFORE,
        urine("2025-01-05", 500),
        START,
        serum("2025-03-01", 2),
        serum("2025-03-01", 1, laboratory="x"),
        serum("2025-03-10", 1),
        urine("2025-03-05", 50),
    )
    told = [(one["date"], one["serum_g_dl"]) for one in shown["assessments"]]
    assert told == [("2025-03-01", 2), ("2025-03-10", 1)]


def test_steps_tell_each_protein_in_its_unit_and_which_rose() -> None:
    computed = imwg(
        serum("2025-01-05", 3),
        urine("2025-01-05", 500),
        *chains("2025-01-05", 500, 10),
        START,
        serum("2025-01-10", 2),
        serum("2025-03-01", 4),
        urine("2025-03-01", 800),
        *chains("2025-03-01", 300, 10),
    )
    told_now = "serum M-protein 4 g/dL, urine M-protein 800 mg/24 h, dFLC 29 mg/dL"
    assert computed.steps == (
        "Before treatment: serum M-protein 2 g/dL, urine M-protein 500 mg/24 h, dFLC 49 mg/dL.",
        f"2025-03-01: {told_now}; serum and urine over the lowest earlier value.",
    )
    assert computed.result is not None
    (told,) = computed.result["assessments"]
    assert (told["serum_percent_from_baseline"], told["urine_percent_from_baseline"]) == (100.0, 60.0)
    assert told["dflc_percent_from_baseline"] == -40.8


def test_nothing_to_compute_has_no_steps_and_no_flags() -> None:
    computed = imwg(BEFORE, START)
    assert (computed.steps, computed.flags) == ((), ())


def test_a_value_of_the_first_day_of_treatment_is_not_one_after_it() -> None:
    shown = result(BEFORE, START, urine("2025-01-10", 500), serum("2025-01-20", 2))
    assert shown["assessments"][0]["lacking"] == "urine_m_protein_not_recorded"
