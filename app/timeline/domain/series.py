"""Marker and laboratory values over time: one series for each analyte, comparable unit and laboratory.

Source: clinical.md sections 2 and 3, rulings 12, 13 and 19 of section 7.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from app.casefile.domain.case_file import CaseFile
from app.records.domain.course import Treatment
from app.timeline.domain.analytes import BLOOD, Key, Kind, Values, apart, group_values
from app.timeline.domain.computed import Rule, percent_change, shown
from app.timeline.domain.lines import started_on
from app.timeline.domain.measurement import Measurement, measurements
from app.timeline.domain.order import Placed, place
from app.timeline.domain.points import KeptApart, PointReader, Points
from app.timeline.domain.trend import MARKER_TREND, Jump, doubling_time, find_jumps, nadir_of, peak_of

TREATS: Final = frozenset(
    {"systemic", "surgery", "radiation", "transplant", "cell_therapy", "local_ablation"}
)
"""Treatment categories that act on the tumour."""

NEVER_ALONE: Final = (
    "A marker never stands alone: imaging, symptoms and examination belong beside it.",
    "Markers are not specific: infection, inflammation, organ function and the method move them too.",
)
"""Source: seeds 000 and 001, S8 and S34."""
NO_BASELINE: Final = (
    "No value before treatment is in this series, so nothing shows that this disease raised it."
)
NO_LABORATORY: Final = "The laboratory is not stated: the values may come from several."


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A point that a number of the series rests on."""

    record_id: str
    date: str
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitQuestion:
    """Two consecutive values, by record id, that differ as two units would."""

    before: str
    after: str
    times: int
    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkerSeries:
    """One series; its numbers count exact values whose place in time is certain, null where there are none.

    `baseline` is the last such value before the first treatment of the tumour; `change` and
    `percent_from_baseline` compare the latest value with it, `fold_over_nadir` with the lowest.
    `doubling_days` counts from the lowest value on, null where the values don't rise. `kept_apart` names the
    values that are not counted, and the main series of the analyte where this is another. `specimen` is
    `blood` for serum and plasma and where nobody says, else as written.
    """

    id: str
    kind: Kind
    analyte: str
    display: str
    unit: str | None
    unit_as_written: str | None
    laboratory: str | None
    specimen: str
    assay: str | None
    decoy_code: str | None
    """The code that was sent with the values, where it means something else than their name."""
    points: Points
    baseline: Reading | None
    nadir: Reading | None
    peak: Reading | None
    latest: Reading | None
    change: Decimal | None
    percent_from_baseline: float | None
    fold_over_nadir: float | None
    doubling_days: float | None
    doubling_flags: tuple[str, ...]
    cautions: tuple[str, ...]
    kept_apart: tuple[KeptApart, ...]
    unit_questions: tuple[UnitQuestion, ...]
    rule: Rule = MARKER_TREND


def build_series(case_file: CaseFile, *, as_of: date | None = None) -> tuple[MarkerSeries, ...]:
    """Return the series of a case: markers before laboratory values, by analyte, the longest of each first.

    With `as_of`, values that are surely later are kept apart.
    """
    grouped = case_file.once(group_values)
    sizes = {key: sum(sent.alike.count for sent in values) for key, values in grouped.items()}
    order = sorted(grouped, key=lambda key: (key.named.kind != "marker", key.named.key, -sizes[key], key.id))
    main: dict[str, Key] = {}
    for key in order:
        main.setdefault(key.named.key, key)
    starts = treatment_starts(case_file)
    last_day = (as_of or date.max).toordinal()
    is_sure = case_file.once(measurements).are_of_full_days
    return tuple(
        _series(key, grouped[key], main[key.named.key], starts, last_day, are_of_full_days=is_sure)
        for key in order
    )


def treatment_starts(case_file: CaseFile) -> tuple[Placed, ...]:
    """Return when each treatment of the tumour began, in order."""
    texts = [
        started_on(entry.record)
        for entry in case_file.of(Treatment)
        if entry.record.category in TREATS and entry.record.stated is None
    ]
    return tuple(sorted((place(text) for text in texts if text), key=lambda placed: placed.key))


