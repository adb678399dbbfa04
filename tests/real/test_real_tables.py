"""Every table among the published files is read, or refused with a reason; what is read can be stored."""

import os
from collections import Counter
from pathlib import Path

import pytest

from app.imports.checking import faults_of
from app.imports.domain.reading import FoundRecord, NotUsed, Options, Reading, UnreadablePayloadError
from app.imports.readers.tabular import read
from app.records.domain.course import Treatment

_FOLDER = os.environ.get("CASELINE_TEST_DATA")

pytestmark = pytest.mark.skipif(not _FOLDER, reason="CASELINE_TEST_DATA names no folder of real files")

MCODE = "mcode_csv/mcode-extraction-framework"
READ = {
    # file: records by kind, rows that were skipped, rows that were rejected
    "test__sample-client-data__cancer-disease-status-information.csv": ({"disease_status": 3}, 0, 0),
    "test__sample-client-data__condition-information.csv": ({"diagnosis": 3, "disease_status": 2}, 0, 0),
    "test__sample-client-data__staging-information.csv": ({"stage": 5}, 0, 0),
    "test__sample-client-data__procedure-information.csv": ({"treatment": 4}, 0, 0),
    "test__sample-client-data__cancer-related-medication-administration-information.csv": (
        {"medication": 3},
        0,
        0,
    ),
    "test__sample-client-data__cancer-related-medication-request-information.csv": ({"medication": 1}, 2, 0),
    "test__sample-client-data__observation-information.csv": ({"lab_result": 3}, 0, 0),
    "test__sample-client-data__treatment-plan-change-information.csv": ({"opinion": 3}, 0, 0),
    "test__sample-client-data__encounter-information.csv": ({}, 3, 0),
    "test__sample-client-data__patient-information.csv": ({}, 3, 0),
    "test__sample-client-data__adverse-event-information.csv": ({}, 1, 2),  # 12-09-1994 can be two dates
    "test__sample-client-data__ctc-adverse-event-information.csv": ({}, 0, 3),
}


def reading_of(name: str, **options: str) -> Reading:
    path = Path(_FOLDER or "", name)
    reading = read(path.read_bytes(), Options(file_name=path.name, **options))  # type: ignore[arg-type]  # texts
    for item in reading.items:
        if isinstance(item, FoundRecord):
            assert faults_of(item.record) == []
    keys = [(item.patient, item.key) for item in reading.items if isinstance(item, FoundRecord)]
    assert len(set(keys)) == len(keys)
    return reading


def counts_of(reading: Reading) -> tuple[dict[str, int], int, int]:
    kinds = Counter(str(item.record.kind) for item in reading.items if isinstance(item, FoundRecord))
    unused = Counter(item.outcome for item in reading.items if isinstance(item, NotUsed))
    return {**kinds}, unused["skipped"], unused["rejected"]


def files() -> list[str]:
    folder = Path(_FOLDER or "nowhere")
    names = ("mcode_csv", "tumour_markers", "timelines")
    return sorted(str(path.relative_to(folder)) for name in names for path in (folder / name).rglob("*.csv"))


def test_every_published_table_is_read_or_refused_with_a_reason() -> None:
    assert len(files()) >= 38
    refused = set()
    for name in files():
        try:
            assert reading_of(name).items
        except UnreadablePayloadError:
            refused.add(Path(name).name)
    # Neither results nor dates: reasons without their results, logarithms at ages, days counted from 1970.
    assert refused == {"supprs_onco_ca125.csv", "psa.csv", "patients.csv"}


@pytest.mark.parametrize("name", READ)
def test_the_extraction_framework_s_sample_is_read_as_it_is(name: str) -> None:
    assert counts_of(reading_of(f"{MCODE}/{name}")) == READ[name]


def test_adverse_events_are_read_once_the_order_of_their_dates_is_said() -> None:
    name = "test__sample-client-data__ctc-adverse-event-information.csv"
    kinds, _, rejected = counts_of(reading_of(f"{MCODE}/{name}", date_order="mdy"))
    assert (kinds, rejected) == ({"symptom": 3}, 0)


def test_days_of_drugs_become_courses_of_each_patient() -> None:
    name = "timelines/merck-line-of-therapy-inputs/NSCLC__Test__example_input.csv"
    reading = reading_of(name)
    assert len(reading.patients) == 11
    kinds, skipped, rejected = counts_of(reading)
    assert (set(kinds), rejected) == ({"treatment"}, 0)
    records = [item.record for item in reading.items if isinstance(item, FoundRecord)]
    days = sum(len(record.cycle_dates) for record in records if isinstance(record, Treatment))
    path = Path(_FOLDER or "", name)
    rows = {line.casefold() for line in path.read_text(encoding="utf-8-sig").split("\n")[1:] if line}
    assert days + skipped == len(rows)


def test_response_codes_of_a_marker_become_statements_with_their_criteria() -> None:
    reading = reading_of("tumour_markers/sdtm-ca125-gcig/rs_onco_ca125.csv")
    assert counts_of(reading) == ({"disease_status": 66}, 0, 0)
    assert len(reading.patients) == 8


@pytest.mark.parametrize("name", ["psa_joint_data.csv", "psa_longitudinal_data.csv"])
def test_values_timed_from_an_unknown_day_are_rejected_row_by_row(name: str) -> None:
    kinds, _, rejected = counts_of(reading_of(f"tumour_markers/clinicopath-psa/{name}"))
    assert kinds == {}
    assert rejected >= 800
