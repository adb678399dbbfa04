"""A small made case of colon cancer, sent as C-CDA, comes out as a reviewer would tell it."""

from collections import Counter
from decimal import Decimal

from app.imports.checking import faults_of
from app.imports.domain.reading import FoundRecord
from app.records.domain.course import Treatment
from app.records.domain.disease import Diagnosis, PathologyReport, Stage
from app.records.domain.findings import ImagingStudy, LabResult, MarkerResult
from app.records.domain.statements import Opinion
from tests.unit.imports.cda.documents import (
    LOINC,
    RXNORM,
    T,
    a_battery,
    a_code,
    a_document,
    a_medicine,
    a_problem,
    a_procedure,
    a_result,
    a_section,
    an_allergy,
    found_in,
    left_out,
    reading_of,
)


def a_stage() -> str:
    parts = (
        ("21899-0", "pT3"),
        ("21900-6", "pN1b"),
        ("21901-4", "M0"),
        ("21902-2", "Stage IIIB, AJCC 8th edition"),
    )
    return "".join(
        '<entryRelationship typeCode="REFR"><observation classCode="OBS" moodCode="EVN">'
        f'<id root="1.2.8" extension="s{code}"/><code code="{code}" codeSystem="{LOINC}"/>'
        '<statusCode code="completed"/><effectiveTime value="20240625"/>'
        f'<value xsi:type="ST">{value}</value></observation></entryRelationship>'
        for code, value in parts
    )


def a_cea(ids: str, day: str, value: str) -> str:
    ends = (
        '<referenceRange><observationRange><value xsi:type="IVL_PQ"><high value="5" unit="ng/mL"/></value>'
        "</observationRange></referenceRange>"
    )
    return a_result("2039-6", value, display="CEA", ids=ids, time=day, inside=ends)


def a_number(value: str) -> str:
    return f'<value xsi:type="PQ" value="{value}" unit="ng/mL"/>'


THE_CASE = a_document(
    a_section(
        "11450-4",
        a_problem(a_code("363406005", "Malignant neoplasm of sigmoid colon"), ids="p1", inside=a_stage()),
        a_problem(a_code("59621000", "Essential hypertension"), ids="p2", time='<low value="2015"/>'),
    ),
    a_section(
        "30954-2",
        a_battery(
            a_cea("c1", "20240520", a_number("18.4")),
            a_cea("c2", "20240710", a_number("3.1")),
            a_cea(
                "c3", "20241105",
                '<value xsi:type="IVL_PQ"><high value="0.5" unit="ng/mL" inclusive="false"/></value>',
            ),
            a_result("718-7", '<value xsi:type="PQ" value="11.4" unit="g/dL"/>', display="Hemoglobin", ids="h1"),
        ),
        a_result(
            "22637-3", '<value xsi:type="ED"><reference value="#path"/></value>', ids="x1", time="20240625",
            display="Pathology report final diagnosis",
        ),
        a_result(
            "44115-4", '<value xsi:type="ST">No measurable disease.</value>', ids="x2", time="20241110",
            display="CT Abdomen and Pelvis",
        ),
        text='<paragraph ID="path">Adenocarcinoma of the sigmoid colon, pT3 pN1b, margins free.</paragraph>',
    ),
    a_section("47519-4", a_procedure(a_code("315326008", "Laparoscopic sigmoid colectomy", element="code"))),
    a_section(
        "10160-0",
        a_medicine(
            a_code("32592", "oxaliplatin", RXNORM, "code"), ids="d1", state="completed",
            times='<effectiveTime xsi:type="IVL_TS"><low value="20240801"/><high value="20241020"/></effectiveTime>'
            '<doseQuantity value="85" unit="mg/m2"/>',
        ),
        a_medicine(a_code("314076", "lisinopril 10 MG Oral Tablet", RXNORM, "code"), ids="d2"),
    ),
    a_section("48765-2", an_allergy("", attributes='negationInd="true"')),
    a_section(
        "47420-5",
        a_result("89247-1", '<value xsi:type="INT" value="1"/>', display="ECOG", ids="e1").replace(
            f"{T}.4.2", f"{T}.4.69"
        ),
        text="Independent in daily life.", title="Functional status",
    ),
    a_section("51847-2", text="No sign of disease on imaging. CEA every three months.", title="Assessment and plan"),
    code="34133-9",
    title="Oncology summary",
)  # fmt: skip


