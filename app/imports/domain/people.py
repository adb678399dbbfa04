"""Names, sexes and identifiers of patients, as the formats write them."""

import re
from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypeAlias

Sex: TypeAlias = Literal["female", "male", "other", "unknown"]

_SEXES: Final[Mapping[str, Sex]] = {
    "f": "female",
    "female": "female",
    "w": "female",
    "m": "male",
    "male": "male",
    "o": "other",
    "other": "other",
    "d": "other",
    "un": "other",
    "a": "other",
    "u": "unknown",
    "unk": "unknown",
    "unknown": "unknown",
    "n": "unknown",
}
"""HL7 v2 table 0001, HL7 v3 AdministrativeGender, FHIR administrative-gender, DICOM (0010,0040)."""

_BLANKS: Final = re.compile(r"\s+")


def sex_of(text: str | None) -> Sex | None:
    """Return the administrative sex that a code says; None where it is none known here."""
    return _SEXES.get(text.strip().casefold()) if text else None


def full_name(
    *, given: Iterable[str] = (), family: str | None = None, suffix: str | None = None
) -> str | None:
    """Return a name as it is read aloud: given names, family name, suffix; titles are left out. None where empty."""
    parts = [*given, family or "", suffix or ""]
    return _BLANKS.sub(" ", " ".join(part.strip() for part in parts if part and part.strip())).strip() or None
