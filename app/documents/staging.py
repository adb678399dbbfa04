"""Writes files down while they arrive, and looks at them: memory stays flat, and nobody waits for the disk."""

import asyncio
import hashlib
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import anyio.to_thread
from starlette.concurrency import run_in_threadpool

from app.documents.domain.document import DocumentBody, Method
from app.documents.domain.media import Detected, Refused, sniff
from app.documents.inspection.inspector import Inspection, Inspector
from app.infra.blobs import StorageError

CHUNK_BYTES = 1024 * 1024


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

    What has come is hashed and written by another thread while the next is received; at most two chunks are in memory.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size_bytes = 0
        self._digest = hashlib.sha256()
        self._buffer = bytearray()
        self._writing: asyncio.Future[None] | None = None
        self._descriptor: int | None = None

    @property
    def sha256(self) -> str:
        """The hash of what was written, once the file is closed."""
        return self._digest.hexdigest()

    async def write(self, data: bytes) -> None:
        """Take the next bytes.

        Raises:
            StorageError: the disk does not take what came before.
        """
        self.size_bytes += len(data)
        self._buffer += data
        if len(self._buffer) >= CHUNK_BYTES:
            await self._settle()
            chunk, self._buffer = self._buffer, bytearray()
            self._writing = asyncio.get_running_loop().run_in_executor(None, self._store, chunk)

    async def close(self) -> None:
        """Write what is left.

        Raises:
            StorageError: the disk does not take it.
        """
        await self._settle()
        chunk, self._buffer = self._buffer, bytearray()
        self._writing = asyncio.get_running_loop().run_in_executor(None, self._finish, chunk)
        await self._settle()

    async def discard(self) -> None:
        """Close and delete the file, whatever state it is in."""
        try:
            await self._settle()
        except StorageError:
            pass  # there is nothing to be kept
        finally:
            self._buffer = bytearray()
            await run_in_threadpool(self._delete)

    async def _settle(self) -> None:
        writing, self._writing = self._writing, None
        if writing is not None:
            try:
                await writing
            except OSError as error:
                raise _no_room() from error

    def _store(self, chunk: bytearray) -> None:
        if self._descriptor is None:
            self._descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._digest.update(chunk)
        rest = memoryview(chunk)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]

    def _finish(self, chunk: bytearray) -> None:
        try:
            self._store(chunk)
        finally:
            self._close()

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def _delete(self) -> None:
        self._close()
        self.path.unlink(missing_ok=True)


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
        self, body: DocumentBody, methods: dict[str, Method]
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
