"""The reader's tables of words: names of columns, kinds of tables, words in cells."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, Literal, TypeAlias

from app.imports.domain.measured import Flag
from app.records.domain.base import Absence
from app.values.catalogue import fold_name

Silence: TypeAlias = Literal["silence"]

_FOLDER: Final = "app.imports.readers.tabular"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What one kind of table has."""

    name: str
    needs: tuple[frozenset[str], ...]
    own: frozenset[str]
    fields: frozenset[str]
    """All fields that are read from a table of this kind, the patient's among them."""


def load(name: str) -> Mapping[str, Any]:
    """Return a table of this folder."""
    return tomllib.loads((files(_FOLDER) / f"{name}.toml").read_text(encoding="utf-8"))


def _columns() -> tuple[Mapping[str, tuple[str, ...]], tuple[str, ...]]:
    table = load("columns")
    found: dict[str, list[str]] = {}
    for field, names in table.items():
        for listed in names.values():
            for name in (*listed, field):
                fields = found.setdefault(fold_name(name), [])
                if field not in fields:
                    fields.append(field)
    return {name: tuple(fields) for name, fields in found.items()}, tuple(table)


FIELDS_BY_NAME, FIELDS = _columns()
"""The fields that a column's folded name can stand for; all fields there are."""

_KINDS: Final = load("kinds")
PATIENT_FIELDS: Final = frozenset(_KINDS["common"]["patient"])
COMMON_FIELDS: Final = frozenset(_KINDS["common"]["may"])
KINDS: Final = tuple(
    Kind(
        name=row["name"],
        needs=tuple(map(frozenset, row["needs"])),
        own=frozenset(row["own"]),
        fields=frozenset(row["own"]) | frozenset(row["may"]) | COMMON_FIELDS | PATIENT_FIELDS,
    )
    for row in _KINDS["kind"]
)

_WORDS: Final = load("words")


def _by_word(table: str) -> dict[str, str]:
    return {fold_word(word): meaning for meaning, words in _WORDS[table].items() for word in words}


def fold_word(text: str) -> str:
    """Fold a word; one of signs alone stays as it is."""
    return fold_name(text) or "".join(text.split())


_ABSENCES: Final = _by_word("absence")
_FLAGS: Final = _by_word("flag")
_SEXES: Final = _by_word("sex")
MONTHS: Final[Mapping[str, int]] = {word: int(month) for word, month in _by_word("month").items()}
BESIDE_MONTH: Final = frozenset(map(fold_word, _WORDS["beside_month"]["words"]))
ABOUT: Final = frozenset(map(fold_word, _WORDS["about"]["words"]))
_LONGEST_WORD: Final = 60
_LONGEST_TEXT: Final = 500


@lru_cache(maxsize=4_096)
def absence_of(text: str) -> Absence | Silence | None:
    """Tell what a cell says instead of a fact; None where it says a fact."""
    if len(text) > _LONGEST_WORD:
        return None
    folded = fold_name(text)
    if not folded:
        if text == "?":
            return Absence.UNKNOWN
        return None if _FLAGS.get("".join(text.split())) else "silence"
    found = _ABSENCES.get(folded)
    if found is None:
        return None
    return "silence" if found == "silence" else Absence(found)


def flag_of(text: str) -> Flag | None:
    """Return the laboratory's flag that a cell or the end of one holds."""
    if not text or len(text) > _LONGEST_WORD:
        return None
    return _FLAGS.get(fold_word(text.strip("()[] ")))  # type: ignore[return-value]  # the table's keys are the flags


def sex_word(text: str) -> str | None:
    """Return the sex that a word of one of the languages says."""
    return _SEXES.get(fold_word(text)) if len(text) <= _LONGEST_WORD else None


_VALUES: Final = load("values")
_MEANINGS: Final[Mapping[str, Mapping[str, str]]] = {
    table: {fold_word(word): meaning for meaning, words in meanings.items() for word in words}
    for table, meanings in _VALUES.items()
}


def meaning_of(table: str, text: str | None) -> str | None:
    """Return what a word means by a table of `values.toml`; None where the table does not know it."""
    if not text or len(text) > _LONGEST_WORD:
        return None
    return _MEANINGS[table].get(fold_word(text))


def meaning_in(table: str, text: str | None) -> tuple[str, ...]:
    """Return what single words of a text mean, each once."""
    words = (text or "")[:_LONGEST_TEXT].replace("/", " ").split()
    found = (_MEANINGS[table].get(fold_word(word)) for word in words)
    return tuple(dict.fromkeys(meaning for meaning in found if meaning))
