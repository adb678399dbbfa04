"""What senders do now and then: other data types, facts in unexpected places, things taken back."""

from decimal import Decimal

import pytest

from app.imports.checking import faults_of
from app.records.domain.base import Absence
from app.records.domain.course import Admission, Medication, PerformanceStatus, Treatment
from app.records.domain.disease import Diagnosis, Stage
from app.records.domain.findings import ImagingStudy, LabResult
from app.records.domain.kinds import AnyRecord
from app.records.domain.statements import Allergy, Comorbidity, Opinion
from tests.unit.imports.cda.documents import (
    AUTHOR,
    LOINC,
    RXNORM,
    SNOMED,
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
    an_id,
    documents_in,
    found_in,
    in_base64,
    left_out,
    records_in,
    withdrawn_in,
)

HB = '<value xsi:type="PQ" value="13" unit="g/dL"/>'


def the_one(document: bytes) -> AnyRecord:
    (record,) = records_in(document)
    assert faults_of(record) == []
    return record


def a_lab(value: str, inside: str = "", **changes: str) -> LabResult:
    record = the_one(a_document(a_section("30954-2", a_result("2028-9", value, inside=inside, **changes))))
    assert isinstance(record, LabResult)
    return record


# --- narrative ------------------------------------------------------------------------------------------------------


def test_tables_and_lists_read_line_by_line_with_their_cells_apart() -> None:
    text = (
        "<table><thead><tr><th>Test</th><th>Result</th></tr></thead>"
        "<tbody><tr><td>CEA</td><td>5\n ng/mL</td></tr></tbody></table>"
        "<list><item>One<br/>more</item><item><content>Two</content> of them</item></list>"
    )

    record = the_one(a_document(a_section("51848-0", text=text)))

    assert isinstance(record, Opinion)
    assert record.statement == "Test | Result\nCEA | 5 ng/mL\nOne\nmore\nTwo of them"


# --- values ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ('<value xsi:type="ST">clear</value><value xsi:type="ST">yellow</value>', "clear; yellow"),
        ('<value xsi:type="TS" value="20240507"/>', "2024-05-07"),
        ('<value xsi:type="BL" value="true"/>', "true"),
        ('<value xsi:type="PQ" value="about 5" unit="mm"/>', "about 5 mm"),
        (
            '<value xsi:type="RTO_PQ_PQ"><numerator value="3" unit="mg"/><denominator value="24" unit="h"/></value>',
            "3 mg / 24 h",
        ),
    ],
)
def test_a_result_that_is_no_number_is_kept_in_words(value: str, words: str) -> None:
    assert a_lab(value).value_text == words


@pytest.mark.parametrize(
    ("value", "number", "unit"),
    [
        (
            '<value xsi:type="PQ" nullFlavor="OTH"><translation value="4" displayName="drops"/></value>',
            "4",
            "drops",
        ),
        ('<value xsi:type="IVL_PQ"><low value="5" unit="mm"/><high value="5" unit="mm"/></value>', "5", "mm"),
        ('<value xsi:type="IVL_PQ"><center value="7" unit="mm"/></value>', "7", "mm"),
        ('<value xsi:type="ST"></value><value xsi:type="PQ" value="8" unit="mm"/>', "8", "mm"),
    ],
)
def test_a_number_is_found_where_it_stands(value: str, number: str, unit: str) -> None:
    record = a_lab(value)

    assert (record.value, record.unit) == (Decimal(number), unit)


@pytest.mark.parametrize(
    "value",
    [
        "",
        '<value xsi:type="PQ"/>',
        '<value xsi:type="IVL_PQ"/>',
        '<value xsi:type="RTO"><numerator value="1"/></value>',
        '<value xsi:type="CD"/>',
        f'<value xsi:type="ST">{"x" * 300}</value>',
    ],
)
def test_a_result_without_a_usable_value_is_named(value: str) -> None:
    document = a_document(a_section("30954-2", a_result("2028-9", value)))

    assert records_in(document) == []
    assert len(left_out(document)) == 1


def test_a_coded_value_said_to_be_unknown_is_unknown() -> None:
    assert a_lab('<value xsi:type="CD" nullFlavor="UNK"/>').stated is Absence.UNKNOWN


