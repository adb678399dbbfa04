"""Turns the text of a resource into its structure; what is built otherwise than the standard says is named by path.

A resource whose meaning cannot be trusted is refused: it has a modifier extension or implicit rules, which may change
what it says, or an element of the wrong type. Where only an element beside the point is wrong, the rest is read.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec

from app.imports.domain.fitting import Remarks
from app.imports.readers.fhir.elements import has_only_known, unknown_elements
from app.imports.readers.fhir.model import Element
from app.imports.readers.fhir.resources import READ
from app.imports.readers.fhir.unpack import path_words

MOST_MEMBERS: Final = 200_000
"""Commas of one resource, so that a list of a million items cannot fill the memory."""
_MOST_UNKNOWN: Final = 10
_MOST_MENDED: Final = 10
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,120}")


class BrokenResourceError(Exception):
    """A resource that cannot be read; `path` says where, `detail` what is wrong, neither holds a value."""

    def __init__(self, detail: str, fix: str = "Send the resource as FHIR R4 defines it.") -> None:
        super().__init__(detail)
        self.detail = detail
        self.fix = fix


_DECODERS: Final[Mapping[str, msgspec.json.Decoder[Any]]] = {
    name: msgspec.json.Decoder(kind) for name, kind in READ.items()
}
_PLAIN: Final = msgspec.json.Decoder(float_hook=Decimal)
"""Numbers keep their digits here too."""
_MEANING_CHANGES: Final = re.compile(rb'"(?:modifierExtension|implicitRules)"')
_DISPENSABLE: Final = frozenset(
    {
        "text",
        "contact",
        "communication",
        "telecom",
        "address",
        "identifier",
        "basedOn",
        "encounter",
        "performer",
        "recorder",
        "asserter",
        "note",
        "category",
        "language",
        "participant",
        "location",
        "meta",
    }
)
"""Elements without which a resource still says the same."""


def decode(kind: str, raw: bytes, remarks: Remarks) -> Any:  # noqa: ANN401 (the structure of that kind)
    """Return the structure of a resource of a kind that is read.

    Raises:
        BrokenResourceError: it is not built as the standard says, or says that it may mean something else.
    """
    if raw.count(b",") > MOST_MEMBERS:
        raise BrokenResourceError(f"The resource holds more than {MOST_MEMBERS:,} elements.")
    if b"\\u0000" in raw:
        raise BrokenResourceError("The resource holds a NUL character, which no text can keep.")
    if _MEANING_CHANGES.search(raw):
        _refuse_changed_meaning(kind, _plain(raw))
    try:
        resource = _DECODERS[kind].decode(raw)
    except msgspec.ValidationError as error:
        resource = _mended(kind, _plain(raw), error, remarks)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BrokenResourceError("The resource is no JSON, or is nested too deeply.") from error
    try:
        if not has_only_known(kind, raw):
            _remark_unknown(kind, _plain(raw), remarks)
    except RecursionError as error:
        raise BrokenResourceError("The resource is nested too deeply.") from error
    return resource


def _plain(raw: bytes) -> Any:  # noqa: ANN401 (any JSON)
    try:
        return _PLAIN.decode(raw)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BrokenResourceError("The resource is no JSON, or is nested too deeply.") from error


def _refuse_changed_meaning(kind: str, resource: object) -> None:
    path = _changed(resource, kind, 0)
    if path is not None:
        raise BrokenResourceError(
            f"`{path}` may change what the resource means, and is not understood here.",
            "Send the resource without it if it means the same without; else have a person enter the fact.",
        )


def _changed(value: object, path: str, depth: int) -> str | None:
    if depth > 60:  # noqa: PLR2004 (deeper than any resource of the standard)
        raise BrokenResourceError("The resource is nested too deeply.")
    if isinstance(value, list):
        return next((found for one in value if (found := _changed(one, path, depth + 1))), None)
    if not isinstance(value, dict):
        return None
    for name in ("modifierExtension", "implicitRules"):
        if value.get(name):
            return f"{path}.{name}"
    return next(
        (
            found
            for name, one in value.items()
            # A contained resource is judged when it is read itself.
            if name not in {"contained", "extension"}
            and (found := _changed(one, f"{path}.{name}", depth + 1))
        ),
        None,
    )


_STEP: Final = re.compile(r"\.([A-Za-z_]\w*)|\[(\d+)\]|\[(\.\.\.)\]")


def _mended(kind: str, plain: object, error: msgspec.ValidationError, remarks: Remarks) -> Element:
    """Read a resource without its wrong elements, as long as they are beside the point."""
    for _ in range(_MOST_MENDED):
        where = path_words(kind, error)
        steps = [
            name or int(index)
            for name, index, _ in _STEP.findall(str(error).rpartition(" - at `$")[2].rstrip("`"))
            if name or index
        ]
        if not steps or not isinstance(plain, dict):
            break
        if not _put_into_list(plain, steps, str(error)):
            if steps[0] not in _DISPENSABLE:
                break
            plain.pop(steps[0], None)
            remarks.add(f"`{where}`; the element is left out.")
        else:
            remarks.add(f"`{where}`; it is read as a list of one.")
        try:
            return msgspec.convert(plain, READ[kind])
        except msgspec.ValidationError as another:
            error = another
    raise BrokenResourceError(
        f"{path_words(kind, error)}.", "Send the element as FHIR R4 defines it; the path says which."
    ) from error


def _put_into_list(plain: Any, steps: list[str | int], words: str) -> bool:  # noqa: ANN401 (any JSON)
    """Make a lone object a list of one where a list is due: what it means is in no doubt."""
    if not words.startswith("Expected `array`, got `object`"):
        return False
    holder = plain
    try:
        for step in steps[:-1]:
            holder = holder[step]
        holder[steps[-1]] = [holder[steps[-1]]]
    except (KeyError, IndexError, TypeError):
        return False
    return True


def _remark_unknown(kind: str, plain: object, remarks: Remarks) -> None:
    unknown = list(dict.fromkeys(unknown_elements(kind, plain)))
    for path in unknown[:_MOST_UNKNOWN]:
        shown = path if _NAME.fullmatch(path) else f"{kind}: a name that no element can have"
        remarks.add(f"`{shown}` is no element of FHIR R4; it is not read.")
    if len(unknown) > _MOST_UNKNOWN:
        remarks.add(f"{len(unknown) - _MOST_UNKNOWN} more elements are none of FHIR R4.")
