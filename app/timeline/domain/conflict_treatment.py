"""Treatments that can't have been as recorded, or that stand beside what they don't go with."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from app.casefile.domain.case_file import CaseFile, Entry
from app.records.domain.course import Treatment
from app.records.domain.disease import Diagnosis, PathologyReport, Stage
from app.records.domain.statements import DiseaseStatus
from app.timeline.domain.biopsies import is_biopsy
from app.timeline.domain.conflict import Conflict, Side, conflict
from app.timeline.domain.drugs import EQUIVALENT, drugs_of
from app.timeline.domain.lines import SAME_REGIMEN_DAYS, started_on
from app.timeline.domain.order import Placed, place

BEFORE_NEEDS_A_DIAGNOSIS: Final = frozenset({"systemic", "radiation"})
GOES_WITH_REMISSION: Final = frozenset({"maintenance", "consolidation", "adjuvant"})
_ENDS_REMISSION: Final = frozenset({"progression", "return"})
_NO_REMISSION: Final = frozenset({"residual disease"})


def overlaps(case_file: CaseFile, as_of: date) -> Iterator[Conflict]:
    """Find courses that overlap by more than four weeks, of one drug or both of several drugs."""
    last_day = as_of.toordinal()
    courses = sorted(
        (
            (place(text), entry)
            for entry in case_file.of(Treatment)
            if entry.record.category == "systemic" and (text := started_on(entry.record))
        ),
        key=lambda one: (one[0].key, one[1].id),
    )
    reaching: dict[str, tuple[int, Entry[Treatment]]] = {}
    for start, entry in courses:
        end = _certain_end(entry.record, last_day)
        named = {EQUIVALENT.get(drug, drug) for drug in drugs_of(entry.record)}
        keys = named | ({"several drugs"} if len(named) > 1 else set())
        clashes = {
            before.id: before
            for key in sorted(keys)
            if key in reaching
            for before_end, before in [reaching[key]]
            if min(before_end, end) - start.last > SAME_REGIMEN_DAYS
        }
        for before in clashes.values():
            yield conflict(
                "treatments_overlap",
                "high",
                "Two courses of systemic treatment overlap in a way that they can't both have been given.",
                (_side(before, "started"), _side(entry, "started")),
                "Which dates hold, or is one course recorded twice?",
            )
        for key in keys:
            if key not in reaching or reaching[key][0] < end:
                reaching[key] = (end, entry)


def _certain_end(treatment: Treatment, last_day: int) -> int:
    """Return the last day on which a course surely still ran, as a day number."""
    if treatment.ended:
        return place(treatment.ended).first
    if treatment.ongoing:
        return last_day
    return max((place(text).first for text in treatment.cycle_dates), default=0)


def after_the_end(case_file: CaseFile) -> Iterator[Conflict]:
    """Find cycles after the recorded end, an end before the start, and treatment after death."""
    deceased = case_file.case.body.patient.deceased
    for entry in case_file.of(Treatment):
        start, end = started_on(entry.record), entry.record.ended
        if end and start and place(start).first > place(end).last:
            yield conflict(
                "treatment_ends_before_it_starts",
                "high",
                "A treatment ends before it starts.",
                (_side(entry, "started", start), _side(entry, "ended", end)),
                "Which of the two dates is right?",
            )
        late = next(
            (text for text in entry.record.cycle_dates if end and place(text).first > place(end).last), None
        )
        if late and end:
            yield conflict(
                "treatment_after_stop",
                "high",
                "A cycle is dated after the end of its treatment.",
                (_side(entry, "ended", end), _side(entry, "cycle_dates", late)),
                "Did the treatment go on, or is one of the dates wrong?",
            )
        if deceased and start and place(start).first > place(deceased).last:
            yield conflict(
                "treatment_after_death",
                "high",
                "A treatment is dated after the recorded death.",
                (Side(field="deceased", stated=deceased), _side(entry, "started", start)),
                "Which of the two dates is right, and is this record of the same patient?",
            )


def before_diagnosis(case_file: CaseFile) -> Iterator[Conflict]:
    """Find systemic or radiation treatment that surely starts before any diagnosis, biopsy or resection."""
    proofs: list[tuple[Placed, Side]] = [
        (place(entry.record.date), _diagnosis_side(entry))
        for entry in case_file.of(Diagnosis)
        if entry.record.date
    ]
    for report in case_file.of(PathologyReport):
        text = report.record.specimen_date or report.record.date
        if text:
            proofs.append(
                (place(text), Side(record_id=report.id, field="specimen_date", stated=text, date=text))
            )
    for entry in case_file.of(Treatment):
        text = started_on(entry.record)
        if text and (entry.record.category == "surgery" or is_biopsy(entry.record)):
            proofs.append((place(text), _side(entry, "started", text)))
    if not proofs:
        return
    earliest, proof = min(proofs, key=lambda one: (one[0].key, one[1].record_id or ""))
    for entry in case_file.of(Treatment):
        text = started_on(entry.record)
        if entry.record.category in BEFORE_NEEDS_A_DIAGNOSIS and text and place(text).last < earliest.first:
            yield conflict(
                "treatment_before_diagnosis",
                "medium",
                "A treatment starts before the earliest recorded diagnosis, biopsy or resection.",
                (proof, _side(entry, "started", text)),
                "Is an earlier diagnosis lacking, or is one of the dates wrong?",
                about=(entry.id,),
            )


def intents(case_file: CaseFile) -> Iterator[Conflict]:
    """Ask about treatment recorded as curative that begins once distant spread is recorded."""
    spread = min(_spread(case_file), key=lambda one: (one[0].key, one[1].record_id or ""), default=None)
    if spread is None:
        return
    since, side = spread
    for entry in case_file.of(Treatment):
        text = started_on(entry.record)
        if entry.record.intent == "curative" and text and place(text).last >= since.first:
            yield conflict(
                "curative_and_metastatic",
                "ask",
                "A treatment is recorded as “curative” while distant spread is recorded.",
                (side, _side(entry, "intent")),
                "Is the intent of this treatment recorded as it was meant?",
                about=(entry.id,),
            )


def _spread(case_file: CaseFile) -> Iterator[tuple[Placed, Side]]:
    for entry in case_file.of(Diagnosis):
        if entry.record.date and (entry.record.metastatic or entry.record.tumour == "metastasis"):
            yield place(entry.record.date), _diagnosis_side(entry)
    for stage in case_file.of(Stage):
        record = stage.record
        m = (record.m or "").casefold().lstrip("cpyr ")
        if record.date and (record.extent == "distant" or m.startswith("m1")):
            said = record.m or record.extent or ""
            yield place(record.date), Side(record_id=stage.id, field="m", stated=said, date=record.date)


def remission_under_treatment(case_file: CaseFile, as_of: date) -> Iterator[Conflict]:
    """Ask about treatment that goes on after a statement of remission, where it is no maintenance."""
    said = sorted(
        (
            (place(entry.record.date), entry)
            for entry in case_file.of(DiseaseStatus)
            if entry.record.date
            and entry.record.certainty != "refuted"
            and entry.record.axis in {"remission", *_ENDS_REMISSION}
            and place(entry.record.date).first <= as_of.toordinal()
        ),
        key=lambda one: (one[0].key, one[1].id),
    )
    if not said:
        return
    when, status = said[-1]
    if status.record.axis != "remission" or (status.record.value or "").casefold() in _NO_REMISSION:
        return
    for entry in case_file.of(Treatment):
        record, text = entry.record, started_on(entry.record)
        if (
            record.category == "systemic"
            and record.ongoing
            and record.setting not in GOES_WITH_REMISSION
            and (text is None or place(text).first <= when.last)
        ):
            yield conflict(
                "remission_under_treatment",
                "ask",
                "Remission is stated while a treatment goes on.",
                (
                    Side(
                        record_id=status.id,
                        field="value",
                        stated=status.record.value or status.record.axis,
                        date=status.record.date,
                    ),
                    _side(entry, "ongoing", "ongoing"),
                ),
                "Is this treatment maintenance?",
            )


def _diagnosis_side(entry: Entry[Diagnosis]) -> Side:
    record = entry.record
    sites = ", ".join(record.metastatic_sites)
    return Side(
        record_id=entry.id, field="diagnosis", stated=sites or record.site or record.tumour, date=record.date
    )


def _side(entry: Entry[Treatment], field: str, stated: str | None = None) -> Side:
    text = stated if stated is not None else str(getattr(entry.record, field) or started_on(entry.record))
    return Side(record_id=entry.id, field=field, stated=text, date=started_on(entry.record))
