"""What every section is written from: the case file, the views below, and the events by kind."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from typing import Any, Final, NamedTuple

from app.casefile.domain.case_file import CaseFile
from app.records.domain.findings import LabResult, MarkerResult, Measured
from app.summary.domain.identity import Mask
from app.summary.domain.model import Section, SectionKey, SectionState, Statement
from app.summary.domain.views import Views
from app.summary.domain.writer import Writer
from app.timeline.domain.build import END
from app.timeline.domain.event import TimelineEvent
from app.timeline.domain.facts import facts_of

_NOTHING: Final = frozenset({"none", "not_done"})

RESULTS: Final = frozenset({"marker_result", "lab_result"})
"""Kinds of measured values, of which a case may hold ten thousand."""
CASE: Final = "case"
"""What a source is called that is the case itself, as its caller described it."""


class Part(NamedTuple):
    """A part of a section: whether something is stated, and in which statements."""

    state: SectionState
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One case on one day, its events by kind in order of time, those of days to come left out."""

    case_file: CaseFile
    as_of: date
    mask: Mask | None
    views: Views
    events: Mapping[str, tuple[TimelineEvent, ...]]
    results: Mapping[str, TimelineEvent]
    """Measured values by the ids of their records; their facts are read where they are told, by `reported`."""
    measured: Mapping[str, Measured]
    """The records of measured values, by id."""

    def of(self, kind: str) -> tuple[TimelineEvent, ...]:
        """Return the events of one kind, oldest first, undated last; a treatment's end is none of them."""
        return self.events.get(kind, ())

    def reported(self, record_id: str) -> Mapping[str, Any]:
        """Return what the record of a measured value states."""
        return facts_of(self.measured[record_id])

    def writer(self, section: SectionKey) -> Writer:
        """Return what writes the statements of a section."""
        return Writer(section=section, mask=self.mask)

    def told(self, section: SectionKey, kind: str, what: str, *, newest_first: bool = False) -> Part:
        """Tell every event of a kind, or say that there is none."""
        writer, events = self.writer(section), self.of(kind)
        if not events:
            return Part("not_found", (writer.absent(kind, what),))
        ordered = reversed(events) if newest_first else events
        return Part(state_of(events), tuple(writer.tell(event) for event in ordered))


def open_page(case_file: CaseFile, as_of: date, views: Views, mask: Mask | None) -> Page:
    """Sort the timeline's events by kind and id, leaving out those whose earliest possible day is to come."""
    items, undated = views.timeline.items, views.timeline.undated
    known = bisect_right(items, as_of.isoformat(), key=_earliest)
    found: dict[str, list[TimelineEvent]] = {}
    for event in chain(islice(items, known), undated):
        found.setdefault(event.kind, []).append(event)
    treatments = found.get("treatment")
    if treatments:
        found["treatment"] = [event for event in treatments if not event.id.endswith(END)]
    return Page(
        case_file=case_file,
        as_of=as_of,
        mask=mask,
        views=views,
        events={kind: tuple(events) for kind, events in found.items()},
        measured={
            entry.id: entry.record for kind in (MarkerResult, LabResult) for entry in case_file.of(kind)
        },
        results={event.id: event for kind in RESULTS for event in found.get(kind, ())},
    )


def _earliest(event: TimelineEvent) -> str:
    """Return the first possible day of a dated event; the timeline is in order of it."""
    return (event.date.earliest if event.date else None) or ""


def state_of(events: Iterable[TimelineEvent]) -> SectionState:
    """Tell a stated fact from the statement that there is none."""
    if all(event.facts.get("stated") in _NOTHING for event in events):
        return "none_stated"
    return "stated"


def section(key: SectionKey, title: str, *parts: Part, note: str | None = None) -> Section:
    """Put the parts of a section together: stated where any is, none stated where any says so."""
    states = {part.state for part in parts}
    state: SectionState = (
        "stated" if "stated" in states else "none_stated" if "none_stated" in states else "not_found"
    )
    return Section(
        key=key,
        title=title,
        state=state,
        note=note,
        statements=tuple(statement for part in parts for statement in part.statements),
    )
