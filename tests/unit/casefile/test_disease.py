"""Which disease a case is about, and what stays undecided."""

from typing import Any

import pytest

from app.casefile.domain.disease import (
    age_at_diagnosis,
    disease_group,
    groups_of,
    is_advanced,
    possible_groups,
)
from app.casefile.domain.disease_table import DiseaseTableError, read_disease_table
from app.cases.domain import Cancer, CancerCode, Patient
from app.records.domain.base import Coding
from tests.builders import a_case, a_case_file, a_record


def a_case_of(*contents: Any, text: str | None = None, code: tuple[str, str] | None = None) -> Any:
    codes = (CancerCode(system=code[0], code=code[1]),) if code else ()
    return a_case_file(*contents, case=a_case(cancer=Cancer(text=text, codes=codes)))


def a_primary(**fields: Any) -> Any:
    return a_record("diagnosis", **fields)


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("Lung adenocarcinoma", "nsclc"),
        ("non-small cell lung cancer", "nsclc"),
        ("small cell lung cancer", "sclc"),
        ("Invasive ductal carcinoma of the breast", "breast"),
        ("colon cancer with liver metastases", "colorectal"),
        ("metastatic adenocarcinoma of the prostate", "prostate"),
        ("high-grade serous carcinoma of the ovary", "ovary"),
        ("papillary thyroid carcinoma", "thyroid"),
        ("medullary thyroid carcinoma", "medullary_thyroid"),
        ("squamous cell carcinoma of the head and neck", "head_neck"),
        ("squamous cell carcinoma of the cervix", "cervix"),
        ("bladder cancer", "urothelial"),
        ("gallbladder cancer", "biliary"),
        ("gastrointestinal stromal tumour of the stomach", "gist"),
        ("oesophageal cancer", "other_solid"),
        ("acute lymphoblastic leukemia", "acute_lymphoblastic_leukaemia"),
        ("ALL", "acute_lymphoblastic_leukaemia"),
        ("Leukaemia", "other_leukaemia"),
        ("Hodgkin's lymphoma", "hodgkin_lymphoma"),
        ("non-Hodgkin lymphoma", "other_lymphoma"),
        ("CLL/SLL", "chronic_lymphocytic_leukaemia"),
        ("multiple myeloma", "myeloma"),
    ],
)
def test_the_disease_is_read_from_the_words_for_the_cancer(text: str, group: str) -> None:
    assert disease_group(a_case_of(text=text)) == group


@pytest.mark.parametrize(
    "text",
    [
        "lung cancer",
        "thyroid cancer",
        "brain tumour",
        "cancer",
        "all clear",
        "breast cancer and colon cancer",
    ],
)
def test_words_that_leave_several_diseases_open_decide_nothing(text: str) -> None:
    assert disease_group(a_case_of(text=text)) is None


@pytest.mark.parametrize(
    ("code", "group"),
    [
        (("icd-10", "C50.9"), "breast"),
        (("http://hl7.org/fhir/sid/icd-10-cm", "C90.00"), "myeloma"),
        (("ICD10", "C910"), "acute_lymphoblastic_leukaemia"),
        (("icd-10", "C22.1"), "biliary"),
        (("icd-10", "C34.1"), None),
        (("icd-o-3", "9650/3"), "hodgkin_lymphoma"),
        (("icd-o-3", "8140/3"), None),
        (("local", "C50.9"), None),
    ],
)
def test_the_disease_is_read_from_codes_of_a_known_system(code: tuple[str, str], group: str | None) -> None:
    assert disease_group(a_case_of(code=code)) == group


def test_what_the_case_states_beats_what_can_be_read() -> None:
    case = a_case(cancer=Cancer(text="breast cancer", disease_group="sarcoma"))
    assert disease_group(a_case_file(case=case)) == "sarcoma"


def test_a_recorded_histology_narrows_what_the_case_leaves_open() -> None:
    assert (
        disease_group(a_case_of(a_primary(site="lung", histology="adenocarcinoma"), text="lung cancer"))
        == "nsclc"
    )


def test_a_code_of_the_histology_narrows_what_the_site_leaves_open() -> None:
    primary = a_primary(site="lung", histology_code=Coding(system="icd-o-3", code="8041/3"))
    assert disease_group(a_case_of(primary)) == "sclc"


def test_a_pathology_report_narrows_what_is_left_but_its_site_does_not_count() -> None:
    report = a_record("pathology_report", site="liver", histology="adenocarcinoma")
    assert disease_group(a_case_of(report, text="lung cancer")) == "nsclc"


