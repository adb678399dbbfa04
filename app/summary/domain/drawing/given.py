"""Treatments as every drawing shows them: a letter each, from its first to its last recorded day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.summary.domain.drawing.axes import TimeAxis
from app.summary.domain.drawing.shapes import Block, Role, Shape, Stroke, Words, rounded
from app.summary.domain.page import Page
from app.summary.domain.wording import readable
from app.timeline.domain.event import TimelineEvent
from app.timeline.domain.order import place

_LETTERS: Final = 26
_LEAST_WIDTH: Final = 3.0
_LETTER_WIDTH: Final = 14.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One treatment: its letter, what it is, when in words, and its days (ordinal numbers).

    `goes_on` where the record says so; the last day is then that of the summary, or of a death. `is_end_known` is
    false where nothing says when it ended: it is drawn up to its last recorded day.
    """

    letter: str
    title: str
    when: str
    first: int
    last: int
    goes_on: bool
    is_end_known: bool
    record_id: str


def given_of(page: Page) -> tuple[Given, ...]:
    """Return the dated treatments of a page in order of time."""
    found: list[Given] = []
    for event in page.of("treatment"):
        if event.date is None or event.facts.get("stated"):
            continue
        found.append(_given(event, len(found), page))
    return tuple(found)


def letter_of(number: int) -> str:
    """Name a treatment by its place: A to Z, then AA, AB ..."""
    before, last = divmod(number, _LETTERS)
    return (letter_of(before - 1) if before else "") + chr(ord("A") + last)


def _given(event: TimelineEvent, number: int, page: Page) -> Given:
    facts, text = event.facts, event.date.text if event.date else ""
    started, day = place(text), _last_day(page)
    first = started.first
    ended, goes_on = facts.get("ended"), bool(facts.get("ongoing")) and not facts.get("ended")
    last = max(
        [
            started.last if started.shown.latest else first,
            *(place(one).first for one in facts.get("cycle_dates", ())),
        ]
    )
    if ended:
        last = max(first, place(ended).last)
    elif goes_on:
        last = max(first, day)
    is_end_known = (
        bool(ended) or goes_on or facts.get("category") in {"surgery", "procedure", "local_ablation"}
    )
    until = (
        f" to {ended}"
        if ended
        else ", recorded as ongoing"
        if goes_on
        else ""
        if is_end_known
        else ", end not stated"
    )
    title = event.title if page.mask is None else page.mask(event.title)
    return Given(
        letter=letter_of(number),
        title=title,
        when=readable(f"{text}{until}"),
        first=max(first, date.min.toordinal() + 366),
        last=min(last, day) if last > day >= first else last,
        goes_on=goes_on,
        is_end_known=is_end_known,
        record_id=event.id,
    )


def _last_day(page: Page) -> int:
    """Return the last day that a treatment can have reached: that of the summary, or of a death before it."""
    died = page.case_file.case.body.patient.deceased if page.has_died else None
    day = page.as_of.toordinal()
    return min(day, place(died).last) if died else day


def shaded(given: Sequence[Given], axis: TimeAxis, *, top: float, bottom: float) -> Iterator[Shape]:
    """Yield the stretches of treatment behind a curve, each with its letter above where there is room."""
    free_from = 0.0
    for one in given:
        if one.last < axis.first or one.first > axis.last:
            continue
        left, right = axis.x(one.first), axis.x(one.last)
        width = rounded(max(right - left, _LEAST_WIDTH))
        role: Role = "given" if one.is_end_known else "given-open"
        tip = f"{one.letter}: {one.title} ({one.when})"
        yield Block(x=left, y=top, width=width, height=bottom - top, role=role, tip=tip)
        if one.first >= axis.first:
            yield Stroke(points=((left, top), (left, bottom)), role=role)
        if left >= free_from:
            yield Words(x=left + 2, y=top - 5, text=one.letter, role="name")
            free_from = left + _LETTER_WIDTH * len(one.letter)
