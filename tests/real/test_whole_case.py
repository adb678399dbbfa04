"""The ovarian case of the real files, entered as a coordinator would: its paper, its values, its statements."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Api

FOLDER = "whole_cases/PAT001-OVC-2025"


@pytest.fixture
def folder(real_files: Path) -> Path:
    return real_files / FOLDER


def laboratory_records(folder: Path) -> list[dict[str, Any]]:
    """Turn the laboratory's file into records, each result with its unit and range as written."""
    content = json.loads((folder / "clinical__lab_results.json").read_text(encoding="utf-8"))
    records = []
    for category in content["labResults"]:
        is_marker = category["category"] == "Tumor Markers"
        for test in category["tests"]:
            records += [
                {
                    "kind": "marker_result" if is_marker else "lab_result",
                    ("marker" if is_marker else "test"): test["testName"],
                    "date": result["date"],
                    "value": result["value"],
                    "unit": test["unit"],
                    "reference_text": test["referenceRange"],
                    "note": result.get("note"),
                }
                for result in test.get("results") or [test["latestResult"]]
            ]
    return records


def statements(document_id: str) -> list[dict[str, Any]]:
    """Return what a coordinator reads out of the demographics and the sequencing report."""
    report = {"document_id": document_id, "page": 2}
    return [
        {
            "kind": "diagnosis", "site": "ovary", "histology": "high-grade serous carcinoma", "date": "2024-01-15",
            "metastatic": True,
            "codes": [{"system": "icd-10", "code": "C56.9", "display": "Malignant neoplasm of ovary"}],
        },
        {"kind": "stage", "system": "FIGO", "group": "IV", "date": "2024-01-15"},
        {
            "kind": "biomarker", "name": "BRCA1", "gene": "BRCA1", "method": "NGS", "date": "2026-02-07",
            "result": "pathogenic variant", "interpretation": "positive", "origin_of_variant": "germline",
            "hgvs_c": "c.5266dupC", "hgvs_p": "p.Gln1756Profs*74", "vaf_percent": 52, "sources": [report],
        },
        {
            "kind": "biomarker", "name": "BRCA1", "gene": "BRCA1", "method": "NGS", "date": "2024-02-20",
            "result": "wild type", "interpretation": "negative",
        },
        {
            "kind": "treatment", "category": "systemic", "regimen": "carboplatin + paclitaxel", "started": "2024-03",
            "drugs": [{"name": "carboplatin"}, {"name": "paclitaxel"}], "cycles_given": 6,
        },
        {
            "kind": "disease_status", "axis": "progression", "value": "PD", "date": "2024-10-15",
            "asserted_by": "oncologist", "words": "Disease progression on platinum-based therapy + olaparib.",
        },
        {"kind": "comorbidity", "stated": "unknown", "date": "2024-01-15"},
    ]  # fmt: skip


def test_the_ovarian_case_is_entered_whole_and_answered_by_every_view(api: Api, folder: Path) -> None:
    case_id = api.open_case(
        reference="PAT001-OVC-2025",
        patient={"name": "Sarah Elizabeth Anderson", "birth_date": "1966-03-15", "sex": "female"},
        cancer={"text": "Stage IV high-grade serous ovarian cancer"},
        purposes=["progression"],
    )
    paper = (folder / "PAT001_Debranded_Report.pdf").read_bytes()
    uploaded = api.post(
        f"/v1/cases/{case_id}/documents",
        data={"kind": "molecular_report", "dated": "2026-02-07", "language": "en"},
        files={"files": ("PAT001_Debranded_Report.pdf", paper, "application/octet-stream")},
        status=201,
    ).json()
    document_id = uploaded["items"][0]["id"]
    document = api.get(f"/v1/cases/{case_id}/documents/{document_id}", status=200).json()
    assert (document["media"], document["facts"]["pages"], document["facts"]["readable"]) == ("pdf", 7, True)
    content = api.get(f"/v1/cases/{case_id}/documents/{document_id}/content", status=200).content
    assert hashlib.sha256(content).digest() == hashlib.sha256(paper).digest()

    measured = laboratory_records(folder)
    api.add(case_id, *measured, *statements(document_id))

    series = api.get(f"/v1/cases/{case_id}/markers", status=200).json()["items"]
    (ca125,) = [one for one in series if one["analyte"] == "ca-125"]
    assert [(point["date"], point["value"]) for point in ca125["points"]] == [
        (record["date"], record["value"]) for record in measured if record["kind"] == "marker_result"
    ]

    events = api.get(f"/v1/cases/{case_id}/timeline", status=200).json()
    assert len(events["items"]) + len(events["undated"]) >= len(measured) + 5

    report = api.get(f"/v1/cases/{case_id}/completeness", params={"as_of": "2025-01-20"}, status=200).json()
    status = {item["key"]: item["status"] for item in report["items"]}
    assert status["marker_trend"] == "present"
    assert status["imaging_latest"] == "missing"
    assert status["labs_organ"] == "present"
    assert document_id not in json.dumps(report["items"]), "the report is dated after the day asked for"

    summary = api.get(f"/v1/cases/{case_id}/summary", params={"as_of": "2026-03-01"}, status=200).json()
    sections = {section["key"]: section for section in summary["sections"]}
    assert any("BRCA1" in json.dumps(each) for each in sections["pathology"]["statements"])
    hidden = api.get(
        f"/v1/cases/{case_id}/summary", params={"as_of": "2026-03-01", "identity": "none"}, status=200
    ).text
    assert "Anderson" not in hidden
    assert "1966-03-15" not in hidden
