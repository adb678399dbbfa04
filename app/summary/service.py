"""Builds the summary of one case."""

from datetime import date, tzinfo

from sqlalchemy.orm import Session

from app.access.domain import Access
from app.casefile.service import load_case_file
from app.completeness.domain.checklist import Checklist
from app.summary.domain.assemble import assemble
from app.summary.domain.encoding import encode
from app.summary.domain.identity import Identity

RULES_VERSION = "2026.1"
"""Version of the summary's rules; part of every ETag."""


def case_summary(
    session: Session,
    access: Access,
    case_id: str,
    *,
    revision: int | None,
    checklist: Checklist,
    as_of: date,
    identity: Identity,
    zone: tzinfo,
) -> bytes:
    """Return the summary of a case at a revision as the bytes that are answered; the same inputs give the same bytes.

    Raises:
        CaseNotFoundError: there is no such case that the key opens, or it never had this revision.
    """
    case_file = load_case_file(session, access, case_id, zone=zone, revision=revision)
    return encode(assemble(case_file, checklist, as_of, identity=identity))
