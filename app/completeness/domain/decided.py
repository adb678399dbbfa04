"""What people decided on the case: the newest first, and the newest on each item."""

from collections.abc import Iterable, Mapping
from datetime import date

from app.casefile.domain.case_file import CaseFile, Entry
from app.records.domain.statements import Decision
from app.values.dates import PartialDate


def decisions_of(case_file: CaseFile) -> tuple[Entry[Decision], ...]:
    """Return the decisions of a case, the newest first: by date, else the day on which they were recorded, then id."""

    def place(entry: Entry[Decision]) -> tuple[date, str]:
        when = PartialDate.parse(entry.record.date) if entry.record.date else None
        return (when.latest if when and when.latest else entry.recorded_on, entry.id)

    return tuple(sorted(case_file.of(Decision), key=place, reverse=True))


def newest_waivers(case_file: CaseFile) -> Mapping[str, Entry[Decision]]:
    """Return the newest decision on each item, by key, withdrawals among them."""
    return newest_of(decisions_of(case_file))


def newest_of(decisions: Iterable[Entry[Decision]]) -> Mapping[str, Entry[Decision]]:
    """Return the first decision on each item of a checklist, by key."""
    newest: dict[str, Entry[Decision]] = {}
    for entry in decisions:
        if entry.record.topic == "waiver":
            newest.setdefault(entry.record.about, entry)
    return newest