RANGE = "<referenceRange><observationRange>{0}</observationRange></referenceRange>"


@pytest.mark.parametrize(
    ("ranges", "low", "high", "text"),
    [
        (RANGE.format("<text>10-20</text>"), "10", "20", None),
        (RANGE.format("<text>see remark</text>"), None, None, "see remark"),
        (RANGE.format('<value xsi:type="ST">&lt;5</value>'), None, "5", None),
        (
            RANGE.format("<text>men: 10-20</text>")
            + RANGE.format('<value xsi:type="IVL_PQ"><high value="9"/></value>'),
            None, None, "men: 10-20; <=9",
        ),
        (RANGE.format('<value xsi:type="IVL_PQ"><low value="9"/><high value="1"/></value>'), None, None, None),
    ],
)  # fmt: skip
def test_a_range_is_numbers_where_it_can_be_and_words_otherwise(
    ranges: str, low: str | None, high: str | None, text: str | None
) -> None:
    record = a_lab('<value xsi:type="PQ" value="13"/>', ranges)

    assert (record.reference_low, record.reference_high, record.reference_text) == (
        None if low is None else Decimal(low),
        None if high is None else Decimal(high),
        text,
    )


def test_a_result_that_is_not_final_says_so_and_a_bad_date_too() -> None:
    document = a_document(a_section("30954-2", a_result("718-7", HB, state="active", time="20249999")))

    (found,) = found_in(document)

    assert found.record.date is None
    assert found.remarks == (
        "The date cannot be read; it stands in the payload only.",
        "The sender says that the result is not final yet.",
    )


def test_a_result_without_a_name_is_refused_and_a_group_without_results_named() -> None:
    nameless = (
        a_result("718-7", HB).replace('displayName="Test"', "").replace('code="718-7"', 'nullFlavor="UNK"')
    )
    document = a_document(a_section("30954-2", nameless, a_battery()))

    assert [item.outcome for item in left_out(document)] == ["rejected", "skipped"]


def test_groups_in_groups_and_files_among_results_are_read() -> None:
    picture = (
        f'<observationMedia classCode="OBS" moodCode="EVN">{an_id("x1")}'
        f'<value mediaType="image/png" representation="B64">{in_base64(b"PNG")}</value></observationMedia>'
    )
    file = (
        f'<value xsi:type="ED" mediaType="application/pdf" representation="B64">{in_base64(b"%PDF")}</value>'
    )
    outer = a_battery(
        a_battery(a_result("718-7", HB, display="Hb")), picture, a_result("11526-1", file, ids="x2")
    )
    document = a_document(a_section("30954-2", outer))

    assert [record.kind for record in records_in(document)] == ["lab_result"]
    assert [paper.content for paper in documents_in(document)] == [b"PNG", b"%PDF"]


# --- stages ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("section", ["30954-2", "47420-5", "51848-0"])
def test_a_stage_is_read_wherever_it_stands(section: str) -> None:
    alone = a_result("21908-9", '<value xsi:type="ST">Stage IIA</value>', display="Stage group clinical")

    record = the_one(a_document(a_section(section, alone)))

    assert isinstance(record, Stage)
    assert (record.group, record.timing, record.date) == ("IIA", "clinical", "2024-05-06")


def test_the_parts_of_a_stage_in_one_group_are_one_stage() -> None:
    parts = (
        a_result("21905-5", a_code("1222604002", "cT2 (American Joint Committee on Cancer)"), ids="t"),
        a_result("21906-3", '<value xsi:type="ST">cN0</value>', ids="n"),
        a_result("21907-1", '<value xsi:type="CD" nullFlavor="NI"/>', ids="m"),
    )

    record = the_one(a_document(a_section("30954-2", a_battery(*parts))))

    assert isinstance(record, Stage)
    assert (record.t, record.n, record.m, record.system) == ("cT2", "cN0", None, "AJCC")


def test_a_stage_too_long_to_keep_is_refused() -> None:
    value = f'<value xsi:type="ST">{"x" * 300}</value>'
    document = a_document(a_section("30954-2", a_result("21908-9", value)))

    assert [item.outcome for item in left_out(document)] == ["rejected"]


