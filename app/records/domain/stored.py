"""Records as they are kept: one immutable JSON body for each version."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any, Literal

import msgspec

from app.errors import ConflictError, FieldError, InvalidError, NotFoundError
from app.records.domain.kinds import KINDS, AnyRecord
from app.records.domain.part import Part


class RecordNotFoundError(NotFoundError):
    """The case has no such record."""

    slug = "record-not-found"
    title = "There is no such record"


class EnteredInErrorError(ConflictError):
    """The record was marked as entered in error; nothing can be added to it."""

    slug = "entered-in-error"
    title = "The record was marked as entered in error"


class KindChangedError(InvalidError):
    """A record cannot become one of another kind."""

    slug = "kind-changed"
    title = "A record keeps its kind"


class UnknownSourceError(InvalidError):
    """A record names a document that the case does not have."""

    slug = "unknown-source"
    title = "A source is not a document of this case"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecord:
    """One version of one record, and what the service knows of it."""

    id: str
    case_id: str
    version: int
    status: Literal["active", "entered_in_error"]
    revision: int
    """Revision of the case that this version made."""
    recorded_at: str
    key_id: str | None
    person: str | None
    record: AnyRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """A record's newest version, as far as a change needs to know it."""

    version: int
    is_active: bool


DECODERS: Mapping[str, msgspec.json.Decoder[AnyRecord]] = {
    name: msgspec.json.Decoder(kind) for name, kind in KINDS.items()
}
"""What reads the stored bodies of each kind."""
_SIMPLE = frozenset({str, int, bool, Decimal})
_HOLDERS = frozenset({tuple, dict})
"""What says nothing when it is empty; 0 and false say something."""

_ENCODER = msgspec.json.Encoder(decimal_format="number")


def decode_record(kind: str, body: str | bytes) -> AnyRecord:
    """Return the record of a stored body."""
    return DECODERS[kind].decode(body)


def encode_record(record: AnyRecord) -> bytes:
    """Return the body to store: every field that says something, in declared order, numbers as written."""
    return _ENCODER.encode(plain(record))


_SHAPES: dict[type[Part], tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]] = {}


def _shape(kind: type[Part]) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    """Return a part's field names, and what takes all of its values at once."""
    names = kind.__struct_fields__
    found = _SHAPES[kind] = (
        names,
        attrgetter(*names) if len(names) > 1 else lambda one: (getattr(one, names[0]),),
    )
    return found


def plain(value: Any) -> Any:  # noqa: ANN401 (any value of a record)
    """Return a value as JSON-plain data without its empty fields; what is left out is what decoding fills in again."""
    kind = type(value)
    if kind is tuple:
        return [plain(part) for part in value]
    if not issubclass(kind, Part):
        return value
    names, values_of = _SHAPES.get(kind) or _shape(kind)
    return {
        name: part if type(part) in _SIMPLE else plain(part)
        for name, part in zip(names, values_of(value), strict=True)
        if part is not None and (part or type(part) not in _HOLDERS)
    }


def unknown_sources(record: AnyRecord, known: frozenset[str]) -> list[FieldError]:
    """Return the sources that name documents outside the case."""
    return [
        FieldError(
            f"/sources/{index}/document_id",
            "The case has no document of this id.",
            "Upload the document to this case first, or name the source by `title` and `place`.",
        )
        for index, source in enumerate(record.sources)
        if source.document_id is not None and source.document_id not in known
    ]
