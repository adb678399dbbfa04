"""Medicines and allergies: what is taken, how often, since when; what is denied; and that there is none."""

import pytest

from app.imports.checking import faults_of
from app.records.domain.base import Absence
from app.records.domain.course import Medication, Treatment
from app.records.domain.statements import Allergy
from tests.unit.imports.cda.documents import (
    RXNORM,
    T,
    a_code,
    a_document,
    a_medicine,
    a_section,
    an_allergy,
    found_in,
    left_out,
    records_in,
    withdrawn_in,
)

LISINOPRIL = a_code("314076", "Lisinopril 10 MG Oral Tablet", RXNORM, "code")
SINCE = '<effectiveTime xsi:type="IVL_TS"><low value="201103"/><high nullFlavor="UNK"/></effectiveTime>'
PENICILLIN = a_code("70618", "Penicillin", RXNORM, "code")


def in_medications(*entries: str) -> bytes:
    return a_document(a_section("10160-0", *entries))


def in_allergies(*entries: str, text: str = "") -> bytes:
    return a_document(a_section("48765-2", *entries, text=text))


def test_a_medicine_keeps_dose_route_frequency_start_and_reason() -> None:
    inside = (
        '<entryRelationship typeCode="RSON"><observation classCode="OBS" moodCode="EVN">'
        f'<templateId root="{T}.4.19"/>{a_code("38341003", "Hypertension")}</observation></entryRelationship>'
    )
    times = SINCE + (
        '<effectiveTime xsi:type="PIVL_TS" operator="A"><period value="12" unit="h"/></effectiveTime>'
        '<routeCode code="C38288" codeSystem="2.16.840.1.113883.3.26.1.1" displayName="ORAL"/>'
        '<doseQuantity value="1" unit="{tablet}"/>'
    )

    (record,) = records_in(in_medications(a_medicine(LISINOPRIL, times=times, inside=inside)))

    assert isinstance(record, Medication)
    assert (record.name, record.dose, record.route, record.frequency) == (
        "Lisinopril 10 MG Oral Tablet", "1 tablet", "ORAL", "every 12 hours",
    )  # fmt: skip
    assert (record.started, record.ended, record.reason) == ("2011-03", None, "Hypertension")
    assert faults_of(record) == []


@pytest.mark.parametrize(
    ("time", "frequency"),
    [
        ('<effectiveTime xsi:type="PIVL_TS"><period value="1" unit="d"/></effectiveTime>', "every 1 day"),
        (
            (
                '<effectiveTime xsi:type="PIVL_TS"><period xsi:type="IVL_PQ"><low value="4" unit="h"/>'
                '<high value="6" unit="h"/></period></effectiveTime>'
            ),
            "every 4-6 hours",
        ),
        ('<effectiveTime xsi:type="EIVL_TS"><event code="HS"/></effectiveTime>', "at bedtime"),
        (
            '<effectiveTime xsi:type="SXPR_TS"><comp xsi:type="EIVL_TS"><event code="ACM"/></comp></effectiveTime>',
            "before breakfast",
        ),
        (SINCE, None),
    ],
)
def test_how_often_is_said_in_words(time: str, frequency: str | None) -> None:
    (record,) = records_in(in_medications(a_medicine(LISINOPRIL, times=time)))

    assert isinstance(record, Medication)
    assert record.frequency == frequency


def test_a_medicine_against_the_cancer_is_a_treatment() -> None:
    oxaliplatin = a_code("32592", "oxaliplatin", RXNORM, "code")
    times = (
        '<effectiveTime xsi:type="IVL_TS"><low value="20240601"/><high value="20240901"/></effectiveTime>'
        '<doseQuantity value="85" unit="mg/m2"/>'
    )

    (record,) = records_in(in_medications(a_medicine(oxaliplatin, times=times, state="completed")))

    assert isinstance(record, Treatment)
    assert (record.category, record.drugs[0].name, record.drugs[0].dose) == (
        "systemic",
        "oxaliplatin",
        "85 mg/m2",
    )
    assert (record.started, record.ended) == ("2024-06-01", "2024-09-01")
    assert faults_of(record) == []


