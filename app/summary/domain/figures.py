"""The drawings of each section, each with the table of what it shows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.summary.domain.cautions import caution
from app.summary.domain.drawing.curves import curve
from app.summary.domain.drawing.given import Given
from app.summary.domain.drawing.lanes import lanes
from app.summary.domain.drawing.lesion_curves import Courses, courses_of, lesion_curves
from app.summary.domain.drawing.shapes import Drawing
from app.summary.domain.due import imaging_caution
from app.summary.domain.identity import without_patient
from app.summary.domain.model import SectionKey
from app.summary.domain.page import Page
from app.summary.domain.wording import readable
from app.timeline.domain.points import Point
from app.timeline.domain.series import MarkerSeries

ROWS_AT_MOST: Final = 60
STUDIES_AT_MOST: Final = 8
_OLDEST: Final = 5
"""Of a table that is cut, rows from its beginning; the others are the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The data beside a drawing; the first cell of each row names it. `note` says what is left out."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One drawing with its table and caution; `drawing` is None where there is nothing to draw."""

    key: str
    title: str
    drawing: Drawing | None
    table: Table | None
    caution: str | None
    shared: tuple[int, ...] = ()
    """Numbers of the cautions that its section says once."""
    shows_treatments: bool = False
    stands_first: bool = False


def figures_of(key: SectionKey, page: Page, given: Sequence[Given]) -> tuple[Figure, ...]:
    """Return the figures of one section."""
    make = _FIGURES.get(key)
    figures = tuple(make(page, given)) if make else ()
    return figures if page.mask is None else without_patient(figures, page.mask, keep=_NO_WORDS)


_NO_WORDS: Final = frozenset({"key", "role", "shape", "kind", "anchor"})
"""Parts of a figure that are never a record's words."""


def _evidence(page: Page, given: Sequence[Given]) -> list[Figure]:
    figures = []
    courses = courses_of(page)
    if courses.courses:
        drawing = lesion_curves(courses, given)
        figures.append(
            Figure(
                key="lesions",
                title="Lesions over the studies",
                drawing=drawing,
                table=_lesion_table(courses),
                caution=imaging_caution(page),
                shows_treatments=drawing is not None,
            )
        )
    markers = (one for one in page.views.series if one.kind == "marker" and one.points)
    return [*figures, *(_marker(series, page, given) for series in markers)]


def _marker(series: MarkerSeries, page: Page, given: Sequence[Given]) -> Figure:
    display = _plain(series.display, page)
    laboratory = _plain(series.laboratory or "laboratory not stated", page)
    drawing = curve(series, given, display=display)
    return Figure(
        key=f"series-{series.id}",
        title=f"{display} ({laboratory})",
        drawing=drawing,
        table=_points(series, display, page),
        caution=" ".join(dict.fromkeys((caution("markers").text, *series.cautions))),
        shows_treatments=drawing is not None,
    )


def _plain(text: str, page: Page) -> str:
    return text if page.mask is None else page.mask(text)


def _points(series: MarkerSeries, display: str, page: Page) -> Table:
    unit = series.unit_as_written or series.unit or "unit not stated"
    rows = tuple(
        (readable(point.date), *_cells(point, page.measured(point.record_id).record.reference_text))
        for point in series.points
    )
    shown, note = _cut(rows)
    return Table(
        caption=f"Values of {display}",
        columns=("Date", f"Value ({unit})", "As written", "Reference range"),
        rows=shown,
        note=note,
    )


def _cells(point: Point, range_in_words: str | None) -> tuple[str, str, str]:
    low, high = point.reference_low, point.reference_high
    written = " ".join(
        part for part in (f"{point.comparator or ''}{point.value_as_written}", point.unit_as_written) if part
    )
    given = (
        f"{low} to {high}"
        if low is not None and high is not None
        else f"up to {high}"
        if high is not None
        else f"from {low}"
        if low is not None
        else range_in_words or "not stated"
    )
    same = f", reported {len(point.duplicates) + 1} times" if point.duplicates else ""
    return f"{point.comparator or ''}{point.value}", f"{written}{same}", given


def _cut(rows: tuple[tuple[str, ...], ...]) -> tuple[tuple[tuple[str, ...], ...], str | None]:
    left = len(rows) - ROWS_AT_MOST
    if left <= 0:
        return rows, None
    note = f"{left} values between the first {_OLDEST} and the newest {ROWS_AT_MOST - _OLDEST} are not listed here."
    return (*rows[:_OLDEST], *rows[_OLDEST - ROWS_AT_MOST :]), note


def _lesion_table(courses: Courses) -> Table:
    """Give a row to each lesion and a column to each study: the first and the newest where there are many."""
    places = range(len(courses.visits))
    left = len(courses.visits) - STUDIES_AT_MOST
    if left > 0:
        places = (0, *places[left + 1 :])  # type: ignore[assignment]  # a few places, in order
    rows = tuple(
        (
            f"{one.label} ({one.about})" if one.about else one.label,
            *(cell.text if (cell := one.cells[place]) else "not mentioned" for place in places),
        )
        for one in courses.courses
    )
    return Table(
        caption="Lesions as each report measures or mentions them",
        columns=("Lesion", *(readable(courses.visits[place].text) for place in places)),
        rows=rows,
        note=f"{left} studies after the first are not listed here." if left > 0 else None,
    )


def _lanes(page: Page, given: Sequence[Given]) -> list[Figure]:
    drawing = lanes(page, given)
    if drawing is None:
        return []
    return [
        Figure(
            key="lanes",
            title="By lanes",
            drawing=drawing,
            table=None,
            caution=None,
            shows_treatments=bool(given),
            stands_first=True,
        )
    ]


_FIGURES: Final[Mapping[SectionKey, Callable[[Page, Sequence[Given]], list[Figure]]]] = {
    "response": _evidence,
    "timeline": _lanes,
}
