from datetime import date
from typing import Any

import pytest

from app.cases.domain import Patient
from app.documents.domain.document import DocumentFacts
from app.timeline.domain.conflict import Conflict
from app.timeline.domain.deciding import Chosen, DecisionNotFittingError, decision_on
from tests.builders import a_document
from tests.unit.timeline.ledger import a_diagnosis, a_stage, found
from tests.unit.timeline.records import a_marker

TODAY = date(2026, 1, 2)


def two_sides() -> Conflict:
    (conflict,) = found(a_stage(), a_stage(group="IVA"))
    return conflict


def of_identity(*more: Any) -> list[Conflict]:
    paper = a_document(facts=DocumentFacts(printed_name="Other Person", printed_birth_date="1950-01-01"))
    return found(paper, *more, patient=Patient(name="Given Family", birth_date="1961-04-05"))


def chosen(choice: Any, **changes: Any) -> Chosen:
    return Chosen(**{"choice": choice, "reason": "Looked at both.", "by": "A. Coordinator", **changes})


def refused_at(conflict: Conflict, one: Chosen) -> str:
    with pytest.raises(DecisionNotFittingError) as refused:
        decision_on(conflict, one, TODAY)
    return refused.value.errors[0].pointer


@pytest.mark.parametrize(
    ("choice", "holds"), [("first_holds", "record-001"), ("second_holds", "record-002"), ("both_stand", None)]
)
def test_a_decision_names_the_conflict_the_side_that_holds_who_and_when(
    choice: str, holds: str | None
) -> None:
    conflict = two_sides()
    decision = decision_on(conflict, chosen(choice), TODAY)

    assert (decision.topic, decision.about, decision.choice, decision.holds) == (
        "conflict",
        conflict.id,
        choice,
        holds,
    )
    assert (decision.author, decision.date, decision.reason) == (
        "A. Coordinator",
        "2026-01-02",
        "Looked at both.",
    )


def test_a_decision_stands_in_the_ledger_with_who_when_and_why_and_the_id_stays() -> None:
    stages = (a_stage(), a_stage(group="IVA"))
    decision = decision_on(two_sides(), chosen("second_holds"), TODAY)
    (settled,) = found(*stages, decision)

    assert settled.id == two_sides().id
    assert settled.settled is not None
    assert (settled.settled.by, settled.settled.on, settled.settled.reason, settled.settled.holds) == (
        "A. Coordinator",
        "2026-01-02",
        "Looked at both.",
        "record-002",
    )
    (reopened,) = found(*stages, decision, decision_on(settled, chosen("withdrawn"), TODAY))
    assert reopened.settled is None


def test_of_more_than_two_sides_the_one_that_holds_is_named() -> None:
    (conflict,) = found(a_marker("2025-01-01", 4), a_marker("2025-01-01", 4), a_marker("2025-01-01", 4))

    assert len(conflict.sides) == 3
    assert decision_on(conflict, chosen("second_holds", holds="record-003"), TODAY).holds == "record-003"
    assert refused_at(conflict, chosen("second_holds", holds="record-001")) == "/holds"


def test_whose_a_document_is_is_decided_for_all_that_is_printed_on_it() -> None:
    first, second = of_identity()
    decision = decision_on(first, chosen("same_patient"), TODAY)
    settled = of_identity(decision)
    withdrawn = decision_on(settled[1], chosen("withdrawn"), TODAY)

    assert [one.settled is not None for one in (first, second)] == [False, False]
    assert [one.settled is not None for one in settled] == [True, True]
    assert [one.settled is not None for one in of_identity(decision, withdrawn)] == [False, False]


@pytest.mark.parametrize(
    ("one", "pointer"),
    [
        (chosen("same_patient"), "/choice"),
        (chosen("withdrawn"), "/choice"),
        (chosen("first_holds", holds="record-002"), "/holds"),
        (chosen("second_holds", holds="record-009"), "/holds"),
        (chosen("both_stand", holds="record-001"), "/holds"),
    ],
    ids=["not-of-identity", "nothing-to-withdraw", "the-other-side", "no-side", "both-and-one"],
)
def test_what_does_not_fit_the_conflict_is_refused_at_its_place(one: Chosen, pointer: str) -> None:
    assert refused_at(two_sides(), one) == pointer


def test_of_a_conflict_with_one_side_no_side_holds_alone() -> None:
    (conflict,) = found(a_diagnosis(date="2026-05-01"))

    assert len(conflict.sides) == 1
    assert refused_at(conflict, chosen("first_holds")) == "/choice"
    assert decision_on(conflict, chosen("both_stand"), TODAY).holds is None
