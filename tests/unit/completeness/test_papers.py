"""Paper and content told apart; what is wrong with a paper; whose it is."""

from typing import Any

import pytest

from app.cases.domain import Patient
from app.completeness.domain.check import check
from app.completeness.domain.library import load_checklists
from app.completeness.domain.report import Block
from app.documents.domain.document import DocumentFacts
from app.records.domain.base import Source
from tests.builders import A_DAY, a_case_file, a_document, a_record
from tests.unit.completeness.checking import (
    NSCLC,
    a_case_with,
    a_paper,
    a_pathology,
    a_plan,
    item,
    report,
    status,
)

READ_FROM_FIRST = (Source(document_id="document-001"),)
SATISFYING = {
    "diagnosis_core": ("oncology_note", "discharge_summary", "pathology_report"),
    "oncologist_note_latest": ("consultation", "oncology_note", "progress_note", "prescription"),
    "pathology_ihc": ("pathology_report",),
    "imaging_latest": ("imaging_report",),
    "molecular": ("molecular_report",),
    "treatment_history": ("treatment_record", "treatment_summary", "radiotherapy_summary"),
    "labs_organ": ("laboratory_report",),
    "medications": ("medication_list", "prescription"),
    "comorbid_allergy": ("history_physical", "discharge_summary"),
}


@pytest.mark.parametrize(
    ("key", "kind"), [(key, kind) for key, kinds in SATISFYING.items() for kind in kinds]
)
def test_a_readable_paper_counts_while_nothing_in_it_is_recorded(key: str, kind: str) -> None:
    found = item(key, a_paper(kind))
    assert (found.status, found.findings) == ("present", ("content_not_read",))
    assert [one.document_id for one in found.evidence] == ["document-001"]
    assert found.next_action == "The paper is here; record what it says."


@pytest.mark.parametrize("key", SATISFYING)
def test_a_paper_of_another_kind_counts_for_nothing(key: str) -> None:
    assert status(key, a_paper("insurance")) == "missing"


def test_a_letter_that_covers_several_items_counts_for_each_but_never_for_images() -> None:
    found = report(a_paper("discharge_summary"))
    present = {one.key for one in found.items if one.status == "present"}
    assert present == {"diagnosis_core", "complications", "comorbid_allergy"}
    assert status("imaging_files", a_paper("discharge_summary")) == "missing"


def test_once_records_rest_on_a_paper_they_decide() -> None:
    paper = a_paper("pathology_report")
    assert status("pathology_ihc", paper, a_pathology(ihc=(), sources=READ_FROM_FIRST)) == "partial"
    assert status("pathology_ihc", paper, a_record("symptom", sources=READ_FROM_FIRST)) == "missing"
    assert status("pathology_ihc", paper, a_pathology(ihc=())) == "present"


def test_a_whole_record_decides_before_a_paper_that_nobody_has_read() -> None:
    found = item("pathology_ihc", a_paper("pathology_report"), a_pathology())
    assert (found.status, found.findings) == ("present", ())


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(
            {"facts": DocumentFacts(readable=False)}, ("partial", ("partial", "unreadable")), id="unreadable"
        ),
        pytest.param(
            {"facts": DocumentFacts(), "findings": ("encrypted",)},
            ("partial", ("partial", "unreadable", "password_protected")),
            id="locked",
        ),
        pytest.param(
            {"facts": DocumentFacts(), "findings": ("damaged",)},
            ("partial", ("partial", "unreadable")),
            id="damaged",
        ),
        pytest.param(
            {"facts": DocumentFacts(readable=True), "findings": ("encrypted",)},
            ("present", ("content_not_read",)),
            id="opened",
        ),
        pytest.param({"facts": DocumentFacts()}, ("present", ("content_not_read",)), id="nobody looked"),
        pytest.param(
            {"facts": DocumentFacts(), "media": "jpeg"},
            ("present", ("content_not_read", "not_read")),
            id="a photo nobody read",
        ),
        pytest.param(
            {"facts": DocumentFacts(readable=True, pages=2, pages_stated=4)},
            ("present", ("content_not_read", "pages_missing")),
            id="two of four pages",
        ),
        pytest.param(
            {"facts": DocumentFacts(readable=True, pages=4, pages_stated=4)},
            ("present", ("content_not_read",)),
            id="all pages",
        ),
        pytest.param({"dated": None}, ("present", ("content_not_read", "undated")), id="undated"),
    ],
)
def test_what_is_known_of_the_paper_itself_is_found(changes: Any, expected: Any) -> None:
    found = item("pathology_ihc", a_paper("pathology_report", **changes))
    assert (found.status, found.findings) == expected


