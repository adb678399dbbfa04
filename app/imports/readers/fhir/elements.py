"""Which elements a resource may have; finds those that the standard does not know, such as misspelt ones."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, TypeAlias

import msgspec

_Elements: TypeAlias = Mapping[str, tuple[str | None, bool]]
"""Element name to its data type, None for a primitive or what is not looked into, and whether there may be several."""


def _read_table() -> Mapping[str, _Elements]:
    table = tomllib.loads((files("app.imports.readers.fhir") / "elements.toml").read_text(encoding="utf-8"))
    return {name: dict(_elements(text)) for name, text in table.items()}


def _elements(text: str) -> Iterator[tuple[str, tuple[str | None, bool]]]:
    yield "resourceType", (None, False)
    for word in text.split():
        name, _, kind = word.partition(":")
        if name.endswith("!"):
            yield name[:-1], (None, False)
        elif kind:
            yield name.removesuffix("[]"), (kind, name.endswith("[]"))
        else:
            yield name, (None, False)
            yield f"_{name}", (None, False)


_TABLE: Final = _read_table()


@lru_cache(maxsize=256)
def _shape(kind: str) -> type[msgspec.Struct]:
    """Return a closed structure of a type, whose decoding fails on an element that the standard does not know."""
    fields: list[tuple[str, Any, Any]] = []
    names: dict[str, str] = {}
    for index, (name, (inner, several)) in enumerate(_TABLE[kind].items()):
        field = f"f{index}"
        names[field] = name
        # A type that holds itself ends here; misspelling deeper than that is not looked for.
        shape = msgspec.Raw if inner is None or inner == kind or inner in _OPEN else _shape(inner)
        fields.append((field, (list[shape] if several else shape), msgspec.UNSET))  # type: ignore[valid-type]  # a type made here
    return msgspec.defstruct(kind, fields, rename=names, forbid_unknown_fields=True, gc=False)


_OPEN: Final = frozenset({"Identifier", "Reference", "Meta"})
"""Types that hold each other, or carry nothing of the case."""


@lru_cache(maxsize=64)
def _decoder(kind: str) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(_shape(kind))


def has_only_known(kind: str, raw: bytes) -> bool:
    """Tell quickly whether a resource surely has no unknown element; False may also mean a wrong shape."""
    if kind not in _TABLE:
        return True
    try:
        _decoder(kind).decode(raw)
    except msgspec.ValidationError:
        return False
    return True


def unknown_elements(kind: str, resource: object) -> Iterator[str]:
    """Name the elements of a decoded resource that the standard does not know, by their path."""
    if kind in _TABLE:
        yield from _unknown(kind, resource, kind)


def _unknown(kind: str, value: object, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        return
    known = _TABLE[kind]
    for name, inner in value.items():
        if name not in known:
            yield f"{path}.{name}"
            continue
        part, _ = known[name]
        if part is None or part in _OPEN:
            continue
        for one in inner if isinstance(inner, list) else (inner,):
            yield from _unknown(part, one, f"{path}.{name}")
