"""Whether a record that a reader made can be stored: the very checks that a posted record meets."""

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from threading import Lock
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from app.errors import FieldError
from app.imports.domain.planning import digest_of
from app.imports.domain.reading import FoundRecord
from app.records.domain.checks import check_record
from app.records.domain.kinds import KINDS, AnyRecord
from app.records.domain.stored import plain
from app.web.validation import PROBLEMS_KEY, words_of


class Judgement:
    """What stands against each record of one import, and its hash: found once, however often it is planned."""

    def __init__(self) -> None:
        # What is judged is kept beside its judgement, so that its id stays its own.
        self._faults: dict[int, tuple[AnyRecord, tuple[FieldError, ...]]] = {}
        self._digests: dict[int, tuple[FoundRecord, str]] = {}

    def faults(self, record: AnyRecord) -> tuple[FieldError, ...]:
        """Return everything that stands against storing a record; empty when nothing does."""
        found = self._faults.get(id(record))
        if found is None:
            found = self._faults[id(record)] = (record, tuple(faults_of(record)))
        return found[1]

    def digest(self, item: FoundRecord) -> str:
        """Return the hash of a fact as it was read."""
        found = self._digests.get(id(item))
        if found is None:
            found = self._digests[id(item)] = (item, digest_of(item))
        return found[1]


MOST_DIGITS: Final = 300
"""A number with more is beyond any quantity, and beyond what a double can hold; posted records are refused alike."""


_BUILDING: Final = Lock()


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    # pydantic parses the source of the kinds for their docstrings, and two threads that parse at once can fail: CPython
    # 3.11 counts the depth of the trees of both together ("AST constructor recursion depth mismatch").
    with _BUILDING:
        return TypeAdapter(KINDS[kind])


def _beyond(value: object, pointer: str) -> Iterator[FieldError]:
    """Find numbers beyond any quantity, which no client could read back."""
    if isinstance(value, Decimal):
        if not value.is_finite() or abs(value.adjusted()) > MOST_DIGITS:
            detail = "The number is out of range."
            yield FieldError(pointer, detail, "Check the number and its unit.")
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _beyond(part, f"{pointer}/{name}")
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _beyond(part, f"{pointer}/{index}")


def faults_of(record: AnyRecord) -> list[FieldError]:
    """Return everything that stands against storing a record, by field; empty when nothing does."""
    fields = plain(record)
    beyond = list(_beyond(fields, ""))
    if beyond:
        return beyond
    try:
        _adapter(record.kind).validate_python(fields)
    except ValidationError as error:
        found: list[FieldError] = []
        for one in error.errors():
            if PROBLEMS_KEY not in (one.get("ctx") or {}):
                pointer = "".join(f"/{part}" for part in one["loc"])
                found.append(FieldError(pointer, *words_of(one)))
        return found
    return check_record(record)
