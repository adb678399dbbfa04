"""What was measured: imaging with its lesions, markers, laboratory values."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from app.records.domain.findings import LabResult, Measured
from app.summary.domain.cautions import caution
from app.summary.domain.due import imaging_caution
from app.summary.domain.language import quoted
from app.summary.domain.model import Section, Statement
from app.summary.domain.page import Page, Part, section, state_of
from app.summary.domain.wording import NO_DATE, readable, sentence, when
from app.summary.domain.writer import Writer
from app.timeline.domain.analytes import UNKNOWN
from app.timeline.domain.event import SourceRef, TimelineEvent
from app.timeline.domain.naming import words_of_test
from app.timeline.domain.points import Point
from app.timeline.domain.series import MarkerSeries

_POINTS_IN_FULL: Final = 6
_NEWEST: Final = 2


def response(page: Page) -> Section:
    """Write imaging newest first, the sizes of the newest comparable pair, then each marker series."""
    return section(
        "response", "Evidence on response: imaging and markers", _imaging(page), _pair(page), _markers(page)
    )


def _imaging(page: Page) -> Part:
    writer, events = page.writer("response"), page.of("imaging_study")
    if not events:
        return Part("not_found", (writer.absent("imaging_study", "Imaging"),))
    text = imaging_caution(page)
    return Part(
        state_of(events),
        tuple(statement for event in reversed(events) for statement in _study(event, writer, text)),
    )


def _study(event: TimelineEvent, writer: Writer, text: str) -> Iterator[Statement]:
    yield writer.tell(event)
    words = event.facts.get("impression")
    if words:
        yield writer.say(
            f"{event.id}:impression",
            f"Imaging report of the study of {readable(when(event))} states: {quoted(words)}",
            "quoted",
            facts={"impression": words, "event_id": event.id},
            sources=event.sources,
            caution=text,
        )


def _pair(page: Page) -> Part:
    found = next((one for one in page.views.computed if one.id == "lesion_changes" and one.result), None)
    if found is None or found.result is None:
        return Part("not_found", ())
    earlier, later = found.result["dates"]
    statement = page.writer("response").say(
        "lesion-pair",
        f"Recorded sizes, {earlier} and {later}: "
        + sentence(*(_sizes(lesion) for lesion in found.result["lesions"])),
        facts={"dates": found.result["dates"], "lesions": found.result["lesions"]},
        sources=found.sources,
        caution=imaging_caution(page),
    )
    return Part("stated", (statement,))


def _sizes(lesion: Mapping[str, Any]) -> str:
    after = "size not stated" if lesion["after_mm"] is None else f"{lesion['after_mm']} mm"
    if lesion["before_mm"] is None:
        return f"{lesion['label']} new, {after}"
    return f"{lesion['label']} {lesion['before_mm']} mm, then {after}"


def _markers(page: Page) -> Part:
    writer = page.writer("response")
    found = [series for series in page.views.series if series.kind == "marker"]
    if not found:
        return Part("not_found", (writer.absent("markers", "Tumour markers"),))
    return Part("stated", tuple(_series(series, page, writer) for series in found))


def _series(series: MarkerSeries, page: Page, writer: Writer) -> Statement:
    shown = _chosen(series)
    others = _not_numbers(series, page)
    left = len(series.points) - len(shown)
    return writer.say(
        f"series-{series.id}",
        sentence(
            f"{series.display} ({_described(series, page)}): {'; '.join(map(_value, shown)) or 'no dated value'}",
            f"not listed here: {left} more" if left else None,
            *(_reported(shown[-1], page) if shown else ()),
            *_remarks(shown, page),
            *(_in_words(event) for event in others),
        ),
        facts=_series_facts(series, shown, page),
        sources=(
            *(
                SourceRef(record_id=record_id)
                for point in shown
                for record_id in (point.record_id, *point.duplicates)
            ),
            *(SourceRef(record_id=event.id) for event in others),
        )
        or _left_out(series),
        caution=" ".join(dict.fromkeys((caution("markers").text, *series.cautions))),
    )


def _reported(point: Point, page: Page) -> Iterator[str]:
    """Say what the laboratory says of a value: its flag, and the range that came with it."""
    record = page.measured(point.record_id).record
    if record.flag:
        yield f"flagged {record.flag.replace('_', ' ')} by the laboratory"
    if told := _range(record):
        yield told


def _remarks(points: Iterable[Point], page: Page) -> Iterator[str]:
    """Quote the remarks on these values, each with its day."""
    for point in points:
        if note := page.measured(point.record_id).record.note:
            yield f"remark on {point.date}: {quoted(note)}"


def _chosen(series: MarkerSeries) -> tuple[Point, ...]:
    """Return the points that a sentence names: all of a few; else the first, those that numbers rest on, the newest."""
    points = series.points
    if len(points) <= _POINTS_IN_FULL:
        return tuple(points)
    named = (series.baseline, series.nadir, series.peak, series.latest)
    places = {0, *(points.place_of(one.record_id) for one in named if one)}
    places.update(range(len(points) - _NEWEST, len(points)))
    return tuple(points[place] for place in sorted(places))


def _described(series: MarkerSeries, page: Page) -> str:
    parts = (
        series.unit_as_written or series.unit or "unit not stated",
        _specimen(series, page),
        series.laboratory or "laboratory not stated",
        series.assay,
    )
    return ", ".join(part for part in parts if part)


def _specimen(series: MarkerSeries, page: Page) -> str | None:
    """Return the specimen as the newest value's record writes it."""
    return page.measured(series.points[-1].record_id).record.specimen if series.points else None


