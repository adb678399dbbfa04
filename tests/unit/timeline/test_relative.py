"""Dates that are known only against other events: kept as written, bounded by what they name, never guessed."""

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.casefile.domain.case_file import CaseFile
from app.records.domain.base import Anchor, RelativeDate
from app.records.domain.kinds import AnyRecord
from app.summary.domain.wording import when
from app.timeline.domain.build import build_timeline
from app.timeline.domain.event import Timeline, TimelineEvent
from app.timeline.domain.in_short import shorten
from app.timeline.domain.order import place
from app.timeline.domain.relative import between
from tests.builders import a_case_file, a_record
from tests.unit.timeline.records import a_study, a_treatment

CHEMOTHERAPY = a_treatment(
    "2025-01-10", "cisplatin", ended="2025-04-20", cycle_dates=("2025-02-21", "2025-01-10", "2025-01-31")
)
PET = a_study("2025-05-05", modality="PET")


DAYS = st.dates(date(2025, 1, 1), date(2025, 1, 20))


def a_symptom(
    after: tuple[Anchor, ...] = (), before: tuple[Anchor, ...] = (), words: str = "some time", **fields: Any
) -> AnyRecord:
    return a_record(
        "symptom", symptom="cough", relative=RelativeDate(words=words, after=after, before=before), **fields
    )


def to(number: int, **fields: Any) -> Anchor:
    return Anchor(record_id=f"record-{number:03}", **fields)


def event(timeline: Timeline, record_id: str = "record-003") -> TimelineEvent:
    return next(one for one in (*timeline.items, *timeline.undated) if one.id == record_id)


def bounds(*records: AnyRecord) -> tuple[str | None, str | None] | None:
    placed = event(build_timeline(a_case_file(CHEMOTHERAPY, PET, *records))).date
    return (placed.earliest, placed.latest) if placed else None


@pytest.mark.parametrize(
    ("record", "days"),
    [
        pytest.param(
            a_symptom((to(1, cycle=3),), (to(2),)), ("2025-02-21", "2025-05-05"), id="after-cycle-3"
        ),
        pytest.param(a_symptom((to(1),)), ("2025-01-10", None), id="after-the-start"),
        pytest.param(a_symptom((to(1, edge="end"),)), ("2025-04-20", None), id="after-the-end"),
        pytest.param(a_symptom((), (to(1),)), (None, "2025-01-10"), id="before-the-start"),
        pytest.param(a_symptom((), (to(1, edge="end"),)), (None, "2025-04-20"), id="before-the-end"),
        pytest.param(
            a_symptom((to(1, cycle=4),)), ("2025-01-10", None), id="a-cycle-nobody-dated-is-after-the-start"
        ),
        pytest.param(a_symptom((), (to(1, cycle=4),)), (None, "2025-04-20"), id="and-before-the-end"),
        pytest.param(a_symptom((to(2, edge="end"),)), ("2025-05-05", None), id="what-has-one-day-ends-on-it"),
        pytest.param(a_symptom((), (to(2, edge="end"),)), None, id="an-end-nobody-stated-bounds-nothing"),
        pytest.param(a_symptom((to(1), to(2))), ("2025-05-05", None), id="the-latest-of-several"),
        pytest.param(a_symptom((), (to(1), to(2))), (None, "2025-01-10"), id="the-earliest-of-several"),
        pytest.param(a_symptom(), None, id="words-alone"),
        pytest.param(a_symptom((to(9),)), None, id="a-record-that-is-not-there"),
        pytest.param(a_symptom((to(3),)), None, id="itself"),
        pytest.param(a_symptom((to(2),), (to(1),)), None, id="contradiction"),
        pytest.param(
            a_symptom((to(2),), (to(2),)), ("2025-05-05", "2025-05-05"), id="between-two-moments-of-one-day"
        ),
        pytest.param(
            a_symptom((to(2),), onset="2025-03"), ("2025-03-01", "2025-03-31"), id="a-date-comes-first"
        ),
    ],
)
def test_a_relative_date_lies_between_what_it_names(
    record: AnyRecord, days: tuple[str | None, str | None] | None
) -> None:
    assert bounds(record) == days


def test_its_words_are_kept_and_the_order_is_not_claimed() -> None:
    record = a_symptom((to(1, cycle=3),), (to(2),), words="after cycle 3, before the PET")
    shown = event(build_timeline(a_case_file(CHEMOTHERAPY, PET, record)))
    assert shown.date is not None
    assert (shown.date.text, shown.dated_by, shown.order_uncertain) == (
        "2025-02-21/2025-05-05",
        "relative",
        True,
    )
    assert shown.facts["relative"] == {
        "words": "after cycle 3, before the PET",
        "after": ({"record_id": "record-001", "cycle": 3, "edge": "start"},),
        "before": ({"record_id": "record-002", "edge": "start"},),
    }
    assert [source.record_id for source in shown.sources] == ["record-003", "record-001", "record-002"]
    assert when(shown) == "“after cycle 3, before the PET” (2025-02-21/2025-05-05)"
    alone = event(build_timeline(a_case_file(a_symptom(words="long ago"))), "record-001")
    assert when(alone) == "“long ago”"


