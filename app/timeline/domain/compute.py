"""Every piece of arithmetic on one case, in a fixed order."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from msgspec import to_builtins

from app.casefile.domain.case_file import CaseFile
from app.casefile.domain.disease import groups_of, possible_groups
from app.records.domain.findings import ImagingStudy
from app.timeline.domain.bone_scan import bone_scan_of
from app.timeline.domain.computed import Computed, maybe_number, number
from app.timeline.domain.event import SourceRef
from app.timeline.domain.gcig import gcig_of
from app.timeline.domain.imwg_case import imwg_of
from app.timeline.domain.intervals import platinum_interval_of
from app.timeline.domain.irecist_case import irecist_of
from app.timeline.domain.lesion_changes import lesion_changes_of
from app.timeline.domain.leukaemia import remission_of
from app.timeline.domain.lines import LINES, Lines, lines_of
from app.timeline.domain.lugano import lugano_of
from app.timeline.domain.order import in_order_of_ids
from app.timeline.domain.psa import psa_of
from app.timeline.domain.rano_case import rano_of
from app.timeline.domain.recist_case import follow_case, recist_from
from app.timeline.domain.residual_disease import residual_disease_of
from app.timeline.domain.scope import Scope, scope_of
from app.timeline.domain.series import MarkerSeries, Reading, build_series
from app.timeline.domain.status_times import status_times_of
from app.timeline.domain.thresholds import RULE_BOOKS

OWN_CRITERIA: Final = RULE_BOOKS["lugano"].diseases | RULE_BOOKS["rano"].diseases
"""Diseases with lesions whose response is judged by their own criteria first. Source: S27."""
WITHOUT_LESIONS: Final = groups_of("leukaemia") | groups_of("myeloma")
"""Diseases that have no lesions to follow unless some are recorded. Source: clinical.md section 7, ruling 4."""


def compute_all(
    case_file: CaseFile, as_of: date, *, series: Sequence[MarkerSeries] | None = None
) -> tuple[Computed, ...]:
    """Return all computed observations of a case on a day: lesions, markers, intervals, lines.

    Pass the case's `series` of that day where they are built already.
    """
    case_file = in_order_of_ids(case_file)
    built = build_series(case_file, as_of=as_of) if series is None else series
    interval = platinum_interval_of(case_file, as_of)
    followed = follow_case(case_file, as_of)
    possible = possible_groups(case_file)
    has_own = bool(possible) and possible <= OWN_CRITERIA
    beside = irecist_of(case_file, followed, only_named=has_own)
    by_lesions = (
        recist_from(followed, more_flags=("disease_has_criteria_of_its_own",) if has_own else ()),
        *((beside,) if beside else ()),
        lesion_changes_of(case_file, as_of),
    )
    has_none = bool(possible) and possible <= WITHOUT_LESIONS and not _has_lesions(case_file)
    of_disease = tuple(_of_disease(case_file, built, as_of))
    return (
        *(of_disease if has_own else ()),
        *(() if has_none else by_lesions),
        *(() if has_own else of_disease),
        *_of_markers(case_file, built, as_of),
        *(trend_of(one) for one in built if one.kind == "marker"),
        *((interval,) if interval else ()),
        *((times,) if (times := status_times_of(case_file, as_of)) else ()),
        _lines(lines_of(case_file, as_of)),
    )


def _has_lesions(case_file: CaseFile) -> bool:
    return any(entry.record.lesions for entry in case_file.of(ImagingStudy))


def _of_disease(case_file: CaseFile, series: Sequence[MarkerSeries], as_of: date) -> Iterator[Computed]:
    """Yield what the rules of the case's own diseases compute; nothing where the disease is not certain enough."""
    scopes = {name: scope_of(case_file, book.diseases) for name, book in RULE_BOOKS.items() if book.diseases}
    if scopes["lugano"].is_certain:
        yield _scoped(lugano_of(case_file, as_of), scopes["lugano"])
    if scopes["rano"].is_certain:
        yield _scoped(rano_of(case_file, as_of), scopes["rano"])
    if scopes["imwg"].is_certain:
        yield _scoped(imwg_of(case_file, series, as_of), scopes["imwg"])
    if scopes["all_remission"].is_certain:
        yield _scoped(remission_of(case_file, series, as_of), scopes["all_remission"])
    if scopes["pcwg3_bone"].is_certain and (bone := bone_scan_of(case_file, as_of)):
        yield _scoped(bone, scopes["pcwg3_bone"])
    if residual := residual_disease_of(case_file, as_of):
        yield residual


