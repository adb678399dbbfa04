"""What arrives is written down as it comes."""

import asyncio
import hashlib
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.documents.inspection.inspector import Inspector
from app.documents.receiving import ReceivedFile, receive

BOUNDARY = b"b"
HEAD = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
TAIL = b"\r\n--b--\r\n"
LINE = b"a line of a report, with\r\nline ends\r\n--and dashes like those of a boundary\r\n"


def received(tmp_path: Path, stream: AsyncIterator[bytes]) -> list[ReceivedFile]:
    async def run() -> list[ReceivedFile]:
        with Inspector() as inspector:
            return list(await receive(stream, BOUNDARY, tmp_path, inspector, file_bytes_most=2**31))

    return asyncio.run(run())


def test_memory_stays_flat_however_large_a_file_is(tmp_path: Path) -> None:
    chunks, digest = 256, hashlib.sha256()

    async def stream() -> AsyncIterator[bytes]:
        yield HEAD
        for number in range(chunks):
            chunk = (LINE * 3_500)[:262_000] + b"%08d" % number
            digest.update(chunk)
            yield chunk
        yield TAIL

    tracemalloc.start()
    try:
        (file,) = received(tmp_path, stream())
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert file.size_bytes == chunks * 262_008
    assert file.sha256 == digest.hexdigest() == hashlib.sha256(file.path.read_bytes()).hexdigest()
    assert peak_bytes < 8 * 1024**2


@pytest.mark.parametrize("length", [1, 2, 7, 64, 1_000])
def test_a_form_is_read_the_same_however_it_is_cut(tmp_path: Path, length: int) -> None:
    content = LINE * 40
    form = b'--b\r\nContent-Disposition: form-data; name="kind"\r\n\r\nother\r\n' + HEAD + content + TAIL

    async def stream() -> AsyncIterator[bytes]:
        for start in range(0, len(form), length):
            yield form[start : start + length]

    (file,) = received(tmp_path, stream())
    assert file.path.read_bytes() == content
    assert (file.name, file.body.kind) == ("a.txt", "other")
