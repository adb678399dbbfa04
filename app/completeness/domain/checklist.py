"""A checklist of one version: items, each with its rule, its reason and its source."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from app.completeness.domain.needs import Flag, Minimum, Need, fields_of
from app.completeness.domain.report import ChecklistRef, Requirement, Status
from app.completeness.domain.rules import Condition


@dataclass(frozen=True, slots=True)
class Papers:
    """Documents that satisfy an item while nothing in them is recorded, and how many it takes."""

    kinds: frozenset[str]
    count: int = 1


@dataclass(frozen=True, slots=True)
class MaxAge:
    """For how many days evidence counts as current, and where another limit holds (the first that applies)."""

    days: int
    cases: tuple[tuple[Condition, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Raise:
    """A finding on an item of one of these statuses in cases where the condition holds."""

    finding: str
    on: frozenset[Status]
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class ItemRule:
    """One item of a checklist.

    `when` must hold for the item to be asked; where it is undecided the item is `unknown`. `unless` takes the item
    out only where it certainly holds. `required_when` makes a recommended item required.
    """

    key: str
    label: str
    requirement: Requirement
    need: Need
    papers: Papers | None
    max_age: MaxAge | None
    when: Condition | None
    unless: Condition | None
    required_when: Condition | None
    flags: tuple[Flag, ...]
    raises: tuple[Raise, ...]
    why: str
    actions: Mapping[str, str]
    """Next action by status or finding, in plain words."""
    source: str
    owner: ChecklistRef | None = None
    """The profile that the item is of, where it is not the checklist's own."""
    tightened_by: str | None = None
    """The profile, as `id@version`, that asks more of the item than the checklist does."""
    telling: tuple[Minimum, ...] = field(init=False, repr=False, compare=False)
    """Fields of the need that raise a finding where they are lacking."""

    def __post_init__(self) -> None:
        telling = tuple(one for one in fields_of(self.need) if one.finding is not None)
        object.__setattr__(self, "telling", telling)


@dataclass(frozen=True, slots=True)
class ListedTest:
    """One test of a disease: any of these names (keys of the catalogue, or names of its own) is the test.

    `optional` tests count when found and are not missed when not; `when` limits a test to some cases.
    """

    label: str
    names: frozenset[str]
    optional: bool = False
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something that a disease makes worth having on an item, noted there unless it is found in the case."""

    item: str
    name: str
    found: Condition
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class DiseaseRules:
    """What a disease adds: markers that follow it (keys of the catalogue), molecular tests, and what else is wanted."""

    markers: tuple[str, ...] = ()
    molecular: tuple[ListedTest, ...] = ()
    wanted: tuple[Wanted, ...] = ()


@dataclass(frozen=True, slots=True)
class Destination:
    """Who reads the case where it is sent, and what is asked there of every paper."""

    languages: frozenset[str] = frozenset()
    """Languages read there, without script and region; empty leaves it to the case."""
    wants_certified: bool = False
    """A translation counts only where it is stated to be certified."""
    wants_identity: bool = False
    """Name and birth date stand on every paper as on the identity document."""


@dataclass(frozen=True, slots=True)
class Checklist:
    """One version of one review's checklist; never changed, a change is a new version."""

    id: str
    version: str
    sha256: str
    label: str
    source: str
    items: tuple[ItemRule, ...]
    diseases: Mapping[str, DiseaseRules]
    regions: Mapping[str, str]
    """Words of body regions, each with the region that it names."""
    destination: Destination = Destination()

    @property
    def ref(self) -> ChecklistRef:
        """Name this exact checklist."""
        return ChecklistRef(id=self.id, version=self.version, sha256=self.sha256)


STATUSES: Final[tuple[Status, ...]] = (
    "waived",
    "not_applicable",
    "unknown",
    "missing",
    "partial",
    "stale",
    "present",
)
"""In order of precedence: an item has the first that applies. Source: clinical.md section 1.2, Status."""
