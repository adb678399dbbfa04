"""The reader's tables of codes, read once."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def table(name: str) -> Mapping[str, Any]:
    """Return one of the TOML files beside this module."""
    return tomllib.loads((files(__package__) / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def codes(name: str) -> Mapping[str, Any]:
    """Return one table of codes."""
    found: Mapping[str, Any] = table("tables")[name]
    return found
