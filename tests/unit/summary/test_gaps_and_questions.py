from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from app.cases.domain import Cancer, Patient
from app.documents.domain.document import DocumentFacts
from app.proposals.domain import record_of
from app.records.domain.base import Source
from app.records.domain.course import Drug
from app.records.domain.kinds import KINDS, AnyRecord
from app.summary.domain import instead
from tests.builders import a_case, a_document, a_proposed, a_record
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


@pytest.mark.parametrize(
    ("marker", "cancer", "gaps"),
    [
        ("PSA", "prostate cancer", ["no_marker_before_treatment"]),
        ("PSA", "adenocarcinoma of the colon", []),
        ("PSA", None, ["no_marker_before_treatment"]),
        ("CEA", "lung cancer", ["no_marker_before_treatment"]),
        ("M-protein", "breast cancer", []),
    ],
)
def test_a_marker_of_another_cancer_leaves_no_gap(marker: str, cancer: str | None, gaps: list[str]) -> None:
    value = a_record("marker_result", date="2026-02-01", marker=marker, value=Decimal(5), unit="ng/mL")
    case = a_case(cancer=Cancer(text=cancer))

    line, scan = a_line("2026-01-01", ongoing=True), a_scan("2025-12-20")
    assert gap_codes(line, scan, value, case=case) == gaps


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
    decision_told = "Decided on 2026-01-01 by a person who is not named: both stand; reason: “two tumours”"
    assert decided.text.endswith(decision_told)
    assert [source.record_id for source in decided.sources] == ["record-001", "record-002", "record-003"]
    assert (
        a_section("conflicts").note
        == "No disagreement between the records was found by the rules of this version."
    )


def test_a_gap_tells_a_moment_by_day_and_minute() -> None:
    given = a_record("treatment", category="systemic", regimen="X", started="2017-07-28T23:41:09-04:00")

    found = [one.text for one in a_section("gaps", given).statements]

    assert "No imaging is recorded before line 1 began on 2017-07-28 23:41." in found


@pytest.mark.parametrize(
    "words",
    [
        "She takes herbal tea instead of chemotherapy.",
        "Wants a juice diet in place of the proposed treatment",
        "Stopped radiotherapy in favour of homeopathy; feels well.",
        "Chinese medicine rather than any further chemo.",
    ],
)
def test_words_that_something_is_used_instead_of_treatment_are_quoted_and_not_judged(words: str) -> None:
    section = a_section("gaps", a_record("opinion", date="2026-03-01", plan=f"Seen today. {words}"))
    (said,) = [one for one in section.statements if one.facts.get("gap") == "said_instead_of_treatment"]

    sentence = words.split(";", maxsplit=1)[0].rstrip(".")
    assert said.text.endswith(f"in place of treatment: “{sentence}”.")
    assert [source.record_id for source in said.sources] == ["record-001"]


@pytest.mark.parametrize(
    "words",
    [
        "Herbal tea beside chemotherapy.",
        "Herbal tea is never instead of chemotherapy.",
        "Acupuncture for nausea, not in place of treatment.",
        "Carboplatin instead of surgery.",
        "Vitamin D. Capecitabine instead of radiotherapy.",
        "Turmeric instead of pepper.",
    ],
)
def test_what_stands_beside_treatment_or_is_treatment_itself_is_not_taken_for_it(words: str) -> None:
    assert "said_instead_of_treatment" not in gap_codes(a_record("opinion", date="2026-03-01", plan=words))


def test_each_field_that_is_read_for_such_words_is_one_of_its_kind() -> None:
    for kind, names in instead.TEXTS.items():
        assert set(names) <= set(KINDS[kind].__struct_fields__), kind


def a_dead(**patient: Any) -> Any:
    return a_case(purposes=("progression",), patient=Patient(**patient))


def test_nothing_of_now_or_of_what_comes_is_asked_of_a_patient_recorded_as_dead() -> None:
    records = (
        a_line("2025-01-01", ongoing=True),
        a_record("symptom", date="2026-03-15", symptom="pain", trend="worsening", severity="severe"),
        a_record("disease_status", axis="progression", date="2026-03-01", asserted_by="oncologist"),
    )
    living = a_summary(*records, case=a_case(purposes=("progression",)), checklist="progression")
    dead = a_summary(*records, case=a_dead(vital_status="dead"), checklist="progression")

    assert {"confirmed", "supportive_care", "goal"} <= set(sentences(living.section("questions")))
    assert sentences(dead.section("questions")) == {}
    asked = " ".join(one.text for one in dead.section("gaps").statements)
    assert "today" not in asked
    assert "planned" not in asked
    for key in ("gaps", "questions"):
        assert (dead.section(key).note or "").endswith(
            "The patient is recorded as having died: how things are now and what to do next is not asked."
        )


def test_why_a_treatment_ended_is_asked_of_the_dead_too() -> None:
    ended = a_line("2025-01-01", ended="2025-06-01")

    assert list(sentences(a_section("questions", ended, case=a_dead(deceased="2025-07-01")))) == [
        "stop_reason"
    ]


def test_the_time_without_imaging_ends_with_the_patients_life() -> None:
    line = a_line("2025-01-01", ongoing=True)

    found = by_about(a_section("gaps", line, case=a_dead(deceased="2025-07")))
    assert found["imaging_interval:line-1"].facts["to"] == "2025-07-31"
    undated = by_about(a_section("gaps", line, case=a_dead(vital_status="dead")))
    assert "imaging_interval:line-1" not in undated


def test_what_was_read_and_waits_for_a_person_is_counted_with_its_places_and_not_told() -> None:
    symptom = a_record("symptom", date="2026-03-19", symptom="rare cough", trend="stable")
    scan = a_scan("2026-03-01")
    waiting = (a_proposed(symptom, "d-1", "a rare cough"), a_proposed(scan, "d-1"), a_proposed(scan, "d-2"))
    found = by_about(a_section("gaps", *waiting))["unconfirmed"]

    assert found.text == (
        "3 records were read from documents and wait for a person's confirmation. "
        "Nothing of them is stated here or counted."
    )
    assert found.kind == "generated"
    assert found.facts["proposals"] == ("proposal-001", "proposal-002", "proposal-003")
    assert found.facts["kinds"] == {"imaging_study": 2, "symptom": 1}
    assert [(one.document_id, one.page, one.quote) for one in found.sources] == [
        ("d-1", 1, None),
        ("d-2", 1, None),
    ]
    one = by_about(a_section("gaps", waiting[0]))["unconfirmed"].text
    assert one.startswith(
        "1 record was read from documents and waits for a person's confirmation. Nothing of it"
    )
    assert "cough" not in str(a_summary(*waiting))


def test_an_accepted_record_is_stated_and_quotes_its_source() -> None:
    symptom = a_record("symptom", date="2026-03-19", symptom="rare cough", trend="stable")
    told, *_ = a_section("symptoms", record_of(a_proposed(symptom, "d-1", "a rare cough"))).statements
    assert [(one.document_id, one.page, one.quote) for one in told.sources if one.document_id] == [
        ("d-1", 1, "a rare cough")
    ]
