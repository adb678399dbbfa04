"""IMWG thresholds for a case: serum, urine and light chains of the newest line, put together by date.

Source: clinical.md section 3, IMWG.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from app.casefile.domain.case_file import CaseFile
from app.timeline.domain.analytes import BLOOD
from app.timeline.domain.blood_counts import Reading, converted, nearest
from app.timeline.domain.computed import Computed, number
from app.timeline.domain.event import SourceRef
from app.timeline.domain.imwg import BOOK, Assessment, Measure, Values, assess, confirmed, measured_by, row_of
from app.timeline.domain.lines import lines_of
from app.timeline.domain.order import Placed, place
from app.timeline.domain.series import MarkerSeries

TITLE: Final = "Myeloma proteins against the IMWG thresholds"
LIMITS: Final = (
    "Complete response, marrow, bone and soft-tissue findings are not in this arithmetic.",
    "Values of another laboratory or unit are other series and are left out here.",
    "dFLC is counted in mg/dL, by the unit that its laboratory wrote; 10 mg/dL are 100 mg/L.",
)
_TOGETHER: Final = BOOK.days("together_within_days")


_NO_UNIT: Final = ("{ratio}", "1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The exact values of the main series of each protein, in the rule's units, in order."""

    serum: tuple[Reading, ...]
    urine: tuple[Reading, ...]
    kappa: tuple[Reading, ...]
    lambda_: tuple[Reading, ...]
    ratio: tuple[Reading, ...]

    @property
    def every(self) -> tuple[tuple[str, Reading], ...]:
        """Every value with the name of its protein."""
        named = (
            ("serum_m_protein_g_dl", self.serum),
            ("urine_m_protein_mg_24h", self.urine),
            ("flc_kappa_mg_dl", self.kappa),
            ("flc_lambda_mg_dl", self.lambda_),
            ("flc_ratio", self.ratio),
        )
        return tuple((name, one) for name, found in named for one in found)


def imwg_of(case_file: CaseFile, series: Sequence[MarkerSeries], as_of: date) -> Computed:
    """Compute the IMWG thresholds over the newest line of treatment; null with the input that lacks."""
    current = lines_of(case_file, as_of).current
    start = place(current.started) if current and current.started else None
    found = _found(series)
    reason = _reason(found, start)
    if start is None or reason:
        return _answer(found, None, reason, (), ())
    involved = _involved(found, start)
    before = _baseline(found, start, involved)
    chain = _before(found.kappa if involved == "kappa" else found.lambda_, start) if involved else None
    measures = measured_by(
        before, involved=chain.value if chain else None, ratio_is_abnormal=involved is not None
    )
    if not measures:
        return _answer(found, None, _not_measurable(before, found, start), (), ())
    dated = list(_assessments(found, start, measures, involved))
    if not dated:
        return _answer(found, None, "no_value_after_treatment_start", (), ())
    values = [one for _, one in dated]
    assessed = assess(before, measures, values)
    word, is_twice, run = confirmed(assessed)
    lacking = assessed[-1].lacking
    result: Mapping[str, Any] = {
        "measured_by": list(measures),
        "involved_light_chain": involved,
        "word": word,
        "confirmed": is_twice,
        "dates": [dated[position][0] for position in run],
        "assessments": [
            {"date": text, **row_of(one, value)} for (text, value), one in zip(dated, assessed, strict=True)
        ],
    }
    if lacking is None and word != "below_PR" and not is_twice:
        lacking = "second_assessment_not_recorded"
    steps = tuple(_steps(before, dated, assessed))
    return _answer(found, result, lacking, steps, tuple(_flags(series)))


def _found(series: Sequence[MarkerSeries]) -> Found:
    return Found(
        serum=_main(series, "m-protein", "g/dL"),
        urine=_urine(series),
        kappa=_main(series, "flc-kappa", "mg/dL"),
        lambda_=_main(series, "flc-lambda", "mg/dL"),
        ratio=_ratio(series),
    )


def _main(series: Sequence[MarkerSeries], analyte: str, unit: str) -> tuple[Reading, ...]:
    """Return the values of an analyte's longest series in blood."""
    found = (
        tuple(converted(one, unit)) for one in series if one.analyte == analyte and one.specimen == BLOOD
    )
    return next(filter(None, found), ())


def _ratio(series: Sequence[MarkerSeries]) -> tuple[Reading, ...]:
    """Return the light chain ratios of all laboratories, each held against its own range.

    A ratio has no unit, so one that states none is one too.
    """
    found = (
        reading
        for one in series
        if one.analyte == "flc-ratio" and one.specimen == BLOOD
        if one.unit in _NO_UNIT or not (one.unit or one.unit_as_written)
        for reading in converted(one, one.unit)
    )
    return tuple(sorted(found, key=lambda one: (one.day, one.record_id)))


def _urine(series: Sequence[MarkerSeries]) -> tuple[Reading, ...]:
    """Return M-protein in a day's urine: by its own name, or an M-protein of a urine specimen in a day's mass."""
    found = (
        tuple(converted(one, "mg/(24.h)"))
        for one in series
        if one.analyte in ("m-protein-urine", "m-protein")
    )
    return next(filter(None, found), ())