def test_a_score_in_a_group_of_findings_on_function_is_read() -> None:
    group = a_battery(a_result("89243-0", '<value xsi:type="INT" value="70"/>', display="Karnofsky")).replace(
        f"{T}.4.1", f"{T}.4.66"
    )

    record = the_one(a_document(a_section("47420-5", group)))

    assert isinstance(record, PerformanceStatus)
    assert record.score == 70


# --- illnesses and allergies ------------------------------------------------------------------------------------------


def status_of(code: str, display: str) -> str:
    return (
        f'<entryRelationship typeCode="REFR"><observation classCode="OBS" moodCode="EVN"><templateId root="{T}.4.6"/>'
        f'<code code="33999-4" codeSystem="{LOINC}"/>{a_code(code, display)}</observation></entryRelationship>'
    )


@pytest.mark.parametrize(
    ("status", "is_current"), [(("55561003", "Active"), True), (("413322009", "Resolved"), False)]
)
def test_the_status_of_older_documents_says_whether_an_illness_is_present(
    status: tuple[str, str], *, is_current: bool
) -> None:
    problem = a_problem(a_code("195967001", "Asthma"), inside=status_of(*status), status="completed")

    record = the_one(a_document(a_section("11450-4", problem)))

    assert isinstance(record, Comorbidity)
    assert record.is_current is is_current


def test_an_illness_closed_with_an_unknown_end_is_not_present() -> None:
    time = '<low value="2001"/><high nullFlavor="UNK"/>'
    problem = a_problem(a_code("195967001", "Asthma"), time=time, status="completed")

    record = the_one(a_document(a_section("11450-4", problem)))

    assert isinstance(record, Comorbidity)
    assert (record.ended, record.is_current) == (None, False)


def test_the_site_may_stand_in_the_qualifier_of_the_problem() -> None:
    value = (
        f'<value xsi:type="CD" code="363346000" codeSystem="{SNOMED}" displayName="Malignant neoplasm"><qualifier>'
        f'<name code="363698007" codeSystem="{SNOMED}"/>'
        f'<value code="39607008" codeSystem="{SNOMED}" displayName="Lung"/>'
        f'</qualifier><qualifier><name code="272741003" codeSystem="{SNOMED}"/><value code="24028007" '
        f'codeSystem="{SNOMED}" displayName="Right"/></qualifier><qualifier/></value>'
    )

    record = the_one(a_document(a_section("11450-4", a_problem(value))))

    assert isinstance(record, Diagnosis)
    assert (record.site, record.laterality) == ("Lung", "right")


def test_a_concern_without_its_problem_or_allergy_is_named() -> None:
    problem = f'<act classCode="ACT" moodCode="EVN"><templateId root="{T}.4.3"/></act>'
    document = a_document(a_section("11450-4", problem), a_section("48765-2", problem.replace("4.3", "4.30")))

    assert len(left_out(document)) == 2


def test_a_problem_of_nothing_but_a_long_name_is_refused() -> None:
    value = f'<value xsi:type="CD" nullFlavor="OTH"><originalText>{"x" * 300}</originalText></value>'
    document = a_document(a_section("11450-4", a_problem(value)))

    assert [item.outcome for item in left_out(document)] == ["rejected"]


def test_a_single_allergy_observation_is_read_and_an_inactive_one_says_so() -> None:
    whole = an_allergy(
        a_code("70618", "Penicillin", RXNORM, "code"), inside=status_of("73425007", "Inactive")
    )
    start, end = whole.index("<observation"), whole.rindex("</observation>") + len("</observation>")

    (found,) = found_in(a_document(a_section("48765-2", whole[start:end])))

    assert isinstance(found.record, Allergy)
    assert found.record.substance == "Penicillin"
    assert found.remarks == ("The sender says that the allergy is not active any more.",)


def test_an_allergy_to_nothing_named_is_one_of_its_kind() -> None:
    record = the_one(a_document(a_section("48765-2", an_allergy("<name>Cats</name>", ids="a1"))))
    assert isinstance(record, Allergy)
    assert record.substance == "Cats"

    record = the_one(a_document(a_section("48765-2", an_allergy(""))))
    assert isinstance(record, Allergy)
    assert record.substance == "Drug allergy"


# --- medicines, procedures, stays -----------------------------------------------------------------------------------


