"""What waits for a person, as the case file holds it."""

from dataclasses import replace

from app.casefile.domain.case_file import CaseFile, Entry, as_if_confirmed
from app.completeness.domain.future import without_future
from app.timeline.domain.order import in_order_of_ids
from tests.builders import A_DAY, a_case_file, a_proposed, a_record

SYMPTOM = a_record("symptom", symptom="cough", date="2026-03-01")


def waiting() -> CaseFile:
    """Return a case file in which two records wait, their ids on either side of that of one that does not."""
    case_file = a_case_file(SYMPTOM, a_proposed(SYMPTOM), a_proposed(SYMPTOM))
    first, last = case_file.proposals
    return replace(case_file, proposals=(first, Entry("a-proposal", 1, last.record, last.recorded_on)))


def test_what_waits_is_among_the_records_of_no_kind() -> None:
    assert [entry.id for entry in waiting().of(type(SYMPTOM))] == ["record-001"]


def test_as_if_all_were_confirmed_they_stand_among_the_records_in_order_of_ids() -> None:
    then = as_if_confirmed(waiting())
    assert [entry.id for entry in then.entries] == ["a-proposal", "proposal-001", "record-001"]
    assert then.proposals == ()


def test_where_nothing_waits_the_case_file_is_its_own() -> None:
    case_file = a_case_file(SYMPTOM)
    assert as_if_confirmed(case_file) is case_file


def test_what_waits_is_put_in_order_of_ids_too() -> None:
    assert [entry.id for entry in in_order_of_ids(waiting()).proposals] == ["a-proposal", "proposal-001"]


def test_what_waits_goes_on_waiting_where_days_to_come_are_left_out() -> None:
    later = a_case_file(a_record("symptom", date="2026-04-01"), a_proposed(SYMPTOM))
    left, future = without_future(later, A_DAY)
    assert (left.proposals, future) == (later.proposals, ("record-001",))
