"""Results become the records that a reader of the report would write down."""

from decimal import Decimal

import pytest

from app.imports.checking import faults_of
from app.records.domain.base import Absence
from app.records.domain.course import PerformanceStatus
from app.records.domain.disease import Biomarker
from app.records.domain.findings import LabResult, MarkerResult
from tests.unit.imports.hl7v2.building import a_message, a_result, read_bytes, records, the_record
from tests.unit.imports.readings import unused, withdrawn


def test_a_laboratory_value_says_all_that_its_segment_says() -> None:
    found = the_record(
        a_result(
            "OBX|1|NM|718-7^Haemoglobin^LN||12.1|g/dL|12.0-16.0|L|||F|||20260228093000|CL^Central Lab^L",
            "NTE|1||Slightly haemolysed",
        )
    )

    record = found.record
    assert isinstance(record, LabResult)
    assert (record.test, record.value, record.unit) == ("Haemoglobin", Decimal("12.1"), "g/dL")
    assert (record.reference_low, record.reference_high, record.flag) == (
        Decimal("12.0"),
        Decimal("16.0"),
        "low",
    )
    assert (record.date, record.laboratory) == ("2026-02-28T09:30", "Central Lab")
    assert (record.note, record.external_id, record.origin) == ("Slightly haemolysed", "F1", "hl7v2")
    assert [(code.system, code.code) for code in record.codes] == [("loinc", "718-7")]
    assert faults_of(record) == []


def test_markers_and_biomarkers_are_told_from_laboratory_values() -> None:
    marker = the_record(a_result("OBX|1|NM|2039-6^CEA^LN||4.7|ng/mL|<5|N|||F")).record
    biomarker = the_record(a_result("OBX|1|CWE|16112-5^ER^LN||10828004^Positive^SCT||||||F")).record

    assert isinstance(marker, MarkerResult)
    assert (marker.value, marker.reference_high) == (Decimal("4.7"), Decimal(5))
    assert isinstance(biomarker, Biomarker)
    assert (biomarker.result, biomarker.interpretation) == ("Positive", "positive")


@pytest.mark.parametrize(
    ("type_", "sent", "value", "comparator", "text"),
    [
        ("NM", "4.2", "4.2", None, None),
        ("NM", "<0.5", "0.5", "<", None),
        ("NM", "1,5", None, None, "1,5"),
        ("NM", "60~120", None, None, "60; 120"),
        ("", "4.2", "4.2", None, None),
        ("SN", "<^0.5", "0.5", "<", None),
        ("SN", ">=^100", "100", ">=", None),
        ("SN", "^182", "182", None, None),
        ("SN", "^1^:^128", None, None, "1:128"),
        ("SN", "^10^-^20", None, None, "10-20"),
        ("SN", "^2^+", None, None, "2+"),
        ("SN", "<0.10", "0.10", "<", None),
        ("ST", "negative", None, None, "negative"),
        ("ST", "> 1000", "1000", ">", None),
        ("CE", "NEG^Negative^L", None, None, "Negative"),
        ("CWE", "260415000^not detected^SCT^^^^^^None seen", None, None, "None seen"),
        ("CE", "A^one^L~B^two^L", None, None, "one; two"),
        ("DT", "20260228", None, None, "2026-02-28"),
        ("TS", "202602281015", None, None, "2026-02-28T10:15"),
        ("TX", "No growth after 5 days", None, None, "No growth after 5 days"),
        ("HD", "1.2.3", None, None, "1.2.3"),
    ],
)
def test_values_are_read_by_their_type(
    type_: str, sent: str, value: str | None, comparator: str | None, text: str | None
) -> None:
    record = the_record(a_result(f"OBX|1|{type_}|X1^Some test^L||{sent}|u||||F")).record

    assert isinstance(record, LabResult)
    assert record.value == (None if value is None else Decimal(value))
    assert record.comparator == comparator
    assert record.value_text == (None if text is None else " ".join(text.split()))


@pytest.mark.parametrize(
    ("sent", "flag"), [("L", "low"), ("HH", "critical_high"), ("A~H", "abnormal"), ("X9", None)]
)
def test_the_laboratory_s_flag_is_kept(sent: str, flag: str | None) -> None:
    record = the_record(a_result(f"OBX|1|NM|X^X^L||1|u||{sent}|||F")).record

    assert isinstance(record, LabResult)
    assert record.flag == flag


def test_susceptibility_is_said_in_words() -> None:
    record = the_record(a_result("OBX|1|ST|AMP^Ampicillin^L||8|ug/mL||R|||F")).record
    alone = the_record(a_result("OBX|1|ST|AMP^Ampicillin^L|||||S|||F")).record

    assert record.note == "Interpretation: resistant."
    assert isinstance(alone, LabResult)
    assert alone.value_text == "susceptible"


@pytest.mark.parametrize(
    ("status", "note"),
    [
        ("F", None),
        ("P", "Preliminary result."),
        ("C", None),
        ("R", "Entered by the laboratory, not verified yet."),
    ],
)
def test_a_result_that_is_not_final_says_so(status: str, note: str | None) -> None:
    assert the_record(a_result(f"OBX|1|NM|X^X^L||1|u||||{status}")).record.note is None
    assert the_record(a_result(f"OBX|1|NM|X^X^L||1|u|||||{status}")).record.note == note


def test_a_correction_is_a_newer_version_of_the_same_fact() -> None:
    first = the_record(a_result("OBX|1|NM|X^X^L||1|u|||||P", sent="20260301"))
    final = the_record(a_result("OBX|1|NM|X^X^L||2|u|||||C", sent="20260302", control_id="M2"))

    assert first.key == final.key
    assert (first.stated_at or "") < (final.stated_at or "")


