"""Questions on how deep a statement reaches: negative below which limit, no evidence by which tests.

Source: clinical.md section 5 and S7: negative holds below the limit of its test; none found by the tests used.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from app.casefile.domain.case_file import CaseFile
from app.casefile.domain.disease import possible_groups
from app.records.domain.base import Absence
from app.records.domain.disease import MrdResult
from app.timeline.domain.status_model import Code, ReportedStatus
from app.timeline.domain.thresholds import RULE_BOOKS

_NEGATIVE: Final = frozenset({"negative", "undetectable", "not detected", "mrd negative"})
_NO_EVIDENCE: Final = frozenset({"ned", "no evidence of disease"})
_LYMPHOBLASTIC: Final = frozenset({"acute_lymphoblastic_leukaemia"})


def depth_questions(case_file: CaseFile, status: ReportedStatus) -> Iterator[tuple[Code, str]]:
    """Yield what to ask of one statement; its recorded word is kept whatever the answer."""
    value = (status.value or "").casefold()
    if status.axis == "mrd" and value in _NEGATIVE and status.certainty != "refuted":
        limit = _limit(case_file, status)
        if limit is None:
            yield (
                "negative_without_limit",
                "The word “negative” is used, and no detection limit is recorded: below which limit?",
            )
        elif limit > RULE_BOOKS["mrd_limit"]["negative_below_percent"] and (
            possible_groups(case_file) == _LYMPHOBLASTIC
        ):
            yield (
                "negative_of_an_insensitive_test",
                f"The word “negative” is used of a test with a limit of {limit} %: is a more sensitive test known?",
            )
    has_tests = bool(status.facts.get("tests")) or status.facts.get("absent", {}).get("tests") == Absence.NONE
    if status.axis == "remission" and value in _NO_EVIDENCE and not has_tests:
        yield (
            "no_evidence_without_tests",
            "No evidence of disease is stated, and the tests that it rests on are not: which tests, and when?",
        )


def _limit(case_file: CaseFile, status: ReportedStatus) -> Decimal | None:
    """Return the limit of the test itself; of a statement on it, the widest of the tests it names or of its day."""
    if status.kind == "mrd_result":
        limit = status.facts.get("detection_limit_percent")
        bound = status.facts.get("value_percent") if status.facts.get("comparator") in ("<", "<=") else None
        return limit if limit is not None else bound
    named = status.facts.get("evidence_ids", ())
    text = status.date.text if status.date else None
    limits = [
        entry.record.detection_limit_percent
        for entry in case_file.of(MrdResult)
        if entry.record.detection_limit_percent is not None
        and (entry.id in named or (text is not None and entry.record.date == text))
    ]
    return max(limits, default=None)
