"""What titles call a test, a drug, an examination: the recorded name without a catalogue's tail."""

import pytest

from app.records.domain.base import Coding
from app.records.domain.course import Drug
from app.records.domain.kinds import AnyRecord
from app.timeline.domain.build import END, build_timeline, record_title
from app.timeline.domain.drugs import fold_drug
from app.timeline.domain.naming import drug_words, words_of_test
from tests.builders import a_case_file, a_document, a_record


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Neutrophils [#/volume] in Blood", "Neutrophils"),
        ("DCIS extension in Breast cancer specimen Qualitative by Light microscopy", "DCIS extension"),
        ("Vitamin B12 Level :", "Vitamin B12 Level"),
        ("Carcinoma in situ", "Carcinoma in situ"),
        ("Haemoglobin", "Haemoglobin"),
        (":", ":"),
    ],
)  # fmt: skip
def test_a_test_is_called_by_what_it_measures(written: str, said: str) -> None:
    assert words_of_test(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("10 ML oxaliplatin 5 MG/ML Injection", "oxaliplatin"),
        ("Paclitaxel 100 MG Injection", "Paclitaxel"),
        ("abemaciclib Oral Product", "abemaciclib"),
        ("fulvestrant Injectable Product", "fulvestrant"),
        ("trastuzumab deruxtecan", "trastuzumab deruxtecan"),
        ("5-fluorouracil", "5-fluorouracil"),
        ("Bevacizumab (Avastin)", "Bevacizumab (Avastin)"),
    ],
)
def test_a_drug_is_called_without_its_package(written: str, said: str) -> None:
    assert drug_words(written) == said


def test_rules_know_a_drug_by_the_name_of_its_package() -> None:
    assert fold_drug("Cisplatin 50 MG Injection") == fold_drug("cisplatin")


@pytest.mark.parametrize(
    ("record", "title"),
    [
        pytest.param(
            a_record(
                "marker_result",
                marker="Prostate specific Ag [Mass/volume] in Serum or Plasma",
                codes=(Coding(system="loinc", code="2857-1"),),
                value=4,
                unit="ng/mL",
            ),
            "PSA 4 ng/mL",
            id="a-code's-long-name",
        ),
        pytest.param(
            a_record("lab_result", test="Zorblax [Mass/volume] in Serum", value=4, unit="mg/L"),
            "Zorblax 4 mg/L",
            id="a-long-name-not-known-here",
        ),
        pytest.param(
            a_record("biomarker", name="Panel", genes_tested=("BRCA1", "TP53"), result="2 genes covered"),
            "Genes tested: BRCA1, TP53",
            id="a-panel-names-its-genes",
        ),
        pytest.param(
            a_record("biomarker", name="Panel", genes_tested=tuple(f"GENE{n}" for n in range(23))),
            "Genes tested: " + ", ".join(f"GENE{n}" for n in range(20)) + " and 3 more",
            id="many-genes-are-counted",
        ),
        pytest.param(
            a_record("biomarker", name="Recurrence Score", value=47, unit="recurrence score"),
            "Recurrence Score 47",
            id="a-unit-that-only-repeats-the-name",
        ),
        pytest.param(
            a_record("diagnosis", site="Left breast", laterality="left"),
            "Diagnosis: Left breast",
            id="a-side-is-said-once",
        ),
        pytest.param(
            a_record("treatment", category="systemic", drugs=(Drug(name="Tamoxifen 10 MG Oral Tablet"),)),
            "Tamoxifen",
            id="a-package-is-no-dose",
        ),
        pytest.param(
            a_record("imaging_study", modality="MG"), "mammography", id="an-examination-in-words"
        ),
        pytest.param(a_record("symptom", symptom="Dark stools."), "Dark stools", id="one-full-stop"),
        pytest.param(a_record("pathology_report"), "Pathology report", id="a-report-without-a-finding"),
    ],
)  # fmt: skip
def test_titles_are_worded_for_a_reader(record: AnyRecord, title: str) -> None:
    assert record_title(record) == title


def test_an_operation_of_some_hours_has_no_last_day_of_its_own() -> None:
    operation = a_record(
        "treatment", category="surgery", started="2018-01-11T22:41-05:00", ended="2018-01-11T23:30-05:00"
    )
    course = a_record("treatment", category="radiation", started="2018-01-11", ended="2018-02-11")

    timeline = build_timeline(a_case_file(operation, course))

    assert [event.id for event in timeline.items if event.id.endswith(END)] == [f"record-002{END}"]


def test_how_records_came_is_no_event() -> None:
    papers = (a_document(kind="import_payload"), a_document(kind="imaging_report"))

    timeline = build_timeline(a_case_file(*papers))

    assert [event.facts["kind"] for event in (*timeline.items, *timeline.undated)] == ["imaging_report"]