def test_two_primaries_of_different_kinds_contradict_each_other() -> None:
    primaries = (a_primary(site="breast"), a_primary(site="colon"))
    assert disease_group(a_case_of(*primaries)) is None


def test_a_metastasis_says_nothing_of_where_the_cancer_began() -> None:
    metastasis = a_primary(site="liver", tumour="metastasis")
    assert disease_group(a_case_of(metastasis, text="breast cancer")) == "breast"


def test_an_open_question_between_two_diseases_still_excludes_the_others() -> None:
    assert possible_groups(a_case_of(text="lung cancer")) == {"nsclc", "sclc"}


def test_a_silent_case_leaves_every_disease_open() -> None:
    assert possible_groups(a_case_of()) == frozenset()


def test_blood_cancers_are_the_leukaemias_the_lymphomas_and_myeloma() -> None:
    assert groups_of("haematological") == groups_of("leukaemia") | groups_of("lymphoma") | groups_of(
        "myeloma"
    )
    assert "myeloma" in groups_of("haematological")
    assert "breast" not in groups_of("haematological")
    assert groups_of("solid").isdisjoint(groups_of("haematological"))


@pytest.mark.parametrize(
    "record",
    [
        a_primary(metastatic=True),
        a_primary(tumour="metastasis", site="liver"),
        a_primary(metastatic_sites=("bone",)),
        a_record("stage", group="Stage IVB"),
        a_record("stage", m="cM1b"),
        a_record("stage", extent="distant"),
        a_record("disease_status", axis="return", value="relapse"),
        a_record("disease_status", axis="progression", extent="widespread"),
        a_record("treatment", category="systemic", setting="advanced"),
    ],
)
def test_spread_return_and_treatment_of_advanced_disease_make_it_advanced(record: Any) -> None:
    assert is_advanced(a_case_of(a_primary(metastatic=False), record)) is True


@pytest.mark.parametrize(
    "record",
    [a_primary(metastatic=False), a_record("stage", group="IIA"), a_record("stage", extent="localised")],
)
def test_a_statement_that_excludes_spread_makes_it_not_advanced(record: Any) -> None:
    assert is_advanced(a_case_of(record)) is False


@pytest.mark.parametrize(
    "record",
    [
        a_primary(site="lung"),
        a_record("stage", group="IIIB", m="M0"),
        a_record("disease_status", axis="return", certainty="refuted"),
        a_primary(metastatic=True, stated="unknown"),
        a_record("treatment", category="systemic", setting="adjuvant"),
    ],
)
def test_silence_on_spread_stays_silence(record: Any) -> None:
    assert is_advanced(a_case_of(record)) is None


@pytest.mark.parametrize(
    ("born", "found", "ages"),
    [
        ("2010-06-15", "2020-06-14", (9, 9)),
        ("2010-06-15", "2020-06-15", (10, 10)),
        ("2010", "2020", (9, 10)),
        ("2010-06-15", None, None),
        (None, "2020", None),
    ],
)
def test_the_age_at_diagnosis_is_as_sure_as_the_dates(born: str | None, found: str | None, ages: Any) -> None:
    case = a_case(patient=Patient(birth_date=born))
    assert age_at_diagnosis(a_case_file(a_primary(date=found), case=case)) == ages


def test_the_first_primary_gives_the_age_at_diagnosis() -> None:
    case = a_case(patient=Patient(birth_date="2000-01-01"))
    case_file = a_case_file(a_primary(date="2020-02-01"), a_primary(date="2012-02-01"), case=case)
    assert age_at_diagnosis(case_file) == (12, 12)


TABLE = """
[family.leukaemia]
groups = ["other_leukaemia"]
[[site]]
words = ["breast"]
icd10 = ["C50"]
groups = ["breast"]
[[type]]
words = ["sarcoma"]
groups = ["sarcoma"]
"""


@pytest.mark.parametrize(
    "row",
    [
        '[[site]]\nwords = ["flu"]\ngroups = ["influenza"]',
        '[[site]]\nwords = ["breast"]\ngroups = ["sarcoma"]',
        '[[site]]\nwords = ["chest"]\nicd10 = ["C50"]\ngroups = ["sarcoma"]',
        '[family.other]\ngroups = ["influenza"]',
    ],
)
def test_a_wrong_row_of_the_table_is_refused(row: str) -> None:
    assert read_disease_table(TABLE).families["leukaemia"] == {"other_leukaemia"}
    with pytest.raises(DiseaseTableError):
        read_disease_table(TABLE + row)
