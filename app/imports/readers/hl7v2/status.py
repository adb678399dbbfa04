"""What a result's status says is to be done with it."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from app.imports.readers.hl7v2.tables import codes

Use = Literal["value", "withdraw", "absent", "waiting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A status of table 0085 or 0123."""

    use: Use = "value"
    note: str | None = None
    """What a reader of the record must know of it."""
    why: str | None = None
    """Why it is not a record, in words."""


FINAL = Status()


@cache
def result_status(result: str, report: str) -> Status:
    """Return what OBX-11 says, else what OBR-25 says; without either a result counts as final."""
    found = codes("result_status").get(result)
    if found is None and not result:
        found = codes("report_status").get(report)
    return Status(**found) if found else FINAL


@cache
def report_status(report: str) -> Status:
    """Return what OBR-25 says."""
    found = codes("report_status").get(report)
    return Status(**found) if found else FINAL
