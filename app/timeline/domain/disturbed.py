"""When CA-125 can't be read: around procedures on peritoneum or pleura, and mouse antibodies.

Source: GCIG CA-125 criteria, by clinical.md section 3; the words of procedures are general knowledge.
"""

from collections.abc import Iterator
from typing import Final

from app.casefile.domain.case_file import CaseFile
from app.records.domain.course import Treatment
from app.timeline.domain.drugs import MOUSE_ANTIBODIES, drugs_of
from app.timeline.domain.lines import started_on
from app.timeline.domain.order import place

DISTURBING_WORDS: Final = (
    "peritone",
    "pleura",
    "pleurodesis",
    "paracentesis",
    "thoracentesis",
    "thoracocentesis",
    "ascites",
    "debulking",
    "cytoreduct",
    "laparo",
    "omentectomy",
    "hysterectomy",
    "oophorectomy",
)
"""Words of procedures on peritoneum or pleura, after which CA-125 rises by itself."""


def disturbed_days(case_file: CaseFile, after: int) -> Iterator[range]:
    """Return the days on which CA-125 can't be read: from a procedure or a mouse antibody to so many days after it."""
    for entry in case_file.of(Treatment):
        record = entry.record
        words = f"{record.procedure or ''} {record.site or ''}".casefold()
        is_procedure = record.category in ("surgery", "procedure") and any(
            word in words for word in DISTURBING_WORDS
        )
        if not is_procedure and not drugs_of(record) & MOUSE_ANTIBODIES:
            continue
        start = started_on(record)
        if start:
            ends = [place(text).last for text in (record.ended, *record.cycle_dates, start) if text]
            yield range(place(start).first, max(ends) + after + 1)
