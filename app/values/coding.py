"""Codes and the systems they belong to: one type per coding system that the product itself relies on."""

import re
from dataclasses import dataclass
from typing import ClassVar, Final

from app.values.check_digits import is_verhoeff, luhn
from app.values.data_tables import read_table

LOINC_NOTICE: Final = (
    "This product refers to LOINC codes. LOINC is copyright Regenstrief Institute, Inc. and the LOINC "
    "Committee; its licence is at https://loinc.org/license and costs nothing. LOINC is a registered "
    "trademark of Regenstrief Institute, Inc. The LOINC table itself is not distributed with this product."
)


class CodeTextError(ValueError):
    """A text that is no code of its system; `detail` and `fix` never repeat the text."""

    def __init__(self, detail: str, fix: str) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fix = fix


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingSystem:
    """A coding system: its names, and what can be told of a code's form without the system's tables."""

    name: str
    uri: str
    also: tuple[str, ...]
    form: re.Pattern[str] | None
    form_words: str | None
    strict: bool


def _read_systems() -> dict[str, CodingSystem]:
    by_name: dict[str, CodingSystem] = {}
    for row in read_table("systems").rows("system"):
        form = row.maybe_text("form")
        system = CodingSystem(
            name=row.text("name"),
            uri=row.text("uri"),
            also=row.texts("also"),
            form=None if form is None else re.compile(form),
            form_words=row.maybe_text("form_words"),
            strict=row.is_true("strict"),
        )
        for name in (system.name, system.uri, *system.also):
            if by_name.setdefault(_plain_system(name), system) is not system:
                raise row.fail("two systems share a name")
    return by_name


def _plain_system(text: str) -> str:
    return text.strip().casefold().removeprefix("urn:oid:").rstrip("/")


_SYSTEMS: Final = _read_systems()


def find_system(text: str) -> CodingSystem | None:
    """Find a coding system by short name, FHIR address, OID or HL7 v2 name; `None` where not known here."""
    return _SYSTEMS.get(_plain_system(text))


def canonical_system(text: str) -> str:
    """Give the short name of a coding system; one that isn't known here stays as it was written."""
    system = find_system(text)
    return text if system is None else system.name


def system_uri(text: str) -> str:
    """Give the address of a coding system, for export; one that isn't known here stays as it was written."""
    system = find_system(text)
    return text if system is None else system.uri


_CHECK_DIGIT_WRONG: Final = "The check digit does not agree with the other digits, so a digit is wrong."


@dataclass(frozen=True, slots=True)
class Loinc:
    """A LOINC code whose check digit is right; of parts, answers and lists (LP, LA, LL, LG) only the form."""

    code: str
    system: ClassVar[str] = "loinc"

    def __post_init__(self) -> None:
        if not re.fullmatch(_SYSTEMS["loinc"].form or "", self.code):
            raise CodeTextError(
                "This is not the form of a LOINC code.",
                "Write digits, a hyphen and one check digit, as 718-7.",
            )
        stem, _, check = self.code.partition("-")
        if stem.isdigit() and luhn(stem) != int(check):
            raise CodeTextError(_CHECK_DIGIT_WRONG, "Look the code up at loinc.org, or leave it out.")

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True, slots=True)
class Snomed:
    """A SNOMED CT identifier whose check digit is right."""

    code: str
    system: ClassVar[str] = "snomed"

    def __post_init__(self) -> None:
        if not re.fullmatch(_SYSTEMS["snomed"].form or "", self.code):
            raise CodeTextError(
                "This is not the form of a SNOMED CT code.", "Write its 6 to 18 digits and nothing else."
            )
        if not is_verhoeff(self.code):
            raise CodeTextError(
                _CHECK_DIGIT_WRONG, "Look the code up in SNOMED CT's browser, or leave it out."
            )

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True, slots=True)
class NciThesaurus:
    """A code of the NCI Thesaurus, its form checked."""

    code: str
    system: ClassVar[str] = "nci-thesaurus"

    def __post_init__(self) -> None:
        if not re.fullmatch(_SYSTEMS["nci-thesaurus"].form or "", self.code):
            raise CodeTextError("This is not the form of an NCI Thesaurus code.", "Write C and a number.")

    def __str__(self) -> str:
        return self.code
