"""Tests for residual disease held against the limit of the test itself.

Source: clinical.md sections 3 (ALL_CR) and 5.
"""

from datetime import date
from typing import Any, Final

from app.casefile.domain.case_file import CaseFile
from app.records.domain.disease import MrdResult
from app.timeline.domain.computed import Computed, maybe_number
from app.timeline.domain.event import SourceRef
from app.timeline.domain.order import place
from app.timeline.domain.thresholds import RULE_BOOKS

BOOK: Final = RULE_BOOKS["mrd_limit"]


def limit_words(record: MrdResult) -> tuple[str | None, str | None]:
    """Return what a test for residual disease comes to against its own limit and 0.01 %, or what lacks.

    "Negative" holds below the stated limit only, and one less sensitive than 0.01 % is a word of its own.

    Source: clinical.md sections 3 (ALL_CR) and 5.
    """
    book = BOOK["negative_below_percent"]
    limit, value = record.detection_limit_percent, record.value_percent
    is_bound = record.comparator in ("<", "<=")
    is_surely_above = value is not None and record.comparator in (">", ">=") and value >= book
    if value is not None and (record.comparator is None or is_surely_above):
        if limit is not None and value < limit:
            return None, "value_below_the_limit_of_its_test"
        return ("at_or_above_0.01_percent" if value >= book else "below_0.01_percent"), None
    if record.result == "positive":
        return "positive_without_a_number", None
    if record.result in ("indeterminate", "insufficient_sensitivity"):
        return record.result, None
    if record.result == "negative" or is_bound:
        sensitivity = limit if limit is not None else value if is_bound else None
        if sensitivity is None:
            return None, "limit_of_the_test_not_recorded"
        if sensitivity <= book:
            return "negative_below_its_limit", None
        return "negative_insufficient_sensitivity", None
    return None, "no_result_recorded"


def residual_disease_of(case_file: CaseFile, as_of: date) -> Computed | None:
    """Hold each recorded test for residual disease against its own limit; None where there is none."""
    last_day = as_of.toordinal()
    tests = sorted(
        (
            entry
            for entry in case_file.of(MrdResult)
            if entry.record.stated is None
            and (entry.record.result is not None or entry.record.value_percent is not None)
            and (entry.record.date is None or place(entry.record.date).first <= last_day)
        ),
        key=lambda entry: (place(entry.record.date).key if entry.record.date else -1, entry.id),
    )
    if not tests:
        return None
    rows: list[dict[str, Any]] = [
        {
            "record_id": entry.id,
            "date": entry.record.date,
            "method": entry.record.method,
            "reported": entry.record.result,
            "value_percent": maybe_number(entry.record.value_percent),
            "comparator": entry.record.comparator,
            "limit_percent": maybe_number(entry.record.detection_limit_percent),
            "word": word,
            "reason": reason,
        }
        for entry in tests
        for word, reason in (limit_words(entry.record),)
    ]
    return Computed(
        id=BOOK.rule.id,
        title="Residual disease against the limit of its test",
        rule=BOOK.rule,
        result={"word": rows[-1]["word"], "date": rows[-1]["date"], "tests": rows},
        reason=rows[-1]["reason"],
        inputs=(),
        steps=tuple(_step(entry.record) for entry in tests),
        flags=(),
        limits=("Negative means below the limit of this test and says nothing below it.",),
        sources=tuple(SourceRef(record_id=entry.id) for entry in tests),
    )


def _step(record: MrdResult) -> str:
    value = f"{record.comparator or ''}{record.value_percent} %" if record.value_percent is not None else None
    limit = record.detection_limit_percent
    parts = (
        record.method,
        f"reported {record.result.replace('_', ' ')}" if record.result else None,
        value,
        "limit of the test not recorded" if limit is None else f"limit of the test {limit} %",
    )
    return f"{record.date or 'No date'}: {'; '.join(part for part in parts if part)}."