def test_a_discharge_medicine_inside_its_act_is_read_and_an_empty_act_named() -> None:
    inner = a_medicine("<name>Aspirin</name>")
    empty = f'<act classCode="ACT" moodCode="EVN"><templateId root="{T}.4.35"/></act>'
    act = empty.replace("</act>", f"<entryRelationship>{inner}</entryRelationship></act>")
    document = a_document(a_section("10183-2", act, empty))

    record = the_one(document)

    assert isinstance(record, Medication)
    assert record.name == "Aspirin"
    assert len(left_out(document)) == 1


@pytest.mark.parametrize(
    ("inside", "dose", "frequency"),
    [
        ('<doseQuantity><low value="1" unit="mg"/><high value="2" unit="mg"/></doseQuantity>', "1 mg-2 mg", None),
        ('<doseQuantity value="1"/><rateQuantity value="90" unit="ml/min"/>', "1, at 90 ml/min", None),
        ("<doseQuantity/>", None, None),
        (
            '<effectiveTime xsi:type="PIVL_TS"><period value="6" unit="h"/></effectiveTime><precondition/>',
            None, "every 6 hours, as needed",
        ),
        ('<effectiveTime xsi:type="PIVL_TS"><period/></effectiveTime>', None, None),
    ],
)  # fmt: skip
def test_doses_and_times_are_written_as_they_were_sent(
    inside: str, dose: str | None, frequency: str | None
) -> None:
    record = the_one(a_document(a_section("10160-0", a_medicine("<name>Aspirin</name>", times=inside))))

    assert isinstance(record, Medication)
    assert (record.dose, record.frequency) == (dose, frequency)


def test_a_medicine_without_a_name_or_with_one_too_long_is_refused() -> None:
    document = a_document(
        a_section("10160-0", a_medicine("<code/>"), a_medicine(f"<name>{'x' * 300}</name>", ids="m2"))
    )

    assert [item.outcome for item in left_out(document)] == ["rejected", "rejected"]


def test_a_cancer_medicine_that_goes_on_or_was_stopped_says_so() -> None:
    letrozole = a_code("72965", "letrozole", element="code")
    going = the_one(a_document(a_section("10160-0", a_medicine(letrozole))))
    held = the_one(a_document(a_section("10160-0", a_medicine(letrozole, state="held"))))

    assert isinstance(going, Treatment)
    assert isinstance(held, Treatment)
    assert (going.ongoing, held.ongoing) == (True, False)


def test_no_procedures_at_all_is_said_and_one_without_a_name_refused() -> None:
    generic = a_procedure(a_code("71388002", "Procedure", element="code"), attributes='negationInd="true"')
    record = the_one(a_document(a_section("47519-4", generic)))
    assert isinstance(record, Treatment)
    assert (record.stated, record.codes) == (Absence.NONE, ())

    document = a_document(a_section("47519-4", a_procedure('<code nullFlavor="UNK"/>')))
    assert [item.outcome for item in left_out(document)] == ["rejected"]


def test_a_failed_attempt_and_the_side_of_an_operation_are_kept() -> None:
    inside = (
        f'<targetSiteCode code="72696002" codeSystem="{SNOMED}" displayName="Knee"><qualifier><name code="272741003" '
        f'codeSystem="{SNOMED}"/><value code="7771000" codeSystem="{SNOMED}" displayName="Left"/></qualifier>'
        '</targetSiteCode><entryRelationship><act classCode="ACT" moodCode="EVN"><code code="103709008" '
        f'codeSystem="{SNOMED}" displayName="Failed attempted procedure"/><text>Too stiff</text></act>'
        "</entryRelationship>"
    )
    operation = a_procedure(a_code("76915002", "Knee replacement", element="code"), inside=inside)

    record = the_one(a_document(a_section("47519-4", operation)))

    assert isinstance(record, Treatment)
    assert (record.laterality, record.note) == ("left", "Failed attempted procedure: Too stiff")


def test_a_planned_procedure_among_those_done_is_left_out() -> None:
    planned = a_procedure(a_code("76915002", "Knee replacement", element="code")).replace('"EVN"', '"RQO"')
    document = a_document(a_section("47519-4", planned))

    assert [item.outcome for item in left_out(document)] == ["skipped"]


