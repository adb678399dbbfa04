"""Receives an upload: every file is written down, hashed and looked at, and none is stored yet."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from app.documents.domain.document import DocumentBody
from app.documents.domain.errors import (
    EmptyFileError,
    FileTooLargeError,
    FileTypeError,
    MalformedFormError,
    NoFilesError,
    ProgramError,
    UploadTooLargeError,
)
from app.documents.domain.media import Reason, Refused
from app.documents.domain.names import safe_name
from app.documents.form import FieldsSoFar, Said, is_file
from app.documents.inspection.inspector import Inspector
from app.documents.multipart import Field, FileBegins, FileData, FileEnds, MultipartForm
from app.documents.staging import Looked, StagedFile, look_at
from app.errors import DomainError

USELESS_BYTES_LEAST = 64 * 1024**2

_REFUSALS: dict[Reason, type[DomainError]] = {
    Reason.EMPTY: EmptyFileError,
    Reason.PROGRAM: ProgramError,
    Reason.UNSUPPORTED: FileTypeError,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """Why a file is not stored, and what to do instead."""

    error: DomainError
    fix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedFile:
    """One file of an upload."""

    name: str | None
    body: DocumentBody
    path: Path
    size_bytes: int
    sha256: str
    found: Looked | Rejection


class Receiver:
    """Takes one form, event by event."""

    def __init__(self, folder: Path, inspector: Inspector, *, file_bytes_most: int) -> None:
        self.files: list[ReceivedFile] = []
        self._folder = folder
        self._inspector = inspector
        self._file_bytes_most = file_bytes_most
        self._fields = FieldsSoFar()
        self._name: str | None = None
        self._body = DocumentBody()
        self._saying: Said = {}
        self._said: list[Said] = []
        self._staged: StagedFile | None = None
        self._size_bytes = 0
        self._useless_bytes = 0

    async def take(self, event: Field | FileBegins | FileData | FileEnds) -> None:
        """Carry out what an event says.

        Raises:
            FormFieldError: a field says something that cannot be.
            UploadTooLargeError: too much came of files that are too large anyway.
            StorageError: the disk does not take the file.
        """
        match event:
            case FileData(data):
                await self._data(data)
            case FileBegins(name):
                self._name = name
                self._body, self._saying = self._fields.body(), self._fields.said()
                self._size_bytes = 0
                self._staged = StagedFile(self._folder / str(len(self.files)))
            case FileEnds():
                await self._file_ends()
            case Field(name, value):
                self._fields.add(name, value)

    def require_whole(self) -> None:
        """Go on only if the form made sense as a whole; fields after the last file are taken in here.

        Raises:
            FormFieldError: fields came after the last file that say nothing of any.
            NoFilesError: there was no file.
        """
        if not self.files:
            message = "Send at least one file in a part named `files`, after the fields that describe it."
            raise NoFilesError(message)
        completed = self._fields.completed(self._said)
        if completed is not None:
            self.files = [replace(file, body=body) for file, body in zip(self.files, completed, strict=True)]

    async def give_up(self) -> None:
        """Let go of the file that was arriving."""
        if self._staged is not None:
            await self._staged.discard()

    async def _data(self, data: memoryview) -> None:
        self._size_bytes += len(data)
        if self._size_bytes <= self._file_bytes_most and self._staged is not None:
            await self._staged.write(data)
            return
        if self._staged is not None:
            await self._staged.discard()
            self._staged = None
        # The files after this one are still wanted, so its rest is read, but not without end.
        self._useless_bytes += len(data)
        if self._useless_bytes > max(self._file_bytes_most, USELESS_BYTES_LEAST):
            message = f"One file may have at most {self._file_bytes_most} bytes; nothing was stored."
            raise UploadTooLargeError(message)

    async def _file_ends(self) -> None:
        staged = self._staged
        if staged is not None:
            await staged.close()
            self._staged = None
        if self._name == "" and not self._size_bytes:
            return  # what a browser sends for a file field that was left empty
        if staged is None:
            error = FileTooLargeError(
                f"The file is larger than the {self._file_bytes_most} bytes that one may have."
            )
            found: Looked | Rejection = Rejection(
                error=error, fix="Send it in parts, or with fewer or smaller pictures."
            )
        else:
            found = await run_in_threadpool(self._look_at, staged)
        self._said.append(self._saying)
        self.files.append(
            ReceivedFile(
                name=safe_name(self._name or ""),
                body=self._body,
                path=self._folder / str(len(self.files)),
                size_bytes=self._size_bytes,
                sha256=staged.sha256 if staged else "",
                found=found,
            )
        )

    def _look_at(self, staged: StagedFile) -> Looked | Rejection:
        found = look_at(staged.path, staged.size_bytes, self._inspector)
        if isinstance(found, Refused):
            staged.path.unlink()
            return Rejection(error=_REFUSALS[found.reason](found.detail), fix=found.fix)
        return found


async def receive(
    stream: AsyncIterator[bytes], boundary: bytes, folder: Path, inspector: Inspector, *, file_bytes_most: int
) -> Sequence[ReceivedFile]:
    """Receive a form and return its files in the order in which they were sent, at least one.

    Raises:
        DomainError: the form as a whole cannot be used; what is wrong with one file alone is said in that file.
    """
    form = MultipartForm(boundary, is_file)
    receiver = Receiver(folder, inspector, file_bytes_most=file_bytes_most)
    try:
        async for chunk in stream:
            for event in form.feed(chunk):
                await receiver.take(event)
    except ClientDisconnect as error:
        message = "The upload was cut short; nothing was stored. Send it again."
        raise MalformedFormError(message) from error
    finally:
        await receiver.give_up()
    form.end()
    receiver.require_whole()
    return receiver.files
