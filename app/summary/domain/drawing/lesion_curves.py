"""The sizes of lesions over studies: one line each, what is absent, too small or not evaluable told apart."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.records.domain.findings import Lesion
from app.summary.domain.drawing.axes import TimeAxis, ValueAxis
from app.summary.domain.drawing.curves import HEIGHT, WIDTH, drawn
from app.summary.domain.drawing.given import Given, shaded
from app.summary.domain.drawing.shapes import Drawing, Mark, MarkKind, Shape, Stroke, Words
from app.summary.domain.page import Page
from app.timeline.domain.lesions import Visit, size_of, visits_of

_LEFT, _RIGHT, _TOP, _BOTTOM = 74.0, 506.0, 30.0, 232.0
DRAWN_AT_MOST: Final = 8
"""Lesions in one drawing; the table holds all."""
_SIGNS: Final[tuple[MarkKind, ...]] = ("dot", "square", "triangle", "diamond", "ring", "cross")
_LINE: Final = 16.0
_WORDS: Final[Mapping[str, str]] = {
    "absent": "absent",
    "too_small": "too small to measure, counted as 5 mm",
    "split": "split, parts added",
    "merged": "merged with another",
    "not_evaluable": "not evaluable",
    "ambiguous": "measured differently in reports of one day",
}
_STATES: Final = frozenset({"present", "unequivocal_progression"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one study says of one lesion: its size, mm, where it has one, and the words for it."""

    mm: Decimal | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One lesion over all studies; a cell is None where a study does not mention it."""

    label: str
    about: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Courses:
    """All lesions of a case over its studies with lesions, in order of time."""

    visits: tuple[Visit, ...]
    courses: tuple[Course, ...]


def courses_of(page: Page) -> Courses:
    """Return the lesions of a page, those measured most often first, then by label."""
    visits = tuple(visit for visit in visits_of(page.case_file, page.as_of) if visit.lesions)
    labels = dict.fromkeys(label for visit in visits for label in visit.lesions)
    courses = [_course(label, visits, page) for label in labels]
    return Courses(visits=visits, courses=tuple(sorted(courses, key=_rank)))


def _rank(course: Course) -> tuple[int, str]:
    return -sum(cell is not None and cell.mm is not None for cell in course.cells), course.label


def _course(label: str, visits: Sequence[Visit], page: Page) -> Course:
    parts = tuple(part for visit in visits for part in visit.lesions.get(label, ()))
    is_node = any(part.is_node for part in parts)
    roles = dict.fromkeys(part.role.replace("_", "-") for part in parts if part.role != "unassigned")
    sites = dict.fromkeys(part.site for part in parts if part.site and part.site != parts[0].label)
    about = ", ".join((*sites, *roles, *(("node, short axis",) if is_node else ())))
    return Course(
        label=_plain(parts[0].label, page),
        about=_plain(about, page),
        cells=tuple(_cell(visit.lesions.get(label, ()), is_node=is_node) for visit in visits),
    )


def _plain(text: str, page: Page) -> str:
    return text if page.mask is None else page.mask(text)


def _cell(parts: Sequence[Lesion], *, is_node: bool) -> Cell | None:
    if not parts:
        return None
    size = size_of(parts, is_node=is_node)
    measured = f"{size.mm} mm" if size.mm is not None and size.how in {"measured", "split"} else ""
    state = next((part.state for part in parts if part.state in _STATES), None)
    words = (
        measured,
        _WORDS.get(size.how, "") if not (state and size.how == "not_evaluable") else "",
        (state or "").replace("_", " "),
        "new" if any(part.role == "new" for part in parts) else "",
        next((part.certainty for part in parts if part.certainty), ""),
    )
    return Cell(mm=size.mm, text=", ".join(word for word in words if word) or "mentioned")


def lesion_curves(courses: Courses, given: Sequence[Given]) -> Drawing | None:
    """Draw the lesions that have a size; None where no two studies or no sizes are there."""
    dated = [
        (place, (visit.placed.first + visit.placed.last) // 2)
        for place, visit in enumerate(courses.visits)
        if visit.placed.shown.earliest and visit.placed.shown.latest
    ]
    shown = [one for one in courses.courses if any(_mm(one, place) is not None for place, _ in dated)]
    shown = shown[:DRAWN_AT_MOST]
    if len(dated) < 2 or not shown:  # noqa: PLR2004 (a course is between two studies)
        return None
    sizes = [drawn(mm) for one in shown for place, _ in dated if (mm := _mm(one, place)) is not None]
    time = TimeAxis.over([day for _, day in dated], left=_LEFT, right=_RIGHT)
    values = ValueAxis.over([0.0, *sizes], top=_TOP, bottom=_BOTTOM)
    left_out = len(courses.courses) - len(shown)
    described = f"{len(shown)} lesions over {len(dated)} studies; their sizes stand in the table."
    if left_out:
        described += f" {left_out} more {'stands' if left_out == 1 else 'stand'} in the table only."
    return Drawing(
        key="lesions",
        width=WIDTH,
        height=HEIGHT,
        title="Recorded sizes of lesions over time, mm",
        description=described,
        shapes=(
            *shaded(given, time, top=_TOP, bottom=_BOTTOM),
            *values.shapes(_LEFT, _RIGHT),
            *time.shapes(_TOP, _BOTTOM),
            *_lines(shown, dated, time, values),
        ),
    )


def _mm(course: Course, place: int) -> Decimal | None:
    cell = course.cells[place]
    return cell.mm if cell else None


def _lines(
    shown: Sequence[Course], dated: Sequence[tuple[int, int]], time: TimeAxis, values: ValueAxis
) -> Iterator[Shape]:
    ends = []
    for number, course in enumerate(shown):
        points = [
            (time.x(day), values.y(drawn(mm)), f"{course.label}: {cell.text}")
            for place, day in dated
            if (cell := course.cells[place]) is not None and (mm := cell.mm) is not None
        ]
        if len(points) > 1:
            yield Stroke(points=tuple((x, y) for x, y, _ in points), role="curve", style=number)
        for x, y, tip in points:
            yield Mark(x=x, y=y, kind=_SIGNS[number % len(_SIGNS)], role="value", tip=tip)
        ends.append((points[-1][1], number, course.label))
    yield from _names(ends)


def _names(ends: Sequence[tuple[float, int, str]]) -> Iterator[Shape]:
    """Write each lesion's label beside its last size, no two over each other."""
    before = _TOP - _LINE
    for y, number, label in sorted(ends):
        at = max(y + 4, before + _LINE)
        before = at
        yield Mark(x=_RIGHT + 12, y=at - 4, kind=_SIGNS[number % len(_SIGNS)], role="value")
        yield Words(x=_RIGHT + 22, y=at, text=_short(label), role="label")


def _short(label: str, length: int = 13) -> str:
    return label if len(label) <= length else f"{label[: length - 1]}…"
