"""What a piece of arithmetic answers: never more than numbers, and always how they were come by."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from app.timeline.domain.event import SourceRef

REQUIRES: Final = "radiologist/oncologist"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule by its stable id, its version here, and where it comes from."""

    id: str
    version: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """One computed observation.

    `result` is plain JSON. `reason` is the code of why it, or its last word, is null. `steps` are the sums
    in words, `flags` what a reader must know of these inputs, `limits` what holds of the rule as such.
    """

    id: str
    title: str
    rule: Rule
    result: Mapping[str, Any] | None
    reason: str | None
    inputs: tuple[Mapping[str, Any], ...]
    steps: tuple[str, ...]
    flags: tuple[str, ...]
    limits: tuple[str, ...]
    sources: tuple[SourceRef, ...]
    kind: Literal["computed_observation_not_diagnosis"] = "computed_observation_not_diagnosis"
    requires: str = REQUIRES


def number(value: Decimal) -> int | float:
    """Give a decimal as a plain JSON number."""
    return int(value) if value == value.to_integral_value() else float(value)


def maybe_number(value: Decimal | None) -> int | float | None:
    """Give a decimal as a plain JSON number, None as null."""
    return None if value is None else number(value)


def percent_change(before: Decimal, after: Decimal) -> Decimal | None:
    """Give the change in percent of the value before; None where that is zero."""
    return (after - before) * 100 / before if before else None


def shown(value: Decimal | None, places: int = 1) -> float | None:
    """Round for showing only; no threshold is ever compared with it."""
    return None if value is None else round(float(value), places)
