"""Check digits: the last digit of a code, computed from the others, which betrays a mistyped one."""

from typing import Final

_DIHEDRAL: Final = (
    "0123456789",
    "1234067895",
    "2340178956",
    "3401289567",
    "4012395678",
    "5987604321",
    "6598710432",
    "7659821043",
    "8765932104",
    "9876543210",
)
_FIRST_SHUFFLE: Final = "1576283094"


def luhn(stem: str) -> int:
    """Compute the check digit that follows a stem of digits (mod 10).

    Source: ISO/IEC 7812-1, annex B; used by LOINC on the digits before the hyphen.
    """
    total = 0
    for place, digit in enumerate(reversed(stem)):
        doubled = int(digit) * (2 - place % 2)
        total += doubled // 10 + doubled % 10
    return -total % 10


def is_verhoeff(digits: str) -> bool:
    """Say whether digits, the check digit last, agree with each other.

    Source: Verhoeff 1969 (the group of the symmetries of a pentagon); used by SNOMED CT identifiers.
    """
    state = 0
    for place, digit in enumerate(reversed(digits)):
        shuffled = digit
        for _ in range(place % 8):  # the shuffle comes round after eight places
            shuffled = _FIRST_SHUFFLE[int(shuffled)]
        state = int(_DIHEDRAL[state][int(shuffled)])
    return state == 0