def test_it_may_hang_on_another_relative_date_and_never_on_itself_through_it() -> None:
    assert bounds(a_symptom((to(4),)), a_symptom((to(2),))) == ("2025-05-05", None)
    assert bounds(a_symptom((to(4),)), a_symptom((to(3),))) is None


def test_it_rests_on_records_that_are_there_alone() -> None:
    shown = event(build_timeline(a_case_file(CHEMOTHERAPY, PET, a_symptom((to(1), to(77))))))
    assert [source.record_id for source in shown.sources] == ["record-003", "record-001"]


def test_it_stands_behind_what_it_came_after_even_where_that_is_vague() -> None:
    vague, later = a_study("2025"), a_study("2026-01-01")
    case_file = a_case_file(vague, later, a_symptom((to(1),), (to(2),)))
    assert [one.id for one in build_timeline(case_file).items] == ["record-001", "record-003", "record-002"]
    inside = a_case_file(a_study("2025"), a_study("2025-03-01"), a_symptom((to(1),), (to(2),)))
    assert [one.id for one in build_timeline(inside).items] == ["record-001", "record-003", "record-002"]


def test_where_the_dates_leave_no_room_its_kind_places_it() -> None:
    plan = a_record("follow_up_plan", date="2025")
    case_file = a_case_file(a_study("2025"), plan, a_symptom((to(1),), (to(2),)))
    assert [one.id for one in build_timeline(case_file).items] == ["record-001", "record-003", "record-002"]


@given(st.none() | DAYS, st.none() | DAYS)
def test_it_is_placed_as_the_interval_between_would_be_but_for_being_no_day(
    after: date | None, before: date | None
) -> None:
    anchored = between(
        [place(after.isoformat())] if after else [], [place(before.isoformat())] if before else []
    )
    if (after, before) == (None, None) or (after and before and after > before):
        assert anchored is None
    else:
        written = place(f"{after or '..'}/{before or '..'}")
        assert anchored is not None
        assert anchored.placed == replace(written, is_day=False)


def test_a_measured_value_may_have_one_and_is_never_counted_by_it() -> None:
    value = a_record(
        "lab_result",
        test="ALT",
        value=Decimal(5),
        relative=RelativeDate(words="before surgery", before=(to(2),)),
    )
    case_file = a_case_file(CHEMOTHERAPY, PET, value)
    assert len(shorten(case_file).items) == len(build_timeline(case_file).items)
    assert bounds(value) == (None, "2025-05-05")


TEXTS = st.one_of(
    DAYS.map(date.isoformat),
    st.sampled_from(
        ["2025-01", "2025", "2025-01-05~", "../2025-01-09", "2025-01-03/2025-01-08", "2025-01-12/.."]
    ),
)


@st.composite
def case_files(draw: st.DrawFn) -> CaseFile:
    """Draw studies with dates of every form, and symptoms that name any of the records, themselves included."""
    texts = draw(st.lists(TEXTS, min_size=1, max_size=6))
    anchors = st.lists(st.builds(to, st.integers(1, 9)), max_size=2).map(tuple)
    hung = draw(st.lists(st.tuples(anchors, anchors), max_size=3))
    return a_case_file(*(a_study(text) for text in texts), *(a_symptom(*one) for one in hung))


@given(case_files(), st.integers())
def test_the_timeline_is_a_permutation_of_its_records_and_ignores_their_order(
    case_file: CaseFile, seed: int
) -> None:
    timeline = build_timeline(case_file)
    told = [one.id for one in (*timeline.items, *timeline.undated)]
    assert sorted(told) == [entry.id for entry in case_file.entries]
    entries = list(case_file.entries)
    random.Random(seed).shuffle(entries)
    assert build_timeline(CaseFile(case_file.case, tuple(entries))) == timeline


@given(case_files(), st.data())
def test_certain_order_is_transitive_and_agrees_with_every_choice_of_days(
    case_file: CaseFile, data: st.DataObject
) -> None:
    events = build_timeline(case_file).items
    placed = [place(one.date.text) for one in events if one.date]
    chosen = [data.draw(st.integers(max(one.first, 738_000), min(one.last, 741_000))) for one in placed]
    certain = {
        (one, other)
        for one, before in enumerate(placed)
        for other, after in enumerate(placed)
        if before.last < after.first
    }
    for one, other in certain:
        assert one < other, "the timeline keeps every certain order"
        assert chosen[one] < chosen[other], "and no choice of possible days contradicts it"
        assert all((one, third) in certain for second, third in certain if second == other)
    # Two events of one full day are ordered by their kinds; one that is only said to lie there is not.
    is_day = [one.is_day and shown.dated_by != "relative" for one, shown in zip(placed, events, strict=True)]
    for position, shown in enumerate(events):
        overlaps = any(
            other != position
            and (position, other) not in certain
            and (other, position) not in certain
            and not (is_day[position] and is_day[other])
            for other in range(len(events))
        )
        assert shown.order_uncertain is overlaps
