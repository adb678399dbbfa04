"""What a case is, apart from its records and documents."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import MaxLen, MinLen

from app.errors import ConflictError, FieldError, NotFoundError
from app.values.codes import check_code
from app.values.dates import DateTextError, PartialDate

CLOSED: Mapping[str, Any] = {"extra": "forbid", "use_attribute_docstrings": True}

Short = Annotated[str, MinLen(1), MaxLen(200)]

Purpose = Literal["response", "progression", "recurrence", "remission"]
"""The reviews that a case may be gathered for; each has its checklist. Source: clinical.md section 1.2."""

DiseaseGroup = Literal[
    "breast",
    "nsclc",
    "sclc",
    "colorectal",
    "prostate",
    "ovary",
    "liver",
    "pancreas",
    "germ_cell",
    "thyroid",
    "medullary_thyroid",
    "neuroendocrine",
    "melanoma",
    "glioma",
    "gastric",
    "biliary",
    "urothelial",
    "kidney",
    "endometrial",
    "cervix",
    "head_neck",
    "nasopharynx",
    "gist",
    "sarcoma",
    "neuroblastoma",
    "other_solid",
    "acute_lymphoblastic_leukaemia",
    "acute_myeloid_leukaemia",
    "chronic_myeloid_leukaemia",
    "chronic_lymphocytic_leukaemia",
    "other_leukaemia",
    "hodgkin_lymphoma",
    "other_lymphoma",
    "myeloma",
]
"""Diseases that the checklists and the arithmetic tell apart."""


VitalStatus = Literal["alive", "dead", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """One identifier of the patient, as its issuer gave it."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = CLOSED

    system: Short
    """Who issued it: a URI, an assigning authority or a plain name."""
    value: Short
    """The identifier."""


def folded(identifier: Identifier) -> tuple[str, str]:
    """Return (system, value) as identifiers are compared: case and the ways of writing an OID make no difference."""
    system = identifier.system.strip().casefold().removeprefix("urn:oid:").rstrip("/")
    return system, identifier.value.strip().casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """The patient, as far as the caller names them."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = CLOSED

    identifiers: Annotated[tuple[Identifier, ...], MaxLen(50)] = ()
    """Identifiers within the organisation and outside."""
    name: Short | None = None
    """Full name as on the identity document."""
    birth_date: Annotated[str, MinLen(4), MaxLen(64)] | None = None
    """Birth date, as precise as it is known (EDTF)."""
    sex: Literal["female", "male", "other", "unknown"] | None = None
    """Administrative sex."""
    deceased: Annotated[str, MinLen(4), MaxLen(64)] | None = None
    """Date of death, as precise as it is known (EDTF)."""
    vital_status: VitalStatus | None = None
    """Whether the patient is stated to be alive or dead, or stated as not known; left out, nobody said. A date of
    death says dead."""


def has_died(patient: Patient, by: date) -> bool | None:
    """Say whether the patient is recorded as dead by a day; None where nobody says, or says that it is not known.

    A death without a date holds for every day; one of which a part of the possible days has come is taken as had.
    """
    if patient.deceased is not None:
        earliest = PartialDate.parse(patient.deceased).earliest
        return earliest is None or earliest <= by
    return {"dead": True, "alive": False}.get(patient.vital_status or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class CancerCode:
    """One code of the cancer, its display kept as it was sent."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = CLOSED

    system: Short
    """Coding system, short name or URI."""
    code: Short
    """The code."""
    display: Annotated[str, MaxLen(1_000)] | None = None
    """Display text as sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancer:
    """The cancer that the case is about, in the caller's words."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = CLOSED

    text: Short | None = None
    """The cancer in words."""
    codes: Annotated[tuple[CancerCode, ...], MaxLen(20)] = ()
    """Its codes."""
    disease_group: DiseaseGroup | None = None
    """Which disease rules apply; left out, it is read from the text and the recorded diagnoses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseBody:
    """What the caller says of a case, and may amend."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = CLOSED

    reference: Short | None = None
    """The caller's own id of the case, unique within the organisation."""
    patient: Patient = Patient()
    """The patient."""
    cancer: Cancer = Cancer()
    """The cancer."""
    purposes: Annotated[tuple[Purpose, ...], MaxLen(4)] = ()
    """Which reviews are wanted, the main one first."""
    question: Annotated[str, MinLen(1), MaxLen(20_000)] | None = None
    """The main question for the reviewer, in the asker's words."""
    languages: Annotated[tuple[Annotated[str, MinLen(2), MaxLen(35)], ...], MaxLen(20)] = ()
    """Languages that the reviewer reads (BCP 47); empty when nobody said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case at one revision."""

    id: str
    organisation_id: str
    body: CaseBody
    revision: int
    opened_at: str
    changed_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHead:
    """What tells a case from others, without what is said of it."""

    id: str
    reference: str | None
    purposes: tuple[Purpose, ...]
    revision: int


class CaseNotFoundError(NotFoundError):
    """There is no such case in the organisation, or the key does not open it."""

    slug = "case-not-found"
    title = "There is no such case"


class ReferenceTakenError(ConflictError):
    """Another case of the organisation has this reference."""

    slug = "reference-taken"
    title = "Another case has this reference"


def check_case(body: CaseBody) -> list[FieldError]:
    """Return what is unsound in what the caller says of a case."""
    found: list[FieldError] = []
    for name in ("birth_date", "deceased"):
        text = getattr(body.patient, name)
        if text is not None:
            try:
                PartialDate.parse(text)
            except DateTextError as error:
                found.append(FieldError(f"/patient/{name}", error.detail, error.fix))
    if body.patient.deceased is not None and body.patient.vital_status not in (None, "dead"):
        found.append(
            FieldError(
                "/patient/vital_status",
                "A date of death is given, and the patient is not said to be dead.",
                "Say dead, or leave one of the two out.",
            )
        )
    found.extend(
        FieldError(f"/cancer/codes/{index}/code", problem.detail, problem.fix)
        for index, code in enumerate(body.cancer.codes)
        for problem in check_code(code.system, code.code, code.display)
        if problem.severity == "refuse"
    )
    if len(set(body.purposes)) != len(body.purposes):
        found.append(
            FieldError(
                "/purposes", "A purpose is named twice.", "Name each purpose once, the main one first."
            )
        )
    return found
