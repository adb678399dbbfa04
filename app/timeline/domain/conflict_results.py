"""Measured values that don't fit together: units, jumps, codes of another test, results sent twice."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from app.casefile.domain.case_file import CaseFile
from app.records.domain.findings import ImagingStudy
from app.timeline.domain.conflict import Conflict, Side, conflict
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
        points = {point.record_id: point for point in one.points} if one.unit_questions else {}
        for jump in one.unit_questions:
            yield conflict(
                "value_jumps",
                "ask",
                f"Two values of {one.display} in a row differ about {jump.times:,} times.",
                (_side(points[jump.before]), _side(points[jump.after])),
                "Is the unit the same, or did the value change so much?",
            )


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
        for point in one.points:
            if point.duplicates:
                sides = (_side(point), *(_side(point, record_id) for record_id in point.duplicates))
                yield conflict(
                    "result_twice",
                    "info",
                    f"A value of {one.display} is recorded more than once; it counts once.",
                    sides,
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
