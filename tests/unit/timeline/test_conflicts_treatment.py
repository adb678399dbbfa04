"""Treatments that can't have been as recorded, and words on response that nothing bears out."""

from typing import Any

import pytest

from app.cases.domain import Patient
from app.records.domain.kinds import AnyRecord
from tests.unit.timeline.ledger import COMBINATION, IN_REMISSION, a_diagnosis, a_report, a_stage, rules
from tests.unit.timeline.records import a_status, a_study, a_treatment


@pytest.mark.parametrize(
    ("other", "overlap"),
    [
        pytest.param(
            a_treatment("2024-03-01", "irinotecan", "fluorouracil", ended="2024-08-01"),
            True,
            id="two-combinations",
        ),
        pytest.param(
            a_treatment("2024-03-01", "fluorouracil", ended="2024-08-01"), True, id="one-drug-twice"
        ),
        pytest.param(
            a_treatment("2024-03-01", "bevacizumab", ended="2024-08-01"), False, id="one-drug-beside"
        ),
        pytest.param(
            a_treatment("2024-06-05", "irinotecan", "fluorouracil", ended="2024-08-01"),
            False,
            id="four-weeks-or-less",
        ),
        pytest.param(
            a_treatment("2024-07-01", "irinotecan", "fluorouracil", ended="2024-08-01"),
            False,
            id="afterwards",
        ),
        pytest.param(
            a_treatment("2024-03-01", category="radiation", ended="2024-08-01"), False, id="radiation"
        ),
        pytest.param(a_treatment("2024-03-01", "irinotecan", "fluorouracil"), False, id="no-end-known"),
    ],
)
def test_courses_that_can_not_both_have_been_given_are_shown(other: AnyRecord, overlap: Any) -> None:
    assert ("treatments_overlap" in rules(COMBINATION, other)) is overlap


@pytest.mark.parametrize(
    ("treatment", "case", "expected"),
    [
        pytest.param(
            a_treatment("2024-01-01", "x", ended="2024-03-01", cycle_dates=("2024-01-01", "2024-03-02")),
            {},
            ["treatment_after_stop"],
            id="cycle-after-the-end",
        ),
        pytest.param(
            a_treatment("2024-01-01", "x", ended="2024-03", cycle_dates=("2024-01-01", "2024-03-31")),
            {},
            [],
            id="in-its-last-month",
        ),
        pytest.param(
            a_treatment("2024-04-01", "x", ended="2024-03-01"),
            {},
            ["treatment_ends_before_it_starts"],
            id="ends-first",
        ),
        pytest.param(
            a_treatment("2024-04-01", "x"),
            {"patient": Patient(deceased="2024-03")},
            ["treatment_after_death"],
            id="after-death",
        ),
        pytest.param(
            a_treatment("2024-03-31", "x"),
            {"patient": Patient(deceased="2024-03")},
            [],
            id="in-the-month-of-death",
        ),
    ],
)
def test_nothing_is_given_after_the_end(
    treatment: AnyRecord, case: dict[str, Any], expected: list[str]
) -> None:
    assert rules(treatment, **case) == expected


@pytest.mark.parametrize(
    ("proof", "treatment", "early"),
    [
        pytest.param(
            a_diagnosis(date="2024-02-01"), a_treatment("2024-01-31", "x"), True, id="before-diagnosis"
        ),
        pytest.param(a_diagnosis(date="2024-02"), a_treatment("2024-02-01", "x"), False, id="not-surely"),
        pytest.param(
            a_report(specimen_date="2024-02-01"), a_treatment("2024-01-31", "x"), True, id="before-biopsy"
        ),
        pytest.param(
            a_treatment("2024-02-01", category="surgery"),
            a_treatment("2024-01-31", category="radiation"),
            True,
            id="before-resection",
        ),
        pytest.param(
            a_treatment("2024-02-01", category="procedure", procedure="CT-guided core biopsy of the lung"),
            a_treatment("2024-01-31", category="radiation"),
            True,
            id="before-a-biopsy-that-is-a-procedure",
        ),
        pytest.param(
            a_treatment("2024-02-01", category="procedure", procedure="insertion of a port"),
            a_treatment("2024-01-31", category="radiation"),
            False,
            id="another-procedure-proves-nothing",
        ),
        pytest.param(
            a_diagnosis(date="2024-02-01"), a_treatment("2024-01-31", category="surgery"), False, id="surgery"
        ),
        pytest.param(a_diagnosis(date="2024-02-01"), a_study("2024-01-01"), False, id="imaging-comes-first"),
        pytest.param(a_diagnosis(date=None), a_treatment("2024-01-31", "x"), False, id="undated-diagnosis"),
    ],
)
def test_treatment_before_any_proof_is_shown(proof: AnyRecord, treatment: AnyRecord, early: Any) -> None:
    assert ("treatment_before_diagnosis" in rules(proof, treatment)) is early


def test_a_biopsy_before_the_treatment_proves_the_disease_whatever_the_date_of_the_diagnosis() -> None:
    records = (
        a_diagnosis(date="2024-02-01"),
        a_treatment("2024-01-01", category="procedure", procedure="Biopsia de mama"),
        a_treatment("2024-01-31", "x"),
    )

    assert "treatment_before_diagnosis" not in rules(*records)


