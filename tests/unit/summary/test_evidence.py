from decimal import Decimal
from typing import Any

from app.records.domain.base import Source
from app.records.domain.course import Drug
from app.records.domain.findings import Lesion
from app.records.domain.kinds import AnyRecord
from tests.builders import a_record
from tests.unit.summary.written import a_section, by_about, sentences


def a_study(day: str, mm: int | None = None, **fields: Any) -> AnyRecord:
    lesions = () if mm is None else (Lesion(label="RUL", role="target", longest_mm=Decimal(mm)),)
    return a_record("imaging_study", **{"date": day, "modality": "CT", "lesions": lesions, **fields})


def a_marker(day: str | None, value: str | None, **fields: Any) -> AnyRecord:
    return a_record(
        "marker_result",
        **{
            "date": day,
            "marker": "CEA",
            "value": None if value is None else Decimal(value),
            "unit": "ng/mL",
            "laboratory": "Central",
            **fields,
        },
    )


def a_lab(day: str | None, value: str | None, **fields: Any) -> AnyRecord:
    number = None if value is None else Decimal(value)
    return a_record(
        "lab_result", **{"date": day, "test": "Haemoglobin", "value": number, "unit": "g/dL", **fields}
    )


def test_imaging_is_told_newest_first_and_its_impression_quoted() -> None:
    old, new = a_study("2025-01-01", impression="Stable."), a_study("2026-01-01", reported_status="PR")

    section = a_section("response", old, new)

    assert [one.id for one in section.statements][:3] == [
        "response/record-002",
        "response/record-001",
        "response/record-001:impression",
    ]
    assert sentences(section)["record-002"] == "2026-01-01: CT; the report's own word: PR."
    assert (
        sentences(section)["record-001:impression"]
        == "Imaging report of the study of 2025-01-01 states: “Stable.”"
    )


def test_sizes_of_the_newest_comparable_pair_stand_side_by_side_without_a_verdict() -> None:
    new_lesion = Lesion(label="LLL", role="new", longest_mm=Decimal(6), certainty="equivocal")
    later = a_study("2026-01-01", 28)
    later = a_study("2026-01-01", lesions=(*later.lesions, new_lesion))  # type: ignore[union-attr]

    found = by_about(a_section("response", a_study("2025-10-01", 42), later))

    assert (
        found["lesion-pair"].text
        == "Recorded sizes, 2025-10-01 and 2026-01-01: RUL 42 mm, then 28 mm; LLL new, 6 mm."
    )
    assert [source.record_id for source in found["lesion-pair"].sources] == ["record-001", "record-002"]
    assert found["record-002"].text == (
        "2026-01-01: CT; lesions recorded: RUL 28 mm (target); LLL 6 mm (new, equivocal)."
    )


def test_one_study_makes_no_pair() -> None:
    assert "lesion-pair" not in sentences(a_section("response", a_study("2025-10-01", 42)))


def test_a_marker_is_one_series_as_written_with_its_caution() -> None:
    section = a_section(
        "response",
        a_marker("2025-11-26", "18.4"),
        a_marker("2026-01-19", "11.2", unit="ug/L", comparator="<"),
    )

    [series] = [one for one in section.statements if one.id.startswith("response/series-")]
    assert series.text == "CEA (ng/mL, Central): 18.4 ng/mL on 2025-11-26; <11.2 ug/L on 2026-01-19."
    assert series.caution is not None
    assert series.caution.startswith("A marker is never read alone")
    assert [source.record_id for source in series.sources] == ["record-001", "record-002"]


def test_a_long_series_names_first_lowest_highest_and_newest_and_how_many_are_left_out() -> None:
    values = (50, 40, 30, 5, 6, 7, 99, 60, 50, 40)
    section = a_section(
        "response", *(a_marker(f"2025-{month:02}-01", str(value)) for month, value in enumerate(values, 1))
    )

    [series] = [one for one in section.statements if one.id.startswith("response/series-")]
    assert series.text == (
        "CEA (ng/mL, Central): 50 ng/mL on 2025-01-01; 5 ng/mL on 2025-04-01; 99 ng/mL on 2025-07-01; "
        "50 ng/mL on 2025-09-01; 40 ng/mL on 2025-10-01; not listed here: 5 more."
    )
    assert series.facts["count"] == len(values)


def test_values_that_are_words_or_undated_are_not_lost() -> None:
    word = a_marker("2025-01-01", None, value_text="not measurable")
    undated = a_marker(None, "7")

    [worded] = [one for one in a_section("response", word).statements if "series-" in one.id]
    [dateless] = [one for one in a_section("response", undated).statements if "series-" in one.id]

    assert worded.text == "CEA (ng/mL, Central): no dated value; CEA not measurable on 2025-01-01."
    assert [source.record_id for source in worded.sources] == ["record-001"]
    assert (dateless.text, [source.record_id for source in dateless.sources]) == (
        "CEA (ng/mL, Central): no dated value.",
        ["record-001"],
    )


def test_a_laboratory_test_shows_its_newest_value_the_one_before_and_how_many_more() -> None:
    section = a_section(
        "labs",
        a_lab("2025-01-01", "13"),
        a_lab("2025-06-01", "12"),
        a_lab(
            "2026-01-01", "9.1", flag="critical_low", reference_low=Decimal(12), reference_high=Decimal(16)
        ),
    )

    [statement] = section.statements
    assert statement.text == (
        "Haemoglobin: 9.1 g/dL on 2026-01-01; flagged critical low by the laboratory; reference range 12 to 16; "
        "before: 12 g/dL on 2025-06-01; earlier values: 1."
    )
    assert [source.record_id for source in statement.sources] == ["record-003", "record-002"]


