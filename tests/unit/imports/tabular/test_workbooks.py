"""Workbooks: what their cells mean, and what is refused before it is opened."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from app.imports.domain.reading import Options, UnreadablePayloadError
from app.imports.readers.tabular import read, workbook
from tests.office_files import a_compound_file, a_zip
from tests.unit.imports.tabular.books import DATE, PERCENT, Cell, a_book, a_sheet
from tests.unit.imports.tabular.tables import found_in, only_record, reading_of, records_of, unused_in

HEADER = ("MRN", "Date", "Test", "Result", "Unit")
DAY = (DATE, 45000)
"""2023-03-15."""


def refusal_of(content: bytes, **options: str) -> str:
    with pytest.raises(UnreadablePayloadError) as refused:
        read(content, Options(**options))  # type: ignore[arg-type]  # options of texts
    return refused.value.detail


def test_cells_of_dates_and_numbers_are_certain_whatever_the_texts_would_be() -> None:
    record = only_record(a_book(("Labs", a_sheet([HEADER, ("17", DAY, "CEA", 1.234, "ng/mL")]))))
    assert (record.date, record.value) == ("2023-03-15", Decimal("1.234"))


def test_a_number_that_stands_where_a_date_should_is_refused() -> None:
    reading = reading_of(a_book(("Labs", a_sheet([HEADER, ("17", 45000, "CEA", 5, "ng/mL")]))))
    assert unused_in(reading) == [("rejected", "Labs!A2")]


def test_a_share_is_read_as_it_is_shown() -> None:
    record = only_record(a_book(("Labs", a_sheet([HEADER, ("17", DAY, "PD-L1 TPS", (PERCENT, 0.4), None)]))))
    assert (record.value, record.unit) == (40, "%")


def test_a_formula_s_value_is_shown_to_fifteen_digits() -> None:
    record = only_record(a_book(("Labs", a_sheet([HEADER, ("17", DAY, "CEA", 0.1 + 0.2, "ng/mL")]))))
    assert record.value == Decimal("0.3")


def test_numbers_and_dates_stored_as_text_are_read_as_those_of_a_text_file() -> None:
    record = only_record(a_book(("Labs", a_sheet([HEADER, ("17", "15.03.2023", "CEA", "3,4", "ng/mL")]))))
    assert (record.date, record.value) == ("2023-03-15", Decimal("3.4"))


def test_a_merged_cell_holds_for_all_its_rows() -> None:
    rows: list[Sequence[Cell]] = [HEADER, ("17", DAY, "CEA", 5, None), (None, DAY, "CA 19-9", 6, None)]
    reading = reading_of(a_book(("Labs", a_sheet(rows, merged="A2:A3"))))
    assert [item.patient for item in found_in(reading)] == ["MRN 17", "MRN 17"]


def test_several_sheets_are_read_and_hidden_ones_only_when_asked_for() -> None:
    book = a_book(
        ("Labs", a_sheet([HEADER, ("17", DAY, "CEA", 5, None)])),
        ("Drugs", a_sheet([("Drug", "Dose"), ("Ramipril", "5 mg")])),
        ("Old", a_sheet([HEADER, ("17", DAY, "CEA", 9, None)])),
        hidden=["Old"],
    )
    reading = reading_of(book)
    assert [record.kind for record in records_of(reading)] == ["marker_result", "medication"]
    assert "Hidden sheets" in found_in(reading)[0].remarks[0]
    assert only_record(book, sheet="Old").value == 9
    assert "no sheet of the name" in refusal_of(book, sheet="None")


def test_a_sheet_that_is_no_table_is_answered_beside_those_that_are() -> None:
    book = a_book(("Notes", a_sheet([("hello",)])), ("Labs", a_sheet([HEADER, ("17", DAY, "CEA", 5, None)])))
    reading = reading_of(book)
    assert unused_in(reading) == [("skipped", "Notes")]
    assert len(records_of(reading)) == 1


def test_rows_are_named_as_the_workbook_shows_them() -> None:
    part = a_sheet([HEADER, ("17", DAY, "CEA", 5, None)], first_row=7)
    assert found_in(reading_of(a_book(("Labs", part))))[0].place == "Labs!A8"


def test_patients_of_a_workbook_get_their_rows_as_csv() -> None:
    rows: list[Sequence[Cell]] = [HEADER, ("1", DAY, "CEA", 5, None), ("2", DAY, "CEA", 6, None)]
    parts = {part.patient: part.content for part in reading_of(a_book(("Labs", a_sheet(rows)))).payloads}
    assert parts["MRN 2"] == b"MRN,Date,Test,Result,Unit\r\n2,2023-03-15,CEA,6,\r\n"


def test_a_formula_in_a_cell_is_text_and_nothing_else() -> None:
    record = only_record('Date,Test,Value\n2026-01-19,CEA,"=HYPERLINK(""http://x"")"\n')
    assert record.value_text == '=HYPERLINK("http://x")'


def test_an_encrypted_workbook_is_refused_saying_so() -> None:
    assert "encrypted" in refusal_of(a_compound_file("EncryptionInfo", "EncryptedPackage"))


def test_a_cell_at_the_far_end_of_a_sheet_is_refused_before_room_is_made_for_it() -> None:
    part = a_sheet([HEADER]).replace(
        "</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )
    assert "Delete the empty rows" in refusal_of(a_book(("Labs", part)))


def test_a_million_uses_of_one_long_text_are_refused() -> None:
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 40_000))
    part = a_sheet([]).replace("<sheetData>", f"<sheetData>{rows}")
    assert "too long together" in refusal_of(a_book(("Labs", part), shared=f"<si><t>{'x' * 30_000}</t></si>"))


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_MOST_UNPACKED", 2_000)
    assert "unpacks to more" in refusal_of(a_book(("Labs", a_sheet([HEADER] * 50))))


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", a_zip({"[Content_Types].xml": b"<Types/>"})])
def test_a_damaged_workbook_is_refused(content: bytes) -> None:
    assert "damaged" in refusal_of(content)


def test_tables_in_an_archive_are_read_together() -> None:
    archive = a_zip(
        {
            "patients.csv": b"MRN,Name,DOB,Sex\n17,Jane Roe,1960-02-01,F\n",
            "labs.csv": b"MRN,Date,Test,Value\n17,2026-01-19,CEA,5\n",
            "readme.md": b"# nothing",
        }
    )
    reading = reading_of(archive)
    (patient,) = reading.patients
    assert (patient.patient.name, patient.patient.birth_date, patient.patient.sex) == (
        "Jane Roe", "1960-02-01", "female",
    )  # fmt: skip
    assert [item.place for item in found_in(reading)] == ["labs.csv, row 2"]


def test_an_archive_without_tables_or_under_a_password_is_refused() -> None:
    assert "no CSV" in refusal_of(a_zip({"a.pdf": b"x"}))
    assert "damaged or locked" in refusal_of(a_zip({"a.csv": b"x,y"}, encrypted=True))
