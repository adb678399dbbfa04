"""What tests of tables share: reading a text, and what came of it."""

from typing import Any

from app.imports.checking import faults_of
from app.imports.domain.reading import FoundRecord, NotUsed, Options, Reading
from app.imports.readers.tabular import read


def reading_of(text: str | bytes, **options: Any) -> Reading:
    """Read a table and see that every record of it can be stored."""
    reading = read(text.encode() if isinstance(text, str) else text, Options(**options))
    for record in records_of(reading):
        assert faults_of(record) == []
    return reading


def found_in(reading: Reading) -> list[Any]:
    return [item for item in reading.items if isinstance(item, FoundRecord)]


def records_of(reading: Reading) -> list[Any]:
    return [item.record for item in found_in(reading)]


def unused_in(reading: Reading) -> list[tuple[str, str]]:
    return [(item.outcome, item.place) for item in reading.items if isinstance(item, NotUsed)]


def only_record(text: str | bytes, **options: Any) -> Any:
    """Return the one record of a table."""
    (record,) = records_of(reading_of(text, **options))
    return record
