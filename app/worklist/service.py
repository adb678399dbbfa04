"""Reads the worklist: what is kept of each case where it holds, else worked out and kept."""

import threading
from collections.abc import Sequence
from datetime import date, tzinfo
from typing import Final

from sqlalchemy.orm import Session

from app.access.domain import Access
from app.cases import service as cases
from app.infra.database import Database, in_chunks
from app.worklist.domain.order import Head, WorklistRow, row_of
from app.worklist.keeping import find_kept, keep
from app.worklist.working import rules_version, work_out

_BATCH: Final = 50
_ONE_AT_A_TIME: Final = threading.Lock()


def worklist(
    database: Database,
    session: Session,
    access: Access,
    heads: Sequence[Head],
    *,
    as_of: date,
    today: date,
    zone: tzinfo,
) -> list[WorklistRow]:
    """Return the rows of these cases on a day; what had to be worked out is kept for the next time.

    `session` reads on one snapshot, of which the heads are.
    """
    rules = rules_version(zone)
    revisions = {head.case_id: head.revision for head in heads}
    known = find_kept(session, access.organisation_id, revisions, rules=rules, as_of=as_of)
    keeps = True
    for batch in in_chunks((head.case_id for head in heads if head.case_id not in known), _BATCH):
        lacking = {case_id: revisions[case_id] for case_id in batch}
        # Readers that come together, as on the morning after an update, share the work instead of each doing it all.
        with _ONE_AT_A_TIME:
            with database.read() as later:
                found = find_kept(later, access.organisation_id, lacking, rules=rules, as_of=as_of)
            made = work_out(
                session,
                access,
                [case_id for case_id in batch if case_id not in found],
                as_of=as_of,
                zone=zone,
            )
            keeps = keeps and keep(database, made, rules=rules, today=today)
        known |= found | {one.case_id: one.digest for one in made}
    return [row_of(head, known[head.case_id], as_of) for head in heads]


def list_heads(
    session: Session, access: Access, *, reference: str | None, purpose: str | None, words: str | None
) -> list[Head]:
    """Return the cases that the key opens and the filters let pass, by what the cases themselves say."""
    found = cases.list_heads(session, access, reference=reference, purpose=purpose, words=words)
    return [
        Head(case_id=one.id, reference=one.reference, purposes=one.purposes, revision=one.revision)
        for one in found
    ]
