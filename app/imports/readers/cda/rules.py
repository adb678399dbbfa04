"""Which section is which, and how entries are read: the tables of `sections.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, Literal, get_args

from app.imports.readers.cda.tree import Node, attribute

Words = Literal[
    "statement", "plan", "question", "symptom", "goals", "procedure", "imaging", "entries", "none"
]
_IMAGING: Final = "2.16.840.1.113883.10.20.6.2."
_ENTRY: Final = "2.16.840.1.113883.10.20.22.4."


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What the sections of a kind are."""

    entries: str
    words: Words
    stated: str | None = None
    why: str | None = None
    part: str | None = None
    """The sort of report that its words are a part of, where it has no entries."""


OTHER: Final = Rule(entries="other", words="statement")
"""A section that no row names: what stands in it is what its author wrote."""


def _read() -> tuple[Mapping[str, Rule], Mapping[str, str], Mapping[str, str]]:
    table: dict[str, Any] = tomllib.loads(
        (files("app.imports.readers.cda") / "sections.toml").read_text(encoding="utf-8")
    )
    rules: dict[str, Rule] = {}
    for row in table["section"]:
        if row["words"] not in get_args(Words):
            message = f"sections.toml: words are not {row['words']}"
            raise RuntimeError(message)
        rule = Rule(
            entries=row["entries"],
            words=row["words"],
            stated=row.get("stated"),
            why=row.get("why"),
            part=row.get("part"),
        )
        for code in row["codes"]:
            rules[code] = rule
    return rules, table["templates"], table["entries"]


_RULES, _TEMPLATES, _ENTRIES = _read()


def section_code(code: Node | None, followed: tuple[str, ...]) -> str:
    """Return the code of a section, or that of its templates where its own is not known; empty where none tells."""
    own = attribute(code, "code") or ""
    if own in _RULES:
        return own
    return next((_TEMPLATES[one] for one in followed if one in _TEMPLATES), own)


def rule_of(code: str) -> Rule:
    """Return the rule of a section's code."""
    return _RULES.get(code, OTHER)


@lru_cache(maxsize=4_096)  # entries follow the same few templates
def handler_of(followed: tuple[str, ...]) -> str | None:
    """Return how a statement is read by the templates that it follows; None where none is known here."""
    for one in followed:
        if one.startswith(_IMAGING):
            return "imaging_part"
        if one.startswith(_ENTRY):
            found = _ENTRIES.get(one[len(_ENTRY) :])
            if found is not None:
                return found
    return None
