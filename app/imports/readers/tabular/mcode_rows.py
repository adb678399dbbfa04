"""What each row of the mCODE extraction framework's tables says."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

import msgspec

from app.imports.domain.facts import (
    Medicine,
    Procedure,
    medicine_record,
    procedure_record,
)
from app.imports.domain.fitting import text, word
from app.imports.domain.measured import Measurement, interpretation_of, result_record
from app.imports.readers.tabular.mcode import PREFIX, RULES, Line, found, named, side_of, site_of
from app.imports.readers.tabular.mcode_disease import read_condition, read_staging, read_status
from app.imports.readers.tabular.table import Table
from app.records.domain.base import Coding
from app.records.domain.course import Admission, Symptom, Treatment
from app.records.domain.statements import Opinion

_CANCELLED: Final = frozenset({"cancelled", "planned", "entered-in-error", "noshow", "proposed"})
_WITHDRAWN: Final = "entered-in-error"
_NOT_DONE: Final = frozenset({"not-done", "draft", "proposal", "plan", "preparation"})
_ENDED: Final = frozenset({"completed", "stopped"})
_NOTHING: Final = "Nothing needs to be done."
_LARGEST_GRADE: Final = 5


def read_mcode(table: Table) -> None:
    """Read one of the framework's tables."""
    reader = _READERS[table.layout.kind.removeprefix(PREFIX)]
    for row in table.usable_rows():
        line = Line(table, row)
        if line.text("verificationStatus") == _WITHDRAWN or line.text("status") == _WITHDRAWN:
            line.skip("The row was entered in error.", _NOTHING)
        else:
            reader(line)


def _procedure(line: Line) -> None:
    status = line.text("status")
    if status in _NOT_DONE:
        line.skip("The procedure was not carried out.", _NOTHING)
        return
    date = line.day("effectiveDate", is_needed=True)
    fact = Procedure(
        name=line.text("displayName"),
        codes=line.codes(line.coding("code", "codeSystem", "displayName")),
        started=date,
        ongoing=True if status == "in-progress" else None,
        site_codes=site_of(line),
        laterality=side_of(line),
        external_id=line.text("procedureId"),
        note=_reason(line, "reasonDisplayName"),
    )
    record = procedure_record(fact, "tabular", line.remarks)
    if record is not None:
        record = msgspec.structs.replace(record, intent=line.of("intents", "treatmentIntent"))
    found(line, record, "procedure", line.text("procedureId") or f"{line.text('code')} {date}")


def _reason(line: Line, column: str) -> str | None:
    said = line.text(column)
    return f"Reason: {said}" if said else None


def _administration(line: Line) -> None:
    status = line.text("status")
    if status in _NOT_DONE:
        line.skip("The medicine was not given.", _NOTHING)
        return
    started, ended = line.day("startDate"), line.day("endDate")
    _medicine(line, line.text("medicationId"), started, ended, status)


def _request(line: Line) -> None:
    intent = line.text("intent")
    if intent in _NOT_DONE or line.text("status") in {"cancelled", "draft"}:
        line.skip("The medicine is proposed or planned, and not ordered.", "Send the order once it is made.")
        return
    _medicine(line, line.text("requestId"), line.day("authoredOn"), None, line.text("status"))


def _medicine(
    line: Line, own_id: str | None, started: str | None, ended: str | None, status: str | None
) -> None:
    dose = " ".join(filter(None, (line.text("doseQuantityValue"), line.text("doseQuantityUnit"))))
    is_request = line.table.layout.kind == f"{PREFIX}request"
    medicine = Medicine(
        name=line.text("displayText"),
        codes=line.codes(line.coding("code", "codeSystem", "displayText")),
        date=started if is_request else None,
        dose=dose or None,
        frequency=line.text("timingCode"),
        started=None if is_request else started,
        ended=ended,
        ongoing=True if status in {"in-progress", "active"} and ended is None else None,
        reason=line.text("treatmentReasonDisplayText"),
        external_id=own_id,
        note=_status_note(status),
    )
    record = medicine_record(medicine, "tabular", line.remarks)
    intent = line.of("intents", "treatmentIntent") or line.of("intents", "procedureIntent")
    if isinstance(record, Treatment):
        record = msgspec.structs.replace(record, intent=intent)
    found(line, record, "medicine", own_id or f"{line.text('code')} {started}")


def _status_note(status: str | None) -> str | None:
    return (
        f"Status: {status}."
        if status and status not in _ENDED | {"active", "in-progress", "unknown"}
        else None
    )


