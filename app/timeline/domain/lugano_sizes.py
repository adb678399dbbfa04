"""Lugano words of one study by size: lesions, spleen and marrow together.

Source: Lugano 2014 (Cheson), table of response, CT; clinical.md section 3, Lugano.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, NamedTuple

from app.records.domain.findings import Lesion
from app.timeline.domain.areas import Areas, Box
from app.timeline.domain.lesions import Visit
from app.timeline.domain.lugano_organs import Organs
from app.timeline.domain.recist import NonTarget, non_target_response
from app.timeline.domain.recist_baseline import Baseline
from app.timeline.domain.thresholds import RULE_BOOKS

BOOK: Final = RULE_BOOKS["lugano"]
TOO_SMALL: Final = Box(BOOK["too_small_mm"], BOOK["too_small_mm"])
"""What a lesion counts for that is too small to measure."""
_HUNDRED: Final = Decimal(100)
_ZERO: Final = Decimal(0)

Word = Literal["CR", "PR", "SD", "PD"]
New = Literal["none", "unequivocal", "by_size", "equivocal", "certainty_not_stated"]


class Held(NamedTuple):
    """What a study is held against: the baseline, its targets' diameters, and their smallest earlier ones."""

    baseline: Baseline
    boxes: Mapping[str, Box]
    lowest: Mapping[str, Box]


@dataclass(frozen=True, slots=True, kw_only=True)
class CtWord:
    """The word of one study by size, or the code of why there is none.

    `because` are the codes of what makes it a progression, `grown` the labels of the lesions that grew.
    """

    word: Word | None = None
    reason: str | None = None
    because: tuple[str, ...] = ()
    grown: tuple[str, ...] = ()


def ct_word(held: Held, visit: Visit, areas: Areas, organs: Organs) -> CtWord:
    """Return the word of one study by its sizes, with spleen and marrow as far as they are recorded."""
    others = _others(held.baseline, visit)
    new = new_of(lesion for parts in visit.lesions.values() for lesion in parts)
    grown = tuple(_grown(held, areas))
    because = tuple(_progression(grown, new, others, organs))
    if because:
        return CtWord(word="PD", because=because, grown=grown)
    reason = _question(held, new, areas, organs)
    if reason is not None:
        return CtWord(reason=reason)
    if _are_normal(held, areas) and others in (None, "CR"):
        return _complete(held, areas, organs)
    return _partial(held, areas, organs)


def is_growth(lowest: Box, now: Box) -> bool:
    """Tell whether a lesion is over 1.5 cm, its area larger by half, and a diameter longer by what its size asks."""
    is_small = lowest.longest <= BOOK["small_up_to_mm"]
    least = BOOK["small_growth_mm" if is_small else "large_growth_mm"]
    return (
        now.longest > BOOK["node_longest_over_mm"]
        and (now.area - lowest.area) * _HUNDRED >= lowest.area * BOOK["node_growth_percent"]
        and max(now.longest - lowest.longest, now.across - lowest.across) >= least
    )


def is_below_measurable(baseline: Baseline, label: str, box: Box) -> bool:
    """Tell whether a target is no longer than what the rule takes for measurable."""
    return box.longest <= _least(is_node=_is_node(baseline, label))


def new_of(lesions: Iterable[Lesion]) -> New:
    """Return the surest thing that a report says of new lesions; where it doesn't, whether their size is enough."""
    new = [lesion for lesion in lesions if lesion.role == "new"]
    said = {lesion.certainty for lesion in new}
    if not new:
        return "none"
    if "unequivocal" in said:
        return "unequivocal"
    if any(lesion.certainty is None and _is_large(lesion) for lesion in new):
        return "by_size"
    return "equivocal" if "equivocal" in said else "certainty_not_stated"


def _least(*, is_node: bool) -> Decimal:
    return BOOK["node_longest_over_mm" if is_node else "extranodal_over_mm"]


def _is_large(lesion: Lesion) -> bool:
    longest = max(lesion.longest_mm or _ZERO, lesion.short_axis_mm or _ZERO)
    return longest > _least(is_node=lesion.is_node)


