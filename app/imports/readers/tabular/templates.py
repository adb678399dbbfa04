"""Tables to fill in, one for each kind, as CSV that a spreadsheet opens."""

import codecs
import csv
import io
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from typing import Final

_TABLE: Final = tomllib.loads(
    (files("app.imports.readers.tabular") / "templates.toml").read_text(encoding="utf-8")
)
MARK: Final[str] = _TABLE["mark"]
"""What stands in the note of an example row."""
KINDS: Final = tuple(name for name in _TABLE if name not in {"mark", "common"})
_ABOVE: Final[Sequence[str]] = _TABLE["common"]["above"]


def template(kind: str) -> bytes | None:
    """Return a CSV with a header, notes on units above it and an example row; None where the kind has no template."""
    if kind not in KINDS:
        return None
    row = _TABLE[kind]
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerows([f"# {line}"] for line in (*row["above"], *_ABOVE))
    writer.writerows([row["header"], _example(kind)])
    return codecs.BOM_UTF8 + stream.getvalue().encode()


def _example(kind: str) -> list[str]:
    row = _TABLE[kind]
    filled = list(row["example"])
    return [*filled, *[""] * (len(row["header"]) - len(filled) - 1), MARK]


_EXAMPLES: Final = frozenset(tuple(_example(kind)) for kind in KINDS)


def is_marked(cells: Sequence[str]) -> bool:
    """Tell whether a row is marked as an example."""
    return MARK in cells


def is_example(cells: Sequence[str]) -> bool:
    """Tell whether a row is a template's example as it was downloaded."""
    filled = tuple(map(str, cells))
    return any(filled[: len(example)] == example and not any(filled[len(example) :]) for example in _EXAMPLES)
