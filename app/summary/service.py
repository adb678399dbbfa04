"""Builds the summary of one case."""

from datetime import date, tzinfo
from typing import TypedDict, Unpack

import structlog
from sqlalchemy.orm import Session

from app.access.domain import Access
from app.casefile.service import load_case_file
from app.completeness.service import Rules
from app.errors import InvalidError
from app.summary.domain.assemble import open_case
from app.summary.domain.build import write_summary
from app.summary.domain.changed import Changes
from app.summary.domain.changes import Seen, changes_between
from app.summary.domain.encoding import content_hash, encode
from app.summary.domain.identity import Identity
from app.summary.domain.model import Summary
from app.summary.domain.page import Page
from app.summary.domain.sheet import sheet_of
from app.summary.domain.writer import withheld_in
from app.summary.paper import Paper, paper_of

log = structlog.get_logger("caseline.summary")

RULES_VERSION = "2026.2"
"""Version of the summary's rules; part of every ETag."""


class Asked(TypedDict):
    """Which summary of a case is asked for."""

    revision: int | None
    rules: Rules
    as_of: date
    identity: Identity
    zone: tzinfo


def case_summary(session: Session, access: Access, case_id: str, **asked: Unpack[Asked]) -> bytes:
    """Return the summary of a case at a revision as the bytes that are answered; the same inputs give the same bytes.

    Raises:
        CaseNotFoundError: there is no such case that the key opens, or it never had this revision.
    """
    return encode(_written(_page(session, access, case_id, **asked)))


def summary_paper(
    session: Session, access: Access, case_id: str, *, base: str, **asked: Unpack[Asked]
) -> Paper:
    """Return the same summary as a page to read and print; `base` is what stands before the paths of the API.

    Raises:
        CaseNotFoundError: there is no such case that the key opens, or it never had this revision.
    """
    page = _page(session, access, case_id, **asked)
    summary = _written(page)
    return paper_of(sheet_of(page, summary, content_sha256=content_hash(summary), base=base))


class RevisionsOutOfOrderError(InvalidError):
    """The revision to begin with is later than the one to end with."""

    slug = "revisions-out-of-order"
    title = "The revisions are the wrong way round"


def case_changes(
    session: Session, access: Access, case_id: str, *, from_revision: int, **asked: Unpack[Asked]
) -> Changes:
    """Return what has changed in a case from one revision to another, both seen on the same day.

    Raises:
        CaseNotFoundError: there is no such case that the key opens, or it never had one of the revisions.
    """
    earlier: Asked = {**asked, "revision": from_revision}
    before = _page(session, access, case_id, **earlier)
    after = _page(session, access, case_id, **asked)
    return changes_between(*(Seen(page=page, summary=_written(page)) for page in (before, after)))


def _written(page: Page) -> Summary:
    """Write the summary; where the wording check withheld a sentence, log which, by its id alone."""
    summary = write_summary(page)
    for statement_id in withheld_in(summary):
        log.error("wording_withheld", case=summary.case_id, statement=statement_id)
    return summary


def _page(session: Session, access: Access, case_id: str, **asked: Unpack[Asked]) -> Page:
    case_file = load_case_file(session, access, case_id, zone=asked["zone"], revision=asked["revision"])
    rules = asked["rules"]
    return open_case(
        case_file, rules.checklist, asked["as_of"], identity=asked["identity"], profile=rules.profile
    )