def _is_node(baseline: Baseline, label: str) -> bool:
    return any(part.is_node for part in baseline.visit.lesions[label])


def _others(baseline: Baseline, visit: Visit) -> NonTarget | None:
    """Return what the lesions that are not measured come to; of them a node of up to 1.5 cm is normal."""
    normal = {
        label
        for label, is_node in baseline.non_targets.items()
        if is_node and _is_normal_node(visit.lesions.get(label, ()))
    }
    left = {label: is_node for label, is_node in baseline.non_targets.items() if label not in normal}
    return "CR" if normal and not left else non_target_response(left, visit.lesions)


def _is_normal_node(parts: Iterable[Lesion]) -> bool:
    sizes = [part.longest_mm for part in parts if part.state != "unequivocal_progression"]
    return bool(sizes) and all(size is not None and size <= BOOK["node_normal_up_to_mm"] for size in sizes)


def _grown(held: Held, areas: Areas) -> Iterator[str]:
    for label, box in areas.boxes.items():
        if box is None:
            continue
        lowest = held.lowest[label]
        is_back = not lowest.area and box.longest > _least(is_node=_is_node(held.baseline, label))
        if is_back or is_growth(lowest, box):
            yield label


def _progression(grown: tuple[str, ...], new: New, others: NonTarget | None, organs: Organs) -> Iterator[str]:
    if grown:
        yield "a_lesion_grew"
    if new == "unequivocal":
        yield "new_lesion"
    if new == "by_size":
        yield "new_lesion_by_its_size"
    if others == "PD":
        yield "lesions_not_measured_progressed"
    if organs.spleen == "progression":
        yield "spleen"
    if organs.marrow == "progression":
        yield "marrow"


def _question(held: Held, new: New, areas: Areas, organs: Organs) -> str | None:
    """Return the code of what a person has to say before there is a word that is no progression."""
    if new != "none":
        return "equivocal_new_lesion" if new == "equivocal" else "new_lesion_certainty_not_stated"
    if organs.spleen == "open":
        return "spleen_longer_and_the_rule_leaves_it_open"
    if areas.total is None:
        return "diameter_of_a_target_not_recorded"
    if any(_is_seen_again(held, label, box) for label, box in areas.boxes.items()):
        return "lesion_seen_again_below_measurable_size"
    return None


def _is_seen_again(held: Held, label: str, box: Box | None) -> bool:
    return (
        box is not None
        and not held.lowest[label].area
        and box.longest > 0
        and not _is_node(held.baseline, label)
    )


def _are_normal(held: Held, areas: Areas) -> bool:
    return all(
        box is not None
        and (
            box.longest <= BOOK["node_normal_up_to_mm"]
            if _is_node(held.baseline, label)
            else box.longest == 0
        )
        for label, box in areas.boxes.items()
    )


def _complete(held: Held, areas: Areas, organs: Organs) -> CtWord:
    """Hold a complete response of the lesions against spleen and marrow."""
    if organs.spleen in ("regressed", "enlarged") or organs.marrow == "involved":
        return _partial(held, areas, organs)
    if organs.spleen is None and organs.spleen_before == "enlarged":
        return CtWord(reason="spleen_not_recorded")
    if organs.marrow == "indeterminate":
        return CtWord(reason="marrow_indeterminate")
    if organs.marrow is None and organs.marrow_before == "involved":
        return CtWord(reason="marrow_not_recorded")
    return CtWord(word="CR")


def _partial(held: Held, areas: Areas, organs: Organs) -> CtWord:
    """Hold the fall of the areas against the spleen, which has to have lost over half of its excess too."""
    first = sum((box.area for box in held.boxes.values()), _ZERO)
    total = areas.total or _ZERO
    if (first - total) * _HUNDRED < first * BOOK["response_percent"]:
        return CtWord(word="SD")
    if organs.spleen_before == "enlarged":
        if organs.spleen is None:
            return CtWord(reason="spleen_not_recorded")
        return CtWord(word="SD" if organs.spleen == "enlarged" else "PR")
    if organs.spleen == "enlarged":
        return CtWord(reason="spleen_not_recorded_at_baseline")
    return CtWord(word="PR")
