"""GCIG CA-125 arithmetic: thresholds of rise and of fall, with their dates, or the input that lacks.

Source: GCIG CA-125 criteria (Rustin 2011) as in clinical.md section 3 and ruling 21 of section 7.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from app.casefile.domain.case_file import CaseFile
from app.timeline.domain.analytes import BLOOD
from app.timeline.domain.computed import Computed, maybe_number, number, shown
from app.timeline.domain.disturbed import disturbed_days
from app.timeline.domain.event import SourceRef
from app.timeline.domain.lines import lines_of
from app.timeline.domain.order import Placed, place
from app.timeline.domain.series import MarkerSeries
from app.timeline.domain.thresholds import RULE_BOOKS

BOOK: Final = RULE_BOOKS["gcig_ca125"]
GCIG: Final = BOOK.rule
ANALYTE: Final = "ca-125"
LIMITS: Final = (
    "Made for trials in cancer of the ovary, fallopian tube and peritoneum; the fall for those in relapse only.",
    "Meeting a threshold is arithmetic; imaging and examination belong beside it.",
)
FEWEST_VALUES: Final = 2
"""Neither a rise nor a fall is told from one value."""


class _Value(NamedTuple):
    record_id: str
    text: str
    day: int
    value: Decimal
    uln: Decimal | None


def gcig_of(case_file: CaseFile, series: Sequence[MarkerSeries], as_of: date) -> tuple[Computed, ...]:
    """Compute the CA-125 arithmetic of each CA-125 series in blood, over the newest line of treatment."""
    current = lines_of(case_file, as_of).current
    start = place(current.started) if current and current.started else None
    disturbed = tuple(disturbed_days(case_file, BOOK.days("disturbed_days")))
    return tuple(
        _computed(one, start, disturbed) for one in series if one.analyte == ANALYTE and one.specimen == BLOOD
    )


def _computed(series: MarkerSeries, start: Placed | None, disturbed: Sequence[range]) -> Computed:
    every = tuple(_values(series))
    values = [one for one in every if not any(one.day in span for span in disturbed)]
    result: Mapping[str, Any] | None = None
    steps: tuple[str, ...] = ()
    reason = _lacking(values, start)
    if start and reason is None:
        before = [one for one in values if one.day <= start.first]
        after = [one for one in values if one.day > start.first]
        rise, fall = rise_of(before, after), _fall(before, after, start.first)
        result = {
            "series_id": series.id,
            "unit": series.unit_as_written,
            "progression": rise.word,
            "category": rise.category,
            "threshold": maybe_number(rise.threshold),
            "dates": [one.text for one, _ in rise.run],
            "lacking": rise.lacking,
            "fold_over_nadir": series.fold_over_nadir,
            "fall": fall,
            "not_evaluable": [one.record_id for one in every if one not in values],
        }
        reason = rise.lacking
        steps = tuple(_steps(rise, fall))
    return Computed(
        id=f"{GCIG.id}:{series.id}",
        title="CA-125 against the GCIG thresholds",
        rule=GCIG,
        result=result,
        reason=reason,
        inputs=tuple(
            {
                "record_id": one.record_id,
                "date": one.text,
                "value": number(one.value),
                "upper_limit": maybe_number(one.uln),
            }
            for one in every
        ),
        steps=steps,
        flags=("values_after_a_procedure_left_out",) if len(values) < len(every) else (),
        limits=LIMITS,
        sources=tuple(SourceRef(record_id=one.record_id) for one in every),
    )


def _lacking(values: Sequence[_Value], start: Placed | None) -> str | None:
    if start is None:
        return "no_treatment_start"
    if not start.is_day:
        return "treatment_start_not_known_to_the_day"
    if not any(one.day > start.first for one in values):
        return "no_value_after_treatment_start"
    if not any(one.uln for one in values):
        return "no_upper_limit_of_the_laboratory"
    if len(values) < FEWEST_VALUES:
        return "one_value_only_and_the_criteria_need_two"
    return None


def _values(series: MarkerSeries) -> Iterator[_Value]:
    """Return the countable values with the laboratory's upper limit, the nearest stated one where a value has none."""
    left_out = {one.record_id for one in series.kept_apart}
    stated = [point.reference_high for point in series.points if point.reference_high]
    uln = stated[0] if stated else None
    for point in series.points:
        uln = point.reference_high or uln
        placed = place(point.date)
        if placed.is_day and point.record_id not in left_out:
            yield _Value(point.record_id, point.date, placed.first, point.value, uln)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """What the rise comes to: the word with its category, or the input that lacks for one.

    `run` are the values over their thresholds that the word rests on, `threshold` what the newest is held against.
    """

    word: str | None
    category: str
    threshold: Decimal | None
    run: tuple[tuple[_Value, Decimal], ...]
    lacking: str | None


def rise_of(before: Sequence[_Value], after: Sequence[_Value]) -> Rise:
    """Hold the values under treatment against the threshold of their category, twice a week or more apart.

    Without a value before treatment, B (never normal) and C (normal at first) can't be told apart while none is
    normal: what meets the higher threshold of B meets both, what meets that of C alone is left open.
    """
    baseline = before[-1] if before else None
    category = _category(baseline, after)
    rise = _against(category, tuple(_with_threshold(baseline, after, category)))
    if category != "B_or_C" or (rise.run and rise.lacking is None):
        return rise
    if _against(category, tuple(_with_threshold(baseline, after, "C"))).run:
        return Rise(word=None, category=category, threshold=None, run=(), lacking="value_before_treatment")
    return rise


