"""Works out what the worklist knows of a case, and names all that decides it besides the case."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from sqlalchemy.orm import Session

from app.access.domain import Access
from app.casefile.service import load_case_file
from app.completeness.chasing import chase_list, rules_of
from app.completeness.domain.chase.model import Sent
from app.completeness.domain.library import checklist_for
from app.completeness.sent import load_many
from app.completeness.service import Rules
from app.worklist.domain.digest import Digest, digest_of
from app.worklist.domain.validity import Limit, holds_through, limits_of

_DECIDING: Final = (".py", ".toml", ".yaml")
_LIMITS: Final[dict[str, tuple[Limit, ...]]] = {}
_LIMITS_MOST: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """What was worked out of one case at one revision, and for which days it holds."""

    case_id: str
    organisation_id: str
    revision: int
    first_day: date
    last_day: date
    digest: Digest


def work_out(
    session: Session, access: Access, case_ids: Sequence[str], *, as_of: date, zone: tzinfo
) -> list[Worked]:
    """Check cases anew, as the session's snapshot has them, each with the day through which its answer holds.

    Raises:
        CaseNotFoundError: there is no such case that the access opens.
    """
    sent = load_many(session, case_ids) if case_ids else {}
    return [
        _worked_out(session, access, case_id, sent.get(case_id, ()), as_of=as_of, zone=zone)
        for case_id in case_ids
    ]


def _worked_out(
    session: Session, access: Access, case_id: str, sent: Sequence[Sent], *, as_of: date, zone: tzinfo
) -> Worked:
    case_file = load_case_file(session, access, case_id, zone=zone)
    rules = Rules(checklist_for(case_file.case))
    judged = [(one, rules_of(session, access, case_file.case, rules, one)) for one in sent]
    found = chase_list(case_file, rules, as_of, judged)
    limits = [limit for by in (rules, *(by for _, by in judged)) for limit in _limits(by)]
    return Worked(
        case_id=case_id,
        organisation_id=access.organisation_id,
        revision=case_file.case.revision,
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
