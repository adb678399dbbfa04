"""Blobs in an S3-compatible store, through obstore."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError
from obstore.store import S3Store

from app.infra.blobs import PIECE_BYTES, BlobExistsError, BlobMissingError, StorageError, StoredBlob

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Config

_PART_BYTES = 8 * 1024**2
_PARTS_AT_ONCE = 4
_TIMEOUT = timedelta(minutes=5)
"""For one request: a part of an upload, or a range of a download."""
RETRIES = 4
_PATIENCE = timedelta(seconds=30)
"""After so long, nothing is tried again: somebody is waiting for the answer."""


class S3Blobs:
    """A bucket, or what lies below a prefix of it. Credentials and region come from the usual `AWS_...` variables."""

    def __init__(self, bucket: str, prefix: str, *, endpoint: str | None, retries: int = RETRIES) -> None:
        patience: RetryConfig = {"max_retries": retries, "retry_timeout": _PATIENCE}
        reaching: ClientConfig = {"timeout": _TIMEOUT}
        where: S3Config = {}
        if endpoint is not None:
            where = {"endpoint": endpoint, "virtual_hosted_style_request": False}
            reaching["allow_http"] = endpoint.startswith("http://")
        self._store = S3Store(
            bucket, prefix=prefix or None, config=where, client_options=reaching, retry_config=patience
        )

    def put(self, staged: Path, key: str) -> None:
        """Keep a file's bytes; larger ones in parts, which the store joins all or not at all."""
        content = staged.read_bytes() if staged.stat().st_size <= _PART_BYTES else None
        with _storage_errors():
            if content is not None:
                obstore.put(self._store, key, content, mode="create")
            else:
                # Parts cannot be create-only; no other document ever has this key.
                obstore.put(self._store, key, staged, chunk_size=_PART_BYTES, max_concurrency=_PARTS_AT_ONCE)

    def open(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Return the bytes of a range in pieces, asked for part by part, so that a slow reader runs into no timeout."""
        if end is None:
            with _storage_errors():
                end = obstore.head(self._store, key)["size"]
        pieces = self._pieces(key, start, end)
        first = next(pieces, b"")

        def joined() -> Iterator[bytes]:
            yield first
            yield from pieces

        return joined()

    def _pieces(self, key: str, start: int, end: int) -> Iterator[bytes]:
        for at in range(start, end, _PART_BYTES):
            with _storage_errors():
                part = memoryview(
                    obstore.get_range(self._store, key, start=at, end=min(end, at + _PART_BYTES))
                )
            for piece_at in range(0, len(part), PIECE_BYTES):
                yield bytes(part[piece_at : piece_at + PIECE_BYTES])

    def holds(self, key: str) -> bool:
        """Tell whether there are bytes under the key."""
        try:
            with _storage_errors():
                obstore.head(self._store, key)
        except BlobMissingError:
            return False
        return True

    def copy(self, key: str, new_key: str) -> None:
        """Let the store itself copy the bytes."""
        with _storage_errors():
            obstore.copy(self._store, key, new_key)

    def delete(self, key: str) -> None:
        """Delete a blob, or all whose keys begin so."""
        with _storage_errors():
            if not key.endswith("/"):
                obstore.delete(self._store, key)
                return
            for listed in obstore.list(self._store, prefix=key.rstrip("/")):
                if listed:
                    obstore.delete(self._store, [blob["path"] for blob in listed])

    def listed(self) -> Iterator[StoredBlob]:
        """Return every key, with when the store took its bytes."""
        with _storage_errors():
            for listed in obstore.list(self._store):
                for blob in listed:
                    yield StoredBlob(blob["path"], blob["last_modified"])


@contextmanager
def _storage_errors() -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotFoundError) as error:  # obstore raises the built-in one
        message = "there are no such bytes"
        raise BlobMissingError(message) from error
    except AlreadyExistsError as error:
        message = "there are such bytes"
        raise BlobExistsError(message) from error
    except BaseError as error:
        message = "The store of documents did not answer as it should. Try again later."
        raise StorageError(message, headers={"Retry-After": "10"}) from error
