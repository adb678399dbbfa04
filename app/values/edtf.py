"""EDTF: the written form of partial dates, read to bounds and never guessed.

Source: EDTF (ISO 8601-2:2019) levels 0 and 1. EDTF leaves open how wide `~`, `?` and `%` are: here
they widen the bounds by one unit of the stated precision on each side, and nothing else does.
"""

import re
from calendar import monthrange
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

FIRST_YEAR: Final = 1850
LAST_YEAR: Final = 2200
LONGEST_TEXT: Final = 80
_ONE_DAY: Final = timedelta(days=1)


class Precision(StrEnum):
    """How finely a date was stated."""

    DAY = "day"
    MONTH = "month"
    SEASON = "season"
    YEAR = "year"
    INTERVAL = "interval"


class DateTextError(ValueError):
    """A text that is no date this product can keep.

    `detail` says what is wrong and `fix` how to mend it; neither repeats the text.
    """

    def __init__(self, detail: str, fix: str) -> None:
        """Hold the two sentences."""
        super().__init__(detail)
        self.detail = detail
        self.fix = fix


_HOW_TO_WRITE: Final = "Write YYYY-MM-DD, or YYYY-MM or YYYY where less is known."
_NO_DATE: Final = ("This is not a date in a form that is read here.", _HOW_TO_WRITE)
_OTHER_ORDER: Final = (
    "The order of day, month and year can't be told for certain from this form.",
    "Write the year first: YYYY-MM-DD.",
)
_NO_SUCH_DAY: Final = ("The calendar has no such day or month.", "Check the month and the day.")
_YEAR_OUT_OF_RANGE: Final = (
    f"The year is outside {FIRST_YEAR} to {LAST_YEAR}.",
    "Check the year; write it with four digits.",
)
_BACKWARDS: Final = (
    "The interval ends before it starts.",
    "Write the earlier date first, then a slash, then the later one.",
)
_NO_END: Final = (
    "An interval needs a date at one end at least.",
    "Give the start or the end, or leave the date out.",
)

_ELEMENT: Final = re.compile(
    r"""
    (?P<year> [0-9]{4} | [0-9]{3}X | [0-9]{2}XX )
    (?: - (?P<month> [0-9]{2} | XX ) (?: - (?P<day> [0-9]{2} | XX ) )? )?
    (?P<time> T (?:[01][0-9]|2[0-3]) : [0-5][0-9] (?: : (?:[0-5][0-9]|60) (?:\.[0-9]+)? )?
              (?: Z | [+-](?:0[0-9]|1[0-4]):?[0-5][0-9] )? )?
    (?P<mark> [~?%] )?
    """,
    re.VERBOSE,
)
_DAY_OR_MONTH_FIRST: Final = re.compile(r"[0-9]{1,2}[./ -][0-9]{1,2}[./ -][0-9]{2,4}")
_UNKNOWN: Final = "XX"
_NOT_DATED: Final = frozenset({"", ".."})  # unknown, open
_MONTHS: Final = 12
_FIRST_SEASON: Final = 21
_LAST_SEASON: Final = 24
_SPRING_STARTS: Final = 3  # month


class DatedEnd(NamedTuple):
    """One dated end: first and last day as stated, the same once widened by its mark."""

    stated: tuple[date, date]
    bounds: tuple[date, date]
    mark: str
    precision: Precision


class Reading(NamedTuple):
    """What a text says: start and end (the same for one date), `None` where open or unknown."""

    start: DatedEnd | None
    end: DatedEnd | None
    precision: Precision


def read_edtf(text: str) -> Reading:
    """Read a date or an interval.

    Raises:
        DateTextError: the text is no such date.
    """
    if len(text) > LONGEST_TEXT:
        raise DateTextError(*_NO_DATE)
    if _DAY_OR_MONTH_FIRST.fullmatch(text):
        raise DateTextError(*_OTHER_ORDER)
    start_text, slash, end_text = text.partition("/")
    if not slash:
        only = _read_end(text)
        return Reading(only, only, only.precision)
    start = None if start_text in _NOT_DATED else _read_end(start_text)
    end = None if end_text in _NOT_DATED else _read_end(end_text)
    if start is None and end is None:
        raise DateTextError(*_NO_END)
    if start and end and end.stated[1] < start.stated[0]:
        raise DateTextError(*_BACKWARDS)
    return Reading(start, end, Precision.INTERVAL)


def iso_form(text: str) -> str | None:
    """Give one dated end as ISO 8601 to day, month or year, `None` where none of them is true."""
    match = _ELEMENT.fullmatch(text)
    if match is None or "X" in match["year"]:
        return None
    month, day = match["month"], match["day"]
    if month is None or month == _UNKNOWN:
        return match["year"]
    if int(month) >= _FIRST_SEASON:
        return match["year"] if int(month) < _LAST_SEASON else None  # winter spans two years
    return text[:7] if day is None or day == _UNKNOWN else text[:10]


def _read_end(text: str) -> DatedEnd:
    match = _ELEMENT.fullmatch(text)
    if match is None:
        raise DateTextError(*_NO_DATE)
    year, month, day, time, mark = match.group("year", "month", "day", "time", "mark")
    first_year, last_year = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if first_year < FIRST_YEAR or last_year > LAST_YEAR:
        raise DateTextError(*_YEAR_OUT_OF_RANGE)
    # Only what stands rightmost may be masked or left out (EDTF level 1).
    has_day = day is not None and day != _UNKNOWN
    is_masked_inside = ("X" in year and month) or (month == _UNKNOWN and has_day)
    if is_masked_inside or (time and (mark or not has_day)):
        raise DateTextError(*_NO_DATE)
    if has_day:
        return _day_end(first_year, int(month), int(day), mark or "")
    if month is None or month == _UNKNOWN:
        precision = Precision.YEAR if first_year == last_year else Precision.INTERVAL
        length = _MONTHS * (last_year - first_year + 1)
        return _months_end(_MONTHS * first_year, length, mark or "", precision)
    return _month_end(first_year, int(month), mark or "", is_bare=day is None)


def _day_end(year: int, month: int, day: int, mark: str) -> DatedEnd:
    try:
        stated = date(year, month, day)
    except ValueError:
        raise DateTextError(*_NO_SUCH_DAY) from None
    pad = _ONE_DAY if mark else timedelta()
    return DatedEnd((stated, stated), (stated - pad, stated + pad), mark, Precision.DAY)


def _month_end(year: int, month: int, mark: str, *, is_bare: bool) -> DatedEnd:
    if 1 <= month <= _MONTHS:
        return _months_end(_MONTHS * year + month - 1, 1, mark, Precision.MONTH)
    if is_bare and _FIRST_SEASON <= month <= _LAST_SEASON:
        # Whole months of the northern reading; winter is December to February of the next year.
        start = _MONTHS * year + _SPRING_STARTS - 1 + 3 * (month - _FIRST_SEASON)
        return _months_end(start, 3, mark, Precision.SEASON)
    raise DateTextError(*_NO_SUCH_DAY)


def _months_end(first: int, length: int, mark: str, precision: Precision) -> DatedEnd:
    """Bound whole months, counted from year 0; the length is also the unit of widening."""
    pad = length if mark else 0
    return DatedEnd(
        _month_bounds(first, first + length - 1),
        _month_bounds(first - pad, first + length - 1 + pad),
        mark,
        precision,
    )


def _month_bounds(first: int, last: int) -> tuple[date, date]:
    year, month = divmod(last, _MONTHS)
    return (
        date(first // _MONTHS, first % _MONTHS + 1, 1),
        date(year, month + 1, monthrange(year, month + 1)[1]),
    )
