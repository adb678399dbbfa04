"""Procedures, stays, notes, plans, wishes: each as a reader of the case would look for it."""

from app.imports.checking import faults_of
from app.records.domain.base import Absence
from app.records.domain.course import Admission, Symptom, Treatment
from app.records.domain.disease import PathologyReport
from app.records.domain.findings import ImagingStudy
from app.records.domain.statements import FollowUpPlan, Opinion, Planning
from tests.unit.imports.cda.documents import (
    LOINC,
    T,
    a_code,
    a_document,
    a_procedure,
    a_section,
    an_id,
    documents_in,
    found_in,
    in_base64,
    left_out,
    records_in,
)

COLECTOMY = a_code("359571009", "Left hemicolectomy", element="code")


def test_an_operation_is_a_treatment_with_site_performer_and_comment() -> None:
    inside = (
        '<targetSiteCode code="71854001" codeSystem="2.16.840.1.113883.6.96" displayName="Colon"/>'
        "<performer><assignedEntity><representedOrganization><name>North Surgery</name></representedOrganization>"
        "</assignedEntity></performer>"
        f'<entryRelationship typeCode="SUBJ"><act classCode="ACT" moodCode="EVN"><templateId root="{T}.4.64"/>'
        f'<code code="48767-8" codeSystem="{LOINC}"/><text>Converted to open</text></act></entryRelationship>'
    )

    (record,) = records_in(a_document(a_section("47519-4", a_procedure(COLECTOMY, inside=inside))))

    assert isinstance(record, Treatment)
    assert (record.category, record.procedure, record.laterality) == ("surgery", "Left hemicolectomy", "left")
    assert (record.started, record.site, record.facility, record.note) == (
        "2024-06-18", "Colon", "North Surgery", "Converted to open",
    )  # fmt: skip
    assert faults_of(record) == []


def test_an_operation_not_done_or_cancelled_is_said() -> None:
    document = a_document(
        a_section(
            "47519-4",
            a_procedure(COLECTOMY, attributes='negationInd="true"'),
            a_procedure(COLECTOMY, ids="o2", state="cancelled"),
            a_procedure(COLECTOMY, ids="o3", state="aborted"),
        )
    )

    denied, cancelled, aborted = records_in(document)

    assert denied.stated is cancelled.stated is Absence.NOT_DONE
    assert isinstance(aborted, Treatment)
    assert (aborted.stated, aborted.reason_ended) == (None, "aborted")
    assert [faults_of(one) for one in (denied, cancelled, aborted)] == [[], [], []]


def test_an_examination_by_imaging_is_a_study_and_a_talk_is_nothing() -> None:
    scan = a_procedure(a_code("169069000", "CT of chest", element="code"))
    talk = a_procedure(a_code("313071005", "Counseling", element="code"), ids="o2").replace(
        f"{T}.4.14", f"{T}.4.12"
    )
    document = a_document(a_section("47519-4", scan, talk))

    (record,) = records_in(document)

    assert isinstance(record, ImagingStudy)
    assert (record.modality, record.regions, record.date) == ("CT", ("chest",), "2024-06-18")
    assert [item.outcome for item in left_out(document)] == ["skipped"]


def test_a_stay_in_hospital_is_an_admission_and_a_visit_is_not() -> None:
    def encounter(code: str, ids: str) -> str:
        return (
            f'<encounter classCode="ENC" moodCode="EVN"><templateId root="{T}.4.49"/>{an_id(ids)}'
            f'{code}<effectiveTime><low value="20240601"/><high value="20240609"/></effectiveTime>'
            '<participant typeCode="LOC"><participantRole classCode="SDLOC"><playingEntity classCode="PLC">'
            "<name>North Hospital, ward 3</name></playingEntity></participantRole></participant></encounter>"
        )

    document = a_document(
        a_section(
            "46240-8",
            encounter('<code code="EMER" codeSystem="2.16.840.1.113883.5.4" displayName="Emergency"/>', "e1"),
            encounter(
                '<code code="99213" codeSystem="2.16.840.1.113883.6.12" displayName="Office visit"/>', "e2"
            ),
        )
    )

    (record,) = records_in(document)

    assert isinstance(record, Admission)
    assert (record.started, record.ended, record.emergency, record.facility) == (
        "2024-06-01", "2024-06-09", True, "North Hospital, ward 3",
    )  # fmt: skip
    assert faults_of(record) == []
    assert len(left_out(document)) == 1


def test_a_discharge_summary_is_about_a_stay() -> None:
    stay = (
        '<componentOf><encompassingEncounter><id root="1.2.7" extension="v1"/><effectiveTime><low value="20240601"/>'
        '<high value="20240609"/></effectiveTime></encompassingEncounter></componentOf>'
    )
    document = a_document(
        a_section("46241-6", text="Bowel obstruction"), code="18842-5", title="Discharge Summary", extra=stay
    )

    record = records_in(document)[0]

    assert isinstance(record, Admission)
    assert (record.started, record.ended, record.facility, record.reason) == (
        "2024-06-01", "2024-06-09", "North Hospital", "Bowel obstruction",
    )  # fmt: skip


