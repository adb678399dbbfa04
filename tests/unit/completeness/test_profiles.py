"""Destination profiles: what a receiving hospital asks beside a checklist."""

from typing import Any

import pytest

from app.cases.domain import Patient
from app.completeness.checklists import (
    ChecklistError,
    from_plain,
    merge_profile,
    merged_profiles,
    read_profile,
    shared_files,
)
from app.completeness.domain.check import check
from app.completeness.domain.library import load_checklists, load_profiles
from app.completeness.domain.profile import Profile, overlay
from app.completeness.domain.report import Item, Report
from app.documents.domain.document import DocumentFacts
from app.records.domain.base import Source
from tests.builders import A_DAY, a_case_file, a_document, a_record
from tests.unit.completeness.checking import NSCLC, a_case_with, a_paper, a_pathology, a_plan, a_study

HEAD = {"id": "there", "version": "1", "label": "There", "source": "their letter"}
READ_FROM_FIRST = (Source(document_id="document-001"),)


def a_profile(**parts: Any) -> Profile:
    return read_profile(merge_profile(from_plain({**HEAD, **parts}, "profile"), shared_files()))


def sent_there(profile: Profile, *contents: Any, checklist: str = "response", case: Any = None) -> Report:
    rules = overlay(load_checklists()[checklist], profile)
    case_file = a_case_file(*contents, case=case or a_case_with(NSCLC))
    return check(case_file, rules, A_DAY, profile=profile.ref)


def item(key: str, profile: Profile, *contents: Any, **options: Any) -> Item:
    found = sent_there(profile, *contents, **options).item(key)
    assert found is not None
    return found


def test_a_report_names_the_exact_checklist_and_profile() -> None:
    profile = a_profile(items={"performance_status": "required"})
    found = sent_there(profile)
    assert found.checklist == load_checklists()["response"].ref
    assert found.profile == profile.ref
    assert len(profile.sha256) == 64


# --- requirements and ages --------------------------------------------------------------------------------------


def test_a_requirement_grows_stronger_and_its_rule_says_who_asks() -> None:
    found = item("performance_status", a_profile(items={"performance_status": "required"}))
    assert (found.requirement, found.rule.id, found.rule.tightened_by) == (
        "required",
        "response/performance_status",
        "there@1",
    )


def test_what_is_recommended_may_be_asked_under_its_condition() -> None:
    found = item("performance_status", a_profile(items={"performance_status": "conditional"}))
    assert (found.requirement, found.rule.tightened_by) == ("conditional", "there@1")


def test_a_requirement_never_grows_weaker() -> None:
    found = item("symptoms", a_profile(items={"symptoms": "recommended"}))
    assert (found.requirement, found.rule.tightened_by) == ("required", None)


def test_what_is_asked_under_a_condition_is_asked_always_where_it_is_required() -> None:
    case = a_case_with("prostate")
    assert item("molecular", a_profile(), case=case).status == "unknown"
    assert item("molecular", a_profile(items={"molecular": "conditional"}), case=case).status == "unknown"
    assert item("molecular", a_profile(items={"molecular": "required"}), case=case).status == "missing"


def test_what_certainly_does_not_apply_is_not_asked_there_either() -> None:
    case = a_case_with("acute_myeloid_leukaemia")
    assert item("imaging_files", a_profile(images="dicom"), case=case).status == "not_applicable"


@pytest.mark.parametrize(("days", "status"), [(15, "present"), (14, "stale"), (400, "present")])
def test_an_age_grows_shorter_and_never_longer(days: int, status: str) -> None:
    profile = a_profile(items={"imaging_latest": {"max_age_days": days}})
    found = item("imaging_latest", profile, a_study(date="2026-03-05"))
    assert (found.age_days, found.status) == (15, status)
    assert found.max_age_days == min(days, 56)


def test_an_age_for_what_has_none_is_one() -> None:
    profile = a_profile(items={"pathology_ihc": {"max_age_days": 30}})
    assert item("pathology_ihc", profile, a_pathology(date="2026-01-10")).status == "stale"


def test_ages_of_cases_grow_shorter_too() -> None:
    profile = a_profile(items={"labs_organ": {"max_age_days": 20}})
    assert item("labs_organ", profile).max_age_days == 20
    travel = a_record("planning", travel_planned=True)
    assert item("labs_organ", profile, travel).max_age_days == 14


def test_a_field_that_is_noted_may_have_to_be_stated() -> None:
    profile = a_profile(items={"pathology_ihc": {"must_state": ["grade"]}})
    found = item("pathology_ihc", profile, a_pathology())
    assert (found.status, found.lacking) == ("partial", ("grade",))
    assert "grade" not in found.noted
    assert item("pathology_ihc", profile, a_pathology(grade="2")).status == "present"


