"""Words that say nothing, or that there is nothing. The whole text must be such words; a part of it decides nothing."""

from functools import lru_cache
from typing import Final

from app.imports.domain.facts import (
    Illness,
    Intolerance,
    Medicine,
    allergy_record,
    illness_record,
    medicine_record,
)
from app.imports.domain.fitting import Remarks
from app.imports.domain.reading import AnyItem
from app.imports.readers.cda.context import Spot
from app.records.domain.base import Absence
from app.records.domain.kinds import AnyRecord

_NOTHING: Final = frozenset(
    {"no information", "no information available", "not available", "no data", "no data available", "n/a", "na",
     "unknown", "no data to display", "no entries", "none recorded", "not recorded", "keine angaben"}
)  # fmt: skip
_NONE: Final = {
    "allergy": frozenset(
        {"no known allergies", "nka", "nkda", "no known drug allergies", "no allergies", "none known", "none",
         "no known medication allergies", "patient has no known allergies", "keine allergien bekannt"}
    ),
    "comorbidity": frozenset(
        {"no known problems", "no problems", "none", "none known", "no active problems", "no known conditions"}
    ),
    "medication": frozenset(
        {"no known medications", "no medications", "none", "none known", "no current medications",
         "no active medications", "patient takes no medications", "not taking any medications", "keine medikamente"}
    ),
}  # fmt: skip


@lru_cache(maxsize=512)
def _folded(words: str) -> str:
    return " ".join(words.split()).strip(" .:;!-").casefold()


def nothing_said(words: str) -> bool:
    """Tell whether a section's words say only that there is no information."""
    return len(words) < 60 and _folded(words) in _NOTHING  # noqa: PLR2004  none of them is longer


def stated_none(kind: str, words: str, spot: Spot) -> AnyItem | None:
    """Return the statement that there is none, where a section's words say that and nothing else."""
    if len(words) > 60 or _folded(words) not in _NONE.get(kind, frozenset()):  # noqa: PLR2004  none of them is longer
        return None
    remarks, date = Remarks(), spot.doc.header.date
    record: AnyRecord | None
    match kind:
        case "allergy":
            record = allergy_record(Intolerance(absent=Absence.NONE, date=date), "cda", remarks)
        case "comorbidity":
            record = illness_record(Illness(absent=Absence.NONE, date=date), "cda", remarks)
        case _:
            record = medicine_record(Medicine(absent=Absence.NONE, date=date), "cda", remarks)
    return (
        None if record is None else spot.found(record, remarks, words=words, key=spot.doc.key("none", kind))
    )
