"""What a record states, as plain JSON values in its own words."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Any

from msgspec.structs import fields

from app.documents.domain.document import Document
from app.records.domain.base import Anchor, Coding, Record, RelativeDate
from app.records.domain.course import Drug, SideEffect
from app.records.domain.disease import Stain
from app.records.domain.findings import Lesion
from app.records.domain.kinds import KINDS
from app.records.domain.statements import PlannedTest

_CARRIED_ELSEWHERE = frozenset(
    {
        "kind",
        "stated",
        "absent",
        "asserted_by",
        "certainty",
        "origin",
        "verification",
        "external_id",
        "sources",
    }
)
_PLAIN = frozenset({str, int, float, bool, Decimal})
_NOTHING: tuple[Any, ...] = ()


def _is_nested(hint: object) -> bool:
    """Tell whether a field may hold more than text, numbers and truth values."""
    return any(mark in str(hint) for mark in ("tuple", "app."))


_READERS: Mapping[
    type[Record], tuple[tuple[str, ...], Callable[[Record], tuple[Any, ...]], tuple[str, ...]]
] = {
    kind: (
        tuple(field.name for field in told),
        attrgetter(*(field.name for field in told)),
        tuple(field.name for field in told if _is_nested(field.type)),
    )
    for kind in KINDS.values()
    for told in [[field for field in fields(kind) if field.name not in _CARRIED_ELSEWHERE]]
}
"""For each kind: the fields told, what reads them all at once, and those that hold more than a plain value."""
_NESTED: Mapping[type, tuple[str, ...]] = {
    kind: kind.__struct_fields__
    for kind in (Anchor, Coding, Drug, Lesion, PlannedTest, RelativeDate, SideEffect, Stain)
}
_DOCUMENT_FIELDS = (
    "kind",
    "title",
    "dated",
    "author",
    "facility",
    "language",
    "modality",
    "regions",
    "translation_of",
)


def facts_of(record: Record) -> dict[str, Any]:
    """Return every field that the record states, dates and numbers as written.

    Silent fields are left out. `stated` and `absent` say what the source itself calls none, unknown or
    not done.
    """
    names, read, nested = _READERS[type(record)]
    # Python keeps one empty tuple; comparing by identity matters at ten thousand records of thirty fields.
    facts = {
        name: value
        for name, value in zip(names, read(record), strict=True)
        if value is not None and value is not _NOTHING
    }
    for name in nested:
        if name in facts:
            facts[name] = _plain(facts[name])
    if record.stated is not None:
        facts["stated"] = record.stated.value
    if record.absent:
        facts["absent"] = {name: absence.value for name, absence in sorted(record.absent.items())}
    return facts


def document_facts(document: Document) -> dict[str, Any]:
    """Return what is known of a paper, without what its text says."""
    body = document.body
    facts = {
        name: _plain(value)
        for name in _DOCUMENT_FIELDS
        if (value := getattr(body, name)) is not None and value != ()
    }
    return facts | {"media": document.media, "uploaded_at": document.uploaded_at}


def _plain(value: Any) -> Any:  # noqa: ANN401 (a record's field is of any of its types)
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is tuple:
        return tuple(map(_plain, value))
    names = _NESTED[kind]
    return {name: _plain(item) for name in names if (item := getattr(value, name)) is not None and item != ()}
