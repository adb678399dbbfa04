"""One named example request for each record kind, and one for a batch; shown in the API's description."""

from collections.abc import Mapping
from typing import Any

from fastapi.openapi.models import Example

_EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "diagnosis": {
        "date": "2025-11-18", "site": "lung", "laterality": "right", "histology": "adenocarcinoma", "basis": "histology",
        "site_code": {"system": "icd-o-3", "code": "C34.1", "display": "Upper lobe, lung"}, "metastatic": True,
    },
    "stage": {"date": "2025-11-24", "system": "AJCC", "edition": "8", "timing": "clinical", "t": "cT2b", "n": "N0", "m": "M1b", "group": "IVA"},
    "pathology_report": {
        "date": "2025-11-18", "specimen": "core biopsy, right upper lobe", "specimen_date": "2025-11-14",
        "procedure": "CT-guided core biopsy", "resection": False, "histology": "adenocarcinoma",
        "ihc": [{"marker": "TTF-1", "result": "positive"}, {"marker": "p40", "result": "negative"}],
        "asserted_by": "pathologist",
    },
    "biomarker": {
        "date": "2025-12-01", "name": "KRAS", "gene": "KRAS", "method": "NGS", "specimen": "tissue",
        "specimen_date": "2025-11-18", "result": "G12C", "interpretation": "positive", "hgvs_p": "p.Gly12Cys",
    },
    "imaging_study": {
        "date": "2026-03-05", "modality": "CT", "regions": ["chest", "abdomen"], "compared_with": "2025-11-24",
        "impression": "Smaller mass in the right upper lobe; left adrenal nodule unchanged.",
        "lesions": [{"label": "RUL", "site": "right upper lobe", "role": "target", "is_node": False, "longest_mm": 28}],
        "asserted_by": "radiologist",
    },
    "marker_result": {
        "date": "2026-03-03", "marker": "CEA", "value": 9.6, "unit": "ng/mL", "reference_high": 5,
        "laboratory": "Hospital laboratory", "codes": [{"system": "loinc", "code": "2039-6"}],
    },
    "lab_result": {"date": "2026-03-03", "test": "Haemoglobin", "value": 11.4, "unit": "g/dL", "reference_low": 12, "flag": "low"},
    "treatment": {
        "category": "systemic", "setting": "advanced", "regimen": "carboplatin + pemetrexed + pembrolizumab",
        "drugs": [{"name": "carboplatin"}, {"name": "pemetrexed"}, {"name": "pembrolizumab"}], "line": 1,
        "started": "2025-12-08", "ongoing": True, "cycles_planned": 6, "cycles_given": 4,
        "side_effects": [{"what": "fatigue", "grade": 1}], "absent": {"dose_changes": "none", "response": "unknown"},
    },
    "medication": {"date": "2026-03-10", "name": "amlodipine", "dose": "5 mg", "frequency": "once daily", "started": "2019", "reason": "blood pressure"},
    "symptom": {"date": "2026-03-15", "symptom": "cough", "onset": "2025-10", "severity": "mild", "trend": "improving", "asserted_by": "patient_caregiver"},
    "performance_status": {"date": "2026-03-15", "scale": "ECOG", "score": 1, "assessor": "treating oncologist"},
    "admission": {"date": "2026-03-15", "stated": "none"},
    "opinion": {
        "date": "2026-03-16", "author": "treating oncologist", "role": "medical oncologist", "asserted_by": "oncologist",
        "status_words": "mixed picture", "plan": "Continue and repeat the scan in six weeks.",
    },
    "disease_status": {
        "date": "2026-03-05", "axis": "response", "value": "mixed", "certainty": "reported", "asserted_by": "radiologist",
        "words": "Mixed picture with one new small nodule.", "evidence": ["imaging"],
    },
    "mrd_result": {
        "date": "2026-01-20", "method": "flow cytometry", "specimen": "marrow", "timepoint": "end of induction",
        "detection_limit_percent": 0.01, "result": "negative", "blasts_percent": 2,
    },
    "follow_up_plan": {
        "date": "2026-02-01", "tests": [{"test": "CT chest and abdomen", "interval": "every 3 months"}],
        "symptoms_to_report": ["new breathlessness"], "triggers": ["rising CEA on two occasions"], "coordinator": "oncology nurse",
    },
    "comorbidity": {"date": "2026-03-15", "condition": "hypertension", "since": "2019", "is_current": True},
    "allergy": {"date": "2026-03-15", "stated": "none"},
    "main_question": {"date": "2026-03-18", "question": "Does the mixed result call for a repeat scan first?", "asked_by": "family"},
    "planning": {"date": "2026-03-18", "consent": "given", "review_language": "en", "translation": "not_needed", "goals": "More time at home.", "travel_planned": False},
    "decision": {"date": "2026-03-18", "topic": "waiver", "about": "imaging_files", "choice": "waived", "reason": "The hospital keeps films only.", "until": "2026-06-30"},
}  # fmt: skip

RECORD_EXAMPLES: dict[str, Example] = {
    kind: Example(summary=kind.replace("_", " "), value={"kind": kind, **example})
    for kind, example in _EXAMPLES.items()
}

REQUEST_EXAMPLES: dict[str, Example] = {
    **RECORD_EXAMPLES,
    "imaging study of a lymphoma": Example(
        summary="imaging study of a lymphoma: the score, the change of uptake, spleen and marrow beside the lesions",
        value={
            "kind": "imaging_study", "date": "2026-03-05", "modality": "PET-CT", "regions": ["whole body"],
            "deauville": 4, "uptake_change": "reduced", "bone_marrow": "not_involved", "spleen_mm": 128,
            "lesions": [{
                "label": "left neck", "role": "target", "is_node": True, "longest_mm": 22, "short_axis_mm": 14,
            }],
            "asserted_by": "radiologist",
        },
    ),
    "imaging study of a brain tumour": Example(
        summary="imaging study of a brain tumour: two diameters of what enhances, and T2 or FLAIR beside it",
        value={
            "kind": "imaging_study", "date": "2026-03-05", "modality": "MR", "regions": ["brain"],
            "t2_flair_change": "stable",
            "lesions": [{"label": "left frontal", "role": "target", "longest_mm": 31, "short_axis_mm": 24}],
            "asserted_by": "radiologist",
        },
    ),
    "a whole case": Example(
        summary="a whole case: the records of every kind at once",
        value={"records": [example["value"] for example in RECORD_EXAMPLES.values() if "value" in example]},
    ),
    "several at once": Example(
        summary="several at once",
        value={
            "records": [
                RECORD_EXAMPLES[kind]["value"] for kind in ("diagnosis", "stage", "marker_result", "symptom")
            ]
        },
    ),
}  # fmt: skip
