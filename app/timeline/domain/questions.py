"""Questions for the oncologist: each with what raises it and its words.

Source: clinical.md section 4, "Questions for the oncologist".
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.casefile.domain.case_file import CaseFile
from app.cases.domain import has_died
from app.timeline.domain import question_triggers as triggers
from app.timeline.domain.computed import Computed, Rule
from app.timeline.domain.event import SourceRef
from app.timeline.domain.question_triggers import Raised, Reported, Seen, see
from app.timeline.domain.series import MarkerSeries

QUESTIONS: Final = Rule(
    id="questions", version="1.0.0", source="clinical.md section 4, questions for the oncologist"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question; `concerns` names the tests, sites or treatments, in recorded words, that it is about."""

    id: str
    wording: str
    concerns: tuple[str, ...]
    sources: tuple[SourceRef, ...]
    rule: Rule = QUESTIONS


_ROWS: Final[tuple[tuple[str, Callable[[Seen], Raised | None], str], ...]] = (
    ("confirmed", triggers.change_not_confirmed, "Has the change been confirmed, and is biopsy useful?"),
    ("molecular_missing", triggers.molecular_missing, "Has this testing been done, or would it help?"),
    ("old_specimen", triggers.specimen_before_change, "Would repeat molecular testing alter options?"),
    ("mixed", triggers.lesions_differ, "Which sites changed, and does one need separate review?"),
    ("immunotherapy", triggers.growth_under_immunotherapy, "Would repeat imaging clarify?"),
    ("marker_alone", triggers.marker_rises_alone, "How does it fit scans and symptoms?"),
    ("stop_reason", triggers.ended_without_reason, "Why was treatment stopped?"),
    ("return_type", triggers.return_not_described, "Local, regional or distant; suspected or confirmed?"),
    ("supportive_care", triggers.symptoms_worsen, "What supportive care now?"),
    ("coordinator", triggers.nobody_coordinates, "Who coordinates follow-up?"),
    ("goal", triggers.aim_not_stated, "What is the next step trying to achieve?"),
)

OF_THE_PAST: Final = frozenset({"marker_alone", "stop_reason", "return_type"})
"""Questions on what was; the others ask what to do next, which is not asked once the patient is recorded as dead."""


def questions_for(
    case_file: CaseFile,
    as_of: date,
    report_items: Mapping[str, Reported],
    *,
    tests: Sequence[str] = (),
    series: Sequence[MarkerSeries] | None = None,
    computed: Sequence[Computed] | None = None,
) -> tuple[Question, ...]:
    """Return the questions that a case raises on a day, in the order of the table.

    `report_items` gives of each checklist item whether it is active, its requirement and its status; `tests`
    names the molecular tests of the disease. Pass `series` and `computed` of that day where they are built.
    """
    seen = see(case_file, as_of, report_items, tests=tests, series=series, computed=computed)
    is_dead = has_died(case_file.case.body.patient, as_of)
    return tuple(
        Question(
            id=question_id,
            wording=wording,
            concerns=raised.concerns,
            sources=tuple(SourceRef(record_id=record_id) for record_id in raised.record_ids),
        )
        for question_id, trigger, wording in _ROWS
        if (question_id in OF_THE_PAST or not is_dead) and (raised := trigger(seen)) is not None
    )
