"""Needs that laboratory values satisfy: a panel of groups of tests, and a comparable series of one marker."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from app.casefile.domain.case_file import Entry
from app.completeness.domain.checklist import Papers
from app.completeness.domain.evidence import (
    Candidate,
    Outcome,
    outcome,
    paper_candidates,
    problems_of,
    unique,
)
from app.completeness.domain.facts import Facts
from app.completeness.domain.findings import DECOY_CODE, NO_PRE_TREATMENT_VALUE, UNDATED
from app.completeness.domain.needs import Panel, Series
from app.completeness.domain.report import Evidence
from app.records.domain.findings import LabResult, MarkerResult, Measured
from app.timeline.domain.analytes import BLOOD, Key, Values
from app.timeline.domain.measurement import Measurement
from app.timeline.domain.scope import may_follow
from app.values.dates import PartialDate, certainly_before

_PRE_TREATMENT: Final = "pre_treatment_value"


@dataclass(frozen=True, slots=True)
class Readings:
    """Values of one group or series: one entry for each date as written, and how many have no date.

    Of many dates only the oldest and the newest that decide.
    """

    by_date: dict[str, Entry[Measured]]
    undated: int

    def ends(self, facts: Facts) -> tuple[PartialDate, ...]:
        """Return the oldest date, the one before the newest and the newest, as far as there are so many."""
        texts = sorted(self.by_date, key=lambda text: (facts.recency(PartialDate.parse(text)), text))
        return tuple(map(PartialDate.parse, dict.fromkeys((*texts[:1], *texts[-2:]))))


def panel(need: Panel, papers: Papers | None, facts: Facts, max_age_days: int | None) -> Outcome:
    """Look for a dated value of every group; the oldest of the groups' newest values gives the age."""
    group_of = {test: name for name, tests in need.groups for test in tests}
    sent: dict[str, list[Values]] = {}
    for key, values in facts.measured.items():
        if key.named.key in group_of and key.specimen == BLOOD:
            sent.setdefault(group_of[key.named.key], []).extend(values)
    found = {name: _readings(values, facts, is_text_enough=True) for name, values in sent.items()}
    candidates = paper_candidates(papers, facts)
    if any(readings.by_date or readings.undated for readings in found.values()):
        candidates.append(_panel_candidate(need, found, facts))
    return outcome(candidates, facts.of(LabResult), facts, max_age_days)


def _panel_candidate(need: Panel, found: dict[str, Readings], facts: Facts) -> Candidate:
    newest: dict[str, PartialDate] = {}
    chosen: dict[str, Entry[Measured]] = {}
    fields: dict[str, list[str]] = {}
    lacking: list[str] = []
    is_date_lacking = False
    for name, _ in need.groups:
        readings = found.get(name)
        if readings is not None and readings.by_date:
            newest[name] = readings.ends(facts)[-1]
            entry = readings.by_date[newest[name].text]
            chosen[entry.id] = entry
            fields.setdefault(entry.id, []).append(name)
        elif readings is not None and readings.undated:
            is_date_lacking = True
        else:
            lacking.append(name)
    return Candidate(
        when=min(newest.values(), key=facts.recency, default=None),
        lacking=(*lacking, *(("date",) if is_date_lacking else ())),
        evidence=tuple(
            Evidence(record_id=entry_id, fields=tuple(names)) for entry_id, names in sorted(fields.items())
        ),
        findings=(*((UNDATED,) if is_date_lacking else ()), *_problems(chosen.values(), facts)),
    )


def series(need: Series, papers: Papers | None, facts: Facts, max_age_days: int | None) -> Outcome:
    """Look for a series of so many values; the newest value gives the age."""
    markers = facts.disease_rules.markers
    found = {
        key: values
        for key, values in facts.measured.items()
        if _is_followed(key, values, markers) and not (markers and _is_of_another(key, facts))
    }
    recorded = {key.named.key for key in found}
    candidates = [
        *_series_candidates(found, need, facts, [marker for marker in markers if marker not in recorded]),
        *paper_candidates(papers, facts),
    ]
    return outcome(candidates, facts.of(MarkerResult), facts, max_age_days)


