"""What happened during each line of therapy, and what it was followed by."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, Literal

from app.casefile.domain.case_file import CaseFile
from app.records.domain.course import Treatment
from app.records.domain.statements import DiseaseStatus
from app.timeline.domain.line_model import Following, Line, says_change_for_worse, started_on
from app.timeline.domain.order import place

LOCAL: Final = ("surgery", "radiation", "local_ablation", "procedure")


def followed(case_file: CaseFile, lines: Sequence[Line], as_of: date) -> tuple[Line, ...]:
    """Return the lines with what happened during each and what followed it, up to a day."""
    if not lines:
        return ()
    by_id = {entry.id: entry.record for entry in case_file.of(Treatment)}
    happened = sorted(_happened(case_file, as_of), key=lambda one: (place(one.date).key, one.record_id))
    starts = [place(line.started or "").first for line in lines]
    found = []
    for position, line in enumerate(lines):
        texts = [text for one in line.treatments for text in _days(by_id[one])]
        last = max(place(text).last for text in texts)
        until = starts[position + 1] if position + 1 < len(lines) else date.max.toordinal()
        within = [one for one in happened if starts[position] <= place(one.date).first <= until]
        after = [
            one for one in within if place(one.date).first > last or one.what in ("progression", "return")
        ]
        nexts = [
            Following(what="next_line", record_id=following.treatments[0], date=following.started or "")
            for following in lines[position + 1 : position + 2]
        ]
        found.append(
            replace(
                line,
                during=tuple(one for one in within if one not in after),
                followed_by=(*after, *nexts),
            )
        )
    return tuple(found)


def _days(record: Treatment) -> Iterator[str]:
    yield from filter(None, (record.ended, started_on(record)))
    yield from record.cycle_dates


def _happened(case_file: CaseFile, as_of: date) -> Iterator[Following]:
    last_day = as_of.toordinal()
    for entry in case_file.of(Treatment):
        record = entry.record
        text = started_on(record)
        if record.category in LOCAL and record.stated is None and text and place(text).first <= last_day:
            yield Following(what=record.category, record_id=entry.id, date=text)
    for status in case_file.of(DiseaseStatus):
        said = status.record
        if said.date and place(said.date).first <= last_day and says_change_for_worse(said):
            what: Literal["return", "progression"] = "return" if said.axis == "return" else "progression"
            yield Following(what=what, record_id=status.id, date=said.date)
