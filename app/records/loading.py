"""Reads records for the slices above: whole cases for the views, the newest of some, what rests on a paper."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.infra.database import as_stored, in_chunks, instant_of
from app.records.domain.kinds import AnyRecord
from app.records.domain.stored import DECODERS, Newest, decode_record
from app.records.tables import RecordRow, RecordSourceRow

_ACTIVE = (
    select(
        RecordRow.record_id,
        RecordRow.version,
        RecordRow.kind,
        RecordRow.body,
        as_stored(RecordRow.recorded_at),
    )
    .where(RecordRow.case_id == bindparam("case_id"), RecordRow.status == "active")
    .order_by(RecordRow.record_id)
)
_IS_NEWEST = RecordRow.until_revision.is_(None)
_NOW = _ACTIVE.where(_IS_NEWEST)
_THEN = _ACTIVE.where(
    RecordRow.since_revision <= bindparam("revision"),
    _IS_NEWEST | (RecordRow.until_revision > bindparam("revision")),
)
"""Put together once: every view asks for them."""


def load_records(
    session: Session, case_id: str, revision: int | None = None
) -> Iterator[tuple[str, int, AnyRecord, datetime]]:
    """Yield (id, version, record, recorded at) of every active record of a case at a revision, in order of id.

    One query, whatever the size. The caller has made sure that the case may be read.
    """
    # Past the mapper: a case may have ten thousand rows.
    query = _NOW if revision is None else _THEN
    rows = session.connection().execute(query, {"case_id": case_id, "revision": revision}).all()
    decode = {kind: decoder.decode for kind, decoder in DECODERS.items()}
    moments = _Moments()
    for record_id, version, kind, body, raw in rows:
        yield record_id, version, decode[kind](body), moments[raw]


class _Moments(dict[Any, datetime]):
    """Moments as the driver gives them, each read once: a batch of records is stored at one."""

    def __missing__(self, raw: Any) -> datetime:  # noqa: ANN401 (text or a moment, by the driver)
        self[raw] = moment = instant_of(raw)
        return moment


def newest_of(session: Session, case_id: str, record_ids: Iterable[str]) -> Mapping[str, Newest]:
    """Return the newest versions of those of the records that are in the case."""
    query = select(RecordRow.record_id, RecordRow.version, RecordRow.status).where(
        RecordRow.case_id == case_id, RecordRow.until_revision.is_(None)
    )
    return {
        record_id: Newest(version=version, is_active=status == "active")
        for chunk in in_chunks(record_ids)
        for record_id, version, status in session.execute(query.where(RecordRow.record_id.in_(chunk)))
    }


def newest_records(session: Session, case_id: str, record_ids: Iterable[str]) -> Mapping[str, AnyRecord]:
    """Return the newest content of those of the records that are in the case."""
    query = select(RecordRow.record_id, RecordRow.kind, RecordRow.body).where(
        RecordRow.case_id == case_id, RecordRow.until_revision.is_(None)
    )
    return {
        record_id: decode_record(kind, body)
        for chunk in in_chunks(record_ids)
        for record_id, kind, body in session.execute(query.where(RecordRow.record_id.in_(chunk)))
    }


def records_resting_on(session: Session, case_id: str, document_id: str) -> list[str]:
    """Return the ids of the active records whose newest version rests on a document, in order."""
    return list(
        session.scalars(
            select(RecordSourceRow.record_id)
            .where(RecordSourceRow.case_id == case_id, RecordSourceRow.document_id == document_id)
            .order_by(RecordSourceRow.record_id)
        )
    )


def stored_contents(session: Session) -> Iterator[tuple[str, int, str, str]]:
    """Yield (id, version, salt, body) of every version of every record, for comparison with the audit trail."""
    query = select(RecordRow.record_id, RecordRow.version, RecordRow.salt, RecordRow.body)
    yield from session.execute(query.execution_options(yield_per=500))
