"""Checklists and profiles as they are kept: each version once, and readable for good."""

from dataclasses import dataclass
from typing import Literal

from app.errors import ConflictError, InvalidError, NotFoundError, TooLargeError, UnsupportedMediaError

RuleKind = Literal["checklist", "profile"]
PRODUCT = "product"
"""Owner of what the product brings itself."""


class ChecklistNotFoundError(NotFoundError):
    """There is no checklist of that id, or not in that version."""

    slug = "checklist-not-found"
    title = "There is no such checklist"


class ProfileNotFoundError(NotFoundError):
    """There is no destination profile of that id, or not in that version."""

    slug = "profile-not-found"
    title = "There is no such profile"


class VersionTakenError(ConflictError):
    """The version was added before with other content."""

    slug = "version-taken"
    title = "This version is there already, with other content"


class IdTakenError(ConflictError):
    """The id is that of one of the product's own."""

    slug = "id-taken"
    title = "The product has one of this id"


class RulesInvalidError(InvalidError):
    """A checklist or profile can't be read."""

    slug = "rules-invalid"
    title = "The checklist or profile says something that cannot be"


class RulesTooLargeError(TooLargeError):
    """A checklist or profile is larger than the service takes."""

    slug = "rules-too-large"
    title = "The checklist or profile is too large"


class RulesMediaError(UnsupportedMediaError):
    """A checklist or profile came as something else than JSON or YAML."""

    slug = "rules-media"
    title = "Send JSON or YAML"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFile:
    """One version of one checklist or profile as it is kept."""

    owner: str
    kind: RuleKind
    id: str
    file_id: str
    number: int
    version: str
    label: str
    sha256: str
    body: str
    """The whole as JSON, everything that it asks for written out."""
    added_at: str | None
    """When it was added, UTC; None for what the product brings."""
    key_id: str | None = None
    person: str | None = None

    @property
    def is_product(self) -> bool:
        """Say whether the product brings it."""
        return self.owner == PRODUCT
