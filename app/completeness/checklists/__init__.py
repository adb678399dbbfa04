"""The checklists as data: one file per review and version, the items they share, and what diseases add."""

from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from app.completeness.checklists.assemble import Shared, assemble
from app.completeness.checklists.located import ChecklistError, Located, read_located
from app.completeness.domain.checklist import Checklist

__all__ = ["ChecklistError", "read_checklists"]

_REVIEWS: Final = ("response", "progression", "recurrence", "remission")


def read_checklists() -> Mapping[str, Checklist]:
    """Read the product's checklists, by id.

    Raises:
        ChecklistError: a file is wrong; it names file, line and key.
    """
    shared = Shared(items=_file("items.yaml"), diseases=_file("diseases.yaml"))
    return {review: assemble(_file(f"{review}.yaml"), shared) for review in _REVIEWS}


def _file(name: str) -> Located:
    return read_located((files(__package__) / name).read_text(encoding="utf-8"), name)
