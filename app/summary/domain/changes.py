"""What has changed between two revisions of a case, in words and ids: what is new since a reviewer last looked."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from msgspec import to_builtins

from app.casefile.domain.case_file import CaseFile
from app.summary.domain.changed import (
    Changes,
    ConflictChange,
    ConflictStep,
    DocumentChange,
    DocumentStep,
    FieldChange,
    ItemChange,
    ReadinessChange,
    RecordChange,
    RecordStep,
    StatementChange,
)
from app.summary.domain.identity import IDENTIFYING_FACTS, without_patient
from app.summary.domain.model import Readiness, SectionKey, Statement, Summary
from app.summary.domain.page import Page
from app.summary.domain.wording import NO_DATE, plain
from app.timeline.domain.conflict import Conflict

LEFT_OUT: Final = "left out"
_PATIENT: Final = frozenset({"patient.name", "patient.identifiers", "patient.birth_date", "reference"})
_PRINTED: Final = frozenset({"facts.printed_name", "facts.printed_birth_date"})
_NAMING: Final = IDENTIFYING_FACTS | _PATIENT | _PRINTED
_NO_WORDS: Final = frozenset(
    {
        *("case_id", "as_of", "record_id", "document_id", "statement_id", "conflict_id"),
        *("kind", "change", "section", "severity", "field", "key", "checklist"),
    }
)
"""Parts of the answer that are ids and codes."""
_NOTHING: Final[tuple[Any, ...]] = (None, (), [], {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A case at one revision: the page it was written from and the summary."""

    page: Page
    summary: Summary


def changes_between(before: Seen, after: Seen) -> Changes:
    """Compare a case at two revisions on one day; with the patient left out where both were written so."""
    masks = tuple(mask for mask in (before.page.mask, after.page.mask) if mask is not None)
    hide = _hide_naming if masks else _show
    records, documents = _records(before.page, after.page, hide), _documents(before.page, after.page, hide)
    case = tuple(_case(before.page.case_file, after.page.case_file, hide))
    statements = tuple(_statements(before.summary, after.summary))
    alerts = tuple(one for one in statements if one.section == "alerts" and one.after is not None)
    conflicts = tuple(_conflicts(before, after))
    readiness = ReadinessChange(
        before=before.summary.digest.readiness,
        after=after.summary.digest.readiness,
        items=tuple(_items(before.page, after.page)),
    )
    found = Changes(
        case_id=after.summary.case_id,
        from_revision=before.summary.revision,
        to_revision=after.summary.revision,
        as_of=after.summary.as_of,
        words=(),
        alerts=alerts,
        conflicts=conflicts,
        case=case,
        records=tuple(records),
        documents=tuple(documents),
        statements=statements,
        readiness=readiness,
    )
    found = replace(found, words=tuple(_words(found)))
    for mask in masks:  # the patient as either revision names them, in what either of them says
        found = without_patient(found, mask, keep=_NO_WORDS)
    return found


_Hide = Callable[[str, Any], Any]


def _show(_: str, value: Any) -> Any:  # noqa: ANN401 (a field of any type)
    return value


def _hide_naming(name: str, value: Any) -> Any:  # noqa: ANN401 (a field of any type)
    """Leave out the value of a field that names the patient or one of the patient's papers."""
    return LEFT_OUT if name in _NAMING and value is not None else value


def _fields(before: Mapping[str, Any], after: Mapping[str, Any], hide: _Hide) -> tuple[FieldChange, ...]:
    names = sorted(before.keys() | after.keys())
    pairs = ((name, before.get(name), after.get(name)) for name in names)
    return tuple(
        FieldChange(field=name, before=hide(name, _said(one)), after=hide(name, _said(other)))
        for name, one, other in pairs
        if _said(one) != _said(other)
    )


def _said(value: Any) -> Any:  # noqa: ANN401 (a field of any type)
    return None if value in _NOTHING else value


def _plain(value: Any) -> dict[str, Any]:  # noqa: ANN401 (a record, or what is said of a case or a document)
    """Return what something states as plain JSON, its parts by `part.field`."""
    flat: dict[str, Any] = {}
    stated: dict[str, Any] = to_builtins(value, builtin_types=(Decimal,))
    for name, one in stated.items():
        if name in {"patient", "cancer", "facts"} and isinstance(one, dict):
            flat |= {f"{name}.{part}": inner for part, inner in one.items()}
        else:
            flat[name] = one
    return flat


def _case(before: CaseFile, after: CaseFile, hide: _Hide) -> Iterator[FieldChange]:
    yield from _fields(_plain(before.case.body), _plain(after.case.body), hide)


def _titles(page: Page) -> Mapping[str, str]:
    """Return what each record and paper is called in the timeline, with its date as written."""
    timeline = page.views.timeline
    return {
        event.id: f"{event.date.text if event.date else NO_DATE}: {event.title}"
        for events in (timeline.items, timeline.undated)
        for event in events
    }


