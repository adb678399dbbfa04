"""Tables beyond any use are refused with a clear problem, and take no more room than that."""

import pytest

from app.imports.domain.reading import Options, UnreadablePayloadError
from app.imports.readers.tabular import cells, keys, people, read

HEADER = b"MRN,Date,Test,Value\n"
ROW = b"1,2026-01-19,CEA,5\n"


def refusal_of(content: bytes) -> str:
    with pytest.raises(UnreadablePayloadError) as refused:
        read(content, Options())
    return refused.value.detail


def test_a_million_rows_are_refused_with_how_many_are_taken() -> None:
    assert "more than 200,000 rows" in refusal_of(HEADER + ROW * 1_000_000)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEADER + b'1,"' + b"x\n" * 2_100_000, "2,000,000 lines"),
        (HEADER + b'1,"' + b"x" * 200_000, "quotation mark is not closed"),
        (b"a," * 3_000 + b"\n", "2,000 columns"),
        (b"x" * (cells.MOST_BYTES + 1), "larger than"),
    ],
)
def test_what_no_table_has_is_refused(content: bytes, said: str) -> None:
    assert said in refusal_of(content)


def test_more_values_than_are_answered_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "MOST_FACTS", 10)
    assert "more than 10 values" in refusal_of(HEADER + ROW * 11)


def test_more_patients_than_are_taken_at_once_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "MOST_PATIENTS", 1)
    assert "more than 1 patients" in refusal_of(HEADER + ROW + ROW.replace(b"1,", b"2,", 1))