def _of_markers(case_file: CaseFile, series: Sequence[MarkerSeries], as_of: date) -> Iterator[Computed]:
    """Yield the rules of single markers, where the cancer is theirs or where none is known, which is then said."""
    for name, computed_of in (("gcig_ca125", gcig_of), ("pcwg3_psa", psa_of)):
        scope = scope_of(case_file, RULE_BOOKS[name].diseases)
        if scope.may_fit:
            yield from (_scoped(one, scope) for one in computed_of(case_file, series, as_of))


def _scoped(computed: Computed, scope: Scope) -> Computed:
    return replace(computed, flags=(*computed.flags, *scope.flags)) if scope.flags else computed


def trend_of(series: MarkerSeries) -> Computed:
    """Return the plain changes of one marker series; null with fewer than two values to compare."""
    readings = {
        name: reading
        for name, reading in (
            ("baseline", series.baseline),
            ("nadir", series.nadir),
            ("peak", series.peak),
            ("latest", series.latest),
        )
        if reading
    }
    is_compared = bool(series.baseline and series.latest and series.baseline != series.latest)
    has_two = len({reading.record_id for reading in readings.values()}) > 1
    return Computed(
        id=f"{series.rule.id}:{series.id}",
        title=f"{series.display} over time",
        rule=series.rule,
        result={
            "series_id": series.id,
            "analyte": series.analyte,
            "unit": series.unit_as_written,
            **{name: _shown(reading) for name, reading in readings.items()},
            "change": maybe_number(series.change) if is_compared else None,
            "percent_from_baseline": series.percent_from_baseline if is_compared else None,
            "fold_over_nadir": series.fold_over_nadir,
            "doubling_days": series.doubling_days,
        }
        if has_two
        else None,
        reason=None if has_two else "fewer_than_two_values",
        inputs=(),
        steps=(),
        flags=series.doubling_flags,
        limits=series.cautions,
        sources=tuple(
            SourceRef(record_id=record_id)
            for record_id in dict.fromkeys(reading.record_id for reading in readings.values())
        ),
    )


def _shown(reading: Reading) -> dict[str, str | int | float]:
    return {"record_id": reading.record_id, "date": reading.date, "value": number(reading.value)}


def _lines(lines: Lines) -> Computed:
    return Computed(
        id=LINES.id,
        title="Lines of therapy",
        rule=LINES,
        result={
            "current": lines.current.number if lines.current else None,
            "lines": [
                {name: value for name, value in to_builtins(line).items() if name != "rule"}
                for line in lines.lines
            ],
            "curative": lines.count("curative"),
            "palliative": lines.count("palliative"),
            "intent_not_stated": lines.count(None),
            "undated": lines.undated,
        }
        if lines.lines
        else None,
        reason=None if lines.lines else "no_dated_systemic_treatment",
        inputs=(),
        steps=(),
        flags=tuple(dict.fromkeys(f"line_{line.number}_{line.confidence}" for line in lines.lines)),
        limits=(
            "A number stated by a clinician holds; a suggested one follows the recorded drugs and dates only.",
        ),
        sources=tuple(
            SourceRef(record_id=record_id) for line in lines.lines for record_id in line.treatments
        ),
    )
