"""What a written date means, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.values.dates import DateTextError
from tests.unit.values.partial_dates import a_date, intervals, is_refused, single_dates

near_dates = st.text(alphabet="0123456789-/.~?%XT:Z+", max_size=24)


def bounds(text: str) -> tuple[str | None, ...]:
    when = a_date(text)
    return tuple(day.isoformat() if day else None for day in (when.earliest, when.latest))


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
        *(
            " 2024",
            "2024\n",
            "٢٠٢٤",
            "2024~?",
            "May 2024",
            "unknown",
            "3.84",
            "15-3",
            "<21",
            "2024" + " " * 80,
        ),
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