# --- items added, replaced and dropped --------------------------------------------------------------------------


def test_what_is_dropped_is_not_asked() -> None:
    assert sent_there(a_profile(drop=["comorbid_allergy"])).item("comorbid_allergy") is None
    assert sent_there(a_profile(images="reports_only")).item("imaging_files") is None


def test_a_shared_item_that_the_checklist_does_not_ask_is_added_at_the_end() -> None:
    found = sent_there(a_profile(items={"operative_note": "required", "symptoms": "required"}))
    assert found.items[-1].key == "operative_note"
    assert found.items[-1].rule.id == "there/operative_note"
    assert len(found.items) == len(load_checklists()["response"].items) + 1


def test_a_limit_alone_adds_no_item() -> None:
    found = sent_there(a_profile(items={"remission_statement": {"max_age_days": 30}}))
    assert found.item("remission_statement") is None


OWN = {
    "requirement": "required",
    "label": "Letter of the insurer",
    "why": "Nobody is admitted there without it.",
    "source": "their letter",
    "need": {"documents": {"kinds": ["insurance"]}},
    "actions": {"missing": "Ask the family for the insurer's letter."},
}


def test_an_item_of_the_profile_is_asked_with_its_own_rule_and_next_action() -> None:
    profile = a_profile(items={"insurance_letter": OWN})
    found = item("insurance_letter", profile)
    assert (found.status, found.next_action) == ("missing", "Ask the family for the insurer's letter.")
    assert (found.rule.id, found.rule.version, found.rule.source) == (
        "there/insurance_letter",
        "1",
        "their letter",
    )
    assert "insurance_letter" in {block.item for block in sent_there(profile).blocking}
    there = item("insurance_letter", profile, a_paper("insurance"))
    assert (there.status, there.findings) == ("present", ())


def test_an_item_in_full_takes_the_place_of_the_checklists() -> None:
    found = item("symptoms", a_profile(items={"symptoms": OWN}))
    assert (found.label, found.rule.id) == ("Letter of the insurer", "there/symptoms")


# --- papers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "readable", "expected"), [(1, 1, "present"), (2, 1, "partial"), (2, 2, "present")]
)
def test_so_many_documents_are_asked(count: int, readable: int, expected: str) -> None:
    own = {**OWN, "need": {"documents": {"kinds": ["insurance"], "count": count}}}
    unreadable = a_paper("insurance", facts=DocumentFacts(readable=False))
    papers = [a_paper("insurance") for _ in range(readable)]
    found = item("letter", a_profile(items={"letter": own}), unreadable, *papers)
    assert found.status == expected
    assert found.lacking == (() if expected == "present" else ("documents",))


def test_the_languages_read_there_take_the_place_of_the_cases() -> None:
    paper = a_paper("pathology_report", language="ru")
    case = a_case_with(NSCLC, languages=("ru",))
    found = item("pathology_ihc", a_profile(reads=["en-GB"]), paper, case=case)
    assert (found.status, "language" in found.findings) == ("partial", True)
    assert item("pathology_ihc", a_profile(reads="ru"), paper, case=case).status == "present"


@pytest.mark.parametrize(
    ("certified", "anywhere", "where_certified_is_wanted"),
    [
        pytest.param(True, (), (), id="certified"),
        pytest.param(
            False,
            ("translation_uncertified",),
            ("partial", "translation_uncertified", "certified_translation_wanted"),
            id="not certified",
        ),
        pytest.param(
            None, (), ("partial", "translation_uncertified", "certified_translation_wanted"), id="not stated"
        ),
    ],
)
def test_a_translation_counts_where_it_is_certified_enough(
    certified: Any, anywhere: Any, where_certified_is_wanted: Any
) -> None:
    original = a_paper("pathology_report", language="ru")
    translation = a_paper(
        "translation", language="en", translation_of="document-001", translation_certified=certified
    )
    record = a_pathology(sources=READ_FROM_FIRST)
    contents = (original, translation, record)
    plain = item("pathology_ihc", a_profile(reads=["en"]), *contents)
    assert (plain.status, plain.findings) == ("present", anywhere)
    strict = item("pathology_ihc", a_profile(reads=["en"], translation="certified"), *contents)
    assert strict.findings == where_certified_is_wanted
    if certified is not True:
        assert strict.next_action == "Ask for a certified translation; the destination wants one."


def test_one_certified_translation_among_several_is_enough() -> None:
    original = a_paper("pathology_report", language="ru")
    translations = [
        a_paper("translation", language="en", translation_of="document-001", translation_certified=one)
        for one in (False, True, None)
    ]
    profile = a_profile(reads=["en"], translation="certified")
    assert item("pathology_ihc", profile, original, *translations).status == "present"


