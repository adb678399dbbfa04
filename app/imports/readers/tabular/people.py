"""Whose row it is: the patients that a table names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from app.cases.domain import Identifier, Patient
from app.imports.domain.fitting import WORD_MOST
from app.imports.domain.people import Sex, full_name, sex_of
from app.imports.domain.reading import ReadPatient, UnreadablePayloadError
from app.imports.readers.tabular.cells import MOST_PATIENTS
from app.imports.readers.tabular.words import absence_of, sex_word
from app.values.catalogue import fold_name

SYSTEMS: Final[Mapping[str, str]] = {"mrn": "MRN", "patient_id": "patient_id"}
"""What identifiers of a table are issued under: a table says which column it is, not who gave the number."""
_BLANKS: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What one row says of its patient."""

    identifiers: tuple[tuple[str, str], ...] = ()
    name: str | None = None
    birth_date: str | None = None
    sex: Sex | None = None

    @property
    def key(self) -> str | None:
        """What tells this patient from others; None where the row names nobody."""
        if self.identifiers:
            system, value = self.identifiers[0]
            return f"{system} {value}"
        if self.name:
            return f"name {self.name.casefold()} {self.birth_date or ''}".strip()
        return None


@dataclass(slots=True)
class _Draft:
    place: str
    identifiers: dict[tuple[str, str], None] = field(default_factory=dict)
    name: str | None = None
    birth_date: str | None = None
    sex: Sex | None = None


def named_by(texts: Mapping[str, str], birth_date: str | None) -> Named:
    """Return what the patient's fields of a row say; `birth_date` is EDTF."""
    said = {name: str(text) for name, text in texts.items() if text and absence_of(text) is None}
    if _is_a_name(said.get("patient_id", "")):
        said.setdefault("patient_name", said.pop("patient_id"))
    identifiers = tuple(
        (system, said[name])
        for name, system in SYSTEMS.items()
        if name in said and len(said[name]) <= WORD_MOST
    )
    name = said.get("patient_name") or full_name(
        given=[said["given_name"]] if "given_name" in said else (), family=said.get("family_name")
    )
    sex = said.get("sex")
    name = _BLANKS.sub(" ", name).strip() if name else None
    return Named(
        identifiers=identifiers,
        name=name if name and len(name) <= WORD_MOST else None,
        birth_date=birth_date,
        sex=(sex_of(sex) or sex_of(sex_word(sex))) if sex else None,
    )


class People:
    """The patients of a whole payload."""

    def __init__(self) -> None:
        self._drafts: dict[str, _Draft] = {}

    def add(self, named: Named, place: str) -> str | None:
        """Take in what a row says; return what contradicts an earlier row of the patient, None where nothing does."""
        key = named.key
        if key is None:
            return None
        draft = self._drafts.setdefault(key, _Draft(place))
        if len(self._drafts) > MOST_PATIENTS:
            message = f"The payload has more than {MOST_PATIENTS:,} patients. Send it in parts."
            raise UnreadablePayloadError(message)
        if named.birth_date and draft.birth_date and named.birth_date != draft.birth_date:
            return "Another row gives this patient another birth date."
        if named.sex and draft.sex and named.sex != draft.sex:
            return "Another row gives this patient another sex."
        if named.name and draft.name and not _may_be_one(named.name, draft.name):
            return "Another row gives this patient another name."
        draft.identifiers.update(dict.fromkeys(named.identifiers))
        draft.name = draft.name or named.name
        draft.birth_date = draft.birth_date or named.birth_date
        draft.sex = draft.sex or named.sex
        return None

    def keys(self) -> tuple[str, ...]:
        """Return the patients, in order of appearance."""
        return tuple(self._drafts)

    def read(self) -> tuple[ReadPatient, ...]:
        """Return everything that the payload says of its patients."""
        return tuple(
            ReadPatient(
                key=key,
                place=draft.place,
                patient=Patient(
                    identifiers=tuple(
                        Identifier(system=system, value=value) for system, value in draft.identifiers
                    ),
                    name=draft.name,
                    birth_date=draft.birth_date,
                    sex=draft.sex,
                ),
            )
            for key, draft in self._drafts.items()
        )


def _is_a_name(text: str) -> bool:
    """Tell whether a column `Patient` holds a name and no number."""
    return len(text.split()) > 1 and not any(letter.isdigit() for letter in text)


def _may_be_one(name: str, other: str) -> bool:
    """Tell whether two names share a word, whatever their order."""
    return bool(_words(name) & _words(other))


def _words(name: str) -> set[str]:
    return {fold_name(word) or word for word in re.split(r"[\s,;.]+", name) if word}
