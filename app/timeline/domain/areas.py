"""Lesions by area: longest diameter times the one across it, and the sum of them over studies.

Source: clinical.md section 3, Lugano (SPD) and RANO (areas).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from app.records.domain.findings import Lesion
from app.timeline.domain.computed import maybe_number, percent_change, shown
from app.timeline.domain.lesions import Visit

_ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Box:
    """A lesion's two diameters, mm; both zero where it is absent."""

    longest: Decimal
    across: Decimal

    @property
    def area(self) -> Decimal:
        """Their product, mm²."""
        return self.longest * self.across


@dataclass(frozen=True, slots=True, kw_only=True)
class Areas:
    """The areas of the baseline's targets in one study.

    `total` is None where the area of a target can't be told; `lacking` names those. `nadir` is the lowest earlier
    total, the baseline's included.
    """

    boxes: Mapping[str, Box | None]
    total: Decimal | None
    lacking: tuple[str, ...]
    nadir: Decimal
    percent_from_baseline: Decimal | None
    percent_over_nadir: Decimal | None


def box_of(parts: Sequence[Lesion], *, too_small: Box | None = None) -> Box | None:
    """Return the diameters of a lesion in one study; None where they can't be told.

    The areas of the parts of a split lesion are not one box, so they are left to the radiologist. `too_small` is what
    a lesion counts for that is too small to measure.
    """
    boxes = {_own_box(part, too_small) for part in parts}
    return boxes.pop() if len(boxes) == 1 else None


def _own_box(lesion: Lesion, too_small: Box | None) -> Box | None:
    if lesion.state in ("not_evaluable", "split", "merged"):
        return None
    if lesion.longest_mm is not None and lesion.short_axis_mm is not None:
        return Box(lesion.longest_mm, lesion.short_axis_mm)
    if lesion.state == "too_small":
        return too_small
    return Box(_ZERO, _ZERO) if lesion.state == "absent" else None


def target_boxes(visit: Visit) -> dict[str, Box | None]:
    """Return the targets of a study with their diameters."""
    return {
        label: box_of(parts)
        for label, parts in visit.lesions.items()
        if any(part.role == "target" for part in parts)
    }


def follow_areas(
    baseline: Mapping[str, Box], visits: Sequence[Visit], *, too_small: Box | None = None
) -> tuple[Areas, ...]:
    """Return the areas of the baseline's targets over the later studies, in order."""
    first = sum((box.area for box in baseline.values()), _ZERO)
    nadir = first
    followed = []
    for visit in visits:
        boxes = {label: box_of(visit.lesions.get(label, ()), too_small=too_small) for label in baseline}
        lacking = tuple(label for label, box in boxes.items() if box is None)
        known = sum((box.area for box in boxes.values() if box is not None), _ZERO)
        total = None if lacking else known
        followed.append(
            Areas(
                boxes=boxes,
                total=total,
                lacking=lacking,
                nadir=nadir,
                percent_from_baseline=None if total is None else percent_change(first, total),
                percent_over_nadir=None if total is None else percent_change(nadir, total),
            )
        )
        nadir = nadir if total is None else min(nadir, total)
    return tuple(followed)


def area_row(baseline: Visit, visit: Visit, areas: Areas) -> dict[str, Any]:
    """Return the areas of one study as plain JSON, lesions named as the baseline study writes them."""
    return {
        "date": visit.text,
        "record_ids": visit.record_ids,
        "sum_mm2": maybe_number(areas.total),
        "lowest_before_mm2": maybe_number(areas.nadir),
        "percent_from_baseline": shown(areas.percent_from_baseline),
        "percent_over_lowest": shown(areas.percent_over_nadir),
        "areas_mm2": {
            _name(baseline, label): None if box is None else maybe_number(box.area)
            for label, box in areas.boxes.items()
        },
        "not_evaluable": [_name(baseline, label) for label in areas.lacking],
    }


def _name(baseline: Visit, label: str) -> str:
    return baseline.lesions[label][0].label


def area_steps(
    baseline: Visit, boxes: Mapping[str, Box], visits: Sequence[Visit], followed: Sequence[Areas]
) -> Iterator[str]:
    """Tell the products and their sums, study by study."""
    products = " + ".join(f"{box.longest} x {box.across}" for box in boxes.values())
    total = sum((box.area for box in boxes.values()), _ZERO)
    yield f"Baseline {baseline.text}: {products} = {total} mm2."
    for visit, areas in zip(visits, followed, strict=True):
        if areas.total is None:
            lacking = ", ".join(_name(baseline, label) for label in areas.lacking)
            yield f"{visit.text}: no two diameters for {lacking}, so no sum."
        else:
            yield (
                f"{visit.text}: {areas.total} mm2; from baseline {signed(areas.percent_from_baseline)}; "
                f"over the lowest earlier sum {signed(areas.percent_over_nadir)}."
            )


def signed(percent: Decimal | None) -> str:
    """Write a percentage with its sign."""
    return "no percentage" if percent is None else f"{float(percent):+.1f} %"


def lesion_inputs(visits: Sequence[Visit]) -> Iterator[Mapping[str, Any]]:
    """Yield each measured or mentioned lesion with its record, as the inputs of a rule."""
    for visit in visits:
        for entry in visit.studies:
            for lesion in entry.record.lesions:
                yield {
                    "record_id": entry.id,
                    "date": visit.text,
                    "label": lesion.label,
                    "role": lesion.role,
                    "longest_mm": maybe_number(lesion.longest_mm),
                    "short_axis_mm": maybe_number(lesion.short_axis_mm),
                    "state": lesion.state,
                    "certainty": lesion.certainty,
                }
