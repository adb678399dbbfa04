"""Waives items of a case and withdraws waivers, by decisions that stay in the case's records."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from sqlalchemy.orm import Session

from app.access.domain import Access
from app.casefile.domain.case_file import Entry
from app.casefile.service import load_case_file
from app.completeness import drafts, keeping
from app.completeness.domain.decided import newest_waivers
from app.completeness.domain.library import load_checklists, load_profiles
from app.completeness.domain.waiving import (
    NotWaivedError,
    Waived,
    check_key,
    holds_on,
    is_same,
    waiver_of,
    withdrawal_of,
)
from app.records import service as records
from app.records.domain.statements import Decision


@dataclass(frozen=True, slots=True)
class Kept:
    """A waiver as it stands after a change: at which revision, the record of it, and whether that is new."""

    revision: int
    record_id: str | None
    decision: Decision
    is_new: bool


def waive_item(
    session: Session,
    access: Access,
    case_id: str,
    key: str,
    *,
    waived: Waived,
    today: date,
    zone: tzinfo,
    new_id: Callable[[], str],
    now: datetime,
    dry_run: bool,
) -> Kept:
    """Waive an item; the same once more changes nothing. The caller holds the case locked.

    Raises:
        CaseNotFoundError: there is no such case that the key opens.
        UnknownItemError: no checklist has such an item.
        WaiverOverError: its last day is over.
    """
    check_key(key, known_keys(session, access))
    decision = waiver_of(key, waived, today)
    revision, known = _newest(session, access, case_id, key, zone=zone)
    if known is not None and is_same(known.record, decision):
        return Kept(revision, known.id, known.record, is_new=False)
    if dry_run:
        return Kept(revision, None, decision, is_new=False)
    return _add(session, access, case_id, decision, new_id=new_id, now=now)


def withdraw_waiver(
    session: Session,
    access: Access,
    case_id: str,
    key: str,
    *,
    waived: Waived,
    today: date,
    zone: tzinfo,
    new_id: Callable[[], str],
    now: datetime,
    dry_run: bool,
) -> None:
    """Withdraw a waiver; it stays readable among the records. The caller holds the case locked.

    Raises:
        CaseNotFoundError: there is no such case that the key opens.
        UnknownItemError: no checklist has such an item.
        NotWaivedError: the item is not waived.
    """
    _, known = _newest(session, access, case_id, key, zone=zone)
    if known is None:
        check_key(key, known_keys(session, access))
    if known is None or known.record.choice != "waived":
        message = "GET /v1/cases/{case_id}/waivers lists the waivers of a case."
        raise NotWaivedError(message)
    if not dry_run:
        _add(session, access, case_id, withdrawal_of(key, waived, today), new_id=new_id, now=now)


def list_waivers(
    session: Session, access: Access, case_id: str, *, as_of: date, zone: tzinfo
) -> tuple[int, list[tuple[Entry[Decision], bool]]]:
    """Return a case's revision, and its newest waivers by key, each with whether it holds on the day.

    Raises:
        CaseNotFoundError: there is no such case that the key opens.
    """
    case_file = load_case_file(session, access, case_id, zone=zone)
    found = newest_waivers(case_file)
    return case_file.case.revision, [
        (entry, holds_on(entry.record, as_of))
        for _, entry in sorted(found.items())
        if entry.record.choice == "waived"
    ]


def known_keys(session: Session, access: Access) -> Iterator[str]:
    """Go through the keys of every item that the organisation's checklists and profiles ask."""
    for checklist in load_checklists().values():
        yield from (item.key for item in checklist.items)
    for profile in load_profiles().values():
        yield from (change.key for change in profile.changes)
    for body in keeping.all_bodies(session, access.organisation_id, "checklist"):
        yield from (item.key for item in drafts.checklist_in(body).items)
    for body in keeping.all_bodies(session, access.organisation_id, "profile"):
        yield from (change.key for change in drafts.profile_in(body).changes)


def _newest(
    session: Session, access: Access, case_id: str, key: str, *, zone: tzinfo
) -> tuple[int, Entry[Decision] | None]:
    case_file = load_case_file(session, access, case_id, zone=zone)
    return case_file.case.revision, newest_waivers(case_file).get(key)


def _add(
    session: Session,
    access: Access,
    case_id: str,
    decision: Decision,
    *,
    new_id: Callable[[], str],
    now: datetime,
) -> Kept:
    (stored,) = records.add_records(
        session, access, case_id=case_id, records=[decision], new_id=new_id, now=now
    )
    return Kept(stored.revision, stored.id, decision, is_new=True)
