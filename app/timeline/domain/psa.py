"""PCWG3 PSA arithmetic: rise over the nadir, and falls by half and nine tenths.

Source: PCWG3 as in clinical.md section 3 (openonco.info, pharmaverse/admiralonco 83370b1).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from app.casefile.domain.case_file import CaseFile
from app.timeline.domain.analytes import BLOOD
from app.timeline.domain.computed import Computed, maybe_number, number, shown
from app.timeline.domain.event import SourceRef
from app.timeline.domain.lines import lines_of
from app.timeline.domain.order import Placed, place
from app.timeline.domain.series import MarkerSeries
from app.timeline.domain.thresholds import RULE_BOOKS

BOOK: Final = RULE_BOOKS["pcwg3_psa"]
PCWG3: Final = BOOK.rule
ANALYTE: Final = "psa"
UNITS: Final = frozenset({"ng/mL", "ug/L"})
FEWEST_VALUES: Final = 2
"""Neither a rise nor a fall is told from one value."""
CONFIRMED_AFTER_DAYS: Final = BOOK.days("confirmed_after_days")
EARLY_DAYS: Final = BOOK.days("early_days")
FALLS: Final = (50, 90)
"""PSA50 and PSA90: falls from the value before treatment, percent."""
LIMITS: Final = (
    "Made for trials in castration-resistant disease; bone and soft tissue are judged by their own rules.",
    "A rise in the first 12 weeks of treatment is not counted.",
)
_Value = tuple[Placed, Decimal, str]


def psa_of(case_file: CaseFile, series: Sequence[MarkerSeries], as_of: date) -> tuple[Computed, ...]:
    """Compute the PSA arithmetic of each PSA series, over the newest line of treatment."""
    current = lines_of(case_file, as_of).current
    start = place(current.started) if current and current.started else None
    return tuple(_computed(one, start) for one in series if one.analyte == ANALYTE and one.specimen == BLOOD)


def _computed(series: MarkerSeries, start: Placed | None) -> Computed:
    left_out = {one.record_id for one in series.kept_apart}
    values: list[_Value] = [
        (placed, point.value, point.record_id)
        for point in series.points
        if point.record_id not in left_out and (placed := place(point.date)).is_day
    ]
    reason = _lacking(series, values, start)
    result = _result(values, start) if start and reason is None else None
    return Computed(
        id=f"{PCWG3.id}:{series.id}",
        title="PSA against the PCWG3 thresholds",
        rule=PCWG3,
        result=None if result is None else {"series_id": series.id, "unit": series.unit_as_written, **result},
        reason=result["reason"] if result else reason,
        inputs=tuple(
            {"record_id": record_id, "date": placed.when.text, "value": number(value)}
            for placed, value, record_id in values
        ),
        steps=(*_steps(values, start), *_falls_told(result)) if result and start else (),
        flags=(),
        limits=LIMITS,
        sources=tuple(SourceRef(record_id=record_id) for _, _, record_id in values),
    )


def _lacking(series: MarkerSeries, values: Sequence[_Value], start: Placed | None) -> str | None:
    if series.unit not in UNITS:
        return "unit_is_not_nanograms_per_millilitre"
    if start is None:
        return "no_treatment_start"
    if not start.is_day:
        return "treatment_start_not_known_to_the_day"
    if not any(placed.first > start.first for placed, _, _ in values):
        return "no_value_after_treatment_start"
    if len(values) < FEWEST_VALUES:
        return "one_value_only_and_the_criteria_need_two"
    return None


def _result(values: Sequence[_Value], start: Placed) -> dict[str, Any]:
    before = [one for one in values if one[0].first <= start.first]
    after = [one for one in values if one[0].first > start.first]
    lowest = before[-1][1] if before else None
    run: list[_Value] = []
    for placed, value, record_id in after:
        if lowest is not None and placed.first - start.first >= EARLY_DAYS and is_rise(lowest, value):
            run.append((placed, value, record_id))
            if placed.first - run[0][0].first >= CONFIRMED_AFTER_DAYS:
                run = [run[0], run[-1]]
                break
        else:
            run = []
            lowest = value if lowest is None else min(lowest, value)
    is_confirmed = bool(run) and run[-1][0].first - run[0][0].first >= CONFIRMED_AFTER_DAYS
    word, lacking = _word(after, start, run, is_confirmed=is_confirmed)
    fall = _largest_fall(before, after)
    return {
        "progression": word,
        "dates": [placed.when.text for placed, _, _ in run],
        "nadir": maybe_number(lowest),
        "largest_fall_percent": shown(fall),
        "fall_by_50": None if fall is None else fall <= -50,  # noqa: PLR2004 (PSA50)
        "fall_by_90": None if fall is None else fall <= -90,  # noqa: PLR2004 (PSA90)
        **{f"psa{percent}": _fall(before, after, percent) for percent in FALLS},
        "reason": lacking,
    }


def _word(
    after: Sequence[_Value], start: Placed, run: Sequence[_Value], *, is_confirmed: bool
) -> tuple[str | None, str | None]:
    """Return the word of the rise, and what lacks for one that is final."""
    if is_confirmed:
        return "threshold_met", None
    if run:
        return "threshold_unconfirmed", "second_value_3_weeks_or_more_later"
    if all(placed.first - start.first < EARLY_DAYS for placed, _, _ in after):
        return None, "value_after_the_first_12_weeks_of_treatment"
    return "threshold_not_met", None


def is_rise(nadir: Decimal, value: Decimal) -> bool:
    """Tell whether a value lies at least 25 % and at least 2 ng/mL over the nadir."""
    rise = value - nadir
    return rise >= BOOK["rise_ng_ml"] and rise * 100 >= nadir * BOOK["rise_percent"]


def _fall(before: Sequence[_Value], after: Sequence[_Value], percent: int) -> dict[str, Any] | None:
    """Tell whether a fall by a share holds over two values three weeks apart; None without a value before treatment."""
    if not before or not before[-1][1]:
        return None
    limit = before[-1][1] * (100 - percent)
    run: list[_Value] = []
    reached: list[_Value] = []
    for one in after:
        if one[1] * 100 > limit:
            run = []
            continue
        run.append(one)
        reached = reached or [one]
        if one[0].first - run[0][0].first >= CONFIRMED_AFTER_DAYS:
            return {"word": "confirmed", "dates": [run[0][0].when.text, one[0].when.text]}
    word = "unconfirmed" if reached else "not_reached"
    return {"word": word, "dates": [placed.when.text for placed, _, _ in reached]}


def _steps(values: Sequence[_Value], start: Placed) -> Iterator[str]:
    """Tell each value after the start against the lowest before it."""
    lowest: Decimal | None = None
    if not any(placed.first <= start.first for placed, _, _ in values):
        yield "No value before treatment is recorded, so no fall from it is told."
    for placed, value, _ in values:
        if placed.first > start.first and lowest is not None:
            yield f"{placed.when.text}: {value} against {lowest}, the lowest before ({value - lowest:+})."
        if placed.first > start.first or lowest is None:
            lowest = value if lowest is None else min(lowest, value)
        else:
            lowest = value


def _falls_told(result: Mapping[str, Any]) -> Iterator[str]:
    for percent in FALLS:
        if fall := result[f"psa{percent}"]:
            dates = f" ({' and '.join(fall['dates'])})" if fall["dates"] else ""
            yield f"PSA{percent}: {fall['word'].replace('_', ' ')}{dates}."


def _largest_fall(before: Sequence[_Value], after: Sequence[_Value]) -> Decimal | None:
    """Return the change from the last value before treatment to the lowest after it, percent."""
    if not before or not before[-1][1]:
        return None
    base = before[-1][1]
    return (min(value for _, value, _ in after) - base) * 100 / base
