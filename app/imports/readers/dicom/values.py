"""What single values of a header mean: dates, codes, and whether the pixel data can be shown."""

from typing import Final

from app.imports.domain.fitting import coding
from app.imports.domain.moments import from_hl7, is_date
from app.imports.readers.dicom import tags
from app.imports.readers.dicom.dataset import DataSet, Header
from app.imports.readers.dicom.elements import OPEN
from app.records.domain.base import Coding

NO_PIXELS: Final = "the file holds no pixel data"
CUT: Final = "the file ends before its pixel data do"
UNKNOWN_SYNTAX: Final = "its transfer syntax is none of the standard"


def fault_of_pixels(header: Header, size: int) -> str | None:
    """Say why an image cannot be shown; None where it can. Told by the header and the file's size alone."""
    if header.pixels is None:
        if header.raw(tags.PIXEL_DATA_URL):
            return "the file only names where its pixel data are"
        return CUT if header.is_cut else NO_PIXELS
    if not header.has_known_syntax:
        return UNKNOWN_SYNTAX
    at, length = header.pixels
    is_deflated = header.is_deflated
    is_open = length == OPEN
    if length == 0 or (is_open and not is_deflated and at >= size):
        return NO_PIXELS
    return CUT if not is_open and not is_deflated and at + length > size else None


def date_of(header: DataSet, day: int, time: int) -> str | None:
    """Return a date with its time of day and time zone as EDTF; without the time where that is none."""
    text_of_day = header.first(day)
    if text_of_day is None:
        return None
    plain = text_of_day.replace(".", "").replace("-", "")
    date = from_hl7(plain)
    if date is None or len(plain) != len("20240507"):
        return date
    clock = (header.first(time) or "").replace(":", "")
    zone = header.first(tags.TIME_ZONE) or ""
    with_time = from_hl7(f"{plain}{clock}{zone}") or from_hl7(f"{plain}{clock}")
    return with_time if with_time is not None and is_date(with_time) else date


def codes_of(header: DataSet, tag: int) -> list[Coding]:
    """Return the codes of a code sequence."""
    found = (
        coding(item.text(tags.CODE_SCHEME), item.text(tags.CODE), item.text(tags.CODE_MEANING))
        for item in header.items(tag)
    )
    return [code for code in found if code is not None]


def meanings_of(header: DataSet, tag: int) -> list[str]:
    """Return what the codes of a code sequence mean, in words."""
    return [meaning for item in header.items(tag) if (meaning := item.text(tags.CODE_MEANING))]