def test_what_an_author_wrote_in_several_sections_is_one_opinion() -> None:
    document = a_document(
        a_section("51848-0", text="Stable disease.", title="Assessment"),
        a_section("18776-5", text="Repeat the scan in six weeks.", title="Plan"),
        a_section("42349-1", text="Is surgery possible?", title="Reason for referral"),
        a_section("10164-2", text="Diagnosed in March.", title="History"),
        code="11488-4",
        title="Consultation",
    )

    (found,) = found_in(document)

    assert isinstance(found.record, Opinion)
    assert found.record.statement == "Assessment\nStable disease.\n\nHistory\nDiagnosed in March."
    assert found.record.plan == "Plan\nRepeat the scan in six weeks."
    assert found.record.question == "Reason for referral\nIs surgery possible?"
    assert (found.record.author, found.record.role, found.record.asserted_by) == (
        "Olga Onco", "Medical Oncology", "oncologist",
    )  # fmt: skip
    assert found.record.institution == "North Clinic"
    listed = ", ".join(f"component[{index}]/section" for index in range(1, 5))
    assert found.remarks == (f"It gathers the words of the sections at {listed}.",)
    assert faults_of(found.record) == []


def test_words_too_long_for_an_opinion_become_a_document() -> None:
    document = a_document(a_section("51848-0", text="word " * 5_000), code="11488-4", title="Consultation")

    (paper,) = documents_in(document)

    assert (paper.body.kind, paper.file_name) == ("consultation", "Consultation.txt")
    assert len(paper.content) > 20_000
    assert found_in(document) == []


def test_a_complaint_is_the_patients() -> None:
    (record,) = records_in(a_document(a_section("10154-3", text="Abdominal pain for two weeks")))

    assert isinstance(record, Symptom)
    assert (record.words, record.asserted_by, record.date) == (
        "Abdominal pain for two weeks", "patient_caregiver", "2024-05-07T10:30+02:00",
    )  # fmt: skip
    assert faults_of(record) == []


def test_a_planned_test_is_a_plan_and_a_planned_operation_is_in_words() -> None:
    planned = (
        f'<observation classCode="OBS" moodCode="RQO"><templateId root="{T}.4.44"/><id root="1.2.8" extension="l1"/>'
        f'<code code="24627-2" codeSystem="{LOINC}" displayName="CT Chest"/><statusCode code="active"/>'
        '<effectiveTime value="20240801"/></observation>'
    )
    operation = (
        a_procedure(COLECTOMY).replace(f"{T}.4.14", f"{T}.4.41").replace('moodCode="EVN"', 'moodCode="RQO"')
    )
    document = a_document(a_section("18776-5", planned, operation, text="CT in August, then hemicolectomy."))

    plan, opinion = sorted(records_in(document), key=lambda one: one.kind)

    assert isinstance(plan, FollowUpPlan)
    assert (plan.tests[0].test, plan.tests[0].interval) == ("CT Chest", "planned for 2024-08-01")
    assert isinstance(opinion, Opinion)
    assert opinion.plan == "CT in August, then hemicolectomy."
    assert len(left_out(document)) == 1


def test_goals_and_directives_are_the_patients_wishes() -> None:
    (record,) = records_in(
        a_document(a_section("61146-7", text="To see my daughter's wedding", title="Goals"))
    )

    assert isinstance(record, Planning)
    assert record.goals == "Goals\nTo see my daughter's wedding"


def a_note(code: str, display: str, *, text: str = '<reference value="#n"/>', attributes: str = "") -> str:
    return (
        f'<act classCode="ACT" moodCode="EVN"><templateId root="{T}.4.202"/><id root="1.2.8" extension="n1"/>'
        f'<code code="34109-9" codeSystem="{LOINC}" displayName="Note"><translation code="{code}" codeSystem="{LOINC}" '
        f'displayName="{display}"/></code><text {attributes}>{text}</text><statusCode code="completed"/>'
        '<effectiveTime value="20240506"/><author><time value="20240507"/><assignedAuthor><id root="1.2.3.6" '
        'extension="D2"/><assignedPerson><name><given>Nick</given><family>Nurse</family></name></assignedPerson>'
        "</assignedAuthor></author></act>"
    )


def test_each_note_is_its_authors_and_its_section_is_not_said_twice() -> None:
    document = a_document(
        a_section("11488-4", a_note("11488-4", "Consult note"), text='<paragraph ID="n">Seen.</paragraph>')
    )

    (found,) = found_in(document)

    assert isinstance(found.record, Opinion)
    assert (found.record.statement, found.record.author, found.record.date) == (
        "Seen.",
        "Nick Nurse",
        "2024-05-06",
    )
    assert found.quote == "Seen."


