"""Names, sexes and identifiers of patients, as the formats write them."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from app.records.domain.base import Role

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


_ROLES: Final[tuple[tuple[Role, re.Pattern[str]], ...]] = (
    ("mdt", re.compile(r"tumou?r board|multidisciplin|\bmdt\b", re.IGNORECASE)),
    ("radiologist", re.compile(r"radiolog|nuclear medicine", re.IGNORECASE)),
    ("pathologist", re.compile(r"patholog", re.IGNORECASE)),
    ("surgeon", re.compile(r"surg(eon|ery|ical)|chirurg", re.IGNORECASE)),
    ("oncologist", re.compile(r"oncolog|onkolog", re.IGNORECASE)),
    ("laboratory", re.compile(r"laborator", re.IGNORECASE)),
    ("patient_caregiver", re.compile(r"^(patient|self)\b|caregiver|guardian|parent\b|spouse", re.IGNORECASE)),
)
"""The first that fits. Radiation oncology is oncology: `radiolog` is not in it; surgical oncology is surgery."""


_LANGUAGES: Final[Mapping[str, str]] = {
    "ara": "ar", "chi": "zh", "zho": "zh", "deu": "de", "ger": "de", "dut": "nl", "nld": "nl", "ell": "el", "gre": "el",
    "eng": "en", "fra": "fr", "fre": "fr", "heb": "he", "hin": "hi", "ita": "it", "jpn": "ja", "kor": "ko", "pol": "pl",
    "por": "pt", "rus": "ru", "spa": "es", "tur": "tr", "ukr": "uk", "vie": "vi",
}  # fmt: skip
"""ISO 639-2, which older senders write, to the shorter code that BCP 47 asks for."""
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")
"""No language is registered under a longer first part: `english` is a word. Source: RFC 5646, sections 2.1, 2.2.1."""
_TAG_MOST: Final = 35
"""What a document's field holds. Source: RFC 5646, section 4.4.1."""


def language_of(text: str | None) -> str | None:
    """Return a language as BCP 47 writes it; None where the text is no such tag."""
    plain = (text or "").strip().replace("_", "-")
    if len(plain) > _TAG_MOST or not _TAG.fullmatch(plain):
        return None
    first, dash, rest = plain.partition("-")
    return f"{_LANGUAGES.get(first.casefold(), first.casefold())}{dash}{rest}"


@lru_cache(maxsize=1_024)
def role_of(specialty: str | None) -> Role:
    """Return who stands behind a statement, by the specialty given; another clinician where none tells."""
    return next((role for role, words in _ROLES if words.search(specialty or "")), "other_clinician")


def full_name(
    *, given: Iterable[str] = (), family: str | None = None, suffix: str | None = None
) -> str | None:
    """Return a name as it is read aloud: given names, family name, suffix; titles are left out. None where empty."""
    parts = [*given, family or "", suffix or ""]
    return _BLANKS.sub(" ", " ".join(part.strip() for part in parts if part and part.strip())).strip() or None
