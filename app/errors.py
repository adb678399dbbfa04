"""What can go wrong, by category. A category knows no HTTP status; `app.web.problems` maps it to one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong at one place of a request; never holds the value that was sent."""

    pointer: str
    """JSON pointer into what was sent, such as `/records/3/value`."""
    detail: str
    """What is wrong."""
    fix: str
    """How to mend it."""


class DomainError(Exception):
    """Something that the caller can be told; subclasses set the permanent slug and title of its problem."""

    slug: ClassVar[str] = "error"
    title: ClassVar[str] = "The request could not be carried out"

    def __init__(
        self,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        members: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.members: Mapping[str, Any] = members or {}
        self.headers: Mapping[str, str] = headers or {}


class UnauthenticatedError(DomainError):
    """Nobody is known to be asking."""


class ForbiddenError(DomainError):
    """Whoever asks may not do this."""


class NotFoundError(DomainError):
    """There is no such thing, or it is not the caller's."""


class ConflictError(DomainError):
    """What is stored stands against the request."""


class PreconditionError(DomainError):
    """What the caller last saw is no longer so."""


class InvalidError(DomainError):
    """The request says something that cannot be."""


class TooLargeError(DomainError):
    """The request is larger than the service takes."""


class UnsupportedMediaError(DomainError):
    """The request's content is of a type that the service does not take."""


class UnsatisfiableRangeError(DomainError):
    """The part asked for lies outside the document."""


class UnavailableError(DomainError):
    """The service cannot do this just now; trying again later may work."""


CATEGORIES: tuple[type[DomainError], ...] = (
    UnauthenticatedError,
    ForbiddenError,
    NotFoundError,
    ConflictError,
    PreconditionError,
    InvalidError,
    TooLargeError,
    UnsupportedMediaError,
    UnsatisfiableRangeError,
    UnavailableError,
)
