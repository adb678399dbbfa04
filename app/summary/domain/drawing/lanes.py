"""The timeline by lanes: each kind of event in a lane of its own, a full day as a mark, a coarser date as a stretch."""

from collections.abc import Iterator, Sequence
from typing import Final

from app.summary.domain.drawing.axes import TimeAxis
from app.summary.domain.drawing.curves import WIDTH
from app.summary.domain.drawing.given import Given
from app.summary.domain.drawing.shapes import Anchor, Block, Drawing, Mark, Shape, Stroke, Words, rounded
from app.summary.domain.page import Page
from app.summary.domain.wording import readable
from app.timeline.domain.build import END
from app.timeline.domain.event import TimelineEvent
from app.timeline.domain.order import place

LANES: Final[dict[str, str]] = {
    "diagnosis": "Diagnosis and stage",
    "pathology": "Pathology and biomarkers",
    "treatment": "Treatment",
    "imaging": "Imaging",
    "markers": "Tumour markers",
    "labs": "Laboratory",
    "status": "Status as reported",
    "opinions": "Opinions",
    "admissions": "Stays in hospital",
    "symptoms": "Symptoms",
    "medicines": "Medicines",
    "background": "Other illness and allergies",
    "plans": "Plans",
    "documents": "Papers",
}
"""Lanes from top to bottom; one that is not named here follows under its own name."""
_LEFT, _RIGHT = 8.0, 632.0
_LANE: Final = 54.0
_TOP: Final = 8.0
_NAME_LINE: Final = 15.0
_MIDDLE: Final = 42.0
_HALF_BAR: Final = 6.0
_LETTER: Final = 9.0
"""Width of a letter where it is widest, on a telephone; the lines are apart so that two of its size fit."""
_BACKGROUND: Final = frozenset({"background"})
"""Lanes that may begin decades before the disease: what lies before all others stands at the left edge."""
_MOST_WORDS: Final = 10


def lanes(page: Page, given: Sequence[Given]) -> Drawing | None:
    """Draw the dated events of a page up to its day, one lane a kind; None where nothing is dated."""
    events = [
        event
        for event in page.views.timeline.items
        if event.date and event.date.earliest and event.date.latest and event.date.earliest <= page.as_of.isoformat()
        and not event.id.endswith(END)
    ]  # fmt: skip
    if not events:
        return None
    by_lane: dict[str, list[TimelineEvent]] = {}
    for event in events:
        by_lane.setdefault(event.lane, []).append(event)
    order = [*(lane for lane in LANES if lane in by_lane), *sorted(by_lane.keys() - LANES.keys())]
    course = [event for event in events if event.lane not in _BACKGROUND] or events
    days = [day for event in course for day in _days(event)]
    axis = TimeAxis.over(
        [*days, *(one.first if one.goes_on else one.last for one in given)], left=_LEFT, right=_RIGHT
    )
    bottom = _TOP + _LANE * len(order)
    before = sum(_days(event)[0] < axis.first for event in events)
    shapes: list[Shape] = list(axis.shapes(_TOP, bottom))
    for place_of, lane in enumerate(order):
        top = _TOP + _LANE * place_of
        shapes.extend(_lane(lane, by_lane[lane], top))
        drawn = (
            _treatments(given, axis, top) if lane == "treatment" else _events(by_lane[lane], axis, top, page)
        )
        shapes.extend(drawn)
    return Drawing(
        key="lanes",
        width=WIDTH,
        height=bottom + 28,
        title="Timeline by lanes",
        description=(
            f"{len(events)} dated events in {len(order)} lanes, from {_written(events[0])}; "
            "each stands in the list below. A date that is coarser than a day is drawn as the stretch it may lie in."
            f"{' A treatment recorded as ongoing reaches the right edge.' if any(one.goes_on for one in given) else ''}"
            f"{f' Other illness from before all else is drawn at the left edge: {before}.' if before else ''}"
        ),
        shapes=tuple(shapes),
    )


def _written(event: TimelineEvent) -> str:
    return readable(event.date.text) if event.date else ""


def _days(event: TimelineEvent) -> tuple[int, int]:
    placed = place(event.date.text) if event.date else None
    return (placed.first, placed.last) if placed else (0, 0)


def _lane(lane: str, events: Sequence[TimelineEvent], top: float) -> Iterator[Shape]:
    yield Stroke(points=((_LEFT, top), (_RIGHT, top)), role="lane")
    name = LANES.get(lane, lane.replace("_", " ").capitalize())
    yield Words(x=_LEFT + 2, y=top + _NAME_LINE, text=f"{name} ({len(events)})", role="name")


def _treatments(given: Sequence[Given], axis: TimeAxis, top: float) -> Iterator[Shape]:
    middle, free_from = top + _MIDDLE, 0.0
    for one in given:
        left, right = axis.x(one.first), axis.x(one.last)
        yield Block(
            x=left,
            y=middle - _HALF_BAR,
            width=rounded(max(right - left, 3)),
            height=2 * _HALF_BAR,
            role="span" if one.is_end_known else "given-open",
            tip=f"{one.letter}: {one.title} ({one.when})",
        )
        if left >= free_from:
            yield Words(x=left, y=middle - _HALF_BAR - 2, text=one.letter, role="name")
            free_from = left + 2 * _LETTER * len(one.letter)


def _events(events: Sequence[TimelineEvent], axis: TimeAxis, top: float, page: Page) -> Iterator[Shape]:
    middle, free_from, seen = top + _MIDDLE, 0.0, set[float]()
    for event in events:
        first, last = _days(event)
        title = event.title if page.mask is None else page.mask(event.title)
        tip = f"{_written(event)}: {title}"
        left, right = axis.x(first), axis.x(last)
        if first != last:
            width = rounded(max(right - left, 3))
            yield Block(x=left, y=middle - 3, width=width, height=6, role="reach", tip=tip)
        elif left not in seen:
            seen.add(left)
            yield Mark(x=left, y=middle, kind="dot", role="event", tip=tip)
        words = _word_of(event)
        anchor: Anchor = "end" if left + _LETTER * len(words) > _RIGHT else "start"
        starts = left - _LETTER * len(words) if anchor == "end" else left
        if words and starts >= free_from:
            yield Words(x=left, y=middle - 8, text=words, role="label", anchor=anchor)
            free_from = starts + _LETTER * (len(words) + 1)


def _word_of(event: TimelineEvent) -> str:
    """Return the one word that a mark may carry: the modality of a study, the value of a status."""
    word = ""
    if event.kind == "imaging_study":
        word = str(event.facts.get("modality") or "")
    elif event.kind == "disease_status":
        word = str(event.facts.get("value") or "")
    return word.replace("_", " ") if len(word) <= _MOST_WORDS else ""
