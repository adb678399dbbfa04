"""The API's description: committed as served, every problem a problem document, nothing loaded from outside."""

import json
import re
from pathlib import Path

from app.config import settings_from
from app.description import text_of
from app.main import create_app
from app.records.domain.kinds import KINDS
from app.records.examples import RECORD_EXAMPLES
from tests.conftest import Api

COMMITTED = Path(__file__).parents[2] / "openapi" / "openapi.json"
APP = create_app(settings_from({}))
DESCRIPTION = APP.openapi()

OF_ITS_STANDARD = {("dicomweb", "409"): "application/dicom+json"}
"""Refusals that another standard words: DICOM PS3.18, 10.5.3 names the instances of which none was stored."""


def test_the_committed_description_is_what_the_application_serves() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == text_of(DESCRIPTION), "run `make openapi`"


def test_every_error_is_described_as_a_problem_document() -> None:
    for path, operations in DESCRIPTION["paths"].items():
        for method, operation in operations.items():
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    usual = (
                        "application/fhir+json" if path.startswith("/fhir") else "application/problem+json"
                    )
                    sort = OF_ITS_STANDARD.get((path.split("/")[1], status), usual)
                    assert list(answer["content"]) == [sort], (path, method, status)


def test_every_operation_has_a_group_a_summary_and_a_description() -> None:
    groups = {tag["name"] for tag in DESCRIPTION["tags"]}
    for path, operations in DESCRIPTION["paths"].items():
        for method, operation in operations.items():
            assert set(operation["tags"]) <= groups, (path, method)
            assert operation["summary"], (path, method)
            assert operation["description"], (path, method)


def test_every_record_kind_has_a_named_example_and_described_fields() -> None:
    examples = DESCRIPTION["paths"]["/v1/cases/{case_id}/records"]["post"]["requestBody"]["content"]
    named = examples["application/json"]["examples"]
    assert set(KINDS) == set(RECORD_EXAMPLES) <= set(named)
    for kind in KINDS.values():
        for name, field in DESCRIPTION["components"]["schemas"][kind.__name__]["properties"].items():
            assert name == "kind" or field.get("description"), (kind, name)


def test_the_docs_pages_load_nothing_from_outside(api: Api) -> None:
    for page in ("/docs", "/redoc"):
        answer = api.client.get(page)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "unsafe-eval" not in answer.headers["Content-Security-Policy"]
        for target in re.findall(r'(?:src|href|spec-url|data-openapi)="([^"]+)"', answer.text):
            assert target.startswith("/"), target
            assert api.client.get(target).status_code == 200, target
        assert "<script>" not in answer.text


def test_references_in_the_description_lead_somewhere() -> None:
    schemas = DESCRIPTION["components"]["schemas"]
    for name in re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(DESCRIPTION)):
        assert name in schemas, name
