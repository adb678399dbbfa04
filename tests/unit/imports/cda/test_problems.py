"""Illnesses: cancers become diagnoses, others comorbidities; what is denied or taken back is not made a fact."""

from app.imports.checking import faults_of
from app.records.domain.base import Absence
from app.records.domain.disease import Diagnosis, Stage
from app.records.domain.statements import Comorbidity
from tests.unit.imports.cda.documents import (
    LOINC,
    T,
    a_code,
    a_document,
    a_problem,
    a_section,
    found_in,
    left_out,
    records_in,
    withdrawn_in,
)


def test_a_cancer_is_a_diagnosis_with_its_onset_site_and_words() -> None:
    value = (
        '<value xsi:type="CD" code="363406005" codeSystem="2.16.840.1.113883.6.96" '
        'displayName="Malignant tumor of colon"><originalText><reference value="#p"/></originalText></value>'
    )
    site = (
        '<targetSiteCode code="71854001" codeSystem="2.16.840.1.113883.6.96" displayName="Left colon"><qualifier>'
        '<name code="272741003" codeSystem="2.16.840.1.113883.6.96"/>'
        '<value code="7771000" codeSystem="2.16.840.1.113883.6.96" displayName="Left"/></qualifier></targetSiteCode>'
    )
    document = a_document(
        a_section(
            "11450-4",
            a_problem(value + site),
            text='<list><item ID="p">Colon cancer, March 2024</item></list>',
        )
    )

    (found,) = found_in(document)

    assert isinstance(found.record, Diagnosis)
    assert (found.record.site, found.record.laterality, found.record.date) == (
        "Left colon",
        "left",
        "2024-03",
    )
    assert found.quote == "Colon cancer, March 2024"
    assert found.place == (
        "/ClinicalDocument/component/structuredBody/component[1]/section/entry[1]/act/entryRelationship[1]/observation"
    )
    assert found.key == "cda:1.2.3:1.2.8|p1"
    assert faults_of(found.record) == []


def test_the_date_of_diagnosis_goes_before_the_onset() -> None:
    act = (
        f'<entryRelationship typeCode="COMP"><act classCode="ACT" moodCode="EVN"><templateId root="{T}.4.502"/>'
        '<effectiveTime value="20240312"/></act></entryRelationship>'
    )
    document = a_document(
        a_section("11450-4", a_problem(a_code("254837009", "Malignant neoplasm of breast"), inside=act))
    )

    (record,) = records_in(document)

    assert record.date == "2024-03-12"


def test_a_cancer_without_a_date_has_none_rather_than_the_documents() -> None:
    document = a_document(a_section("11450-4", a_problem(a_code("254837009", "Breast cancer"), time="")))

    (record,) = records_in(document)

    assert record.date is None


def test_another_illness_keeps_onset_end_and_status() -> None:
    document = a_document(
        a_section(
            "11450-4",
            a_problem(a_code("195967001", "Asthma"), ids="p1"),
            a_problem(
                a_code("233604007", "Pneumonia"),
                ids="p2",
                time='<low value="1998"/><high value="199803"/>',
                status="completed",
            ),
        )
    )

    asthma, pneumonia = records_in(document)

    assert isinstance(asthma, Comorbidity)
    assert isinstance(pneumonia, Comorbidity)
    assert (asthma.condition, asthma.since, asthma.is_current, asthma.date) == (
        "Asthma", "2024-03", True, "2024-04-01",
    )  # fmt: skip
    assert (pneumonia.since, pneumonia.ended, pneumonia.is_current) == ("1998", "1998-03", False)


def test_no_known_problems_is_said() -> None:
    document = a_document(
        a_section(
            "11450-4", a_problem(a_code("55607006", "Problem"), attributes='negationInd="true"', time="")
        )
    )

    (record,) = records_in(document)

    assert isinstance(record, Comorbidity)
    assert record.stated is Absence.NONE
    assert faults_of(record) == []


def test_a_single_illness_denied_is_no_illness() -> None:
    document = a_document(
        a_section(
            "11450-4", a_problem(a_code("73211009", "Diabetes mellitus"), attributes='negationInd="true"')
        )
    )

    assert records_in(document) == []
    assert [item.outcome for item in left_out(document)] == ["skipped"]


def test_a_nullified_problem_is_withdrawn_under_its_key() -> None:
    document = a_document(a_section("11450-4", a_problem(a_code("195967001", "Asthma"), state="nullified")))

    (item,) = withdrawn_in(document)

    assert (item.key, item.stated_at) == ("cda:1.2.3:1.2.8|p1", "2024-05-07T08:30:00.000Z")


def test_what_no_code_stands_for_is_named_by_its_words() -> None:
    value = '<value xsi:type="CD" nullFlavor="OTH"><originalText>Rare thing</originalText></value>'
    unknown = '<value xsi:type="CD" nullFlavor="UNK"/>'
    document = a_document(a_section("11450-4", a_problem(value), a_problem(unknown, ids="p2")))

    (record,) = records_in(document)

    assert isinstance(record, Comorbidity)
    assert record.condition == "Rare thing"
    assert len(left_out(document)) == 1


def test_an_end_before_the_start_is_not_believed() -> None:
    document = a_document(
        a_section(
            "11450-4",
            a_problem(a_code("195967001", "Asthma"), time='<low value="20130703"/><high value="20080814"/>'),
        )
    )

    (found,) = found_in(document)

    assert isinstance(found.record, Comorbidity)
    assert (found.record.since, found.record.ended, found.record.is_current) == ("2013-07-03", None, None)
    assert found.remarks == ("A date of the problem cannot be read; it stands in the payload only.",)


def test_the_stage_inside_a_cancer_is_a_record_of_its_own() -> None:
    def part(code: str, value: str) -> str:
        return (
            '<entryRelationship typeCode="REFR"><observation classCode="OBS" moodCode="EVN">'
            f'<code code="{code}" codeSystem="{LOINC}"/><statusCode code="completed"/><effectiveTime value="20240401"/>'
            f'<value xsi:type="ST">{value}</value></observation></entryRelationship>'
        )

    inside = (
        part("21899-0", "pT3") + part("21900-6", "pN1") + part("21902-2", "Stage IIIB (AJCC 8th edition)")
    )
    document = a_document(a_section("11450-4", a_problem(a_code("363406005", "Colon cancer"), inside=inside)))

    diagnosis, stage = records_in(document)

    assert isinstance(diagnosis, Diagnosis)
    assert isinstance(stage, Stage)
    assert (stage.t, stage.n, stage.m, stage.group, stage.timing, stage.date) == (
        "pT3", "pN1", None, "IIIB", "pathologic", "2024-04-01",
    )  # fmt: skip
    assert faults_of(stage) == []


def test_a_plain_cda_without_templates_is_read_by_its_section() -> None:
    observation = (
        '<observation classCode="OBS" moodCode="EVN"><code code="ASSERTION" codeSystem="2.16.840.1.113883.5.4"/>'
        '<effectiveTime value="2019"/>' + a_code("195967001", "Asthma") + "</observation>"
    )

    (record,) = records_in(a_document(a_section("11450-4", observation)))

    assert isinstance(record, Comorbidity)
    assert (record.condition, record.since) == ("Asthma", "2019")
