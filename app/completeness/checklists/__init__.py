"""The checklists as data: one file per review and version, the items they share, what diseases add; profiles."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Final

from app.completeness.checklists.assemble import Merged, Shared, build, merge
from app.completeness.checklists.located import ChecklistError, Located, from_plain, read_located
from app.completeness.checklists.overlays import MergedProfile, merge_profile, read_profile
from app.completeness.domain.checklist import Checklist
from app.completeness.domain.profile import Profile

__all__ = [
    "ChecklistError",
    "Located",
    "build",
    "from_plain",
    "merge",
    "merge_profile",
    "merged_checklists",
    "merged_profiles",
    "read_checklists",
    "read_located",
    "read_profile",
    "read_profiles",
    "shared_files",
]

_REVIEWS: Final = ("response", "progression", "recurrence", "remission")
_PROFILES: Final = ("city-of-hope", "fox-chase")


def read_checklists() -> Mapping[str, Checklist]:
    """Read the product's checklists, by id.

    Raises:
        ChecklistError: a file is wrong; it names file, line and key.
    """
    return {review: build(merged) for review, merged in merged_checklists().items()}


def read_profiles() -> Mapping[str, Profile]:
    """Read the product's example profiles, by id.

    Raises:
        ChecklistError: a file is wrong; it names file, line and key.
    """
    return {name: read_profile(merged) for name, merged in merged_profiles().items()}


@lru_cache(maxsize=1)
def merged_checklists() -> Mapping[str, Merged]:
    """Write out the product's checklists, by id, each with all that it asks for."""
    return {review: merge(_file(f"{review}.yaml"), shared_files()) for review in _REVIEWS}


@lru_cache(maxsize=1)
def merged_profiles() -> Mapping[str, MergedProfile]:
    """Write out the product's example profiles, by id."""
    return {name: merge_profile(_file(f"profiles/{name}.yaml"), shared_files()) for name in _PROFILES}


@lru_cache(maxsize=1)
def shared_files() -> Shared:
    """Read the files that checklists and profiles share."""
    return Shared(items=_file("items.yaml"), diseases=_file("diseases.yaml"))


def _file(name: str) -> Located:
    return read_located((files(__package__) / name).read_text(encoding="utf-8"), name)
