"""Finds cases by what identifies their patients within the organisation."""

import hashlib
from collections.abc import Iterable

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from app.access.domain import Access
from app.cases.domain import Identifier, folded
from app.cases.tables import CaseIdentifierRow

_LONGEST = 200
"""Letters of a system or a value in the index; folding may make three of one."""


def _indexed(identifier: Identifier) -> tuple[str, str]:
    """Return an identifier as it is compared, with a hash for what is longer than the index takes."""
    system, value = (
        one if len(one) <= _LONGEST else hashlib.sha256(one.encode()).hexdigest()
        for one in folded(identifier)
    )
    return system, value


def index_identifiers(
    session: Session, organisation_id: str, case_id: str, identifiers: Iterable[Identifier]
) -> None:
    """Make a case findable by just these identifiers."""
    wanted = {_indexed(one) for one in identifiers}
    rows = select(CaseIdentifierRow.system, CaseIdentifierRow.value)
    there = {
        (system, value) for system, value in session.execute(rows.where(CaseIdentifierRow.case_id == case_id))
    }
    if wanted == there:
        return
    session.execute(delete(CaseIdentifierRow).where(CaseIdentifierRow.case_id == case_id))
    if wanted:
        session.execute(
            insert(CaseIdentifierRow),
            [
                {"case_id": case_id, "organisation_id": organisation_id, "system": system, "value": value}
                for system, value in sorted(wanted)
            ],
        )


def find_by_identifiers(session: Session, access: Access, identifiers: Iterable[Identifier]) -> list[str]:
    """Return the ids of the organisation's cases whose patient has any of the identifiers, in order.

    A key that opens one case only finds no other.
    """
    wanted = {_indexed(one) for one in identifiers}
    if not wanted:
        return []
    row = CaseIdentifierRow
    query = select(row.case_id, row.system, row.value).where(
        row.organisation_id == access.organisation_id, row.value.in_(sorted({value for _, value in wanted}))
    )
    if access.case_id is not None:
        query = query.where(row.case_id == access.case_id)
    return sorted({case_id for case_id, system, value in session.execute(query) if (system, value) in wanted})


def hold_identifiers(session: Session, access: Access, identifiers: Iterable[Identifier]) -> None:
    """Wait for whoever else is looking for, or opening, a case of one of these identifiers.

    So two posts of a new patient at one moment open one case. On SQLite the transaction that writes is the only one.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    names = {
        hashlib.sha256(f"{access.organisation_id}\n{system}\n{value}".encode()).digest()[:8]
        for system, value in map(folded, identifiers)
    }
    for name in sorted(names):
        number = int.from_bytes(name, "big", signed=True)
        session.execute(text("SELECT pg_advisory_xact_lock(:name)"), {"name": number})
