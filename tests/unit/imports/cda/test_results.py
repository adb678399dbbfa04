"""Results as laboratories send them: numbers with signs and ranges, words, codes, reports."""

from decimal import Decimal

import pytest

from app.imports.checking import faults_of
from app.records.domain.base import Absence
from app.records.domain.disease import Biomarker, PathologyReport
from app.records.domain.findings import ImagingStudy, LabResult, MarkerResult
from tests.unit.imports.cda.documents import (
    LOINC,
    T,
    a_battery,
    a_code,
    a_document,
    a_result,
    a_section,
    found_in,
    left_out,
    records_in,
    withdrawn_in,
)

RANGE = (
    '<referenceRange><observationRange><value xsi:type="IVL_PQ"><low value="0" unit="ng/mL"/>'
    '<high value="5" unit="ng/mL"/></value></observationRange></referenceRange>'
)


def ivl(ends: str) -> str:
    return f'<value xsi:type="IVL_PQ">{ends}</value>'


def in_results(*entries: str) -> bytes:
    return a_document(a_section("30954-2", *entries))


def test_a_marker_keeps_value_unit_range_flag_laboratory_and_specimen() -> None:
    performer = (
        "<performer><assignedEntity><representedOrganization><name>Good Laboratory</name></representedOrganization>"
        "</assignedEntity></performer>"
    )
    specimen = (
        "<specimen><specimenRole><specimenPlayingEntity>"
        + a_code("119364003", "Serum specimen", element="code")
        + "</specimenPlayingEntity></specimenRole></specimen>"
    )
    value = '<value xsi:type="PQ" value="18.40" unit="ng/mL"/><interpretationCode code="H"/>'
    document = in_results(
        a_battery(a_result("2039-6", value, display="CEA", inside=RANGE), inside=performer + specimen)
    )

    (found,) = found_in(document)
    record = found.record

    assert isinstance(record, MarkerResult)
    assert (record.marker, record.value, record.unit) == ("CEA", Decimal("18.40"), "ng/mL")
    assert (record.reference_low, record.reference_high, record.flag) == (
        Decimal(0),
        Decimal(5),
        "high",
    )
    assert (record.laboratory, record.specimen, record.date) == (
        "Good Laboratory",
        "Serum specimen",
        "2024-05-06",
    )
    assert found.key == "cda:1.2.3:1.2.8|r1"
    assert faults_of(record) == []


@pytest.mark.parametrize(
    ("value", "comparator", "number", "unit", "words"),
    [
        (ivl('<high value="0.5" unit="ng/mL" inclusive="false"/>'), "<", "0.5", "ng/mL", None),
        (ivl('<high value="0.5" unit="ng/mL"/>'), "<=", "0.5", "ng/mL", None),
        (ivl('<low value="1000" unit="U/mL"/>'), ">=", "1000", "U/mL", None),
        (ivl('<low value="3" unit="mm"/><high value="5" unit="mm"/>'), None, None, None, "3-5 mm"),
        ('<value xsi:type="ST">&lt;0.5</value>', "<", "0.5", None, None),
        ('<value xsi:type="ST">&lt; 0.5 ng/mL</value>', "<", "0.5", "ng/mL", None),
        ('<value xsi:type="ST">12,5</value>', None, None, None, "12,5"),
        ('<value xsi:type="INT" value="3"/>', None, "3", None, None),
        ('<value xsi:type="REAL" value="3.25"/>', None, "3.25", None, None),
        (
            '<value xsi:type="RTO"><numerator value="1"/><denominator value="128"/></value>', None, None, None, "1:128",
        ),
        ('<value xsi:type="PQ" value="28" unit="1"/>', None, "28", None, None),
        ('<value xsi:type="ST">trace</value>', None, None, None, "trace"),
        (
            '<value xsi:type="CD" nullFlavor="OTH"><originalText>many cells</originalText></value>',
            None, None, None, "many cells",
        ),
    ],
)  # fmt: skip
def test_a_value_is_what_its_type_says(
    value: str, comparator: str | None, number: str | None, unit: str | None, words: str | None
) -> None:
    (record,) = records_in(in_results(a_result("2028-9", value)))

    assert isinstance(record, LabResult)
    assert (record.comparator, record.unit, record.value_text) == (comparator, unit, words)
    assert record.value == (None if number is None else Decimal(number))
    assert faults_of(record) == []


