"""The worklist's order, and for how long what it keeps of a case holds."""

from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.casefile.domain.case_file import CaseFile, Entry
from app.completeness.chasing import chase_list
from app.completeness.domain.chase.model import Sending, Sent
from app.completeness.domain.library import load_checklists
from app.completeness.service import Rules
from app.worklist.domain.digest import BlockingItem, Digest, digest_of
from app.worklist.domain.order import Filters, Head, Place, WorklistRow, listed, row_of
from app.worklist.domain.validity import holds_through, limits_of
from tests.builders import A_DAY, a_case_file, a_document, a_proposed, a_record
from tests.unit.completeness.test_laws import case_files, checklists, records
from tests.worked_cases import LUNG, OVARY, day_of, worked_case

NOTHING = Digest(
    ready=True,
    score=100.0,
    missing=0,
    partial=0,
    stale=0,
    unknown=0,
    unconfirmed=0,
    items=(),
    conflicts=(),
    emergency=False,
    arrived_on=None,
    requests_open=0,
    requests_sent=0,
    waiting_since=None,
)


def a_row(case_id: str = "case-1", **changes: Any) -> WorklistRow:
    head = Head(case_id=case_id, reference=None, purposes=(), revision=1)
    return row_of(head, replace(NOTHING, **changes), A_DAY)


def lacking(*keys: str) -> tuple[BlockingItem, ...]:
    return tuple(BlockingItem(item=key, status="missing") for key in keys)


def order(*rows: WorklistRow, filters: Filters | None = None) -> list[str]:
    return [row.case_id for row in listed(rows, filters or Filters(), after=None, limit=200)]


# --- order --------------------------------------------------------------------------------------------------------


def test_emergency_words_come_first_then_conflicts_then_what_lacks_least_then_what_is_ready() -> None:
    rows = (
        a_row("ready"),
        a_row("lacks-two", ready=False, items=lacking("a", "b")),
        a_row("lacks-one", ready=False, items=lacking("a")),
        a_row("conflict", ready=False, conflicts=("conflict-1",)),
        a_row("emergency", emergency=True),
        a_row("emergency-and-conflict", emergency=True, ready=False, conflicts=("conflict-1",)),
    )
    assert order(*rows) == [
        "emergency",
        "emergency-and-conflict",
        "conflict",
        "lacks-one",
        "lacks-two",
        "ready",
    ]


def test_a_page_goes_on_where_the_one_before_ended() -> None:
    rows = [a_row(f"case-{number}", ready=number % 2 == 0) for number in range(9)]
    after: Place | None = None
    seen: list[str] = []
    while page := listed(rows, Filters(), after=after, limit=2)[:2]:
        seen.extend(row.case_id for row in page)
        after = page[-1].place
    assert seen == order(*rows)


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        (Filters(readiness="ready"), ["urgent", "ready"]),
        (Filters(readiness="not_ready"), ["conflict", "waits"]),
        (Filters(blocked=True), ["conflict"]),
        (Filters(blocked=False), ["urgent", "waits", "ready"]),
        (Filters(emergency=True), ["urgent"]),
        (Filters(emergency=False), ["conflict", "waits", "ready"]),
        (Filters(waiting_over_days=9), ["waits"]),
        (Filters(waiting_over_days=10), []),
    ],
)
def test_filters_keep_what_they_say(filters: Filters, kept: list[str]) -> None:
    rows = (
        a_row("ready"),
        a_row("conflict", ready=False, conflicts=("conflict-1",)),
        a_row("urgent", emergency=True),
        a_row("waits", ready=False, waiting_since=(A_DAY - timedelta(days=10)).isoformat()),
    )
    assert order(*rows, filters=filters) == kept


# --- in a few numbers -----------------------------------------------------------------------------------------------


def digest(case_file: CaseFile, as_of: date, *by: Rules, sent: tuple[Sent, ...] = ()) -> Digest:
    found = chase_list(case_file, by[0], as_of, [(one, by[-1]) for one in sent])
    return digest_of(case_file, found.report, found.requests, zone=UTC)


def test_the_worked_cases_in_short() -> None:
    lung = digest(worked_case(LUNG), day_of(LUNG), Rules(load_checklists()["response"]))
    assert (lung.ready, lung.score, lung.missing, lung.partial, lung.unknown) == (False, 63.8, 7, 1, 1)
    assert [one.item for one in lung.items] == [
        "oncologist_note_latest",
        "treatment_history",
        "labs_organ",
        "medications",
    ]
    assert not lung.emergency
    assert (lung.requests_open, lung.requests_sent, lung.waiting_since) == (5, 0, None)


def test_emergency_words_are_those_of_the_summary() -> None:
    told = a_case_file(a_record("symptom", symptom="unable to pass stool", date="2026-03-19"))
    assert digest(told, A_DAY, Rules(load_checklists()["response"])).emergency


