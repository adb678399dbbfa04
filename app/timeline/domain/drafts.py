"""Events before they are put in order and told: what places each record and paper in time."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from app.casefile.domain.case_file import CaseFile, Entry
from app.casefile.domain.resting import resting
from app.records.domain.base import Anchor, Record
from app.records.domain.course import Treatment
from app.timeline.domain.event_kinds import DOCUMENT_RANK, EVENT_KINDS, OPERATION_RANK, OPERATIONS, EventKind
from app.timeline.domain.order import Placed, place
from app.timeline.domain.relative import Anchored, between

END: Final = ":end"
"""What the id of a treatment's last day adds to the record's id."""
RELATIVE: Final = "relative"
"""What dates an event that is known only against others."""
PAYLOAD: Final = "import_payload"
"""A kind of paper that is no event: how records came, which its facts tell and the index of papers names."""
_DAY: Final = len("2024-05-07")
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
    rests_on: tuple[str, ...] = ()
    """The other records that place it, where its date is a relative one."""


def drafts_of(case_file: CaseFile, *, without: Collection[type[Record]] = ()) -> Iterator[Draft]:
    """Yield a draft of every event of a case, but of records of some kinds."""
    for kind in EVENT_KINDS:
        if kind not in without:
            yield from record_drafts(case_file, kind)
    yield from _treatment_ends(case_file)
    rested_on = case_file.once(resting).papers
    for document in case_file.documents:
        if document.id not in rested_on and document.body.kind != PAYLOAD:
            dated = document.body.dated
            placed = place(dated) if dated else None
            key = (placed.key if placed else _UNDATED) + DOCUMENT_RANK
            yield Draft(key, document.id, placed, "dated" if dated else None, None, None, document)


def record_drafts(case_file: CaseFile, kind: type[Record]) -> list[Draft]:
    """Return one draft for each record of a kind, in order of id."""
    row = EVENT_KINDS[kind]
    return [_draft(case_file, entry, row) for entry in case_file.of(kind)]


def draft_of(case_file: CaseFile, entry: Entry[Record]) -> Draft:
    """Return the draft of one record of the case."""
    return _draft(case_file, entry, EVENT_KINDS[type(entry.record)])


def _draft(case_file: CaseFile, entry: Entry[Record], row: EventKind) -> Draft:
    record: Any = entry.record
    if record.date and row.placed_by[0] == "date":  # so are the ten thousand measured values
        text: str | None = record.date
        dated_by: str | None = "date"
    else:
        text, dated_by = _date_of(record, row, case_file)
    rank = OPERATION_RANK if row.kind is Treatment and record.category in OPERATIONS else row.rank
    if dated_by == RELATIVE:
        anchored = _anchored(case_file, record, frozenset({entry.id}))
        if anchored is not None:
            key = anchored.key(rank)
            by_id = case_file.once(_by_id)
            anchors = (*record.relative.after, *record.relative.before)
            rests_on = dict.fromkeys(one.record_id for one in anchors if one.record_id in by_id)
            return Draft(key, entry.id, anchored.placed, dated_by, row, entry.id, record, tuple(rests_on))
        dated_by = None
    if text is None:
        return Draft(_UNDATED + rank, entry.id, None, dated_by, row, entry.id, record)
    placed = place(text)
    return Draft(placed.key + rank, entry.id, placed, dated_by, row, entry.id, record)


def _treatment_ends(case_file: CaseFile) -> Iterator[Draft]:
    """Yield a draft for the last day of each treatment that its start does not place already."""
    row = EVENT_KINDS[Treatment]
    for entry in case_file.of(Treatment):
        record = entry.record
        if record.ended and not _is_one_day(record.ended, _date_of(record, row, case_file)[0]):
            over = place(record.ended)
            rank = OPERATION_RANK if record.category in OPERATIONS else row.rank
            yield Draft(over.key + rank, entry.id + END, over, "ended", row, entry.id, record)


def _is_one_day(ended: str, began: str | None) -> bool:
    """Tell whether a treatment ended on the day that it began on, as an operation with its hours does."""
    return began is not None and (ended == began or ("T" in ended and ended[:_DAY] == began[:_DAY]))


def _paper_dates(case_file: CaseFile) -> Mapping[str, str]:
    return {document.id: document.body.dated for document in case_file.documents if document.body.dated}


def _date_of(record: Record, row: EventKind, case_file: CaseFile) -> tuple[str | None, str | None]:
    """Return the date that places a record, as written, and what it is the date of; none for a relative one."""
    for name in row.placed_by:
        value = getattr(record, name)
        if value:
            return (value if isinstance(value, str) else _first(value)), name
    if record.relative is not None:
        return None, RELATIVE
    if record.sources:
        paper_dates = case_file.once(_paper_dates)
        for source in record.sources:
            if source.document_id and (dated := paper_dates.get(source.document_id)):
                return dated, "document"
    return None, None


def _anchored(case_file: CaseFile, record: Record, seen: frozenset[str]) -> Anchored | None:
    """Return between which days a relative date lies; None where what it speaks of tells nothing."""
    if record.relative is None:
        return None
    by_id = case_file.once(_by_id)

    def span_of(anchor: Anchor, *, is_after: bool) -> Placed | None:
        entry = by_id.get(anchor.record_id)
        if entry is None or anchor.record_id in seen or type(entry.record) not in EVENT_KINDS:
            return None
        return _span(case_file, entry, anchor, seen | {anchor.record_id}, is_after=is_after)

    return between(
        [span for anchor in record.relative.after if (span := span_of(anchor, is_after=True))],
        [span for anchor in record.relative.before if (span := span_of(anchor, is_after=False))],
    )


def _span(
    case_file: CaseFile, entry: Entry[Any], anchor: Anchor, seen: frozenset[str], *, is_after: bool
) -> Placed | None:
    """Return when the event of an anchor was, as surely as its record tells.

    A cycle or a last day that isn't recorded is no earlier than the start, and no later than the end.
    """
    record = entry.record
    text, dated_by = _date_of(record, EVENT_KINDS[type(record)], case_file)
    if dated_by == RELATIVE:
        anchored = _anchored(case_file, record, seen)
        return anchored.placed if anchored else None
    ended = getattr(record, "ended", None)
    cycles = sorted(getattr(record, "cycle_dates", ()), key=lambda one: (place(one).key, one))
    if anchor.cycle is not None:
        is_known = anchor.cycle <= len(cycles)
        wanted = cycles[anchor.cycle - 1] if is_known else (text if is_after else ended)
    elif anchor.edge == "end":
        wanted = ended or (text if is_after else None)
    else:
        wanted = text
    return place(wanted) if wanted else None


def _by_id(case_file: CaseFile) -> Mapping[str, Entry[Any]]:
    return {entry.id: entry for entry in case_file.entries}


def _first(dates: tuple[str, ...]) -> str:
    return min(dates, key=lambda text: (place(text).key, text))
