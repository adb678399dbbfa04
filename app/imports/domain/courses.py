"""When days on which a medicine was given are one course of it: the same in every format."""

from datetime import date
from typing import Final

LONGEST_GAP_DAYS: Final = 180
"""What is given again after a longer time begins another course. Source: clinical.md section 4, lines."""
DAYS_MOST: Final = 500
"""As many days as the record of a treatment holds."""


def begins_anew(day: date | None, last: date | None) -> bool:
    """Tell whether what is given on a day is another course than what was given last; not where a day is unknown."""
    return day is not None and last is not None and (day - last).days > LONGEST_GAP_DAYS
