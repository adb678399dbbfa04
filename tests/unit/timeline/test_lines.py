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


def test_what_begins_on_one_day_is_one_decision() -> None:
    """A drug that goes on, or is exchanged for its like, belongs to the new line as soon as others begin beside it."""
    found = lines(
        a_treatment("2024-01-01", "cisplatin", "nivolumab"),
        a_treatment("2024-05-01", "carboplatin"),
        a_treatment("2024-05-01", "pembrolizumab"),
        a_treatment("2024-05-01", "pemetrexed"),
    ).lines
    assert [line.treatments for line in found] == [
        ("record-001",),
        ("record-002", "record-003", "record-004"),
    ]


def test_a_drug_is_named_once_however_it_is_written() -> None:
    (line,) = lines(a_treatment("2024-01-01", "CARBOplatin"), a_treatment("2024-01-22", "carboplatin")).lines
    assert line.drugs == ("CARBOplatin",)


PLATINUM = a_treatment("2024-01-01", "cisplatin", "gemcitabine", ended="2024-04-01")


@pytest.mark.parametrize(
    ("records", "count"),
    [
        pytest.param((PLATINUM, a_treatment("2024-06-30", "pemetrexed")), 1, id="90-days"),
        pytest.param((PLATINUM, a_treatment("2024-07-01", "pemetrexed")), 2, id="91-days"),
        pytest.param(
            (PLATINUM, a_treatment("2024-05-01", "pemetrexed", "cisplatin")), 2, id="platinum-goes-on"
        ),
        pytest.param(
            (PLATINUM, a_treatment("2024-05-01", "pemetrexed", "nivolumab")), 2, id="another-drug-too"
        ),
        pytest.param((PLATINUM, a_treatment("2024-05-01", "docetaxel")), 2, id="as-often-a-second-line"),
        pytest.param(
            (PLATINUM, a_status("2024-04-20", "progression"), a_treatment("2024-05-01", "pemetrexed")),
            2,
            id="progression-between",
        ),
        pytest.param(
            (
                a_treatment("2024-01-01", "nivolumab", ended="2024-04-01"),
                a_treatment("2024-05-01", "pemetrexed"),
            ),
            2,
            id="no-platinum",
        ),
        pytest.param(
            (
                a_treatment("2023-01-01", "nivolumab", ended="2023-04-01"),
                PLATINUM,
                a_treatment("2024-05-01", "pemetrexed"),
            ),
            3,
            id="not-in-a-second-line",
        ),
    ],
)
def test_a_drug_exchanged_for_maintenance_stays_in_the_first_line(
    records: tuple[AnyRecord, ...], count: int
) -> None:
    found = lines(*records).lines
    assert len(found) == count
    if count == 1:
        assert (found[0].confidence, found[0].reasons) == ("low", ("first", "maintenance_by_rule"))
        assert [one.role for one in found[0].members] == ["regimen", "maintenance_by_rule"]


def test_a_stated_number_opens_a_line_after_a_suggested_one() -> None:
    again = a_treatment("2024-06-01", "carboplatin", "paclitaxel", line=2)
    assert numbers(FIRST, again) == [1, 2]
    assert numbers(FIRST, a_treatment("2024-06-01", "gemcitabine", line=1)) == [1]
    assert numbers(FIRST, again, a_treatment("2025-06-01", "topotecan")) == [1, 2, 3]


def test_every_treatment_has_its_place_in_the_line() -> None:
    (line,) = lines(
        FIRST,
        a_treatment("2024-05-10", "cytarabine", setting="consolidation"),
        a_treatment("2024-06-01", "melphalan", setting="conditioning"),
        a_treatment("2024-06-03", category="transplant"),
        a_treatment("2024-08-01", "lenalidomide", setting="maintenance"),
    ).lines
    assert [one.role for one in line.members] == [
        "regimen",
        "consolidation",
        "conditioning",
        "transplant",
        "maintenance",
    ]


def test_each_line_says_what_happened_in_it_and_what_followed() -> None:
    first, second = lines(
        FIRST,
        a_treatment("2024-02-15", category="radiation"),
        a_treatment("2024-05-15", category="surgery"),
        a_status("2024-04-01", "progression"),
        a_status("2024-06-15", "return", "recurrence"),
        a_status("2024-06-16", "progression", certainty="refuted"),
        a_treatment("2024-07-01", "topotecan", ended="2024-09-01"),
        a_treatment("2024-10-01", category="local_ablation"),
        a_treatment("2026-10-01", category="surgery"),
        a_status("2026-10-01", "progression"),
    ).lines
    assert [(one.what, one.date) for one in first.during] == [("radiation", "2024-02-15")]
    assert [(one.what, one.record_id, one.date) for one in first.followed_by] == [
        ("progression", "record-004", "2024-04-01"),
        ("surgery", "record-003", "2024-05-15"),
        ("return", "record-005", "2024-06-15"),
        ("next_line", "record-007", "2024-07-01"),
    ]
    assert [(one.what, one.date) for one in second.followed_by] == [("local_ablation", "2024-10-01")]
