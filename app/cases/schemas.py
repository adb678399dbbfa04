"""What the case endpoints take and answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter, ValidationError

from app.cases.domain import Cancer, Case, CaseBody, Patient, Purpose, check_case
from app.web.validation import sound

CaseCreate = Annotated[CaseBody, sound(check_case)]

_ADAPTER: TypeAdapter[CaseBody] = TypeAdapter(CaseCreate)


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


def merged(body: CaseBody, patch: Mapping[str, Any]) -> CaseBody:
    """Return the body with a JSON merge patch (RFC 7396) applied: null takes a field away, silence keeps it.

    Raises:
        RequestValidationError: the result is not sound.
    """
    whole = _merge(_ADAPTER.dump_python(body, mode="json"), patch)
    try:
        return _ADAPTER.validate_python(whole)
    except ValidationError as error:
        found = [
            {**one, "loc": ("body", *one["loc"])}
            for one in error.errors(include_input=False, include_url=False)
        ]
        raise RequestValidationError(found, body=whole) from error


def _merge(target: object, patch: object) -> Any:  # noqa: ANN401 (JSON)
    if not isinstance(patch, Mapping):
        return patch
    merged_object: dict[str, Any] = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            merged_object.pop(name, None)
        else:
            merged_object[name] = _merge(merged_object.get(name), value)
    return merged_object
