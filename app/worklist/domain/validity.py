"""For how long an answer about a case holds: until the first day on which any rule can decide otherwise.

What a rule makes of a day, it makes of a comparison of that day with a date of the case, moved by a number of days that
the checklist names. So the days on which anything can change are those dates and those sums; all others are passed
over. Where a date leaves open whether it lies before or after the day, nothing is promised beyond the day.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple, get_args, get_type_hints

from app.casefile.domain.case_file import CaseFile, as_if_confirmed
from app.completeness.domain.checklist import Checklist
from app.completeness.domain.needs import Panel, Selection, Series, TestResults, Way
from app.completeness.domain.rules import TreatmentOver
from app.records.domain.base import DateText
from app.records.domain.course import Treatment
from app.records.domain.disease import Biomarker, PathologyReport
from app.records.domain.kinds import KINDS
from app.timeline.domain.measurement import MEASURED, measurements
from app.values.dates import PartialDate

FAR: Final = timedelta(days=366)
"""An answer is looked at anew once a year at the latest: whoever is young grows older on a day that no date names."""


class Limit(NamedTuple):
    """A number of days, and the kinds of records whose dates it is added to.

    None stands for documents: a record without a date of its own is placed by its paper's.
    """

    kinds: frozenset[type | None]
    days: int


def holds_through(case_file: CaseFile, limits: Iterable[Limit], as_of: date) -> date:
    """Return the last day on which what was worked out for `as_of` surely still holds; `as_of` itself at the least.

    `limits` are those of every checklist that was asked.
    """
    dates = _dates_by_kind(case_file.once(as_if_confirmed))  # what waits is asked about as if it were there
    every = frozenset(when for found in dates.values() for when in found)
    if any(_is_open(when, as_of) for when in every):
        return as_of
    today = as_of.toordinal()
    last = date.max.toordinal()
    ahead = [day for day in _days(every, dates, limits) if today < day <= last]
    first = date.fromordinal(min(ahead)) if ahead else as_of + FAR
    return min(first, date(as_of.year + 1, 1, 1), as_of + FAR) - timedelta(days=1)


def _is_open(when: PartialDate, as_of: date) -> bool:
    """Say whether a date may lie before the day and after it, so that its place in the order moves with the day."""
    return (when.earliest or date.min) <= as_of < (when.latest or date.max)


def _days(
    every: Iterable[PartialDate],
    dates: Mapping[type | None, frozenset[PartialDate]],
    limits: Iterable[Limit],
) -> Iterator[int]:
    """Go through the days on which something can change, counted as `date.toordinal` does: past ones too."""
    ends = {when: _ends(when) for when in every}
    for found in ends.values():
        for day in found:
            yield day
            yield day + 1
    by_kind = {kind: {day for when in found for day in ends[when]} for kind, found in dates.items()}
    for limit in limits:
        for kind in limit.kinds:
            for day in by_kind.get(kind, ()):
                yield day + limit.days
                yield day + limit.days + 1


def _ends(when: PartialDate) -> tuple[int, ...]:
    return tuple(day.toordinal() for day in (when.earliest, when.latest) if day is not None)


def limits_of(checklist: Checklist) -> tuple[Limit, ...]:
    """Return the numbers of days that a checklist names, each with the kinds of records whose dates it is added to."""
    found: list[Limit] = []
    for rule in checklist.items:
        found.extend(
            Limit(frozenset({Treatment, None}), part.days)
            for part in _parts(rule)
            if isinstance(part, TreatmentOver)
        )
        if rule.max_age is not None:
            kinds = frozenset({*_kinds(rule.need), None})
            limits = {rule.max_age.days, *(days for _, days in rule.max_age.cases)}
            found.extend(Limit(kinds, days) for days in limits)
    return tuple(found)


def _kinds(need: object) -> Iterator[Any]:
    for part in _parts(need):
        if isinstance(part, Selection) or (isinstance(part, Way) and not isinstance(part.kind, str)):
            yield part.kind
        elif isinstance(part, Panel | Series):
            yield from MEASURED
        elif isinstance(part, TestResults):
            yield from (Biomarker, PathologyReport)


def _parts(rule: Any) -> Iterator[Any]:  # noqa: ANN401 (any part of a rule)
    """Go through a rule and all that it is made of."""
    yield rule
    if isinstance(rule, tuple | frozenset):
        for one in rule:
            yield from _parts(one)
    elif dataclasses.is_dataclass(rule):
        for field in dataclasses.fields(rule):
            yield from _parts(getattr(rule, field.name))


def _dates_by_kind(case_file: CaseFile) -> Mapping[type | None, frozenset[PartialDate]]:
    """Return the dates of a case by the kind of record that states them, None for documents."""
    found: dict[type | None, frozenset[PartialDate]] = {}
    for kind in KINDS.values():
        if kind not in MEASURED:
            texts = {
                text
                for entry in case_file.of(kind)
                for name in _date_fields(kind)
                for text in _texts(getattr(entry.record, name))
            }
            found[kind] = frozenset(map(PartialDate.parse, texts))
    measured = frozenset(PartialDate.parse(text) for text in case_file.once(measurements).by_date if text)
    found |= dict.fromkeys(MEASURED, measured)
    papers = {document.body.dated for document in case_file.documents if document.body.dated}
    papers |= {died} if (died := case_file.case.body.patient.deceased) else set()
    found[None] = frozenset(map(PartialDate.parse, papers))
    return found


def _texts(value: str | tuple[str, ...] | None) -> Iterable[str]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


@lru_cache(maxsize=64)
def _date_fields(kind: type) -> tuple[str, ...]:
    """Name the fields of a kind of record that hold dates."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(name for name, hint in hints.items() if DateText in _members(hint))


def _members(hint: Any) -> Iterator[Any]:  # noqa: ANN401 (any type hint)
    yield hint
    for inner in get_args(hint):
        yield from _members(inner)
