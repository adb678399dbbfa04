"""Tests of one record: what a field states, and whether a record passes."""

import unicodedata
from functools import lru_cache
from typing import Any, assert_never

from app.completeness.domain.rules import AllOf, AnyOf, FieldHasWord, FieldIs, FieldStated, Not, RecordTest


def values_of(record: object, field: str) -> tuple[Any, ...]:
    """Return what a field states, empty where it is silent.

    A dotted field gives the value of each part of a list: `tests.interval`.
    """
    outer, _, inner = field.partition(".")
    value = getattr(record, outer)
    if value is None or value == ():
        return ()
    values = value if isinstance(value, tuple) else (value,)
    if not inner:
        return values
    return tuple(part for item in values if (part := getattr(item, inner)) is not None)


def passes(test: RecordTest | None, record: object) -> bool:
    """Say whether a record passes a test; no test lets every record pass."""
    match test:
        case None:
            return True
        case FieldStated(field):
            return bool(values_of(record, field))
        case FieldIs(field, values):
            return any(value in values for value in values_of(record, field))
        case FieldHasWord(field, words):
            return any(has_word(str(value), words) for value in values_of(record, field))
        case AllOf(rules):
            return all(passes(rule, record) for rule in rules)
        case AnyOf(rules):
            return any(passes(rule, record) for rule in rules)
        case Not(rule):
            return not passes(rule, record)
        case _:
            assert_never(test)


def has_word(text: str, beginnings: tuple[str, ...]) -> bool:
    """Say whether a word of the text begins with one of these, whatever case and accents."""
    return any(word.startswith(beginnings) for word in words_of(text))


@lru_cache(maxsize=4_096)  # regions, methods and specimens repeat
def words_of(text: str) -> tuple[str, ...]:
    """Fold a text to its words of letters and digits, without case and accents."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return tuple(
        "".join(
            letter if letter.isalnum() else " " for letter in letters if not unicodedata.combining(letter)
        ).split()
    )
