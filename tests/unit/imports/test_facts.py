"""One fact gives one record, whichever reader found it."""

from app.imports.checking import faults_of
from app.imports.domain.facts import (
    Illness,
    Intolerance,
    Medicine,
    Procedure,
    allergy_record,
    illness_record,
    medicine_record,
    procedure_record,
)
from app.imports.domain.fitting import Remarks
from app.records.domain.base import Absence, Coding
from app.records.domain.course import Medication, Treatment
from app.records.domain.disease import Diagnosis
from app.records.domain.statements import Allergy, Comorbidity

BREAST = Coding(system="snomed", code="254837009", display="Malignant neoplasm of breast")


def test_a_cancer_is_a_diagnosis_dated_by_its_onset() -> None:
    record = illness_record(
        Illness(codes=(BREAST,), onset="2024-03", date="2024-05-07", site="Left breast"), "cda", Remarks()
    )

    assert isinstance(record, Diagnosis)
    assert (record.site, record.laterality, record.histology, record.date) == (
        "Left breast",
        "left",
        None,
        "2024-03",
    )
    assert faults_of(record) == []


def test_a_metastasis_says_where_it_is() -> None:
    record = illness_record(Illness(name="Secondary malignant neoplasm of liver"), "fhir", Remarks())

    assert isinstance(record, Diagnosis)
    assert (record.tumour, record.metastatic, record.metastatic_sites) == ("metastasis", True, ("liver",))
    assert faults_of(record) == []


def test_a_morphology_code_is_the_histology() -> None:
    morphology = Coding(system="icd-o-3", code="8140/3", display="Adenocarcinoma")
    record = illness_record(Illness(codes=(morphology,)), "fhir", Remarks())

    assert isinstance(record, Diagnosis)
    assert record.histology_code == morphology


def test_another_illness_is_a_comorbidity() -> None:
    record = illness_record(Illness(name="Asthma", onset="1999", is_current=True), "cda", Remarks())

    assert isinstance(record, Comorbidity)
    assert (record.condition, record.since, record.is_current) == ("Asthma", "1999", True)
    assert faults_of(record) == []


def test_no_known_illness_is_said_and_not_named() -> None:
    record = illness_record(Illness(name="Problem", absent=Absence.NONE), "cda", Remarks())

    assert isinstance(record, Comorbidity)
    assert (record.stated, record.condition) == (Absence.NONE, None)
    assert faults_of(record) == []


def test_a_medicine_against_the_cancer_is_a_treatment() -> None:
    record = medicine_record(
        Medicine(name="oxaliplatin", dose="85 mg/m2", frequency="every 2 weeks", started="2024-06-01"),
        "cda",
        Remarks(),
    )

    assert isinstance(record, Treatment)
    assert (record.category, record.drugs[0].dose, record.date) == (
        "systemic",
        "85 mg/m2, every 2 weeks",
        "2024-06-01",
    )
    assert faults_of(record) == []


def test_another_medicine_is_a_medication() -> None:
    record = medicine_record(
        Medicine(name="lisinopril", dose="10 mg", reason="Hypertension"), "cda", Remarks()
    )

    assert isinstance(record, Medication)
    assert (record.name, record.dose, record.reason) == ("lisinopril", "10 mg", "Hypertension")
    assert faults_of(record) == []


def test_an_allergy_or_that_none_is_known() -> None:
    named = allergy_record(Intolerance(name="penicillin", reaction="hives"), "cda", Remarks())
    none = allergy_record(Intolerance(absent=Absence.NONE), "cda", Remarks())

    assert isinstance(named, Allergy)
    assert (named.substance, named.reaction) == ("penicillin", "hives")
    assert isinstance(none, Allergy)
    assert none.stated is Absence.NONE
    assert faults_of(named) == faults_of(none) == []


def test_a_procedure_is_a_treatment_of_its_category() -> None:
    record = procedure_record(Procedure(name="Right hemicolectomy", started="2024-06-18"), "cda", Remarks())

    assert isinstance(record, Treatment)
    assert (record.category, record.procedure, record.laterality, record.date) == (
        "surgery",
        "Right hemicolectomy",
        "right",
        "2024-06-18",
    )
    assert faults_of(record) == []


def test_a_procedure_not_done_says_which() -> None:
    record = procedure_record(Procedure(name="Mastectomy", absent=Absence.NOT_DONE), "cda", Remarks())

    assert record is not None
    assert (record.stated, record.procedure) == (Absence.NOT_DONE, "Mastectomy")
    assert faults_of(record) == []


def test_what_has_no_name_gives_nothing_and_says_so() -> None:
    remarks = Remarks()

    assert illness_record(Illness(), "cda", remarks) is None
    assert medicine_record(Medicine(), "cda", remarks) is None
    assert allergy_record(Intolerance(), "cda", remarks) is None
    assert procedure_record(Procedure(), "cda", remarks) is None
    assert remarks.all() == ("The sender gives neither a name nor a code.",)


def test_a_name_that_says_type_and_site_loses_neither_to_the_type_beside_it() -> None:
    name = "Primary small cell malignant neoplasm of lung  TNM stage 1"
    record = illness_record(Illness(name=name, histology="Adenocarcinoma"), "fhir", Remarks())

    assert isinstance(record, Diagnosis)
    assert (record.site, record.histology) == ("lung", "Adenocarcinoma")
    assert record.note == "Named: Primary small cell malignant neoplasm of lung TNM stage 1"


def test_a_type_that_is_said_twice_needs_no_remark() -> None:
    record = illness_record(
        Illness(name="Infiltrating duct carcinoma of breast", histology="Infiltrating duct carcinoma"),
        "fhir",
        Remarks(),
    )

    assert record is not None
    assert record.note is None
