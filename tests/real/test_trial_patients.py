"""The files of trial matching, some left incomplete on purpose: imported, and reported on as reading them says."""

from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from app.completeness.domain.checklist import STATUSES
from tests.conftest import Api

FOLDERS: Final = ("ctm-app-patients", "ctms-sample-patients")
EXPECTED: Final[dict[str, dict[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("expected_trial_patients.yaml").read_text(encoding="utf-8")
)


@pytest.fixture
def paths(real_files: Path) -> dict[str, Path]:
    return {path.stem: path for name in FOLDERS for path in (real_files / "fhir_mcode" / name).glob("*.json")}


def imported(api: Api, path: Path, counts: dict[str, int] | None) -> str:
    """Import a file and return its case; one of no patient is refused first, and counts so in an empty case."""
    options: dict[str, Any] = {"content": path.read_bytes(), "params": {"file_name": path.name}}
    if counts is None:
        cases = api.post("/v1/imports", **options, status=201).json()["cases"]
        assert [case["outcome"] for case in cases] == ["opened"]
        return str(cases[0]["case_id"])
    assert api.post("/v1/imports", **options, status=422).json()["detail"]
    case_id = api.open_case()
    answer = api.post(f"/v1/cases/{case_id}/imports", **options, status=201).json()
    assert answer["counts"] == counts
    return case_id


def said_of(items: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what a report says in the form of the expectation: keys by status, and what is beside the status."""
    by_status: dict[str, Any] = {}
    for item in items:
        by_status.setdefault(item["status"], {})[item["key"]] = item["lacking"]
    beside = {item["key"]: [code for code in item["findings"] if code != item["status"]] for item in items}
    return {
        **{status: keys if status == "partial" else sorted(keys) for status, keys in by_status.items()},
        "findings": {key: codes for key, codes in beside.items() if codes},
        "noted": {item["key"]: item["noted"] for item in items if item["noted"]},
    }


@pytest.mark.parametrize("name", EXPECTED)
def test_each_file_is_reported_on_as_a_reader_of_it_expects(
    api: Api, paths: dict[str, Path], name: str
) -> None:
    told = EXPECTED[name]
    case_id = imported(api, paths[name], told.get("into_a_case"))

    asked = {"checklist": told["checklist"], "as_of": told["as_of"]}
    report = api.get(f"/v1/cases/{case_id}/completeness", params=asked, status=200).json()

    expected = {
        key: sorted(value) if key in STATUSES and key != "partial" else value
        for key, value in told["expect"].items()
    }
    assert said_of(report["items"]) == {"findings": {}, "noted": {}, **expected}
    assert report["ready"] is False


def test_every_file_has_its_expectation(paths: dict[str, Path]) -> None:
    assert paths.keys() == EXPECTED.keys()