def _records(before: Page, after: Page, hide: _Hide) -> Iterator[RecordChange]:
    old = {entry.id: entry for entry in before.case_file.entries}
    new = {entry.id: entry for entry in after.case_file.entries}
    was, now = _titles(before), _titles(after)

    def change(record_id: str, kind: str, what: RecordStep, *fields: FieldChange) -> RecordChange:
        title = now.get(record_id) or was.get(record_id)
        text = f"{plain(kind).capitalize()} {what}{f': {title}' if title else ''}."
        return RecordChange(record_id=record_id, kind=kind, change=what, text=text, fields=fields)

    for record_id in sorted(old.keys() | new.keys()):
        one, other = old.get(record_id), new.get(record_id)
        if one is None and other is not None:
            yield change(record_id, other.record.kind, "added")
        elif other is None and one is not None:
            yield change(record_id, one.record.kind, "withdrawn")
        elif one is not None and other is not None and one.version != other.version:
            fields = _fields(_plain(one.record), _plain(other.record), hide)
            if fields:
                yield change(record_id, other.record.kind, "amended", *fields)


def _documents(before: Page, after: Page, hide: _Hide) -> Iterator[DocumentChange]:
    old = {document.id: document for document in before.case_file.documents}
    new = {document.id: document for document in after.case_file.documents}
    was, now = _titles(before), _titles(after)

    def change(document_id: str, kind: str, what: DocumentStep, *fields: FieldChange) -> DocumentChange:
        title = now.get(document_id) or was.get(document_id) or plain(kind)
        return DocumentChange(
            document_id=document_id, kind=kind, change=what, text=f"Document {what}: {title}.", fields=fields
        )

    for document_id in sorted(old.keys() | new.keys()):
        one, other = old.get(document_id), new.get(document_id)
        if one is None and other is not None:
            yield change(document_id, other.body.kind, "added")
        elif other is None and one is not None:
            yield change(document_id, one.body.kind, "removed")
        elif one is not None and other is not None and one.version != other.version:
            fields = _fields(_plain(one.body), _plain(other.body), hide)
            if fields:
                yield change(document_id, other.body.kind, "amended", *fields)


def _by_id(summary: Summary) -> Mapping[str, tuple[SectionKey, Statement]]:
    return {one.id: (section.key, one) for section in summary.sections for one in section.statements}


def _statements(before: Summary, after: Summary) -> Iterator[StatementChange]:
    """Yield the statements that differ in their words, in the order in which they stand, those gone last."""
    old, new = _by_id(before), _by_id(after)
    for statement_id, (key, one) in new.items():
        known = old.get(statement_id)
        if known is None:
            yield StatementChange(
                statement_id=statement_id, section=key, change="appeared", before=None, after=one.text
            )
        elif known[1].text != one.text:
            yield StatementChange(
                statement_id=statement_id, section=key, change="changed", before=known[1].text, after=one.text
            )
    for statement_id, (key, one) in old.items():
        if statement_id not in new:
            yield StatementChange(
                statement_id=statement_id, section=key, change="disappeared", before=one.text, after=None
            )


def _conflicts(before: Seen, after: Seen) -> Iterator[ConflictChange]:
    old = {one.id: one for one in before.page.views.conflicts}
    new = {one.id: one for one in after.page.views.conflicts}
    texts = {
        statement.facts.get("conflict_id"): statement.text
        for summary in (before.summary, after.summary)
        for statement in summary.section("conflicts").statements
    }

    def change(one: Conflict, what: ConflictStep) -> ConflictChange:
        text = texts.get(one.id) or one.what
        return ConflictChange(conflict_id=one.id, severity=one.severity, change=what, text=text)

    for conflict_id, one in new.items():
        known = old.get(conflict_id)
        if known is None:
            yield change(one, "new")
        elif known.settled != one.settled:
            yield change(one, "decided" if one.settled else "reopened")
    yield from (change(one, "gone") for conflict_id, one in old.items() if conflict_id not in new)


def _items(before: Page, after: Page) -> Iterator[ItemChange]:
    old = {item.key: item for item in before.views.report.items}
    new = {item.key: item for item in after.views.report.items}
    for key, item in (old | new).items():
        was = old[key].status if key in old else None
        now = new[key].status if key in new else None
        if was != now:
            yield ItemChange(key=key, label=item.label, before=was, after=now)


def _words(found: Changes) -> Iterator[str]:
    """Say it in words, what presses first."""
    yield from (f"Alert: {one.after}" for one in found.alerts)
    yield from (f"Conflict {one.change}: {one.text}" for one in found.conflicts)
    yield from (f"Case amended: {plain(one.field).replace('.', ', ')}." for one in found.case)
    changed: tuple[RecordChange | DocumentChange, ...] = (*found.records, *found.documents)
    for change in changed:
        named = f" Changed: {', '.join(plain(one.field).replace('.', ', ') for one in change.fields)}."
        yield f"{change.text}{named if change.fields else ''}"
    before, after = found.readiness.before, found.readiness.after
    if (before.ready, before.score) != (after.ready, after.score):
        yield (
            f"Papers by the checklist: {_standing(before)} before, {_standing(after)} now; "
            "about papers and fields, not about the patient."
        )
    yield from (
        f"{one.label}: {plain(one.before or 'not on the checklist')} before, "
        f"{plain(one.after or 'not on the checklist')} now."
        for one in found.readiness.items
    )


def _standing(one: Readiness) -> str:
    score = "" if one.score is None else f" ({one.score} of 100)"
    return f"{'complete' if one.ready else 'not complete'}{score}"
