"""What a statement on the state of the disease is, and a question about one of its terms.

Source: clinical.md section 5.
"""

from dataclasses import dataclass
from typing import Any, Final, Literal

from app.timeline.domain.computed import Rule
from app.timeline.domain.event import EventDate, SourceRef

TERMS: Final = Rule(
    id="status_terms",
    version="1.1.0",
    source="clinical.md section 5: relapse follows remission, progression follows treatment, negative holds below the "
    "limit of its test, no evidence of disease is by the tests used (S7)",
)

By = Literal["clinician", "patient_reported", "other"]
Code = Literal[
    "relapse_without_remission",
    "progression_without_treatment",
    "progression_after_remission",
    "negative_without_limit",
    "negative_of_an_insensitive_test",
    "no_evidence_without_tests",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedStatus:
    """One statement on the state of the disease, in the words of whoever made it.

    `value` is the word of its axis as recorded and `words` the statement verbatim, `facts` everything else that
    its record states. `by` tells clinicians from patients and caregivers and from everybody else.
    """

    id: str
    kind: Literal["disease_status", "imaging_study", "treatment", "mrd_result"]
    axis: str
    value: str | None
    certainty: str | None
    words: str | None
    asserted_by: str | None
    author: str | None
    by: By
    date: EventDate | None
    facts: dict[str, Any]
    sources: tuple[SourceRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermQuestion:
    """A term that its records don't bear out: a question, with the recorded word kept."""

    id: str
    code: Code
    term: str
    question: str
    sources: tuple[SourceRef, ...]
    rule: Rule = TERMS


def is_no_evidence(value: str | None) -> bool:
    """Tell whether a status says that no evidence of disease was found, which is not the word remission."""
    return (value or "").casefold() in {"ned", "no evidence of disease"}