def test_a_device_is_left_out_and_the_operation_that_put_it_in_is_kept() -> None:
    put_in = a_procedure(a_code("25267002", "Insertion of pacemaker", element="code"))
    device = '<supply classCode="SPLY" moodCode="EVN"/>'
    document = a_document(a_section("46264-8", put_in, device))

    assert isinstance(the_one(document), Treatment)
    assert len(left_out(document)) == 1


def test_a_stay_is_known_by_its_words_and_diagnoses_of_a_visit_are_kept() -> None:
    def encounter(display: str, inside: str = "", mood: str = "EVN") -> str:
        return (
            f'<encounter classCode="ENC" moodCode="{mood}"><templateId root="{T}.4.49"/>{an_id("e" + display[0])}'
            f'<code nullFlavor="OTH"><originalText>{display}</originalText></code><effectiveTime value="20240601"/>'
            f"{inside}</encounter>"
        )

    diagnosis = (
        f'<entryRelationship typeCode="COMP"><act classCode="ACT" moodCode="EVN"><templateId root="{T}.4.80"/>'
        '<entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN">'
        f'<templateId root="{T}.4.4"/>{an_id("d1")}{a_code("195967001", "Asthma")}</observation></entryRelationship>'
        "</act></entryRelationship>"
    )
    document = a_document(
        a_section(
            "46240-8",
            encounter("Intensive care admission"),
            encounter("Outpatient hospital visit", diagnosis),
            encounter("Planned admission", mood="INT"),
        )
    )

    stay, illness = records_in(document)

    assert isinstance(stay, Admission)
    assert (stay.icu, stay.started) == (True, "2024-06-01")
    assert isinstance(illness, Comorbidity)
    assert len(left_out(document)) == 2


def test_a_stay_without_anything_is_refused() -> None:
    code = '<code code="IMP" codeSystem="2.16.840.1.113883.5.4"/>'
    encounter = f'<encounter classCode="ENC" moodCode="EVN">{code}</encounter>'
    document = a_document(a_section("46240-8", encounter))

    assert [item.outcome for item in left_out(document)] == ["rejected"]


# --- who wrote it -----------------------------------------------------------------------------------------------------


def test_an_author_given_by_id_alone_is_named_from_the_header() -> None:
    by_id = (
        '<author><time value="20240501"/><assignedAuthor><id root="1.2.3.5" extension="D1"/><representedOrganization>'
        "<name>Ward 3</name></representedOrganization></assignedAuthor></author>"
    )

    record = a_lab(HB, by_id)

    assert (record.author, record.asserted_by) == ("Olga Onco", "oncologist")


def test_a_device_writes_only_where_nobody_else_does() -> None:
    device = (
        "<author><assignedAuthor><id nullFlavor='NI'/><assignedAuthoringDevice><manufacturerModelName>Machine"
        "</manufacturerModelName></assignedAuthoringDevice></assignedAuthor></author>"
    )
    section = a_section("51848-0", text="Stable.")
    alone, beside = (the_one(a_document(section, author=author)) for author in (device, device + AUTHOR))

    assert (alone.author, alone.asserted_by) == ("Machine", None)
    assert (beside.author, beside.asserted_by) == ("Olga Onco", "oncologist")


def test_a_section_may_have_an_author_of_its_own_and_so_an_opinion_of_its_own() -> None:
    other = (
        AUTHOR.replace("Olga", "Rita").replace("Onco", "Radio").replace('extension="D1"', 'extension="D9"')
    )
    document = a_document(
        a_section("51848-0", text="Stable."), a_section("10164-2", text="Seen before.", inside=other)
    )

    assert [(record.author, record.kind) for record in records_in(document)] == [
        ("Olga Onco", "opinion"),
        ("Rita Radio", "opinion"),
    ]


