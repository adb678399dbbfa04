"""Relative dates: between which days an event lies that is only said to be after and before others.

Nothing is guessed: an event is no earlier than the first possible day of what it came after, and no later than the last
possible day of what it came before. Source: clinical.md section 4, dates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.timeline.domain.order import Placed, placed_of
from app.values.dates import PartialDate, Precision

_LAST_RANK: Final = 63
_FIRST_DAY: Final = date.min.toordinal()
_LAST_DAY: Final = date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Anchored:
    """Where a relative date lies, and the keys of the events around it."""

    placed: Placed
    after_key: int
    before_key: int | None

    def key(self, rank: int) -> int:
        """Return what orders it: behind what it came after, if that leaves it before what it came before."""
        own = self.placed.key + rank
        behind = max(own, self.after_key + _LAST_RANK)
        return behind if self.before_key is None or behind < self.before_key else own


def between(after: Sequence[Placed], before: Sequence[Placed]) -> Anchored | None:
    """Place an event after some and before others; None where neither bounds it, or they contradict each other."""
    first = max((one.first for one in after), default=_FIRST_DAY)
    last = min((one.last for one in before), default=_LAST_DAY)
    if first > last or (first == _FIRST_DAY and last == _LAST_DAY):
        return None
    earliest = date.fromordinal(first) if first > _FIRST_DAY else None
    latest = date.fromordinal(last) if last < _LAST_DAY else None
    when = PartialDate(
        text=f"{earliest or '..'}/{latest or '..'}",
        earliest=earliest,
        latest=latest,
        approximate=False,
        uncertain=False,
        precision=Precision.INTERVAL,
    )
    return Anchored(
        placed=placed_of(
            when, is_day=False
        ),  # even between two moments of one day: it is only said to lie there
        after_key=max((one.key for one in after), default=0),
        before_key=min((one.key for one in before), default=None),
    )
