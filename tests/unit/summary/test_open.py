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
from app.summary.domain.writer import NOT_SHOWN
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


def gap_codes(*contents: Any, **options: Any) -> list[str]:
    section = a_section("gaps", *contents, **options)
    return [one.facts["gap"] for one in section.statements if "gap" in one.facts]


def test_what_the_checklist_misses_stands_with_why_and_the_next_step() -> None:
    section = a_section("gaps")
    item = by_about(section)["response:imaging_latest"]

    assert section.note is not None
    assert section.note.startswith("Checked against the checklist response, version ")
    assert ": not found in the files received. " in item.text
    assert " Next: " in item.text
    assert item.facts["status"] == "missing"


def test_a_stale_item_says_how_old_it_is_and_a_partial_one_what_it_lacks() -> None:
    symptom = a_record("symptom", date="2026-01-01", symptom="cough", trend="stable")
    study = a_record("imaging_study", date="2026-03-01", modality="CT", impression="Stable.")

    found = by_about(a_section("gaps", symptom, study))

    assert "(78 days old, wanted within 14)" in found["response:symptoms"].text
    assert "lacking: comparison" in found["response:imaging_latest"].text
    assert [source.record_id for source in found["response:imaging_latest"].sources] == ["record-002"]


def test_an_item_that_is_there_is_told_only_for_what_it_leaves_open() -> None:
    symptom = a_record("symptom", date="2026-03-19", symptom="cough", trend="stable")

    found = by_about(a_section("gaps", symptom))

    assert found["response:symptoms"].text.endswith(": found; not stated: onset.")


def test_what_a_person_waived_is_said() -> None:
    waiver = a_record(
        "decision",
        date="2026-03-01",
        topic="waiver",
        about="medications",
        choice="waived",
        reason="not known",
    )

    found = by_about(a_section("gaps", waiver))

    assert ": set aside by a person." in found["response:medications"].text
    assert [source.record_id for source in found["response:medications"].sources] == ["record-001"]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (("2025-11-01", "2026-01-20"), []),
        (("2025-11-01", "2026-03-10"), ["imaging_interval"]),
        (("2026-01-20",), ["no_baseline_imaging"]),
        ((), ["no_baseline_imaging", "imaging_interval"]),
    ],
)
def test_twelve_weeks_on_treatment_without_imaging_and_a_lacking_baseline_are_gaps(
    days: tuple[str, ...], expected: list[str]
) -> None:
    assert gap_codes(a_line("2025-12-01", ongoing=True), *map(a_scan, days)) == expected


def test_imaging_is_no_gap_in_leukaemia_nor_where_nobody_knows_whether_treatment_goes_on() -> None:
    leukaemia = a_case(
        cancer=replace(a_case().body.cancer, text="AML", disease_group="acute_myeloid_leukaemia")
    )

    assert gap_codes(a_line("2025-12-01", ongoing=True), case=leukaemia) == []
    assert gap_codes(a_line("2025-12-01"), a_scan("2025-11-01")) == []
    assert gap_codes(a_line("2025", ongoing=True)) == []


def test_a_marker_without_a_value_before_treatment_is_a_gap() -> None:
    def a_value(day: str) -> AnyRecord:
        return a_record("marker_result", date=day, marker="CEA", value=Decimal(5), unit="ng/mL")

    line, scan = a_line("2026-01-01", ongoing=True), a_scan("2025-12-20")

    assert gap_codes(line, scan, a_value("2026-02-01")) == ["no_marker_before_treatment"]
    assert gap_codes(line, scan, a_value("2025-12-31"), a_value("2026-02-01")) == []
    assert gap_codes(a_value("2026-02-01")) == []


def test_an_end_without_a_reason_is_a_gap_and_a_question() -> None:
    ended = a_line("2026-01-01", ended="2026-02-01")

    assert "end_without_reason" in gap_codes(ended, a_scan("2025-12-20"))
    assert (
        sentences(a_section("questions", ended))["stop_reason"]
        == "Why was treatment stopped? (about: “docetaxel”)"
    )
    assert "end_without_reason" not in gap_codes(
        a_line("2026-01-01", ended="2026-02-01", reason_ended="toxicity"), a_scan("2025-12-20")
    )


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (a_document(kind="imaging_report", language="zh"), ["not_translated", "content_not_recorded"]),
        (a_document(kind="imaging_report", language="en-GB"), ["content_not_recorded"]),
        (a_document(kind="imaging_report", facts=DocumentFacts(readable=False)), ["not_readable"]),
        (a_document(kind="imaging_report", facts=DocumentFacts(pages=2, pages_stated=4)), ["pages_missing"]),
        (
            a_document(kind="imaging_report", facts=DocumentFacts(pages=2, pages_stated=2)),
            ["content_not_recorded"],
        ),
        (a_document(kind="consent"), []),
    ],
)
def test_papers_that_cannot_be_read_are_gaps(document: Any, expected: list[str]) -> None:
    assert gap_codes(document, case=a_case(languages=("en",))) == expected


def test_a_translation_and_a_record_close_the_gaps_of_a_paper() -> None:
    original = a_document(kind="imaging_report", language="zh")
    translation = a_document(kind="translation", language="en", translation_of="document-001")
    record = a_record("imaging_study", date="2026-03-01", sources=(Source(document_id="document-001"),))

    assert gap_codes(original, translation, record, case=a_case(languages=("en",))) == []


def test_a_specimen_from_before_the_progression_is_a_gap() -> None:
    biomarker = a_record(
        "biomarker", name="EGFR", result="negative", specimen_date="2024-01-01", date="2024-02-01"
    )
    progression = a_record("disease_status", date="2026-01-01", axis="progression", asserted_by="oncologist")

    assert "specimen_before_progression" in gap_codes(biomarker, progression)


def test_no_question_is_said_plainly() -> None:
    section = a_section("questions")

    assert (section.state, section.statements) == ("not_found", ())
    assert section.note == "No question of the list is raised by what is recorded."


def test_a_conflict_names_both_sides_and_what_a_person_decided() -> None:
    left = a_record("diagnosis", date="2025-01-01", site="breast", laterality="left")
    right = a_record("diagnosis", date="2025-01-01", site="breast", laterality="right")
    open_one = a_section("conflicts", left, right).statements[0]
    decision = a_record(
        "decision",
        topic="conflict",
        about=open_one.facts["conflict_id"],
        choice="both_stand",
        reason="two tumours",
    )

    decided = a_section("conflicts", left, right, decision).statements[0]

    assert open_one.text.startswith("High: ")
    assert "laterality “left” (2025-01-01); laterality “right” (2025-01-01)" in open_one.text
    assert [source.record_id for source in open_one.sources] == ["record-001", "record-002"]
    assert decided.text.endswith("Decided by a person: both stand.")
    assert [source.record_id for source in decided.sources] == ["record-001", "record-002", "record-003"]
    assert (
        a_section("conflicts").note
        == "No disagreement between the records was found by the rules of this version."
    )


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

    assert written.section("computed").statements[0].text == "Days between two scans: days 3."
    assert "wording_check" not in sentences(written.section("cautions"))


def test_recorded_words_are_shown_whatever_they_say() -> None:
    record = a_record(
        "treatment", category="systemic", reason_ended="treatment failure, not cured", ended="2026-01-01"
    )

    assert "“treatment failure, not cured”" in str(a_summary(record).section("treatment"))
