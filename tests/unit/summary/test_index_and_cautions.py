from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from app.completeness.domain.library import load_checklists
from app.documents.domain.document import DocumentFacts
from app.records.domain.base import Source
from app.records.domain.course import Drug
from app.records.domain.kinds import AnyRecord
from app.summary.domain.assemble import views_of
from app.summary.domain.build import build_summary
from app.summary.domain.model import Summary
from app.summary.domain.writer import NOT_SHOWN, withheld_in
from app.timeline.domain.computed import Computed, Rule
from app.timeline.domain.event import SourceRef
from tests.builders import A_DAY, a_case, a_case_file, a_document, a_record
from tests.unit.summary.written import a_section, a_summary, by_about, sentences


def a_line(started: str, **fields: Any) -> AnyRecord:
    return a_record(
        "treatment",
        **{"category": "systemic", "drugs": (Drug(name="docetaxel"),), "started": started, **fields},
    )


def a_scan(day: str) -> AnyRecord:
    return a_record("imaging_study", date=day, modality="CT")


def test_values_of_one_day_stand_in_one_line_of_the_timeline() -> None:
    def a_value(test: str, day: str | None) -> AnyRecord:
        return a_record("lab_result", date=day, test=test, value=Decimal(1))

    section = a_section(
        "timeline", a_value("A", "2026-01-01"), a_value("B", "2026-01-01"), a_value("C", None)
    )

    assert sentences(section) == {
        "results-2026-01-01": "2026-01-01: 2 results: A 1; B 1.",
        "record-003": "date not stated: C 1.",
    }
    assert [source.record_id for source in section.statements[0].sources] == ["record-001", "record-002"]


def test_values_of_two_dates_with_the_same_bounds_keep_lines_of_their_own() -> None:
    dates = ("2026-01", "2026-01", "2026-01-XX", "2026-01", "2026-01")
    values = (a_record("lab_result", date=day, test="A", value=Decimal(1)) for day in dates)

    assert list(sentences(a_section("timeline", *values))) == [
        "results-2026-01",
        "record-003",
        "results-2026-01:record-004",
    ]


def test_more_values_than_a_line_holds_are_counted() -> None:
    section = a_section(
        "timeline",
        *(a_record("lab_result", date="2026-01-01", test=name, value=Decimal(1)) for name in "ABCDEFGH"),
    )

    assert section.statements[0].text == "2026-01-01: 8 results: A 1; B 1; C 1; D 1; E 1; F 1; and 2 more."


def test_an_order_that_the_dates_do_not_tell_is_marked() -> None:
    section = a_section("timeline", a_scan("2026-01"), a_scan("2026-01-15"))

    assert sentences(section)["record-001"] == "2026-01: CT (order uncertain)."


def test_papers_are_indexed_with_what_is_known_of_them() -> None:
    paper = a_document(
        kind="imaging_report",
        title="CT chest",
        dated="2026-03-01",
        author="Dr Klein",
        facility="Clinic",
        language="de",
        facts=DocumentFacts(pages=2, pages_stated=4, readable=False, unreadable_reason="blurred"),
        sha256="ab" * 32,
        file_name="ct.pdf",
    )

    assert sentences(a_section("sources", paper))["document-001"] == (
        "2026-03-01: imaging report, CT chest; by Dr Klein; at Clinic; language de; 2 pages of 4 by its own count; "
        "not readable: blurred; file ct.pdf; SHA-256 abababababab."
    )
    assert "ct.pdf" not in str(a_section("sources", paper, identity="none"))


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (DocumentFacts(pages=1, pages_stated=1), "1 page;"),
        (DocumentFacts(pages_stated=3), "3 pages by its own count;"),
        (DocumentFacts(readable=False), "not readable;"),
    ],
)
def test_pages_are_told_as_far_as_they_are_known(facts: DocumentFacts, words: str) -> None:
    assert words in sentences(a_section("sources", a_document(facts=facts)))["document-001"]


def test_records_without_a_paper_and_papers_that_are_only_cited_are_named() -> None:
    cited = a_record("symptom", symptom="cough", sources=(Source(title="Letter of May"),))
    read = a_record("symptom", symptom="pain", sources=(Source(document_id="document-001"),))

    found = by_about(a_section("sources", cited, read, a_document(kind="referral")))

    assert found["cited-record-001-0"].text == "Cited by 1 record, not in the case: “Letter of May”."
    assert found["without-paper-symptom"].facts == {
        "kind": "symptom",
        "count": 1,
        "record_ids": ("record-001",),
    }