def test_a_readable_copy_outweighs_an_unreadable_one() -> None:
    unreadable = a_paper("pathology_report", facts=DocumentFacts(readable=False), dated="2026-03-12")
    assert status("pathology_ihc", unreadable, a_paper("pathology_report")) == "present"
    assert status("pathology_ihc", unreadable, a_pathology()) == "present"


def test_the_newest_scan_on_an_unreadable_paper_is_partial() -> None:
    unreadable = a_paper("imaging_report", facts=DocumentFacts(readable=False), dated="2026-03-12")
    assert status("imaging_latest", unreadable, a_paper("imaging_report")) == "partial"


# --- language ----------------------------------------------------------------------------------------------------


def reading(*languages: str) -> Any:
    return a_case_with(NSCLC, languages=languages)


@pytest.mark.parametrize(
    ("language", "languages", "expected"),
    [
        ("ru", ("en",), "partial"),
        ("en-GB", ("en",), "present"),
        ("en", ("EN-us",), "present"),
        ("ru", ("en", "ru"), "present"),
        ("ru", (), "present"),
        (None, ("en",), "present"),
    ],
)
def test_a_language_that_the_reviewer_does_not_read_makes_it_partial(
    language: Any, languages: Any, expected: str
) -> None:
    found = item("pathology_ihc", a_paper("pathology_report", language=language), case=reading(*languages))
    assert (found.status, "language" in found.findings) == (expected, expected == "partial")


def test_a_translation_in_the_case_mends_the_language() -> None:
    original = a_paper("pathology_report", language="ru")
    translation = a_paper("translation", language="en", translation_of="document-001")
    assert status("pathology_ihc", original, translation, case=reading("en")) == "present"
    unreadable = a_paper(
        "translation", language="en", translation_of="document-001", facts=DocumentFacts(readable=False)
    )
    assert status("pathology_ihc", original, unreadable, case=reading("en")) == "partial"
    into_another = a_paper("translation", language="fr", translation_of="document-001")
    assert status("pathology_ihc", original, into_another, case=reading("en")) == "partial"


def test_records_read_from_a_foreign_paper_carry_its_finding() -> None:
    original = a_paper("pathology_report", language="ru")
    found = item("pathology_ihc", original, a_pathology(sources=READ_FROM_FIRST), case=reading("en"))
    assert (found.status, found.findings, found.lacking) == ("partial", ("partial", "language"), ())
    assert status("pathology_ihc", original, a_pathology(), case=reading("en")) == "present"


def test_the_review_language_is_one_that_the_reviewer_reads() -> None:
    planning = a_record("planning", review_language="en")
    assert status("pathology_ihc", a_paper("pathology_report", language="ru"), planning) == "partial"


# --- identity ----------------------------------------------------------------------------------------------------

PATIENT = Patient(name="Anna Maria Example", birth_date="1960-05-01", sex="female")


def printed(**facts: Any) -> Any:
    return a_document(kind="insurance", facts=DocumentFacts(readable=True, **facts))


@pytest.mark.parametrize(
    "facts",
    [
        {"printed_name": "Berta Sample"},
        {"printed_birth_date": "1961-05-01"},
        {"printed_sex": "male"},
    ],
)
def test_a_paper_of_somebody_else_blocks_until_a_person_decides(facts: Any) -> None:
    case = a_case_with(NSCLC, patient=PATIENT)
    paper = printed(**facts)
    assert [block.document_id for block in report(paper, case=case).blocking if block.document_id] == [
        "document-001"
    ]
    decided = a_record(
        "decision", topic="conflict", about="document-001", choice="same_patient", reason="a spelling"
    )
    assert not [block for block in report(paper, decided, case=case).blocking if block.document_id]
    undone = a_record("decision", topic="conflict", about="document-001", choice="withdrawn", reason="no")
    assert [block for block in report(paper, decided, undone, case=case).blocking if block.document_id]


