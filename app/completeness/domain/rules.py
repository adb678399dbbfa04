"""The rule language: a closed set of small typed values that checklists are written in.

A checklist asks tests of one record (`record_tests.py`, true or false), conditions of the whole case (here: true,
false or undecided) and needs (`needs.py`: what must be there, and what it must state). docs/checklists.md shows
each as it is written in a file.
"""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from app.completeness.domain.record_tests import AllOf, AnyOf, Not, RecordTest, Tester, compiled
from app.records.domain.kinds import AnyRecord

RecordKind: TypeAlias = type[AnyRecord]


@dataclass(frozen=True, slots=True)
class DiseaseIn:
    """The disease is of one of these groups; undecided while several are possible."""

    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class DiseaseHas:
    """The disease has markers, or a list of molecular tests; undecided while it is not known."""

    what: Literal["markers", "molecular"]


@dataclass(frozen=True, slots=True)
class Advanced:
    """The disease is advanced, metastatic or recurrent; undecided where the records are silent."""


@dataclass(frozen=True, slots=True)
class _OfKind:
    """Asks of the records of a kind that pass a test; of all of them where there is none."""

    kind: RecordKind
    test: RecordTest | None = None
    passes: Tester = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "passes", compiled(self.test))


@dataclass(frozen=True, slots=True)
class HasRecord(_OfKind):
    """A record of the kind is there, and passes the test; never undecided."""


@dataclass(frozen=True, slots=True)
class HasDocument:
    """A document of one of the kinds is there; never undecided."""

    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class HasValue:
    """A value of one of these markers or laboratory tests (keys of the catalogues) is there; never undecided."""

    tests: frozenset[str]


@dataclass(frozen=True, slots=True)
class StatedNone(_OfKind):
    """A record of the kind says that there is none, and no record names one; never undecided."""


@dataclass(frozen=True, slots=True)
class Known(_OfKind):
    """True where a record names one, false where the newest statement is that there is none, else undecided."""


@dataclass(frozen=True, slots=True)
class Says:
    """The newest record that states the field gives it one of these values; undecided where none states it."""

    kind: RecordKind
    field: str
    values: tuple[str | bool, ...]


@dataclass(frozen=True, slots=True)
class YoungerAtDiagnosis:
    """The patient was younger than so many years when the first primary tumour was found."""

    years: int


@dataclass(frozen=True, slots=True)
class Died:
    """The patient is recorded as having died; undecided where nobody says."""


@dataclass(frozen=True, slots=True)
class TreatmentOver:
    """The last treatment that passes the test ended at least so many days ago."""

    days: int
    test: RecordTest | None = None
    passes: Tester = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "passes", compiled(self.test))


AboutDisease: TypeAlias = DiseaseIn | DiseaseHas | Advanced | YoungerAtDiagnosis | Died | TreatmentOver
AboutRecords: TypeAlias = HasRecord | HasDocument | HasValue | StatedNone | Known | Says
Condition: TypeAlias = (
    AboutDisease | AboutRecords | AllOf["Condition"] | AnyOf["Condition"] | Not["Condition"]
)
