"""Where the documents' bytes are kept: a folder by default, an S3-compatible store by setting.

A key is `{case_id}/{document_id}`. It belongs to one document and is never used for another, so that deleting one
document can never hurt a second one. (Bytes are not shared under their hash: a case that is erased takes its own away.)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from app.errors import UnavailableError

PIECE_BYTES = 256 * 1024
"""How much is read at a time."""


class BlobMissingError(FileNotFoundError):
    """There are no bytes under the key."""


class BlobExistsError(FileExistsError):
    """There are bytes under the key already; they are never replaced."""


class StorageError(UnavailableError):
    """The store of the bytes cannot be reached, or is full."""

    slug = "storage-unavailable"
    title = "The documents' store does not take or give bytes just now"


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """What is kept under one key."""

    key: str
    stored_at: datetime
    """When it came there, by the store's own clock."""


class BlobStore(Protocol):
    """Bytes under keys."""

    def put(self, staged: Path, key: str) -> None:
        """Keep a file's bytes under the key; when this returns they survive a crash. The file itself stays.

        Raises:
            BlobExistsError: there are bytes under the key already.
            StorageError: the store cannot be reached, or is full.
        """

    def open(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Return the bytes from `start` up to and excluding `end` (None: all the rest), in pieces.

        Raises:
            BlobMissingError: there are none under the key.
            StorageError: the store cannot be reached.
        """

    def holds(self, key: str) -> bool:
        """Tell whether there are bytes under the key."""

    def copy(self, key: str, new_key: str) -> None:
        """Keep the same bytes under a second key of the same document; copying once more changes nothing.

        Raises:
            BlobMissingError: there are none under the key.
            StorageError: the store cannot be reached, or is full.
        """

    def delete(self, key: str) -> None:
        """Delete the bytes under a key, or under every key that starts with one ending in `/`; none is no error."""

    def listed(self) -> Iterator[StoredBlob]:
        """Return every key, in no particular order."""
