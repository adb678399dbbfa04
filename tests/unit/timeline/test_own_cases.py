"""Ten invented cases compared with what was expected of them before anything was computed."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from app.casefile.domain.case_file import CaseFile, Entry
from app.cases.domain import Cancer
from app.records.domain.checks import check_record
from app.records.domain.kinds import KINDS, AnyRecord
from app.timeline.domain.build import build_timeline
from app.timeline.domain.compute import compute_all
from app.timeline.domain.series import build_series
from app.timeline.domain.status import reported_statuses
from tests.builders import a_case

CASES: list[dict[str, Any]] = yaml.load(
    Path(__file__).with_name("cases").joinpath("own.yaml").read_text(encoding="utf-8"),
    Loader=yaml.BaseLoader,  # noqa: S506 (texts only; dates and numbers stay as written)
)


def read(fields: Mapping[str, Any]) -> AnyRecord:
    kind = KINDS[fields["kind"]]
    record: AnyRecord = msgspec.convert(
        {name: value for name, value in fields.items() if name != "id"}, kind, strict=False
    )
    return record


def case_file_of(case: Mapping[str, Any]) -> CaseFile:
    entries = (Entry(fields["id"], 1, read(fields), date(2026, 1, 1)) for fields in case["records"])
    return CaseFile(
        a_case(cancer=Cancer(text=case["group"], disease_group=case["group"])),
        tuple(sorted(entries, key=lambda entry: entry.id)),
    )


def at(path: str, answer: Any) -> Any:
    for step in path.split("."):
        answer = answer[int(step)] if step.isdigit() else answer[step]
    return answer


def plain(value: Any) -> Any:
    """Return a value as the file writes it: numbers and words as texts, null for nothing."""
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, bool):
        return str(value).lower()
    return "null" if value is None else str(value)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_every_record_of_a_case_is_sound(case: Mapping[str, Any]) -> None:
    assert [check_record(read(fields)) for fields in case["records"]] == [[] for _ in case["records"]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_a_case_comes_out_as_it_was_expected(case: Mapping[str, Any]) -> None:
    case_file, day, expected = case_file_of(case), date.fromisoformat(case["as_of"]), case["expect"]
    # Of several series of one marker the longest comes first.
    computed = {one["rule"]["id"]: one for one in reversed(msgspec.to_builtins(compute_all(case_file, day)))}
    told = {
        rule: {path: plain(at(path, computed[rule])) for path in paths}
        for rule, paths in expected["computed"].items()
    }
    assert told == {rule: dict(paths) for rule, paths in expected["computed"].items()}
    for rule, flags in expected.get("flags", {}).items():
        assert set(flags) <= set(computed[rule]["flags"])
    report = reported_statuses(case_file, day)
    assert plain(report.newest and report.newest.id) == expected["newest"]
    assert [one.id for one in report.others] == expected["others"]
    assert [one.code for one in report.questions] == expected["questions"]
    timeline = build_timeline(case_file)
    if "timeline" in expected:
        assert [one.id for one in timeline.items] == expected["timeline"]
        uncertain = [one.id for one in timeline.items if one.order_uncertain]
        assert uncertain == expected.get("order_uncertain", [])
        assert [one.id for one in timeline.undated] == expected.get("undated", [])
    series = {
        one.analyte: [point.record_id for point in one.points] for one in reversed(build_series(case_file))
    }
    for analyte, records in expected.get("series", {}).items():
        assert sorted(series[analyte]) == sorted(records)


def test_the_cases_reach_every_rule_of_response() -> None:
    assert len(CASES) == 10
    reached = {rule for case in CASES for rule in case["expect"]["computed"]}
    assert reached >= {
        "recist_1_1",
        "irecist",
        "lugano",
        "rano",
        "imwg",
        "all_remission",
        "mrd_limit",
        "pcwg3_psa",
        "pcwg3_bone",
        "gcig_ca125",
        "marker_trend",
        "lines_of_therapy",
        "lesion_changes",
    }
