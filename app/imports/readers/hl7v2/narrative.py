"""Narrative reports sent line by line: put together again, and the part found that says the conclusion."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from app.imports.readers.hl7v2.fields import Coded, coded_field
from app.imports.readers.hl7v2.groups import Row
from app.imports.readers.hl7v2.tables import table

Sort = Literal["imaging", "pathology"]

_HEADING: Final = re.compile(
    r"\s*(?:[0-9A-Z][.)]\s+|[-*#=_]+\s*)?(?P<words>[^\W\d_][^:\n]{1,60}?)\s*(?P<end>:|$|\s[-–=]+\s*$)(?P<rest>.*)"
)
_LONGEST_LINE: Final = 2_000
_LONGEST_TEXT: Final = 1_000_000
"""Longer ones are kept as they are, whole: no report is so long."""


@dataclass(frozen=True, slots=True)
class Narrative:
    """A report as text."""

    text: str
    """The whole, line by line, sections named by what their observations are called."""
    conclusion: str
    """The part under its heading; the whole where none is headed so."""
    is_whole: bool
    """Whether the conclusion is the whole text."""


def lines_of(row: Row) -> str:
    """Return the text of one observation, repetitions and formatting as line ends."""
    obx = row.obx
    parts = [obx.marks.unescaped(part) for part in obx.repetitions(5)]
    text = "\n".join(parts).replace("\r\n", "\n").replace("\r", "\n")
    if obx.marks.component in obx.raw(5) and obx.raw(2) not in {"TX", "FT", "ST", ""}:
        text = text.replace(obx.marks.component, " ")
    return "\n".join(line.rstrip() for line in text.split("\n")) if len(text) <= _LONGEST_TEXT else text


def narrative_of(rows: Sequence[tuple[Row, str]], sort: Sort | None) -> Narrative:
    """Put a report's observations, each with its words, together and find its conclusion."""
    entries = [(coded_field(row.obx, 3), words) for row, words in rows]
    several = len({entry.identity for entry, _ in entries}) > 1
    pieces: list[str] = []
    before = None
    for entry, words in entries:
        if several and entry.identity != before and entry.text and entry.text != entry.suffix:
            pieces.append(("\n" if pieces else "") + f"{entry.text}:")
        before = entry.identity
        pieces.append(words)
    whole = "\n".join(pieces).strip()
    sort = sort if len(whole) <= _LONGEST_TEXT else None
    marked = "\n".join(words for entry, words in entries if _is_conclusion(entry)).strip()
    if several and marked and sort is not None:
        found: str | None = _under_heading(marked, sort) or marked
    else:
        found = _under_heading(whole, sort) if sort else None
    conclusion = found or whole
    return Narrative(whole, conclusion, is_whole=conclusion == whole)


def _is_conclusion(entry: Coded) -> bool:
    known = table("headings")["codes"]
    return entry.suffix in known["suffixes"] or any(
        code.system == "loinc" and code.code in known["conclusion"] for code in entry.codings
    )


@cache
def _headings(sort: Sort) -> tuple[frozenset[str], frozenset[str]]:
    words = table("headings")
    conclusion = frozenset(words["conclusion"][sort])
    others = frozenset(words["other"]) | frozenset(
        word for known in words["conclusion"].values() for word in known
    )
    return conclusion, others - conclusion


def _under_heading(text: str, sort: Sort) -> str | None:
    """Return what stands under the conclusion's headings, each to the next heading; None where there is none."""
    conclusion, others = _headings(sort)
    kept: list[str] = []
    within = False
    for line in text.split("\n"):
        match = _HEADING.fullmatch(line) if len(line) <= _LONGEST_LINE else None
        words = " ".join(match["words"].casefold().split()) if match else ""
        if match and words in conclusion:
            within = True
            kept.append(match["rest"].strip())
        elif match and (words in others or (within and _shouts(match))):
            within = False
        elif within:
            kept.append(line)
    return "\n".join(kept).strip() or None


def _shouts(match: re.Match[str]) -> bool:
    """Tell whether a line is a heading by being all capitals and ending in a colon, with nothing after it."""
    return match["words"].isupper() and match["end"] == ":" and not match["rest"].strip()
