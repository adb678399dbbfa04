"""Dates as senders write them, turned into EDTF without moving them or making them more precise.

A time of day is kept where one is given; midnight to the second is how systems write "no time", and is left out.
"""

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from app.values.dates import DateTextError, PartialDate

_HL7: Final = re.compile(
    r"(?P<year>\d{4})(?:(?P<month>\d{2})(?:(?P<day>\d{2})(?:(?P<hour>\d{2})(?:(?P<minute>\d{2})"
    r"(?:(?P<second>\d{2})(?:\.\d{1,6})?)?)?)?)?)?(?P<zone>[+-]\d{4})?"
)
_ISO: Final = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2})"
    r"(?:[T ](?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?(?P<zone>Z|[+-]\d{2}:?\d{2})?)?)?)?"
)


@lru_cache(maxsize=16_384)  # a payload names the same moments again and again
def from_hl7(text: str) -> str | None:
    """Return an HL7 v2 or CDA time (`20240507103000+0200`, `202405`) as EDTF; None where it is no date."""
    return _edtf(_HL7.fullmatch(text.strip()))


def from_iso(text: str) -> str | None:
    """Return a FHIR date, dateTime or instant as EDTF; None where it is no date."""
    return _edtf(_ISO.fullmatch(text.strip()))


def _edtf(match: re.Match[str] | None) -> str | None:
    if match is None:
        return None
    year, month, day, hour, minute, second, zone = match.group(
        "year", "month", "day", "hour", "minute", "second", "zone"
    )
    written = "-".join(part for part in (year, month, day) if part)
    if hour is not None and (hour, minute or "00", second or "00") != ("00", "00", "00"):
        written += f"T{hour}:{minute or '00'}"
        if second not in (None, "00"):
            written += f":{second}"
        written += _zone(zone)
    return written if is_date(written) else None


def _zone(zone: str | None) -> str:
    if not zone:
        return ""
    if zone == "Z" or zone[1:].replace(":", "") == "0000":
        return "Z"
    return zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"


def is_date(text: str) -> bool:
    """Tell whether a text is a date that a record can keep."""
    try:
        PartialDate.parse(text)
    except DateTextError:
        return False
    return True


def period(start: str | None, end: str | None) -> str | None:
    """Return the interval between two dates in EDTF, open where one is missing; one date where both are the same."""
    if start is None and end is None:
        return None
    if start == end:
        return start
    text = f"{start or '..'}/{end or '..'}"
    return text if is_date(text) else start


@lru_cache(maxsize=4_096)
def instant(text: str | None) -> str | None:
    """Return a moment with its zone as ISO 8601 in UTC, so that texts compare as moments; None where it is none.

    Of a moment without a zone, UTC is assumed: it orders versions of one sender, and is told to nobody.
    """
    if not text:
        return None
    written = from_iso(text) or from_hl7(text)
    if written is None:
        return None
    match = _ISO.fullmatch(text.strip())
    compact = _HL7.fullmatch(text.strip())
    try:
        if match is not None:
            moment = datetime.fromisoformat(text.strip().replace(" ", "T").replace(",", "."))
        else:
            moment = _compact(compact)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _compact(match: re.Match[str] | None) -> datetime:
    if match is None:
        message = "not a moment"
        raise ValueError(message)
    year, month, day, hour, minute, second = (
        int(part) if part else least
        for part, least in zip(
            match.group("year", "month", "day", "hour", "minute", "second"), (1, 1, 1, 0, 0, 0), strict=True
        )
    )
    moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 (its zone follows)
    zone = match.group("zone")
    return datetime.fromisoformat(moment.isoformat() + _zone(zone)) if zone else moment
