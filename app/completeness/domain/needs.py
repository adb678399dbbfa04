"""Needs: what must be there for an item, and what it must state. A closed set; `meet.py` evaluates it."""

import dataclasses
from dataclasses import dataclass
from typing import Literal, TypeAlias

from app.completeness.domain.record_tests import (
    AllOf,
    FieldIs,
    FieldStated,
    Not,
    RecordTest,
    Tester,
    compiled,
)
from app.completeness.domain.rules import Condition, RecordKind
from app.records.domain.base import Absence, Record


@dataclass(frozen=True, slots=True)
class Way:
    """One place where a minimum field may be stated: a field of the record itself or of a record of `kind`.

    `kind` `case` is the case itself. A dotted field (`tests.interval`) is stated where one of its parts is. With
    `values` only these count, and those of `but_not` don't.
    """

    field: str
    kind: RecordKind | Literal["case"] | None = None
    values: tuple[str | bool, ...] = ()
    but_not: tuple[str | bool, ...] = ()
    test: RecordTest | None = None
    passes: Tester = dataclasses.field(init=False, repr=False, compare=False)
    states: Tester = dataclasses.field(init=False, repr=False, compare=False)
    """Says whether a record states the field in this way."""

    def __post_init__(self) -> None:
        parts: list[RecordTest] = [FieldStated(self.field)]
        if self.values:
            parts = [FieldIs(self.field, self.values)]
        if self.but_not:
            parts.append(Not(FieldIs(self.field, self.but_not)))
        if self.test is not None:
            parts.append(self.test)
        object.__setattr__(self, "passes", compiled(self.test))
        object.__setattr__(self, "states", compiled(AllOf(tuple(parts)) if len(parts) > 1 else parts[0]))


@dataclass(frozen=True, slots=True)
class Minimum:
    """A field that must be stated, in any of several ways.

    `accepts` are the absences that count as stated. `of` limits it to records that pass, `when` to cases where the
    condition holds, `unless` frees cases where it does. `given` is a condition that states it as well.
    """

    name: str
    ways: tuple[Way, ...]
    accepts: frozenset[Absence] = frozenset()
    of: RecordTest | None = None
    when: Condition | None = None
    unless: Condition | None = None
    given: Condition | None = None
    finding: str | None = None
    """What is found where it is lacking."""
    passes: Tester = dataclasses.field(init=False, repr=False, compare=False)
    is_conditional: bool = dataclasses.field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "passes", compiled(self.of))
        object.__setattr__(self, "is_conditional", self.when is not None or self.unless is not None)

    def is_stated(self, record: Record) -> bool:
        """Say whether a record states the field in one of the ways, or an absence that counts."""
        for way in self.ways:
            if way.states(record):
                return True
        return bool(self.accepts) and any(record.absent.get(way.field) in self.accepts for way in self.ways)


@dataclass(frozen=True, slots=True)
class Content:
    """What must be stated, and what is only noted when it is not."""

    minimum: tuple[Minimum, ...]
    noted: tuple[Minimum, ...] = ()


@dataclass(frozen=True, slots=True)
class Selection:
    """Which records count, and by which of their dates they age (the first that is stated).

    `accepts` are the statements of a whole record that satisfy by themselves, such as `none`.
    """

    kind: RecordKind
    test: RecordTest | None = None
    aged_by: tuple[str, ...] = ("date",)
    accepts: frozenset[Absence] = frozenset()
    current_until: str | None = None
    """The date field after which a record is history and no longer counts."""
    passes: Tester = dataclasses.field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "passes", compiled(self.test))


@dataclass(frozen=True, slots=True)
class One:
    """One record states the whole minimum."""

    of: Selection
    content: Content


@dataclass(frozen=True, slots=True)
class Each:
    """Every record states its minimum; with `newest_within_days`, only those so close to the newest are asked."""

    of: Selection
    content: Content
    newest_within_days: int | None = None


@dataclass(frozen=True, slots=True)
class Together:
    """The records of several kinds, and the case, state the minimum between them; the newest statement counts."""

    content: Content


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest record states the minimum, whatever older ones do.

    Documents of `images` that no record or report is within so many days of count as an examination without its
    report; `report` are the fields of the minimum that only a report states.
    """

    of: Selection
    content: Content
    images: frozenset[str] = frozenset()
    within_days: int = 0
    report: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Earlier:
    """Records before the newest one, on so many different days, their region not known to differ.

    Documents of `images` that no record or report is within so many days of are examinations too.
    """

    of: Selection
    count: int = 1
    images: frozenset[str] = frozenset()
    within_days: int = 0


@dataclass(frozen=True, slots=True)
class Files:
    """A readable file that belongs to the newest record: its date is within so many days of it, or not given.

    `reports` are the kinds of documents that count as records while nothing in them is recorded. With `media` only
    files of these types are whole, such as `dicom`.
    """

    kinds: frozenset[str]
    of: Selection
    reports: frozenset[str]
    within_days: int
    media: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Documents:
    """So many readable documents of these kinds, whether or not anything in them is recorded."""

    kinds: frozenset[str]
    count: int = 1


@dataclass(frozen=True, slots=True)
class Panel:
    """A dated laboratory value of every group; in each, any one of the tests (keys of the test catalogue)."""

    groups: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Series:
    """So many values on different days, with a unit, in one comparable series of one marker and laboratory."""

    values: int


@dataclass(frozen=True, slots=True)
class TestResults:
    """One result of a molecular test states the minimum; a method of `listed_only` counts for listed tests only.

    The list is the disease's. Stains of pathology reports count as results where they are on it.
    """

    __test__ = False  # no test case, whatever pytest thinks of the name

    content: Content
    listed_only: tuple[str, ...]


Need: TypeAlias = One | Each | Together | Newest | Earlier | Files | Documents | Panel | Series | TestResults

Event = Literal["progression", "treatment_change"]


@dataclass(frozen=True, slots=True)
class Flag:
    """A finding that leaves the status as it is: the newest of these dates lies before an event."""

    finding: str
    of: Selection
    before: Event


def fields_of(need: Need) -> tuple[Minimum, ...]:
    """Return the fields that a need asks for, and those that it only notes."""
    if isinstance(need, One | Each | Together | Newest | TestResults):
        return (*need.content.minimum, *need.content.noted)
    return ()
