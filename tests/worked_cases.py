"""The two worked cases of openapi/examples as case files, with the edits that a test wants."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from app.casefile.domain.case_file import CaseFile, Entry
from app.cases.domain import Case, CaseBody
from app.records.domain.kinds import KINDS, AnyRecord

EXAMPLES = Path(__file__).parent.parent / "openapi" / "examples"
LUNG = "lung-mixed"
OVARY = "ovary-ca125"

Edit = Callable[[list[dict[str, Any]]], None]
"""Changes the JSON of the records in place, before they are read."""


def expectation(name: str) -> Mapping[str, Any]:
    """Return what the case's rules expect of it."""
    answer: Mapping[str, Any] = json.loads((EXAMPLES / name / "expect.json").read_text(encoding="utf-8"))
    return answer


def day_of(name: str) -> date:
    """Return the day on which the case is judged."""
    return date.fromisoformat(expectation(name)["as_of"])


def worked_case(name: str, *edits: Edit, **case_changes: Any) -> CaseFile:
    """Return the case file, ids `record-001` ... in the order of the example; keywords amend the case's body."""
    body = json.loads((EXAMPLES / name / "case.json").read_text(encoding="utf-8")) | case_changes
    records = json.loads((EXAMPLES / name / "records.json").read_text(encoding="utf-8"))["records"]
    for edit in edits:
        edit(records)
    case = Case(
        id=name,
        organisation_id="organisation-1",
        body=msgspec.convert(body, CaseBody),
        revision=1,
        opened_at="2026-01-01T00:00:00Z",
        changed_at="2026-01-01T00:00:00Z",
    )
    entries = tuple(
        Entry(f"record-{number:03}", 1, _record(fields), date(2026, 1, 1))
        for number, fields in enumerate(records, start=1)
    )
    return CaseFile(case, entries)


def _record(fields: Mapping[str, Any]) -> AnyRecord:
    record: AnyRecord = msgspec.convert(fields, KINDS[fields["kind"]])
    return record
