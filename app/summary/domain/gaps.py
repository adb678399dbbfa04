"""Gaps between the records that no checklist item names. Source: clinical.md section 4 "Gaps"."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from app.casefile.domain.disease import disease_group
from app.casefile.domain.resting import resting
from app.summary.domain.instead import said_instead
from app.summary.domain.language import quoted
from app.summary.domain.page import Page
from app.timeline.domain.event import SourceRef, TimelineEvent
from app.timeline.domain.lines import Line
from app.timeline.domain.order import place
from app.timeline.domain.scope import may_follow

WEEKS_WITHOUT_IMAGING: Final = 12
_DAYS: Final = WEEKS_WITHOUT_IMAGING * 7
_NOT_READ_FOR_RECORDS: Final = frozenset(
    {"imaging_file", "consent", "identity", "insurance", "translation", "import_payload"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One gap: its code, what makes its id, the sentence, and what it rests on."""

    code: str
    about: str
    text: str
    sources: tuple[SourceRef, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)


def gaps_of(page: Page) -> Iterator[Gap]:
    """Yield the gaps of a case: imaging on treatment, baselines, reasons of ends, papers not read or translated."""
    yield from _imaging_on_treatment(page)
    yield from _markers_before_treatment(page)
    yield from _ends_without_reason(page)
    yield from _old_specimen(page)
    yield from _papers(page)
    yield from _instead_of_treatment(page)


def _imaging_on_treatment(page: Page) -> Iterator[Gap]:
    group = disease_group(page.case_file)
    if group is not None and group.endswith("leukaemia"):
        return
    studies = [(place(event.date.text).first, event) for event in page.of("imaging_study") if event.date]
    for line in page.views.lines.lines:
        started = place(line.started) if line.started else None
        if started is None or not started.is_day:
            continue
        if not any(day <= started.first for day, _ in studies):
            yield Gap(
                code="no_baseline_imaging",
                about=f"no_baseline_imaging:line-{line.number}",
                text=f"No imaging is recorded before line {line.number} began on {line.started}.",
                sources=_sources(line.treatments),
            )
        yield from _longest_without(line, started.first, studies, page)


def _longest_without(
    line: Line, started: int, studies: list[tuple[int, TimelineEvent]], page: Page
) -> Iterator[Gap]:
    """Yield the longest stretch of a line without imaging, where it is over twelve weeks."""
    if line.ended is None and not line.ongoing:
        return
    until = _last_day(page)
    if until is None and line.ended is None:
        return
    last = min(
        place(line.ended).last if line.ended else page.as_of.toordinal(), until or page.as_of.toordinal()
    )
    days = sorted({started, last, *(day for day, _ in studies if started < day < last)})
    stretches = [(after - before, before, after) for before, after in pairwise(days)]
    longest, before, after = max(stretches, default=(0, 0, 0))
    if longest > _DAYS:
        start, end = page.as_of.fromordinal(before).isoformat(), page.as_of.fromordinal(after).isoformat()
        yield Gap(
            code="imaging_interval",
            about=f"imaging_interval:line-{line.number}",
            text=f"No imaging is recorded from {start} to {end} ({longest} days) during line {line.number}.",
            sources=_sources(line.treatments),
            facts={"from": start, "to": end, "days": longest},
        )


def _last_day(page: Page) -> int | None:
    """Return the last day on which the patient could be examined: that of the view, or of a death before it.

    None where the patient has died and nobody says when.
    """
    day = page.as_of.toordinal()
    if not page.has_died:
        return day
    died = page.case_file.case.body.patient.deceased
    return min(day, place(died).last) if died else None


def _markers_before_treatment(page: Page) -> Iterator[Gap]:
    if not page.of("treatment"):
        return
    with_baseline = {series.analyte for series in page.views.series if series.baseline}
    told: set[str] = set()
    for series in page.views.series:
        if series.kind != "marker" or not series.points or series.analyte in with_baseline | told:
            continue
        told.add(series.analyte)
        if not may_follow(page.case_file, series.analyte):
            continue
        yield Gap(
            code="no_marker_before_treatment",
            about=f"no_marker_before_treatment:{series.id}",
            text=f"No value of {quoted(series.display)} from before the first treatment is recorded.",
            sources=_sources((series.points[0].record_id,)),
        )


def _ends_without_reason(page: Page) -> Iterator[Gap]:
    for question in page.views.questions:
        if question.id == "stop_reason":
            yield Gap(
                code="end_without_reason",
                about="end_without_reason",
                text=f"A treatment ended and the reason is not stated: {', '.join(map(quoted, question.concerns))}.",
                sources=question.sources,
            )


def _old_specimen(page: Page) -> Iterator[Gap]:
    for question in page.views.questions:
        if question.id == "old_specimen":
            yield Gap(
                code="specimen_before_progression",
                about="specimen_before_progression",
                text="The specimen of the newest molecular result was taken before the newest progression or return.",
                sources=question.sources,
            )


def _instead_of_treatment(page: Page) -> Iterator[Gap]:
    """Quote who says that something is used instead of treatment; whether it is so is not known here. Source: S69."""
    for number, said in enumerate(said_instead(page.case_file), start=1):
        yield Gap(
            code="said_instead_of_treatment",
            about=f"said_instead_of_treatment:{said.record_id}:{number}",
            text=f"To be raised with the treating doctors; a record says of something complementary that it stands in "
            f"place of treatment: {quoted(said.words)}.",
            sources=_sources((said.record_id,)),
        )


def _papers(page: Page) -> Iterator[Gap]:
    documents = page.case_file.documents
    translated = {document.body.translation_of for document in documents}
    rested_on = page.case_file.once(resting).papers
    read = {language.split("-")[0].lower() for language in page.case_file.case.body.languages}
    for document in documents:
        body, facts = document.body, document.body.facts
        name = quoted(body.title) if body.title else body.kind.replace("_", " ")
        language = (body.language or "").split("-")[0].lower()
        if read and language and language not in read and document.id not in translated:
            yield _paper("not_translated", document.id, f"{name}: in {body.language}, without a translation.")
        if facts.readable is False:
            yield _paper("not_readable", document.id, f"{name}: can't be read.")
        elif facts.pages is not None and facts.pages_stated is not None and facts.pages < facts.pages_stated:
            counted = f"{facts.pages} of {facts.pages_stated}"
            yield _paper("pages_missing", document.id, f"{name}: {counted} pages are there.")
        elif document.id not in rested_on and body.kind not in _NOT_READ_FOR_RECORDS:
            yield _paper("content_not_recorded", document.id, f"{name}: what it says is not recorded yet.")


def _paper(code: str, document_id: str, text: str) -> Gap:
    return Gap(
        code=code, about=f"{code}:{document_id}", text=text, sources=(SourceRef(document_id=document_id),)
    )


def _sources(record_ids: tuple[str, ...]) -> tuple[SourceRef, ...]:
    return tuple(SourceRef(record_id=record_id) for record_id in record_ids)
