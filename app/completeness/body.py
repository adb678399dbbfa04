"""Checklists and profiles as they are sent: JSON or YAML, and what is wrong in them, place by place."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

import msgspec
from fastapi import Depends, Request

from app.completeness.checklists import ChecklistError, Located, from_plain, read_located
from app.completeness.domain.rule_files import (
    RuleKind,
    RulesInvalidError,
    RulesMediaError,
    RulesTooLargeError,
)
from app.completeness.drafts import Draft, draft_of
from app.errors import FieldError

BYTES_MOST: Final = 128 * 1024
_JSON: Final = frozenset({"application/json", ""})
_YAML: Final = frozenset({"application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"})


@dataclass(frozen=True, slots=True)
class Sent:
    """A request's body and what it says it is."""

    body: bytes
    media_type: str

    def draft(self, kind: RuleKind) -> Draft:
        """Read a checklist or profile.

        Raises:
            RulesTooLargeError, RulesMediaError: it isn't read at all.
            RulesInvalidError: something in it is wrong; each place is named, in YAML with its line.
        """
        if len(self.body) > BYTES_MOST:
            message = f"A checklist or profile may have at most {BYTES_MOST} bytes."
            raise RulesTooLargeError(message)
        try:
            return draft_of(kind, self._located(kind))
        except ChecklistError as error:
            found = [_field_error(one) for one in (error, *error.others)]
        message = f"{len(found)} thing(s) must be mended; nothing was stored. docs/checklists.md explains the language."
        raise RulesInvalidError(message, errors=found)

    def _located(self, kind: RuleKind) -> Located:
        try:
            text = self.body.decode("utf-8")
        except UnicodeDecodeError:
            raise ChecklistError("write UTF-8", file=kind, line=None, path="") from None
        if self.media_type in _YAML:
            return read_located(text, kind)
        if self.media_type not in _JSON:
            message = "Send Content-Type `application/json` or `application/yaml`."
            raise RulesMediaError(message)
        return from_plain(_decoded(text, kind), kind)


def _decoded(text: str, kind: str) -> Any:  # noqa: ANN401 (any JSON value)
    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = dict(found)
        if len(keys) < len(found):
            message = "a key stands twice in one object"
            raise ValueError(message)
        return keys

    try:
        msgspec.json.decode(text)  # stricter than the standard library: no NaN, no lone surrogates
        return json.loads(text, object_pairs_hook=pairs)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        problem = str(error) if str(error).startswith("a key") else "this is no JSON"
        raise ChecklistError(problem, file=kind, line=line, path="") from None


def _field_error(error: ChecklistError) -> FieldError:
    place = f"Line {error.line}: " if error.line is not None else ""
    where = f"`{error.path}`" if error.path else "the whole"
    fix = error.problem[:1].upper() + error.problem[1:]
    return FieldError(error.pointer, f"{place}{where} can't be read as it stands.", f"{fix}.")


async def get_sent(request: Request) -> Sent:
    """Read the body of a request; the route bounds it."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Sent(await request.body(), media_type)


SentDep = Annotated[Sent, Depends(get_sent)]


def body_description(
    schema: Mapping[str, Any], examples: Mapping[str, Any], yaml_examples: Mapping[str, Any]
) -> dict[str, Any]:
    """Describe for OpenAPI a body that may be JSON or the same as YAML text."""
    return {
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": schema, "examples": examples},
                "application/yaml": {
                    "schema": {"type": "string", "description": "The same as YAML text."},
                    "examples": yaml_examples,
                },
            },
        }
    }
