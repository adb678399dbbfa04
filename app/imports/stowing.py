"""Receives the instances of a STOW-RS request into one archive, each byte for byte, and stores that as one payload."""

import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Final, TypeAlias

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from app.access.dependencies import Writing
from app.documents.domain.media import Refused
from app.documents.inspection.inspector import Inspector
from app.documents.staging import StagedFile, look_at
from app.errors import ConflictError, InvalidError
from app.imports.domain.errors import EmptyPayloadError, PayloadTooLargeError
from app.imports.domain.imported import Imported
from app.imports.domain.reading import Options, UnreadablePayloadError
from app.imports.importing import Import, Wanted
from app.imports.readers.dicom.instances import instance_of
from app.imports.readers.dicom.stow import CANNOT_UNDERSTAND, NOT_PROCESSED, Instance
from app.imports.related import INSTANCE, MalformedBodyError, PartBegins, PartData, PartEnds, RelatedBody
from app.imports.requests import Importer
from app.imports.staged import Sent

HEAD_BYTES: Final = 64 * 1024
HEAD_MOST: Final = 32 * 1024 * 1024
"""How much of an instance is held back at most until its header has told what it is."""
_ALWAYS: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every entry: the same instances always make the same archive."""

Pieces: TypeAlias = list[bytes]
"""Bytes, or views of such; both are written alike."""


@dataclass(slots=True)
class _Sink:
    """Where the archive is written to: handed on in pieces, never sought in."""

    pieces: Pieces = field(default_factory=list)

    def write(self, data: bytes, /) -> int:
        self.pieces.append(data)
        return len(data)

    def flush(self) -> None:
        """Do nothing: the pieces are taken by whoever feeds."""

    def close(self) -> None:
        """Do nothing likewise."""

    def take(self) -> Pieces:
        """Return what was written since the last time."""
        pieces, self.pieces = self.pieces, []
        return pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one instance."""

    instance: Instance
    entry: str | None
    """Its name in the archive; None where it did not come in."""