@pytest.mark.parametrize(
    ("records", "asked"),
    [
        ((a_diagnosis(metastatic=True), a_treatment("2024-02-01", "x", intent="curative")), True),
        ((a_diagnosis(metastatic=True), a_treatment("2024-02-01", "x", intent="palliative")), False),
        ((a_diagnosis(metastatic=False), a_treatment("2024-02-01", "x", intent="curative")), False),
        ((a_stage(m="cM1b"), a_treatment("2024-02-01", "x", intent="curative")), True),
        ((a_stage(m="cM0"), a_treatment("2024-02-01", "x", intent="curative")), False),
        (
            (
                a_diagnosis(metastatic=True, date="2025-01-01"),
                a_treatment("2024-02-01", category="surgery", intent="curative"),
            ),
            False,
        ),
    ],
)
def test_curative_intent_beside_distant_spread_is_asked_about(
    records: tuple[AnyRecord, ...], asked: Any
) -> None:
    assert ("curative_and_metastatic" in rules(*records)) is asked


@pytest.mark.parametrize(
    ("records", "asked"),
    [
        pytest.param((IN_REMISSION, a_treatment("2025-01-01", "x", ongoing=True)), True, id="ongoing"),
        pytest.param(
            (IN_REMISSION, a_treatment("2025-01-01", "x", ongoing=True, setting="maintenance")),
            False,
            id="maintenance",
        ),
        pytest.param(
            (IN_REMISSION, a_treatment("2025-01-01", "x", ongoing=True, setting="adjuvant")),
            False,
            id="adjuvant",
        ),
        pytest.param((IN_REMISSION, a_treatment("2025-01-01", "x", ended="2025-05-01")), False, id="over"),
        pytest.param((IN_REMISSION, a_treatment("2025-07-01", "x", ongoing=True)), False, id="begun-later"),
        pytest.param(
            (
                IN_REMISSION,
                a_status("2025-07-01", "return", "relapse"),
                a_treatment("2025-01-01", "x", ongoing=True),
            ),
            False,
            id="relapsed-since",
        ),
        pytest.param(
            (
                a_status("2025-06-01", "remission", "residual disease"),
                a_treatment("2025-01-01", "x", ongoing=True),
            ),
            False,
            id="residual",
        ),
    ],
)
def test_remission_beside_treatment_that_goes_on_is_asked_about(
    records: tuple[AnyRecord, ...], asked: Any
) -> None:
    assert ("remission_under_treatment" in rules(*records)) is asked


def a_response(day: str | None, word: str = "PR") -> AnyRecord:
    return a_treatment("2025-01-01", "x", response_status=word, response_date=day)


@pytest.mark.parametrize(
    ("records", "case", "lacks"),
    [
        pytest.param((a_response("2025-03-01"),), {}, True, id="no-imaging"),
        pytest.param((a_response("2025-03-01"), a_study("2024-12-31")), {}, True, id="only-before"),
        pytest.param((a_response("2025-03-01"), a_study("2025-03-02")), {}, True, id="only-afterwards"),
        pytest.param((a_response("2025-03-01"), a_study("2025-02-01")), {}, False, id="between"),
        pytest.param((a_response("2025-03-01"), a_study("2025")), {}, False, id="possibly-between"),
        pytest.param((a_response(None),), {}, False, id="undated-claim"),
        pytest.param((a_response("2025-03-01", "NE"),), {}, False, id="not-evaluable"),
        pytest.param(
            (a_treatment("2025-01-01", "x"), a_status("2025-03-01", "response", "SD")),
            {},
            True,
            id="a-status-in-the-same-way",
        ),
        pytest.param((a_status("2025-03-01", "response", "SD"),), {}, False, id="untreated"),
        pytest.param(
            (
                a_response("2025-03-01"),
                a_diagnosis(site=None, laterality=None, histology="Acute myeloid leukaemia"),
            ),
            {},
            False,
            id="leukaemia-is-not-imaged",
        ),
    ],
)
def test_a_response_rests_on_imaging_since_the_treatment_began(
    records: tuple[AnyRecord, ...], case: dict[str, Any], lacks: Any
) -> None:
    assert ("response_without_imaging" in rules(*records, **case)) is lacks


@pytest.mark.parametrize(
    ("study", "note", "differ"),
    [
        pytest.param(
            a_study("2025-03-01", reported_status="SD"),
            a_status("2025-03-10", "response", "PD"),
            True,
            id="differ",
        ),
        pytest.param(
            a_study("2025-03-01", reported_status="PD"),
            a_status("2025-03-10", "response", "pd"),
            False,
            id="agree",
        ),
        pytest.param(
            a_study("2025-03-01", reported_status="SD"),
            a_status("2025-05-01", "response", "PD"),
            False,
            id="too-old",
        ),
        pytest.param(
            a_study("2025-03-11", reported_status="SD"),
            a_status("2025-03-10", "response", "PD"),
            False,
            id="later",
        ),
        pytest.param(
            a_study("2025-03-01", reported_status="SD"),
            a_status("2025-03-10", "response", "PD", asserted_by="radiologist"),
            False,
            id="radiology-itself",
        ),
        pytest.param(
            a_study("2025-03-01", reported_status="NE"),
            a_status("2025-03-10", "response", "PD"),
            False,
            id="NE",
        ),
    ],
)
def test_a_note_that_words_a_response_otherwise_than_radiology_is_shown(
    study: AnyRecord, note: AnyRecord, differ: Any
) -> None:
    assert ("note_and_radiology_differ" in rules(study, note)) is differ
