"""The listener finds messages in any stream, answers each once, and goes on whatever comes."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.imports.mllp import Frame, Framer, Limits, Listener

ONE, TWO = b"MSH|^~\\&|one\r", b"MSH|^~\\&|two\r"


def framed(*messages: bytes) -> bytes:
    return b"".join(b"\x0b" + message + b"\x1c\r" for message in messages)


def found(*pieces: bytes, most: int = 1_000) -> list[Frame]:
    framer = Framer(most)
    return [frame for piece in pieces for frame in framer.feed(piece)]


def messages(*pieces: bytes, most: int = 1_000) -> list[bytes]:
    return [frame.content for frame in found(*pieces, most=most) if frame.kind == "message"]


@given(st.lists(st.sampled_from([ONE, TWO, b"MSH|" + b"x" * 50]), max_size=5), st.data())
def test_messages_are_found_however_the_stream_is_cut(sent: list[bytes], data: st.DataObject) -> None:
    stream = framed(*sent)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=10)))
    pieces = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]

    assert messages(*pieces) == sent


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        pytest.param(b"junk" + framed(ONE), [ONE], id="bytes before the start block"),
        pytest.param(b"\x0b" + ONE + b"\x1c" + b"\x0b" + TWO + b"\x1c", [ONE, TWO], id="no carriage return"),
        pytest.param(b"\x0b" + ONE + b"\x1c\n" + framed(TWO), [ONE, TWO], id="line feed for carriage return"),
        pytest.param(b"\x0bMSH|torn" + framed(TWO), [TWO], id="begun anew"),
        pytest.param(framed(b"MSH|a\x0bb\r"), [b"MSH|a\x0bb\r"], id="vertical tab in a text"),
        pytest.param(framed(b"", ONE), [ONE], id="empty frame"),
        pytest.param(b"\x0bMSH|never ends", [], id="no end"),
        pytest.param(ONE, [], id="no frame"),
    ],
)
def test_malformed_frames_do_no_harm(stream: bytes, expected: list[bytes]) -> None:
    assert messages(stream) == expected


def test_a_message_past_the_bound_is_given_up_and_the_next_one_read() -> None:
    frames = found(b"\x0bMSH|" + b"x" * 2_000, framed(ONE))

    assert [frame.kind for frame in frames] == ["too_large", "message"]
    assert [frame.kind for frame in found(framed(b"MSH|" + b"x" * 2_000))] == ["too_large"]


@given(st.binary(max_size=500))
def test_any_bytes_are_borne(stream: bytes) -> None:
    for message in messages(stream):
        assert message.strip()


Client = Callable[[int], Awaitable[bytes]]


def listening(
    client: Client,
    handle: Callable[[bytes], bytes] = lambda message: b"ACK:" + message,
    limits: Limits | None = None,
) -> bytes:
    """Run a listener, let a client talk to it, stop it, and return what the client got."""

    async def run() -> bytes:
        listener = Listener(handle, lambda _, why: b"NAK:" + why.encode(), limits or Limits(grace_seconds=5))
        port = await listener.start("127.0.0.1", 0)
        try:
            return await asyncio.wait_for(client(port), 20)
        finally:
            await listener.stop()

    return asyncio.run(run())


def saying(*pieces: bytes, then_close: bool = True) -> Client:
    async def talk(port: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)
        if then_close:
            writer.write_eof()
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        return answer

    return talk


def test_each_message_of_a_connection_is_answered_in_order() -> None:
    stream = framed(ONE, TWO)

    answer = listening(saying(stream[:5], stream[5:20], stream[20:]))

    assert answer == framed(b"ACK:" + ONE, b"ACK:" + TWO)


def test_a_message_that_cannot_be_handled_is_refused_and_the_next_one_taken() -> None:
    def handle(message: bytes) -> bytes:
        if message == ONE:
            raise RuntimeError
        return b"ACK"

    answer = listening(saying(framed(ONE, TWO)), handle)

    assert answer.startswith(b"\x0bNAK:The message could not be handled")
    assert answer.endswith(framed(b"ACK"))


def test_no_answer_is_sent_where_none_is_wanted() -> None:
    assert listening(saying(framed(ONE)), lambda _: b"") == b""


def test_a_message_past_the_bound_is_refused_and_the_connection_closed() -> None:
    answer = listening(saying(b"\x0bMSH|" + b"x" * 500, then_close=False), limits=Limits(message_bytes=100))

    assert answer.startswith(b"\x0bNAK:The message is larger")


def test_a_silent_connection_is_closed() -> None:
    assert listening(saying(b"\x0bMSH|", then_close=False), limits=Limits(idle_seconds=0.05)) == b""


def test_connections_past_the_bound_are_closed_at_once() -> None:
    async def talk(port: int) -> bytes:
        first = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.sleep(0.05)
        refused = await saying(then_close=False)(port)
        first[1].close()
        return refused

    assert listening(talk, limits=Limits(connections=1)) == b""


def test_no_more_messages_are_handled_at_once_than_allowed() -> None:
    now, most = 0, 0
    lock = threading.Lock()

    def handle(_: bytes) -> bytes:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        threading.Event().wait(0.05)
        with lock:
            now -= 1
        return b"ACK"

    async def talk(port: int) -> bytes:
        return b"".join(await asyncio.gather(*(saying(framed(ONE))(port) for _ in range(6))))

    assert listening(talk, handle, Limits(at_once=2)) == framed(b"ACK") * 6
    assert most == 2


def test_a_message_in_hand_is_finished_and_answered_when_the_listener_stops() -> None:
    begun = threading.Event()

    def handle(_: bytes) -> bytes:
        begun.set()
        threading.Event().wait(0.2)
        return b"ACK"

    async def run() -> bytes:
        listener = Listener(handle, lambda _, __: b"NAK")
        port = await listener.start("127.0.0.1", 0)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(framed(ONE, TWO))
        await asyncio.to_thread(begun.wait, 5)
        await listener.stop()
        answer = await reader.read()
        writer.close()
        return answer

    assert asyncio.run(run()) == framed(b"ACK")


def test_a_sender_that_leaves_takes_nothing_down() -> None:
    async def talk(port: int) -> bytes:
        for piece in (framed(ONE), b"\x0bMSH|half"):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(piece)
            writer.transport.abort()
        return await saying(framed(TWO))(port)

    assert listening(talk) == framed(b"ACK:" + TWO)
