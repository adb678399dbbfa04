"""A person's decision on a conflict: what may be chosen on which one, and the record that says it."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from app.errors import FieldError, InvalidError
from app.records.domain.statements import Decision
from app.timeline.domain.conflict import Conflict
from app.timeline.domain.conflict_identity import RULE as IDENTITY

Choice = Literal["first_holds", "second_holds", "both_stand", "same_patient", "withdrawn"]

_ONE_HOLDS: Final = frozenset({"first_holds", "second_holds"})


class DecisionNotFittingError(InvalidError):
    """What was decided does not fit what the conflict is."""

    slug = "decision-not-fitting"
    title = "This cannot be decided on this conflict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What a person chose, why, and who that is; `holds` names the side where there are more than two."""

    choice: Choice
    reason: str
    holds: str | None = None
    by: str | None = None


def decision_on(conflict: Conflict, chosen: Chosen, today: date) -> Decision:
    """Return the record of a decision on a conflict.

    Raises:
        DecisionNotFittingError: the choice or the side that holds does not fit the conflict.
    """
    _check_choice(conflict, chosen)
    return Decision(
        kind="decision",
        topic="conflict",
        about=conflict.id,
        choice=chosen.choice,
        reason=chosen.reason,
        holds=_holding(conflict, chosen),
        author=chosen.by,
        date=today.isoformat(),
    )


def _check_choice(conflict: Conflict, chosen: Chosen) -> None:
    if chosen.choice == "same_patient" and conflict.rule.id != IDENTITY:
        raise _refused(
            "/choice",
            "This conflict is not about whose document it is.",
            "Send `first_holds`, `second_holds` or `both_stand`.",
        )
    if chosen.choice == "withdrawn" and conflict.settled is None:
        raise _refused(
            "/choice",
            "No decision holds on this conflict, so none can be withdrawn.",
            "Leave it open, or send what is decided.",
        )
    if chosen.choice in _ONE_HOLDS and len(conflict.sides) == 1:
        raise _refused(
            "/choice",
            "This conflict has one side only.",
            "Send `both_stand` where the record stands as it is, or amend the record.",
        )


def _holding(conflict: Conflict, chosen: Chosen) -> str | None:
    """Return the record or document that holds, None where none does alone or where it is the case itself."""
    if chosen.choice not in _ONE_HOLDS:
        if chosen.holds is not None:
            raise _refused("/holds", "No side holds alone by this choice.", "Leave `holds` out.")
        if conflict.rule.id != IDENTITY or chosen.choice == "both_stand":
            return None
        # Whose a document is, is decided for the document: its name, birth date and sex at once.
        return next(side.document_id for side in reversed(conflict.sides) if side.document_id)
    ids = tuple(side.record_id or side.document_id for side in conflict.sides)
    may = ids[:1] if chosen.choice == "first_holds" else ids[1:]
    if chosen.holds is not None and chosen.holds not in may:
        raise _refused(
            "/holds",
            "This is not the id of a side that holds by this choice.",
            "Leave `holds` out, or send the record's or document's id as the ledger gives it.",
        )
    return chosen.holds or may[0]


def _refused(pointer: str, detail: str, fix: str) -> DecisionNotFittingError:
    message = "Read the conflict's sides in the ledger: GET /v1/cases/{case_id}/conflicts."
    return DecisionNotFittingError(message, errors=[FieldError(pointer, detail, fix)])