@pytest.mark.parametrize("status", ["D", "W"])
def test_a_result_taken_back_is_withdrawn_under_its_key(status: str) -> None:
    sent = the_record(a_result("OBX|1|NM|X^X^L||1|u|||||F"))

    (gone,) = withdrawn(read_bytes(a_result(f"OBX|1|NM|X^X^L||1|u|||||{status}")))

    assert gone.key == sent.key


def test_a_result_that_cannot_be_obtained_is_unknown_and_says_why() -> None:
    record = the_record(a_result("OBX|1|NM|2823-3^Potassium^LN||||||||X", "NTE|1||Haemolysed")).record

    assert record.stated is Absence.UNKNOWN
    assert record.note == "The laboratory states that no result can be obtained.\nHaemolysed"
    assert faults_of(record) == []


@pytest.mark.parametrize("status", ["I", "O", "N"])
def test_what_is_no_result_yet_is_skipped(status: str) -> None:
    reading = read_bytes(a_result(f"OBX|1|NM|X^X^L||||||||{status}"))

    assert [item.outcome for item in unused(reading)] == ["skipped"]
    assert not records(reading)


def test_keys_rest_on_the_sender_s_numbers_and_never_on_the_order() -> None:
    rows = ("OBX|1|NM|A^A^L||1|u|||||F", "OBX|2|NM|B^B^L||2|u|||||F")
    forwards = {item.key for item in records(read_bytes(a_result(*rows)))}
    backwards = {item.key for item in records(read_bytes(a_result(*reversed(rows), control_id="M9")))}

    assert forwards == backwards
    assert len(forwards) == 2


def test_the_same_test_several_times_is_told_apart_by_its_time() -> None:
    rows = [f"OBX|{at}|NM|G^Glucose^L||{at}|u|||||F|||2026022810{at}0" for at in (1, 2, 3)]
    found = records(read_bytes(a_result(*rows)))
    again = records(read_bytes(a_result(rows[2], rows[0], rows[1])))

    assert len({item.key for item in found}) == 3
    assert {item.key: item.record for item in found} == {item.key: item.record for item in again}


def test_a_result_without_a_number_is_known_by_what_when_and_of_whom() -> None:
    obr = "OBR|1|||GLU^Glucose^L|||20260228"
    row = "OBX|1|NM|G^Glucose^L||5|mmol/L|||||F"

    first, again = the_record(a_result(row, obr=obr)), the_record(a_result(row, obr=obr, control_id="M2"))
    later = the_record(a_result(row, obr=obr.replace("0228", "0301")))

    assert first.key == again.key != later.key


@pytest.mark.parametrize(
    ("rows", "date", "specimen"),
    [
        (("OBR|1||F1|X|||20260227|||||||20260228|BLD|", "OBX|1|NM|X^X||1||||||F"), "2026-02-27", "blood"),
        (
            ("OBR|1||F1|X", "OBX|1|NM|X^X||1||||||F", "SPM|1|||SER|||||||||||||20260226"),
            "2026-02-26",
            "serum",
        ),
        (
            ("OBR|1||F1|X", "SPM|1|||119364003^Serum^SCT", "OBX|1|NM|X^X||1||||||F|||20260225"),
            "2026-02-25",
            "Serum",
        ),
        (("OBR|1||F1|X||||||||||||||||||20260301", "OBX|1|NM|X^X||1||||||F"), "2026-03-01", None),
        (("OBR|1||F1|X|||2026-13-45", "OBX|1|NM|X^X||1||||||F"), None, None),
    ],
)
def test_dates_and_specimens_stand_where_the_sender_puts_them(
    rows: tuple[str, ...], date: str | None, specimen: str | None
) -> None:
    record = the_record(a_message(*rows)).record

    assert isinstance(record, LabResult)
    assert (record.date, record.specimen) == (date, specimen)


def test_a_code_that_means_another_test_is_kept_as_named_and_pointed_out() -> None:
    found = the_record(a_result("OBX|1|NM|17861-6^CRP^LN||45|mg/L|0-5|H|||F"))

    assert isinstance(found.record, LabResult)
    assert found.record.test == "CRP"
    assert found.record.codes[0].code == "17861-6"
    assert any("Calcium" in remark for remark in found.remarks)


def test_a_bare_code_is_named_by_what_it_means() -> None:
    found = the_record(a_result("OBX|1|NM|2039-6^^LN||4.7|ng/mL|||||F"))

    assert isinstance(found.record, MarkerResult)
    assert found.record.marker == "CEA"
    assert found.remarks


def test_a_performance_status_is_one() -> None:
    number = the_record(a_result("OBX|1|NM|89247-1^ECOG^LN||1||||||F")).record
    words = the_record(a_result("OBX|1|ST|89243-0^Karnofsky^LN||80 %||||||F")).record
    none = the_record(a_result("OBX|1|NM|89247-1^ECOG^LN||7||||||F")).record

    assert isinstance(number, PerformanceStatus)
    assert (number.scale, number.score) == ("ECOG", 1)
    assert isinstance(words, PerformanceStatus)
    assert words.score == 80
    assert isinstance(none, LabResult)


def test_segments_of_the_sender_s_own_and_unused_ones_are_named() -> None:
    reading = read_bytes(
        a_message("NK1|1|Someone", "OBR|1||F1|X", "OBX|1|NM|X^X||1||||||F", "ZLR|a", "ZLR|b")
    )

    assert [(item.place, item.outcome) for item in unused(reading)] == [
        ("NK1[1]", "skipped"),
        ("ZLR[1..2]", "skipped"),
    ]


def test_results_of_old_versions_need_no_order_segment_and_no_status() -> None:
    reading = read_bytes(a_message("OBR|1||F1|X", "OBX|1|NM|X^X||1", version="2.1"))

    assert len(records(reading)) == 1
