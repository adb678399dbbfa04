"""The MLLP listener: HL7 v2 messages over a connection, each answered once it is stored.

Source: HL7 v2 Transport Specification: MLLP, release 1 (start block VT, end block FS CR).
"""

import asyncio
import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import structlog

log = structlog.get_logger("caseline.mllp")

Handle: TypeAlias = Callable[[bytes], bytes]
"""Takes a message without its framing, stores it, and returns the answer; called outside the event loop."""
Refuse: TypeAlias = Callable[[bytes, str], bytes]
"""Returns the answer to what could not be handled: the start of the message, and why, in words."""

VT: Final = b"\x0b"
FS: Final = b"\x1c"
CR: Final = b"\r"
_BEGUN_AGAIN: Final = re.compile(rb"\x0b(?=(?:MSH|FHS|BHS)[^\sA-Za-z0-9])")
_READ_BYTES: Final = 64 * 1024
_HEAD_BYTES: Final = 4 * 1024
TOO_LARGE: Final = "The message is larger than is taken over this connection. Send large documents by HTTP."
BROKEN: Final = "The message could not be handled, and nothing of it is stored. Send it again later."


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one listener bears."""

    message_bytes: int = 64 * 1024 * 1024
    idle_seconds: float = 600
    connections: int = 100
    at_once: int = 4
    """Messages handled at a time, over all connections."""
    grace_seconds: float = 20
    """How long messages in hand may take once the listener is told to stop."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Something that came over a connection: a whole message, or the start of one that is too large."""

    kind: Literal["message", "too_large"]
    content: bytes


class Framer:
    """Finds the messages in a stream of bytes, however it is cut into pieces.

    What stands outside a frame is left out: blank lines between messages are usual, and no message begins without VT.
    A frame that begins anew before it ended (the sender lost its connection halfway) counts from its last beginning.
    """

    def __init__(self, message_bytes: int) -> None:
        self._most = message_bytes
        self._buffer = bytearray()
        self._inside = False
        self._searched = 0
        self.stray_bytes = 0
        """Bytes outside any frame, line ends between frames aside."""

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Take the next bytes and yield what is complete."""
        self._buffer += data
        while True:
            if not self._inside and not self._begin():
                return
            end = self._buffer.find(FS, self._searched)
            if end < 0:
                self._searched = len(self._buffer)
                if len(self._buffer) > self._most:
                    yield Frame("too_large", bytes(self._buffer[:_HEAD_BYTES]))
                    self._buffer.clear()
                    self._inside, self._searched = False, 0
                return
            content = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            self._inside, self._searched = False, 0
            yield from _frames(content, self._most)

    def _begin(self) -> bool:
        """Go to the next start block; False where there is none yet."""
        start = self._buffer.find(VT)
        outside = self._buffer if start < 0 else self._buffer[:start]
        self.stray_bytes += len(bytes(outside).strip(b"\r\n \t\x1c"))
        if start < 0:
            self._buffer.clear()
            return False
        del self._buffer[: start + 1]
        self._inside = True
        return True


def _frames(content: bytes, most: int) -> Iterator[Frame]:
    *_, last = (0, *(match.end() for match in _BEGUN_AGAIN.finditer(content)))
    whole = content[last:]
    if len(whole) > most:
        yield Frame("too_large", whole[:_HEAD_BYTES])
    elif whole.strip():
        yield Frame("message", whole)


class Listener:
    """Listens, hands each message over, and answers; never answers before the message is stored."""

    def __init__(self, handle: Handle, refuse: Refuse, limits: Limits | None = None) -> None:
        self._handle = handle
        self._refuse = refuse
        self._limits = limits or Limits()
        self._in_hand = asyncio.Semaphore(self._limits.at_once)
        self._connections: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._stopping = asyncio.Event()

    async def start(self, host: str, port: int) -> int:
        """Begin to listen, and return the port."""
        self._server = await asyncio.start_server(self._connected, host, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Take no more messages, finish those in hand, and close every connection."""
        self._stopping.set()
        if self._server is not None:
            self._server.close()
        if self._connections:
            _, late = await asyncio.wait(self._connections, timeout=self._limits.grace_seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if self._server is not None:
            await self._server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._connections) >= self._limits.connections or self._stopping.is_set():
            writer.close()
            return
        self._connections.add(task)
        try:
            await self._converse(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass  # the sender is gone, or the listener stops: what was not answered is sent again
        finally:
            self._connections.discard(task)
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        framer = Framer(self._limits.message_bytes)
        while not self._stopping.is_set():
            data = await self._next(reader)
            if not data:
                return
            for frame in framer.feed(data):
                if frame.kind == "too_large":
                    log.warning("message_too_large", count=self._limits.message_bytes)
                    await _write(writer, self._refuse(frame.content, TOO_LARGE))
                    return
                await _write(writer, await self._answer(frame.content))
                if self._stopping.is_set():
                    return

    async def _next(self, reader: asyncio.StreamReader) -> bytes:
        """Return the next bytes; none where the sender is done, silent for too long, or the listener stops."""
        read = asyncio.ensure_future(reader.read(_READ_BYTES))
        stop = asyncio.ensure_future(self._stopping.wait())
        try:
            done, _ = await asyncio.wait(
                {read, stop}, timeout=self._limits.idle_seconds, return_when=asyncio.FIRST_COMPLETED
            )
            return read.result() if read in done else b""
        finally:
            for future in (read, stop):
                future.cancel()

    async def _answer(self, content: bytes) -> bytes:
        async with self._in_hand:
            try:
                return await asyncio.to_thread(self._handle, content)
            except Exception as error:  # noqa: BLE001 (whatever goes wrong with one message, the listener goes on)
                log.error("message_failed", error=type(error).__name__)  # noqa: TRY400 (a traceback may hold content)
                return self._refuse(content[:_HEAD_BYTES], BROKEN)


async def _write(writer: asyncio.StreamWriter, answer: bytes) -> None:
    if answer:
        writer.write(VT + answer + FS + CR)
        await writer.drain()