# --- taken back, planned, in words ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("section", "entry", "keys"),
    [
        ("48765-2", an_allergy("").replace('code="active"', 'code="nullified"', 1), ["a1"]),
        ("11450-4", a_problem(a_code("195967001", "Asthma"), status="nullified"), ["p1"]),
        ("47519-4", a_procedure("<code/>", state="nullified"), ["o1"]),
        ("8716-3", a_battery(a_result("8302-2", HB), state="nullified"), ["r1"]),
        ("30954-2", a_battery(a_battery(a_result("718-7", HB), state="nullified")), ["r1"]),
        ("30954-2", a_battery(a_result("718-7", HB, state="nullified")), ["r1"]),
        ("8716-3", a_battery(a_result("8302-2", HB, state="nullified")).replace("4.1", "4.26"), ["r1"]),
        ("61146-7", a_result("1-8", HB, state="nullified"), ["r1"]),
        ("10160-0", a_medicine("<code/>", state="nullified"), ["m1"]),
    ],
)
def test_what_is_nullified_is_taken_back_under_the_key_that_it_had(
    section: str, entry: str, keys: list[str]
) -> None:
    document = a_document(a_section(section, entry))

    assert [item.key for item in withdrawn_in(document)] == [f"cda:1.2.3:1.2.8|{key}" for key in keys]
    assert records_in(document) == []


def test_what_is_nullified_without_an_id_cannot_be_told() -> None:
    entry = a_procedure("<code/>", state="nullified").replace(an_id("o1"), "")
    document = a_document(a_section("47519-4", entry))

    assert [item.outcome for item in left_out(document)] == ["rejected"]


def test_a_plan_given_up_or_without_a_name_is_left_out() -> None:
    planned = f'<observation classCode="OBS" moodCode="RQO"><templateId root="{T}.4.44"/>{{0}}</observation>'
    document = a_document(
        a_section(
            "18776-5",
            planned.format(
                f'<code code="1-8" codeSystem="{LOINC}" displayName="CT"/><statusCode code="cancelled"/>'
            ),
            planned.format("<code/>"),
            planned.format(f'<code code="1-8" codeSystem="{LOINC}" displayName="{"x" * 300}"/>'),
        )
    )

    assert records_in(document) == []
    assert len(left_out(document)) == 3


def test_wishes_too_long_for_a_record_are_named() -> None:
    document = a_document(a_section("61146-7", text="word " * 5_000))

    assert [item.outcome for item in left_out(document)] == ["rejected"]


def test_the_entries_of_a_report_belong_to_it() -> None:
    document = a_document(
        a_section("59774-0", a_medicine("<name>Propofol</name>"), a_procedure("<code/>"), text="Propofol"),
        a_section("55109-3", a_problem(a_code("195967001", "Asthma")), text="Wheezing"),
        a_section("59776-5", a_result("1-8", HB), text="Polyp"),
        code="28570-0",
        title="Procedure Note",
    )

    record = the_one(document)

    assert isinstance(record, Treatment)
    assert (record.procedure, record.complications) == ("Procedure Note", ("Wheezing",))
    assert len(left_out(document)) == 4


def test_the_operation_is_named_by_its_section_where_the_header_is_silent() -> None:
    document = a_document(a_section("10223-6", text="Sigmoid resection"), code="11504-8", title="OP report")

    record = the_one(document)

    assert isinstance(record, Treatment)
    assert (record.procedure, record.category) == ("Sigmoid resection", "surgery")


def test_a_report_too_long_for_a_note_says_so() -> None:
    document = a_document(a_section("29554-3", text="word " * 5_000), code="11504-8", title="Operative Note")

    (found,) = found_in(document)

    assert found.record.note is None
    assert found.remarks == ("The report is too long for a note; it stands in the payload only.",)


def test_the_catalogue_of_a_study_counts_series_and_images_and_says_how_it_was_made() -> None:
    image = '<entryRelationship><observation classCode="DGIMG" moodCode="EVN"/></entryRelationship>'
    series = (
        '<entryRelationship><act classCode="ACT" moodCode="EVN"><code code="113015" codeSystem="1.2.840.10008.2.16.4">'
        '<qualifier><name code="1"/></qualifier><qualifier><name code="121139"/><value code="MR" '
        f'codeSystem="1.2.840.10008.2.16.4"/></qualifier></code>{image * 3}</act></entryRelationship>'
    )
    study = (
        '<act classCode="ACT" moodCode="EVN"><id root="1.2.840.1"/><code code="113014" '
        f'codeSystem="1.2.840.10008.2.16.4"/>{series * 2}</act>'
    )
    section = a_section("121181", study).replace(LOINC, "1.2.840.10008.2.16.4", 1)
    document = a_document(
        section, a_section("121180", text="2024-01-05"), a_section("18776-5", text="Repeat."), code="18748-4",
        title="Brain scan",
    )  # fmt: skip

    study_record, opinion = records_in(document)

    assert isinstance(study_record, ImagingStudy)
    assert (study_record.modality, study_record.regions, study_record.study_uid) == (
        "MR",
        ("brain",),
        "1.2.840.1",
    )
    assert (study_record.series_count, study_record.instance_count, study_record.compared_with) == (
        2,
        6,
        "2024-01-05",
    )
    assert isinstance(opinion, Opinion)