def test_no_known_medicines_is_said() -> None:
    any_medicine = a_code("410942007", "drug or medicament", element="code")
    document = in_medications(a_medicine(any_medicine, attributes='negationInd="true"'))

    (record,) = records_in(document)

    assert isinstance(record, Medication)
    assert record.stated is Absence.NONE
    assert faults_of(record) == []


def test_a_medicine_of_which_nothing_is_known_is_unknown() -> None:
    (record,) = records_in(in_medications(a_medicine('<code nullFlavor="UNK"/>')))

    assert record.stated is Absence.UNKNOWN


def test_a_cancer_medicine_not_given_is_said_and_another_is_left_out() -> None:
    document = in_medications(
        a_medicine(a_code("32592", "oxaliplatin", RXNORM, "code"), attributes='negationInd="true"'),
        a_medicine(LISINOPRIL, ids="m2", attributes='negationInd="true"'),
    )

    (record,) = records_in(document)

    assert isinstance(record, Treatment)
    assert record.stated is Absence.NOT_DONE
    assert faults_of(record) == []
    assert len(left_out(document)) == 1


def test_a_planned_medicine_is_not_taken() -> None:
    document = in_medications(a_medicine(LISINOPRIL).replace('moodCode="EVN"', 'moodCode="RQO"'))

    assert records_in(document) == []
    assert [item.outcome for item in left_out(document)] == ["skipped"]


def test_a_stopped_medicine_says_so() -> None:
    (record,) = records_in(in_medications(a_medicine(LISINOPRIL, state="suspended")))

    assert record.note == "Status: suspended"


def test_a_nullified_medicine_is_withdrawn() -> None:
    assert len(withdrawn_in(in_medications(a_medicine(LISINOPRIL, state="nullified")))) == 1


def test_an_allergy_keeps_substance_reaction_severity_and_start() -> None:
    reaction = (
        '<entryRelationship typeCode="MFST" inversionInd="true"><observation classCode="OBS" moodCode="EVN">'
        f'<templateId root="{T}.4.9"/>{a_code("247472004", "Hives")}'
        '<entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN">'
        f'<templateId root="{T}.4.8"/><code code="SEV" codeSystem="2.16.840.1.113883.5.4"/>'
        f"{a_code('6736007', 'Moderate')}</observation></entryRelationship></observation></entryRelationship>"
    )

    (found,) = found_in(in_allergies(an_allergy(PENICILLIN, inside=reaction)))

    assert isinstance(found.record, Allergy)
    assert (found.record.substance, found.record.reaction, found.record.since) == (
        "Penicillin", "Hives (Moderate)", "2001",
    )  # fmt: skip
    assert found.key == "cda:1.2.3:1.2.8|a1"
    assert faults_of(found.record) == []


@pytest.mark.parametrize(
    "entry",
    [
        an_allergy("", attributes='negationInd="true"', kind=a_code("419199007", "Allergy to substance")),
        an_allergy(a_code("105590001", "Substance", element="code"), attributes='negationInd="true"'),
        an_allergy("", kind=a_code("716186003", "No known allergy")),
    ],
)
def test_no_known_allergies_is_said_in_each_way_of_saying_it(entry: str) -> None:
    (record,) = records_in(in_allergies(entry))

    assert isinstance(record, Allergy)
    assert (record.stated, record.substance) == (Absence.NONE, None)
    assert faults_of(record) == []


@pytest.mark.parametrize("words", ["No known allergies", "NKDA.", "None known"])
def test_words_alone_can_say_that_there_are_no_allergies(words: str) -> None:
    (found,) = found_in(in_allergies(text=words))

    assert found.record.stated is Absence.NONE
    assert found.quote == words


def test_other_words_alone_are_kept_as_the_authors() -> None:
    (record,) = records_in(in_allergies(text="No known allergies except to penicillin"))

    assert record.kind == "opinion"
    assert record.statement == "No known allergies except to penicillin"


def test_a_denied_allergy_is_none_and_an_unknown_one_unknown() -> None:
    document = in_allergies(
        an_allergy(PENICILLIN, attributes='negationInd="true"'),
        an_allergy('<code nullFlavor="UNK"/>', ids="a2"),
    )

    (record,) = records_in(document)

    assert record.stated is Absence.UNKNOWN
    assert len(left_out(document)) == 1
