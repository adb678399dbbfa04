"""What the framework's tables say of the disease: conditions, their status, their stage."""

from typing import Any

from app.imports.domain.facts import Illness, illness_record
from app.imports.domain.fitting import text, word
from app.imports.readers.tabular.mcode import RULES, Line, found, named, side_of, site_of, split
from app.records.domain.base import Absence
from app.records.domain.disease import Diagnosis, Stage
from app.records.domain.statements import DiseaseStatus


def read_condition(line: Line) -> None:
    """Read an illness, and what its clinical status says of the course of a cancer."""
    status = line.text("clinicalStatus")
    date = line.day("dateOfDiagnosis")
    code = line.coding("code", "codeSystem", "displayName")
    if line.text("verificationStatus") == "refuted":
        line.skip("The condition is refuted.", "Nothing needs to be done.")
        return
    illness = Illness(
        name=line.text("displayName"),
        codes=line.codes(code),
        onset=date,
        is_current=named(RULES["current"], status),
        site_codes=site_of(line),
        laterality=side_of(line),
        histology_code=next(iter(line.codes(line.coding("histology"))), None),
        external_id=line.text("conditionId"),
    )
    record = illness_record(illness, "tabular", line.remarks)
    found(line, record, "condition", line.text("conditionId") or f"{code.code if code else ''} {date or ''}")
    course = named(RULES["course"], status)
    if course and isinstance(record, Diagnosis) and not line.problems:
        said = DiseaseStatus(
            kind="disease_status",
            axis=course[0],
            value=course[1],
            words=status,
            origin="tabular",
            external_id=record.external_id,
        )
        found(line, said, "course", line.text("conditionId"))


def read_status(line: Line) -> None:
    """Read a statement on the state of the disease."""
    code = line.coding("diseaseStatusCode", None, "diseaseStatusText")
    date = line.day("dateOfObservation", is_needed=True)
    absent = named(RULES["absent"], line.text("diseaseStatusCode"))
    words = text(line.text("diseaseStatusText"), line.remarks, "diseaseStatusText")
    known = line.of("disease_status", "diseaseStatusCode")
    if absent is None and known is None and words is None:
        line.problems.append(("The row states no status that is known here.", "Give `diseaseStatusText`."))
    axis: Any
    axis, value = known or ("response", None)
    types = [RULES["evidence"][part] for part in split(line.text("evidence")) if part in RULES["evidence"]]
    state = line.text("observationStatus")
    if state == "registered":
        line.remarks.add("The status is registered and not yet final.")
    elif state in {"preliminary", "partial"}:
        line.remarks.add("The status is preliminary.")
    record = DiseaseStatus(
        kind="disease_status",
        date=date,
        axis=axis,
        value=None if absent else value or words,
        words=None if absent else words,
        certainty=None if absent else "reported",
        evidence=() if absent else tuple(dict.fromkeys(types)),
        stated=Absence(absent) if absent else None,
        codes=() if absent else line.codes(code),
        origin="tabular",
        note=f"Observation status: {state}."
        if state in {"preliminary", "registered"} and not absent
        else None,
    )
    found(line, record, "status", line.text("conditionId"), date)


def read_staging(line: Line) -> None:
    """Read a stage."""
    date = line.day("effectiveDate", is_needed=True)
    code = line.coding("stagingSystem", "stagingCodeSystem")
    system, edition = line.of("stage_systems", "stagingSystem") or (None, None)
    if code is not None and system is None:
        line.remarks.add("The staging system's code is not known here; it is kept as a code.")
    kind = (line.text("type") or "").casefold()
    record = Stage(
        kind="stage",
        date=date,
        system=system,
        edition=edition or None,
        timing="clinical" if kind.startswith("clin") else "pathologic" if kind.startswith("path") else None,
        group=word(line.text("stageGroup"), line.remarks, "stageGroup"),
        t=word(line.text("t"), line.remarks, "t"),
        n=word(line.text("n"), line.remarks, "n"),
        m=word(line.text("m"), line.remarks, "m"),
        codes=line.codes(code),
        origin="tabular",
    )
    says = any((record.group, record.t, record.n, record.m))
    found(line, record if says else None, "staging", line.text("conditionId"), kind, date)
