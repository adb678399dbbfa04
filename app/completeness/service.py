"""Checks one case against its checklist."""

from datetime import date, tzinfo

from sqlalchemy.orm import Session

from app.access.domain import Access
from app.casefile.domain.case_file import CaseFile
from app.casefile.service import load_case_file
from app.cases.domain import Case
from app.completeness.domain.check import check
from app.completeness.domain.checklist import Checklist
from app.completeness.domain.library import checklist_for, load_checklists
from app.completeness.domain.report import Block, Item, Report
from app.errors import NotFoundError
from app.timeline.domain.conflicts import find_conflicts

RULES_VERSION = "2026.1"
"""Version of the checker itself; part of every ETag."""


class ChecklistNotFoundError(NotFoundError):
    """There is no checklist of that id."""

    slug = "checklist-not-found"
    title = "There is no such checklist"


class ItemNotFoundError(NotFoundError):
    """The checklist has no item of that key."""

    slug = "item-not-found"
    title = "The checklist has no such item"


def choose_checklist(case: Case, wanted: str | None) -> Checklist:
    """Return the checklist that was asked for, or the one of the case's first purpose.

    Raises:
        ChecklistNotFoundError: there is none of that id.
    """
    if wanted is None:
        return checklist_for(case)
    found = load_checklists().get(wanted)
    if found is None:
        message = f"Use one of {', '.join(load_checklists())}; GET /v1/checklists lists them."
        raise ChecklistNotFoundError(message)
    return found


def report_on(case_file: CaseFile, checklist: Checklist, as_of: date) -> Report:
    """Check a case file, its open blocking conflicts included."""
    blocking = tuple(
        Block(conflict=conflict.id, reason=conflict.what)
        for conflict in find_conflicts(case_file, as_of)
        if conflict.severity == "block" and conflict.settled is None
    )
    return check(case_file, checklist, as_of, blocking_conflicts=blocking)


def case_report(
    session: Session, access: Access, case_id: str, *, checklist: Checklist, as_of: date, zone: tzinfo
) -> Report:
    """Say what a case holds and lacks.

    Raises:
        CaseNotFoundError: there is no such case that the key opens.
    """
    return report_on(load_case_file(session, access, case_id, zone=zone), checklist, as_of)


def explained_item(report: Report, key: str) -> Item:
    """Return one item of a report.

    Raises:
        ItemNotFoundError: the checklist has no such item.
    """
    item = report.item(key)
    if item is None:
        message = "The report lists the keys of its items."
        raise ItemNotFoundError(message)
    return item
