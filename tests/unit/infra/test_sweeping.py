"""Bytes without rows are deleted, bytes with rows never, whoever else is at work."""

import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from app.access.domain import Access
from app.access.service import add_organisation, forget_old_answers
from app.cases import service as cases
from app.cases.domain import CaseBody
from app.documents import service, storing
from app.documents.domain.document import DocumentBody
from app.documents.storing import NewDocument
from app.events.domain import Actor
from app.infra import doomed
from app.infra.blobs import BlobStore, StorageError
from app.infra.database import Database
from app.infra.local_blobs import LocalBlobs
from app.infra.sweeping import Sweeper, bury, keep_blobs, sweep_orphans, sweep_staging

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
AFTERWARDS = timedelta(days=10_000)
"""Later than any file's time on the machine that runs this."""


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture
def blobs(tmp_path: Path) -> LocalBlobs:
    return LocalBlobs(tmp_path / "blobs")


@pytest.fixture
def access(database: Database) -> Access:
    with database.write() as session:
        add_organisation(session, organisation_id="organisation-1", name="an organisation", now=NOW)
    return Access(
        organisation_id="organisation-1",
        key_id="key-1",
        key_name="a key",
        scopes=frozenset({"admin"}),
        case_id=None,
        actor=Actor(organisation_id="organisation-1", key_id="key-1"),
    )


@pytest.fixture
def case_id(database: Database, access: Access) -> str:
    with database.write() as session:
        return cases.open_case(session, access, case_id="case-1", body=CaseBody(), now=NOW).id


def put(blobs: BlobStore, folder: Path, key: str) -> None:
    staged = folder / "staged"
    staged.write_bytes(b"a report")
    blobs.put(staged, key)


def a_new_document(document_id: str) -> NewDocument:
    return NewDocument(
        id=document_id,
        body=DocumentBody(),
        methods={},
        sha256=document_id.rjust(64, "0"),
        size_bytes=8,
        media="txt",
        media_type="text/plain",
        flavour=None,
        charset="utf-8",
        file_name=None,
        findings=(),
    )


def keys_of(blobs: BlobStore) -> set[str]:
    return {blob.key for blob in blobs.listed()}


def sweep(database: Database, blobs: BlobStore, folder: Path, *, now: datetime | None = None) -> int:
    later = now or datetime.now(UTC) + AFTERWARDS
    return sweep_orphans(database, blobs, folder / "staging", held=service.held_keys, now=later)


def test_old_bytes_without_a_row_are_deleted_and_those_with_one_stay(
    database: Database, blobs: LocalBlobs, access: Access, case_id: str, tmp_path: Path
) -> None:
    for document_id in ("with-row", "without-row"):
        put(blobs, tmp_path, f"{case_id}/{document_id}")
    put(blobs, tmp_path, "case-2/with-row")  # the id is known, but of another case
    with database.write() as session:
        new = [a_new_document("with-row")]
        storing.store_documents(session, access, case_id=case_id, new=new, now=NOW)
    assert sweep(database, blobs, tmp_path) == 2
    assert keys_of(blobs) == {f"{case_id}/with-row"}


def test_young_bytes_stay_for_they_may_belong_to_an_upload_under_way(
    database: Database, blobs: LocalBlobs, tmp_path: Path
) -> None:
    put(blobs, tmp_path, "case-1/document-1")
    assert sweep(database, blobs, tmp_path, now=datetime.now(UTC) + timedelta(minutes=30)) == 0
    assert keys_of(blobs) == {"case-1/document-1"}


def test_bytes_whose_row_is_committed_while_the_sweep_waits_stay(
    database: Database, blobs: LocalBlobs, access: Access, case_id: str, tmp_path: Path
) -> None:
    put(blobs, tmp_path, f"{case_id}/document-1")
    with database.write() as session:
        keep_blobs(session)
        sweeping = threading.Thread(target=sweep, args=(database, blobs, tmp_path))
        sweeping.start()
        sweeping.join(timeout=0.5)
        assert sweeping.is_alive()
        new = [a_new_document("document-1")]
        storing.store_documents(session, access, case_id=case_id, new=new, now=NOW)
    sweeping.join()
    assert keys_of(blobs) == {f"{case_id}/document-1"}


def test_what_is_doomed_is_buried_once_and_leaves_the_queue(
    database: Database, blobs: LocalBlobs, tmp_path: Path
) -> None:
    for key in ("case-1/a", "case-1/b", "case-2/a", "case-2/b"):
        put(blobs, tmp_path, key)
    with database.write() as session:
        doomed.doom(session, ["case-1/", "case-2/a"], now=NOW)
    assert bury(database, blobs) == 2
    assert keys_of(blobs) == {"case-2/b"}
    assert bury(database, blobs) == 0


