"""Dates in cells: read where they can mean one day only, or where their column or the caller settles the order.

`03/04/2026` can be two dates. A day above 12 elsewhere in the column settles the order; else the cell is refused. Years
of two digits are read only where no other century is possible for something recorded, and never for a birth date.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from app.imports.domain.moments import from_hl7, from_iso, is_date
from app.imports.domain.reading import DateOrder
from app.imports.readers.tabular.cells import DateCell, NumberCell
from app.imports.readers.tabular.numbers import plain_signs
from app.imports.readers.tabular.words import ABOUT, BESIDE_MONTH, MONTHS, fold_word

ORDER_WORDS: Final[Mapping[DateOrder, str]] = {
    "dmy": "day, month, year",
    "mdy": "month, day, year",
    "ymd": "year, month, day",
}
_LONGEST: Final = 60
_NEWEST_SHORT: Final = 40
_OLDEST_SHORT: Final = 70
"""00 to 40 are 2000 to 2040: what is recorded of cancer care was not a century earlier. 70 to 99 are 1970 to 1999."""
_TIME: Final = re.compile(
    r"(?P<date>.*?[0-9.年月日])(?:\s*,\s*|\s+|T)(?P<hour>[0-9]{1,2})[:h](?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]+)?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?:Uhr|hrs|h)?",
    re.DOTALL,
)
_CLOCK: Final = re.compile(
    r"(?P<hour>[0-9]{1,2})[:.h](?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
)
_THREE: Final = re.compile(r"([0-9]{1,4})\s*[./\- ]\s*([0-9]{1,2})\s*[./\- ]\s*([0-9]{1,4})\.?")
_MONTH_YEAR: Final = re.compile(r"(?:([0-9]{1,2})[./-]([0-9]{4})|([0-9]{4})[./-]([0-9]{1,2}))")
_CHINESE: Final = re.compile(r"([0-9]{4})\s*年\s*([0-9]{1,2})\s*月(?:\s*([0-9]{1,2})\s*[日号])?")
_COMPACT: Final = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9](?:[0-9]{4}|[0-9]{6})?")
_SERIAL: Final = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")
_NUMBERS: Final = re.compile(r"[0-9]+")
_YEAR_DIGITS: Final = 4
_NOON: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What a cell can mean: one date whatever the order, or one for each order that the calendar allows."""

    certain: str | None = None
    by_order: Mapping[DateOrder, str] = field(default_factory=dict)
    has_short_year: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What a cell of a date column says."""

    date: str | None = None
    """EDTF."""
    problem: str | None = None
    """Why there is no date, in words; None where the cell is silent."""
    fix: str | None = None
    remarks: tuple[str, ...] = ()


SILENT: Final = Day()
_SHORT_YEARS: Final = "Years of two digits are read as 1970 to 2040."
_NO_DATE: Final = Day(
    problem="This is not a date in a form that is read here.",
    fix="Write dates as YYYY-MM-DD, or YYYY-MM or YYYY where less is known.",
)
_SERIAL_NUMBER: Final = Day(
    problem="A date stands as a bare number, such as a spreadsheet's count of days.",
    fix="Format the column as dates and export it again, or write dates as YYYY-MM-DD.",
)
_BOTH_ORDERS: Final = Day(
    problem="The calendar or the stated order does not allow this date.",
    fix="Check `date_order`, or write dates as YYYY-MM-DD.",
)
_SHORT_YEAR: Final = Day(
    problem="The year has two digits, and its century cannot be told.", fix="Write years with four digits."
)


class Days:
    """How the dates of one column are written."""

    def __init__(
        self, cells: Iterable[str], stated: DateOrder | None, *, of_birth: bool = False, is_open: bool = True
    ) -> None:
        self._stated = stated
        self._of_birth = of_birth
        orders: set[DateOrder] | None = None
        for cell in set(cells) if is_open else ():
            readings = None if isinstance(cell, DateCell) else readings_of(cell)
            if readings is None or not readings.by_order:
                continue
            allowed = set(readings.by_order)
            orders = allowed if orders is None else orders & allowed
        self._settled = next(iter(orders)) if orders and len(orders) == 1 else None
        self._known: dict[str, Day] = {}

    def read(self, cell: str) -> Day:
        """Read a cell."""
        found = self._known.get(cell)
        if found is None or isinstance(cell, DateCell):
            found = self._read(cell)
            self._known[str(cell)] = found
        return found

    def _read(self, cell: str) -> Day:
        if isinstance(cell, DateCell):
            return Day(date=str(cell))
        if not cell:
            return SILENT
        readings = readings_of(cell)
        if readings is None:
            is_number = isinstance(cell, NumberCell) or _SERIAL.fullmatch(cell)
            return _SERIAL_NUMBER if is_number else _NO_DATE
        if readings.has_short_year and self._of_birth:
            return _SHORT_YEAR
        return self._chosen(readings)

    def _chosen(self, readings: Readings) -> Day:
        remarks = (_SHORT_YEARS,) if readings.has_short_year else ()
        if readings.certain:
            return Day(date=readings.certain, remarks=remarks)
        if self._stated:
            date = readings.by_order.get(self._stated)
            return _BOTH_ORDERS if date is None else Day(date=date, remarks=remarks)
        if len(set(readings.by_order.values())) == 1:
            return Day(date=next(iter(readings.by_order.values())), remarks=remarks)
        if self._settled and self._settled in readings.by_order:
            told = f"Dates are read as {ORDER_WORDS[self._settled]}, as other dates of the column show."
            return Day(
                date=readings.by_order[self._settled],
                remarks=(told, *remarks),
            )
        if not readings.by_order:
            return _SHORT_YEAR if readings.has_short_year else _BOTH_ORDERS
        orders = " or ".join(f"as {ORDER_WORDS[order]}" for order in readings.by_order)
        named = " or ".join(f"`{order}`" for order in readings.by_order)
        return Day(
            problem=f"The date can be read {orders}, and nothing in its column tells which.",
            fix=f"Say `date_order` {named}, or write dates as YYYY-MM-DD.",
        )


@lru_cache(maxsize=65_536)
def readings_of(cell: str) -> Readings | None:
    """Return what a text can mean as a date; None where it is none."""
    if len(cell) > _LONGEST or isinstance(cell, NumberCell):
        return _year(cell) if len(cell) <= _LONGEST else None
    text = plain_signs(cell).strip()
    iso = from_iso(text) or (from_hl7(text) if _COMPACT.fullmatch(text) else None)
    if iso:
        return Readings(certain=iso)
    approximate = text.removeprefix("~").strip()
    first, _, rest = text.partition(" ")
    if fold_word(first) in ABOUT and rest:
        approximate = rest.strip()
    if approximate != text:
        readings = readings_of(approximate)
        certain = readings.certain if readings else None
        return Readings(certain=f"{certain}~") if certain and is_date(f"{certain}~") else None
    if is_date(text):
        return Readings(certain=text)
    return _with_time(text)


def _year(cell: str) -> Readings | None:
    """A workbook's bare number is a year at most."""
    whole = str(cell).removesuffix(".0")
    is_year = len(whole) == _YEAR_DIGITS and whole[:2] in {"19", "20"}
    return Readings(certain=whole) if is_year and is_date(whole) else None