def _reason(found: Found, start: Placed | None) -> str | None:
    if start is None:
        return "no_treatment_start"
    if not start.is_day:
        return "treatment_start_not_known_to_the_day"
    if not found.every:
        return "no_exact_dated_value_of_a_myeloma_protein"
    if not any(one.day <= start.first for _, one in found.every):
        return "no_value_before_treatment"
    return None


def _not_measurable(before: Values, found: Found, start: Placed) -> str:
    """Say which input lacks for knowing what a response is measured by, or that nothing is measurable."""
    if before.serum is None:
        return "no_serum_value_before_treatment"
    if before.urine is None:
        return "no_urine_value_before_treatment"
    ratio = _before(found.ratio, start)
    if ratio is None:
        return "no_light_chain_ratio_before_treatment"
    if ratio.low is None or ratio.high is None:
        return "no_reference_range_of_the_light_chain_ratio"
    return "nothing_measurable_before_treatment"


def _before(found: Sequence[Reading], start: Placed) -> Reading | None:
    return next((one for one in reversed(found) if one.day <= start.first), None)


def _involved(found: Found, start: Placed) -> str | None:
    """Return the light chain that the ratio before treatment points to, by the laboratory's own range."""
    ratio = _before(found.ratio, start)
    if ratio is None or ratio.low is None or ratio.high is None:
        return None
    if ratio.value > ratio.high:
        return "kappa"
    return "lambda" if ratio.value < ratio.low else None


def _baseline(found: Found, start: Placed, involved: str | None) -> Values:
    serum, urine = _before(found.serum, start), _before(found.urine, start)
    kappa = _before(found.kappa, start)
    return Values(
        serum=serum.value if serum else None,
        urine=urine.value if urine else None,
        dflc=_dflc(found, kappa.day, involved) if kappa else None,
    )


def _dflc(found: Found, day: int, involved: str | None) -> Decimal | None:
    """Return involved minus uninvolved light chain of one day, mg/dL."""
    kappa = next((one.value for one in found.kappa if one.day == day), None)
    lambda_ = next((one.value for one in found.lambda_ if one.day == day), None)
    if involved is None or kappa is None or lambda_ is None:
        return None
    return kappa - lambda_ if involved == "kappa" else lambda_ - kappa


def _assessments(
    found: Found, start: Placed, measures: Sequence[Measure], involved: str | None
) -> Iterator[tuple[str, Values]]:
    """Yield the values that stand together, by the dates of what the response is measured by first."""
    first = {"serum": found.serum, "urine": found.urine, "light_chains": found.kappa}[measures[0]]
    seen: set[int] = set()
    for one in first:
        if one.day <= start.first or one.day in seen:
            continue
        seen.add(one.day)
        serum = one if measures[0] == "serum" else _after(found.serum, one.day, start)
        urine = _after(found.urine, one.day, start)
        yield (
            one.text,
            Values(
                serum=serum.value if serum else None,
                urine=urine.value if urine else None,
                dflc=_dflc(found, one.day, involved),
            ),
        )


def _after(found: Sequence[Reading], day: int, start: Placed) -> Reading | None:
    return nearest([one for one in found if one.day > start.first], day, _TOGETHER)


def _steps(
    before: Values, dated: Sequence[tuple[str, Values]], assessed: Sequence[Assessment]
) -> Iterator[str]:
    yield f"Before treatment: {_told(before)}."
    for (text, values), one in zip(dated, assessed, strict=True):
        said = (
            f"; {' and '.join(one.rises).replace('_', ' ')} over the lowest earlier value"
            if one.rises
            else ""
        )
        yield f"{text}: {_told(values)}{said}."


def _told(values: Values) -> str:
    parts = (
        ("serum M-protein", values.serum, "g/dL"),
        ("urine M-protein", values.urine, "mg/24 h"),
        ("dFLC", values.dflc, "mg/dL"),
    )
    return (
        ", ".join(f"{name} {value} {unit}" for name, value, unit in parts if value is not None) or "no value"
    )


def _flags(series: Sequence[MarkerSeries]) -> Iterator[str]:
    for analyte in ("m-protein", "m-protein-urine", "flc-kappa", "flc-lambda"):
        if sum(one.analyte == analyte and bool(one.points) for one in series) > 1:
            yield f"{analyte.replace('-', '_')}_in_several_series"


def _answer(
    found: Found,
    result: Mapping[str, Any] | None,
    reason: str | None,
    steps: tuple[str, ...],
    flags: tuple[str, ...],
) -> Computed:
    return Computed(
        id=BOOK.rule.id,
        title=TITLE,
        rule=BOOK.rule,
        result=result,
        reason=reason,
        inputs=tuple(
            {"name": name, "record_id": one.record_id, "date": one.text, "value": number(one.value)}
            for name, one in found.every
        ),
        steps=steps,
        flags=flags,
        limits=LIMITS,
        sources=tuple(
            SourceRef(record_id=record_id)
            for record_id in dict.fromkeys(one.record_id for _, one in found.every)
        ),
    )
