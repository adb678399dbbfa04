"""What the record endpoints take and answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias, get_args

from annotated_types import MaxLen, MinLen
from pydantic import Discriminator, Tag

from app.errors import FieldError
from app.records.domain.checks import check_record, flags_of
from app.records.domain.findings import Measured
from app.records.domain.kinds import KINDS, AnyRecord
from app.records.domain.stored import StoredRecord, plain
from app.values.units import read_unit
from app.web.validation import sound

CLOSED: Mapping[str, Any] = {"extra": "forbid", "use_attribute_docstrings": True}

BATCH_MOST = 5_000

RecordCreate: TypeAlias = Annotated[AnyRecord, Discriminator("kind"), sound(check_record)]
RecordKind: TypeAlias = Literal[
    "diagnosis", "stage", "pathology_report", "biomarker", "imaging_study", "marker_result", "lab_result", "treatment",
    "medication", "symptom", "performance_status", "admission", "opinion", "disease_status", "mrd_result",
    "follow_up_plan", "comorbidity", "allergy", "main_question", "planning", "decision",
]  # fmt: skip

if frozenset(get_args(RecordKind)) != frozenset(KINDS):  # pragma: no cover (a mistake in this file)
    message = "RecordKind and KINDS name different kinds"
    raise RuntimeError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordBatch:
    """Several records, stored all together or not at all."""

    __pydantic_config__ = CLOSED

    records: Annotated[tuple[RecordCreate, ...], MinLen(1), MaxLen(BATCH_MOST)]
    """The records, each of its own kind."""


def _one_or_many(value: Any) -> str:  # noqa: ANN401 (whatever was sent)
    return (
        "batch"
        if isinstance(value, RecordBatch) or (isinstance(value, dict) and "records" in value)
        else "one"
    )


RecordsBody: TypeAlias = Annotated[
    Annotated[RecordCreate, Tag("one")] | Annotated[RecordBatch, Tag("batch")], Discriminator(_one_or_many)
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Something in a stored record that a person should look at."""

    pointer: str
    detail: str
    fix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEnvelope:
    """What the service adds to a record."""

    id: str
    case_id: str
    version: int
    status: Literal["active", "entered_in_error"]
    revision: int
    """Revision of the case that this version made."""
    recorded_at: str
    key_id: str | None
    person: str | None
    ucum: str | None
    """For a measured value: its unit in UCUM, or null when the unit is not understood."""
    flags: tuple[Flag, ...]
    """What a person should look at, such as a code that means another test than the record says."""


RecordRead: TypeAlias = RecordEnvelope
"""What a record is answered as; `app.description` adds the fields of each kind to its description."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    """A page of records, in the order in which they were first recorded."""

    items: tuple[RecordRead, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordVersions:
    """Every version of one record, oldest first."""

    items: tuple[RecordRead, ...]


Outcome = Literal["created", "duplicate", "superseded", "skipped", "rejected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRead:
    """What became of one of the things sent."""

    outcome: Outcome
    id: str | None
    place: str
    """Where it stood in the request."""
    problem: dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOutcomes:
    """What became of each record of a batch, in the order sent."""

    items: tuple[OutcomeRead, ...]
    revision: int | None
    """The case's revision after the batch; null for a dry run."""
    dry_run: bool


def shown(stored: StoredRecord) -> dict[str, Any]:
    """Return a record as it is answered: what the service adds, then the record's own fields."""
    record = stored.record
    unit = read_unit(record.unit) if isinstance(record, Measured) and record.unit else None
    return {
        "id": stored.id,
        "case_id": stored.case_id,
        "version": stored.version,
        "status": stored.status,
        "revision": stored.revision,
        "recorded_at": stored.recorded_at,
        "key_id": stored.key_id,
        "person": stored.person,
        "ucum": unit.ucum if unit else None,
        "flags": [_flag(flag) for flag in flags_of(record)],
        "kind": record.kind,
        **plain(record),
    }


def _flag(flag: FieldError) -> Flag:
    return Flag(pointer=flag.pointer, detail=flag.detail, fix=flag.fix)
