"""One observation as the result of a test: its value, flags, range, dates, laboratory and comments."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal

from app.imports.domain.fitting import Remarks, text, usable, word
from app.imports.domain.measured import Flag, Measurement
from app.imports.domain.naming import BY_CODE_ALONE, known_test
from app.imports.readers.hl7v2.fields import Coded, coded_field, when
from app.imports.readers.hl7v2.groups import Group, Row, comments_of
from app.imports.readers.hl7v2.message import Segment
from app.imports.readers.hl7v2.sent import Sent
from app.imports.readers.hl7v2.status import Status
from app.imports.readers.hl7v2.tables import codes
from app.imports.readers.hl7v2.values import value_of
from app.records.domain.base import Absence
from app.records.domain.course import PerformanceStatus
from app.values.ranges import range_of

SCALES: Final[dict[str, Literal["ECOG", "Karnofsky", "Lansky"]]] = {
    "89247-1": "ECOG", "89262-0": "ECOG", "42800-3": "ECOG", "89243-0": "Karnofsky", "C38144": "Lansky",
}  # fmt: skip
"""Source: clinical.md section 2 (LOINC 89247-1, 89243-0, NCI Thesaurus C38144); others as senders use them."""
_LONGEST_RANGE: Final = 1_000  # past what a record keeps, so that it is said to be too long
_SCORES: Final = {"ECOG": range(6), "Karnofsky": range(0, 101, 10), "Lansky": range(0, 101, 10)}
_SCORE: Final = re.compile(r"(?:(?:ECOG|KPS|PS|grade|score)\W*)?(\d{1,3})(?!\d)(?![./]\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Seen:
    """One observation, where it stands and what its status says."""

    sent: Sent
    group: Group
    row: Row
    entry: Coded
    status: Status


def measurement_of(seen: Seen, remarks: Remarks) -> Measurement:
    """Return an observation as a test's result."""
    row, group, status, obx = seen.row, seen.group, seen.status, seen.row.obx
    value = value_of(obx)
    flag, words = _flags(obx)
    written = value.text
    if value.number is None and written is None and words:
        written, words = words, None
    if value.unreadable:
        remarks.add(value.unreadable)
    absent = Absence.UNKNOWN if status.use == "absent" else None
    comments = list(comments_of(row.notes)) if row.notes else []
    if value.number is None and written is None and comments:
        absent = absent or Absence.UNKNOWN
    if absent is not None and (value.number is not None or written is not None):
        comments.insert(0, written or f"{value.comparator or ''}{value.number}")
    told = [status.note, f"Interpretation: {words}." if words else None, *comments, *group.comments]
    said = "\n".join(part for part in told if part) if any(told) else None
    low, high, range_text = _range(obx.text(7)[:_LONGEST_RANGE], obx.marks.component)
    return Measurement(
        name=_name(seen.entry, remarks),
        codes=seen.entry.codings,
        value=value.number if absent is None else None,
        comparator=value.comparator if absent is None else None,
        value_text=written if absent is None else None,
        value_codes=value.codes,
        unit=obx.part(6) or obx.part(6, 2) or None,
        reference_low=low,
        reference_high=high,
        reference_text=range_text,
        flag=flag,
        date=_date(obx, group, remarks),
        absent=absent,
        laboratory=_laboratory(seen.sent, obx),
        specimen=group.specimen_name,
        specimen_date=group.specimen_taken or group.collected,
        method=coded_field(obx, 17).text or None,
        note=text(said, remarks, "note"),
        external_id=group.accession,
    )


def _name(entry: Coded, remarks: Remarks) -> str:
    """Return the test as written; of one sent as a bare code that is known here, what the code means."""
    if entry.text != entry.code or not entry.codings:
        return entry.text
    known = known_test((entry.code,)) if entry.code else None
    if known is None or entry.codings[0].system == "local":
        return entry.text
    remarks.add(BY_CODE_ALONE)
    return known


@lru_cache(maxsize=4_096)  # a laboratory's ranges come again and again
def _range(written: str, component: str) -> tuple[Decimal | None, Decimal | None, str | None]:
    """Return a reference range as its two ends, or as written where they cannot be told."""
    found = range_of(written)
    if found is not None:
        return *found, None
    return None, None, " ".join(written.replace(component, " ").split()) or None


def _date(obx: Segment, group: Group, remarks: Remarks) -> str | None:
    own = obx.part(14)
    found = when(own)
    if own and found is None:
        remarks.add("OBX-14 is no date.")
    if found is None and group.collected is None and group.obr is not None and group.obr.part(7):
        remarks.add("OBR-7 is no date.")
    return found or group.collected or group.reported


def _laboratory(sent: Sent, obx: Segment) -> str | None:
    return obx.part(23) or coded_field(obx, 15).text or sent.facility


def _flags(obx: Segment) -> tuple[Flag | None, str | None]:
    """Return the laboratory's flag, and what else it says of the result in words."""
    flag: Flag | None = None
    words: str | None = None
    flags = codes("flags")
    for raw in obx.repetitions(8):
        code = raw.split(obx.marks.component, 1)[0].strip().upper()
        flag = flag or flags.get(code)
        words = words or codes("flag_words").get(code)
    return flag, words


def performance_status(test: Measurement) -> PerformanceStatus | None:
    """Return the performance status that a result states; None where it is none, or its score is of no scale."""
    scale = next((SCALES[code.code] for code in test.codes if code.code in SCALES), None)
    if scale is None or test.absent is not None or test.comparator is not None:
        return None
    score = test.value
    if score is None:
        match = _SCORE.match(test.value_text or "")
        score = Decimal(match[1]) if match else None
    if score is None or score != score.to_integral_value() or score not in _SCORES[scale]:
        return None
    return PerformanceStatus(
        kind="performance_status",
        scale=scale,
        score=int(score),
        origin="hl7v2",
        date=test.date,
        codes=usable(test.codes, Remarks()),
        note=test.note,
        external_id=word(test.external_id, Remarks(), "id"),
    )
