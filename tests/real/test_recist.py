"""The sums and target responses of published trial data, computed by the product's own arithmetic."""

import csv
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.timeline.domain.lesions import Size
from app.timeline.domain.recist import Timepoint, follow_targets

_FOLDER = os.environ.get("CASELINE_TEST_DATA")

pytestmark = pytest.mark.skipif(not _FOLDER, reason="CASELINE_TEST_DATA names no folder of real files")

Row = Mapping[str, str]
Reading = tuple[str, str]
"""A subject, and who read the images."""


def rows(*parts: str) -> list[Row]:
    with Path(_FOLDER or "", "recist", *parts).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def visits_by_reading(
    measured: Iterator[tuple[Reading, str, str, str]],
) -> dict[Reading, dict[str, dict[str, Size]]]:
    """Return the sizes by target, visit by visit in order of date, of each reading."""
    found: dict[Reading, dict[str, dict[str, Size]]] = defaultdict(lambda: defaultdict(dict))
    for reading, visit, target, size in measured:
        found[reading][visit][target] = Size(Decimal(size) if size else None, "measured")
    return found


def followed(
    visits: Mapping[str, Mapping[str, Size]], nodes: frozenset[str] = frozenset()
) -> dict[str, Timepoint]:
    (_, first), *later = visits.items()
    baseline = {label: size.mm for label, size in first.items() if size.mm}
    timepoints = follow_targets(baseline, nodes, [sizes for _, sizes in later])
    return dict(zip([name for name, _ in later], timepoints, strict=True))


def pilot_trial() -> list[Row]:
    """Return the target diameters of the pilot trial and their sums, visits in order."""
    table = rows("pharmaversesdtm-onco", "tr.csv")
    wanted = [
        row for row in table if row["TRTESTCD"] in ("DIAMETER", "SUMDIAM") and row["TRGRPID"] == "TARGET"
    ]
    return sorted(wanted, key=lambda row: float(row["VISITNUM"]))


def test_every_target_response_of_the_pilot_trial_comes_out_against_its_nadir() -> None:
    read = visits_by_reading(
        (
            (row["USUBJID"], f"{row['TREVAL']}|{row['TREVALID']}"),
            row["VISIT"],
            row["TRLNKID"],
            row["TRSTRESN"],
        )
        for row in pilot_trial()
        if row["TRTESTCD"] == "DIAMETER"
    )
    computed = {reading: followed(visits) for reading, visits in read.items()}
    wrong: list[Any] = []
    compared = explained = 0
    for truth in rows("pharmaversesdtm-onco", "TRUTH_target_response.csv"):
        reading = (truth["USUBJID"], truth["ev"])
        timepoints = computed[reading]
        # Where a target was not assessable the data adds up the others; RECIST has no sum there, so neither
        # that visit nor the nadir of those after it can agree.
        before = list(timepoints)[: list(timepoints).index(truth["VISIT"])]
        timepoint = timepoints[truth["VISIT"]]
        if timepoint.lacking:
            assert timepoint.sum_mm is None
            assert timepoint.target_timepoint in ("NE", "PD")
        if timepoint.lacking or any(timepoints[visit].lacking for visit in before):
            # Added up as the data does it, without what was not assessable, its sum, nadir and word come out too.
            partly = followed(without_what_lacks(read[reading]))[truth["VISIT"]]
            explained += 1
            if as_told(partly) != told_by(truth):
                wrong.append((*reading, truth["VISIT"], as_told(partly), told_by(truth)))
            continue
        compared += 1
        if as_told(timepoint) != told_by(truth):
            wrong.append((*reading, truth["VISIT"], as_told(timepoint), told_by(truth)))
    assert wrong == []
    assert compared > 550
    assert compared + explained == len(rows("pharmaversesdtm-onco", "TRUTH_target_response.csv"))


def as_told(timepoint: Timepoint) -> tuple[Any, ...]:
    return timepoint.sum_mm, timepoint.nadir_before_mm, timepoint.target_timepoint


