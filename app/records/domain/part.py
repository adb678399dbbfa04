"""What records are made of: frozen structs, which a request is read into as if they were dataclasses."""

from collections.abc import Mapping
from dataclasses import field, make_dataclass
from functools import cache
from typing import Any, Final

from msgspec import NODEFAULT, Struct
from msgspec.structs import FieldInfo, fields

CLOSED: Final[Mapping[str, Any]] = {"extra": "forbid", "use_attribute_docstrings": True}
"""How requests are read into these values: unknown fields are refused, never dropped."""

_SAME_PLACE: Final = ("__doc__", "__module__", "__firstlineno__")


class Part(Struct, frozen=True, kw_only=True, gc=False):
    """A record or a part of one.

    A struct and not a dataclass, because the ten thousand records of a case are read from their rows in a fifth of
    the time. What it holds never forms a cycle, so the collector need not watch it.
    """

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:  # noqa: ANN401 (pydantic's protocol)
        """Validate and describe it as the dataclass that it would else be."""
        del source
        return {
            "type": "function-after",
            "function": {"type": "no-info", "function": lambda read: cls(**vars(read))},
            "schema": handler.generate_schema(_as_dataclass(cls)),
        }


@cache
def _as_dataclass(part: type[Part]) -> type:
    """Make the dataclass with the same fields; it names the same place, where the fields' descriptions are read."""
    (base,) = part.__bases__
    return make_dataclass(
        part.__name__,
        [
            (one.name, one.type, field(**_default(one)))
            for one in fields(part)
            if one.name in part.__annotations__
        ],
        bases=() if base is Part else (_as_dataclass(base),),
        kw_only=True,
        namespace={
            "__pydantic_config__": CLOSED,
            **{name: vars(part)[name] for name in _SAME_PLACE if name in vars(part)},
        },
    )


def _default(one: FieldInfo) -> dict[str, Any]:
    if one.default is not NODEFAULT:
        return {"default": one.default}
    return {} if one.default_factory is NODEFAULT else {"default_factory": one.default_factory}
