"""Cautions, and when each is due."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """One caution in the product's own words, and the requirements behind it."""

    key: str
    text: str
    sources: tuple[str, ...]
    always: bool = False


def _read() -> Mapping[str, Caution]:
    data = tomllib.loads(files(__package__).joinpath("cautions.toml").read_text(encoding="utf-8"))
    return {
        key: Caution(
            key=key, text=row["text"], sources=tuple(row["sources"]), always=row.get("always", False)
        )
        for key, row in data.items()
        if key != "version"
    }


CAUTIONS: Final = _read()
"""Every caution, in the order in which they stand."""


def caution(key: str) -> Caution:
    """Return one caution by its key."""
    return CAUTIONS[key]
