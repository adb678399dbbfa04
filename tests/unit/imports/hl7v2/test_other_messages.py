"""Documents, admissions, illnesses, medicines and merges."""

import pytest

from app.cases.domain import Identifier
from app.imports.checking import faults_of
from app.imports.domain.reading import FoundMerge
from app.records.domain.base import Absence
from app.records.domain.course import Admission, Medication, Treatment
from app.records.domain.disease import Diagnosis
from app.records.domain.findings import ImagingStudy
from app.records.domain.statements import Allergy, Comorbidity
from tests.unit.imports.hl7v2.building import a_message, read_bytes, records, the_record
from tests.unit.imports.readings import documents, unused, withdrawn


def a_txa(
    number: str = "D1", *, parent: str = "", type_: str = "DS", status: str = "AU", title: str = ""
) -> str:
    return f"TXA|1|{type_}|TX|20260301|9^Arzt^Anna|||||||{number}|{parent}||||{status}||||||||{title}"


def a_document(event: str, *segments: str, txa: str = "") -> bytes:
    return a_message(txa or a_txa(), *segments, kind=f"MDM^{event}")


LINES = ("OBX|1|TX|N^Note^L||Dear colleague,||||||F", "OBX|2|TX|N^Note^L||all is well.||||||F")


def test_a_document_says_what_when_and_by_whom() -> None:
    (paper,) = documents(read_bytes(a_document("T02", *LINES)))

    body = paper.body
    assert (body.kind, body.title, body.dated, body.author) == (
        "discharge_summary",
        "Discharge summary",
        "2026-03-01",
        "Anna Arzt",
    )
    assert paper.content == b"Dear colleague,\nall is well.\n"
    assert not paper.remarks


@pytest.mark.parametrize(
    ("txa", "kind"),
    [
        (a_txa(type_="OP"), "operative_note"),
        (a_txa(type_="18842-5^Discharge summary^LN"), "discharge_summary"),
        (a_txa(type_="X1", title="Oncology follow-up"), "oncology_note"),
        (a_txa(type_="X1"), "unclassified"),
    ],
)
def test_the_kind_of_a_document_is_told_by_code_title_or_type(txa: str, kind: str) -> None:
    (paper,) = documents(read_bytes(a_document("T02", *LINES, txa=txa)))

    assert paper.body.kind == kind


def test_edits_keep_the_key_and_replacements_name_what_they_replace() -> None:
    (first,) = documents(read_bytes(a_document("T02", *LINES)))
    (edited,) = documents(read_bytes(a_document("T08", *LINES)))
    (replaced,) = documents(read_bytes(a_document("T10", *LINES, txa=a_txa("D2", parent="D1"))))
    (addendum,) = documents(read_bytes(a_document("T06", *LINES, txa=a_txa("D3", parent="D1"))))

    assert edited.key == first.key
    assert replaced.replaces == first.key != replaced.key
    assert addendum.replaces is None
    assert addendum.remarks


def test_a_cancelled_document_is_withdrawn() -> None:
    (first,) = documents(read_bytes(a_document("T02", *LINES)))

    for content in (a_document("T11"), a_document("T04", txa=a_txa().replace("|AU||", "|AU||CA"))):
        (gone,) = withdrawn(read_bytes(content))
        assert gone.key == first.key


@pytest.mark.parametrize("event", ["T01", "T03", "T05", "T07", "T09"])
def test_a_notification_without_content_is_said_to_have_none(event: str) -> None:
    (item,) = unused(read_bytes(a_document(event)))

    assert "content" in item.detail


def test_a_document_that_is_not_final_says_so() -> None:
    (paper,) = documents(read_bytes(a_document("T02", *LINES, txa=a_txa(status="IP"))))

    assert paper.remarks == ("The sender marks the document as in progress.",)


def a_stay(event: str, class_: str = "I", *, discharged: str = "", place: str = "W1") -> bytes:
    pv1 = f"PV1|1|{class_}|{place}^^^NORTH|E|||||||||||||||V77^^^NORTH" + "|" * 25 + f"20260301|{discharged}"
    return a_message("EVN||20260302", pv1, "PV2|||^Fever in neutropenia", kind=f"ADT^{event}")


