"""Partial dates: kept as written, bounded strictly, ordered without pretending to know more.

What a text means is read in `edtf`; what dates mean to each other is told here.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple, Self

from app.values.edtf import DateTextError, Precision, iso_form, read_edtf

__all__ = [
    "AgeRange",
    "DateTextError",
    "DayRange",
    "PartialDate",
    "Precision",
    "age_days",
    "certainly_before",
    "days_between",
    "is_full_day",
    "is_future",
    "iso_period",
    "iso_prefix",
    "may_overlap",
    "order_uncertain",
    "sort_key",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialDate:
    """A date known to the day or less well.

    `earliest` and `latest` are the first and the last day it can mean, both included; `None` is an
    end left open (`..`) or unknown (empty), which `text` tells apart. `approximate` is `~` or `%`,
    `uncertain` is `?` or `%`; both widen the bounds by one unit of the precision on each side.
    Deliberately unordered: sort by `sort_key`, compare by `certainly_before`.
    """

    text: str
    earliest: date | None
    latest: date | None
    approximate: bool
    uncertain: bool
    precision: Precision

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """Read a date as written.

        Takes `2024`, `2024-05`, `2024-05-07`, each with `~`, `?` or `%`; `2024-05-XX`, `2024-XX`,
        `2024-XX-XX`, `202X`, `20XX`; seasons `2024-21` to `2024-24`; a date-time, of which the day
        counts as written, without moving it to another time zone; intervals `a/b`, `../b`, `a/..`,
        `/b`, `a/`.

        Raises:
            DateTextError: the text is none of these, no real day, a year outside 1850 to 2200, or
                an interval that ends before it starts.
        """
        return _parse(text)

    @classmethod
    def of_day(cls, day: date) -> Self:
        """Make the date that is known to the day."""
        return cls(
            text=day.isoformat(),
            earliest=day,
            latest=day,
            approximate=False,
            uncertain=False,
            precision=Precision.DAY,
        )

    def __str__(self) -> str:
        """Give the date as it was written."""
        return self.text


class DayRange(NamedTuple):
    """Fewest and most days that can lie between two dates, signed; `None` is without bound."""

    min_days: int | None
    max_days: int | None


class AgeRange(NamedTuple):
    """Fewest and most days since a date, 0 or more; `max_days` `None` is without bound."""

    min_days: int
    max_days: int | None


@lru_cache(maxsize=65_536)  # a case file names the same days again and again
def _parse(text: str) -> PartialDate:
    start, end, precision = read_edtf(text)
    marks = (start.mark if start else "") + (end.mark if end else "")
    return PartialDate(
        text=text,
        earliest=start.bounds[0] if start else None,
        latest=end.bounds[1] if end else None,
        approximate="~" in marks or "%" in marks,
        uncertain="?" in marks or "%" in marks,
        precision=precision,
    )


def is_full_day(when: PartialDate) -> bool:
    """Say whether the date can mean one single day only."""
    return when.earliest is not None and when.earliest == when.latest


def sort_key(when: PartialDate | None) -> tuple[bool, date, date]:
    """Give the place of a date in an order: earliest day, then latest day, undated last."""
    if when is None:
        return True, date.max, date.max
    return False, when.earliest or date.min, when.latest or date.max


def certainly_before(first: PartialDate, second: PartialDate) -> bool:
    """Say whether every day the first can mean lies before every day the second can mean."""
    if first.latest is None or second.earliest is None:
        return False
    return first.latest < second.earliest


def may_overlap(one: PartialDate, other: PartialDate) -> bool:
    """Say whether the two can mean the same day."""
    return not (certainly_before(one, other) or certainly_before(other, one))


def order_uncertain(one: PartialDate, other: PartialDate) -> bool:
    """Say whether the dates alone can't tell which came first.

    Two facts of one full day are not uncertain: their kind's rank orders them.
    """
    return may_overlap(one, other) and not (is_full_day(one) and is_full_day(other))


def days_between(start: PartialDate, end: PartialDate) -> DayRange:
    """Count the days from one date to another, fewest and most, negative where end comes first."""
    return DayRange(_days(start.latest, end.earliest), _days(start.earliest, end.latest))


def age_days(when: PartialDate, as_of: date) -> AgeRange | None:
    """Count how many days a date lies back, fewest and most; `None` for a date still to come.

    Days after `as_of` are ruled out, since the fact is known by then. Something is fresh for
    certain only by `max_days`, and stale for certain only by `min_days`; which of the two decides
    is the caller's rule.
    """
    if is_future(when, as_of):
        return None
    newest = as_of if when.latest is None else min(when.latest, as_of)
    return AgeRange((as_of - newest).days, _days(when.earliest, as_of))


def is_future(when: PartialDate, as_of: date) -> bool:
    """Say whether even the earliest possible day lies after `as_of`."""
    return when.earliest is not None and when.earliest > as_of


def iso_prefix(when: PartialDate) -> str | None:
    """Give the date as ISO 8601 to the day, month or year, for export; `None` where none is true.

    Marks are left out (an export says them in an extension), a season inside one year becomes that
    year, and a winter or several years have no such form. An interval has one for each end: see
    `iso_period`.
    """
    return iso_form(when.text)


def iso_period(when: PartialDate) -> tuple[str | None, str | None]:
    """Give start and end of an interval as ISO 8601; one date is both its own start and end."""
    start, slash, end = when.text.partition("/")
    return iso_form(start), iso_form(end if slash else start)


def _days(start: date | None, end: date | None) -> int | None:
    return None if start is None or end is None else (end - start).days