def _value(point: Point) -> str:
    unit = f" {point.unit_as_written}" if point.unit_as_written else ""
    return f"{point.comparator or ''}{point.value_as_written}{unit} on {point.date}"


def _series_facts(series: MarkerSeries, shown: tuple[Point, ...], page: Page) -> Mapping[str, Any]:
    return {
        "series_id": series.id,
        "analyte": series.analyte,
        "unit": series.unit,
        "laboratory": series.laboratory,
        "specimen": _specimen(series, page),
        "count": len(series.points),
        "values": tuple(
            {
                "record_id": point.record_id,
                "date": point.date,
                "value": point.value,
                "comparator": point.comparator,
                "value_as_written": point.value_as_written,
                "unit_as_written": point.unit_as_written,
                "reference_low": point.reference_low,
                "reference_high": point.reference_high,
            }
            for point in shown
        ),
        "left_out": len([one for one in series.kept_apart if one.record_id]),
    }


def _not_numbers(series: MarkerSeries, page: Page) -> tuple[TimelineEvent, ...]:
    """Return the results of a series that are words, in order of their ids."""
    wanted = {one.record_id for one in series.kept_apart if one.record_id and one.code == "not_a_number"}
    return tuple(event for record_id in sorted(wanted) if (event := page.result(record_id)))


def _day(event: TimelineEvent) -> tuple[str, str]:
    return ((event.date.earliest if event.date else None) or "", event.id)


def _in_words(event: TimelineEvent) -> str:
    note = event.facts.get("note")
    said = f"{event.title} on {when(event) if event.date else NO_DATE}"
    return f"{said}, remark: {quoted(note)}" if note else said


def _left_out(series: MarkerSeries) -> tuple[SourceRef, ...]:
    return tuple(SourceRef(record_id=one.record_id) for one in series.kept_apart if one.record_id)


def labs(page: Page) -> Section:
    """Write the newest value of each laboratory test, with the one before it."""
    writer = page.writer("labs")
    found = [series for series in page.views.series if series.kind == "lab"]
    if not found:
        part = Part("not_found", (writer.absent("labs", "Laboratory results"),))
    else:
        part = Part("stated", tuple(_newest(series, page, writer) for series in found))
    return section("labs", "Laboratory values", part)


def _newest(series: MarkerSeries, page: Page, writer: Writer) -> Statement:
    shown = series.points[-_NEWEST:][::-1]
    worded = sorted(_not_numbers(series, page), key=_day)
    others = worded[-1:] if not shown else []
    in_words = len(worded) - len(others)
    more = len(series.points) - len(shown)
    newest = shown[0] if shown else None
    reported = page.measured(newest.record_id).record if newest else None
    flag = reported.flag if reported else None
    name = _name(series, page)
    text = sentence(
        f"{name}: {_value(newest)}" if newest else None if others else f"{name}: no dated number",
        *(_in_words(event) for event in others),
        *(_reported(newest, page) if newest else ()),
        f"before: {_value(shown[1])}" if len(shown) > 1 else None,
        f"earlier values: {more}" if more else None,
        f"other results, in words: {in_words}" if in_words else None,
        *_remarks(shown, page),
    )
    sources = (
        *(SourceRef(record_id=point.record_id) for point in shown),
        *(SourceRef(record_id=event.id) for event in others),
    )
    return writer.say(
        f"series-{series.id}",
        text,
        facts={**_series_facts(series, shown, page), "flag": flag},
        sources=sources or _left_out(series),
    )


def _name(series: MarkerSeries, page: Page) -> str:
    """Name a test as it is known here, else as it was written last."""
    if not series.analyte.startswith(UNKNOWN):
        return series.display
    left_out = (one.record_id for one in reversed(series.kept_apart) if one.record_id)
    last = series.points[-1].record_id if series.points else next(left_out, None)
    record = page.measured(last).record if last else None
    return words_of_test(record.test) if isinstance(record, LabResult) else series.display


def _range(reported: Measured) -> str | None:
    """Give the laboratory's range as it was reported with the value."""
    low, high = reported.reference_low, reported.reference_high
    if low is not None and high is not None:
        return f"reference range {low} to {high}"
    if high is not None:
        return f"reference up to {high}"
    if low is not None:
        return f"reference from {low}"
    return f"reference {reported.reference_text}" if reported.reference_text is not None else None
