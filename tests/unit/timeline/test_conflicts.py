"""What counts as a disagreement and what does not, and how a person settles it."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.casefile.domain.case_file import CaseFile
from app.cases.domain import Patient
from app.documents.domain.document import Document, DocumentFacts
from app.records.domain.kinds import AnyRecord
from app.timeline.domain.conflicts import find_conflicts
from tests.builders import a_case_file, a_document, a_record
from tests.unit.timeline.ledger import AS_OF, MANY, a_stage, found
from tests.unit.timeline.records import a_ca125, a_marker, a_study


def a_paper(**facts: Any) -> Document:
    return a_document(kind="imaging_report", facts=DocumentFacts(**facts))


@pytest.mark.parametrize(
    ("printed", "differs"),
    [
        pytest.param({"printed_name": "Gíven Family"}, False, id="accents"),
        pytest.param({"printed_name": "FAMILY, Given Middle"}, False, id="order-and-more-names"),
        pytest.param({"printed_name": "G. Family"}, False, id="initial"),
        pytest.param({"printed_name": "Other Family"}, True, id="another-name"),
        pytest.param({"printed_birth_date": "1961-04-12"}, False, id="finer-birth-date"),
        pytest.param({"printed_birth_date": "1961-05-12"}, True, id="another-birth-date"),
        pytest.param({"printed_sex": "male"}, True, id="another-sex"),
        pytest.param({"printed_sex": "unknown"}, False, id="unknown-sex"),
        pytest.param({}, False, id="nothing-printed"),
    ],
)
def test_a_paper_of_another_patient_blocks(printed: dict[str, Any], differs: Any) -> None:
    patient = Patient(name="Given Family", birth_date="1961-04", sex="female")
    conflicts = found(a_paper(**printed), patient=patient)
    assert [(one.rule.id, one.severity) for one in conflicts] == (
        [("identity_differs", "block")] if differs else []
    )


def test_where_the_case_names_nobody_papers_are_compared_with_each_other() -> None:
    papers = [a_paper(printed_name=name) for name in ("Given Family", "Other Person", "Given Family")]
    (conflict,) = found(*papers, patient=Patient())
    assert [side.document_id for side in conflict.sides] == ["document-001", "document-002"]
    assert conflict.severity == "block"


def a_decision(about: str, choice: str = "both_stand", **fields: Any) -> AnyRecord:
    return a_record(
        "decision", topic="conflict", about=about, choice=choice, reason="Looked at it.", **fields
    )


def test_a_decision_settles_the_conflict_that_it_names_and_withdrawing_it_opens_it_again() -> None:
    paper, patient = a_paper(printed_name="Other Person"), Patient(name="Given Family")
    (open_one,) = found(paper, patient=patient)
    assert open_one.settled is None
    decision = a_decision(open_one.id, "same_patient", date="2025-01-01")
    (settled,) = found(paper, decision, patient=patient)
    assert settled.settled is not None
    assert (settled.id, settled.settled.choice, settled.settled.decision_id) == (
        open_one.id,
        "same_patient",
        "record-001",
    )
    withdrawn = a_decision(open_one.id, "withdrawn", date="2025-02-01")
    (reopened,) = found(paper, decision, withdrawn, patient=patient)
    assert reopened.settled is None
    (again,) = found(paper, withdrawn, a_decision(open_one.id, date="2025-03-01"), patient=patient)
    assert again.settled is not None


@pytest.mark.parametrize(
    "decision",
    [
        a_decision("conflict-of-another-kind"),
        a_record("decision", topic="waiver", about="admin", choice="waived", reason="x"),
        a_decision("document-002", "same_patient"),
    ],
    ids=["another-conflict", "waiver", "another-document"],
)
def test_another_decision_settles_nothing(decision: AnyRecord) -> None:
    (conflict,) = found(a_paper(printed_name="Other Person"), decision, patient=Patient(name="Given Family"))
    assert conflict.settled is None


def test_a_document_that_a_person_calls_the_same_patients_is_settled() -> None:
    decision = a_decision("document-001", "same_patient")
    (conflict,) = found(a_paper(printed_name="Other Person"), decision, patient=Patient(name="Given Family"))
    assert conflict.settled is not None


def test_a_decision_that_has_run_out_settles_nothing() -> None:
    paper, patient = a_paper(printed_name="Other Person"), Patient(name="Given Family")
    (conflict,) = found(paper, patient=patient)
    (still,) = found(paper, a_decision(conflict.id, until="2025-12-31"), patient=patient)
    assert still.settled is None
    (held,) = found(paper, a_decision(conflict.id, until="2026-01-01"), patient=patient)
    assert held.settled is not None


def test_the_gravest_comes_first() -> None:
    severities = [
        conflict.severity
        for conflict in found(
            a_paper(printed_sex="male"),
            a_marker("2025-01-01", 4),
            a_marker("2025-02-01", 40),
            a_stage(),
            a_stage(group="IVA"),
            a_study("2025-03-01", reported_on="2025-04-01"),
            a_study("2027-03-01"),
            patient=Patient(sex="female"),
        )
    ]
    assert severities == ["block", "high", "medium", "ask", "info"]


def test_the_same_disagreement_keeps_its_id_whatever_else_comes_in() -> None:
    (first,) = found(a_stage(), a_stage(group="IVA"))
    later = found(a_stage(), a_stage(group="IVA"), a_ca125("2025-01-01", 40), a_ca125("2025-02-01", 400))
    assert first.id in {one.id for one in later}
    assert len({one.id for one in later}) == len(later) == 2


@given(st.integers())
def test_the_ledger_does_not_depend_on_the_order_of_the_records(seed: int) -> None:
    case_file = a_case_file(*MANY)
    shuffled = list(case_file.entries)
    random.Random(seed).shuffle(shuffled)
    ledger = find_conflicts(case_file, AS_OF)
    assert find_conflicts(CaseFile(case_file.case, tuple(shuffled)), AS_OF) == ledger
    assert len(ledger) > 8
