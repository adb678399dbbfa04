"""How fast a file is uploaded over loopback, and how much memory that takes.

The floor is a bare socket server in Python: read from loopback, SHA-256, write, fsync, answer; no HTTP, no form. Both
get the same bytes from the same client, one run after the other, and both processes are Python of the same version.
"""

import argparse
import http.client
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.place import Place
from benchmarks.reporting import MIB, Benchmark, Figure, alone, interleaved, sizes
from benchmarks.server import KEY, Server, a_server, ask, forget_peak, memory_of
from tests.files import a_dicom

AIM_RATIO = 0.8
AIM_BYTES = 128 * MIB
REPEATS = 5
SIZES = (16, 256, 1024)
BLOCK = random.Random("upload").randbytes(MIB)
BOUNDARY = b"caseline-benchmark-boundary"

FLOOR = """
import hashlib, os, socket, sys
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
buffer = bytearray(1 << 20)
view = memoryview(buffer)
while True:
    connection, _ = listener.accept()
    with connection:
        left = int.from_bytes(connection.recv(8, socket.MSG_WAITALL))
        if not left:
            break
        digest = hashlib.sha256()
        file = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        while left:
            count = connection.recv_into(view, min(left, len(buffer)))
            digest.update(view[:count])
            os.write(file, view[:count])
            left -= count
        os.fsync(file)
        os.close(file)
        connection.sendall(digest.digest())
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The bytes of a file: a head, so many MiB of noise, and a tail."""

    head: bytes
    blocks: int
    tail: bytes = b""

    @property
    def size_bytes(self) -> int:
        """How many bytes these are."""
        return len(self.head) + self.blocks * MIB + len(self.tail)

    def send(self, connection: socket.socket) -> None:
        """Send them all."""
        connection.sendall(self.head)
        for _ in range(self.blocks):
            connection.sendall(BLOCK)
        connection.sendall(self.tail)


def _images(size: int) -> Content:
    """Return a DICOM header and so many MiB after it."""
    return Content(head=a_dicom(), blocks=size)


def _a_pdf(size: int) -> Content:
    """Return a sound PDF of one empty page, and so many MiB in a stream that belongs to it."""
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /PieceInfo 4 0 R >>",
        b"<< /Length %d >>\nstream\n" % (size * MIB),
    )
    head, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(head))
        head += b"%d 0 obj\n%s" % (number, content)
        head += b"" if number == len(objects) else b"\nendobj\n"
    table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    ending = b"\nendstream\nendobj\n"
    start = len(head) + size * MIB + len(ending)
    tail = ending + table + b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return Content(head=head, blocks=size, tail=tail)


def measure(place: Place, options: argparse.Namespace) -> Iterator[Figure]:
    """Upload files of each size to the service and to the floor, in turns."""
    with a_server(place) as server, _floor(place.folder / "floor.bin") as floor_port:
        # One small file first: the process that inspects files starts, and modules are loaded.
        _upload(server, server.open_case(), _a_pdf(1), "warm.pdf")
        for size in options.upload_sizes:
            yield from _throughput(server, floor_port, size, options.repeats or REPEATS)
    if sys.platform == "linux":
        for size in options.upload_sizes:
            yield _memory(place, f"DICOM, {size:,} MiB", _images(size))
        yield _memory(place, f"PDF, {options.pdf_size:,} MiB", _a_pdf(options.pdf_size))


def _throughput(server: Server, floor_port: int, size: int, repeats: int) -> Iterator[Figure]:
    def service() -> float:
        case_id = server.open_case()
        os.sync()  # what earlier runs left to be written is not this one's
        begun = time.perf_counter()
        answer = _upload(server, case_id, _images(size), "images.dcm")
        took = time.perf_counter() - begun
        assert answer["items"][0]["outcome"] == "created", answer["items"][0]["problem"]
        assert answer["items"][0]["document"]["size_bytes"] == _images(size).size_bytes
        ask(server.connect(), "DELETE", f"/v1/cases/{case_id}")
        return took

    def floor() -> float:
        os.sync()
        begun = time.perf_counter()
        with socket.create_connection(("127.0.0.1", floor_port)) as connection:
            connection.sendall(_images(size).size_bytes.to_bytes(8))
            _images(size).send(connection)
            assert len(connection.recv(32, socket.MSG_WAITALL)) == 32  # noqa: PLR2004 (SHA-256)
        return time.perf_counter() - begun

    took = interleaved({"service": service, "floor": floor}, repeats=repeats)
    ratio = took["floor"] / took["service"]
    is_aimed = size >= 1024  # noqa: PLR2004 (the aim is set for 1 GiB)
    yield Figure(
        what=f"upload of {size:,} MiB",
        reached=f"{size / took['service']:,.0f} MiB/s",
        floor=f"{size / took['floor']:,.0f} MiB/s",
        ratio=f"{ratio:.2f}",
        aim=f"ratio {AIM_RATIO}" if is_aimed else "",
        holds=ratio >= AIM_RATIO if is_aimed else None,
    )


def _memory(place: Place, what: str, file: Content) -> Figure:
    """Upload one file to a server just started; say what it, and the process that inspects files, held at most."""
    with a_server(place) as server:
        case_id = server.open_case()
        idle = memory_of(server.process.pid).now
        forget_peak(server.process.pid)
        item = _upload(server, case_id, file, "file")["items"][0]
        over = memory_of(server.process.pid).peak - idle
        worker = server.worker_pid()
        inspector = memory_of(worker).peak if worker is not None else 0
        ask(server.connect(), "DELETE", f"/v1/cases/{case_id}")
    assert item["outcome"] == "created", item["problem"]
    assert not item["document"]["findings"], "a sound file was expected"
    return Figure(
        what=f"peak memory over idle, {what}",
        reached=f"server {_mib(over)} (idle {_mib(idle)}), inspector {_mib(inspector)} in all",
        aim=f"each at most {_mib(AIM_BYTES)}",
        holds=max(over, inspector) <= AIM_BYTES,
    )


def _upload(server: Server, case_id: str, file: Content, name: str) -> Any:  # noqa: ANN401 (JSON)
    """Send a file as a browser's form would."""
    opening = (
        b"--"
        + BOUNDARY
        + b'\r\nContent-Disposition: form-data; name="files"; filename="'
        + name.encode()
        + b'"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n"
    )
    closing = b"\r\n--" + BOUNDARY + b"--\r\n"
    length = len(opening) + file.size_bytes + len(closing)
    request = (
        f"POST /v1/cases/{case_id}/documents HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {KEY}\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY.decode()}\r\nContent-Length: {length}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(request.encode() + opening)
        file.send(connection)
        connection.sendall(closing)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        content = answer.read()
    assert answer.status in {200, 201, 413, 415, 422}, content[:500]
    return json.loads(content)


@contextmanager
def _floor(path: Path) -> Iterator[int]:
    command = [sys.executable, "-c", FLOOR, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        try:
            yield port
        finally:
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.sendall(bytes(8))
            process.wait(10)


def _mib(count: int) -> str:
    return f"{count / MIB:,.1f} MiB"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the sizes of the files."""
    parser.add_argument(
        "--upload-sizes", type=sizes, default=SIZES, help="upload: MiB of each file, with commas"
    )
    parser.add_argument("--pdf-size", type=int, default=256, help="upload: MiB of the PDF that is inspected")


BENCHMARK = Benchmark(add_options=add_options, measure=measure)

if __name__ == "__main__":
    alone("upload", BENCHMARK)
