"""Disagreements on what the disease is: side, site, stage, conclusion, result."""

from typing import Any

import pytest

from app.records.domain.base import Absence
from app.records.domain.disease import Stain
from app.records.domain.kinds import AnyRecord
from tests.unit.timeline.ledger import a_diagnosis, a_report, a_result, a_stage, found, rules
from tests.unit.timeline.records import a_study, a_target, a_treatment


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        pytest.param(
            (a_report(site="breast, upper quadrant", laterality="right"),),
            ["laterality_differs"],
            id="pathology",
        ),
        pytest.param((a_report(site="breast", laterality="left"),), [], id="same-side"),
        pytest.param((a_report(site="breast", laterality="bilateral"),), [], id="both-sides"),
        pytest.param((a_report(site="axilla", laterality="right"),), [], id="another-organ"),
        pytest.param(
            (a_treatment("2024-02-01", category="surgery", site="Breast", laterality="right"),),
            ["laterality_differs"],
            id="operation",
        ),
        pytest.param(
            (a_study("2024-02-01", a_target("a", 20), regions=("breast",), laterality="right"),),
            ["laterality_differs"],
            id="study-of-targets",
        ),
        pytest.param(
            (a_study("2024-02-01", regions=("breast",), laterality="right"),),
            [],
            id="study-of-the-other-side",
        ),
        pytest.param((a_diagnosis(laterality="right"),), ["laterality_differs"], id="two-diagnoses"),
        pytest.param(
            (a_diagnosis(laterality="right"), a_report(site="breast", laterality="right")),
            ["laterality_differs"],
            id="a-second-tumour-explains-the-report",
        ),
        pytest.param((a_diagnosis(site="Lung", laterality=None),), ["site_differs"], id="two-organs"),
        pytest.param(
            (a_diagnosis(site="left breast, lower part", laterality=None),), [], id="the-same-organ"
        ),
        pytest.param((a_diagnosis(site="lung", tumour="metastasis", laterality=None),), [], id="metastasis"),
    ],
)
def test_sides_and_sites_of_the_tumour_that_differ_are_shown(
    records: tuple[AnyRecord, ...], expected: list[str]
) -> None:
    conflicts = found(a_diagnosis(), *records)
    assert [one.rule.id for one in conflicts] == expected
    assert {one.severity for one in conflicts} <= {"high"}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(
            a_report(accession="A 1", conclusion="Carcinoma."),
            a_report(accession="a-1", conclusion="No tumour."),
            ["accession_conclusions_differ"],
            id="pathology",
        ),
        pytest.param(
            a_report(accession="A1", conclusion="Carcinoma."),
            a_report(accession="A1", conclusion="carcinoma"),
            [],
            id="the-same-words",
        ),
        pytest.param(
            a_report(accession="A1", conclusion="Carcinoma."),
            a_report(accession="A1", conclusion="HER2 positive.", addendum_to="record-001"),
            [],
            id="addendum",
        ),
        pytest.param(
            a_report(accession="A1", conclusion="Carcinoma."),
            a_report(accession="A2", conclusion="No tumour."),
            [],
            id="another",
        ),
        pytest.param(
            a_study("2024-01-01", accession="7", impression="Stable."),
            a_study("2024-01-01", accession="7", impression="New lesion."),
            ["accession_conclusions_differ"],
            id="imaging",
        ),
    ],
)
def test_one_accession_has_one_conclusion(one: AnyRecord, other: AnyRecord, expected: list[str]) -> None:
    assert rules(one, other) == expected


