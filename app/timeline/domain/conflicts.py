"""The ledger of what in a case's records disagrees; a person decides, nothing is corrected.

Source: clinical.md section 4, table of conflicts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import chain

from app.casefile.domain.case_file import CaseFile, Entry
from app.records.domain.statements import Decision
from app.timeline.domain.conflict import SEVERITIES, Conflict, Settlement, Side
from app.timeline.domain.conflict_dates import future_dates, study_dates
from app.timeline.domain.conflict_disease import accessions, sides_and_sites, specimens, stages
from app.timeline.domain.conflict_identity import RULE as IDENTITY
from app.timeline.domain.conflict_identity import identities
from app.timeline.domain.conflict_results import decoys, duplicates, same_day, units
from app.timeline.domain.conflict_status import responses
from app.timeline.domain.conflict_treatment import (
    after_the_end,
    before_diagnosis,
    intents,
    overlaps,
    remission_under_treatment,
)
from app.timeline.domain.order import in_order_of_ids, place
from app.timeline.domain.series import MarkerSeries, build_series

__all__ = ["Conflict", "Settlement", "Side", "find_blocking", "find_conflicts"]


def find_conflicts(
    case_file: CaseFile, as_of: date, *, series: Sequence[MarkerSeries] | None = None
) -> tuple[Conflict, ...]:
    """Return what disagrees on a day, the gravest first, settled ones with the decision that settles them.

    Pass the case's `series` of that day where they are built already.
    """
    case_file = in_order_of_ids(case_file)
    built = build_series(case_file, as_of=as_of) if series is None else series
    found = chain(_that_block(case_file), _that_pass(case_file, as_of, built))
    return _in_order(found, _decisions(case_file, as_of))


def find_blocking(case_file: CaseFile, as_of: date) -> tuple[Conflict, ...]:
    """Return those conflicts of a day that block and that nothing settles, in the ledger's order.

    They are a part of what `find_conflicts` finds, without the work on all the rest.
    """
    case_file = in_order_of_ids(case_file)
    found = _in_order(_that_block(case_file), _decisions(case_file, as_of))
    return tuple(one for one in found if one.settled is None)


def _in_order(found: Iterable[Conflict], decisions: Sequence[Entry[Decision]]) -> tuple[Conflict, ...]:
    ranks = {severity: rank for rank, severity in enumerate(SEVERITIES)}
    once = {one.id: one for one in found}
    return tuple(
        sorted(
            (_settled(one, decisions) for one in once.values()),
            key=lambda one: (ranks[one.severity], one.rule.id, one.id),
        )
    )


def _that_block(case_file: CaseFile) -> Iterator[Conflict]:
    yield from identities(case_file)


def _that_pass(case_file: CaseFile, as_of: date, series: Sequence[MarkerSeries]) -> Iterator[Conflict]:
    yield from sides_and_sites(case_file)
    yield from accessions(case_file)
    yield from stages(case_file)
    yield from specimens(case_file)
    yield from overlaps(case_file, as_of)
    yield from after_the_end(case_file)
    yield from before_diagnosis(case_file)
    yield from intents(case_file)
    yield from remission_under_treatment(case_file, as_of)
    yield from responses(case_file, as_of)
    yield from future_dates(case_file, as_of)
    yield from study_dates(case_file)
    yield from units(series)
    yield from decoys(series)
    yield from same_day(series)
    yield from duplicates(case_file, series)


def _decisions(case_file: CaseFile, as_of: date) -> tuple[Entry[Decision], ...]:
    """Return the decisions on conflicts that hold on a day, the newest last."""

    def made(entry: Entry[Decision]) -> tuple[int, str]:
        day = place(entry.record.date).last if entry.record.date else entry.recorded_on.toordinal()
        return day, entry.id

    held = [
        entry
        for entry in case_file.of(Decision)
        if entry.record.topic == "conflict"
        and (entry.record.until is None or place(entry.record.until).last >= as_of.toordinal())
    ]
    return tuple(sorted(held, key=made))


def _settled(one: Conflict, decisions: Sequence[Entry[Decision]]) -> Conflict:
    about = {one.id}
    if one.rule.id == IDENTITY:
        about |= {side.document_id for side in one.sides if side.document_id}
    for entry in reversed(decisions):
        decision = entry.record
        if not about & {decision.about, decision.holds}:
            continue
        if decision.choice == "withdrawn":
            return one
        return replace(
            one,
            settled=Settlement(
                decision_id=entry.id,
                choice=decision.choice,
                holds=decision.holds,
                by=decision.author,
                on=decision.date or entry.recorded_on.isoformat(),
                reason=decision.reason,
            ),
        )
    return one
