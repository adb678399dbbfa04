"""A real S3-compatible server for the tests: a process of its own, on a loopback port.

It keeps everything in memory, so give it small objects. It enforces create-only writes (`If-None-Match`).
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from uuid import uuid4

import pytest

from tests import kept_process
from tests.kept_process import KeptProcess

REGION = "us-east-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Server:
    """A running server; `environment` is what a client of it needs to find."""

    process: KeptProcess
    port: int

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> Mapping[str, str]:
        """Variables from which obstore's S3Store configures itself."""
        return {
            "AWS_ENDPOINT": self.endpoint,
            "AWS_ALLOW_HTTP": "true",
            "AWS_VIRTUAL_HOSTED_STYLE_REQUEST": "false",
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }

    def create_bucket(self) -> str:
        """Make a bucket with a name of its own; answer its URL (`s3://...`)."""
        name = f"caseline-test-{uuid4().hex}"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("PUT", f"/{name}")
            response = connection.getresponse()
            if response.status != 200:
                message = f"The S3 server made no bucket: {response.status} {response.read()!r}"
                raise RuntimeError(message)
        finally:
            connection.close()
        return f"s3://{name}"

    def stop(self) -> None:
        """Stop the server and forget all that it held."""
        self.process.stop()


def start_server() -> S3Server:
    """Start a server and wait until it answers.

    Raises:
        RuntimeError: it ended instead, and why.
    """
    command = (sys.executable, "-m", "tests.s3")
    process = kept_process.start(command, folder=kept_process.make_folder("s3"))
    port = process.read_line()
    if not port.isdecimal():
        message = f"The S3 server did not start: {port} {process.last_words()}"
        process.stop()
        raise RuntimeError(message)
    return S3Server(process=process, port=int(port))


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """The S3 server of this session (of this worker, under pytest-xdist)."""
    server = start_server()
    yield server
    server.stop()


def _serve() -> None:
    # Only the server process needs these, and importing them takes a second.
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app  # noqa: PLC0415
    from werkzeug.serving import make_server  # noqa: PLC0415

    application = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", 0, application, threaded=True)
    print(server.port, flush=True)  # noqa: T201 (how the tests learn it)
    server.serve_forever()


if __name__ == "__main__":
    _serve()
