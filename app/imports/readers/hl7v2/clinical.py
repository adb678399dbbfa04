"""Allergies, illnesses and procedures of ADT, referral and problem messages."""

import re
from typing import Final

from app.imports.domain.facts import (
    Illness,
    Intolerance,
    Procedure,
    allergy_record,
    illness_record,
    procedure_record,
)
from app.imports.domain.fitting import Remarks, coding
from app.imports.domain.oncology import is_test, laterality_of, modality_of, regions_of
from app.imports.readers.hl7v2.fields import Coded, coded_field, people, when
from app.imports.readers.hl7v2.message import Segment
from app.imports.readers.hl7v2.sent import Sent
from app.imports.readers.hl7v2.tables import table
from app.records.domain.base import Absence, Coding
from app.records.domain.findings import ImagingStudy
from app.records.domain.kinds import AnyRecord

_NONE_KNOWN: Final = re.compile(
    r"\bno (known|history of).*(allerg|issue|intoleran)|\bno known\b|\bNK(D?A|FA)\b|none known|keine .*allerg"
    r"|nessuna allerg|sin alergias|aucune allerg",
    re.IGNORECASE,
)
_NONE_CODES: Final = frozenset({"716186003", "160244002", "409137002", "428607008", "429625007"})
"""SNOMED CT: no known allergy, no known allergies (retired), no known drug, environmental, food allergy."""

_DELETED: Final = "The sender deletes it."


def read_allergies(sent: Sent) -> None:
    """Read AL1 and IAM."""
    for segment in sent.named("AL1"):
        _read_allergy(sent, segment, since=6, action="")
    for segment in sent.named("IAM"):
        _read_allergy(sent, segment, since=11, action=segment.part(6).upper())


def _read_allergy(sent: Sent, segment: Segment, *, since: int, action: str) -> None:
    entry = coded_field(segment, 3)
    key = sent.key(sent.identity, "allergy", entry.identity)
    if action in {"D", "DE"}:
        sent.withdraw(segment, key, _DELETED)
        return
    remarks = Remarks()
    reactions = [part for part in (coded_text(segment, raw) for raw in segment.repetitions(5)) if part]
    none = _NONE_KNOWN.search(entry.words) is not None or entry.code in _NONE_CODES
    started = when(segment.part(since))
    record = allergy_record(
        Intolerance(
            name=None if none else entry.text or None,
            codes=entry.codings,
            absent=Absence.NONE if none else None,
            reaction=None if none else ", ".join(reactions) or None,
            since=None if none else started,
            date=started if none else None,
            note=entry.text or None if none else None,
        ),
        "hl7v2",
        remarks,
    )
    _add(sent, segment, record, key, remarks)


def coded_text(segment: Segment, raw: str) -> str:
    """Return the words of one repetition of a field that is coded in some versions and text in others."""
    parts = [segment.marks.unescaped(part).strip() for part in raw.split(segment.marks.component)]
    return (parts[1] if len(parts) > 1 and parts[1] else parts[0]) if parts else ""


def read_diagnoses(sent: Sent) -> None:
    """Read DG1 and PRB."""
    for segment in sent.named("DG1"):
        _read_diagnosis(sent, segment)
    for segment in sent.named("PRB"):
        _read_problem(sent, segment)


def _named(
    segment: Segment, field: int, method: int, description: int
) -> tuple[str | None, tuple[Coding, ...], str]:
    """Return name, codes and identity of a coded field with its system and words in fields of their own too."""
    entry: Coded = coded_field(segment, field)
    words = coded_field(segment, description).text
    system = segment.part(method)
    codes = entry.codings
    if system and codes and codes[0].system == "local":
        known = coding(system, entry.code, entry.text if entry.text != entry.code else words)
        codes = (known, *codes[1:]) if known else codes
    name = (entry.text if entry.text != entry.code else "") or words or entry.text
    return name or None, codes, entry.identity or words


def _read_diagnosis(sent: Sent, segment: Segment) -> None:
    name, codes, identity = _named(segment, 3, 2, 4)
    stated = when(segment.part(5))
    key = sent.key(sent.identity, "diagnosis", identity, (stated or "").split("T", 1)[0])
    if segment.part(21).upper() == "D":
        sent.withdraw(segment, key, _DELETED)
        return
    remarks = Remarks()
    if segment.part(5) and stated is None:
        remarks.add("DG1-5 is no date.")
    record = illness_record(
        Illness(
            name=name,
            codes=codes,
            date=stated,
            author=people(segment, 16),
            note=table("events")["diagnosis"].get(segment.part(6).upper()),
        ),
        "hl7v2",
        remarks,
    )
    _add(sent, segment, record, key, remarks)


def _read_problem(sent: Sent, segment: Segment) -> None:
    entry = coded_field(segment, 3)
    key = sent.key(sent.identity, "problem", segment.part(4) or entry.identity)
    if segment.part(1).upper() in {"DE", "D"}:
        sent.withdraw(segment, key, _DELETED)
        return
    remarks = Remarks()
    ended = when(segment.part(9))
    record = illness_record(
        Illness(
            name=entry.text or None,
            codes=entry.codings,
            date=when(segment.part(7)),
            onset=when(segment.part(16)),
            ended=ended,
            is_current=False if ended else None,
        ),
        "hl7v2",
        remarks,
    )
    _add(sent, segment, record, key, remarks)


def read_procedures(sent: Sent) -> None:
    """Read PR1."""
    for segment in sent.named("PR1"):
        name, codes, identity = _named(segment, 3, 2, 4)
        started = when(segment.part(5))
        key = sent.key(sent.identity, "procedure", identity, started or "")
        if segment.part(20).upper() == "D":
            sent.withdraw(segment, key, _DELETED)
            continue
        if is_test(name, codes):
            sent.skip(
                segment,
                "A test of a specimen is no treatment; its result is read by itself.",
                "Nothing has to be done.",
            )
            continue
        remarks = Remarks()
        _add(sent, segment, _procedure(sent, segment, name, codes, remarks), key, remarks)


def _procedure(
    sent: Sent, segment: Segment, name: str | None, codes: tuple[Coding, ...], remarks: Remarks
) -> AnyRecord | None:
    started = when(segment.part(5))
    if segment.part(5) and started is None:
        remarks.add("PR1-5 is no date.")
    done = procedure_record(
        Procedure(
            name=name,
            codes=codes,
            started=started,
            ended=started,
            author=people(segment, 11) or people(segment, 12),
            facility=sent.facility,
        ),
        "hl7v2",
        remarks,
    )
    modality = modality_of(name, codes)
    if done is None or modality is None or done.category != "other":
        return done
    return ImagingStudy(
        kind="imaging_study",
        origin="hl7v2",
        date=done.date,
        modality=modality,
        regions=regions_of(name or ""),
        laterality=laterality_of(name),
        codes=done.codes,
        facility=done.facility,
    )


def _add(sent: Sent, segment: Segment, record: AnyRecord | None, key: str, remarks: Remarks) -> None:
    if record is None:
        sent.skip(
            segment,
            " ".join(remarks.all()) or "It names nothing.",
            "Name it by a code of a standard system, or in words.",
        )
        return
    sent.found(segment, record, key, remarks)