@pytest.mark.parametrize(
    ("code", "name"),
    [("718-7", "Haemoglobin"), ("10334-1", "CA-125"), ("99999-0", "99999-0")],
)
def test_a_result_sent_as_a_code_alone_is_kept_and_named_by_what_the_code_means_else_by_the_code(
    code: str, name: str
) -> None:
    result = a_result(code, '<value xsi:type="PQ" value="12.1" unit="g/dL"/>', display="")

    (item,) = found_in(in_results(result))

    record = item.record
    assert isinstance(record, LabResult | MarkerResult)
    called = record.test if isinstance(record, LabResult) else record.marker
    assert (called, record.value) == (name, Decimal("12.1"))
    assert any("a code alone" in remark for remark in item.remarks)
    assert faults_of(item.record) == []


def test_a_coded_result_is_its_words() -> None:
    document = in_results(
        a_result("16112-5", a_code("10828004", "Positive"), display="Estrogen receptor"),
        a_result("5778-6", a_code("371244009", "Yellow"), display="Color of urine", ids="r2"),
    )

    receptor, colour = records_in(document)

    assert isinstance(receptor, Biomarker)
    assert (receptor.result, receptor.interpretation) == ("Positive", "positive")
    assert isinstance(colour, LabResult)
    assert colour.value_text == "Yellow"


@pytest.mark.parametrize(
    ("null", "absent"),
    [
        ("UNK", Absence.UNKNOWN),
        ("ASKU", Absence.UNKNOWN),
        ("NAV", Absence.UNKNOWN),
        ("NASK", Absence.UNKNOWN),
    ],
)
def test_a_value_said_to_be_unknown_is_unknown(null: str, absent: Absence) -> None:
    (record,) = records_in(
        in_results(a_result("718-7", f'<value xsi:type="PQ" nullFlavor="{null}"/>', display="Hb"))
    )

    assert record.stated is absent
    assert faults_of(record) == []


@pytest.mark.parametrize("null", ["NI", "MSK", "NA"])
def test_a_value_of_which_nothing_is_said_is_left_out_with_its_reason(null: str) -> None:
    document = in_results(a_result("718-7", f'<value xsi:type="PQ" nullFlavor="{null}"/>', display="Hb"))

    assert records_in(document) == []
    assert [item.outcome for item in left_out(document)] == ["skipped"]


def test_a_result_not_done_is_said_and_one_awaited_is_not() -> None:
    document = in_results(
        a_result("718-7", '<value xsi:type="PQ" nullFlavor="NI"/>', display="Hb", state="cancelled"),
        a_result(
            "777-3", '<value xsi:type="PQ" nullFlavor="NI"/>', display="Platelets", ids="r2", state="active"
        ),
    )

    (record,) = records_in(document)

    assert record.stated is Absence.NOT_DONE
    assert [item.detail for item in left_out(document)] == ["The result is still awaited."]


def test_a_nullified_group_withdraws_each_of_its_results() -> None:
    document = in_results(
        a_battery(
            a_result("718-7", '<value xsi:type="PQ" value="13" unit="g/dL"/>'),
            a_result("777-3", '<value xsi:type="PQ" value="200"/>', ids="r2"),
            state="nullified",
        )
    )

    assert [item.key for item in withdrawn_in(document)] == ["cda:1.2.3:1.2.8|r1", "cda:1.2.3:1.2.8|r2"]


def test_of_several_ranges_the_normal_one_counts() -> None:
    ranges = (
        '<referenceRange><observationRange><text>Deficient: below 20</text><value xsi:type="IVL_PQ">'
        '<high value="20" unit="ng/mL"/></value></observationRange></referenceRange>'
        '<referenceRange><observationRange><value xsi:type="IVL_PQ"><low value="30" unit="ng/mL"/>'
        '<high value="100" unit="ng/mL"/></value><interpretationCode code="N"/></observationRange></referenceRange>'
    )
    value = '<value xsi:type="PQ" value="25" unit="ng/mL"/>'

    (record,) = records_in(in_results(a_result("1989-3", value, inside=ranges)))

    assert isinstance(record, LabResult)
    assert (record.reference_low, record.reference_high) == (Decimal(30), Decimal(100))


def test_a_range_in_another_unit_is_kept_in_words_only() -> None:
    ranges = (
        '<referenceRange><observationRange><value xsi:type="IVL_PQ"><low value="120" unit="g/L"/>'
        '<high value="160" unit="g/L"/></value></observationRange></referenceRange>'
    )
    value = '<value xsi:type="PQ" value="13" unit="g/dL"/>'

    (record,) = records_in(in_results(a_result("718-7", value, display="Hb", inside=ranges)))

    assert isinstance(record, LabResult)
    assert (record.reference_low, record.reference_high, record.reference_text) == (None, None, "120-160 g/L")


def test_a_pathology_result_in_words_is_a_report() -> None:
    words = '<value xsi:type="ED"><reference value="#path"/></value>'
    document = a_document(
        a_section(
            "30954-2",
            a_result("22637-3", words, display="Pathology report final diagnosis"),
            text='<paragraph ID="path">Invasive ductal carcinoma, grade 2.</paragraph>',
        )
    )

    (found,) = found_in(document)

    assert isinstance(found.record, PathologyReport)
    assert found.record.conclusion == found.quote == "Invasive ductal carcinoma, grade 2."
    assert faults_of(found.record) == []


