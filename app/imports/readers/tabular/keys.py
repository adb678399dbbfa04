"""The identity of a fact in a table: what it is about, never where it stands."""

import hashlib
import unicodedata
from functools import lru_cache
from typing import Final

from app.imports.domain.reading import UnreadablePayloadError
from app.imports.readers.tabular.cells import MOST_FACTS
from app.records.domain.kinds import AnyRecord
from app.values.catalogue import find_analytes

_LONGEST: Final = 180


def key_of(kind: str, *parts: str | None) -> str:
    """Return the key of a fact: the same whenever a table says it again."""
    key = "/".join(["table", kind, *[part.replace("/", ",") if part else "" for part in parts]])
    if len(key) <= _LONGEST:
        return key
    return f"table/{kind}/{hashlib.sha256(key.encode()).hexdigest()}"


@lru_cache(maxsize=4_096)
def analyte_key(name: str) -> str:
    """Return what a test is, by any spelling that is known here."""
    found = find_analytes(name)
    return found[0].key if len(found) == 1 else fold_subject(name)


@lru_cache(maxsize=4_096)
def fold_subject(name: str) -> str:
    """Fold what a fact is about: case and punctuation make no difference, the vowels of every script do."""
    letters = unicodedata.normalize("NFKC", name).casefold()
    folded = "".join(
        letter for letter in letters if letter.isalnum() or unicodedata.category(letter)[0] == "M"
    )
    return folded or name


class Keys:
    """The keys given out in one payload, so that two facts never share one."""

    def __init__(self) -> None:
        self._first: dict[tuple[str | None, str], AnyRecord] = {}
        self._answered = 0
        self._others: dict[tuple[str | None, str], dict[str, None]] = {}
        """Of keys that several facts have: each as a text."""

    def count(self) -> None:
        """Count one more thing that is answered.

        Raises:
            UnreadablePayloadError: there are too many.
        """
        self._answered += 1
        if self._answered > MOST_FACTS:
            message = (
                f"The payload has more than {MOST_FACTS:,} values. Send it in parts, each with the header."
            )
            raise UnreadablePayloadError(message)

    def claim(self, key: str, record: AnyRecord, patient: str | None) -> str | None:
        """Return the key of a fact, numbered where another one has it; None where this very fact was read already."""
        first = self._first.setdefault((patient, key), record)
        if first is record:
            return key
        others = self._others.setdefault((patient, key), {repr(first): None})
        said = repr(record)
        if said in others:
            return None
        others[said] = None
        return f"{key}#{len(others)}"