def _against(category: str, judged: Sequence[tuple[_Value, Decimal]]) -> Rise:
    run = _run_over(judged)
    is_confirmed = bool(run) and run[-1][0].day - run[0][0].day >= BOOK.days("confirmed_rise_after_days")
    word = "met" if is_confirmed else "unconfirmed" if run else "not_met"
    return Rise(
        word=f"category_{category}_threshold_{word}",
        category=category,
        threshold=(run or judged[-1:])[0][1],
        run=tuple(run),
        lacking="second_value_a_week_or_more_later" if word == "unconfirmed" else None,
    )


def _with_threshold(
    baseline: _Value | None, after: Sequence[_Value], category: str
) -> Iterator[tuple[_Value, Decimal]]:
    """Return the values to judge, each with what it is held against.

    Twice the lowest earlier value where it was never normal, else twice the upper limit once it has been normal.
    """
    lowest = baseline.value if baseline else None
    has_been_normal = category == "C"
    for one in after:
        if category in ("B", "B_or_C"):
            if lowest is not None:
                yield one, BOOK["times_lowest"] * lowest
            lowest = one.value if lowest is None else min(lowest, one.value)
            continue
        has_been_normal = has_been_normal or _is_normal(one)
        if has_been_normal and one.uln is not None:
            yield one, BOOK["times_upper_limit"] * one.uln


def _run_over(judged: Sequence[tuple[_Value, Decimal]]) -> list[tuple[_Value, Decimal]]:
    """Return the first two that confirm each other: a week apart, and no value below the threshold between.

    Where none do, the values above that the newest value ends on, if it is above.
    """
    run: list[tuple[_Value, Decimal]] = []
    for one in judged:
        value, threshold = one
        if value.value < threshold:
            run = []
            continue
        run.append(one)
        if value.day - run[0][0].day >= BOOK.days("confirmed_rise_after_days"):
            return [run[0], one]
    return run


def _category(baseline: _Value | None, after: Sequence[_Value]) -> str:
    """Return A (normalised under treatment), B (never normal) or C (normal at baseline).

    Without a value before treatment a normal one later leaves A or C, which share their threshold, none normal B or C.
    """
    normalised = any(map(_is_normal, after))
    if baseline is None:
        return "A_or_C" if normalised else "B_or_C"
    if _is_normal(baseline):
        return "C"
    return "A" if normalised else "B"


def _is_normal(value: _Value) -> bool:
    return value.uln is not None and value.value <= value.uln


def _fall(before: Sequence[_Value], after: Sequence[_Value], start: int) -> dict[str, Any]:
    """Tell whether a fall to half is confirmed, or which input lacks for telling."""
    near = [one for one in before if start - one.day <= BOOK.days("before_treatment_days")]
    if not near:
        return {"word": None, "lacking": "value_within_14_days_before_treatment", "dates": []}
    base = near[-1]
    if base.uln is None or base.value < BOOK["times_upper_limit"] * base.uln:
        return {"word": None, "lacking": "value_before_treatment_of_twice_the_upper_limit", "dates": []}
    half: _Value | None = None
    for position, one in enumerate(after):
        if position and _rises(after[position - 1], one):
            half = None  # the count begins anew
        if _is_half(base, one):
            half = half or one
            if one.day - half.day >= BOOK.days("confirmed_fall_after_days"):
                percent = shown((half.value - base.value) * 100 / base.value)
                return {
                    "word": "half_confirmed",
                    "lacking": None,
                    "dates": [half.text, one.text],
                    "percent": percent,
                }
    reached = [one.text for one in after if _is_half(base, one)]
    if not reached:
        return {"word": "half_not_reached", "lacking": None, "dates": []}
    return {"word": "half_unconfirmed", "lacking": "value_28_days_or_more_later", "dates": reached[:1]}


def _is_half(base: _Value, now: _Value) -> bool:
    return (base.value - now.value) * 100 >= base.value * BOOK["fall_percent"]


def _rises(previous: _Value, now: _Value) -> bool:
    """Tell whether a value is higher than the one before by more than assays vary; within the range none is."""
    return not _is_normal(now) and (now.value - previous.value) * 100 > previous.value * BOOK["assay_percent"]


_FALLS: Final[Mapping[str | None, str]] = {
    "half_confirmed": "a fall to half, confirmed 28 days or more later",
    "half_unconfirmed": "a fall to half, not confirmed 28 days or more later",
    "half_not_reached": "no fall to half",
    None: "a fall is not judged",
}


def _steps(rise: Rise, fall: Mapping[str, Any]) -> Iterator[str]:
    for one, limit in rise.run:
        yield f"{one.text}: {one.value} against a threshold of {limit}."
    dates = f" ({' and '.join(fall['dates'])})" if fall["dates"] else ""
    lacking = f": {fall['lacking'].replace('_', ' ')} is not recorded" if fall["word"] is None else ""
    yield f"From the value before treatment: {_FALLS[fall['word']]}{dates}{lacking}."
