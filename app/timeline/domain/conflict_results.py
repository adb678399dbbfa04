"""Measured values that don't fit together: units, jumps, codes of another test, results sent twice."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from app.casefile.domain.case_file import CaseFile
from app.records.domain.findings import ImagingStudy
from app.timeline.domain.conflict import Conflict, Side, conflict
from app.timeline.domain.measurement import Measurement
from app.timeline.domain.points import Point
from app.timeline.domain.series import MarkerSeries


def units(series: Sequence[MarkerSeries]) -> Iterator[Conflict]:
    """Ask about units of one analyte that no allowed conversion covers, and about jumps like a change of unit."""
    by_id = {one.id: one for one in series}
    for one in series:
        for apart in one.kept_apart:
            main = by_id.get(apart.series_id or "")
            if (
                main
                and apart.code in ("unit_not_comparable", "unit_not_understood")
                and main.points
                and one.points
            ):
                yield conflict(
                    "unit_changes",
                    "ask",
                    f"Values of {one.display} come in units that can't be converted. {apart.reason}",
                    (_side(main.points[0]), _side(one.points[0])),
                    "Which unit did the laboratory report?",
                    about=(main.id, one.id),
                )
        for jump in one.unit_questions:
            yield conflict(
                "value_jumps",
                "ask",
                f"Two values of {one.display} in a row differ about {jump.times:,} times.",
                (_side(one.points.of(jump.before)), _side(one.points.of(jump.after))),
                "Is the unit the same, or did the value change so much?",
            )


def same_day(series: Sequence[MarkerSeries]) -> Iterator[Conflict]:
    """Ask about exact values of one series and day that differ by more than rounding.

    Of laboratory values, which are drawn several times a day, only those of one moment are compared.
    """
    for one in series:
        measured = one.points.measurements
        if len({value.placed.key for value in measured}) == len(measured):
            continue
        together: dict[str, list[Measurement]] = defaultdict(list)
        for value in measured:
            date = value.placed.when.text
            if value.comparator is None and (one.kind == "marker" or "T" in date):
                together[date].append(value)
        for values in together.values():
            if values[0].placed.is_day and len(values) > 1:
                points = [one.points.of(value.entry.id) for value in values]
                if _differ(points):
                    yield conflict(
                        "values_of_one_day_differ",
                        "ask",
                        f"Values of {one.display} of one day differ.",
                        tuple(map(_side, points)),
                        "Is one of them wrong, or were there two samples?",
                    )


def _differ(points: Sequence[Point]) -> bool:
    """Tell whether values are still different when all are rounded as the coarsest of them is written."""
    is_one_unit = len({point.unit_as_written for point in points}) == 1
    values = [point.value_as_written if is_one_unit else point.value for point in points]
    coarsest = max((value.as_tuple().exponent for value in values), key=int)
    return len({value.quantize(Decimal(1).scaleb(int(coarsest))) for value in values}) > 1


def decoys(series: Sequence[MarkerSeries]) -> Iterator[Conflict]:
    """Find values whose code means something else than their name."""
    for one in series:
        if one.decoy_code:
            yield conflict(
                "decoy_code",
                "high",
                f"The code sent with values of {one.display} means something else.",
                (
                    *(_side(point) for point in one.points),
                    Side(field="code", stated=one.decoy_code),
                ),
                "What was measured, and in which specimen?",
                about=(one.id,),
            )


def duplicates(case_file: CaseFile, series: Sequence[MarkerSeries]) -> Iterator[Conflict]:
    """Point out results and studies that are recorded more than once."""
    for one in series:
        for point in one.points.repeated():
            yield conflict(
                "result_twice",
                "info",
                f"A value of {one.display} is recorded more than once; it counts once.",
                (_side(point), *(_side(point, record_id) for record_id in point.duplicates)),
                "Is it one measurement?",
            )
    studies: dict[str, list[Side]] = defaultdict(list)
    for study in case_file.of(ImagingStudy):
        if uid := study.record.study_uid:
            studies[uid].append(
                Side(record_id=study.id, field="study_uid", stated=uid, date=study.record.date)
            )
    for told in studies.values():
        if len(told) > 1:
            yield conflict(
                "study_twice",
                "info",
                "One imaging study is recorded more than once.",
                told,
                "Is it one examination?",
            )


def _side(point: Point, record_id: str | None = None) -> Side:
    value = f"{point.comparator or ''}{point.value_as_written} {point.unit_as_written or ''}".rstrip()
    return Side(record_id=record_id or point.record_id, field="value", stated=value, date=point.date)
