"""Multipart forms with their parts in exactly the order given, and uploads of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from httpx2 import Response

from tests.conftest import Api

BOUNDARY = "------boundary-of-a-test"


@dataclass(frozen=True, slots=True)
class File:
    """A file as one part of a form."""

    content: bytes
    name: str | None = "report.pdf"
    part: str = "files"
    media_type: str = "application/octet-stream"

    def encoded(self) -> bytes:
        """Write the part as a browser does."""
        named = "" if self.name is None else f'; filename="{self.name}"'
        head = f'Content-Disposition: form-data; name="{self.part}"{named}\r\nContent-Type: {self.media_type}'
        return head.encode() + b"\r\n\r\n" + self.content


def a_form(*parts: File | tuple[str, str]) -> bytes:
    """Write a form: files, and fields as (name, value)."""
    written = b""
    for part in parts:
        written += f"--{BOUNDARY}\r\n".encode()
        if isinstance(part, File):
            written += part.encoded()
        else:
            name, value = part
            written += f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()
        written += b"\r\n"
    return written + f"--{BOUNDARY}--\r\n".encode()


FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def upload(api: Api, case_id: str, *parts: File | tuple[str, str], **options: Any) -> Response:
    """Send a form of these parts to a case."""
    headers = {**FORM, **options.pop("headers", {})}
    return api.post(f"/v1/cases/{case_id}/documents", content=a_form(*parts), headers=headers, **options)


def upload_one(api: Api, case_id: str, content: bytes, **fields: str) -> dict[str, Any]:
    """Store one file and return its document."""
    parts: Sequence[File | tuple[str, str]] = (*fields.items(), File(content))
    answer = upload(api, case_id, *parts, status=201)
    document: dict[str, Any] = answer.json()["items"][0]["document"]
    return document
