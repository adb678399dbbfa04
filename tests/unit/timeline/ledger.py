"""The ledger of a few records, and records enough to fill it."""

from datetime import date
from typing import Any

from app.documents.domain.document import Document
from app.records.domain.kinds import AnyRecord
from app.timeline.domain.conflicts import Conflict, find_blocking, find_conflicts
from tests.builders import a_case, a_case_file, a_record
from tests.unit.timeline.records import a_marker, a_status, a_study, a_treatment

AS_OF = date(2026, 1, 1)


def found(*contents: AnyRecord | Document, **case: Any) -> list[Conflict]:
    case_file = a_case_file(*contents, case=a_case(**case))
    conflicts = find_conflicts(case_file, AS_OF)
    open_blocks = tuple(one for one in conflicts if one.severity == "block" and one.settled is None)
    assert find_blocking(case_file, AS_OF) == open_blocks, "what blocks is found without the rest too"
    return list(conflicts)


def rules(*contents: AnyRecord | Document, **case: Any) -> list[str]:
    return [conflict.rule.id for conflict in found(*contents, **case)]


def a_diagnosis(**fields: Any) -> AnyRecord:
    return a_record("diagnosis", **{"site": "breast", "laterality": "left", "date": "2024-01-01", **fields})


def a_report(**fields: Any) -> AnyRecord:
    return a_record("pathology_report", **{"specimen_date": "2024-01-01", **fields})


def a_stage(**fields: Any) -> AnyRecord:
    return a_record(
        "stage",
        **{
            "system": "AJCC",
            "edition": "8",
            "timing": "clinical",
            "date": "2024-01-01",
            "group": "IIA",
            **fields,
        },
    )


def a_result(**fields: Any) -> AnyRecord:
    return a_record("biomarker", **{"name": "EGFR", "specimen_date": "2024-01-01", **fields})


COMBINATION = a_treatment("2024-01-01", "oxaliplatin", "fluorouracil", ended="2024-06-30", reason_ended="x")


IN_REMISSION = a_status("2025-06-01", "remission", "complete")


MANY = (
    a_diagnosis(),
    a_diagnosis(laterality="right"),
    a_diagnosis(site="lung", laterality="left", date="2024-03-01"),
    a_report(site="breast", laterality="right", accession="A1", conclusion="x", histology="adenocarcinoma"),
    a_report(site="breast", laterality="left", accession="A1", conclusion="y", histology="sarcoma"),
    a_stage(),
    a_stage(group="IVA"),
    a_stage(group="IB", date="2024-01"),
    a_result(interpretation="positive"),
    a_result(interpretation="negative"),
    COMBINATION,
    a_treatment(
        "2024-03-01",
        "irinotecan",
        "fluorouracil",
        ended="2024-08-01",
        intent="curative",
        response_status="PR",
    ),
    a_treatment("2023-03-01", "cisplatin", ongoing=True),
    IN_REMISSION,
    a_status("2024-07-01", "response", "PD"),
    a_study("2024-06-20", reported_status="SD", study_uid="1", reported_on="2024-06-01"),
    a_study("2024-06-20", reported_status="SD", study_uid="1"),
    a_marker("2025-01-01", 4),
    a_marker("2025-01-01", 4),
    a_marker("2025-02-01", 41),
    a_marker("2025-03-01", 4, unit="U/mL"),
)
