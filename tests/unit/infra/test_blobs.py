"""Where bytes are kept: the same promises of a folder and of an S3-compatible store."""

import errno
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.config import Settings, settings_from
from app.infra.blobs import (
    PIECE_BYTES,
    BlobExistsError,
    BlobMissingError,
    BlobStore,
    StorageError,
)
from app.infra.local_blobs import LocalBlobs
from app.infra.s3_blobs import S3Blobs
from app.infra.stores import open_blobs
from tests.s3 import S3Server

KEY = "case-1/document-1"
LARGE = bytes(range(256)) * (10 * 1024**2 // 256)
"""Larger than one part of an S3 upload, so that it goes in several."""


@pytest.fixture(params=["folder", "s3"])
def blobs(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[BlobStore]:
    if request.param == "folder":
        yield open_blobs(_settings(tmp_path, (tmp_path / "blobs").as_uri()))
        return
    server: S3Server = request.getfixturevalue("s3_server")
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT")
    monkeypatch.delenv("AWS_ALLOW_HTTP")
    yield open_blobs(_settings(tmp_path, f"{server.create_bucket()}/cases", server.endpoint))


def _settings(folder: Path, blob_url: str, endpoint: str = "") -> Settings:
    return settings_from(
        {
            "CASELINE_DATA_DIR": str(folder),
            "CASELINE_BLOB_URL": blob_url,
            "CASELINE_S3_ENDPOINT": endpoint,
        }
    )


@pytest.fixture
def staged(tmp_path: Path) -> Path:
    return a_staged_file(tmp_path, b"a report")


def a_staged_file(folder: Path, content: bytes, name: str = "staged") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def everything(blobs: BlobStore, key: str) -> bytes:
    return b"".join(blobs.open(key))


def all_keys(blobs: BlobStore) -> set[str]:
    return {blob.key for blob in blobs.listed()}


def test_what_is_put_comes_back(blobs: BlobStore, staged: Path) -> None:
    blobs.put(staged, KEY)
    assert everything(blobs, KEY) == b"a report"
    assert blobs.holds(KEY)
    assert staged.exists()


def test_a_large_blob_comes_back_in_pieces_whole_and_by_range(blobs: BlobStore, tmp_path: Path) -> None:
    blobs.put(a_staged_file(tmp_path, LARGE), KEY)
    pieces = list(blobs.open(KEY))
    assert max(map(len, pieces)) <= PIECE_BYTES
    assert b"".join(pieces) == LARGE
    start, end = 8 * 1024**2 - 3, 8 * 1024**2 + 5
    assert b"".join(blobs.open(KEY, start, end)) == LARGE[start:end]


def test_bytes_under_a_key_are_never_replaced(blobs: BlobStore, staged: Path, tmp_path: Path) -> None:
    blobs.put(staged, KEY)
    with pytest.raises(BlobExistsError):
        blobs.put(a_staged_file(tmp_path, b"another", "other"), KEY)
    assert everything(blobs, KEY) == b"a report"


def test_what_is_not_there_is_missing(blobs: BlobStore) -> None:
    assert not blobs.holds(KEY)
    with pytest.raises(BlobMissingError):
        blobs.open(KEY, 0, 1)
    with pytest.raises(BlobMissingError):
        blobs.copy(KEY, "case-2/document-1")


def test_a_copy_outlives_the_first_and_copying_twice_changes_nothing(blobs: BlobStore, staged: Path) -> None:
    blobs.put(staged, KEY)
    blobs.copy(KEY, "case-2/document-1")
    blobs.copy(KEY, "case-2/document-1")
    blobs.delete(KEY)
    assert everything(blobs, "case-2/document-1") == b"a report"
    assert all_keys(blobs) == {"case-2/document-1"}


def test_deleting_a_prefix_takes_what_is_below_it_and_nothing_beside(blobs: BlobStore, staged: Path) -> None:
    for key in ("case-1/a", "case-1/b", "case-10/a", "case-2/a"):
        blobs.put(staged, key)
    blobs.delete("case-1/")
    assert all_keys(blobs) == {"case-10/a", "case-2/a"}


def test_deleting_what_is_not_there_is_no_error(blobs: BlobStore) -> None:
    blobs.delete(KEY)
    blobs.delete("case-1/")
    assert all_keys(blobs) == set()


def test_every_key_is_listed_with_when_it_came(blobs: BlobStore, staged: Path) -> None:
    hours_ago = datetime.now(UTC) - timedelta(hours=5)
    os.utime(staged, (hours_ago.timestamp(), hours_ago.timestamp()))
    blobs.put(staged, KEY)
    (blob,) = blobs.listed()
    assert blob.key == KEY
    assert abs(datetime.now(UTC) - blob.stored_at) < timedelta(minutes=1)


# --- the folder ---------------------------------------------------------------------------------------------


@pytest.fixture
def local(tmp_path: Path) -> LocalBlobs:
    return LocalBlobs(tmp_path / "blobs")


def test_bytes_are_synced_before_they_are_named_and_their_folders_after(
    local: LocalBlobs, staged: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[tuple[str, Path]] = []
    opened: dict[int, Path] = {}
    real_open, real_fsync, real_link = os.open, os.fsync, os.link

    def note_open(path: Any, *arguments: Any, **options: Any) -> int:
        descriptor = real_open(path, *arguments, **options)
        opened[descriptor] = Path(path)
        return descriptor

    def note_fsync(descriptor: int) -> None:
        real_fsync(descriptor)
        steps.append(("sync", opened[descriptor]))

    def note_link(source: Any, target: Any) -> None:
        real_link(source, target)
        steps.append(("name", Path(target)))

    monkeypatch.setattr(os, "open", note_open)
    monkeypatch.setattr(os, "fsync", note_fsync)
    monkeypatch.setattr(os, "link", note_link)
    local.put(staged, KEY)

    root = tmp_path / "blobs"
    assert steps == [
        ("sync", staged),
        ("name", root / KEY),
        ("sync", root / "case-1"),
        ("sync", root),
    ]


def test_from_another_filesystem_bytes_are_copied_and_nothing_half_is_left(
    local: LocalBlobs, staged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_link = os.link

    def link_within(source: Any, target: Any) -> None:
        if Path(source) == staged:
            raise OSError(errno.EXDEV, "another filesystem")
        real_link(source, target)

    monkeypatch.setattr(os, "link", link_within)
    local.put(staged, KEY)
    assert everything(local, KEY) == b"a report"
    assert all_keys(local) == {KEY}


def test_a_full_disk_is_told_as_such(
    local: LocalBlobs, staged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(StorageError) as refused:
        local.put(staged, KEY)
    assert "full" in refused.value.detail


def test_a_blob_that_is_being_read_is_read_to_its_end_though_deleted(
    local: LocalBlobs, tmp_path: Path
) -> None:
    local.put(a_staged_file(tmp_path, LARGE), KEY)
    pieces = local.open(KEY)
    first = next(pieces)
    local.delete(KEY)
    assert first + b"".join(pieces) == LARGE


def test_a_blob_shorter_than_asked_for_is_an_error_and_not_an_end(local: LocalBlobs, staged: Path) -> None:
    local.put(staged, KEY)
    with pytest.raises(OSError, match="shorter"):
        list(local.open(KEY, 0, 100))


def test_the_folder_of_a_case_goes_with_its_last_blob(
    local: LocalBlobs, staged: Path, tmp_path: Path
) -> None:
    local.put(staged, KEY)
    local.delete(KEY)
    assert list((tmp_path / "blobs").iterdir()) == []


@pytest.mark.parametrize(
    "key", ["../outside", "case-1/../../outside", "/etc/passwd", "case-1", "case-1/", ""]
)
def test_no_key_leads_out_of_the_folder(local: LocalBlobs, staged: Path, key: str) -> None:
    with pytest.raises(ValueError, match="not a key"):
        local.put(staged, key)


# --- S3 -----------------------------------------------------------------------------------------------------


def test_a_store_that_does_not_answer_is_told_as_such(staged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"):
        monkeypatch.setenv(name, "us-east-1")
    unreachable = S3Blobs("bucket", "", endpoint="http://127.0.0.1:9", retries=0)
    with pytest.raises(StorageError):
        unreachable.put(staged, KEY)


def test_a_prefix_keeps_installations_in_one_bucket_apart(
    s3_server: S3Server, staged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in s3_server.environment.items():
        monkeypatch.setenv(name, value)
    bucket = s3_server.create_bucket().removeprefix("s3://")
    one = S3Blobs(bucket, "one", endpoint=s3_server.endpoint)
    two = S3Blobs(bucket, "two", endpoint=s3_server.endpoint)
    one.put(staged, KEY)
    assert not two.holds(KEY)
    assert all_keys(two) == set()
    two.delete("case-1/")
    assert all_keys(one) == {KEY}