def test_what_waits_for_a_person_is_counted() -> None:
    rules = Rules(load_checklists()["response"])
    assert digest(a_case_file(), A_DAY, rules).unconfirmed == 0
    two = a_case_file(a_proposed(a_record("symptom")), a_proposed(a_record("medication")))
    assert digest(two, A_DAY, rules).unconfirmed == 2
    assert a_row(unconfirmed=2).unconfirmed == 2


def test_the_last_arrival_is_that_of_a_record_or_document_and_not_of_a_decision() -> None:
    rules = Rules(load_checklists()["response"])
    assert digest(a_case_file(), A_DAY, rules).arrived_on is None
    waiver = a_record("decision", topic="waiver", about="symptoms", choice="waived", reason="r")
    assert digest(a_case_file(waiver), A_DAY, rules).arrived_on is None
    paper = a_document(uploaded_at="2026-02-03T23:30:00.000000Z")
    assert digest(a_case_file(paper), A_DAY, rules).arrived_on == "2026-02-03"
    assert digest(a_case_file(a_record("symptom"), paper), A_DAY, rules).arrived_on == "2026-02-03"


# --- how long it holds ----------------------------------------------------------------------------------------------


@st.composite
def waived(draw: st.DrawFn) -> CaseFile:
    """A case file, some with waivers that end, some with records that wait for a person."""
    case_file = draw(case_files())
    until = draw(st.lists(st.dates(date(2026, 1, 1), date(2026, 9, 1)), max_size=2))
    waivers = tuple(
        Entry(
            f"waiver-{number}",
            1,
            a_record(
                "decision",
                topic="waiver",
                about=draw(st.sampled_from(["symptoms", "labs_organ", "imaging_latest"])),
                choice="waived",
                reason="r",
                until=day.isoformat(),
            ),
            date(2026, 1, 1),
        )
        for number, day in enumerate(until)
    )
    waiting = a_case_file(*map(a_proposed, draw(st.lists(records, max_size=3)))).proposals
    return CaseFile(case_file.case, (*case_file.entries, *waivers), case_file.documents, waiting)


@given(waived(), checklists, st.dates(date(2026, 1, 1), date(2026, 8, 1)), st.data())
def test_what_is_kept_of_a_case_is_what_would_be_worked_out_anew_on_every_day_that_it_holds(
    case_file: CaseFile, checklist: str, as_of: date, data: st.DataObject
) -> None:
    by = Rules(load_checklists()[checklist])
    through = holds_through(case_file, limits_of(by.checklist), as_of)
    assert through >= as_of
    kept = digest(case_file, as_of, by)
    days = [through, *data.draw(st.lists(st.dates(as_of, through), max_size=3))]
    for day in days:
        assert digest(case_file, day, by) == kept, day


@given(waived(), st.dates(date(2026, 1, 1), date(2026, 8, 1)), st.data())
def test_requests_that_were_sent_are_kept_no_longer_than_they_hold(
    case_file: CaseFile, as_of: date, data: st.DataObject
) -> None:
    by, other = Rules(load_checklists()["response"]), Rules(load_checklists()["remission"])
    found = chase_list(case_file, other, as_of)
    sending = Sending(to="x", on=as_of.isoformat(), how="post", note=None, language=None, by=None)
    sent = tuple(
        Sent(
            id=one.id,
            holder=one.holder,
            asks=one.waiting,
            sending=sending,
            checklist=found.report.checklist,
            profile=None,
        )
        for one in found.requests[:2]
    )
    through = holds_through(case_file, (*limits_of(by.checklist), *limits_of(other.checklist)), as_of)
    kept = digest(case_file, as_of, by, other, sent=sent)
    for day in (through, data.draw(st.dates(as_of, through))):
        assert digest(case_file, day, by, other, sent=sent) == kept, day


@pytest.mark.parametrize(
    ("case_file", "checklist", "as_of", "through"),
    [
        pytest.param(a_case_file(), "response", date(2026, 3, 20), date(2026, 12, 31), id="nothing-ages"),
        pytest.param(
            a_case_file(a_record("symptom", symptom="x", trend="stable", date="2026-03-15")),
            "response",
            date(2026, 3, 20),
            date(2026, 3, 28),
            id="the-day-before-a-symptom-may-be-old",
        ),
        pytest.param(
            a_case_file(a_record("diagnosis", site="x", date="2026")),
            "response",
            date(2026, 3, 20),
            date(2026, 3, 20),
            id="a-date-that-may-lie-ahead",
        ),
        pytest.param(
            a_case_file(a_record("symptom", symptom="x", date="2026-04-02")),
            "response",
            date(2026, 3, 20),
            date(2026, 4, 1),
            id="something-to-come",
        ),
    ],
)
def test_an_answer_holds_until_a_date_of_the_case_can_change_it(
    case_file: CaseFile, checklist: str, as_of: date, through: date
) -> None:
    assert holds_through(case_file, limits_of(load_checklists()[checklist]), as_of) == through


def test_the_worked_cases_hold_for_more_than_a_day() -> None:
    for name, checklist in ((LUNG, "response"), (OVARY, "progression")):
        through = holds_through(worked_case(name), limits_of(load_checklists()[checklist]), day_of(name))
        assert through > day_of(name)
