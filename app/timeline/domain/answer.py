"""What the many small parts of an answer are made of."""

from dataclasses import make_dataclass
from typing import Any

from msgspec import Struct
from msgspec.structs import fields


class Answer(Struct, frozen=True, kw_only=True, gc=False):
    """A frozen part of an answer that is made by the ten thousand.

    A struct and not a dataclass, because it is made and written out in a fraction of the time. Its parts never
    form a cycle, so the collector need not watch them.
    """

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:  # noqa: ANN401 (pydantic's protocol)
        """Describe it in the API's schema as the dataclass that it would else be."""
        del source
        documented = make_dataclass(
            cls.__name__,
            [(field.name, field.type) for field in fields(cls)],
            kw_only=True,
            namespace={"__doc__": cls.__doc__, "__module__": cls.__module__},
        )
        return handler.generate_schema(documented)