def _with_time(text: str) -> Readings | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return _day(text)
    readings = _day(match["date"].strip().rstrip(","))
    clock = _clock(match)
    if readings is None or clock is None:
        return readings if readings and clock == "" else None
    return Readings(
        certain=_at(readings.certain, clock) if readings.certain else None,
        by_order={order: _at(date, clock) for order, date in readings.by_order.items()},
        has_short_year=readings.has_short_year,
    )


def _at(date: str, clock: str) -> str:
    with_time = f"{date}T{clock}"
    return with_time if clock and is_date(with_time) else date


def _clock(match: re.Match[str]) -> str | None:
    """Return hour and minute; an empty text at midnight, which is how systems write no time; None where it is none."""
    hour, half = int(match["hour"]), (match["half"] or "").replace(".", "").lower()
    if half:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if half == "pm" else 0)
    clock = f"{hour:02}:{match['minute']}" + (
        f":{match['second']}" if match["second"] not in {None, "00"} else ""
    )
    if not is_date(f"2000-01-01T{clock}"):
        return None
    return "" if clock == "00:00" else clock


def with_time(date: str, cell: str) -> str:
    """Add the time of day that a column of its own gives; a date that is not a full day stays as it is."""
    match = _CLOCK.fullmatch(plain_signs(cell))
    clock = _clock(match) if match else None
    return _at(date, clock) if clock and "T" not in date else date


