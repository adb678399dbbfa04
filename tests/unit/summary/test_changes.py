"""What has changed between two revisions: nothing left out, nothing invented, the patient left out where asked."""

from dataclasses import replace
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from app.casefile.domain.case_file import CaseFile, Entry
from app.cases.domain import Identifier, Patient
from app.documents.domain.document import DocumentFacts
from app.records.domain.kinds import AnyRecord
from app.summary.domain.assemble import open_case
from app.summary.domain.build import write_summary
from app.summary.domain.changed import Changes
from app.summary.domain.changes import Seen, changes_between
from app.summary.domain.identity import Identity
from tests.builders import a_case, a_case_file, a_document, a_record
from tests.unit.summary.any_case import case_files
from tests.unit.summary.test_laws import A_DAY, CHECKLISTS, laws


def seen(case_file: CaseFile, identity: Identity = "full") -> Seen:
    page = open_case(case_file, CHECKLISTS["response"], A_DAY, identity=identity)
    return Seen(page=page, summary=write_summary(page))


def changes(before: CaseFile, after: CaseFile, identity: Identity = "full") -> Changes:
    return changes_between(seen(before, identity), seen(after, identity))


def amended(case_file: CaseFile, record_id: str, record: AnyRecord) -> CaseFile:
    entries = tuple(
        Entry(entry.id, 2, record, entry.recorded_on) if entry.id == record_id else entry
        for entry in case_file.entries
    )
    return CaseFile(replace(case_file.case, revision=2), entries, case_file.documents)


def said(one: Changes) -> Any:
    return msgspec.json.encode(one).decode()


DIAGNOSIS = a_record("diagnosis", site="lung", date="2025-11-18")


@laws
@given(case_files())
def test_between_a_case_and_itself_nothing_has_changed(case_file: CaseFile) -> None:
    found = changes(case_file, case_file)

    assert found.words == ()
    assert not any((found.records, found.documents, found.case, found.statements, found.conflicts))


@laws
@given(case_files())
def test_from_nothing_to_a_case_everything_is_new_and_back_again_everything_is_gone(
    case_file: CaseFile,
) -> None:
    nothing = CaseFile(case_file.case)
    forth, back = changes(nothing, case_file), changes(case_file, nothing)

    assert {one.record_id for one in forth.records} == {entry.id for entry in case_file.entries}
    assert {one.change for one in forth.records} <= {"added"}
    assert [one.record_id for one in back.records] == [one.record_id for one in forth.records]
    assert {one.change for one in back.records} <= {"withdrawn"}
    assert {one.document_id for one in forth.documents} == {one.id for one in case_file.documents}
    assert {one.conflict_id for one in forth.conflicts if one.change == "new"} == {
        one.conflict_id for one in back.conflicts if one.change == "gone"
    }
    swapped = {"appeared": "disappeared", "disappeared": "appeared", "changed": "changed"}
    assert {(one.statement_id, swapped[one.change], one.after, one.before) for one in forth.statements} == {
        (one.statement_id, one.change, one.before, one.after) for one in back.statements
    }


@laws
@given(case_files())
def test_the_statements_that_changed_lead_from_one_summary_to_the_other(case_file: CaseFile) -> None:
    before = seen(CaseFile(case_file.case, case_file.entries[:1], case_file.documents[:1]))
    after = seen(case_file)
    texts = {one.id: one.text for section in before.summary.sections for one in section.statements}
    for change in changes_between(before, after).statements:
        assert texts.get(change.statement_id) == change.before
        if change.after is None:
            del texts[change.statement_id]
        else:
            texts[change.statement_id] = change.after

    assert texts == {one.id: one.text for section in after.summary.sections for one in section.statements}


def test_an_amended_record_says_which_fields_before_and_after() -> None:
    before = a_case_file(DIAGNOSIS)
    found = changes(
        before, amended(before, "record-001", a_record("diagnosis", site="colon", date="2025-11-18"))
    )

    (record,) = found.records
    assert (record.change, record.kind, record.record_id) == ("amended", "diagnosis", "record-001")
    assert [(one.field, one.before, one.after) for one in record.fields] == [("site", "lung", "colon")]
    assert "Diagnosis amended: 2025-11-18: Diagnosis: colon. Changed: site." in found.words
    assert ("diagnosis/record-001", "changed") in [(one.statement_id, one.change) for one in found.statements]


def test_a_new_alert_comes_first_in_the_words_then_conflicts() -> None:
    left = a_record("diagnosis", site="breast", laterality="left", date="2025-01-01")
    right = a_record("diagnosis", site="breast", laterality="right", date="2025-01-01")
    bleeding = a_record("symptom", symptom="bleeding", date="2026-03-19", words="bleeding heavily")
    found = changes(a_case_file(left), a_case_file(left, right, bleeding))

    assert found.words[0].startswith("Alert: These symptoms may need urgent care.")
    kinds = [words.partition(":")[0] for words in found.words]
    assert kinds.index("Conflict new") < kinds.index("Diagnosis added")
    assert [one.change for one in found.conflicts] == ["new"]


def test_a_decision_shows_as_decided_and_its_withdrawal_as_reopened() -> None:
    left = a_record("diagnosis", site="breast", laterality="left", date="2025-01-01")
    right = a_record("diagnosis", site="breast", laterality="right", date="2025-01-01")
    undecided = a_case_file(left, right)
    (conflict,) = seen(undecided).page.views.conflicts
    decision = a_record(
        "decision", topic="conflict", about=conflict.id, choice="both_stand", reason="Two tumours."
    )
    decided = a_case_file(left, right, decision)

    assert [one.change for one in changes(undecided, decided).conflicts] == ["decided"]
    assert "“Two tumours.”" in changes(undecided, decided).conflicts[0].text
    assert [one.change for one in changes(decided, undecided).conflicts] == ["reopened"]


def test_readiness_tells_which_items_moved() -> None:
    found = changes(a_case_file(), a_case_file(DIAGNOSIS))

    assert found.readiness.before.score != found.readiness.after.score
    assert ("diagnosis_core", "missing", "partial") in [
        (one.key, one.before, one.after) for one in found.readiness.items
    ]


def test_a_document_that_is_described_anew_or_gone_is_told() -> None:
    paper = a_document(kind="imaging_report", title="CT")
    before = a_case_file(paper)
    other = replace(before.documents[0], version=2, body=replace(paper.body, facts=DocumentFacts(pages=4)))
    again = CaseFile(before.case, (), (other,))

    (told,) = changes(before, again).documents
    assert (told.change, [(one.field, one.before, one.after) for one in told.fields]) == (
        "amended",
        [("facts.pages", None, 4)],
    )
    assert [one.change for one in changes(before, a_case_file()).documents] == ["removed"]


@given(st.sampled_from(["Anna Weber", "Weber, Anna", "seen: ANNA WEBER"]))
def test_a_name_given_only_later_is_taken_out_of_what_was_said_before(name: str) -> None:
    remark = a_record("opinion", date="2026-01-01", statement=name, asserted_by="oncologist")
    before = a_case_file(remark)
    patient = Patient(
        name="Anna Weber", birth_date="1961-04-05", identifiers=(Identifier(system="m", value="4711"),)
    )
    after = a_case_file(case=a_case(patient=patient, revision=2, reference="R-4711"))
    found = changes(before, after, "none")

    for secret in ("anna", "weber", "1961-04-05", "4711"):
        assert secret not in said(found).casefold()
    assert {one.field for one in found.case} >= {"patient.name", "reference"}
    assert "Anna Weber" in said(changes(before, after))
