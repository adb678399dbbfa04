"""The synthetic mCODE patients differ in what they lack: the report's evidence agrees with the list beside them."""

import csv
import os
from datetime import date
from pathlib import Path

import pytest

from app.completeness.domain.check import check
from app.completeness.domain.library import load_checklists
from app.imports.domain.reading import FoundRecord, Options
from app.imports.readers.fhir import read
from app.records.domain.course import Treatment
from app.records.domain.disease import Biomarker, Diagnosis, Stage
from app.records.domain.findings import MarkerResult
from tests.builders import a_case_file

_FOLDER = os.environ.get("CASELINE_TEST_DATA")

pytestmark = pytest.mark.skipif(not _FOLDER, reason="CASELINE_TEST_DATA names no folder of real files")

SYNTHEA = Path(_FOLDER or "") / "fhir_mcode" / "mcode-omop-synthea"
A_DAY = date(2026, 1, 1)


def rows() -> list[dict[str, str]]:
    if not _FOLDER:
        return []
    with (SYNTHEA / "TRUTH_counts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["patient_id"][:8])
def test_the_evidence_for_stage_markers_and_treatment_agrees_with_the_list(row: dict[str, str]) -> None:
    reading = read((SYNTHEA / f"{row['patient_id']}.bundle.json").read_bytes(), Options())
    case_file = a_case_file(*(item.record for item in reading.items if isinstance(item, FoundRecord)))
    report = check(case_file, load_checklists()["response"], A_DAY)
    records = {entry.id: entry.record for entry in case_file.entries}

    def rested_on(key: str) -> list[object]:
        item = report.item(key)
        assert item is not None
        return [records[one.record_id] for one in item.evidence if one.record_id]

    disease = report.item("diagnosis_core")
    assert disease is not None
    assert any(isinstance(one, Diagnosis) for one in rested_on("diagnosis_core"))
    groups = {one.group for one in rested_on("diagnosis_core") if isinstance(one, Stage)}
    assert groups <= set(row["condition_stage"].split("; "))
    assert bool(groups) == bool(row["condition_stage"]) == ("stage" not in disease.lacking)

    results = [one for one in records.values() if isinstance(one, MarkerResult)]
    stains = [one for one in records.values() if isinstance(one, Biomarker)]
    assert len(results) + len(stains) == int(row["n_tumor_marker_tests"])
    days = {one.date for one in results}
    trend = report.item("marker_trend")
    assert trend is not None
    # Several values of one day are no trend.
    assert ("second_value" in trend.lacking) == (len(days) == 1)
    assert min(len(rested_on("marker_trend")), 2) == min(len(days), 2)

    given = rested_on("treatment_history")
    history = report.item("treatment_history")
    assert history is not None
    assert all(isinstance(one, Treatment) for one in given)
    assert bool(given) == (int(row["n_med_admin"]) > 0) == (history.status != "missing")
    courses = [one for one in records.values() if isinstance(one, Treatment) and one.category == "systemic"]
    assert sum(len(one.cycle_dates) for one in courses) <= int(row["n_med_admin"])
