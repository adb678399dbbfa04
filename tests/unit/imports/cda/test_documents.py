"""The document around the facts: its patient, version, keys, bodies of other formats, and parts sent alone."""

from dataclasses import replace

import pytest

from app.cases.domain import Identifier
from app.imports.domain.reading import FoundRecord, Options, UnreadablePayloadError
from app.imports.readers.cda import read
from tests.pdf_files import a_pdf
from tests.unit.imports.cda.documents import (
    PATIENT,
    a_code,
    a_document,
    a_medicine,
    a_problem,
    a_result,
    a_section,
    documents_in,
    found_in,
    in_base64,
    items_of,
    left_out,
    reading_of,
    records_in,
)

ASTHMA = a_code("195967001", "Asthma")


def test_the_patient_is_named_by_ids_name_birth_and_sex() -> None:
    (patient,) = reading_of(a_document()).patients

    assert patient.patient.identifiers == (Identifier(system="1.2.3.4", value="MRN-7"),)
    assert (patient.patient.name, patient.patient.birth_date, patient.patient.sex) == (
        "Ada Example", "1970-01-02", "female",
    )  # fmt: skip


def test_the_legal_name_of_today_counts_and_the_others_are_other_writings() -> None:
    names = (
        '<name use="L"><given>Ada</given><family>Former</family><validTime><high value="2010"/></validTime></name>'
        '<name use="P"><given qualifier="CL">Addie</given><family>Example</family></name>'
        '<name use="L"><given>Ada</given><family>Example</family></name>'
    )
    start, end = PATIENT.index("<name"), PATIENT.index("</name>") + len("</name>")

    (patient,) = reading_of(a_document(patient=PATIENT[:start] + names + PATIENT[end:])).patients

    assert patient.patient.name == "Ada Example"
    assert patient.names == ("Ada Former", "Addie Example")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ('value="true"', "dead"),
        ('value="1"', "dead"),
        ('value="false"', "alive"),
        ('nullFlavor="UNK"', "unknown"),
        ('nullFlavor="NI"', None),
        ('value="perhaps"', None),
    ],
)
def test_a_death_without_a_date_is_told_from_life_from_not_known_and_from_silence(
    said: str, expected: str | None
) -> None:
    patient = PATIENT.replace("<languageC", f"<sdtc:deceasedInd {said}/><languageC")

    (found,) = reading_of(a_document(patient=patient)).patients

    assert (found.patient.vital_status, found.patient.deceased) == (expected, None)


def test_a_dated_death_says_all() -> None:
    dated = PATIENT.replace(
        "<languageC", '<sdtc:deceasedInd value="true"/><sdtc:deceasedTime value="20240501"/><languageC'
    )

    (found,) = reading_of(a_document(patient=dated)).patients

    assert (found.patient.deceased, found.patient.vital_status) == ("2024-05-01", None)


def test_a_document_of_two_patients_is_refused() -> None:
    other = PATIENT.replace("MRN-7", "MRN-8").replace("Ada", "Bea")

    with pytest.raises(UnreadablePayloadError, match="more than one patient"):
        reading_of(a_document(patient=PATIENT + other))


@pytest.mark.parametrize(
    ("code", "title", "kind"),
    [
        ("34133-9", "Continuity of Care Document", "import_payload"),
        ("18842-5", "Discharge Summary", "discharge_summary"),
        ("11488-4", "Consultation", "consultation"),
        ("11506-3", "Progress Note", "progress_note"),
        ("11504-8", "Operative Note", "operative_note"),
        ("34117-2", "History and Physical", "history_physical"),
        ("18748-4", "CT Chest", "imaging_report"),
        ("11526-1", "Pathology", "pathology_report"),
        ("57133-1", "Referral", "referral"),
        ("99999-9", "Something else", "import_payload"),
    ],
)
def test_the_payload_is_what_its_type_says(code: str, title: str, kind: str) -> None:
    (payload,) = reading_of(a_document(code=code, title=title)).payloads

    assert (payload.body.kind, payload.body.title) == (kind, title)
    assert (payload.body.dated, payload.body.author, payload.body.facility, payload.body.language) == (
        "2024-05-07T10:30+02:00", "Olga Onco", "North Hospital", "en-US",
    )  # fmt: skip


def test_the_same_entry_in_two_documents_has_one_key_and_the_newer_moment() -> None:
    section = a_section("11450-4", a_problem(ASTHMA))
    (first,) = found_in(a_document(section, doc_id='<id root="1.2.9" extension="a"/>'))
    (second,) = found_in(a_document(section, doc_id='<id root="1.2.9" extension="b"/>', date="20240601"))

    assert first.key == second.key
    assert (first.stated_at or "") < (second.stated_at or "")


