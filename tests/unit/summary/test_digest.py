from decimal import Decimal

import pytest
from hypothesis import example, given

from app.casefile.domain.case_file import CaseFile
from app.summary.domain.digest import LONGEST
from app.summary.domain.model import DigestPart, Summary
from tests.builders import a_record
from tests.unit.summary.any_case import case_files
from tests.unit.summary.test_laws import laws, statements, summary
from tests.unit.summary.written import a_summary
from tests.worked_cases import LUNG, OVARY, worked_case


def part(written: Summary, key: str) -> DigestPart:
    return next(one for one in written.digest.parts if one.key == key)


def texts(written: Summary, key: str) -> list[str]:
    return [entry.text for entry in part(written, key).entries]


@laws
@given(case_files())
@example(worked_case(LUNG))
@example(worked_case(OVARY))
def test_the_digest_says_nothing_that_no_statement_says(case_file: CaseFile) -> None:
    written = summary(case_file)
    by_id = {statement.id: statement for statement in statements(written)}

    for one in written.digest.parts:
        for entry in one.entries:
            whole = by_id[entry.statement_id]
            assert entry.kind == whole.kind
            assert len(entry.text) <= LONGEST + 1
            said = entry.text.removesuffix("”").removesuffix(" …") if entry.cut else entry.text
            assert whole.text.startswith(said)


@laws
@given(case_files())
def test_every_alert_is_in_the_digest_or_counted(case_file: CaseFile) -> None:
    written = summary(case_file)
    alerts = part(written, "alerts")

    assert len(alerts.entries) + alerts.more == len(written.section("alerts").statements)


def test_the_digest_of_the_lung_case_is_what_a_reader_needs_first() -> None:
    written = summary(worked_case(LUNG))

    assert texts(written, "diagnosis")[0].startswith("2025-11-18: Diagnosis: right lung, adenocarcinoma")
    assert texts(written, "pathology")[1:] == [
        "2025-11-18: KRAS G12C (NGS).",
        "2025-11-18: EGFR negative (NGS).",
        "2025-11-18: ALK negative (NGS).",
        "2025-11-18: ROS1 negative (NGS).",
        "2025-11-18: PD-L1 TPS 40 % (IHC).",
    ]
    (line,) = texts(written, "treatment")
    assert line.startswith("Line 1 (suggested by rule, confidence moderate): carboplatin, pembrolizumab")
    assert any("“Smaller RUL mass" in text for text in texts(written, "response"))
    assert texts(written, "status")[0].startswith("Reported status: insufficient information.")


def test_names_and_identifiers_are_not_in_the_digest() -> None:
    written = summary(worked_case(LUNG))

    assert [entry.statement_id for entry in part(written, "patient").entries] == [
        "patient/age",
        "patient/sex",
        "patient/performance_status",
    ]


@pytest.mark.parametrize(
    ("statement", "cut"),
    [("A short statement.", False), ("word " * 200, True), ("x" * 900, True)],
    ids=["short", "words", "one-word"],
)
def test_long_words_of_others_are_cut_visibly_with_their_quotation_closed(
    statement: str, *, cut: bool
) -> None:
    written = a_summary(
        a_record("disease_status", axis="response", value="SD", words=statement, asserted_by="oncologist")
    )
    entry = part(written, "status").entries[-1]

    assert entry.cut is cut
    assert entry.text.count("“") == entry.text.count("”")


def test_a_stage_without_a_date_is_not_taken_for_the_newest() -> None:
    written = a_summary(
        a_record("stage", group="IIIC"),
        a_record("stage", group="IIB", date="2018-03-16"),
        a_record("stage", group="IIA", date="2017"),
    )

    assert [text.partition(":")[0] for text in texts(written, "diagnosis")] == ["2018-03-16", "2017"]


def test_what_was_computed_of_anything_comes_before_what_was_not() -> None:
    values = (
        a_record("marker_result", marker="CEA", value=Decimal(5), unit="ng/mL", date="2024-01-01"),
        a_record("marker_result", marker="CEA", value=Decimal(7), unit="ng/mL", date="2024-03-01"),
    )

    assert texts(a_summary(*values), "computed")[0].startswith("CEA over time: lowest 5 ng/mL")


def test_sessions_of_one_name_do_not_push_out_what_else_was_done() -> None:
    sessions = [
        a_record("treatment", category="radiation", technique="IMRT", started=f"2026-01-{day:02}")
        for day in range(1, 10)
    ]
    operation = a_record("treatment", category="surgery", procedure="lobectomy", started="2025-01-01")

    part = next(one for one in a_summary(operation, *sessions).digest.parts if one.key == "treatment")

    assert [entry.text for entry in part.entries[:2]] == ["2026-01-09: radiation.", "2025-01-01: lobectomy."]
    assert len(part.entries) + part.more == 10
