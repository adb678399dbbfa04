"""Observations of ORU, OUL and other messages: laboratory values, markers, biomarkers, attachments, reports."""

import re
from functools import lru_cache
from typing import Final, Literal

from app.imports.domain.fitting import Remarks
from app.imports.domain.measured import result_record
from app.imports.domain.oncology import modality_of
from app.imports.domain.papers import paper_of
from app.imports.readers.hl7v2.attached import read_attachment
from app.imports.readers.hl7v2.fields import Coded, coded_field
from app.imports.readers.hl7v2.groups import Group, Row, groups_of
from app.imports.readers.hl7v2.measurements import SCALES, Seen, measurement_of, performance_status
from app.imports.readers.hl7v2.narrative import lines_of
from app.imports.readers.hl7v2.reports import Line, read_report
from app.imports.readers.hl7v2.sent import TAKEN_BACK, Sent
from app.imports.readers.hl7v2.status import report_status, result_status
from app.imports.readers.hl7v2.tables import codes
from app.imports.readers.hl7v2.values import TEXTS
from app.values.codes import check_marker_code, find_biomarker, find_lab, find_marker

Sort = Literal["laboratory", "imaging", "pathology"]

_LONG: Final = 200
_CODED: Final = frozenset({"CE", "CWE", "CNE", "CF"})
_NUMBERS: Final = frozenset({"NM", "SN"})
_POINTERS: Final = frozenset({"RP"})
_TECHNICAL: Final = re.compile(r"instance uid|^\s*(?:study|series|sop) uid", re.IGNORECASE)
_problems_of: Final = lru_cache(maxsize=4_096)(check_marker_code)
_KINDS: Final[dict[str, Sort]] = {
    "pathology_report": "pathology", "imaging_report": "imaging", "laboratory_report": "laboratory",
}  # fmt: skip


def read_results(sent: Sent, *, only_known: bool = False) -> None:
    """Read every observation of a message; with `only_known` those alone whose test is known here."""
    for group in groups_of(sent):
        if not group.rows:
            _say_empty(sent, group)
            continue
        _read_group(sent, group, only_known=only_known)


def _say_empty(sent: Sent, group: Group) -> None:
    if group.obr is None:
        return
    status = report_status(group.obr.text(25).upper())
    sent.skip(
        group.obr,
        status.why or "The order comes without an observation (OBX).",
        "Send the result with its observations once there is one.",
    )


def sort_of(group: Group) -> Sort | None:
    """Tell what sort of report a group is: by LOINC's document codes, the service's section, then its words."""
    entries = [
        group.service,
        *(coded_field(row.obx, 3) for row in group.rows[:20] if row.type not in _NUMBERS),
    ]
    for entry in entries:
        kind = paper_of(
            entry.codings[:1] if entry.codings and entry.codings[0].system == "loinc" else ()
        ).kind
        if kind in _KINDS and entry.codings:
            return _KINDS[kind]
    section = codes("sections").get(group.obr.text(24).upper()) if group.obr else None
    if section is not None:
        return section  # type: ignore[no-any-return]  # the table holds only these
    kind = paper_of(group.service.codings, group.service.words).kind
    if kind == "unclassified" and modality_of(group.service.words, group.service.codings):
        return "imaging"
    return _KINDS.get(kind)


def _read_group(sent: Sent, group: Group, *, only_known: bool) -> None:
    sort = sort_of(group)
    lines: list[Line] = []
    report = group.obr.text(25).upper() if group.obr else ""
    told = _told(group, sort)
    for row in group.rows:
        obx = row.obx
        entry = coded_field(obx, 3)
        status = result_status(obx.text(11).upper(), report)
        type_ = row.type
        if status.use == "waiting":
            sent.skip(obx, status.why or "There is no result yet.", "Send it again once there is a result.")
        elif type_ == "ED":
            read_attachment(sent, group, row, status, sort)
        elif type_ in _POINTERS:
            sent.skip(
                obx,
                "It points to something kept elsewhere (RP), which is not fetched.",
                "Send the content itself (ED), or upload it to the case.",
            )
        elif (reason := _not_of_use(entry, only_known=only_known)) is not None:
            sent.skip(obx, *reason)
        elif id(row) in told:
            lines.append(Line(row, lines_of(row), status))
        else:
            _read_row(Seen(sent, group, row, entry, status))
    if lines:
        read_report(sent, group, lines, sort)


def _not_of_use(entry: Coded, *, only_known: bool) -> tuple[str, str] | None:
    """Return why an observation is none of the patient's, and what to do; None where it is one."""
    if _TECHNICAL.search(entry.words):
        return (
            "It is a technical identifier of images and no observation.",
            "Nothing has to be done; send the images themselves for the study to be known by it.",
        )
    if any(one.system in codes("handling")["systems"] for one in entry.codings):
        return "It says how the message is to be handed on, not what was found.", "Nothing has to be done."
    if only_known and not _is_known(entry):
        return (
            "The message is no result, and its test is none that is known here.",
            "Send results as ORU^R01.",
        )
    return None


def _told(group: Group, sort: Sort | None) -> frozenset[int]:
    """Return the rows, by identity, that are lines of a narrative and not results of their own."""
    if sort in {"imaging", "pathology"}:
        return frozenset(id(row) for row in group.rows if _is_line(row))
    runs: dict[tuple[str, str, str], list[Row]] = {}
    for row in group.rows:
        if row.type in TEXTS:
            obx = row.obx
            sub_id = obx.text(4) if row.type == "ST" else ""
            runs.setdefault((coded_field(obx, 3).identity, obx.raw(14), sub_id), []).append(row)
    return frozenset(id(row) for rows in runs.values() if len(rows) > 1 or _is_long(rows[0]) for row in rows)


def _is_long(row: Row) -> bool:
    raw = row.obx.raw(5)
    return len(raw) > _LONG or raw.count(".br") > 1 or raw.count("\n") > 1


def _is_line(row: Row) -> bool:
    """Tell whether an observation of a narrative report is part of its words; a test known here is a result."""
    type_ = row.type
    if type_ in {"TX", "FT"}:
        return True
    return (type_ in TEXTS or type_ in _CODED or not type_) and not _is_known(coded_field(row.obx, 3))


def _is_known(entry: Coded) -> bool:
    """Tell whether a test is in the tables, by its codes or its name."""
    names = [code.code for code in entry.codings if code.system in {"loinc", "nci-thesaurus"}]
    if any(name in SCALES for name in names):
        return True
    return any(
        find_marker(name) or find_lab(name) or find_biomarker(name) for name in (*names, entry.text) if name
    )


def _read_row(seen: Seen) -> None:
    sent, group, row, status, obx = seen.sent, seen.group, seen.row, seen.status, seen.row.obx
    key = sent.key(group.key, row.key)
    if status.use == "withdraw":
        sent.withdraw(obx, key, status.why or TAKEN_BACK, stated_at=group.stated_at)
        return
    remarks = Remarks()
    test = measurement_of(seen, remarks)
    record = performance_status(test) or result_record(test, "hl7v2", remarks)
    if record is None:
        sent.skip(
            obx,
            "The observation has no name."
            if not test.name
            else "The observation has no value that could be kept.",
            "Send the value in OBX-5, its type in OBX-2 and the test in OBX-3; or the status X where there is none.",
        )
        return
    for code in record.codes:
        if code.system == "loinc":
            for problem in _problems_of(test.name, code.code):
                remarks.add(f"{problem.detail} {problem.fix}")
    sent.found(obx, record, key, remarks, stated_at=group.stated_at)
