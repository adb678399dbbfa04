"""Keeps checklists and profiles: adds a version, finds the one that was meant, lists them."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, text
from sqlalchemy.orm import Session

from app.access.domain import Access
from app.completeness import drafts
from app.completeness.domain.rule_files import (
    PRODUCT,
    ChecklistNotFoundError,
    IdTakenError,
    ProfileNotFoundError,
    RuleFile,
    RuleKind,
    VersionTakenError,
)
from app.completeness.drafts import Draft
from app.completeness.tables import RuleFileRow
from app.events import service as events
from app.events.domain import Change, salted


def add_file(
    session: Session, access: Access, draft: Draft, *, new_id: Callable[[], str], now: datetime
) -> tuple[RuleFile, bool]:
    """Keep a new version, and tell whether it is new; the same content again gives what is kept already.

    Raises:
        IdTakenError: the product has one of this id.
        VersionTakenError: the version is there with other content.
    """
    known = check_draft(session, access, draft)
    if known is not None:
        return known, False
    owner = access.organisation_id
    newest = session.scalar(select(func.max(RuleFileRow.number)).where(*_named(owner, draft.kind, draft.id)))
    row = RuleFileRow(
        owner=owner,
        kind=draft.kind,
        id=draft.id,
        number=(newest or 0) + 1,
        file_id=new_id(),
        version=draft.version,
        label=draft.label,
        sha256=draft.sha256,
        sent_sha256=draft.sent_sha256,
        body=draft.body,
        added_at=now,
        key_id=access.actor.key_id,
        person=access.actor.person,
    )
    session.add(row)
    session.flush()
    change = Change(
        kind="checklist.added" if draft.kind == "checklist" else "profile.added",
        subject_id=row.file_id,
        subject_kind=draft.kind,
        version=row.number,
        content_hash=salted("", draft.body.encode()),
    )
    events.append(session, [change], actor=access.actor, at=now)
    return _file(row), True


def check_draft(session: Session, access: Access, draft: Draft) -> RuleFile | None:
    """Return what is kept of the same version and content, None where the version is new; adders wait for each other.

    Raises:
        IdTakenError: the product has one of this id.
        VersionTakenError: the version is there with other content.
    """
    if draft.id in drafts.product_files(draft.kind):
        message = f"`{draft.id}` is one of the product's own. Give yours an id of its own."
        raise IdTakenError(message)
    if session.get_bind().dialect.name == "postgresql":
        name = hashlib.sha256(f"rule_files {access.organisation_id}".encode()).digest()[:8]
        number = int.from_bytes(name, "big", signed=True)
        session.execute(text("SELECT pg_advisory_xact_lock(:name)"), {"name": number})
    row = session.scalar(
        select(RuleFileRow).where(
            *_named(access.organisation_id, draft.kind, draft.id), RuleFileRow.version == draft.version
        )
    )
    if row is None:
        return None
    if draft.sha256 == row.sha256 or draft.sent_sha256 == row.sent_sha256:
        return _file(row)
    message = "A version never changes, since reports name it. Send the change under a new `version`."
    raise VersionTakenError(message)


def find_file(
    session: Session, organisation_id: str, kind: RuleKind, file_id: str, version: str | None = None
) -> RuleFile:
    """Return a checklist or profile: the newest, or the one of a version or of a SHA-256.

    What the product brought in an earlier version is found as long as it was in use here.

    Raises:
        ChecklistNotFoundError, ProfileNotFoundError: there is none, or none of that version.
    """
    current = drafts.product_files(kind).get(file_id)
    if current is not None and version in (None, current.version, current.sha256):
        return current
    owner = PRODUCT if current is not None else organisation_id
    query = select(RuleFileRow).where(*_named(owner, kind, file_id)).order_by(RuleFileRow.number.desc())
    if version is not None:
        query = query.where(or_(RuleFileRow.version == version, RuleFileRow.sha256 == version))
    row = session.scalar(query.limit(1))
    if row is None:
        message = f"GET /v1/{kind}s lists those that there are, each with its versions."
        raise (ChecklistNotFoundError if kind == "checklist" else ProfileNotFoundError)(message)
    return _file(row)


def list_files(
    session: Session, organisation_id: str, kind: RuleKind, *, after: tuple[int, str] | None, limit: int
) -> list[RuleFile]:
    """Return the newest version of each, the product's first, then by id; one more than `limit` when there are more.

    `after` is the rank (0 product, 1 organisation) and id of the last one seen.
    """
    rank, last = after or (0, "")
    product = list(drafts.product_files(kind).values())
    seen = next((place for place, one in enumerate(product, 1) if one.id == last), 0)
    found = product[seen:] if rank == 0 else []
    heads = (
        select(RuleFileRow.id, func.max(RuleFileRow.number))
        .where(RuleFileRow.owner == organisation_id, RuleFileRow.kind == kind)
        .where(RuleFileRow.id > (last if rank else ""))
        .group_by(RuleFileRow.id)
        .order_by(RuleFileRow.id)
        .limit(limit + 1)
    )
    newest = heads.subquery()
    rows = session.scalars(
        select(RuleFileRow)
        .join(newest, (RuleFileRow.id == newest.c.id) & (RuleFileRow.number == newest.c[1]))
        .where(RuleFileRow.owner == organisation_id, RuleFileRow.kind == kind)
        .order_by(RuleFileRow.id)
    )
    return [*found, *map(_file, rows)][: limit + 1]


def versions_of(
    session: Session, organisation_id: str, kind: RuleKind, ids: Sequence[str]
) -> dict[str, list[str]]:
    """Return the versions of each of these, oldest first, the product's earlier ones included."""
    found: dict[str, list[str]] = {one: [] for one in ids}
    rows = session.execute(
        select(RuleFileRow.owner, RuleFileRow.id, RuleFileRow.version)
        .where(RuleFileRow.owner.in_((PRODUCT, organisation_id)), RuleFileRow.kind == kind)
        .where(RuleFileRow.id.in_(ids))
        .order_by(RuleFileRow.number)
    )
    product = drafts.product_files(kind)
    for owner, file_id, version in rows:
        if (owner == PRODUCT) == (file_id in product) and version not in found[file_id]:
            found[file_id].append(version)
    for file_id, versions in found.items():
        if file_id in product and product[file_id].version not in versions:
            versions.append(product[file_id].version)
    return found


