"""Puts bytes into the store before any row speaks of them, and takes back what no row came to speak of."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import structlog

from app.infra.blobs import BlobStore, StorageError
from app.infra.sweeping import GRACE

log = structlog.get_logger("caseline.documents")

_PUTS_AT_ONCE = 8
SURELY_THERE: timedelta = GRACE / 2
"""Bytes put longer ago than this may have been swept as orphans meanwhile, and are looked for again."""


@dataclass(slots=True)
class Puts:
    """Which of the bytes put are to stay."""

    wanted: set[str] = field(default_factory=set)
    """Keys; set right before the commit, since from then on it may happen even if nobody learns of it."""


@contextmanager
def put_files(blobs: BlobStore, files: Mapping[str, Path]) -> Iterator[Puts]:
    """Keep the bytes of files, by key; those that are not wanted in the end are deleted again."""
    puts = Puts()
    try:
        _put(blobs, files)
        yield puts
    finally:
        for key in files.keys() - puts.wanted:
            _delete(blobs, key)


def _put(blobs: BlobStore, files: Mapping[str, Path]) -> None:
    if len(files) == 1:  # a thread would take longer to start than to help
        for key, path in files.items():
            blobs.put(path, key)
    elif files:
        with ThreadPoolExecutor(max_workers=min(_PUTS_AT_ONCE, len(files))) as pool:
            for put in [pool.submit(blobs.put, path, key) for key, path in files.items()]:
                put.result()


def _delete(blobs: BlobStore, key: str) -> None:
    try:
        blobs.delete(key)
    except StorageError:
        log.warning("unwanted_bytes_left", case=key.partition("/")[0])  # the sweeper finds them


def require_bytes(blobs: BlobStore, keys: Iterable[str]) -> None:
    """Go on only if the store still has the bytes.

    Raises:
        StorageError: some were swept away meanwhile.
    """
    if not all(map(blobs.holds, keys)):
        message = "Storing took too long; nothing was stored. Send the files again, fewer at a time."
        raise StorageError(message, headers={"Retry-After": "10"})
