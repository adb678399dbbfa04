"""What the case endpoints take and answer."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import TypeAdapter

from app.cases.domain import Cancer, Case, CaseBody, Patient, Purpose, check_case
from app.web.validation import sound

CaseCreate = Annotated[CaseBody, sound(check_case)]

AMENDED: TypeAdapter[CaseBody] = TypeAdapter(CaseCreate)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRead:
    """One case at its newest revision."""

    id: str
    reference: str | None
    patient: Patient
    cancer: Cancer
    purposes: tuple[Purpose, ...]
    question: str | None
    languages: tuple[str, ...]
    revision: int
    opened_at: str
    changed_at: str

    @classmethod
    def of(cls, case: Case) -> "CaseRead":
        """Show a case."""
        body = case.body
        return cls(
            id=case.id,
            reference=body.reference,
            patient=body.patient,
            cancer=body.cancer,
            purposes=body.purposes,
            question=body.question,
            languages=body.languages,
            revision=case.revision,
            opened_at=case.opened_at,
            changed_at=case.changed_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """A page of cases, in the order in which they were opened."""

    items: tuple[CaseRead, ...]
    next_cursor: str | None
