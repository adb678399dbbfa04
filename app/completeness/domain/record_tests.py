"""Tests of one record: the smallest part of the rule language, and how each is evaluated.

A test is compiled to a function once, when its checklist is loaded, and then asked of thousands of records.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any, Generic, TypeAlias, TypeVar, assert_never

RuleT = TypeVar("RuleT")


@dataclass(frozen=True, slots=True)
class AllOf(Generic[RuleT]):
    """Every rule holds."""

    rules: tuple[RuleT, ...]


@dataclass(frozen=True, slots=True)
class AnyOf(Generic[RuleT]):
    """One rule at least holds."""

    rules: tuple[RuleT, ...]


@dataclass(frozen=True, slots=True)
class Not(Generic[RuleT]):
    """The rule does not hold."""

    rule: RuleT


@dataclass(frozen=True, slots=True)
class FieldStated:
    """The record has a value in the field."""

    field: str


@dataclass(frozen=True, slots=True)
class FieldIs:
    """The field's value is one of these; a silent field is none of them."""

    field: str
    values: tuple[str | bool, ...]


@dataclass(frozen=True, slots=True)
class FieldHasWord:
    """The field's text holds a word that begins with one of these, whatever case and accents."""

    field: str
    words: tuple[str, ...]


RecordTest: TypeAlias = (
    FieldStated | FieldIs | FieldHasWord | AllOf["RecordTest"] | AnyOf["RecordTest"] | Not["RecordTest"]
)
Tester: TypeAlias = Callable[[object], bool]


def compiled(test: RecordTest | None) -> Tester:
    """Compile a test; no test lets every record pass."""
    match test:
        case None:
            return _always
        case FieldStated(field):
            return _states(field)
        case FieldIs(field, values):
            return _is_among(field, values)
        case FieldHasWord(field, words):
            return lambda record: any(has_word(str(value), words) for value in values_of(record, field))
        case AllOf(rules):
            every = tuple(map(compiled, rules))
            return lambda record: all(one(record) for one in every)
        case AnyOf(rules):
            some = tuple(map(compiled, rules))
            return lambda record: any(one(record) for one in some)
        case Not(rule):
            inner = compiled(rule)
            return lambda record: not inner(record)
        case _:
            assert_never(test)


def values_of(record: object, field: str) -> tuple[Any, ...]:
    """Return what a field states, empty where it is silent.

    A dotted field gives the value of each part of a list: `tests.interval`.
    """
    if "." in field:
        outer, _, inner = field.partition(".")
        return tuple(part for item in getattr(record, outer) if (part := getattr(item, inner)) is not None)
    value = getattr(record, field)
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _always(_: object) -> bool:
    return True


def _states(field: str) -> Tester:
    if "." in field:
        return lambda record: bool(values_of(record, field))
    read = attrgetter(field)
    return lambda record: (value := read(record)) is not None and value != ()


def _is_among(field: str, values: tuple[str | bool, ...]) -> Tester:
    among = frozenset(values)
    if "." in field:
        return lambda record: not among.isdisjoint(values_of(record, field))
    read = attrgetter(field)

    def is_among(record: object) -> bool:
        value = read(record)
        return any(one in among for one in value) if isinstance(value, tuple) else value in among

    return is_among


def has_word(text: str, beginnings: tuple[str, ...]) -> bool:
    """Say whether a word of the text begins with one of these, whatever case and accents."""
    return any(word.startswith(beginnings) for word in words_of(text))


@lru_cache(maxsize=4_096)  # regions, methods and specimens repeat
def words_of(text: str) -> tuple[str, ...]:
    """Fold a text to its words of letters and digits, without case and accents."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = (letter for letter in letters if not unicodedata.combining(letter))
    return tuple("".join(letter if letter.isalnum() else " " for letter in kept).split())
