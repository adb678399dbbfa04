"""Dates that can't be, or that one study carries twice."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from app.casefile.domain.case_file import CaseFile
from app.records.domain.base import Record
from app.records.domain.disease import PathologyReport
from app.records.domain.findings import ImagingStudy
from app.timeline.domain.conflict import Conflict, Side, conflict
from app.timeline.domain.event_kinds import EVENT_KINDS
from app.timeline.domain.measurement import MEASURED, measurements
from app.timeline.domain.order import place
from app.values.dates import certainly_before, days_between

SIGNED_WITHIN_DAYS: Final = 30
_MAY_BE_TO_COME: Final = frozenset({"follow_up_plan"})
_FIELDS: Final[Mapping[type[Record], tuple[str, ...]]] = {
    kind: tuple(name for name in row.placed_by if name not in ("cycle_dates", "ended"))
    for kind, row in EVENT_KINDS.items()
    if row.name not in _MAY_BE_TO_COME and kind not in MEASURED
}


def future_dates(case_file: CaseFile, as_of: date) -> Iterator[Conflict]:
    """Find facts dated after the day of the view."""
    last_day = as_of.toordinal()
    for kind, names in _FIELDS.items():
        for entry in case_file.of(kind):
            for name in names:
                text = getattr(entry.record, name)
                if text and place(text).first > last_day:
                    yield _future(Side(record_id=entry.id, field=name, stated=text, date=text))
                    break
    for text, entries in case_file.once(measurements).by_date.items():
        if text and place(text).first > last_day:
            for result in entries:
                yield _future(Side(record_id=result.id, field="date", stated=text, date=text))
    for document in case_file.documents:
        text = document.body.dated
        if text and place(text).first > last_day:
            yield _future(Side(document_id=document.id, field="dated", stated=text, date=text))


def _future(side: Side) -> Conflict:
    return conflict(
        "date_to_come",
        "medium",
        "A fact is dated after the day of this view.",
        (side,),
        "Is the date right?",
    )


def study_dates(case_file: CaseFile) -> Iterator[Conflict]:
    """Find reports that date their study otherwise than its images, are signed before it, or long after it."""
    for study in case_file.of(ImagingStudy):
        record = study.record
        if record.date and record.report_study_date:
            images, told = place(record.date).when, place(record.report_study_date).when
            if certainly_before(images, told) or certainly_before(told, images):
                yield conflict(
                    "study_date_differs",
                    "medium",
                    "The date of the examination in the report differs from that of the images.",
                    (
                        Side(record_id=study.id, field="date", stated=record.date, date=record.date),
                        Side(
                            record_id=study.id,
                            field="report_study_date",
                            stated=record.report_study_date,
                            date=record.report_study_date,
                        ),
                    ),
                    "Do report and images belong together?",
                )
        yield from _signature(study.id, "date", record.date, "reported_on", record.reported_on)
    for report in case_file.of(PathologyReport):
        taken, signed = report.record.specimen_date, report.record.signed_on
        yield from _signature(report.id, "specimen_date", taken, "signed_on", signed)


def _signature(
    record_id: str, field: str, done: str | None, signed_field: str, signed: str | None
) -> Iterator[Conflict]:
    if not done or not signed:
        return
    sides = (
        Side(record_id=record_id, field=field, stated=done, date=done),
        Side(record_id=record_id, field=signed_field, stated=signed, date=signed),
    )
    days = days_between(place(done).when, place(signed).when)
    if days.max_days is not None and days.max_days < 0:
        yield conflict(
            "signed_before_study",
            "medium",
            "A report is signed before the day of its study.",
            sides,
            "Which of the two dates is right?",
        )
    if days.min_days is not None and days.min_days > SIGNED_WITHIN_DAYS:
        yield conflict(
            "signed_late",
            "info",
            "A report is signed more than 30 days after its study.",
            sides,
            "Is this an addendum, or is one of the dates wrong?",
        )
