"""Data tables: TOML files beside this module, read once at import and checked row by row."""

import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any, Final

_FOLDER: Final = files("app.values") / "tables"


class TableError(RuntimeError):
    """A data table of the product itself is wrong; the message names the file and the row."""


class Row:
    """One row of a table, which says where it stands when something in it is wrong."""

    def __init__(self, where: str, fields: Mapping[str, Any]) -> None:
        """Hold the row's fields and where it stands: the file and the row."""
        self._where = where
        self._fields = fields

    def fail(self, what: str) -> TableError:
        """Make the error that says what is wrong with this row."""
        return TableError(f"{self._where}: {what}")

    def text(self, key: str) -> str:
        """Give a text that must be there."""
        value = self._fields.get(key)
        if not isinstance(value, str):
            raise self.fail(f"{key} must be a text")
        return value

    def maybe_text(self, key: str) -> str | None:
        """Give a text, or `None` where the row has none."""
        return self.text(key) if key in self._fields else None

    def texts(self, key: str) -> tuple[str, ...]:
        """Give a list of texts, empty where the row has none."""
        values = self._fields.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise self.fail(f"{key} must be a list of texts")
        return tuple(values)

    def is_true(self, key: str) -> bool:
        """Say whether a switch is on, off where the row has none."""
        value = self._fields.get(key, False)
        if not isinstance(value, bool):
            raise self.fail(f"{key} must be true or false")
        return value

    def row(self, key: str) -> "Row":
        """Give the table that stands in this row, empty where the row has none."""
        value = self._fields.get(key, {})
        if not isinstance(value, dict):
            raise self.fail(f"{key} must be a table")
        return Row(f"{self._where}, {key}", value)

    def rows(self, key: str) -> tuple["Row", ...]:
        """Give the rows that stand in this row, empty where it has none."""
        values = self._fields.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            raise self.fail(f"{key} must be a list of tables")
        return tuple(Row(f"{self._where}, {key} {place}", value) for place, value in enumerate(values, 1))

    def __iter__(self) -> Iterator[str]:
        """Go through the names of the fields."""
        return iter(self._fields)


def read_table(table: str) -> Row:
    """Read a whole table as one row.

    Raises:
        TableError: the file is not there or is no TOML.
    """
    try:
        fields = tomllib.loads((_FOLDER / f"{table}.toml").read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise TableError(f"{table}.toml can't be read: {error}") from error
    return Row(f"{table}.toml", fields)
