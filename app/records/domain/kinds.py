"""The closed set of record kinds."""

from typing import TypeAlias, get_args

from app.records.domain.course import Admission, Medication, PerformanceStatus, Symptom, Treatment
from app.records.domain.disease import Biomarker, Diagnosis, MrdResult, PathologyReport, Stage
from app.records.domain.findings import ImagingStudy, LabResult, MarkerResult
from app.records.domain.statements import (
    Allergy,
    Comorbidity,
    Decision,
    DiseaseStatus,
    FollowUpPlan,
    MainQuestion,
    Opinion,
    Planning,
)

AnyRecord: TypeAlias = (
    Diagnosis
    | Stage
    | PathologyReport
    | Biomarker
    | ImagingStudy
    | MarkerResult
    | LabResult
    | Treatment
    | Medication
    | Symptom
    | PerformanceStatus
    | Admission
    | Opinion
    | DiseaseStatus
    | MrdResult
    | FollowUpPlan
    | Comorbidity
    | Allergy
    | MainQuestion
    | Planning
    | Decision
)

KINDS: dict[str, type[AnyRecord]] = {
    get_args(kind.__annotations__["kind"])[0]: kind for kind in get_args(AnyRecord)
}
"""Kind name to record type, in the order of design.md."""
