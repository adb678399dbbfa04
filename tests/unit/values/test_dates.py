"""What partial dates are to each other, and to a day on which somebody looks."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.values import dates
from app.values.dates import PartialDate
from tests.unit.values.partial_dates import a_date, partial_dates, single_dates

AS_OF = date(2026, 3, 5)
shares = st.floats(0, 1)


def a_day_within(when: PartialDate, share: float) -> date:
    earliest = when.earliest or (when.latest or AS_OF) - timedelta(days=1000)
    latest = when.latest or (when.earliest or AS_OF) + timedelta(days=1000)
    return earliest + timedelta(days=int(share * (latest - earliest).days))


@given(partial_dates)
def test_the_earliest_day_never_follows_the_latest(when: PartialDate) -> None:
    if when.earliest is not None and when.latest is not None:
        assert when.earliest <= when.latest


@given(single_dates)
def test_a_mark_never_narrows(text: str) -> None:
    bare, marked = a_date(text.rstrip("~?%")), a_date(text)
    assert dates.sort_key(marked)[1] <= dates.sort_key(bare)[1]
    assert dates.sort_key(marked)[2] >= dates.sort_key(bare)[2]


@given(partial_dates, partial_dates, partial_dates)
def test_certainly_before_is_a_strict_partial_order(
    one: PartialDate, two: PartialDate, three: PartialDate
) -> None:
    before = dates.certainly_before
    assert not before(one, one)
    assert not (before(one, two) and before(two, one))
    if before(one, two) and before(two, three):
        assert before(one, three)


@given(partial_dates, partial_dates, shares, shares)
def test_certainly_before_agrees_with_every_choice_of_days(
    one: PartialDate, two: PartialDate, first_share: float, second_share: float
) -> None:
    if dates.certainly_before(one, two):
        assert a_day_within(one, first_share) < a_day_within(two, second_share)


@given(partial_dates, partial_dates, shares, shares)
def test_days_between_bounds_every_choice_of_days(
    one: PartialDate, two: PartialDate, first_share: float, second_share: float
) -> None:
    fewest, most = dates.days_between(one, two)
    chosen = (a_day_within(two, second_share) - a_day_within(one, first_share)).days
    assert fewest is None or fewest <= chosen
    assert most is None or chosen <= most


@given(partial_dates, partial_dates)
def test_what_comes_certainly_first_is_sorted_first(one: PartialDate, two: PartialDate) -> None:
    if dates.certainly_before(one, two):
        assert dates.sort_key(one) < dates.sort_key(two)


@given(partial_dates)
def test_undated_comes_last(when: PartialDate) -> None:
    assert dates.sort_key(when) < dates.sort_key(None)


def test_ties_on_the_earliest_day_are_broken_by_the_latest() -> None:
    in_order = ["/2024", "2024-01-01", "2024-01", "2024", "2024/..", "2024-01-02"]
    assert sorted({*in_order}, key=lambda text: dates.sort_key(a_date(text))) == in_order


@pytest.mark.parametrize(
    ("one", "other", "is_uncertain"),
    [
        pytest.param("2024-05-07", "2024-05-07", False, id="one-full-day"),
        pytest.param("2024-05-07T08:00Z", "2024-05-07", False, id="one-full-day-with-time"),
        pytest.param("2024-05-07", "2024-05", True, id="a-day-of-the-month"),
        pytest.param("2024-05", "2024-05", True, id="the-same-month"),
        pytest.param("2024-05-07", "2024-05-08?", True, id="a-doubted-next-day"),
        pytest.param("2024-05-07", "2024-06", False, id="the-next-month"),
        pytest.param("2024-05/..", "2026-01-01", True, id="open-end"),
        pytest.param("2024-05/..", "2024-04-30", False, id="before-an-open-end"),
    ],
)
def test_order_is_uncertain_only_where_coarse_dates_overlap(
    one: str, other: str, *, is_uncertain: bool
) -> None:
    assert dates.order_uncertain(a_date(one), a_date(other)) is is_uncertain
    assert dates.order_uncertain(a_date(other), a_date(one)) is is_uncertain


@pytest.mark.parametrize(
    ("text", "age"),
    [
        pytest.param("2026-03-05", (0, 0), id="that-day"),
        pytest.param("2026-02-05", (28, 28), id="a-full-day"),
        pytest.param("2026-01", (33, 63), id="a-month"),
        pytest.param("2026-03", (0, 4), id="days-to-come-are-ruled-out"),
        pytest.param("2026-02/..", (0, 32), id="still-going-on"),
        pytest.param("../2026-01-31", (33, None), id="start-not-known"),
        pytest.param("2026-03-06", None, id="to-come"),
    ],
)
def test_age_is_told_as_fewest_and_most_days(text: str, age: tuple[int, int | None] | None) -> None:
    assert dates.age_days(a_date(text), AS_OF) == age


@given(partial_dates, st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_only_what_is_still_to_come_has_no_age(when: PartialDate, as_of: date) -> None:
    age = dates.age_days(when, as_of)
    assert (age is None) is dates.is_future(when, as_of)
    if age is not None:
        assert age.min_days >= 0
        assert age.max_days is None or age.min_days <= age.max_days


@pytest.mark.parametrize(
    ("text", "prefix", "period"),
    [
        ("2024", "2024", ("2024", "2024")),
        ("2024-XX-XX", "2024", ("2024", "2024")),
        ("2024-05~", "2024-05", ("2024-05", "2024-05")),
        ("2024-05-XX", "2024-05", ("2024-05", "2024-05")),
        ("2024-05-07?", "2024-05-07", ("2024-05-07", "2024-05-07")),
        ("2024-05-07T10:00:00Z", "2024-05-07", ("2024-05-07", "2024-05-07")),
        ("2024-21", "2024", ("2024", "2024")),
        ("2024-24", None, (None, None)),
        ("202X", None, (None, None)),
        ("2024-05/2024-07-03", None, ("2024-05", "2024-07-03")),
        ("2024-05/..", None, ("2024-05", None)),
        ("../2024", None, (None, "2024")),
    ],
)
def test_export_says_no_more_than_was_written(
    text: str, prefix: str | None, period: tuple[str | None, str | None]
) -> None:
    when = a_date(text)
    assert (dates.iso_prefix(when), dates.iso_period(when)) == (prefix, period)


@given(st.dates(date(1850, 1, 1), date(2200, 12, 31)))
def test_a_calendar_day_is_the_date_written_in_full(day: date) -> None:
    assert PartialDate.of_day(day) == a_date(day.isoformat())
    assert dates.is_full_day(PartialDate.of_day(day))


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2024-01-01", "2024-03-01", (60, 60)),
        ("2024-01", "2024-03", (30, 90)),
        ("2024-03", "2024-01", (-90, -30)),
        ("2024-01/..", "2024-03", (None, 90)),
        ("../2024-01", "2024-03", (30, None)),
        ("2024-01", "2024-03/..", (30, None)),
    ],
)
def test_days_between_two_dates_are_counted_from_their_ends(
    start: str, end: str, days: tuple[int | None, int | None]
) -> None:
    assert dates.days_between(a_date(start), a_date(end)) == days


def test_undated_comes_even_after_the_last_day_of_the_calendar() -> None:
    assert dates.sort_key(dates.PartialDate.of_day(date.max)) < dates.sort_key(None)
