"""The drawings of the page: where things stand, and that what is no number is never joined as one."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.cases.domain import Patient
from app.records.domain.course import Drug
from app.records.domain.findings import Lesion
from app.summary.domain.assemble import open_case
from app.summary.domain.drawing.axes import TimeAxis, ValueAxis
from app.summary.domain.drawing.curves import curve
from app.summary.domain.drawing.given import given_of, letter_of
from app.summary.domain.drawing.lanes import lanes
from app.summary.domain.drawing.lesion_curves import courses_of, lesion_curves
from app.summary.domain.drawing.shapes import Block, Drawing, Mark, Shape, Stroke, Words
from app.summary.domain.figures import figures_of
from app.summary.domain.page import Page
from tests.builders import A_DAY, a_case, a_case_file, a_record
from tests.unit.summary.test_laws import CHECKLISTS

DAYS = st.integers(min_value=date(1900, 1, 1).toordinal(), max_value=date(2100, 1, 1).toordinal())
VALUES = st.floats(min_value=0, max_value=1e12)


def a_page(*contents: Any) -> Page:
    return open_case(a_case_file(*contents), CHECKLISTS["response"], A_DAY)


def a_value(day: str, value: float, **fields: Any) -> Any:
    return a_record(
        "marker_result", marker="CEA", value=Decimal(str(value)), unit="ng/mL", date=day, **fields
    )


def a_scan(day: str, *lesions: Lesion) -> Any:
    return a_record("imaging_study", modality="CT", date=day, lesions=lesions)


def drawn(*contents: Any) -> Drawing:
    page = a_page(*contents)
    drawing = curve(page.views.series[0], given_of(page), display="CEA")
    assert drawing is not None
    return drawing


def of(drawing: Drawing, kind: type[Shape], role: str) -> list[Any]:
    return [shape for shape in drawing.shapes if isinstance(shape, kind) and shape.role == role]


@given(st.lists(DAYS, min_size=1, max_size=9), DAYS, DAYS)
def test_later_days_stand_further_right_and_all_inside(days: list[int], one: int, other: int) -> None:
    axis = TimeAxis.over(days, left=60, right=620)

    assert axis.x(min(one, other)) <= axis.x(max(one, other))
    assert all(60 <= axis.x(day) <= 620 for day in (*days, one, other))
    ticks = list(axis.ticks())
    assert len(ticks) <= 10
    assert [x for x, _ in ticks] == sorted(x for x, _ in ticks)


@given(st.lists(VALUES, min_size=1, max_size=9))
def test_higher_values_stand_higher_and_all_inside(values: list[float]) -> None:
    axis = ValueAxis.over(values, top=30, bottom=230)
    places = [axis.y(value) for value in sorted(values)]

    assert places == sorted(places, reverse=True)
    assert all(30 <= place <= 230 for place in places)
    assert 1 <= len(list(axis.ticks())) <= 40


@given(st.floats(min_value=0.01, max_value=1e6), st.floats(min_value=1, max_value=1e6))
def test_values_that_span_a_factor_of_twenty_are_drawn_by_their_logarithm(low: float, times: float) -> None:
    assume(abs(times - 20) > 0.01)
    axis = ValueAxis.over([low, low * times], top=30, bottom=230)

    assert axis.is_logarithmic is (times > 20)


def test_a_bound_is_an_arrow_and_is_not_joined() -> None:
    drawing = drawn(
        a_value("2026-01-01", 5),
        a_value("2026-02-01", 2, comparator="<"),
        a_value("2026-03-01", 9, comparator=">"),
        a_value("2026-03-10", 7),
    )
    (line,) = of(drawing, Stroke, "curve")

    assert len(line.points) == 2
    assert [mark.kind for mark in of(drawing, Mark, "bound")] == ["down", "up"]
    assert [mark.tip for mark in of(drawing, Mark, "bound")] == [
        "<2 ng/mL on 2026-02-01",
        ">9 ng/mL on 2026-03-01",
    ]
    assert len(of(drawing, Mark, "value")) == 2
    assert "2 of them are bounds, drawn as arrows and not joined." in drawing.description


def test_the_laboratorys_range_is_a_band_and_one_that_differs_is_said() -> None:
    same = drawn(a_value("2026-01-01", 5, reference_high=Decimal(5)), a_value("2026-02-01", 2))
    other = drawn(
        a_value("2026-01-01", 5, reference_high=Decimal(4)),
        a_value("2026-02-01", 2, reference_high=Decimal(5)),
    )
    none = drawn(a_value("2026-01-01", 5), a_value("2026-02-01", 2))

    (band,) = of(same, Block, "range")
    assert band.height > 1
    assert "up to 5." in same.description
    assert "up to 5 as newest given; others differ." in other.description
    assert of(none, Block, "range") == []


def test_a_coarse_date_is_drawn_as_the_stretch_it_may_lie_in() -> None:
    drawing = drawn(a_value("2026-01", 5), a_value("2026-03-01", 4))
    (reach,) = of(drawing, Stroke, "reach")

    assert reach.points[0][0] < reach.points[1][0]


def test_a_treatment_is_shaded_over_its_days_under_its_letter() -> None:
    over = a_record(
        "treatment",
        category="systemic",
        started="2026-01-10",
        ended="2026-02-10",
        reason_ended="completed",
        drugs=(Drug(name="carboplatin"),),
    )
    open_ended = a_record(
        "treatment", category="systemic", started="2026-02-20", drugs=(Drug(name="paclitaxel"),)
    )
    going_on = a_record(
        "treatment", category="systemic", started="2026-02-20", ongoing=True, drugs=(Drug(name="olaparib"),)
    )
    page = a_page(over, open_ended, going_on)

    assert [(one.letter, one.when, one.is_end_known) for one in given_of(page)] == [
        ("A", "2026-01-10 to 2026-02-10", True),
        ("B", "2026-02-20, end not stated", False),
        ("C", "2026-02-20, recorded as ongoing", True),
    ]
    drawing = drawn(over, a_value("2026-01-01", 5), a_value("2026-03-01", 4))
    (block,) = of(drawing, Block, "given")
    assert block.tip == "A: carboplatin (2026-01-10 to 2026-02-10)"
    assert [words.text for words in of(drawing, Words, "name")] == ["A"]


def test_no_treatment_is_drawn_past_the_death_of_the_patient() -> None:
    going_on = a_record("treatment", category="systemic", started="2025-02-20", ongoing=True)
    case = a_case(patient=Patient(deceased="2025-06-01"))

    (one,) = given_of(open_case(a_case_file(going_on, case=case), CHECKLISTS["response"], A_DAY))

    assert one.last == date(2025, 6, 1).toordinal()


@pytest.mark.parametrize(("number", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (27, "AB"), (52, "BA")])
def test_treatments_are_lettered_in_order(number: int, letter: str) -> None:
    assert letter_of(number) == letter


def test_lesions_say_what_is_measured_absent_too_small_new_and_not_mentioned() -> None:
    page = a_page(
        a_scan(
            "2026-01-01",
            Lesion(label="A", longest_mm=Decimal(20), role="target"),
            Lesion(label="B", longest_mm=Decimal(8)),
        ),
        a_scan(
            "2026-03-01",
            Lesion(label="A", state="absent", role="target"),
            Lesion(label="C", longest_mm=Decimal(6), role="new", certainty="equivocal"),
            Lesion(label="B", state="too_small"),
        ),
    )
    courses = courses_of(page)
    told = {one.label: [cell.text if cell else None for cell in one.cells] for one in courses.courses}

    assert told == {
        "A": ["20 mm", "absent"],
        "B": ["8 mm", "too small to measure, counted as 5 mm"],
        "C": [None, "6 mm, new, equivocal"],
    }
    drawing = lesion_curves(courses, ())
    assert drawing is not None
    assert len(of(drawing, Stroke, "curve")) == 2
    (lesions, *_) = figures_of("response", page, ())
    assert lesions.table is not None
    assert lesions.table.rows[2] == ("C (new)", "not mentioned", "6 mm, new, equivocal")


def test_one_value_has_a_table_and_no_curve() -> None:
    (figure,) = figures_of("response", a_page(a_value("2026-01-01", 5)), ())

    assert figure.drawing is None
    assert figure.table is not None


def test_a_moment_is_read_as_day_and_minute_wherever_it_stands_in_a_figure() -> None:
    page = a_page(
        a_value("2026-01-01T07:21:10Z", 5),
        a_value("2026-02-01T07:21:10Z", 4),
        a_record("treatment", category="surgery", procedure="resection", started="2026-01-10T07:21:10Z"),
    )

    assert "07:21:10Z" not in str(figures_of("response", page, given_of(page)))


def test_one_study_has_a_table_and_no_curve() -> None:
    page = a_page(a_scan("2026-01-01", Lesion(label="A", longest_mm=Decimal(20))))
    (figure,) = figures_of("response", page, ())

    assert figure.drawing is None
    assert figure.table is not None


def test_a_long_series_lists_its_first_and_newest_values_and_says_how_many_are_not_there() -> None:
    page = a_page(
        *(a_value(f"20{year:02}-{month:02}-01", 5) for year in range(15, 25) for month in range(1, 13))
    )
    (figure,) = figures_of("response", page, ())

    assert figure.table is not None
    assert len(figure.table.rows) == 60
    assert figure.table.note == "60 values between the first 5 and the newest 55 are not listed here."


def test_each_kind_of_event_has_a_lane_and_what_is_to_come_has_none() -> None:
    page = a_page(
        a_record("diagnosis", site="lung", date="2025-11"),
        a_scan("2026-01-01"),
        a_record("symptom", symptom="cough", date="2027-01-01"),
    )
    drawing = lanes(page, ())

    assert drawing is not None
    assert [words.text for words in of(drawing, Words, "name")] == ["Diagnosis and stage (1)", "Imaging (1)"]
    assert len(of(drawing, Block, "reach")) == 1
    assert [mark.tip for mark in of(drawing, Mark, "event")] == ["2026-01-01: CT"]
    assert lanes(a_page(), ()) is None


def test_an_old_illness_does_not_squeeze_the_course_of_the_disease() -> None:
    page = a_page(
        a_record("allergy", substance="penicillin", since="1960-07-16"),
        a_scan("2025-12-01"),
        a_scan("2026-03-01"),
    )
    drawing = lanes(page, ())

    assert drawing is not None
    first, second, old = (mark.x for mark in of(drawing, Mark, "event"))
    assert second - first > drawing.width / 2
    assert old <= first
    assert "Other illness from before all else is drawn at the left edge: 1." in drawing.description


def test_a_word_at_the_right_edge_stands_before_its_mark() -> None:
    status = a_record("disease_status", axis="response", value="remission", date="2026-03-01")
    drawing = lanes(a_page(a_scan("2025-12-01"), status), ())

    assert drawing is not None
    left, right = of(drawing, Words, "label")
    assert (left.text, left.anchor) == ("CT", "start")
    assert (right.text, right.anchor) == ("remission", "end")


@given(st.lists(DAYS, min_size=1, max_size=5))
def test_no_two_dates_under_an_axis_touch_and_none_is_cut_off(days: list[int]) -> None:
    axis = TimeAxis.over(days, left=74, right=628)
    free_from = 0.0
    for one in axis.shapes(30, 230):
        if isinstance(one, Words):
            width = len(one.text) * 10.5
            starts = one.x - {"start": 0.0, "middle": width / 2, "end": width}[one.anchor]
            assert free_from <= starts
            assert starts + width <= 640
            free_from = starts + width


def test_a_treatment_that_was_once_recorded_as_ongoing_does_not_squeeze_the_course_of_the_disease() -> None:
    going_on = a_record("treatment", category="systemic", started="2015-02-01", ongoing=True)
    page = a_page(a_scan("2015-01-01"), going_on, a_scan("2015-12-01"))
    drawing = lanes(page, given_of(page))

    assert drawing is not None
    first, second = (mark.x for mark in of(drawing, Mark, "event"))
    assert second - first > drawing.width / 2
    (bar,) = of(drawing, Block, "span")
    assert bar.x + bar.width == pytest.approx(632)
    assert "A treatment recorded as ongoing reaches the right edge." in drawing.description
