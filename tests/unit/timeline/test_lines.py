"""Lines of therapy: what a clinician stated holds; drugs and dates suggest the rest."""

from datetime import date
from typing import Any

import pytest

from app.records.domain.base import Absence
from app.records.domain.kinds import AnyRecord
from app.timeline.domain.lines import Lines, lines_of
from tests.builders import a_case_file
from tests.unit.timeline.records import a_status, a_treatment
from tests.worked_cases import LUNG, OVARY, day_of, expectation, worked_case

AS_OF = date(2026, 1, 1)
FIRST = a_treatment("2024-01-01", "carboplatin", "paclitaxel", ended="2024-04-30")


def lines(*records: AnyRecord) -> Lines:
    return lines_of(a_case_file(*records), AS_OF)


def numbers(*records: AnyRecord) -> list[int]:
    return [line.number for line in lines(*records).lines]


@pytest.mark.parametrize("name", [LUNG, OVARY])
def test_each_worked_case_is_in_its_first_line(name: str) -> None:
    current = lines_of(worked_case(name), day_of(name)).current
    assert current is not None
    assert current.number == expectation(name)["computed"]["line"]


@pytest.mark.parametrize(
    ("second", "count", "reason"),
    [
        pytest.param(a_treatment("2024-01-29", "bevacizumab"), 1, None, id="within-28-days"),
        pytest.param(a_treatment("2024-01-30", "bevacizumab"), 2, "new_drug", id="after-28-days"),
        pytest.param(
            a_treatment("2024-06-01", "cisplatin", "paclitaxel"), 1, None, id="cisplatin-for-carboplatin"
        ),
        pytest.param(
            a_treatment("2024-06-01", "carboplatin", "nab-paclitaxel"), 1, None, id="nab-paclitaxel"
        ),
        pytest.param(a_treatment("2024-10-27", "carboplatin"), 1, None, id="180-days-without"),
        pytest.param(a_treatment("2024-10-28", "carboplatin"), 2, "gap", id="181-days-without"),
        pytest.param(a_treatment("2024-06-01", "olaparib", setting="maintenance"), 1, None, id="maintenance"),
        pytest.param(
            a_treatment("2024-06-01", "cytarabine", setting="consolidation"), 1, None, id="consolidation"
        ),
        pytest.param(a_treatment("2024-06-01", category="transplant"), 1, None, id="transplant"),
        pytest.param(a_treatment("2024-06-01", "dexamethasone"), 1, None, id="supportive-drug"),
        pytest.param(a_treatment("2024-06-01", category="radiation"), 1, None, id="radiation"),
        pytest.param(a_treatment("2024-06-01", category="surgery"), 1, None, id="surgery"),
        pytest.param(a_treatment("2024-06-01", category="supportive"), 1, None, id="supportive"),
        pytest.param(
            a_treatment("2024-06-01", category="cell_therapy", regimen="CAR-T"),
            2,
            "new_drug",
            id="cell-therapy",
        ),
        pytest.param(a_treatment("2024-06-01"), 2, "drugs_not_recorded", id="nobody-says-what"),
    ],
)
def test_drugs_and_dates_suggest_where_a_line_ends(second: AnyRecord, count: int, reason: str | None) -> None:
    found = lines(FIRST, second).lines
    assert len(found) == count
    if reason:
        assert found[-1].reasons[0] == reason


def test_a_targeted_tablet_may_be_paused() -> None:
    first = a_treatment("2024-01-01", "osimertinib", ended="2024-02-01")
    assert numbers(first, a_treatment("2025-01-01", "osimertinib")) == [1]


def test_drugs_are_read_from_the_regimen_where_none_are_listed() -> None:
    first = a_treatment("2024-01-01", regimen="carboplatin + paclitaxel")
    assert numbers(first, a_treatment("2024-03-01", regimen="Carboplatin, Paclitaxel")) == [1]


def test_a_stated_line_wins_over_every_rule() -> None:
    same = lines(
        a_treatment("2024-01-01", "carboplatin", line=2), a_treatment("2024-06-01", "docetaxel", line=2)
    ).lines
    assert [(line.number, line.basis, line.confidence) for line in same] == [(2, "stated", "stated")]
    assert numbers(
        a_treatment("2024-01-01", "carboplatin", line=1), a_treatment("2024-01-10", "carboplatin", line=2)
    ) == [
        1,
        2,
    ]


