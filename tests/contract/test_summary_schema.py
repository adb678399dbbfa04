"""The published schema of the summary: committed as served, and every summary keeps to it."""

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import example, given
from jsonschema_rs import Draft202012Validator, meta

from app.casefile.domain.case_file import CaseFile
from app.description import text_of
from app.openapi import SCHEMAS
from app.summary.domain.encoding import encode
from app.summary.domain.identity import Identity
from app.summary.schemas import SCHEMA_ID, summary_schema
from tests.conftest import Api
from tests.unit.summary.any_case import case_files
from tests.unit.summary.test_laws import laws, summary
from tests.worked_cases import LUNG, OVARY, worked_case

VALIDATOR = Draft202012Validator(summary_schema(), validate_formats=True)


def answered(case_file: CaseFile, identity: Identity = "full") -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(encode(summary(case_file, identity)))
    return answer


def test_the_committed_schema_is_what_the_application_serves(api: Api) -> None:
    committed = (SCHEMAS / "summary.json").read_text(encoding="utf-8")

    assert committed == text_of(summary_schema()), "run `make openapi`"
    assert api.get("/v1/schemas/summary.json", status=200).json() == json.loads(committed)


def test_the_schema_is_sound_and_named() -> None:
    meta.validate(summary_schema())
    assert summary_schema()["$id"] == SCHEMA_ID == "urn:caseline:schema:summary:1"


@laws
@given(case_files())
@example(worked_case(LUNG))
@example(worked_case(OVARY))
def test_every_summary_keeps_to_it(case_file: CaseFile) -> None:
    for identity in ("full", "none"):
        VALIDATOR.validate(answered(case_file, identity))


def _no_hash(answer: dict[str, Any]) -> None:
    del answer["content_sha256"]


def _sections_swapped(answer: dict[str, Any]) -> None:
    answer["sections"][0], answer["sections"][1] = answer["sections"][1], answer["sections"][0]


def _section_missing(answer: dict[str, Any]) -> None:
    answer["sections"].pop()


def _unknown_kind(answer: dict[str, Any]) -> None:
    answer["sections"][1]["statements"][0]["kind"] = "concluded"


def _no_sources(answer: dict[str, Any]) -> None:
    del answer["sections"][1]["statements"][0]["sources"]


def _id_of_no_section(answer: dict[str, Any]) -> None:
    answer["sections"][1]["statements"][0]["id"] = "somewhere/1"


@pytest.mark.parametrize(
    "spoil", [_no_hash, _sections_swapped, _section_missing, _unknown_kind, _no_sources, _id_of_no_section]
)
def test_what_is_no_summary_does_not_keep_to_it(spoil: Any) -> None:
    answer = deepcopy(answered(worked_case(LUNG)))
    spoil(answer)

    assert not VALIDATOR.is_valid(answer)


def test_a_key_that_is_added_breaks_nobody() -> None:
    answer = answered(worked_case(LUNG))
    answer["added"] = answer["sections"][0]["added"] = 1

    VALIDATOR.validate(answer)
