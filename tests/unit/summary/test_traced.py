"""A summary never states what no source holds: what a sentence quotes, dates and counts stands in what it names."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from hypothesis import example, given
from hypothesis import strategies as st

from app.casefile.domain.case_file import CaseFile
from app.summary.domain.model import Statement
from tests.unit.summary.any_case import case_files
from tests.unit.summary.test_laws import A_DAY, laws, statements, summary
from tests.worked_cases import LUNG, OVARY, worked_case

QUOTED = re.compile(r"“([^”]*)”")
DATED = re.compile(r"(?<![\d-])\d{4}(?:-\d\d){1,2}(?![\d-])")
MEASURED = re.compile(r"(?<![\w.-])\d+(?:\.\d+)?(?= (?:mm|ng/mL|U/mL|mg|%|Gy)\b)")
TOLD = frozenset({"recorded", "quoted"})
LATIN = st.text(alphabet="abcdefghij äöü.,'0123456789-", min_size=1, max_size=30)


def texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from texts_of(inner)
        if "temperature_c" in value:
            yield f"{value['temperature_c']} °C"  # the unit is the field's
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts_of(inner)
    elif value is not None:
        yield str(value)


def held_by(case_file: CaseFile) -> Mapping[str, str]:
    """Everything that each record with its papers, each paper and the case itself say, by id."""
    papers = {document.id: said_in(document) for document in case_file.documents}
    records = {
        entry.id: "\n".join(
            (
                said_in(entry.record),
                *(papers.get(source.document_id or "", "") for source in entry.record.sources),
            )
        )
        for entry in case_file.entries
    }
    return {**records, **papers, "case": said_in(case_file.case.body)}


def said_in(value: Any) -> str:
    return "\n".join(texts_of(msgspec.to_builtins(value)))


def sources_of(statement: Statement, held: Mapping[str, str]) -> str:
    ids = [one.record_id or one.document_id or "case" for one in statement.sources]
    return "\n".join(held.get(one, "") for one in ids)


def unquoted(text: str) -> str:
    return QUOTED.sub(" ", text)


@laws
@given(case_files(texts=LATIN))
@example(worked_case(LUNG))
@example(worked_case(OVARY))
def test_what_a_statement_quotes_stands_word_for_word_in_a_source_that_it_names(case_file: CaseFile) -> None:
    held = held_by(case_file)
    for statement in statements(summary(case_file)):
        if statement.kind in TOLD:
            said = sources_of(statement, held)
            for words in QUOTED.findall(statement.text):
                assert words.strip() in said, statement.text


@laws
@given(case_files())
@example(worked_case(LUNG))
@example(worked_case(OVARY))
def test_every_date_and_every_measured_number_is_that_of_a_source(case_file: CaseFile) -> None:
    held = held_by(case_file)
    for statement in statements(summary(case_file)):
        if statement.kind in TOLD:
            said = sources_of(statement, held) + A_DAY.isoformat()
            for token in (
                *DATED.findall(unquoted(statement.text)),
                *MEASURED.findall(unquoted(statement.text)),
            ):
                assert token in said, (token, statement.text)


@laws
@given(case_files())
@example(worked_case(LUNG))
@example(worked_case(OVARY))
def test_every_computed_number_names_the_records_that_it_rests_on(case_file: CaseFile) -> None:
    ids = {entry.id for entry in case_file.entries}
    for statement in statements(summary(case_file)):
        if statement.kind == "computed" and statement.facts.get("result") is not None:
            rests = {one.record_id for one in statement.sources} - {None}
            assert statement.id == "computed/lines_of_therapy" or (rests and rests <= ids)
            assert statement.facts["rule"]["id"]
            assert statement.caution
