"""The product's checklists, and which of them a case is checked against."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from app.cases.domain import Case
from app.completeness.checklists import read_checklists, read_profiles
from app.completeness.domain.checklist import Checklist
from app.completeness.domain.profile import Profile

_WITHOUT_PURPOSE: Final = "response"


@lru_cache(maxsize=1)
def load_checklists() -> Mapping[str, Checklist]:
    """Load the product's checklists, by id, each review's in the order of clinical.md section 1.2.

    Raises:
        ChecklistError: a file is wrong; it names file, line and key.
    """
    return read_checklists()


@lru_cache(maxsize=1)
def load_profiles() -> Mapping[str, Profile]:
    """Load the product's example profiles, by id.

    Raises:
        ChecklistError: a file is wrong; it names file, line and key.
    """
    return read_profiles()


def checklists_for(case: Case) -> tuple[Checklist, ...]:
    """Return the checklists of a case's purposes, the main one first.

    A case that states no purpose is checked for the response review: it asks for what every review needs, and
    nothing that only a statement of progression, return or remission would give.
    """
    checklists = load_checklists()
    return tuple(checklists[purpose] for purpose in case.body.purposes or (_WITHOUT_PURPOSE,))


def checklist_for(case: Case) -> Checklist:
    """Return the checklist of a case's main purpose."""
    return checklists_for(case)[0]