def test_a_note_of_pathology_or_imaging_is_the_report() -> None:
    text = '<paragraph ID="n">Adenocarcinoma.</paragraph>'
    (pathology,) = records_in(
        a_document(a_section("34109-9", a_note("11526-1", "Pathology study"), text=text))
    )
    (imaging,) = records_in(
        a_document(a_section("34109-9", a_note("18748-4", "Diagnostic imaging study"), text=text))
    )

    assert isinstance(pathology, PathologyReport)
    assert pathology.conclusion == "Adenocarcinoma."
    assert isinstance(imaging, ImagingStudy)
    assert imaging.impression == "Adenocarcinoma."


def test_the_file_of_a_note_is_its_paper() -> None:
    note = a_note(
        "34746-8", "Nurse note", text=in_base64(b"{\\rtf1 Seen.}") + '<reference value="#n"/>',
        attributes='mediaType="text/rtf" representation="B64"',
    )  # fmt: skip
    document = a_document(a_section("34109-9", note, text='<paragraph ID="n">Seen.</paragraph>'))

    (paper,) = documents_in(document)
    (found,) = found_in(document)

    assert (paper.content, paper.file_name) == (b"{\\rtf1 Seen.}", "Nurse note.rtf")
    assert found.papers == (paper.key,)


def test_what_is_not_kept_says_why() -> None:
    document = a_document(
        a_section("10157-6", text="Mother: breast cancer"),
        a_section("29762-2", text="Never smoked"),
        a_section("11369-6", text="Influenza 2023"),
        a_section("48768-6", text="Medicare"),
    )

    assert records_in(document) == []
    assert [item.detail for item in left_out(document)] == [
        "Family history is not kept as records; it stands in the document.",
        "Social history is not kept as records; it stands in the document.",
        "Vaccinations are not kept as records; they stand in the document.",
        "Insurance is not kept as records; it stands in the document.",
    ]


def test_a_section_without_information_is_silence() -> None:
    document = a_document(
        a_section("11450-4", text="No information", attributes='nullFlavor="NI"'),
        a_section("10160-0", text="N/A"),
    )

    assert records_in(document) == []
    assert [item.detail for item in left_out(document)] == [
        "The section says that there is no information."
    ] * 2


def test_an_operation_note_is_the_operation_with_its_parts() -> None:
    event = (
        '<documentationOf><serviceEvent classCode="PROC"><code code="359571009" codeSystem="2.16.840.1.113883.6.96" '
        'displayName="Left hemicolectomy"/><effectiveTime><low value="20240618"/></effectiveTime></serviceEvent>'
        "</documentationOf>"
    )
    document = a_document(
        a_section("10219-4", text="Colon cancer", title="Preoperative diagnosis"),
        a_section("55109-3", text="None.", title="Complications"),
        a_section("29554-3", text="Uneventful resection.", title="Description"),
        code="11504-8",
        title="Operative Note",
        extra=event,
    )

    (record,) = records_in(document)

    assert isinstance(record, Treatment)
    assert (record.category, record.procedure, record.started) == (
        "surgery",
        "Left hemicolectomy",
        "2024-06-18",
    )
    assert record.absent == {"complications": Absence.NONE}
    assert record.note == (
        "Preoperative diagnosis\nColon cancer\n\nComplications\nNone.\n\nDescription\nUneventful resection."
    )
    assert faults_of(record) == []


def test_an_imaging_report_is_one_study_with_its_impression() -> None:
    event = (
        '<inFulfillmentOf><order><id root="1.2.6" extension="ACC-1"/></order></inFulfillmentOf>'
        '<documentationOf><serviceEvent classCode="ACT"><id root="1.2.840.113619.2.62.1"/>'
        '<effectiveTime><low value="20240305"/></effectiveTime></serviceEvent></documentationOf>'
    )
    measured = (
        '<observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.6.2.12"/>'
        '<code code="121071" codeSystem="1.2.840.10008.2.16.4"/><value xsi:type="ED">Nodule</value>'
        '<entryRelationship typeCode="SPRT"><observation classCode="OBS" moodCode="EVN"><code code="246120007" '
        'codeSystem="2.16.840.1.113883.6.96" displayName="Nodule size"/><value xsi:type="PQ" value="1.2" unit="cm"/>'
        "</observation></entryRelationship></observation>"
    )
    document = a_document(
        a_section("121070", measured, text="Nodule in the right upper lobe.", title="Findings"),
        a_section("121072", text="One nodule of 12 mm.", title="Impression"),
        code="18748-4",
        title="CT of the chest",
        extra=event,
    )

    (record,) = records_in(document)

    assert isinstance(record, ImagingStudy)
    assert (record.modality, record.regions, record.accession) == ("CT", ("chest",), "ACC-1")
    assert (record.study_uid, record.date, record.impression) == (
        "1.2.840.113619.2.62.1", "2024-03-05", "One nodule of 12 mm.",
    )  # fmt: skip
    assert [(one.label, str(one.longest_mm)) for one in record.lesions] == [("Nodule size", "12.0")]
    assert record.note == "Findings\nNodule in the right upper lobe."
    assert faults_of(record) == []
