"""Stores versions of records, for those who have counted the revision of the case themselves."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.access.domain import Access
from app.events import service as events
from app.events.domain import Change, EventKind, salted
from app.infra.database import in_chunks, insert_rows
from app.records.domain.kinds import AnyRecord
from app.records.domain.stored import StoredRecord, encode_record
from app.records.tables import RecordRow, RecordSourceRow


def store_versions(
    session: Session,
    access: Access,
    case_id: str,
    versions: Sequence[tuple[str, int, AnyRecord]],
    *,
    kind: EventKind,
    revision: int,
    now: datetime,
    rests_known: bool = False,
) -> list[StoredRecord]:
    """Insert versions of records and note them in the trail; what they rest on too, unless it is `rests_known`.

    The caller has counted the revision, and ended the versions that these take over from.
    """
    rows: list[dict[str, object]] = []
    changes: list[Change] = []
    stored: list[StoredRecord] = []
    rests: list[dict[str, str]] = []
    actor, moment = access.actor, events.instant_text(now)
    in_error = kind == "record.entered_in_error"
    for record_id, version, record in versions:
        content, salt = encode_record(record), secrets.token_hex(16)
        stored.append(
            StoredRecord(
                id=record_id,
                case_id=case_id,
                version=version,
                status="entered_in_error" if in_error else "active",
                revision=revision,
                recorded_at=moment,
                key_id=actor.key_id,
                person=actor.person,
                record=record,
            )
        )
        rows.append(
            {
                "record_id": record_id,
                "version": version,
                "case_id": case_id,
                "kind": record.kind,
                "status": stored[-1].status,
                "since_revision": revision,
                "until_revision": None,
                "body": content.decode(),
                "salt": salt,
                "recorded_at": now,
                "key_id": actor.key_id,
                "person": actor.person,
            }
        )
        changes.append(
            Change(
                kind=kind,
                subject_id=record_id,
                subject_kind=record.kind,
                version=version,
                content_hash=salted(salt, content),
            )
        )
        if not in_error and not rests_known:
            documents = dict.fromkeys(source.document_id for source in record.sources if source.document_id)
            rests += [{"record_id": record_id, "document_id": each, "case_id": case_id} for each in documents]
    insert_rows(session, RecordRow, rows)
    if rests:
        insert_rows(session, RecordSourceRow, rests)
    events.append(session, changes, actor=actor, at=now, case_id=case_id, revision=revision)
    return stored


def supersede(
    session: Session,
    access: Access,
    case_id: str,
    versions: Sequence[tuple[str, int, AnyRecord]],
    *,
    kind: EventKind,
    revision: int,
    now: datetime,
) -> list[StoredRecord]:
    """Let new versions take over from the newest ones of the same records, each record once.

    The caller has counted the revision.
    """
    for chunk in in_chunks(record_id for record_id, _, _ in versions):
        newest = update(RecordRow).where(RecordRow.record_id.in_(chunk), RecordRow.until_revision.is_(None))
        session.execute(
            newest.values(until_revision=revision), execution_options={"synchronize_session": False}
        )
        session.execute(delete(RecordSourceRow).where(RecordSourceRow.record_id.in_(chunk)))
    return store_versions(session, access, case_id, versions, kind=kind, revision=revision, now=now)
