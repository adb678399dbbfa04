"""Published FHIR R4 and mCODE files: every entry answered, every record sound, counts as their lists say."""

import csv
import os
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from app.imports.checking import faults_of
from app.imports.domain.reading import FoundRecord, NotUsed, Options, Reading
from app.imports.readers.fhir import read
from app.records.domain.course import Treatment
from app.records.domain.disease import Biomarker, Diagnosis, Stage
from app.records.domain.findings import MarkerResult

_FOLDER = os.environ.get("CASELINE_TEST_DATA")

pytestmark = pytest.mark.skipif(not _FOLDER, reason="CASELINE_TEST_DATA names no folder of real files")

FOLDER = Path(_FOLDER or "")
FILES = sorted(path for part in ("fhir_mcode", "fhir_r4") for path in FOLDER.glob(f"{part}/*/*.json"))
SYNTHEA = FOLDER / "fhir_mcode" / "mcode-omop-synthea"


@cache
def reading_of(path: Path) -> Reading:
    return read(path.read_bytes(), Options())


def listed(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_real_file_gives_sound_records_twice_alike(path: Path) -> None:
    reading = reading_of(path)

    assert read(path.read_bytes(), Options()) == reading
    assert reading.items
    keys = Counter((item.patient, item.key) for item in reading.items if isinstance(item, FoundRecord))
    assert [key for key, count in keys.items() if count > 1] == []
    for item in reading.items:
        if isinstance(item, FoundRecord):
            assert faults_of(item.record) == [], item.place


def test_every_resource_listed_is_answered() -> None:
    for row in listed(FOLDER / "TRUTH_fhir_manifest.csv"):
        if not row["file"].startswith(("fhir_mcode/", "fhir_r4/")) or not row["n_resources"].isdigit():
            continue
        items = reading_of(FOLDER / row["file"]).items
        places = {item.place.partition(" (")[0] for item in items}
        # A resource within a report is answered beside it, and an entry without a resource too.
        assert len(places) >= int(row["n_resources"]), row["file"]


def test_nothing_is_rejected_but_what_is_known_to_be_broken() -> None:
    rejected = Counter(
        path.parent.name
        for path in FILES
        for item in reading_of(path).items
        if isinstance(item, NotUsed) and item.outcome == "rejected"
    )

    # Facts of a patient who is not in the payload, a herd's, and observations without any value.
    assert rejected == {"ctms-sample-patients": 8, "r4-core-examples": 16}


def test_the_synthetic_patients_have_what_their_list_counts() -> None:
    for row in listed(SYNTHEA / "TRUTH_counts.csv"):
        reading = reading_of(SYNTHEA / f"{row['patient_id']}.bundle.json")
        found = [item.record for item in reading.items if isinstance(item, FoundRecord)]
        patient = reading.patients[0].patient
        assert (patient.sex, patient.birth_date) == (row["gender"], row["birthDate"])
        assert (patient.deceased or "") == row["deceased"]
        groups = [one.group for one in found if isinstance(one, Stage)]
        assert len(groups) == int(row["n_stage_group_obs"])
        assert sorted(filter(None, groups)) == sorted(filter(None, row["condition_stage"].split("; ")))
        assert sum(isinstance(one, Diagnosis) for one in found) == len(row["conditions"].split("; "))
        tests = sum(isinstance(one, MarkerResult | Biomarker) for one in found)
        assert tests == int(row["n_tumor_marker_tests"])
        days = [item for item in reading.items if "MedicationAdministration/" in item.place]
        assert len(days) == int(row["n_med_admin"])
        assert sum(isinstance(one, Treatment) for one in found) <= len(days)


def test_the_guides_own_patient_reads_as_an_oncologist_would() -> None:
    reading = reading_of(FOLDER / "fhir_mcode/mcode-ig-4.0.0/Bundle-mcode-patient-bundle-jenny-m.json")
    found = [item.record for item in reading.items if isinstance(item, FoundRecord)]

    assert Counter(one.kind for one in found) == {
        "diagnosis": 1, "disease_status": 2, "stage": 2, "treatment": 7, "biomarker": 6, "performance_status": 1,
        "lab_result": 2, "imaging_study": 1, "pathology_report": 1,
    }  # fmt: skip
    stages = {(one.group, one.t, one.n, one.m, one.edition) for one in found if isinstance(one, Stage)}
    assert stages == {("IIB", "cT3", "cN0", "cM0", "8"), ("IIIC", None, None, None, "8")}
    course = next(one for one in found if isinstance(one, Treatment) and one.category == "radiation")
    assert (str(course.dose_gy), course.fractions, course.started, course.ended) == (
        "60",
        30,
        "2018-08-15",
        "2018-10-25",
    )
