"""Writes files down while they arrive, and looks at them: memory stays flat, and nobody waits for the disk."""

import asyncio
import hashlib
import os
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import anyio.to_thread
from starlette.concurrency import run_in_threadpool

from app.documents.domain.document import DocumentBody, Method
from app.documents.domain.media import Detected, Refused, sniff
from app.documents.inspection.inspector import Inspection, Inspector
from app.infra.blobs import StorageError

CHUNK_BYTES = 512 * 1024
FEW_PIECES = 8
WRITE_BACK_BYTES = 8 * 1024 * 1024


@asynccontextmanager
async def staging_folder(parent: Path, name: str) -> AsyncIterator[Path]:
    """Make a folder for one upload; it goes with all that is in it, however the upload ends."""
    folder = parent / name
    try:
        await run_in_threadpool(folder.mkdir, mode=0o700, parents=True)
    except OSError as error:
        raise _no_room() from error
    try:
        yield folder
    finally:
        with anyio.CancelScope(shield=True):
            await run_in_threadpool(shutil.rmtree, folder, ignore_errors=True)


class StagedFile:
    """A file that is arriving.

    What has come is hashed and written by another thread while the next is received; no more than that is in memory.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size_bytes = 0
        self._digest = hashlib.sha256()
        self._pieces: list[memoryview] = []
        self._waiting_bytes = 0
        self._writing: asyncio.Future[None] | None = None
        self._descriptor: int | None = None
        self._written = 0
        self._begun = 0

    @property
    def sha256(self) -> str:
        """The hash of what was written, once the file is closed."""
        return self._digest.hexdigest()

    async def write(self, data: memoryview) -> None:
        """Take the next bytes.

        Raises:
            StorageError: the disk does not take what came before.
        """
        self.size_bytes += len(data)
        self._pieces.append(data)
        self._waiting_bytes += len(data)
        if self._waiting_bytes >= CHUNK_BYTES:
            await self._hand_over(self._store)

    async def close(self) -> None:
        """Write what is left.

        Raises:
            StorageError: the disk does not take it.
        """
        await self._hand_over(self._finish)
        await self._settle()

    async def discard(self) -> None:
        """Close and delete the file, whatever state it is in."""
        try:
            await self._settle()
        except StorageError:
            pass  # there is nothing to be kept
        finally:
            await run_in_threadpool(self._delete)

    async def _hand_over(self, store: Callable[[list[memoryview]], None]) -> None:
        """Let another thread have what has come, once it is done with what came before."""
        await self._settle()
        pieces, self._pieces, self._waiting_bytes = self._pieces, [], 0
        self._writing = asyncio.get_running_loop().run_in_executor(None, store, pieces)

    async def _settle(self) -> None:
        writing, self._writing = self._writing, None
        if writing is not None:
            try:
                await writing
            except OSError as error:
                raise _no_room() from error

    def _store(self, pieces: list[memoryview]) -> None:
        if self._descriptor is None:
            self._descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        for piece in pieces if len(pieces) <= FEW_PIECES else [memoryview(b"".join(pieces))]:
            self._digest.update(piece)
            rest = piece
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
            self._written += len(piece)
        if self._written - self._begun >= WRITE_BACK_BYTES:
            _begin_write_back(self._descriptor, self._begun, self._written - self._begun)
            self._begun = self._written

    def _finish(self, pieces: list[memoryview]) -> None:
        try:
            self._store(pieces)
        finally:
            self._close()

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def _delete(self) -> None:
        self._close()
        self.path.unlink(missing_ok=True)


def _begin_write_back(descriptor: int, offset: int, length: int) -> None:
    """Have the system begin to carry written bytes to the disk, so that the sync at the end finds little left to do."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(descriptor, offset, length, os.POSIX_FADV_DONTNEED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was found in a file of a kind that is taken."""

    detected: Detected
    inspection: Inspection

    @property
    def findings(self) -> tuple[str, ...]:
        """Everything noticed, what stands in the way of reading first."""
        problem = () if self.inspection.problem is None else (self.inspection.problem.value,)
        noticed = (*problem, *self.detected.findings, *self.inspection.findings)
        return tuple(dict.fromkeys(map(str, noticed)))

    def complete(
        self, body: DocumentBody, methods: Mapping[str, Method]
    ) -> tuple[DocumentBody, dict[str, Method]]:
        """Add what was found to what the caller said, and how it is known; what the caller said stays."""
        found = self.inspection
        facts: dict[str, object] = {}
        if body.facts.pages is None and found.pages is not None:
            facts["pages"] = found.pages
        if (
            body.facts.readable is None
            and body.facts.unreadable_reason is None
            and found.readable is not None
        ):
            facts["readable"] = found.readable
            if not found.readable and found.problem is not None:
                facts["unreadable_reason"] = found.problem.value
        whole = replace(body, facts=replace(body.facts, **facts))  # type: ignore[arg-type]  # typed field by field
        return whole, {**methods, **dict.fromkeys(facts, "inspected")}


def look_at(path: Path, size_bytes: int, inspector: Inspector) -> Looked | Refused:
    """Say what a file is by its content, and open it where that tells more; or why it is not taken."""
    with path.open("rb", buffering=0) as file:
        descriptor = file.fileno()

        def read(offset: int, length: int) -> bytes:
            return os.pread(descriptor, length, offset)

        found = sniff(head=b"", tail=b"", size=size_bytes, read=read)
    if isinstance(found, Refused):
        return found
    return Looked(detected=found, inspection=inspector.inspect(path, found.media))


def _no_room() -> StorageError:
    message = "The file could not be written down: the disk may be full. Nothing was stored; try again later."
    return StorageError(message, headers={"Retry-After": "60"})
