"""What the checker says beside present and missing: recency, pairing, legibility; each with its next action."""

from typing import Any

import pytest

from app.completeness.domain.report import Item
from app.documents.domain.document import DocumentFacts
from app.records.domain.base import Absence, Source
from tests.builders import a_record
from tests.unit.completeness.checking import (
    NSCLC,
    a_biomarker,
    a_case_with,
    a_lab,
    a_marker,
    a_paper,
    a_pathology,
    a_regimen,
    a_status,
    a_study,
    full_labs,
    item,
)

FROM_FIRST = (Source(document_id="document-001"),)
TRAVEL = a_record("planning", travel_planned=True)
METASTATIC = a_record("diagnosis", site="lung", metastatic=True)


def found(finding: str, key: str, contents: Any, **options: Any) -> Item:
    one = item(key, *contents, **options)
    assert finding in one.findings, one.findings
    return one


# Each row: the finding, its item, a case that has it, the same case mended, words of the next action.
BOTH_WAYS = [
    pytest.param(
        "scan_before_treatment_change",
        "imaging_latest",
        (a_study(date="2026-02-01"), a_regimen(started="2026-02-15", ended=None, ongoing=True)),
        (a_study(date="2026-03-01"), a_regimen(started="2026-02-15", ended=None, ongoing=True)),
        None,
        id="a scan older than the last change of treatment",
    ),
    pytest.param(
        "specimen_before_progression",
        "molecular",
        (a_biomarker(specimen_date="2025-01-10"), a_status(date="2026-03-01")),
        (a_biomarker(specimen_date="2026-03-10"), a_status(date="2026-03-01")),
        None,
        id="a specimen older than the progression",
    ),
    pytest.param(
        "outside_travel_window",
        "labs_organ",
        (*full_labs(date="2026-03-01"), TRAVEL),
        (*full_labs(date="2026-03-10"), TRAVEL),
        "newer blood values",
        id="blood values older than the journey allows",
    ),
    pytest.param(
        "single_study",
        "imaging_prior",
        (a_study(),),
        (a_study(), a_study(date="2026-01-05")),
        "scan before",
        id="only one scan",
    ),
    pytest.param(
        "no_pre_treatment_value",
        "marker_trend",
        (a_regimen(started="2026-01-15"), a_marker("2026-02-01"), a_marker("2026-03-01")),
        (a_regimen(started="2026-01-15"), a_marker("2026-01-02"), a_marker("2026-03-01")),
        None,
        id="a series without a value before treatment",
    ),
    pytest.param(
        "report_without_images",
        "imaging_files",
        (a_study(),),
        (a_study(), a_paper("imaging_file", dated="2026-03-05")),
        "DICOM",
        id="a report without its images",
    ),
    pytest.param(
        "images_without_report",
        "imaging_latest",
        (a_study(date="2026-01-05"), a_paper("imaging_file", dated="2026-03-05")),
        (a_study(date="2026-03-05"), a_paper("imaging_file", dated="2026-03-05")),
        "report that belongs to the images",
        id="images newer than any report",
    ),
    pytest.param(
        "images_without_report",
        "imaging_latest",
        (a_paper("imaging_file"), a_study(compared_with=None, impression=None, sources=FROM_FIRST)),
        (a_paper("imaging_file"), a_study(impression="smaller", sources=FROM_FIRST)),
        "report that belongs to the images",
        id="a study read from its images alone",
    ),
    pytest.param(
        "study_date_differs",
        "imaging_latest",
        (a_study(date="2026-03-05", report_study_date="2026-03-04"),),
        (a_study(date="2026-03-05", report_study_date="2026-03"),),
        "different ones",
        id="a study dated otherwise than its report",
    ),
    pytest.param(
        "study_date_differs",
        "imaging_files",
        (a_study(date="2026-03-05"), a_paper("imaging_file", dated="2026-03-07")),
        (a_study(date="2026-03-05"), a_paper("imaging_file", dated="2026-03-05")),
        "dated otherwise",
        id="images dated otherwise than the study",
    ),
    pytest.param(
        "biopsy_without_ihc",
        "pathology_ihc",
        (a_pathology(ihc=()),),
        (a_pathology(ihc=(), absent={"ihc": Absence.NOT_DONE}),),
        "stains were done",
        id="a biopsy without stains",
    ),
    pytest.param(
        "advanced_without_molecular",
        "molecular",
        (METASTATIC,),
        (METASTATIC, a_biomarker()),
        "molecular tests were done",
        id="metastatic and never tested",
    ),
    pytest.param(
        "not_done",
        "molecular",
        (METASTATIC, a_record("biomarker", name="NGS panel", stated=Absence.NOT_DONE)),
        (METASTATIC, a_biomarker()),
        "would help",
        id="metastatic and stated not to be tested",
    ),
    pytest.param(
        "done_nothing_found",
        "molecular",
        (METASTATIC, a_biomarker(name="NGS panel", result=None, absent={"result": Absence.NONE})),
        (METASTATIC, a_biomarker(result="G12C")),
        None,
        id="tested, and nothing found",
    ),
    pytest.param(
        "ended_without_reason",
        "treatment_history",
        (a_regimen(reason_ended=None),),
        (a_regimen(reason_ended="progression"),),
        "complete the list",
        id="a treatment that ended without a reason",
    ),
    pytest.param(
        "password_protected",
        "pathology_ihc",
        (a_paper("pathology_report", facts=DocumentFacts(), findings=("encrypted",)),),
        (a_paper("pathology_report", facts=DocumentFacts(readable=False)),),
        "password",
        id="a file that asks for a password",
    ),
    pytest.param(
        "unreadable",
        "pathology_ihc",
        (a_paper("pathology_report", facts=DocumentFacts(readable=False)),),
        (a_paper("pathology_report"),),
        "readable copy",
        id="a paper that can't be read",
    ),
    pytest.param(
        "pages_missing",
        "pathology_ihc",
        (a_paper("pathology_report", facts=DocumentFacts(readable=True, pages=2, pages_stated=4)),),
        (a_paper("pathology_report", facts=DocumentFacts(readable=True, pages=4, pages_stated=4)),),
        "pages that are lacking",
        id="two of four pages",
    ),
    pytest.param(
        "pages_missing",
        "pathology_ihc",
        (
            a_paper("pathology_report", facts=DocumentFacts(readable=True, pages=2, pages_stated=4)),
            a_pathology(sources=FROM_FIRST),
        ),
        (a_paper("pathology_report"), a_pathology(sources=FROM_FIRST)),
        "pages that are lacking",
        id="records read from two of four pages",
    ),
    pytest.param(
        "not_read",
        "imaging_files",
        (a_study(), a_paper("imaging_file", dated="2026-03-05", media="jpeg", facts=DocumentFacts())),
        (a_study(), a_paper("imaging_file", dated="2026-03-05", media="jpeg")),
        "Look at the picture",
        id="a picture that nobody looked at",
    ),
    pytest.param(
        "content_not_read",
        "pathology_ihc",
        (a_paper("pathology_report"),),
        (a_paper("pathology_report"), a_pathology(sources=FROM_FIRST)),
        "record what it says",
        id="a paper in which nothing is recorded",
    ),
]


