"""Whether a record that a reader made can be stored: the very checks that a posted record meets."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from app.errors import FieldError
from app.records.domain.checks import check_record
from app.records.domain.kinds import KINDS, AnyRecord
from app.records.domain.stored import plain
from app.web.validation import PROBLEMS_KEY, words_of


@cache
def _adapter(kind: str) -> TypeAdapter[Any]:
    return TypeAdapter(KINDS[kind])


def faults_of(record: AnyRecord) -> list[FieldError]:
    """Return everything that stands against storing a record, by field; empty when nothing does."""
    try:
        _adapter(record.kind).validate_python(plain(record))
    except ValidationError as error:
        found: list[FieldError] = []
        for one in error.errors():
            if PROBLEMS_KEY not in (one.get("ctx") or {}):
                pointer = "".join(f"/{part}" for part in one["loc"])
                found.append(FieldError(pointer, *words_of(one)))
        return found
    return check_record(record)