def test_an_entry_without_an_id_has_a_key_of_its_content() -> None:
    def without_id(value: str) -> FoundRecord:
        entry = a_problem(value).replace('<id root="1.2.8" extension="p1"/>', '<id nullFlavor="NI"/>')
        return found_in(a_document(a_section("11450-4", entry)))[0]

    asthma = without_id(ASTHMA)

    assert asthma.key == without_id(ASTHMA).key
    assert asthma.key != without_id(a_code("233604007", "Pneumonia")).key
    assert "Asthma" not in asthma.key


def test_what_lists_repeat_is_known_again_without_an_id() -> None:
    medicine = a_medicine(a_code("314076", "Lisinopril", element="code")).replace(
        '<id root="1.2.8" extension="m1"/>', ""
    )
    section = a_section("10160-0", medicine)
    (first,), (second,) = (found_in(a_document(section, date=date)) for date in ("20240507", "20240801"))

    assert first.record.date != second.record.date
    assert first.key == second.key


def test_facts_that_share_an_id_keep_keys_apart_whatever_their_order() -> None:
    hb = a_result("718-7", '<value xsi:type="PQ" value="13" unit="g/dL"/>', display="Hb")
    plt = a_result("777-3", '<value xsi:type="PQ" value="200"/>', display="Platelets")
    one = {
        item.record.codes[0].code: item.key for item in found_in(a_document(a_section("30954-2", hb, plt)))
    }
    other = {
        item.record.codes[0].code: item.key for item in found_in(a_document(a_section("30954-2", plt, hb)))
    }

    assert one == other
    assert len(set(one.values())) == 2


def test_the_same_fact_twice_is_kept_once_and_the_second_says_where_the_first_is() -> None:
    section = a_section("11450-4", a_problem(ASTHMA))
    document = a_document(section, section)

    assert len(records_in(document)) == 1
    assert "stands already at /ClinicalDocument" in left_out(document)[0].detail


def test_a_body_of_another_format_is_the_document() -> None:
    pdf = a_pdf()
    body = f'<nonXMLBody><text mediaType="application/pdf" representation="B64">{in_base64(pdf)}</text></nonXMLBody>'
    document = a_document(body=body, code="18842-5", title="Discharge Summary")

    (paper,) = documents_in(document)

    assert paper.content == pdf
    assert (paper.body.kind, paper.body.title, paper.file_name) == (
        "discharge_summary", "Discharge Summary", "Discharge Summary.pdf",
    )  # fmt: skip
    assert reading_of(document).payloads[0].body.kind == "import_payload"


def test_a_text_body_keeps_its_lines() -> None:
    body = '<nonXMLBody><text mediaType="text/plain">Line one\nLine two</text></nonXMLBody>'

    (paper,) = documents_in(a_document(body=body, code="34847-4", title="Surgery consult"))

    assert paper.content == b"Line one\nLine two"
    assert paper.body.kind == "consultation"


def test_a_new_version_of_a_body_has_the_same_key_and_another_document_names_what_it_replaces() -> None:
    body = '<nonXMLBody><text mediaType="text/plain">Text</text></nonXMLBody>'
    parent = (
        '<relatedDocument typeCode="RPLC"><parentDocument><id root="1.2.9" extension="old"/></parentDocument>'
        "</relatedDocument>"
    )
    in_set = (
        '<id root="1.2.9" extension="{0}"/><setId root="1.2.9" extension="set"/><versionNumber value="{1}"/>'
    )

    first, second = (documents_in(a_document(body=body, doc_id=in_set.format(n, n)))[0] for n in (1, 2))
    (replacing,) = documents_in(a_document(body=body, extra=parent))
    (old,) = documents_in(a_document(body=body, doc_id='<id root="1.2.9" extension="old"/>'))

    assert (first.key, first.version) == (second.key, "1")
    assert replacing.replaces == old.key
    assert replacing.key != old.key


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ('<text mediaType="application/pdf"><reference value="report.pdf"/></text>', "skipped"),
        ('<text mediaType="application/pdf" representation="B64">@@@</text>', "rejected"),
        ('<text mediaType="application/pdf" representation="B64" compression="GZ">AAAA</text>', "rejected"),
        ('<text mediaType="application/pdf"/>', "skipped"),
    ],
)
def test_a_body_that_is_not_there_says_why(text: str, outcome: str) -> None:
    document = a_document(body=f"<nonXMLBody>{text}</nonXMLBody>")

    assert documents_in(document) == []
    assert [item.outcome for item in left_out(document)] == [outcome]


def test_a_picture_among_the_results_is_a_document() -> None:
    picture = (
        '<observationMedia classCode="OBS" moodCode="EVN"><id root="1.2.8" extension="x1"/>'
        f'<value mediaType="image/gif" representation="B64">{in_base64(b"GIF89a")}</value></observationMedia>'
    )

    (paper,) = documents_in(a_document(a_section("30954-2", picture)))

    assert (paper.content, paper.key) == (b"GIF89a", "cda:1.2.3:1.2.8|x1")