def _day(text: str) -> Readings | None:
    iso = from_iso(text)
    if iso:
        return Readings(certain=iso)
    match = _CHINESE.fullmatch(text)
    if match:
        return _certain(match[1], match[2], match[3])
    match = _MONTH_YEAR.fullmatch(text)
    if match:
        return _certain(match[2] or match[3], match[1] or match[4], None)
    match = _THREE.fullmatch(text)
    return _three(*match.groups()) if match else _named_month(text)


def _certain(year: str, month: str, day: str | None) -> Readings | None:
    written = f"{year}-{int(month):02}" + (f"-{int(day):02}" if day else "")
    return Readings(certain=written) if is_date(written) else None


def _three(first: str, second: str, third: str) -> Readings | None:
    if len(first) == _YEAR_DIGITS and len(third) <= len("31"):
        return _certain(first, second, third)
    if len(first) > len("31") or len(third) not in {2, _YEAR_DIGITS}:
        return None
    readings: dict[DateOrder, str] = {}
    orders: dict[DateOrder, tuple[str, str, str]] = {
        "dmy": (third, second, first),
        "mdy": (third, first, second),
    }
    is_short = len(third) != _YEAR_DIGITS
    if is_short:
        orders["ymd"] = (first, second, third)
    for order, (year, month, day) in orders.items():
        full = _full_year(year)
        written = f"{full}-{int(month):02}-{int(day):02}" if full else ""
        if full and is_date(written):
            readings[order] = written
    if not readings and not is_short:
        return None
    return Readings(by_order=readings, has_short_year=is_short)


def _full_year(year: str) -> str | None:
    if len(year) == _YEAR_DIGITS:
        return year
    number = int(year)
    if len(year) != len("24") or _NEWEST_SHORT < number < _OLDEST_SHORT:
        return None
    return f"{2000 + number if number <= _NEWEST_SHORT else 1900 + number}"


def _named_month(text: str) -> Readings | None:
    month = _month_in(_NUMBERS.sub(" ", text))
    numbers = _NUMBERS.findall(text)
    if month is None or not 1 <= len(numbers) <= len(("day", "year")):
        return None
    years = [number for number in numbers if len(number) == _YEAR_DIGITS]
    if len(numbers) == 1:
        return _certain(years[0], str(month), None) if years else None
    if len(years) == 1:
        day = numbers[1 - numbers.index(years[0])]
        return _certain(years[0], str(month), day) if len(day) <= len("31") else None
    day, year = numbers
    full = _full_year(year) if len(day) <= len("31") else None
    readings = _certain(full, str(month), day) if full else None
    if readings is None or readings.certain is None:
        return None
    # A day, a named month, a year of two digits: nobody writes the year first in this form.
    return Readings(certain=readings.certain, has_short_year=True)


def _month_in(text: str) -> int | None:
    whole = fold_word(text)
    if whole in MONTHS:
        return MONTHS[whole]
    words = [fold_word(word) for word in re.split(r"[\s.,/\-']+", text) if word]
    named = [word for word in words if word and word not in BESIDE_MONTH]
    return MONTHS.get("".join(named))