def test_an_admission_says_where_since_when_and_why() -> None:
    record = the_record(a_stay("A01")).record

    assert isinstance(record, Admission)
    assert (record.started, record.ended, record.facility) == ("2026-03-01", None, "NORTH")
    assert (record.emergency, record.reason, record.icu) == (True, "Fever in neutropenia", None)
    assert faults_of(record) == []


def test_a_discharge_closes_the_same_stay_and_its_cancellation_opens_it_again() -> None:
    admitted, discharged = the_record(a_stay("A01")), the_record(a_stay("A03", discharged="20260309"))
    back = the_record(a_stay("A13", discharged="20260309"))

    assert admitted.key == discharged.key == back.key
    assert isinstance(discharged.record, Admission)
    assert discharged.record.ended == "2026-03-09"
    assert isinstance(back.record, Admission)
    assert back.record.ended is None


def test_dates_that_are_missing_are_taken_from_the_event_and_wrong_ones_left_out() -> None:
    record = the_record(a_stay("A03")).record
    backwards = the_record(a_stay("A03", discharged="20260201"))

    assert isinstance(record, Admission)
    assert record.ended == "2026-03-02"
    assert isinstance(backwards.record, Admission)
    assert backwards.record.ended is None
    assert backwards.remarks


def test_intensive_care_is_told_by_the_place() -> None:
    record = the_record(a_stay("A02", place="ICU2")).record

    assert isinstance(record, Admission)
    assert record.icu is True


def test_a_cancelled_admission_is_withdrawn_and_a_planned_one_is_none() -> None:
    (gone,) = withdrawn(read_bytes(a_stay("A11")))

    assert gone.key == the_record(a_stay("A01")).key
    assert [item.outcome for item in unused(read_bytes(a_stay("A05", "P")))] == ["skipped"]


@pytest.mark.parametrize(
    ("event", "class_"), [("A04", "O"), ("A08", "R"), ("A08", ""), ("A31", "N"), ("A04", "P")]
)
def test_a_visit_is_no_admission(event: str, class_: str) -> None:
    reading = read_bytes(a_stay(event, class_))

    assert not records(reading)
    assert unused(reading)


def test_illnesses_are_a_diagnosis_or_another_illness() -> None:
    content = a_message(
        "DG1|1||C50.4^Malignant neoplasm of upper-outer quadrant of breast^I10||20250911|F",
        "DG1|2|I10|I10|Essential hypertension||W",
        "DG1|3|||  ",
        kind="ADT^A08",
    )
    reading = read_bytes(content)

    cancer, other = [item.record for item in records(reading)]
    assert isinstance(cancer, Diagnosis)
    assert (cancer.date, cancer.codes[0].system) == ("2025-09-11", "icd-10")
    assert isinstance(other, Comorbidity)
    assert (other.condition, other.note) == ("Essential hypertension", "Working diagnosis, not final.")
    assert [item.place for item in unused(reading)] == ["DG1[3]"]


def test_allergies_and_none_known_are_different() -> None:
    content = a_message(
        "AL1|1|DA|^PENICILLIN|SV|Rash~Hives|20200101", "IAM|2||716186003^No known allergy^SCT", kind="ADT^A28"
    )

    penicillin, none = [item.record for item in records(read_bytes(content))]
    assert isinstance(penicillin, Allergy)
    assert (penicillin.substance, penicillin.reaction, penicillin.since) == (
        "PENICILLIN",
        "Rash, Hives",
        "2020-01-01",
    )
    assert none.stated is Absence.NONE
    assert faults_of(penicillin) == faults_of(none) == []


def test_an_allergy_or_diagnosis_that_is_deleted_is_withdrawn() -> None:
    content = a_message("IAM|1|DA|^PENICILLIN|||D", "DG1|1||X^Y^L||||||||||||||||||D", kind="ADT^A60")

    assert len(withdrawn(read_bytes(content))) == 2


