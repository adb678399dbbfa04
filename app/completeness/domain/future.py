"""What of a case lies in the future of a day, and so satisfies nothing on it."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from app.casefile.domain.case_file import CaseFile
from app.completeness.domain.record_tests import values_of
from app.records.domain.base import Record
from app.records.domain.kinds import KINDS
from app.timeline.domain.event_kinds import EVENT_KINDS
from app.timeline.domain.measurement import MEASURED, measurements
from app.values.dates import PartialDate, is_future

DATE_FIELDS: Final[Mapping[type[Record], tuple[str, ...]]] = {
    kind: row.placed_by for kind, row in EVENT_KINDS.items()
}
"""The dates that place a record of each kind, those of the event itself before those of its report."""


def without_future(case_file: CaseFile, as_of: date) -> tuple[CaseFile, tuple[str, ...]]:
    """Leave out what is dated after a day, and return the ids of what was left out, in order."""
    future = tuple(sorted(_future(case_file, _Ahead(as_of))))
    if not future:
        return case_file, ()
    left_out = frozenset(future)
    return (
        CaseFile(
            case_file.case,
            tuple(entry for entry in case_file.entries if entry.id not in left_out),
            tuple(document for document in case_file.documents if document.id not in left_out),
            case_file.proposals,
        ),
        future,
    )


class _Ahead(dict[str | None, bool]):
    """Whether a date as written lies after a day; each is looked at once, for a case names the same days often."""

    def __init__(self, as_of: date) -> None:
        super().__init__({None: False})
        self._as_of = as_of

    def __missing__(self, text: str | None) -> bool:
        """Look at a date for the first time."""
        self[text] = found = text is not None and is_future(PartialDate.parse(text), self._as_of)
        return found


def _future(case_file: CaseFile, ahead: _Ahead) -> Iterator[str]:
    for kind in KINDS.values():
        if kind not in MEASURED:
            yield from [entry.id for entry in case_file.of(kind) if _lies_ahead(entry.record, ahead)]
    for text, entries in case_file.once(measurements).by_date.items():
        if ahead[text]:
            yield from [entry.id for entry in entries]
    yield from [document.id for document in case_file.documents if ahead[document.body.dated]]


def _lies_ahead(record: Record, ahead: _Ahead) -> bool:
    """Say whether a record was made later, or tells of an event that is still to come."""
    if ahead[record.date]:
        return True
    for field in DATE_FIELDS.get(type(record), ()):
        values = values_of(record, field)
        if values:
            return all(ahead[text] for text in values)
    return False
