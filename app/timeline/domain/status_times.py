"""Time since a remission that was stated, and from it to a return: arithmetic on the dates of statements, and no more.

Source: clinical.md section 5: of remission and return the service computes elapsed time only.
"""

from datetime import date
from typing import Any, Final

from app.casefile.domain.case_file import CaseFile
from app.records.domain.statements import DiseaseStatus
from app.timeline.domain.computed import Computed, Rule
from app.timeline.domain.event import SourceRef
from app.timeline.domain.status_model import is_no_evidence
from app.values.dates import PartialDate, age_days, certainly_before, days_between, is_future, sort_key

STATUS_TIMES: Final = Rule(
    id="days_since_stated_remission",
    version="1.0.0",
    source="clinical.md section 5: elapsed time of remission, and the interval to a return",
)
LIMITS: Final = (
    "Counts between the dates of statements; when the disease changed is not known from them.",
    "A statement elsewhere would change it.",
)
_NO_REMISSION: Final = frozenset({"residual disease"})


def status_times_of(case_file: CaseFile, as_of: date) -> Computed | None:
    """Count the days since the newest stated remission, or from it to the first return stated after it.

    None where no dated remission is stated. Fewest and most days, since dates may be coarser than a day.
    """
    dated = sorted(
        (
            (when, entry)
            for entry in case_file.of(DiseaseStatus)
            if entry.record.date and entry.record.certainty != "refuted" and entry.record.stated is None
            for when in (PartialDate.parse(entry.record.date),)
            if not is_future(when, as_of)
        ),
        key=lambda one: (sort_key(one[0]), one[1].id),
    )
    remissions = [one for one in dated if _is_remission(one[1].record)]
    if not remissions:
        return None
    since, newest = remissions[-1]
    after = [
        one
        for one in dated
        if one[1].record.axis in ("return", "progression") and certainly_before(since, one[0])
    ]
    until, first = after[0] if after else (PartialDate.of_day(as_of), None)
    least, most = (days_between(since, until) if first else age_days(since, as_of)) or (None, None)
    result: dict[str, Any] = {
        "remission": since.text,
        "value": newest.record.value,
        "until": first.record.date if first else None,
        "until_axis": first.record.axis if first else None,
        "fewest_days": least,
        "most_days": most,
    }
    return Computed(
        id=STATUS_TIMES.id,
        title="Days since the newest stated remission",
        rule=STATUS_TIMES,
        result=result,
        reason=None,
        inputs=tuple(
            {"record_id": one.id, "date": one.record.date, "axis": one.record.axis}
            for one in (newest, first)
            if one is not None
        ),
        steps=(f"{since.text} to {until.text}: {_span(least, most)}.",),
        flags=(),
        limits=LIMITS,
        sources=tuple(SourceRef(record_id=one.id) for one in (newest, first) if one is not None),
    )


def _is_remission(record: DiseaseStatus) -> bool:
    """Tell whether a statement is of remission; no evidence of disease is not turned into one."""
    value = (record.value or "").casefold()
    is_named = record.axis == "remission" and value not in _NO_REMISSION and not is_no_evidence(value)
    return is_named or (record.axis == "response" and value == "cr")


def _span(least: int | None, most: int | None) -> str:
    if least == most:
        return f"{least} days"
    return f"{least} to {'more' if most is None else most} days"
