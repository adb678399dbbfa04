"""The CSV files of the mCODE extraction framework, read as they are."""
# Tables stand as they are written, line by line and in their own letters.
# ruff: noqa: E501

import pytest

from app.records.domain.base import Absence
from tests.office_files import a_zip
from tests.unit.imports.tabular.tables import found_in, only_record, reading_of, records_of, unused_in

SNOMED = "http://snomed.info/sct"
CONDITION = "mrn,conditionId,codeSystem,code,displayName,category,dateOfDiagnosis,clinicalStatus,verificationStatus,bodySite,laterality,histology\n"
STATUS = "mrn,conditionId,diseaseStatusCode,diseaseStatusText,dateOfObservation,evidence,observationStatus,dateRecorded\n"
STAGING = "mrn,conditionId,stageGroup,t,n,m,type,stagingSystem,stagingCodeSystem,effectiveDate\n"
ENCOUNTER = "mrn,encounterId,status,classCode,classSystem,typeCode,typeSystem,startDate,endDate\n"


def test_a_cancer_in_relapse_is_a_diagnosis_and_what_is_said_of_its_course() -> None:
    row = f"17,c1,{SNOMED},363346000,Breast Cancer,,2020-07-12,relapse,confirmed,76752008,7771000,\n"
    diagnosis, course = records_of(reading_of(CONDITION + row))
    assert (diagnosis.site, diagnosis.laterality, diagnosis.date) == ("Breast", "left", "2020-07-12")
    assert diagnosis.site_code.code == "76752008"
    assert (course.axis, course.value, course.date) == ("return", "relapse", None)


@pytest.mark.parametrize("status", ["entered-in-error", "refuted"])
def test_a_condition_that_does_not_stand_is_skipped(status: str) -> None:
    row = f"17,c1,{SNOMED},363346000,Breast Cancer,,2020-07-12,active,{status},,,\n"
    assert unused_in(reading_of(CONDITION + row)) == [("skipped", "row 2")]


def test_a_disease_status_keeps_its_words_and_evidence() -> None:
    record = only_record(
        STATUS + "17,c1,268910001,responding,2019-12-02,363679005|252416005,preliminary,2020-01-10\n"
    )
    assert (record.axis, record.value, record.words) == ("response", "improved", "responding")
    assert record.evidence == ("imaging", "pathology")


def test_a_status_that_nobody_asked_for_is_not_done() -> None:
    assert only_record(STATUS + "17,c1,not-asked,,2020-01-12,,,\n").stated is Absence.NOT_DONE


def test_a_stage_names_its_system_by_code() -> None:
    record = only_record(STAGING + f"17,c1,3C,cT3,cN3,cM0,Clinical,897275008,{SNOMED},2020-01-01\n")
    assert (record.system, record.edition, record.timing, record.group) == ("AJCC", "8", "clinical", "3C")
    assert (record.t, record.n, record.m) == ("cT3", "cN3", "cM0")


def test_a_stay_is_an_admission_and_a_visit_is_not() -> None:
    stay = f"17,e1,finished,IMP,http://x,,{SNOMED},2020-01-10,2020-01-15\n"
    visit = f"17,e2,finished,AMB,http://x,,{SNOMED},2020-02-10,2020-02-10\n"
    reading = reading_of(ENCOUNTER + stay + visit)
    (record,) = records_of(reading)
    assert (record.kind, record.started, record.ended) == ("admission", "2020-01-10", "2020-01-15")
    assert unused_in(reading) == [("skipped", "row 3")]


def test_the_pattern_of_a_date_is_no_date() -> None:
    row = f"17,c1,{SNOMED},363346000,Breast Cancer,,YYYY-MM-DD,active,confirmed,,,\n"
    assert unused_in(reading_of(CONDITION + row)) == [("rejected", "row 2")]


def test_tables_of_one_archive_know_each_other_s_patients() -> None:
    reading = reading_of(
        a_zip(
            {
                "patient.csv": b"mrn,familyName,givenName,gender,dateOfBirth\n17,Roe,Jane,female,1980-01-01\n",
                "staging.csv": (STAGING + f"17,c1,3C,,,,Clinical,,{SNOMED},2020-01-01\n").encode(),
            }
        )
    )
    assert reading.patients[0].patient.name == "Jane Roe"
    assert [item.patient for item in found_in(reading)] == ["MRN 17"]
