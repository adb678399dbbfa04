"""A day unit's list, a row for each cycle, is read as the course that it is."""

from hypothesis import given
from hypothesis import strategies as st

from app.records.domain.course import Treatment
from tests.unit.imports.tabular.tables import found_in, reading_of

HEAD = "Cycle,Start date,Regimen,Dose,Toxicity,Notes\n"
CARD = (
    HEAD
    + "1,2024-01-05,FOLFOX,100%,,\n"
    + "2,2024-01-19,FOLFOX,80%,neuropathy grade 2,week late\n"
    + "3,2024-02-02,FOLFOX,80%,,\n"
)


def treatments(table: str) -> list[Treatment]:
    found = [item.record for item in found_in(reading_of(table))]
    assert all(isinstance(one, Treatment) for one in found)
    return found


def test_rows_of_one_cycle_each_are_one_course_with_its_days_and_what_changed() -> None:
    (item,) = found_in(reading_of(CARD))

    course = item.record
    assert isinstance(course, Treatment)
    assert course.cycle_dates == ("2024-01-05", "2024-01-19", "2024-02-02")
    assert (course.started, course.ended, course.cycles_given) == ("2024-01-05", None, 3)
    assert course.dose_changes == ("cycle 2: 80% (cycle 1: 100%)",)
    assert [(effect.what, effect.grade) for effect in course.side_effects] == [("neuropathy", 2)]
    assert course.note == "cycle 2: week late"
    assert (item.place, item.remarks) == (
        "rows 2, 3, 4",
        ("3 rows, each of one cycle, are read as one course.",),
    )


def test_a_card_sent_again_with_one_more_cycle_is_the_same_course() -> None:
    (before,) = found_in(reading_of(CARD))
    (after,) = found_in(reading_of(CARD + "4,2024-02-16,FOLFOX,80%,,\n"))

    assert before.key == after.key
    assert isinstance(after.record, Treatment)
    assert after.record.cycles_given == 4


def test_a_count_that_begins_anew_a_long_pause_and_another_regimen_are_other_courses() -> None:
    anew = treatments(CARD + "1,2024-03-01,FOLFOX,100%,,\n")
    pause = treatments(CARD + "4,2024-12-01,FOLFOX,80%,,\n")
    other = treatments(CARD + "4,2024-02-16,FOLFIRI,100%,,\n")

    assert [one.started for one in anew] == ["2024-01-05", "2024-03-01"]
    assert [one.started for one in pause] == ["2024-01-05", "2024-12-01"]
    assert [(one.regimen, one.cycles_given) for one in other] == [("FOLFOX", 3), ("FOLFIRI", None)]


def test_a_list_that_begins_in_the_middle_does_not_say_how_many_cycles_were_given() -> None:
    (course,) = treatments(HEAD + "3,2024-02-02,FOLFOX,,,\nC4 of 6,2024-02-16,FOLFOX,,,\n")

    assert (course.cycle_dates, course.cycles_given) == (("2024-02-02", "2024-02-16"), None)


def test_a_cycle_or_a_dose_that_cannot_be_kept_is_said_so() -> None:
    items = found_in(reading_of(HEAD + "last,2024-02-02,FOLFOX,80%,,\n2,2024-02,FOLFOX,,,\n"))

    assert [one.remarks for one in items] == [
        (
            "Which cycle it was could not be kept; it stands in the payload only.",
            "The dose names no drug of its own; it stands in the payload only.",
        ),
        ("Which cycle it was could not be kept; it stands in the payload only.",),
    ]


@given(order=st.permutations([0, 1, 2]))
def test_the_order_of_the_rows_never_matters(order: list[int]) -> None:
    head, *rows = CARD.splitlines(keepends=True)

    assert treatments(head + "".join(rows[index] for index in order)) == treatments(CARD)
