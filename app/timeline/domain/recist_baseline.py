"""Which study a line of treatment is measured against, and which follow it.

Source: clinical.md section 3, rules 1 and 8.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final, Literal

from app.records.domain.findings import Lesion
from app.timeline.domain.lesions import Visit, size_of
from app.timeline.domain.order import Placed
from app.timeline.domain.recist import (
    MOST_TARGETS,
    MOST_TARGETS_OF_AN_ORGAN,
    SMALLEST_TARGET_MM,
    SMALLEST_TARGET_NODE_MM,
)
from app.timeline.domain.sites import organs_named

LONGEST_BASELINE_DAYS: Final = 28

NoBaseline = Literal["no_baseline_targets", "baseline_by_ultrasound", "order_of_studies_uncertain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The baseline study: its targets with their sizes, mm, and its non-targets with whether each is a node.

    `start` is the first day of the line that it stands before, None where no treatment is dated.
    """

    visit: Visit
    targets: Mapping[str, Decimal]
    nodes: frozenset[str]
    non_targets: Mapping[str, bool]
    start: Placed | None

    @property
    def total(self) -> Decimal:
        """The sum of the targets, mm."""
        return sum(self.targets.values(), Decimal(0))

    @property
    def days_to_start(self) -> int | None:
        """Days from the study to the line's first day; None unless both are known to the day."""
        if self.start is None or not (self.start.is_day and self.visit.placed.is_day):
            return None
        return self.start.first - self.visit.placed.first

    def name(self, label: str) -> str:
        """Return a lesion's label as the baseline study writes it."""
        return self.visit.lesions[label][0].label

    def is_followed_by(self, visit: Visit) -> bool:
        """Tell whether a later study speaks of any lesion of the baseline, or of a new one."""
        return visit.placed.key > self.visit.placed.key and any(
            label in self.targets or label in self.non_targets or any(part.role == "new" for part in parts)
            for label, parts in visit.lesions.items()
        )


def choose_baseline(visits: Sequence[Visit], start: Placed | None) -> Baseline | NoBaseline:
    """Return the last study on or before the line's first day in which targets are measured.

    Where none has targets, the last such study with non-targets; where no treatment is dated, the first
    instead of the last.
    """
    before = [visit for visit in visits if start is None or visit.placed.last <= start.first]
    for has_lesions in (_has_targets, _has_non_targets):
        candidates = [visit for visit in before if has_lesions(visit)]
        if candidates:
            chosen = candidates[-1 if start else 0]
            return "baseline_by_ultrasound" if is_ultrasound(chosen) else _read(chosen, start)
    return "no_baseline_targets"


def studies_after(baseline: Baseline, visits: Sequence[Visit]) -> tuple[Visit, ...] | NoBaseline:
    """Return the studies that follow the baseline's lesions, if their order is certain."""
    later = tuple(visit for visit in visits if baseline.is_followed_by(visit))
    if any(one.placed.last >= other.placed.first for one, other in pairwise([baseline.visit, *later])):
        return "order_of_studies_uncertain"
    return later


def is_ultrasound(visit: Visit) -> bool:
    """Tell whether a visit rests on ultrasound, which is not measured on."""
    return any(entry.record.modality == "US" for entry in visit.studies)


def is_node(parts: Sequence[Lesion]) -> bool:
    """Tell whether a lesion is followed as a lymph node."""
    return any(part.is_node for part in parts)


def baseline_flags(baseline: Baseline) -> Iterator[str]:
    """Name what a reader must know of this baseline."""
    days = baseline.days_to_start
    if baseline.start is None:
        yield "no_treatment_start_recorded"
    if days is not None and days > LONGEST_BASELINE_DAYS:
        yield "baseline_over_28_days_before_start"
    if len(baseline.targets) > MOST_TARGETS:
        yield "more_than_5_targets"
    if any(organ > MOST_TARGETS_OF_AN_ORGAN for organ in _organs(baseline)):
        yield "more_than_2_targets_of_an_organ"
    smallest = {True: SMALLEST_TARGET_NODE_MM, False: SMALLEST_TARGET_MM}
    if any(mm < smallest[label in baseline.nodes] for label, mm in baseline.targets.items()):
        yield "target_below_measurable_size"
    if len(baseline.targets) < sum(_is_target(parts) for parts in baseline.visit.lesions.values()):
        yield "target_without_size_at_baseline"


def _organs(baseline: Baseline) -> Iterator[int]:
    """Count the targets of each organ: nodes are one, and so are the two of a pair."""
    sites = [
        "node" if label in baseline.nodes else _site(baseline.visit.lesions[label])
        for label in baseline.targets
    ]
    return (sites.count(site) for site in set(sites) - {None})


def _site(parts: Sequence[Lesion]) -> str | None:
    site = next((part.site.casefold() for part in parts if part.site), None)
    return site and (" ".join(sorted(organs_named(site))) or site)


def _read(visit: Visit, start: Placed | None) -> Baseline:
    targets = dict(_targets(visit))
    return Baseline(
        visit=visit,
        targets=targets,
        nodes=frozenset(label for label in targets if is_node(visit.lesions[label])),
        non_targets={
            label: is_node(parts)
            for label, parts in visit.lesions.items()
            if label not in targets and any(part.role == "non_target" for part in parts)
        },
        start=start,
    )


def _is_target(parts: Sequence[Lesion]) -> bool:
    return any(part.role == "target" for part in parts)


def _targets(visit: Visit) -> Iterator[tuple[str, Decimal]]:
    for label, parts in visit.lesions.items():
        if _is_target(parts) and (mm := size_of(parts, is_node=is_node(parts)).mm):
            yield label, mm


def _has_targets(visit: Visit) -> bool:
    return any(True for _ in _targets(visit))


def _has_non_targets(visit: Visit) -> bool:
    return any(part.role == "non_target" for parts in visit.lesions.values() for part in parts)