def told_by(truth: Row) -> tuple[Any, ...]:
    return Decimal(truth["sum_mm"]), Decimal(truth["nadir_before_mm"]), truth["recist11_vs_nadir"]


def without_what_lacks(visits: Mapping[str, Mapping[str, Size]]) -> Mapping[str, Mapping[str, Size]]:
    """Return the visits with every target that has no size taken for nothing, as the data does and RECIST doesn't."""
    labels = dict.fromkeys(label for sizes in visits.values() for label in sizes)
    nothing = Size(Decimal(0), "absent")
    return {
        visit: {
            label: size if (size := sizes.get(label)) and size.mm is not None else nothing for label in labels
        }
        for visit, sizes in visits.items()
    }


def test_every_whole_sum_of_the_pilot_trial_is_the_sum_of_its_targets() -> None:
    read = visits_by_reading(
        ((row["USUBJID"], row["TREVAL"] + row["TREVALID"]), row["VISIT"], row["TRLNKID"], row["TRSTRESN"])
        for row in pilot_trial()
    )
    sums = [
        (sizes.pop("").mm, [size.mm for size in sizes.values()])
        for visits in read.values()
        for sizes in visits.values()
        if "" in sizes
    ]
    assert len(sums) > 800
    # Where a target was not assessable the data adds up the others.
    assert all((told or 0) == sum(filter(None, sizes)) for told, sizes in sums)


def test_sums_nadirs_and_percentages_of_the_analysis_data_come_out_to_a_hundredth() -> None:
    folder = "pharmaverse-recist11-full"
    nodes = {
        (row["USUBJID"], row["TULNKID"])
        for row in rows(folder, "tu_onco_recist.csv")
        if row["TULOC"] == "LYMPH NODE" and row["TUEVAL"] == "INVESTIGATOR"
    }
    table = sorted(rows(folder, "tr_onco_recist.csv"), key=lambda row: float(row["VISITNUM"]))
    read = visits_by_reading(
        ((row["USUBJID"], ""), row["VISIT"].replace("SCREENING", "BASELINE"), row["TRLNKID"], row["TRSTRESN"])
        for row in table
        if row["TREVAL"] == "INVESTIGATOR"
        and row["TRGRPID"] == "TARGET"
        and row["TRTESTCD"] == ("LPERP" if (row["USUBJID"], row["TRLNKID"]) in nodes else "LDIAM")
    )
    truths = [row for row in rows(folder, "TRUTH_adtr_onco.csv") if row["PARAMCD"] == "SDIAM"]
    assert truths
    compared = 0
    for truth in truths:
        subject, visit = truth["USUBJID"], truth["AVISIT"]
        if visit == "BASELINE":
            first = read[subject, ""]["BASELINE"]
            assert sum(size.mm or 0 for size in first.values()) == Decimal(truth["AVAL"])
            continue
        of_subject = frozenset(label for owner, label in nodes if owner == subject)
        timepoint = followed(read[subject, ""], of_subject)[visit]
        assert timepoint.nadir_before_mm == Decimal(truth["NADIR"])
        if truth["ANL01FL"] != "Y":
            # The data adds up what was measured; a target without a size leaves us no sum.
            assert timepoint.sum_mm is None
            measured = [size.mm for size in read[subject, ""][visit].values() if size.mm is not None]
            assert sum(measured) == Decimal(truth["AVAL"])
            continue
        assert timepoint.sum_mm == Decimal(truth["AVAL"])
        assert timepoint.percent_from_baseline == pytest.approx(Decimal(truth["PCHG"]), abs=Decimal("0.01"))
        if truth["PCHGNAD"]:
            assert timepoint.percent_over_nadir == pytest.approx(
                Decimal(truth["PCHGNAD"]), abs=Decimal("0.01")
            )
        else:
            assert timepoint.percent_over_nadir is None
        compared += 1
    assert compared > 5
