"""What the tests of the checker share: a check in one line, and small true records."""

from datetime import date
from typing import Any

from app.cases.domain import Cancer, Case, Patient
from app.completeness.domain.check import check
from app.completeness.domain.library import load_checklists
from app.completeness.domain.report import Item, Report
from app.documents.domain.document import DocumentFacts
from app.records.domain.course import SideEffect
from app.records.domain.disease import Stain
from app.records.domain.statements import PlannedTest
from tests.builders import A_DAY, a_case, a_case_file, a_document, a_record

NSCLC = "nsclc"
AML = "acute_myeloid_leukaemia"
LYMPHOMA = "other_lymphoma"
MYELOMA = "myeloma"


def a_case_with(group: Any, **changes: Any) -> Case:
    """Return a case of a disease group, of a woman born in 1960."""
    patient = changes.pop("patient", Patient(sex="female", birth_date="1960"))
    return a_case(cancer=Cancer(disease_group=group), patient=patient, **changes)


def report(
    *contents: Any, checklist: str = "response", as_of: date = A_DAY, case: Case | None = None
) -> Report:
    """Check a case of these records and documents."""
    case_file = a_case_file(*contents, case=case or a_case_with(NSCLC))
    return check(case_file, load_checklists()[checklist], as_of)


def item(key: str, *contents: Any, **options: Any) -> Item:
    """Return one item of such a check."""
    found = report(*contents, **options).item(key)
    assert found is not None, f"the checklist has no {key}"
    return found


def status(key: str, *contents: Any, **options: Any) -> str:
    """Return the status of one item of such a check."""
    return item(key, *contents, **options).status


def an_opinion(**changes: Any) -> Any:
    return a_record(
        "opinion",
        **{
            "author": "A. Doctor",
            "date": "2026-03-10",
            "status_words": "stable",
            "plan": "continue",
            **changes,
        },
    )


def a_pathology(**changes: Any) -> Any:
    return a_record(
        "pathology_report",
        **{
            "date": "2026-01-10",
            "histology": "adenocarcinoma",
            "ihc": (Stain(marker="TTF-1", result="positive"),),
            **changes,
        },
    )


def a_study(**changes: Any) -> Any:
    return a_record(
        "imaging_study",
        **{
            "date": "2026-03-05",
            "modality": "CT",
            "regions": ("chest",),
            "compared_with": "2026-01-05",
            "impression": "smaller",
            **changes,
        },
    )


def a_marker(day: str | None, value: Any = 10, **changes: Any) -> Any:
    return a_record(
        "marker_result", **{"marker": "CEA", "date": day, "value": value, "unit": "ng/mL", **changes}
    )


def a_lab(test: str, **changes: Any) -> Any:
    return a_record(
        "lab_result", **{"test": test, "date": "2026-03-10", "value": 1, "unit": "g/dL", **changes}
    )


def full_labs(**changes: Any) -> tuple[Any, ...]:
    return tuple(a_lab(test, **changes) for test in ("Hb", "PLT", "WBC", "creatinine", "ALT"))


def a_regimen(**changes: Any) -> Any:
    return a_record(
        "treatment",
        **{
            "category": "systemic",
            "regimen": "FOLFOX",
            "started": "2025-01-01",
            "ended": "2025-06-01",
            "cycles_given": 6,
            "dose_changes": ("none after cycle 2",),
            "response": "partial response",
            "side_effects": (SideEffect(what="neuropathy"),),
            "reason_ended": "planned",
            **changes,
        },
    )


def an_operation(**changes: Any) -> Any:
    return a_record(
        "treatment",
        **{
            "category": "surgery",
            "procedure": "lobectomy",
            "date": "2025-08-01",
            "margins": "clear",
            "complications": ("none",),
            **changes,
        },
    )


def a_medicine(**changes: Any) -> Any:
    return a_record(
        "medication",
        **{"name": "x", "dose": "5 mg", "started": "2025-01-01", "date": "2026-03-10", **changes},
    )


def a_symptom(**changes: Any) -> Any:
    return a_record("symptom", **{"symptom": "cough", "date": "2026-03-15", "trend": "stable", **changes})


def a_biomarker(**changes: Any) -> Any:
    return a_record(
        "biomarker",
        **{"name": "EGFR", "method": "NGS", "specimen_date": "2026-01-10", "result": "negative", **changes},
    )


def a_status(**changes: Any) -> Any:
    return a_record(
        "disease_status",
        **{
            "axis": "progression",
            "value": "progression",
            "date": "2026-03-01",
            "asserted_by": "oncologist",
            **changes,
        },
    )


def a_plan(**changes: Any) -> Any:
    return a_record(
        "follow_up_plan",
        **{
            "date": "2026-03-01",
            "tests": (PlannedTest(test="CT", interval="3 months"),),
            "triggers": ("pain",),
            "coordinator": "clinic",
            **changes,
        },
    )


def a_paper(kind: str, **changes: Any) -> Any:
    return a_document(
        **{"kind": kind, "dated": "2026-03-10", "facts": DocumentFacts(readable=True), **changes}
    )


def a_waiver(key: str, **changes: Any) -> Any:
    return a_record(
        "decision",
        **{"topic": "waiver", "about": key, "choice": "waived", "reason": "not to be had", **changes},
    )
