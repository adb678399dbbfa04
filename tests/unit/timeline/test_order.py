"""The order of events: what is certain, what is marked, and that input order changes nothing."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.casefile.domain.case_file import CaseFile
from app.records.domain.kinds import AnyRecord
from app.timeline.domain.build import build_timeline
from app.timeline.domain.event import Timeline
from app.timeline.domain.order import entry_of, in_order_of_ids, overlapping, place, uncertain_spans
from app.values.dates import certainly_before, may_overlap, order_uncertain
from tests.builders import a_case, a_case_file, a_document, a_record


def a_ct(day: str | None, **fields: Any) -> AnyRecord:
    return a_record("imaging_study", **{"modality": "CT", "regions": ("chest",), "date": day, **fields})


def ids(timeline: Timeline) -> list[str]:
    return [event.id for event in timeline.items]


def test_events_of_one_day_stand_in_the_order_of_their_kinds() -> None:
    day = "2025-01-02"
    in_order = (
        a_record("diagnosis", date=day),
        a_record("stage", date=day),
        a_record("treatment", category="surgery", started=day),
        a_record("pathology_report", specimen_date=day),
        a_record("biomarker", name="EGFR", date=day),
        a_record("mrd_result", date=day),
        a_record("treatment", category="systemic", started=day),
        a_ct(day),
        a_record("lab_result", test="ALT", date=day),
        a_record("medication", name="x", started=day),
        a_record("admission", started=day),
        a_record("symptom", symptom="cough", onset=day),
        a_record("performance_status", scale="ECOG", date=day),
        a_record("opinion", date=day),
        a_record("disease_status", axis="response", date=day),
        a_record("follow_up_plan", date=day),
        a_record("allergy", substance="latex", since=day),
    )
    mixed = a_case_file(*in_order)
    reversed_ids = CaseFile(
        mixed.case,
        tuple(replace(entry, id=f"{99 - number:02}") for number, entry in enumerate(mixed.entries)),
    )
    timeline = build_timeline(reversed_ids)
    assert ids(timeline) == [f"{99 - number:02}" for number in range(len(in_order))]
    assert not any(event.order_uncertain for event in timeline.items)


def test_the_earlier_end_decides_between_equal_starts_and_the_id_between_equals() -> None:
    timeline = build_timeline(a_case_file(a_ct("2024"), a_ct("2024-01-01"), a_ct("2024-01"), a_ct("2024-01")))
    assert ids(timeline) == ["record-002", "record-003", "record-004", "record-001"]


def test_the_dates_decide_before_the_kinds_do() -> None:
    month, rest = a_record("diagnosis", date="2024-01-01/2024-01-31"), a_ct("2024-01-01/2024-01-30")
    assert ids(build_timeline(a_case_file(month, rest))) == ["record-002", "record-001"]
    late, early = (
        a_record("diagnosis", date="2024-01-02"),
        a_record("allergy", substance="latex", since="2024-01-01"),
    )
    assert ids(build_timeline(a_case_file(late, early))) == ["record-002", "record-001"]


@given(st.permutations(range(1, 9)))
def test_a_record_is_found_by_its_id_whatever_order_they_came_in(numbers: list[int]) -> None:
    entries = a_case_file(*(a_ct(f"2024-01-{number:02}") for number in range(1, 9))).entries
    case_file = CaseFile(a_case(), tuple(entries[number - 1] for number in numbers))
    assert [entry_of(case_file, entry.id) for entry in entries] == list(entries)


def test_a_case_file_comes_in_order_of_ids_when_only_its_documents_lack_it() -> None:
    case_file = CaseFile(a_case(), (), (a_document(id="b"), a_document(id="a")))
    assert [document.id for document in in_order_of_ids(case_file).documents] == ["a", "b"]


def test_proposals_come_in_order_of_their_ids_too() -> None:
    waiting = tuple(
        replace(entry, id=name)
        for name, entry in zip("ba", a_case_file(a_ct("2024"), a_ct("2025")).entries, strict=True)
    )
    ordered = in_order_of_ids(CaseFile(a_case(), (), (), waiting))
    assert [entry.id for entry in ordered.proposals] == ["a", "b"]


def test_only_a_date_that_overlaps_another_makes_an_order_uncertain() -> None:
    case_file = a_case_file(a_ct("2024-03-05"), a_ct("2024-05"), a_ct("2024-05-20"), a_ct("2024-08"))
    shown = {event.id: event.order_uncertain for event in build_timeline(case_file).items}
    assert shown == {"record-001": False, "record-002": True, "record-003": True, "record-004": False}


dates = st.one_of(
    st.dates(date(2024, 1, 1), date(2024, 4, 30)).map(date.isoformat),
    st.sampled_from(
        ["2024-01", "2024-02~", "2024-03?", "2024", "../2024-02", "2024-03/..", "2024-01-30/2024-02-02"]
    ),
)
records = st.lists(
    st.tuples(st.sampled_from(["imaging_study", "stage", "diagnosis"]), st.none() | dates), max_size=25
)


@given(records, st.integers())
def test_the_timeline_is_a_permutation_of_the_records_and_ignores_their_order(
    made: Sequence[tuple[str, str | None]], seed: int
) -> None:
    case_file = a_case_file(*(a_record(kind, date=day) for kind, day in made))
    timeline = build_timeline(case_file)
    assert sorted([*ids(timeline), *(event.id for event in timeline.undated)]) == [
        entry.id for entry in case_file.entries
    ]
    shuffled = list(case_file.entries)
    random.Random(seed).shuffle(shuffled)
    assert build_timeline(CaseFile(case_file.case, tuple(shuffled))) == timeline


@given(st.lists(dates, min_size=1, max_size=25))
def test_the_order_agrees_with_every_certain_order_and_is_marked_where_there_is_none(days: list[str]) -> None:
    timeline = build_timeline(a_case_file(*(a_ct(day) for day in days)))
    whens = [place(event.date.text).when for event in timeline.items if event.date]
    for later in range(len(whens)):
        assert not any(certainly_before(whens[later], earlier) for earlier in whens[:later])
    marked = [
        any(order_uncertain(one, other) for position, other in enumerate(whens) if position != own)
        for own, one in enumerate(whens)
    ]
    assert [event.order_uncertain for event in timeline.items] == marked


def test_a_single_wide_date_is_uncertain_against_nothing() -> None:
    assert uncertain_spans([place("2024")]) == frozenset()
    assert uncertain_spans([place("2024"), place("2024")])


def test_days_between_two_wide_dates_stay_certain() -> None:
    days = [(date(2024, 3, 1) + timedelta(days=number)).isoformat() for number in range(3)]
    assert uncertain_spans([place("2024-01"), place("2024-06"), *map(place, days)]) == frozenset()


@given(st.lists(dates, max_size=8))
def test_overlapping_dates_are_found_as_by_comparing_every_two(texts: list[str]) -> None:
    placed = [place(text) for text in texts]
    told = sorted(tuple(sorted(pair)) for pair in overlapping(zip(placed, range(len(placed)), strict=True)))
    assert told == [
        (one, other)
        for one, other in combinations(range(len(placed)), 2)
        if may_overlap(placed[one].when, placed[other].when)
    ]