class Packer:
    """Packs instances into an archive as they arrive."""

    def __init__(self, study: str | None) -> None:
        self.outcomes: list[Outcome] = []
        self._study = study
        self._sink = _Sink()
        self._archive = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_STORED)
        self._head = bytearray()
        self._entry: IO[bytes] | None = None
        self._next_look = HEAD_BYTES
        self._is_decided = True

    def take(self, event: PartBegins | PartData | PartEnds) -> Pieces:
        """Carry out what an event says, and return the bytes of the archive that it completes."""
        match event:
            case PartBegins(media_type):
                self._head, self._next_look = bytearray(), HEAD_BYTES
                self._is_decided = media_type.lower() not in {INSTANCE, b""}
                if self._is_decided:
                    self._refuse(Instance(failure=CANNOT_UNDERSTAND))
            case PartData(data):
                self._data(data)
            case PartEnds():
                if not self._is_decided:
                    self._decide(is_whole=True)
                if self._entry is not None:
                    self._entry.close()
                    self._entry = None
        return self._sink.take()

    def finish(self) -> Pieces:
        """Return the last bytes of the archive."""
        self._archive.close()
        return self._sink.take()

    def _data(self, data: memoryview) -> None:
        if self._is_decided:
            if self._entry is not None:
                self._entry.write(data)
            return
        self._head += data
        # Looked at anew only when it has grown by much, so that small pieces do not make it slow.
        if len(self._head) >= self._next_look:
            self._next_look = 2 * len(self._head)
            self._decide(is_whole=False)

    def _decide(self, *, is_whole: bool) -> None:
        head = bytes(self._head)
        found = instance_of(head, is_whole=is_whole, study=self._study)
        if found is None:
            if len(head) < HEAD_MOST and not is_whole:
                return
            found = Instance(failure=CANNOT_UNDERSTAND)
        self._is_decided, self._head = True, bytearray()
        if found.failure is not None:
            self._refuse(found)
            return
        name = f"{len(self.outcomes) + 1:06}.dcm"
        self.outcomes.append(Outcome(instance=found, entry=name))
        self._entry = self._archive.open(zipfile.ZipInfo(name, _ALWAYS), "w", force_zip64=True)
        self._entry.write(head)

    def _refuse(self, instance: Instance) -> None:
        self.outcomes.append(Outcome(instance=instance, entry=None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """An archive of instances, written down."""

    staged: StagedFile
    outcomes: tuple[Outcome, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether no instance came in."""
        return all(one.entry is None for one in self.outcomes)


async def pack(
    stream: AsyncIterator[bytes], boundary: bytes, path: Path, *, study: str | None, bytes_most: int
) -> Packed:
    """Receive a body and return the archive of its instances.

    Raises:
        DomainError: the request as a whole cannot be taken.
    """
    body, packer, staged = RelatedBody(boundary), Packer(study), StagedFile(path)
    received = 0
    try:
        async for chunk in stream:
            received += len(chunk)
            if received > bytes_most:
                raise PayloadTooLargeError(
                    f"A request may have at most {bytes_most} bytes; send it in parts."
                )
            for event in body.feed(chunk):
                for piece in packer.take(event):
                    await staged.write(memoryview(piece))
        body.end()
        for piece in packer.finish():
            await staged.write(memoryview(piece))
        await staged.close()
    except ClientDisconnect as error:
        message = "The request was cut short; nothing was stored. Send it again."
        raise MalformedBodyError(message) from error
    if not packer.outcomes:
        raise EmptyPayloadError("Send at least one instance.")
    return Packed(staged=staged, outcomes=tuple(packer.outcomes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stowed:
    """What became of the instances of a request."""

    instances: tuple[Instance, ...]
    why: str | None = None
    """Why nothing was stored, where that is so for the request as a whole."""


async def stow(importer: Importer, boundary: bytes, *, study: str | None) -> Stowed:
    """Receive, read and store the instances of a request.

    Raises:
        DomainError: the request as a whole cannot be taken, or storing fails for now.
    """
    importer.access.require("write")
    async with importer.folder() as folder:
        packed = await pack(
            importer.request.stream(),
            boundary,
            folder / "instances.zip",
            study=study,
            bytes_most=importer.settings.max_upload_bytes,
        )
        if packed.is_empty:
            return Stowed(instances=tuple(one.instance for one in packed.outcomes))
        return await run_in_threadpool(_store, importer, packed, folder)


def _store(importer: Importer, packed: Packed, folder: Path) -> Stowed:
    try:
        sent = _sent(packed.staged, importer.shell.inspector)
        one = Import(shell=importer.shell, access=importer.access, sent=sent, wanted=Wanted(), folder=folder)
        rejected = one.store(_rejected)
    except (ConflictError, InvalidError) as error:
        failed = (
            replace(one.instance, failure=one.instance.failure or NOT_PROCESSED) for one in packed.outcomes
        )
        return Stowed(instances=tuple(failed), why=error.detail)
    return Stowed(instances=tuple(_judged(one, rejected) for one in packed.outcomes))


def _sent(staged: StagedFile, inspector: Inspector) -> Sent:
    looked = look_at(staged.path, staged.size_bytes, inspector)
    if isinstance(looked, Refused):
        raise UnreadablePayloadError(f"{looked.detail} {looked.fix}")
    return Sent(
        path=staged.path,
        size_bytes=staged.size_bytes,
        sha256=staged.sha256,
        looked=looked,
        options=Options(file_name="instances.zip"),
    )


def _rejected(_writing: Writing, imported: Imported) -> frozenset[str]:
    return frozenset(step.item.place for step, _ in imported.steps if step.outcome == "rejected")


def _judged(outcome: Outcome, rejected: frozenset[str]) -> Instance:
    """Return an instance with what storing made of it: its file, or the whole of its study, may have been rejected."""
    instance = outcome.instance
    if instance.failure is None and {outcome.entry, f"study {instance.study}"} & rejected:
        return replace(instance, failure=NOT_PROCESSED)
    return instance
