"""Receives a payload: written down while it arrives, looked at, and not stored yet."""

import hashlib
import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from app.documents.domain.errors import EmptyFileError, FileTypeError, MalformedFormError, ProgramError
from app.documents.domain.media import Reason, Refused
from app.documents.domain.names import safe_name
from app.documents.inspection.inspector import Inspector
from app.documents.multipart import boundary_of
from app.documents.receiving import Rejection, receive
from app.documents.staging import StagedFile, look_at
from app.errors import DomainError
from app.imports.domain.errors import EmptyPayloadError, NotImportableError, PayloadTooLargeError
from app.imports.domain.reading import Options, UnreadablePayloadError
from app.imports.formats import TAKEN
from app.imports.staged import Sent

_GZIP: Final = b"\x1f\x8b"
_WINDOW: Final = 31  # zlib: a gzip header is expected
_PIECE: Final = 256 * 1024
_UNPACKED_PIECE: Final = 1024 * 1024


async def receive_payload(
    stream: AsyncIterator[bytes],
    folder: Path,
    inspector: Inspector,
    options: Options,
    *,
    bytes_most: int,
    unpacked_most: int,
) -> Sent:
    """Receive one payload: the body as it is, or the one file of a form.

    A gzip body is unpacked, to at most `unpacked_most` bytes.

    Raises:
        DomainError: it cannot be taken, and why.
    """
    kind = (options.content_type or "").partition(";")[0].strip().casefold()
    if kind == "multipart/form-data":
        return await _from_form(stream, folder, inspector, options, bytes_most)
    staged = StagedFile(folder / "payload")
    try:
        async for chunk in stream:
            if staged.size_bytes + len(chunk) > bytes_most:
                raise _too_large(bytes_most)
            if chunk:
                await staged.write(memoryview(chunk))
        await staged.close()
    except ClientDisconnect as error:
        message = "The payload was cut short; nothing was stored. Send it again."
        raise MalformedFormError(message) from error
    if not staged.size_bytes:
        raise EmptyPayloadError(f"Send the payload as the body: {TAKEN}.")
    if await run_in_threadpool(_is_gzip, staged.path):
        staged = await _unpacked(staged.path, folder / "unpacked", unpacked_most)
    return await run_in_threadpool(_sent, staged.path, staged.size_bytes, staged.sha256, inspector, options)


def look_at_payload(
    path: Path, scratch: Path, inspector: Inspector, options: Options, *, unpacked_most: int
) -> Sent:
    """Return a payload that lies on the disk already; `scratch` is where it is unpacked to, if it is packed.

    Unpacked, it may have at most `unpacked_most` bytes.

    Raises:
        DomainError: it cannot be taken, and why.
    """
    if _is_gzip(path):
        with scratch.open("wb") as unpacked:
            unpacked.writelines(_inflated(path, unpacked_most))
        path = scratch
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return _sent(path, path.stat().st_size, digest, inspector, options)


async def _from_form(
    stream: AsyncIterator[bytes], folder: Path, inspector: Inspector, options: Options, bytes_most: int
) -> Sent:
    files = await receive(
        stream, boundary_of(options.content_type), folder, inspector, file_bytes_most=bytes_most
    )
    if len(files) > 1:
        message = "Send one payload at a time; a folder of DICOM files goes as a ZIP."
        raise NotImportableError(message)
    (file,) = files
    if isinstance(file.found, Rejection):
        raise type(file.found.error)(f"{file.found.error.detail} {file.found.fix}")
    options = replace(
        options,
        file_name=file.name,
        content_type=None,
        charset=options.charset or file.found.detected.charset,
    )
    return Sent(
        path=file.path, size_bytes=file.size_bytes, sha256=file.sha256, looked=file.found, options=options
    )


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == _GZIP


async def _unpacked(path: Path, target: Path, most: int) -> StagedFile:
    staged, pieces = StagedFile(target), _inflated(path, most)
    while (piece := await run_in_threadpool(next, pieces, None)) is not None:
        await staged.write(memoryview(piece))
    await staged.close()
    return staged


def _inflated(path: Path, most: int) -> Iterator[bytes]:
    """Yield what a gzip file holds, its members one after another, piece by piece.

    Raises:
        PayloadTooLargeError: that is more than `most` bytes.
        UnreadablePayloadError: it is damaged, or cut short.
    """
    unpacking, size = zlib.decompressobj(_WINDOW), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            while piece:
                if unpacking.eof:  # another member follows, or the zeros that fill a tape's block
                    piece = piece.lstrip(b"\0")
                    if not piece:
                        break
                    unpacking = zlib.decompressobj(_WINDOW)
                try:
                    content = unpacking.decompress(piece, _UNPACKED_PIECE)
                except zlib.error as error:
                    message = "The gzip data is damaged; nothing was stored."
                    raise UnreadablePayloadError(message) from error
                size += len(content)
                if size > most:
                    raise _too_large(most)
                if content:
                    yield content
                piece = unpacking.unused_data if unpacking.eof else unpacking.unconsumed_tail
    if not unpacking.eof:
        message = "The gzip data is cut short; nothing was stored."
        raise UnreadablePayloadError(message)


def _sent(path: Path, size_bytes: int, sha256: str, inspector: Inspector, options: Options) -> Sent:
    looked = look_at(path, size_bytes, inspector)
    if isinstance(looked, Refused):
        kind: type[DomainError] = {Reason.EMPTY: EmptyFileError, Reason.PROGRAM: ProgramError}.get(
            looked.reason, FileTypeError
        )
        raise kind(f"{looked.detail} {looked.fix}")
    name = None if options.file_name is None else safe_name(options.file_name)
    options = replace(options, file_name=name, charset=options.charset or looked.detected.charset)
    return Sent(path=path, size_bytes=size_bytes, sha256=sha256, looked=looked, options=options)


def _too_large(most: int) -> PayloadTooLargeError:
    return PayloadTooLargeError(f"A payload may have at most {most} bytes; send it in parts.")