def _series(
    key: Key,
    values: Sequence[Values],
    main: Key,
    starts: Sequence[Placed],
    last_day: int,
    *,
    are_of_full_days: bool,
) -> MarkerSeries:
    unit, unit_text = _commonest_unit(key, values)
    reader = PointReader(analyte=key.named.key, unit=unit, last_day=last_day)
    points = reader.read(values)
    counted = reader.count(points, are_of_full_days=are_of_full_days)
    is_marker = key.named.kind == "marker"
    baseline = _baseline(counted, starts)
    latest = counted[-1] if counted else None
    nadir = nadir_of(counted) if counted else None
    change = percent = fold = None
    if baseline and latest:
        change = latest.value - baseline.value
        percent = shown(percent_change(baseline.value, latest.value))
    if latest and nadir and nadir.value > 0:
        fold = shown(latest.value / nadir.value)
    doubling = doubling_time(counted) if is_marker and counted else None
    jumps = find_jumps(counted, [start.first for start in starts])
    return MarkerSeries(
        id=key.id,
        kind=key.named.kind,
        analyte=key.named.key,
        display=key.named.display,
        unit=unit,
        unit_as_written=unit_text,
        laboratory=_as_written(sent.alike.sent_as.laboratory for sent in values) if key.laboratory else None,
        specimen=BLOOD
        if key.specimen == BLOOD
        else _as_written(sent.alike.sent_as.specimen for sent in values) or key.specimen,
        assay=_as_written(sent.alike.sent_as.assay for sent in values) if key.assay else None,
        decoy_code=key.named.decoy,
        points=points,
        baseline=_reading(baseline),
        nadir=_reading(nadir),
        peak=_reading(peak_of(counted) if counted else None),
        latest=_reading(latest),
        change=change,
        percent_from_baseline=percent,
        fold_over_nadir=fold,
        doubling_days=round(doubling.days, 1) if doubling and doubling.days else None,
        doubling_flags=doubling.flags if doubling else (),
        cautions=tuple(_cautions(key, has_baseline=baseline is not None)),
        kept_apart=(*_siblings(key, main), *sorted(reader.left_out, key=lambda one: one.record_id or "")),
        unit_questions=tuple(map(_question, jumps)),
    )


def _commonest_unit(key: Key, values: Sequence[Values]) -> tuple[str | None, str | None]:
    """Return the unit that most values came in, as UCUM and as written; on a tie the analyte's own choice."""
    read: Counter[str | None] = Counter()
    written: Counter[tuple[str | None, str | None]] = Counter()
    for sent in values:
        read[sent.ucum] += sent.alike.count
        written[sent.ucum, sent.alike.sent_as.unit] += sent.alike.count
    unit = min(read, key=lambda ucum: (-read[ucum], ucum != key.unit, ucum or ""))
    texts = [text for ucum, text in written if ucum == unit]
    return unit, min(texts, key=lambda text: (-written[unit, text], text or ""))


def _as_written(texts: Iterable[str | None]) -> str | None:
    return min(filter(None, texts), default=None)


def _baseline(counted: Sequence[Measurement], starts: Sequence[Placed]) -> Measurement | None:
    """Return the last value from before the first start."""
    if not starts:
        return None
    start = starts[0].first
    begun = bisect_right(counted, start, key=lambda one: one.placed.first)
    return next((one for one in reversed(counted[:begun]) if one.placed.last <= start), None)


def _reading(counted: Measurement | None) -> Reading | None:
    if counted is None:
        return None
    return Reading(record_id=counted.entry.id, date=counted.placed.when.text, value=counted.value)


def _siblings(key: Key, main: Key) -> Iterator[KeptApart]:
    if key != main:
        for code, reason in apart(key, main):
            yield KeptApart(series_id=main.id, code=code, reason=reason)


def _cautions(key: Key, *, has_baseline: bool) -> Iterator[str]:
    if key.named.kind == "marker":
        yield from NEVER_ALONE
        if not has_baseline:
            yield NO_BASELINE
    if key.laboratory is None:
        yield NO_LABORATORY


def _question(jump: Jump) -> UnitQuestion:
    way = "higher" if jump.is_rise else "lower"
    return UnitQuestion(
        before=jump.before.entry.id,
        after=jump.after.entry.id,
        times=jump.times,
        question=f"The value is about {jump.times:,} times {way} than the one before: is the unit the same?",
    )