@pytest.mark.parametrize(("finding", "key", "contents", "mended", "action"), BOTH_WAYS)
def test_a_finding_is_there_with_its_next_action_and_gone_when_mended(
    finding: str, key: str, contents: Any, mended: Any, action: str | None
) -> None:
    one = found(finding, key, contents)
    if action is not None:
        assert action in (one.next_action or "")
    assert finding not in item(key, *mended).findings


@pytest.mark.parametrize("certified", [False, True])
def test_a_translation_says_whether_it_is_certified(certified: Any) -> None:
    case = a_case_with(NSCLC, languages=("en",))
    original = a_paper("pathology_report", language="ru")
    assert "language" in item("pathology_ihc", original, case=case).findings
    translation = a_paper(
        "translation", language="en", translation_of="document-001", translation_certified=certified
    )
    findings = item("pathology_ihc", original, translation, case=case).findings
    assert "language" not in findings
    assert ("translation_uncertified" in findings) is not certified


def test_what_a_readable_paper_states_is_not_lost_by_a_newer_one_in_a_foreign_language() -> None:
    case = a_case_with(NSCLC, languages=("en",))
    allergy = a_record("allergy", substance="penicillin")
    read = a_record("comorbidity", condition="asthma", date="2025-01-10")
    foreign = a_record("comorbidity", condition="asthma", date="2026-01-10", sources=FROM_FIRST)
    papers = a_paper("discharge_summary", language="ru"), allergy, foreign
    alone = item("comorbid_allergy", *papers, case=case)
    assert (alone.status, "language" in alone.findings) == ("partial", True)
    both = item("comorbid_allergy", *papers, read, case=case)
    assert (both.status, [one.record_id for one in both.evidence]) == (
        "present",
        ["record-001", "record-003"],
    )


