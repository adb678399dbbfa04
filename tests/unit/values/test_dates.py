"""What partial dates mean, and what they refuse to mean."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.values import dates
from app.values.dates import DateTextError, PartialDate

AS_OF = date(2026, 3, 5)


def a_date(text: str) -> PartialDate:
    return PartialDate.parse(text)


def bounds(text: str) -> tuple[str | None, str | None]:
    when = a_date(text)
    return tuple(day.isoformat() if day else None for day in (when.earliest, when.latest))  # type: ignore[return-value]


years = st.integers(1850, 2200).map("{:04}".format)
months = st.builds("{}-{:02}".format, years, st.integers(1, 12))
days = st.dates(date(1850, 1, 1), date(2200, 12, 31)).map(date.isoformat)
seasons = st.builds("{}-{}".format, years, st.integers(21, 24))
masked = st.one_of(months.map("{}-XX".format), years.map("{}-XX".format), years.map("{}-XX-XX".format))
decades = st.integers(185, 219).map("{}X".format)
single_dates = st.builds(
    "{}{}".format,
    st.one_of(years, months, days, seasons, masked, decades),
    st.sampled_from(["", "", "~", "?", "%"]),
)
intervals = st.builds(
    "{}/{}".format,
    st.one_of(single_dates, st.sampled_from(["..", ""])),
    st.one_of(single_dates, st.sampled_from(["..", ""])),
)
near_dates = st.text(alphabet="0123456789-/.~?%XT:Z+", max_size=24)


def is_refused(text: str) -> bool:
    try:
        a_date(text)
    except DateTextError:
        return True
    return False


partial_dates = st.one_of(
    single_dates.map(a_date), intervals.filter(lambda text: not is_refused(text)).map(a_date)
)


def a_day_within(when: PartialDate, share: float) -> date:
    earliest = when.earliest or (when.latest or AS_OF) - timedelta(days=1000)
    latest = when.latest or (when.earliest or AS_OF) + timedelta(days=1000)
    return earliest + timedelta(days=int(share * (latest - earliest).days))


shares = st.floats(0, 1)


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024-05-07", "2024-05-07", "2024-05-07"),
        ("2024-05-XX", "2024-05-01", "2024-05-31"),
        ("2024-XX", "2024-01-01", "2024-12-31"),
        ("2024-XX-XX", "2024-01-01", "2024-12-31"),
        ("202X", "2020-01-01", "2029-12-31"),
        ("20XX", "2000-01-01", "2099-12-31"),
        ("2024-21", "2024-03-01", "2024-05-31"),
        ("2024-22", "2024-06-01", "2024-08-31"),
        ("2024-23", "2024-09-01", "2024-11-30"),
        ("2024-24", "2024-12-01", "2025-02-28"),
        ("2024-05-07T10:00:00Z", "2024-05-07", "2024-05-07"),
        ("2024-05-07T23:30:00.5-08:00", "2024-05-07", "2024-05-07"),
        ("2024-05/2024-07-03", "2024-05-01", "2024-07-03"),
        ("../2024-05", None, "2024-05-31"),
        ("2024-05/..", "2024-05-01", None),
        ("/2024", None, "2024-12-31"),
        ("2024/", "2024-01-01", None),
    ],
)
def test_bounds_are_strict(text: str, earliest: str | None, latest: str | None) -> None:
    assert bounds(text) == (earliest, latest)


@pytest.mark.parametrize("mark", "~?%")
@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2024", "2023-01-01", "2025-12-31"),
        ("2024-05", "2024-04-01", "2024-06-30"),
        ("2024-01", "2023-12-01", "2024-02-29"),
        ("2024-05-07", "2024-05-06", "2024-05-08"),
        ("2024-21", "2023-12-01", "2024-08-31"),
        ("2024-24", "2024-09-01", "2025-05-31"),
    ],
)
def test_a_mark_widens_the_bounds_by_one_unit_on_each_side(
    text: str, mark: str, earliest: str, latest: str
) -> None:
    assert bounds(text + mark) == (earliest, latest)


def test_each_end_of_an_interval_is_widened_by_its_own_mark_only() -> None:
    assert bounds("2024-05~/2024-07-03") == ("2024-04-01", "2024-07-03")
    assert bounds("2024-05/2024-07-03?") == ("2024-05-01", "2024-07-04")


@pytest.mark.parametrize(
    ("text", "approximate", "uncertain"),
    [
        ("2024", False, False),
        ("2024~", True, False),
        ("2024?", False, True),
        ("2024%", True, True),
        ("2024~/2025?", True, True),
    ],
)
def test_approximate_and_uncertain_are_told_apart(text: str, *, approximate: bool, uncertain: bool) -> None:
    when = a_date(text)
    assert (when.approximate, when.uncertain) == (approximate, uncertain)


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("2024", "year"),
        ("2024-XX", "year"),
        ("2024-05", "month"),
        ("2024-05-XX~", "month"),
        ("2024-05-07", "day"),
        ("2024-05-07T10:00", "day"),
        ("2024-21", "season"),
        ("202X", "interval"),
        ("2024/2025", "interval"),
    ],
)
def test_precision_is_what_was_stated(text: str, precision: str) -> None:
    assert a_date(text).precision == precision


@pytest.mark.parametrize(
    "text",
    [
        *("07/05/2024", "7.5.24", "05-07-2024", "7 5 2024", "20240507", "2024/05/07", "2024-5-7"),
        *("2024-02-30", "2023-02-29", "2024-13", "2024-00", "2024-25", "2024-21-07", "2024-04-31"),
        *("1849", "2201", "0000", "18XX", "220X", "24", "12024"),
        *("2024-XX-07", "202X-05", "2024-1X", "XXXX", "2024xx"),
        *("../..", "/", "..", "", "../", "2024/2023", "2024-05-08/2024-05-07", "2024/2025/2026"),
        *("2024-05-07T25:00", "2024-05T10:00", "2024-05-07T10:00~", "2024-05-07 10:00"),
        *(" 2024", "2024\n", "٢٠٢٤", "2024~?", "May 2024", "unknown", "3.84", "15-3", "<21"),
    ],
)
def test_what_is_no_date_is_refused_and_never_guessed(text: str) -> None:
    with pytest.raises(DateTextError):
        a_date(text)


def test_another_order_is_told_to_write_the_year_first() -> None:
    with pytest.raises(DateTextError) as caught:
        a_date("07/05/2024")
    assert "YYYY-MM-DD" in caught.value.fix


@given(st.one_of(near_dates, st.text(max_size=100), intervals, single_dates))
def test_any_text_is_read_as_written_or_refused_without_repeating_it(text: str) -> None:
    if is_refused(text):
        with pytest.raises(DateTextError) as caught:
            a_date(text)
        if len(text) > len("YYYY-MM-DD"):  # shorter ones may be a word of the message by chance
            assert text not in caught.value.detail + caught.value.fix
        assert caught.value.__cause__ is None
    else:
        when = a_date(text)
        assert when.text == str(when) == text
        assert when.earliest is not None or when.latest is not None


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
