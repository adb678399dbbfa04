"""The timeline in short says what the timeline says, measured values of one date together."""

from collections.abc import Iterable
from decimal import Decimal

from hypothesis import example, given

from app.casefile.domain.case_file import CaseFile
from app.timeline.domain.build import build_timeline, event_of
from app.timeline.domain.drafts import draft_of
from app.timeline.domain.event import TimelineEvent
from app.timeline.domain.in_short import Item, Results, shorten
from tests.builders import a_case_file, a_record
from tests.unit.summary.any_case import case_files
from tests.worked_cases import LUNG, OVARY, worked_case


def whole(case_file: CaseFile, items: Iterable[Item]) -> list[TimelineEvent]:
    return [
        event
        for item in items
        for event in (
            [
                event_of(draft_of(case_file, entry), is_uncertain=item.order_uncertain)
                for entry in item.entries
            ]
            if isinstance(item, Results)
            else [item]
        )
    ]


@given(case_files())
@example(worked_case(LUNG))
@example(worked_case(OVARY))
def test_it_holds_the_events_of_the_timeline_in_their_order(case_file: CaseFile) -> None:
    short, told = shorten(case_file), build_timeline(case_file)

    assert whole(case_file, short.items) == list(told.items)
    assert whole(case_file, short.undated) == list(told.undated)


def test_results_of_one_date_stand_together_whatever_was_measured() -> None:
    case_file = a_case_file(
        a_record("lab_result", test="Haemoglobin", value=Decimal(11), date="2025-11-24"),
        a_record("symptom", symptom="fatigue", date="2025-11-24"),
        a_record("marker_result", marker="CEA", value=Decimal(5), date="2025-11-24"),
        a_record("marker_result", marker="CEA", value=Decimal(6), date="2025-12-01"),
    )

    first, symptom, second = shorten(case_file).items

    assert isinstance(first, Results)
    assert [entry.id for entry in first.entries] == ["record-001", "record-003"]
    assert isinstance(symptom, TimelineEvent)
    assert isinstance(second, Results)
    assert [entry.id for entry in second.entries] == ["record-004"]
