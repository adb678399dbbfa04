"""GCIG CA-125 arithmetic: thresholds of rise and of fall, with their dates, or the input that lacks.

Source: GCIG CA-125 criteria as in clinical.md section 3 and ruling 21 of section 7.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from app.casefile.domain.case_file import CaseFile
from app.records.domain.course import Treatment
from app.timeline.domain.analytes import BLOOD
from app.timeline.domain.computed import Computed, Rule, maybe_number, number, shown
from app.timeline.domain.drugs import MOUSE_ANTIBODIES, drugs_of
from app.timeline.domain.event import SourceRef
from app.timeline.domain.lines import lines_of, started_on
from app.timeline.domain.order import Placed, place
from app.timeline.domain.series import MarkerSeries

GCIG: Final = Rule(
    id="gcig_ca125",
    version="1.0.0",
    source="GCIG CA-125 criteria, by clinical.md section 3 (pharmaverse/admiralonco 83370b1)",
)
ANALYTE: Final = "ca-125"
LIMITS: Final = (
    "Made for trials in cancer of the ovary, fallopian tube and peritoneum.",
    "Meeting a threshold is arithmetic; imaging and examination belong beside it.",
)
WEEK: Final = 7
CONFIRMED_AFTER_DAYS: Final = 28
PRETREATMENT_DAYS: Final = 14
DISTURBED_DAYS: Final = 28
DISTURBING_WORDS: Final = (
    "peritone",
    "pleura",
    "pleurodesis",
    "paracentesis",
    "thoracentesis",
    "thoracocentesis",
    "ascites",
    "debulking",
    "cytoreduct",
    "laparo",
    "omentectomy",
    "hysterectomy",
    "oophorectomy",
)
"""Words of procedures on peritoneum or pleura, after which CA-125 rises by itself."""


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
    disturbed = tuple(_disturbed(case_file))
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
        rise, steps = _rise(values, start)
        result = {
            "series_id": series.id,
            "unit": series.unit_as_written,
            **rise,
            "fold_over_nadir": series.fold_over_nadir,
            "fall": _fall(values, start),
            "not_evaluable": [one.record_id for one in every if one not in values],
        }
        reason = result["reason"]
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


def _rise(values: Sequence[_Value], start: Placed) -> tuple[dict[str, Any], tuple[str, ...]]:
    before = [one for one in values if one.day <= start.first]
    after = [one for one in values if one.day > start.first]
    baseline = before[-1] if before else None
    category = _category(baseline, after)
    judged = tuple(_with_threshold(after, category))
    high = _run_over(judged)
    is_confirmed = bool(high) and high[-1][0].day - high[0][0].day >= WEEK
    word = "met" if is_confirmed else "unconfirmed" if high else "not_met"
    threshold = (high or judged[-1:])[0][1] if judged else None
    dates = [one.text for one, _ in high]
    return {
        "progression": f"category_{category}_threshold_{word}",
        "category": category,
        "threshold": maybe_number(threshold),
        "dates": dates,
        "reason": None if is_confirmed else f"threshold_{word}",
    }, tuple(f"{one.text}: {one.value} against a threshold of {limit}." for one, limit in high)


def _with_threshold(after: Sequence[_Value], category: str) -> Iterator[tuple[_Value, Decimal]]:
    """Return the values to judge, each with what it is held against.

    Twice the lowest earlier value where it was never normal, else twice the upper limit once it has been normal.
    """
    lowest: Decimal | None = None
    has_been_normal = category == "C"
    for one in after:
        if category == "B":
            if lowest is not None:
                yield one, 2 * lowest
            lowest = one.value if lowest is None else min(lowest, one.value)
        elif has_been_normal and one.uln:
            yield one, 2 * one.uln
        has_been_normal = has_been_normal or bool(one.uln and one.value <= one.uln)


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
        if value.day - run[0][0].day >= WEEK:
            return [run[0], one]
    return run


def _category(baseline: _Value | None, after: Sequence[_Value]) -> str:
    """Return A (normalised under treatment), B (never normal) or C (normal at baseline).

    Without a value before treatment a normal one later leaves A or C, which share their threshold.
    """
    normalised = any(one.uln and one.value <= one.uln for one in after)
    if baseline is None:
        return "A_or_C" if normalised else "B"
    if baseline.uln and baseline.value <= baseline.uln:
        return "C"
    return "A" if normalised else "B"


def _fall(values: Sequence[_Value], start: Placed) -> dict[str, Any]:
    """Tell whether a fall to half is confirmed, or which input lacks for telling."""
    before = [one for one in values if 0 <= start.first - one.day <= PRETREATMENT_DAYS]
    if not before:
        return {"word": None, "lacking": "value_within_14_days_before_treatment", "dates": []}
    base = before[-1]
    if base.uln is None or base.value < 2 * base.uln:
        return {"word": None, "lacking": "value_before_treatment_of_twice_the_upper_limit", "dates": []}
    after = [one for one in values if one.day > start.first]
    half: _Value | None = None
    for position, one in enumerate(after):
        if position and one.value * 10 > after[position - 1].value * 11:
            half = None  # a rise of more than a tenth begins the count anew
        if 2 * one.value <= base.value:
            half = half or one
            if one.day - half.day >= CONFIRMED_AFTER_DAYS:
                percent = shown((half.value - base.value) * 100 / base.value)
                return {
                    "word": "half_confirmed",
                    "lacking": None,
                    "dates": [half.text, one.text],
                    "percent": percent,
                }
    reached = [one.text for one in after if 2 * one.value <= base.value]
    word = "half_unconfirmed" if reached else "half_not_reached"
    return {"word": word, "lacking": None, "dates": reached[:1]}


def _disturbed(case_file: CaseFile) -> Iterator[range]:
    """Return the days on which CA-125 can't be read: up to 28 days after a procedure or a mouse antibody."""
    for entry in case_file.of(Treatment):
        record = entry.record
        words = f"{record.procedure or ''} {record.site or ''}".casefold()
        is_procedure = record.category in ("surgery", "procedure") and any(
            word in words for word in DISTURBING_WORDS
        )
        if not is_procedure and not drugs_of(record) & MOUSE_ANTIBODIES:
            continue
        start = started_on(record)
        if start:
            ends = [place(text).last for text in (record.ended, *record.cycle_dates, start) if text]
            yield range(place(start).first, max(ends) + DISTURBED_DAYS + 1)
