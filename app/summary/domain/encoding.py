"""The summary as bytes: the same for the same summary, with the hash of everything but itself."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from msgspec.json import Encoder

from app.summary.domain.model import Summary

_ENCODER: Final = Encoder(decimal_format="number", order="deterministic")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """What of a summary stands before the hash of its content, in the order of the shape."""

    schema: str
    case_id: str
    revision: int
    as_of: str


def encode(summary: Summary) -> bytes:
    """Write the summary as canonical JSON, with `content_sha256` before the sections.

    UTF-8 without spaces, members in the order of the shape, those of `facts` in alphabetical order, numbers as they
    were recorded. The hash is the SHA-256, lower-case hex, of the same JSON without the member `content_sha256`.
    """
    head, *rest = _content(summary)
    return b"".join((head, b',"content_sha256":"', _hash((head, *rest)).encode(), b'"', *rest))


def content_hash(summary: Summary) -> str:
    """Return the hash that `encode` writes into the summary."""
    return _hash(_content(summary))


def _hash(content: tuple[bytes, ...]) -> str:
    digest = sha256()
    for part in content:
        digest.update(part)
    return digest.hexdigest()


def _content(summary: Summary) -> tuple[bytes, ...]:
    """Return the parts of the JSON without the hash, the first of them what stands before it.

    In parts, for a summary of ten thousand records is megabytes long: each is written once and copied once.
    """
    head = _Head(
        schema=summary.schema, case_id=summary.case_id, revision=summary.revision, as_of=summary.as_of
    )
    return (
        _ENCODER.encode(head).removesuffix(b"}"),
        b',"sections":',
        _ENCODER.encode(summary.sections),
        b',"digest":',
        _ENCODER.encode(summary.digest),
        b"}",
    )
