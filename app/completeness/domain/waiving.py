"""A person's decision to go without an item of a checklist: what may be decided, and the record that says it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.errors import ConflictError, FieldError, InvalidError, NotFoundError
from app.records.domain.statements import Decision
from app.values.dates import PartialDate


class UnknownItemError(NotFoundError):
    """No checklist of the organisation has an item of that key."""

    slug = "unknown-item"
    title = "No checklist has such an item"


class WaiverOverError(InvalidError):
    """A waiver would be over before it begins."""

    slug = "waiver-over"
    title = "The waiver would be over already"


class NotWaivedError(ConflictError):
    """The item is not waived, so there is nothing to withdraw."""

    slug = "not-waived"
    title = "The item is not waived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """What a person decided: why, until when, and who that is."""

    reason: str
    by: str | None
    until: str | None = None


def check_key(key: str, keys: Iterable[str]) -> None:
    """Go on only if some checklist has an item of that key.

    Raises:
        UnknownItemError: none has; the keys that there are are named.
    """
    known = sorted(set(keys))
    if key not in known:
        message = f"Use one of: {', '.join(known)}."
        raise UnknownItemError(message)


def waiver_of(key: str, waived: Waived, today: date) -> Decision:
    """Return the record that waives an item.

    Raises:
        WaiverOverError: its last day is before today, or no day at all.
    """
    return _decision(key, "waived", waived, today, until=_last_day(waived.until, today))


def withdrawal_of(key: str, waived: Waived, today: date) -> Decision:
    """Return the record that withdraws a waiver."""
    return _decision(key, "withdrawn", waived, today, until=None)


def _decision(
    key: str, choice: Literal["waived", "withdrawn"], waived: Waived, today: date, *, until: str | None
) -> Decision:
    return Decision(
        kind="decision",
        topic="waiver",
        about=key,
        choice=choice,
        reason=waived.reason,
        until=until,
        author=waived.by,
        date=today.isoformat(),
    )


def is_same(one: Decision, other: Decision) -> bool:
    """Say whether two decisions say the same, whenever each was made."""
    return (one.choice, one.reason, one.until, one.author) == (
        other.choice,
        other.reason,
        other.until,
        other.author,
    )


def holds_on(decision: Decision, day: date) -> bool:
    """Say whether a decision waives its item on a day: through the last day of `until`."""
    last = PartialDate.parse(decision.until).latest if decision.until else None
    return decision.choice == "waived" and (last is None or day <= last)


def _last_day(until: str | None, today: date) -> str | None:
    if until is None:
        return None
    try:
        last = PartialDate.parse(until).latest
    except ValueError:
        raise _no_last_day("This is no date.") from None
    if last is not None and last < today:
        raise _no_last_day("This day is over.")
    return until


def _no_last_day(detail: str) -> WaiverOverError:
    fix = "Send a date such as 2026-12-31, today or later, or leave `until` out."
    return WaiverOverError("Nothing was stored.", errors=[FieldError("/until", detail, fix)])