def _observation(line: Line) -> None:
    date = line.day("effectiveDate", is_needed=True)
    said, system = line.text("value"), line.text("valueCodeSystem")
    value: Decimal | None = None
    unit = words = None
    codes: tuple[Coding, ...] = ()
    if said and system:
        codes = line.codes(line.coding("value", "valueCodeSystem"))
        words = interpretation_of(None, codes) or said
    elif said:
        number, _, unit = said.partition(" ")
        read = line.table.decimals.read(number)
        value, words = read.number, None if read.number is not None else said
        if read.is_ambiguous:
            line.problems.append(("The value can be two numbers.", "Say `decimal` as `,` or `.`."))
    code = line.coding("code", "codeSystem", "displayName")
    test = Measurement(
        name=line.text("displayName") or (code.code if code else ""),
        codes=line.codes(code),
        value=value,
        value_text=words,
        value_codes=codes,
        unit=((unit or "").strip("[] ") and unit) or None,
        date=date,
        external_id=line.text("observationId"),
        note=_status_note(line.text("status") if line.text("status") != "final" else None),
    )
    record = result_record(test, "tabular", line.remarks)
    found(line, record, "observation", line.text("observationId") or f"{line.text('code')} {date}")


def _adverse_event(line: Line) -> None:
    date = line.day("effectiveDate", is_needed=True)
    if line.text("actuality") == "potential":
        line.skip("The event could have happened and did not.", _NOTHING)
        return
    code = line.coding("adverseEventCode", "adverseEventCodeSystem", "adverseEventDisplayText")
    grade = int(line.text("grade") or 0) if (line.text("grade") or "").isdecimal() else 0
    ended = line.day("resolvedDate")
    what = line.text("adverseEventDisplayText") or line.text("adverseEventText")
    record = Symptom(
        kind="symptom",
        date=date,
        symptom=word(what, line.remarks, "adverseEventDisplayText"),
        onset=date,
        severity=named(RULES["severities"], line.text("severity")),
        grade=grade if 1 <= grade <= _LARGEST_GRADE else None,
        trend="resolved" if ended else None,
        words=text(line.text("adverseEventText"), line.remarks, "adverseEventText"),
        codes=line.codes(code),
        origin="tabular",
        external_id=word(line.text("adverseEventId"), line.remarks, "adverseEventId"),
        note=_event_note(line, ended),
    )
    own_id = line.text("adverseEventId") or f"{line.text('adverseEventCode')} {date}"
    if record.symptom is None and record.codes:
        record = msgspec.structs.replace(record, symptom=f"Adverse event {record.codes[0].code}")
    found(
        line,
        record if record.symptom else None,
        "adverse_event",
        own_id,
    )


def _event_note(line: Line, ended: str | None) -> str:
    said = ["Reported as an adverse event."]
    if line.text("seriousness"):
        said.append(f"Seriousness: {line.text('seriousnessDisplayText') or line.text('seriousness')}.")
    if ended:
        said.append(f"Resolved: {ended}.")
    return " ".join(said)


def _encounter(line: Line) -> None:
    started, ended = line.day("startDate"), line.day("endDate")
    kind = RULES["stays"].get(line.text("classCode") or "")
    if line.text("status") in _CANCELLED:
        line.skip("The encounter did not take place, or not yet.", _NOTHING)
    elif kind is None:
        line.skip("The encounter is a visit and no stay in hospital.", _NOTHING)
    else:
        record = Admission(
            kind="admission",
            date=started,
            started=started,
            ended=ended,
            emergency=True if kind == "emergency" else None,
            codes=line.codes(line.coding("typeCode", "typeSystem")),
            origin="tabular",
            external_id=word(line.text("encounterId"), line.remarks, "encounterId"),
        )
        found(line, record if started or ended else None, "encounter", line.text("encounterId") or started)


def _plan_change(line: Line) -> None:
    date = line.day("dateOfCarePlan", is_needed=True)
    changed = (line.text("changed") or "").casefold()
    if changed not in {"true", "false"}:
        line.problems.append(("`changed` is neither true nor false.", "Write true or false."))
    reason = line.text("reasonDisplayText") or line.text("reasonCode")
    said = "Treatment plan changed." if changed == "true" else "Treatment plan not changed."
    plan = f"{said} Reason: {reason}" if reason else said
    record = Opinion(
        kind="opinion",
        date=date,
        plan=text(plan, line.remarks, "reasonDisplayText"),
        codes=line.codes(line.coding("reasonCode", None, "reasonDisplayText")),
        origin="tabular",
    )
    found(line, record, "plan_change", date)


def _patient(line: Line) -> None:
    line.skip("The row names a patient, and no fact.", _NOTHING)


def _appointment(line: Line) -> None:
    line.skip("An appointment is no fact of the illness.", _NOTHING)


def _trial(line: Line) -> None:
    line.skip(
        "Enrolment in a trial makes no record of its own.",
        "Send the treatment that was given in it, and its documents.",
    )


_READERS: Final[Mapping[str, Callable[[Line], None]]] = {
    "condition": read_condition,
    "status": read_status,
    "staging": read_staging,
    "procedure": _procedure,
    "administration": _administration,
    "request": _request,
    "observation": _observation,
    "adverse_event": _adverse_event,
    "encounter": _encounter,
    "appointment": _appointment,
    "trial": _trial,
    "plan_change": _plan_change,
    "patient": _patient,
}
