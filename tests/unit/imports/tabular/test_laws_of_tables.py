"""What holds of any table: what is written is read back the same, and nothing crashes the reader."""

import csv
import io
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from app.imports.checking import faults_of
from app.imports.domain.reading import Options, Reading, UnreadablePayloadError
from app.imports.readers.tabular import read
from tests.unit.imports.tabular.books import DATE, Cell, a_book, a_sheet
from tests.unit.imports.tabular.tables import records_of, unused_in

TESTS = ("CEA", "CA 19-9", "Hb", "Creatinine", "Platelets")
UNITS = {"CEA": "ng/mL", "CA 19-9": "U/mL", "Hb": "g/dL", "Creatinine": "mg/dL", "Platelets": "10^9/L"}
ORDERS = {"dmy": "%d{0}%m{0}%Y", "mdy": "%m{0}%d{0}%Y", "ymd": "%Y{0}%m{0}%d"}


class Drawn(NamedTuple):
    test: str
    day: date
    value: Decimal
    comparator: str


drawn_results = st.lists(
    st.builds(
        Drawn,
        st.sampled_from(TESTS),
        st.dates(date(1990, 1, 1), date(2040, 12, 31)),
        st.decimals(0, 99_999, places=3).map(lambda value: value.normalize()),
        st.sampled_from(["", "<", ">", "<="]),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda drawn: (drawn.test, drawn.day),
)


def facts_of(reading: Reading) -> set[tuple[Any, ...]]:
    return {
        (
            record.marker if record.kind == "marker_result" else record.test,
            record.date,
            record.value,
            record.comparator,
        )
        for record in records_of(reading)
    }


def facts(results: Sequence[Drawn]) -> set[tuple[Any, ...]]:
    return {(one.test, one.day.isoformat(), one.value, one.comparator or None) for one in results}


def as_number(value: Decimal, decimal: str, group: str) -> str:
    return f"{value:,f}".replace(",", "_").replace(".", decimal).replace("_", group)


def as_text(rows: Sequence[Sequence[str]], delimiter: str) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    return stream.getvalue().encode()


@given(
    results=drawn_results,
    delimiter=st.sampled_from(",;\t|"),
    decimal=st.sampled_from(".,"),
    order=st.sampled_from(sorted(ORDERS)),
    separator=st.sampled_from("/.-"),
    layout=st.sampled_from(["long", "wide", "across"]),
    is_grouped=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_a_written_table_reads_back_to_the_same_values(  # noqa: PLR0917 (all are drawn)
    results: list[Drawn],
    delimiter: str,
    decimal: str,
    order: str,
    separator: str,
    layout: str,
    is_grouped: bool,  # noqa: FBT001 (drawn)
) -> None:
    group = ({".": ",", ",": "."}[decimal]) if is_grouped else ""
    shape = ORDERS[order].format(separator)

    def cell(one: Drawn) -> str:
        return f"{one.comparator}{as_number(one.value, decimal, group)}"

    cells = {(one.test, one.day): cell(one) for one in results}
    tests, days = sorted({one.test for one in results}), sorted({one.day for one in results})
    rows: list[list[str]]
    match layout:
        case "long":
            rows = [["Date", "Test", "Value", "Unit"]]
            rows += [[one.day.strftime(shape), one.test, cell(one), UNITS[one.test]] for one in results]
        case "wide":
            rows = [["Date", *(f"{test} ({UNITS[test]})" for test in tests)]]
            rows += [[day.strftime(shape), *(cells.get((test, day), "") for test in tests)] for day in days]
        case _:
            rows = [["Test", "Unit", *(day.strftime(shape) for day in days)]]
            rows += [[test, UNITS[test], *(cells.get((test, day), "") for day in days)] for test in tests]
    options = Options(decimal=decimal, date_order=order)  # type: ignore[arg-type]  # one of each
    reading = read(as_text(rows, delimiter), options)
    assert facts_of(reading) == facts(results)
    assert [place for outcome, place in unused_in(reading) if outcome == "rejected"] == []


@given(results=drawn_results)
@settings(max_examples=30, deadline=None)
def test_a_workbook_reads_back_without_being_told_anything(results: list[Drawn]) -> None:
    exact = [one._replace(comparator="") for one in results]
    rows: list[Sequence[Cell]] = [("Date", "Test", "Value")]
    rows += [((DATE, (one.day - date(1899, 12, 30)).days), one.test, float(one.value)) for one in exact]
    assert facts_of(read(a_book(("Labs", a_sheet(rows))), Options())) == facts(exact)


@given(results=drawn_results)
@settings(max_examples=50, deadline=None)
def test_what_is_read_without_being_told_is_never_wrong(results: list[Drawn]) -> None:
    rows = [["Date", "Test", "Value"]]
    rows += [[one.day.strftime("%d/%m/%Y"), one.test, as_number(one.value, ",", ".")] for one in results]
    exact = facts([one._replace(comparator="") for one in results])
    read_back = facts_of(read(as_text(rows, ";"), Options()))
    by_day = {(test, day): value for test, day, value, _ in exact}
    for test, day, value, _ in read_back:
        if (test, day) in by_day:
            assert value == by_day[test, day]
        else:  # a day of which the other order is certain in this column can't be read
            raise AssertionError(day)


@given(content=st.binary(max_size=400), rows=st.integers(0, 6))
@settings(max_examples=200, deadline=None)
def test_arbitrary_bytes_are_read_or_refused_and_nothing_else(content: bytes, rows: int) -> None:
    header = b"MRN,Date,Test,Value,Unit,Drug,Start\n"
    for text in (content, header * bool(rows) + content.replace(b"\0", b",") * rows, b"PK\x03\x04" + content):
        with suppress(UnreadablePayloadError):
            assert read(text, Options()).format == "tabular"


@given(
    cells=st.lists(
        st.lists(st.text(st.characters(codec="utf-8"), max_size=30), min_size=1, max_size=8),
        min_size=1,
        max_size=8,
    ),
    header=st.sampled_from(
        [
            ["Date", "Test", "Value", "Unit", "Reference range", "Flag"],
            ["Date", "CEA (ng/mL)", "Hb", "ECOG"],
            ["Regimen", "Start", "End", "Cycles", "Total dose Gy", "Side effects"],
            ["Drug", "Start", "End", "Dose"],
            ["Diagnosis", "Date", "Stage", "TNM", "Code", "MRN", "DOB"],
            ["mrn", "conditionId", "diseaseStatusCode", "dateOfObservation", "evidence"],
            ["mrn", "adverseEventId", "adverseEventCode", "effectiveDate", "grade"],
            ["Date", "Modality", "Region", "Impression"],
        ]
    ),
)
@settings(max_examples=200, deadline=None)
def test_any_cells_under_any_header_give_sound_records(cells: list[list[str]], header: list[str]) -> None:
    reading = read(as_text([header, *cells], ","), Options())
    for record in records_of(reading):
        assert faults_of(record) == []
