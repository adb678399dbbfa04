"""What became of a FHIR payload, as FHIR says it."""

from datetime import datetime
from typing import Any

from app.events.service import instant_text
from app.imports.domain.imported import Imported
from app.imports.domain.planning import Step
from app.imports.readers.fhir.answers import Outcome, Problem, operation_outcome, transaction_response


def answer_of(imported: Imported, now: datetime) -> dict[str, Any]:
    """Return the response to a Bundle, or for a single resource what became of it."""
    outcomes = [_outcome(step) for step, _ in imported.steps]
    if imported.reading.kind is not None:
        return transaction_response(imported.content(), outcomes, at=instant_text(now))
    return operation_outcome(
        Problem(
            detail=one.detail or f"It was {one.outcome}.",
            fix=one.fix,
            expression=one.place,
            severity="error" if one.outcome == "rejected" else "information",
            code="invalid" if one.outcome == "rejected" else "informational",
        )
        for one in outcomes
    )


def _outcome(step: Step) -> Outcome:
    return Outcome(
        place=step.item.place,
        outcome=step.outcome,
        id=step.subject_id,
        version=step.version or 1,
        detail=step.detail or " ".join(step.remarks) or None,
        fix=step.fix,
    )
