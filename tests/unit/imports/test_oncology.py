"""What is a cancer, a medicine against it, a kind of treatment: the same answer for every format."""

import pytest

from app.imports.domain.oncology import (
    CancerName,
    cancer_name,
    category_of,
    is_cancer,
    is_cancer_medicine,
    is_test,
    laterality_of,
    modality_of,
    regions_of,
)
from app.records.domain.base import Coding


@pytest.mark.parametrize(
    "name",
    [
        "Malignant neoplasm of sigmoid colon",
        "Breast cancer",
        "Carcinoma in situ of breast",
        "Neoplasm of uncertain behavior of ovary",
        "Acute myeloid leukemia",
        "Bösartige Neubildung der Brust",
        "Secondary malignant neoplasm of liver",
        "Glioblastoma",
    ],
)
def test_cancers_are_known_by_their_words(name: str) -> None:
    assert is_cancer(name)


@pytest.mark.parametrize(
    "name",
    [
        "Pneumonia",
        "Benign neoplasm of colon",
        "Family history of breast cancer",
        "Personal history of malignant melanoma",
        "Screening for colon cancer",
        "Tumor lysis syndrome",
        "Cancer-related pain",
        "Tubular adenoma of colon",
    ],
)
def test_what_only_sounds_like_a_cancer_is_none(name: str) -> None:
    assert not is_cancer(name)


@pytest.mark.parametrize(
    ("system", "code", "answer"),
    [
        ("icd-10-cm", "C50.911", True),
        ("icd-10", "D05.1", True),
        ("icd-10-cm", "D12.6", False),
        ("icd-10-cm", "Z85.3", False),
        ("icd-9-cm", "174.9", True),
        ("icd-9-cm", "V10.3", False),
        ("icd-o-3", "8140/3", True),
        ("icd-10-cm", "J18.9", False),
    ],
)
def test_a_code_decides_where_there_is_one(system: str, code: str, *, answer: bool) -> None:
    assert is_cancer(None, [Coding(system=system, code=code)]) is answer


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Malignant neoplasm of sigmoid colon", CancerName(site="sigmoid colon")),
        ("Breast cancer", CancerName(site="Breast")),
        ("Metastatic breast cancer", CancerName(site="breast", spread=True)),
        ("Secondary malignant neoplasm of liver", CancerName(site="liver", metastasis=True, spread=True)),
        ("Adenocarcinoma of colon", CancerName(site="colon", histology="Adenocarcinoma of colon")),
        ("Carcinoma in situ of breast", CancerName(site="breast", histology="Carcinoma in situ of breast")),
        ("Acute myeloid leukemia", CancerName(histology="Acute myeloid leukemia")),
    ],
)
def test_a_name_gives_a_type_only_where_it_says_one(name: str, said: CancerName) -> None:
    assert cancer_name(name) == said


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("Oxaliplatin 5 MG/ML Injectable Solution", True),
        ("imatinib 400 MG Oral Tablet", True),
        ("FOLFOX", True),
        ("letrozole 2.5 mg", True),
        ("Lisinopril 10 MG Oral Tablet", False),
        ("tofacitinib", False),
        ("BCG vaccine", False),
        ("methotrexate", False),
    ],
)
def test_medicines_against_the_cancer_are_known_by_name(name: str, *, answer: bool) -> None:
    assert is_cancer_medicine(name) is answer


def test_what_is_given_for_more_than_cancer_counts_by_its_reason() -> None:
    assert is_cancer_medicine("methotrexate", reason="Osteosarcoma of femur")
    assert not is_cancer_medicine("methotrexate", reason="Rheumatoid arthritis")
    assert is_cancer_medicine("unknown name", [Coding(system="atc", code="L01CA02")])


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("Left hemicolectomy", "surgery"),
        ("Radiotherapy to the chest wall", "radiation"),
        ("Core biopsy of breast", "procedure"),
        ("Colonoscopy", "procedure"),
        ("Radiofrequency ablation of liver lesion", "local_ablation"),
        ("Autologous stem cell transplant", "transplant"),
        ("Chemotherapy administration", "systemic"),
        ("Blood transfusion", "supportive"),
        ("Interview", "other"),
    ],
)
def test_a_procedure_has_the_category_of_its_words(name: str, category: str) -> None:
    assert category_of(name) == category


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("Human epidermal growth factor receptor 2 gene detection by immunohistochemistry", True),
        ("Urinalysis", True),
        ("Hematocrit", True),
        ("Haemoglobin", True),
        ("Bone marrow biopsy with flow cytometry", False),
        ("Radiotherapy to the chest wall", False),
        ("Blood transfusion", False),
        ("Procedure of Abernathy", False),
    ],
)
def test_a_test_of_a_specimen_is_told_from_what_is_done_to_the_patient(name: str, *, answer: bool) -> None:
    assert is_test(name) is answer


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("Radikale Prostatovesikulektomie", "surgery"),
        ("Resección anterior baja", "surgery"),
        ("Мастэктомия", "surgery"),
        ("乳腺切除术", "surgery"),
        ("Quimioterapia adyuvante", "systemic"),
        ("Лучевая терапия", "radiation"),
        ("Kemoterapi", "systemic"),
    ],
)
def test_a_treatment_is_known_in_other_languages(name: str, category: str) -> None:
    assert category_of(name) == category


def test_a_procedure_without_words_has_the_category_of_its_code() -> None:
    assert category_of(None, [Coding(system="cpt", code="77412")]) == "radiation"
    assert category_of(None, [Coding(system="snomed", code="387713003")]) == "surgery"


def test_imaging_is_told_with_its_regions_and_side() -> None:
    assert modality_of("CT of chest and abdomen with contrast") == "CT"
    assert regions_of("CT of chest and abdomen with contrast") == ("chest", "abdomen")
    assert modality_of("Chest X-ray PA") == "XR"
    assert modality_of("Colonoscopy") is None
    assert laterality_of("Left lower lobe") == "left"
    assert laterality_of("left and right") is None
    assert laterality_of(None, [Coding(system="snomed", code="24028007")]) == "right"