def test_one_that_cannot_be_deleted_stays_queued_and_keeps_no_other_from_going(
    database: Database, blobs: LocalBlobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_delete = LocalBlobs.delete

    def delete_all_but_one(self: LocalBlobs, key: str) -> None:
        if key == "case-1/stuck":
            raise StorageError("not now")
        really_delete(self, key)

    for key in ("case-1/stuck", "case-1/z", "case-2/a"):
        put(blobs, tmp_path, key)
    with database.write() as session:
        doomed.doom(session, ["case-1/stuck", "case-1/z", "case-2/"], now=NOW)
    with monkeypatch.context() as broken:
        broken.setattr(LocalBlobs, "delete", delete_all_but_one)
        with pytest.raises(ExceptionGroup):
            bury(database, blobs)
    assert keys_of(blobs) == {"case-1/stuck"}
    assert bury(database, blobs) == 1
    assert keys_of(blobs) == set()


def test_what_cut_short_uploads_left_is_swept_once_nothing_in_it_is_young(tmp_path: Path) -> None:
    hours_ago = (NOW - timedelta(hours=5)).timestamp()
    staging = tmp_path / "staging"
    for name in ("dead", "alive"):
        (staging / name).mkdir(parents=True)
        for part in ("0", "1"):
            (staging / name / part).write_bytes(b"half a fi")
            os.utime(staging / name / part, (hours_ago, hours_ago))
        os.utime(staging / name, (hours_ago, hours_ago))
    os.utime(staging / "alive" / "1", (NOW.timestamp(), NOW.timestamp()))
    assert sweep_staging(staging, now=NOW) == 1
    assert [folder.name for folder in staging.iterdir()] == ["alive"]
    assert sweep_staging(tmp_path / "nowhere", now=NOW) == 0


def test_what_somebody_was_reading_when_it_was_erased_leaves_the_log_at_the_next_burial(
    blobs: LocalBlobs, tmp_path: Path
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'words.db'}")
    with database.connect() as connection:
        connection.execute(text("CREATE TABLE words (word TEXT)"))
        connection.execute(text("CREATE TABLE doomed_blobs (prefix TEXT, doomed_at TEXT)"))
        connection.execute(text("INSERT INTO words VALUES ('a very particular cough')"))
    with database.read() as reader:
        reader.execute(text("SELECT * FROM words")).all()
        with database.write() as session:
            session.execute(text("DELETE FROM words"))
        bury(database, blobs)  # waits for nobody
        assert b"cough" in (tmp_path / "words.db-wal").read_bytes()
    bury(database, blobs)
    assert b"cough" not in (tmp_path / "words.db").read_bytes() + (tmp_path / "words.db-wal").read_bytes()
    database.dispose()


def test_the_sweeper_works_in_the_background_goes_on_after_a_failure_and_stops(
    database: Database, blobs: LocalBlobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.infra.sweeping.BURIAL_INTERVAL", timedelta(milliseconds=10))
    put(blobs, tmp_path, "case-1/doomed")
    put(blobs, tmp_path, "case-1/orphan")
    with database.write() as session:
        doomed.doom(session, ["case-1/doomed"], now=NOW)
    rounds = iter(range(1_000))
    third_round = threading.Event()

    def fail_first(database: Database, blobs: BlobStore) -> int:
        if (number := next(rounds)) == 0:
            raise StorageError("not now")
        if number == 2:
            third_round.set()
        return bury(database, blobs)

    monkeypatch.setattr("app.infra.sweeping.bury", fail_first)
    later = datetime.now(UTC) + AFTERWARDS
    sweeper = Sweeper(
        database,
        blobs,
        tmp_path / "staging",
        clock=lambda: later,
        held=service.held_keys,
        tidy=forget_old_answers,
    )
    sweeper.start()
    try:
        assert third_round.wait(timeout=20)
    finally:
        sweeper.stop()
    assert keys_of(blobs) == set()


def test_a_sweeper_that_never_started_stops(database: Database, blobs: LocalBlobs, tmp_path: Path) -> None:
    Sweeper(
        database, blobs, tmp_path, clock=lambda: NOW, held=service.held_keys, tidy=forget_old_answers
    ).stop()
    with database.read() as session:
        assert session.scalar(text("SELECT 1")) == 1