def test_a_translation_that_stands_for_the_paper_itself_is_held_to_the_same() -> None:
    paper = a_paper("pathology_report", language="en", translation_of="elsewhere")
    assert item("pathology_ihc", a_profile(translation="certified"), paper).status == "partial"
    certified = a_paper("pathology_report", translation_of="elsewhere", translation_certified=True)
    assert item("pathology_ihc", a_profile(translation="certified"), certified).status == "present"
    assert item("pathology_ihc", a_profile(translation="certified"), a_paper("pathology_report")).status == (
        "present"
    )


ANNA: Any = {"printed_name": "Anna Maria Example", "printed_birth_date": "1960-05-01"}


@pytest.mark.parametrize(
    ("printed", "finding"),
    [
        pytest.param(ANNA, None, id="as on the document"),
        pytest.param({**ANNA, "printed_name": "EXAMPLE, Ánna Maria"}, None, id="order, case and accents"),
        pytest.param(
            {**ANNA, "printed_name": "Anna Example"}, "identity_not_as_on_document", id="a name less"
        ),
        pytest.param(
            {**ANNA, "printed_birth_date": "1960"}, "identity_not_as_on_document", id="the year only"
        ),
        pytest.param({"printed_name": "Anna Maria Example"}, "identity_unchecked", id="no birth date"),
        pytest.param({}, "identity_unchecked", id="nobody looked"),
    ],
)
def test_name_and_birth_date_stand_on_every_paper_as_on_the_identity_document(
    printed: Any, finding: str | None
) -> None:
    passport = a_document(kind="identity", facts=DocumentFacts(readable=True, **ANNA))
    paper = a_paper("pathology_report", facts=DocumentFacts(readable=True, **printed))
    found = item("pathology_ihc", a_profile(identity="as_on_document"), passport, paper)
    assert found.status == ("present" if finding is None else "partial")
    if finding is not None:
        assert found.findings == ("partial", "content_not_read", finding)
        assert found.next_action is not None
        assert "identity document" in found.next_action
    assert item("pathology_ihc", a_profile(), passport, paper).status == "present"


def test_without_an_identity_document_the_case_says_who_it_is() -> None:
    paper = a_paper("pathology_report", facts=DocumentFacts(readable=True, **ANNA))
    profile = a_profile(identity="as_on_document")
    known = a_case_with(NSCLC, patient=Patient(name="Anna Maria Example", birth_date="1960-05-01"))
    assert item("pathology_ihc", profile, paper, case=known).status == "present"
    nobody = a_case_with(NSCLC, patient=Patient())
    assert "identity_unchecked" in item("pathology_ihc", profile, paper, case=nobody).findings


# --- images ------------------------------------------------------------------------------------------------------


def test_where_dicom_is_wanted_the_images_are_required_and_pictures_do_not_serve() -> None:
    profile = a_profile(images="dicom")
    assert item("imaging_files", profile).requirement == "required"
    picture = a_paper("imaging_file", dated="2026-03-05", media="jpeg")
    found = item("imaging_files", profile, a_study(), picture)
    assert (found.status, found.lacking) == ("partial", ("file_type",))
    assert "file_type" in found.findings
    assert found.next_action is not None
    assert "DICOM" in found.next_action
    assert item("imaging_files", a_profile(), a_study(), picture).status == "present"
    dicom = a_paper("imaging_file", dated="2026-03-05", media="dicom")
    assert item("imaging_files", profile, a_study(), picture, dicom).status == "present"


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (("2026-01-05",), "partial"),
        (("2026-01-05", "2026-01-05"), "partial"),
        (("2026-01-05", "2025-11-05"), "present"),
        (("2026-01-05", "2025-11-05", "2025-09-05"), "present"),
    ],
)
def test_so_many_earlier_scans_on_different_days_are_asked(days: Any, expected: str) -> None:
    found = item("imaging_prior", a_profile(priors=2), a_study(), *(a_study(date=day) for day in days))
    assert found.status == expected
    assert ("too_few_studies" in found.findings) == (expected == "partial")
    assert found.lacking == (() if expected == "present" else ("earlier_studies",))
    assert len(found.evidence) == min(2, len(set(days)))


def test_an_unreadable_earlier_scan_gives_way_to_a_readable_one() -> None:
    unreadable = a_paper("imaging_report", dated="2026-02-01", facts=DocumentFacts(readable=False))
    studies = [a_study(date=day) for day in ("2026-01-05", "2025-11-05")]
    assert item("imaging_prior", a_profile(priors=2), a_study(), unreadable, *studies).status == "present"
    assert item("imaging_prior", a_profile(priors=3), a_study(), unreadable, *studies).status == "partial"


