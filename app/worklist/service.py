"""Reads the worklist: what is kept of each case where it holds still, else worked out and kept."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access.domain import Access
from app.casefile.service import load_case_file
from app.cases import service as cases
from app.completeness.chasing import chase_list, rules_of
from app.completeness.domain.chase.model import Sent
from app.completeness.domain.library import checklist_for
from app.completeness.sent import load_many
from app.completeness.service import Rules
from app.infra.database import Database, insert_rows
from app.worklist.domain.digest import Digest, digest_of
from app.worklist.domain.order import Head, WorklistRow, row_of
from app.worklist.domain.validity import Limit, holds_through, limits_of
from app.worklist.tables import DigestRow

_DECODER: Final = msgspec.json.Decoder(Digest)
_ENCODER: Final = msgspec.json.Encoder()
_DECIDING: Final = (".py", ".toml", ".yaml")
_BATCH: Final = 200
_LIMITS: Final[dict[str, tuple[Limit, ...]]] = {}
_LIMITS_MOST: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was worked out of one case, and for which days it holds."""

    head: Head
    first_day: date
    last_day: date
    digest: Digest


def worklist(
    database: Database, session: Session, access: Access, heads: Sequence[Head], *, as_of: date, zone: tzinfo
) -> list[WorklistRow]:
    """Return the rows of these cases on a day; what had to be worked out is kept for the next time.

    `session` reads on one snapshot, of which the heads are. A row that is kept is used for its revision, its rules and
    its days alone, so that it can be missing or too many, but never wrong.
    """
    rules = rules_version(zone)
    known = _kept(session, access, rules, as_of)
    fresh = {
        head.case_id: known[head.case_id][1]
        for head in heads
        if head.case_id in known and known[head.case_id][0] == head.revision
    }
    behind = [head for head in heads if head.case_id not in fresh]
    made = work_out(session, access, behind, as_of=as_of, zone=zone)
    _keep(database, access.organisation_id, made, rules)
    fresh |= {one.head.case_id: one.digest for one in made}
    return [row_of(head, fresh[head.case_id], as_of) for head in heads]


def list_heads(
    session: Session, access: Access, *, reference: str | None, purpose: str | None, words: str | None
) -> list[Head]:
    """Return the cases that the key opens and the filters let pass, by what the cases themselves say."""
    found = cases.list_heads(session, access, reference=reference, purpose=purpose, words=words)
    return [
        Head(case_id=one.id, reference=one.reference, purposes=one.purposes, revision=one.revision)
        for one in found
    ]


def work_out(
    session: Session, access: Access, heads: Sequence[Head], *, as_of: date, zone: tzinfo
) -> list[Kept]:
    """Check cases anew, each with the day through which its answer holds."""
    if not heads:
        return []
    sent = load_many(session, [head.case_id for head in heads])
    return [
        _worked_out(session, access, head, sent.get(head.case_id, ()), as_of=as_of, zone=zone)
        for head in heads
    ]


def _worked_out(
    session: Session, access: Access, head: Head, sent: Sequence[Sent], *, as_of: date, zone: tzinfo
) -> Kept:
    case_file = load_case_file(session, access, head.case_id, zone=zone)
    rules = Rules(checklist_for(case_file.case))
    judged = [(one, rules_of(session, access, case_file.case, rules, one)) for one in sent]
    found = chase_list(case_file, rules, as_of, judged)
    limits = [limit for by in (rules, *(by for _, by in judged)) for limit in _limits(by)]
    return Kept(
        head=head,
        first_day=as_of,
        last_day=holds_through(case_file, limits, as_of),
        digest=digest_of(case_file, found.report, found.requests, zone=zone),
    )


def _limits(by: Rules) -> tuple[Limit, ...]:
    """Return the limits of a checklist, found once for each."""
    if by.tag not in _LIMITS:
        if len(_LIMITS) >= _LIMITS_MOST:
            _LIMITS.clear()
        _LIMITS[by.tag] = limits_of(by.checklist)
    return _LIMITS[by.tag]


def _kept(session: Session, access: Access, rules: str, as_of: date) -> Mapping[str, tuple[int, Digest]]:
    """Return what is kept and holds on a day, with its revision, by case."""
    day = as_of.isoformat()
    query = select(DigestRow.case_id, DigestRow.revision, DigestRow.body).where(
        DigestRow.organisation_id == access.organisation_id,
        DigestRow.rules == rules,
        DigestRow.first_day <= day,
        DigestRow.last_day >= day,
    )
    if access.case_id is not None:
        query = query.where(DigestRow.case_id == access.case_id)
    return {case_id: (revision, _DECODER.decode(body)) for case_id, revision, body in session.execute(query)}


def _keep(database: Database, organisation_id: str, made: Sequence[Kept], rules: str) -> None:
    """Keep what was worked out, as a note beside the read; what cannot be kept is worked out again."""
    for start in range(0, len(made), _BATCH):
        batch = made[start : start + _BATCH]
        try:
            _store(database, organisation_id, batch, rules)
        except IntegrityError:  # somebody else keeps one just now, or its case was erased since
            for one in batch:
                _store_alone(database, organisation_id, one, rules)


def _store_alone(database: Database, organisation_id: str, one: Kept, rules: str) -> None:
    try:
        _store(database, organisation_id, [one], rules)
    except IntegrityError:
        return


def _store(database: Database, organisation_id: str, batch: Iterable[Kept], rules: str) -> None:
    rows = [
        {
            "case_id": one.head.case_id,
            "organisation_id": organisation_id,
            "revision": one.head.revision,
            "rules": rules,
            "first_day": one.first_day.isoformat(),
            "last_day": one.last_day.isoformat(),
            "body": _ENCODER.encode(one.digest).decode(),
        }
        for one in batch
    ]
    with database.note() as session:
        session.execute(delete(DigestRow).where(DigestRow.case_id.in_([row["case_id"] for row in rows])))
        insert_rows(session, DigestRow, rows)


@lru_cache(maxsize=8)
def rules_version(zone: tzinfo) -> str:
    """Name everything besides the cases that decides the rows: the code itself, its rules and words, and the zone.

    A version number can be forgotten; a row that other code has worked out must never be taken for this one's.
    """
    digest = hashlib.sha256(str(zone).encode())
    for file in _deciding(files("app")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _deciding(folder: Traversable) -> Iterable[Traversable]:
    for one in sorted(folder.iterdir(), key=lambda each: each.name):
        if one.is_dir():
            yield from _deciding(one)
        elif one.name.endswith(_DECIDING):
            yield one