def test_a_line_after_a_stated_one_counts_on_from_it() -> None:
    assert numbers(
        a_treatment("2024-01-01", "carboplatin", line=3), a_treatment("2024-06-01", "docetaxel")
    ) == [3, 4]


def test_without_a_recorded_progression_between_confidence_is_low() -> None:
    second = a_treatment("2024-06-01", "docetaxel")
    assert lines(FIRST, second).lines[1].confidence == "low"
    assert "no_progression_recorded_before" in lines(FIRST, second).lines[1].reasons
    assert lines(FIRST, second, a_status("2024-05-15", "progression")).lines[1].confidence == "moderate"
    assert lines(FIRST, second, a_status("2024-05-15", "response", "PD")).lines[1].confidence == "moderate"


@pytest.mark.parametrize(
    "status",
    [
        a_status("2024-05-15", "progression", certainty="refuted"),
        a_status("2024-05-15", "response", "SD"),
        a_status("2024-07-15", "progression"),
        a_status("2023-05-15", "progression"),
    ],
    ids=["refuted", "stable", "after", "before"],
)
def test_only_a_standing_progression_between_two_lines_supports_the_second(status: AnyRecord) -> None:
    assert lines(FIRST, a_treatment("2024-06-01", "docetaxel"), status).lines[1].confidence == "low"


def test_progression_as_the_recorded_response_supports_the_next_line() -> None:
    first = a_treatment("2024-01-01", "carboplatin", ended="2024-04-30", response_status="PD")
    assert lines(first, a_treatment("2024-06-01", "docetaxel")).lines[1].confidence == "moderate"


@pytest.mark.parametrize(
    ("fields", "started"),
    [
        ({"started": "2024-02", "cycle_dates": ("2024-01-05",), "date": "2024-03-01"}, "2024-02"),
        ({"cycle_dates": ("2024-01-26", "2024-01-05"), "date": "2024-03-01"}, "2024-01-05"),
        ({"date": "2024-03-01"}, "2024-03-01"),
    ],
)
def test_a_treatment_starts_when_it_says_so_else_with_its_first_cycle(
    fields: dict[str, Any], started: str
) -> None:
    assert lines(a_treatment(None, "carboplatin", **{"started": None, **fields})).lines[0].started == started


def test_a_coarse_start_makes_a_line_unsure() -> None:
    assert lines(a_treatment("2024", "carboplatin")).lines[0].confidence == "low"


def test_a_treatment_without_a_start_is_in_no_line_and_named() -> None:
    found = lines(a_treatment(None, "carboplatin"), FIRST)
    assert found.undated == ("record-001",)
    assert len(found.lines) == 1


@pytest.mark.parametrize(
    "treatment",
    [
        a_treatment("2024-01-01", "carboplatin", stated=Absence.NONE),
        a_treatment("2027-01-01", "carboplatin"),
    ],
    ids=["none-given", "to-come"],
)
def test_what_was_never_given_yet_is_in_no_line(treatment: AnyRecord) -> None:
    assert lines(treatment).lines == ()


def test_a_line_says_when_it_ran_and_with_what_intent() -> None:
    (line,) = lines(
        a_treatment("2024-01-01", "carboplatin", ended="2024-03-01", intent="palliative"),
        a_treatment("2024-01-10", "paclitaxel", ended="2024-04-01", intent="palliative"),
    ).lines
    assert (line.started, line.ended, line.drugs) == (
        "2024-01-01",
        "2024-04-01",
        ("carboplatin", "paclitaxel"),
    )
    assert line.intent == "palliative"
    ongoing = lines(
        a_treatment("2024-01-01", "carboplatin", ended="2024-03-01"),
        a_treatment("2024-01-10", "x", ongoing=True),
    )
    assert (ongoing.lines[0].ended, ongoing.lines[0].ongoing) == (None, True)


def test_lines_are_counted_by_intent() -> None:
    found = lines(
        a_treatment("2022-01-01", "carboplatin", intent="curative"),
        a_treatment("2024-01-01", "docetaxel", intent="palliative"),
        a_treatment("2025-01-01", "gemcitabine"),
    )
    assert [found.count(intent) for intent in ("curative", "palliative", None)] == [1, 1, 1]


def test_no_treatment_has_no_line() -> None:
    assert lines().current is None
