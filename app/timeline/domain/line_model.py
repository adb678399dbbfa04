"""What a line of therapy is, and what two rules of it are shared: when a treatment began, and what asserts a change.

Source: clinical.md section 4, "Lines" (PMC8548977, Saini 2021, IMWG 2011).
"""

from dataclasses import dataclass
from typing import Final, Literal

from app.records.domain.course import Treatment
from app.records.domain.statements import DiseaseStatus
from app.timeline.domain.computed import Rule
from app.timeline.domain.order import place

LINES: Final = Rule(
    id="lines_of_therapy",
    version="1.1.0",
    source="clinical.md section 4: PMC8548977 and its reference code; Saini 2021; IMWG 2011; the drugs of switch "
    "maintenance after platinum, and their 90 days, are partly general knowledge",
)
Confidence = Literal["stated", "moderate", "low"]
Role = Literal["regimen", "maintenance", "consolidation", "conditioning", "transplant", "maintenance_by_rule"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A treatment of a line and its place in it: as recorded, or maintenance by the rule of exchanged drugs."""

    record_id: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """Something that followed a line before the next one: what it is, which record says so, and when."""

    what: Literal["progression", "return", "surgery", "radiation", "local_ablation", "procedure", "next_line"]
    record_id: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of therapy.

    `basis` says whether a clinician stated its number. `confidence` of a suggested line is low where no
    progression is recorded before it or a date that it needs is lacking; `reasons` are the codes of why.
    `intent` is curative or palliative where its treatments say so.
    """

    number: int
    basis: Literal["stated", "suggested"]
    confidence: Confidence
    reasons: tuple[str, ...]
    treatments: tuple[str, ...]
    drugs: tuple[str, ...]
    started: str | None
    ended: str | None
    ongoing: bool
    intent: Literal["curative", "palliative", "mixed"] | None
    members: tuple[Member, ...] = ()
    during: tuple[Following, ...] = ()
    """Operations and radiation between its first and its last day."""
    followed_by: tuple[Following, ...] = ()
    """What followed its last day: progression or return as stated, operations, radiation, the next line."""
    rule: Rule = LINES


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The lines in order, and how many were of which intent (Saini 2021: curative + palliative)."""

    lines: tuple[Line, ...]
    undated: tuple[str, ...]
    """Treatments that would belong to a line and have no start."""

    @property
    def current(self) -> Line | None:
        """The newest line."""
        return self.lines[-1] if self.lines else None

    def count(self, intent: str | None) -> int:
        """Count the lines of one intent, or of none stated."""
        return sum(line.intent == intent for line in self.lines)


def started_on(treatment: Treatment) -> str | None:
    """Return the first day of a treatment as written, from its first cycle where the start is silent."""
    if treatment.started:
        return treatment.started
    if treatment.cycle_dates:
        return min(treatment.cycle_dates, key=lambda text: (place(text).key, text))
    return treatment.date


def says_change_for_worse(status: DiseaseStatus) -> bool:
    """Tell whether a statement asserts progression or return, and does not refute it."""
    if status.certainty == "refuted":
        return False
    return status.axis in ("progression", "return") or (status.axis == "response" and status.value == "PD")
