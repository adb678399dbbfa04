"""The same facts sent as FHIR, HL7 v2, C-CDA and a table give equal records, but for who sent them under which id."""

import json
from decimal import Decimal
from typing import Any

import pytest

from app.imports.checking import faults_of
from app.imports.domain.reading import FoundRecord, Options, Reading
from app.imports.readers import cda, fhir, hl7v2, tabular
from app.records.domain.base import Absence
from app.records.domain.findings import MarkerResult
from app.records.domain.kinds import AnyRecord
from tests.unit.imports.cda.documents import (
    RXNORM,
    T,
    a_battery,
    a_code,
    a_document,
    a_medicine,
    a_problem,
    a_result,
    a_section,
    an_allergy,
)

DAY = "20260303"
ISO_DAY = "2026-03-03"
LABORATORY = "Good Laboratory"
HL7 = "http://terminology.hl7.org/CodeSystem"
SYSTEMS = {
    "loinc": "http://loinc.org",
    "snomed": "http://snomed.info/sct",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
}
V2_HL7 = "http://terminology.hl7.org/CodeSystem"
SYSTEMS = {"loinc": "LN", "snomed": "SCT", "rxnorm": "RXNORM"}


def of_fhir(*resources: dict[str, Any]) -> Reading:
    patient = {"resourceType": "Patient", "id": "ada", "name": [{"family": "Example", "given": ["Ada"]}]}
    laboratory = {"resourceType": "Organization", "id": "lab", "name": LABORATORY}
    facts = ({"id": f"r{index}", **one} for index, one in enumerate(resources))
    entries = [{"resource": one} for one in (patient, laboratory, *facts)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    return fhir.read(json.dumps(bundle).encode(), Options(content_type="application/fhir+json"))


def of_hl7(*segments: str, kind: str = "ORU^R01") -> Reading:
    lines = (
        f"MSH|^~\\&|LAB|NORTH|CASELINE|CLINIC|{DAY}||{kind}|M1|P|2.5.1",
        "PID|1||4711^^^NORTH^MR||Example^Ada||19700102|F",
        *segments,
    )
    return hl7v2.read(("\r".join(lines) + "\r").encode(), Options())


def of_cda(*sections: str) -> Reading:
    return cda.read(a_document(*sections, author="", date=DAY), Options())


def of_table(*rows: str) -> Reading:
    return tabular.read("\n".join(rows).encode(), Options(content_type="text/csv", file_name="table.csv"))


def only(reading: Reading) -> AnyRecord:
    """Return the one record of a reading."""
    (found,) = (item for item in reading.items if isinstance(item, FoundRecord))
    assert faults_of(found.record) == []
    return found.record


SENDERS = frozenset({"origin", "external_id", "sources"})
"""What differs between senders of one fact: the format, their own id of it, and where it was read."""


ONLY_ORDERED = "The message is an order; it does not say that the medicine was given."
"""HL7 v2 has orders of medicines and no statement that one is taken, and the record says so."""


def fact(record: AnyRecord) -> dict[str, Any]:
    """Return what a record says, without who sent it.

    Codes stand without their display: a table has a column for a code and none for what its system calls it.
    """
    said = {name: getattr(record, name) for name in record.__struct_fields__ if name not in SENDERS}
    if said["note"] == ONLY_ORDERED:
        said["note"] = None
    drugs = [
        (drug.name, drug.dose, drug.route, drug.code and drug.code.code) for drug in said.pop("drugs", ())
    ]
    return {**said, "drugs": drugs, "codes": [(code.system, code.code) for code in record.codes]}


def in_fhir_code(system: str, code: str, display: str) -> dict[str, Any]:
    return {"coding": [{"system": SYSTEMS[system], "code": code, "display": display}], "text": display}


def a_value(
    code: str,
    name: str,
    value: str,
    unit: str,
    *,
    comparator: str = "",
    low: str = "",
    high: str = "",
    flag: str = "",
) -> tuple[Reading, Reading, Reading, Reading]:
    """Return one laboratory value in four formats."""
    quantity: dict[str, Any] = {
        "value": float(value), "unit": unit, "system": "http://unitsofmeasure.org", "code": unit,
    }  # fmt: skip
    if comparator:
        quantity["comparator"] = comparator
    observation: dict[str, Any] = {
        "resourceType": "Observation",
        "status": "final",
        "code": in_fhir_code("loinc", code, name),
        "subject": {"reference": "Patient/ada"},
        "effectiveDateTime": ISO_DAY,
        "valueQuantity": quantity,
        "performer": [{"reference": "Organization/lab"}],
    }
    reference = {
        end: {"value": float(limit), "unit": unit} for end, limit in (("low", low), ("high", high)) if limit
    }
    if reference:
        observation["referenceRange"] = [reference]
    if flag:
        v3 = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
        observation["interpretation"] = [{"coding": [{"system": v3, "code": flag}]}]
    limits = f"{low}-{high}" if low and high else f"<{high}" if high else ""
    shown = f"{comparator}^{value}" if comparator else value
    sort = "SN" if comparator else "NM"
    ends = "".join(
        f'<{end} value="{limit}" unit="{unit}"/>' for end, limit in (("low", low), ("high", high)) if limit
    )
    inside = f'<interpretationCode code="{flag}" codeSystem="2.16.840.1.113883.5.83"/>' if flag else ""
    if ends:
        limits_node = f'<value xsi:type="IVL_PQ">{ends}</value>'
        inside += f"<referenceRange><observationRange>{limits_node}</observationRange></referenceRange>"
    performer = (
        f"<performer><assignedEntity><representedOrganization><name>{LABORATORY}</name></representedOrganization>"
        "</assignedEntity></performer>"
    )
    end = "high" if comparator == "<" else "low"
    number = f'<value xsi:type="PQ" value="{value}" unit="{unit}"/>'
    if comparator:
        bound = f'<{end} value="{value}" unit="{unit}" inclusive="false"/>'
        number = f'<value xsi:type="IVL_PQ">{bound}</value>'
    return (
        of_fhir(observation),
        of_hl7(
            f"OBR|1|P1|F1^LIS|24323-8^Panel^LN|||{DAY}",
            f"OBX|1|{sort}|{code}^{name}^LN||{shown}|{unit}|{limits}|{flag}|||F|||{DAY}|||||||||{LABORATORY}",
        ),
        of_cda(
            a_section(
                "30954-2",
                a_battery(a_result(code, number, display=name, inside=inside, time=DAY), inside=performer),
            )
        ),
        of_table(
            "Date,Test,LOINC,Value,Unit,Reference low,Reference high,Flag,Laboratory",
            f"{ISO_DAY},{name},{code},{comparator}{value},{unit},{low},{high},{flag},{LABORATORY}",
        ),
    )


def a_finding(code: str, name: str, answer: str, words: str) -> tuple[Reading, ...]:
    """Return one result that is a word, in four formats."""
    observation = {
        "resourceType": "Observation",
        "status": "final",
        "code": in_fhir_code("loinc", code, name),
        "subject": {"reference": "Patient/ada"},
        "effectiveDateTime": ISO_DAY,
        "valueCodeableConcept": in_fhir_code("snomed", answer, words),
        "performer": [{"reference": "Organization/lab"}],
    }
    performer = (
        f"<performer><assignedEntity><representedOrganization><name>{LABORATORY}</name></representedOrganization>"
        "</assignedEntity></performer>"
    )
    return (
        of_fhir(observation),
        of_hl7(
            "OBR|1|P1|F1^LIS|24323-8^Panel^LN",
            f"OBX|1|CWE|{code}^{name}^LN||{answer}^{words}^SCT||||||F|||{DAY}|||||||||{LABORATORY}",
        ),
        of_cda(
            a_section(
                "30954-2", a_result(code, a_code(answer, words), display=name, inside=performer, time=DAY)
            )
        ),
        of_table("Date,Test,LOINC,Value,Laboratory", f"{ISO_DAY},{name},{code},{words},{LABORATORY}"),
    )


def no_known_allergies() -> tuple[Reading, ...]:
    """Return the statement that no allergy is known, in four formats."""
    code = ("409137002", "No known drug allergies")
    resource = {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": {"coding": [{"system": f"{HL7}/allergyintolerance-clinical", "code": "active"}]},
        "code": in_fhir_code("snomed", *code),
        "patient": {"reference": "Patient/ada"},
        "recordedDate": ISO_DAY,
    }
    return (
        of_fhir(resource),
        of_hl7(f"AL1|1|DA|{code[0]}^{code[1]}^SCT|||{DAY}", kind="ADT^A08"),
        of_cda(a_section("48765-2", an_allergy("", kind=a_code(*code)))),
        of_table("Allergen,Code,Code system,Date", f"{code[1]},{code[0]},snomed,{ISO_DAY}"),
    )


def an_illness(code: str, name: str, onset: str) -> tuple[Reading, ...]:
    """Return one illness, noted down on one day, in four formats."""
    condition = {
        "resourceType": "Condition",
        "code": in_fhir_code("snomed", code, name),
        "subject": {"reference": "Patient/ada"},
        "onsetDateTime": onset,
        "recordedDate": ISO_DAY,
    }
    problem = a_problem(
        a_code(code, name), time=f'<low value="{compact(onset)}"/>', status="completed"
    ).replace('<low value="20240401"/>', f'<low value="{DAY}"/>')
    return (
        of_fhir(condition),
        of_hl7(f"PRB|AD|{DAY}|{code}^{name}^SCT|P1|||{DAY}|||||||||{compact(onset)}", kind="PPR^PC1"),
        of_cda(a_section("11450-4", problem)),
        of_table("Condition,Code,Code system,Since,Date", f"{name},{code},snomed,{onset},{ISO_DAY}"),
    )


def a_cancer(code: str, name: str, onset: str) -> tuple[Reading, ...]:
    """Return one cancer in four formats."""
    condition = {
        "resourceType": "Condition",
        "code": in_fhir_code("snomed", code, name),
        "subject": {"reference": "Patient/ada"},
        "onsetDateTime": onset,
    }
    return (
        of_fhir(condition),
        of_hl7(f"DG1|1||{code}^{name}^SCT||{compact(onset)}|F", kind="ADT^A08"),
        of_cda(a_section("11450-4", a_problem(a_code(code, name), time=f'<low value="{compact(onset)}"/>'))),
        of_table("Diagnosis,Code,Code system,Diagnosis date", f"{name},{code},snomed,{onset}"),
    )


def compact(day: str) -> str:
    """Write a date as HL7 does."""
    return day.replace("-", "")


def an_allergy_to(code: str, name: str, reaction: str, since: str) -> tuple[Reading, ...]:
    """Return one allergy in four formats."""
    resource = {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": {"coding": [{"system": f"{HL7}/allergyintolerance-clinical", "code": "active"}]},
        "code": in_fhir_code("rxnorm", code, name),
        "patient": {"reference": "Patient/ada"},
        "onsetDateTime": since,
        "reaction": [{"manifestation": [{"text": reaction}]}],
    }
    manifestation = (
        '<entryRelationship typeCode="MFST" inversionInd="true"><observation classCode="OBS" moodCode="EVN">'
        f'<templateId root="{T}.4.9"/>{in_words("value", reaction)}</observation></entryRelationship>'
    )
    allergy = an_allergy(a_code(code, name, RXNORM, "code"), inside=manifestation)
    return (
        of_fhir(resource),
        of_hl7(f"AL1|1|DA|{code}^{name}^RXNORM|MO|{reaction}|{compact(since)}", kind="ADT^A08"),
        of_cda(
            a_section("48765-2", allergy.replace('<low value="2001"/>', f'<low value="{compact(since)}"/>'))
        ),
        of_table("Allergen,Code,Code system,Reaction,Since", f"{name},{code},rxnorm,{reaction},{since}"),
    )


def in_words(element: str, words: str) -> str:
    """Build a coded element for which the sender has words only."""
    return f'<{element} xsi:type="CD" nullFlavor="OTH"><originalText>{words}</originalText></{element}>'


def a_drug(code: str, name: str, start: str, end: str, reason: str) -> tuple[Reading, ...]:
    """Return one medicine in four formats; HL7 v2 knows orders of it, and no statement that it is taken."""
    resource = {
        "resourceType": "MedicationStatement",
        "status": "completed",
        "medicationCodeableConcept": in_fhir_code("rxnorm", code, name),
        "subject": {"reference": "Patient/ada"},
        "effectivePeriod": {"start": start, "end": end},
        "dateAsserted": ISO_DAY,
        "reasonCode": [{"text": reason}],
        "dosage": [
            {
                "timing": {"code": {"text": "twice daily"}},
                "route": {"text": "oral"},
                "doseAndRate": [{"doseQuantity": {"value": 10, "unit": "mg"}}],
            }
        ],
    }
    times = (
        f'<effectiveTime xsi:type="IVL_TS"><low value="{compact(start)}"/><high value="{compact(end)}"/>'
        "</effectiveTime>"
        f'{in_words("routeCode", "oral")}<doseQuantity value="10" unit="mg"/>'
    )
    inside = (
        '<entryRelationship typeCode="RSON"><observation classCode="OBS" moodCode="EVN">'
        f'<templateId root="{T}.4.19"/>{in_words("value", reason)}</observation></entryRelationship>'
        '<entryRelationship typeCode="COMP"><substanceAdministration classCode="SBADM" moodCode="EVN">'
        f'<templateId root="{T}.4.147"/><text>twice daily</text></substanceAdministration></entryRelationship>'
    )
    medicine = a_medicine(a_code(code, name, RXNORM, "code"), times=times, inside=inside, state="completed")
    return (
        of_fhir(resource),
        of_hl7(
            f"ORC|NW|O1|||||||{DAY}",
            f"RXE|^twice daily^^{compact(start)}^{compact(end)}|{code}^{name}^RXNORM|10||mg|{'|' * 21}{reason}",
            "RXR|^oral",
            kind="RDE^O11",
        ),
        of_cda(a_section("10160-0", medicine)),
        of_table(
            "Medication,Code,Code system,Dose,Frequency,Route,Start,End,Indication,Date",
            f"{name},{code},rxnorm,10 mg,twice daily,oral,{start},{end},{reason},{ISO_DAY}",
        ),
    )


FACTS = {
    "laboratory-value": a_value("718-7", "Hemoglobin", "11.4", "g/dL", low="12.0", high="15.5", flag="L"),
    "marker": a_value("2039-6", "CEA", "18.4", "ng/mL", low="0", high="5", flag="H"),
    "marker-below-what-is-measured": a_value("2039-6", "CEA", "0.5", "ng/mL", comparator="<"),
    "marker-above-what-is-measured": a_value("10334-1", "CA-125", "5000", "U/mL", comparator=">"),
    "one-sided-range": a_value("24108-3", "CA 19-9", "12", "U/mL", high="37"),
    "receptor": a_finding("16112-5", "Estrogen receptor", "10828004", "Positive"),
    "result-in-words": a_finding("5778-6", "Color of urine", "371244009", "Yellow"),
    "illness": an_illness("59621000", "Essential hypertension", "2015-06"),
    "cancer": a_cancer("363406005", "Malignant neoplasm of colon", "2025-11-18"),
    "cancer-of-a-type": a_cancer("408647009", "Adenocarcinoma of stomach", "2025-11"),
    "metastasis": a_cancer("94381002", "Secondary malignant neoplasm of liver", "2025"),
    "allergy": an_allergy_to("70618", "Penicillin", "hives", "2001"),
    "no-known-allergies": no_known_allergies(),
    "medicine": a_drug("314076", "lisinopril", "2019-02", "2020", "hypertension"),
    "medicine-against-the-cancer": a_drug("32592", "oxaliplatin", "2026-02-01", "2026-02-20", "colon cancer"),
}
"""Each fact as FHIR, HL7 v2, C-CDA and a table send it."""

KINDS = {
    "laboratory-value": "lab_result",
    "marker": "marker_result",
    "marker-below-what-is-measured": "marker_result",
    "marker-above-what-is-measured": "marker_result",
    "one-sided-range": "marker_result",
    "receptor": "biomarker",
    "result-in-words": "lab_result",
    "illness": "comorbidity",
    "cancer": "diagnosis",
    "cancer-of-a-type": "diagnosis",
    "metastasis": "diagnosis",
    "allergy": "allergy",
    "no-known-allergies": "allergy",
    "medicine": "medication",
    "medicine-against-the-cancer": "treatment",
}


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_a_fact_is_the_same_from_all_four(name: str, kind: str) -> None:
    records = [only(reading) for reading in FACTS[name]]

    assert {record.kind for record in records} == {kind}
    assert [record.origin for record in records] == ["fhir", "hl7v2", "cda", "tabular"]
    first, *others = map(fact, records)
    for other in others:
        assert other == first


def test_a_comparator_is_never_lost_on_the_way() -> None:
    for name, comparator, value in (
        ("marker-below-what-is-measured", "<", Decimal("0.5")),
        ("marker-above-what-is-measured", ">", Decimal(5000)),
    ):
        for reading in FACTS[name]:
            record = only(reading)
            assert isinstance(record, MarkerResult)
            assert (record.comparator, record.value) == (comparator, value)


def test_no_known_allergies_stays_a_statement_in_all_four() -> None:
    assert [only(reading).stated for reading in FACTS["no-known-allergies"]] == [Absence.NONE] * 4
