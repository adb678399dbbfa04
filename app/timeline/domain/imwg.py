"""IMWG thresholds of myeloma: each assessment against the values before treatment and the lowest since.

Source: clinical.md section 3, IMWG.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from app.timeline.domain.computed import maybe_number, percent_change, shown
from app.timeline.domain.thresholds import RULE_BOOKS

BOOK: Final = RULE_BOOKS["imwg"]

Word = Literal["PD", "VGPR", "PR", "below_PR"]
Measure = Literal["serum", "urine", "light_chains"]
_TWO: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What stands together at one assessment, None where it is not recorded.

    Serum M-protein in g/dL, urine M-protein in mg/24 h, dFLC (involved minus uninvolved light chain) in mg/dL.
    """

    serum: Decimal | None = None
    urine: Decimal | None = None
    dflc: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One assessment: its word, or the code of the input that lacks; what is over the lowest earlier values."""

    word: Word | None
    lacking: str | None
    rises: tuple[Measure, ...]
    serum_percent: Decimal | None
    urine_percent: Decimal | None
    dflc_percent: Decimal | None


def measured_by(
    baseline: Values, *, involved: Decimal | None, ratio_is_abnormal: bool | None
) -> tuple[Measure, ...]:
    """Return what a response is measured by: serum, urine, and light chains where neither is measurable.

    `involved` is the involved light chain before treatment, mg/dL.
    """
    found: list[Measure] = []
    if baseline.serum is not None and baseline.serum >= BOOK["serum_measurable_g_dl"]:
        found.append("serum")
    if baseline.urine is not None and baseline.urine >= BOOK["urine_measurable_mg_day"]:
        found.append("urine")
    is_neither = not found and baseline.serum is not None and baseline.urine is not None
    if (
        is_neither
        and ratio_is_abnormal
        and involved is not None
        and involved >= BOOK["involved_measurable_mg_dl"]
    ):
        found.append("light_chains")
    return tuple(found)


def assess(baseline: Values, measures: Sequence[Measure], values: Sequence[Values]) -> tuple[Assessment, ...]:
    """Return the assessments, one a set of values in order: progression over the lowest before, then response."""
    lowest = baseline
    assessments = []
    for one in values:
        rises = tuple(_rises(lowest, one, measures))
        word, lacking = ("PD", None) if rises else _response(baseline, one, measures)
        assessments.append(
            Assessment(
                word=word,
                lacking=lacking,
                rises=rises,
                serum_percent=_change(baseline.serum, one.serum),
                urine_percent=_change(baseline.urine, one.urine),
                dflc_percent=_change(baseline.dflc, one.dflc),
            )
        )
        lowest = Values(
            serum=_lower(lowest.serum, one.serum),
            urine=_lower(lowest.urine, one.urine),
            dflc=_lower(lowest.dflc, one.dflc),
        )
    return tuple(assessments)


def confirmed(assessments: Sequence[Assessment]) -> tuple[Word | None, bool, tuple[int, ...]]:
    """Return the newest assessment's word, whether two in a row say at least that, and which ones.

    A first progression is held against the lowest before it, and so is the one that confirms it.
    """
    if not assessments:
        return None, False, ()
    newest = assessments[-1]
    if newest.word in (None, "below_PR"):
        return newest.word, False, (len(assessments) - 1,)
    reached = _AT_LEAST[newest.word]
    run = [len(assessments) - 1]
    for position in range(len(assessments) - 2, -1, -1):
        if assessments[position].word not in reached:
            break
        run.append(position)
    is_twice = len(run) >= _TWO
    return newest.word, is_twice, tuple(reversed(run[:_TWO]))


_AT_LEAST: Final[Mapping[Word | None, frozenset[Word]]] = {
    "PD": frozenset({"PD"}),
    "VGPR": frozenset({"VGPR"}),
    "PR": frozenset({"PR", "VGPR"}),
}


def _rises(lowest: Values, now: Values, measures: Sequence[Measure]) -> list[Measure]:
    """Return the measures that lie 25 % over their lowest value and by the least amount that counts.

    Light chains count only where neither serum nor urine was measurable.
    """
    found: list[Measure] = []
    if lowest.serum is not None and now.serum is not None:
        is_large = lowest.serum >= BOOK["large_nadir_g_dl"]
        least = BOOK["large_serum_growth_g_dl" if is_large else "serum_growth_g_dl"]
        if _is_over(lowest.serum, now.serum, now.serum - lowest.serum >= least):
            found.append("serum")
    if lowest.urine is not None and now.urine is not None:
        is_least = now.urine - lowest.urine >= BOOK["urine_growth_mg_day"]
        if _is_over(lowest.urine, now.urine, is_least):
            found.append("urine")
    if "light_chains" in measures and lowest.dflc is not None and now.dflc is not None:
        is_least = now.dflc - lowest.dflc > BOOK["dflc_growth_mg_dl"]
        if _is_over(lowest.dflc, now.dflc, is_least):
            found.append("light_chains")
    return found


def _is_over(lowest: Decimal, now: Decimal, is_least: bool) -> bool:  # noqa: FBT001 (a private test of two conditions)
    return is_least and (now - lowest) * 100 >= lowest * BOOK["progression_percent"]


def _response(baseline: Values, now: Values, measures: Sequence[Measure]) -> tuple[Word | None, str | None]:
    lacking = _lacking(now, measures)
    if lacking:
        return None, lacking
    if _fell(baseline, now, measures, "very_good_percent", "very_good_urine_mg_day", urine_percent=None):
        return "VGPR", None
    if _fell(
        baseline,
        now,
        measures,
        "partial_percent",
        "partial_urine_mg_day",
        urine_percent="partial_urine_percent",
    ):
        return "PR", None
    return "below_PR", None


def _lacking(now: Values, measures: Sequence[Measure]) -> str | None:
    if "light_chains" in measures:
        return "light_chains_not_recorded" if now.dflc is None else None
    if "serum" in measures and now.serum is None:
        return "serum_m_protein_not_recorded"
    return "urine_m_protein_not_recorded" if now.urine is None else None


def _fell(
    baseline: Values,
    now: Values,
    measures: Sequence[Measure],
    percent: str,
    urine_below: str,
    *,
    urine_percent: str | None,
) -> bool:
    """Tell whether every measure fell far enough; urine also counts below an amount."""
    if "light_chains" in measures:
        return _fell_by(baseline.dflc, now.dflc, BOOK[percent])
    if "serum" in measures and not _fell_by(baseline.serum, now.serum, BOOK[percent]):
        return False
    is_little = now.urine is not None and now.urine < BOOK[urine_below]
    return is_little or (
        urine_percent is not None and _fell_by(baseline.urine, now.urine, BOOK[urine_percent])
    )


def _fell_by(before: Decimal | None, now: Decimal | None, percent: Decimal) -> bool:
    if before is None or now is None or before <= 0:
        return False
    return (before - now) * 100 >= before * percent


def _change(before: Decimal | None, now: Decimal | None) -> Decimal | None:
    return None if before is None or now is None else percent_change(before, now)


def _lower(before: Decimal | None, now: Decimal | None) -> Decimal | None:
    known = [one for one in (before, now) if one is not None]
    return min(known, default=None)


def row_of(assessment: Assessment, values: Values) -> dict[str, Any]:
    """Return an assessment as plain JSON."""
    return {
        "word": assessment.word,
        "lacking": assessment.lacking,
        "over_lowest": list(assessment.rises),
        "serum_g_dl": maybe_number(values.serum),
        "serum_percent_from_baseline": shown(assessment.serum_percent),
        "urine_mg_24h": maybe_number(values.urine),
        "urine_percent_from_baseline": shown(assessment.urine_percent),
        "dflc_mg_dl": maybe_number(values.dflc),
        "dflc_percent_from_baseline": shown(assessment.dflc_percent),
    }