def test_an_imaging_result_in_words_is_a_study() -> None:
    words = '<value xsi:type="ST">No pulmonary nodule.</value>'

    (record,) = records_in(in_results(a_result("24627-2", words, display="CT Chest")))

    assert isinstance(record, ImagingStudy)
    assert (record.modality, record.regions, record.impression) == ("CT", ("chest",), "No pulmonary nodule.")


def test_the_parts_of_a_genetic_finding_become_one_biomarker() -> None:
    document = in_results(
        a_battery(
            a_result(
                "48018-6", a_code("HGNC:6407", "KRAS", "2.16.840.1.113883.6.281"), display="Gene studied"
            ),
            a_result(
                "48005-3", '<value xsi:type="ST">p.Gly12Cys</value>', display="Amino acid change", ids="r2"
            ),
            a_result("81258-6", '<value xsi:type="PQ" value="0.23" unit="1"/>', display="VAF", ids="r3"),
            a_result("69548-6", '<value xsi:type="ST">Present</value>', display="Variant", ids="r4"),
        )
    )

    (record,) = records_in(document)

    assert isinstance(record, Biomarker)
    assert (record.gene, record.hgvs_p, record.vaf_percent, record.interpretation) == (
        "KRAS", "p.Gly12Cys", Decimal("23.00"), "positive",
    )  # fmt: skip
    assert faults_of(record) == []


@pytest.mark.parametrize(
    ("code", "value", "scale", "score"),
    [
        ("89247-1", a_code("LA9623-5", "Restricted in physically strenuous activity", LOINC), "ECOG", 1),
        ("89247-1", '<value xsi:type="INT" value="2"/>', "ECOG", 2),
        ("89243-0", '<value xsi:type="PQ" value="80" unit="{score}"/>', "Karnofsky", 80),
        ("89247-1", '<value xsi:type="ST">ECOG 1</value>', "ECOG", 1),
    ],
)
def test_performance_status_is_read_wherever_it_stands(code: str, value: str, scale: str, score: int) -> None:
    observation = a_result(code, value, display="Performance status").replace(f"{T}.4.2", f"{T}.4.69")
    for section in ("47420-5", "30954-2", "51848-0"):
        (record,) = records_in(a_document(a_section(section, observation)))

        assert record.kind == "performance_status"
        assert (record.scale, record.score, record.date) == (scale, score, "2024-05-06")
        assert faults_of(record) == []


def test_a_score_that_the_scale_does_not_have_is_refused() -> None:
    document = in_results(a_result("89247-1", '<value xsi:type="INT" value="7"/>', display="ECOG"))

    assert [item.outcome for item in left_out(document)] == ["rejected"]


def test_weight_and_fever_are_kept_of_the_vital_signs_and_the_rest_is_named() -> None:
    vitals = a_battery(
        a_result("29463-7", '<value xsi:type="PQ" value="61" unit="kg"/>', display="Body weight"),
        a_result(
            "8310-5",
            '<value xsi:type="PQ" value="101.3" unit="[degF]"/>',
            display="Body temperature",
            ids="r2",
        ),
        a_result("8480-6", '<value xsi:type="PQ" value="120" unit="mm[Hg]"/>', display="Systolic", ids="r3"),
    ).replace(f"{T}.4.1", f"{T}.4.26")
    document = a_document(a_section("8716-3", vitals))

    weight, fever = records_in(document)

    assert weight.kind == "lab_result"
    assert fever.kind == "symptom"
    assert fever.temperature_c == Decimal("38.5")
    assert len(left_out(document)) == 1


def test_a_negated_result_is_refused_rather_than_guessed_at() -> None:
    value = '<value xsi:type="PQ" value="13" unit="g/dL"/>'
    document = in_results(a_result("718-7", value, attributes='negationInd="true"'))

    assert [item.outcome for item in left_out(document)] == ["rejected"]


def test_a_negated_result_of_no_test_says_that_there_are_none_and_asks_for_nothing() -> None:
    nothing = f"""<observation classCode="OBS" moodCode="EVN" negationInd="true"><templateId root="{T}.4.2"/>
<id nullFlavor="NI"/><code nullFlavor="NI"/><statusCode code="completed"/><effectiveTime nullFlavor="NI"/>
<value xsi:type="ST" nullFlavor="NI"/></observation>"""

    (item,) = left_out(in_results(a_battery(nothing)))

    assert (item.outcome, item.detail) == ("skipped", "The sender says that there are no results.")