def cautions_due(*contents: Any, **options: Any) -> set[str]:
    return {one.id.partition("/")[2] for one in a_section("cautions", *contents, **options).statements}


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (a_record("marker_result", date="2026-01-01", marker="CEA", value=Decimal(1)), "markers"),
        (a_scan("2026-01-01"), "imaging"),
        (a_record("symptom", symptom="cough", trend="resolved"), "symptoms_better"),
        (a_record("symptom", symptom="cough", trend="worsening"), "symptoms_worse"),
        (a_line("2026-01-01", drugs=(Drug(name="Pembrolizumab"),)), "immunotherapy"),
        (a_record("disease_status", axis="remission", value="NED"), "no_evidence"),
        (a_record("disease_status", axis="remission", value="partial"), "remission"),
        (a_record("disease_status", axis="mrd", value="negative"), "residual_disease"),
        (a_record("mrd_result", result="negative"), "residual_disease"),
        (a_record("disease_status", axis="return", value="recurrence"), "return"),
        (a_record("disease_status", axis="progression"), "progression"),
        (a_record("imaging_study", reported_status="PD"), "progression"),
        (a_record("imaging_study", reported_status="SD"), "stable"),
        (a_record("treatment", category="systemic", response_status="mixed"), "mixed"),
        (a_record("biomarker", name="EGFR"), "biomarkers"),
        (a_document(kind="translation"), "translation"),
        (a_record("planning", travel_planned=True), "travel"),
        (a_record("follow_up_plan", late_effect_checks=("heart",)), "late_effects"),
    ],
)
def test_a_caution_is_due_where_something_calls_for_it_and_only_there(content: Any, key: str) -> None:
    assert key in cautions_due(content)
    assert key not in cautions_due()


def test_diseases_with_criteria_of_their_own_are_named() -> None:
    prostate = a_case(cancer=replace(a_case().body.cancer, text="Prostate cancer", disease_group="prostate"))

    assert "own_criteria" in cautions_due(case=prostate)
    assert "own_criteria" not in cautions_due()


def with_a_computed_sentence(title: str) -> Summary:
    """Return a summary into which a view below hands a sentence with this title."""
    case_file = a_case_file()
    views = views_of(case_file, load_checklists()["response"], A_DAY)
    unsafe = Computed(
        id="made_up",
        title=title,
        rule=Rule(id="made_up", version="1", source="none"),
        result={"days": 3},
        reason=None,
        inputs=(),
        steps=(),
        flags=(),
        limits=(),
        sources=(SourceRef(record_id="record-001"),),
    )
    return build_summary(case_file, A_DAY, replace(views, computed=(unsafe,)))


def test_a_computed_sentence_with_an_unsafe_word_is_not_shown_and_counted() -> None:
    written = with_a_computed_sentence("The treatment is failing")

    [held_back] = written.section("computed").statements
    assert (held_back.text, held_back.facts, held_back.caution) == (
        NOT_SHOWN,
        {"withheld": "wording_check"},
        None,
    )
    assert [source.record_id for source in held_back.sources] == ["record-001"]
    assert sentences(written.section("cautions"))["wording_check"].endswith(": 1.")


def test_a_safe_computed_sentence_is_shown_and_nothing_counted() -> None:
    written = with_a_computed_sentence("Days between two scans")

    assert (
        written.section("computed").statements[0].text == "Days between two scans: days 3. Rule: made_up 1."
    )
    assert "wording_check" not in sentences(written.section("cautions"))


def test_recorded_words_are_shown_whatever_they_say() -> None:
    record = a_record(
        "treatment", category="systemic", reason_ended="treatment failure, not cured", ended="2026-01-01"
    )

    assert "“treatment failure, not cured”" in str(a_summary(record).section("treatment"))


def test_the_ids_of_withheld_sentences_are_told_and_nothing_else() -> None:
    assert list(withheld_in(with_a_computed_sentence("The treatment is failing"))) == ["computed/made_up"]
    assert list(withheld_in(with_a_computed_sentence("The treatment goes on"))) == []


def test_measured_values_of_many_dates_in_a_row_are_one_line() -> None:
    values = [
        a_record("marker_result", marker="PSA", value=Decimal(1), date=f"2024-{month:02}-01")
        for month in range(1, 10)
    ]
    scan = a_record("imaging_study", modality="CT", date="2024-08-15")

    found = sentences(a_section("timeline", *values, scan))

    assert list(found.values()) == [
        "2024-01-01 to 2024-08-01: 8 results of 8 dates: PSA (8).",
        "2024-08-15: CT.",
        "2024-09-01: PSA 1.",
    ]


def test_of_many_tests_in_a_row_the_most_frequent_are_named() -> None:
    values = [
        a_record("lab_result", test=f"Test {number}", value=Decimal(1), date=f"2024-{month:02}-01")
        for month in range(1, 9)
        for number in range(7)
    ]

    (line,) = sentences(a_section("timeline", *values)).values()

    assert line.startswith("2024-01-01 to 2024-08-01: 56 results of 8 dates: Test 0 (8), Test 1 (8)")
    assert line.endswith("; other tests: 1.")
