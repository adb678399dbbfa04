"""The frozen snapshot of one case that every view is computed from, and what several views ask of it once."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

from msgspec import Struct

from app.cases.domain import Case
from app.documents.domain.document import Document
from app.records.domain.base import Record
from app.records.domain.kinds import AnyRecord

RecordT = TypeVar("RecordT", bound=Record)
ViewT = TypeVar("ViewT")
RecordT_co = TypeVar("RecordT_co", bound=Record, covariant=True)


class Entry(Struct, Generic[RecordT_co], frozen=True, gc=False):
    """One record of the case at its newest version, with what the service knows of it."""

    id: str
    version: int
    record: RecordT_co
    recorded_on: date
    """The day on which this version was stored."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One case at one revision: active records and documents, each in order of their ids.

    Records marked entered-in-error are not in it. `proposals` are records that were read from documents and wait for a
    person, each under its proposal's id and as it would be once accepted: no view states them, or counts them.
    """

    case: Case
    entries: tuple[Entry[AnyRecord], ...] = ()
    documents: tuple[Document, ...] = ()
    proposals: tuple[Entry[AnyRecord], ...] = ()
    _by_kind: Mapping[type, tuple[Entry[AnyRecord], ...]] = field(init=False, repr=False, compare=False)
    _asked: dict[Callable[["CaseFile"], Any], Any] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        by_kind: dict[type, list[Entry[AnyRecord]]] = {}
        for entry in self.entries:
            by_kind.setdefault(type(entry.record), []).append(entry)
        object.__setattr__(self, "_by_kind", {kind: tuple(entries) for kind, entries in by_kind.items()})

    def of(self, kind: type[RecordT]) -> tuple[Entry[RecordT], ...]:
        """Return the entries of one record kind, in order of id."""
        return self._by_kind.get(kind, ())  # type: ignore[return-value]  # the index is keyed by the record's type

    def once(self, view: Callable[["CaseFile"], ViewT]) -> ViewT:
        """Return what a pure function makes of this case file, worked out when it is first asked for.

        For what several views of one case need; it is kept as long as the case file itself.
        """
        if view not in self._asked:
            self._asked[view] = view(self)
        answer: ViewT = self._asked[view]
        return answer

    def papers(self, kinds: Iterable[str]) -> tuple[Document, ...]:
        """Return the documents of the given kinds, in order of id."""
        wanted = frozenset(kinds)
        return tuple(document for document in self.documents if document.body.kind in wanted)


def as_if_confirmed(case_file: CaseFile) -> CaseFile:
    """Return the case file as if a person had accepted everything that waits; ask for it by `case_file.once`."""
    if not case_file.proposals:
        return case_file
    entries = sorted((*case_file.entries, *case_file.proposals), key=lambda entry: entry.id)
    return CaseFile(case_file.case, tuple(entries), case_file.documents)
