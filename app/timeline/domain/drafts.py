"""Events before they are put in order and told: what places each record and paper in time."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from app.casefile.domain.case_file import CaseFile, Entry, papers_rested_on
from app.records.domain.base import Record
from app.records.domain.course import Treatment
from app.timeline.domain.event_kinds import DOCUMENT_RANK, EVENT_KINDS, OPERATION_RANK, OPERATIONS, EventKind
from app.timeline.domain.order import Placed, place

END: Final = ":end"
"""What the id of a treatment's last day adds to the record's id."""
_UNDATED: Final = 1 << 60


class Draft(Struct, frozen=True, gc=False):
    """An event before its order is known; in order of key, then id, events stand in the timeline, undated last.

    `content` is a record, of the type that its row names, or a document where there is no row.
    """

    key: int
    id: str
    placed: Placed | None
    dated_by: str | None
    row: EventKind | None
    record_id: str | None
    content: Any


def drafts_of(case_file: CaseFile, *, without: Collection[type[Record]] = ()) -> Iterator[Draft]:
    """Yield a draft of every event of a case, but of records of some kinds."""
    for kind in EVENT_KINDS:
        if kind not in without:
            yield from record_drafts(case_file, kind)
    yield from _treatment_ends(case_file)
    rested_on = case_file.once(papers_rested_on)
    for document in case_file.documents:
        if document.id not in rested_on:
            dated = document.body.dated
            placed = place(dated) if dated else None
            key = (placed.key if placed else _UNDATED) + DOCUMENT_RANK
            yield Draft(key, document.id, placed, "dated" if dated else None, None, None, document)


def record_drafts(case_file: CaseFile, kind: type[Record]) -> list[Draft]:
    """Return one draft for each record of a kind, in order of id."""
    row, paper_dates = EVENT_KINDS[kind], case_file.once(_paper_dates)
    return [_draft(entry, row, paper_dates) for entry in case_file.of(kind)]


def draft_of(case_file: CaseFile, entry: Entry[Record]) -> Draft:
    """Return the draft of one record of the case."""
    return _draft(entry, EVENT_KINDS[type(entry.record)], case_file.once(_paper_dates))


def _draft(entry: Entry[Record], row: EventKind, paper_dates: Mapping[str, str]) -> Draft:
    record: Any = entry.record
    if record.date and row.placed_by[0] == "date":  # so are the ten thousand measured values
        text: str | None = record.date
        dated_by: str | None = "date"
    else:
        text, dated_by = _date_of(record, row, paper_dates)
    rank = OPERATION_RANK if row.kind is Treatment and record.category in OPERATIONS else row.rank
    if text is None:
        return Draft(_UNDATED + rank, entry.id, None, dated_by, row, entry.id, record)
    placed = place(text)
    return Draft(placed.key + rank, entry.id, placed, dated_by, row, entry.id, record)


def _treatment_ends(case_file: CaseFile) -> Iterator[Draft]:
    """Yield a draft for the last day of each treatment that its start does not place already."""
    row, paper_dates = EVENT_KINDS[Treatment], case_file.once(_paper_dates)
    for entry in case_file.of(Treatment):
        record = entry.record
        if record.ended and record.ended != _date_of(record, row, paper_dates)[0]:
            over = place(record.ended)
            rank = OPERATION_RANK if record.category in OPERATIONS else row.rank
            yield Draft(over.key + rank, entry.id + END, over, "ended", row, entry.id, record)


def _paper_dates(case_file: CaseFile) -> Mapping[str, str]:
    return {document.id: document.body.dated for document in case_file.documents if document.body.dated}


def _date_of(record: Record, row: EventKind, paper_dates: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Return the date that places a record, as written, and what it is the date of."""
    for name in row.placed_by:
        value = getattr(record, name)
        if value:
            return (value if isinstance(value, str) else _first(value)), name
    for source in record.sources:
        if source.document_id and (dated := paper_dates.get(source.document_id)):
            return dated, "document"
    return None, None


def _first(dates: tuple[str, ...]) -> str:
    return min(dates, key=lambda text: (place(text).key, text))