def test_reference_ranges_are_told_as_far_as_they_are_stated() -> None:
    def told(**fields: Any) -> str:
        return a_section("labs", a_lab("2026-01-01", "9", **fields)).statements[0].text

    assert told(reference_high=Decimal(5)).endswith("; reference up to 5.")
    assert told(reference_low=Decimal(5)).endswith("; reference from 5.")
    assert told(reference_text="negative").endswith("; reference negative.")
    assert told().endswith("9 g/dL on 2026-01-01.")


def test_a_result_in_words_stands_with_its_words() -> None:
    [statement] = a_section(
        "labs", a_lab("2026-01-01", None, test="HBsAg", value_text="negative", unit=None)
    ).statements

    assert statement.text == "HBsAg negative on 2026-01-01."


def test_what_was_not_measured_is_said() -> None:
    assert sentences(a_section("labs")) == {"labs": "Laboratory results: not found in the files received."}
    assert sentences(a_section("response")) == {
        "imaging_study": "Imaging: not found in the files received.",
        "markers": "Tumour markers: not found in the files received.",
    }


def test_arithmetic_that_could_not_be_done_says_why() -> None:
    found = sentences(a_section("computed", a_study("2025-10-01")))

    assert found["recist_1_1"].startswith("RECIST 1.1 sums of the newest line: not computed (")
    assert a_section("computed", a_study("2025-10-01")).state == "not_found"


def test_a_marker_trend_names_its_readings_with_unit_and_date() -> None:
    section = a_section("computed", a_marker("2025-11-26", "18.4"), a_marker("2026-01-19", "9.2"))

    [trend] = [one for one in section.statements if one.id.startswith("computed/marker_trend")]
    assert "highest 18.4 ng/mL on 2025-11-26; newest 9.2 ng/mL on 2026-01-19." in trend.text
    assert trend.facts["rule"]["id"] == "marker_trend"


def test_sources_of_a_statement_name_record_document_page_and_quote() -> None:
    record = a_record(
        "symptom", symptom="cough", sources=(Source(document_id="document-001", page=3, quote="coughs"),)
    )

    own, paper = by_about(a_section("symptoms", record))["record-001"].sources

    assert (own.record_id, paper.document_id, paper.page, paper.quote) == (
        "record-001",
        "document-001",
        3,
        "coughs",
    )


def test_under_a_checkpoint_inhibitor_every_reading_of_imaging_says_that_a_scan_can_mislead() -> None:
    study = a_record("imaging_study", date="2026-03-01", modality="CT", impression="Larger lesion.")
    drug = a_record(
        "treatment", category="systemic", started="2026-01-01", drugs=(Drug(name="pembrolizumab"),)
    )
    other = a_record(
        "treatment", category="systemic", started="2026-01-01", drugs=(Drug(name="carboplatin"),)
    )
    mislead = "a scan can mislead"

    assert mislead in (by_about(a_section("response", study, drug))["record-001:impression"].caution or "")
    assert mislead not in (
        by_about(a_section("response", study, other))["record-001:impression"].caution or ""
    )


def test_a_test_that_no_table_knows_is_called_as_it_was_written() -> None:
    record = a_record("lab_result", test="Vitamin B12 Level :", value=Decimal(850), date="2024-01-01")

    (line,) = sentences(a_section("labs", record)).values()

    assert line.startswith("Vitamin B12 Level: 850")


def test_what_the_laboratory_remarks_on_a_value_is_quoted_with_its_flag_and_range() -> None:
    marker = a_record(
        "marker_result",
        marker="CA-125",
        value=Decimal(487),
        unit="U/mL",
        date="2024-12-01",
        flag="critical_high",
        reference_high=Decimal(35),
        note="Trending upward from 312 U/mL.",
    )
    lab = a_record(
        "lab_result", test="Potassium", value=Decimal(4), unit="mmol/L", date="2024-12-01", note="haemolytic"
    )
    words = a_record(
        "lab_result", test="Urine culture", value_text="No growth", date="2024-12-02", note="final"
    )

    response, labs = (a_section(key, marker, lab, words) for key in ("response", "labs"))

    (told,) = (one.text for one in response.statements if "CA-125" in one.text)
    assert told.endswith(
        "flagged critical high by the laboratory; reference up to 35; "
        "remark on 2024-12-01: “Trending upward from 312 U/mL.”"
    )
    texts = [one.text for one in labs.statements]
    assert any(text.endswith("remark on 2024-12-01: “haemolytic”.") for text in texts)
    assert any(text.endswith("Urine culture No growth on 2024-12-02, remark: “final”.") for text in texts)


def test_of_results_in_words_the_newest_is_told_and_the_others_are_counted() -> None:
    def a_culture(day: str, result: str) -> AnyRecord:
        return a_record("lab_result", test="Urine culture", value_text=result, date=day)

    (told,) = a_section(
        "labs", a_culture("2025-03-01", "No growth"), a_culture("2025-01-01", "E. coli")
    ).statements
    assert told.text == "Urine culture No growth on 2025-03-01; other results, in words: 1."

    number = a_record("lab_result", test="Urine culture", value=Decimal(3), unit="1/mL", date="2025-04-01")
    texts = [one.text for one in a_section("labs", a_culture("2025-01-01", "E. coli"), number).statements]
    assert any("other results, in words: 1" in text or "E. coli" in text for text in texts)