@pytest.mark.parametrize(
    ("changes", "differs"),
    [
        ({"group": "IVA"}, True),
        ({"group": "Stage IIa"}, False),
        ({"group": "IVA", "timing": "pathologic"}, False),
        ({"group": "IVA", "system": "UICC"}, False),
        ({"group": "IVA", "edition": "7"}, False),
        ({"group": "IVA", "edition": None}, True),
        ({"edition": None}, False),
        ({"group": "IVA", "date": "2024-06-01"}, False),
        ({"group": "IVA", "date": "2024-01"}, True),
    ],
)
def test_stages_of_one_system_and_time_agree(changes: dict[str, Any], differs: Any) -> None:
    assert rules(a_stage(), a_stage(**changes)) == (["stage_differs"] if differs else [])


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({"group": "IIIC"}, True),
        ({"group": "IIIC", "timing": None, "edition": None}, True),
        ({"group": "IIIC", "timing": "pathologic"}, False),
        ({"group": "IIIC", "edition": "7"}, False),
        ({"group": "IIIC", "system": "FIGO"}, False),
        ({"group": "IIIC", "stated": Absence.UNKNOWN}, False),
        ({"group": "2A"}, False),
        ({"group": "II"}, False),
        ({"group": "III"}, True),
        ({"group": "IIA", "t": "T4"}, False),
    ],
)
def test_a_stage_without_a_date_that_differs_from_every_dated_one_is_asked_about(
    changes: dict[str, Any], asked: Any
) -> None:
    found_rules = rules(a_stage(), a_stage(**{"date": None, **changes}))
    assert found_rules == (["undated_stage_differs"] if asked else [])


def test_a_stage_without_a_date_that_is_like_a_later_one_is_that_one() -> None:
    assert rules(a_stage(), a_stage(date="2025-01-01", group="IV"), a_stage(date=None, group="IV")) == []


def test_a_coarser_stage_leaves_open_what_a_finer_one_says() -> None:
    assert rules(a_stage(group="3"), a_stage(group="IIIA")) == []
    assert rules(a_stage(t="cT2"), a_stage(t="cT2b")) == []
    assert rules(a_stage(t="cT2a"), a_stage(t="cT2b")) == ["stage_differs"]


@pytest.mark.parametrize(("t", "differs"), [("T2b", False), ("cT2b", False), ("cT3", True), (None, False)])
def test_the_prefix_of_a_category_makes_no_difference(t: str | None, differs: Any) -> None:
    assert rules(a_stage(t="cT2b"), a_stage(t=t)) == (["stage_differs"] if differs else [])


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param(
            a_result(interpretation="positive"),
            a_result(interpretation="negative"),
            ["specimen_results_differ"],
            id="gene",
        ),
        pytest.param(
            a_result(result="Detected"),
            a_result(result="not detected"),
            ["specimen_results_differ"],
            id="words",
        ),
        pytest.param(a_result(result="positive"), a_result(result="equivocal"), [], id="equivocal"),
        pytest.param(
            a_result(interpretation="positive"),
            a_result(interpretation="negative", specimen_date="2025-01-01"),
            [],
            id="other-specimen",
        ),
        pytest.param(
            a_result(interpretation="positive"),
            a_result(name="ALK", interpretation="negative"),
            [],
            id="other-gene",
        ),
        pytest.param(
            a_result(interpretation="positive", hgvs_p="p.Leu858Arg"),
            a_result(interpretation="negative", hgvs_p="p.Thr790Met"),
            [],
            id="other-variant",
        ),
        pytest.param(
            a_report(ihc=(Stain(marker="ER", result="positive"),)),
            a_report(ihc=(Stain(marker="er", result="Negative"),)),
            ["specimen_results_differ"],
            id="receptor",
        ),
        pytest.param(
            a_report(histology="adenocarcinoma"),
            a_report(histology="squamous cell carcinoma"),
            ["specimen_histology_differs"],
            id="histology",
        ),
        pytest.param(
            a_report(histology="adenocarcinoma"),
            a_report(histology="Adenocarcinoma, acinar"),
            [],
            id="finer-histology",
        ),
        pytest.param(
            a_report(histology="adenocarcinoma", specimen_date=None),
            a_report(histology="squamous cell carcinoma", specimen_date=None),
            [],
            id="nobody-says-which-specimen",
        ),
        pytest.param(
            a_report(histology="adenocarcinoma", site="lung"),
            a_report(histology="squamous cell carcinoma", site="skin"),
            [],
            id="other-site",
        ),
    ],
)
def test_results_on_one_specimen_agree(one: AnyRecord, other: AnyRecord, expected: list[str]) -> None:
    assert rules(one, other) == expected
