"""Who is asking, and what a key allows."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from app.errors import ForbiddenError, NotFoundError, UnauthenticatedError
from app.events.domain import Actor

Scope = Literal["read", "write", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)

KEY_PREFIX = "cl_"


class NoKeyError(UnauthenticatedError):
    """The request carries no key that the service knows."""

    slug = "unauthenticated"
    title = "A valid key is needed"


class ScopeError(ForbiddenError):
    """The key does not allow this."""

    slug = "scope-missing"
    title = "The key does not allow this"


class KeyNotFoundError(NotFoundError):
    """There is no such key in the organisation."""

    slug = "key-not-found"
    title = "There is no such key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One request's rights: everything that it touches is bound to the organisation."""

    organisation_id: str
    key_id: str
    key_name: str
    scopes: frozenset[Scope]
    case_id: str | None
    """The only case that the key opens, or None for every case of the organisation."""
    actor: Actor
    expires_at: datetime | None = None

    def allows(self, scope: Scope) -> bool:
        """Tell whether the key has the scope; `admin` has all three."""
        return scope in self.scopes or "admin" in self.scopes

    def require(self, scope: Scope) -> None:
        """Go on only if the key has the scope.

        Raises:
            ScopeError: it does not.
        """
        if not self.allows(scope):
            message = f"This needs a key with the scope `{scope}`."
            raise ScopeError(message)

    def require_whole_organisation(self) -> None:
        """Go on only if the key is not limited to one case.

        Raises:
            ScopeError: it is.
        """
        if self.case_id is not None:
            message = "This key is limited to one case; this needs a key of the organisation."
            raise ScopeError(message)


def own_access(organisation_id: str) -> Access:
    """Return the service's own access to one organisation, for work that nobody asked for: no scope, no key."""
    return Access(
        organisation_id=organisation_id,
        key_id="",
        key_name="",
        scopes=frozenset(),
        case_id=None,
        actor=Actor(organisation_id=organisation_id, key_id=None),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key as it can be listed: everything but the key itself."""

    id: str
    name: str
    scopes: tuple[Scope, ...]
    case_id: str | None
    made_at: str
    expires_at: str | None
    revoked_at: str | None


def secret_hash(secret: str) -> str:
    """Return the hash under which a key is stored; keys are long and random, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()
