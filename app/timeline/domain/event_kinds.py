"""How each record kind becomes an event: one row a kind.

Which date places it, its lane, its rank among events of the same bounds, and its title. Source: clinical.md
section 4 and rulings 10 and 11 of section 7.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.records.domain.base import Record
from app.records.domain.course import Admission, Medication, PerformanceStatus, Symptom, Treatment
from app.records.domain.disease import Biomarker, Diagnosis, MrdResult, PathologyReport, Stage
from app.records.domain.findings import ImagingStudy, LabResult, MarkerResult
from app.records.domain.statements import Allergy, Comorbidity, DiseaseStatus, FollowUpPlan, Opinion
from app.timeline.domain import titles

RANKS: Mapping[str, int] = {
    name: rank
    for rank, name in enumerate(
        (
            "diagnosis",
            "stage",
            "operation",
            "pathology",
            "biomarker",
            "mrd",
            "therapy",
            "imaging",
            "measurement",
            "medicine",
            "admission",
            "symptom",
            "performance",
            "opinion",
            "status",
            "plan",
            "rest",
        )
    )
}
"""Order within the same bounds. Source: clinical.md section 7, ruling 10."""

OPERATIONS = frozenset({"surgery", "procedure", "local_ablation"})
"""Treatment categories that rank as surgery or procedure; every other ranks as therapy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventKind:
    """One row: how records of one kind are placed and named.

    `placed_by` names the date fields in the order in which they are taken: those of the event itself before
    those of its report.
    """

    kind: type[Record]
    name: str
    label: str
    lane: str
    rank: int
    placed_by: tuple[str, ...]
    title: Callable[[Any], str]


EVENT_KINDS: Mapping[type[Record], EventKind] = {
    kind: EventKind(
        kind=kind, name=name, label=label, lane=lane, rank=RANKS[rank], placed_by=placed_by, title=title
    )
    for kind, name, label, lane, rank, placed_by, title in (
        (Diagnosis, "diagnosis", "Diagnosis", "diagnosis", "diagnosis", ("date",), titles.diagnosis_title),
        (Stage, "stage", "Stage", "diagnosis", "stage", ("date",), titles.stage_title),
        (
            PathologyReport,
            "pathology_report",
            "Pathology",
            "pathology",
            "pathology",
            ("specimen_date", "date", "signed_on"),
            titles.pathology_title,
        ),
        (
            Biomarker,
            "biomarker",
            "Biomarkers",
            "pathology",
            "biomarker",
            ("specimen_date", "date"),
            titles.biomarker_title,
        ),
        (MrdResult, "mrd_result", "Residual disease test", "pathology", "mrd", ("date",), titles.mrd_title),
        (
            Treatment,
            "treatment",
            "Treatment",
            "treatment",
            "therapy",
            ("started", "cycle_dates", "date"),
            titles.treatment_title,
        ),
        (
            ImagingStudy,
            "imaging_study",
            "Imaging",
            "imaging",
            "imaging",
            ("date", "report_study_date", "reported_on"),
            titles.imaging_title,
        ),
        (MarkerResult, "marker_result", "Marker", "markers", "measurement", ("date",), titles.marker_title),
        (LabResult, "lab_result", "Laboratory", "labs", "measurement", ("date",), titles.lab_title),
        (
            Medication,
            "medication",
            "Medicines",
            "medicines",
            "medicine",
            ("started", "date"),
            titles.medication_title,
        ),
        (
            Admission,
            "admission",
            "Stay in hospital",
            "admissions",
            "admission",
            ("started", "date", "ended"),
            titles.admission_title,
        ),
        (Symptom, "symptom", "Symptoms", "symptoms", "symptom", ("onset", "date"), titles.symptom_title),
        (
            PerformanceStatus,
            "performance_status",
            "Performance status",
            "symptoms",
            "performance",
            ("date",),
            titles.performance_title,
        ),
        (Opinion, "opinion", "Opinion", "opinions", "opinion", ("date",), titles.opinion_title),
        (
            DiseaseStatus,
            "disease_status",
            "Disease status",
            "status",
            "status",
            ("date",),
            titles.status_title,
        ),
        (FollowUpPlan, "follow_up_plan", "Follow-up plan", "plans", "plan", ("date",), titles.plan_title),
        (
            Comorbidity,
            "comorbidity",
            "Other illness",
            "background",
            "rest",
            ("since", "date"),
            titles.comorbidity_title,
        ),
        (Allergy, "allergy", "Allergies", "background", "rest", ("since", "date"), titles.allergy_title),
    )
}
"""The record kinds that are events.

Not among them: the main question, planning and decisions, which are of the review and not of the disease.
"""

DOCUMENT_KIND = "document"
DOCUMENT_LANE = "documents"
DOCUMENT_RANK = RANKS["rest"]
OPERATION_RANK = RANKS["operation"]
