"""Small valid values for tests: each builder takes what a test wants to differ."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from app.casefile.domain.case_file import CaseFile, Entry
from app.cases.domain import Cancer, Case, CaseBody, Patient
from app.documents.domain.document import Document, DocumentBody
from app.proposals.domain import ReadSource, RecordContent, record_of
from app.records.domain.kinds import KINDS, AnyRecord

A_DAY = date(2026, 3, 20)


def a_case(**changes: Any) -> Case:
    """Return a case; keywords of `CaseBody` go to its body, others to the case."""
    body_fields = {
        name: changes.pop(name) for name in tuple(changes) if name in CaseBody.__dataclass_fields__
    }
    case = Case(
        id="case-1",
        organisation_id="organisation-1",
        body=CaseBody(
            **{"patient": Patient(sex="female"), "cancer": Cancer(text="lung cancer"), **body_fields}
        ),
        revision=1,
        opened_at="2026-01-01T00:00:00Z",
        changed_at="2026-01-01T00:00:00Z",
    )
    return replace(case, **changes)


def a_record(kind: str, **fields: Any) -> AnyRecord:
    """Return a record of the kind, with just the fields given; a whole `value` becomes a decimal."""
    if isinstance(value := fields.get("value"), int):
        fields["value"] = Decimal(value)
    return KINDS[kind](kind=kind, **fields)  # type: ignore[arg-type]  # the registry keeps kind and type together


def a_document(**changes: Any) -> Document:
    """Return a stored one-page PDF; keywords of `DocumentBody` go to its body, others to the document."""
    body_fields = {
        name: changes.pop(name) for name in tuple(changes) if name in DocumentBody.__dataclass_fields__
    }
    document = Document(
        id="document-1",
        case_id="case-1",
        version=1,
        body=DocumentBody(**body_fields),
        file_name="report.pdf",
        media="pdf",
        media_type="application/pdf",
        code=None,
        size_bytes=1,
        sha256="0" * 64,
        uploaded_at="2026-01-01T00:00:00Z",
    )
    return replace(document, **changes)


def a_proposed(record: AnyRecord, document_id: str = "document-001", quote: str = "as read") -> RecordContent:
    """Return a record as it is proposed, read from a document."""
    return RecordContent(record=record, source=ReadSource(document_id=document_id, page=1, quote=quote))


def a_case_file(*contents: AnyRecord | Document | RecordContent, case: Case | None = None) -> CaseFile:
    """Return a case file of records, documents and proposals, ids `record-001`, `document-001` ... in that order."""
    numbers = {"record": count(1), "document": count(1), "proposal": count(1)}
    entries: list[Entry[AnyRecord]] = []
    documents: list[Document] = []
    proposals: list[Entry[AnyRecord]] = []
    for content in contents:
        if isinstance(content, Document):
            documents.append(replace(content, id=f"document-{next(numbers['document']):03}"))
        elif isinstance(content, RecordContent):
            record = record_of(content)
            proposals.append(Entry(f"proposal-{next(numbers['proposal']):03}", 1, record, date(2026, 1, 1)))
        else:
            entries.append(Entry(f"record-{next(numbers['record']):03}", 1, content, date(2026, 1, 1)))
    return CaseFile(case or a_case(), tuple(entries), tuple(documents), tuple(proposals))
