"""Lesions followed over studies by their label: how big each is, and which way each goes.

Source: clinical.md section 3, rules 2 and 4, and section 4, question `mixed`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Final, Literal

from app.casefile.domain.case_file import CaseFile, Entry
from app.records.domain.findings import ImagingStudy, Lesion
from app.timeline.domain.computed import percent_change
from app.timeline.domain.order import Placed, place

TOO_SMALL_MM: Final = Decimal(5)
"""What a lesion too small to measure counts for. Source: RECIST 1.1, by clinical.md section 3, rule 4."""
_ZERO: Final = Decimal(0)
_REMEMBERED: Final = 7
"""How many earlier studies of a lesion are looked at, so that thousands of studies stay quick to compare."""

Direction = Literal["down", "level", "up", "new"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """The imaging studies of one date, taken together.

    `lesions` is keyed by the folded label; the parts of a split lesion stand under one label.
    """

    placed: Placed
    studies: tuple[Entry[ImagingStudy], ...]
    lesions: Mapping[str, tuple[Lesion, ...]]

    @property
    def text(self) -> str:
        """The date as written."""
        return self.placed.when.text

    @property
    def record_ids(self) -> tuple[str, ...]:
        """The records of its studies."""
        return tuple(entry.id for entry in self.studies)


@dataclass(frozen=True, slots=True)
class Size:
    """What a lesion counts for, mm, and why; `mm` None where it can't be told."""

    mm: Decimal | None
    how: Literal[
        "measured", "absent", "too_small", "split", "merged", "not_evaluable", "not_mentioned", "ambiguous"
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionChange:
    """One lesion between two studies. `percent` is null for a new lesion and where it was nothing before."""

    label: str
    before_mm: Decimal | None
    after_mm: Decimal | None
    percent: Decimal | None
    direction: Direction


def fold_label(label: str) -> str:
    """Fold a label so that case and spacing make no difference."""
    return " ".join(label.casefold().split())


def visits_of(case_file: CaseFile, as_of: date) -> tuple[Visit, ...]:
    """Return the dated studies up to a day, those of one date together, in order."""
    by_date: dict[str, list[Entry[ImagingStudy]]] = {}
    for entry in case_file.of(ImagingStudy):
        text = entry.record.date or entry.record.report_study_date
        if text and place(text).first <= as_of.toordinal():
            by_date.setdefault(text, []).append(entry)
    visits = [
        Visit(
            placed=place(text),
            studies=tuple(sorted(entries, key=lambda entry: entry.id)),
            lesions=_by_label(entries),
        )
        for text, entries in by_date.items()
    ]
    return tuple(sorted(visits, key=lambda visit: (visit.placed.key, visit.text)))


def _by_label(entries: Iterable[Entry[ImagingStudy]]) -> Mapping[str, tuple[Lesion, ...]]:
    found: dict[str, list[Lesion]] = {}
    for entry in sorted(entries, key=lambda entry: entry.id):
        for lesion in entry.record.lesions:
            found.setdefault(fold_label(lesion.label), []).append(lesion)
    return {label: tuple(parts) for label, parts in found.items()}


def size_of(parts: Sequence[Lesion], *, is_node: bool) -> Size:
    """Return what a lesion counts for in one study: nodes by short axis, others by longest diameter.

    The parts of a split lesion are added; of a merged one the measured whole counts under the label that
    carries the measurement, and nothing under the others.
    """
    if not parts:
        return Size(None, "not_mentioned")
    if any(part.state == "split" for part in parts):
        sizes = [_own_size(part, is_node=is_node) for part in parts]
        measured = [size.mm for size in sizes if size.mm is not None]
        return (
            Size(sum(measured, _ZERO), "split")
            if len(measured) == len(sizes)
            else Size(None, "not_evaluable")
        )
    sizes = list({_own_size(part, is_node=is_node): None for part in parts})
    return sizes[0] if len(sizes) == 1 else Size(None, "ambiguous")


def _own_size(lesion: Lesion, *, is_node: bool) -> Size:
    measured = lesion.short_axis_mm if is_node else lesion.longest_mm
    if lesion.state == "not_evaluable":
        return Size(None, "not_evaluable")
    if measured is not None:
        return Size(measured, "measured")
    if lesion.state == "absent":
        return Size(_ZERO, "absent")
    if lesion.state == "too_small":
        return Size(TOO_SMALL_MM, "too_small")
    if lesion.state == "merged":
        return Size(_ZERO, "merged")
    return Size(None, "not_evaluable")


def direction_of(before: Decimal, after: Decimal) -> Direction:
    """Tell which way a size goes: down from −30 %, up from +20 % and 5 mm, else level."""
    if after - before >= TOO_SMALL_MM and (after - before) * 5 >= before:
        return "up"
    if before > 0 and after * 10 <= before * 7:
        return "down"
    return "level"


def newest_pair(visits: Sequence[Visit]) -> tuple[Visit, Visit] | None:
    """Return the newest two studies, surely one after the other, that share a measured lesion."""
    before: dict[str, list[Visit]] = {}
    newest: tuple[Visit, Visit] | None = None
    for later in visits:
        candidates = {
            earlier.placed.key: earlier
            for label in later.lesions
            for earlier in before.get(label, ())
            if earlier.placed.last < later.placed.first
        }
        for key in sorted(candidates, reverse=True):
            if _shared(candidates[key], later):
                newest = candidates[key], later
                break
        for label, parts in later.lesions.items():
            if _measured(parts) is not None:
                before[label] = [*before.get(label, ())[-_REMEMBERED:], later]
    return newest


def changes(earlier: Visit, later: Visit) -> tuple[LesionChange, ...]:
    """Return how each lesion measured in both studies changes, then those that the later one calls new."""
    shared = tuple(
        LesionChange(
            label=parts[0].label,
            before_mm=before,
            after_mm=after,
            percent=percent_change(before, after),
            direction=direction_of(before, after),
        )
        for parts, before, after in _shared(earlier, later)
    )
    new = tuple(
        LesionChange(
            label=parts[0].label, before_mm=None, after_mm=_measured(parts), percent=None, direction="new"
        )
        for label, parts in later.lesions.items()
        if label not in earlier.lesions and any(part.role == "new" for part in parts)
    )
    return shared + new


def is_divergent(lesions: Sequence[LesionChange]) -> bool:
    """Tell whether lesions differ in direction; level counts as one, new as another."""
    return any(one.direction != other.direction for one, other in pairwise(lesions))


def _shared(earlier: Visit, later: Visit) -> list[tuple[tuple[Lesion, ...], Decimal, Decimal]]:
    shared = []
    for label, parts in earlier.lesions.items():
        before, after = _measured(parts), _measured(later.lesions.get(label, ()), like=parts)
        if before is not None and after is not None:
            shared.append((parts, before, after))
    return shared


def _measured(parts: Sequence[Lesion], like: Sequence[Lesion] = ()) -> Decimal | None:
    return size_of(parts, is_node=any(part.is_node for part in (*parts, *like))).mm
