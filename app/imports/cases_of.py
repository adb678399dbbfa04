"""Finds the case of each patient of a payload, or opens one; never guesses."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.access.domain import Access
from app.cases import service as cases
from app.cases.domain import Case, CaseBody, Identifier, folded
from app.cases.identifiers import find_by_identifiers, hold_identifiers
from app.documents.service import find_same_bytes
from app.errors import FieldError
from app.imports.domain.errors import (
    AmbiguousPatientError,
    CaseChangedError,
    PatientMismatchError,
    UnidentifiedPatientError,
)
from app.imports.domain.identity import completed, contradictions, is_surely
from app.imports.domain.imported import CaseOutcome
from app.imports.domain.reading import FoundDocument, FoundMerge, FoundRecord, ReadPatient
from app.imports.staged import Part

_ASK = "Check whose payload it is. If a person has made sure that it is the same patient, send `same_patient=true`."


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The case that a part goes into."""

    part: Part
    outcome: CaseOutcome
    case_id: str | None
    case: Case | None = None
    """As it is before the import; None where it is still to be opened."""

    @property
    def body(self) -> CaseBody:
        """What the case says once it knows what the payload says of its patient."""
        body = CaseBody() if self.case is None else self.case.body
        return body if self.part.patient is None else completed(body, self.part.patient)


def targets_of(
    session: Session,
    access: Access,
    parts: Sequence[Part],
    *,
    patients: Sequence[ReadPatient],
    case_id: str | None,
    same_patient: bool,
    new_id: Callable[[], str],
) -> list[Target]:
    """Return where each part goes, in the order of the parts.

    Raises:
        CaseNotFoundError: the case named is none that the key opens.
        PatientMismatchError: a patient contradicts the case.
        AmbiguousPatientError: several cases fit a patient.
        UnidentifiedPatientError: no case is named, and a patient has no identifier.
    """
    if case_id is not None:
        case = cases.get_case(session, access, case_id)
        if not same_patient:
            _require_same(case, patients)
        return [Target(part=part, outcome="found", case_id=case_id, case=case) for part in parts]
    found = [
        _target(session, access, part, index=index, same_patient=same_patient, new_id=new_id)
        for index, part in enumerate(parts)
    ]
    return _together(found, same_patient=same_patient)


def _together(targets: Sequence[Target], *, same_patient: bool) -> list[Target]:
    """Let patients of one payload who share an identifier share the case that is opened for the first of them."""
    opened: list[Target] = []
    settled: list[Target] = []
    for index, target in enumerate(targets):
        shared = next((one for one in opened if _identifiers(one) & _identifiers(target)), None)
        if target.outcome == "opened" and shared is not None:
            named = [one.part.patient for one in (shared, target) if one.part.patient is not None]
            if not same_patient:
                _require_same(None, named, first=index - 1)
            target = replace(target, case_id=shared.case_id)  # noqa: PLW2901 (the same target, with its case)
        elif target.outcome == "opened":
            opened.append(target)
        settled.append(target)
    return settled


def _identifiers(target: Target) -> set[tuple[str, str]]:
    patient = target.part.patient
    return set() if patient is None else set(map(folded, patient.patient.identifiers))


def again(session: Session, access: Access, target: Target) -> Target:
    """Return a target as it is after another part of the payload went into the same case."""
    return replace(target, case=cases.get_case(session, access, target.case_id or ""))


