"""Bone scans: two new lesions and two more in the flare window, two new and persisting after it."""

from datetime import date
from typing import Any

import pytest

from app.records.domain.kinds import AnyRecord
from app.timeline.domain.bone_scan import bone_scan_of
from app.timeline.domain.computed import Computed
from tests.builders import a_case_file
from tests.unit.timeline.records import a_study, a_treatment

AS_OF = date(2026, 1, 1)
START = a_treatment("2025-01-01", "enzalutamide", ongoing=True)


def bone(day: str | None, new: str = "", old: str = "", **fields: Any) -> AnyRecord:
    lesions = [{"label": one, "role": "new", "certainty": "unequivocal"} for one in new]
    lesions += [{"label": one, "state": "present"} for one in old]
    return a_study(day, *lesions, **{"modality": "bone_scan", **fields})


def computed(*scans: AnyRecord, start: AnyRecord = START) -> Computed:
    found = bone_scan_of(a_case_file(start, *scans), AS_OF)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("scans", "word", "dates", "reason"),
    [
        pytest.param([bone("2025-03-26", "ab"), bone("2025-05-07", "cd", "ab")], "met",
                     ["2025-03-26", "2025-05-07"], None, id="two-and-two"),
        pytest.param([bone("2025-03-26", "ab"), bone("2025-05-06", "cd", "ab")], "unconfirmed",
                     ["2025-03-26"], "scan_6_weeks_later", id="too-early-to-confirm"),
        pytest.param([bone("2025-03-26", "ab")], "unconfirmed", ["2025-03-26"], "scan_6_weeks_later", id="one-scan"),
        pytest.param([bone("2025-03-26", "ab"), bone("2025-05-07", "c", "ab")], "not_met", [], None, id="flare"),
        pytest.param([bone("2025-03-26", "ab"), bone("2025-05-07", "ab")], "not_met", [], None, id="the-same-again"),
        pytest.param([bone("2025-03-26", "a"), bone("2025-05-07", "cd", "a"), bone("2025-07-07", "", "cda")], "met",
                     ["2025-05-07", "2025-07-07"], None, id="later-two-that-persist"),
        pytest.param([bone("2025-03-26", "a"), bone("2025-05-07", "cd", "a"), bone("2025-07-07", "", "ca")],
                     "not_met", [], None, id="one-is-gone-again"),
        pytest.param([bone("2025-03-26", "a"), bone("2025-05-07", "cd", "a")], "unconfirmed", ["2025-05-07"],
                     "scan_6_weeks_later", id="nobody-looked-again"),
        pytest.param([bone("2025-03-27", "ab"), bone("2025-05-15", "cd", "ab")], "unconfirmed", ["2025-05-15"],
                     "scan_6_weeks_later", id="after-the-window-the-first-scan-is-what-counts-begin-from"),
        pytest.param([bone("2025-03-26", "a"), bone("2025-05-07", "c", "a"), bone("2025-06-07", "d", "ac"),
                      bone("2025-08-07", "", "acd")], "met", ["2025-06-07", "2025-08-07"], None, id="one-by-one"),
        pytest.param([bone("2025-03-26", "a"), bone("2025-06-07", "cd", "a"), bone("2025-07-18", "", "cda")],
                     "unconfirmed", ["2025-06-07"], "scan_6_weeks_later", id="persisting-for-41-days"),
        pytest.param([bone("2025-03-26", "a"), bone("2025-06-07", "cd", "a"), bone("2025-07-19", "", "cda")], "met",
                     ["2025-06-07", "2025-07-19"], None, id="persisting-for-42-days"),
        pytest.param([bone("2025-03-26", "a"), bone("2025-05-07", "cd", "a"), bone("2025-07-07", "", "cda"),
                      bone("2025-09-07", "", "a")], "met", ["2025-05-07", "2025-07-07"], None, id="gone-after-it-held"),
        pytest.param([bone("2025-03-26", "", "abcd"), bone("2025-05-07", "", "abcd")], "not_met", [], None, id="same"),
    ],
)  # fmt: skip
def test_bone_scans(scans: list[AnyRecord], word: str, dates: list[str], reason: str | None) -> None:
    found = computed(*scans)
    assert found.result is not None
    assert found.result["progression"] == f"threshold_{word}"
    assert (found.result["dates"], found.reason) == (dates, reason)


def test_equivocal_and_absent_lesions_and_other_scans_of_the_day_do_not_count() -> None:
    equivocal = [{"label": one, "role": "new", "certainty": "equivocal"} for one in "ab"]
    gone = [
        {"label": "e", "role": "new", "state": "absent"},
        {"label": "f", "role": "new", "state": "not_evaluable"},
    ]
    found = computed(
        a_study("2025-03-26", *equivocal, *gone, modality="bone_scan"),
        a_study("2025-03-26", {"label": "liver", "role": "new"}, {"label": "lung", "role": "new"}),
    )
    assert found.result is not None
    assert found.result["scans"] == [
        {"date": "2025-03-26", "record_ids": ("record-002", "record-003"), "new": []}
    ]
    assert found.steps == ("2025-03-26: 0 new, 2 shown.",)


@pytest.mark.parametrize(
    ("scans", "start", "reason"),
    [
        ([bone("2025-03-26", "ab")], a_study("2025-01-01"), "no_treatment_start"),
        ([bone("2025-03-26", "ab")], a_treatment("2024", "x"), "dates_not_known_to_the_day"),
        ([bone("2025-03", "ab")], START, "dates_not_known_to_the_day"),
        ([bone("2025-01-01", "ab")], START, "no_bone_scan_after_treatment_start"),
        ([bone("2024-12-26", "ab")], START, "no_bone_scan_after_treatment_start"),
        ([bone("2025-03-26")], START, "no_lesions_recorded"),
    ],
)
def test_what_lacks_is_named(scans: list[AnyRecord], start: AnyRecord, reason: str) -> None:
    found = computed(*scans, start=start)
    assert (found.result, found.reason) == (None, reason)


def test_without_a_bone_scan_nothing_is_said() -> None:
    assert bone_scan_of(a_case_file(START, a_study("2025-03-01")), AS_OF) is None
