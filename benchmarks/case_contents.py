"""A long course of disease, made up: the same records in the same order each time.

Colorectal cancer with visits a few days apart: laboratory results and markers at each, symptoms at every second one,
function, scans, opinions, treatments and the rest more rarely. Of 10,000 records about nine in ten are laboratory and
marker results. A course of more records than ten years of visits hold begins earlier, so that every size is as dense:
the time for each record can be compared. Nobody lived it.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count as count_from
from itertools import islice
from random import Random
from typing import Any

FIRST_DAY = date(2017, 1, 9)
"""Of a course of up to ten years."""
LAST_DAY = date(2026, 3, 20)
"""The day that the views are asked for; every record lies before it."""
BETWEEN_VISITS = timedelta(days=5)
RECORDS_PER_VISIT = 15
"""Rounded down, so that the last visit lies before the last day."""

LABORATORIES = ("City laboratory", "University laboratory")
TESTS = (
    ("Haemoglobin", "g/dL", 11.8, 1.2, 12.0, 15.5),
    ("Leukocytes", "10*9/L", 5.9, 2.0, 4.0, 10.0),
    ("Neutrophils", "10*9/L", 3.4, 1.5, 1.8, 7.5),
    ("Platelets", "10*9/L", 210, 60, 150, 400),
    ("Creatinine", "mg/dL", 0.9, 0.2, 0.6, 1.2),
    ("ALT", "U/L", 31, 15, 7, 45),
    ("AST", "U/L", 29, 12, 8, 40),
    ("ALP", "U/L", 96, 30, 40, 130),
    ("Bilirubin", "mg/dL", 0.7, 0.3, 0.1, 1.2),
    ("Albumin", "g/dL", 3.9, 0.4, 3.5, 5.2),
    ("LDH", "U/L", 198, 45, 120, 246),
    ("CRP", "mg/L", 9, 8, 0, 5),
)
MARKERS = (("CEA", "ng/mL", 5), ("CA 19-9", "U/mL", 37))
SYMPTOMS = ("fatigue", "abdominal pain", "nausea", "neuropathy", "loss of appetite", "diarrhoea")
REGIMENS = ("FOLFOX", "FOLFIRI + bevacizumab", "CAPOX", "trifluridine/tipiracil", "capecitabine")
TRENDS = ("improving", "stable", "worsening", "resolved")
RESPONSES = ("PR", "SD", "SD", "PD", "mixed")


def a_long_course(count: int, *, documents: tuple[str, ...] = ()) -> Iterator[dict[str, Any]]:
    """Yield that many records as the API takes them, oldest first; each third rests on one of the documents given."""
    chance = Random("a long course")
    for index, record in enumerate(islice(_course(chance, _first_day(count)), count)):
        source: dict[str, Any] = {"page": 1 + index % 4}
        if documents:
            source["document_id"] = documents[index % len(documents)]
        else:
            source["title"] = f"Letter {index // 30}"
        yield {**record, "sources": [source]} if index % 3 == 0 else record


def _first_day(count: int) -> date:
    return min(FIRST_DAY, LAST_DAY - BETWEEN_VISITS * (count // RECORDS_PER_VISIT + 5))


def _course(chance: Random, first: date) -> Iterator[dict[str, Any]]:
    yield from _beginning(first.isoformat())
    for visit in count_from(0):
        day = first + timedelta(days=20) + visit * BETWEEN_VISITS
        yield from _visit(chance, day.isoformat(), visit)


def _beginning(day: str) -> Iterator[dict[str, Any]]:
    yield {
        "kind": "diagnosis", "date": day, "site": "sigmoid colon", "histology": "adenocarcinoma", "basis": "histology",
        "site_code": {"system": "icd-o-3", "code": "C18.7"}, "metastatic": True, "metastatic_sites": ["liver"],
    }  # fmt: skip
    yield {
        "kind": "stage", "date": day, "system": "AJCC", "edition": "8", "timing": "clinical",
        "t": "cT3", "n": "cN1", "m": "cM1a", "group": "IVA",
    }  # fmt: skip
    yield _pathology(day)
    for name, result in (("KRAS", "wild type"), ("BRAF", "wild type"), ("MSI", "MSS"), ("HER2", "negative")):
        yield {
            "kind": "biomarker", "date": day, "name": name, "method": "NGS", "specimen": "tissue",
            "result": result, "interpretation": "negative",
        }  # fmt: skip
    yield _treatment(0, day)
    yield {
        "kind": "comorbidity",
        "date": day,
        "condition": "hypertension",
        "since": "2009",
        "is_current": True,
    }
    yield {"kind": "allergy", "date": day, "stated": "none"}
    yield {"kind": "main_question", "date": day, "question": "Can the liver metastases be resected?"}
    yield {"kind": "planning", "date": day, "consent": "given", "review_language": "en"}


def _visit(chance: Random, day: str, visit: int) -> Iterator[dict[str, Any]]:
    laboratory = LABORATORIES[visit % 7 == 0]
    for test, unit, usual, spread, low, high in TESTS:
        value = round(abs(chance.gauss(usual, spread)), 1)
        yield {
            "kind": "lab_result", "date": day, "test": test, "value": value, "unit": unit, "reference_low": low,
            "reference_high": high, "laboratory": laboratory,
            "flag": "low" if value < low else "high" if value > high else "normal",
        }  # fmt: skip
    for marker, unit, high in MARKERS:
        yield {
            "kind": "marker_result", "date": day, "marker": marker, "unit": unit, "reference_high": high,
            "value": round(chance.lognormvariate(2.0, 0.8), 1), "laboratory": laboratory,
        }  # fmt: skip
    if visit % 2 == 0:
        yield {
            "kind": "symptom", "date": day, "symptom": chance.choice(SYMPTOMS), "severity": "mild",
            "trend": chance.choice(TRENDS), "asserted_by": "patient_caregiver",
        }  # fmt: skip
    if visit % 6 == 0:
        yield {"kind": "performance_status", "date": day, "scale": "ECOG", "score": chance.randint(0, 2)}
    if visit % 12 == 3:  # noqa: PLR2004 (a scan about every two months)
        yield from _scan(chance, day, visit)
    if visit % 24 == 5:  # noqa: PLR2004 (a change of treatment about every four months)
        yield _treatment(visit, day)
        yield {
            "kind": "medication",
            "date": day,
            "name": "ondansetron",
            "dose": "8 mg",
            "frequency": "as needed",
        }
    if visit % 60 == 30:  # noqa: PLR2004 (an admission about once in ten months)
        yield {
            "kind": "admission",
            "started": day,
            "ended": day,
            "emergency": True,
            "reason": "febrile neutropenia",
        }
        yield _pathology(day)


def _scan(chance: Random, day: str, visit: int) -> Iterator[dict[str, Any]]:
    response = chance.choice(RESPONSES)
    yield {
        "kind": "imaging_study", "date": day, "modality": "CT", "regions": ["chest", "abdomen", "pelvis"],
        "accession": f"A{visit:06}", "asserted_by": "radiologist", "reported_status": response,
        "impression": "Liver metastases measured as listed. No new lesion in the chest. No ascites, no enlarged nodes.",
        "lesions": [
            {"label": f"L{number}", "site": f"liver segment {number + 4}", "role": "target",
             "longest_mm": round(chance.uniform(8, 45), 1)}
            for number in range(1, 4)
        ],
    }  # fmt: skip
    yield {
        "kind": "disease_status", "date": day, "axis": "response", "value": response, "certainty": "reported",
        "asserted_by": "radiologist", "evidence": ["imaging"],
    }  # fmt: skip
    yield {
        "kind": "opinion", "date": day, "author": "treating oncologist", "role": "medical oncologist",
        "asserted_by": "oncologist", "plan": "Go on, with the next scan in eight weeks.",
    }  # fmt: skip


def _treatment(visit: int, day: str) -> dict[str, Any]:
    number = visit // 24
    return {
        "kind": "treatment", "category": "systemic", "setting": "advanced", "started": day, "cycles_planned": 8,
        "cycles_given": 6, "regimen": REGIMENS[number % len(REGIMENS)], "line": 1 + min(number // 3, 9),
        "side_effects": [{"what": "neuropathy", "grade": 1}], "absent": {"dose_changes": "none"},
    }  # fmt: skip


def _pathology(day: str) -> dict[str, Any]:
    return {
        "kind": "pathology_report", "date": day, "specimen": "core biopsy, liver", "procedure": "core biopsy",
        "resection": False, "histology": "adenocarcinoma", "grade": "G2", "asserted_by": "pathologist",
        "ihc": [{"marker": "CK20", "result": "positive"}, {"marker": "CDX2", "result": "positive"}],
        "conclusion": "Metastasis of an adenocarcinoma, in keeping with the known primary of the colon.",
    }  # fmt: skip
