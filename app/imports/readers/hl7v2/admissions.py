"""ADT: stays in hospital, planned ones and cancelled ones, and merges of patients."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from app.imports.domain.fitting import Remarks, text, word
from app.imports.readers.hl7v2.clinical import read_allergies, read_diagnoses, read_procedures
from app.imports.readers.hl7v2.fields import authority, coded_field, when
from app.imports.readers.hl7v2.merges import read_merge
from app.imports.readers.hl7v2.message import Segment
from app.imports.readers.hl7v2.results import read_results
from app.imports.readers.hl7v2.sent import Sent
from app.imports.readers.hl7v2.tables import table
from app.records.domain.course import Admission
from app.values.dates import PartialDate, certainly_before

_UNKNOWN_EVENT: Mapping[str, Any] = {"act": "none", "why": "Its event is none that is read here."}


def read_adt(sent: Sent) -> None:
    """Read what an admission message says of the stay, the patient's illnesses, allergies and procedures."""
    evn = sent.first("EVN")
    event = sent.message.header.part(9, 2) or (evn.part(1) if evn else "")
    rule = table("events")["adt"].get(event, _UNKNOWN_EVENT)
    sent.used |= {"PV1", "PV2", "MRG"}
    match rule["act"]:
        case "merge":
            read_merge(sent)
        case "none":
            sent.skip("MSH-9", rule["why"], "Nothing has to be done.")
        case act:
            _read_visit(sent, evn, act, rule)
    read_allergies(sent)
    read_diagnoses(sent)
    read_procedures(sent)
    read_results(sent, only_known=True)


def visit_number(sent: Sent) -> str:
    """Return what the sender calls the stay: the visit number, else the account; empty where there is neither."""
    pv1 = sent.first("PV1")
    pid = next((segment for segment in sent.segments if segment.id == "PID"), None)
    for segment, field in ((pv1, 19), (pid, 18)):
        number = segment.part(field) if segment else ""
        if segment and number:
            return f"{number}^{authority(segment.repetitions(field)[0], segment.marks, 4)}"
    return ""


def _read_visit(sent: Sent, evn: Segment | None, act: str, rule: Mapping[str, Any]) -> None:
    pv1 = sent.first("PV1")
    if pv1 is None:
        return
    if act == "cancel":
        sent.withdraw(pv1, _key(sent, pv1), "The sender cancels the admission.")
        return
    if act == "planned":
        sent.skip(pv1, "The stay is planned or was called off; it has not begun.", "Send A01 once it begins.")
        return
    sort: str = table("events")["classes"].get(pv1.part(2).upper(), "unsaid")
    if sort == "visit" or (act == "person" and not pv1.raw(44)):
        detail = (
            "A visit without a stay is no admission." if sort == "visit" else "It names no stay in hospital."
        )
        sent.skip(pv1, detail, "Nothing has to be done.")
        return
    if sort in {"planned", "unsaid"} and not rule.get("inpatient"):
        sent.skip(
            pv1,
            "The patient class (PV1-2) does not say that it is a stay in hospital.",
            "Send PV1-2 as I or E.",
        )
        return
    _add_stay(sent, pv1, evn, rule)


def _key(sent: Sent, pv1: Segment) -> str:
    number = visit_number(sent)
    return (
        sent.key("visit", number)
        if number
        else sent.key(sent.identity, "visit", pv1.part(44) or sent.control_id)
    )


def _add_stay(sent: Sent, pv1: Segment, evn: Segment | None, rule: Mapping[str, Any]) -> None:
    remarks = Remarks()
    pv2 = sent.first("PV2")
    started = _moment(pv1, 44, evn if rule.get("begins") else None, remarks)
    ended = None if rule.get("goes_on") else _moment(pv1, 45, evn if rule.get("ends") else None, remarks)
    if started and ended and certainly_before(PartialDate.parse(ended), PartialDate.parse(started)):
        remarks.add("The stay would end before it begins; its end is left out.")
        ended = None
    if rule.get("ends") and started is None:
        remarks.add("The message does not repeat when the stay began (PV1-44).")
    reason = coded_field(pv2, 3) if pv2 else None
    icu = True if _is_intensive(pv1) else None
    record = Admission(
        kind="admission",
        origin="hl7v2",
        date=started,
        started=started,
        ended=ended,
        emergency=_emergency(pv1),
        icu=icu,
        reason=text(reason.text, remarks, "reason") if reason else None,
        facility=word(_facility(sent, pv1, evn), remarks, "facility"),
        external_id=word(visit_number(sent).split("^", 1)[0], remarks, "id"),
    )
    if (started, ended, record.facility, record.reason, record.emergency) == (None,) * 5:
        sent.skip(pv1, "The stay has neither dates nor a place.", "Send PV1-44 and PV1-45.")
        return
    adds = not rule.get("goes_on")  # what was called off must not stay
    sent.found(pv1, record, _key(sent, pv1), remarks, adds=adds)


def _moment(pv1: Segment, field: int, evn: Segment | None, remarks: Remarks) -> str | None:
    """Return a date of the stay; where the event itself is what it dates, else when that happened or was recorded."""
    written = pv1.part(field)
    found = when(written)
    if written and found is None:
        remarks.add(f"PV1-{field} is no date.")
    if found is None and evn is not None:
        found = when(evn.part(6)) or when(evn.part(2))
    return found


def _emergency(pv1: Segment) -> bool | None:
    if pv1.part(2).upper() == "E":
        return True
    found: bool | None = table("events")["emergency"].get(pv1.part(4).upper())
    return found


@cache
def _intensive() -> re.Pattern[str]:
    return re.compile(table("events")["care"]["intensive"], re.IGNORECASE)


def _is_intensive(pv1: Segment) -> bool:
    """Tell whether the stay's present or previous place, or its service, is intensive care."""
    return any(_intensive().search(pv1.text(field)) for field in (3, 6, 10))


def _facility(sent: Sent, pv1: Segment, evn: Segment | None) -> str | None:
    return pv1.part(3, 4) or (evn.part(7) if evn else "") or pv1.part(39) or sent.facility