@pytest.mark.parametrize(
    ("section", "words", "kind"),
    [
        ("11450-4", "No known problems", "comorbidity"),
        ("10160-0", "No medications", "medication"),
        ("48765-2", "NKA", "allergy"),
    ],
)
def test_words_that_say_there_is_none_say_it_for_each_kind(section: str, words: str, kind: str) -> None:
    record = the_one(a_document(a_section(section, text=words)))

    assert (record.kind, record.stated) == (kind, Absence.NONE)


def test_entries_that_are_broken_leave_their_words_to_be_read() -> None:
    document = a_document(a_section("10160-0", a_medicine("<code/>"), text="Aspirin daily"))

    record = the_one(document)

    assert isinstance(record, Opinion)
    assert record.statement == "Aspirin daily"


def test_entries_of_no_known_section_are_read_by_what_they_are() -> None:
    bare = a_procedure(a_code("76915002", "Knee replacement", element="code")).replace(f"{T}.4.14", "1.9")
    medicine = a_medicine("<name>Aspirin</name>").replace(f"{T}.4.16", "1.9")
    battery = a_battery(a_result("718-7", HB, display="Hb")).replace(f"{T}.4.1", "1.9")
    stay = (
        '<encounter classCode="ENC" moodCode="EVN"><code code="IMP" codeSystem="2.16.840.1.113883.5.4"/>'
        '<effectiveTime value="2024"/></encounter>'
    )
    document = a_document(a_section("1-8", bare, medicine, battery, stay))

    assert sorted(record.kind for record in records_in(document)) == [
        "admission", "lab_result", "medication", "treatment",
    ]  # fmt: skip


def test_a_note_without_words_is_named_and_one_with_only_a_file_is_the_file() -> None:
    def note(text: str, ids: str, state: str = "completed") -> str:
        return (
            f'<act classCode="ACT" moodCode="EVN"><templateId root="{T}.4.202"/>{an_id(ids)}'
            f'<code code="34109-9" codeSystem="{LOINC}"/>{text}<statusCode code="{state}"/></act>'
        )

    file = f'<text mediaType="text/rtf" representation="B64">{in_base64(b"rtf")}</text>'
    document = a_document(
        a_section("34109-9", note("", "n1"), note(file, "n2"), note("<text/>", "n3", "nullified")),
    )

    assert records_in(document) == []
    assert [paper.content for paper in documents_in(document)] == [b"rtf"]
    assert len(left_out(document)) == 1
    assert [item.key for item in withdrawn_in(document)] == ["cda:1.2.3:1.2.8|n3"]


def test_a_document_without_a_body_or_a_patient_says_so() -> None:
    whole = a_document(patient="").decode()
    start, end = whole.index("<component>"), whole.rindex("</component>") + len("</component>")
    document = (whole[:start] + whole[end:]).encode()

    assert [item.detail for item in left_out(document)] == ["The document has no body."]


def test_an_imaging_report_that_only_has_words_is_its_words() -> None:
    document = a_document(
        a_section("121070", text="Nothing new.", title="Findings"), code="18748-4", title="Report"
    )

    record = the_one(document)

    assert isinstance(record, ImagingStudy)
    assert (record.impression, record.note) == ("Findings\nNothing new.", None)


def test_an_imaging_report_too_long_to_keep_and_an_operation_without_a_name_are_refused() -> None:
    imaging = a_document(a_section("121070", text="word " * 5_000), code="18748-4", title="Report")
    operation = a_document(a_section("29554-3", text="Done."), code="11504-8", title="x" * 300)

    assert [item.outcome for item in left_out(imaging)] == ["rejected"]
    assert [item.outcome for item in left_out(operation)] == ["rejected"]
