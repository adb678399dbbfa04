"""RECIST 1.1 on measured sums, exactly: no rounding before a threshold, and no word where an input lacks.

Source: Eisenhauer 2009, as checked in clinical.md section 3, rules 1 to 8.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from app.records.domain.findings import Lesion
from app.timeline.domain.computed import Rule, percent_change
from app.timeline.domain.lesions import Size

RECIST: Final = Rule(
    id="recist_1_1",
    version="1.1.0",
    source="RECIST 1.1 (Eisenhauer 2009), by clinical.md section 3; EORTC RECIST questions and answers",
)

Target = Literal["CR", "PR", "SD", "PD", "NE"]
NonTarget = Literal["CR", "non-CR/non-PD", "NE", "PD"]
NewLesions = Literal["none", "unequivocal", "equivocal", "certainty_not_stated"]

NODE_NORMAL_BELOW_MM: Final = Decimal(10)
MOST_TARGETS: Final = 5
MOST_TARGETS_OF_AN_ORGAN: Final = 2
SMALLEST_TARGET_MM: Final = Decimal(10)
SMALLEST_TARGET_NODE_MM: Final = Decimal(15)
GROWTH_MM: Final = Decimal(5)
_ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timepoint:
    """The targets at one visit.

    `sum_mm` is None where a target can't be told. `target_timepoint` is this sum against baseline and nadir
    alone; `target_in_sequence` remembers an earlier partial response until progression; both are None where
    only a person can say (`question`). Percentages are exact.
    """

    sum_mm: Decimal | None
    nadir_before_mm: Decimal
    percent_from_baseline: Decimal | None
    percent_over_nadir: Decimal | None
    target_timepoint: Target | None
    target_in_sequence: Target | None
    lacking: tuple[str, ...]
    flags: tuple[str, ...]
    question: str | None


def follow_targets(
    baseline: Mapping[str, Decimal], nodes: Iterable[str], visits: Sequence[Mapping[str, Size]]
) -> tuple[Timepoint, ...]:
    """Return the targets' timepoints, one a visit, in the order given.

    `baseline` and each visit are keyed by target; `nodes` names the targets that are lymph nodes. A visit
    that is not evaluable never becomes the nadir.
    """
    followed = _Sequence(baseline=baseline, nodes=frozenset(nodes))
    return tuple(followed.take(sizes) for sizes in visits)


class _Sequence:
    """What is remembered from one visit to the next."""

    def __init__(self, *, baseline: Mapping[str, Decimal], nodes: frozenset[str]) -> None:
        self._baseline, self._nodes = baseline, nodes
        self._baseline_sum = sum(baseline.values(), _ZERO)
        self._nadir = self._baseline_sum
        self._best: Target | None = None

    def take(self, sizes: Mapping[str, Size]) -> Timepoint:
        known = {
            label: size.mm for label in self._baseline if (size := sizes.get(label)) and size.mm is not None
        }
        lacking = tuple(label for label in self._baseline if label not in known)
        measured = sum(known.values(), _ZERO)
        nadir = self._nadir
        word, flags, question = self._word(known, measured, is_whole=not lacking)
        whole = None if lacking else measured
        timepoint = Timepoint(
            sum_mm=whole,
            nadir_before_mm=nadir,
            percent_from_baseline=None if whole is None else percent_change(self._baseline_sum, whole),
            percent_over_nadir=None if whole is None else percent_change(nadir, whole),
            target_timepoint=word,
            target_in_sequence=self._in_sequence(word),
            lacking=lacking,
            flags=flags,
            question=question,
        )
        if whole is not None:
            self._nadir = min(nadir, whole)
        return timepoint

    def _word(
        self, known: Mapping[str, Decimal], measured: Decimal, *, is_whole: bool
    ) -> tuple[Target | None, tuple[str, ...], str | None]:
        others = sum((size for label, size in known.items() if label not in self._nodes), _ZERO)
        largest_node = max((size for label, size in known.items() if label in self._nodes), default=_ZERO)
        is_clear = others == 0 and largest_node < NODE_NORMAL_BELOW_MM
        if self._nadir == 0:
            if others > 0:
                return "PD", ("confirm_earlier_complete_response",), None
            if not is_clear:
                return None, (), "node_measurable_again"
        elif is_progression(nadir=self._nadir, after=measured):
            return "PD", ("every_target_below_measurable_size",) if is_whole and is_clear else (), None
        if not is_whole:
            return "NE", (), None
        if is_clear:
            return "CR", (), None
        return ("PR" if is_partial_response(self._baseline_sum, measured) else "SD"), (), None

    def _in_sequence(self, word: Target | None) -> Target | None:
        if word == "PD":
            self._best = None
        elif word in ("CR", "PR"):
            self._best = word
        elif word == "SD" and self._best is not None:
            return "PR"
        return word


def is_progression(*, nadir: Decimal, after: Decimal) -> bool:
    """Tell whether a sum is at least 20 % and at least 5 mm over the nadir."""
    growth = after - nadir
    return growth >= GROWTH_MM and growth * 5 >= nadir


def is_partial_response(baseline: Decimal, after: Decimal) -> bool:
    """Tell whether a sum is at least 30 % below baseline."""
    return after * 10 <= baseline * 7


def non_target_response(
    labels: Mapping[str, bool], lesions: Mapping[str, Sequence[Lesion]]
) -> NonTarget | None:
    """Return what the report's words on the non-targets come to; None where the baseline has none.

    `labels` tells of each whether it is a node. Unequivocal progression is the report's word, never inferred.
    """
    if not labels:
        return None
    states = [_non_target_state(lesions.get(label, ()), is_node=is_node) for label, is_node in labels.items()]
    for state in ("PD", "NE", "non-CR/non-PD"):
        if state in states:
            return state
    return "CR"


def _non_target_state(parts: Sequence[Lesion], *, is_node: bool) -> NonTarget:
    states = {part.state for part in parts}
    if "unequivocal_progression" in states:
        return "PD"
    if not parts or "not_evaluable" in states:
        return "NE"
    axes = [part.short_axis_mm for part in parts if part.short_axis_mm is not None] if is_node else []
    if states == {"absent"} or (axes and max(axes) < NODE_NORMAL_BELOW_MM):
        return "CR"
    return "non-CR/non-PD"


def new_lesions(lesions: Iterable[Lesion]) -> NewLesions:
    """Return the surest thing that a report says of new lesions."""
    said = {lesion.certainty for lesion in lesions if lesion.role == "new"}
    if not said:
        return "none"
    if "unequivocal" in said:
        return "unequivocal"
    return "equivocal" if "equivocal" in said else "certainty_not_stated"


_OVERALL: Final[Mapping[tuple[Target | None, NonTarget | None], str]] = {
    ("CR", None): "CR",
    ("CR", "CR"): "CR",
    ("CR", "non-CR/non-PD"): "PR",
    ("CR", "NE"): "PR",
    **{("PR", other): "PR" for other in (None, "CR", "non-CR/non-PD", "NE")},
    **{("SD", other): "SD" for other in (None, "CR", "non-CR/non-PD", "NE")},
    **{("NE", other): "NE" for other in (None, "CR", "non-CR/non-PD", "NE")},
    (None, "CR"): "CR",
    (None, "non-CR/non-PD"): "non-CR/non-PD",
    (None, "NE"): "NE",
}
"""Targets and non-targets without a new lesion; no targets in the last three. Source: section 3, rule 6."""


def overall(
    target: Target | None, non_target: NonTarget | None, new: NewLesions
) -> tuple[str | None, str | None]:
    """Return the overall word and, where there is none, the code of why.

    `target` is None where the baseline has no targets. An equivocal new lesion leaves the question open,
    unless something else is progression already.
    """
    if target == "PD" or non_target == "PD" or new == "unequivocal":
        return "PD", None
    if new != "none":
        return None, "equivocal_new_lesion" if new == "equivocal" else "new_lesion_certainty_not_stated"
    return _OVERALL.get((target, non_target)), None
