"""Remembers under which key of a sender which record or document of a case stands."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.imports.domain.planning import Known
from app.imports.domain.studies import Counted
from app.imports.tables import ImportedInstanceRow, ImportedRow
from app.infra.database import in_chunks, insert_rows


def recall(session: Session, case_id: str, key_hashes: Iterable[str]) -> dict[str, Known]:
    """Return what was imported into a case under the keys, by key hash."""
    query = select(
        ImportedRow.key_hash,
        ImportedRow.subject_id,
        ImportedRow.kind,
        ImportedRow.digest,
        ImportedRow.stated_at,
        ImportedRow.version,
        ImportedRow.is_withdrawn,
    ).where(ImportedRow.case_id == case_id)
    found: dict[str, Known] = {}
    for chunk in in_chunks(set(key_hashes)):
        for row in session.execute(query.where(ImportedRow.key_hash.in_(chunk))):
            hashed, subject_id, kind, digest, stated_at, version, is_withdrawn = row
            found[hashed] = Known(
                subject_id=subject_id,
                kind=kind,
                digest=digest,
                stated_at=stated_at,
                version=version,
                is_withdrawn=is_withdrawn,
            )
    return found


def remember(session: Session, case_id: str, new: Mapping[str, Known], before: Mapping[str, Known]) -> None:
    """Keep what stands under the keys now."""
    rows = [{"case_id": case_id, "key_hash": hashed, **_values(known)} for hashed, known in new.items()]
    fresh = [row for row in rows if row["key_hash"] not in before]
    if fresh:
        insert_rows(session, ImportedRow, fresh)
    for row in rows:
        if row["key_hash"] in before:
            session.execute(
                update(ImportedRow)
                .where(ImportedRow.case_id == case_id, ImportedRow.key_hash == row["key_hash"])
                .values(**_values(new[str(row["key_hash"])]))
            )


def counted(session: Session, case_id: str, record_id: str) -> Counted:
    """Return the images of a study that were imported before."""
    query = select(ImportedInstanceRow.instance, ImportedInstanceRow.series).where(
        ImportedInstanceRow.case_id == case_id, ImportedInstanceRow.record_id == record_id
    )
    return Counted(series_of={instance: series for instance, series in session.execute(query)})  # noqa: C416 (rows)


def count(session: Session, case_id: str, record_id: str, new: Counted) -> None:
    """Remember images of a study that were not imported before."""
    rows = [
        {"case_id": case_id, "instance": instance, "series": series, "record_id": record_id}
        for instance, series in new.series_of.items()
    ]
    if rows:
        insert_rows(session, ImportedInstanceRow, rows)


def _values(known: Known) -> dict[str, object]:
    return {
        "subject_id": known.subject_id,
        "kind": known.kind,
        "digest": known.digest,
        "stated_at": known.stated_at,
        "version": known.version,
        "is_withdrawn": known.is_withdrawn,
    }