def test_a_restricted_document_is_read_and_says_so() -> None:
    document = a_document().replace(b'confidentialityCode code="N"', b'confidentialityCode code="R"')

    assert "restricted" in left_out(document)[0].detail


@pytest.mark.parametrize(
    ("part", "place"),
    [
        (a_section("11450-4", a_problem(ASTHMA)), "/section/entry[1]/act/entryRelationship[1]/observation"),
        (f"<entry>{a_problem(ASTHMA)}</entry>", "/entry/act/entryRelationship[1]/observation"),
        (a_problem(ASTHMA), "/act/entryRelationship[1]/observation"),
        (
            f"<component>{a_section('11450-4', a_problem(ASTHMA))}</component>",
            "/component/section/entry[1]/act/entryRelationship[1]/observation",
        ),
        (
            f"<structuredBody><component>{a_section('11450-4', a_problem(ASTHMA))}</component></structuredBody>",
            "/structuredBody/component[1]/section/entry[1]/act/entryRelationship[1]/observation",
        ),
    ],
)
def test_a_part_without_document_or_namespaces_is_read(part: str, place: str) -> None:
    reading = reading_of(b"<!-- a part -->\n" + part.encode())

    (item,) = reading.items

    assert isinstance(item, FoundRecord)
    assert (item.place, item.patient) == (place, None)
    assert reading.patients == ()


def test_a_part_of_the_header_is_refused_with_what_to_send() -> None:
    with pytest.raises(UnreadablePayloadError, match="Send the whole ClinicalDocument"):
        reading_of(PATIENT.encode())


def test_another_xml_is_no_clinical_document() -> None:
    with pytest.raises(UnreadablePayloadError, match="no CDA document"):
        reading_of(b"<Patient xmlns='http://hl7.org/fhir'/>")


def test_nothing_is_dropped_in_silence() -> None:
    document = a_document(
        a_section("99999-9", '<act classCode="ACT" moodCode="EVN"/>'),
        a_section("11450-4", "<nothing/>"),
        a_section("51848-0"),
        a_section("30954-2", '<supply classCode="SPLY" moodCode="EVN"/>'),
        "",
    )

    assert [item.place.rpartition("structuredBody/")[2] for item in items_of(document)] == [
        "component[1]/section/entry[1]/act",
        "component[2]/section/entry[1]",
        "component[3]/section",
        "component[4]/section/entry[1]/supply",
    ]


def test_bytes_of_another_character_set_are_read_by_the_one_that_they_prove() -> None:
    document = a_document(a_section("51848-0", text="Müde"), title="Brief").decode().encode("windows-1252")

    with pytest.raises(UnreadablePayloadError, match="no well-formed XML"):
        read(document, Options())
    (item,) = read(document, replace(Options(), charset="windows-1252")).items

    assert isinstance(item, FoundRecord)
    assert item.quote == "Müde"


REFERRING = a_code("195967001", "Asthma").replace(
    "/>", '><originalText><reference value="#w"/></originalText></value>'
)


def with_inner(*sections: str) -> str:
    """Return a problem that refers to words, in sections each inside the one before."""
    inside = ""
    for section in reversed(sections):
        inside = f"<component>{section.replace('</section>', inside + '</section>')}</component>"
    return a_section("11450-4", a_problem(REFERRING)).replace("</section>", inside + "</section>")


@pytest.mark.parametrize(
    "section",
    [
        a_section("11450-4", a_problem(REFERRING), text='<content ID="w">Wheezing</content>'),
        with_inner(a_section("10164-2", text='<content ID="w">Wheezing</content>')),
        with_inner(a_section("10164-2"), a_section("10164-2", text='<content ID="w">Wheezing</content>')),
        a_section("11450-4", a_problem(REFERRING, inside='<text><content ID="w">Wheezing</content></text>')),
    ],
)
def test_words_are_found_wherever_in_the_document_the_reference_points(section: str) -> None:
    assert [one.quote for one in found_in(a_document(section)) if one.record.kind == "comorbidity"] == [
        "Wheezing"
    ]


def test_of_two_elements_with_one_id_the_first_is_meant() -> None:
    text = '<content ID="w">Wheezing</content><content ID="w">Cough</content>'

    (found,) = found_in(a_document(a_section("11450-4", a_problem(REFERRING), text=text)))

    assert found.quote == "Wheezing"


def test_a_reference_to_nowhere_and_a_code_of_no_system_do_no_harm() -> None:
    value = (
        '<value xsi:type="CD" code="12" codeSystem="2.16.840.1.113883.6.96" displayName="Wrong code">'
        '<originalText><reference value="#nowhere"/></originalText></value>'
    )

    (found,) = found_in(a_document(a_section("11450-4", a_problem(value))))

    assert found.record.codes == ()
    assert found.remarks == ("A code is no code of snomed; it stands in the payload only.",)
    assert found.quote is None