def test_procedures_are_treatments_and_examinations_imaging() -> None:
    content = a_message(
        "PR1|1||X^Mastectomy^L||20260110", "PR1|2||Y^CT of the chest^L||20260111|||||||", kind="ADT^A08"
    )

    surgery, scan = [item.record for item in records(read_bytes(content))]
    assert isinstance(surgery, Treatment)
    assert (surgery.category, surgery.started) == ("surgery", "2026-01-10")
    assert isinstance(scan, ImagingStudy)
    assert (scan.modality, scan.regions) == ("CT", ("chest",))


ORDER = "ORC|NW|O1^CPOE||||||||||9^Onko^Otto"
CHEMO = "RXE||1^Carboplatin^L|450||mg"


def test_an_order_of_a_cancer_medicine_is_a_treatment_that_does_not_claim_to_be_given() -> None:
    record = the_record(
        a_message(ORDER, "TQ1|1||Q21D||||20260301", CHEMO, "RXR|IV^Intravenous", kind="RDE^O11")
    ).record

    assert isinstance(record, Treatment)
    drug = record.drugs[0]
    assert (drug.name, drug.dose, drug.route) == ("Carboplatin", "450 mg, Q21D", "Intravenous")
    assert (record.started, record.author) == ("2026-03-01", "Otto Onko")
    assert "does not say that the medicine was given" in (record.note or "")
    assert faults_of(record) == []


def test_another_medicine_is_a_medication() -> None:
    record = the_record(a_message(ORDER, "RXO|2^Metformin^L|500||mg|||^twice daily", kind="OMP^O09")).record

    assert isinstance(record, Medication)
    assert (record.name, record.dose, record.frequency) == ("Metformin", "500 mg", "twice daily")


def test_what_was_given_is_a_record_for_each_day_and_a_repeat_is_the_same() -> None:
    given = [f"RXA|0|{at}|2026030{at}|2026030{at}|1^Paclitaxel^L|150|mg^mg|||||||||||||CP" for at in (1, 8)]
    found = records(read_bytes(a_message(ORDER, *given, kind="RAS^O17")))
    again = records(read_bytes(a_message(ORDER, given[1], kind="RAS^O17")))

    assert [item.record.date for item in found] == ["2026-03-01", "2026-03-08"]
    assert again[0].key == found[1].key
    assert found[0].record.note is None


def test_what_was_not_given_or_deleted_is_said_so() -> None:
    refused = a_message(ORDER, "RXA|0|1|20260301||1^Paclitaxel^L|999" + "|" * 14 + "RE", kind="RAS^O17")
    deleted = a_message(ORDER, "RXA|0|1|20260301||1^Paclitaxel^L|999" + "|" * 15 + "D", kind="RAS^O17")

    assert not records(read_bytes(refused))
    assert [item.detail for item in unused(read_bytes(refused))] == ["The patient refused it."]
    assert len(withdrawn(read_bytes(deleted))) == 1


def test_an_order_that_is_cancelled_or_stopped_says_so() -> None:
    first = the_record(a_message(ORDER, CHEMO, kind="RDE^O11"))
    (gone,) = withdrawn(read_bytes(a_message(ORDER.replace("|NW|", "|CA|"), CHEMO, kind="RDE^O11")))
    stopped = the_record(a_message("ORC|DC|O1^CPOE|||||||20260315|||||||^Toxicity", CHEMO, kind="RDE^O11"))

    assert gone.key == first.key == stopped.key
    assert isinstance(stopped.record, Treatment)
    assert (stopped.record.ended, stopped.record.reason_ended) == ("2026-03-15", "Toxicity")


def test_a_cancer_medicine_mixed_into_an_infusion_is_found() -> None:
    rows = ("RXE||2^Saline^L|500||mL", "RXC|B|2^Saline^L|500|mL", "RXC|A|1^Cisplatin^L|80|mg")
    content = a_message(ORDER, *rows, kind="RDE^O11")

    kinds = [item.record.kind for item in records(read_bytes(content))]
    assert kinds == ["medication", "treatment"]