def test_a_consent_in_a_foreign_language_is_not_given_by_an_older_one_that_was_withdrawn() -> None:
    case = a_case_with(NSCLC, languages=("en",))
    paper = a_paper("consent", language="ru")
    given = a_record("planning", consent="given", date="2026-01-10", sources=FROM_FIRST)
    older = [
        a_record("planning", consent=word, date=f"2025-0{number}-10")
        for number, word in enumerate(("given", "withdrawn"), 1)
    ]
    assert "language" in item("admin", paper, given, *older, case=case).findings
    assert "language" not in item("admin", paper, given, older[0], case=case).findings


def test_tested_and_nothing_found_is_present_and_never_tested_is_missing() -> None:
    nothing = a_biomarker(name="NGS panel", result=None, absent={"result": Absence.NONE})
    assert item("molecular", METASTATIC, nothing).status == "present"
    assert item("molecular", METASTATIC).findings == ("missing", "advanced_without_molecular")
    assert "advanced_without_molecular" not in item("molecular").findings


def test_images_without_a_report_are_partial_whatever_older_reports_say() -> None:
    one = item("imaging_latest", a_study(date="2026-01-05"), a_paper("imaging_file", dated="2026-03-05"))
    assert (one.status, one.lacking) == ("partial", ("comparison", "impression"))
    assert [evidence.document_id for evidence in one.evidence] == ["document-001"]
    older = item("imaging_latest", a_study(date="2026-03-05"), a_paper("imaging_file", dated="2026-01-05"))
    assert older.status == "present"
    undated = item("imaging_latest", a_study(), a_paper("imaging_file", dated=None))
    assert undated.status == "present"


def test_without_any_scan_there_is_no_report_that_lacks_its_images() -> None:
    assert item("imaging_files").findings == ("missing",)


def test_blood_values_older_than_the_usual_limit_are_stale_without_travel() -> None:
    assert item("labs_organ", *full_labs(date="2026-02-01")).findings == ("stale",)


# --- what a disease makes worth having -----------------------------------------------------------------------------

ADT = a_regimen(regimen="ADT")
WANTED = [
    ("prostate", "pathology_ihc", "gleason", a_pathology(), a_pathology(grade="Gleason 4+3")),
    ("prostate", "labs_organ", "testosterone", ADT, a_lab("testosterone")),
    ("liver", "labs_organ", "child_pugh_values", a_lab("Hb"), None),
    (
        "liver",
        "comorbid_allergy",
        "hepatitis",
        a_record("allergy", substance="x"),
        a_record("comorbidity", condition="hepatitis B"),
    ),
    (
        "pancreas",
        "marker_trend",
        "bilirubin",
        a_marker("2026-03-01", marker="CA 19-9", unit="U/mL"),
        a_lab("bilirubin"),
    ),
    (
        "thyroid",
        "marker_trend",
        "tsh",
        a_marker("2026-03-01", marker="thyroglobulin"),
        a_lab("TSH", unit="mIU/L"),
    ),
    (
        "thyroid",
        "marker_trend",
        "anti_thyroglobulin",
        a_marker("2026-03-01", marker="thyroglobulin"),
        a_lab("TgAb"),
    ),
    (
        "glioma",
        "medications",
        "steroid_dose",
        a_record("medication", name="x", dose="1"),
        a_record("medication", name="Dexamethasone", dose="4 mg"),
    ),
    ("acute_myeloid_leukaemia", "pathology_ihc", "flow_cytometry", a_pathology(), a_paper("flow_cytometry")),
    ("acute_myeloid_leukaemia", "labs_organ", "anc", a_lab("Hb"), a_lab("ANC", unit="10*3/uL")),
    (
        "other_lymphoma",
        "imaging_latest",
        "pet_ct_deauville",
        a_study(),
        a_study(modality="PET-CT", impression="Deauville 2", date="2026-03-06"),
    ),
    ("myeloma", "labs_organ", "calcium", a_lab("Hb"), a_lab("calcium", unit="mg/dL")),
]


@pytest.mark.parametrize(("group", "key", "name", "content", "mends"), WANTED)
def test_what_a_disease_makes_worth_having_is_noted_until_it_is_there(
    group: str, key: str, name: str, content: Any, mends: Any
) -> None:
    case = a_case_with(group)
    contents = (content, *((a_lab("Hb"),) if key == "labs_organ" else ()))
    assert name in item(key, *contents, case=case).noted
    mended = (mends,) if mends is not None else tuple(map(a_lab, ("bilirubin", "albumin", "INR")))
    assert name not in item(key, *contents, *mended, case=case).noted
    assert name not in item(key, *contents, case=a_case_with("breast")).noted


def test_testosterone_is_wanted_only_on_androgen_deprivation() -> None:
    assert "testosterone" not in item("labs_organ", a_lab("Hb"), case=a_case_with("prostate")).noted
