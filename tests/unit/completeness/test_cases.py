"""Whole cases, each a readable file of records and papers with the report that clinical.md makes one expect of it."""

from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
import yaml
from pydantic import TypeAdapter

from app.casefile.domain.case_file import CaseFile
from app.cases.domain import Case, CaseBody
from app.completeness.domain.check import check
from app.completeness.domain.checklist import STATUSES
from app.completeness.domain.library import load_checklists
from app.completeness.domain.report import Report
from app.documents.domain.document import Document, DocumentBody
from app.records.schemas import RecordCreate
from tests.builders import a_case_file, a_document

FOLDER: Final = Path(__file__).parents[2] / "cases"
NAMES: Final = sorted(path.stem for path in FOLDER.glob("*.yaml"))
RECORDS: TypeAdapter[Any] = TypeAdapter(list[RecordCreate])
BODIES: TypeAdapter[CaseBody] = TypeAdapter(CaseBody)


def told(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


def case_file_of(case: dict[str, Any]) -> CaseFile:
    opened = Case(
        id="case-1",
        organisation_id="organisation-1",
        body=BODIES.validate_python(case.get("case", {})),
        revision=1,
        opened_at="2026-01-01T00:00:00Z",
        changed_at="2026-01-01T00:00:00Z",
    )
    records = RECORDS.validate_python(case.get("records", []))
    papers = [document_of(paper) for paper in case.get("documents", [])]
    return a_case_file(*records, *papers, case=opened)


def document_of(paper: dict[str, Any]) -> Document:
    own = {name: paper[name] for name in ("media", "findings") if name in paper}
    body = {name: value for name, value in paper.items() if name not in own}
    read = msgspec.convert(body, DocumentBody)
    return a_document(**{one.name: getattr(read, one.name) for one in fields(read)}, **own)


def report_of(case: dict[str, Any]) -> Report:
    day = date.fromisoformat(case["as_of"])
    return check(case_file_of(case), load_checklists()[case["checklist"]], day)


def keys_with(report: Report, status: str) -> list[str]:
    return sorted(one.key for one in report.items if one.status == status)


@pytest.mark.parametrize("name", NAMES)
def test_every_item_of_a_case_comes_out_as_expected(name: str) -> None:
    case = told(name)
    report, expected = report_of(case), case["expect"]
    assert {status: keys_with(report, status) for status in STATUSES} == {
        status: sorted(expected.get(status, ())) for status in STATUSES
    }
    partial = {one.key: list(one.lacking) for one in report.items if one.status == "partial"}
    assert partial == expected.get("partial", {})


@pytest.mark.parametrize("name", NAMES)
def test_findings_and_what_is_worth_noting_are_as_expected(name: str) -> None:
    case = told(name)
    found = {one.key: one for one in report_of(case).items}
    for key, codes in case["expect"].get("findings", {}).items():
        assert [code for code in found[key].findings if code not in STATUSES] == codes, key
    for key, names in case["expect"].get("noted", {}).items():
        assert list(found[key].noted) == names, key


@pytest.mark.parametrize("name", NAMES)
def test_score_weights_and_what_blocks_are_as_expected(name: str) -> None:
    case = told(name)
    report, expected = report_of(case), case["expect"]
    assert f"{report.weights.earned:g}/{report.weights.possible:g}" == expected["weights"]
    assert report.score == expected["score"]
    assert [one.item or one.document_id for one in report.blocking] == expected["blocking"]
    assert report.ready is expected.get("ready", False)


def test_there_are_three_cases_for_each_review_at_least() -> None:
    reviews = [told(name)["checklist"] for name in NAMES]
    assert all(reviews.count(review) >= 3 for review in load_checklists())