def test_a_merge_is_a_proposal_of_two_identifiers() -> None:
    content = a_message("MRG|815^^^NORTH^MR", kind="ADT^A40")

    (merge,) = [item for item in read_bytes(content).items if isinstance(item, FoundMerge)]

    assert merge.surviving == Identifier(system="NORTH", value="4711")
    assert merge.retired == Identifier(system="NORTH", value="815")


@pytest.mark.parametrize(
    ("content", "outcome"),
    [
        (a_message("MRG|4711^^^NORTH^MR", kind="ADT^A40"), "skipped"),
        (a_message(kind="ADT^A40"), "rejected"),
        (a_message("MRG|815", kind="ADT^A41"), "skipped"),
        (a_message(kind="ADT^A29"), "skipped"),
        (a_message(kind="ADT^Q77"), "skipped"),
        (a_message(kind="SIU^S12"), "skipped"),
        (a_message("OBX|1|NM|X||1||||||F", kind="ORM^O01"), "skipped"),
        (a_message(kind="ACK"), "skipped"),
        (a_message(kind=""), "rejected"),
        (a_message(kind="1234567890"), "rejected"),
        (a_message(kind="ORU^R01"), "skipped"),
        (a_message("OBR|1||F1|X", kind="ORU^R01"), "skipped"),
    ],
)
def test_what_is_not_used_says_why_and_what_to_do(content: bytes, outcome: str) -> None:
    found = unused(read_bytes(content))

    assert [item.outcome for item in found] == [outcome]
    assert found[0].detail.endswith(".")
    assert found[0].fix.endswith(".")


def test_observations_in_an_admission_are_read_where_the_test_is_known() -> None:
    reading = read_bytes(
        a_message(
            "OBX|1|NM|8302-2^Body height^LN||170|cm|||||F", "OBX|2|ST|D^Diet?^L||Yes||||||F", kind="ADT^A08"
        )
    )

    assert len(records(reading)) == 1
    assert [item.place for item in unused(reading)] == ["OBX[2]"]


def test_a_patient_says_no_more_than_was_sent() -> None:
    pid = (
        "PID|1||1^^^NORTH&1.2.3&ISO^MR~2^^^^SS^SOUTH||Alias^Ann^^^^^A~Doe^Ann^B^Jr^Dr^^L||195903||||||||DEU"
        "||||||||||||||202601|Y"
    )
    (patient,) = read_bytes(a_message(pid, kind="ADT^A31")).patients

    assert patient.patient.identifiers == (
        Identifier(system="urn:oid:1.2.3", value="1"),
        Identifier(system="SOUTH", value="2"),
    )
    assert (patient.patient.name, patient.patient.birth_date) == ("Ann B Doe Jr", "1959-03")
    assert patient.names == ("Ann Alias",)
    assert (patient.patient.sex, patient.patient.deceased) == (None, "2026-01")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Y", "dead"),
        ("N", "alive"),
        ("NO", "alive"),
        ("yes", "dead"),
        ("UNK", "unknown"),
        ("", None),
        ('""', None),
    ],
)
def test_a_death_without_a_date_is_told_from_life_from_not_known_and_from_silence(
    said: str, expected: str | None
) -> None:
    (found,) = read_bytes(
        a_message(f"PID|1||1||A^B|||F||||||||||||||||||||||{said}", kind="ADT^A31")
    ).patients

    assert (found.patient.vital_status, found.patient.deceased) == (expected, None)


def test_what_of_a_patient_cannot_be_used_is_named_without_its_value() -> None:
    found = unused(read_bytes(a_message("PID|1||1||A^B||19999999|Q||||||||||||||||||||||?", kind="ADT^A31")))

    assert [item.outcome for item in found[:3]] == ["rejected"] * 3
    assert not any("1999" in item.detail for item in found)


def test_several_patients_in_one_message_are_kept_apart() -> None:
    content = a_message("PID|1||1^^^N||A", "MRG|8^^^N", "PID|2||2^^^N||B", "MRG|9^^^N", kind="ADT^A40")

    reading = read_bytes(content)

    assert [payload.patient for payload in reading.payloads] == ["N|1", "N|2"]
    assert b"PID|2" not in (reading.payloads[0].content or b"")
    assert [item.patient for item in reading.items] == ["N|1", "N|2"]