def _target(
    session: Session,
    access: Access,
    part: Part,
    *,
    index: int,
    same_patient: bool,
    new_id: Callable[[], str],
) -> Target:
    identifiers = () if part.patient is None else part.patient.patient.identifiers
    if not identifiers:
        pointer = f"/patients/{index}"
        fix = "Post it to the case that it belongs to: POST /v1/cases/{case_id}/imports; or name the identifier."
        raise UnidentifiedPatientError(
            "No case can be found or opened without an identifier of the patient; nothing was stored.",
            errors=[FieldError(pointer, "The patient has no identifier.", fix)],
        )
    found = find_by_identifiers(session, access, identifiers)
    if len(found) > 1:
        detail = (
            f"{len(found)} cases have an identifier of this patient: {', '.join(found)}. Nothing was stored."
        )
        raise AmbiguousPatientError(
            detail,
            errors=[
                FieldError(
                    f"/patients/{index}/identifiers", "Several cases fit.", "Post it to one of the cases."
                )
            ],
            members={"cases": found},
        )
    if found:
        case = cases.get_case(session, access, found[0])
        if not same_patient and not _is_sure(session, case, part):
            detail = (
                f"Case {case.id} has a patient of this number, but the payload does not say who issued it."
            )
            fix = "Say who issued it in `identifier_system`, or post it to the case that it belongs to."
            raise AmbiguousPatientError(
                f"{detail} Nothing was stored.",
                errors=[
                    FieldError(f"/patients/{index}/identifiers", "The number may be another patient's.", fix)
                ],
                members={"cases": [case.id]},
            )
        if not same_patient:
            _require_same(case, () if part.patient is None else (part.patient,), first=index)
        return Target(part=part, outcome="found", case_id=case.id, case=case)
    if any(isinstance(item, FoundRecord | FoundDocument | FoundMerge) for item in part.items):
        return Target(part=part, outcome="opened", case_id=new_id())
    return Target(part=part, outcome="not_opened", case_id=None)


def _is_sure(session: Session, case: Case, part: Part) -> bool:
    """Tell whether a case that shares a number with a part is surely its patient's: the same bytes were, before."""
    if part.patient is None or is_surely(case.body.patient, part.patient.patient):
        return True
    return bool(find_same_bytes(session, case.id, [part.payload.sha256]))


def _require_same(case: Case | None, patients: Sequence[ReadPatient], first: int = 0) -> None:
    found = list(_mismatches(case, patients, first))
    if found:
        features = ", ".join(dict.fromkeys(error.pointer.rpartition("/")[2] for error in found))
        whose = f"that of case {case.id}" if case else "another of the same identifier"
        detail = f"The payload's patient contradicts {whose} ({features}); nothing was stored."
        raise PatientMismatchError(detail, errors=found, members={"cases": [case.id] if case else []})


def _mismatches(case: Case | None, patients: Sequence[ReadPatient], first: int) -> Iterator[FieldError]:
    for index, one in enumerate(patients):
        place = f"/patients/{first + index}"
        for difference in contradictions(case.body.patient, one.patient) if case else ():
            detail = f"The {difference.words} differs from that of the case."
            yield FieldError(f"{place}/{difference.feature}", detail, _ASK)
        for other in patients[:index]:
            for difference in contradictions(other.patient, one.patient):
                detail = f"The {difference.words} differs from that of another patient in the payload."
                yield FieldError(f"{place}/{difference.feature}", detail, _ASK)


def hold(session: Session, access: Access, targets: Sequence[Target]) -> None:
    """Let nobody else open or change these cases until the transaction ends; always in one order."""
    identifiers: list[Identifier] = [
        one for target in targets if target.part.patient for one in target.part.patient.patient.identifiers
    ]
    hold_identifiers(session, access, identifiers)
    for case_id in sorted(
        {target.case_id for target in targets if target.outcome == "found" and target.case_id is not None}
    ):
        cases.lock_case(session, access, case_id)


def meanwhile() -> CaseChangedError:
    """Return what is said when somebody else changed a case between looking and storing."""
    message = "Nothing was stored. Send the same request again."
    return CaseChangedError(message, headers={"Retry-After": "1"})


def require_unchanged(before: Sequence[Target], now: Sequence[Target]) -> list[Target]:
    """Return the targets as they are now, under the ids chosen before.

    Raises:
        CaseChangedError: another case was opened or amended for one of the patients meanwhile.
    """
    settled: list[Target] = []
    for old, new in zip(before, now, strict=True):
        if old.outcome != new.outcome or (old.outcome == "found" and old.case_id != new.case_id):
            raise meanwhile()
        settled.append(Target(part=new.part, outcome=new.outcome, case_id=old.case_id, case=new.case))
    return settled


def open_or_amend(session: Session, access: Access, target: Target, now: datetime) -> int | None:
    """Open the case, or tell it what it did not know of its patient; return the revision made, None where none was."""
    if target.case_id is None:
        return None
    if target.case is None:
        return cases.open_case(session, access, case_id=target.case_id, body=target.body, now=now).revision
    if target.body != target.case.body:
        return cases.amend_case(session, access, case_id=target.case_id, body=target.body, now=now).revision
    return None
