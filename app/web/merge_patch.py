"""JSON merge patches (RFC 7396): null takes a field away, silence keeps it."""

from collections.abc import Mapping
from typing import Any, TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter, ValidationError

ValueT = TypeVar("ValueT")


def merged(adapter: TypeAdapter[ValueT], value: ValueT, patch: Mapping[str, Any]) -> ValueT:
    """Return the value with the patch applied, as the adapter takes it.

    Raises:
        RequestValidationError: the result is not sound.
    """
    whole = _merge(adapter.dump_python(value, mode="json"), patch)
    try:
        return adapter.validate_python(whole)
    except ValidationError as error:
        found = [
            {**one, "loc": ("body", *one["loc"])}
            for one in error.errors(include_input=False, include_url=False)
        ]
        raise RequestValidationError(found, body=whole) from error


def _merge(target: object, patch: object) -> Any:  # noqa: ANN401 (JSON)
    if not isinstance(patch, Mapping):
        return patch
    result: dict[str, Any] = dict(target) if isinstance(target, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = _merge(result.get(name), value)
    return result
