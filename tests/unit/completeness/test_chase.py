"""What is asked of whom: derived from the case, merged by holder, settled by what arrives and by nothing else."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.casefile.domain.case_file import CaseFile
from app.cases.domain import Cancer, Patient
from app.completeness.chasing import ChaseList, chase_list
from app.completeness.domain.chase.model import Ask, Holder, Part, Request, Sending, Sent, Study
from app.completeness.domain.library import load_checklists
from app.completeness.domain.profile import overlay
from app.completeness.service import Rules
from app.documents.domain.document import Document, DocumentFacts
from app.records.domain.base import Absence, Source
from app.records.domain.findings import ImagingStudy
from app.records.domain.kinds import AnyRecord
from tests.builders import A_DAY, a_case, a_case_file, a_document, a_record
from tests.unit.completeness.checking import a_regimen
from tests.unit.completeness.test_profiles import OWN, a_profile
from tests.worked_cases import LUNG, OVARY, day_of, worked_case

RULES = Rules(load_checklists()["response"])


def listed(case_file: CaseFile, *sent: Sent, as_of: date = A_DAY, rules: Rules = RULES) -> ChaseList:
    return chase_list(case_file, rules, as_of, [(one, rules) for one in sent])


def sent(request: Request, found: ChaseList, on: date = A_DAY) -> Sent:
    sending = Sending(to="them", on=on.isoformat(), how="email", note=None, language=None, by=None)
    return Sent(
        id=request.id,
        holder=request.holder,
        asks=request.waiting,
        sending=sending,
        checklist=found.report.checklist,
        profile=found.report.profile,
    )


def asks(found: ChaseList, item: str) -> list[tuple[Request, Ask]]:
    return [(request, one.ask) for request in found.requests for one in request.asks if one.ask.item == item]


def the_ask(found: ChaseList, item: str) -> tuple[Request, Ask]:
    (one,) = asks(found, item)
    return one


def a_scan(**changes: Any) -> ImagingStudy:
    fields = {"modality": "CT", "regions": ("chest",), "date": "2026-03-05", "impression": "As before."}
    record = a_record("imaging_study", **{**fields, **changes})
    assert isinstance(record, ImagingStudy)
    return record


# --- who ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "contents", "holder"),
    [
        pytest.param("imaging_latest", (), ("imaging", None, None), id="nobody-named"),
        pytest.param(
            "imaging_latest",
            (a_scan(facility="City Hospital"), a_scan(date="2025-01-01", facility="Old Hospital")),
            ("imaging", None, "City Hospital"),
            id="facility-of-the-newest-scan",
        ),
        pytest.param(
            "imaging_files",
            (a_document(kind="imaging_report", dated="2026-03-01", facility="Paper Hospital"),),
            ("imaging", None, "Paper Hospital"),
            id="facility-of-a-paper",
        ),
        pytest.param(
            "labs_organ",
            (a_record("marker_result", marker="CEA", laboratory="Synlab", date="2026-03-01"),),
            ("laboratory", "Synlab", None),
            id="laboratory-of-the-values",
        ),
        pytest.param(
            "performance_status",
            (a_record("opinion", author="Dr A", institution="Clinic", date="2026-03-01"),),
            ("treating_doctor", "Dr A", "Clinic"),
            id="author-of-the-newest-letter",
        ),
        pytest.param(
            "performance_status",
            (
                a_record(
                    "opinion",
                    author="The daughter",
                    institution="At home",
                    asserted_by="patient_caregiver",
                    date="2026-03-01",
                ),
            ),
            ("treating_doctor", None, None),
            id="a-relative-is-no-doctor",
        ),
        pytest.param(
            "treatment_history",
            (a_record("admission", facility="City Hospital", started="2026-01-02", reason="fever"),),
            ("facility", None, "City Hospital"),
            id="who-treats-the-patient",
        ),
        pytest.param(
            "imaging_files",
            (
                a_document(kind="imaging_report", dated="2026-03-01", facility="New Hospital"),
                a_document(kind="imaging_report", dated="2025-03-01", facility="Old Hospital"),
            ),
            ("imaging", None, "New Hospital"),
            id="facility-of-the-newest-paper",
        ),
        pytest.param(
            "labs_organ",
            (
                a_record("lab_result", test="CRP", laboratory="Older", date="2026-02-01"),
                a_record("marker_result", marker="CEA", laboratory="Newer", date="2026-03-01"),
                a_document(kind="laboratory_report", dated="2026-01-01", facility="Oldest"),
            ),
            ("laboratory", "Newer", None),
            id="laboratory-of-the-newest-of-several-kinds",
        ),
        pytest.param(
            "labs_organ",
            (
                a_record("lab_result", test="CRP", laboratory="Newer", date="2026-03-01"),
                a_record("marker_result", marker="CEA", laboratory="Older", date="2026-02-01"),
            ),
            ("laboratory", "Newer", None),
            id="laboratory-of-the-newest-whichever-kind-it-is",
        ),
        pytest.param(
            "labs_organ",
            (a_document(kind="laboratory_report", dated="2026-01-01", facility="Synlab"),),
            ("laboratory", "Synlab", None),
            id="laboratory-of-a-paper",
        ),
        pytest.param(
            "performance_status",
            (a_document(kind="consultation", dated="2026-01-01", author="Dr B", facility="Clinic"),),
            ("treating_doctor", "Dr B", "Clinic"),
            id="author-of-a-paper",
        ),
        pytest.param("symptoms", (a_scan(facility="City Hospital"),), ("family", None, None), id="family"),
    ],
)
def test_the_holder_is_named_by_the_newest_record_or_paper_that_tells(
    item: str, contents: tuple[AnyRecord | Document, ...], holder: tuple[str, str | None, str | None]
) -> None:
    request, _ = the_ask(listed(a_case_file(*contents)), item)
    assert (request.holder.kind, request.holder.name, request.holder.facility) == holder


PROGRESSION = Rules(load_checklists()["progression"])


def test_an_operation_note_is_asked_of_the_hospital_that_operated_else_of_one_that_did_before() -> None:
    def treatment(category: str, facility: str | None, started: str) -> AnyRecord:
        return a_record("treatment", category=category, started=started, facility=facility)

    def asked(facility: str | None) -> Holder:
        before = treatment("surgery", "Surgical Hospital", "2023")
        operated, radiated = treatment("surgery", facility, "2024"), treatment("radiation", "North", "2025")
        found = listed(a_case_file(before, operated, radiated), rules=PROGRESSION)
        (holder,) = {
            request.holder
            for request, ask in asks(found, "operative_note")
            if ask.subject == Part(record_id="record-002")
        }
        return holder

    assert asked("South") == Holder(
        kind="facility", facility="South", known_from=Part(record_id="record-002")
    )
    assert asked(None).facility == "Surgical Hospital"


def test_the_family_is_asked_as_family_whatever_places_the_records_name() -> None:
    report = a_record("pathology_report", date="2026-01-02", facility="Path Lab")
    request, ask = the_ask(listed(a_case_file(report), rules=PROGRESSION), "postop_pathology")
    assert (ask.cause, request.holder) == ("unknown", Holder(kind="family"))


@pytest.mark.parametrize("said_by", ["laboratory", "unknown"])
def test_who_is_no_doctor_is_not_written_to_as_one(said_by: str) -> None:
    opinion = a_record("opinion", author="X", institution="Y", asserted_by=said_by, date="2026-03-01")
    request, _ = the_ask(listed(a_case_file(opinion)), "performance_status")
    assert request.holder == Holder(kind="treating_doctor")


@pytest.mark.parametrize(
    ("item", "paper"), [("labs_organ", "laboratory_report"), ("performance_status", "consultation")]
)
def test_a_laboratory_and_a_doctor_are_known_from_the_paper_that_names_them(item: str, paper: str) -> None:
    written = a_document(kind=paper, dated="2026-01-01", author="Dr B", facility="Synlab")
    request, _ = the_ask(listed(a_case_file(written)), item)
    assert request.holder.known_from == Part(document_id="document-001")


def test_a_request_for_facts_that_are_no_scans_names_no_scan() -> None:
    found = listed(a_case_file(a_scan()))
    assert the_ask(found, "performance_status")[1].wanted.study is None
    assert the_ask(found, "performance_status")[1].label == "Performance status"


def test_a_holder_that_a_paper_names_is_known_from_that_paper() -> None:
    paper = a_document(kind="imaging_report", dated="2026-03-01", facility="Paper Hospital")
    request, _ = the_ask(listed(a_case_file(paper)), "imaging_files")
    assert request.holder.known_from == Part(document_id="document-001")


def test_each_treatment_is_asked_of_the_hospital_that_gave_it() -> None:
    def treatment(facility: str, started: str) -> AnyRecord:
        return a_record("treatment", category="systemic", regimen="X", started=started, facility=facility)

    found = asks(
        listed(a_case_file(treatment("North", "2024"), treatment("South", "2025"))), "treatment_history"
    )
    assert [(one.holder.facility, ask.wanted.dated) for one, ask in found] == [
        ("North", "2024"),
        ("South", "2025"),
    ]
    assert all("response" in ask.wanted.fields for _, ask in found)


@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, "2025-11", "2026-01-01", "2026-02-01", "2026-02"]),
            st.sampled_from([None, "Synlab", "City laboratory"]),
        ),
        max_size=7,
    )
)
def test_of_many_values_the_newest_that_names_its_laboratory_tells_whom_to_ask(
    values: list[tuple[str | None, str | None]],
) -> None:
    records = [
        a_record("lab_result", test="Haemoglobin", value=Decimal(12), date=day, laboratory=laboratory)
        for day, laboratory in values
    ]
    last_days = {None: "", "2025-11": "2025-11-30", "2026-02": "2026-02-28"}
    named = [
        (last_days.get(day, day), "" if day is None else f"{day}-01"[:10], place, laboratory)
        for place, (day, laboratory) in enumerate(values)
        if laboratory is not None
    ]
    request, _ = the_ask(listed(a_case_file(*records)), "labs_organ")
    assert request.holder.name == (max(named)[-1] if named else None)


def test_only_treatments_that_lack_something_are_asked_about() -> None:
    lacking = a_record("treatment", category="systemic", regimen="X", started="2024")
    found = asks(listed(a_case_file(a_regimen(), lacking)), "treatment_history")
    assert [ask.subject for _, ask in found] == [Part(record_id="record-002")]


def test_one_holder_gets_one_request() -> None:
    kinds = [request.holder.key for request in listed(a_case_file()).requests]
    assert len(kinds) == len(set(kinds))


def test_two_ways_of_writing_a_holder_are_one() -> None:
    record = a_record("treatment", category="systemic", started="2024", facility="City  hospital")
    other = a_record("treatment", category="systemic", started="2025", facility="CITY HOSPITAL")
    found = asks(listed(a_case_file(record, other)), "treatment_history")
    assert len({request.id for request, _ in found}) == 1


# --- what ---------------------------------------------------------------------------------------------------------


def test_a_scan_is_named_by_how_where_and_when() -> None:
    _, ask = the_ask(listed(a_case_file(a_scan())), "imaging_files")
    assert ask.wanted.study is not None
    assert (ask.wanted.study.modality, ask.wanted.study.regions, ask.wanted.study.date) == (
        "CT",
        ("chest",),
        "2026-03-05",
    )


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(a_scan(modality="XR", date="2026-03-10"), id="an x-ray"),
        pytest.param(
            a_record("imaging_study", modality="MR", stated=Absence.NOT_DONE, date="2026-03-10"),
            id="not done",
        ),
    ],
)
def test_images_are_asked_of_the_newest_scan_that_was_made(other: AnyRecord) -> None:
    _, ask = the_ask(listed(a_case_file(a_scan(), other)), "imaging_files")
    assert ask.wanted.study == Study(modality="CT", regions=("chest",), date="2026-03-05")


def test_the_newest_scan_may_be_dated_by_its_report_alone() -> None:
    reported = a_scan(modality="MR", date=None, report_study_date="2026-03-10")
    _, ask = the_ask(listed(a_case_file(a_scan(), reported)), "imaging_files")
    assert ask.wanted.study == Study(modality="MR", regions=("chest",), date="2026-03-10")


def test_a_scan_that_only_papers_tell_of_is_named_by_the_newest_of_them() -> None:
    papers = [
        a_document(kind="imaging_report", dated=day, modality=how, regions=("chest",))
        for day, how in (("2026-01-05", "CT"), ("2026-03-05", "MR"))
    ]
    _, ask = the_ask(listed(a_case_file(*papers)), "imaging_files")
    assert ask.wanted.study == Study(modality="MR", regions=("chest",), date="2026-03-05")


def test_a_report_is_asked_for_images_by_how_where_and_when_they_were_made() -> None:
    images = a_document(kind="imaging_file", dated="2026-03-05", modality="CT", regions=("chest",))
    _, ask = the_ask(listed(a_case_file(images)), "imaging_latest")
    assert ask.subject == Part(document_id="document-001")
    assert ask.wanted.study == Study(modality="CT", regions=("chest",), date="2026-03-05")


def test_a_marker_that_is_too_old_is_named_with_its_date() -> None:
    old = [
        a_record("marker_result", marker="CEA", value=Decimal(3), unit="ng/mL", date=day)
        for day in ("2025-01-10", "2025-02-10")
    ]
    ovary = a_case(cancer=Cancer(disease_group="ovary"))
    _, ask = the_ask(listed(a_case_file(*old, case=ovary)), "marker_trend")
    assert (ask.cause, ask.wanted.newest, ask.wanted.names) == ("stale", "2025-02-10", ("CEA",))


@pytest.mark.parametrize(
    ("kinds", "holder"),
    [
        (["molecular_report"], "laboratory"),
        (["operative_note", "procedure_note"], "facility"),
        (["operative_note", "imaging_report"], "treating_doctor"),
        (["insurance"], "family"),
    ],
)
def test_an_item_of_a_hospitals_own_is_asked_of_who_writes_such_papers(kinds: list[str], holder: str) -> None:
    own = {**OWN, "need": {"documents": {"kinds": kinds}}}
    rules = Rules(overlay(load_checklists()["response"], a_profile(items={"letter": own})))
    request, _ = the_ask(listed(a_case_file(), rules=rules), "letter")
    assert request.holder.kind == holder


def test_what_is_not_stated_is_named() -> None:
    _, ask = the_ask(listed(a_case_file(a_scan())), "imaging_latest")
    assert (ask.cause, ask.wanted.fields) == ("partial", ("comparison",))
    assert (ask.rule.id, ask.rule.version) == ("response/imaging_latest", RULES.checklist.version)
    assert ask.key == "imaging_latest:partial:record-001"


def test_the_groups_of_blood_values_that_are_lacking_are_named() -> None:
    values = [
        a_record("lab_result", test=test, value=Decimal(1), unit="g/dL", date="2026-03-19")
        for test in ("Hb", "PLT", "WBC", "creatinine")
    ]
    _, ask = the_ask(listed(a_case_file(*values)), "labs_organ")
    assert (ask.cause, ask.wanted.fields, ask.wanted.newest) == ("partial", ("liver",), None)


def test_nobody_outside_is_asked_whether_a_marker_follows_the_disease() -> None:
    found = listed(a_case_file(case=a_case(cancer=Cancer())))
    assert asks(found, "marker_trend") == []
    assert [task.cause for task in found.tasks if task.item == "marker_trend"] == ["unknown"]


def test_what_is_too_old_is_named_with_its_date_and_the_limit() -> None:
    scan = a_scan(date="2025-11-01", compared_with="2025-08-01")
    _, ask = the_ask(listed(a_case_file(scan)), "imaging_latest")
    assert (ask.cause, ask.wanted.newest, ask.wanted.max_age_days) == ("stale", "2025-11-01", 56)


def test_markers_are_named_as_recorded_else_as_the_disease_has_them() -> None:
    recorded = a_record("marker_result", marker="Ca 15-3", value=Decimal(30), unit="U/mL", date="2026-03-01")
    assert the_ask(listed(a_case_file(recorded)), "marker_trend")[1].wanted.names == ("Ca 15-3",)
    found = listed(worked_case(OVARY, _without_markers), as_of=day_of(OVARY))
    assert the_ask(found, "marker_trend")[1].wanted.names == ("CA-125",)


def _without_markers(records: list[dict[str, Any]]) -> None:
    records[:] = [record for record in records if record["kind"] != "marker_result"]


def test_a_paper_that_cannot_be_read_is_asked_of_who_wrote_it() -> None:
    paper = a_document(
        kind="pathology_report", dated="2026-01-02", facility="Path Lab", facts=DocumentFacts(readable=False)
    )
    request, ask = the_ask(listed(a_case_file(paper)), "pathology_ihc")
    assert (ask.cause, request.holder.facility, ask.wanted.dated) == ("unreadable", "Path Lab", "2026-01-02")


def test_a_translation_is_asked_of_the_family() -> None:
    paper = a_document(kind="pathology_report", dated="2026-01-02", language="tr", facility="Path Lab")
    found = listed(a_case_file(paper, case=a_case(languages=("en",))))
    request, ask = the_ask(found, "pathology_ihc")
    assert (ask.cause, request.holder.kind) == ("language", "family")


def test_a_paper_behind_a_record_is_asked_for_too() -> None:
    paper = a_document(kind="pathology_report", language="tr")
    record = a_record(
        "pathology_report", date="2026-01-02", histology="x", sources=(Source(document_id="document-001"),)
    )
    found = listed(a_case_file(paper, record, case=a_case(languages=("en",))))
    assert ("language", "document-001") in [
        (ask.cause, ask.subject and ask.subject.id) for _, ask in asks(found, "pathology_ihc")
    ]


def test_nobody_is_asked_for_what_the_papers_at_hand_tell() -> None:
    found = listed(a_case_file(a_document(kind="medication_list", dated="2026-03-19")))
    assert asks(found, "medications") == []
    assert [(task.item, task.cause) for task in found.tasks] == [("medications", "content_not_read")]
    assert [task.action for task in found.tasks] == [
        rule.actions["content_not_read"] for rule in RULES.checklist.items if rule.key == "medications"
    ]


def test_a_paper_that_shows_too_little_is_read_here_and_the_rest_is_asked_for() -> None:
    ovary = a_case(cancer=Cancer(disease_group="ovary"))
    paper = a_document(kind="laboratory_report", dated="2026-03-10", facts=DocumentFacts(readable=True))
    found = listed(a_case_file(paper, case=ovary))
    assert the_ask(found, "marker_trend")[1].cause == "partial"
    assert [task.cause for task in found.tasks if task.item == "marker_trend"] == ["content_not_read"]


def test_a_paper_behind_several_records_is_asked_for_once() -> None:
    paper = a_document(kind="treatment_summary", language="tr")
    read = [
        a_record("treatment", category="systemic", started=day, sources=(Source(document_id="document-001"),))
        for day in ("2024", "2025")
    ]
    found = listed(a_case_file(paper, *read, case=a_case(languages=("en",))))
    assert [ask.subject for _, ask in asks(found, "treatment_history") if ask.cause == "language"] == [
        Part(document_id="document-001")
    ]


def test_an_unread_paper_that_is_too_old_is_both_read_and_asked_anew() -> None:
    found = listed(a_case_file(a_document(kind="medication_list", dated="2025-03-19")))
    assert the_ask(found, "medications")[1].cause == "stale"
    assert [task.item for task in found.tasks] == ["medications"]


def test_what_is_waived_or_does_not_apply_is_not_asked() -> None:
    waiver = a_record("decision", topic="waiver", about="symptoms", choice="waived", reason="r")
    none = a_record("admission", stated=Absence.NONE, date="2026-03-01")
    found = listed(a_case_file(waiver, none))
    assert asks(found, "symptoms") == asks(found, "complications") == []


# --- what became of it ----------------------------------------------------------------------------------------------


def test_what_was_sent_is_not_asked_again_and_waits() -> None:
    case_file = a_case_file()
    found = listed(case_file)
    request, _ = the_ask(found, "imaging_latest")
    later = listed(case_file, sent(request, found), as_of=A_DAY + timedelta(days=9))
    again, _ = the_ask(later, "imaging_latest")
    assert (again.id, again.state, again.days_since_sent) == (request.id, "sent", 9)
    assert len(later.requests) == len(found.requests)


def test_what_arrives_settles_what_it_answers() -> None:
    found = listed(a_case_file())
    request, _ = the_ask(found, "imaging_latest")
    now = listed(
        a_case_file(a_scan(compared_with=None, absent={"compared_with": Absence.NONE})), sent(request, found)
    )
    first = now.requests[0]
    assert first.state == "answered"
    states = {one.ask.item: (one.state, [part.id for part in one.answered_by]) for one in first.asks}
    assert states["imaging_latest"] == ("settled", ["record-001"])
    assert states["imaging_prior"] == ("waiting", [])


def test_an_answer_that_lacks_something_makes_a_new_request_and_reopens_nothing() -> None:
    found = listed(a_case_file())
    request, _ = the_ask(found, "labs_organ")
    values = [
        a_record("lab_result", test=test, value=Decimal(1), unit="g/dL", date="2026-03-19")
        for test in ("Haemoglobin", "Platelets")
    ]
    now = listed(a_case_file(*values), sent(request, found))
    old, new = asks(now, "labs_organ")
    assert (old[0].id, old[0].state) == (request.id, "settled")
    assert (new[0].state, new[1].cause) == ("open", "partial")
    assert new[0].id != request.id


def test_a_request_of_which_one_thing_is_waived_and_the_others_wait_has_moved() -> None:
    found = listed(a_case_file())
    request, _ = the_ask(found, "symptoms")
    waiver = a_record("decision", topic="waiver", about="symptoms", choice="waived", reason="r")
    now = listed(a_case_file(waiver), sent(request, found)).requests[0]
    assert (now.id, now.state) == (request.id, "answered")
    assert "symptoms" not in [ask.item for ask in now.waiting]


def test_a_request_keeps_how_it_was_sent_and_counts_the_days_from_then() -> None:
    case_file = a_case_file()
    found = listed(case_file)
    request, _ = the_ask(found, "imaging_latest")
    kept = sent(request, found)
    now = listed(case_file, kept).requests[0]
    assert (now.sending, now.days_since_sent) == (kept.sending, 0)


def test_a_request_of_which_one_thing_is_not_asked_any_more_has_moved_though_nothing_came() -> None:
    found = listed(a_case_file())
    request, _ = the_ask(found, "symptoms")
    dead = a_case(patient=Patient(sex="female", deceased=A_DAY.isoformat()))
    now = listed(a_case_file(case=dead), sent(request, found)).requests[0]
    symptoms = next(one for one in now.asks if one.ask.item == "symptoms")
    assert (symptoms.state, symptoms.answered_by) == ("settled", ())
    assert (now.state, [one.state for one in now.asks if one.answered_by]) == ("answered", [])


def test_what_came_in_part_answers_in_part_and_the_rest_waits() -> None:
    def values(*tests: str) -> list[AnyRecord]:
        return [
            a_record("lab_result", test=test, value=Decimal(1), unit="g/dL", date="2026-03-19")
            for test in tests
        ]

    found = listed(a_case_file(*values("Hb")))
    request, _ = the_ask(found, "labs_organ")
    now = listed(a_case_file(*values("Hb", "PLT")), sent(request, found)).requests[0]
    (one,) = (one for one in now.asks if one.ask.item == "labs_organ")
    assert (now.state, one.state, one.answered_by) == ("answered", "waiting", (Part(record_id="record-002"),))


def test_a_record_that_was_asked_about_and_is_amended_is_the_answer() -> None:
    found = listed(a_case_file(a_scan(), a_scan(date="2026-01-05", compared_with="2025")))
    request, _ = the_ask(found, "imaging_latest")
    amended = a_case_file(a_scan(compared_with="2026-01-05"), a_scan(date="2026-01-05", compared_with="2025"))
    now = listed(amended, sent(request, found)).requests[0]
    (one,) = (one for one in now.asks if one.ask.item == "imaging_latest")
    assert (one.state, one.answered_by) == ("settled", (Part(record_id="record-001"),))


def test_what_grows_old_after_its_answer_is_asked_anew() -> None:
    found = listed(a_case_file())
    request, _ = the_ask(found, "symptoms")
    told = a_case_file(a_record("symptom", symptom="cough", trend="stable", date="2026-03-20"))
    kept = sent(request, found)
    old, new = asks(listed(told, kept, as_of=A_DAY + timedelta(days=15)), "symptoms")
    assert old[0].id == request.id
    assert [one.state for one in old[0].asks if one.ask.item == "symptoms"] == ["settled"]
    assert (new[0].state, new[1].cause) == ("open", "stale")


def test_an_answer_that_is_withdrawn_leaves_the_request_waiting() -> None:
    found = listed(a_case_file())
    request, _ = the_ask(found, "main_question")
    again, _ = the_ask(listed(a_case_file(), sent(request, found)), "main_question")
    assert again.state == "sent"


def test_new_things_for_a_holder_who_was_asked_make_a_new_request() -> None:
    found = listed(a_case_file(a_scan(compared_with="2025")))
    request, _ = the_ask(found, "imaging_files")
    now = listed(a_case_file(a_scan(compared_with="2025"), a_scan(date="2026-03-19")), sent(request, found))
    first, *others = [one for one in now.requests if one.holder.kind == "imaging"]
    assert first.id == request.id
    assert [[one.ask.item for one in other.asks] for other in others] == [["imaging_latest"]]


@given(st.data())
def test_every_thing_that_is_asked_stands_in_one_request_whatever_was_sent(data: st.DataObject) -> None:
    case_file, as_of = worked_case(LUNG), day_of(LUNG)
    found = listed(case_file, as_of=as_of)
    chosen: Sequence[Request] = data.draw(
        st.lists(st.sampled_from(found.requests), unique_by=lambda one: one.id)
    )
    days = data.draw(st.integers(0, 90))
    now = listed(case_file, *(sent(one, found, as_of) for one in chosen), as_of=as_of + timedelta(days=days))
    alone = listed(case_file, as_of=as_of + timedelta(days=days))
    waiting = [ask.key for one in now.requests for ask in one.waiting]
    assert len(waiting) == len(set(waiting))
    assert sorted(waiting) == sorted(ask.key for one in alone.requests for ask in one.waiting)
    assert [one.id for one in now.requests[: len(chosen)]] == [one.id for one in chosen]


@given(st.randoms())
def test_the_order_of_the_records_makes_no_difference(random: Any) -> None:
    case_file, as_of = worked_case(OVARY), day_of(OVARY)
    entries = list(case_file.entries)
    random.shuffle(entries)
    shuffled = CaseFile(case_file.case, tuple(entries), case_file.documents)
    assert listed(shuffled, as_of=as_of).requests == listed(case_file, as_of=as_of).requests