def test_every_fact_of_the_case_is_found_and_sound() -> None:
    found = found_in(THE_CASE)

    assert Counter(item.record.kind for item in found) == {
        "diagnosis": 1,
        "stage": 1,
        "comorbidity": 1,
        "marker_result": 3,
        "lab_result": 1,
        "pathology_report": 1,
        "imaging_study": 1,
        "treatment": 2,
        "medication": 1,
        "allergy": 1,
        "performance_status": 1,
        "opinion": 1,
    }
    assert left_out(THE_CASE) == []
    assert [faults_of(item.record) for item in found] == [[]] * len(found)


def test_the_case_reads_as_it_was_told() -> None:
    by_kind = {item.record.kind: item.record for item in reversed(found_in(THE_CASE))}
    diagnosis, stage = by_kind["diagnosis"], by_kind["stage"]

    assert isinstance(diagnosis, Diagnosis)
    assert (diagnosis.site, diagnosis.histology, diagnosis.date) == ("sigmoid colon", None, "2024-03")
    assert isinstance(stage, Stage)
    assert (stage.system, stage.edition, stage.timing, stage.t, stage.n, stage.m, stage.group) == (
        "AJCC", "8", "pathologic", "pT3", "pN1b", "M0", "IIIB",
    )  # fmt: skip
    pathology, imaging = by_kind["pathology_report"], by_kind["imaging_study"]
    assert isinstance(pathology, PathologyReport)
    assert pathology.conclusion == "Adenocarcinoma of the sigmoid colon, pT3 pN1b, margins free."
    assert isinstance(imaging, ImagingStudy)
    assert (imaging.modality, imaging.regions, imaging.date) == ("CT", ("abdomen", "pelvis"), "2024-11-10")
    opinion = by_kind["opinion"]
    assert isinstance(opinion, Opinion)
    assert opinion.plan == "Assessment and plan\nNo sign of disease on imaging. CEA every three months."


def test_the_markers_are_a_series_whose_last_value_is_below_its_limit() -> None:
    series = [item.record for item in found_in(THE_CASE) if isinstance(item.record, MarkerResult)]

    assert [(one.date, one.comparator, one.value, one.unit, one.reference_high) for one in series] == [
        ("2024-05-20", None, Decimal("18.4"), "ng/mL", Decimal(5)),
        ("2024-07-10", None, Decimal("3.1"), "ng/mL", Decimal(5)),
        ("2024-11-05", "<", Decimal("0.5"), "ng/mL", Decimal(5)),
    ]
    assert [item.record.date for item in found_in(THE_CASE) if isinstance(item.record, LabResult)] == [
        "2024-05-06"
    ]


def test_the_treatments_are_the_operation_and_the_drug() -> None:
    treatments = [item.record for item in found_in(THE_CASE) if isinstance(item.record, Treatment)]

    assert [
        (one.category, one.procedure or one.drugs[0].name, one.started, one.ended) for one in treatments
    ] == [
        ("surgery", "Laparoscopic sigmoid colectomy", "2024-06-18", "2024-06-18"),
        ("systemic", "oxaliplatin", "2024-08-01", "2024-10-20"),
    ]


def test_sent_again_it_says_the_same_under_the_same_keys() -> None:
    first, second = reading_of(THE_CASE), reading_of(THE_CASE)

    assert first.items == second.items
    keys = [item.key for item in first.items if isinstance(item, FoundRecord)]
    assert len(keys) == len(set(keys))
