"""What the import endpoints answer."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.imports.domain.imported import CaseOutcome, Imported, ImportedCase
from app.imports.domain.planning import Outcome, Step
from app.imports.domain.reading import Format, FoundDocument, FoundMerge, FoundRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemProblem:
    """Why something of a payload was not used."""

    type: str
    """`/problems/` and a permanent slug."""
    title: str
    detail: str
    fix: str
    """What the sender can do."""
    errors: tuple[dict[str, str], ...] | None
    """Where in the record that it would have become; null where it is not about fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedItem:
    """What became of one thing of the payload."""

    outcome: Outcome
    """`created`; `duplicate`: stored before, unchanged; `superseded`: a new version took over, or it was taken back;
    `skipped`: not of use here; `rejected`: broken, or not to be understood without guessing."""
    id: str | None
    """The record's, document's or proposal's id; null for what was not stored, and in a dry run for what would be."""
    kind: str | None
    """The record's kind, `document` or `merge`; null for what became nothing."""
    case_id: str | None
    place: str
    """Where it stands in the payload: resource and path, segment, XPath, sheet and row."""
    problem: ItemProblem | None
    """For `skipped` and `rejected`: why."""
    remarks: tuple[str, ...]
    """What of it could not be used although it was stored, and what else a person should know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedCaseRead:
    """What the payload did to one case."""

    case_id: str | None
    """Null where the patient has no case, and the payload holds nothing to open one for."""
    outcome: CaseOutcome
    revision: int | None
    """The revision that the import made; null where it stored nothing, or was only tried."""
    payload_id: str | None
    """The document that keeps the payload; null where nothing had to be kept."""
    payload_outcome: Literal["created", "duplicate", "skipped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOutcomes:
    """What became of a payload, thing by thing, in the order of the payload."""

    format: Format
    dry_run: bool
    cases: tuple[ImportedCaseRead, ...]
    counts: Mapping[str, int]
    """How many things came to each outcome."""
    items: tuple[ImportedItem, ...]


def outcomes_of(imported: Imported) -> ImportOutcomes:
    """Show what became of a payload."""
    hidden = {one.case_id for one in imported.cases if imported.dry_run and one.outcome == "opened"}
    items = tuple(
        _item(step, None if case_id in hidden else case_id, dry_run=imported.dry_run)
        for step, case_id in imported.steps
    )
    return ImportOutcomes(
        format=imported.reading.format,
        dry_run=imported.dry_run,
        cases=tuple(_case(one, dry_run=imported.dry_run) for one in imported.cases),
        counts=dict(sorted(Counter(item.outcome for item in items).items())),
        items=items,
    )


def _case(one: ImportedCase, *, dry_run: bool) -> ImportedCaseRead:
    is_hidden = dry_run and one.outcome == "opened"
    if one.is_payload_new:
        outcome: Literal["created", "duplicate", "skipped"] = "created"
    else:
        outcome = "skipped" if one.payload_id is None else "duplicate"
    return ImportedCaseRead(
        case_id=None if is_hidden else one.case_id,
        outcome=one.outcome,
        revision=one.revision,
        payload_id=None if dry_run and one.is_payload_new else one.payload_id,
        payload_outcome=outcome,
    )


def _item(step: Step, case_id: str | None, *, dry_run: bool) -> ImportedItem:
    is_to_be = dry_run and step.act == "create"
    return ImportedItem(
        outcome=step.outcome,
        id=None if is_to_be else step.subject_id,
        kind=_kind(step),
        case_id=case_id,
        place=step.item.place,
        problem=_problem(step),
        remarks=step.remarks,
    )


def _kind(step: Step) -> str | None:
    match step.item:
        case FoundRecord(record=record):
            return record.kind
        case FoundDocument():
            return "document"
        case FoundMerge():
            return "merge"
        case _:
            return step.known.kind if step.known else None


def _problem(step: Step) -> ItemProblem | None:
    if step.outcome not in {"skipped", "rejected"}:
        return None
    is_broken = step.outcome == "rejected"
    return ItemProblem(
        type="/problems/import-item-rejected" if is_broken else "/problems/import-item-skipped",
        title="This could not be used" if is_broken else "This was not used",
        detail=step.detail or "",
        fix=step.fix or "",
        errors=tuple({"pointer": one.pointer, "detail": one.detail, "fix": one.fix} for one in step.errors)
        or None,
    )
