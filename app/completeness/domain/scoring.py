"""What the items of a report add up to: the score, and what keeps the case from being ready."""

from collections.abc import Mapping
from typing import Final

from app.completeness.domain.facts import Facts
from app.completeness.domain.report import Block, Item, Requirement, Status

_WEIGHTS: Final[Mapping[Requirement, int]] = {"required": 3, "conditional": 3, "recommended": 1}
_HALVES: Final[Mapping[Status, int]] = {"present": 2, "partial": 1, "stale": 1, "missing": 0}
"""What a status earns, in halves of its item's weight; the others leave the score.

Source: clinical.md section 1.2, Score.
"""


def weights_of(items: tuple[Item, ...]) -> tuple[int, int]:
    """Return what is earned and what is possible, in halves."""
    counted = [(_WEIGHTS[item.requirement], _HALVES[item.status]) for item in items if item.status in _HALVES]
    return sum(weight * halves for weight, halves in counted), sum(2 * weight for weight, _ in counted)


def percent(earned: int, possible: int) -> float | None:
    """Return the share in percent to one decimal, half up; None when nothing is possible."""
    return (2000 * earned + possible) // (2 * possible) / 10 if possible else None


def blocking_items(items: tuple[Item, ...]) -> tuple[Block, ...]:
    """Name the items that keep a case from being ready."""
    return tuple(
        Block(item=item.key, reason=f"{item.label}: {item.status}")
        for item in items
        if item.active and item.requirement != "recommended" and item.status not in ("present", "waived")
    )


def blocking_papers(facts: Facts) -> tuple[Block, ...]:
    """Name the documents of which a person has to say whose they are."""
    return tuple(
        Block(conflict=conflict.id, document_id=paper, reason=conflict.what)
        for conflict, paper in facts.open_identities
    )
