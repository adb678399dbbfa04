"""What the key endpoints take and answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from annotated_types import MaxLen, MinLen

from app.access.domain import Key, Scope
from app.web.validation import Moment

CLOSED: Mapping[str, Any] = {"extra": "forbid", "use_attribute_docstrings": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyCreate:
    """A key to be made."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = CLOSED

    name: Annotated[str, MinLen(1), MaxLen(200)]
    """What the key is for, such as the system that will use it."""
    scopes: Annotated[tuple[Scope, ...], MinLen(1), MaxLen(3)]
    """`read`, `write`, `admin` (which includes both)."""
    case_id: Annotated[str, MaxLen(36)] | None = None
    """The only case that the key opens; left out, every case of the organisation."""
    expires_at: Moment | None = None
    """When it ends, with a time zone; left out, never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyMade:
    """A key just made: the only time that the key itself is shown."""

    key: Key
    secret: str | None
    """The key to send as `Authorization: Bearer`. Null when a repeated request gets its first answer again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPage:
    """A page of keys."""

    items: tuple[Key, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoAmI:
    """What the key of this request is and allows."""

    organisation_id: str
    organisation: str
    key_id: str
    key_name: str
    scopes: tuple[Scope, ...]
    case_id: str | None
    expires_at: str | None
    person: str | None
