"""Medicines as records: a drug against the cancer is one treatment with the days it was given, any other a medication.

Days on which one drug was given belong to one treatment where they follow one order, or follow each other within half
a year. Source of the interval: clinical.md section 4, lines of therapy. Which drugs make a regimen is not concluded.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import msgspec

from app.imports.domain.courses import DAYS_MOST, begins_anew
from app.imports.domain.facts import medicine_record
from app.imports.domain.fitting import text, word
from app.imports.domain.reading import AnyItem
from app.imports.readers.fhir.decode import BrokenResourceError
from app.imports.readers.fhir.graph import Entry
from app.imports.readers.fhir.making import IN_ERROR, Making, nothing_said, skipped, withdrawn
from app.imports.readers.fhir.medicines import Given, given_of
from app.imports.readers.fhir.model_acts import MedicationRequest
from app.imports.readers.fhir.wording import note_of, words_or_code
from app.records.domain.course import Treatment
from app.values.dates import PartialDate

_KINDS: Final = frozenset({"MedicationRequest", "MedicationStatement", "MedicationAdministration"})
_NOT_GIVEN: Final = {
    "not-done": "It was not given.",
    "not-taken": "The patient does not take it.",
    "cancelled": "The order was cancelled before it took effect.",
    "draft": "The order is a draft.",
    "intended": "It is only intended.",
}
_PLANS: Final = frozenset({"proposal", "plan", "option"})
_OPEN: Final = {"on-hold": "It is on hold.", "unknown": "The sender does not know its status."}


class Therapies:
    """Joins the days of treatments; answers for each statement on a medicine what became of it."""

    def __init__(self, making: Making, entries: list[Entry]) -> None:
        self._making = making
        self._given: dict[str, Given] = {}
        self._days: dict[str, list[Given]] = defaultdict(list)
        self._missed: dict[str, list[Given]] = defaultdict(list)
        streams: dict[tuple[Any, ...], list[Given]] = defaultdict(list)
        for entry in entries:
            if entry.kind in _KINDS and entry.fault is None and entry.resource.status != "entered-in-error":
                try:
                    given = given_of(entry, making)
                except BrokenResourceError as fault:
                    entry.fault = fault
                else:
                    self._sort_in(given, streams)
        for stream in streams.values():
            self._join(stream)

    def _sort_in(self, given: Given, streams: dict[tuple[Any, ...], list[Given]]) -> None:
        entry = given.entry
        self._given[entry.key] = given
        if not (given.is_against_cancer or given.is_supportive) or not _is_day(given):
            return
        order = self._order_of(entry)
        streams[(entry.kind, entry.patient, order, given.drug, given.intent, given.is_supportive)].append(
            given
        )

    def _order_of(self, entry: Entry) -> str | None:
        request = getattr(entry.resource, "request", None)
        return self._making.graph.key_of(request, entry) if request is not None else None

    def _join(self, stream: list[Given]) -> None:
        ordered = sorted(stream, key=lambda one: (one.fact.started or "9999", one.entry.key))
        order = self._order_of(ordered[0].entry)
        leader = self._given.get(order) if order is not None else None
        last: date | None = None
        for one in ordered:
            day = _day(one.fact.started)
            if leader is None or (begins_anew(day, last) and leader.entry.kind != "MedicationRequest"):
                leader = one
            last = day or last
            if one.entry.resource.status in _NOT_GIVEN:
                self._missed[leader.entry.key].append(one)
            else:
                self._days[leader.entry.key].append(one)
            if leader is not one:
                one.entry.claimed = leader.entry.place

    def read(self, entry: Entry) -> Iterator[AnyItem]:
        """Return what became of a statement on a medicine."""
        status = entry.resource.status
        if status == "entered-in-error":
            yield withdrawn(entry, IN_ERROR)
            return
        if entry.claimed is not None:
            yield skipped(entry, f"It is read as one of the days of the treatment of {entry.claimed}.")
            return
        given = self._given[entry.key]
        why_not = _NOT_GIVEN.get(status) or _only_planned(entry)
        if why_not is not None and not self._days.get(entry.key):
            yield skipped(entry, " ".join(filter(None, (why_not, _why(given)))))
            return
        if status in _OPEN:
            entry.remarks.add(_OPEN[status])
        record = medicine_record(given.fact, "fhir", entry.remarks)
        if record is None:
            yield nothing_said(entry)
            return
        if isinstance(record, Treatment):
            record = self._treatment(record, given)
        yield self._making.record(entry, record)

    def _treatment(self, record: Treatment, given: Given) -> Treatment:
        days = self._days.get(given.entry.key, [])
        dates = sorted({one.fact.started for one in days if one.fact.started})
        entry = given.entry
        ended = max((one.fact.ended for one in days if one.fact.ended), default=None) or record.ended
        changes: dict[str, Any] = {
            "category": "supportive" if given.is_supportive else "systemic",
            "intent": given.intent,
            "ended": ended,
            "reason_ended": record.reason_ended or _last_reason(days, entry),
            "dose_changes": tuple(filter(None, (_missed(one) for one in self._missed.get(entry.key, ())))),
        }
        if entry.kind == "MedicationAdministration":
            # That a single giving was completed says nothing of the treatment's end.
            changes["ongoing"] = (
                True if any(one.entry.resource.status == "in-progress" for one in days) else None
            )
        if dates and (entry.kind != "MedicationStatement" or len(dates) > 1):
            changes["cycle_dates"] = tuple(dates[:DAYS_MOST])
            if len(dates) > DAYS_MOST:
                entry.remarks.add(f"Of its {len(dates)} days the first {DAYS_MOST} are kept.")
            changes["started"] = min(filter(None, (record.started, dates[0])))
            changes["date"] = changes["started"]
            if len(dates) > 1 and entry.kind == "MedicationStatement":
                changes["ongoing"] = None
        doses = list(dict.fromkeys(one.fact.dose for one in days if one.fact.dose))
        if len(doses) > 1:
            said = note_of((), record.note, f"Doses given: {'; '.join(doses)}")
            changes["note"] = text(said, entry.remarks, "note")
        started: str = changes.get("started") or record.started or ""
        if ended is not None and ended[:10] < started[:10]:
            changes["ended"] = None
        return msgspec.structs.replace(record, **changes)


def _is_day(given: Given) -> bool:
    """Tell whether a statement is of one day's giving, and not of a time of taking."""
    entry = given.entry
    if entry.kind == "MedicationAdministration":
        return True
    return (
        entry.kind == "MedicationStatement"
        and entry.resource.effective_period is None
        and entry.resource.status == "completed"
    )


def _only_planned(entry: Entry) -> str | None:
    resource = entry.resource
    if not isinstance(resource, MedicationRequest):
        return None
    if resource.do_not_perform:
        return "It is an order not to give the medicine."
    return (
        "It is a plan, not an order; nothing says that it was given." if resource.intent in _PLANS else None
    )


def _why(given: Given) -> str | None:
    return "The sender gives a reason, which stands in the payload." if given.fact.reason_ended else None


def _missed(given: Given) -> str | None:
    reason = ", ".join(filter(None, map(words_or_code, given.entry.resource.status_reason)))
    when = given.fact.started or "undated"
    return word(f"Not given {when}" + (f": {reason}" if reason else ""), given.entry.remarks, "reason")


def _last_reason(days: list[Given], entry: Entry) -> str | None:
    stopped = [one.fact.reason_ended for one in days if one.entry.resource.status == "stopped"]
    return word(next(filter(None, reversed(stopped)), None), entry.remarks, "reason ended")


def _day(text_: str | None) -> date | None:
    return PartialDate.parse(text_).earliest if text_ else None