def _is_followed(key: Key, values: Sequence[Values], markers: Sequence[str]) -> bool:
    """Say whether a series is of a tumour marker: recorded as one, or a marker of the disease (LDH)."""
    if key.named.kind != "marker":
        return False
    return key.named.key in markers or any(sent.alike.sent_as.is_marker for sent in values)


def _is_of_another(key: Key, facts: Facts) -> bool:
    """Say whether a marker belongs to other cancers alone: PSA beside a cancer that CEA follows."""
    return not may_follow(facts.case_file, key.named.key)


def _series_candidates(
    found: dict[Key, tuple[Values, ...]], need: Series, facts: Facts, missing: list[str]
) -> Iterator[Candidate]:
    for key, values in found.items():
        readings = _readings(values, facts, newest=need.values)
        if not readings.by_date and not readings.undated:
            continue
        dates = readings.ends(facts)
        days = len(readings.by_date)
        lacking = []
        if days < need.values:
            lacking.append("date" if days + readings.undated >= need.values else "second_value")
        if key.unit_state == "not_stated":
            lacking.append("unit")
        said = _noted(key, values, dates, facts)
        shown = {readings.by_date[when.text].id: readings.by_date[when.text] for when in dates}
        yield Candidate(
            when=dates[-1] if dates else None,
            lacking=tuple(lacking),
            noted=(*said, *missing),
            evidence=tuple(Evidence(record_id=entry_id, fields=("value",)) for entry_id in sorted(shown)),
            findings=(
                *((DECOY_CODE,) if key.named.decoy else ()),
                *((NO_PRE_TREATMENT_VALUE,) if _PRE_TREATMENT in said else ()),
                *_problems(shown.values(), facts),
            ),
        )


def _readings(
    values: Sequence[Values], facts: Facts, *, newest: int = 1, is_text_enough: bool = False
) -> Readings:
    """Gather values: the first by id stands for its date, and so many of the newest dates are enough.

    A result in words counts where that is enough.
    """
    by_date: dict[str, Entry[Measured]] = {}
    undated = 0
    for sent in values:
        numbers = sent.alike.numbers
        if facts.are_of_full_days:
            numbers = _deciding(numbers, max(newest, 2))
        for entry in (*(one.entry for one in numbers), *sent.alike.others):
            record = entry.record
            if record.stated is not None or (
                record.value is None and not (is_text_enough and record.value_text)
            ):
                continue
            if record.date is None:
                undated += 1
            else:
                by_date.setdefault(record.date, entry)
    return Readings(by_date, undated)


def _deciding(numbers: list[Measurement], newest: int) -> list[Measurement]:
    """Return the numbers of the oldest day and of so many of the newest; those between decide nothing."""
    days: set[int] = set()
    for count, one in enumerate(reversed(numbers)):
        days.add(one.placed.first)
        if len(days) > newest:
            over = bisect_right(numbers, numbers[0].placed.first, key=lambda one: one.placed.first)
            return numbers[:over] + numbers[-count:]
    return numbers


def _noted(
    key: Key, values: Sequence[Values], dates: tuple[PartialDate, ...], facts: Facts
) -> tuple[str, ...]:
    treated = facts.first_treatment
    is_untreated_lacking = treated is not None and not (dates and certainly_before(dates[0], treated))
    return (
        *(() if any(map(_has_range, values)) else ("reference_range",)),
        *(() if key.laboratory else ("laboratory",)),
        *((_PRE_TREATMENT,) if is_untreated_lacking else ()),
    )


def _has_range(values: Values) -> bool:
    """Tell whether a reference range came with any of the numbers."""
    entries = chain((one.entry for one in values.alike.numbers), values.alike.others)
    return any(
        record.value is not None
        and not (
            record.reference_high is None and record.reference_low is None and record.reference_text is None
        )
        for record in (entry.record for entry in entries)
    )


def _problems(entries: Iterable[Entry[Measured]], facts: Facts) -> tuple[str, ...]:
    return unique(problem for entry in entries for problem in problems_of(entry, facts))
