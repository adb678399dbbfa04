"""Checks one case against its checklist, and the profile of where it is sent."""

from dataclasses import dataclass
from datetime import date, tzinfo

from sqlalchemy.orm import Session

from app.access.domain import Access
from app.casefile.domain.case_file import CaseFile
from app.casefile.service import load_case_file
from app.cases.domain import Case
from app.completeness import drafts, keeping
from app.completeness.domain.changes import Changes, changes_between
from app.completeness.domain.check import check
from app.completeness.domain.checklist import Checklist
from app.completeness.domain.explain import explain
from app.completeness.domain.explained import ItemExplained
from app.completeness.domain.library import checklist_for, load_checklists
from app.completeness.domain.profile import overlay
from app.completeness.domain.report import Block, ChecklistRef, Report
from app.completeness.domain.rule_files import ChecklistNotFoundError
from app.errors import NotFoundError
from app.timeline.domain.conflicts import find_blocking

RULES_VERSION = "2026.1"
"""Version of the checker itself; part of every ETag."""


class ItemNotFoundError(NotFoundError):
    """The checklist has no item of that key."""

    slug = "item-not-found"
    title = "The checklist has no such item"


@dataclass(frozen=True, slots=True)
class Rules:
    """What a case is checked against: a checklist, a profile laid over it where one is wanted."""

    checklist: Checklist
    profile: ChecklistRef | None = None

    @property
    def tag(self) -> str:
        """Name the exact rules, for an ETag."""
        return tag_of(self.checklist.ref, self.profile)


def tag_of(checklist: ChecklistRef, profile: ChecklistRef | None) -> str:
    """Name the exact rules that a checklist and a profile laid over it are."""
    return f"{checklist.sha256} {profile.sha256 if profile else ''}"


def choose_checklist(case: Case, wanted: str | None) -> Checklist:
    """Return the product's checklist that was asked for, or the one of the case's first purpose.

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


def choose_rules(
    session: Session, access: Access, case: Case, *, checklist: str | None, profile: str | None
) -> Rules:
    """Return the checklist and profile that were asked for, each as `id` (the newest) or `id@version`.

    Left out, the checklist is the one of the case's first purpose, and there is no profile.

    Raises:
        ChecklistNotFoundError, ProfileNotFoundError: there is none of that id or version.
    """
    if checklist is None or checklist in load_checklists():
        chosen = choose_checklist(case, checklist)
    else:
        file_id, _, version = checklist.partition("@")
        file = keeping.find_file(session, access.organisation_id, "checklist", file_id, version or None)
        chosen = drafts.checklist_in(file.body)
    if profile is None:
        return Rules(chosen)
    file_id, _, version = profile.partition("@")
    found = drafts.profile_in(
        keeping.find_file(session, access.organisation_id, "profile", file_id, version or None).body
    )
    return Rules(overlay(chosen, found), found.ref)


def report_on(
    case_file: CaseFile, checklist: Checklist, as_of: date, *, profile: ChecklistRef | None = None
) -> Report:
    """Check a case file, its open blocking conflicts included; `profile` is one that is laid over the checklist."""
    blocking = tuple(
        Block(conflict=conflict.id, reason=conflict.what) for conflict in find_blocking(case_file, as_of)
    )
    return check(case_file, checklist, as_of, profile=profile, blocking_conflicts=blocking)


def case_report(
    session: Session,
    access: Access,
    case_id: str,
    *,
    rules: Rules,
    as_of: date,
    zone: tzinfo,
    revision: int | None = None,
) -> Report:
    """Say what a case holds and lacks, now or as it was at a revision.

    Raises:
        CaseNotFoundError: there is no such case that the key opens, or it never had this revision.
    """
    case_file = load_case_file(session, access, case_id, zone=zone, revision=revision)
    return report_on(case_file, rules.checklist, as_of, profile=rules.profile)


def explain_item(
    session: Session,
    access: Access,
    case_id: str,
    key: str,
    *,
    rules: Rules,
    as_of: date,
    zone: tzinfo,
    revision: int | None,
) -> ItemExplained:
    """Explain one item of a report in full.

    Raises:
        CaseNotFoundError: there is no such case that the key opens, or it never had this revision.
        ItemNotFoundError: the checklist has no such item.
    """
    case_file = load_case_file(session, access, case_id, zone=zone, revision=revision)
    report = report_on(case_file, rules.checklist, as_of, profile=rules.profile)
    item = report.item(key)
    if item is None:
        message = f"The checklist asks for: {', '.join(one.key for one in report.items)}."
        raise ItemNotFoundError(message)
    return explain(case_file, rules.checklist, as_of, report, item)


def case_changes(
    session: Session,
    access: Access,
    case_id: str,
    *,
    rules: Rules,
    since: int,
    since_as_of: date,
    as_of: date,
    zone: tzinfo,
) -> Changes:
    """Compare the report on a case as it was at a revision, on one day, with the report as it is now, on another.

    Raises:
        CaseNotFoundError: there is no such case that the key opens, or it never had this revision.
    """
    before = case_report(session, access, case_id, rules=rules, as_of=since_as_of, zone=zone, revision=since)
    now = case_report(session, access, case_id, rules=rules, as_of=as_of, zone=zone)
    return changes_between(before, now)
