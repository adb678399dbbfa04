"""Which T, N and M belong to which stage group, so that a stage is one record. Source: mCODE 4.0.0, TNM staging."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from app.imports.readers.fhir.codes import CATEGORIES, TIMINGS
from app.imports.readers.fhir.effective import effective_date
from app.imports.readers.fhir.graph import Entry, Graph
from app.imports.readers.fhir.model_findings import Observation
from app.imports.readers.fhir.wording import known


class Stages:
    """Which T, N and M belong to which stage group; each is a part of one record only."""

    def __init__(self, graph: Graph, groups: Iterable[Entry], categories: Iterable[Entry]) -> None:
        self._members: dict[str, dict[str, Entry]] = {}
        free = {entry.key: entry for entry in categories}
        ordered = sorted(groups, key=lambda entry: entry.key)
        for group in ordered:
            self._members[group.key] = {}
            for found in graph.all((*group.resource.has_member, *group.resource.derived_from), group):
                self._join(group, found, free)
        self._join_by_day(ordered, free)
        self._join_alone(free)

    def of(self, entry: Entry) -> dict[str, Entry]:
        """Return the T, N and M of a record's leading observation, by letter; empty where it leads none."""
        return self._members.get(entry.key, {})

    def _join(self, group: Entry, found: Entry, free: dict[str, Entry]) -> None:
        letter = letter_of(found) if found.key in free else None
        if letter is not None and letter not in self._members[group.key]:
            self._members[group.key][letter] = free.pop(found.key)
            found.claimed = group.place

    def _join_by_day(self, groups: list[Entry], free: dict[str, Entry]) -> None:
        """Join what names no group to the only one of the same patient, day and kind of staging."""
        by_day: dict[tuple[Any, ...], list[Entry]] = defaultdict(list)
        for group in groups:
            by_day[_occasion(group)].append(group)
        for entry in sorted(free.values(), key=lambda entry: entry.key):
            fitting = by_day.get(_occasion(entry), [])
            if len(fitting) == 1 and _occasion(entry)[1] is not None:
                self._join(fitting[0], entry, free)

    def _join_alone(self, free: dict[str, Entry]) -> None:
        by_day: dict[tuple[Any, ...], list[Entry]] = defaultdict(list)
        for entry in free.values():
            by_day[_occasion(entry)].append(entry)
        for occasion, entries in by_day.items():
            letters = [letter_of(entry) for entry in entries]
            together = len(set(letters)) == len(letters) and occasion[1] is not None
            for several in [entries] if together else [[entry] for entry in entries]:
                in_order = sorted(several, key=lambda entry: "tnm".index(letter_of(entry) or "m"))
                leader = in_order[0]
                self._members[leader.key] = {letter_of(entry) or "t": entry for entry in in_order}
                for entry in in_order[1:]:
                    entry.claimed = leader.place


def letter_of(entry: Entry) -> str | None:
    """Return which of T, N and M an Observation states, by its code, else by its profile."""
    resource: Observation = entry.resource
    letter = known(CATEGORIES, resource.code)
    if letter is not None:
        return letter
    said = " ".join(resource.meta.profile) if resource.meta is not None else ""
    return next(
        (
            letter
            for letter, name in (("t", "primary-tumor"), ("n", "regional-nodes"), ("m", "distant-metastases"))
            if name in said
        ),
        None,
    )


def _occasion(entry: Entry) -> tuple[Any, ...]:
    resource: Observation = entry.resource
    date = effective_date(resource)
    return entry.patient, date[:10] if date else None, known(TIMINGS, resource.code)