def keep_product(session: Session, *, new_id: Callable[[], str], now: datetime) -> None:
    """Keep what the product brings as it is now, so that a report of today can be had again after an update."""
    for kind in _KINDS:
        for file in drafts.product_files(kind).values():
            named = _named(PRODUCT, kind, file.id)
            kept = select(RuleFileRow.number).where(*named, RuleFileRow.sha256 == file.sha256)
            if session.scalar(kept.limit(1)) is not None:
                continue
            newest = session.scalar(select(func.max(RuleFileRow.number)).where(*named)) or 0
            session.add(
                RuleFileRow(
                    owner=PRODUCT, kind=kind, id=file.id, number=newest + 1, file_id=new_id(),
                    version=file.version, label=file.label, sha256=file.sha256, sent_sha256=file.sha256,
                    body=file.body, added_at=now, key_id=None, person=None,
                )
            )  # fmt: skip
            session.flush()


_KINDS: tuple[RuleKind, ...] = ("checklist", "profile")


def all_bodies(session: Session, organisation_id: str, kind: RuleKind) -> list[str]:
    """Return every version that an organisation has added, as JSON."""
    return list(
        session.scalars(
            select(RuleFileRow.body)
            .where(RuleFileRow.owner == organisation_id, RuleFileRow.kind == kind)
            .order_by(RuleFileRow.id, RuleFileRow.number)
        )
    )


def stored_contents(session: Session) -> Iterator[tuple[str, int, str, str]]:
    """Go through what organisations added: id in the trail, number, salt (none, it tells of nobody), content."""
    rows = session.execute(
        select(RuleFileRow.file_id, RuleFileRow.number, RuleFileRow.body)
        .where(RuleFileRow.owner != PRODUCT)
        .order_by(RuleFileRow.file_id)
    )
    for file_id, number, body in rows:
        yield file_id, number, "", body


def _named(owner: str, kind: RuleKind, file_id: str) -> tuple[ColumnElement[bool], ...]:
    return (RuleFileRow.owner == owner, RuleFileRow.kind == kind, RuleFileRow.id == file_id)


def _file(row: RuleFileRow) -> RuleFile:
    kind: RuleKind = "checklist" if row.kind == "checklist" else "profile"
    return RuleFile(
        owner=row.owner,
        kind=kind,
        id=row.id,
        file_id=row.file_id,
        number=row.number,
        version=row.version,
        label=row.label,
        sha256=row.sha256,
        body=row.body,
        added_at=events.instant_text(row.added_at),
        key_id=row.key_id,
        person=row.person,
    )
