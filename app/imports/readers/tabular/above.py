"""What the lines above a table say of all of it: the patient, the day, the laboratory."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from app.imports.readers.tabular.cells import Row
from app.imports.readers.tabular.words import FIELDS_BY_NAME, PATIENT_FIELDS
from app.values.catalogue import fold_name

_SAID_ABOVE: Final = PATIENT_FIELDS | {"date", "laboratory", "facility", "sample_id", "author", "specimen"}
_LABELLED: Final = re.compile(r"\s*([^:\uff1a=]{1,60}?)\s*[:\uff1a=]\s*(.*?)\s*", re.DOTALL)
_SIGNS: Final = ":\uff1a="
_BETWEEN: Final = re.compile(r"[;|\t]|,(?=[^,:]{1,40}:)|\s{3,}")


def said_above(rows: Sequence[Row], taken: frozenset[str]) -> Mapping[str, str]:
    """Return what lines such as `Patient: …`, `Collected: …` say, by field; the table's own columns go before."""
    found: dict[str, str] = {}
    for row in rows:
        if any(cell.startswith("#") for cell in row.cells):
            continue  # a remark of whoever made the sheet
        for label, value in _pairs(row.cells):
            fields = FIELDS_BY_NAME.get(fold_name(label), ())
            field = next((name for name in fields if name in _SAID_ABOVE and name not in taken), None)
            if field and value:
                found.setdefault(field, value)
    return found


def _pairs(cells: Sequence[str]) -> Iterator[tuple[str, str]]:
    filled = [cell for cell in cells if cell]
    skipped = False
    for at, cell in enumerate(filled):
        if skipped:
            skipped = False
            continue
        if type(cell) is str and any(sign in cell for sign in _SIGNS):
            match = _LABELLED.fullmatch(cell)
            if match and not match[2] and at + 1 < len(filled):
                yield match[1], filled[at + 1]
                skipped = True
                continue
            for part in _BETWEEN.split(cell):
                labelled = _LABELLED.fullmatch(part)
                if labelled and labelled[2]:
                    yield labelled[1], labelled[2]
        elif at + 1 < len(filled) and fold_name(cell) in FIELDS_BY_NAME:
            yield cell, filled[at + 1]
            skipped = True
