"""Lines of therapy of published drug administrations, one record a drug and day, read as an oncologist reads them."""

import csv
import os
from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.records.domain.course import Drug
from app.timeline.domain.lines import lines_of
from tests.builders import a_case_file, a_record

_FOLDER = os.environ.get("CASELINE_TEST_DATA")

pytestmark = pytest.mark.skipif(not _FOLDER, reason="CASELINE_TEST_DATA names no folder of real files")

FILES = {
    "NSCLC": "NSCLC__Test__example_input.csv",
    "HNSCC": "HNSCC__Test__test.csv",
    "MELANOMA": "MELANOMA__Test__test.csv",
}
Told = list[tuple[str, str, str]]
"""Of each line: its first day, its last, its drugs."""

TWO_LINES: Told = [
    ("2017-03-07", "2017-06-20", "carboplatin pemetrexed"),
    ("2017-08-01", "2018-12-27", "bevacizumab pemetrexed"),
]
READ: dict[str, dict[str, Told]] = {
    "NSCLC": {
        "3": [("2018-04-19", "2018-04-19", "carboplatin")],
        "101": [
            ("2018-04-19", "2018-12-27", "pembrolizumab"),
            # the checkpoint inhibitor goes on beside the chemotherapy that is new
            ("2019-01-24", "2019-04-18", "carboplatin pembrolizumab pemetrexed"),
        ],
        "2": [
            ("2018-01-14", "2018-02-18", "nivolumab"),
            ("2018-03-04", "2018-04-29", "carboplatin nivolumab"),
            ("2018-05-14", "2018-06-18", "cetuximab"),
            ("2018-11-12", "2018-11-26", "durvalumab"),
        ],
        # chemotherapy drops away, the rest goes on: one line
        "4": [("2020-01-01", "2020-05-01", "carboplatin pembrolizumab pemetrexed")],
        # pauses of 150 and 176 days are no gap of more than 180
        "1111": [
            ("2019-01-01", "2019-09-01", "pembrolizumab"),
            ("2019-10-01", "2020-05-16", "cisplatin pemetrexed"),
        ],
        # carboplatin begins with drugs that are new, so it is none of the first line's cisplatin
        "2222": [
            ("2019-01-01", "2019-10-01", "cisplatin nivolumab"),
            ("2020-01-01", "2020-10-01", "carboplatin pembrolizumab pemetrexed"),
        ],
        "3333": [("2020-01-01", "2020-05-08", "pembrolizumab pemetrexed")],
        "3344": [("2020-01-01", "2020-05-08", "carboplatin pembrolizumab pemetrexed")],
        # no platinum before it, so that pemetrexed is no maintenance
        "4444": [("2020-01-01", "2020-02-02", "pembrolizumab"), ("2020-03-02", "2020-05-08", "pemetrexed")],
        # a kinase inhibitor may pause for 222 days
        "5555": [("2020-01-01", "2021-05-15", "erlotinib")],
        # cisplatin is exchanged for carboplatin
        "6666": [("2019-10-01", "2020-05-16", "carboplatin cisplatin pemetrexed")],
    },
    # the same person stands in both files
    "HNSCC": {"HQ060440093": TWO_LINES},
    "MELANOMA": {"HQ060440093": TWO_LINES},
}


def day(text: str) -> str:
    form = "%Y-%m-%d" if "-" in text else "%m/%d/%y"
    return datetime.strptime(text, form).replace(tzinfo=UTC).date().isoformat()


def administrations(name: str) -> dict[str, list[tuple[str, str, str]]]:
    given: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    path = Path(_FOLDER or "", "timelines", "merck-line-of-therapy-inputs", FILES[name])
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            given[row["PATIENT_ID"]].append((day(row["MED_START"]), day(row["MED_END"]), row["MED_NAME"]))
    return given


@pytest.mark.parametrize("name", FILES)
def test_lines_come_out_as_they_are_read_from_the_administrations(name: str) -> None:
    told = {}
    for patient, given in administrations(name).items():
        records = [
            a_record(
                "treatment",
                category="systemic",
                started=start,
                ended=end,
                drugs=(Drug(name=drug.casefold()),),
            )
            for start, end, drug in given
        ]
        lines = lines_of(a_case_file(*records), date(2026, 1, 1)).lines
        assert sum(len(line.treatments) for line in lines) == len(given)
        told[patient] = [(line.started, line.ended, " ".join(line.drugs)) for line in lines]
    assert told == READ[name]
