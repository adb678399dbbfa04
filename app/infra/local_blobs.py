"""Blobs in a folder: written whole, synced, named, and only then known to anybody."""

import errno
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path

from app.infra.blobs import PIECE_BYTES, BlobExistsError, BlobMissingError, StorageError, StoredBlob

_KEY = re.compile(r"[A-Za-z0-9_-]+/[A-Za-z0-9_-]+")
_PREFIX = re.compile(r"[A-Za-z0-9_-]+/")

_ARRIVING = "arriving"
"""Folder of half-copied files; what a crash leaves there has no row, and is swept like any orphan."""

_ATTEMPTS = 20
"""How often a folder may vanish or fill up under us before it counts as a failure."""


class LocalBlobs:
    """A folder with one folder for each case in it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        root.mkdir(mode=0o700, parents=True, exist_ok=True)

    def put(self, staged: Path, key: str) -> None:
        """Keep a file's bytes: sync them, link them to their name, which must be free, and sync the folders."""
        path = self._path(key)
        with _storage_errors():
            _sync(staged)
            try:
                self._link(staged, path)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                self._copy_across(staged, path)

    def open(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Return the bytes of a range in pieces; deleting the blob meanwhile does not cut them short."""
        try:
            file = FileIO(self._path(key))
        except FileNotFoundError as error:
            raise BlobMissingError(key) from error
        if end is None:
            end = os.fstat(file.fileno()).st_size
        return _pieces(file, start, end - start)

    def holds(self, key: str) -> bool:
        """Tell whether there are bytes under the key."""
        return self._path(key).is_file()

    def copy(self, key: str, new_key: str) -> None:
        """Give the same bytes a second name."""
        source = self._path(key)
        if not source.is_file():
            raise BlobMissingError(key)
        with _storage_errors(), suppress(BlobExistsError):
            self._link(source, self._path(new_key))

    def delete(self, key: str) -> None:
        """Delete a blob, or all of a case, with the folder that is empty then."""
        with _storage_errors():
            if key.endswith("/"):
                folder = self._checked(_PREFIX, key)
                _retried(lambda: shutil.rmtree(folder) if folder.exists() else None)
            else:
                path = self._path(key)
                path.unlink(missing_ok=True)
                folder = path.parent
                with suppress(OSError):  # not empty, or gone
                    folder.rmdir()
            with suppress(FileNotFoundError):
                _sync(folder if folder.exists() else self._root)

    def listed(self) -> Iterator[StoredBlob]:
        """Return every key, with when its name was given."""
        with os.scandir(self._root) as folders:
            for folder in folders:
                if folder.is_dir(follow_symlinks=False):
                    yield from _blobs_of(folder)

    def _path(self, key: str) -> Path:
        return self._checked(_KEY, key)

    def _checked(self, shape: re.Pattern[str], key: str) -> Path:
        if not shape.fullmatch(key):
            message = "not a key of a blob"
            raise ValueError(message)
        return self._root / key

    def _link(self, source: Path, path: Path) -> None:
        def link() -> None:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            os.link(source, path)

        try:
            _retried(link)
        except FileExistsError as error:
            raise BlobExistsError(path.name) from error
        # Both always: the folder may be new by another's hand, who has not synced it yet.
        _sync(path.parent)
        _sync(self._root)

    def _copy_across(self, staged: Path, path: Path) -> None:
        """Copy from another filesystem, where no link leads from."""
        arriving = self._root / _ARRIVING / path.name
        arriving.parent.mkdir(mode=0o700, exist_ok=True)
        try:
            shutil.copyfile(staged, arriving)
            _sync(arriving)
            self._link(arriving, path)
        finally:
            arriving.unlink(missing_ok=True)


def _blobs_of(folder: os.DirEntry[str]) -> Iterator[StoredBlob]:
    try:
        with os.scandir(folder) as files:
            for file in files:
                # The inode's own time: linking sets it, while the time of writing may be hours older.
                changed_at = datetime.fromtimestamp(file.stat(follow_symlinks=False).st_ctime, UTC)
                yield StoredBlob(f"{folder.name}/{file.name}", changed_at)
    except FileNotFoundError:  # deleted meanwhile
        return


def _pieces(file: FileIO, start: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        while length > 0:
            piece = file.read(min(PIECE_BYTES, length))
            if not piece:
                message = "the blob is shorter than its row says"
                raise OSError(message)
            length -= len(piece)
            yield piece


def _retried(step: Callable[[], object]) -> None:
    """Try again what fails because somebody deletes or fills the very folder just now."""
    for attempt in range(_ATTEMPTS):
        try:
            step()
        except OSError as error:
            if error.errno not in {errno.ENOENT, errno.ENOTEMPTY} or attempt == _ATTEMPTS - 1:
                raise
        else:
            return


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _storage_errors() -> Iterator[None]:
    try:
        yield
    except (FileExistsError, FileNotFoundError):
        raise
    except OSError as error:
        message = "The bytes could not be stored or deleted: the disk may be full. Try again later."
        raise StorageError(message, headers={"Retry-After": "60"}) from error
