"""Turns what Pydantic found wrong into places and plain words, without the values that were sent."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, TypeAlias

from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from app.errors import FieldError

PROBLEMS_KEY = "problems"
"""Where a validator of ours puts the several things that it found at one place."""

_FIXES: Mapping[str, tuple[str, str]] = {
    "missing": ("This field is required and was not sent.", "Add the field."),
    "extra_forbidden": ("There is no such field here.", "Check its spelling, or leave it out."),
    "unexpected_keyword_argument": ("There is no such field here.", "Check its spelling, or leave it out."),
    "union_tag_not_found": ("The kind is not stated.", "Add `kind`."),
    "json_invalid": ("The body is not valid JSON.", "Send a JSON document in UTF-8."),
    "string_too_short": ("The text is too short.", "Leave an empty field out, or fill it."),
    "decimal_parsing": (
        "This is not a number.",
        "Send a number such as 18.4; put `<` or `>` into `comparator`.",
    ),
    "int_parsing": ("This is not a whole number.", "Send a whole number."),
    "not_a_day": ("This is not a day.", "Send a day such as 2026-03-20."),
    "not_a_moment": ("This is not a moment.", "Send a moment with its zone, such as 2030-01-31T00:00:00Z."),
    "bool_parsing": ("This is neither true nor false.", "Send true or false, or leave the field out."),
}


def field_errors(error: RequestValidationError) -> tuple[list[FieldError], dict[str, Any]]:
    """Return what is wrong, place by place, and further members of the problem (`items` of a batch)."""
    found: list[FieldError] = []
    for one in error.errors():
        pointer = _pointer(one["loc"], error.body, names_absent=str(one["type"]).startswith("missing"))
        several = (one.get("ctx") or {}).get(PROBLEMS_KEY)
        if several:
            found.extend(FieldError(pointer + each.pointer, each.detail, each.fix) for each in several)
        else:
            found.append(FieldError(pointer, *words_of(one)))
    return found, _batch_items(found, error.body)


_BATCHES = ("records", "proposals")
"""Members of a request that hold many things, of which all are stored or none."""


def _batch_items(found: Sequence[FieldError], body: object) -> dict[str, Any]:
    """In an all-or-nothing batch that fails, the sound ones are skipped."""
    many = {name: body.get(name) for name in _BATCHES} if isinstance(body, dict) else {}
    name, sent = next(((name, part) for name, part in many.items() if isinstance(part, list)), ("", None))
    if sent is None:
        return {}
    bad = {error.pointer.split("/")[2] for error in found if error.pointer.startswith(f"/{name}/")}
    return {
        "items": [
            {
                "outcome": "rejected" if str(index) in bad else "skipped",
                "id": None,
                "place": f"/{name}/{index}",
                "problem": None,
            }
            for index in range(len(sent))
        ]
    }


def words_of(one: Mapping[str, Any]) -> tuple[str, str]:
    """Return what is wrong and how to mend it, of one error that Pydantic found."""
    kind = str(one["type"])
    context = one.get("ctx") or {}
    if kind in _FIXES:
        return _FIXES[kind]
    if kind in {"literal_error", "enum"}:
        return (
            "This is not one of the values that the field takes.",
            f"Use {context.get('expected', 'a value of the list')}.",
        )
    if kind == "union_tag_invalid":
        return "There is no such kind.", f"Use one of {context.get('expected_tags', 'the kinds listed')}."
    if kind in {"greater_than_equal", "less_than_equal", "greater_than", "less_than"}:
        bound = next((context[name] for name in ("ge", "le", "gt", "lt") if name in context), "the bound")
        direction = "at least" if kind.startswith("greater") else "at most"
        return "The number is out of bounds.", f"Send a number of {direction} {bound}."
    if kind in {"string_too_long", "too_long"}:
        return "This is too long.", f"Send at most {context.get('max_length', 'the length allowed')}."
    # Pydantic's own message names the type that is wanted; it never holds the input for these kinds of error.
    return "This is not of the type that the field takes.", str(one["msg"]).replace(
        "Input should", "It should"
    ) + "."


def _pointer(location: Sequence[object], body: object, *, names_absent: bool) -> str:
    """Turn Pydantic's location into a JSON pointer into what was sent, leaving out the names of union members."""
    if not location or location[0] != "body":
        return "".join(f"/{_escaped(part)}" for part in location)
    pointer, parts = "", location[1:]
    here: Any = body
    for index, part in enumerate(parts):
        in_object = isinstance(here, dict) and part in here
        in_array = isinstance(here, list) and isinstance(part, int) and part < len(here)
        is_last = index == len(parts) - 1
        if in_object and not is_last and not isinstance(here[part], dict | list):
            continue  # a union's member that is called as one of its own fields: a symptom names its `symptom`
        if in_object or in_array:
            here = here[part]
        elif not names_absent or not is_last or not isinstance(here, dict):
            continue
        pointer += f"/{_escaped(part)}"
    return pointer


def _escaped(part: object) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")


def sound(check: Callable[[Any], Sequence[FieldError]]) -> AfterValidator:
    """Return a validator that refuses a value in which the domain's check finds something, naming all of it."""

    def refuse_unsound(value: Any) -> Any:  # noqa: ANN401 (passes through whatever it is given)
        found = check(value)
        if found:
            slug = "unsound"
            raise PydanticCustomError(slug, "The value is not sound", {PROBLEMS_KEY: tuple(found)})
        return value

    return AfterValidator(refuse_unsound)


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T.+", re.IGNORECASE)


def _written(shape: re.Pattern[str], slug: str) -> BeforeValidator:
    """Return a validator that refuses what is not written like that, before Pydantic takes 0 for a day of 1970."""

    def refuse_others(value: object) -> object:
        if isinstance(value, str) and shape.fullmatch(value):
            return value
        raise PydanticCustomError(slug, "Not written as asked for")

    return BeforeValidator(refuse_others)


Day: TypeAlias = Annotated[date, _written(_DAY, "not_a_day")]
"""A day as a request writes it: `2026-03-20`."""
Moment: TypeAlias = Annotated[datetime, _written(_MOMENT, "not_a_moment")]
"""A moment as a request writes it: `2030-01-31T00:00:00Z`."""
