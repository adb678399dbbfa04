"""Where the records disagree: both sides, what a person decided, and which of it blocks the review."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import to_builtins

from app.summary.domain.language import quoted
from app.summary.domain.model import Section, Statement
from app.summary.domain.page import CASE, Page, Part, section
from app.summary.domain.wording import plain, readable
from app.summary.domain.writer import Writer
from app.timeline.domain.conflict import Conflict, Settlement, Side
from app.timeline.domain.event import SourceRef

_SEVERITIES: Final = {
    "block": "Blocks the review",
    "high": "High",
    "medium": "Medium",
    "ask": "To ask",
    "info": "For information",
}
_CHOICES: Final = {
    "first_holds": "the first holds",
    "second_holds": "the second holds",
    "both_stand": "both stand",
    "same_patient": "the same patient",
}
_IDENTITY_FIELDS: Final = frozenset(
    {"name", "printed_name", "birth_date", "printed_birth_date", "sex", "printed_sex"}
)
_ONE_HOLDS: Final = frozenset({"first_holds", "second_holds"})
_LEFT_OUT: Final = "left out"
_NONE: Final = "No disagreement between the records was found by the rules of this version."


def conflicts(page: Page) -> Section:
    """Write every disagreement that the rules find, in the order of the ledger."""
    writer, found = page.writer("conflicts"), page.views.conflicts
    return section(
        "conflicts",
        "Conflicts between records",
        Part("stated" if found else "not_found", tuple(_conflict(one, page, writer) for one in found)),
        note=None if found else _NONE,
    )


def blocking_statements(page: Page) -> Iterator[Statement]:
    """Yield the open disagreements that block the review, for the alerts."""
    writer = page.writer("alerts")
    for one in page.views.conflicts:
        if one.severity == "block" and one.settled is None:
            yield _conflict(one, page, writer)


def _conflict(conflict: Conflict, page: Page, writer: Writer) -> Statement:
    sides = tuple(_side(side, is_masked=page.mask is not None) for side in conflict.sides)
    told = readable("; ".join(_told(side, page) for side in sides))
    settled = conflict.settled
    end = _decided(settled, conflict, sides) if settled else conflict.question
    return writer.say(
        conflict.id,
        f"{_SEVERITIES[conflict.severity]}: {conflict.what} {told}. {end}",
        "generated",
        facts={
            "conflict_id": conflict.id,
            "severity": conflict.severity,
            "what": conflict.what,
            "question": conflict.question,
            "sides": sides,
            "settled": to_builtins(settled),
            "rule": to_builtins(conflict.rule),
        },
        sources=(
            *dict.fromkeys(_source(side) for side in conflict.sides),
            *((SourceRef(record_id=settled.decision_id),) if settled else ()),
        ),
    )


def _told(side: Mapping[str, Any], page: Page) -> str:
    """Say what one side states; a bare date says of which record it is."""
    field, stated, date = plain(side["field"]), side["stated"], side["date"]
    if stated != date or not date:
        return f"{field} {quoted(stated)}{f' ({date})' if date else ''}"
    title = page.title(side["record_id"]) if side["record_id"] else None
    return f"{quoted(title)} {field} {date}" if title else f"{field} {date}"


def _decided(settled: Settlement, conflict: Conflict, sides: Sequence[Mapping[str, Any]]) -> str:
    """Say what was decided, by whom, when and why."""
    by = settled.by or "a person who is not named"
    return f"Decided on {settled.on} by {by}: {_choice(settled, conflict, sides)}; reason: {quoted(settled.reason)}"


def _choice(settled: Settlement, conflict: Conflict, sides: Sequence[Mapping[str, Any]]) -> str:
    if settled.choice in _ONE_HOLDS:
        for one, side in zip(conflict.sides, sides, strict=True):
            if settled.holds and settled.holds in (one.record_id, one.document_id):
                told = quoted(side["stated"])
                is_alone = sum(other["stated"] == side["stated"] for other in sides) == 1
                return f"{told} holds" if is_alone else _CHOICES[settled.choice]
    return _CHOICES.get(settled.choice, plain(settled.choice))


def _side(side: Side, *, is_masked: bool) -> dict[str, Any]:
    """Return one side as plain JSON, without what would name the patient where that is left out."""
    hidden = is_masked and side.field in _IDENTITY_FIELDS
    return {
        "record_id": side.record_id,
        "document_id": side.document_id,
        "field": side.field,
        "stated": _LEFT_OUT if hidden else side.stated,
        "date": side.date,
    }


def _source(side: Side) -> SourceRef:
    if side.record_id is None and side.document_id is None:
        return SourceRef(title=CASE)
    return SourceRef(record_id=side.record_id, document_id=side.document_id)