def test_a_decision_on_something_else_leaves_the_papers_decision_as_it_was() -> None:
    case = a_case_with(NSCLC, patient=PATIENT)
    paper = printed(printed_name="Berta Sample")
    decided = a_record(
        "decision",
        topic="conflict",
        about="document-001",
        choice="same_patient",
        reason="a",
        date="2026-03-01",
    )
    other = a_record(
        "decision", topic="conflict", about="another", choice="both_stand", reason="b", date="2026-03-02"
    )
    assert not [one for one in report(paper, decided, other, case=case).blocking if one.document_id]
    waived = a_record(
        "decision", topic="waiver", about="document-001", choice="withdrawn", reason="c", date="2026-03-03"
    )
    assert not [one for one in report(paper, decided, waived, case=case).blocking if one.document_id]


def test_a_decision_on_the_conflict_is_one_on_its_paper() -> None:
    case = a_case_with(NSCLC, patient=PATIENT)
    (block,) = (one for one in report(printed(printed_sex="male"), case=case).blocking if one.document_id)
    decided = a_record(
        "decision", topic="conflict", about=block.conflict, choice="same_patient", reason="a slip"
    )
    assert not [
        one for one in report(printed(printed_sex="male"), decided, case=case).blocking if one.document_id
    ]


@pytest.mark.parametrize("choice", ["first_holds", "both_stand"])
def test_only_the_same_patient_makes_a_paper_count(choice: str) -> None:
    case = a_case_with(NSCLC, patient=PATIENT)
    decided = a_record(
        "decision", topic="conflict", about="document-001", choice=choice, reason="another person's"
    )
    assert [
        one for one in report(printed(printed_sex="male"), decided, case=case).blocking if one.document_id
    ]


def test_a_conflict_that_is_passed_in_as_well_blocks_once() -> None:
    case = a_case_with(NSCLC, patient=PATIENT)
    case_file = a_case_file(printed(printed_sex="male"), case=case)
    checklist = load_checklists()["response"]
    (block,) = (one for one in check(case_file, checklist, A_DAY).blocking if one.conflict)
    again = Block(conflict=block.conflict, reason="the same")
    other = Block(conflict="c-2", reason="another")
    found = check(case_file, checklist, A_DAY, blocking_conflicts=(again, other)).blocking
    assert [one for one in found if one.conflict] == [block, other]


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"printed_name": "EXAMPLE, Anna"},
        {"printed_name": "A. M. Example"},
        {"printed_name": "Ánna Example"},
        {"printed_birth_date": "1960"},
        {"printed_sex": "unknown"},
    ],
)
def test_silence_initials_and_a_coarser_date_contradict_nothing(facts: Any) -> None:
    case = a_case_with(NSCLC, patient=PATIENT)
    assert not [block for block in report(printed(**facts), case=case).blocking if block.document_id]


def test_a_reason_for_blocking_names_the_field_and_never_the_value() -> None:
    case = a_case_with(NSCLC, patient=PATIENT)
    (block,) = (
        one for one in report(printed(printed_name="Berta Sample"), case=case).blocking if one.document_id
    )
    assert "name" in block.reason
    assert "Berta" not in block.reason
    assert "Anna" not in block.reason


def test_an_item_that_rests_on_a_paper_of_somebody_else_is_partial() -> None:
    case = a_case_with(NSCLC, patient=PATIENT)
    paper = a_paper("pathology_report", facts=DocumentFacts(readable=True, printed_sex="male"))
    found = item("pathology_ihc", paper, case=case)
    assert (found.status, found.findings) == ("partial", ("partial", "content_not_read", "identity"))
    assert found.next_action == "Check whose paper this is, and record the decision."
    assert status("pathology_ihc", paper, a_pathology(sources=READ_FROM_FIRST), case=case) == "partial"


def test_a_follow_up_plan_may_stand_in_a_note_of_the_oncologist() -> None:
    assert status("followup_plan", a_paper("oncology_note"), checklist="remission") == "present"
    assert status("followup_plan", a_paper("oncology_note"), a_plan(), checklist="remission") == "present"