# --- the examples that are shipped ---------------------------------------------------------------------------------


def test_city_of_hope_reads_english_reports_with_the_name_of_the_identity_document() -> None:
    profile = load_profiles()["city-of-hope"]
    found = sent_there(profile, a_paper("pathology_report", language="es"))
    assert found.item("imaging_files") is None
    pathology, identity = found.item("pathology_ihc"), found.item("identity_document")
    assert pathology is not None
    assert identity is not None
    assert {"language", "identity_unchecked"} <= set(pathology.findings)
    assert (identity.status, identity.requirement) == ("missing", "required")


def test_fox_chase_wants_dicom_and_the_pathology_material_with_its_report() -> None:
    profile = load_profiles()["fox-chase"]
    assert item("imaging_files", profile).requirement == "required"
    assert item("pathology_material", profile).status == "missing"
    slides = a_record("planning", arrangements=("20 unstained slides lent by the laboratory",))
    report = item("pathology_material", profile, slides)
    assert (report.status, report.lacking) == ("partial", ("report",))
    assert item("pathology_material", profile, slides, a_pathology()).status == "present"
    assert item("pathology_material", profile, slides, a_paper("pathology_report")).status == "present"
    assert item("pathology_material", profile, a_pathology()).lacking == ("material",)


@pytest.mark.parametrize("name", ["city-of-hope", "fox-chase"])
def test_a_profile_written_out_is_the_same_profile(name: str) -> None:
    again = merge_profile(from_plain(merged_profiles()[name].definition(), "again"), shared_files())
    assert read_profile(again) == load_profiles()[name]


# --- what is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "pointer"),
    [
        pytest.param({"id": "Not An Id"}, "/id", id="an id that is none"),
        pytest.param({"id": "a@b"}, "/id", id="an id with a sign that separates"),
        pytest.param({"version": "1 2"}, "/version", id="a version that is none"),
        pytest.param({"colour": "red"}, "/colour", id="an unknown key"),
        pytest.param({"images": "films"}, "/images", id="no such images"),
        pytest.param({"priors": 0}, "/priors", id="no priors"),
        pytest.param({"priors": "two"}, "/priors", id="priors in words"),
        pytest.param({"items": {"dental": "required"}}, "/items/dental", id="no such shared item"),
        pytest.param({"items": {"symptoms": "wanted"}}, "/items/symptoms", id="no requirement"),
        pytest.param(
            {"items": {"symptoms": {"max_age_days": -1}}}, "/items/symptoms/max_age_days", id="an age below 0"
        ),
        pytest.param(
            {"items": {"symptoms": {"max_age_days": 10**9}}},
            "/items/symptoms/max_age_days",
            id="an age of ages",
        ),
        pytest.param(
            {"items": {"symptoms": {"must_state": ["colour"]}}},
            "/items/symptoms/must_state/0",
            id="no noted field",
        ),
        pytest.param(
            {"items": {"symptoms": {"count": 2}}}, "/items/symptoms/count", id="a count of symptoms"
        ),
        pytest.param(
            {"items": {"symptoms": {"media": ["dicom"]}}}, "/items/symptoms/media", id="media of symptoms"
        ),
        pytest.param(
            {"items": {"imaging_files": {"media": ["film"]}}},
            "/items/imaging_files/media/0",
            id="no such file type",
        ),
        pytest.param(
            {"items": {"x": {**OWN, "requirement": "wanted"}}},
            "/items/x/requirement",
            id="own, no requirement",
        ),
        pytest.param({"items": {"Big Key": OWN}}, "/items/Big Key/label", id="a key that no address takes"),
        pytest.param({"reads": [3]}, "/reads/0", id="a language in figures"),
        pytest.param({"translation": "good"}, "/translation", id="no such translation"),
        pytest.param({"identity": None}, "/identity", id="null"),
    ],
)
def test_what_is_wrong_is_named_by_its_pointer(parts: Any, pointer: str) -> None:
    with pytest.raises(ChecklistError) as caught:
        a_profile(**parts)
    assert caught.value.pointer == pointer


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ChecklistError) as caught:
        a_profile(items={"symptoms": "wanted", "medications": {"max_age_days": "soon"}, "admin": "required"})
    pointers = [one.pointer for one in (caught.value, *caught.value.others)]
    assert pointers == ["/items/symptoms", "/items/medications/max_age_days"]


def test_a_profile_that_says_nothing_changes_nothing() -> None:
    plain = check(a_case_file(a_plan(), case=a_case_with(NSCLC)), load_checklists()["remission"], A_DAY)
    found = sent_there(a_profile(), a_plan(), checklist="remission")
    assert (found.items, found.score) == (plain.items, plain.score)
