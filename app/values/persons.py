"""Whether two entries can be of one person: names, birth dates and sexes as papers print them."""

import unicodedata
from typing import Final

from app.values.dates import DateTextError, PartialDate, may_overlap

_SEXES: Final = frozenset({"female", "male"})


def same_name(one: str, other: str) -> bool:
    """Tell whether two names can be of one person: the words of one all in the other, initials included.

    Accents, case, order and punctuation make no difference; another spelling is for a person to decide.
    """
    shorter, longer = sorted((_name_words(one), _name_words(other)), key=len)
    return all(any(_same_word(word, known) for known in longer) for word in shorter)


def same_birth_date(one: str, other: str) -> bool:
    """Tell whether two birth dates, as precise as they are, can be the same day; what is no date contradicts none."""
    try:
        return may_overlap(PartialDate.parse(one), PartialDate.parse(other))
    except DateTextError:
        return True


def same_sex(one: str, other: str) -> bool:
    """Tell whether two entries of sex don't contradict; only female and male do."""
    return one == other or not {one, other} <= _SEXES


def _same_word(one: str, other: str) -> bool:
    return one == other or (1 in (len(one), len(other)) and one[0] == other[0])


def _name_words(name: str) -> frozenset[str]:
    letters = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return frozenset("".join(letter if letter.isalnum() else " " for letter in plain).split())
