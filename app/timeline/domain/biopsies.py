"""Biopsies that are recorded as procedures: that tissue was taken, not what was found in it."""

import re
from datetime import date
from typing import Final

from app.casefile.domain.case_file import CaseFile, Entry
from app.records.domain.course import Treatment
from app.timeline.domain.lines import started_on
from app.timeline.domain.order import Placed, place

_TAKES_TISSUE: Final = re.compile(
    r"biops|needle aspirat|биопси|biyopsi|活检|活組織|خزع|बायोप्सी", re.IGNORECASE
)
"""The word in the languages of the letters: `biops` is that of English, French, Spanish and German alike [GK]."""


def is_biopsy(treatment: Treatment) -> bool:
    """Tell whether a procedure or operation takes tissue to be looked at."""
    return (
        treatment.stated is None
        and treatment.category in {"procedure", "surgery"}
        and bool(_TAKES_TISSUE.search(treatment.procedure or ""))
    )


def biopsies_since(case_file: CaseFile, since: Placed | None, as_of: date) -> tuple[Entry[Treatment], ...]:
    """Return the dated biopsies from the first day of a date on (None: all), up to the day of the view."""
    return tuple(
        entry
        for entry in case_file.of(Treatment)
        if is_biopsy(entry.record)
        and (text := started_on(entry.record))
        and place(text).first <= as_of.toordinal()
        and (since is None or place(text).first >= since.first)
    )
