"""What every section is written from: the case file, the views below, and the events by kind."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from typing import Final, NamedTuple

from app.casefile.domain.case_file import CaseFile, Entry
from app.cases.domain import has_died
from app.records.domain.findings import Measured
from app.summary.domain.identity import Mask
from app.summary.domain.model import Section, SectionKey, SectionState, Statement
from app.summary.domain.views import Views
from app.summary.domain.writer import Writer
from app.timeline.domain.build import event_of, record_title
from app.timeline.domain.drafts import END, Draft, draft_of
from app.timeline.domain.event import TimelineEvent
from app.timeline.domain.event_kinds import EVENT_KINDS
from app.timeline.domain.in_short import Item, Results
from app.timeline.domain.order import entry_of

_NOTHING: Final = frozenset({"none", "not_done"})

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

    @property
    def has_died(self) -> bool:
        """Whether the patient is recorded as dead on the day."""
        return has_died(self.case_file.case.body.patient, self.as_of) is True

    def of(self, kind: str) -> tuple[TimelineEvent, ...]:
        """Return the events of one kind, oldest first, undated last; a treatment's end is none of them.

        Measured values are not among them: see `result`.
        """
        return self.events.get(kind, ())

    def has_result(self, kind: type[Measured]) -> bool:
        """Tell whether there is a measured value of a kind, of this day or before, or undated."""
        return any(self._is_known(draft_of(self.case_file, entry)) for entry in self.case_file.of(kind))

    def result(self, record_id: str) -> TimelineEvent | None:
        """Return the event of a measured value, None where its day is to come."""
        draft = draft_of(self.case_file, self.measured(record_id))
        return event_of(draft, is_uncertain=False) if self._is_known(draft) else None

    def measured(self, record_id: str) -> Entry[Measured]:
        """Return the record of a measured value."""
        entry = entry_of(self.case_file, record_id)
        if not isinstance(entry.record, Measured):
            raise TypeError(entry.record.kind)
        return entry  # type: ignore[return-value]  # as was just made sure

    def title(self, record_id: str) -> str | None:
        """Return a record's title, None for a kind that is no event."""
        record = entry_of(self.case_file, record_id).record
        return record_title(record) if type(record) in EVENT_KINDS else None

    def _is_known(self, draft: Draft) -> bool:
        placed = draft.placed
        return placed is None or placed.first <= self.as_of.toordinal()

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
    items, undated = views.in_short.items, views.in_short.undated
    known = bisect_right(items, as_of.isoformat(), key=_earliest)
    found: dict[str, list[TimelineEvent]] = {}
    for item in chain(islice(items, known), undated):
        if not isinstance(item, Results):
            found.setdefault(item.kind, []).append(item)
    treatments = found.get("treatment")
    if treatments:
        found["treatment"] = [event for event in treatments if not event.id.endswith(END)]
    return Page(
        case_file=case_file,
        as_of=as_of,
        mask=mask,
        views=views,
        events={kind: tuple(events) for kind, events in found.items()},
    )


def _earliest(event: Item) -> str:
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
