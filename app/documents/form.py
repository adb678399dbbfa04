"""The fields of an upload: what each says of the files after it."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeAlias

from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter, ValidationError

from app.documents.domain.document import DocumentBody, DocumentFacts
from app.documents.domain.errors import FormFieldError
from app.documents.schemas import AMENDED
from app.errors import FieldError
from app.web.validation import field_errors

FILE_FIELDS = ("files", "file")
"""Parts that are files; the first is the documented one."""

FACTS = tuple(one.name for one in fields(DocumentFacts))
SAID = tuple(one.name for one in fields(DocumentBody) if one.name != "facts")
FIELDS = frozenset((*SAID, *FACTS))

_LISTS = frozenset({"regions"})

Said: TypeAlias = Mapping[str, str | list[str]]
"""What fields say of a file, as it was sent."""


def is_file(name: str) -> bool:
    """Tell whether a part is a file.

    Raises:
        FormFieldError: a form has no such part.
    """
    if name in FILE_FIELDS:
        return True
    if name in FIELDS:
        return False
    detail = "There is no such field in an upload."
    fix = f"Use {', '.join((*SAID, *FACTS))}, and `files` for the files."
    pointer = "/" + name[:100].replace("~", "~0").replace("/", "~1")
    raise FormFieldError(detail, errors=[FieldError(pointer, detail, fix)])


class FieldsSoFar:
    """What the fields that have come so far say of the next file; a later one replaces an earlier, empty clears it."""

    def __init__(self) -> None:
        self._values: dict[str, str | list[str]] = {}
        self._unused: list[str] = []
        self._body: DocumentBody | None = None

    def add(self, name: str, value: str) -> None:
        """Take a field; one of a list that is repeated before the next file adds to it.

        Raises:
            FormFieldError: it holds a null character, which belongs to no text.
        """
        if "\0" in value:
            detail = "The text holds a null character."
            message = "A field must be mended; nothing was stored."
            raise FormFieldError(message, errors=[FieldError(f"/{name}", detail, "Leave it out.")])
        value = value.strip()
        if name in _LISTS:
            parts = [part.strip() for part in value.split(",") if part.strip()]
            before = self._values.get(name) if name in self._unused else None
            self._values[name] = [*before, *parts] if isinstance(before, list) else parts
        else:
            self._values[name] = value
        if value:
            self._unused.append(name)
        self._body = None

    def body(self) -> DocumentBody:
        """Return what is said of a file that comes now.

        Raises:
            FormFieldError: it cannot be; each field is named.
        """
        self._unused = []
        if self._body is None:
            self._body = _body(self.said())
        return self._body

    def said(self) -> Said:
        """Return what is said of a file that comes now, field by field."""
        return {name: value for name, value in self._values.items() if value}

    def completed(self, said: Sequence[Said]) -> list[DocumentBody] | None:
        """Return what is said of each file with the fields after the last one, or None when there were none.

        Browsers and libraries do not all send fields first. A field that no file followed holds for every file of which
        nothing had said it.

        Raises:
            FormFieldError: such a field had been said of every file already, or cannot be.
        """
        late = {name: self._values[name] for name in self._unused}
        if not late:
            return None
        useless = [name for name in late if all(name in each for each in said)]
        if useless:
            detail = "No file comes after this field, and every file before it has one of its own."
            fix = "Put the field before the files that it belongs to."
            found = [FieldError(f"/{name}", detail, fix) for name in useless]
            message = "Fields hold for the files after them; nothing was stored."
            raise FormFieldError(message, errors=found)
        return [_body({**late, **each}) for each in said]


def _body(values: Said) -> DocumentBody:
    whole: dict[str, Any] = {name: value for name, value in values.items() if name in SAID}
    whole["facts"] = {name: value for name, value in values.items() if name in FACTS}
    try:
        return AMENDED.validate_python(whole)
    except ValidationError as error:
        wrong = [
            {**one, "loc": ("body", *one["loc"])}
            for one in error.errors(include_input=False, include_url=False)
        ]
        found, _ = field_errors(RequestValidationError(wrong, body=whole))
    flat = [FieldError(one.pointer.replace("/facts/", "/", 1), one.detail, one.fix) for one in found]
    message = f"{len(flat)} field(s) must be mended; nothing was stored."
    raise FormFieldError(message, errors=flat)


def form_description() -> dict[str, Any]:
    """Describe the form for OpenAPI: every field with its values, the files last, as they must come."""
    schema = TypeAdapter(DocumentBody).json_schema()
    facts = schema["$defs"]["DocumentFacts"]["properties"]
    described = {name: _plain(schema["properties"][name]) for name in SAID}
    described |= {name: _plain(facts[name]) for name in FACTS}
    for each in described.values():
        # Without an example of its own, Swagger UI fills every field with one that it makes up, and sends it.
        each["example"] = [] if each.get("type") == "array" else ""
    described["files"] = {
        "type": "array",
        "items": {"type": "string", "format": "binary"},
        "minItems": 1,
        "description": "The files, one or many; what the fields before them say holds for each.",
    }
    content = {
        "schema": {
            "type": "object",
            "properties": described,
            "required": ["files"],
            "additionalProperties": False,
        }
    }
    return {"requestBody": {"required": True, "content": {"multipart/form-data": content}}}


def _plain(described: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out null, which a form cannot say, the default, and the least length: an empty field says nothing."""
    kinds = [kind for kind in described.get("anyOf", ()) if kind.get("type") != "null"]
    whole = {**described, **kinds[0]} if kinds else described
    return {
        name: value for name, value in whole.items() if name not in {"anyOf", "default", "title", "minLength"}
    }
